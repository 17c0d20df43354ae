"""Whether a company says the same thing twice: how like two listings of its own are, by their words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.lexicon import Lexicon, cosine, lexicon, tokens
from domain.listings.events import Side

ALIKE: Final = 0.6
"""From this cosine of their titles on, two listings are taken for the same thing said twice."""


class Said(Struct, frozen=True, kw_only=True):
    """What is compared: side, category and rhythm, the details that were chosen, and the title."""

    side: Side
    category: str
    flows: bool
    title: str
    attributes: dict[str, str]


def likeness(one: Said, other: Said, words: Lexicon | None = None) -> float:
    """From 0 to 1, the cosine of the titles' concepts and stems; 0 when the two say different things.

    Offer and request, another category, once and regularly, or another answer to the same question (condition A, and
    condition B) are different things, whatever the titles. Figures do not count: 50 pallets and 80 pallets are alike.
    """
    if (one.side, one.category, one.flows) != (other.side, other.category, other.flows):
        return 0.0
    if any(other.attributes.get(code, value) != value for code, value in _chosen(one)):
        return 0.0
    if tokens(one.title) == tokens(other.title):
        return 1.0
    words = words or lexicon()
    mine, theirs = (words.terms(said.title, "") for said in (one, other))
    parts = [(mine.concepts, theirs.concepts), (mine.stems, theirs.stems)]
    compared = [cosine(left, right) for left, right in parts if left or right]
    return sum(compared) / len(compared) if compared else 0.0


def most_alike(one: Said, others: Iterable[tuple[str, Said]], words: Lexicon | None = None) -> str | None:
    """The id of the listing most like this one, where one is like enough; of equals, the first."""
    found = [(likeness(one, other, words), listing_id) for listing_id, other in others]
    best = max(found, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else None


def _chosen(said: Said) -> list[tuple[str, str]]:
    """The details that were chosen among answers: what is written counts by its words only where it is the title."""
    return [
        (code, value)
        for code, value in sorted(said.attributes.items())
        if code in taxonomy.ATTRIBUTES and not taxonomy.ATTRIBUTES[code].is_typed
    ]
