"""Companies: how they are registered, represented, admitted, suspended and erased."""

from __future__ import annotations

from typing import Any

import pytest

from domain import companies
from domain.companies import (
    CompanyAdmitted,
    CompanyErased,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    PhonePaired,
    PhoneRevoked,
    RepresentativeAdded,
    RepresentativeRemoved,
    SiteDeclared,
    checked_siret,
)
from domain.events import Private
from domain.refused import Conflict, Forbidden, NotFound, Refused
from tests.samples import ANNE, BAKERY, JOURDIES, KARIM, LEA, MARC, SAWMILL, YARD, asked, jourdies
from tests.story import Story

registered = CompanyRegistered(
    company_id=SAWMILL,
    siret="73282932000074",
    name=Private(SAWMILL, "Scierie du Môle"),
    trade=Private(SAWMILL, "Sciage et rabotage du bois"),
)
yard = SiteDeclared(
    company_id=SAWMILL,
    site_id="site-yard",
    name=Private(SAWMILL, "Parc à bois"),
    address=Private(SAWMILL, "12 rue des Frênes"),
    place=YARD,
)
admitted = CompanyAdmitted(company_id=SAWMILL, zone_id=JOURDIES)
represented = RepresentativeAdded(company_id=SAWMILL, member_id=LEA)


def registering(by: str = ANNE, **changes: Any) -> Any:
    command = companies.RegisterCompany(
        **{
            **asked(by),
            "company_id": SAWMILL,
            "siret": "732 829 320 00074",
            "name": "Scierie du Môle",
            "trade": "Sciage et rabotage du bois",
            "site_id": "site-yard",
            "site_name": "Parc à bois",
            "address": "12 rue des Frênes",
            "place": YARD,
            "zone_id": JOURDIES,
            **changes,
        }
    )
    return lambda company: companies.register_company(command, company, jourdies())


def judging(kind: type, decide: Any, by: str = MARC, **more: Any) -> Any:
    command = kind(**asked(by), company_id=SAWMILL, zone_id=JOURDIES, **more)
    return lambda company: decide(command, company, jourdies())


def admitting(by: str = MARC) -> Any:
    return judging(companies.AdmitCompany, companies.admit_company, by)


def suspending(reason: str = "Charte non respectée.") -> Any:
    return judging(companies.SuspendCompany, companies.suspend_company, reason=reason)


def reinstating() -> Any:
    return judging(companies.ReinstateCompany, companies.reinstate_company)


def test_a_facilitator_registers_a_company_with_its_first_site() -> None:
    Story(companies.evolve).when(registering()).then(registered, yard).state(siret="73282932000074")


def test_a_company_is_registered_once() -> None:
    Story(companies.evolve, registered).when(registering()).then_refused(kind=Conflict)


def test_a_member_does_not_register_companies() -> None:
    Story(companies.evolve).when(registering(by=LEA)).then_refused(kind=Forbidden)


@pytest.mark.parametrize("siret", ["", "123", "73282932000075", "7328293200007x", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"])
def test_a_siret_is_checked_by_its_key(siret: str) -> None:
    with pytest.raises(Refused):
        checked_siret(siret)


def test_a_zone_admits_suspends_and_takes_back() -> None:
    suspended = CompanySuspended(
        company_id=SAWMILL, zone_id=JOURDIES, reason=Private(JOURDIES, "Charte non respectée.")
    )
    Story(companies.evolve, registered, yard).when(admitting()).then(admitted).state(zones=frozenset({JOURDIES}))
    Story(companies.evolve, registered, yard, admitted).when(admitting()).then()
    Story(companies.evolve, registered, yard, admitted).when(suspending()).then(suspended).state(zones=frozenset())
    Story(companies.evolve, registered, yard, admitted, suspended).when(reinstating()).then(
        CompanyReinstated(company_id=SAWMILL, zone_id=JOURDIES)
    ).state(zones=frozenset({JOURDIES}))
    Story(companies.evolve, registered, yard, admitted).when(reinstating()).then()


def test_a_suspension_says_why() -> None:
    Story(companies.evolve, registered, admitted).when(suspending(reason=" ")).then_refused(field="reason")


def test_only_whoever_runs_the_zone_admits() -> None:
    Story(companies.evolve, registered).when(admitting(by=LEA)).then_refused(kind=Forbidden)


def adding(by: str) -> Any:
    command = companies.AddRepresentative(**asked(by), company_id=SAWMILL, member_id=KARIM)
    return lambda company: companies.add_representative(command, company, {JOURDIES: jourdies()})


def test_a_representative_lets_a_colleague_in_and_a_stranger_does_not() -> None:
    past = (registered, admitted, represented)
    Story(companies.evolve, *past).when(adding(LEA)).then(RepresentativeAdded(company_id=SAWMILL, member_id=KARIM))
    Story(companies.evolve, *past).when(adding("member-stranger")).then_refused(kind=NotFound)


def test_the_facilitator_of_its_zone_lets_the_first_one_in() -> None:
    Story(companies.evolve, registered, admitted).when(adding(ANNE)).one(RepresentativeAdded)


def test_a_representation_ends_once() -> None:
    command = companies.RemoveRepresentative(**asked(LEA), company_id=SAWMILL, member_id=LEA)
    colleague = RepresentativeAdded(company_id=SAWMILL, member_id=KARIM)
    Story(companies.evolve, registered, admitted, represented, colleague).when(
        lambda company: companies.remove_representative(command, company, {JOURDIES: jourdies()})
    ).then(RepresentativeRemoved(company_id=SAWMILL, member_id=LEA)).state(representatives=frozenset({KARIM}))


DOCK = "phone-dock"
paired = PhonePaired(company_id=SAWMILL, phone_id=DOCK, name=Private(SAWMILL, "Téléphone du quai"))


def pairing(by: str = LEA, phone_id: str = DOCK, name: str = "Téléphone  du quai ") -> Any:
    command = companies.PairPhone(**asked(by), company_id=SAWMILL, phone_id=phone_id, name=name)
    return lambda company: companies.pair_phone(command, company, {JOURDIES: jourdies()})


def revoking(by: str = LEA) -> Any:
    command = companies.RevokePhone(**asked(by), company_id=SAWMILL, phone_id=DOCK)
    return lambda company: companies.revoke_phone(command, company, {JOURDIES: jourdies()})


def test_a_phone_of_the_dock_serves_the_company_until_it_is_taken_back() -> None:
    revoked = PhoneRevoked(company_id=SAWMILL, phone_id=DOCK)
    Story(companies.evolve, registered, represented).when(pairing()).then(paired).state(phones=frozenset({DOCK}))
    Story(companies.evolve, registered, represented, paired).when(pairing()).then()
    Story(companies.evolve, registered, represented, paired).when(revoking()).then(revoked).state(phones=frozenset())
    Story(companies.evolve, registered, represented, paired, revoked).when(revoking()).then()


def test_a_phone_serves_and_represents_nobody() -> None:
    company = companies.evolve(companies.evolve(companies.evolve(None, registered), represented), paired)
    assert company.is_served_by(f"guest:{DOCK}")
    assert company.is_served_by(f"member:{LEA}")
    assert not company.is_represented_by(f"guest:{DOCK}")
    assert not any(company.is_served_by(other) for other in (f"member:{DOCK}", "guest:phone-other", f"guest:{LEA}", ""))


@pytest.mark.parametrize("by", [KARIM, ANNE, f"guest:{DOCK}"])
def test_only_who_acts_for_the_company_pairs_a_phone(by: str) -> None:
    Story(companies.evolve, registered, admitted, represented, paired).when(pairing(by, "phone-next")).then_refused(
        kind=NotFound
    )


def test_a_phone_may_leave_by_itself_and_takes_no_other_along() -> None:
    past = (registered, admitted, represented, paired)
    Story(companies.evolve, *past).when(revoking(f"guest:{DOCK}")).one(PhoneRevoked)
    for other in (KARIM, ANNE, "guest:phone-other", f"member:{DOCK}"):
        Story(companies.evolve, *past).when(revoking(other)).then_refused(kind=NotFound)


@pytest.mark.parametrize("name", [" ", "x" * 61])
def test_a_phone_has_a_name_that_can_be_read(name: str) -> None:
    Story(companies.evolve, registered, represented).when(pairing(name=name)).then_refused(field="name")


def test_a_company_has_no_more_phones_than_can_be_looked_through() -> None:
    many = [
        PhonePaired(company_id=SAWMILL, phone_id=f"phone-{number}", name=Private(SAWMILL, "Quai"))
        for number in range(companies.MOST_PHONES)
    ]
    Story(companies.evolve, registered, represented, *many).when(pairing()).then_refused("sign one out")


def test_an_erased_company_has_no_phone_left() -> None:
    gone = CompanyErased(company_id=SAWMILL)
    past = (registered, represented, paired, gone)
    Story(companies.evolve, *past).when(revoking(f"guest:{DOCK}")).then().state(phones=frozenset())
    Story(companies.evolve, *past).when(pairing()).then_refused(kind=NotFound)


def test_an_erased_company_is_nobodys_and_nowhere() -> None:
    erase = companies.EraseCompany(**asked(LEA), company_id=SAWMILL)
    gone = CompanyErased(company_id=SAWMILL)
    Story(companies.evolve, registered, represented).when(lambda company: companies.erase_company(erase, company)).then(
        gone
    ).state(erased=True)
    Story(companies.evolve, registered, gone).when(admitting()).then_refused(kind=NotFound)


def test_another_company_cannot_erase_it() -> None:
    erase = companies.EraseCompany(**asked(f"member:{BAKERY}"), company_id=SAWMILL)
    Story(companies.evolve, registered, represented).when(
        lambda company: companies.erase_company(erase, company)
    ).then_refused(kind=NotFound)
