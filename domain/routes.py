"""Journeys: whether two people, or two lorries, could share the road; never by how far apart their companies are.

A journey is from a commune to a destination on some days, at some hours, or on one date. What is not said excludes
nobody; what is said and differs does. Origins are people's own: they are compared here and told nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from domain.lexicon import fold

DAYS: Final = {
    "lu": 1, "mo": 1, "ma": 2, "tu": 2, "me": 3, "we": 3, "je": 4, "th": 4, "ve": 5, "fr": 5, "sa": 6, "di": 7, "su": 7,
}  # fmt: skip
"""ISO weekdays by the first two letters of their names, French or English; "ma" is *mardi*."""
DAY: Final = re.compile(
    r"\b(lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"(?:\s*(?:-|au?|to)\s*(lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*)?"
)
EVERY_DAY: Final = re.compile(r"\b(tous les jours|chaque jour|every day|daily)\b")
WORKDAYS: Final = re.compile(r"\b(en semaine|jours ouvres?|weekdays|workdays)\b")
EXCEPT: Final = re.compile(r"\b(?:sauf|hormis|hors|except|excluding|but not)\b")
CLOCK: Final = re.compile(r"\b([01]?\d|2[0-4])\s*(?:h|:)\s*([0-5]\d)?\b")
CODE: Final = re.compile(r"\b(\d{5}|2[ab]\d{3})\b")
"""A commune's postcode, or its INSEE code: both begin with its département."""
DEPARTMENT: Final = re.compile(r"\((\d{2,3}|2[ab])\)")
CORSICA: Final = {"2a": "20", "2b": "20"}
"""Départements whose postcodes have another number."""
OVERSEAS: Final = ("97", "98")
CEDEX: Final = re.compile(r"\bcedex(?: \d{1,2})?\b")
SMALL_WORDS: Final = re.compile(r"\b(la|le|les|l|de|du|des|d|sur|sous|en|a|au|aux)\b")
MINUTES: Final = 30
"""How far apart two hours may be for people who share a car."""
MIDNIGHT: Final = 24 * 60
WEEK: Final = 7
ALL_DAYS: Final = frozenset(range(1, WEEK + 1))


PERSONAL: Final = frozenset({"origin"})
"""Answers that are told to nobody but whoever gave them: where somebody lives is their own affair."""

Told = tuple[Literal["pro", "contra", "apart"], str]
"""Whether something speaks for sharing the road, against it, or rules it out; and its code."""


class Place(Struct, frozen=True):
    """A commune or a site as it was said: its name as it is compared, its code and its département where typed."""

    name: str = ""
    code: str = ""
    department: str = ""

    def is_at(self, other: Place) -> bool | None:
        """Whether the two are one place; None where what was said does not tell.

        Many communes share a name, and few of them a département; some share a postcode, and are near each other.
        """
        if self.department and other.department and self.department != other.department:
            return False
        near = bool(self.code) and self.code == other.code
        if self.name and other.name:
            mine, theirs = set(self.name.split()), set(other.name.split())
            return mine == theirs or (near and (mine <= theirs or mine >= theirs))
        return True if near else None


class Journey(Struct, frozen=True):
    """A journey as far as it was said; `leaves` and `returns` are minutes of the day, `on` one date."""

    origin: Place = Place()
    destination: Place = Place()
    days: frozenset[int] = frozenset()
    leaves: int | None = None
    returns: int | None = None
    on: str = ""


class Shared(Struct, frozen=True):
    """What two journeys have in common: from 0 to 1 of what could be said, and codes that say it."""

    share: float
    pro: tuple[str, ...]
    contra: tuple[str, ...]


class Apart(Struct, frozen=True):
    """What keeps two journeys apart, as a code."""

    code: str


def journey(said: Mapping[str, str]) -> Journey:
    """A journey from the answers of a listing, read as people write them."""
    return Journey(
        origin=place(said.get("origin", "")),
        destination=place(said.get("destination", "")),
        days=days(said.get("travel_days", "")),
        leaves=clock(said.get("leaves_at", "")),
        returns=clock(said.get("returns_at", "")),
        on=" ".join(fold(said.get("travel_date", "")).split()),
    )


def share_the_road(one: Journey, other: Journey) -> Shared | Apart:
    """Whether the two could go together; the same whichever is named first."""
    told = [*_places(one, other), *_when(one, other), *_hours(one, other)]
    if apart := next((code for how, code in told if how == "apart"), None):
        return Apart(apart)
    pro = tuple(code for how, code in told if how == "pro")
    contra = tuple(code for how, code in told if how == "contra")
    return Shared(len(pro) / (len(pro) + len(contra)) if pro else 0.0, pro, contra)


def _places(one: Journey, other: Journey) -> Iterator[Told]:
    places = (("origin", one.origin, other.origin), ("destination", one.destination, other.destination))
    for code, mine, theirs in places:
        match mine.is_at(theirs):
            case True:
                yield "pro", f"same_{code}"
            case False:
                yield "apart", code
            case None:
                yield "contra", f"ask_{code}"


def _when(one: Journey, other: Journey) -> Iterator[Told]:
    if one.on and other.on:
        yield ("pro", "same_date") if one.on == other.on else ("apart", "travel_date")
    if one.days and other.days:
        same = "same_days" if one.days == other.days else "some_days"
        yield ("pro", same) if one.days & other.days else ("apart", "travel_days")
    elif not one.on and not other.on:
        yield "contra", "ask_days"


def _hours(one: Journey, other: Journey) -> Iterator[Told]:
    for code, mine, theirs in (("leaves_at", one.leaves, other.leaves), ("returns_at", one.returns, other.returns)):
        if mine is not None and theirs is not None:
            yield ("pro", f"same_{code}") if _minutes_between(mine, theirs) <= MINUTES else ("apart", code)
    if one.leaves is None or other.leaves is None:
        yield "contra", "ask_leaves_at"


def place(typed: str) -> Place:
    """A commune or a site as people write it: "St-Pierre en Faucigny", "74800 SAINT PIERRE (74)", "74800"."""
    said = fold(typed)
    code = found[1] if (found := CODE.search(said)) else ""
    stated = found[1] if (found := DEPARTMENT.search(said)) else code[: 3 if code.startswith(OVERSEAS) else 2]
    return Place(_name(said), code, CORSICA.get(stated, stated))


def _name(folded: str) -> str:
    """A name as it is compared: without codes, hyphens and small words; "St" is "Saint"."""
    said = re.sub(r"[^a-z0-9]+", " ", CEDEX.sub(" ", CODE.sub(" ", DEPARTMENT.sub(" ", folded))))
    said = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", said))
    return " ".join(SMALL_WORDS.sub(" ", said).split()) or " ".join(said.split())


def days(typed: str) -> frozenset[int]:
    """Weekdays as people write them: "lundi, mardi", "lun-ven sauf mercredi", "en semaine"."""
    said, *rest = EXCEPT.split(fold(typed), maxsplit=1)
    named = _named(said)
    without = _named(rest[0]) if rest else frozenset()
    return (named or ALL_DAYS) - without if without else named


def _named(said: str) -> frozenset[int]:
    if EVERY_DAY.search(said):
        return ALL_DAYS
    found = set(range(1, 6)) if WORKDAYS.search(said) else set()
    for first, last in DAY.findall(said):
        begin = _day(first)
        end = _day(last) if last else begin
        found |= {(begin - 1 + step) % WEEK + 1 for step in range((end - begin) % WEEK + 1)}
    return frozenset(found)


def clock(typed: str) -> int | None:
    """Minutes of the day; None when no hour is said."""
    found = CLOCK.search(fold(typed))
    return None if found is None else (60 * int(found[1]) + int(found[2] or 0)) % MIDNIGHT


def _day(name: str) -> int:
    return 3 if name.startswith("mer") else DAYS[name[:2]]


def _minutes_between(one: int, other: int) -> int:
    apart = abs(one - other)
    return min(apart, MIDNIGHT - apart)
