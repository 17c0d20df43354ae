"""What the funnel asks of exchanges: how far each came and when, and which of them wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from msgspec import Struct

from domain.exchanges import Reason, Stage
from projections.exchanges.rows import ExchangeRow
from projections.model import Id, Query

_NOON: Final = time(12, tzinfo=UTC)


class Course(Struct, frozen=True, kw_only=True):
    """How far an exchange came, and when.

    `collected_on` is the day of its first pick-up, unknown for a flow; `confirmed_at` when the first was confirmed that
    stands: more than nothing, and nobody says otherwise.
    """

    exchange_id: str
    listing_id: str
    other_listing_id: str | None
    family: str
    stage: Stage
    asked_at: datetime
    accepted_at: datetime | None
    collected_at: datetime | None
    collected_on: date | None
    confirmed_at: datetime | None
    closed_by: str
    reason: Reason | None

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two listings it is about, in the order of their ids; None when only one is known."""
        if self.other_listing_id is None:
            return None
        a_id, b_id = sorted((self.listing_id, self.other_listing_id))
        return a_id, b_id

    @property
    def picked_up_at(self) -> datetime | None:
        """When something was first collected, to the day: never before it was accepted, nor after somebody said so."""
        if self.collected_at is None or self.collected_on is None or self.accepted_at is None:
            return self.collected_at
        if self.collected_on == self.collected_at.date():
            return self.collected_at
        return min(self.collected_at, max(self.accepted_at, datetime.combine(self.collected_on, _NOON)))


def courses(zone_id: str, since: datetime, before: datetime, matched_before: datetime) -> Query[Course]:
    """How far a zone's exchanges came that began between two moments, the newest first; for its facilitator.

    Those about two listings, which may come from a match, are followed until `matched_before`.
    """
    sql = """SELECT exchange_id, listing_id, other_listing_id, family, stage, asked_at, accepted_at, collected_at,
            confirmed_at, closed_by, reason,
            CASE WHEN collected_at IS NULL THEN NULL ELSE (
                SELECT min(s.collected_on) FROM exchange_step s WHERE s.exchange_id = exchange.exchange_id
            ) END AS collected_on
        FROM exchange WHERE zone_id = %(zone)s AND asked_at >= %(since)s AND asked_at < %(matched_before)s
            AND (asked_at < %(before)s OR other_listing_id IS NOT NULL)
        ORDER BY asked_at DESC, exchange_id DESC"""
    bounds = {"since": since, "before": before, "matched_before": matched_before}
    return Query(sql, {"zone": zone_id, **bounds}, Course)


def among(exchange_ids: Sequence[str]) -> Query[ExchangeRow]:
    """These exchanges."""
    sql = "SELECT * FROM exchange WHERE exchange_id = ANY (%(exchanges)s) ORDER BY exchange_id"
    return Query(sql, {"exchanges": list(exchange_ids)}, ExchangeRow)


class Silence(Struct, frozen=True):
    """How many exchanges of a zone are open, and how many of them have waited for a week, and for two."""

    open: int
    a_week: int
    two_weeks: int


# A message breaks the silence; where a step is owed from a day to come, it has not begun.
_QUIET_SINCE: Final = "greatest(owed_from, heard_at)"


def silence(zone_id: str, a_week_ago: datetime, two_weeks_ago: datetime) -> Query[Silence]:
    """How much waits in a zone; one row."""
    sql = f"""SELECT count(*) AS open, count(*) FILTER (WHERE {_QUIET_SINCE} <= %(week)s) AS a_week,
            count(*) FILTER (WHERE {_QUIET_SINCE} <= %(weeks)s) AS two_weeks
        FROM exchange WHERE zone_id = %(zone)s AND is_open"""
    return Query(sql, {"zone": zone_id, "week": a_week_ago, "weeks": two_weeks_ago}, Silence)


def waiting(zone_id: str, quiet_before: datetime | None = None, after: str = "", limit: int = 25) -> Query[ExchangeRow]:
    """A zone's open exchanges, the longest silent first; `after` is the last of the page before."""
    sql = f"""SELECT * FROM exchange WHERE zone_id = %(zone)s AND is_open
            AND (%(quiet)s::timestamptz IS NULL OR {_QUIET_SINCE} <= %(quiet)s) AND coalesce(
            ({_QUIET_SINCE}, exchange_id) >
                (SELECT {_QUIET_SINCE}, exchange_id FROM exchange WHERE exchange_id = %(after)s AND is_open), true)
        ORDER BY {_QUIET_SINCE}, exchange_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "quiet": quiet_before, "after": after, "limit": limit}, ExchangeRow)


def under_way(zone_id: str) -> Query[Id]:
    """Which exchanges of a zone are open."""
    return Query("SELECT exchange_id AS id FROM exchange WHERE zone_id = %(zone)s AND is_open", {"zone": zone_id}, Id)
