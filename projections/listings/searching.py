"""How a zone's listings are searched: by words, by facets with counts, in an order, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.listings import Mode, PriceTerms, Side
from domain.places import Place
from projections.listings.questions import LISTING_COLUMNS, NAMED, PAGE, Listing, continued
from projections.listings.words import LEAST_NEAR, Sought, Terms, corrected, is_known, respelt, sought
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
    A listing fits `families` or `categories` when it is in one of either. `max_km` counts from `place`. `terms` are
    those the programme published. `fitting` is what is known to have the words, with how well, once that was asked
    (see `heard`). `closeness` is how closely listings go with the reader's own, for the order by match. What the
    `without` companies posted, and what was shown before `since`, is left out; `strict` leaves out what has only some
    of the words.
    """

    zone_id: str
    zones: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    text: str = ""
    terms: Terms = ()
    fitting: Mapping[str, int] | None = None
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

    `known` tells which of them some listing has, in full or as the beginning of a word; `together` is how many of them
    one listing has at most. `ids` are the listings that fit, `ranks` how well.
    """

    known: tuple[bool, ...]
    together: int
    ids: tuple[str, ...]
    ranks: tuple[int, ...]


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


def has_words(asked: Search) -> bool:
    """Whether there is anything in the text to look for."""
    return bool(sought(asked.text, asked.terms))


def heard(asked: Search) -> Query[Heard]:
    """Which of the words of a search the listings of its zones have, and which listings those are."""
    words = sought(asked.text, asked.terms)
    found, params = _matched(asked, words)
    known = ", ".join(f"(SELECT k{n} FROM said)" for n in range(len(words)))
    sql = f"""WITH {found} SELECT ARRAY[{known}]::bool[] AS known,
        coalesce((SELECT max(hits) FROM scored WHERE {_HERE}), 0) AS together,
        coalesce(array_agg(listing_id), '{{}}') AS ids, coalesce(array_agg(rank), '{{}}') AS ranks
        FROM (SELECT DISTINCT listing_id, rank FROM found) fitting"""
    return Query(sql, params, Heard)


def unheard(asked: Search, answer: Heard) -> tuple[str, ...]:
    """The words of a search that no listing has in any form, and that are no words of the trade: misspelt, perhaps."""
    return tuple(
        word.words[0]
        for word, known in zip(sought(asked.text, asked.terms), answer.known, strict=True)
        if len(word.words) == 1 and not known and not is_known(word.words[0], asked.terms)
    )


def respelling(asked: Search, unheard: Sequence[str], spelt: Sequence[Spelling]) -> str:
    """The text of a search with the words nobody uses corrected, as far as there are others near them."""
    better = {word: corrected(word, [each.word for each in spelt if each.asked == word]) for word in unheard}
    better = {word: other for word, other in better.items() if other}
    return respelt(asked.text, better) if better else asked.text


def fitted(asked: Search, answer: Heard) -> Search:
    """The search with what is known to have its words, so that nobody looks for them again."""
    return replace(asked, fitting=dict(zip(answer.ids, answer.ranks, strict=True)))


def spellings(asked: Search, unheard: Sequence[str]) -> Query[Spelling]:
    """The words of the titles in these zones that look like words which none of them has, the likest first."""
    sql = """SELECT asked, word FROM (
            SELECT DISTINCT word, translate(word, 'àâäáãéèêëíîïóôöõúùûüçñÿ', 'aaaaaeeeeiiioooouuuucny') AS plain
            FROM listing, unnest(spelt) AS word WHERE zone_id = ANY (%(zones)s::text[]) AND shown
        ) titles JOIN unnest(%(unheard)s::text[]) AS asked ON similarity(plain, asked) >= %(least)s
        ORDER BY similarity(plain, asked) DESC, word, asked LIMIT %(limit)s"""
    params = {"zones": _zones(asked), "unheard": list(unheard), "least": LEAST_NEAR, "limit": MOST_SPELT}
    return Query(sql, params, Spelling)


def _found(asked: Search) -> tuple[str, dict[str, Any]]:
    """The zones' listings that have the words."""
    if asked.fitting is not None:
        fitting = """JOIN unnest(%(fitting)s::text[], %(ranks)s::int[]) f (listing_id, rank) USING (listing_id)"""
        params = {"fitting": list(asked.fitting), "ranks": list(asked.fitting.values())}
        return f"found AS MATERIALIZED ({_listed('rank', fitting)})", {**_params(asked), **params}
    words = sought(asked.text, asked.terms)
    if not words:
        # Signs without a word in them are in no listing.
        any_at_all = "" if not asked.text.strip() else "AND false"
        return f"found AS MATERIALIZED ({_listed('0 AS rank', where=any_at_all)})", _params(asked)
    return _matched(asked, words)


def _matched(asked: Search, words: Sequence[Sought]) -> tuple[str, dict[str, Any]]:
    """The zones' listings that have all of the words, else as many as any listing has, and half at least.

    Each word is worth most as typed, then as meant. What no listing has stands for what begins with it.
    """
    params: dict[str, Any] = {**_params(asked), "enough": len(words) if asked.strict else (len(words) + 1) // 2}
    worth = []
    for n, word in enumerate(words):
        cases = [f"search @@ %(titled{n})s::tsquery THEN 8", f"search @@ %(exact{n})s::tsquery THEN 4"]
        if word.categories:
            cases.append(f"category = ANY (%(named{n})s::text[]) THEN 3")
        if word.meant:
            cases.append(f"search @@ %(meant{n})s::tsquery THEN 2")
        cases.append(f"search @@ %(family{n})s::tsquery THEN 1")
        worth.append(f"CASE WHEN {' WHEN '.join(cases)} ELSE 0 END AS w{n}")
        worth.append(f"{f'search @@ %(begins{n})s::tsquery' if word.begins else 'false'} AS b{n}")
        params |= {
            f"titled{n}": word.titled,
            f"exact{n}": word.exact,
            f"family{n}": word.family,
            f"meant{n}": word.meant,
            f"named{n}": list(word.categories),
            f"begins{n}": word.begins,
        }
    ways = (way for word in words for way in (word.exact, word.family, word.meant, word.begins))
    params["any"] = " | ".join(filter(None, ways))
    params["named"] = sorted({category for word in words for category in word.categories})
    every = range(len(words))
    said = ", ".join(
        f"coalesce(bool_or(w{n} > 0), false) AS u{n}, coalesce(bool_or(w{n} > 0 OR b{n}), false) AS k{n}" for n in every
    )
    begun = ", ".join(f"CASE WHEN b{n} AND NOT u{n} THEN 1 ELSE w{n} END AS v{n}" for n in every)
    hits, rank = (" + ".join(sign.format(n) for n in every) for sign in ("(v{0} > 0)::int", "v{0}"))
    # Most listings have none of the words, and one question tells. Joined to nothing, the words of a listing are
    # unpacked once, and not again for each question.
    has_any = "AND (search @@ %(any)s::tsquery OR category = ANY (%(named)s::text[]))"
    sql = f"""speaking AS MATERIALIZED ({_listed("search || ''::tsvector AS search", where=has_any)} OFFSET 0),
    here AS MATERIALIZED (SELECT *, {", ".join(worth)} FROM speaking),
    said AS MATERIALIZED (SELECT {said} FROM here WHERE {_HERE}),
    scored AS MATERIALIZED (
        SELECT *, {hits} AS hits, {rank} AS rank FROM (SELECT here.*, {begun} FROM here, said) meant
    ),
    found AS MATERIALIZED (
        SELECT * FROM scored WHERE hits >= greatest((SELECT max(hits) FROM scored WHERE {_HERE}), %(enough)s::int)
    )"""
    return sql, params


def _listed(more: str, joined: str = "", where: str = "") -> str:
    """What the zones show of what the reader may see."""
    return f"""SELECT {", ".join(_COLUMNS)}, CASE WHEN per IS NULL THEN 'once' ELSE 'flow' END AS recurrence,
            {_METRES} AS metres, {more}
        FROM listing {joined}
        WHERE zone_id = ANY (%(everywhere)s::text[]) AND shown AND company_id <> ALL (%(without)s::text[])
            AND (%(since)s::timestamptz IS NULL OR shown_at > %(since)s::timestamptz) {where}"""


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
