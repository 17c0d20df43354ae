"""The words of listings as they are kept to be searched, and the words of a search as they are looked up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import chain
from typing import Final, Literal

from msgspec import Struct

from domain import taxonomy, text_flags
from domain.lexicon import LONGEST_TERM, Lexicon, fold, lexicon, published, stem, stems, tokens
from domain.reference import values
from domain.routes import PERSONAL
from domain.suggestions import THINGS

Weight = Literal["A", "B", "C", "D"]
"""Where a word stands: in the title, in what the category is called, in the text; or in what the family is called.

What words mean is a lexeme of its own, which no word can be.
"""

Terms = tuple[tuple[str, str], ...]
"""Published terms: their words, and the concept or the category they mean."""

LAST_PLACE: Final = 16_383
"""The furthest place in a text that a text search vector can tell from the next."""
MOST_SOUGHT: Final = 12
"""Words beyond these are not looked for."""
LEAST_BEGUN: Final = 3
"""Letters from which a word may be the beginning of another."""
LEAST_CORRECTED: Final = 5
"""Letters from which a word may be a misspelling: below, too many words are near."""
LEAST_TOLD: Final = 4
"""Letters of the shortest word that a correction may be."""
LEAST_NEAR: Final = 0.2
"""Trigram likeness from which a word is looked at as a correction of another."""
NEAR: Final = 0.75
"""How much of a word has to be in its correction: one letter in five may be wrong, two in eight."""
LEAST_MILLIMETRES: Final = 400
"""From here on, the side of a pallet or a crate is in millimetres; below, in centimetres."""
LOOKED_FOR: Final = frozenset({"code", "pair_int", "text"})
"""The types of answers that one looks for by their words, such as a waste code or a format."""
UNTOLD: Final = PERSONAL | {"permit"}
"""Answers that are not told to everyone who sees the listing."""

_EXCEPTED: Final = re.compile(r"\((?:hors|sauf|except|excluding|other than|no) [^)]*\)")
"""What a category is called by what it is not: "bois (hors palettes)"."""
_WORD: Final = re.compile(rf"[^\W\d_]{{{LEAST_TOLD},}}")
_SIDES: Final = re.compile(r"(\d{2,5})x(\d{2,5})")

# --- kept -------------------------------------------------------------------------------------------------------


def kept(category: str, title: str, description: str, answers: Mapping[str, str]) -> str:
    """The words of a listing, as the text of a tsvector: their stems with their places, and the concepts they mean.

    Stems are the lexicon's, common to French and English, since people mix them. What is covered in the texts for
    whoever is not of the zone, and answers that are not told, are left out: nobody finds out by searching.
    """
    called = [_EXCEPTED.sub(" ", taxonomy.label(category, language)) for language in ("fr", "en")]
    family = [_EXCEPTED.sub(" ", taxonomy.label(category.partition(".")[0], language)) for language in ("fr", "en")]
    told = [text_flags.mask(value) for code, value in answers.items() if _is_looked_for(code)]
    title, description = text_flags.mask(title), text_flags.mask(description)
    places: defaultdict[str, list[str]] = defaultdict(list)
    marked: Iterator[tuple[str, Weight]] = chain(
        ((word, "A") for word in stems(title)),
        ((word, "B") for word in stems(" ; ".join([*called, *told]))),
        ((word, "C") for word in stems(description)),
        ((word, "D") for word in stems(" ; ".join(family))),
        ((f"={concept}", "D") for text in (title, called[0], description) for concept in lexicon().concepts_in(text)),
    )
    for here, (word, weight) in enumerate(marked, 1):
        places[word].append(f"{min(here, LAST_PLACE)}{weight}")
    return " ".join(f"{_quoted(word)}:{','.join(at)}" for word, at in sorted(places.items()))


def told(title: str) -> tuple[str, ...]:
    """The words of a title as they are spelt, for corrections: none of those that are covered for some readers."""
    return tuple(sorted(set(_spelt(text_flags.mask(title)))))


def _spelt(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _is_looked_for(code: str) -> bool:
    attribute = taxonomy.ATTRIBUTES.get(code)
    return attribute is not None and attribute.type in LOOKED_FOR and code not in UNTOLD


# --- sought -----------------------------------------------------------------------------------------------------


class Sought(Struct, frozen=True):
    """One thing that is looked for: a word, or several that mean one thing together, folded.

    `titled` is a tsquery of the words themselves in a title, `exact` in what the author wrote or chose, `family` in
    what the family is called. `meant` is one of what means the same, `begins` of the words that begin with it; those
    that are empty find nothing. `categories` are what it is a usual name of.
    """

    words: tuple[str, ...]
    titled: str
    exact: str
    family: str
    meant: str
    categories: tuple[str, ...]
    begins: str


class _Vocabulary(Struct, frozen=True):
    """The words of the trade with the published terms.

    `called` are the categories by what people call them, as stems; `further` are tsqueries of the published terms, by
    the concept or category they mean: listings are kept with the concepts that are built in.
    """

    lexicon: Lexicon
    called: Mapping[tuple[str, ...], tuple[str, ...]]
    further: Mapping[str, tuple[str, ...]]

    def concept(self, *roots: str) -> str | None:
        return self.lexicon.concepts.get(roots)

    def is_term(self, roots: tuple[str, ...]) -> bool:
        return roots in self.lexicon.concepts or roots in self.called

    def saying(self, concept: str) -> list[str]:
        """Tsqueries of all that means a concept."""
        return [_quoted(f"={concept}"), *self.further.get(concept, ())]


@lru_cache(maxsize=64)
def _vocabulary(terms: Terms) -> _Vocabulary:
    words = published(terms)
    called: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    further: defaultdict[str, list[str]] = defaultdict(list)
    named = [(term, row["category"]) for row in taxonomy.SYNONYMS for term in values(row["terms"])]
    for term, category in (*named, *(term for term in terms if term[1] in taxonomy.CATEGORIES)):
        roots = tuple(stems(term))
        if roots and category not in called[roots]:
            called[roots].append(category)
    for term, meaning in terms:
        roots = tuple(stems(term))
        for concept in {meaning, words.concepts.get(roots, meaning)} if roots else ():
            further[concept].append(f"({' <-> '.join(f'{_quoted(root)}:ABC' for root in roots)})")
    return _Vocabulary(
        lexicon=words,
        called={roots: tuple(codes) for roots, codes in called.items()},
        further={concept: tuple(queries) for concept, queries in further.items()},
    )


def is_known(word: str, terms: Terms = ()) -> bool:
    """Whether a word is one of the trade, or of everyday things, however it ends."""
    return stem(word) in _vocabulary(terms).lexicon.known or stem(word) in _everyday()


@cache
def _everyday() -> frozenset[str]:
    return frozenset(word for row in THINGS for term in values(row["terms"]) for word in stems(term))


def sought(text: str, terms: Terms = ()) -> tuple[Sought, ...]:
    """What a text looks for, in reading order, where these terms are published.

    Words that stand in every other listing are left out, unless there are no others.
    """
    known = _vocabulary(terms)
    spoken = tokens(text)
    roots = [stem(word) for word in spoken]
    found: list[Sought] = []
    here = 0
    while here < len(spoken) and len(found) < MOST_SOUGHT:
        longest = min(LONGEST_TERM, len(roots) - here)
        length = next((n for n in range(longest, 1, -1) if known.is_term(tuple(roots[here : here + n]))), 1)
        if length > 1 or spoken[here] not in known.lexicon.common:
            found.append(_sought(tuple(spoken[here : here + length]), known))
        here += length
    return tuple(found) or tuple(_sought((word,), known) for word in spoken[:MOST_SOUGHT])


def _sought(words: tuple[str, ...], known: _Vocabulary) -> Sought:
    roots = tuple(stem(word) for word in words)
    categories = known.called.get(roots, ())
    concepts = {known.concept(*roots), *(known.concept(way) for way in _same_sides(words[0]))}
    same = [way for concept in sorted(filter(None, concepts)) for way in known.saying(concept)]
    same += [way for category in categories for way in known.further.get(category, ())]
    if len(words) > 1:
        # Each word for itself, in whatever way it is said: "cartons vides" are "boîtes vides" too.
        same.append(_all(words, "", known))
    begins = len(words) == 1 and len(words[0]) >= LEAST_BEGUN and words[0].isalpha()
    return Sought(
        words=words,
        titled=_all(words, ":A"),
        exact=_all(words, ":ABC"),
        family=_all(words, ":D"),
        meant=" | ".join(f"({each})" for each in dict.fromkeys(same)),
        categories=categories,
        begins=f"{_quoted(words[0])}:*" if begins else "",
    )


def _all(words: tuple[str, ...], where: str, meant: _Vocabulary | None = None) -> str:
    """A tsquery of all these words, each in any of the ways it is written, or also of those with its meaning."""
    ways = []
    for word in words:
        spelt = [_quoted(way) + where for way in (stem(word), *_same_sides(word))]
        concept = meant.concept(stem(word)) if meant else None
        ways.append(" | ".join([*spelt, *meant.saying(concept)] if meant and concept else spelt))
    return " & ".join(f"({way})" for way in ways)


def _same_sides(word: str) -> list[str]:
    """The sides of a format the other way round, in centimetres and in millimetres, as stems."""
    sides = _SIDES.fullmatch(word)
    if sides is None:
        return []
    one, other = int(sides[1]), int(sides[2])
    written = [(one, other)]
    if max(one, other) < LEAST_MILLIMETRES:
        written.append((one * 10, other * 10))
    elif one % 10 == other % 10 == 0:
        written.append((one // 10, other // 10))
    return [stem(spelt) for a, b in written for spelt in (f"{a}x{b}", f"{b}x{a}") if spelt != word]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# --- corrected --------------------------------------------------------------------------------------------------


def corrected(word: str, among: Iterable[str]) -> str:
    """The word this one was most likely meant to be, in its own spelling, if any is near; else nothing.

    What the zone's listings say comes before what listings say in general: it is there to be found.
    """
    if len(word) < LEAST_CORRECTED:
        return ""
    for words in ({fold(other): other for other in among}, _general()):
        near = get_close_matches(word, [other for other in words if other[:1] == word[:1]], n=1, cutoff=NEAR)
        near = near or get_close_matches(word, words, n=1, cutoff=NEAR)
        if near:
            return words[near[0]]
    return ""


def respelt(text: str, better: Mapping[str, str]) -> str:
    """The text with some of its words, folded, in another spelling."""
    pieces = []
    for piece in text.split():
        words = tokens(piece)
        pieces.append(" ".join(better.get(word, word) for word in words) if set(words) & set(better) else piece)
    return " ".join(pieces)


@cache
def _general() -> dict[str, str]:
    """The words by which categories are called, folded, as they are spelt."""
    named = [term for row in (*taxonomy.SYNONYMS, *THINGS) for term in values(row["terms"])]
    named += [label for entry in taxonomy.CATEGORIES.values() for label in (entry.label_fr, entry.label_en)]
    return {fold(word): word for word in sorted({word for text in named for word in _spelt(text)})}
