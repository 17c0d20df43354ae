"""News: notices with the events they tell of, and which of them a person is still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain import conversations, listings, purchases
from domain.events import Event, Recorded
from domain.exchanges import Exchange, HoldEnding, PeriodAsked, PickupAsked, PickupNear
from domain.listings import Listing, ListingApproved, ListingEnding, ReviewOverdue
from domain.purchases import (
    DeadlineExtended,
    LastCallMade,
    PledgesOpened,
    Purchase,
    PurchaseEvent,
    RoundPlanned,
    SessionPlanned,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from marketplace.eventlog import EventLog
from marketplace.notices import Notice
from marketplace.reactions.telling_authors import Decision
from marketplace.reactions.telling_parties import still_concerns


class News(Struct, frozen=True):
    """A notice, and the event it tells of."""

    notice: Notice
    recorded: Recorded

    @property
    def on_behalf(self) -> bool:
        """Whether the facilitator did it in the name of the reader's company."""
        return bool(self.notice.company_id) and self.recorded.for_company == self.notice.company_id


def news_of(log: EventLog, member_id: str, notices: Sequence[Notice], now: datetime) -> list[News]:
    """What of it a person is still to be told.

    Neither what is past or was seen to, nor what is no longer theirs to hear, nor what they know already: they acted
    in the exchange since it happened. Of what a zone decided about a listing, the last counts.
    """
    oldest: dict[str, int] = {}
    for notice in reversed(notices):
        oldest[notice.listing_id] = notice.position
        if notice.exchange_id:
            oldest[conversations.stream_of(notice.exchange_id)] = notice.position
    happened = {each.id: each for stream, since in oldest.items() for each in log.history(stream, since=since)}
    acted: dict[str, int] = {}
    for position, each in happened.items():
        if each.actor == f"member:{member_id}":
            exchange_id = getattr(each.event, "exchange_id", "")
            acted[exchange_id] = max(position, acted.get(exchange_id, 0))
    found = [News(notice, happened[notice.position]) for notice in notices]
    decided = {_decided(each): each.notice.position for each in found}
    return [
        each
        for each in found
        if (not each.notice.exchange_id or acted.get(each.notice.exchange_id, 0) < each.notice.position)
        and (not isinstance(each.recorded.event, Decision) or decided[_decided(each)] == each.notice.position)
        and _is_theirs(log, each, now)
    ]


def _decided(news: News) -> tuple[str, str]:
    """Which zone decided, and about which listing."""
    return news.notice.listing_id, getattr(news.recorded.event, "zone_id", "")


def _is_theirs(log: EventLog, news: News, now: datetime) -> bool:
    event, notice = news.recorded.event, news.notice
    if isinstance(event, PurchaseEvent):
        purchase = log.load(notice.listing_id, purchases.evolve, snapshot=Purchase).state
        assert purchase is not None  # noqa: S101  # a notice is of an event in its stream
        return still_concerns(log, notice, purchase.zone_id) and not is_past(event, purchase)
    listing = log.load(notice.listing_id, listings.evolve).state
    assert listing is not None  # noqa: S101  # a notice is of an event in its stream
    if isinstance(event, ListingEnding):
        asked = listing.life == "open" and listing.expires_at == event.expires_at > now
        return asked and still_concerns(log, notice, "")
    if isinstance(event, Decision):
        return still_concerns(log, notice, "") and still_holds(event, listing)
    exchange = listing.exchanges[notice.exchange_id]
    return still_concerns(log, notice, exchange.zone_id) and not is_over(event, exchange, now)


def still_holds(event: Decision, listing: Listing) -> bool:
    """Whether what a zone said of a listing is so; reasons are owed whatever came after them."""
    if listing.content.title.erased:
        return False
    match event:
        case ListingApproved():
            return listing.life == "open" and listing.zones.get(event.zone_id) == "approved"
        case ReviewOverdue():
            return event.zone_id in listing.overdue
        case _:
            return True


def is_over(event: Event, exchange: Exchange, now: datetime) -> bool:
    """Whether a reminder or a question comes too late: its time is past, or somebody saw to it."""
    match event:
        case PickupNear():
            return exchange.agreed != event.slot or event.slot.start <= now
        case PickupAsked():
            return exchange.agreed != event.slot
        case HoldEnding():
            return exchange.hold_until != event.hold_until or event.hold_until <= now
        case PeriodAsked():
            return exchange.period != event.period or not exchange.is_open
        case _:
            return False


def is_past(event: Event, purchase: Purchase) -> bool:
    """Whether what people could still do about a group purchase is over: its end is told, and nothing before it."""
    while_open = PledgesOpened | LastCallMade | ThresholdReached | ThresholdLost | TermsChanged | DeadlineExtended
    if isinstance(event, SessionPlanned):
        return purchase.session.held_on is not None or purchase.session.starts_at != event.starts_at
    if isinstance(event, RoundPlanned):
        planned = purchase.collection.round
        return planned is None or planned.completed or planned.on != event.on
    return isinstance(event, while_open) and purchase.stage != "open"
