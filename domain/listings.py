"""Offers and requests: what a company of the zone has too much of, or looks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain import exchanges, taxonomy, text_flags
from domain.commands import Command
from domain.companies import Company
from domain.events import Event, Private
from domain.exchanges import CHOSEN, Exchange, ExchangeDeclined, ExchangeEvent, Reason
from domain.places import Place
from domain.quantities import Quantity, convert, plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

Side = Literal["offer", "request"]
SIDES: Final[tuple[Side, ...]] = ("offer", "request")
Mode = Literal["give", "lend", "service", "pool", "purchase"]
PriceTerms = Literal["free", "paid_by_receiver", "paid_by_provider", "swap", "quote"]
PRICE_TERMS: Final[tuple[PriceTerms, ...]] = ("free", "paid_by_receiver", "paid_by_provider", "swap", "quote")
Visibility = Literal["public", "zone"]
VISIBILITIES: Final[tuple[Visibility, ...]] = ("public", "zone")
ZoneStatus = Literal["pending", "approved", "rejected"]
Life = Literal["open", "withdrawn", "expired", "fulfilled"]
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

LIFETIME: Final = timedelta(days=60)
"""How long a one-off listing stays before it asks to be renewed; a standing flow has no end."""
TITLE_LENGTH: Final = (3, 120)
DESCRIPTION_LENGTH: Final = 4_000
MAX_REACH_KM: Final = 1_000
MAX_PHOTOS: Final = 6

# --- events -----------------------------------------------------------------------------------------------------


class Content(Struct, frozen=True, kw_only=True):
    """What a listing says: its words are the company's private text, the rest is codes and figures.

    `attributes` are the answers that were chosen or counted, `typed` those that were written (a material, a machine).
    `price_cents` is per unit of the quantity, in `currency`, excluding VAT; None when nothing is asked.
    `max_km` is the furthest the company would deal; None means the category's usual reach. `mode` is None when the
    author did not choose one: what is usual for the category is shown, and excludes nobody. `photos` are the ids of
    blobs, in the order they are shown.
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

    @property
    def answers(self) -> dict[str, str]:
        """Every attribute that can be read, by its code."""
        return {**self.attributes, **{code: said.text for code, said in self.typed.items() if said.text is not None}}


class ListingPosted(Event, frozen=True):
    """A company offers or looks for something in its zones; `awaiting` lists those that review it first."""

    listing_id: str
    side: Side
    company_id: str
    site_id: str
    place: Place
    zones: tuple[str, ...]
    awaiting: tuple[str, ...]
    content: Content
    expires_at: datetime | None = None


class ListingAmended(Event, frozen=True):
    """The company changed what its listing says; `awaiting` lists the zones that review it again."""

    listing_id: str
    content: Content
    awaiting: tuple[str, ...]
    expires_at: datetime | None = None


class ListingWithdrawn(Event, frozen=True):
    """The company no longer offers or seeks it; its matches lapse."""

    listing_id: str
    reason: Private | None = None


class ListingRenewed(Event, frozen=True):
    """It still holds, until `expires_at`."""

    listing_id: str
    expires_at: datetime | None


class ListingExpired(Event, frozen=True):
    """Nobody renewed it in time."""

    listing_id: str


class ListingApproved(Event, frozen=True):
    """A zone shows the listing, as it stood at `of_version` of its stream."""

    listing_id: str
    zone_id: str
    of_version: int


class ListingRejected(Event, frozen=True):
    """A zone does not show the listing: the ground it refers to, and the sentence the company is told."""

    listing_id: str
    zone_id: str
    of_version: int
    ground: Ground
    sentence: Private


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
    ListingPosted
    | ListingAmended
    | ListingWithdrawn
    | ListingRenewed
    | ListingExpired
    | ListingApproved
    | ListingRejected
    | ListingFulfilled
    | ListingReopened
    | NeedCovered
    | NeedReopened
    | ExchangeEvent
)

# --- state ------------------------------------------------------------------------------------------------------


class Cover(Struct, frozen=True):
    """What an exchange elsewhere promises of a listing, or has given."""

    quantity: Quantity
    confirmed: bool


class Listing(Struct, frozen=True):
    """What decisions need to know of a listing; `version` is that of the last event folded in.

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


def evolve(listing: Listing | None, event: ListingEvent) -> Listing:  # noqa: C901  (one flat case per event)
    """The listing after `event`."""
    if isinstance(event, ListingPosted):
        zones: dict[str, ZoneStatus] = {
            zone: "pending" if zone in event.awaiting else "approved" for zone in event.zones
        }
        return Listing(event.listing_id, event.side, event.company_id, event.content, zones, event.expires_at)
    assert listing is not None
    listing = replace(listing, version=listing.version + 1)
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


# --- commands ---------------------------------------------------------------------------------------------------


class Draft(Struct, frozen=True, kw_only=True):
    """What the author typed and chose, before it is checked; without `photos`, a listing keeps those it has."""

    category: str
    title: str
    quantity: Quantity
    description: str = ""
    mode: Mode | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    price: PriceTerms = "free"
    price_cents: int | None = None
    available_from: date | None = None
    available_to: date | None = None
    max_km: int | None = None
    visibility: Visibility = "zone"
    photos: tuple[str, ...] | None = None


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


class RenewListing(Command, frozen=True):
    """Say that a listing still holds."""

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


# --- decisions --------------------------------------------------------------------------------------------------


def post_listing(
    command: PostListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """A company posts in every zone that admits it; each zone's policy says whether it is reviewed first."""
    if listing is not None:
        raise Conflict(_("This listing is already posted."))
    if not company.is_served_by(command.actor):  # a shared phone posts; to change what is posted takes a person
        _may_act_for(command, company, zones)
    place = company.sites.get(command.site_id)
    if place is None:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    admitted = tuple(sorted(company.zones))
    if not admitted:
        raise Forbidden(_("The zone has not admitted your company yet: its facilitator can do it in a minute."))
    content = _checked(command, command.side, command.company_id, command.draft)
    return [
        ListingPosted(
            listing_id=command.listing_id,
            side=command.side,
            company_id=command.company_id,
            site_id=command.site_id,
            place=place,
            zones=admitted,
            awaiting=_reviewed_first(command, admitted, zones, content),
            content=content,
            expires_at=_expiry(command.now, command.draft),
        )
    ]


def amend_listing(
    command: AmendListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """Changing words, category or attributes is reviewed again; a smaller or larger quantity is not.

    What a zone rejected it reads again, even one that else shows first and reviews after: nothing leads out otherwise.
    """
    listing = _known(listing)
    _may_act_for(command, company, zones)
    _has_read_it(command, listing)
    if listing.life == "withdrawn":
        raise Refused(_("This listing was withdrawn. Post it again to bring it back."))
    content = _checked(command, listing.side, listing.company_id, command.draft, listing.content.photos)
    if content == listing.content and listing.life == "open":
        return []
    _keep_promises(listing, content)
    same_words = replace(content, quantity=listing.content.quantity) == listing.content
    rejected = {zone for zone, status in listing.zones.items() if status == "rejected"}
    reviewed = () if same_words else _reviewed_first(command, tuple(listing.zones), zones, content)
    amended = ListingAmended(
        listing_id=command.listing_id,
        content=content,
        awaiting=tuple(sorted({*rejected, *reviewed})),
        expires_at=_expiry(command.now, command.draft),
    )
    return [amended, *what_is_left(evolve(listing, amended), command.now)]


def withdraw_listing(
    command: WithdrawListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """The company takes its listing back; asking twice is no fault."""
    listing = _known(listing)
    _may_act_for(command, company, zones)
    if listing.life == "withdrawn":
        return []
    reason = Private(listing.company_id, command.reason.strip()) if command.reason.strip() else None
    waiting = [one for one in listing.exchanges.values() if one.stage == "asked"]
    if waiting and command.decline not in CHOSEN:
        raise Refused(_("Companies wait for your answer: choose the reason they are told."), field="decline")
    return [
        ListingWithdrawn(listing_id=command.listing_id, reason=reason),
        *(declined(one, one.owner_id, command.decline, command.now) for one in waiting if command.decline),
    ]


def renew_listing(
    command: RenewListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """One tap keeps a listing for another sixty days; a standing flow needs none."""
    listing = _known(listing)
    _may_act_for(command, company, zones)
    if listing.life == "withdrawn":
        raise Refused(_("This listing was withdrawn. Post it again to bring it back."))
    if listing.life == "fulfilled":
        raise Refused(_("Everything has found its place. If there is more, amend the quantity."))
    if listing.expires_at is None:
        return []
    last_day = listing.content.available_to
    if last_day is not None and last_day < command.now.date():
        raise Refused(_("Its last day is past: amend the date to bring it back."))
    gone = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=UTC) if last_day else None
    ends = command.now + LIFETIME
    return [ListingRenewed(listing_id=command.listing_id, expires_at=min(ends, gone) if gone else ends)]


def expire_listing(command: ExpireListing, listing: Listing | None) -> list[ListingEvent]:
    """Only a listing whose time is over expires, whatever the scheduler thinks."""
    listing = _known(listing)
    if listing.life != "open" or listing.expires_at is None or command.now < listing.expires_at:
        return []
    return [ListingExpired(listing_id=command.listing_id)]


def cover_need(command: CoverNeed, listing: Listing | None) -> list[ListingEvent]:
    """A request that is wholly given is fulfilled; said twice, it is noted once."""
    listing = _known(listing)
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
    listing = _known(listing)
    if command.exchange_id not in listing.covered:
        return []
    reopened = NeedReopened(listing_id=listing.listing_id, exchange_id=command.exchange_id)
    return [reopened, *what_is_left(evolve(listing, reopened), command.now)]


def reserve_elsewhere(command: CoverNeed, listing: Listing | None) -> list[ListingEvent]:
    """Speak for some of an offer that an exchange about a request is to give: never more than is free."""
    listing = _known(listing)
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


def approve_listing(command: ApproveListing, listing: Listing | None, zone: Zone) -> list[ListingEvent]:
    """A moderator shows the listing in their zone."""
    listing = _reviewed(command, listing, zone)
    if listing.zones[command.zone_id] == "approved":
        return []
    return [ListingApproved(listing_id=command.listing_id, zone_id=command.zone_id, of_version=listing.content_version)]


def reject_listing(command: RejectListing, listing: Listing | None, zone: Zone) -> list[ListingEvent]:
    """A rejection names its ground and says, in a sentence, what the company can do."""
    listing = _reviewed(command, listing, zone)
    if listing.zones[command.zone_id] == "rejected":
        return []
    if command.ground not in GROUNDS:
        raise Refused(_("Choose the ground of the rejection."), field="ground")
    if not command.sentence.strip():
        raise Refused(_("Say why in a sentence: the company reads it."), field="sentence")
    return [
        ListingRejected(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            of_version=listing.content_version,
            ground=command.ground,
            sentence=Private(command.zone_id, command.sentence.strip()),
        )
    ]


# --- rules ------------------------------------------------------------------------------------------------------


def _known(listing: Listing | None) -> Listing:
    if listing is None:
        raise NotFound(_("There is no such listing."))
    return listing


def _may_act_for(command: Command, company: Company, zones: dict[str, Zone]) -> None:
    """Someone of the company, or a facilitator of one of its zones who says for whom they act."""
    if company.erased:
        raise NotFound(_("There is no such company."))
    if company.is_represented_by(command.actor):
        return
    on_behalf = command.for_company == company.company_id and any(
        zone.allows(command.actor, "facilitator") for zone_id, zone in zones.items() if zone_id in company.zones
    )
    if not on_behalf:
        raise Forbidden(_("Only the company that posts a listing can change it."))


def _reviewed(command: ApproveListing | RejectListing, listing: Listing | None, zone: Zone) -> Listing:
    listing = _known(listing)
    if command.zone_id not in listing.zones:
        raise NotFound(_("There is no such listing."))
    if not zone.allows(command.actor, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone reviews its listings."))
    _has_read_it(command, listing)
    return listing


def _has_read_it(command: Command, listing: Listing) -> None:
    """Refuse who read older words; a renewal or a zone's decision meanwhile is no conflict."""
    if command.seen_version is not None and listing.content_version > command.seen_version:
        raise Conflict(_("The company changed this listing while you were reading it: here is what it says now."))


def _keep_promises(listing: Listing, content: Content) -> None:
    """What was promised and collected stays: the quantity covers it, in the unit it was promised in."""
    settled = listing.promised + listing.taken
    if listing.side == "offer":
        settled += listing.given_elsewhere()
    under_way = settled or any(one.is_open for one in listing.exchanges.values())
    before, after = listing.content.quantity, content.quantity
    if under_way and (before.unit, before.per) != (after.unit, after.per):
        raise Refused(_("Exchanges are under way in this unit: it stays."), field="unit")
    if after.amount < settled:
        raise Refused(
            _("%(settled)s are promised or collected already: the quantity counts them too."),
            field="amount",
            settled=plain(settled),
        )
    if listing.life == "fulfilled" and after.amount <= settled:
        raise Refused(_("All of it was collected. If there is more, write the new total."), field="amount")
    statuses = [said.attributes.get("status") for said in (listing.content, content)]
    if listing.promised and (listing.content.category != content.category or statuses[0] != statuses[1]):
        raise Refused(_("Some of it is promised as what it is: its category and status stay."), field="category")


def _reviewed_first(
    command: Command, zone_ids: tuple[str, ...], zones: dict[str, Zone], content: Content
) -> tuple[str, ...]:
    """Zones that read it before anyone sees it: by their policy, and all of them where it may be hazardous."""
    hazardous = "hazardous" in taxonomy.CATEGORIES[content.category].flags
    return tuple(
        zone_id
        for zone_id in zone_ids
        if (zones[zone_id].moderation == "before" or hazardous)
        and not zones[zone_id].allows(command.actor, "moderator", "administrator")
    )


def _expiry(now: datetime, draft: Draft) -> datetime | None:
    """Sixty days for what is there once; never beyond the last day it is available (to the end of it, UTC)."""
    ends = None if draft.quantity.per else now + LIFETIME
    if draft.available_to is None:
        return ends
    gone = datetime.combine(draft.available_to + timedelta(days=1), time.min, tzinfo=UTC)
    return min(ends or gone, gone)


def _checked(command: Command, side: Side, company_id: str, draft: Draft, photos: tuple[str, ...] = ()) -> Content:
    """The draft as content, with the `photos` there are unless it says others; or what first stands against it."""
    title, description = draft.title.strip(), draft.description.strip()
    shortest, longest = TITLE_LENGTH
    if len(title) < shortest:
        raise Refused(_("Say in a few words what it is."), field="title")
    if len(title) > longest:
        raise Refused(_("A title has %(most)s characters at most."), field="title", most=longest)
    if len(description) > DESCRIPTION_LENGTH:
        raise Refused(_("A description has %(most)s characters at most."), field="description", most=DESCRIPTION_LENGTH)
    category = taxonomy.CATEGORIES.get(draft.category)
    if category is None or category.level == 1:
        raise Refused(_("Choose what it is in the list."), field="category")
    _check_quantity(draft.quantity, category)
    if draft.max_km is not None and not 1 <= draft.max_km <= MAX_REACH_KM:
        raise Refused(_("Choose a distance from 1 to %(most)s km."), field="max_km", most=MAX_REACH_KM)
    if draft.available_from and draft.available_to and draft.available_to < draft.available_from:
        raise Refused(_("The end comes before the beginning."), field="available_to")
    if draft.available_to and draft.available_to < command.now.date():
        raise Refused(_("This date is past."), field="available_to")
    if draft.price_cents is not None and not 0 <= draft.price_cents <= 10**9:
        raise Refused(_("Write the price as a number of euros."), field="price_amount")
    attributes = _checked_attributes(draft, category)
    _refuse_what_is_not_theirs(side, draft, attributes, f"{title}\n{description}")
    return Content(
        category=draft.category,
        title=Private(company_id, title),
        description=Private(company_id, description),
        quantity=draft.quantity,
        mode=draft.mode,
        attributes={code: value for code, value in attributes.items() if not taxonomy.ATTRIBUTES[code].is_typed},
        typed={
            code: Private(company_id, value) for code, value in attributes.items() if taxonomy.ATTRIBUTES[code].is_typed
        },
        price=draft.price,
        price_cents=draft.price_cents,
        available_from=draft.available_from,
        available_to=draft.available_to,
        max_km=draft.max_km,
        visibility=draft.visibility,
        photos=_checked_photos(draft, photos),
    )


def usual_mode(category: str) -> Mode:
    """The first mode the taxonomy gives a category: give, lend, service, pooled collection or purchase."""
    letters: dict[str, Mode] = {"G": "give", "L": "lend", "S": "service", "U": "pool", "P": "purchase"}
    return letters[taxonomy.CATEGORIES[category].modes[0]]


def _check_quantity(quantity: Quantity, category: taxonomy.Category) -> None:
    if quantity.unit not in category.units:
        raise Refused(_("This unit does not fit what you chose."), field="unit")
    # A flow may be half a drum a week; what is there once is there whole.
    counted = taxonomy.UNITS[quantity.unit].dimension in ("count", "pack")
    if counted and quantity.per is None and quantity.amount % 1:
        raise Refused(_("These are counted whole: write a whole number."), field="amount")


def _checked_attributes(draft: Draft, category: taxonomy.Category) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for code, value in sorted(draft.attributes.items()):
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None or not attribute.applies_to(category.code):
            raise Refused(_("This question does not belong to what you chose."), field=code)
        if not attribute.accepts(value):
            raise Refused(_("Choose one of the answers."), field=code)
        attributes[code] = value
    return attributes


def _checked_photos(draft: Draft, present: tuple[str, ...]) -> tuple[str, ...]:
    photos = present if draft.photos is None else tuple(dict.fromkeys(draft.photos))
    if len(photos) > MAX_PHOTOS:
        raise Refused(_("A listing shows %(most)s photos at most."), field="photo", most=MAX_PHOTOS)
    return photos


def _refuse_what_is_not_theirs(side: Side, draft: Draft, attributes: dict[str, str], text: str) -> None:
    """Rental-pool pallets are the pooler's property; asbestos is never handed on; staff are not hired out."""
    raised = {flag.code for flag in text_flags.find(text, draft.category, side)}
    is_pallet = draft.category.startswith("PAL.")
    if side == "offer" and (
        attributes.get("ownership") == "rental_pool"
        or draft.category == "PAL.POOL"
        or (is_pallet and "pool_owned" in raised)
    ):
        raise Refused(
            _(
                "Rental-pool pallets (CHEP, LPR, IPP, PGS, PRS) belong to the pooler and cannot be offered. "
                "Ask the pooler to fetch them: collection is free, and its name is painted on the blocks."
            ),
            field="category",
        )
    if side == "offer" and is_pallet and "pool_suspected" in raised and "ownership" not in attributes:
        raise Refused(
            _(
                "Blue, red, brown or green pallets often belong to a pooler. "
                "Look at the blocks: if they carry no pooler’s name, say under “Ownership” that they are yours."
            ),
            field="ownership",
        )
    if "prohibited" in raised and taxonomy.CATEGORIES[draft.category].nature in ("good", "equipment"):
        raise Refused(
            _("Asbestos must never be handed on. A certified firm removes it; your facilitator knows some."),
            field="title",
        )
    if draft.category == "RHC.LEND" and ("staff_profit" in raised or attributes.get("non_profit") != "true"):
        raise Refused(
            _("Staff may be lent without profit only (article L8241-1): confirm that you bill the cost, no more."),
            field="non_profit",
        )
