"""A person's dates as one iCalendar file (RFC 5545): pick-ups agreed, group purchases they are in, meetings to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event
from msgspec import Struct

PRODUCT: Final = "-//Gisement//My dates//FR"
FETCHED_EVERY: Final = timedelta(hours=6)


class Entry(Struct, frozen=True, kw_only=True):
    """A date: a time with its end, or a day that ends with the next. `number` grows with what happens to it."""

    uid: str
    number: int
    start: datetime | date
    end: datetime | date
    title: str
    address: str
    written_at: datetime


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """Write the file; moments are in UTC, so that no calendar needs to know our time zones.

    What was called off is no longer in it: a calendar that is fetched again and again drops what it does not find.
    """
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", FETCHED_EVERY, parameters={"VALUE": "DURATION"})
    for entry in entries:
        whole.add_component(_event(entry))
    written: bytes = whole.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.written_at.astimezone(UTC))
    event.add("dtstart", _in_utc(entry.start))
    event.add("dtend", _in_utc(entry.end))
    event.add("sequence", entry.number)
    event.add("summary", entry.title)
    event.add("url", entry.address)
    return event


def _in_utc(when: datetime | date) -> datetime | date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when
