"""What can happen to an offer or a request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from msgspec import Struct, field

from domain.events import Event, Private
from domain.exchanges import ExchangeEvent
from domain.listings.objections import ObjectionEvent
from domain.listings.pickup import PickupTerms
from domain.places import Place
from domain.quantities import Quantity

Side = Literal["offer", "request"]
SIDES: Final[tuple[Side, ...]] = ("offer", "request")
Mode = Literal["give", "lend", "service", "pool", "purchase"]
PriceTerms = Literal["free", "paid_by_receiver", "paid_by_provider", "swap", "quote"]
PRICE_TERMS: Final[tuple[PriceTerms, ...]] = ("free", "paid_by_receiver", "paid_by_provider", "swap", "quote")
USUAL_PRICE: Final[dict[Side, PriceTerms]] = {"offer": "free", "request": "quote"}
"""On what terms, where nobody says: who seeks something has not asked for a gift."""
Visibility = Literal["facilitator", "zone", "partners", "public", "named"]
VISIBILITIES: Final[tuple[Visibility, ...]] = ("facilitator", "zone", "partners", "public", "named")
"""Who sees a listing besides its company and those who run its zones, the narrowest first: nobody; the companies of its
zones; those of their partner zones too; everyone, without the company’s name; everyone, with it."""
OPEN_TO_PARTNERS: Final[frozenset[Visibility]] = frozenset({"partners", "public", "named"})
ZoneStatus = Literal["pending", "approved", "rejected"]
Life = Literal["open", "withdrawn", "expired", "fulfilled"]
Stage = Literal["draft", "discarded", "posted"]
Spared = Literal["trusted", "captured", "moderator", "alone"]
"""Why a zone that reads what is posted first did not: it trusts the company by now; its only moderator had captured
these words; a moderator posted it for the company; or the one moderator there is posted it for their own."""
Verdict = Literal["approved", "rejected", "amend"]
"""What a moderator says of a listing: shown, not shown, or to be changed by its company."""
Ground = Literal["pool_pallet", "forbidden", "unclear", "duplicate", "not_for_zone", "unlawful", "other"]
GROUNDS: Final[tuple[Ground, ...]] = (
    "pool_pallet",
    "forbidden",
    "unclear",
    "duplicate",
    "not_for_zone",
    "unlawful",
    "other",
)


class Content(Struct, frozen=True, kw_only=True):
    """What a listing says: its words are the company's private text, the rest is codes and figures.

    `attributes` are the answers that were chosen or counted, `typed` those that were written (a material, a machine).
    `price_cents` is per unit of the quantity, in `currency`, excluding VAT; None when nothing is asked.
    `max_km` is the furthest the company would deal; None means the category's usual reach. `mode` is None when the
    author did not choose one: what is usual for the category is shown, and excludes nobody. `photos` are the ids of
    blobs, in the order they are shown; `photo_texts` says, by their ids, what is to be seen on some of them. `pickup`
    is how one fetches it; what is a `whole_lot` goes to one company, all of it or nothing.
    """

    category: str
    title: Private
    description: Private
    quantity: Quantity
    mode: Mode | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    typed: dict[str, Private] = field(default_factory=dict)
    price: PriceTerms = "free"
    price_cents: int | None = None
    currency: str = "EUR"
    available_from: date | None = None
    available_to: date | None = None
    max_km: int | None = None
    visibility: Visibility = "zone"
    photos: tuple[str, ...] = ()
    photo_texts: dict[str, Private] = field(default_factory=dict)
    pickup: PickupTerms = PickupTerms()
    whole_lot: bool = False

    @property
    def answers(self) -> dict[str, str]:
        """Every attribute that can be read, by its code."""
        return {**self.attributes, **{code: said.text for code, said in self.typed.items() if said.text is not None}}


class ListingDrafted(Event, frozen=True):
    """Somebody keeps what they typed of a listing that is not posted yet: the form's `answers`, as JSON.

    Kept again, the new answers stand for the old ones. Nobody but the company and the author reads a draft.
    `captured_by` is the actor who kept it on behalf of the company.
    """

    listing_id: str
    company_id: str
    answers: Private
    photos: tuple[str, ...] = ()
    captured_by: str = ""


class DraftDiscarded(Event, frozen=True):
    """The company does not go on with a draft."""

    listing_id: str


class ListingPosted(Event, frozen=True):
    """A company offers or looks for something in its zones; `awaiting` lists those that review it first.

    `spared` are those that would have, and why they do not; `captured_by` is the actor who posted it on behalf of the
    company.
    """

    listing_id: str
    side: Side
    company_id: str
    site_id: str
    place: Place
    zones: tuple[str, ...]
    awaiting: tuple[str, ...]
    content: Content
    expires_at: datetime | None = None
    spared: dict[str, Spared] = field(default_factory=dict)
    captured_by: str = ""


class ListingAmended(Event, frozen=True):
    """The company changed what its listing says; `awaiting` lists the zones that review it again.

    `reworded` names the private texts that changed: nobody could tell once they are erased. `spared` are zones that
    would have reviewed it, and why they do not; `answering` those that had asked for a change.
    """

    listing_id: str
    content: Content
    awaiting: tuple[str, ...]
    expires_at: datetime | None = None
    reworded: tuple[str, ...] = ()
    spared: dict[str, Spared] = field(default_factory=dict)
    answering: tuple[str, ...] = ()


class ListingWithdrawn(Event, frozen=True):
    """The company no longer offers or seeks it; its matches lapse."""

    listing_id: str
    reason: Private | None = None


class TextRedacted(Event, frozen=True):
    """Everything the company typed in it until then is made unreadable, as it or a zone that moderates it asked."""

    listing_id: str
    zone_id: str = ""


class ListingRenewed(Event, frozen=True):
    """It still holds, until `expires_at`."""

    listing_id: str
    expires_at: datetime | None


class ListingEnding(Event, frozen=True):
    """It ends soon, at `expires_at`: its company is asked whether it still holds, once for each end."""

    listing_id: str
    expires_at: datetime


class ListingExpired(Event, frozen=True):
    """Nobody renewed it in time."""

    listing_id: str


class ListingApproved(Event, frozen=True):
    """A zone shows the listing, as it stood at `of_version` of its stream; by an appeal, if one led to it.

    `alone`: by someone who acts for its company, since nobody else moderates the zone; so with the other decisions.
    """

    listing_id: str
    zone_id: str
    of_version: int
    appeal_id: str = ""
    alone: bool = False


class ListingRejected(Event, frozen=True):
    """A zone does not show the listing: the ground it refers to, and the sentence the company is told.

    Without a notice that led to it, the zone looked of its own accord.
    """

    listing_id: str
    zone_id: str
    of_version: int
    ground: Ground
    sentence: Private
    notice_id: str = ""
    alone: bool = False


class AmendmentRequested(Event, frozen=True):
    """A zone asks for a change, which the sentence names, and reads the listing again once the company answered.

    Until then the zone shows it, unless `hidden`.
    """

    listing_id: str
    zone_id: str
    of_version: int
    ground: Ground
    sentence: Private
    hidden: bool
    alone: bool = False


class DecisionTakenBack(Event, frozen=True):
    """A zone takes back what it decided at `decided_version`: there, the listing is again what it was, `status`."""

    listing_id: str
    zone_id: str
    verdict: Verdict
    decided_version: int
    status: ZoneStatus
    alone: bool = False


class ReviewOverdue(Event, frozen=True):
    """A zone had promised to have read the listing by `due_at`, and has not."""

    listing_id: str
    zone_id: str
    due_at: datetime


class ListingFulfilled(Event, frozen=True):
    """Everything was collected, or the whole need is covered."""

    listing_id: str


class ListingReopened(Event, frozen=True):
    """Something is left after all: a pick-up went otherwise than was first said."""

    listing_id: str


class NeedCovered(Event, frozen=True):
    """An exchange in the stream of the other listing of its pair promises or, once `confirmed`, has given this much.

    A request is covered by it as far; of an offer, this much is spoken for.
    """

    listing_id: str
    exchange_id: str
    quantity: Quantity
    confirmed: bool


class NeedReopened(Event, frozen=True):
    """What such an exchange promised does not come, or is not taken."""

    listing_id: str
    exchange_id: str


ListingEvent = (
    ListingDrafted
    | DraftDiscarded
    | ListingPosted
    | ListingAmended
    | ListingWithdrawn
    | TextRedacted
    | ListingRenewed
    | ListingEnding
    | ListingExpired
    | ListingApproved
    | ListingRejected
    | AmendmentRequested
    | DecisionTakenBack
    | ReviewOverdue
    | ListingFulfilled
    | ListingReopened
    | NeedCovered
    | NeedReopened
    | ObjectionEvent
    | ExchangeEvent
)
