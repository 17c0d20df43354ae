"""The directory of a zone, for programs: what a company lets this reader know, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct, field

from domain.companies import Kind
from projections import directory
from projections.directory import DIRECTORY, Entry, Passage
from web.api.documenting import ANYONE
from web.directory import by_company
from web.pages.companies import known
from web.visits import Visiting

LONGEST: Final = 200


class SiteOut(Struct):
    """A place of a company."""

    name: str
    address: str
    latitude: float
    longitude: float


class OpeningOut(Struct):
    """A span of an ISO weekday, such as `08:30` to `12:00`."""

    day: int
    opens: str
    closes: str


class CompanyOut(Struct):
    """A company; what it does not let this reader know is empty."""

    id: str
    name: str
    trade: str
    kind: Kind
    about: str = ""
    offers: str = ""
    seeks: str = ""
    shares: str = ""
    contact: str = ""
    sites: list[SiteOut] = field(default_factory=list)
    hours: list[OpeningOut] = field(default_factory=list)


class CompaniesOut(Struct):
    """One page of the directory; `next` is the cursor of the following one."""

    items: list[CompanyOut]
    total: int
    next: str | None = None


@get("/api/v1/zones/{zone:str}/companies", **ANYONE, summary="The directory of a zone", tags=["Companies"])
async def companies(
    visit: Visiting,
    zone: FromPath[str],
    q: FromQuery[str] = "",
    kind: FromQuery[Kind | None] = None,
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
) -> CompaniesOut:
    """Companies by name, as far as they consent; `q` is looked for in their name, their trade and what they say."""
    here = await visit.zone(zone)
    text, cursor = (asked[:LONGEST].replace("\0", " ") for asked in (q, after))
    async with visit.reading(DIRECTORY) as read:
        rows = await read.all(directory.entries(here.zone_id, text, kind or "", cursor, limit + 1))
        total = await read.one(directory.count(here.zone_id, text, kind or ""))
        told = by_company(await read.all(directory.passages([row.company_id for row in rows[:limit]])))
    items = [represented(row, told.get(row.company_id, [])) for row in rows[:limit]]
    return CompaniesOut(items, total.n if total else 0, items[-1].id if len(rows) > limit else None)


@get("/api/v1/companies/{company_id:str}", **ANYONE, summary="One company", tags=["Companies"])
async def company(visit: Visiting, company_id: FromPath[str]) -> CompanyOut:
    """One company, as far as it consents."""
    row = await known(visit, company_id)
    async with visit.reading(DIRECTORY) as read:
        return represented(row, await read.all(directory.passages([company_id])))


def represented(row: Entry, passages: Sequence[Passage]) -> CompanyOut:
    """A company as programs read it."""
    texts = {one.item: one.text for one in passages}
    hours = next((one.hours for one in passages if one.part == "hours"), ())
    return CompanyOut(
        id=row.company_id,
        name=row.name,
        trade=row.trade,
        kind=row.kind,
        **{name: texts.get(name, "") for name in ("about", "offers", "seeks", "shares", "contact")},
        sites=[
            SiteOut(one.text, one.address, float(one.latitude), float(one.longitude))
            for one in passages
            if one.part == "place" and one.latitude is not None and one.longitude is not None
        ],
        hours=[OpeningOut(one.day, one.opens, one.closes) for one in hours],
    )


handlers: list[Any] = [companies, company]
