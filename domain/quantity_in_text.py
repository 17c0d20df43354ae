"""How much a text speaks of, and how often: the number that is the quantity, among all those a text has."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.figures_in_text import Figure, figures
from domain.other_figures import HIDDEN, without_other_figures
from domain.quantities import LARGEST, PLACES, Quantity, convert
from domain.reference import rows, values, words_of
from domain.text_flags import is_denied

PACKED: Final = frozenset({"H87", "XBL", "XRO", "XPX", "XBX", "XBE", "X43", "XWA", "XDR"})
"""Units that are things one counts."""
ITSELF: Final = {"PAL": "XPX", "EMB.IBC": "XWA", "EMB.DRUM": "XDR", "EMB.BIGBAG": "X43"}
"""Where the container is what is offered, and not what holds it: three drums are three pieces."""
MEASURED: Final = frozenset({"mass", "volume", "energy"})
COUNTED: Final = ("H87", "C62")
"""Units in which a bare number may be meant."""

# How sure a number is the quantity, surest first.
USUAL_UNIT, OTHER_UNIT, THING, CONVERTED, BARE = range(5)

_ADJECTIVE: Final = r"(?:petits?|grande?s?|gros|bon(?:ne)?s|vieux|vieilles|belles?|beaux|de|d'|of|full|empty|used|an?)"
UNIT: Final = re.compile(
    rf"[ -]?(?:{_ADJECTIVE} ?){{0,2}}(?:"
    + "|".join(f"(?P<{row['unit']}>{'|'.join(values(row['patterns']))})" for row in rows("units_in_text.csv"))
    + r")(?![\w-])"
)
_WORD: Final = r"[a-z]{2,}(?:-[a-z]+)*"
WORD_AFTER: Final = re.compile(rf" (?:de |d'|of )?({_WORD})(?![\w-])")
WORD_AFTER_THAT: Final = re.compile(rf" ({_WORD})(?![\w-])")
PLURAL: Final = re.compile(r".*[sxz]")
NO_THING: Final = words_of("no_things.txt")
"""What may stand after a number and is nothing one counts in pieces."""
LEADING: Final = words_of("words_before_things.txt")
"""What an author says before coming to how many of a thing there are: "il nous reste environ 40 tapis"."""
CLAUSE: Final = re.compile(r"[^.;:!?\n\0]*$")
FOR_ANOTHER: Final = re.compile(r"\b(?:pour|(?<!looking )for|avec|with|dont|including)(?: les| the)? $")
"""What is counted behind these is not what is offered: "tables pour 8 convives", "dont 12 cassées"."""
AND_ANOTHER: Final = re.compile(
    r"(?: [\w'-]+){0,3} (?:et|and|plus) (?:(?P<counted>\d+)|une?|an?|des|some|several|quelques|leurs?|their) "
    r"(?!demie?\b|half\b|quart)"
)
PILED: Final = re.compile(r" (?:piles?|tas|rangees?|lots?|stacks?|rows?|packs?) (?:de|of) ")
"""Between two numbers that are multiplied: "deux piles de 15"."""
_OFTEN_AFTER: Final = r"(?:par|/|chaque|a|per|each)"
ALONE: Final = re.compile(
    rf" ?(?:[,;.)!\n]|$|(?:de |d'|of )?{HIDDEN}|(?:en stock|dispo\w*|available|environ|max|pour|for|a la)\b"
    rf"|{_OFTEN_AFTER} ?{HIDDEN})"
)
OFTEN: Final = re.compile(
    r"\b(?:(\d{1,2}|une|deux|trois|quatre|cinq|two|three|four|five) ?(?:x|fois|times?)|(twice))[ /]?$"
)
TIMES: Final = {"une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "two": 2, "three": 3, "four": 4, "five": 5}
AND_A_HALF: Final = re.compile(r" (?:et demie?|and a half)\b")
MINIMUM: Final = re.compile(r"\b(?:minimum(?: de)?|mini|au moins|(?:par|de|in) lots? (?:de|of)|at least) $")
MINIMUM_AFTER: Final = re.compile(r" (?:\w+ )?(?:minimum|mini|min)\b")


class Rhythm(Struct, frozen=True):
    """A period, and how many `times` it something comes within it."""

    per: str
    times: int
    start: int
    end: int


class Found(Struct, frozen=True):
    """An amount in a unit the category takes, and where it stands; `rank` says how sure it is the quantity."""

    figure: Figure
    amount: Decimal
    unit: str
    end: int
    rank: int

    @property
    def start(self) -> int:
        """Where its number begins."""
        return self.figure.start


class Amounts(Struct, frozen=True):
    """What a text says of how much: the quantity, the smallest part of it one may take, and the rhythm."""

    quantity: Found | None
    least: Found | None
    rhythm: Rhythm | None


def amounts(text: str, folded: str, category: taxonomy.Category | None, title_ends: int) -> Amounts:
    """The quantity of a text, when one number stands out; a text with none, or several alike, has no quantity."""
    rhythm = _rhythm(folded)
    hidden = without_other_figures(text)
    if rhythm is not None:  # "tous les 15 jours", "2x/mois" hold no quantity
        hidden = hidden[: rhythm.start] + HIDDEN * (rhythm.end - rhythm.start) + hidden[rhythm.end :]
    numbers = _piled(hidden, figures(hidden))
    found = [each for figure in numbers if (each := _found(hidden, figure, category)) is not None]
    least = [each for each in found if _is_least(folded, each)] if len(found) > 1 else []
    found = [each for each in found if each not in least]
    beside = [each for each in found if rhythm and rhythm.start - each.end in (0, 1) and each.rank <= THING]
    found = beside or found
    surest = min((each.rank for each in found), default=BARE)
    among = [each for each in found if each.rank == surest]
    if not among or _says_several_things(among, title_ends) or not _fits(among[0], rhythm):
        return Amounts(None, None, rhythm)
    quantity = among[0]
    within = least and least[0].unit == quantity.unit and least[0].amount < quantity.amount
    return Amounts(quantity, least[0] if within else None, rhythm)


def _piled(hidden: str, numbers: list[Figure]) -> list[Figure]:
    """The numbers, with those of piles multiplied by what a pile has."""
    found: list[Figure] = []
    for number in numbers:
        if found and found[-1].upto is None and PILED.fullmatch(hidden, found[-1].end, number.start):
            piles = found.pop()
            number = Figure(piles.amount * number.amount, piles.start, number.end, about=number.about)  # noqa: PLW2901
        found.append(number)
    return [number for number in found if number.amount < LARGEST]


def _says_several_things(among: list[Found], title_ends: int) -> bool:
    """Whether several numbers may be it: "6 desks and 12 chairs"; one that stands in the title alone is it."""
    first, *others = among
    alike = [each for each in others if (each.start <= title_ends) == (first.start <= title_ends)]
    return first.rank in (THING, BARE) and any(each.amount != first.amount for each in alike)


def _fits(found: Found, rhythm: Rhythm | None) -> bool:
    return _may_be_told(found.amount * (rhythm.times if rhythm else 1))


def _may_be_told(amount: Decimal) -> bool:
    """Whether a quantity may have this amount."""
    return 0 < amount < LARGEST and amount == round(amount, PLACES)


def _is_least(folded: str, found: Found) -> bool:
    before, after = folded[: found.start], folded[found.end :]
    return MINIMUM.search(before) is not None or MINIMUM_AFTER.match(after) is not None


def _found(hidden: str, figure: Figure, category: taxonomy.Category | None) -> Found | None:
    """The number as an amount of something, if it is one."""
    multiple = MULTIPLE.match(hidden, figure.end)
    if multiple:
        figure = Figure(figure.amount * Decimal(multiple[1].replace(",", ".")), figure.start, multiple.end(1))
    if not _may_be_told(figure.amount):
        return None
    named = UNIT.match(hidden, figure.end)
    if named is None or named.lastgroup is None:
        return _counted(hidden, figure, category)
    half = AND_A_HALF.match(hidden, named.end())
    amount = figure.amount + (Decimal("0.5") if half else 0)
    unit, amount, rank = _in_units_of(category, named.lastgroup, amount)
    if unit:
        return Found(figure, amount, unit, half.end() if half else named.end(), rank)
    if category is None or category.units[0] != "H87" or amount % 1:
        return None
    if named.lastgroup in PACKED and _is_packaging(category):  # but two boxes of toners are not two toners
        return Found(figure, amount, "H87", named.end(), THING)
    if named.lastgroup != "C62" or named[named.lastgroup] in NO_THING:
        return None
    return Found(figure, amount, "H87", named.end(), BARE)  # places to park; but a sofa of two places is one sofa


def _counted(hidden: str, figure: Figure, category: taxonomy.Category | None) -> Found | None:
    """The number of things or persons, where that is what the category counts."""
    if figure.article or figure.amount % 1:
        return None
    units = category.units if category else ("H87",)
    thing = WORD_AFTER.match(hidden, figure.end)
    if thing is not None and thing[1] not in NO_THING and not FOR_ANOTHER.search(hidden, 0, figure.start):
        expected = category is not None and units[0] == "H87"
        another = AND_ANOTHER.match(hidden, thing.end())
        if another is not None and not (expected and another["counted"]):  # that one is found by itself
            return None
        if expected or ("H87" in units and _comes_first(hidden, figure) and _is_plural(hidden, thing)):
            return Found(figure, figure.amount, "H87", thing.end(), THING)
    if category is None or units[0] not in COUNTED:
        return None
    return Found(figure, figure.amount, units[0], figure.end, BARE) if ALONE.match(hidden, figure.end) else None


def _comes_first(hidden: str, figure: Figure) -> bool:
    """Whether nothing was named before: what is counted later may be a part of it, "une bâche, deux trous"."""
    clause = CLAUSE.search(hidden, 0, figure.start)
    return clause is not None and all(word in LEADING for word in re.findall(r"[a-z]+", clause[0]))


def _is_plural(hidden: str, thing: re.Match[str]) -> bool:
    """Whether a word that we do not know is several of something, by itself or with the next: "coat stands"."""
    if PLURAL.fullmatch(thing[1]):
        return True
    noun = WORD_AFTER_THAT.match(hidden, thing.end())
    return noun is not None and noun[1] not in NO_THING and PLURAL.fullmatch(noun[1]) is not None


def _is_packaging(category: taxonomy.Category) -> bool:
    return category.family in ("PAL", "CAR", "EMB") or category.code == "ACH.PACK"


MULTIPLE: Final = re.compile(r" ?[x*×] ?(\d+(?:[.,]\d+)?)(?= ?(?:kg|t|l|litres?|tonnes?)\b)")


def _in_units_of(category: taxonomy.Category | None, unit: str, amount: Decimal) -> tuple[str, Decimal, int]:
    """A unit of the category, the amount in it, and how sure that is; no unit where the category has none like it."""
    if category is None:
        return (unit if unit == "H87" or taxonomy.UNITS[unit].dimension in MEASURED else "", amount, USUAL_UNIT)
    usual = category.units[0]
    if unit in (ITSELF.get(category.family), ITSELF.get(category.code)):
        unit = "H87"
    if unit in category.units:
        return unit, amount, USUAL_UNIT if unit == usual else OTHER_UNIT
    if taxonomy.UNITS[unit].dimension in MEASURED and amount == round(amount, PLACES):
        exact = convert(Quantity(amount, unit), usual)
        if exact is not None and not exact.estimated:
            return usual, exact.amount, CONVERTED
    return "", amount, BARE


def _rhythm(folded: str) -> Rhythm | None:
    """How often it comes, when the text says one thing of it."""
    found: list[Rhythm] = []
    for per, times, pattern in _periods():
        for match in pattern.finditer(folded):
            start, end = match.span()
            if is_denied(folded, start, end) or any(each.start < end and start < each.end for each in found):
                continue
            often = 1
            if said := OFTEN.search(folded[:start]):
                often = 2 if said[2] else int(said[1]) if said[1].isdigit() else TIMES[said[1]]
                start = said.start()
            found.append(Rhythm(per, times * often, start, end))
    return found[0] if len({(each.per, each.times) for each in found}) == 1 else None


@cache
def _periods() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple(
        (row["per"], int(row["times"]), re.compile(rf"(?:(?<!\w)|(?=/))(?:{'|'.join(values(row['patterns']))})(?!\w)"))
        for row in rows("periods_in_text.csv")
    )
