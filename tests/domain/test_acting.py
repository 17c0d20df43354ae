"""Asking somebody to act: who may ask, who accepts, and until when."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain import acting
from domain.acting import ActingAccepted, AskedToAct, AskingEnded
from domain.companies import AddRepresentative, Company, take_up
from domain.events import Private
from domain.refused import Forbidden, NotFound, Refused
from tests.samples import JOURDIES, KARIM, LEA, MARC, SAWMILL, asked, jourdies, sawmill
from tests.story import Story

ASKING = "acting-1"
said: dict[str, Any] = {"acting_id": ASKING, "name": "Nora", "mail": "nora@example.org"}
ends = AskingEnded(acting_id=ASKING, zone_id=JOURDIES)


def of_company(by: str = LEA, company: Company | None = None) -> Story[Any]:
    command = acting.InviteColleague(**asked(by), company_id=SAWMILL, **said)
    return Story(acting.evolve).when(lambda held: acting.invite_colleague(command, held, company or sawmill()))


def past() -> AskedToAct:
    event: AskedToAct = of_company().one(AskedToAct)
    return event


def accepting(company: Company | None = None, by: str = "guest:visitor") -> Any:
    command = acting.AcceptActing(**asked(by), acting_id=ASKING, member_id=KARIM)
    return lambda held: acting.accept_acting(command, held, company or sawmill(), jourdies())


def ending(by: str) -> Any:
    command = acting.EndAsking(**asked(by), acting_id=ASKING)
    return lambda held: acting.end_asking(command, held, sawmill(), jourdies())


def test_a_colleague_is_asked_under_a_key_of_the_asking_alone() -> None:
    event = past()
    assert (event.name, event.mail) == (Private(ASKING, "Nora"), Private(ASKING, "nora@example.org"))
    assert (event.company_id, event.zone_id, event.roles) == (SAWMILL, JOURDIES, ())
    of_company(KARIM).then_refused(kind=NotFound)
    of_company(company=replace(sawmill(), standings={})).then_refused("guest")


def test_only_an_administrator_asks_somebody_to_act_for_the_zone() -> None:
    command = acting.InviteToRole(**asked(MARC), zone_id=JOURDIES, roles=("moderator",), **said)
    with pytest.raises(Forbidden):
        acting.invite_to_role(command, None, jourdies())
    zone = replace(jourdies(), roles={MARC: frozenset({"administrator"})})
    (event,) = acting.invite_to_role(command, None, zone)
    assert isinstance(event, AskedToAct)
    assert (event.company_id, event.roles) == ("", ("moderator",))


def test_one_accepts_once_and_as_long_as_whoever_asked_may_let_others_in() -> None:
    accepted = ActingAccepted(acting_id=ASKING, zone_id=JOURDIES, member_id=KARIM)
    Story(acting.evolve, past()).when(accepting()).then(accepted)
    Story(acting.evolve, past(), accepted).when(accepting()).then()
    left = replace(sawmill(), representatives=frozenset())
    Story(acting.evolve, past()).when(accepting(left)).then_refused("no longer holds")
    Story(acting.evolve, past(), ends).when(accepting()).then_refused("taken back")
    Story(acting.evolve).when(accepting()).then_refused(kind=NotFound)


def test_it_is_taken_back_by_those_who_could_have_asked_or_by_the_clock() -> None:
    for by in (LEA, "system:clock"):
        Story(acting.evolve, past()).when(ending(by)).then(ends)
        Story(acting.evolve, past(), ends).when(ending(by)).then()
    Story(acting.evolve, past()).when(ending(KARIM)).then_refused(kind=NotFound)


def test_nobody_takes_up_for_another() -> None:
    adding = AddRepresentative(**asked(KARIM), company_id=SAWMILL, member_id=KARIM)
    assert len(take_up(adding, sawmill())) == 1
    with pytest.raises(Refused):
        take_up(replace(adding, actor=f"member:{LEA}"), sawmill())
