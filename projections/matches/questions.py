"""What is asked of matches: those of a listing or of a company, what nearly was one, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from domain.matching import MAILED, SHOWN
from domain.reasons import Reason
from projections.matches.rows import TallyRow
from projections.model import Query

PAGE: Final = 25


class Found(Struct, frozen=True, kw_only=True):
    """A pair seen from one of its listings. `match_id` is the same from both ends; `cursor` continues a list."""

    match_id: str
    mine_id: str
    other_id: str
    mine_company: str
    other_company: str
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    cursor: str


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
        b_company AS other_company, hundredths, points, pro, contra FROM match_pair WHERE {a}
    UNION ALL
    SELECT a_id || '~' || b_id, b_id, a_id, b_company, a_company, hundredths, points, pro, contra
        FROM match_pair WHERE {b}
)"""


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
    sql = f"""SELECT match_id, mine_id, other_id, mine_company, other_company, points, pro, contra, {key} AS cursor
        FROM {ends} found WHERE points >= %(least)s AND (%(after)s = '' OR {key} COLLATE "C" > %(after)s)
        ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {**params, "least": least, "after": cursor, "limit": limit + 1}, Found)


def page_of(rows: Sequence[Found], limit: int = PAGE) -> tuple[list[Found], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def counts(listing_ids: Sequence[str]) -> Query[PairCount]:
    """How many pairs each of these listings has; those without any have no row."""
    ends = _ENDS.format(a="a_id = ANY (%(listings)s)", b="b_id = ANY (%(listings)s)")
    sql = f"""SELECT mine_id AS listing_id, count(*) AS pairs, count(*) FILTER (WHERE points >= %(mailed)s) AS mailed
        FROM {ends} found GROUP BY 1 ORDER BY 1"""
    return Query(sql, {"listings": list(listing_ids), "mailed": MAILED}, PairCount)


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
