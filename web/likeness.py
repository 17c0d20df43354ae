"""Before a listing is posted: whether its company has one that says the same, so that nobody does so unawares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.listings import Draft, Said, Side, most_alike
from projections import listings
from projections.listings import LISTINGS
from web.listing_views import Twin
from web.presenting import Presenter
from web.visits import Visit

LOOKED_THROUGH: Final = 300
"""Listings of a company, the newest, that are compared."""


async def twin_of(visit: Visit, company_id: str, side: Side, draft: Draft, listing_id: str) -> Twin | None:
    """The same as a page tells it."""
    found = await twin_row(visit, company_id, side, draft, listing_id)
    if found is None:
        return None
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    return Twin(listing_id=found.listing_id, title=found.title, quantity=show.quantity(found))


async def twin_row(visit: Visit, company_id: str, side: Side, draft: Draft, listing_id: str) -> listings.Listing | None:
    """The open listing of the company that is most like what is to be posted; not itself, sent for the second time."""
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.of_companies([company_id], limit=LOOKED_THROUGH))
    if any(row.listing_id == listing_id for row in rows):
        return None
    said = Said(
        side=side,
        category=draft.category,
        flows=draft.quantity.per is not None,
        title=draft.title,
        attributes=draft.attributes,
    )
    return most_alike_row(said, (row for row in rows if row.life == "open"))


def most_alike_row(said: Said, rows: Iterable[listings.Listing]) -> listings.Listing | None:
    """The listing that says the same thing, if one does."""
    among = {row.listing_id: row for row in rows}
    alike = most_alike(said, ((listing_id, said_by(row)) for listing_id, row in among.items()))
    return among[alike] if alike else None


def said_by(row: listings.Listing) -> Said:
    """What a listing says, as it is compared."""
    return Said(
        side=row.side, category=row.category, flows=row.per is not None, title=row.title, attributes=row.attributes
    )
