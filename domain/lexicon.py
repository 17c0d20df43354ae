"""The words of the trade: folding, stems, concepts common to French and English, and how rare each word is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from math import fsum, log, sqrt
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.reference import rows, values

VERSION: Final = 2
"""Of the built-in lexicon; what a programme publishes counts on from here."""
FREQUENCIES: Final = {1: "frequencies.tsv", 2: "frequencies_2.tsv"}
"""The tables of word frequencies there are, by the version that events name."""
RARE: Final = 8
"""In how many of the counted texts a word occurs at most that leads from one listing to others."""
TITLE_WEIGHT: Final = 2
LONGEST_TERM: Final = 6
LONGEST_WORD: Final = 100
"""Characters of a word that are read: nothing is called more, and an index of words holds no endless ones."""
WORD: Final = re.compile(r"\d+(?:[.,x/]\d+)+|[^\W\d_]+\d+|[^\W_]+")
ELISIONS: Final = frozenset({"d", "l", "qu", "n", "s", "j", "m", "t", "c"})

# Longest first; what is left keeps at least four letters, three before a plural.
# "-eur" stays: a broyeur is not a broyat.
ENDINGS: Final = (
    "ements", "ations", "ement", "ation", "ables", "antes", "euses", "able", "ante", "ants", "ages", "ions",
    "ees", "ant", "age", "ion", "ing", "es", "ee", "er", "ez", "ed", "e", "s",
)  # fmt: skip
SHORTEST_STEM: Final = 4
SHORTEST_PLURAL: Final = 3
UNKNOWN_WORD_FROM: Final = 5
TWO_EDITS_FROM: Final = 9
LONGEST_CORRECTED: Final = 24
SHORTEST_UNKNOWN: Final = 3


class Terms(Struct, frozen=True):
    """What a text says, as two vectors of length one, and its rarest stems, rarest first."""

    concepts: dict[str, float]
    stems: dict[str, float]
    rarest: tuple[str, ...]


class Lexicon(Struct, frozen=True, eq=False):
    """One published state of the words: changing any of it is a new version, else a replay would differ.

    There is one of each (`published`), told apart by identity, so that what was read with it can be remembered.

    `concepts` maps a term (its stems) to its concept, `as_spelt` those words that count only as they are spelt, since
    other words share their stem; `frequencies` says in how many of `documents`
    short texts a stem or a concept occurs.
    """

    version: int
    concepts: dict[tuple[str, ...], str]
    as_spelt: dict[str, str]
    frequencies: dict[str, int]
    documents: int
    common: frozenset[str]
    known: frozenset[str]
    misspelt: dict[str, tuple[str, ...]]

    def terms(self, title: str, text: str, rarest: int = 2) -> Terms:
        """Weigh the concepts and stems of a listing; its title counts twice."""
        concepts: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for part, times in ((title, TITLE_WEIGHT), (text, 1)):
            found, rest = self._read(part)
            for concept in found:
                concepts[concept] += times
            for word in rest:
                words[word] += times
        rare = [word for word in words if self.frequencies.get(word, 0) <= RARE]
        by_rarity = sorted(rare, key=lambda word: (self.frequencies.get(word, 0), word))
        return Terms(self._unit(concepts, "="), self._unit(words, ""), tuple(by_rarity[:rarest]))

    @property
    def meanings(self) -> frozenset[str]:
        """Every concept there is a term for."""
        return frozenset((*self.concepts.values(), *self.as_spelt.values()))

    def concept_of(self, term: str) -> str | None:
        """The concept of a term, if it is one."""
        words = tokens(term)
        spelt = self.as_spelt.get(words[0]) if len(words) == 1 else None
        return spelt or self.concepts.get(tuple(map(stem, words)))

    def told_apart_by(self, text: str) -> tuple[str, ...]:
        """The stems of a text as it is spelt, those that stand in every other listing left out, in their own order."""
        return tuple(sorted({root for word in tokens(text) if self._tells(word, root := stem(word))}))

    def unknown(self, text: str) -> tuple[str, ...]:
        """The words of a text, folded, that no concept explains, no correction reaches and a facilitator may teach."""
        words = tokens(text)
        spelt = [_spelt(self, word) for word in words]
        sequence = [stem(word) for word in spelt]
        explained = {
            place for start, length, _concept in self._found(spelt, sequence) for place in range(start, start + length)
        }
        return tuple(
            dict.fromkeys(
                word
                for place, word in enumerate(words)
                if place not in explained
                and word == spelt[place]
                and len(word) >= SHORTEST_UNKNOWN
                and word.isalpha()
                and self._tells(word, sequence[place])
            )
        )

    def concepts_in(self, text: str) -> list[str]:
        """The concepts of a text, in reading order."""
        return self._read(text)[0]

    def _read(self, text: str) -> tuple[list[str], list[str]]:
        spelt = [_spelt(self, word) for word in tokens(text)]
        sequence = [stem(word) for word in spelt]
        concepts = [concept for _start, _length, concept in self._found(spelt, sequence)]
        words = [root for word, root in zip(spelt, sequence, strict=True) if self._tells(word, root)]
        return concepts, words

    def _found(self, spelt: list[str], sequence: list[str]) -> Iterator[tuple[int, int, str]]:
        """Where the concepts of a sequence of stems begin, how long their terms are, and which they are."""
        here = 0
        while here < len(sequence):
            for length in range(min(LONGEST_TERM, len(sequence) - here), 0, -1):
                concept = self.concepts.get(tuple(sequence[here : here + length]))
                if concept is None and length == 1:
                    concept = self.as_spelt.get(spelt[here]) or self.as_spelt.get(spelt[here].rstrip("sx"))
                if concept is not None:
                    yield here, length, concept
                    here += length
                    break
            else:
                here += 1

    def _tells(self, word: str, root: str) -> bool:
        return len(root) > 1 and not word.isdigit() and word not in self.common and root not in self.common

    def _unit(self, counts: Counter[str], mark: str) -> dict[str, float]:
        weights = {
            term: count * log((self.documents + 1) / (self.frequencies.get(mark + term, 0) + 0.5))
            for term, count in counts.items()
        }
        length = sqrt(fsum(weight * weight for weight in weights.values()))
        return {term: round(weights[term] / length, 6) for term in sorted(weights)} if length else {}


@lru_cache(maxsize=65_536)  # a site uses the same few thousand words again and again
def _spelt(words: Lexicon, word: str) -> str:
    """Correct an unknown word of five letters or more to the nearest term, within one edit (two from nine)."""
    if (
        not UNKNOWN_WORD_FROM <= len(word) <= LONGEST_CORRECTED
        or not word.isalpha()
        or word in words.common
        or stem(word) in words.known
    ):
        return word
    edits = 2 if len(word) >= TWO_EDITS_FROM else 1
    near = {
        candidate
        for left in _shortened(word, edits)
        for candidate in words.misspelt.get(left, ())
        if len(candidate) >= UNKNOWN_WORD_FROM and _edits(word, candidate) <= edits
    }
    return min(near, key=lambda candidate: (_edits(word, candidate), candidate), default=word)


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """The cosine of two vectors of length one, the same whatever the order of their terms."""
    # Most pairs have nothing in common, and this is asked of every pair there is.
    if one.keys().isdisjoint(other):
        return 0.0
    return fsum(one[term] * other[term] for term in one.keys() & other.keys())


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Cut the endings that French and English put on a folded word: plural, gender, verb."""
    if word.endswith("eaux"):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > UNKNOWN_WORD_FROM:
        word = word[:-2] + "l"
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (SHORTEST_PLURAL if ending == "s" else SHORTEST_STEM):
            word = word[: -len(ending)]
            break
    if len(word) > SHORTEST_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word


def fold(text: str) -> str:
    """Lower-case a text and drop its accents, one character for one, so that positions stay true."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4_096)
def _fold_character(character: str) -> str:
    if character in "’ʼ`´":
        return "'"
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character


def tokens(text: str) -> list[str]:
    """The words and figures of a text, folded, with elided articles dropped: `l’huile` is `huile`."""
    folded = fold(text).replace("œ", "oe").replace("×", "x")
    folded = re.sub(r"(?<=\d) ?[x*/] ?(?=\d)", "x", folded)
    return [word[:LONGEST_WORD] for word in WORD.findall(folded) if word not in ELISIONS]


def stems(text: str) -> list[str]:
    """The stems of a text, in reading order."""
    return [stem(word) for word in tokens(text)]


@cache
def lexicon() -> Lexicon:
    """The lexicon the program ships with, with the first table of frequencies."""
    common = frozenset(word for line in _lines("common_words.txt") for word in line.split())
    shared = {stem(word) for word in common} | {word for line in _lines("as_spelt.txt") for word in line.split()}
    concepts: dict[tuple[str, ...], str] = {}
    as_spelt: dict[str, str] = {}
    terms_lines = [*_lines("lexicon.tsv"), *_lines("further_terms.tsv")]
    for line in terms_lines:
        concept, terms = line.split("\t")
        for term in terms.split(","):
            key = tuple(stems(term))
            if len(key) == 1 and key[0] in shared:
                as_spelt.update({word: concept for word in tokens(term) if word not in common and word not in as_spelt})
            elif 0 < len(key) <= LONGEST_TERM:
                concepts.setdefault(key, concept)
    frequencies, documents = _counted(1)
    spoken = {word for term in concepts for word in term} | {stem(word) for word in as_spelt}
    known = spoken | {term for term in frequencies if not term.startswith("=")}
    known |= {
        word
        for row in (*rows("synonyms.csv"), *rows("further_synonyms.csv"))
        for term in values(row["terms"])
        for word in stems(term)
    }
    known |= {word for row in rows("categories.csv") for word in stems(row["label_fr"] + " " + row["label_en"])}
    misspelt: defaultdict[str, list[str]] = defaultdict(list)
    terms_spelt = {word for line in terms_lines for word in tokens(line.split("\t")[1]) if word.isalpha()}
    for word in sorted(terms_spelt):
        if len(word) >= UNKNOWN_WORD_FROM:
            for left in _shortened(word, 2 if len(word) >= TWO_EDITS_FROM else 1):
                misspelt[left].append(word)
    return Lexicon(
        version=VERSION,
        concepts=concepts,
        as_spelt=as_spelt,
        frequencies=frequencies,
        documents=documents,
        common=common,
        known=frozenset(known),
        misspelt={left: tuple(words) for left, words in misspelt.items()},
    )


@lru_cache(maxsize=64)
def published(terms: tuple[tuple[str, str], ...], frequencies: int = 1) -> Lexicon:
    """The built-in lexicon with these terms (words, and the concept or category they mean) and that frequency table.

    What is built in stays as it is. A published term is found as it is written, plural and gender aside: other words
    are never corrected into it, so that the listings a term concerns are those that hold its words.
    """
    built_in = lexicon()
    added: dict[tuple[str, ...], str] = {}
    for words, concept in terms:
        key = tuple(stems(words))
        if key and len(key) <= LONGEST_TERM and key not in built_in.concepts:
            added.setdefault(key, _meant(concept))
    if not added and frequencies == 1:
        return built_in
    counted, documents = _counted(frequencies)
    return replace(
        built_in,
        concepts=built_in.concepts | added,
        known=built_in.known | {word for key in added for word in key},
        frequencies=counted,
        documents=documents,
    )


@cache
def _meant(concept: str) -> str:
    """The concept itself; for a category, the first concept its name speaks of, or else a concept of its own."""
    for row in rows("categories.csv"):
        if row["code"] == concept:
            return next(iter(lexicon().concepts_in(f"{row['label_fr']} ; {row['label_en']}")), concept)
    return concept


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """The built-in terms of each concept, as they are written."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (*_lines("lexicon.tsv"), *_lines("further_terms.tsv")):
        concept, terms = line.split("\t")
        found[concept] += [term.strip() for term in terms.split(",")]
    return {concept: tuple(terms) for concept, terms in found.items()}


@cache
def _counted(version: int) -> tuple[dict[str, int], int]:
    """A table of word frequencies, and in how many texts its words were counted."""
    counts = {term: int(count) for term, count in (line.split("\t") for line in _lines(FREQUENCIES[version]))}
    return counts, counts.pop("*")


def _lines(name: str) -> list[str]:
    text = (files("domain.reference") / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _shortened(word: str, edits: int) -> set[str]:
    """The word and what is left of it after dropping up to `edits` letters."""
    found = {word}
    for _ in range(edits):
        found |= {left[:here] + left[here + 1 :] for left in found for here in range(len(left))}
    return found


def _edits(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with a neighbour to turn one word into the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
