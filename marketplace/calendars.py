"""Dates as iCalendar files (RFC 5545): one entry that is updated where it was added, or a person's whole calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event
from msgspec import Struct

PRODUCT: Final = "-//Gisement//Dates//FR"
FETCHED_EVERY: Final = timedelta(hours=6)


class Entry(Struct, frozen=True, kw_only=True):
    """A date: a time with its end, or a day that ends with the next.

    `number` grows with whatever happens to it: a calendar keeps the entry with the highest.
    """

    uid: str
    number: int
    start: datetime | date
    end: datetime | date
    title: str
    address: str
    written_at: datetime
    place: str = ""
    notes: str = ""
    cancelled: bool = False


def file(*entries: Entry) -> bytes:
    """Some dates to be added to a calendar, or taken out of it again where all are called off."""
    called_off = bool(entries) and all(entry.cancelled for entry in entries)
    return _written(_calendar("CANCEL" if called_off else "PUBLISH"), entries)


def feed(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar that programs fetch again and again: they drop what they do not find in it any more."""
    whole = _calendar("PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", FETCHED_EVERY, parameters={"VALUE": "DURATION"})
    return _written(whole, entries)


def _calendar(method: str) -> Calendar:
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", method)
    return whole


def _written(whole: Calendar, entries: Iterable[Entry]) -> bytes:
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
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.notes:
        event.add("description", entry.notes)
    event.add("url", entry.address)
    return event


def _in_utc(when: datetime | date) -> datetime | date:
    """A moment is told in UTC, so that no calendar needs to know our time zones; a day is a day."""
    return when.astimezone(UTC) if isinstance(when, datetime) else when
