"""Suppliers' quotes for the programs of whoever leads: entered, corrected, compared by others, and one chosen."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.purchases import MOST_TIERS, ChooseQuote, Offer, RecordQuote, Tier
from domain.purchases.prices import Place
from domain.refused import NotFound, _
from marketplace.documents import PDF
from projections import purchases
from projections.purchases import PURCHASES, QuoteRow
from web.api.purchases.representing import OfferOut, PurchaseOut, tiers_out
from web.api.purchases.steps import AT, READ, Cents, Step, Stepping, amount, day, leading, perhaps
from web.api.reading import Code, Text, without_nul
from web.document_field import MOST_SENT, SENT
from web.purchase_desk import led
from web.quote_documents import document_of
from web.visits import Visit, Visiting


class TierIn(Struct, forbid_unknown_fields=True, rename={"since": "from"}):
    """From a total of `from` ("0", "50") on, one unit costs so many cents, VAT excluded."""

    since: Code
    cents: Cents


class OfferIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a supplier asks: prices that fall, the VAT rate in per cent such as "20" or "5.5", and until when it stands.

    `pack` is what is sold together, `minimum` the least total it delivers, `delivery_cents` are for each company.
    """

    tiers: Annotated[list[TierIn], Meta(max_length=MOST_TIERS)]
    vat: Code
    valid_until: date
    pack: Code | None = None
    minimum: Code | None = None
    delivery_cents: Cents = 0
    delivered: Place = "site"


class QuoteIn(OfferIn, forbid_unknown_fields=True, kw_only=True):
    """A supplier's quote, as it stands on paper."""

    supplier: Text
    conditions: Text = ""


class Choice(Struct, forbid_unknown_fields=True):
    """Which quote, and why that one: everyone who joins reads it."""

    quote_id: Code
    reason: Text


class QuoteOut(OfferOut, kw_only=True):
    """A quote; `minimum` is the least total the supplier delivers, `document` whether a PDF came with it."""

    id: str
    supplier: str
    conditions: str
    minimum: Decimal | None
    document: bool
    received_at: datetime
    chosen: bool


class QuotesOut(Struct):
    """The quotes, in the order they came."""

    items: list[QuoteOut]


@get(AT + "/quotes", **READ, summary="Quotes of a group purchase")
async def list_quotes(visit: Visiting, purchase_id: FromPath[str]) -> QuotesOut:
    """For whoever leads it."""
    await led(visit, purchase_id)
    return QuotesOut([_quote(row) for row in await _rows(visit, purchase_id)])


@leading(post, "/quotes", "Enter a quote", QuoteIn)
async def record_quote(step: Stepping, data: JSONBody[QuoteIn]) -> Response[QuoteOut]:
    """Until one is chosen; with an `Idempotency-Key`, the same key and body again enter it once."""
    # Named after the command, so that one sent twice enters one quote.
    return await _record(step, data, f"quote-{step.signed['command_id']}")


@leading(put, "/quotes/{quote_id:str}", "Correct a quote", QuoteIn)
async def correct_quote(step: Stepping, quote_id: FromPath[str], data: JSONBody[QuoteIn]) -> Response[QuoteOut]:
    """It replaces what was entered; a document that came with it stays."""
    known = await _row(step.visit, step.row.purchase_id, quote_id)
    return await _record(step, data, known.quote_id, known.document)


@get(AT + "/quotes/{quote_id:str}/document", **READ, media_type=PDF, summary="The document of a quote")
async def show_document(visit: Visiting, purchase_id: FromPath[str], quote_id: FromPath[str]) -> Response[bytes]:
    """For whoever leads the group purchase; whoever takes part reads that of the `chosen` one, by that word."""
    return await document_of(visit, purchase_id, quote_id)


@leading(put, "/quotes/{quote_id:str}/document", "Send the document of a quote", request_max_body_size=MOST_SENT)
async def send_document(step: Stepping, quote_id: FromPath[str]) -> Response[QuoteOut]:
    """The PDF itself is the body; it stands in place of one that came before, as long as the quote may be corrected."""
    visit = step.visit
    known = await _row(visit, step.row.purchase_id, quote_id)
    await visit.within(SENT, visit.viewer.member_id)
    document_id = await visit.services.blocking(
        visit.services.documents.take,
        await visit.request.body(),
        visit.say(_("quote.pdf")),
        form=UUID(step.signed["command_id"]),
        zone_id=step.zone.zone_id,
        stream=step.row.purchase_id,
        now=visit.now,
    )
    command = RecordQuote(
        **step.signed,
        quote_id=known.quote_id,
        supplier=known.supplier,
        offer=known.offer,
        conditions=known.conditions,
        document=document_id,
    )
    answer = await step.take_in(partial(_one, quote_id=quote_id), step.marketplace.record_quote, command)
    await visit.services.blocking(visit.services.photos.settle, step.row.purchase_id)
    return answer


@leading(post, "/choice", "Choose a quote", Choice)
async def choose(step: Stepping, data: JSONBody[Choice]) -> Response[PurchaseOut]:
    """Another one may be chosen until the pledges are open."""
    command = ChooseQuote(**step.signed, quote_id=data.quote_id, reason=without_nul(data.reason))
    return await step.take(step.marketplace.choose_quote, command)


async def _record(step: Step, data: QuoteIn, quote_id: str, document: str | None = None) -> Response[QuoteOut]:
    command = RecordQuote(
        **step.signed,
        quote_id=quote_id,
        supplier=without_nul(data.supplier),
        offer=offer(data),
        conditions=without_nul(data.conditions),
        document=document,
    )
    return await step.take_in(partial(_one, quote_id=quote_id), step.marketplace.record_quote, command)


async def _rows(visit: Visit, purchase_id: str) -> list[QuoteRow]:
    async with visit.reading(PURCHASES) as read:
        return await read.all(purchases.quotes(purchase_id))


async def _one(visit: Visit, purchase_id: str, quote_id: str) -> QuoteOut:
    return _quote(await _row(visit, purchase_id, quote_id))


async def _row(visit: Visit, purchase_id: str, quote_id: str) -> QuoteRow:
    for row in await _rows(visit, purchase_id):
        if row.quote_id == quote_id:
            return row
    raise NotFound(_("There is no such quote."))


def offer(given: OfferIn) -> Offer:
    """The figures of a quote; the domain says whether they go together."""
    return Offer(
        tiers=tuple(Tier(amount(tier.since, "tiers"), tier.cents) for tier in given.tiers),
        vat=amount(given.vat, "vat"),
        valid_until=day(given.valid_until, "valid_until"),
        pack=perhaps(given.pack, "pack"),
        minimum=perhaps(given.minimum, "minimum"),
        delivery_cents=given.delivery_cents,
        delivered=given.delivered,
    )


def _quote(row: QuoteRow) -> QuoteOut:
    return QuoteOut(
        id=row.quote_id,
        supplier=row.supplier,
        tiers=tiers_out(row.offer),
        vat=row.offer.vat,
        delivery_cents=row.offer.delivery_cents,
        delivered=row.offer.delivered,
        pack=row.offer.pack,
        minimum=row.offer.minimum,
        valid_until=row.offer.valid_until,
        conditions=row.conditions,
        document=row.document is not None,
        received_at=row.received_at,
        chosen=row.chosen,
    )


handlers: list[Any] = [list_quotes, record_quote, correct_quote, show_document, send_document, choose]
