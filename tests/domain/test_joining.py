"""Joining: who may ask, who answers, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain import joining
from domain.companies import AddRepresentative, AdmitCompany, Company, add_representative, admit_company
from domain.events import Private
from domain.joining import JoinAdmitted, JoinAgreed, JoinAsked, JoinConfirmed, JoinLapsed, JoinRefused
from domain.refused import Forbidden, NotFound, Refused
from tests.samples import JOURDIES, KARIM, LEA, MARC, SAWMILL, asked, jourdies

REQUEST = "joining-1"
zone = jourdies()
known = Company(SAWMILL, "73282932000074", representatives=frozenset({LEA}), standings={JOURDIES: "admitted"})


def asking(**changes: Any) -> joining.AskToJoin:
    said = {
        "siret": "732 829 320 00074", "company": "Scierie du Môle", "trade": "Sciage", "address": "12 rue des Frênes",
        "person": "Léa Pernet", "mail": "lea@example.org", "wish": "Donner des chutes de bois",
    }  # fmt: skip
    return joining.AskToJoin(
        **{**asked("guest:visitor"), "joining_id": REQUEST, "zone_id": JOURDIES, **said, **changes}
    )


def request(*events: Any) -> joining.Joining:
    (first,) = joining.ask_to_join(asking(), None, zone)
    found = joining.evolve(None, first)
    for event in events:
        found = joining.evolve(found, event)
    return found


confirmed = JoinConfirmed(joining_id=REQUEST, zone_id=JOURDIES)
of_sawmill = JoinConfirmed(joining_id=REQUEST, zone_id=JOURDIES, company_id=SAWMILL)
agreed = JoinAgreed(joining_id=REQUEST, zone_id=JOURDIES, company_id=SAWMILL)
admitted = JoinAdmitted(joining_id=REQUEST, zone_id=JOURDIES, company_id=SAWMILL, member_id=KARIM)


def test_a_request_keeps_what_was_typed_under_its_own_key() -> None:
    (event,) = joining.ask_to_join(asking(company=" Scierie  du Môle "), None, zone)
    assert isinstance(event, JoinAsked)
    assert event.siret == "73282932000074"
    assert event.company == Private(REQUEST, "Scierie du Môle")
    assert {event.mail.subject, event.person.subject, event.wish.subject} == {REQUEST}
    assert joining.ask_to_join(asking(), request(), zone) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"siret": "73282932000075"}, "siret"), ({"siret": "12"}, "siret"), ({"company": " "}, "company"),
     ({"trade": ""}, "trade"), ({"person": "x" * 101}, "person"), ({"address": ""}, "address")],
)  # fmt: skip
def test_what_is_missing_or_mistyped_is_said_beside_its_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        joining.ask_to_join(asking(**changes), None, zone)
    assert refusal.value.field == field


def test_a_known_siret_asks_the_company_first_unless_nobody_acts_for_it() -> None:
    confirming = joining.ConfirmJoining(**asked("guest:visitor"), joining_id=REQUEST)
    assert joining.confirm_joining(confirming, request(), zone, None) == [confirmed]
    assert joining.confirm_joining(confirming, request(), zone, known) == [of_sawmill]
    assert joining.confirm_joining(confirming, request(), zone, Company(SAWMILL, "73282932000074")) == [confirmed]
    assert joining.confirm_joining(confirming, request(of_sawmill), zone, known) == []


def test_a_company_that_became_known_meanwhile_is_asked_before_the_zone_lets_anybody_in() -> None:
    admitting = joining.AdmitJoining(**asked(MARC), joining_id=REQUEST)
    with pytest.raises(Refused, match="must agree first"):
        joining.may_admit(admitting, request(confirmed), zone, known)
    confirming = joining.ConfirmJoining(**asked(MARC), joining_id=REQUEST)
    assert joining.confirm_joining(confirming, request(confirmed), zone, known) == [of_sawmill]
    assert joining.confirm_joining(confirming, request(confirmed), zone, None) == []
    assert joining.confirm_joining(confirming, request(of_sawmill, agreed), zone, known) == []
    brought = Company(joining.company_of(REQUEST), "73282932000074", representatives=frozenset({LEA}))
    assert joining.may_admit(admitting, request(confirmed), zone, brought).stage == "confirmed"


def test_only_somebody_of_the_company_agrees_to_a_colleague() -> None:
    def agreeing(by: str) -> joining.AgreeToJoining:
        return joining.AgreeToJoining(**asked(by), joining_id=REQUEST)

    assert joining.agree_to_joining(agreeing(LEA), request(of_sawmill), known) == [agreed]
    assert joining.agree_to_joining(agreeing(LEA), request(of_sawmill, agreed), known) == []
    for other in (KARIM, MARC):
        with pytest.raises(NotFound):
            joining.agree_to_joining(agreeing(other), request(of_sawmill), known)


def test_a_zone_admits_what_is_confirmed_and_agreed_and_nobody_else_does() -> None:
    def admitting(by: str = MARC) -> joining.AdmitJoining:
        return joining.AdmitJoining(**asked(by), joining_id=REQUEST)

    assert joining.may_admit(admitting(), request(confirmed), zone, None).stage == "confirmed"
    assert joining.may_admit(admitting(LEA), request(of_sawmill, agreed), zone, known).stage == "agreed"
    with pytest.raises(Forbidden):
        joining.may_admit(admitting(KARIM), request(confirmed), zone, None)
    with pytest.raises(Refused, match="not confirmed"):
        joining.may_admit(admitting(), request(), zone, None)
    with pytest.raises(Refused, match="must agree first"):
        joining.may_admit(admitting(), request(of_sawmill), zone, known)
    suspended = Company(SAWMILL, "73282932000074", standings={JOURDIES: "suspended"})
    with pytest.raises(Refused, match="suspended"):
        joining.may_admit(admitting(), request(confirmed), zone, suspended)


def test_a_refusal_has_a_reason_of_whoever_answers() -> None:
    def refusing(by: str, reason: str = "Hors de la zone") -> joining.RefuseJoining:
        return joining.RefuseJoining(**asked(by), joining_id=REQUEST, reason=reason)

    assert joining.refuse_joining(refusing(MARC), request(confirmed), zone, None) == [
        JoinRefused(joining_id=REQUEST, zone_id=JOURDIES, reason=Private(JOURDIES, "Hors de la zone"))
    ]
    (ours,) = joining.refuse_joining(refusing(LEA), request(of_sawmill), zone, known)
    assert isinstance(ours, JoinRefused)
    assert ours.reason.subject == SAWMILL
    with pytest.raises(Forbidden):
        joining.refuse_joining(refusing(MARC), request(of_sawmill), zone, known)
    with pytest.raises(Refused, match="Say why"):
        joining.refuse_joining(refusing(MARC, " "), request(confirmed), zone, None)
    with pytest.raises(Refused, match="already admitted"):
        joining.refuse_joining(refusing(MARC), request(confirmed, admitted), zone, None)


def test_what_nobody_confirmed_lapses_and_is_asked_anew() -> None:
    lapsing = joining.LapseJoining(**asked("system:clock"), joining_id=REQUEST)
    (lapsed,) = joining.lapse_joining(lapsing, request())
    assert lapsed == JoinLapsed(joining_id=REQUEST, zone_id=JOURDIES)
    for past in (request(confirmed), request(lapsed)):
        assert joining.lapse_joining(lapsing, past) == []
    confirming = joining.ConfirmJoining(**asked("guest:visitor"), joining_id=REQUEST)
    with pytest.raises(Refused, match="Ask once more"):
        joining.confirm_joining(confirming, request(lapsed), zone, None)


def test_a_closed_zone_lets_nobody_in() -> None:
    closed = replace(zone, closes_on=date(2020, 1, 1))
    confirming = joining.ConfirmJoining(**asked("guest:visitor"), joining_id=REQUEST)
    admitting = joining.AdmitJoining(**asked(MARC), joining_id=REQUEST)
    for let_in in (
        lambda: joining.ask_to_join(asking(), None, closed),
        lambda: joining.confirm_joining(confirming, request(), closed, None),
        lambda: joining.may_admit(admitting, request(confirmed), closed, None),
        lambda: admit_company(
            AdmitCompany(**asked(MARC), company_id=SAWMILL, zone_id=JOURDIES), Company(SAWMILL, "1"), closed
        ),
    ):
        with pytest.raises(Forbidden, match="closed"):
            let_in()


def test_a_zone_that_turned_a_company_away_changes_nothing_of_it() -> None:
    adding = AddRepresentative(**asked(MARC), company_id=SAWMILL, member_id=KARIM)
    for kept in (Company(SAWMILL, "1", standings={JOURDIES: "suspended"}), replace(known, representatives=frozenset())):
        assert len(add_representative(adding, kept, {JOURDIES: zone})) == 1
    with pytest.raises(NotFound):
        add_representative(adding, Company(SAWMILL, "1", standings={JOURDIES: "refused"}), {JOURDIES: zone})
