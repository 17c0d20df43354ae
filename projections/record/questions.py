"""What pages ask of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from projections.model import Query
from projections.record.rows import AppealRow, EntryRow, Kind, NoticeRow

PAGE: Final = 25
STREAMED: Final = 500
OF_COMPANIES: Final[tuple[Kind, ...]] = ("admitted", "not_admitted", "suspended", "reinstated")


class Entry(EntryRow, frozen=True, kw_only=True):
    """A line of the record, with the name of the company it is about, and of who did it, for who may know."""

    company: str
    who: str


class Notice(NoticeRow, frozen=True, kw_only=True):
    """A notice, with the name of the company it is about."""

    company: str


class Appeal(AppealRow, frozen=True, kw_only=True):
    """An appeal, with the name of the company that lodged it."""

    company: str


class Asked(Struct, frozen=True, kw_only=True):
    """Which lines of a zone's record are wanted: of these kinds, with this ground, between two moments."""

    zone_id: str
    kinds: tuple[Kind, ...] = ()
    ground: str = ""
    since: datetime | None = None
    before: datetime | None = None
    subject_id: str = ""


_NAMED: Final = "coalesce(p.name, '') AS company"
_WHO: Final = "LEFT JOIN record_person w ON e.actor = 'member:' || w.member_id"
_ENTRY: Final = f"""SELECT e.*, {_NAMED}, coalesce(w.name, '') AS who
    FROM record_entry e LEFT JOIN record_party p USING (company_id) {_WHO}"""
_NOTICE: Final = f"SELECT n.*, {_NAMED} FROM record_notice n LEFT JOIN record_party p USING (company_id)"
_APPEAL: Final = f"SELECT a.*, {_NAMED} FROM record_appeal a LEFT JOIN record_party p USING (company_id)"
# What happens to a company is a line of its own, and one of each of its listings: a list shows it once.
_ONCE: Final = "(e.subject_id = e.company_id OR e.kind <> ALL (%(of_companies)s) OR e.subject_id = %(subject)s)"


def entries(asked: Asked, after: int | None = None, limit: int = PAGE) -> Query[Entry]:
    """Lines of a zone's record, the newest first, and one more when there is a next page."""
    sql = f"""{_ENTRY} WHERE e.zone_id = %(zone)s AND {_ONCE}
            AND (%(subject)s = '' OR e.subject_id = %(subject)s)
            AND (cardinality(%(kinds)s::text[]) = 0 OR e.kind = ANY (%(kinds)s::text[]))
            AND (%(ground)s = '' OR e.ground = %(ground)s)
            AND (%(since)s::timestamptz IS NULL OR e.at >= %(since)s)
            AND (%(before)s::timestamptz IS NULL OR e.at < %(before)s)
            AND (%(after)s::bigint IS NULL OR e.position < %(after)s)
        ORDER BY e.position DESC, e.subject_id LIMIT %(limit)s"""
    return Query(sql, _params(asked, after, limit + 1), Entry)


def whole(zone_id: str, after: tuple[int, str] = (0, ""), limit: int = STREAMED) -> Query[Entry]:
    """Every line of a zone's record, the oldest first, for who takes it along."""
    sql = f"""{_ENTRY} WHERE e.zone_id = %(zone)s AND (e.position, e.subject_id) > (%(position)s, %(subject)s)
        ORDER BY e.position, e.subject_id LIMIT %(limit)s"""
    position, subject = after
    return Query(sql, {"zone": zone_id, "position": position, "subject": subject, "limit": limit}, Entry)


def of_subject(zone_id: str, subject_id: str) -> Query[Entry]:
    """Everything on record of one listing or company in a zone, the newest first."""
    sql = f"""{_ENTRY} WHERE e.zone_id = %(zone)s AND e.subject_id = %(subject)s ORDER BY e.position DESC"""
    return Query(sql, {"zone": zone_id, "subject": subject_id}, Entry)


def line(zone_id: str, subject_id: str, version: int, kinds: Sequence[Kind]) -> Query[Entry]:
    """What happened at a version of a stream, as far as it is of these kinds."""
    sql = f"""{_ENTRY} WHERE e.zone_id = %(zone)s AND e.subject_id = %(subject)s AND e.version = %(version)s
        AND e.kind = ANY (%(kinds)s)"""
    params = {"zone": zone_id, "subject": subject_id, "version": version, "kinds": list(kinds)}
    return Query(sql, params, Entry)


def last(zone_id: str, subject_id: str, kinds: Sequence[Kind]) -> Query[Entry]:
    """What happened to it last, as far as it is of these kinds."""
    sql = f"""{_ENTRY} WHERE e.zone_id = %(zone)s AND e.subject_id = %(subject)s AND e.kind = ANY (%(kinds)s)
        ORDER BY e.position DESC LIMIT 1"""
    return Query(sql, {"zone": zone_id, "subject": subject_id, "kinds": list(kinds)}, Entry)


def as_of(zone_id: str, before: datetime, after: str = "", limit: int = PAGE) -> Query[Entry]:
    """How each listing that a zone showed just before a moment stood then, by its id, and one more than a page."""
    sql = f"""SELECT e.*, {_NAMED}, coalesce(w.name, '') AS who FROM (
            SELECT DISTINCT ON (subject_id) * FROM record_entry
            WHERE zone_id = %(zone)s AND at < %(before)s AND status IS NOT NULL AND subject_id > %(after)s
            ORDER BY subject_id, position DESC) e
        LEFT JOIN record_party p USING (company_id) {_WHO}
        WHERE e.status = 'approved' AND e.life = 'open' AND e.standing = 'admitted' AND e.kind <> 'erased'
        ORDER BY e.subject_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "before": before, "after": after, "limit": limit + 1}, Entry)


def notices(zone_id: str, *, waiting: bool, limit: int = PAGE) -> Query[Notice]:
    """The notices of a zone: those that wait, the oldest first, or those that were answered, the newest first."""
    order = "n.at, n.notice_id" if waiting else "n.decided_at DESC, n.notice_id"
    sql = (
        f"""{_NOTICE} WHERE n.zone_id = %(zone)s AND (n.outcome = '') = %(waiting)s ORDER BY {order} LIMIT %(limit)s"""
    )
    return Query(sql, {"zone": zone_id, "waiting": waiting, "limit": limit}, Notice)


def notice(zone_id: str, notice_id: str) -> Query[Notice]:
    """One notice of a zone."""
    sql = f"""{_NOTICE} WHERE n.zone_id = %(zone)s AND n.notice_id = %(notice)s"""
    return Query(sql, {"zone": zone_id, "notice": notice_id}, Notice)


def appeals(zone_id: str, *, waiting: bool, limit: int = PAGE) -> Query[Appeal]:
    """The appeals in a zone: those that wait, the oldest first, or those that are over, the newest first."""
    order = "a.at, a.appeal_id" if waiting else "a.decided_at DESC, a.appeal_id"
    sql = (
        f"""{_APPEAL} WHERE a.zone_id = %(zone)s AND (a.outcome = '') = %(waiting)s ORDER BY {order} LIMIT %(limit)s"""
    )
    return Query(sql, {"zone": zone_id, "waiting": waiting, "limit": limit}, Appeal)


def appeal(zone_id: str, appeal_id: str) -> Query[Appeal]:
    """One appeal in a zone."""
    sql = f"""{_APPEAL} WHERE a.zone_id = %(zone)s AND a.appeal_id = %(appeal)s"""
    return Query(sql, {"zone": zone_id, "appeal": appeal_id}, Appeal)


def against(zone_id: str, subject_id: str, version: int) -> Query[Appeal]:
    """The appeal against one decision, if there is one."""
    sql = f"""{_APPEAL} WHERE a.zone_id = %(zone)s AND a.subject_id = %(subject)s AND a.against = %(version)s"""
    return Query(sql, {"zone": zone_id, "subject": subject_id, "version": version}, Appeal)


class Waiting(Struct, frozen=True):
    """How many notices and appeals wait in a zone, and since when the oldest."""

    zone_id: str
    notices: int
    appeals: int
    oldest: datetime


def waiting(zone_ids: Sequence[str]) -> Query[Waiting]:
    """What waits for the moderators of these zones besides listings; no row of a zone where nothing does."""
    sql = """SELECT zone_id, count(*) FILTER (WHERE notice) AS notices, count(*) FILTER (WHERE NOT notice) AS appeals,
            min(at) AS oldest
        FROM (
            SELECT zone_id, at, true AS notice FROM record_notice WHERE zone_id = ANY (%(zones)s) AND outcome = ''
            UNION ALL
            SELECT zone_id, at, false FROM record_appeal WHERE zone_id = ANY (%(zones)s) AND outcome = ''
        ) waits
        GROUP BY zone_id ORDER BY zone_id"""
    return Query(sql, {"zones": list(zone_ids)}, Waiting)


class Figure(Struct, frozen=True):
    """How often something happened in a zone; `median` is how many seconds deciding took, where it was waited for."""

    kind: Kind
    detail: str
    n: int
    timed: int
    median: float | None


def figures(zone_id: str, since: datetime, before: datetime) -> Query[Figure]:
    """What a zone counts in public between two moments, each kind as a whole (no detail) and by its detail."""
    sql = """SELECT kind, coalesce(detail, '') AS detail, count(*) AS n, count(seconds) AS timed,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median
        FROM record_measure WHERE zone_id = %(zone)s AND at >= %(since)s AND at < %(before)s
        GROUP BY GROUPING SETS ((kind), (kind, detail)) HAVING GROUPING(detail) = 1 OR detail <> ''
        ORDER BY kind, n DESC, detail"""
    return Query(sql, {"zone": zone_id, "since": since, "before": before}, Figure)


class Reviewing(Struct, frozen=True):
    """How many decisions of a zone were about what waited, and how many seconds half of them took at most."""

    n: int
    median: float | None


def reviewing(zone_id: str, since: datetime, before: datetime) -> Query[Reviewing]:
    """How long listings waited to be read."""
    sql = """SELECT count(seconds) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median
        FROM record_measure WHERE zone_id = %(zone)s AND at >= %(since)s AND at < %(before)s
            AND kind IN ('approved', 'rejected', 'change_asked') AND seconds IS NOT NULL"""
    return Query(sql, {"zone": zone_id, "since": since, "before": before}, Reviewing)


class FirstYear(Struct, frozen=True):
    """When a zone began to count."""

    at: datetime | None


def began(zone_id: str) -> Query[FirstYear]:
    """The first thing a zone counted."""
    return Query("SELECT min(at) AS at FROM record_measure WHERE zone_id = %(zone)s", {"zone": zone_id}, FirstYear)


def _params(asked: Asked, after: int | None, limit: int) -> dict[str, object]:
    return {
        "zone": asked.zone_id,
        "kinds": list(asked.kinds),
        "ground": asked.ground,
        "since": asked.since,
        "before": asked.before,
        "subject": asked.subject_id,
        "of_companies": list(OF_COMPANIES),
        "after": after,
        "limit": limit,
    }
