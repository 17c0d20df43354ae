"""What the clock decides about an exchange in the silence of both sides."""

from __future__ import annotations

from datetime import datetime

from domain import exchanges
from domain.dealings.commands import NudgeExchange
from domain.dealings.rules import exchange_of, known
from domain.exchanges import (
    DisputeLapsed,
    Exchange,
    ExchangeAbandoned,
    ExchangeEvent,
    ExchangeReminded,
    FacilitatorTold,
    HoldEnding,
    HoldLapsed,
    PeriodAsked,
    PeriodMissed,
    PickupAsked,
    PickupNear,
    coming,
    next_step,
)
from domain.exchanges.timing import Prompt
from domain.listings import Listing, ListingEvent

# --- the clock ----------------------------------------------------------------------------------------------------


def nudge_exchange(
    command: NudgeExchange, listing: Listing | None, heard_at: datetime | None = None
) -> list[ListingEvent]:
    """All that is due by now; nothing when somebody took a step meanwhile, whatever the scheduler thinks."""
    listing = known(listing)
    exchange = exchange_of(listing, command.exchange_id)
    events: list[ListingEvent] = []
    while (due := coming(exchange, heard_at)) is not None and due.at <= command.now:
        event = _by_the_clock(due.what, exchange, command.now)
        events.append(event)
        exchange = exchanges.evolve(exchange, event, exchange.version)
    return events


def _by_the_clock(what: Prompt, exchange: Exchange, now: datetime) -> ExchangeEvent:
    names = {"exchange_id": exchange.exchange_id, "listing_id": exchange.listing_id}
    step = next_step(exchange)
    match what:
        case "eve":
            assert exchange.agreed is not None
            return PickupNear(**names, slot=exchange.agreed, at=now)
        case "ask_pickup":
            assert exchange.agreed is not None
            return PickupAsked(**names, slot=exchange.agreed, at=now)
        case "hold_notice":
            assert exchange.hold_until is not None
            return HoldEnding(**names, hold_until=exchange.hold_until, at=now)
        case "hold_end":
            return HoldLapsed(**names, at=now)
        case "ask_period":
            assert exchange.period is not None
            return PeriodAsked(**names, period=exchange.period, at=now)
        case "miss_period":
            assert exchange.period is not None
            return PeriodMissed(**names, by="", period=exchange.period, reason=None, at=now)
        case "lapse_dispute":
            assert exchange.dispute is not None
            return DisputeLapsed(**names, number=exchange.dispute.number, at=now)
        case "remind":
            assert step is not None
            return ExchangeReminded(**names, owed_by=step.owed_by, step=step.what, at=now)
        case "tell":
            assert step is not None
            return FacilitatorTold(**names, zone_id=exchange.zone_id, owed_by=step.owed_by, step=step.what, at=now)
        case _:
            return ExchangeAbandoned(**names, by="", reason="no_answer", sentence=None, at=now)
