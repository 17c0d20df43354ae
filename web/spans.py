"""The period a page of figures counts: what its address asks for, how it is said, and the usual ones to choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from domain.refused import _
from web.funnel import Span
from web.funnel_views import Preset
from web.visits import Visit

MONTHS_CHOSEN: Final = (1, 3, 12)
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2200, 1, 1)
"""Days beyond these are slips of the keyboard."""
MOST_YEARS: Final = 5
"""What one page counts at most."""


def span_of(visit: Visit, time_zone: str) -> Span:
    """The period of the address, its last five years at most; without one that stands, the last twelve months."""
    today = visit.now.astimezone(ZoneInfo(time_zone)).date()
    first, last = _asked(visit)
    if first is None or last is None or first > last:
        first, last = _back(today, max(MONTHS_CHOSEN)), today
    if _is_wide(first, last):
        first = _years_before(last)
    return Span(first, last, time_zone)


def is_cut(visit: Visit) -> bool:
    """Whether the address asks for more than is counted at once."""
    return _is_wide(*_asked(visit))


def problem(visit: Visit) -> str:
    """What is wrong with a period that ends before it begins."""
    first, last = _asked(visit)
    if first is None or last is None or first <= last:
        return ""
    return visit.say(_("The end comes before the beginning: these are the last twelve months."))


def presets(visit: Visit, span: Span, address: Callable[..., str]) -> tuple[Preset, ...]:
    """The usual periods, each at its address."""
    today = visit.now.astimezone(ZoneInfo(span.time_zone)).date()
    words = {1: _("This month"), 3: _("3 months"), 12: _("12 months")}
    return tuple(
        Preset(
            label=visit.say(words[months]),
            to=address(from_=_back(today, months).isoformat(), to=today.isoformat()),
            current=(span.first, span.last) == (_back(today, months), today),
        )
        for months in MONTHS_CHOSEN
    )


def span_words(visit: Visit, span: Span) -> str:
    """From one day to another, said."""
    first, last = (visit.wording.dated(day, "d MMMM y") for day in (span.first, span.last))
    return visit.say(_("from %(first)s to %(last)s"), first=first, last=last)


def month_words(visit: Visit, month: str) -> str:
    """March 2026."""
    return str(format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=visit.language))


def _asked(visit: Visit) -> tuple[date | None, date | None]:
    asked = visit.request.query_params
    return _day(asked.get("from", "")), _day(asked.get("to", ""))


def _is_wide(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first < _years_before(last)


def _years_before(last: date) -> date:
    """The first day of the five years that end with a day; where that were a 29th of February, the day before."""
    following = last + timedelta(days=1)
    day = 28 if (following.month, following.day) == (2, 29) else following.day
    return date(following.year - MOST_YEARS, following.month, day)


def _back(today: date, months: int) -> date:
    """The first day of so many months, of which this one is the last."""
    count = today.year * 12 + today.month - months
    return date(count // 12, count % 12 + 1, 1)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
