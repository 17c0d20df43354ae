"""When things happen in the demonstration: on weekdays, in Paris time, counted from the anchor Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = "Europe/Paris"
FRIDAY: Final = 4


def moment(anchor: date, days: int, hour: int, minutes: int = 0) -> datetime:
    """So many days before the anchor, at `hour` Paris time plus `minutes`; a weekend becomes its Friday."""
    day = anchor - timedelta(days=days)
    return on_day(day - timedelta(days=max(0, day.weekday() - FRIDAY)), hour, minutes)


def on_day(day: date, hour: int, minutes: int = 0) -> datetime:
    """That day at `hour` Paris time plus `minutes`."""
    return datetime.combine(day, time(hour), ZoneInfo(PARIS)).astimezone(UTC) + timedelta(minutes=minutes)


def day_of(at: datetime) -> date:
    """The day it is in Paris."""
    return at.astimezone(ZoneInfo(PARIS)).date()


def working_days_after(day: date, number: int) -> date:
    """The weekday that comes so many weekdays after `day`."""
    for _each in range(number):
        day += timedelta(days=1)
        while day.weekday() > FRIDAY:
            day += timedelta(days=1)
    return day
