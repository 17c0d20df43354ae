"""The dates of group purchases for calendars: one of them as a file, or a company's among others."""

from __future__ import annotations

from urllib.parse import urlsplit

from domain.refused import _
from marketplace.links import Links
from marketplace.purchase_calendar import Milestone
from projections.purchases import PurchaseRow
from web import purchase_words as words
from web.purchase_words import Say


def milestone(row: PurchaseRow, say: Say, base_url: str) -> Milestone | None:
    """What a calendar says of a purchase in its reader's language; None before there is a date."""
    if row.deadline is None:
        return None
    return Milestone(
        uid=f"{row.purchase_id}@{urlsplit(base_url).hostname}",
        number=row.version,
        deadline=row.deadline,
        delivered_on=row.delivered_on,
        cancelled=row.stage == "cancelled",
        title=say(_("Deadline: %(title)s"), title=row.title),
        delivery=say(_("%(what)s: %(title)s"), what=say(words.WORDS[row.form].name), title=row.title),
        address=Links(base_url).purchase(row.purchase_id),
        written_at=row.latest_at,
    )
