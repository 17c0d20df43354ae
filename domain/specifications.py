"""What exactly is offered or asked: stated attributes in one form, completed by what category and text say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from domain import taxonomy
from domain.lexicon import fold, lexicon
from domain.reference import rows, values
from domain.text_flags import is_denied

Specification = dict[str, tuple[str, ...]]
"""For each attribute that is known, the values it may have: several when a text names several."""
Patterns = tuple[tuple[str, str, re.Pattern[str]], ...]
"""Attribute, value, and how texts say it."""

PALLET_OF: Final = {"PAL.EPAL1": "EPAL1", "PAL.EPAL2": "EPAL2", "PAL.EPAL3": "EPAL3", "PAL.HALF": "EPAL6"}
IMPLIED: Final[dict[str, Specification]] = {
    **{leaf: {"material": ("wood",)} for leaf in ("PAL.EPAL1", "PAL.EPAL2", "PAL.EPAL3", "PAL.HALF", "PAL.STD")},
    "PAL.PLAST": {"material": ("plastic",)},
    "PAL.BROKEN": {"condition": ("REPAIRABLE", "BROKEN")},
    "CAR.BOX": {"use_intent": ("reuse",)},
    "CAR.OCC": {"use_intent": ("recycling",)},
    "CAR.MIX": {"use_intent": ("recycling",)},
    "CAR.PAP": {"use_intent": ("recycling",)},
    "SRV.RISK": {"trade": ("safety",)},
}
"""What choosing a leaf says by itself."""


MEANT: Final = "="
"""Before what words mean, which many words do: sharing it keeps nothing apart, and makes nothing the same."""
SAID_ONLY: Final = frozenset({"licensed", "sort"})
"""What a text may say of any category the table names, whether or not the form asks it: `sort` it never asks."""
DIMENSION: Final = re.compile(
    r"(?<![\d.,])(\d{2,4})(?:[.,]\d)? ?[x*/×] ?(\d{2,4})(?:[.,]\d)?(?: ?[x*/×] ?\d{1,4})?(?: ?(mm|cm))?\b"
)
IN_METRES: Final = re.compile(
    r"(?<![\d.,])(\d(?:[.,]\d{1,2})?) ?m? ?[x*×] ?(\d(?:[.,]\d{1,2})?) ?(?:m|metres?)\b(?! ?2)"
)
DIMENSIONED: Final = ("PAL.", "CAR.BOX", "EMB.CRATE")
SMALLEST_IN_MM: Final = 300
LARGEST_SIDE_MM: Final = 3_000
GRADE: Final = re.compile(r"(?<![\d.,])[125]\.0\d(?:\.0\d)?(?![\d])")
CELSIUS: Final = re.compile(r"(\d{2,3}) ?(?:°|degres?|deg\b) ?c?")
SEATS: Final = re.compile(r"(\d{1,4}) (?:personnes?|pers\b|places?|people|seats?|participants?)")


def specify(category: str | None, stated: Mapping[str, str], text: str, *, asked: bool) -> Specification:
    """Bring together what is stated, what the category implies and what the text says; the first of them wins.

    `asked` tells a need from a supply. A stated answer that the attribute does not accept is left out,
    as if the question had no answer.
    """
    known: Specification = {}
    for code, value in stated.items():
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None:
            continue
        if normal := _in_own_words(category, code, value) if attribute.is_typed else _normal(attribute, value):
            known[code] = normal
    for code, implied in _implied(category).items():
        known.setdefault(code, implied)
    for code, said in _said(category, fold(text)).items():
        known.setdefault(code, said)
    if "any" in known.get("use_intent", ()):
        del known["use_intent"]
    if "USED" in known.get("condition", ()):
        # An offer that says "used" is no longer new; a request that says so sets no minimum.
        grades = tuple(grade for grade in known.pop("condition") if grade != "USED")
        if grades or not asked:
            known["condition"] = grades or ("B",)
    return known


def _normal(attribute: taxonomy.Attribute, value: str) -> tuple[str, ...]:
    value = value.strip()
    if attribute.type == "pair_int":
        sides = sorted(int(side) for side in re.findall(r"\d{2,5}", value)[:2])
        return (_sides(sides[0], sides[1]),) if len(sides) == len("xy") else ()
    return (value,) if attribute.accepts(value) else ()


def _in_own_words(category: str | None, code: str, value: str) -> tuple[str, ...]:
    """An answer in somebody's own words, by the values a text about the category or its family would have for it.

    Where the table knows none of the words, they stand for themselves and for what the lexicon says they mean. Those
    that only repeat what the category or its family is called tell no kind: "metal" is any of them.
    """
    folded = fold(value)
    known = taxonomy.CATEGORIES.get(category or "")
    for patterns in (_patterns(category), _patterns_of_family(known.family) if known else ()):
        if found := [said for about, said, _start, _end in _matched(patterns, folded) if about == code]:
            return _narrowest(found)
    told = lexicon().told_apart_by(value)
    if told and known and _called(known.code).issuperset(told):
        return ()
    words = re.sub(r"[\s-]+", "", folded)
    meant = dict.fromkeys(f"{MEANT}{concept}" for concept in lexicon().concepts_in(value))
    return (words, *meant) if words else ()


@cache
def _called(category: str) -> frozenset[str]:
    """The stems of what a category and its family are called, without what stands in brackets."""
    codes = (category, taxonomy.CATEGORIES[category].family)
    labels = " ; ".join(taxonomy.label(code, language) for code in codes for language in ("fr", "en"))
    return frozenset(lexicon().told_apart_by(re.sub(r"\([^)]*\)", " ", labels)))


@cache
def _implied(category: str | None) -> Specification:
    if category is None or category not in taxonomy.CATEGORIES:
        return {}
    implied = dict(IMPLIED.get(category, {}))
    if category in PALLET_OF and (sides := taxonomy.PALLETS[PALLET_OF[category]].sides_mm):
        implied["dimension_mm"] = (_sides(*sides),)
    if grades := taxonomy.CATEGORIES[category].en643:
        implied["possible_en643"] = grades
    flags = taxonomy.CATEGORIES[category].flags
    if "deposit" in flags:
        implied["ownership"] = ("deposit",)
    if "never_trade" in flags:
        implied["ownership"] = ("rental_pool",)
    return implied


def said_where(category: str | None, folded: str) -> Iterator[tuple[str, str, int, int]]:
    """What a folded text about this category says of it: attribute, value, and from where to where it is said."""
    yield from _matched(_patterns(category), folded)
    leaf = category or ""
    if leaf.startswith(DIMENSIONED):
        for sides, start, end in _dimensions(folded):
            yield "dimension_mm", sides, start, end
    for prefix, code, pattern in (
        ("CAR.", "en643", GRADE),
        ("ENE.HEAT", "temperature_c", CELSIUS),
        ("ESP.ROOM", "capacity", SEATS),
    ):
        if leaf.startswith(prefix):
            for match in pattern.finditer(folded):
                yield code, match[match.lastindex or 0], match.start(), match.end()


def _matched(patterns: Patterns, folded: str) -> Iterator[tuple[str, str, int, int]]:
    for code, value, pattern in patterns:
        for match in pattern.finditer(folded):
            if not is_denied(folded, match.start(), match.end()):
                yield code, value, match.start(), match.end()


def _said(category: str | None, folded: str) -> Specification:
    said: dict[str, dict[str, None]] = {}
    for code, value, _start, _end in said_where(category, folded):
        said.setdefault(code, {})[value] = None
    found = {code: tuple(found) for code, found in said.items()}
    if "course_code" in found:
        found["course_code"] = _course(found["course_code"])
    if "material" in found:
        found["material"] = _narrowest(found["material"])
    for code in ("temperature_c", "capacity"):
        if code in found:
            found[code] = (max(found[code], key=int),)
    return {code: found for code, found in found.items() if found}


def _narrowest(named: Iterable[str]) -> tuple[str, ...]:
    """The values named, without those that only say the family of another: of inox and inox304, inox304."""
    each = dict.fromkeys(named)
    return tuple(one for one in each if not any(other != one and other.startswith(one) for other in each))


def _course(named: tuple[str, ...]) -> tuple[str, ...]:
    """First aid is initial or a refresher, and may be either until the text says which."""
    aid = {"SST", "SST_INITIAL", "SST_MAC"}
    others = tuple(code for code in named if code not in aid)
    if "SST" not in named:
        return others
    which = tuple(code for code in ("SST_INITIAL", "SST_MAC") if code in named)
    return (*others, *(which or ("SST_INITIAL", "SST_MAC")))


def sides_in(text: str) -> str:
    """The one pair of sides a text gives, in millimetres; empty where it gives none, or several."""
    found = {sides for sides, _start, _end in _dimensions(fold(text))}
    return found.pop() if len(found) == 1 else ""


def _dimensions(folded: str) -> Iterator[tuple[str, int, int]]:
    """Each pair of sides in millimetres, the shorter first, and from where to where it is written."""
    for match in DIMENSION.finditer(folded):
        first, second, unit = match.groups()
        sides = sorted((int(first), int(second)))
        if unit == "cm" or (not unit and sides[1] < SMALLEST_IN_MM):
            sides = [10 * side for side in sides]
        if sides[0] >= LARGEST_SIDE_MM // 30 and sides[1] <= LARGEST_SIDE_MM:
            yield _sides(sides[0], sides[1]), match.start(), match.end()
    for match in IN_METRES.finditer(folded):
        sides = sorted(int(1000 * float(side.replace(",", "."))) for side in match.groups())
        if sides[0] >= LARGEST_SIDE_MM // 30 and sides[1] <= LARGEST_SIDE_MM:
            yield _sides(sides[0], sides[1]), match.start(), match.end()


def _sides(shorter: int, longer: int) -> str:
    return f"{min(shorter, longer)}x{max(shorter, longer)}"


@cache
def _patterns_of_family(family: str) -> Patterns:
    """What to look for in an answer about any category of this family."""
    return tuple(each for leaf in taxonomy.leaves(family) for each in _patterns(leaf.code))


@cache
def _patterns(category: str | None) -> Patterns:
    """What to look for in a text about this category; nothing without a category, as words alone are too vague."""
    known = taxonomy.CATEGORIES.get(category) if category else None
    if known is None:
        return ()
    return tuple(
        (row["attribute"], row["value"], re.compile(rf"\b(?:{'|'.join(values(row['patterns']))})\b"))
        for row in rows("said_in_text.csv")
        if any(taxonomy.covers(pattern, known) for pattern in values(row["applies_to"]))
        and (row["attribute"] in SAID_ONLY or taxonomy.ATTRIBUTES[row["attribute"]].applies_to(known.code))
    )
