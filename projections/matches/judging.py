"""What a facilitator asks of the matches of a zone: the closest, those that nearly were, and those set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal, get_args

from msgspec import Struct

from domain.matches import Dismissal, Fault, Verdict
from domain.matching import MAILED, SHOWN
from domain.questions import Question
from domain.reasons import Reason
from projections.model import Query

Band = Literal["mail", "study", "met", "nearly", "dismissed"]
BANDS: Final[tuple[Band, ...]] = get_args(Band)
PAGE: Final = 20
CERTAIN: Final = 100
BOUNDS: Final[dict[Band, tuple[int, int]]] = {
    "mail": (MAILED, CERTAIN), "study": (SHOWN, MAILED - 1), "met": (SHOWN, CERTAIN),
}  # fmt: skip
"""From how many points to how many; those that met are in no other band."""


class Judging(Struct, frozen=True, kw_only=True):
    """A pair before whoever judges it, with what was said of it.

    `code` is the rule that kept it apart, `dismissed` why `company_id` set it aside; `points` is None once one of
    its listings is no longer to be had. `cursor` continues the list.
    """

    a_id: str
    b_id: str
    points: int | None
    pro: tuple[Reason, ...] = ()
    contra: tuple[Reason, ...] = ()
    ask: tuple[Question, ...] = ()
    code: str = ""
    dismissed: Dismissal | None = None
    company_id: str = ""
    at: datetime | None = None
    verdict: Verdict | None = None
    reason: Fault = ""
    introduced_at: datetime | None = None
    cursor: str


class BandCount(Struct, frozen=True):
    """How many pairs of a zone each band holds; one row."""

    mail: int
    study: int
    met: int
    nearly: int
    dismissed: int


_HERE: Final = "%(zone)s = ANY (p.zones)"
_SAID: Final = "LEFT JOIN match_verdict v ON v.a_id = p.a_id AND v.b_id = p.b_id AND v.zone_id = %(zone)s"
_MET: Final = "(v.introduced_at IS NOT NULL OR p.a_id || ' ' || p.b_id = ANY (%(in_touch)s::text[]))"
_VERDICT: Final = "v.verdict, coalesce(v.reason, '') AS reason, v.introduced_at"
_CLOSEST: Final = "lpad((10000 - {hundredths})::text, 5, '0') || ' ' || p.a_id || ' ' || p.b_id"
_LATEST: Final = (
    "to_char(p.at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || ' ' || p.a_id || ' ' || p.b_id || p.company_id"
)


def in_band(
    zone_id: str, band: Band, cursor: str = "", limit: int = PAGE, in_touch: Iterable[tuple[str, str]] = ()
) -> Query[Judging]:
    """One page of a band and one more when there is a next: the closest first, of those set aside the latest first.

    `in_touch` are the pairs about which something is under way: with those that were introduced, they met.
    """
    params = {"zone": zone_id, "after": cursor, "limit": limit + 1, "in_touch": _pairs(in_touch)}
    match band:
        case "nearly":
            return _nearly(params)
        case "dismissed":
            return _dismissed(params)
        case _:
            least, most = BOUNDS[band]
            key = _CLOSEST.format(hundredths="p.hundredths")
            sql = f"""SELECT p.a_id, p.b_id, p.points, p.pro, p.contra, p.ask, {_VERDICT}, {key} AS cursor
                FROM match_pair p {_SAID}
                WHERE {_HERE} AND p.told <> '{{}}' AND p.points BETWEEN %(least)s AND %(most)s AND {_after(key)}
                    AND {"" if band == "met" else "NOT "}{_MET}
                ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
            return Query(sql, {**params, "least": least, "most": most}, Judging)


def _nearly(params: dict[str, Any]) -> Query[Judging]:
    key = _CLOSEST.format(hundredths="100 * p.points")
    sql = f"""SELECT p.a_id, p.b_id, p.points, p.code, {_VERDICT}, {key} AS cursor
        FROM match_near_miss p {_SAID} WHERE {_HERE} AND {_after(key)} ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, params, Judging)


def _dismissed(params: dict[str, Any]) -> Query[Judging]:
    sql = f"""SELECT p.a_id, p.b_id, m.points, coalesce(m.pro, '[]') AS pro, coalesce(m.contra, '[]') AS contra,
            p.reason AS dismissed, p.company_id, p.at, {_VERDICT}, {_LATEST} AS cursor
        FROM match_dismissed p LEFT JOIN match_pair m ON m.a_id = p.a_id AND m.b_id = p.b_id {_SAID}
        WHERE {_HERE} AND (%(after)s = '' OR {_LATEST} COLLATE "C" < %(after)s)
        ORDER BY {_LATEST} COLLATE "C" DESC LIMIT %(limit)s"""
    return Query(sql, params, Judging)


def _after(key: str) -> str:
    return f"(%(after)s = '' OR {key} COLLATE \"C\" > %(after)s)"


def _pairs(in_touch: Iterable[tuple[str, str]]) -> list[str]:
    return [" ".join(sorted(pair)) for pair in in_touch]


def band_counts(zone_id: str, in_touch: Iterable[tuple[str, str]] = ()) -> Query[BandCount]:
    """How many there are in each band; `in_touch` as for `in_band`."""
    sql = f"""SELECT pairs.*,
            (SELECT count(*) FROM match_near_miss p WHERE {_HERE}) AS nearly,
            (SELECT count(*) FROM match_dismissed p WHERE {_HERE}) AS dismissed
        FROM (
            SELECT count(*) FILTER (WHERE points >= %(mailed)s AND NOT met) AS mail,
                count(*) FILTER (WHERE points < %(mailed)s AND NOT met) AS study,
                count(*) FILTER (WHERE met) AS met
            FROM (SELECT p.points, {_MET} AS met FROM match_pair p {_SAID} WHERE {_HERE} AND p.told <> '{{}}') shown
        ) pairs"""
    return Query(sql, {"zone": zone_id, "mailed": MAILED, "in_touch": _pairs(in_touch)}, BandCount)


def judged(zone_id: str, one: str, other: str) -> Query[Judging]:
    """One pair that matches, as the facilitator of a zone knows it; one row at most."""
    a_id, b_id = sorted((one, other))
    sql = f"""SELECT p.a_id, p.b_id, p.points, p.pro, p.contra, p.ask, {_VERDICT}, '' AS cursor
        FROM match_pair p {_SAID} WHERE {_HERE} AND p.a_id = %(a)s AND p.b_id = %(b)s"""
    return Query(sql, {"zone": zone_id, "a": a_id, "b": b_id}, Judging)
