"""Zones and their listings, for programs."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from domain.listings import Side
from projections import listings, people
from projections.listings import LISTINGS, Search
from projections.people import PEOPLE
from web.api.documenting import ANYONE
from web.api.representing import ListingOut, represented
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
    """One page of listings; `next` is the cursor of the following one."""

    items: list[ListingOut]
    next: str | None = None


@get("/api/v1/zones", **ANYONE, summary="All zones", tags=["Zones"])
async def all_zones(visit: Visiting) -> Zones:
    """Every zone of this installation."""
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.zones())
    return Zones([ZoneOut(zone.slug, zone.name, zone.commune, zone.companies) for zone in found])


@get("/api/v1/zones/{zone:str}/listings", **ANYONE, summary="Search a zone", tags=["Listings"])
async def search(
    visit: Visiting,
    zone: FromPath[str],
    q: FromQuery[str] = "",
    side: FromQuery[Side | None] = None,
    family: FromQuery[list[str] | None] = None,
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
) -> ListingsOut:
    """What the zone shows now: the newest first, or the best first when words are asked for."""
    here = await visit.zone(zone)
    words = q.replace("\0", "").strip()[:LONGEST]
    wanted = Search(
        zone_id=here.zone_id,
        text=words,
        sides=(side,) if side else (),
        families=tuple(family or ()),
        sort="best" if words else "newest",
    )
    async with visit.reading(LISTINGS) as read:
        rows, following = listings.page_of(await read.all(listings.search(wanted, after[:LONGEST], limit)), limit)
    return ListingsOut([represented(row, visit.viewer) for row in rows], following)


handlers: list[Any] = [all_zones, search]
