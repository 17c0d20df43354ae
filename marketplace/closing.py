"""Group purchases end at their deadline, everyone reminded before: the clock says which, their rules decide."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from domain.purchases import WakePurchase
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.reading import SYSTEM, reading
from projections import purchases

ACTOR: Final = "system:clock"
AT_ONCE: Final = 100

log = structlog.get_logger(__name__)


class Closing:
    """Wakes group purchases whose time has come; `systems` are connections of the follower's role."""

    def __init__(
        self, marketplace: Marketplace, clock: Clock, systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Wake some that are due, and say how many; the next tick wakes the rest.

        The read model may lag, and several processes may look: the command's id is that of the purchase as it
        was read, so that it is done once; whether anything is due is for the purchase to say. The moment alone would
        not do: a deadline that is put off may have its first reminder when the old one had its last.
        """
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            due = read.all(purchases.waking(now, AT_ONCE))
        for waking in due:
            name = f"{waking.purchase_id} wakes {waking.wakes_at.astimezone(UTC).isoformat()} after {waking.version}"
            command_id = str(uuid5(NAMESPACE_URL, name))
            wish = WakePurchase(actor=ACTOR, now=now, command_id=command_id, purchase_id=waking.purchase_id)
            try:
                self._marketplace.wake_purchase(wish)
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.warning("a group purchase is not looked after", purchase=waking.purchase_id, refused=str(refused))
            except Exception:
                # One that fails keeps no other from being looked after; it is tried again at the next tick.
                log.exception("a group purchase cannot be looked after", purchase=waking.purchase_id)
        return len(due)
