"""When a place is open: a week of spans, read as people write them ("8h30-12h, 14-18h")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from msgspec import Struct

from domain.lexicon import fold
from domain.refused import Refused, _

DAYS: Final = range(1, 8)
"""ISO weekdays: 1 is Monday."""
CLOSED: Final = frozenset({"", "-", "x", "ferme", "fermee", "closed"})
MOST_SPANS: Final = 4
LONGEST_TYPED: Final = 80
CLOCK: Final = r"(\d{1,2})(?:\s*[h:.]\s*(\d{2})?)?"
SPAN: Final = re.compile(rf"{CLOCK}\s*(?:-|a|to|until|jusqu'a)\s*{CLOCK}")
BETWEEN: Final = re.compile(r"\s*(?:[,;/+&]|\bet\b|\band\b|\s)\s*")
NOT_READ: Final = _("Write hours such as “8:30-12:00, 14:00-18:00”, or leave the day empty when it is closed.")


class Opening(Struct, frozen=True):
    """A span of one weekday, such as `08:30` to `12:00`; midnight at the end is `24:00`."""

    day: int
    opens: str
    closes: str


def read_day(typed: str, day: int, field: str) -> tuple[Opening, ...]:
    """What somebody typed for a weekday; Refused beside it when it is no hours."""
    said = fold(typed[: LONGEST_TYPED + 1]).replace("–", "-").replace("—", "-").replace("’", "'").strip().rstrip(".")
    if said in CLOSED:
        return ()
    if len(typed) > LONGEST_TYPED:
        raise Refused(NOT_READ, field=field)
    found, place = [], 0
    while place < len(said):
        span = SPAN.match(said, place)
        if span is None:
            raise Refused(NOT_READ, field=field)
        found.append(Opening(day, _clock(span[1], span[2], field), _clock(span[3], span[4], field)))
        place = span.end()
        if gap := BETWEEN.match(said, place):
            place = gap.end()
    if len(found) > MOST_SPANS:
        raise Refused(NOT_READ, field=field)
    if any(one.opens >= one.closes for one in found) or any(one.closes > other.opens for one, other in pairwise(found)):
        raise Refused(_("These hours overlap, or end before they begin."), field=field)
    return tuple(found)


def grouped(hours: Sequence[Opening]) -> list[tuple[tuple[int, ...], tuple[Opening, ...]]]:
    """The week as it is printed: neighbouring days with the same hours together, closed days left out."""
    groups: list[tuple[tuple[int, ...], tuple[Opening, ...]]] = []
    for day in DAYS:
        spans = tuple(one for one in hours if one.day == day)
        same = groups and _clocks(groups[-1][1]) == _clocks(spans)
        if same and groups[-1][0][-1] == day - 1:
            groups[-1] = ((*groups[-1][0], day), groups[-1][1])
        else:
            groups.append(((day,), spans))
    return [(days, spans) for days, spans in groups if spans]


def is_open(hours: Sequence[Opening], at: datetime) -> bool:
    """Whether it is open at a moment, given by the clocks of the place."""
    clock = f"{at:%H:%M}"
    return any(one.day == at.isoweekday() and one.opens <= clock < one.closes for one in hours)


def _clock(hour: str, minute: str | None, field: str) -> str:
    said = f"{int(hour):02}:{minute or '00'}"
    if not ("00:00" <= said <= "24:00" and said[3:] < "60"):
        raise Refused(NOT_READ, field=field)
    return said


def _clocks(spans: Sequence[Opening]) -> list[tuple[str, str]]:
    return [(one.opens, one.closes) for one in spans]
