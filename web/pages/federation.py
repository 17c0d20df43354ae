"""The figures of a federation's zones, for its readers: sums, each zone month by month, and what each figure counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain.refused import NotFound, _
from marketplace.csv_files import as_csv
from marketplace.links import PAGES
from projections import federations, matches, people
from projections.federations import FEDERATIONS, FEW, MEASURES, MOST_FACTS, FactLine, Measure
from projections.matches import MATCHES
from web import federation_views as views
from web.federation_figures import added, figures_in, readable, whole_months
from web.funnel import Span
from web.policies import page
from web.spans import month_words, presets, problem, span_of, span_words
from web.visits import Visit, Visiting, zone_view

COUNTED: Final[dict[Measure, str]] = {
    "listings": _("Listings posted"),
    "exchanges": _("Exchanges confirmed"),
    "purchases": _("Group purchases confirmed"),
}
COLUMNS: Final = ("zone", "month", "listings", "exchanges", "purchases", "tonnes", "tonnes_estimated", "tonnes_hidden")


@page("/f/{federation:str}", policy="member")
async def federation(visit: Visiting, federation: FromPath[str]) -> Response[Any]:
    """What the zones of a federation did, as far as the reader may know it."""
    span = await _span(visit, federation)
    found = await figures_in(visit, federation, span)
    async with visit.reading(MATCHES) as read:
        ids = [zone.zone_id for zone in found.zones]
        pairs = {row.zone_id: row.pairs for row in await read.all(matches.tallies(ids))}
    view = views.FederationPage(
        slug=found.federation.slug,
        name=found.federation.name,
        period=_period(visit, federation, "", span),
        zones=tuple(
            views.FederationZoneLine(
                zone=zone_view(zone),
                href=PAGES.federation(federation, zone.slug, **_days(span)),
                companies=zone.companies,
                figures=added(found.of(zone), pairs.get(zone.zone_id, 0)),
            )
            for zone in found.zones
        ),
        sums=added(found.months, sum(pairs.values())),
        few=FEW,
    )
    return await visit.page("federations/show.html", view)


@page("/f/{federation:str}/figures.csv", policy="member")
async def table(visit: Visiting, federation: FromPath[str]) -> Response[bytes]:
    """The figures of the period zone by zone and month by month."""
    span = await _span(visit, federation)
    found = await figures_in(visit, federation, span)
    rows = []
    for zone in found.zones:
        for month in found.of(zone):
            said = added([month])
            figures = (said.listings, said.exchanges, said.purchases, said.tonnes)
            rows.append((zone.slug, f"{month.month:%Y-%m}", *figures, int(said.estimated), int(said.hidden)))
    name = f"{federation}-{span.first:%Y-%m}-{span.last:%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(as_csv(COLUMNS, rows), media_type="text/csv", headers=headers)


@page("/f/{federation:str}/{zone:str}", policy="member")
async def federation_zone(visit: Visiting, federation: FromPath[str], zone: FromPath[str]) -> Response[Any]:
    """What one of its zones did, month by month."""
    span = await _span(visit, federation)
    found = await figures_in(visit, federation, span)
    here = _named(found.zones, zone)
    months = found.of(here)
    async with visit.reading(MATCHES) as read:
        tallies = await read.all(matches.tallies([here.zone_id]))
    figures = added(months, sum(tally.pairs for tally in tallies))
    view = views.FederationZonePage(
        slug=found.federation.slug,
        name=found.federation.name,
        back=PAGES.federation(federation, **_days(span)),
        period=_period(visit, federation, zone, span),
        zone=zone_view(here),
        companies=here.companies,
        figures=figures,
        months=tuple(
            views.Month(label=month_words(visit, f"{month.month:%Y-%m}"), figures=added([month])) for month in months
        ),
        traces=tuple(
            views.Trace(
                label=visit.say(COUNTED[measure]),
                n=getattr(figures, measure),
                href=PAGES.federation_facts(federation, zone, measure, **_days(span)),
            )
            for measure in MEASURES
        ),
        few=FEW,
    )
    return await visit.page("federations/zone.html", view)


@page("/f/{federation:str}/{zone:str}/facts", policy="member")
async def facts(
    visit: Visiting, federation: FromPath[str], zone: FromPath[str], measure: FromQuery[str] = ""
) -> Response[Any]:
    """What one figure of a zone counts, one by one."""
    found, zones = await readable(visit, federation)
    here, span = _named(zones, zone), await _span(visit, federation)
    counted = next((one for one in MEASURES if one == measure), MEASURES[0])
    async with visit.reading(FEDERATIONS) as read:
        following = span.last + timedelta(days=1)
        lines = await read.all(federations.facts(here.zone_id, here.time_zone, counted, span.first, following))
    view = views.FederationFactsPage(
        name=found.name,
        zone=zone_view(here),
        title=visit.say(COUNTED[counted]),
        said=span_words(visit, span),
        back=PAGES.federation(federation, zone, **_days(span)),
        facts=tuple(_fact(visit, here, line) for line in lines),
        most=MOST_FACTS,
    )
    return await visit.page("federations/facts.html", view)


async def _span(visit: Visit, slug: str) -> Span:
    """The months that are asked for, by the clocks of the federation's first zone."""
    _found, zones = await readable(visit, slug)
    return whole_months(span_of(visit, zones[0].time_zone))


def _period(visit: Visit, slug: str, zone: str, span: Span) -> views.Period:
    asked = span_of(visit, span.time_zone)
    return views.Period(
        said=span_words(visit, span),
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        presets=presets(visit, asked, lambda **days: PAGES.federation(slug, zone, **days)),
        action=PAGES.federation(slug, zone),
        file=PAGES.federation_file(slug, **_days(span)),
        problem=problem(visit),
    )


def _days(span: Span) -> dict[str, str]:
    return {"from_": span.first.isoformat(), "to": span.last.isoformat()}


def _named(zones: tuple[people.Zone, ...], slug: str) -> people.Zone:
    here = next((zone for zone in zones if zone.slug == slug), None)
    if here is None:
        raise NotFound(_("There is no such federation."))
    return here


def _fact(visit: Visit, here: people.Zone, line: FactLine) -> views.FactShown:
    """Who runs the zone opens what was counted; a reader from elsewhere has its reference to ask about."""
    address: Mapping[Measure, Callable[[str], str]] = {
        "listings": PAGES.listing,
        "exchanges": PAGES.exchange,
        "purchases": PAGES.purchase,
    }
    runs = visit.viewer.has_role(here.zone_id, "facilitator", "administrator")
    return views.FactShown(
        day=visit.wording.dated(line.at.astimezone(ZoneInfo(here.time_zone)).date(), "d MMM y"),
        reference=line.thing_id,
        printed=line.thing_id.rpartition("-")[2],
        companies=line.companies,
        href=address[line.measure](line.thing_id) if runs else "",
    )


handlers = [federation, table, federation_zone, facts]
