"""A pick-up as an iCalendar file (RFC 5545): one entry that changes with what is agreed, wherever it was added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event
from msgspec import Struct

from domain.exchanges import Slot

PRODUCT: Final = "-//Gisement//Pick-ups//FR"


class Appointment(Struct, frozen=True, kw_only=True):
    """What an entry says; `number` counts the agreements, `written_at` is when the last word on it was said."""

    uid: str
    number: int
    slot: Slot
    cancelled: bool
    title: str
    place: str
    notes: str
    address: str
    written_at: datetime


def calendar(appointment: Appointment) -> bytes:
    """Write the file; times are moments in UTC, so that no calendar needs to know our time zones."""
    entry = Event()
    entry.add("uid", appointment.uid)
    entry.add("dtstamp", appointment.written_at.astimezone(UTC))
    entry.add("dtstart", appointment.slot.start.astimezone(UTC))
    entry.add("dtend", appointment.slot.end.astimezone(UTC))
    # A calendar keeps the entry with the highest number: calling off comes after an agreement, and before the next.
    entry.add("sequence", 2 * appointment.number + appointment.cancelled)
    entry.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    entry.add("summary", appointment.title)
    if appointment.place:
        entry.add("location", appointment.place)
    if appointment.notes:
        entry.add("description", appointment.notes)
    entry.add("url", appointment.address)
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if appointment.cancelled else "PUBLISH")
    whole.add_component(entry)
    written: bytes = whole.to_ical()
    return written
