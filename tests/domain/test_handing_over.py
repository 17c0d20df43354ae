"""A zone is handed over by an act that both sides accept, and on its day it passes whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain import zones
from domain.events import Private
from domain.refused import Conflict, Forbidden, NotFound
from domain.zones import (
    RoleGranted,
    RoleRevoked,
    Zone,
    ZoneDescribed,
    ZoneHandedOver,
    ZoneHandoverAccepted,
    ZoneHandoverDeclined,
    ZoneHandoverProposed,
    ZoneHandoverWithdrawn,
    ZoneWorkHandedOver,
)
from tests.samples import ANNE, JOURDIES, MARC, asked, jourdies, later
from tests.story import Story

ALIX, ZOE = "member-alix", "member-zoe"
TODAY = date(2026, 3, 3)
ACT: dict[str, Any] = {"zone_id": JOURDIES, "handover_id": "handover-1"}
ROLES: dict[str, Any] = {
    ALIX: frozenset({"administrator"}), ANNE: frozenset({"facilitator"}), MARC: frozenset({"moderator"}),
}  # fmt: skip


def story(**now: Any) -> Story[Zone]:
    return Story.at(zones.evolve, replace(jourdies(), roles=ROLES, association="Les Amis", **now))


def proposing(by: str = ALIX, **changes: Any) -> Any:
    said: dict[str, Any] = {
        "taker_id": ZOE, "name": "Zoé", "organisation": "Faucigny", "contact_mail": "zae@example.org",
        "effective_on": TODAY + timedelta(days=30), "words": "The contract ends.", "staying": (MARC,), **changes,
    }  # fmt: skip
    command = zones.ProposeHandover(**asked(by), **ACT, **said)
    return lambda zone: zones.propose_handover(command, zone)


def accepting(by: str = ZOE, days: float = 0) -> Any:
    command = zones.AcceptHandover(**asked(by, later(days=days)), **ACT)
    return lambda zone: zones.accept_handover(command, zone)


def declining(by: str = ZOE) -> Any:
    command = zones.DeclineHandover(**asked(by), **ACT, reason="Too much.")
    return lambda zone: zones.decline_handover(command, zone)


def withdrawing(by: str = ALIX, *, taker_is_here: bool = True) -> Any:
    command = zones.WithdrawHandover(**asked(by), **ACT)
    return lambda zone: zones.withdraw_handover(command, zone, taker_is_here=taker_is_here)


def closing(days: int) -> Any:
    command = zones.AnnounceClosing(
        **asked(ALIX), zone_id=JOURDIES, closes_on=TODAY + timedelta(days=days), reason="The factory closes."
    )
    return lambda zone: zones.announce_closing(command, zone)


def completing(days: float, *, taker_is_here: bool = True, by: str = "system:clock") -> Any:
    work: Any = {"companies": ("company-b", "company-a"), "drafts": ("listing-shelves",), "captures": ()}
    command = zones.CompleteHandover(**asked(by, later(days=days)), **ACT, work=work)
    return lambda zone: zones.complete_handover(command, zone, taker_is_here=taker_is_here)


def test_an_administrator_proposes_with_a_day_a_reason_and_who_stays() -> None:
    story().when(proposing()).then(
        ZoneHandoverProposed(
            **ACT,
            taker_id=ZOE,
            organisation="Faucigny",
            contact_mail="zae@example.org",
            effective_on=TODAY + timedelta(days=30),
            words=Private(JOURDIES, "The contract ends."),
            name=Private(ZOE, "Zoé"),
            staying=(MARC,),
            former="Les Amis",
        )
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"taker_id": ALIX}, "mail"),
        ({"effective_on": TODAY - timedelta(days=1)}, "effective_on"),
        ({"effective_on": TODAY + timedelta(days=400)}, "effective_on"),
        ({"words": "  "}, "words"),
        ({"words": "x" * 501}, "words"),
        ({"organisation": " "}, "organisation"),
        ({"staying": (ALIX, ANNE, MARC)}, "staying"),
    ],
)
def test_what_makes_no_act_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    story().when(proposing(**changes)).then_refused(field=field)


def test_only_an_administrator_proposes_and_one_act_stands_at_a_time() -> None:
    story().when(proposing(by=MARC)).then_refused(kind=Forbidden)
    story().when(proposing()).when(proposing()).then_refused("under way", kind=Conflict)
    story(closes_on=TODAY).when(proposing()).then_refused("closed")
    story(closes_on=TODAY + timedelta(days=10)).when(proposing()).then_refused("closes before", field="effective_on")


def test_a_proposal_whose_day_went_by_without_an_answer_stands_in_nobodys_way() -> None:
    old = story().when(proposing(effective_on=TODAY))
    old.when(accepting(days=2)).then_refused("day")
    command = zones.ProposeHandover(
        **asked(ALIX, later(days=2)), zone_id=JOURDIES, handover_id="handover-2", taker_id=ZOE, name="Zoé",
        organisation="Faucigny", contact_mail="", effective_on=TODAY + timedelta(days=5), words="Again.",
    )  # fmt: skip
    again = story().when(proposing(effective_on=TODAY)).when(lambda zone: zones.propose_handover(command, zone))
    assert [type(event) for event in again.events] == [ZoneHandoverWithdrawn, ZoneHandoverProposed]
    unanswered = story().when(proposing(effective_on=TODAY))
    unanswered.when(completing(0)).then_refused("day")
    story().when(proposing(effective_on=TODAY)).when(completing(1)).then(ZoneHandoverWithdrawn(**ACT))


def test_only_who_was_asked_answers_and_both_are_bound_by_a_yes() -> None:
    story().when(proposing()).when(accepting(by=MARC)).then_refused(kind=Forbidden)
    story().when(proposing()).when(declining(by=ALIX)).then_refused(kind=Forbidden)
    story().when(accepting()).then_refused(kind=NotFound)
    accepted = story().when(proposing()).when(accepting()).then(ZoneHandoverAccepted(**ACT))
    accepted.when(accepting()).then()
    accepted.when(withdrawing()).then_refused("accepted")
    story().when(proposing()).when(accepting()).when(declining()).then_refused("accepted")
    story().when(proposing()).when(accepting()).when(proposing()).then_refused(kind=Conflict)


def test_until_then_it_may_be_taken_back_or_declined() -> None:
    story().when(proposing()).when(withdrawing()).then(ZoneHandoverWithdrawn(**ACT)).state(handover=None)
    story().when(proposing()).when(withdrawing(by=MARC)).then_refused(kind=Forbidden)
    declined = ZoneHandoverDeclined(**ACT, reason=Private(JOURDIES, "Too much."))
    story().when(proposing()).when(declining()).then(declined).state(handover=None, roles=ROLES)


def test_on_its_day_the_mandate_passes_whole() -> None:
    agreed = story().when(proposing()).when(accepting()).when(completing(31))
    moved: dict[str, Any] = {**ACT, "taker_id": ZOE}
    here = jourdies()
    agreed.then(
        ZoneWorkHandedOver(**moved, work="companies", ids=("company-a", "company-b")),
        ZoneWorkHandedOver(**moved, work="drafts", ids=("listing-shelves",)),
        *(RoleGranted(zone_id=JOURDIES, member_id=ZOE, role=role) for role in zones.MANDATE),
        RoleRevoked(zone_id=JOURDIES, member_id=ALIX, role="administrator"),
        RoleRevoked(zone_id=JOURDIES, member_id=ANNE, role="facilitator"),
        ZoneDescribed(
            zone_id=JOURDIES,
            name=here.name,
            commune=here.commune,
            place=here.place,
            time_zone=here.time_zone,
            languages=here.languages,
            association="Faucigny",
            contact_mail="zae@example.org",
        ),
        ZoneHandedOver(**moved, leavers=(ALIX, ANNE), moved={"companies": 2, "drafts": 1}),
    )
    after = agreed.now
    assert after is not None
    assert not after.allows(f"member:{ALIX}", *zones.ROLES)
    assert after.allows(f"member:{ZOE}", "administrator")
    assert after.allows(f"member:{MARC}", "moderator")


def test_at_no_event_is_the_zone_without_an_administrator() -> None:
    agreed = story().when(proposing()).when(accepting())
    zone = agreed.now
    for event in agreed.when(completing(31)).events:
        zone = zones.evolve(zone, event)  # type: ignore[arg-type]  # those of a zone
        assert any("administrator" in roles for roles in zone.roles.values()), event


def test_it_takes_effect_by_itself_and_not_before_its_day() -> None:
    agreed = story().when(proposing()).when(accepting())
    agreed.when(completing(29)).then_refused("day")
    story().when(proposing()).when(accepting()).when(completing(31, by=ALIX)).then_refused(kind=Forbidden)
    story().when(proposing()).when(completing(30)).then_refused("day")


def test_without_whoever_was_to_take_over_everything_stays() -> None:
    agreed = story().when(proposing()).when(accepting()).when(completing(31, taker_is_here=False))
    agreed.then(ZoneHandoverWithdrawn(**ACT)).state(roles=ROLES, handover=None)
    gone = story().when(proposing()).when(accepting()).when(withdrawing(taker_is_here=False))
    gone.then(ZoneHandoverWithdrawn(**ACT)).state(handover=None)


def test_a_zone_never_closes_before_it_changes_hands() -> None:
    agreed = story().when(proposing()).when(accepting())
    agreed.when(closing(30)).then_refused("hand-over", field="closes_on")
    story().when(proposing()).when(accepting()).when(closing(31)).one(zones.ZoneClosingAnnounced)
    story().when(proposing()).when(closing(30)).when(accepting()).then_refused("closes before")
    closed = story(closes_on=TODAY + timedelta(days=31)).when(proposing()).when(accepting())
    closed.when(completing(31)).then(ZoneHandoverWithdrawn(**ACT))
