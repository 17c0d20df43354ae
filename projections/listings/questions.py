"""What is asked of a zone's listings besides searching them: lists, one listing and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import Struct

from domain.listings import Side
from projections.listings.rows import HistoryRow, ListingRow, PhotoRow, ZoneRow
from projections.model import Id, Query

PAGE: Final = 25


class Listing(ListingRow, frozen=True, kw_only=True):
    """A listing in one zone as pages read it; names are None for who may not know them.

    `metres` is the distance from the place given with the question; `cursor` continues a list after this row.
    """

    zone_slug: str
    zone_name: str
    company: str | None
    trade: str | None
    site: str | None
    metres: int | None
    cursor: str


# Names are joined after a page is cut out, so that twenty-five rows are looked up and not a whole zone's.
NAMED: Final = """SELECT {columns}, z.slug AS zone_slug, z.name AS zone_name, coalesce(c.name, n.company) AS company,
    coalesce(c.trade, n.trade) AS trade,
    s.name AS site, l.metres, l.key::text || '~' || l.listing_id AS cursor
FROM ({inner}) l
JOIN listing_zone z USING (zone_id)
LEFT JOIN listing_company c USING (company_id)
LEFT JOIN listing_site s USING (site_id)
LEFT JOIN listing_signature n USING (listing_id)
ORDER BY l.key, l.listing_id, l.zone_id"""
LISTING_COLUMNS: Final = ", ".join(f"l.{column}" for column in ListingRow.__struct_fields__)

_TOLD: Final = ", ".join(f"h.{column}" for column in HistoryRow.__struct_fields__ if column not in ("before", "after"))
_NEWEST: Final = "-extract(epoch FROM posted_at)"
_ENDING: Final = "coalesce(extract(epoch FROM expires_at), 1e12)"
LONGEST_KEY: Final = 15
"""Digits before the point of the largest key there is."""


def page_of(rows: Sequence[Listing], limit: int = PAGE) -> tuple[list[Listing], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def continued(cursor: str) -> dict[str, Any]:
    """Where a page begins; a cursor nobody gave out is the beginning."""
    key, _mark, listing_id = cursor.partition("~")
    try:
        reached = Decimal(key)
    except InvalidOperation:
        reached = Decimal("NaN")
    given_out = reached.is_finite() and reached.adjusted() < LONGEST_KEY
    return {"after": reached if given_out else None, "after_id": listing_id}


def latest(zone_id: str, side: Side | None = None, limit: int = 6) -> Query[Listing]:
    """The newest that a zone shows."""
    where = "zone_id = %(zone)s AND shown AND (%(side)s::text IS NULL OR side = %(side)s)"
    return _listed(where, {"zone": zone_id, "side": side}, limit=limit)


def listing(listing_id: str, zone_id: str = "") -> Query[Listing]:
    """One listing, as the zone asked for sees it, else as one where it is shown; one row at most."""
    inner = "listing_id = %(listing)s"
    key = "(CASE WHEN zone_id = %(zone)s THEN 0 WHEN shown THEN 1 ELSE 2 END)::numeric"
    return _listed(inner, {"listing": listing_id, "zone": zone_id}, key=key, limit=1)


def in_zones(listing_id: str) -> Query[Listing]:
    """One listing in every zone the viewer may see it in."""
    return _listed("listing_id = %(listing)s", {"listing": listing_id})


def photo(photo_id: str) -> Query[PhotoRow]:
    """A photo, if the viewer may see the listing that names it."""
    return Query("SELECT photo_id, listing_id FROM listing_photo WHERE photo_id = %(id)s", {"id": photo_id}, PhotoRow)


def among(listing_ids: Sequence[str]) -> Query[Listing]:
    """Listings by their ids, each once; where one is in several zones, as one that shows it."""
    inner = "listing_id = ANY (%(listings)s)"
    return _listed(inner, {"listings": list(listing_ids)}, limit=max(1, len(listing_ids)), once=True)


def of_companies(company_ids: Sequence[str], cursor: str = "", limit: int = PAGE) -> Query[Listing]:
    """The listings of these companies, newest first, each once: as the zone that has something to say about it."""
    inner = "company_id = ANY (%(companies)s)"
    return _listed(inner, {"companies": list(company_ids)}, cursor=cursor, limit=limit + 1, once=True)


class Called(Struct, frozen=True):
    """A category under which such a thing was posted, by the company asked for (`own`) or by others."""

    category: str
    own: bool


def called(words: Sequence[str], company_id: str, zone_ids: Sequence[str], limit: int = 3) -> Query[Called]:
    """The categories of listings whose titles have at least half of these stems: the company's own first.

    Of others, what these zones show: this is asked while somebody types, and every site has its own words.
    """
    sql = """
        SELECT category, bool_or(company_id = %(own)s) AS own
        FROM listing CROSS JOIN LATERAL (
            SELECT count(*) AS shared FROM unnest(%(words)s::text[]) word
            WHERE search @@ (quote_literal(word) || ':A')::tsquery) likeness
        WHERE (company_id = %(own)s OR zone_id = ANY (%(zones)s::text[]) AND shown)
            AND standing = 'admitted' AND life <> 'withdrawn' AND 2 * shared >= %(all)s
        GROUP BY category ORDER BY own DESC, max(shared) DESC, count(DISTINCT listing_id) DESC, category
        LIMIT %(limit)s"""
    params = {"own": company_id, "zones": list(zone_ids), "words": list(words), "all": len(words), "limit": limit}
    return Query(sql, params, Called)


def to_renew(company_ids: Sequence[str], before: datetime) -> Query[Listing]:
    """The open listings of these companies that end before a time, or ended and can still be renewed."""
    where = "company_id = ANY (%(companies)s) AND life IN ('open', 'expired') AND expires_at < %(before)s"
    return _listed(where, {"companies": list(company_ids), "before": before}, key=_ENDING, once=True)


def new_between(zone_ids: Sequence[str], after: datetime, until: datetime, limit: int = PAGE) -> Query[Listing]:
    """What these zones began to show after one time and until another, newest first."""
    where = "zone_id = ANY (%(zones)s) AND shown AND shown_at > %(since)s AND shown_at <= %(until)s"
    return _listed(where, {"zones": list(zone_ids), "since": after, "until": until}, limit=limit, once=True)


def overdue(now: datetime, limit: int = 100) -> Query[Listing]:
    """Open listings whose time is over, for the clock to expire."""
    where = "life = 'open' AND expires_at <= %(now)s"
    return _listed(where, {"now": now}, key=_ENDING, limit=limit, once=True)


def ending(now: datetime, before: datetime, limit: int = 100) -> Query[Listing]:
    """Open listings that end before a time, whose companies were not asked yet whether they still hold.

    What was to stay for less than two weeks is not asked about: its author remembers. What no zone shows neither.
    """
    where = """life = 'open' AND expires_at > %(now)s AND expires_at <= %(before)s AND standing = 'admitted'
        AND status <> 'rejected' AND asked_about IS DISTINCT FROM expires_at
        AND posted_at + interval '14 days' <= expires_at"""
    return _listed(where, {"now": now, "before": before}, key=_ENDING, limit=limit, once=True)


def _listed(
    where: str,
    params: dict[str, Any],
    *,
    key: str = _NEWEST,
    cursor: str = "",
    limit: int = 1_000,
    once: bool = False,
) -> Query[Listing]:
    """`once`: a listing in several zones comes as the one that rejected it, else reviews it, else shows it."""
    attention = "CASE status WHEN 'rejected' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, NOT shown, zone_id"
    each = f"SELECT DISTINCT ON (listing_id) * FROM listing WHERE {where} ORDER BY listing_id, {attention}"
    inner = f"""
        SELECT * FROM (
            SELECT *, NULL::int AS metres, {key} AS key
            FROM ({each if once else f"SELECT * FROM listing WHERE {where}"}) e
        ) k
        WHERE %(after)s::numeric IS NULL OR (key, listing_id) > (%(after)s::numeric, %(after_id)s)
        ORDER BY key, listing_id LIMIT %(limit)s"""
    return Query(
        NAMED.format(columns=LISTING_COLUMNS, inner=inner), {**params, **continued(cursor), "limit": limit}, Listing
    )


def history(listing_id: str) -> Query[HistoryRow]:
    """What happened to a listing, the newest first; the words of amendments for those they concern."""
    sql = f"""SELECT {_TOLD},
            h.before || coalesce(a.before, '{{}}') AS before, h.after || coalesce(a.after, '{{}}') AS after
        FROM listing_history h LEFT JOIN listing_amendment a USING (listing_id, version)
        WHERE listing_id = %(listing)s ORDER BY version DESC"""
    return Query(sql, {"listing": listing_id}, HistoryRow)


def zone_counts(zone_id: str | None = None) -> Query[ZoneRow]:
    """How many offers and requests each zone shows, and how many were ever posted there."""
    sql = "SELECT * FROM listing_zone WHERE %(zone)s::text IS NULL OR zone_id = %(zone)s ORDER BY name, zone_id"
    return Query(sql, {"zone": zone_id}, ZoneRow)


class FamilyCount(Struct, frozen=True):
    """How many listings of a family a zone shows."""

    family: str
    n: int


def families(zone_id: str) -> Query[FamilyCount]:
    """The families with listings in a zone, the fullest first."""
    sql = "SELECT family, count(*) AS n FROM listing WHERE zone_id = %(zone)s AND shown GROUP BY 1 ORDER BY 2 DESC, 1"
    return Query(sql, {"zone": zone_id}, FamilyCount)


class Across(Struct, frozen=True):
    """How many companies list something of a category on one side; with a `code`, how many of them say that of it."""

    side: Side
    category: str
    code: str
    companies: int


def counterparts(zone_ids: Sequence[str], without: Sequence[str]) -> Query[Across]:
    """What companies other than these list in these zones, by side, category and what their listings say."""
    sql = """SELECT side, category, code, count(DISTINCT company_id) AS companies
        FROM listing, LATERAL (SELECT '' UNION ALL SELECT jsonb_object_keys(attributes)) said(code)
        WHERE zone_id = ANY (%(zones)s) AND shown AND company_id <> ALL (%(without)s)
        GROUP BY side, category, code ORDER BY side, category, code"""
    return Query(sql, {"zones": list(zone_ids), "without": list(without)}, Across)


class Listed(Struct, frozen=True):
    """A company lists something of a family."""

    company_id: str
    family: str


def families_of(company_ids: Sequence[str]) -> Query[Listed]:
    """In which families these companies list something that is open."""
    sql = """SELECT DISTINCT company_id, family FROM listing
        WHERE company_id = ANY (%(companies)s) AND life = 'open' ORDER BY company_id, family"""
    return Query(sql, {"companies": list(company_ids)}, Listed)


def confidential(zone_id: str) -> Query[Id]:
    """What is open in a zone, and seen by nobody but its company and who runs the zone."""
    sql = """SELECT listing_id AS id FROM listing
        WHERE zone_id = %(zone)s AND visibility = 'facilitator' AND life = 'open' ORDER BY 1"""
    return Query(sql, {"zone": zone_id}, Id)
