"""Zones and their listings, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from domain.charters import Purpose
from domain.listings import PriceTerms, Side
from domain.zones import Moderation, WasteMode
from projections import charters, listings, people
from projections.charters import CHARTERS
from projections.listings import LISTINGS, Recurrence, Sort
from projections.matches import MATCHES
from projections.people import PEOPLE
from web.api.documenting import ANYONE, MEMBER
from web.api.representing import ListingOut, represented
from web.federation_figures import added, figures_in
from web.searching import scope_of, wanted
from web.visits import Visiting

LONGEST: Final = 200


class ZoneOut(Struct):
    """A zone; `slug` is its address."""

    slug: str
    name: str
    commune: str
    companies: int


class ReceiptOut(Struct):
    """The receipt of a declared broker of waste, good until the end of a day."""

    number: str
    prefecture: str
    expires_on: date


class PolicyOut(Struct):
    """How a zone moderates, and what it does with waste today; `receipt` is a declared broker's."""

    slug: str
    name: str
    commune: str
    association: str
    contact_mail: str
    time_zone: str
    languages: list[str]
    moderation: Moderation
    trusted_after: int
    review_within_hours: int
    waste: WasteMode
    receipt: ReceiptOut | None = None
    closes_on: date | None = None


class CharterOut(Struct):
    """A charter as it counts now, in the language asked for where there is one; blank lines part its paragraphs."""

    id: str
    purpose: Purpose
    number: int
    published_at: datetime
    language: str
    title: str
    text: str


class Charters(Struct):
    """The charters of a zone that the token's owner may read."""

    items: list[CharterOut]


class ZoneFiguresOut(Struct):
    """What a zone did since it opened; `tonnes` counts the months in which three companies or more had a part."""

    zone: str
    listings: int
    exchanges: int
    purchases: int
    tonnes: Decimal | None
    estimated: bool


class FederationOut(Struct):
    """A federation's zones and their figures, as far as the token's owner may read them."""

    slug: str
    name: str
    zones: list[ZoneFiguresOut]


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


@get("/api/v1/zones/{zone:str}", **ANYONE, summary="One zone and its policy", tags=["Zones"])
async def one_zone(visit: Visiting, zone: FromPath[str]) -> PolicyOut:
    """What a zone is called, who runs it, and what it decided."""
    here = await visit.zone(zone)
    mode, receipt = here.waste_mode(visit.now), here.receipt
    return PolicyOut(
        slug=here.slug,
        name=here.name,
        commune=here.commune,
        association=here.association,
        contact_mail=here.contact_mail,
        time_zone=here.time_zone,
        languages=list(here.languages),
        moderation=here.moderation,
        trusted_after=here.trusted_after,
        review_within_hours=here.review_within_hours,
        waste=mode,
        receipt=ReceiptOut(receipt.number, receipt.prefecture, receipt.expires_on)
        if receipt and mode == "broker"
        else None,
        closes_on=here.closes_on,
    )


@get("/api/v1/zones/{zone:str}/charters", **ANYONE, summary="The charters of a zone", tags=["Zones"])
async def zone_charters(visit: Visiting, zone: FromPath[str]) -> Charters:
    """Those that count now, in the language of the request."""
    here = await visit.zone(zone)
    async with visit.reading(CHARTERS) as read:
        found = await read.all(charters.of_zone(here.zone_id, visit.language))
    return Charters(
        [
            CharterOut(row.charter_id, row.purpose, row.number, row.published_at, row.language, row.title, row.text)
            for row in found
            if not row.ended
        ]
    )


@get("/api/v1/federations/{federation:str}", **MEMBER, summary="The figures of a federation", tags=["Zones"])
async def federation_figures(visit: Visiting, federation: FromPath[str]) -> FederationOut:
    """What its zones did: figures, and never a name."""
    found = await figures_in(visit, federation, None)
    figures = [(zone.slug, added(found.of(zone))) for zone in found.zones]
    return FederationOut(
        found.federation.slug,
        found.federation.name,
        [
            ZoneFiguresOut(slug, said.listings, said.exchanges, said.purchases, said.tonnes, said.estimated)
            for slug, said in figures
        ],
    )


handlers: list[Any] = [all_zones, one_zone, zone_charters, federation_figures, search]
