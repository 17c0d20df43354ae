"""A hand-over takes effect by itself: on its day, what there is to pass on is read, and the zone changes hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog

from domain.refused import Refused
from domain.zones import CompleteHandover, Work
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import EventLog, Unavailable
from marketplace.falling_due import AT_ONCE, CLOCK, Systems
from marketplace.reading import SYSTEM, Reading, reading, stale, visible
from projections import joining, people
from projections.exchanges import EXCHANGES
from projections.exchanges.funnel import under_way as exchanges_of
from projections.joining import JOINING
from projections.listings import LISTINGS
from projections.listings.drafts import captured
from projections.listings.questions import confidential
from projections.model import Id, Query
from projections.moderation import MODERATION
from projections.moderation.questions import undecided
from projections.people import PEOPLE
from projections.people.questions import accompanied, roles
from projections.purchases import PURCHASES
from projections.purchases.questions import under_way as purchases_of

PASSING: Final = (PEOPLE, LISTINGS, EXCHANGES, PURCHASES, MODERATION, JOINING)
"""The read models that say what there is to pass on."""

log = structlog.get_logger(__name__)


class HandingOver:
    """Lets the hand-overs whose day has come take effect, each once: what has taken effect no longer stands."""

    def __init__(self, marketplace: Marketplace, events: EventLog, clock: Clock, systems: Systems) -> None:
        self._marketplace = marketplace
        self._log = events
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Look after those that are due, and say how many that was; none while what would pass is not all known."""
        now = self._clock.now()
        with self._systems.connection() as connection:
            with reading(connection, SYSTEM) as read:
                due = read.all(people.due_handovers(now, AT_ONCE))
            if not due or not _all_known(connection, self._log.head()):
                return 0
            with reading(connection, SYSTEM) as read:
                commands = [_completing(read, row, now) for row in due]
        for command in commands:
            try:
                self._marketplace.complete_handover(command)
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.info("a hand-over does not take effect", handover=command.handover_id, refused=str(refused))
            except Exception:
                # One that fails keeps no other zone waiting; it is tried again at the next tick.
                log.exception("a hand-over cannot take effect", handover=command.handover_id)
        return len(due)


def _all_known(connection: psycopg.Connection[Any], head: int) -> bool:
    """Whether what would pass is as the log has it: a read model that stopped is waited for until somebody mends it."""
    names = [model.name for model in PASSING]
    return visible(connection, head, names) and not stale(connection, names)


def _completing(read: Reading, row: people.HandoverRow, now: datetime) -> CompleteHandover:
    zone_id = row.zone_id
    stay = {*row.staying_ids, row.taker_id}
    leavers = sorted({f"member:{held.member_id}" for held in read.all(roles(zone_id)) if held.member_id not in stay})
    work: dict[Work, Query[Id]] = {**passing(zone_id), "drafts": captured(zone_id, leavers)}
    asked: dict[str, Any] = {"actor": CLOCK, "now": now}
    return CompleteHandover(
        **asked,
        command_id=str(uuid5(NAMESPACE_URL, f"{row.handover_id} takes effect {now.isoformat()}")),
        zone_id=zone_id,
        handover_id=row.handover_id,
        work={kind: tuple(found.id for found in read.all(query)) for kind, query in work.items()},
    )


def passing(zone_id: str) -> dict[Work, Query[Id]]:
    """What passes with a zone whoever leaves, by kind; the drafts of those who leave come beside."""
    return {
        "companies": accompanied(zone_id),
        "captures": confidential(zone_id),
        "exchanges": exchanges_of(zone_id),
        "purchases": purchases_of(zone_id),
        "decisions": undecided(zone_id),
        "requests": joining.unanswered(zone_id),
    }
