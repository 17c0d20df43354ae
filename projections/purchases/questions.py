"""What is asked of group purchases: a zone's, one with its story, a company's own, and which the clock waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from projections.model import Query
from projections.purchases.rows import DayRow, PledgeRow, PurchaseRow, QuoteRow, StateRow, StepRow, TermsRow

PAGE: Final = 25
State = Literal["coming", "open", "over"]
_LATEST: Final = "1e13 - extract(epoch FROM latest_at) * 1000"
_STATES: Final[dict[State, tuple[str, str]]] = {
    "open": ("stage = 'open'", "extract(epoch FROM deadline) * 1000"),
    "coming": ("stage IN ('poll', 'quotes', 'chosen')", _LATEST),
    "over": ("stage IN ('confirmed', 'delivered', 'failed', 'cancelled')", _LATEST),
}
"""Which ones, and the number they are ordered by."""


class Waking(Struct, frozen=True):
    """A group purchase about which the clock has something to do; `version` is that of its stream."""

    purchase_id: str
    wakes_at: datetime
    version: int


class Listed(PurchaseRow, frozen=True, kw_only=True):
    """A group purchase on a list; `cursor` continues the list after it."""

    cursor: str


def in_zone(zone_id: str, state: State, after: str = "", limit: int = PAGE) -> Query[Listed]:
    """A zone's group purchases of one kind, and one more when there is a next page: what closes first, or is newest."""
    where, moment = _STATES[state]
    key = f"to_char({moment}, 'FM000000000000000') || ' ' || purchase_id"
    sql = f"""SELECT *, {key} AS cursor FROM purchase
        WHERE zone_id = %(zone)s AND {where} AND (%(after)s = '' OR {key} COLLATE "C" > %(after)s)
        ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "after": after, "limit": limit + 1}, Listed)


def page_of(rows: Sequence[Listed], limit: int = PAGE) -> tuple[list[Listed], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def one(purchase_id: str) -> Query[PurchaseRow]:
    """One group purchase."""
    return Query("SELECT * FROM purchase WHERE purchase_id = %(purchase)s", {"purchase": purchase_id}, PurchaseRow)


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
    return Query("SELECT * FROM purchase_state WHERE purchase_id = %(purchase)s", {"purchase": purchase_id}, StateRow)


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
