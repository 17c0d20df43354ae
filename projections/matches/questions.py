"""What is asked of matches: those of a listing or of a company, what nearly was one, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from domain.matching import MAILED, SHOWN
from domain.questions import Question
from domain.reasons import Reason
from projections.matches.rows import DismissedRow, TallyRow
from projections.model import Query

PAGE: Final = 25


class Found(Struct, frozen=True, kw_only=True):
    """A pair seen from one of its listings. `match_id` is the same from both ends; `cursor` continues a list.

    While one of the two listings is `awaiting` approval, only its author sees the pair. One that a facilitator called
    `poor` goes into no mail.
    """

    match_id: str
    mine_id: str
    other_id: str
    mine_company: str
    other_company: str
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    ask: tuple[Question, ...]
    awaiting: bool
    poor: bool
    introduced: bool
    cursor: str


class Closest(Struct, frozen=True):
    """How closely a listing goes with the listing of mine that it goes with best, in hundredths of a point."""

    listing_id: str
    hundredths: int


class Seen(Struct, frozen=True):
    """A listing somebody looked at."""

    listing_id: str


class NearMiss(Struct, frozen=True, kw_only=True):
    """What nearly was a pair, seen from one of its listings."""

    mine_id: str
    other_id: str
    code: str
    points: int


class PairCount(Struct, frozen=True):
    """How many pairs a listing has that the viewer may see, and how many of them are worth a mail."""

    listing_id: str
    pairs: int
    mailed: int


_ENDS: Final = """(
    SELECT a_id || '~' || b_id AS match_id, a_id AS mine_id, b_id AS other_id, a_company AS mine_company,
        b_company AS other_company, hundredths, points, pro, contra, ask, zones, told, poor, introduced_at
        FROM match_pair WHERE {a}
    UNION ALL
    SELECT a_id || '~' || b_id, b_id, a_id, b_company, a_company, hundredths, points, pro, contra, ask, zones, told,
        poor, introduced_at FROM match_pair WHERE {b}
)"""
_SHOWN: Final = "told <> '{}'"
"""What nobody set aside."""


def of_listing(listing_id: str, least: int = SHOWN, cursor: str = "", limit: int = PAGE) -> Query[Found]:
    """The pairs of a listing, the closest first, and one more when there is a next page."""
    ends = _ENDS.format(a="a_id = %(listing)s", b="b_id = %(listing)s")
    return _found(ends, {"listing": listing_id}, least, cursor, limit)


def of_companies(company_ids: Sequence[str], least: int = SHOWN, cursor: str = "", limit: int = PAGE) -> Query[Found]:
    """The pairs of all listings of these companies, the closest first, and one more when there is a next page."""
    ends = _ENDS.format(a="a_company = ANY (%(companies)s)", b="b_company = ANY (%(companies)s)")
    return _found(ends, {"companies": list(company_ids)}, least, cursor, limit)


def _found(ends: str, params: dict[str, Any], least: int, cursor: str, limit: int) -> Query[Found]:
    key = "lpad((10000 - hundredths)::text, 5, '0') || ' ' || mine_id || ' ' || other_id"
    sql = f"""SELECT match_id, mine_id, other_id, mine_company, other_company, points, pro, contra, ask,
            zones = '{{}}' AS awaiting, poor, introduced_at IS NOT NULL AS introduced, {key} AS cursor
        FROM {ends} found WHERE {_SHOWN} AND points >= %(least)s AND (%(after)s = '' OR {key} COLLATE "C" > %(after)s)
        ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {**params, "least": least, "after": cursor, "limit": limit + 1}, Found)


def page_of(rows: Sequence[Found], limit: int = PAGE) -> tuple[list[Found], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def counts(listing_ids: Sequence[str]) -> Query[PairCount]:
    """How many pairs each of these listings has; those without any have no row."""
    ends = _ENDS.format(a="a_id = ANY (%(listings)s)", b="b_id = ANY (%(listings)s)")
    sql = f"""SELECT mine_id AS listing_id, count(*) AS pairs, count(*) FILTER (WHERE points >= %(mailed)s) AS mailed
        FROM {ends} found WHERE {_SHOWN} GROUP BY 1 ORDER BY 1"""
    return Query(sql, {"listings": list(listing_ids), "mailed": MAILED}, PairCount)


def between(listing_id: str, other_id: str) -> Query[Found]:
    """One pair seen from the first of its listings; one row at most."""
    ends = _ENDS.format(a="a_id = %(listing)s AND b_id = %(other)s", b="b_id = %(listing)s AND a_id = %(other)s")
    return _found(ends, {"listing": listing_id, "other": other_id}, SHOWN, "", 1)


def dismissed_by(company_ids: Sequence[str], since: datetime, limit: int = PAGE) -> Query[DismissedRow]:
    """The pairs these companies set aside since, the newest first."""
    sql = """SELECT * FROM match_dismissed WHERE company_id = ANY (%(companies)s) AND at >= %(since)s
        ORDER BY at DESC, a_id, b_id LIMIT %(limit)s"""
    return Query(sql, {"companies": list(company_ids), "since": since, "limit": limit}, DismissedRow)


def dismissal(listing_id: str, other_id: str, company_ids: Sequence[str]) -> Query[DismissedRow]:
    """How one of these companies set a pair aside; one row at most."""
    a_id, b_id = sorted((listing_id, other_id))
    sql = """SELECT * FROM match_dismissed WHERE a_id = %(a)s AND b_id = %(b)s AND company_id = ANY (%(companies)s)
        ORDER BY at DESC LIMIT 1"""
    return Query(sql, {"a": a_id, "b": b_id, "companies": list(company_ids)}, DismissedRow)


def closest(company_ids: Sequence[str], least: int = SHOWN, limit: int = 10_000) -> Query[Closest]:
    """The listings that go with any of these companies', each with its best, the closest first."""
    ends = _ENDS.format(a="a_company = ANY (%(companies)s)", b="b_company = ANY (%(companies)s)")
    sql = f"""SELECT other_id AS listing_id, max(hundredths) AS hundredths FROM {ends} found
        WHERE {_SHOWN} AND points >= %(least)s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(limit)s"""
    return Query(sql, {"companies": list(company_ids), "least": least, "limit": limit}, Closest)


def looked_at(company_ids: Sequence[str]) -> Query[Seen]:
    """The listings of pairs that these companies looked at, their own among them."""
    sql = """SELECT DISTINCT listing_id FROM match_seen, unnest(ARRAY[a_id, b_id]) AS listing_id
        WHERE company_id = ANY (%(companies)s) ORDER BY 1"""
    return Query(sql, {"companies": list(company_ids)}, Seen)


def near_misses(listing_id: str, limit: int = PAGE) -> Query[NearMiss]:
    """What nearly matched a listing, for who runs a zone of either, the closest first."""
    sql = """SELECT %(listing)s AS mine_id, CASE WHEN a_id = %(listing)s THEN b_id ELSE a_id END AS other_id,
            code, points
        FROM match_near_miss WHERE a_id = %(listing)s OR b_id = %(listing)s
        ORDER BY points DESC, 2 LIMIT %(limit)s"""
    return Query(sql, {"listing": listing_id, "limit": limit}, NearMiss)


def tallies(zone_ids: Sequence[str] = ()) -> Query[TallyRow]:
    """How many pairs each zone has a listing in; of all zones when none is named."""
    sql = """SELECT * FROM match_tally WHERE cardinality(%(zones)s::text[]) = 0 OR zone_id = ANY (%(zones)s::text[])
        ORDER BY zone_id"""
    return Query(sql, {"zones": list(zone_ids)}, TallyRow)
