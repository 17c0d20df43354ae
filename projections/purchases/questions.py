"""What is asked of group purchases: a zone's, one with its story, a company's own, and which the clock waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from projections.model import Id, Query
from projections.purchases.rows import DayRow, PledgeRow, PurchaseRow, QuoteRow, StateRow, StepRow, TermsRow

PAGE: Final = 25
State = Literal["coming", "open", "over"]
_LATEST: Final = "1e13 - extract(epoch FROM latest_at) * 1000"
_STATES: Final[dict[State, tuple[str, str]]] = {
    "open": (
        "(stage = 'open' OR stage IN ('confirmed', 'delivered') AND joins_until > %(now)s)",
        "extract(epoch FROM CASE stage WHEN 'open' THEN deadline ELSE joins_until END) * 1000",
    ),
    "coming": ("stage IN ('poll', 'quotes', 'chosen')", _LATEST),
    "over": (
        """(stage IN ('failed', 'cancelled')
            OR stage IN ('confirmed', 'delivered') AND joins_until > %(now)s IS NOT TRUE)""",
        _LATEST,
    ),
}
"""Which ones, and the number they are ordered by: a frame contract is open as long as companies may opt in."""
_HERE: Final = """(zone_id = %(zone)s OR partners AND zone_id IN (
            SELECT a.zone_id FROM purchase_partner a
            JOIN purchase_partner b ON b.zone_id = a.partner_id AND b.partner_id = a.zone_id
            WHERE a.partner_id = %(zone)s))"""


class Waking(Struct, frozen=True):
    """A group purchase about which the clock has something to do; `version` is that of its stream."""

    purchase_id: str
    wakes_at: datetime
    version: int


class Listed(PurchaseRow, frozen=True, kw_only=True):
    """A group purchase on a list; `cursor` continues the list after it."""

    cursor: str


def in_zone(zone_id: str, state: State, now: datetime, after: str = "", limit: int = PAGE) -> Query[Listed]:
    """A zone's group purchases of one kind, and one more when there is a next page: what closes first, or is newest.

    What is open in a partner zone, and open to its companies, stands among its own.
    """
    where, moment = _STATES[state]
    key = f"to_char({moment}, 'FM000000000000000') || ' ' || purchase_id"
    here = _HERE if state == "open" else "zone_id = %(zone)s"
    sql = f"""SELECT *, {key} AS cursor FROM purchase
        WHERE {here} AND {where} AND (%(after)s = '' OR {key} COLLATE "C" > %(after)s)
        ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "now": now, "after": after, "limit": limit + 1}, Listed)


def page_of(rows: Sequence[Listed], limit: int = PAGE) -> tuple[list[Listed], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def one(purchase_id: str) -> Query[PurchaseRow]:
    """One group purchase."""
    return Query("SELECT * FROM purchase WHERE purchase_id = %(purchase)s", {"purchase": purchase_id}, PurchaseRow)


def these(purchase_ids: Sequence[str]) -> Query[PurchaseRow]:
    """Those of these group purchases that the reader may see."""
    sql = "SELECT * FROM purchase WHERE purchase_id = ANY (%(purchases)s) ORDER BY proposed_at, purchase_id"
    return Query(sql, {"purchases": list(purchase_ids)}, PurchaseRow)


def terms(purchase_ids: Sequence[str]) -> Query[TermsRow]:
    """On what members pledge."""
    sql = "SELECT * FROM purchase_terms WHERE purchase_id = ANY (%(purchases)s) ORDER BY purchase_id"
    return Query(sql, {"purchases": list(purchase_ids)}, TermsRow)


def quotes(purchase_id: str) -> Query[QuoteRow]:
    """The quotes, for the organiser, in the order they came."""
    sql = "SELECT * FROM purchase_quote WHERE purchase_id = %(purchase)s ORDER BY received_at, quote_id"
    return Query(sql, {"purchase": purchase_id}, QuoteRow)


def pledges(purchase_id: str) -> Query[PledgeRow]:
    """What companies want: all of them for the organiser, its own for a company."""
    sql = "SELECT * FROM purchase_pledge WHERE purchase_id = %(purchase)s ORDER BY pledged_at NULLS LAST, company_id"
    return Query(sql, {"purchase": purchase_id}, PledgeRow)


def of_companies(company_ids: Sequence[str]) -> Query[PledgeRow]:
    """In what these companies take part, newest first."""
    sql = """SELECT * FROM purchase_pledge WHERE company_id = ANY (%(companies)s)
        ORDER BY pledged_at DESC NULLS LAST, purchase_id"""
    return Query(sql, {"companies": list(company_ids)}, PledgeRow)


def state(purchase_id: str) -> Query[StateRow]:
    """The ledger, for the organiser."""
    return states([purchase_id])


def states(purchase_ids: Sequence[str]) -> Query[StateRow]:
    """Several ledgers, for the organiser: what is the same for all, with the part of each company put back in."""
    own = "FROM purchase_pledge q WHERE q.purchase_id = s.purchase_id"
    sql = f"""SELECT s.purchase_id, s.zone_id, s.companies, s.wished, s.wishers, s.purchase || jsonb_build_object(
            'wishes', coalesce((SELECT jsonb_object_agg(q.company_id, q.wish::text) {own} AND q.wish > 0), '{{}}'),
            'pledges', coalesce((SELECT jsonb_object_agg(q.company_id, jsonb_build_array(
                q.quantity::text, q.tolerance::text, q.of_terms, q.version, q.site_id, q.present_cents
            )) {own} AND q.quantity > 0), '{{}}'),
            'ledger', coalesce((SELECT jsonb_agg(line ORDER BY (line -> 0)::bigint)
                FROM purchase_pledge q, jsonb_array_elements(q.lines) line
                WHERE q.purchase_id = s.purchase_id), '[]')
        ) AS purchase
        FROM purchase_state s WHERE s.purchase_id = ANY (%(purchases)s) ORDER BY s.purchase_id"""
    return Query(sql, {"purchases": list(purchase_ids)}, StateRow)


def days(purchase_id: str) -> Query[DayRow]:
    """How it grew, day by day."""
    sql = 'SELECT * FROM purchase_day WHERE purchase_id = %(purchase)s ORDER BY "on"'
    return Query(sql, {"purchase": purchase_id}, DayRow)


def steps(purchase_id: str) -> Query[StepRow]:
    """What happened that concerns everybody, the newest first."""
    sql = "SELECT * FROM purchase_step WHERE purchase_id = %(purchase)s ORDER BY version DESC"
    return Query(sql, {"purchase": purchase_id}, StepRow)


def waking(now: datetime, limit: int) -> Query[Waking]:
    """Those whose time has come, the longest overdue first."""
    sql = """SELECT purchase_id, wakes_at, version FROM purchase WHERE wakes_at <= %(now)s
        ORDER BY wakes_at, purchase_id LIMIT %(limit)s"""
    return Query(sql, {"now": now, "limit": limit}, Waking)


class Concerned(PurchaseRow, frozen=True, kw_only=True):
    """A group purchase as it stands to some companies: wished, pledged, to be confirmed, or not received yet."""

    wished_too: bool
    pledged: bool
    waits: bool
    unreceived: bool


def concerning(zone_ids: Sequence[str], company_ids: Sequence[str], since: datetime) -> Query[Concerned]:
    """What these zones ask about, what is open there, and what was delivered since a time; what closes first, first."""
    own = """EXISTS (SELECT FROM purchase_pledge q
        WHERE q.purchase_id = p.purchase_id AND q.company_id = ANY (%(companies)s) AND {})"""
    sql = f"""SELECT p.*, {own.format("q.wish > 0")} AS wished_too, {own.format("q.quantity > 0")} AS pledged,
            {own.format("q.waits")} AS waits, {own.format("q.share > 0 AND q.outcome IS NULL")} AS unreceived
        FROM purchase p WHERE p.zone_id = ANY (%(zones)s)
            AND (p.stage IN ('poll', 'open') OR p.stage = 'delivered' AND p.latest_at >= %(since)s)
        ORDER BY p.deadline NULLS LAST, p.proposed_at DESC, p.purchase_id"""
    return Query(sql, {"zones": list(zone_ids), "companies": list(company_ids), "since": since}, Concerned)


def dated(company_ids: Sequence[str], since: datetime) -> Query[PurchaseRow]:
    """In which these companies take part, that are under way or were still heard of since a time."""
    sql = """SELECT p.* FROM purchase p
        WHERE (p.stage NOT IN ('delivered', 'failed', 'cancelled') OR greatest(p.latest_at, p.deadline) >= %(since)s)
            AND EXISTS (SELECT FROM purchase_pledge q WHERE q.purchase_id = p.purchase_id
                AND q.company_id = ANY (%(companies)s) AND (q.wish > 0 OR q.quantity > 0 OR q.share > 0))
        ORDER BY p.proposed_at, p.purchase_id"""
    return Query(sql, {"companies": list(company_ids), "since": since}, PurchaseRow)


class TookPlace(Struct, frozen=True):
    """How many group purchases came about."""

    n: int


def took_place(zone_id: str, since: datetime, until: datetime) -> Query[TookPlace]:
    """How many of a zone's were confirmed after one time and until another; one row."""
    sql = """SELECT count(*) AS n FROM purchase WHERE zone_id = %(zone)s AND stage IN ('confirmed', 'delivered')
        AND ended_at > %(since)s AND ended_at <= %(until)s"""
    return Query(sql, {"zone": zone_id, "since": since, "until": until}, TookPlace)


def under_way(zone_id: str) -> Query[Id]:
    """Which group purchases of a zone have not ended."""
    sql = "SELECT purchase_id AS id FROM purchase WHERE zone_id = %(zone)s AND ended_at IS NULL"
    return Query(sql, {"zone": zone_id}, Id)
