"""The dates of a group purchase as an iCalendar file (RFC 5545): its deadline, and the day it came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event
from msgspec import Struct

PRODUCT: Final = "-//Gisement//Group purchases//FR"


class Milestone(Struct, frozen=True, kw_only=True):
    """What the entries say; `number` grows with whatever happens, so that a calendar keeps the newest."""

    uid: str
    number: int
    deadline: datetime
    delivered_on: date | None
    cancelled: bool
    title: str
    delivery: str
    address: str
    written_at: datetime


def calendar(milestone: Milestone) -> bytes:
    """Write the file of one purchase."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    for entry in entries(milestone):
        whole.add_component(entry)
    written: bytes = whole.to_ical()
    return written


def entries(milestone: Milestone) -> Iterator[Event]:
    """Its dates, for a calendar that holds others besides; the deadline is a moment in UTC, the delivery a day."""
    deadline = milestone.deadline.astimezone(UTC)
    yield _entry(milestone, "deadline", milestone.title, deadline - timedelta(minutes=30), deadline)
    if milestone.delivered_on is not None:
        on = milestone.delivered_on
        yield _entry(milestone, "delivery", milestone.delivery, on, on + timedelta(days=1))


def _entry(milestone: Milestone, kind: str, title: str, start: date, end: date) -> Event:
    entry = Event()
    entry.add("uid", f"{kind}-{milestone.uid}")
    entry.add("dtstamp", milestone.written_at.astimezone(UTC))
    entry.add("dtstart", start)
    entry.add("dtend", end)
    entry.add("sequence", milestone.number)
    entry.add("status", "CANCELLED" if milestone.cancelled else "CONFIRMED")
    entry.add("summary", title)
    entry.add("url", milestone.address)
    return entry
