"""What can happen to a proposal to act together, and what decisions know of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.events import Event, Private

Kind = Literal["need", "surplus"]
"""Several look for the same, or several have the same too much."""
Answer = Literal["joined", "declined"]
Stage = Literal["proposed", "dropped", "taken_up"]


class PoolingProposed(Event, frozen=True):
    """Three companies of a zone need the same, or have the same too much: the marketplace proposes to act together.

    `listings` are those that were counted then. Who comes later joins the count by itself, and no second proposal is
    made; whether it still holds is counted, not recorded.
    """

    pooling_id: str
    kind: Kind
    zone_id: str
    category: str
    listings: tuple[str, ...]
    companies: int


class PoolingJoined(Event, frozen=True):
    """A company would like to be part of it; it is bound to nothing."""

    pooling_id: str
    company_id: str


class PoolingDeclined(Event, frozen=True):
    """A company would rather not be part of it."""

    pooling_id: str
    company_id: str


class PoolingDropped(Event, frozen=True):
    """A facilitator leaves it at that, for a reason everyone concerned reads."""

    pooling_id: str
    reason: Private


class PoolingTakenUp(Event, frozen=True):
    """A facilitator makes something of it; `action_id` is the stream of the group action, where there is one."""

    pooling_id: str
    action_id: str = ""


PoolingEvent = PoolingProposed | PoolingJoined | PoolingDeclined | PoolingDropped | PoolingTakenUp


class Pooling(Struct, frozen=True):
    """What decisions need to know of a proposal; `answers` are those of companies, by their id."""

    pooling_id: str
    kind: Kind
    zone_id: str
    category: str
    stage: Stage = "proposed"
    answers: dict[str, Answer] = field(default_factory=dict)
    action_id: str = ""


def evolve(pooling: Pooling | None, event: PoolingEvent) -> Pooling:
    """The proposal after `event`."""
    if isinstance(event, PoolingProposed):
        return Pooling(event.pooling_id, event.kind, event.zone_id, event.category)
    assert pooling is not None
    match event:
        case PoolingJoined():
            return replace(pooling, answers={**pooling.answers, event.company_id: "joined"})
        case PoolingDeclined():
            return replace(pooling, answers={**pooling.answers, event.company_id: "declined"})
        case PoolingDropped():
            return replace(pooling, stage="dropped")
        case PoolingTakenUp():
            return replace(pooling, stage="taken_up", action_id=event.action_id)
