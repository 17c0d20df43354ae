"""The fields that say when a pick-up takes place: a day and two times, by the clocks of the place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from domain.exchanges import Slot
from domain.refused import _
from web.forms import Answers

CLOCK: Final = re.compile(r"([01]?\d|2[0-3])(?:[:hH.]([0-5]\d)?)?", re.ASCII)
"""14:00, as browsers send it; 14h, 9h30 and 9.30, as people type it."""


def slot_typed(given: Answers, time_zone: str) -> Slot | None:
    """Read `day`, `from` and `until`; None when they say no moment, and then what is wrong stands beside them."""
    day = given.day("day")
    if day is None and "day" not in given.errors:
        given.wrong("day", _("Choose the day."))
    begins, ends = time_typed(given, "from"), time_typed(given, "until")
    if day is None or begins is None or ends is None:
        return None
    start, end = moment_typed(given, "from", day, begins, time_zone), moment_typed(given, "until", day, ends, time_zone)
    return Slot(start, end) if start and end else None


def time_typed(given: Answers, name: str) -> time | None:
    """Read a time of day; None when it is none, and then what is wrong stands beside it."""
    found = CLOCK.fullmatch("".join(given.raw(name).split()))
    if found is None:
        given.wrong(name, _("Write a time, such as 14:00."))
        return None
    return time(int(found[1]), int(found[2] or 0))


def moment_typed(given: Answers, name: str, day: date, at: time, time_zone: str) -> datetime | None:
    """The moment the clocks of a place show this; one they skip or show twice, in spring and autumn, is not taken."""
    zone = ZoneInfo(time_zone)
    shown = datetime.combine(day, at)
    first, second = shown.replace(tzinfo=zone), shown.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown:
        given.wrong(name, _("The clocks go forward that night, and skip this time: choose another."))
    else:
        given.wrong(name, _("The clocks go back that night, and show this time twice: choose another."))
    return None
