"""The words of a zone's listings that the lexicon does not know, as their authors spelt them and without the noise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from domain import taxonomy, text_flags
from domain.lexicon import stem, tokens
from projections.listings import Listing
from projections.matches.vocabulary import UnknownWord

CONSIDERED: Final = 200
"""Unknown words of which those worth a look are taken."""
SHOWN: Final = 60
_WORD: Final = re.compile(r"[^\W\d_]+")


def worth_teaching(found: Sequence[UnknownWord], listings: Mapping[str, Listing]) -> list[UnknownWord]:
    """The words that may say what a thing is, each as it is spelt in a listing that has it."""
    kept = []
    for row in found:
        listing = listings.get(row.listing_id)
        spelt = _spelt(row.word, listing) if listing else row.word
        if spelt and not is_noise(row.word):
            kept.append(UnknownWord(spelt, row.listings, row.listing_id, row.title))
    return kept[:SHOWN]


def is_noise(word: str) -> bool:
    """Whether a folded word says how large something is, in what unit, how it looks or how to call its owner."""
    return word in _noise() or stem(word) in _noise()


def _spelt(word: str, listing: Listing) -> str:
    """How the author spells a folded word; nothing where it is only part of a number or an address to call."""
    return next((said for said in _said(listing) if word in tokens(said)), "")


def _said(listing: Listing) -> Iterator[str]:
    for text in (listing.title, listing.description):
        yield from (word.lower() for word in _WORD.findall(text_flags.mask(text)))


@cache
def _noise() -> frozenset[str]:
    lines = (files("domain.reference") / "measure_words.txt").read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    units = {
        word
        for unit in taxonomy.UNITS.values()
        for name in (unit.label_fr, unit.label_en, *unit.aliases)
        for word in tokens(name)
    }
    return frozenset(words | units)
