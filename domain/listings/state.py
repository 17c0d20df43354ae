"""A listing as decisions know it: what it says, who shows it, and what is promised of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from domain import exchanges
from domain.events import Private
from domain.exchanges import Exchange, ExchangeEvent
from domain.listings.events import (
    Content,
    DraftDiscarded,
    Life,
    ListingAmended,
    ListingApproved,
    ListingDrafted,
    ListingEnding,
    ListingEvent,
    ListingExpired,
    ListingFulfilled,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    NeedCovered,
    NeedReopened,
    Side,
    Stage,
    ZoneStatus,
)
from domain.quantities import Quantity, convert

UNSAID: Final = Content(
    category="", title=Private("", ""), description=Private("", ""), quantity=Quantity(Decimal(1), "H87")
)
"""What a draft says: nothing that counts."""


class Cover(Struct, frozen=True):
    """What an exchange elsewhere promises of a listing, or has given."""

    quantity: Quantity
    confirmed: bool


class Listing(Struct, frozen=True):
    """What decisions need to know of a listing; `version` is that of the last event folded in.

    Before its `stage` is posted it says nothing: what was typed of a draft is for the form, and for no rule.
    `asked_about` is the end of which its company was asked whether the listing still holds.
    `exchanges` are all that stand in its stream; `covered` is what exchanges in the streams of other listings promise
    or have given of it, by their id. Amounts are in the unit of its own quantity.
    """

    listing_id: str
    side: Side
    company_id: str
    content: Content
    zones: dict[str, ZoneStatus]
    expires_at: datetime | None
    life: Life = "open"
    version: int = 0
    content_version: int = 0
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    covered: dict[str, Cover] = field(default_factory=dict)
    stage: Stage = "posted"
    asked_about: datetime | None = None

    @property
    def promised(self) -> Decimal:
        """What is kept for those who were accepted."""
        return sum((one.held for one in self.exchanges.values()), Decimal(0))

    @property
    def taken(self) -> Decimal:
        """What was collected of a thing that is there once; a flow comes again, and nothing of it is used up."""
        if self.content.quantity.per is not None:
            return Decimal(0)
        return sum((one.taken for one in self.exchanges.values()), Decimal(0))

    @property
    def unpromised(self) -> Decimal:
        """What nobody was promised yet; below zero where exchanges elsewhere gave more than there was room for."""
        return self.content.quantity.amount - self.promised - self.taken - self.given_elsewhere()

    @property
    def free(self) -> Decimal:
        """What may still be promised."""
        return max(self.unpromised, Decimal(0))

    @property
    def is_used_up(self) -> bool:
        """Whether all of it was collected or given: then the listing is fulfilled."""
        whole = self.content.quantity
        return whole.per is None and self.taken + self.given_elsewhere(confirmed=True) >= whole.amount

    def given_elsewhere(self, *, confirmed: bool = False) -> Decimal:
        """What exchanges elsewhere promise or gave of it, as far as their unit says it without an estimate."""
        unit, per = self.content.quantity.unit, self.content.quantity.per
        given = Decimal(0)
        for cover in self.covered.values():
            amount = convert(cover.quantity, unit, self.content.category)
            if amount is not None and not amount.estimated and cover.quantity.per == per:
                given += amount.amount if cover.confirmed or not confirmed else Decimal(0)
        return given


def evolve(listing: Listing | None, event: ListingEvent) -> Listing:  # noqa: C901, PLR0912  (one flat case per event)
    """The listing after `event`."""
    version = 0 if listing is None else listing.version + 1
    if isinstance(event, ListingDrafted):
        return Listing(event.listing_id, "offer", event.company_id, UNSAID, {}, None, version=version, stage="draft")
    if isinstance(event, ListingPosted):
        zones: dict[str, ZoneStatus] = {
            zone: "pending" if zone in event.awaiting else "approved" for zone in event.zones
        }
        posted = Listing(event.listing_id, event.side, event.company_id, event.content, zones, event.expires_at)
        return replace(posted, version=version, content_version=version)
    assert listing is not None
    listing = replace(listing, version=version)
    if isinstance(event, ExchangeEvent):
        before = listing.exchanges.get(event.exchange_id)
        after = exchanges.evolve(before, event, listing.version)
        return replace(listing, exchanges={**listing.exchanges, event.exchange_id: after})
    match event:
        case ListingAmended():
            pending: dict[str, ZoneStatus] = dict.fromkeys(event.awaiting, "pending")
            return replace(
                listing,
                content=event.content,
                zones={**listing.zones, **pending},
                expires_at=event.expires_at,
                life="open",
                content_version=listing.version,
            )
        case DraftDiscarded():
            return replace(listing, stage="discarded")
        case ListingEnding():
            return replace(listing, asked_about=event.expires_at)
        case ListingWithdrawn():
            return replace(listing, life="withdrawn")
        case ListingRenewed():
            return replace(listing, life="open", expires_at=event.expires_at)
        case ListingExpired():
            return replace(listing, life="expired")
        case ListingApproved():
            return replace(listing, zones={**listing.zones, event.zone_id: "approved"})
        case ListingRejected():
            return replace(listing, zones={**listing.zones, event.zone_id: "rejected"})
        case ListingFulfilled():
            return replace(listing, life="fulfilled")
        case ListingReopened():
            return replace(listing, life="open")
        case NeedCovered():
            cover = Cover(event.quantity, event.confirmed)
            return replace(listing, covered={**listing.covered, event.exchange_id: cover})
        case NeedReopened():
            left = {one: cover for one, cover in listing.covered.items() if one != event.exchange_id}
            return replace(listing, covered=left)
