"""Rows to JSON: a listing and a match as programs read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from domain import taxonomy, text_flags
from domain.listings import Mode, PickupTerms, PriceTerms, Side, Visibility
from domain.routes import PERSONAL
from marketplace.links import PAGES
from marketplace.photos import TO_LOOK_AT
from projections import listings
from projections.viewer import Viewer
from web import views
from web.presenting import is_insider, status


class QuantityOut(Struct):
    """An amount as a decimal string, a Rec 20 or 21 unit, and the period of a flow."""

    amount: Decimal
    unit: str
    per: str | None = None


class ListingOut(Struct, kw_only=True):
    """A listing in a zone; `company` is null for who may not know it, `version` is its ETag.

    `photos` are addresses, and `photo_texts` what is to be seen on each photo, by its id, in the same order.

    Of the quantity, in its unit, `held` is promised, `taken` was collected and `free` is nobody's yet.
    """

    id: str
    zone: str
    side: Side
    status: views.Status
    category: str
    title: str
    description: str
    quantity: QuantityOut
    free: Decimal
    held: Decimal
    taken: Decimal
    mode: Mode
    attributes: dict[str, str]
    price: PriceTerms
    price_cents: int | None
    currency: str
    company: str | None
    available_from: date | None
    available_to: date | None
    max_km: int | None
    visibility: Visibility
    photos: list[str]
    photo_texts: dict[str, str]
    pickup: PickupTerms
    whole_lot: bool
    posted_at: datetime
    expires_at: datetime | None
    version: int


class MatchOut(Struct, kw_only=True):
    """A listing that goes with yours: points of 100, the reasons in words and as codes, and what to ask.

    While one of the two is `awaiting` approval, only its author sees the match.
    """

    id: str
    listing: ListingOut
    points: int
    reasons: list[str]
    against: list[str]
    codes: list[str]
    questions: list[str]
    awaiting: bool


def represented(row: listings.Listing, viewer: Viewer) -> ListingOut:
    """A listing as this viewer may read it: phone numbers and addresses are masked outside the zone."""
    insider = is_insider(viewer, row)
    return ListingOut(
        id=row.listing_id,
        zone=row.zone_slug,
        side=row.side,
        status=status(row),
        category=row.category,
        title=row.title if insider else text_flags.mask(row.title),
        description=row.description if insider else text_flags.mask(row.description),
        quantity=QuantityOut(row.amount, row.unit, row.per),
        free=row.free,
        held=row.held,
        taken=row.taken,
        mode=row.mode,
        attributes=_attributes(row, insider=insider, own=viewer.acts_for(row.company_id)),
        price=row.price,
        price_cents=row.price_cents,
        currency=row.currency,
        company=row.company,
        available_from=row.available_from,
        available_to=row.available_to,
        max_km=row.max_km,
        visibility=row.visibility,
        photos=[PAGES.photo(photo_id, TO_LOOK_AT) for photo_id in row.photos],
        photo_texts={
            photo_id: said if insider else text_flags.mask(said)
            for photo_id in row.photos
            for said in (row.photo_texts.get(photo_id, ""),)
        },
        pickup=row.pickup_terms,
        whole_lot=row.whole_lot,
        posted_at=row.posted_at,
        expires_at=row.expires_at,
        version=row.content_version,
    )


def _attributes(row: listings.Listing, *, insider: bool, own: bool) -> dict[str, str]:
    """What the author answered; outside the zone, with what was typed covered like the texts.

    Where somebody's journey begins is told to their own company only.
    """
    said = {code: value for code, value in row.attributes.items() if own or code not in PERSONAL}
    if insider:
        return said
    typed = {code for code in said if taxonomy.ATTRIBUTES[code].is_typed}
    shown = {code: value for code, value in said.items() if code != "permit"}
    return {code: text_flags.mask(value) if code in typed else value for code, value in shown.items()}
