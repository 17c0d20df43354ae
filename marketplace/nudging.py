"""The clock looks after exchanges: the read model says which may be due, the exchange's own rules decide."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from domain.dealings import NudgeExchange
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.reading import SYSTEM, reading
from projections import exchanges

ACTOR: Final = "system:clock"
AT_ONCE: Final = 200

log = structlog.get_logger(__name__)


class Nudging:
    """Has done what silence leads to; `systems` are connections of the follower's role."""

    def __init__(
        self, marketplace: Marketplace, clock: Clock, systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Look at some exchanges that are due, and say at how many; the next tick looks at the rest.

        The read model may lag, and several processes may look: the command's id is that of the exchange and the
        moment it was to wake, so that what is due is done once. Where somebody took a step or wrote meanwhile
        nothing is done, nothing is remembered of the question, and the next look asks it again.
        """
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            due = read.all(exchanges.waking(now, AT_ONCE))
        for waking in due:
            name = f"{waking.exchange_id} wakes {waking.wakes_at.astimezone(UTC).isoformat()}"
            command = NudgeExchange(
                actor=ACTOR,
                now=now,
                command_id=str(uuid5(NAMESPACE_URL, name)),
                listing_id=waking.listing_id,
                exchange_id=waking.exchange_id,
            )
            try:
                self._marketplace.nudge_exchange(command)
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.warning("an exchange is not looked after", exchange=waking.exchange_id, refused=str(refused))
            except Exception:
                # One that fails keeps no other from being looked after; it is tried again at the next tick.
                log.exception("an exchange cannot be looked after", exchange=waking.exchange_id)
        return len(due)
