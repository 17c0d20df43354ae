"""The categories that a text suggests while somebody types it: they choose, nothing is assigned."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.lexicon import LONGEST_TERM, Lexicon, fold, lexicon, published, stem, stems, tokens
from domain.reference import rows, values
from domain.taxonomy import CATEGORIES, SYNONYMS, Category

THINGS: Final = rows("everyday_things.csv")
"""What people call things of everyday use: these words lead to a category, and matching has words of its own."""
CALLED: Final = 0.3
"""What it is worth that a text has what a category is called; as much as a rare word of its label."""
ANOTHER_WORD: Final = 0.2
"""What each further word of such a name adds."""
AS_SPELT: Final = 0.2
"""What it adds that the words are spelt so, plural aside, and do not only share their stems."""
BEGUN: Final = 0.15
"""What a word is worth that is being typed, and begins such a name."""
LEAST_BEGUN: Final = 4
"""Letters from which a word may be the beginning of another."""

Terms = tuple[tuple[str, str], ...]
"""Published terms: their words, and the concept or the category they mean."""
Phrase = tuple[str, ...]
"""Words that mean something together, as stems or as they are spelt."""


class _Named(Struct, frozen=True):
    """What categories are called: for each run of stems the categories, and how the words are spelt there.

    `in_order` are the runs of stems as a dictionary has them.
    """

    words: Lexicon
    phrases: Mapping[Phrase, Mapping[str, frozenset[Phrase]]]
    in_order: tuple[Phrase, ...]


def suggest(text: str, lang: str, limit: int = 5, terms: Terms = ()) -> list[Category]:
    """Propose leaves for what someone is typing, likeliest first, where these terms are published.

    Both languages are searched whatever `lang` is, since people mix them; it only settles equal scores.
    """
    named = _named(terms)
    said = named.words.terms(text, "")
    scores: defaultdict[str, float] = defaultdict(float)
    for vector, index in ((said.stems, _index()[0]), (said.concepts, _index()[1])):
        for term, weight in vector.items():
            for code, value in index.get(term, {}).items():
                scores[code] += weight * value
    for code, worth in _called(tokens(text), named):
        scores[code] += worth
    ranked = sorted(scores, key=lambda code: (-round(scores[code], 9), fold(taxonomy.label(code, lang)), code))
    return [CATEGORIES[code] for code in ranked[:limit]]


def _called(spoken: list[str], named: _Named) -> Iterator[tuple[str, float]]:
    """The categories whose names a text has, and what each name is worth; what is unheard of may begin one."""
    roots = [stem(word) for word in spoken]
    for here in range(len(roots)):
        for length in range(1, min(LONGEST_TERM, len(roots) - here) + 1):
            spelt = _singular(spoken[here : here + length])
            for code, spellings in named.phrases.get(tuple(roots[here : here + length]), {}).items():
                yield code, CALLED + ANOTHER_WORD * (length - 1) + AS_SPELT * (spelt in spellings)
        word = spoken[here]
        if len(word) >= LEAST_BEGUN and word.isalpha() and roots[here] not in named.words.known:
            for code in {code for name in _beginning(word, named) for code in named.phrases[name]}:
                yield code, BEGUN


def _beginning(word: str, named: _Named) -> Iterator[Phrase]:
    for name in named.in_order[bisect_left(named.in_order, (word,)) :]:
        if not name[0].startswith(word):
            return
        yield name


def _singular(words: list[str]) -> Phrase:
    return tuple(word.rstrip("sx") for word in words)


@lru_cache(maxsize=16)
def _named(terms: Terms) -> _Named:
    """The names of categories, by the tables and by the terms that are published of them."""
    phrases: defaultdict[Phrase, defaultdict[str, set[Phrase]]] = defaultdict(lambda: defaultdict(set))
    of_tables = [(name, row["category"]) for row in (*SYNONYMS, *THINGS) for name in values(row["terms"])]
    for name, category in (*of_tables, *(term for term in terms if term[1] in CATEGORIES)):
        if roots := tuple(stems(name)):
            phrases[roots][category].add(_singular(tokens(name)))
    words = published(terms)
    return _Named(
        words=replace(words, known=words.known | {root for roots in phrases for root in roots}),
        phrases={roots: {code: frozenset(said) for code, said in found.items()} for roots, found in phrases.items()},
        in_order=tuple(sorted(phrases)),
    )


@cache
def _index() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """For each stem and each concept, the leaves whose labels and synonyms use it."""
    spoken: defaultdict[str, list[str]] = defaultdict(list)
    for row in SYNONYMS:
        spoken[row["category"]] += values(row["terms"])
    by_stem: defaultdict[str, dict[str, float]] = defaultdict(dict)
    by_concept: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for leaf in taxonomy.leaves():
        if leaf.is_other:
            continue
        terms = lexicon().terms(f"{leaf.label_fr} ; {leaf.label_en}", " ; ".join(spoken[leaf.code]))
        for root, weight in terms.stems.items():
            by_stem[root][leaf.code] = weight
        for concept, weight in terms.concepts.items():
            by_concept[concept][leaf.code] = weight
    return dict(by_stem), dict(by_concept)
