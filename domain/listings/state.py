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
from domain.listings import capturing, objections
from domain.listings.capturing import Capture
from domain.listings.events import (
    AmendmentRequested,
    Content,
    DecisionTakenBack,
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
    ReviewOverdue,
    Side,
    Stage,
    TextRedacted,
    Verdict,
    ZoneStatus,
)
from domain.listings.objections import ObjectionEvent, Objections
from domain.quantities import Quantity, convert

UNSAID: Final = Content(
    category="", title=Private("", ""), description=Private("", ""), quantity=Quantity(Decimal(1), "H87")
)
"""What a draft says: nothing that counts."""


class Cover(Struct, frozen=True):
    """What an exchange elsewhere promises of a listing, or has given."""

    quantity: Quantity
    confirmed: bool


class Review(Struct, frozen=True):
    """What a zone last said of the words as they stand, at which version of the stream, and what it showed before."""

    verdict: Verdict
    version: int
    before: ZoneStatus


class Listing(Struct, frozen=True):
    """What decisions need to know of a listing; `version` is that of the last event folded in.

    Before its `stage` is posted it says nothing: what was typed of a draft is for the form, and for no rule.
    `reviews` are the zones’ decisions about the words as they stand, and `overdue` the zones that have not read them
    in time; `captured` are the words somebody wrote on behalf of the company. `asked_about` is the end of which its
    company was asked whether the listing still holds.
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
    objections: Objections = Objections()
    reviews: dict[str, Review] = field(default_factory=dict)
    overdue: frozenset[str] = frozenset()
    captured: Capture | None = None

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
        draft = Listing(event.listing_id, "offer", event.company_id, UNSAID, {}, None, version=version, stage="draft")
        return replace(draft, captured=capturing.of_draft(event) or (listing.captured if listing else None))
    if isinstance(event, ListingPosted):
        zones: dict[str, ZoneStatus] = {
            zone: "pending" if zone in event.awaiting else "approved" for zone in event.zones
        }
        posted = Listing(event.listing_id, event.side, event.company_id, event.content, zones, event.expires_at)
        captured = capturing.of_posting(event) or (listing.captured if listing else None)
        return replace(posted, version=version, content_version=version, captured=captured)
    assert listing is not None
    listing = replace(listing, version=version)
    if isinstance(event, ExchangeEvent):
        before = listing.exchanges.get(event.exchange_id)
        after = exchanges.evolve(before, event, listing.version)
        return replace(listing, exchanges={**listing.exchanges, event.exchange_id: after})
    if isinstance(event, ObjectionEvent):
        return replace(listing, objections=objections.evolve(listing.objections, event))
    match event:
        case ListingAmended():
            pending: dict[str, ZoneStatus] = dict.fromkeys(event.awaiting, "pending")
            again = {*event.awaiting, *event.answering}
            return replace(
                listing,
                content=event.content,
                zones={**listing.zones, **pending},
                expires_at=event.expires_at,
                life="open",
                content_version=listing.version,
                objections=listing.objections.lifted(*again),
                reviews={zone: review for zone, review in listing.reviews.items() if zone not in again},
                overdue=listing.overdue - again,
            )
        case DraftDiscarded():
            return replace(listing, stage="discarded")
        case ListingEnding():
            return replace(listing, asked_about=event.expires_at)
        case ListingWithdrawn():
            return replace(listing, life="withdrawn")
        case TextRedacted():
            return listing
        case ListingRenewed():
            return replace(listing, life="open", expires_at=event.expires_at)
        case ListingExpired():
            return replace(listing, life="expired")
        case ListingApproved():
            listing = replace(listing, objections=listing.objections.lifted(event.zone_id))
            return _reviewed(listing, event.zone_id, "approved", "approved")
        case ListingRejected():
            listing = replace(listing, objections=listing.objections.restricted(event.zone_id, listing.version))
            return _reviewed(listing, event.zone_id, "rejected", "rejected")
        case AmendmentRequested():
            if not event.hidden:
                return _reviewed(listing, event.zone_id, "amend", listing.zones[event.zone_id])
            listing = replace(listing, objections=listing.objections.restricted(event.zone_id, listing.version))
            return _reviewed(listing, event.zone_id, "amend", "pending")
        case DecisionTakenBack():
            left = {zone: review for zone, review in listing.reviews.items() if zone != event.zone_id}
            zones = {**listing.zones, event.zone_id: event.status}
            return replace(listing, zones=zones, reviews=left, objections=listing.objections.lifted(event.zone_id))
        case ReviewOverdue():
            return replace(listing, overdue=listing.overdue | {event.zone_id})
        case ListingFulfilled():
            return replace(listing, life="fulfilled")
        case ListingReopened():
            return replace(listing, life="open")
        case NeedCovered():
            cover = Cover(event.quantity, event.confirmed)
            return replace(listing, covered={**listing.covered, event.exchange_id: cover})
        case NeedReopened():
            uncovered = {one: cover for one, cover in listing.covered.items() if one != event.exchange_id}
            return replace(listing, covered=uncovered)


def _reviewed(listing: Listing, zone_id: str, verdict: Verdict, status: ZoneStatus) -> Listing:
    review = Review(verdict, listing.version, listing.zones[zone_id])
    return replace(
        listing,
        zones={**listing.zones, zone_id: status},
        reviews={**listing.reviews, zone_id: review},
        overdue=listing.overdue - {zone_id},
    )
