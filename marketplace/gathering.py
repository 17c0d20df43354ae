"""What comes together is proposed: the read model says what may be worth it, the proposal's own rules decide."""

from __future__ import annotations

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from domain.pooling import ProposePooling
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.reading import SYSTEM, reading
from projections import pooling

ACTOR: Final = "system:pooling"
AT_ONCE: Final = 100

log = structlog.get_logger(__name__)


class Gathering:
    """Proposes what three companies have in common; `systems` are connections of the follower's role."""

    def __init__(
        self, marketplace: Marketplace, clock: Clock, systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Propose what has come together, and say how much that is; the next tick looks again.

        The read model may lag, and several processes may look: a proposal's id is made from the listing that its pool
        began with, so that it is made once. What fell apart meanwhile is refused, and asked about again when it has
        come together with others: the command's id tells who was counted.
        """
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            found = read.all(pooling.beginning(AT_ONCE))
        for pool in found:
            command = ProposePooling(
                actor=ACTOR,
                now=self._clock.now(),
                command_id=str(uuid5(NAMESPACE_URL, " ".join((pool.pooling_id, *pool.listing_ids)))),
                pooling_id=pool.pooling_id,
                kind=pool.kind,
                zone_id=pool.zone_id,
                category=pool.category,
                listing_ids=pool.listing_ids,
            )
            try:
                self._marketplace.propose_pooling(command)
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.info("a pool is not proposed", pooling=pool.pooling_id, refused=str(refused))
            except Exception:
                # One that fails keeps no other from being proposed; it is tried again at the next tick.
                log.exception("a pool cannot be proposed", pooling=pool.pooling_id)
        return len(found)
