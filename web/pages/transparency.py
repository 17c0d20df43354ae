"""What a zone decided in a year, in figures for everyone (articles 15 and 24 of the DSA); moderators open each list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.refused import _
from marketplace import record_words
from marketplace.links import PAGES
from projections import people, record
from projections.record import RECORD, Figure, Kind
from web.objection_views import FigureGroup, FigureLine, TransparencyPage
from web.policies import page
from web.record_lines import GROUPS
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

FIRST_YEAR: Final = 2000
SECTIONS: Final[tuple[tuple[str, tuple[Kind, ...]], ...]] = (
    (_("Listings"), ("posted", "approved", "rejected", "change_asked", "taken_back")),
    (_("Notices by anyone"), ("notified", "notice_kept", "notice_hidden", "notice_acted")),
    (_("Appeals by companies"), ("appealed", "appeal_granted", "appeal_refused")),
    (_("Companies"), ("suspended", "reinstated")),
)
DETAILED: Final[frozenset[Kind]] = frozenset({"rejected", "change_asked", "notified"})
"""Counted by their ground as well."""


@page("/z/{zone:str}/transparency", policy="anyone")
async def show(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The figures of a year; else those of this one so far."""
    here = await visit.zone(zone)
    clock = ZoneInfo(here.time_zone)
    this_year = visit.now.astimezone(clock).year
    year = visit.questions.whole("year", least=FIRST_YEAR, most=this_year) or this_year
    since, before = datetime(year, 1, 1, tzinfo=clock), datetime(year + 1, 1, 1, tzinfo=clock)
    async with visit.reading(RECORD) as read:
        found = await read.all(record.figures(here.zone_id, since, before))
        took = await read.one(record.reviewing(here.zone_id, since, before))
        began = await read.one(record.began(here.zone_id))
    first = min(began.at.astimezone(clock).year if began and began.at else this_year, year)
    groups = [
        FigureGroup(title=visit.say(title), lines=_lines(visit, here, year, found, kinds)) for title, kinds in SECTIONS
    ]
    groups[0] = FigureGroup(title=groups[0].title, lines=(*groups[0].lines, *_took(visit, took)))
    groups.append(_machines(visit))
    view = TransparencyPage(
        zone=zone_view(here),
        association=here.association or here.name,
        year=year,
        years=tuple(Choice(value=str(each), label=str(each)) for each in range(this_year, first - 1, -1)),
        groups=tuple(groups),
        so_far=year == this_year,
        contact_mail=here.contact_mail,
    )
    return await visit.page("objections/transparency.html", view, zone=here)


def _lines(
    visit: Visit, here: people.Zone, year: int, found: Sequence[Figure], kinds: Sequence[Kind]
) -> tuple[FigureLine, ...]:
    moderates = visit.viewer.has_role(here.zone_id, "moderator", "administrator")
    whole = {figure.kind: figure for figure in found if not figure.detail}
    lines = []
    for kind in kinds:
        figure = whole.get(kind)
        href = PAGES.record(here.slug, kind=kind, year=year) if moderates and figure else ""
        value = visit.wording.number(figure.n if figure else 0)
        lines.append(FigureLine(label=visit.say(GROUPS[kind][0]), value=value, href=href))
        for part in found:
            if part.kind == kind and part.detail and kind in DETAILED:
                to = PAGES.record(here.slug, kind=kind, ground=part.detail, year=year) if moderates else ""
                said = _detail(visit, kind, part.detail)
                lines.append(FigureLine(label=said, value=visit.wording.number(part.n), href=to, part=True))
        if figure and figure.median is not None and kind in {"notice_kept", "notice_hidden", "appeal_granted"}:
            lines.append(_median(visit, figure.median))
    return tuple(lines)


def _detail(visit: Visit, kind: Kind, detail: str) -> str:
    if kind == "notified":
        return visit.say(record_words.NOTICE_REASONS[detail])
    return visit.wording.ground(detail)


def _median(visit: Visit, seconds: float) -> FigureLine:
    label = visit.say(_("Half of them were answered within"))
    return FigureLine(label=label, value=record_words.lasting(seconds, visit.say), part=True)


def _took(visit: Visit, took: record.Reviewing | None) -> tuple[FigureLine, ...]:
    if took is None or took.median is None:
        return ()
    label = visit.say(_("Half of those that waited were read within"))
    return (FigureLine(label=label, value=record_words.lasting(took.median, visit.say)),)


def _machines(visit: Visit) -> FigureGroup:
    """The law asks: nothing here decides but people."""
    line = FigureLine(label=visit.say(_("Decisions taken by a machine")), value="0")
    return FigureGroup(title=visit.say(_("Automated means")), lines=(line,))


handlers: Final[list[ControllerRouterHandler]] = [show]
