"""The dates of a group purchase for calendars: its deadline, the session or round, and the day it came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from domain.refused import _
from marketplace.calendars import Entry
from marketplace.links import Links
from marketplace.reading import AsyncReading
from projections import purchases
from projections.purchases import CollectionRow, PurchaseRow, SessionRow
from web import purchase_words as words
from web.purchase_words import Say

A_DAY: Final = timedelta(days=1)
HALF_AN_HOUR: Final = timedelta(minutes=30)


async def dates(read: AsyncReading, row: PurchaseRow, say: Say, base_url: str) -> AsyncIterator[Entry]:
    """What a calendar says of it in its reader's language; nothing before there is a date."""
    session = await read.one(purchases.session(row.purchase_id)) if row.form == "session" else None
    collection = await read.one(purchases.collection(row.purchase_id)) if row.form == "collection" else None
    for entry in _entries(row, session, collection, say, base_url):
        yield entry


def _entries(
    row: PurchaseRow, session: SessionRow | None, collection: CollectionRow | None, say: Say, base_url: str
) -> Iterator[Entry]:
    address, host = Links(base_url).purchase(row.purchase_id), urlsplit(base_url).hostname
    named = say(_("%(what)s: %(title)s"), what=say(words.WORDS[row.form].name), title=row.title)
    cancelled = row.stage in ("cancelled", "failed")
    if row.deadline is not None:
        yield Entry(
            uid=f"deadline-{row.purchase_id}@{host}",
            number=row.version,
            start=row.deadline - HALF_AN_HOUR,
            end=row.deadline,
            title=say(_("Deadline: %(title)s"), title=row.title),
            address=address,
            written_at=row.latest_at,
            cancelled=cancelled,
        )
    if session is not None:
        yield Entry(
            uid=f"session-{row.purchase_id}@{host}",
            number=row.version,
            start=session.starts_at,
            end=session.starts_at + timedelta(minutes=session.minutes),
            title=named,
            place=session.place,
            address=address,
            written_at=row.latest_at,
            cancelled=cancelled,
        )
    elif collection is not None and collection.on is not None:
        # Each round keeps its own place in the calendar; one that moves to another day takes its place along.
        yield Entry(
            uid=f"round-{collection.number}-{row.purchase_id}@{host}",
            number=row.version,
            start=collection.on,
            end=collection.on + A_DAY,
            title=named,
            address=address,
            written_at=row.latest_at,
            cancelled=cancelled,
        )
    elif row.delivered_on is not None:
        yield Entry(
            uid=f"delivery-{row.purchase_id}@{host}",
            number=row.version,
            start=row.delivered_on,
            end=row.delivered_on + A_DAY,
            title=named,
            address=address,
            written_at=row.latest_at,
        )
