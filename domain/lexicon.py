"""The words of the trade: folding, stems, concepts common to French and English, and how rare each word is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache, lru_cache
from importlib.resources import files
from math import fsum, log, sqrt
from typing import Final

from msgspec import Struct

from domain.reference import rows, values

VERSION: Final = 1
TITLE_WEIGHT: Final = 2
LONGEST_TERM: Final = 6
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


class Terms(Struct, frozen=True):
    """What a text says, as two vectors of length one, and its rarest stems, rarest first."""

    concepts: dict[str, float]
    stems: dict[str, float]
    rarest: tuple[str, ...]


class Lexicon(Struct, frozen=True):
    """One published state of the words: changing any of it is a new version, else a replay would differ.

    `concepts` maps a term (its stems) to its concepts; `frequencies` says in how many of `documents`
    short texts a stem or a concept occurs.
    """

    version: int
    concepts: dict[tuple[str, ...], str]
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
        by_rarity = sorted(words, key=lambda word: (self.frequencies.get(word, 0), word))
        return Terms(self._unit(concepts, "="), self._unit(words, ""), tuple(by_rarity[:rarest]))

    def concepts_in(self, text: str) -> list[str]:
        """The concepts of a text, in reading order."""
        return self._read(text)[0]

    def _read(self, text: str) -> tuple[list[str], list[str]]:
        spelt = [self._spelt(word) for word in tokens(text)]
        sequence = [stem(word) for word in spelt]
        concepts, here = [], 0
        while here < len(sequence):
            for length in range(min(LONGEST_TERM, len(sequence) - here), 0, -1):
                concept = self.concepts.get(tuple(sequence[here : here + length]))
                if concept is not None:
                    concepts.append(concept)
                    here += length
                    break
            else:
                here += 1
        words = [
            root
            for word, root in zip(spelt, sequence, strict=True)
            if len(root) > 1 and not word.isdigit() and word not in self.common and root not in self.common
        ]
        return concepts, words

    def _spelt(self, word: str) -> str:
        """Correct an unknown word of five letters or more to the nearest term, within one edit (two from nine)."""
        if (
            not UNKNOWN_WORD_FROM <= len(word) <= LONGEST_CORRECTED
            or not word.isalpha()
            or word in self.common
            or stem(word) in self.known
        ):
            return word
        edits = 2 if len(word) >= TWO_EDITS_FROM else 1
        near = {
            candidate
            for left in _shortened(word, edits)
            for candidate in self.misspelt.get(left, ())
            if len(candidate) >= UNKNOWN_WORD_FROM and _edits(word, candidate) <= edits
        }
        return min(near, key=lambda candidate: (_edits(word, candidate), candidate), default=word)

    def _unit(self, counts: Counter[str], mark: str) -> dict[str, float]:
        weights = {
            term: count * log((self.documents + 1) / (self.frequencies.get(mark + term, 0) + 0.5))
            for term, count in counts.items()
        }
        length = sqrt(fsum(weight * weight for weight in weights.values()))
        return {term: round(weight / length, 6) for term, weight in weights.items()} if length else {}


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """The cosine of two vectors of length one, the same whatever the order of their terms."""
    if len(other) < len(one):
        one, other = other, one
    return fsum(weight * other[term] for term, weight in one.items() if term in other)


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
    return [word for word in WORD.findall(folded) if word not in ELISIONS]


def stems(text: str) -> list[str]:
    """The stems of a text, in reading order."""
    return [stem(word) for word in tokens(text)]


@cache
def lexicon() -> Lexicon:
    """The lexicon the program ships with."""
    concepts: dict[tuple[str, ...], str] = {}
    terms_lines = [*_lines("lexicon.tsv"), *_lines("further_terms.tsv")]
    for line in terms_lines:
        concept, terms = line.split("\t")
        for term in terms.split(","):
            if (key := tuple(stems(term))) and len(key) <= LONGEST_TERM:
                concepts.setdefault(key, concept)
    frequencies: dict[str, int] = {}
    documents = 0
    for line in _lines("frequencies.tsv"):
        term, count = line.split("\t")
        if term == "*":
            documents = int(count)
        else:
            frequencies[term] = int(count)
    common = frozenset(word for line in _lines("common_words.txt") for word in line.split())
    spoken = {word for term in concepts for word in term}
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
        frequencies=frequencies,
        documents=documents,
        common=common,
        known=frozenset(known),
        misspelt={left: tuple(words) for left, words in misspelt.items()},
    )


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
