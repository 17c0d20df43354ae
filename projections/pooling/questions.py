"""What is asked of pooling: what begins, what is proposed, who stands in it, and the outlets of a zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.pooling import LEAST_COMPANIES, Kind
from projections.model import Query
from projections.pooling.rows import AnswerRow, MemberRow, OutletRow, PoolRow

MOST: Final = 200
"""Proposals or outlets that one page shows: a zone has a few of each."""


class Beginning(Struct, frozen=True):
    """A pool that is worth proposing, with the listings that are counted in it."""

    pooling_id: str
    kind: Kind
    zone_id: str
    category: str
    listing_ids: tuple[str, ...]


def beginning(now: datetime, limit: int) -> Query[Beginning]:
    """Some of the pools that have come together and were never proposed; at another moment, others first."""
    sql = """SELECT pooling_id, kind, zone_id, category, array_agg(listing_id ORDER BY listing_id) AS listing_ids
        FROM pooling_pool JOIN pooling_member USING (pooling_id, zone_id)
        WHERE stage = 'forming' AND companies >= %(least)s
        GROUP BY pooling_id, kind, zone_id, category ORDER BY md5(pooling_id || %(now)s) LIMIT %(limit)s"""
    return Query(sql, {"least": LEAST_COMPANIES, "now": now.isoformat(), "limit": limit}, Beginning)


def of_zone(zone_id: str) -> Query[PoolRow]:
    """Everything that was ever proposed in a zone: what stands first, then what was settled, the latest first."""
    sql = """SELECT * FROM pooling_pool WHERE stage <> 'forming' AND zone_id = %(zone)s
        ORDER BY stage <> 'proposed', companies < %(least)s, coalesce(settled_at, proposed_at) DESC, pooling_id
        LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "least": LEAST_COMPANIES, "limit": MOST}, PoolRow)


def standing(zone_ids: Sequence[str]) -> Query[PoolRow]:
    """What is proposed now in these zones, with as many companies as it takes; the most companies first."""
    sql = """SELECT * FROM pooling_pool
        WHERE stage = 'proposed' AND companies >= %(least)s AND zone_id = ANY (%(zones)s)
        ORDER BY companies DESC, proposed_at DESC, pooling_id LIMIT %(limit)s"""
    return Query(sql, {"zones": list(zone_ids), "least": LEAST_COMPANIES, "limit": MOST}, PoolRow)


def mine(company_ids: Sequence[str]) -> Query[PoolRow]:
    """What is proposed or taken up and counts a listing of these companies; the newest first."""
    sql = """SELECT p.* FROM pooling_pool p WHERE stage IN ('proposed', 'taken_up') AND companies >= %(least)s
            AND EXISTS (SELECT FROM pooling_member m
                WHERE m.pooling_id = p.pooling_id AND m.company_id = ANY (%(companies)s))
        ORDER BY proposed_at DESC, pooling_id LIMIT %(limit)s"""
    return Query(sql, {"companies": list(company_ids), "least": LEAST_COMPANIES, "limit": MOST}, PoolRow)


def of_listing(listing_id: str) -> Query[PoolRow]:
    """What is proposed and counts this listing, for who may know that it does."""
    sql = """SELECT p.* FROM pooling_pool p JOIN pooling_member m USING (pooling_id)
        WHERE m.listing_id = %(listing)s AND stage IN ('proposed', 'taken_up') AND companies >= %(least)s
        ORDER BY p.pooling_id"""
    return Query(sql, {"listing": listing_id, "least": LEAST_COMPANIES}, PoolRow)


def one(pooling_id: str) -> Query[PoolRow]:
    """One proposal."""
    return Query("SELECT * FROM pooling_pool WHERE pooling_id = %(id)s AND stage <> 'forming'",
                 {"id": pooling_id}, PoolRow)  # fmt: skip


def members(pooling_ids: Sequence[str]) -> Query[MemberRow]:
    """The listings that are counted: one's own, and all of them for the facilitator."""
    sql = "SELECT * FROM pooling_member WHERE pooling_id = ANY (%(ids)s) ORDER BY pooling_id, company_id, listing_id"
    return Query(sql, {"ids": list(pooling_ids)}, MemberRow)


def answers(pooling_ids: Sequence[str]) -> Query[AnswerRow]:
    """What companies answered: one's own, and all of them for the facilitator."""
    sql = "SELECT * FROM pooling_answer WHERE pooling_id = ANY (%(ids)s) ORDER BY pooling_id, at, company_id"
    return Query(sql, {"ids": list(pooling_ids)}, AnswerRow)


def outlets(zone_ids: Sequence[str], *, closed: bool = False) -> Query[OutletRow]:
    """The outlets of zones, by name; those taken out of the guide only where they are asked for."""
    sql = """SELECT * FROM pooling_outlet WHERE zone_id = ANY (%(zones)s) AND (%(closed)s OR NOT closed)
        ORDER BY closed, name, outlet_id LIMIT %(limit)s"""
    return Query(sql, {"zones": list(zone_ids), "closed": closed, "limit": MOST}, OutletRow)


def outlet(outlet_id: str) -> Query[OutletRow]:
    """One outlet."""
    return Query("SELECT * FROM pooling_outlet WHERE outlet_id = %(id)s", {"id": outlet_id}, OutletRow)
