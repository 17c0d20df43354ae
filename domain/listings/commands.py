"""What can be asked of a listing."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct, field

from domain.commands import Command
from domain.exchanges import Reason
from domain.listings.events import Ground, Mode, PriceTerms, Side, Visibility
from domain.listings.pickup import PickupTerms
from domain.quantities import Quantity


class Draft(Struct, frozen=True, kw_only=True):
    """What the author typed and chose, before it is checked; without `photos`, a listing keeps those it has.

    Without `price`, it is what it usually is for an offer or a request.

    `photo_texts` says what is to be seen on some of them, by their ids; without it, what was said stays.
    """

    category: str
    title: str
    quantity: Quantity
    description: str = ""
    mode: Mode | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    price: PriceTerms | None = None
    price_cents: int | None = None
    available_from: date | None = None
    available_to: date | None = None
    max_km: int | None = None
    visibility: Visibility = "zone"
    photos: tuple[str, ...] | None = None
    photo_texts: dict[str, str] | None = None
    pickup: PickupTerms = PickupTerms()
    whole_lot: bool = False


class DraftListing(Command, frozen=True):
    """Keep what was typed of a listing, by the names of the form's fields, to go on with it another day."""

    listing_id: str
    company_id: str
    answers: dict[str, str]
    photos: tuple[str, ...] = ()


class DiscardDraft(Command, frozen=True):
    """Throw a draft away."""

    listing_id: str


class PostListing(Command, frozen=True):
    """Offer something, or look for it."""

    listing_id: str
    side: Side
    company_id: str
    site_id: str
    draft: Draft


class AmendListing(Command, frozen=True):
    """Change what a listing says."""

    listing_id: str
    draft: Draft


class WithdrawListing(Command, frozen=True):
    """Take a listing back; `decline` is what those are told who still wait for an answer."""

    listing_id: str
    reason: str = ""
    decline: Reason | None = None


class RedactText(Command, frozen=True):
    """Make the words of a listing unreadable, history included; `zone_id` when a moderator asks for a zone."""

    listing_id: str
    zone_id: str = ""


class RenewListing(Command, frozen=True):
    """Say that a listing still holds."""

    listing_id: str


class AskIfItHolds(Command, frozen=True):
    """Ask the company of a listing that ends soon whether it still holds; the clock asks for it."""

    listing_id: str


class ExpireListing(Command, frozen=True):
    """Close a listing whose time is over; the clock asks for it."""

    listing_id: str


class CoverNeed(Command, frozen=True):
    """Note what an offer promises or gives towards a request; a reaction asks for it."""

    listing_id: str
    exchange_id: str
    quantity: Quantity
    confirmed: bool


class ReopenNeed(Command, frozen=True):
    """Note that a promise towards a request does not come; a reaction asks for it."""

    listing_id: str
    exchange_id: str


class ApproveListing(Command, frozen=True):
    """Show a listing in a zone."""

    listing_id: str
    zone_id: str


class RejectListing(Command, frozen=True):
    """Keep a listing out of a zone, and tell the company why."""

    listing_id: str
    zone_id: str
    ground: Ground
    sentence: str


class RequestAmendment(Command, frozen=True):
    """Ask the company for a change before the zone shows its listing, or goes on showing it."""

    listing_id: str
    zone_id: str
    ground: Ground
    sentence: str


class TakeBackDecision(Command, frozen=True):
    """Take back what the zone decided at `decided_version` of the listing’s stream."""

    listing_id: str
    zone_id: str
    decided_version: int


class NoteOverdue(Command, frozen=True):
    """Note that the zone has not read a listing by the time it promised; the clock asks for it."""

    listing_id: str
    zone_id: str
    due_at: datetime
