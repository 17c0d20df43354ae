"""What the clock looks after: a read model says what may be due, and the rules of the thing itself decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import NAMESPACE_URL, uuid5

import psycopg
import structlog
from msgspec import Struct
from psycopg_pool import ConnectionPool

from domain.acting import ACCEPT_WITHIN, AcceptActing, ActingAccepted, EndAsking
from domain.commands import Command, Receipt
from domain.dealings import NudgeExchange
from domain.joining import CONFIRM_WITHIN, LapseJoining
from domain.listings import ASKED_AHEAD, AskIfItHolds, ExpireListing, NoteOverdue
from domain.pooling import ProposePooling
from domain.purchases import WakePurchase
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.reading import SYSTEM, reading
from projections import acting, exchanges, joining, listings, moderation, pooling, purchases
from projections.model import Query

R = TypeVar("R", bound=Struct)
C = TypeVar("C", bound=Command)

CLOCK: Final = "system:clock"
POOLING: Final = "system:pooling"
AT_ONCE: Final = 100

COMPLETED_WITHIN: Final = timedelta(minutes=10)
"""After it, whoever accepted is not at it any more: the clock takes it up."""
_INCOMPLETE: Final = """
SELECT e.originator_id AS acting_id
FROM log.private_key k JOIN log.stored_events e ON e.originator_id = k.stream
JOIN log.event_meta m USING (notification_id)
WHERE k.subject LIKE 'acting-%%' AND e.topic = %(accepted)s AND m.at <= %(before)s
ORDER BY e.notification_id LIMIT %(limit)s
"""

log = structlog.get_logger(__name__)

Systems = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
"""Connections of the follower's role, which reads everything."""


class _Accepted(Struct, frozen=True):
    acting_id: str


class FallingDue(Generic[R, C]):
    """One kind of thing that falls due: where to look for it, what to ask, and who decides.

    The read model may lag, and several processes may look: `wish` makes a command whose id is that of the thing as it
    was read, so that what is due is done once. Where it is refused, since somebody acted meanwhile, nothing is
    remembered, and the next look asks again.
    """

    def __init__(
        self,
        clock: Clock,
        systems: Systems,
        *,
        find: Callable[[datetime], Query[R]],
        wish: Callable[[R, datetime], C],
        decide: Callable[[C], Receipt],
    ) -> None:
        self._clock = clock
        self._systems = systems
        self._find = find
        self._wish = wish
        self._decide = decide

    def tick(self) -> int:
        """Look after some of what may be due, and say how much that was; the next tick looks after the rest."""
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            due = read.all(self._find(now))
        for one in due:
            wish = self._wish(one, now)
            try:
                self._decide(wish)
            except (psycopg.Error, Unavailable):
                raise
            except Refused as refused:
                log.info("what was due is left as it is", asked=wish, refused=str(refused))
            except Exception:
                # One that fails keeps no other from being looked after; it is tried again at the next tick.
                log.exception("what is due cannot be done", asked=wish)
        return len(due)


def expiry(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[listings.Listing, ExpireListing]:
    """Listings end when their time is over."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: listings.overdue(now, AT_ONCE),
        wish=lambda one, now: ExpireListing(**_ending(one, "ends", now)),
        decide=marketplace.expire_listing,
    )


def asking(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[listings.Listing, AskIfItHolds]:
    """A week before a listing ends, its company is asked whether it still holds."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: listings.ending(now, now + ASKED_AHEAD, AT_ONCE),
        wish=lambda one, now: AskIfItHolds(**_ending(one, "is asked about before", now)),
        decide=marketplace.ask_if_it_holds,
    )


def reviewing(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[moderation.Late, NoteOverdue]:
    """What a zone has not read in the time it promises is noted, once for each reading."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: moderation.late(now, AT_ONCE),
        wish=lambda one, now: NoteOverdue(
            **_asked(now, one.listing_id, "is late in", one.zone_id, str(one.opened_version)),
            listing_id=one.listing_id,
            zone_id=one.zone_id,
            due_at=one.due_at,
        ),
        decide=marketplace.note_overdue,
    )


def nudging(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[exchanges.Waking, NudgeExchange]:
    """What the silence of both sides of an exchange leads to."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: exchanges.waking(now, AT_ONCE),
        wish=lambda one, now: NudgeExchange(
            **_asked(now, one.exchange_id, "wakes", _moment(one.wakes_at)),
            listing_id=one.listing_id,
            exchange_id=one.exchange_id,
        ),
        decide=marketplace.nudge_exchange,
    )


def closing(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[purchases.Waking, WakePurchase]:
    """Group purchases end at their deadline, everyone reminded before.

    The moment alone would not name what is due: a deadline that is put off may have its first reminder when the old
    one had its last.
    """
    return FallingDue(
        clock,
        systems,
        find=lambda now: purchases.waking(now, AT_ONCE),
        wish=lambda one, now: WakePurchase(
            **_asked(now, one.purchase_id, "wakes", _moment(one.wakes_at), "after", str(one.version)),
            purchase_id=one.purchase_id,
        ),
        decide=marketplace.wake_purchase,
    )


def gathering(
    marketplace: Marketplace, clock: Clock, systems: Systems
) -> FallingDue[pooling.Beginning, ProposePooling]:
    """What three companies have in common is proposed to them.

    A proposal's id is made from the listing that its pool began with, so that it is made once. What fell apart
    meanwhile is refused, and asked about again when it has come together with others: the command tells who counted.
    """
    return FallingDue(
        clock,
        systems,
        find=lambda now: pooling.beginning(now, AT_ONCE),
        wish=lambda one, now: ProposePooling(
            **_asked(now, one.pooling_id, *one.listing_ids, actor=POOLING),
            pooling_id=one.pooling_id,
            kind=one.kind,
            zone_id=one.zone_id,
            category=one.category,
            listing_ids=one.listing_ids,
        ),
        decide=marketplace.propose_pooling,
    )


def lapsing(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[joining.Request, LapseJoining]:
    """Requests to join lapse when nobody confirmed their address."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: joining.unconfirmed(now - CONFIRM_WITHIN, AT_ONCE),
        wish=lambda one, now: LapseJoining(
            **_asked(now, one.joining_id, "lapses"),
            joining_id=one.joining_id,
        ),
        decide=marketplace.lapse_joining,
    )


def forgetting(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[acting.Asked, EndAsking]:
    """Whoever was asked to act for a company or a zone, and did not accept, is forgotten."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: acting.unaccepted(now - ACCEPT_WITHIN, AT_ONCE),
        wish=lambda one, now: EndAsking(
            **_asked(now, one.acting_id, "lapses"),
            acting_id=one.acting_id,
        ),
        decide=marketplace.end_asking,
    )


def completing(marketplace: Marketplace, clock: Clock, systems: Systems) -> FallingDue[_Accepted, AcceptActing]:
    """What somebody accepted, and was broken off before it was done, is completed; only then are their words gone."""
    return FallingDue(
        clock,
        systems,
        find=lambda now: Query(
            _INCOMPLETE,
            {"accepted": ActingAccepted.__name__, "before": now - COMPLETED_WITHIN, "limit": AT_ONCE},
            _Accepted,
        ),
        wish=lambda one, now: AcceptActing(
            **_asked(now, one.acting_id, "is completed"),
            acting_id=one.acting_id,
            member_id=one.acting_id.replace("acting-", "member-", 1),
        ),
        decide=marketplace.accept_acting,
    )


def _asked(now: datetime, *name: str, actor: str = CLOCK) -> dict[str, Any]:
    return {"actor": actor, "now": now, "command_id": str(uuid5(NAMESPACE_URL, " ".join(name)))}


def _ending(listing: listings.Listing, what: str, now: datetime) -> dict[str, Any]:
    # Its end alone would not name it: an author may go back to a day that was asked about before.
    ends_at = _moment(listing.expires_at or now)
    asked = _asked(now, listing.listing_id, what, ends_at, "after", str(listing.version))
    return {**asked, "listing_id": listing.listing_id}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
