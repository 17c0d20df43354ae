"""Who someone is follows from what was granted, and addresses stay with those who need them."""

from __future__ import annotations

from datetime import UTC

from domain.companies import (
    EraseCompany,
    PairPhone,
    RefuseCompany,
    RemoveRepresentative,
    RevokePhone,
    SuspendCompany,
)
from domain.members import EraseMember, SetMailPreferences, StopMail
from domain.zones import OPERATOR, RevokeRole
from marketplace.folding import dump
from marketplace.reading import reading
from projections import listings, people
from projections.viewer import Viewer
from tests.replay import Town
from tests.samples import NOW, asked

JOURDIES, LA_ROCHE = "zone-jourdies", "zone-la-roche"


def test_a_person_is_known_by_their_companies_zones_and_roles(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES, LA_ROCHE)
    town.follow()
    lea = town.viewer("sawmill")
    assert (lea.name, lea.mail, lea.language, lea.home_zone) == ("Sawmill", "sawmill@example.org", "fr", JOURDIES)
    assert [(company.company_id, company.zones) for company in lea.companies] == [
        ("company-sawmill", (JOURDIES, LA_ROCHE))
    ]
    assert (lea.zones, lea.roles, lea.acts_for("company-sawmill")) == ((JOURDIES, LA_ROCHE), {}, True)
    marc = town.viewer("moderator-jourdies")
    assert (marc.zones, marc.roles) == ((JOURDIES,), {JOURDIES: ("moderator",)})
    assert marc.has_role(JOURDIES, "moderator", "administrator")
    assert not marc.has_role(LA_ROCHE, "moderator")


def test_what_is_taken_back_is_gone(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.marketplace.remove_representative(
        RemoveRepresentative(company_id="company-sawmill", member_id="member-sawmill", **asked(OPERATOR))
    )
    town.marketplace.revoke_role(
        RevokeRole(zone_id=JOURDIES, member_id="member-moderator-jourdies", role="moderator", **asked(OPERATOR))
    )
    town.follow()
    assert town.viewer("sawmill").companies == ()
    assert town.viewer("moderator-jourdies").roles == {}


def test_names_and_addresses_are_for_oneself_and_the_facilitator(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    for name, sees in {
        "sawmill": 1, "facilitator-jourdies": 1, "administrator-jourdies": 1, "moderator-jourdies": 0, "bakery": 0,
        "facilitator-la-roche": 0, "": 0,
    }.items():  # fmt: skip
        assert len(town.see(name, people.member("member-sawmill"))) == sees, name
        assert len(town.see(name, people.sites(["company-sawmill"]))) == (sees or name == "moderator-jourdies"), name


def test_companies_are_known_to_their_neighbours_and_counted_for_everyone(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    assert [row.name for row in town.see("bakery", people.companies(JOURDIES))] == ["Bakery SA", "Sawmill SA"]
    assert [row.name for row in town.see("bakery", people.companies(JOURDIES, "Bakery SA", "company-bakery"))] == [
        "Sawmill SA"
    ]
    assert town.see("", people.companies(JOURDIES)) == []
    assert town.see("facilitator-la-roche", people.company("company-sawmill")) == []
    assert [(zone.slug, zone.companies) for zone in town.see("", people.zones())] == [("jourdies", 2), ("la-roche", 0)]


def test_a_refusal_is_told_to_the_company_with_its_reason(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.marketplace.refuse_company(
        RefuseCompany(company_id="company-sawmill", zone_id=LA_ROCHE, reason="Hors du périmètre.", **asked(OPERATOR))
    )
    admitted, refused = town.see("sawmill", people.standings("company-sawmill"))
    assert (admitted.zone_id, admitted.standing) == (JOURDIES, "admitted")
    assert (refused.standing, refused.reason) == ("refused", "Hors du périmètre.")
    (only_theirs,) = town.see("facilitator-la-roche", people.standings("company-sawmill"))
    assert only_theirs.zone_id == LA_ROCHE


def test_the_system_knows_who_belongs_to_a_zone_with_their_trades_and_how_they_want_their_mail(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    wishes = SetMailPreferences(
        member_id="member-sawmill",
        frequency="monthly",
        topics=("matches",),
        language="en",
        families=("CAR", "PAL"),
        **asked("member-sawmill"),
    )
    town.marketplace.set_mail_preferences(wishes)
    town.marketplace.stop_mail(
        StopMail(member_id="member-moderator-jourdies", by="page", **asked("member-moderator-jourdies"))
    )
    here = {each.member_id: each for each in town.know(people.belonging(JOURDIES))}
    lea = here["member-sawmill"]
    (known,) = town.know(people.member("member-sawmill"))
    assert (known.frequency, known.topics, known.language) == ("monthly", ("matches",), "en")
    assert (lea.families, len(lea.trades)) == (("PAL", "CAR"), 1)
    assert lea.companies[0].company_id == "company-sawmill"
    assert here["member-moderator-jourdies"].trades == ()
    assert town.see("", people.belonging(JOURDIES)) == []
    suspending = SuspendCompany(company_id="company-sawmill", zone_id=JOURDIES, reason="Fraude.", **asked(OPERATOR))
    town.marketplace.suspend_company(suspending)
    still = {each.member_id for each in town.know(people.belonging(JOURDIES))}
    assert still == set(here) - {"member-sawmill"}, "nobody of a suspended company is counted, or written to"


def test_an_erased_person_leaves_no_word_behind_and_is_nobody(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.follow()
    town.marketplace.erase_member(EraseMember(member_id="member-sawmill", **asked(OPERATOR)))
    town.follow()
    town.log.erase("member-sawmill")
    assert town.see("", people.viewer("member-sawmill")) == []
    (left,) = town.see("facilitator-jourdies", people.member("member-sawmill"))
    assert (left.name, left.mail, left.stopped, left.erased) == ("", "", True, True)
    assert "sawmill@example.org" not in str(dump(town.follower, people.PEOPLE, "read_people_1"))
    assert left.invited_at.astimezone(UTC) == NOW


def test_an_erased_company_is_counted_out_and_represented_by_nobody(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR)))
    (zone,) = town.see("", people.zones())
    assert zone.companies == 0
    assert town.viewer("sawmill").companies == ()
    town.log.erase("company-sawmill")


def pair(town: Town, phone: str, of: str) -> None:
    """A phone of a company, paired by its person."""
    town.marketplace.pair_phone(
        PairPhone(company_id=f"company-{of}", phone_id=f"phone-{phone}", name=f"Quai {phone}", **asked(f"member-{of}"))
    )


def phone_viewer(town: Town, phone: str) -> Viewer | None:
    """Who the phone is, asked as the doorway asks: knowing its id only."""
    town.follow()
    with reading(town.page, Viewer(member_id=f"phone-{phone}")) as read:
        return read.one(people.phone_viewer(f"phone-{phone}"))


def test_a_shared_phone_is_its_company_and_nobody(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES, LA_ROCHE)
    pair(town, "dock", "sawmill")
    dock = phone_viewer(town, "dock")
    assert dock is not None
    assert (dock.name, dock.mail, dock.home_zone, dock.zones) == ("Quai dock", "", JOURDIES, (JOURDIES, LA_ROCHE))
    assert [company.company_id for company in dock.companies] == ["company-sawmill"]
    assert (dock.signed_in, dock.shared, dock.roles, dock.actor) == (True, True, {}, "guest:phone-dock")


def test_a_shared_phone_sees_what_its_company_sees_and_no_address_of_anyone(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.company("forge", LA_ROCHE)
    town.post("bakery", "trays", visibility="zone")
    town.post("forge", "steel")
    pair(town, "dock", "sawmill")
    dock = phone_viewer(town, "dock")
    assert dock is not None
    with reading(town.page, dock) as read:
        seen = read.one(listings.listing("listing-trays"))
        assert seen is not None
        assert seen.company == "Bakery SA"
        assert read.one(people.company("company-forge")) is None
        assert [site.site_id for site in read.all(people.sites(["company-sawmill", "company-bakery"]))] == [
            "site-sawmill"
        ]
        for person in ("sawmill", "bakery", "facilitator-jourdies"):
            assert read.all(people.member(f"member-{person}")) == []


def test_the_phones_of_a_company_are_known_to_its_own_people_only(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    pair(town, "dock", "sawmill")
    pair(town, "oven", "bakery")
    both = ["company-sawmill", "company-bakery"]
    assert [phone.name for phone in town.see("sawmill", people.phones(both))] == ["Quai dock"]
    assert [phone.name for phone in town.see("bakery", people.phones(both))] == ["Quai oven"]
    for other in ("facilitator-jourdies", "moderator-jourdies", ""):
        assert town.see(other, people.phones(both)) == []
        assert town.see(other, people.phone_viewer("phone-dock")) == []


def test_a_phone_that_was_taken_back_is_nobody(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    pair(town, "dock", "sawmill")
    pair(town, "yard", "sawmill")
    taken = RevokePhone(company_id="company-sawmill", phone_id="phone-dock", **asked("member-sawmill"))
    town.marketplace.revoke_phone(taken)
    assert phone_viewer(town, "dock") is None
    assert phone_viewer(town, "yard") is not None
    out = SuspendCompany(company_id="company-sawmill", zone_id=JOURDIES, reason="Impayés.", **asked(OPERATOR))
    town.marketplace.suspend_company(out)
    suspended = phone_viewer(town, "yard")
    assert suspended is not None
    assert (suspended.zones, suspended.home_zone) == ((), "")


def test_an_erased_company_leaves_no_phone_behind(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    pair(town, "dock", "sawmill")
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR)))
    assert phone_viewer(town, "dock") is None
    town.log.erase("company-sawmill")
    assert "Quai dock" not in str(dump(town.follower, people.PEOPLE, "read_people_1"))
