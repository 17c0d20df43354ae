"""What is asked of a zone's queue and of its record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from projections.model import Id, Query
from projections.moderation.rows import CaseRow, SentenceRow

PAGE: Final = 25


class Case(CaseRow, frozen=True, kw_only=True):
    """A reading, with the company's name, and the names of the moderators who decided and who took it back.

    `cursor` continues a list after this row.
    """

    author: str
    decider: str
    taker: str
    cursor: str


_CASE: Final = """SELECT c.*, a.name AS author, coalesce(d.name, '') AS decider, coalesce(t.name, '') AS taker,
        c.shown::int || '~' || {time}::text || '~' || c.listing_id || '~' || c.opened_version AS cursor
    FROM moderation_case c JOIN moderation_author a USING (company_id)
        LEFT JOIN moderation_person d ON 'member:' || d.member_id = c.decided_by
        LEFT JOIN moderation_person t ON 'member:' || t.member_id = c.taken_back_by"""


def queue(zone_id: str, cursor: str = "", limit: int = PAGE) -> Query[Case]:
    """What waits for a zone's moderators, the oldest first, and one row more when there is a next page.

    First what is hidden until they decide, then what the zone shows already.
    """
    shown, since, listing_id = (*cursor.split("~"), "", "", "")[:3]
    sql = f"""{_CASE.format(time="extract(epoch FROM c.since)")}
        WHERE zone_id = %(zone)s AND outcome IS NULL
            AND (%(since)s = '' OR (shown, extract(epoch FROM since), listing_id)
                > (%(shown)s::boolean, %(since)s::text::numeric, %(listing)s))
        ORDER BY shown, extract(epoch FROM since), listing_id LIMIT %(limit)s"""
    known = shown in {"0", "1"} and since.isascii() and since.replace(".", "", 1).isdigit()
    place = {"shown": shown == "1", "since": since if known else "", "listing": listing_id}
    return Query(sql, {"zone": zone_id, **place, "limit": limit + 1}, Case)


def waiting(zone_id: str, listing_id: str) -> Query[Case]:
    """The reading of one listing that waits in a zone."""
    sql = f"""{_CASE.format(time="extract(epoch FROM c.since)")}
        WHERE zone_id = %(zone)s AND listing_id = %(listing)s AND outcome IS NULL"""
    return Query(sql, {"zone": zone_id, "listing": listing_id}, Case)


def record(zone_id: str, listing_id: str = "", before: datetime | None = None, limit: int = PAGE) -> Query[Case]:
    """What was decided in a zone, of one listing or of all, the newest first."""
    sql = f"""{_CASE.format(time="extract(epoch FROM c.decided_at)")}
        WHERE zone_id = %(zone)s AND outcome IS NOT NULL AND (%(listing)s = '' OR listing_id = %(listing)s)
            AND (%(before)s::timestamptz IS NULL OR decided_at < %(before)s)
        ORDER BY decided_at DESC, listing_id, opened_version LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "listing": listing_id, "before": before, "limit": limit}, Case)


def decided(zone_id: str, since: datetime, limit: int = PAGE) -> Query[Case]:
    """What moderators of a zone decided since a time and can still take back, the newest first."""
    sql = f"""{_CASE.format(time="extract(epoch FROM c.decided_at)")}
        WHERE zone_id = %(zone)s AND outcome IN ('approved', 'rejected', 'amend') AND decided_at >= %(since)s
            AND taken_back_at IS NULL AND NOT EXISTS (
                SELECT FROM moderation_case later WHERE later.zone_id = c.zone_id AND later.listing_id = c.listing_id
                    AND later.opened_version > c.opened_version
            )
        ORDER BY decided_at DESC, listing_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "since": since, "limit": limit}, Case)


class Workload(Struct, frozen=True):
    """How much waits in a zone, since when, how much is shown unread, and how much was decided since a time."""

    zone_id: str
    waiting: int
    oldest: datetime | None
    unread: int
    decided: int


def workload(zone_ids: Sequence[str], since: datetime) -> Query[Workload]:
    """The workload of each of these zones."""
    sql = """SELECT zone_id, count(*) FILTER (WHERE outcome IS NULL AND NOT shown) AS waiting,
            min(since) FILTER (WHERE outcome IS NULL AND NOT shown) AS oldest,
            count(*) FILTER (WHERE outcome IS NULL AND shown) AS unread,
            count(*) FILTER (WHERE outcome IN ('approved', 'rejected', 'amend') AND decided_at >= %(since)s) AS decided
        FROM moderation_case WHERE zone_id = ANY (%(zones)s) GROUP BY zone_id ORDER BY zone_id"""
    return Query(sql, {"zones": list(zone_ids), "since": since}, Workload)


class Late(Struct, frozen=True):
    """A listing that a zone had promised to have read by `due_at`; `opened_version` tells this reading from others."""

    zone_id: str
    listing_id: str
    opened_version: int
    due_at: datetime


def late(now: datetime, limit: int) -> Query[Late]:
    """What no zone has read in time, and nobody has noted yet; the system asks."""
    sql = """SELECT zone_id, listing_id, opened_version, since + make_interval(hours => hours) AS due_at
        FROM moderation_case JOIN moderation_promise USING (zone_id)
        WHERE outcome IS NULL AND NOT shown AND overdue_at IS NULL AND since + make_interval(hours => hours) <= %(now)s
        ORDER BY since, listing_id, zone_id LIMIT %(limit)s"""
    return Query(sql, {"now": now, "limit": limit}, Late)


def sentences(zone_id: str) -> Query[SentenceRow]:
    """What the zone keeps in its own words, and what it does without; the rest is as every zone begins with."""
    sql = "SELECT * FROM moderation_sentence WHERE zone_id = %(zone)s ORDER BY sentence_id"
    return Query(sql, {"zone": zone_id}, SentenceRow)


def undecided(zone_id: str) -> Query[Id]:
    """Which listings wait for a zone's moderators."""
    sql = "SELECT DISTINCT listing_id AS id FROM moderation_case WHERE zone_id = %(zone)s AND outcome IS NULL"
    return Query(sql, {"zone": zone_id}, Id)
