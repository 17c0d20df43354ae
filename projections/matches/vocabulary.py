"""What matching is told by people: the published terms, each zone's weights, and what a zone's listings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Recorded
from domain.lexicon import Lexicon, lexicon, published
from domain.listings import Side
from domain.matching import DEFAULT, Weights
from domain.programme import PROGRAMME, LexiconPublished, MatchWeightsSet
from projections.model import Query, Rows, Table, opened


class TermRow(Struct, frozen=True, kw_only=True):
    """A published term, who published it for which zone, and who took it back, if somebody did."""

    term_id: str
    programme: str = PROGRAMME
    words: str
    concept: str
    language: str
    zone_id: str
    version: int
    published_by: str
    published_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


class FrequenciesRow(Struct, frozen=True, kw_only=True):
    """Which table of word frequencies holds, and the version of the lexicon."""

    programme: str = PROGRAMME
    version: int
    frequencies: int


class WeightsRow(Struct, frozen=True, kw_only=True):
    """What the parts of a match are worth within a zone that set them."""

    zone_id: str
    category: int
    text: int
    distance: int
    quantity: int


TERM: Final = Table("match_term", TermRow, ("term_id",), ("term_id", "programme"))
FREQUENCIES: Final = Table("match_frequencies", FrequenciesRow, ("programme",), ("programme",))
WEIGHTS: Final = Table("match_weights", WeightsRow, ("zone_id",), ("zone_id",))

DDL: Final = """
CREATE TABLE {schema}.match_term (
    term_id text PRIMARY KEY,
    programme text NOT NULL,
    words text NOT NULL,
    concept text NOT NULL,
    language text NOT NULL,
    zone_id text NOT NULL,
    version integer NOT NULL,
    published_by text NOT NULL,
    published_at timestamptz NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz
);
CREATE INDEX ON {schema}.match_term (programme);
ALTER TABLE {schema}.match_term ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_facilitates_a_zone ON {schema}.match_term USING (
    cardinality((SELECT site.viewer_in('facilitated'))::text[]) > 0
);

CREATE TABLE {schema}.match_frequencies (
    programme text PRIMARY KEY,
    version integer NOT NULL,
    frequencies integer NOT NULL
);
ALTER TABLE {schema}.match_frequencies ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.match_frequencies USING (true);

CREATE TABLE {schema}.match_weights (
    zone_id text PRIMARY KEY,
    category integer NOT NULL,
    text integer NOT NULL,
    distance integer NOT NULL,
    quantity integer NOT NULL
);
ALTER TABLE {schema}.match_weights ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.match_weights USING (true);
"""


# --- how events change them ---------------------------------------------------------------------------------------


def lexicon_of(rows: Rows) -> Lexicon:
    """The lexicon as it is published now."""
    held = rows.get(FREQUENCIES, PROGRAMME)
    if held is None:
        return lexicon()
    terms = [row for row in rows.of(TERM, "programme", PROGRAMME) if row.withdrawn_at is None and row.words]
    return published(tuple((row.words, row.concept) for row in terms), held.frequencies)


def publish(rows: Rows, recorded: Recorded, event: LexiconPublished) -> list[str] | None:
    """Keep the terms that come and go; the stems by which the listings they concern are found, None for all of them."""
    concerned: list[str] = []
    for term in event.added:
        row = TermRow(
            term_id=term.term_id,
            words=opened(term.words),
            concept=term.concept,
            language=term.language,
            zone_id=event.zone_id,
            version=event.version,
            published_by=recorded.actor,
            published_at=recorded.at,
        )
        rows.put(TERM, row)
        concerned.append(row.words)
    for term_id in event.withdrawn:
        known = rows.get(TERM, term_id)
        if known is not None and known.withdrawn_at is None:
            rows.put(TERM, replace(known, withdrawn_by=recorded.actor, withdrawn_at=recorded.at))
            concerned.append(known.words)
    counted = rows.get(FREQUENCIES, PROGRAMME)
    rows.put(FREQUENCIES, FrequenciesRow(version=event.version, frequencies=event.frequencies))
    if event.frequencies != (counted.frequencies if counted else 1):
        return None
    return sorted({stem for words in concerned for stem in _leading(words)})


def _leading(term: str) -> tuple[str, ...]:
    """Words of which a listing holds one if the term, or the end of its words' correction, changes how it is read.

    A listing that holds a term holds its every word, so that one leads to all of them. A word nobody knew was corrected
    into another until now, wherever it stands.
    """
    told = lexicon().told_apart_by(term)
    return tuple(stem for stem in told if stem not in lexicon().known) or told[:1]


def weigh(rows: Rows, event: MatchWeightsSet) -> None:
    """Keep the weights of a zone."""
    rows.put(
        WEIGHTS,
        WeightsRow(
            zone_id=event.zone_id,
            category=event.category,
            text=event.text,
            distance=event.distance,
            quantity=event.quantity,
        ),
    )


def own_weights(rows: Rows, zones: Sequence[str]) -> dict[str, Weights]:
    """The weights of those zones that set some."""
    own = {zone_id: rows.get(WEIGHTS, zone_id) for zone_id in zones}
    return {zone: Weights(row.category, row.text, row.distance, row.quantity) for zone, row in own.items() if row}


def between(own: Mapping[str, Weights], ones: Sequence[str], others: Sequence[str]) -> Weights:
    """Those of the one zone that shows both; between zones, and where several show both, the usual ones."""
    if not own:
        return DEFAULT
    both = [zone_id for zone_id in ones if zone_id in others]
    return own.get(both[0], DEFAULT) if len(both) == 1 else DEFAULT


# --- queries ------------------------------------------------------------------------------------------------------


class Read(Struct, frozen=True, kw_only=True):
    """A listing that a zone shows, as matching reads it; `traits` are the domain's, as JSON text."""

    listing_id: str
    company_id: str
    side: Side
    title: str
    text: str
    zones: tuple[str, ...]
    traits: str


class UnknownWord(Struct, frozen=True):
    """A word no concept explains: in how many listings of the zone, and the newest of them."""

    word: str
    listings: int
    listing_id: str
    title: str


MOST_READ: Final = 5_000
"""Listings of one zone a page looks at."""


def shown_in(zone_id: str, limit: int = MOST_READ) -> Query[Read]:
    """The listings a zone shows, for who facilitates it, the newest first."""
    sql = """SELECT listing_id, company_id, side, title, text, zones, traits FROM match_listing
        WHERE zones && ARRAY[%(zone)s] ORDER BY listing_id DESC LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "limit": limit}, Read)


def unknown_words(zone_id: str, limit: int = 60) -> Query[UnknownWord]:
    """What the listings of a zone say that the lexicon does not know, the most frequent first."""
    sql = """SELECT word, count(*) AS listings, (array_agg(listing_id ORDER BY listing_id DESC))[1] AS listing_id,
            (array_agg(title ORDER BY listing_id DESC))[1] AS title
        FROM match_listing, unnest(unknown) AS word
        WHERE zones && ARRAY[%(zone)s] GROUP BY word ORDER BY count(*) DESC, word COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "limit": limit}, UnknownWord)


def terms() -> Query[TermRow]:
    """Every term that was ever published, the newest first: all of them, as a preview reads what matching reads."""
    return Query("SELECT * FROM match_term ORDER BY published_at DESC, term_id", {}, TermRow)


def frequencies() -> Query[FrequenciesRow]:
    """Which lexicon holds; no row while it is the built-in one."""
    return Query("SELECT * FROM match_frequencies", {}, FrequenciesRow)


def weights(zone_id: str) -> Query[WeightsRow]:
    """The weights of a zone; no row while they are the usual ones."""
    return Query("SELECT * FROM match_weights WHERE zone_id = %(zone)s", {"zone": zone_id}, WeightsRow)
