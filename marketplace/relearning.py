"""What a zone's matches would become with other words or weights, from what the matches hold: nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from domain.lexicon import FREQUENCIES, Lexicon, published
from domain.matching import DEFAULT, Traits, Weights
from domain.refused import Refused, _
from domain.relearning import Change, Read, what_changes
from marketplace.reading import AsyncReading, Reading
from projections.matches import vocabulary
from projections.model import Query

MOST_LISTINGS: Final = 2_000
"""Of a larger zone, the newest are looked at."""
_TRAITS: Final = msgspec.json.Decoder(Traits)


class Held(Struct, frozen=True):
    """How the listings of a zone are read and weighed now."""

    terms: tuple[tuple[str, str], ...] = ()
    frequencies: int = 1
    weights: Weights = DEFAULT
    own_weights: bool = False

    def words(self, *more: tuple[str, str], frequencies: int | None = None) -> Lexicon:
        """The lexicon that holds, with further terms or another table of word frequencies."""
        return published((*self.terms, *more), frequencies or self.frequencies)


def checked_table(number: int) -> int:
    """A table of word frequencies there is."""
    if number not in FREQUENCIES:
        raise Refused(_("There is no such table of word frequencies."))
    return number


def listings_of(zone_id: str) -> Query[vocabulary.Read]:
    """The listings a preview is computed on."""
    return vocabulary.shown_in(zone_id, MOST_LISTINGS)


def held(read: Reading, zone_id: str) -> Held:
    """How they are read and weighed now."""
    return _held(
        read.all(vocabulary.terms()), read.one(vocabulary.frequencies()), read.one(vocabulary.weights(zone_id))
    )


async def held_now(read: AsyncReading, zone_id: str) -> Held:
    """The same, for a page."""
    return _held(
        await read.all(vocabulary.terms()),
        await read.one(vocabulary.frequencies()),
        await read.one(vocabulary.weights(zone_id)),
    )


def change(
    rows: Sequence[vocabulary.Read], now: Held, words: Lexicon | None = None, instead: Weights | None = None
) -> Change:
    """What would become of the matches of these listings; a second or two of work for a large zone."""
    read = [Read(_TRAITS.decode(row.traits), row.title, row.text, row.zones) for row in rows]
    return what_changes(read, words, now.weights, instead)


def _held(
    terms: Sequence[vocabulary.TermRow],
    table: vocabulary.FrequenciesRow | None,
    own: vocabulary.WeightsRow | None,
) -> Held:
    standing = sorted((term for term in terms if term.withdrawn_at is None and term.words), key=lambda one: one.term_id)
    return Held(
        terms=tuple((term.words, term.concept) for term in standing),
        frequencies=table.frequencies if table else 1,
        weights=Weights(own.category, own.text, own.distance, own.quantity) if own else DEFAULT,
        own_weights=own is not None,
    )
