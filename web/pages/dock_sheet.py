"""The sheet for the dock of a site: one page of A4 whose codes open the form, at the place where surplus piles up."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.params import FromPath

from domain.refused import NotFound, _
from marketplace.links import Links
from projections import people
from projections.people import PEOPLE
from web.beginning import posted_before
from web.drawn_codes import drawn_code
from web.listing_views import Again, Code, DockSheet
from web.policies import page
from web.visits import Visiting

LAST_TIMES: Final = 3


@page("/sites/{site_id:str}/sheet", policy="member")
async def dock_sheet(visit: Visiting, site_id: FromPath[str]) -> Response[Any]:
    """For a site of the reader's company; of any other there is none."""
    companies = {company.company_id: company.name for company in visit.viewer.companies}
    async with visit.reading(PEOPLE) as read:
        sites = await read.all(people.sites(list(companies)))
        homes = await read.all(people.zones_by_id([visit.viewer.home_zone]))
    site = next((site for site in sites if site.site_id == site_id), None)
    if site is None:
        raise NotFound(_("There is no such site."))
    links = Links(visit.services.settings.base_url)
    begun = {"site": site.site_id, "zone": homes[0].slug if homes else None}
    view = DockSheet(
        company=companies[site.company_id],
        site=site.name,
        offer=_code(links.begin_listing(**begun, side="offer"), visit.say(_("We have something to give"))),
        request=_code(links.begin_listing(**begun, side="request"), visit.say(_("We need something"))),
        again=tuple(_again(links, one) for one in (await posted_before(visit, [site.company_id]))[:LAST_TIMES]),
    )
    return await visit.page("listings/dock_sheet.html", view, zone=homes[0] if homes else None)


def _again(links: Links, again: Again) -> Code:
    """The code of an earlier listing: scanned, it is filled in, and one tap posts it."""
    return _code(f"{links.base}{again.address}", again.title, again.quantity)


def _code(address: str, title: str, hint: str = "") -> Code:
    drawn = drawn_code(address)
    host = urlsplit(address).netloc
    return Code(path=drawn.path, size=drawn.size, title=title, hint=hint, address=host)


handlers = [dock_sheet]
