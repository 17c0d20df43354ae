"""How a company belongs to a zone, what the directory tells of it, and who of its people does what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import companies
from domain.companies import (
    Company,
    CompanyAdmitted,
    CompanyRegistered,
    DirectoryConsentGiven,
    DuesRecorded,
    MembershipSet,
    RepresentativeAdded,
    RepresentativeRemoved,
    SharedWithGuest,
    evolve,
    no_wider_than_listed,
)
from domain.events import Private
from domain.refused import Forbidden, NotFound, Refused
from domain.zones import Zone
from tests.samples import ANNE, JOURDIES, KARIM, LEA, MARC, NOW, SAWMILL, asked, jourdies

PURCHASE = "purchase-pallets"
ALIX = "member-alix"
zone = jourdies()
registered = CompanyRegistered(
    company_id=SAWMILL, siret="73282932000074", name=Private(SAWMILL, "Scierie"), trade=Private(SAWMILL, "Sciage")
)
admitted = CompanyAdmitted(company_id=SAWMILL, zone_id=JOURDIES)


def represented(*members: str) -> list[Any]:
    return [RepresentativeAdded(company_id=SAWMILL, member_id=member) for member in members]


def company(*events: Any) -> Company:
    found = evolve(None, registered)
    for event in events:
        found = evolve(found, event)
    return found


def writing(by: str = LEA, **changes: Any) -> companies.WriteDirectoryEntry:
    said = {"about": "", "offers": "Chutes de bois", "seeks": "", "shares": "", "contact": "", "hours": ()}
    shown = {"listed": "everyone", "flows": "everyone"}
    return companies.WriteDirectoryEntry(**{**asked(by), "company_id": SAWMILL, **said, "shown": shown, **changes})


def test_a_company_is_shown_as_far_as_it_consents_and_nothing_goes_further_than_its_name() -> None:
    assert no_wider_than_listed({"listed": "members", "contact": "everyone", "flows": "members"}) == {
        "listed": "members", "about": "nobody", "flows": "members", "place": "nobody", "hours": "nobody",
        "contact": "members",
    }  # fmt: skip
    ours = company(admitted, *represented(LEA))
    events = companies.write_directory_entry(writing(), ours, {})
    assert [type(event).__name__ for event in events] == ["DirectoryEntryWritten", "DirectoryConsentGiven"]
    consent = events[1]
    assert isinstance(consent, DirectoryConsentGiven)
    assert consent.shown["flows"] == "everyone"
    assert consent.shown["place"] == "nobody"
    again = company(admitted, *represented(LEA), *events)
    assert companies.write_directory_entry(writing(), again, {}) == []


def test_nobody_consents_in_the_place_of_a_company() -> None:
    ours = company(admitted, *represented(LEA))
    for other in (KARIM, ANNE, MARC, ALIX):
        with pytest.raises(NotFound):
            companies.write_directory_entry(writing(other), ours, {JOURDIES: zone})


def membership(by: str = ALIX, **changes: Any) -> companies.SetMembership:
    said = {"company_id": SAWMILL, "zone_id": JOURDIES, "membership": "adherent", "since": date(2026, 1, 1)}
    return companies.SetMembership(**{**asked(by), **said, **changes})


def test_an_adherent_is_one_from_a_day_until_the_end_of_another() -> None:
    ours = company(admitted)
    until = date(2026, 12, 31)
    (event,) = companies.set_membership(membership(until=until), ours, zone)
    assert isinstance(event, MembershipSet)
    adherent = evolve(ours, event)
    told = [adherent.is_adherent(JOURDIES, day) for day in (date(2025, 12, 31), date(2026, 1, 1), until)]
    assert told == [False, True, True]
    assert not adherent.is_adherent(JOURDIES, until + timedelta(days=1))
    assert not adherent.is_adherent("zone-la-roche", until)
    assert companies.set_membership(membership(until=until), adherent, zone) == []
    with pytest.raises(Refused, match="before the first"):
        companies.set_membership(membership(until=date(2025, 1, 1)), ours, zone)
    with pytest.raises(Forbidden):
        companies.set_membership(membership(MARC), ours, zone)
    with pytest.raises(NotFound):
        companies.set_membership(membership(), company(), zone)


def test_dues_are_noted_year_by_year_and_taken_back() -> None:
    def noting(*, paid: bool, year: int = 2026) -> companies.RecordDues:
        return companies.RecordDues(**asked(ALIX), company_id=SAWMILL, zone_id=JOURDIES, year=year, paid=paid)

    ours = company(admitted)
    paid = DuesRecorded(company_id=SAWMILL, zone_id=JOURDIES, year=2026, paid=True)
    assert companies.record_dues(noting(paid=True), ours, zone) == [paid]
    assert companies.record_dues(noting(paid=True), evolve(ours, paid), zone) == []
    (back,) = companies.record_dues(noting(paid=False), evolve(ours, paid), zone)
    assert evolve(evolve(ours, paid), back).dues[JOURDIES] == frozenset()
    with pytest.raises(Refused, match="between"):
        companies.record_dues(noting(paid=True, year=1999), ours, zone)


def sharing(by: str = ANNE, until: datetime = NOW + timedelta(days=30)) -> companies.ShareWithGuest:
    return companies.ShareWithGuest(
        **asked(by), company_id=SAWMILL, zone_id=JOURDIES, purchase_id=PURCHASE, until=until
    )


def test_a_guest_sees_one_purchase_until_a_moment_and_is_no_member() -> None:
    (event,) = companies.share_with_guest(sharing(), company(), zone)
    assert isinstance(event, SharedWithGuest)
    guest = evolve(company(), event)
    assert list(guest.shared) == [PURCHASE]
    assert not guest.zones
    assert companies.share_with_guest(sharing(), guest, zone) == []
    ending = companies.EndSharing(**asked(ANNE), company_id=SAWMILL, zone_id=JOURDIES, purchase_id=PURCHASE)
    (ended,) = companies.end_sharing(ending, guest, zone)
    assert evolve(guest, ended).shared == {}
    assert companies.end_sharing(ending, company(), zone) == []
    for until, sentence in ((NOW, "to come"), (NOW + timedelta(days=400), "a year at most")):
        with pytest.raises(Refused, match=sentence):
            companies.share_with_guest(sharing(until=until), company(), zone)
    with pytest.raises(Refused, match="already"):
        companies.share_with_guest(sharing(), company(admitted), zone)
    with pytest.raises(Forbidden):
        companies.share_with_guest(sharing(MARC), company(), zone)


def leaving(member: str, by: str, successor: str = "") -> companies.RemoveRepresentative:
    return companies.RemoveRepresentative(**asked(by), company_id=SAWMILL, member_id=member, successor=successor)


def test_whoever_leaves_hands_over_and_the_last_one_stays() -> None:
    zones: dict[str, Zone] = {JOURDIES: zone}
    both = company(admitted, *represented(LEA, KARIM))
    (left,) = companies.remove_representative(leaving(LEA, LEA, KARIM), both, zones)
    assert left == RepresentativeRemoved(company_id=SAWMILL, member_id=LEA, successor=KARIM)
    alone = evolve(both, left)
    assert alone.stand_in(LEA) == KARIM
    with pytest.raises(Refused, match="Nobody else acts"):
        companies.remove_representative(leaving(KARIM, KARIM), alone, zones)
    assert companies.remove_representative(leaving(KARIM, ANNE), alone, zones)
    with pytest.raises(Refused, match="who stays"):
        companies.remove_representative(leaving(LEA, LEA, LEA), both, zones)
    back = evolve(alone, represented(LEA)[0])
    assert back.stand_in(LEA) == LEA


def test_two_who_took_over_from_each_other_are_no_endless_search() -> None:
    both = company(*represented(LEA, KARIM))
    for leaver, heir in ((LEA, KARIM), (KARIM, LEA)):
        both = evolve(both, RepresentativeRemoved(company_id=SAWMILL, member_id=leaver, successor=heir))
    assert both.stand_in(LEA) in {LEA, KARIM}


def test_a_day_that_is_over_by_the_clock_of_the_zone_is_compared_as_a_day() -> None:
    belonging = companies.Belonging("adherent", date(2026, 1, 1), date(2026, 6, 30))
    assert belonging.holds_on(datetime(2026, 6, 30, 23, 59, tzinfo=UTC).date())
