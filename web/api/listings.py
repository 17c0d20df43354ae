"""Offers and requests for programs: posted, read, amended, renewed, withdrawn, and what matches them."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, convert, to_builtins

from domain.commands import Receipt
from domain.listings import (
    AmendListing,
    Draft,
    Loader,
    Lorry,
    Mode,
    PickupTerms,
    Place,
    PostListing,
    PriceTerms,
    RenewListing,
    Side,
    Visibility,
    WithdrawListing,
)
from domain.quantities import parse_quantity
from domain.refused import Forbidden, NotFound, _
from marketplace import match_words
from marketplace.reasons import words
from projections import listings, matches, people
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from web.api.documenting import ANYONE, MEMBER
from web.api.reading import Code, IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly, without_nul
from web.api.representing import ListingOut, MatchOut, represented
from web.beginning import own_draft
from web.likeness import twin_row
from web.visits import Visit, Visiting


class QuantityIn(Struct, forbid_unknown_fields=True):
    """An amount, such as "12.5"; its Rec 20 or 21 unit, such as TNE; the period of a flow, such as WEE."""

    amount: Code
    unit: Code
    per: Code | None = None


class PickupIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one fetches it: ISO weekdays and hours, dock or ground, machines, the largest lorry, who loads."""

    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(max_length=7)] = ()
    ready_from: time | None = None
    ready_until: time | None = None
    place: Place | None = None
    forklift: bool | None = None
    tail_lift: bool | None = None
    largest_lorry: Lorry | None = None
    loaded_by: Loader | None = None


class ListingIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a listing says; `category`, `title` and `quantity` are compulsory, as on the form.

    `photo_texts` says what is to be seen on its photos, by their ids; without it, what was said stays. Without
    `price`, an offer is free and what a request costs is to be agreed.
    """

    category: Code
    title: Text
    quantity: QuantityIn
    description: Text = ""
    mode: Mode | None = None
    attributes: dict[Code, Code] = {}
    price: PriceTerms | None = None
    price_cents: Annotated[int, Meta(ge=0, le=10**9)] | None = None
    available_from: date | None = None
    available_to: date | None = None
    max_km: int | None = None
    visibility: Visibility = "zone"
    pickup: PickupIn = PickupIn()
    whole_lot: bool = False
    photo_texts: dict[Code, Text] | None = None


class NewListing(ListingIn, forbid_unknown_fields=True, kw_only=True):
    """A listing to post: for the token owner's own company and its first site, unless said otherwise.

    `draft_id` is the draft it was kept as until now, which it replaces; its photos come along.
    """

    side: Side
    draft_id: Code | None = None
    company_id: Code | None = None
    site_id: Code | None = None


class Alike(Struct):
    """The open listing of the company that says the same, if there is one: amend it, or post the other knowingly."""

    listing: ListingOut | None


class Withdrawal(Struct, forbid_unknown_fields=True):
    """Why it is withdrawn, if one cares to say."""

    reason: Annotated[str, Meta(max_length=300)] = ""


class Matches(Struct):
    """What matches, the closest first."""

    items: list[MatchOut]


@post(
    "/api/v1/listings",
    before_request=strictly(NewListing),
    **MEMBER,
    summary="Post a listing",
    tags=["Listings"],
)
async def post_listing(visit: Visiting, data: JSONBody[NewListing], key: IdempotencyKey = "") -> Response[ListingOut]:
    """Send an `Idempotency-Key` (a UUID): the same key and body again give the first answer, and one listing."""
    kept = await own_draft(visit, data.draft_id) if data.draft_id else None
    company_id = kept.company_id if kept else _company(visit, data)
    async with visit.reading(PEOPLE) as read:
        sites = await read.all(people.sites([company_id]))
    if not sites:
        raise NotFound(_("There is no such company."))
    command = PostListing(
        **visit.signed(command_id(key)),
        listing_id=kept.listing_id if kept else visit.new_id("listing"),
        side=data.side,
        company_id=company_id,
        site_id=data.site_id or sites[0].site_id,
        draft=_draft(data, kept.photos if kept else None),
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    receipt = await visit.carry_out(visit.services.marketplace.post_listing, command)
    return await _answer(visit, receipt.ids["listing_id"], receipt, status=201)


@post(
    "/api/v1/listings/similar",
    before_request=strictly(NewListing),
    **MEMBER,
    status_code=200,
    summary="Is it posted already?",
    tags=["Listings"],
)
async def similar_listing(visit: Visiting, data: JSONBody[NewListing]) -> Alike:
    """Before posting: the open listing of the same company that says the same thing. Nothing is stored."""
    found = await twin_row(visit, _company(visit, data), data.side, _draft(data), data.draft_id or "")
    return Alike(represented(found, visit.viewer) if found else None)


@get("/api/v1/listings/{listing_id:str}", **ANYONE, summary="Read a listing", tags=["Listings"])
async def show_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[ListingOut]:
    """The ETag is what `If-Match` wants when it is amended."""
    return await _answer(visit, listing_id)


@put(
    "/api/v1/listings/{listing_id:str}",
    before_request=strictly(ListingIn),
    **MEMBER,
    summary="Amend a listing",
    tags=["Listings"],
)
async def amend_listing(
    visit: Visiting,
    listing_id: FromPath[str],
    data: JSONBody[ListingIn],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Response[ListingOut]:
    """With `If-Match`, it is refused (409) when someone changed the listing after that version was read."""
    row = await seen_listing(visit, listing_id)
    command = AmendListing(
        **{**visit.signed(command_id(key)), "seen_version": seen_version(if_match)},
        listing_id=listing_id,
        draft=_draft(data),
        for_company=_on_behalf(visit, row),
    )
    receipt = await visit.carry_out(visit.services.marketplace.amend_listing, command)
    return await _answer(visit, listing_id, receipt)


@post(
    "/api/v1/listings/{listing_id:str}/renew",
    **MEMBER,
    status_code=200,
    summary="Renew a listing",
    tags=["Listings"],
)
async def renew_listing(visit: Visiting, listing_id: FromPath[str], key: IdempotencyKey = "") -> Response[ListingOut]:
    """It stays for another sixty days."""
    row = await seen_listing(visit, listing_id)
    command = RenewListing(**visit.signed(command_id(key)), listing_id=listing_id, for_company=_on_behalf(visit, row))
    receipt = await visit.carry_out(visit.services.marketplace.renew_listing, command)
    return await _answer(visit, listing_id, receipt)


@post(
    "/api/v1/listings/{listing_id:str}/withdraw",
    before_request=strictly(Withdrawal),
    **MEMBER,
    status_code=200,
    summary="Withdraw a listing",
    tags=["Listings"],
)
async def withdraw_listing(
    visit: Visiting, listing_id: FromPath[str], data: JSONBody[Withdrawal], key: IdempotencyKey = ""
) -> Response[ListingOut]:
    """It is no longer shown nor matched."""
    row = await seen_listing(visit, listing_id)
    command = WithdrawListing(
        **visit.signed(command_id(key)),
        listing_id=listing_id,
        reason=without_nul(data.reason),
        for_company=_on_behalf(visit, row),
    )
    receipt = await visit.carry_out(visit.services.marketplace.withdraw_listing, command)
    return await _answer(visit, listing_id, receipt)


@get(
    "/api/v1/listings/{listing_id:str}/matches",
    **MEMBER,
    summary="What matches a listing",
    tags=["Matches"],
)
async def listing_matches(visit: Visiting, listing_id: FromPath[str]) -> Matches:
    """The matches the token's owner may see, with their reasons in the language of `Accept-Language`."""
    await seen_listing(visit, listing_id)
    wording = visit.wording
    async with visit.reading(LISTINGS, MATCHES) as read:
        found, _next = matches.page_of(await read.all(matches.of_listing(listing_id)))
        rows = {row.listing_id: row for row in await read.all(listings.among([pair.other_id for pair in found]))}
    return Matches(
        [
            MatchOut(
                id=pair.match_id,
                listing=represented(rows[pair.other_id], visit.viewer),
                points=pair.points,
                reasons=[words(reason, wording, rows[pair.other_id].category) for reason in pair.pro],
                against=[words(reason, wording, rows[pair.other_id].category) for reason in pair.contra],
                codes=[reason.code for reason in (*pair.pro, *pair.contra)],
                questions=[match_words.question(asked, wording, rows[pair.other_id].category) for asked in pair.ask],
                awaiting=pair.awaiting,
            )
            for pair in found
            if pair.other_id in rows
        ]
    )


async def seen_listing(visit: Visit, listing_id: str) -> listings.Listing:
    """A listing the token's owner may see; any other is missing to them."""
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(listing_id, visit.viewer.home_zone))
    if row is None:
        raise NotFound(_("There is no such listing."))
    return row


async def _answer(
    visit: Visit, listing_id: str, receipt: Receipt | None = None, *, status: int = 200
) -> Response[ListingOut]:
    row = await seen_listing(visit, listing_id)
    headers = {"ETag": f'"{row.content_version}"'}
    if receipt is not None:
        headers["Position"] = str(receipt.position)
    if status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = f"/api/v1/listings/{listing_id}"
    return Response(represented(row, visit.viewer), status_code=status, headers=headers)


def _company(visit: Visit, data: NewListing) -> str:
    """The company it is posted for: one's own, unless said otherwise."""
    company_id = data.company_id or next((company.company_id for company in visit.viewer.companies), None)
    if company_id is None:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    return company_id


def _draft(data: ListingIn, photos: tuple[str, ...] | None = None) -> Draft:
    return Draft(
        category=data.category,
        title=data.title,
        quantity=parse_quantity(data.quantity.amount, data.quantity.unit, data.quantity.per),
        description=data.description,
        mode=data.mode,
        attributes=data.attributes,
        price=data.price,
        price_cents=data.price_cents,
        available_from=data.available_from,
        available_to=data.available_to,
        max_km=data.max_km,
        visibility=data.visibility,
        pickup=convert(to_builtins(data.pickup), PickupTerms),
        whole_lot=data.whole_lot,
        photos=photos,
        photo_texts=data.photo_texts,
    )


def _on_behalf(visit: Visit, row: listings.Listing) -> str | None:
    return None if visit.viewer.acts_for(row.company_id) else row.company_id


handlers: list[Any] = [
    post_listing,
    similar_listing,
    show_listing,
    amend_listing,
    renew_listing,
    withdraw_listing,
    listing_matches,
]
