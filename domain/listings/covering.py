"""What exchanges elsewhere promise of a listing, and whether anything is left of it."""

from __future__ import annotations

from datetime import datetime

from domain.events import Private
from domain.exchanges import Exchange, ExchangeDeclined, Reason
from domain.listings.commands import CoverNeed, ReopenNeed
from domain.listings.events import ListingEvent, ListingFulfilled, ListingReopened, NeedCovered, NeedReopened
from domain.listings.rules import known
from domain.listings.state import Cover, Listing, evolve
from domain.quantities import convert, plain
from domain.refused import Refused, _


def cover_need(command: CoverNeed, listing: Listing | None) -> list[ListingEvent]:
    """A request that is wholly given is fulfilled; said twice, it is noted once."""
    listing = known(listing)
    if listing.covered.get(command.exchange_id) == Cover(command.quantity, command.confirmed):
        return []
    covered = NeedCovered(
        listing_id=listing.listing_id,
        exchange_id=command.exchange_id,
        quantity=command.quantity,
        confirmed=command.confirmed,
    )
    return [covered, *what_is_left(evolve(listing, covered), command.now)]


def reopen_need(command: ReopenNeed, listing: Listing | None) -> list[ListingEvent]:
    """What was promised does not come; a request that nobody gives wholly any more is open again."""
    listing = known(listing)
    if command.exchange_id not in listing.covered:
        return []
    reopened = NeedReopened(listing_id=listing.listing_id, exchange_id=command.exchange_id)
    return [reopened, *what_is_left(evolve(listing, reopened), command.now)]


def reserve_elsewhere(command: CoverNeed, listing: Listing | None) -> list[ListingEvent]:
    """Speak for some of an offer that an exchange about a request is to give: never more than is free."""
    listing = known(listing)
    before = listing.covered.get(command.exchange_id)
    if before is not None:
        return []
    wanted = convert(command.quantity, listing.content.quantity.unit, listing.content.category)
    exact = wanted is not None and not wanted.estimated and command.quantity.per == listing.content.quantity.per
    if wanted is not None and exact and wanted.amount > listing.unpromised:
        raise Refused(
            _("Of the offer this goes with, only %(left)s are left: the rest is promised or collected."),
            field="amount",
            left=plain(listing.free),
        )
    return [
        NeedCovered(
            listing_id=listing.listing_id,
            exchange_id=command.exchange_id,
            quantity=command.quantity,
            confirmed=False,
        )
    ]


def what_is_left(listing: Listing, now: datetime) -> list[ListingEvent]:
    """Whether nothing is left now, or something again; who still waited for an answer is told at once."""
    if listing.is_used_up and listing.life in ("open", "expired"):
        waiting = [one for one in listing.exchanges.values() if one.stage == "asked"]
        return [
            ListingFulfilled(listing_id=listing.listing_id),
            *(declined(one, "", "quantity", now) for one in waiting),
        ]
    if not listing.is_used_up and listing.life == "fulfilled":
        return [ListingReopened(listing_id=listing.listing_id)]
    return []


def declined(
    exchange: Exchange, by: str, reason: Reason, now: datetime, sentence: Private | None = None
) -> ExchangeDeclined:
    """The owner's no, or that of a listing of which nothing is left: then nobody chose it, and `by` is empty."""
    return ExchangeDeclined(
        exchange_id=exchange.exchange_id,
        listing_id=exchange.listing_id,
        by=by,
        reason=reason,
        sentence=sentence,
        at=now,
    )
