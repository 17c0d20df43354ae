"""The dates of a group purchase for calendars: its deadline, the session, and the day it came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from domain.refused import _
from marketplace.calendars import Entry
from marketplace.links import Links
from projections.purchases import PurchaseRow, SessionRow
from web import purchase_words as words
from web.purchase_words import Say

A_DAY: Final = timedelta(days=1)
HALF_AN_HOUR: Final = timedelta(minutes=30)


def entries(row: PurchaseRow, session: SessionRow | None, say: Say, base_url: str) -> Iterator[Entry]:
    """What a calendar says of it in its reader's language; nothing before there is a date."""
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
