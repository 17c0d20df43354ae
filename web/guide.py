"""The zone's guide as cards: outlets with their hours, and which of them take an offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from domain import taxonomy
from domain.matching import Traits, traits
from domain.opening_hours import DAYS, Opening, grouped, is_open
from domain.outlets import Taking, nearest_first, takes
from domain.places import Place, distance_km
from domain.quantities import Quantity
from domain.refused import _
from projections import listings, people
from projections.pooling import OutletRow
from projections.pooling.outlets import content_of
from projections.pooling.rows import AcceptedRow
from web import answers
from web import pooling_views as views
from web.visits import Visit

A_MONDAY: Final = date(2024, 1, 1)
"""Any Monday: days of the week are named after those that follow it."""
MOST_ON_A_LISTING: Final = 4


def outlet_card(
    visit: Visit, row: OutletRow, zone: people.Zone, near: Place | None = None, line: AcceptedRow | None = None
) -> views.OutletCard:
    """An outlet for one reader; `near` is where distances count from, `line` what takes the offer at hand."""
    return views.OutletCard(
        id=row.outlet_id,
        name=row.name,
        operator=row.operator,
        address=row.address,
        hours=week(visit, row.hours),
        hours_note=row.hours_note,
        open_now=is_open(row.hours, visit.now.astimezone(ZoneInfo(zone.time_zone))),
        accepts=tuple(_line(visit, accepted) for accepted in row.accepts),
        refuses=tuple(taxonomy.label(code, visit.language) for code in row.refuses),
        price=row.price,
        permits=row.permits,
        contact=row.contact,
        metres=round(1000 * distance_km(near, Place(row.latitude, row.longitude))) if near else None,
        line=_line(visit, line) if line else None,
        closed=row.closed,
    )


def takers(
    visit: Visit, row: listings.Listing, zone: people.Zone, outlets: Sequence[OutletRow]
) -> tuple[views.OutletCard, ...]:
    """The outlets that take an offer, the nearest first."""
    offer = traits_of(row)
    found = [
        (outlet.outlet_id, fit) for outlet in outlets if isinstance(fit := takes(content_of(outlet), offer), Taking)
    ]
    known = {outlet.outlet_id: outlet for outlet in outlets}
    here = Place(row.latitude, row.longitude)
    return tuple(
        outlet_card(visit, known[outlet_id], zone, here, _row_of(known[outlet_id], fit))
        for outlet_id, fit in nearest_first(found)[:MOST_ON_A_LISTING]
    )


def by_family(cards: Sequence[views.OutletCard], language: str) -> tuple[views.GuideFamily, ...]:
    """Where things go, family by family in the order of the taxonomy."""
    found = []
    for family in taxonomy.families():
        there = tuple(
            (card, lines)
            for card in cards
            if (lines := tuple(line for line in card.accepts if line.family == family.code))
        )
        if there:
            label = family.label_fr if language == "fr" else family.label_en
            found.append(views.GuideFamily(code=family.code, label=label, outlets=there))
    return tuple(found)


def traits_of(row: listings.Listing) -> Traits:
    """What matching needs of a listing, with what is free of it."""
    amount = row.free or row.amount
    return traits(
        id=row.listing_id,
        side=row.side,
        title=row.title,
        text=row.description,
        company=row.company_id,
        category=row.category,
        quantity=Quantity(amount, row.unit, row.per),  # type: ignore[arg-type]  # a period, as posted
        attributes=row.attributes,
        latitude=float(row.latitude),
        longitude=float(row.longitude),
        max_km=row.max_km,
        mode=row.mode,
    )


def _row_of(outlet: OutletRow, fit: Taking) -> AcceptedRow:
    return next(line for line in outlet.accepts if line.category == fit.line.category)


def _line(visit: Visit, line: AcceptedRow) -> views.OutletLine:
    said = [line.conditions] if line.conditions else []
    if line.condition:
        grade = answers.answer("condition", line.condition, visit.say)
        said.append(visit.say(_("at least: %(condition)s"), condition=grade))
    if line.amount is not None:
        least = visit.wording.quantity(Quantity(line.amount, line.unit), line.category)
        said.append(visit.say(_("from %(quantity)s up"), quantity=least))
    family = taxonomy.CATEGORIES[line.category].family if line.category in taxonomy.CATEGORIES else ""
    return views.OutletLine(
        what=taxonomy.label(line.category, visit.language), family=family, conditions=" · ".join(said)
    )


def week(visit: Visit, hours: Sequence[Opening]) -> tuple[views.Hours, ...]:
    """The week as it is printed."""
    return tuple(
        views.Hours(days=_days(visit, days), times=", ".join(_span(visit, span) for span in spans))
        for days, spans in grouped(hours)
    )


def day_names(visit: Visit) -> tuple[str, ...]:
    """The days of the week, Monday first."""
    return tuple(_day(visit, day) for day in DAYS)


def _days(visit: Visit, days: Sequence[int]) -> str:
    first, last = (_day(visit, day) for day in (days[0], days[-1]))
    match len(days):
        case 1:
            return first
        case 2:
            return visit.say(_("%(one)s and %(other)s"), one=first, other=last)
        case _:
            return visit.say(_("%(first)s to %(last)s"), first=first, last=last)


def _day(visit: Visit, day: int) -> str:
    return str(format_date(A_MONDAY + timedelta(days=day - 1), "EEEE", locale=visit.language))


def _span(visit: Visit, span: Opening) -> str:
    if visit.language == "fr":
        opens, closes = (_french(clock) for clock in (span.opens, span.closes))
        return f"{opens}\N{EN DASH}{closes}"
    return f"{span.opens.removeprefix('0')}\N{EN DASH}{span.closes.removeprefix('0')}"


def _french(clock: str) -> str:
    """`8 h`, `14 h 30`, with spaces that no line break tears."""
    hour, minute = clock.split(":")
    said = f"{int(hour)}\N{NO-BREAK SPACE}h"
    return said if minute == "00" else f"{said}\N{NO-BREAK SPACE}{minute}"
