"""How a zone's listings are searched: by words, by facets with counts, in an order, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.lexicon import lexicon, stem
from domain.listings import Mode, PriceTerms, Side
from domain.places import Place
from projections.listings.questions import LISTING_COLUMNS, NAMED, PAGE, Listing, continued
from projections.listings.words import LEAST_NEAR, Sought, corrected, respelt, sought
from projections.model import Query

REACHES_KM: Final = (1, 5, 10, 25, 50)
"""The distances one can choose, in kilometres."""
MOST_SPELT: Final = 300
"""Words a correction is chosen from."""

Sort = Literal["best", "match", "newest", "nearest", "ending"]
SORTS: Final[tuple[Sort, ...]] = ("best", "match", "newest", "nearest", "ending")
Recurrence = Literal["once", "flow"]
RECURRENCES: Final[tuple[Recurrence, ...]] = ("once", "flow")


class Search(Struct, frozen=True, kw_only=True):
    """What someone looks for in a zone; an empty choice leaves everything in.

    `zones` are those to look in, that of the page when there are none, and `counted` those a reader may choose from.
    A listing fits `families` or `categories` when it is in one of either. `max_km` counts from `place`. `begun` are
    words of the text that stand for those that begin with them. `closeness` is how closely listings go with the
    reader's own, for the order by match. What the `without` companies posted, and what was shown before `since`, is
    left out; `strict` leaves out what has only some of the words.
    """

    zone_id: str
    zones: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    text: str = ""
    begun: tuple[str, ...] = ()
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
    closeness: Mapping[str, int] = {}
    without: tuple[str, ...] = ()
    since: datetime | None = None
    strict: bool = False


class Count(Struct, frozen=True):
    """How many listings an answer of a facet leaves, or in all when `facet` is `total`."""

    facet: str
    value: str
    n: int


class Heard(Struct, frozen=True):
    """What the zone's listings say of the things a search looks for, in the order of its words.

    `known` tells which of them some listing has, `begun` which some listing has a word that begins so; `together` is
    how many of them one listing has at most.
    """

    known: tuple[bool, ...]
    begun: tuple[bool, ...]
    together: int


class Spelling(Struct, frozen=True):
    """A word of the zone's titles that looks like a word nobody uses."""

    asked: str
    word: str


# The great circle, as domain.places has it: twice the radius of the Earth times an arc.
_METRES: Final = """CASE WHEN %(latitude)s::float8 IS NULL THEN NULL ELSE round(2 * 6371008.8 * asin(least(1, sqrt(
    sin(radians(latitude::float8 - %(latitude)s::float8) / 2) ^ 2
    + cos(radians(latitude::float8)) * cos(radians(%(latitude)s::float8))
    * sin(radians(longitude::float8 - %(longitude)s::float8) / 2) ^ 2))))::int END"""

_COLUMNS: Final = (
    "zone_id", "listing_id", "side", "family", "category", "condition", "price", "mode", "posted_at", "expires_at",
)  # fmt: skip
_HERE: Final = "zone_id = ANY (%(zones)s::text[])"
_FACETS: Final = {
    "zone": ("zone_id", "zone"),
    "side": ("side", "side"),
    "family": ("family", "what"),
    "category": ("category", "what"),
    "condition": ("condition", "condition"),
    "price": ("price", "price"),
    "mode": ("mode", "mode"),
    "recurrence": ("recurrence", "recurrence"),
}
"""For each facet, the column it counts by and the filter it is deaf to: its own."""
_NEWEST: Final = "extract(epoch FROM posted_at)"
_KEYS: Final[dict[Sort, str]] = {
    "newest": f"-{_NEWEST}",
    "nearest": "coalesce(metres, 40000000)::numeric",
    # Of what has the words as well, or goes with one's own as closely, the newest first.
    "best": f"-rank::numeric * 1e10 - {_NEWEST}",
    "match": f"-coalesce(hundredths, 0)::numeric * 1e10 - {_NEWEST}",
    "ending": "coalesce(extract(epoch FROM expires_at), 1e12)",
}
_CLOSENESS: Final = """LEFT JOIN unnest(%(close)s::text[], %(hundredths)s::int[]) m (listing_id, hundredths)
    USING (listing_id)"""


def search(asked: Search, cursor: str = "", limit: int = PAGE) -> Query[Listing]:
    """One page of what fits, and one row more when there is a next page (see `page_of`).

    Of a listing that several zones show, the row of the first zone asked for.
    """
    once = f"""SELECT DISTINCT ON (listing_id) zone_id, listing_id, metres, {_KEYS[asked.sort]} AS key
        FROM found {_CLOSENESS if asked.sort == "match" else ""} WHERE {" AND ".join(_fits(asked).values())}
        ORDER BY listing_id, array_position(%(zones)s::text[], zone_id)"""
    # The page is cut out before its rows are fetched: a zone has thousands.
    page = f"""SELECT * FROM ({once}) f
        WHERE %(after)s::numeric IS NULL OR (key, listing_id) > (%(after)s::numeric, %(after_id)s)
        ORDER BY key, listing_id LIMIT %(limit)s"""
    inner = f"SELECT l.*, f.metres, f.key FROM ({page}) f JOIN listing l USING (zone_id, listing_id)"
    found, params = _found(asked)
    sql = f"WITH {found} {NAMED.format(columns=LISTING_COLUMNS, inner=inner)}"
    closeness = {"close": list(asked.closeness), "hundredths": list(asked.closeness.values())}
    return Query(sql, {**params, **closeness, **continued(cursor), "limit": limit + 1}, Listing)


def counts(asked: Search) -> Query[Count]:
    """How many fit in all (`total`), and with each answer of each facet, as if nothing were chosen in that facet.

    `reach` counts those within each of `REACHES_KM` of the place.
    """
    fits = _fits(asked)
    parts = [_counted(asked, "total", "''", fits)]
    for facet, (column, own) in _FACETS.items():
        others = {name: fit for name, fit in fits.items() if name != own}
        parts.append(_counted(asked, facet, column, others))
    elsewhere = {name: fit for name, fit in fits.items() if name != "reach"}
    near = "found JOIN unnest(%(reaches)s::int[]) AS km ON metres <= km * 1000"
    parts.append(_counted(asked, "reach", "km::text", elsewhere, near))
    found, params = _found(asked)
    sql = f"WITH {found} {' UNION ALL '.join(parts)} ORDER BY facet, n DESC, value"
    return Query(sql, {**params, "reaches": list(REACHES_KM)}, Count)


def _counted(asked: Search, facet: str, column: str, fits: dict[str, str], source: str = "found") -> str:
    each = "DISTINCT listing_id" if len(_everywhere(asked)) > 1 else "*"
    where = " AND ".join(fits.values()) or "true"
    return f"SELECT '{facet}' AS facet, {column} AS value, count({each}) AS n FROM {source} WHERE {where} GROUP BY 2"


def _fits(asked: Search) -> dict[str, str]:
    """The filters in force, by facet."""
    narrow = {
        "side": ("side = ANY (%(sides)s::text[])", asked.sides),
        "what": (
            "(family = ANY (%(families)s::text[]) OR category = ANY (%(categories)s::text[]))",
            asked.families or asked.categories,
        ),
        "condition": ("condition = ANY (%(conditions)s::text[])", asked.conditions),
        "price": ("price = ANY (%(prices)s::text[])", asked.prices),
        "mode": ("mode = ANY (%(modes)s::text[])", asked.modes),
        "recurrence": ("recurrence = ANY (%(recurrence)s::text[])", asked.recurrence),
        "reach": ("metres <= %(max_km)s::int * 1000", asked.place and asked.max_km is not None),
    }
    return {"zone": _HERE, **{name: fit for name, (fit, in_force) in narrow.items() if in_force}}


def _all_of(fits: dict[str, str]) -> str:
    return " AND ".join(fits.values()) or "true"


def heard(asked: Search) -> Query[Heard]:
    """Which of the words of a search the listings of its zones have."""
    words = sought(asked.text)
    scored, params = _scored(asked, words, begun=True)
    known = ", ".join(f"coalesce(bool_or(w{n} > 0), false)" for n in range(len(words)))
    begun = ", ".join(f"coalesce(bool_or(b{n}), false)" for n in range(len(words)))
    sql = f"""WITH {scored} SELECT coalesce(ARRAY[{known}]::bool[], '{{}}') AS known,
        coalesce(ARRAY[{begun}]::bool[], '{{}}') AS begun, coalesce(max(hits), 0) AS together
        FROM scored WHERE {_HERE}"""
    return Query(sql, params, Heard)


def unheard(asked: Search, answer: Heard) -> tuple[str, ...]:
    """The words of a search that no listing has in any form, and that are no words of the trade: misspelt, perhaps."""
    known = lexicon().known
    return tuple(
        word.words[0]
        for word, is_known, begins in zip(sought(asked.text), answer.known, answer.begun, strict=True)
        if len(word.words) == 1 and not is_known and not begins and stem(word.words[0]) not in known
    )


def reread(asked: Search, answer: Heard, spelt: Sequence[Spelling] = (), *, exact: bool = False) -> Search:
    """The search with its beginnings of words taken as such and, unless it is `exact`, its misspelt words corrected."""
    words = zip(sought(asked.text), answer.known, answer.begun, strict=True)
    begun = tuple(word.words[0] for word, known, begins in words if begins and not known)
    better = {}
    for word in () if exact else unheard(asked, answer):
        if other := corrected(word, [each.word for each in spelt if each.asked == word]):
            better[word] = other
    return replace(asked, begun=begun, text=respelt(asked.text, better) if better else asked.text)


def spellings(asked: Search, unheard: Sequence[str]) -> Query[Spelling]:
    """The words of the titles in these zones that look like words which none of them has, the likest first."""
    sql = r"""SELECT asked, word FROM (
            SELECT DISTINCT word, translate(word, 'àâäáãéèêëíîïóôöõúùûüçñÿ', 'aaaaaeeeeiiioooouuuucny') AS plain
            FROM listing,
                regexp_split_to_table(regexp_replace(lower(title), '\S*@\S*', ' ', 'g'), '[^[:alpha:]]+') AS word
            WHERE zone_id = ANY (%(zones)s::text[]) AND shown
        ) titles JOIN unnest(%(unheard)s::text[]) AS asked ON similarity(plain, asked) >= %(least)s
        ORDER BY similarity(plain, asked) DESC, word, asked LIMIT %(limit)s"""
    params = {"zones": _zones(asked), "unheard": list(unheard), "least": LEAST_NEAR, "limit": MOST_SPELT}
    return Query(sql, params, Spelling)


def _found(asked: Search) -> tuple[str, dict[str, Any]]:
    """The zones' listings that have the words: all of them, else as many as any listing has, and half at least."""
    words = sought(asked.text)
    scored, params = _scored(asked, words)
    if not words:
        # Signs without a word in them are in no listing.
        return f"{scored}, found AS (SELECT * FROM scored WHERE {'false' if asked.text.strip() else 'true'})", params
    most = f"greatest((SELECT max(hits) FROM scored WHERE {_HERE}), %(enough)s::int)"
    found = f"{scored}, found AS MATERIALIZED (SELECT * FROM scored WHERE hits >= {most})"
    return found, {**params, "enough": len(words) if asked.strict else (len(words) + 1) // 2}


def _scored(asked: Search, words: Sequence[Sought], *, begun: bool = False) -> tuple[str, dict[str, Any]]:
    """The listings of the zones with what each word is worth there: first as typed, then as meant, then as begun."""
    params = _params(asked)
    worth = []
    for n, word in enumerate(words):
        cases = [f"search @@ %(titled{n})s::tsquery THEN 8", f"search @@ %(exact{n})s::tsquery THEN 4"]
        if word.categories:
            cases.append(f"category = ANY (%(named{n})s::text[]) THEN 3")
        if word.meant:
            cases.append(f"search @@ %(meant{n})s::tsquery THEN 2")
        cases.append(f"search @@ %(family{n})s::tsquery THEN 1")
        if word.begins and set(word.words) & set(asked.begun):
            cases.append(f"search @@ %(begins{n})s::tsquery THEN 1")
        worth.append(f"CASE WHEN {' WHEN '.join(cases)} ELSE 0 END AS w{n}")
        if begun:
            worth.append(f"{f'search @@ %(begins{n})s::tsquery' if word.begins else 'false'} AS b{n}")
        params |= {
            f"titled{n}": word.titled,
            f"exact{n}": word.exact,
            f"family{n}": word.family,
            f"meant{n}": word.meant,
            f"named{n}": list(word.categories),
            f"begins{n}": word.begins,
        }
    hits = " + ".join(f"(w{n} > 0)::int" for n in range(len(words))) or "0"
    rank = " + ".join(f"w{n}" for n in range(len(words))) or "0"
    # Joined to nothing, the words of a listing are unpacked once, and not again for each question.
    unpacked = ", search || ''::tsvector AS search" if words else ""
    scored = f"""here AS MATERIALIZED (
        SELECT {", ".join([*_COLUMNS, *worth])}, CASE WHEN per IS NULL THEN 'once' ELSE 'flow' END AS recurrence,
            {_METRES} AS metres
        FROM (
            SELECT {", ".join(_COLUMNS)}, per, latitude, longitude {unpacked}
            FROM listing WHERE zone_id = ANY (%(everywhere)s::text[]) AND shown
                AND company_id <> ALL (%(without)s::text[])
                AND (%(since)s::timestamptz IS NULL OR shown_at > %(since)s::timestamptz)
            OFFSET 0
        ) listed
    ), scored AS (SELECT *, {hits} AS hits, {rank} AS rank FROM here)"""
    return scored, params


def _zones(asked: Search) -> list[str]:
    return list(asked.zones or (asked.zone_id,))


def _everywhere(asked: Search) -> list[str]:
    return list(dict.fromkeys((*_zones(asked), *asked.counted)))


def _params(asked: Search) -> dict[str, Any]:
    return {
        "zones": _zones(asked),
        "everywhere": _everywhere(asked),
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
        "without": list(asked.without),
        "since": asked.since,
    }
