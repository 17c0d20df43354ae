"""Periods of the calendar: the weeks, months, quarters and years in which a recurring flow is confirmed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from domain.quantities import LARGEST, Period, Quantity

Rhythm = Literal["WEE", "MON", "QAN", "ANN"]

RHYTHMS: Final[dict[Period, Rhythm]] = {"DAY": "WEE", "WEE": "WEE", "MON": "MON", "QAN": "QAN", "ANN": "ANN"}
"""How often a flow is confirmed, by the period of its quantity: nobody confirms every day."""

DAYS_OF_A_WEEK: Final = 7

NAME: Final = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q([1-4])|(\d{2})))?")


def period_of(day: date, per: Period) -> str:
    """The period a day belongs to: `2026-W07` (ISO week), `2026-02`, `2026-Q1` or `2026`."""
    match RHYTHMS[per]:
        case "WEE":
            year, week, _weekday = day.isocalendar()
            return f"{year}-W{week:02}"
        case "MON":
            return f"{day:%Y-%m}"
        case "QAN":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "ANN":
            return str(day.year)


def of_a_period(quantity: Quantity) -> Decimal:
    """What comes in one period of a flow, if it comes as agreed: a day's amount makes seven in its week."""
    if quantity.per != "DAY":
        return quantity.amount
    return min(quantity.amount * DAYS_OF_A_WEEK, LARGEST - 1)


def first_day(period: str) -> date:
    """The day a period begins; ValueError when there is no such period."""
    found = NAME.fullmatch(period)
    if found is None:
        message = f"{period!r} names no period"
        raise ValueError(message)
    year, week, quarter, month = found.groups()
    if week:
        return date.fromisocalendar(int(year), int(week), 1)
    return date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), 1)


def following(period: str) -> str:
    """The period after this one."""
    begins = first_day(period)
    if "W" in period:
        return period_of(begins + timedelta(weeks=1), "WEE")
    per: Period = "QAN" if "Q" in period else "MON" if "-" in period else "ANN"
    # 32 days, 93 and 366 from a first day always end in the period that comes next.
    return period_of(begins + timedelta(days={"MON": 32, "QAN": 93, "ANN": 366}[per]), per)


def end_of(period: str, time_zone: str) -> datetime:
    """The moment a period is over, by the clocks of a place, as UTC."""
    return datetime.combine(first_day(following(period)), time(0), ZoneInfo(time_zone)).astimezone(UTC)
