"""An exchange promises or gives some of two listings: the stream in which it does not stand is told how much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from typing import Any, Final, get_args

from domain import listings
from domain.events import Recorded
from domain.exchanges import (
    DisputeSettled,
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    ExchangeConfirmed,
    ExchangeDeclined,
    FlowEnded,
    HoldLapsed,
    HoldRenewed,
    PeriodConfirmed,
    TakeCorrected,
)
from domain.listings import CoverNeed, Listing, ReopenNeed
from domain.quantities import LARGEST, Quantity
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import EventLog
from marketplace.reactions import Reaction, Wish, command_id

NAME: Final = "covering_needs"
ACTOR: Final = f"system:{NAME}"

Moving = (
    ExchangeAccepted
    | HoldRenewed
    | HoldLapsed
    | ExchangeConfirmed
    | TakeCorrected
    | DisputeSettled
    | PeriodConfirmed
    | FlowEnded
    | ExchangeAbandoned
    | ExchangeDeclined
)
"""What changes how much an exchange promises or has given."""


def covering_needs(marketplace: Marketplace, log: EventLog, clock: Clock) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset(get_args(Moving)), _Covering(marketplace, log, clock).react)


class _Covering:
    def __init__(self, marketplace: Marketplace, log: EventLog, clock: Clock) -> None:
        self._marketplace = marketplace
        self._log = log
        self._clock = clock

    def react(self, recorded: Recorded) -> Iterator[Wish]:
        """Say what the exchange gives of the other listing after the event; when nothing, that is free again."""
        event = recorded.event
        if not isinstance(event, Moving):
            return
        listing = self._as_it_stood(recorded)
        exchange = listing.exchanges[event.exchange_id]
        need = self._need(listing, exchange)
        if need is None:
            return
        asked: dict[str, Any] = {
            "actor": ACTOR,
            "now": self._clock.now(),
            "command_id": command_id(recorded, NAME),
            "listing_id": need,
            "exchange_id": exchange.exchange_id,
        }
        given, confirmed = contribution(exchange)
        if given is None:
            yield Wish(self._marketplace.reopen_need, ReopenNeed(**asked))
        else:
            yield Wish(self._marketplace.cover_need, CoverNeed(**asked, quantity=given, confirmed=confirmed))

    def _as_it_stood(self, recorded: Recorded) -> Listing:
        """The listing right after the event, whatever came since: asked again, the command is the same."""
        told = (each.event for each in self._log.history(recorded.stream) if each.version <= recorded.version)
        listing: Listing | None = reduce(listings.evolve, told, None)  # type: ignore[arg-type]  # a listing's events
        assert listing is not None  # noqa: S101  # the event stands in its stream
        return listing

    def _need(self, listing: Listing, exchange: Exchange) -> str | None:
        """The other listing of the pair: a request is covered by it, an offer is spoken for."""
        if exchange.other_listing_id is None:
            return None
        other = self._log.load(exchange.other_listing_id, listings.evolve).state
        return other.listing_id if other is not None and other.side != listing.side else None


def contribution(exchange: Exchange) -> tuple[Quantity | None, bool]:
    """What an exchange gives, and whether all of it is collected; None when it gives nothing any more.

    A flow gives what it was agreed on, period by period, as long as it runs.
    """
    if exchange.recurs:
        return (exchange.accepted if exchange.held else None), bool(exchange.takes)
    # Several pick-ups may add up to more than any one quantity may be.
    amount: Decimal = min(exchange.taken + exchange.held, LARGEST - 1)
    return (Quantity(amount, exchange.asked.unit) if amount else None), not exchange.held
