"""The PDF that came with a quote, for whoever may read it."""

from __future__ import annotations

from typing import Final

from litestar import Response

from domain.refused import NotFound, _
from marketplace.documents import PDF
from projections import purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES
from web.purchase_readers import seen, who_may_join
from web.visits import Visit

CHOSEN: Final = "chosen"
"""What the quote that was chosen is called by those who take part, and read no other."""
LOCKED: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What a document may do in a browser that opens it all the same: nothing."""


async def document_of(visit: Visit, purchase_id: str, quote_id: str) -> Response[bytes]:
    """The document of a quote: for the organiser and, once it is chosen, for those who take part."""
    row, _zone = await seen(visit, purchase_id)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        own = {company.company_id for company in await who_may_join(visit, read, row)}
        quotes = await read.all(purchases.quotes(purchase_id))
        terms = await read.one(purchases.terms([purchase_id]))
        part = any(one.company_id in own for one in await read.all(purchases.pledges(purchase_id)))
    found = next((one.document for one in quotes if one.quote_id == quote_id), None)
    if found is None and quote_id == CHOSEN and part and terms is not None:
        found = terms.document
    return await handed_over(visit, found)


async def handed_over(visit: Visit, document_id: str | None) -> Response[bytes]:
    """A document as a file to keep; there is none is a plain 404."""
    blob = await visit.services.blocking(visit.services.documents.show, document_id) if document_id else None
    if blob is None:
        raise NotFound(_("There is no such document."))
    name = visit.say(_("quote.pdf"))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": LOCKED,
        "Cache-Control": "no-store",
        "Vary": "Cookie",
    }
    return Response(blob.content, media_type=PDF, headers=headers)
