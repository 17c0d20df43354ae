"""The figures of a federation's zones, for its readers: sums, each zone, and a zone month by month."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain.refused import NotFound, _
from projections import federations, matches, people
from projections.federations import FEDERATIONS, FEW, FederationRow, MonthFigures, ZoneFigures
from projections.matches import MATCHES
from projections.people import PEOPLE
from web import federation_views as views
from web.policies import page
from web.visits import Visit, Visiting, zone_view

A_YEAR: Final = timedelta(days=366)


@page("/f/{federation:str}", policy="member")
async def federation(visit: Visiting, federation: FromPath[str]) -> Response[Any]:
    """What the zones of a federation did, as far as the reader may know it."""
    found, figures = await _figures(visit, federation)
    async with visit.reading(PEOPLE, MATCHES) as read:
        zones = {zone.zone_id: zone for zone in await read.all(people.zones_by_id([row.zone_id for row in figures]))}
        pairs = {row.zone_id: row.pairs for row in await read.all(matches.tallies(list(zones)))} if zones else {}
    lines = [
        views.FederationZoneLine(
            zone=zone_view(zones[row.zone_id]),
            companies=zones[row.zone_id].companies,
            figures=said(row, pairs.get(row.zone_id, 0)),
        )
        for row in figures
        if row.zone_id in zones
    ]
    view = views.FederationPage(
        slug=found.slug,
        name=found.name,
        zones=tuple(sorted(lines, key=lambda line: line.zone.name)),
        sums=summed([line.figures for line in lines]),
        few=FEW,
    )
    return await visit.page("federations/show.html", view)


@page("/f/{federation:str}/{zone:str}", policy="member")
async def federation_zone(visit: Visiting, federation: FromPath[str], zone: FromPath[str]) -> Response[Any]:
    """What one of its zones did, month by month."""
    found, figures = await _figures(visit, federation)
    here = next((each for each in await visit.services.zones() if each.slug == zone), None)
    row = next((each for each in figures if here is not None and each.zone_id == here.zone_id), None)
    if here is None or row is None:
        raise NotFound(_("There is no such federation."))
    async with visit.reading(FEDERATIONS, MATCHES) as read:
        months = await read.all(federations.months(here.zone_id, here.time_zone, visit.now - A_YEAR))
        clocks = ZoneInfo(here.time_zone)
        tallies = await read.all(matches.tallies([here.zone_id]))
    view = views.FederationZonePage(
        slug=found.slug,
        name=found.name,
        zone=zone_view(here),
        companies=here.companies,
        figures=said(row, sum(tally.pairs for tally in tallies)),
        months=tuple(
            views.Month(
                label=visit.wording.dated(month.month.astimezone(clocks).date(), "LLLL y").capitalize(),
                figures=figures_of,
            )
            for month, figures_of in zip(months, covered([said(month, 0) for month in months]), strict=True)
        ),
        few=FEW,
    )
    return await visit.page("federations/zone.html", view)


async def _figures(visit: Visit, slug: str) -> tuple[FederationRow, list[ZoneFigures]]:
    """The federation and the zones of it the reader may read of; none at all, and it is missing to them."""
    async with visit.reading(FEDERATIONS) as read:
        found = await read.one(federations.federation(slug))
        figures = await read.all(federations.figures(found.federation_id)) if found else []
    if found is None or not figures:
        raise NotFound(_("There is no such federation."))
    return found, figures


def said(row: ZoneFigures | MonthFigures, pairs: int) -> views.Figures:
    """Figures as a page prints them; tonnes to the kilogram below ten, else to a tenth."""
    return views.Figures(
        listings=row.listings,
        matches=pairs,
        exchanges=row.exchanges,
        purchases=row.purchases,
        tonnes=None if row.tonnes is None else _rounded(row.tonnes),
        hidden=row.weighed > 0 and row.tonnes is None,
        estimated=row.estimated,
    )


def summed(all_of: list[views.Figures]) -> views.Figures:
    """The sums of several zones; what is hidden of one is in no sum, so that no difference tells it."""
    weighed = [each.tonnes for each in all_of if each.tonnes is not None]
    return views.Figures(
        listings=sum(each.listings for each in all_of),
        matches=sum(each.matches for each in all_of),
        exchanges=sum(each.exchanges for each in all_of),
        purchases=sum(each.purchases for each in all_of),
        tonnes=_rounded(sum(weighed, Decimal(0))) if weighed else None,
        hidden=any(each.hidden for each in all_of),
        estimated=any(each.estimated for each in all_of),
    )


def covered(months: list[views.Figures]) -> list[views.Figures]:
    """With one month hidden alone, the total less the others would tell it: then the lightest other is hidden too."""
    shown = [each for each in months if each.tonnes is not None]
    if sum(each.hidden for each in months) != 1 or not shown:
        return months
    lightest = min(shown, key=lambda each: each.tonnes or Decimal(0))
    return [replace(each, tonnes=None, hidden=True) if each is lightest else each for each in months]


def _rounded(tonnes: Decimal) -> Decimal:
    fine = 10
    return round(tonnes, 1) if tonnes >= fine else round(tonnes, 2)


handlers = [federation, federation_zone]
