"""What is asked of exchanges: one with its story, those a company has to look after, a zone's, and who is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from domain.exchanges import Reason, Stage
from projections.exchanges.rows import (
    BlockRow,
    ContactRow,
    ExchangeRow,
    MessageRow,
    PhotoRow,
    RecordRow,
    StepRow,
    WasteRow,
    WordsRow,
)
from projections.model import Query

PAGE: Final = 25
Group = Literal["owed", "waiting", "closed"]
"""What a company owes now, what it waits for, and what is over."""


class OwedCount(Struct, frozen=True):
    """How many exchanges wait for one of these companies."""

    n: int


class CompanyName(Struct, frozen=True):
    """A company as its partners call it."""

    company_id: str
    name: str


class Waking(Struct, frozen=True):
    """An exchange about which the clock has something to do."""

    exchange_id: str
    listing_id: str
    wakes_at: datetime


# --- exchanges ----------------------------------------------------------------------------------------------------

_OF_COMPANIES: Final = "(owner_id = ANY (%(companies)s) OR asker_id = ANY (%(companies)s))"
_OWED_NOW: Final = "is_open AND owed_by = ANY (%(companies)s) AND owed_from <= %(now)s"
_GROUPS: Final[dict[Group, tuple[str, str, str]]] = {
    "owed": (_OWED_NOW, "owed_until", ""),
    "waiting": (f"is_open AND {_OF_COMPANIES} AND NOT ({_OWED_NOW})", "owed_until", ""),
    "closed": (f"NOT is_open AND {_OF_COMPANIES}", "latest_at", "DESC"),
}
"""Which exchanges, by what they are ordered, and which way."""


def one(exchange_id: str) -> Query[ExchangeRow]:
    """One exchange, for its two sides and whoever facilitates its zone."""
    return Query("SELECT * FROM exchange WHERE exchange_id = %(exchange)s", {"exchange": exchange_id}, ExchangeRow)


def of_listing(listing_id: str, after: str = "", limit: int = 100) -> Query[ExchangeRow]:
    """Those about a listing: who waits for an answer, then what is on the way, then what is over.

    Whoever asked first comes first; `after` is as in `mine`.
    """
    order = "(CASE WHEN stage = 'asked' THEN 0 WHEN is_open THEN 1 ELSE 2 END), asked_at"
    return _page("listing_id = %(listing)s", {"listing": listing_id}, order, "", after, limit)


class Asked(Struct, frozen=True):
    """How many companies wait for an answer about a listing, and how much they asked for together."""

    waiting: int
    amount: Decimal


def asked_of(listing_id: str) -> Query[Asked]:
    """What those who wait for an answer about a listing asked for, all of them; one row."""
    sql = """SELECT count(*) AS waiting, coalesce(sum((state::jsonb -> 'asked' ->> 'amount')::numeric), 0) AS amount
        FROM exchange WHERE listing_id = %(listing)s AND stage = 'asked'"""
    return Query(sql, {"listing": listing_id}, Asked)


def mine(
    company_ids: Sequence[str], group: Group, now: datetime, after: str = "", limit: int = PAGE
) -> Query[ExchangeRow]:
    """What these companies owe or wait for, the most pressing first, or what is over, the newest first.

    A step of theirs that cannot be taken before a time to come is waited for like any other. `after` is the id of
    the last exchange of the page before.
    """
    where, order, way = _GROUPS[group]
    return _page(where, {"companies": list(company_ids), "now": now}, order, way, after, limit)


def owed_count(company_ids: Sequence[str], now: datetime) -> Query[OwedCount]:
    """How many exchanges wait for one of these companies."""
    sql = f"SELECT count(*) AS n FROM exchange WHERE {_OWED_NOW}"
    return Query(sql, {"companies": list(company_ids), "now": now}, OwedCount)


class Between(Struct, frozen=True):
    """An exchange about a listing of each side."""

    exchange_id: str
    listing_id: str
    other_listing_id: str


def under_way_between() -> Query[Between]:
    """What is under way between two listings, as far as the reader may know of it."""
    sql = """SELECT exchange_id, listing_id, other_listing_id FROM exchange
        WHERE is_open AND other_listing_id IS NOT NULL ORDER BY exchange_id"""
    return Query(sql, {}, Between)


def with_listing(company_ids: Sequence[str], listing_ids: Sequence[str]) -> Query[ExchangeRow]:
    """The open exchanges that these companies have about these listings, the newest first."""
    where = f"is_open AND listing_id = ANY (%(listings)s) AND {_OF_COMPANIES}"
    params = {"companies": list(company_ids), "listings": list(listing_ids)}
    return _page(where, params, "asked_at", "DESC", limit=1_000)


class About(Struct, frozen=True):
    """A listing that an exchange is, or was, about."""

    listing_id: str


def ever_about(company_ids: Sequence[str]) -> Query[About]:
    """The listings about which these companies ever had an exchange, their own among them."""
    sql = f"""SELECT DISTINCT about AS listing_id FROM exchange, unnest(ARRAY[listing_id, other_listing_id]) about
        WHERE about IS NOT NULL AND {_OF_COMPANIES} ORDER BY 1"""
    return Query(sql, {"companies": list(company_ids)}, About)


def upcoming(company_ids: Sequence[str], now: datetime, limit: int = 100) -> Query[ExchangeRow]:
    """The agreed pick-ups of these companies that are not over, the soonest first."""
    where = f"is_open AND slot_end > %(now)s AND {_OF_COMPANIES}"
    return _page(where, {"companies": list(company_ids), "now": now}, "slot_start", limit=limit)


class Filters(Struct, frozen=True, kw_only=True):
    """Which of a zone's exchanges; an empty choice leaves everything in.

    `asked_from` and `asked_before` bound when interest was shown; `owed_before` leaves the open ones whose next step
    was due before a time.
    """

    stages: tuple[Stage, ...] = ()
    families: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    asked_from: datetime | None = None
    asked_before: datetime | None = None
    owed_before: datetime | None = None


def in_zone(zone_id: str, filters: Filters | None = None, after: str = "", limit: int = PAGE) -> Query[ExchangeRow]:
    """A zone's exchanges, the newest first, for whoever facilitates it; `after` is as in `mine`."""
    where = """zone_id = %(zone)s
        AND (cardinality(%(stages)s::text[]) = 0 OR stage = ANY (%(stages)s::text[]))
        AND (cardinality(%(families)s::text[]) = 0 OR family = ANY (%(families)s::text[]))
        AND (cardinality(%(reasons)s::text[]) = 0 OR reason = ANY (%(reasons)s::text[]))
        AND (%(asked_from)s::timestamptz IS NULL OR asked_at >= %(asked_from)s)
        AND (%(asked_before)s::timestamptz IS NULL OR asked_at < %(asked_before)s)
        AND (%(owed_before)s::timestamptz IS NULL OR (is_open AND owed_until < %(owed_before)s))"""
    chosen = filters or Filters()
    params = {
        "zone": zone_id,
        "stages": list(chosen.stages),
        "families": list(chosen.families),
        "reasons": list(chosen.reasons),
        "asked_from": chosen.asked_from,
        "asked_before": chosen.asked_before,
        "owed_before": chosen.owed_before,
    }
    return _page(where, params, "asked_at", "DESC", after, limit)


def waking(now: datetime, limit: int = 100) -> Query[Waking]:
    """The exchanges about which the clock has something to do by now, the longest due first; for the system."""
    sql = """SELECT exchange_id, listing_id, wakes_at FROM exchange WHERE wakes_at <= %(now)s
        ORDER BY wakes_at, exchange_id LIMIT %(limit)s"""
    return Query(sql, {"now": now, "limit": limit}, Waking)


def _page(
    where: str, params: dict[str, Any], order: str, way: str = "", after: str = "", limit: int = PAGE
) -> Query[ExchangeRow]:
    """Some exchanges in an order, from the one after `after`; where that one has left the list, from the first."""
    beyond = "<" if way else ">"
    sql = f"""SELECT * FROM exchange WHERE {where} AND coalesce(
            ({order}, exchange_id) {beyond} (SELECT {order}, exchange_id FROM exchange WHERE exchange_id = %(after)s),
            true)
        ORDER BY {order} {way}, exchange_id {way} LIMIT %(limit)s"""
    return Query(sql, {**params, "after": after, "limit": limit}, ExchangeRow)


# --- the story of one ---------------------------------------------------------------------------------------------


def steps(exchange_id: str) -> Query[StepRow]:
    """What happened, the oldest first."""
    sql = "SELECT * FROM exchange_step WHERE exchange_id = %(exchange)s ORDER BY version, what"
    return Query(sql, {"exchange": exchange_id}, StepRow)


def words(exchange_id: str) -> Query[WordsRow]:
    """What was written with the steps, the oldest first; for the two sides."""
    sql = "SELECT * FROM exchange_words WHERE exchange_id = %(exchange)s ORDER BY version, what"
    return Query(sql, {"exchange": exchange_id}, WordsRow)


def words_when_asking(exchange_ids: Sequence[str]) -> Query[WordsRow]:
    """What was written with the interest shown, in each of these exchanges; for the two sides."""
    sql = """SELECT * FROM exchange_words WHERE exchange_id = ANY (%(exchanges)s)
            AND what IN ('InterestShown', 'Permit') ORDER BY exchange_id"""
    return Query(sql, {"exchanges": list(exchange_ids)}, WordsRow)


def contacts(exchange_id: str) -> Query[ContactRow]:
    """Whom to reach at either side and where, once it was disclosed; for the two sides."""
    sql = """SELECT p.exchange_id, p.company_id, coalesce(c.member_id, '') AS member_id, coalesce(c.name, '') AS name,
            coalesce(c.mail, '') AS mail, p.site, p.address
        FROM exchange_place p LEFT JOIN exchange_contact c
            ON c.exchange_id = p.exchange_id AND c.company_id = p.company_id
        WHERE p.exchange_id = %(exchange)s ORDER BY p.company_id"""
    return Query(sql, {"exchange": exchange_id}, ContactRow)


def messages(exchange_id: str, before: str = "", limit: int = 50) -> Query[MessageRow]:
    """The newest messages, or those before one of them; within the page the oldest first."""
    sql = """SELECT * FROM (
            SELECT * FROM exchange_message WHERE exchange_id = %(exchange)s AND coalesce(
                (at, message_id) < (SELECT at, message_id FROM exchange_message
                    WHERE exchange_id = %(exchange)s AND message_id = %(before)s), true)
            ORDER BY at DESC, message_id DESC LIMIT %(limit)s
        ) page ORDER BY at, message_id"""
    return Query(sql, {"exchange": exchange_id, "before": before, "limit": limit}, MessageRow)


def blocks(exchange_id: str) -> Query[BlockRow]:
    """Which sides want no messages; for the two sides."""
    sql = "SELECT * FROM exchange_block WHERE exchange_id = %(exchange)s ORDER BY company_id"
    return Query(sql, {"exchange": exchange_id}, BlockRow)


def photo(photo_id: str) -> Query[PhotoRow]:
    """A photo, if the viewer may see the message or the pick-up that names it."""
    return Query("SELECT * FROM exchange_photo WHERE photo_id = %(photo)s", {"photo": photo_id}, PhotoRow)


# --- what follows from many ---------------------------------------------------------------------------------------


def reported(zone_ids: Sequence[str], limit: int = 100) -> Query[MessageRow]:
    """The messages of these zones that somebody reported, the newest report first; for those who run the zones."""
    sql = """SELECT * FROM exchange_message WHERE zone_id = ANY (%(zones)s) AND reported_at IS NOT NULL
        ORDER BY reported_at DESC, message_id LIMIT %(limit)s"""
    return Query(sql, {"zones": list(zone_ids), "limit": limit}, MessageRow)


class ReportedCount(Struct, frozen=True):
    """How many messages were reported."""

    n: int


def reported_count(zone_ids: Sequence[str], since: datetime) -> Query[ReportedCount]:
    """How many messages of these zones were reported since a moment; one row."""
    sql = "SELECT count(*) AS n FROM exchange_message WHERE zone_id = ANY (%(zones)s) AND reported_at >= %(since)s"
    return Query(sql, {"zones": list(zone_ids), "since": since}, ReportedCount)


def records(company_ids: Sequence[str]) -> Query[RecordRow]:
    """How the exchanges of these companies went, by name."""
    sql = "SELECT * FROM exchange_record WHERE company_id = ANY (%(companies)s) ORDER BY name, company_id"
    return Query(sql, {"companies": list(company_ids)}, RecordRow)


def companies(company_ids: Sequence[str]) -> Query[CompanyName]:
    """What these companies are called, by name."""
    sql = """SELECT company_id, name FROM exchange_record WHERE company_id = ANY (%(companies)s)
        ORDER BY name, company_id"""
    return Query(sql, {"companies": list(company_ids)}, CompanyName)


def waste(company_ids: Sequence[str], since: date, until: date) -> Query[WasteRow]:
    """The movements of waste from or to these companies between two days, both included, the oldest first."""
    sql = """SELECT * FROM exchange_waste
        WHERE stands AND (provider_id = ANY (%(companies)s) OR receiver_id = ANY (%(companies)s))
            AND collected_on BETWEEN %(since)s AND %(until)s
        ORDER BY collected_on, exchange_id, number"""
    return Query(sql, {"companies": list(company_ids), "since": since, "until": until}, WasteRow)
