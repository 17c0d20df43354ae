"""What the funnel asks of matches: how many a zone found, how many were looked at, and which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from projections.matches.rows import FoundRow, SeenRow
from projections.model import Query

Pair = tuple[str, str]
"""The two listings of a match, in the order of their ids."""


class FoundCount(Struct, frozen=True):
    """How many matches of a family were first found in a month (`2026-03`), and how many of them were looked at."""

    month: str
    family: str
    found: int
    seen: int


class Wait(Struct, frozen=True):
    """How long something took in half of all cases; None without any."""

    seconds: float | None


_IN_ZONE: Final = "%(zone)s = ANY (zones) AND found_at >= %(since)s AND found_at < %(before)s"
_AMONG: Final = "(a_id, b_id) IN (SELECT * FROM unnest(%(a_ids)s::text[], %(b_ids)s::text[]))"


def found_counts(zone_id: str, since: datetime, before: datetime, time_zone: str) -> Query[FoundCount]:
    """The matches first found between two moments, by month of the zone's clocks and by family."""
    sql = f"""SELECT to_char(found_at AT TIME ZONE %(time_zone)s, 'YYYY-MM') AS month, family,
            count(*) AS found, count(seen_at) AS seen
        FROM match_found WHERE {_IN_ZONE} GROUP BY 1, 2 ORDER BY 1, 2"""
    return Query(sql, {"zone": zone_id, "since": since, "before": before, "time_zone": time_zone}, FoundCount)


def seeing_time(zone_id: str, since: datetime, before: datetime) -> Query[Wait]:
    """How long it took until somebody looked, for the matches found between two moments; one row."""
    sql = f"""SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM seen_at - found_at)) AS seconds
        FROM match_found WHERE {_IN_ZONE} AND seen_at IS NOT NULL"""
    return Query(sql, {"zone": zone_id, "since": since, "before": before}, Wait)


def found_in(
    zone_id: str,
    since: datetime,
    before: datetime,
    family: str = "",
    *,
    seen: bool = False,
    after: Pair | None = None,
    limit: int = 25,
) -> Query[FoundRow]:
    """The matches first found between two moments, the newest first; `after` is the last of the page before."""
    sql = f"""SELECT * FROM match_found WHERE {_IN_ZONE}
            AND (%(family)s = '' OR family = %(family)s) AND (seen_at IS NOT NULL OR NOT %(seen)s)
            AND coalesce((found_at, a_id, b_id) <
                (SELECT found_at, a_id, b_id FROM match_found WHERE a_id = %(after_a)s AND b_id = %(after_b)s), true)
        ORDER BY found_at DESC, a_id DESC, b_id DESC LIMIT %(limit)s"""
    after_a, after_b = after or ("", "")
    params = {"zone": zone_id, "since": since, "before": before, "family": family, "seen": seen, "limit": limit,
              "after_a": after_a, "after_b": after_b}  # fmt: skip
    return Query(sql, params, FoundRow)


def found(pairs: Sequence[Pair]) -> Query[FoundRow]:
    """These matches, as far as they were ever found."""
    return Query(f"SELECT * FROM match_found WHERE {_AMONG} ORDER BY a_id, b_id", _ids(pairs), FoundRow)


def seen(pairs: Sequence[Pair]) -> Query[SeenRow]:
    """Who looked at these matches, the first first."""
    return Query(f"SELECT * FROM match_seen WHERE {_AMONG} ORDER BY at, company_id", _ids(pairs), SeenRow)


def _ids(pairs: Sequence[Pair]) -> dict[str, Any]:
    return {"a_ids": [a_id for a_id, _b_id in pairs], "b_ids": [b_id for _a_id, b_id in pairs]}
