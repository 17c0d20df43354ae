"""Numbers as people write them in a sentence: digits, words of either language, dozens, halves and ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.quantities import LARGEST
from domain.reference import values

ARTICLES: Final = frozenset({"un", "une", "one"})
SMALL: Final[dict[str, int]] = {
    word: value
    for value, words in enumerate(
        values(
            "zero;un une one;deux two;trois three;quatre four;cinq five;six;sept seven;huit eight;neuf nine;dix ten"
            ";onze eleven;douze twelve;treize thirteen;quatorze fourteen;quinze fifteen;seize sixteen"
            ";seventeen;eighteen;nineteen"
        )
    )
    for word in words.split()
}
TENS: Final[dict[str, int]] = {
    word: 10 * value
    for value, words in enumerate(
        values(
            "vingt vingts twenty;trente thirty;quarante forty;cinquante fifty;soixante sixty;septante seventy"
            ";octante huitante eighty;nonante ninety"
        ),
        start=2,
    )
    for word in words.split()
}
COLLECTIVE: Final[dict[str, int]] = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "cent": 100, "cents": 100, "hundred": 100, "dozen": 12,
    "millier": 1_000, "mille": 1_000, "thousand": 1_000,
}  # fmt: skip
SEVERAL: Final[dict[str, int]] = {f"{word}s": value for word, value in COLLECTIVE.items() if not word.endswith("s")}
"""Dozens and hundreds: so many only after a number, else nobody knows how many."""
TWO_MEANINGS: Final = frozenset({"neuf", "sept"})
"""Nine or new, seven or September: a number only within a longer one."""
HALVES: Final = frozenset({"demi", "demie", "demis", "demies", "half"})
HALF_A_UNIT: Final = re.compile(r"[ -](?:jour|heure|tonne|litre|day|hour|ton)")
"""Behind a half that halves the number before it: two half-days are a day."""
ROUND: Final = frozenset({*COLLECTIVE, *SEVERAL}) - {"cent", "cents", "mille", "hundred", "thousand"}

THOUSANDS: Final = r"[1-9]\d{0,2}(?:[ ']\d{3}){1,2}(?!\d)"
DIGITS: Final = rf"(?<![\w.,/\x00]){THOUSANDS}|(?<![\w.,/\x00])\d{{1,9}}(?:[.,]\d{{1,6}})?(?!\d)"
AMBIGUOUS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""A thousand and more in some countries, between one and two in others."""
NUMBER_WORDS: Final = frozenset({*SMALL, *TENS, *COLLECTIVE, *SEVERAL, *HALVES})
TOKEN: Final = re.compile(rf"(?P<digits>{DIGITS})|(?P<word>[a-z]+)")
JOINERS: Final = frozenset({"et", "and", "a", "an"})
VAGUE: Final = re.compile(r"\b(?:des|quelques|plusieurs|several|few|many|par) $")
RANGE: Final = re.compile(r" ?(?:-|–|—|\ba\b|\bto\b|\bou\b|\bor\b|\bet\b|\band\b) ?(?:(?:une?|about|environ) )?")
BETWEEN_TWO: Final = re.compile(r"\b(?:entre|between) $")
FURTHEST_APART: Final = 10
"""Two numbers are a range when the second is at most so many times the first."""


class Figure(Struct, frozen=True):
    """A number in a text, from `start` to `end`; of a range, the lower end, and `upto` the higher.

    `article` is a number that may only be a word's article; `about` is one the author rounded.
    """

    amount: Decimal
    start: int
    end: int
    upto: Decimal | None = None
    article: bool = False
    about: bool = False


def figures(folded: str) -> list[Figure]:
    """The numbers of a folded text, in reading order; ranges are one number each."""
    found: list[Figure] = []
    for figure in _single(folded):
        if found and (before := found[-1]).upto is None and _is_range(folded, before, figure):
            found[-1] = Figure(
                before.amount, before.start, figure.end, figure.amount, about=before.about or figure.about
            )
        else:
            found.append(figure)
    return found


def _is_range(folded: str, low: Figure, high: Figure) -> bool:
    between = folded[low.end : high.start]
    joined = RANGE.fullmatch(between) is not None and not low.article
    if between.strip() in ("et", "and") and BETWEEN_TWO.search(folded[: low.start]) is None:
        return False
    return joined and low.amount < high.amount <= FURTHEST_APART * low.amount


def _single(folded: str) -> Iterator[Figure]:
    words: list[re.Match[str]] = []
    for token in TOKEN.finditer(folded):
        is_number = token["digits"] is not None or (token["word"] in NUMBER_WORDS and not _is_half_of_one(words, token))
        if words and token["word"] in JOINERS and folded[words[-1].end() : token.start()] in (" ", "-"):
            continue
        if words and not (is_number and _continues(words[-1], token, folded)):
            yield from _read(folded, words)
            words = []
        if is_number:
            words.append(token)
    yield from _read(folded, words)


def _is_half_of_one(words: list[re.Match[str]], token: re.Match[str]) -> bool:
    """Whether a half belongs to the word behind: of "25 demi-palettes" there are twenty-five."""
    is_several = bool(words) and words[-1].group() not in ARTICLES
    return is_several and token["word"] in HALVES and HALF_A_UNIT.match(token.string, token.end()) is None


def _continues(before: re.Match[str], token: re.Match[str], folded: str) -> bool:
    """Whether two neighbouring numbers are one: `cinquante-deux`, `3 dozen`, `half a dozen`; not `5 50`, `6 a 8`."""
    if token["digits"] is not None:
        return False
    collective = token["word"] in COLLECTIVE or token["word"] in SEVERAL or token["word"] in HALVES
    match folded[before.end() : token.start()].strip(" -"):
        case "":
            return before["digits"] is None or collective
        case "et" | "and":
            return before["word"] in TENS or before["word"] == "hundred"
        case "a" | "an":
            return collective and before["word"] in HALVES
        case _:
            return False


def _read(folded: str, words: list[re.Match[str]]) -> Iterator[Figure]:
    if not words or (len(words) == 1 and words[0]["word"] in TWO_MEANINGS):
        return
    first, last = words[0], words[-1]
    amount = _value([token.group() for token in words])
    vague = first["word"] in {*SEVERAL, *COLLECTIVE} and VAGUE.search(folded[: first.start()]) is not None
    if amount is None or vague or not 0 < amount < LARGEST:
        return
    yield Figure(
        amount,
        first.start(),
        last.end(),
        article=len(words) == 1 and first["word"] in ARTICLES,
        about=any(token["word"] in ROUND for token in words),
    )


def _value(words: list[str]) -> Decimal | None:
    total, current, started = Decimal(0), Decimal(0), False
    for word in words:
        if AMBIGUOUS.fullmatch(word):
            return None
        if word[0].isdigit():
            current = Decimal(re.sub(r"[ ']", "", word).replace(",", "."))
        elif word in ("vingt", "vingts") and current == SMALL["quatre"]:
            current *= TENS["vingt"]
        elif word in SMALL or word in TENS:
            current += SMALL.get(word, TENS.get(word, 0))
        elif word in HALVES:
            current = (current or Decimal(1)) / 2
        elif word in COLLECTIVE or started:
            times = COLLECTIVE.get(word) or SEVERAL[word]
            current = (current or Decimal(1)) * times
            if times == COLLECTIVE["mille"]:
                total, current = total + current, Decimal(0)
        else:
            return None  # dozens of something: nobody knows how many
        started = True
    return total + current
