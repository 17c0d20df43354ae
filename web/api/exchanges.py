"""Exchanges for programs: interest in a listing, where each exchange stands, and what its two sides write."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Struct

from domain.commands import Receipt
from domain.conversations import MOST_MESSAGES, SendMessage
from domain.dealings import ShowInterest
from domain.quantities import parse_quantity
from domain.refused import Conflict, Forbidden, NotFound, _
from marketplace.eventlog import CommandReused
from marketplace.reading import AsyncReading
from projections import exchanges
from projections.exchanges import EXCHANGES, ExchangeRow, Group
from web.api.documenting import MEMBER
from web.api.listings import QuantityIn, seen_listing
from web.api.reading import Code, IdempotencyKey, Text, command_id, strictly, without_nul
from web.api.representing_exchanges import (
    ExchangeOut,
    ExchangeProblem,
    ExchangeStory,
    InterestOut,
    MessageOut,
    message_out,
    recorded,
    represented,
    side_of,
    story,
)
from web.errors import TITLES
from web.exchange_found import note_contacts
from web.visits import Visit, Visiting

NEWEST: Final = 2**62
"""A position beyond every log: whoever waits for it reads what there is now."""
LONGEST_CURSOR: Final = 80
MESSAGES: Final = 50
INTERESTS: Final = 100

ForCompany = Annotated[
    str,
    QueryParameter(
        max_length=LONGEST_CURSOR,
        description="The company that acts; needed only by whoever is both sides, or facilitates the zone.",
    ),
]
OVERTAKEN: Final = ResponseSpec(
    ExchangeProblem,
    generate_examples=False,
    description="Someone was quicker, or it is over: `detail` says what happened, `exchange` where it stands now.",
    media_type="application/problem+json",
)
DEALING: Final[dict[str, Any]] = {**MEMBER, "responses": {**MEMBER["responses"], 409: OVERTAKEN}}
"""What routes have in common that change an exchange."""


class NewInterest(Struct, forbid_unknown_fields=True, kw_only=True):
    """How much of a listing one would take, or could serve: for the token owner's own company unless said otherwise.

    `quantity` is in the listing's unit; with the listing's period it becomes a flow. `other_listing` is a listing of
    one's own that goes with it. Of waste, `permit` says by what right one takes it.
    """

    quantity: QuantityIn
    company_id: Code | None = None
    other_listing: Code | None = None
    message: Text = ""
    permit: Text = ""


class NewMessage(Struct, forbid_unknown_fields=True):
    """What to write to the other side."""

    text: Text


class ExchangesOut(Struct):
    """One page of exchanges; `next` is the cursor of the following one."""

    items: list[ExchangeOut]
    next: str | None = None


class Interests(Struct):
    """One page of those who showed interest in a listing; `next` is the cursor of the following one."""

    items: list[InterestOut]
    next: str | None = None


class Messages(Struct):
    """Messages, the oldest first; `before` is the cursor of older ones, `blocked_by` are companies that want none."""

    items: list[MessageOut]
    before: str | None
    blocked_by: list[str]


# --- interest -----------------------------------------------------------------------------------------------------


@post(
    "/api/v1/listings/{listing_id:str}/interests",
    before_request=strictly(NewInterest),
    **DEALING,
    summary="Show interest in a listing",
    tags=["Exchanges"],
)
async def show_interest(
    visit: Visiting, listing_id: FromPath[str], data: JSONBody[NewInterest], key: IdempotencyKey = ""
) -> Response[ExchangeStory]:
    """The listing's company answers; contacts are told once it accepts. A company asks for a listing once at a time."""
    row = await seen_listing(visit, listing_id)
    own = sorted(visit.viewer.companies, key=lambda company: company.company_id == row.company_id)
    company_id = data.company_id or next((company.company_id for company in own), None)
    if company_id is None:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    if data.other_listing is not None:
        await seen_listing(visit, data.other_listing)
    command = ShowInterest(
        **visit.signed(command_id(key)),
        exchange_id=visit.new_id("exchange"),
        listing_id=listing_id,
        company_id=company_id,
        quantity=parse_quantity(data.quantity.amount, data.quantity.unit, data.quantity.per),
        other_listing_id=data.other_listing,
        message=without_nul(data.message),
        permit=without_nul(data.permit),
        origin="program",
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    try:
        receipt = await visit.carry_out(visit.services.marketplace.show_interest, command)
    except CommandReused:
        raise
    except Conflict as conflict:
        async with visit.reading(EXCHANGES) as read:
            under_way = await read.one(exchanges.with_listing([company_id], [listing_id]))
        if under_way is None:
            raise
        return await overtaken(visit, under_way.exchange_id, conflict)
    exchange_id = receipt.ids["exchange_id"]
    answer = await answered(visit, exchange_id, receipt, command.for_company or "", status=201)
    answer.headers["Location"] = f"/api/v1/exchanges/{exchange_id}"
    return answer


@get(
    "/api/v1/listings/{listing_id:str}/interests",
    **MEMBER,
    summary="Who is interested in a listing",
    tags=["Exchanges"],
)
async def interests(
    visit: Visiting,
    listing_id: FromPath[str],
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = INTERESTS,
) -> Interests:
    """Side by side, for the listing's company and the facilitator of its zone; with what each wrote when asking.

    Who waits for an answer comes first, then what is on the way, then what is over; whoever asked first before others.
    """
    listing = await seen_listing(visit, listing_id)
    if not (visit.viewer.acts_for(listing.company_id) or visit.viewer.has_role(listing.zone_id, "facilitator")):
        raise Forbidden(_("Only the company that posted the listing answers this."))
    async with visit.reading(EXCHANGES) as read:
        found = await read.all(exchanges.of_listing(listing_id, after[:LONGEST_CURSOR], limit + 1))
        rows = found[:limit]
        records = {one.company_id: one for one in await read.all(exchanges.records([row.asker_id for row in rows]))}
        written = await read.all(exchanges.words_when_asking([row.exchange_id for row in rows]))
        texts = {(said.exchange_id, said.what): said.text for said in written}
        told = await represented(visit, read, rows)
    return Interests(
        [
            InterestOut(
                exchange=exchange,
                message=texts.get((exchange.id, "InterestShown"), ""),
                permit=texts.get((exchange.id, "Permit"), ""),
                record=recorded(records.get(exchange.asker.id)),
            )
            for exchange in told
        ],
        told[-1].id if len(found) > limit else None,
    )


# --- exchanges ----------------------------------------------------------------------------------------------------


@get("/api/v1/exchanges", **MEMBER, summary="My exchanges", tags=["Exchanges"])
async def my_exchanges(
    visit: Visiting,
    group: FromQuery[Group] = "owed",
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = exchanges.PAGE,
) -> ExchangesOut:
    """Those of the companies the token's owner acts for.

    `owed` waits for a step of theirs, the most pressing first; `waiting` for a step of others, or for a time to come;
    `closed` is over, the newest first.
    """
    own = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(EXCHANGES) as read:
        found = await read.all(exchanges.mine(own, group, visit.now, after[:LONGEST_CURSOR], limit + 1))
        items = await represented(visit, read, found[:limit])
    return ExchangesOut(items, items[-1].id if len(found) > limit else None)


@get("/api/v1/exchanges/{exchange_id:str}", **MEMBER, summary="Read an exchange", tags=["Exchanges"])
async def show_exchange(
    visit: Visiting, exchange_id: FromPath[str], for_company: ForCompany = ""
) -> Response[ExchangeStory]:
    """The ETag is what `If-Match` wants with a step; `may` are the steps that are open now."""
    return await answered(visit, exchange_id, for_company=for_company)


# --- messages -----------------------------------------------------------------------------------------------------


@get("/api/v1/exchanges/{exchange_id:str}/messages", **MEMBER, summary="Read messages", tags=["Messages"])
async def messages(
    visit: Visiting,
    exchange_id: FromPath[str],
    before: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = MESSAGES,
) -> Messages:
    """The newest, or those before a cursor. The facilitator reads only what was reported to them."""
    await seen(visit, exchange_id)
    async with visit.reading(EXCHANGES) as read:
        found = await read.all(exchanges.messages(exchange_id, before[:LONGEST_CURSOR], limit + 1))
        blocks = await read.all(exchanges.blocks(exchange_id))
    rows = found[-limit:]
    older = rows[0].message_id if len(found) > limit else None
    return Messages([message_out(row) for row in rows], older, [block.company_id for block in blocks])


@post(
    "/api/v1/exchanges/{exchange_id:str}/messages",
    before_request=strictly(NewMessage),
    **MEMBER,
    summary="Write to the other side",
    tags=["Messages"],
)
async def send_message(
    visit: Visiting,
    exchange_id: FromPath[str],
    data: JSONBody[NewMessage],
    for_company: ForCompany = "",
    key: IdempotencyKey = "",
) -> Response[MessageOut]:
    """They read it on the site and are told by mail; only the two companies write."""
    row = await seen(visit, exchange_id)
    command = SendMessage(
        **visit.signed(command_id(key)),
        **acting(visit, row, for_company),
        message_id=visit.new_id("message"),
        text=without_nul(data.text),
    )
    receipt = await visit.carry_out(visit.services.marketplace.send_message, command)
    async with visit.reading(EXCHANGES) as read:
        # Nearly always the newest; one sent long ago under the same key is looked for among all.
        for within in (MESSAGES, MOST_MESSAGES):
            for message in await read.all(exchanges.messages(exchange_id, limit=within)):
                if message.message_id == receipt.ids["message_id"]:
                    headers = {"Position": str(receipt.position)}
                    return Response(message_out(message), status_code=201, headers=headers)
    raise NotFound(_("There is no such message."))


# --- shared with the steps ----------------------------------------------------------------------------------------


async def seen(visit: Visit, exchange_id: str) -> ExchangeRow:
    """An exchange the token's owner may see; any other is missing to them."""
    async with visit.reading(EXCHANGES) as read:
        return await _one(read, exchange_id)


async def _one(read: AsyncReading, exchange_id: str) -> ExchangeRow:
    row = await read.one(exchanges.one(exchange_id))
    if row is None:
        raise NotFound(_("There is no such exchange."))
    return row


def acting(visit: Visit, row: ExchangeRow, for_company: str) -> dict[str, Any]:
    """What everything done in an exchange names: where it stands, and the side that does it."""
    company_id = side_of(visit, row, for_company)
    if not company_id:
        raise Forbidden(_("Only the two companies can do this."))
    return {
        "listing_id": row.listing_id,
        "exchange_id": row.exchange_id,
        "company_id": company_id,
        "for_company": None if visit.viewer.acts_for(company_id) else company_id,
    }


async def answered(
    visit: Visit, exchange_id: str, receipt: Receipt | None = None, for_company: str = "", *, status: int = 200
) -> Response[ExchangeStory]:
    """The exchange with its story, as it stands after what was recorded."""
    async with visit.reading(EXCHANGES) as read:
        told = await story(visit, read, await _one(read, exchange_id), for_company)
        contacts = await read.all(exchanges.contacts(exchange_id))
    await note_contacts(visit, exchange_id, contacts)
    headers = {"ETag": f'"{told.version}"'}
    if receipt is not None:
        headers["Position"] = str(receipt.position)
    return Response(told, status_code=status, headers=headers)


async def overtaken(visit: Visit, exchange_id: str, conflict: Conflict) -> Response[Any]:
    """The problem of whoever was too late, with the exchange as it stands now, whoever brought it there."""
    position, visit.position = visit.position, NEWEST
    async with visit.reading(EXCHANGES) as read:
        [exchange] = await represented(visit, read, [await _one(read, exchange_id)])
    visit.position = position
    problem = ExchangeProblem(visit.say(TITLES[409]), 409, visit.refusal(conflict), exchange=exchange)
    return Response(
        msgspec.json.encode(problem),
        status_code=409,
        media_type="application/problem+json",
        headers={"ETag": f'"{exchange.version}"', "Cache-Control": "no-store"},
    )


handlers: list[Any] = [show_interest, interests, my_exchanges, show_exchange, messages, send_message]
