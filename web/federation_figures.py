"""The figures of a federation's zones in a period of whole months, for its pages, its table and its programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.refused import NotFound, _
from projections import federations, people
from projections.federations import FEDERATIONS, FederationRow, MonthFigures
from web.federation_views import Figures
from web.funnel import Span
from web.visits import Visit

SINCE_EVER: Final = date(2000, 1, 1)


class Found(Struct, frozen=True):
    """A federation as its reader finds it: the zones that they may read of, by name, and every month of these."""

    federation: FederationRow
    zones: tuple[people.Zone, ...]
    months: tuple[MonthFigures, ...]

    def of(self, zone: people.Zone) -> list[MonthFigures]:
        """The months of one zone, the newest first."""
        return [month for month in self.months if month.zone_id == zone.zone_id]


def whole_months(span: Span) -> Span:
    """The months a period touches, all of each: the difference of two periods then tells no single exchange."""
    following = (span.last.replace(day=1) + timedelta(days=31)).replace(day=1)
    return replace(span, first=span.first.replace(day=1), last=following - timedelta(days=1))


async def readable(visit: Visit, slug: str) -> tuple[FederationRow, tuple[people.Zone, ...]]:
    """The federation and the zones of it the reader may read of; none at all, and it is missing to them."""
    async with visit.reading(FEDERATIONS) as read:
        found = await read.one(federations.federation(slug))
        within = await read.all(federations.zones_in(found.federation_id)) if found else []
    ids = {row.zone_id for row in within}
    zones = tuple(
        sorted((zone for zone in await visit.services.zones() if zone.zone_id in ids), key=lambda zone: zone.name)
    )
    if found is None or not zones:
        raise NotFound(_("There is no such federation."))
    return found, zones


async def figures_in(visit: Visit, slug: str, span: Span | None) -> Found:
    """What its zones did in a period of whole months, or since they opened."""
    found, zones = await readable(visit, slug)
    first, last = (span.first, span.last) if span else (SINCE_EVER, visit.now.date())
    time_zones = {zone.zone_id: zone.time_zone for zone in zones}
    async with visit.reading(FEDERATIONS) as read:
        months = await read.all(federations.months(time_zones, first, last + timedelta(days=1)))
    return Found(found, zones, tuple(months))


def added(months: Sequence[MonthFigures], matches: int = 0) -> Figures:
    """The sums of months; what is hidden of one is in no sum, so that no difference tells it."""
    weighed = [month.tonnes for month in months if month.tonnes is not None]
    return Figures(
        listings=sum(month.listings for month in months),
        matches=matches,
        exchanges=sum(month.exchanges for month in months),
        purchases=sum(month.purchases for month in months),
        tonnes=_rounded(sum(weighed, Decimal(0))) if weighed else None,
        hidden=any(month.weighed > 0 and month.tonnes is None for month in months),
        estimated=any(month.estimated and month.tonnes is not None for month in months),
    )


def _rounded(tonnes: Decimal) -> Decimal:
    """To a hundredth below ten tonnes, else to a tenth."""
    fine = 10
    return round(tonnes, 1) if tonnes >= fine else round(tonnes, 2)
