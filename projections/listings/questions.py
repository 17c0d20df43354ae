"""What is asked of a zone's listings: search with counts, lists, one listing and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from msgspec import Struct

from domain.listings import Mode, PriceTerms, Side
from domain.places import Place
from projections.listings.rows import HistoryRow, ListingRow, PhotoRow, ZoneRow
from projections.model import Query, folded

PAGE: Final = 25
REACHES_KM: Final = (1, 5, 10, 25, 50)
"""The distances one can choose, in kilometres."""
LIKE_ENOUGH: Final = 0.45
"""Trigram likeness from which a misspelt word counts, when no listing has the words as they were typed."""

Sort = Literal["newest", "nearest", "best", "ending"]
Recurrence = Literal["once", "flow"]


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


class Search(Struct, frozen=True, kw_only=True):
    """What someone looks for in a zone; an empty choice leaves everything in.

    A listing fits `families` or `categories` when it is in one of either. `max_km` counts from `place`.
    """

    zone_id: str
    text: str = ""
    sides: tuple[Side, ...] = ()
    families: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    prices: tuple[PriceTerms, ...] = ()
    modes: tuple[Mode, ...] = ()
    recurrence: tuple[Recurrence, ...] = ()
    place: Place | None = None
    max_km: int | None = None
    sort: Sort = "newest"


class Count(Struct, frozen=True):
    """How many listings an answer of a facet leaves, or in all when `facet` is `total`."""

    facet: str
    value: str
    n: int


# The great circle, as domain.places has it: twice the radius of the Earth times an arc.
_METRES: Final = """CASE WHEN %(latitude)s::float8 IS NULL THEN NULL ELSE round(2 * 6371008.8 * asin(least(1, sqrt(
    sin(radians(latitude::float8 - %(latitude)s::float8) / 2) ^ 2
    + cos(radians(latitude::float8)) * cos(radians(%(latitude)s::float8))
    * sin(radians(longitude::float8 - %(longitude)s::float8) / 2) ^ 2))))::int END"""

# Names are joined after a page is cut out, so that twenty-five rows are looked up and not a whole zone's.
_NAMED: Final = """SELECT {columns}, z.slug AS zone_slug, z.name AS zone_name, c.name AS company, c.trade,
    s.name AS site, l.metres, l.key::text || '~' || l.listing_id AS cursor
FROM ({inner}) l
JOIN listing_zone z USING (zone_id)
LEFT JOIN listing_company c USING (company_id)
LEFT JOIN listing_site s USING (site_id)
ORDER BY l.key, l.listing_id, l.zone_id"""
_COLUMNS: Final = ", ".join(f"l.{column}" for column in ListingRow.__struct_fields__)

_FITS: Final = {
    "side": "(cardinality(%(sides)s::text[]) = 0 OR side = ANY (%(sides)s::text[]))",
    "what": "(cardinality(%(families)s::text[]) + cardinality(%(categories)s::text[]) = 0"
    " OR family = ANY (%(families)s::text[]) OR category = ANY (%(categories)s::text[]))",
    "condition": "(cardinality(%(conditions)s::text[]) = 0 OR condition = ANY (%(conditions)s::text[]))",
    "price": "(cardinality(%(prices)s::text[]) = 0 OR price = ANY (%(prices)s::text[]))",
    "mode": "(cardinality(%(modes)s::text[]) = 0 OR mode = ANY (%(modes)s::text[]))",
    "recurrence": "(cardinality(%(recurrence)s::text[]) = 0 OR recurrence = ANY (%(recurrence)s::text[]))",
    "reach": "(%(max_km)s::int IS NULL OR metres <= %(max_km)s::int * 1000)",
}
_FACETS: Final = {
    "side": ("side", "side"),
    "family": ("family", "what"),
    "category": ("category", "what"),
    "condition": ("condition", "condition"),
    "price": ("price", "price"),
    "mode": ("mode", "mode"),
    "recurrence": ("recurrence", "recurrence"),
}
"""For each facet, the column it counts by and the filter it is deaf to: its own."""
_KEYS: Final[dict[Sort, str]] = {
    "newest": "-extract(epoch FROM posted_at)",
    "nearest": "coalesce(metres, 40000000)::numeric",
    "best": "round(-likeness::numeric, 6)",
    "ending": "coalesce(extract(epoch FROM expires_at), 1e12)",
}
LONGEST_KEY: Final = 13
"""Digits before the point of the largest key there is."""


def search(asked: Search, cursor: str = "", limit: int = PAGE) -> Query[Listing]:
    """One page of what fits, and one row more when there is a next page (see `page_of`)."""
    inner = f"""
        SELECT l.*, f.metres, f.key FROM (
            SELECT zone_id, listing_id, metres, {_KEYS[asked.sort]} AS key
            FROM found WHERE {" AND ".join(_FITS.values())}
        ) f JOIN listing l USING (zone_id, listing_id)
        WHERE %(after)s::numeric IS NULL OR (f.key, f.listing_id) > (%(after)s::numeric, %(after_id)s)
        ORDER BY f.key, f.listing_id LIMIT %(limit)s"""
    sql = f"WITH {_found(asked)} {_NAMED.format(columns=_COLUMNS, inner=inner)}"
    return Query(sql, {**_params(asked), **_after(cursor), "limit": limit + 1}, Listing)


def counts(asked: Search) -> Query[Count]:
    """How many fit in all (`total`), and with each answer of each facet, as if nothing were chosen in that facet.

    `reach` counts those within each of `REACHES_KM` of the place.
    """
    parts = [_counted("total", "''", _FITS)]
    for facet, (column, own) in _FACETS.items():
        parts.append(_counted(facet, column, {name: fits for name, fits in _FITS.items() if name != own}))
    elsewhere = {name: fits for name, fits in _FITS.items() if name != "reach"}
    near = "found JOIN unnest(%(reaches)s::int[]) AS km ON metres <= km * 1000"
    parts.append(_counted("reach", "km::text", elsewhere, near))
    sql = f"WITH {_found(asked)} {' UNION ALL '.join(parts)} ORDER BY facet, n DESC, value"
    return Query(sql, {**_params(asked), "reaches": list(REACHES_KM)}, Count)


def _counted(facet: str, column: str, fits: dict[str, str], source: str = "found") -> str:
    return (
        f"SELECT '{facet}' AS facet, {column} AS value, count(*) AS n FROM {source}"
        f" WHERE {' AND '.join(fits.values())} GROUP BY 2"
    )


def _found(asked: Search) -> str:
    """The zone's listings that have the words, or words like them when none has."""
    columns = "zone_id, listing_id, side, family, category, condition, price, mode, posted_at, expires_at, title_words"
    here = f"""here AS MATERIALIZED (
        SELECT {columns}, CASE WHEN per IS NULL THEN 'once' ELSE 'flow' END AS recurrence, {_METRES} AS metres,
            {"search @@ words" if asked.text.strip() else "true"} AS said,
            {"ts_rank(search, words)" if asked.text.strip() else "0"} AS rank
        FROM listing,
            (SELECT websearch_to_tsquery('french', %(text)s) || websearch_to_tsquery('english', %(text)s)) q (words)
        WHERE zone_id = %(zone)s AND shown)"""
    if not asked.text.strip():
        return f"{here}, found AS (SELECT *, rank AS likeness FROM here)"
    return f"""{here}, found AS MATERIALIZED (
        SELECT *, rank AS likeness FROM here WHERE said
        UNION ALL
        SELECT *, word_similarity(%(text)s, title_words) AS likeness FROM here
        WHERE NOT EXISTS (SELECT FROM here WHERE said) AND word_similarity(%(text)s, title_words) >= %(alike)s)"""


def _params(asked: Search) -> dict[str, Any]:
    return {
        "zone": asked.zone_id,
        "text": folded(asked.text),
        "alike": LIKE_ENOUGH,
        "sides": list(asked.sides),
        "families": list(asked.families),
        "categories": list(asked.categories),
        "conditions": list(asked.conditions),
        "prices": list(asked.prices),
        "modes": list(asked.modes),
        "recurrence": list(asked.recurrence),
        "max_km": asked.max_km if asked.place else None,
        "latitude": asked.place.latitude if asked.place else None,
        "longitude": asked.place.longitude if asked.place else None,
    }


def page_of(rows: Sequence[Listing], limit: int = PAGE) -> tuple[list[Listing], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def _after(cursor: str) -> dict[str, Any]:
    """Where a page begins; a cursor nobody gave out is the beginning."""
    key, _mark, listing_id = cursor.partition("~")
    try:
        after = Decimal(key)
    except InvalidOperation:
        after = Decimal("NaN")
    given_out = after.is_finite() and after.adjusted() < LONGEST_KEY
    return {"after": after if given_out else None, "after_id": listing_id}


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


def to_renew(company_ids: Sequence[str], before: datetime) -> Query[Listing]:
    """The open listings of these companies that end before a time, or ended and can still be renewed."""
    where = "company_id = ANY (%(companies)s) AND life IN ('open', 'expired') AND expires_at < %(before)s"
    return _listed(where, {"companies": list(company_ids), "before": before}, key=_KEYS["ending"], once=True)


def new_between(zone_ids: Sequence[str], after: datetime, until: datetime, limit: int = PAGE) -> Query[Listing]:
    """What these zones began to show after one time and until another, newest first."""
    where = "zone_id = ANY (%(zones)s) AND shown AND shown_at > %(since)s AND shown_at <= %(until)s"
    return _listed(where, {"zones": list(zone_ids), "since": after, "until": until}, limit=limit, once=True)


def overdue(now: datetime, limit: int = 100) -> Query[Listing]:
    """Open listings whose time is over, for the clock to expire."""
    where = "life = 'open' AND expires_at <= %(now)s"
    return _listed(where, {"now": now}, key=_KEYS["ending"], limit=limit, once=True)


def _listed(
    where: str,
    params: dict[str, Any],
    *,
    key: str = _KEYS["newest"],
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
    return Query(_NAMED.format(columns=_COLUMNS, inner=inner), {**params, **_after(cursor), "limit": limit}, Listing)


def history(listing_id: str) -> Query[HistoryRow]:
    """What happened to a listing, the newest first."""
    sql = "SELECT * FROM listing_history WHERE listing_id = %(listing)s ORDER BY version DESC"
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
