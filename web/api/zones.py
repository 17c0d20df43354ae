"""Zones and their listings, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from domain.listings import PriceTerms, Side
from projections import listings, people
from projections.listings import LISTINGS, Recurrence, Sort
from projections.matches import MATCHES
from projections.people import PEOPLE
from web.api.documenting import ANYONE
from web.api.representing import ListingOut, represented
from web.searching import scope_of, wanted
from web.visits import Visiting

LONGEST: Final = 200


class ZoneOut(Struct):
    """A zone; `slug` is its address."""

    slug: str
    name: str
    commune: str
    companies: int


class Zones(Struct):
    """All zones."""

    items: list[ZoneOut]


class ListingsOut(Struct):
    """One page of listings; `next` is the cursor of the following one, `text` the words that were looked for."""

    items: list[ListingOut]
    next: str | None = None
    text: str = ""


@get("/api/v1/zones", **ANYONE, summary="All zones", tags=["Zones"])
async def all_zones(visit: Visiting) -> Zones:
    """Every zone of this installation."""
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.zones())
    return Zones([ZoneOut(zone.slug, zone.name, zone.commune, zone.companies) for zone in found])


@get("/api/v1/zones/{zone:str}/listings", **ANYONE, summary="Search a zone", tags=["Listings"])
async def search(  # noqa: PLR0913, PLR0917 - one for each filter of the page
    visit: Visiting,
    zone: FromPath[str],
    q: FromQuery[str] = "",
    side: FromQuery[list[Side] | None] = None,
    family: FromQuery[list[str] | None] = None,
    category: FromQuery[list[str] | None] = None,
    condition: FromQuery[list[str] | None] = None,
    recurrence: FromQuery[list[Recurrence] | None] = None,
    price: FromQuery[list[PriceTerms] | None] = None,
    reach: FromQuery[int | None] = None,
    in_zone: Annotated[list[str] | None, QueryParameter(name="zone")] = None,
    sort: FromQuery[Sort | None] = None,
    exact: FromQuery[bool] = False,  # noqa: FBT002 - as the framework takes it
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
) -> ListingsOut:
    """What the zone shows now, with the filters and orders of its page.

    The newest first, or the most relevant when words are asked for. Misspelt words are corrected unless `exact`;
    `text` says what was looked for. `reach` (km), `sort=nearest` and `sort=match` are for members of the zone.
    """
    here = await visit.zone(zone)
    scope = await scope_of(visit, here)
    given: dict[str, Sequence[str]] = {
        "q": [q],
        "side": side or (),
        "family": family or (),
        "category": category or (),
        "condition": condition or (),
        "recurrence": recurrence or (),
        "price": price or (),
        "reach": [str(reach)] if reach is not None else (),
        "zone": in_zone or (),
        "sort": [sort] if sort else (),
        "exact": ["1"] if exact else (),
    }
    asked = scope.asked(lambda name: given[name])
    async with visit.reading(LISTINGS, MATCHES) as read:
        meant = await wanted(visit, read, scope, asked)
        found = await read.all(listings.search(meant.search, after[:LONGEST].replace("\0", ""), limit))
    rows, following = listings.page_of(found, limit)
    return ListingsOut([represented(row, visit.viewer) for row in rows], following, meant.search.text)


handlers: list[Any] = [all_zones, search]
