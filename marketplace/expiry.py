"""Listings end by themselves, and a week before somebody is asked: the clock says which, the listing's rules decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, Final, TypeVar
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from domain.commands import Receipt
from domain.listings import ASKED_AHEAD, AskIfItHolds, ExpireListing
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.reading import SYSTEM, reading
from projections import listings

ACTOR: Final = "system:clock"
AT_ONCE: Final = 100

C = TypeVar("C", AskIfItHolds, ExpireListing)

log = structlog.get_logger(__name__)


class Expiry:
    """Closes listings whose time is over, and asks before; `systems` are connections of the follower's role.

    The read model may lag, and several processes may ask: the command's id is that of the listing as it was read, so
    the answer is the same, and a listing renewed meanwhile neither ends nor is asked about. Its end alone would not do:
    an author may go back to a day that was asked about before.
    """

    def __init__(
        self, marketplace: Marketplace, clock: Clock, systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Ask for the end of some overdue listings, and say for how many; the next tick asks for the rest."""
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            overdue = read.all(listings.overdue(self._clock.now(), AT_ONCE))
        return self._each(overdue, "ends", ExpireListing, self._marketplace.expire_listing)

    def ask(self) -> int:
        """Ask about some listings that end within a week, and say about how many; the next tick asks about the rest."""
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            ending = read.all(listings.ending(now, now + ASKED_AHEAD, AT_ONCE))
        return self._each(ending, "is asked about before", AskIfItHolds, self._marketplace.ask_if_it_holds)

    def _each(self, due: Sequence[listings.Listing], what: str, wish: type[C], use_case: Callable[[C], Receipt]) -> int:
        now = self._clock.now()
        for listing in due:
            ends_at = (listing.expires_at or now).astimezone(UTC)
            name = f"{listing.listing_id} {what} {ends_at.isoformat()} after {listing.version}"
            command_id = str(uuid5(NAMESPACE_URL, name))
            try:
                use_case(wish(actor=ACTOR, now=now, command_id=command_id, listing_id=listing.listing_id))
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.warning("a listing is left as it is", listing=listing.listing_id, refused=str(refused))
            except Exception:
                # One that fails keeps no other from its end; it is tried again at the next tick.
                log.exception("a listing cannot be looked after", listing=listing.listing_id)
        return len(due)
