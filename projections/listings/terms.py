"""The terms the programme publishes, as searching and category suggestions understand them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from domain.programme import LexiconPublished
from projections.model import Query, Rows, Table, opened


class TermRow(Struct, frozen=True, kw_only=True):
    """A published term that holds, and the concept or the category it means."""

    term_id: str
    words: str
    concept: str


TERM: Final = Table("listing_term", TermRow, ("term_id",), ("term_id",))

# What a word means is no secret: whoever searches, searches with it.
DDL: Final = """
CREATE TABLE {schema}.listing_term (
    term_id text PRIMARY KEY,
    words text NOT NULL,
    concept text NOT NULL
);
ALTER TABLE {schema}.listing_term ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.listing_term USING (true);
"""


def follow(rows: Rows, event: LexiconPublished) -> None:
    """Keep the terms that come, and forget those that go or are erased."""
    for term in event.added:
        if words := opened(term.words):
            rows.put(TERM, TermRow(term_id=term.term_id, words=words, concept=term.concept))
    for term_id in event.withdrawn:
        rows.drop(TERM, term_id)


def terms() -> Query[TermRow]:
    """The terms that hold, in the order that decides between two of the same words."""
    return Query("SELECT * FROM listing_term ORDER BY term_id", {}, TermRow)
