"""Listings end by themselves: the clock says which, the listing's own rules decide."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from domain.listings import ExpireListing
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.reading import SYSTEM, reading
from projections import listings

ACTOR: Final = "system:clock"
AT_ONCE: Final = 100

log = structlog.get_logger(__name__)


class Expiry:
    """Closes listings whose time is over; `systems` are connections of the follower's role."""

    def __init__(
        self, marketplace: Marketplace, clock: Clock, systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Ask for the end of some overdue listings, and say for how many; the next tick asks for the rest.

        The read model may lag, and several processes may ask: the command's id is that of the listing and the day it
        ends, so the answer is the same, and a listing renewed meanwhile does not end.
        """
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            overdue = read.all(listings.overdue(now, AT_ONCE))
        for listing in overdue:
            ends_at = (listing.expires_at or now).astimezone(UTC)
            name = f"{listing.listing_id} ends {ends_at.isoformat()}"
            command = ExpireListing(
                actor=ACTOR, now=now, command_id=str(uuid5(NAMESPACE_URL, name)), listing_id=listing.listing_id
            )
            try:
                self._marketplace.expire_listing(command)
            except Refused as refused:
                log.warning("a listing does not end", listing=listing.listing_id, refused=str(refused))
        return len(overdue)
