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
CLOCK: Final = re.compile(r"\b([01]?\d|2[0-4])\s*(?:h|:)\s*([0-5]\d)?\b")
POSTCODE: Final = re.compile(r"\b\d{5}\b")
SMALL_WORDS: Final = re.compile(r"\b(la|le|les|l|de|du|des|d|sur|sous|en|a|au|aux)\b")
MINUTES: Final = 30
"""How far apart two hours may be for people who share a car."""
MIDNIGHT: Final = 24 * 60
WEEK: Final = 7


PERSONAL: Final = frozenset({"origin"})
"""Answers that are told to nobody but whoever gave them: where somebody lives is their own affair."""

Told = tuple[Literal["pro", "contra", "apart"], str]
"""Whether something speaks for sharing the road, against it, or rules it out; and its code."""


class Journey(Struct, frozen=True):
    """A journey as far as it was said; `leaves` and `returns` are minutes of the day, `on` one date."""

    origin: str = ""
    destination: str = ""
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
        origin=place_name(said.get("origin", "")),
        destination=place_name(said.get("destination", "")),
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
        if mine and theirs:
            yield ("pro", f"same_{code}") if mine == theirs else ("apart", code)
        else:
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


def place_name(typed: str) -> str:
    """A commune or a site as it is compared: without accents, hyphens, small words and postal code; "St" is "Saint"."""
    said = re.sub(r"[^a-z0-9]+", " ", POSTCODE.sub(" ", fold(typed)))
    said = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", said))
    return " ".join(SMALL_WORDS.sub(" ", said).split()) or " ".join(said.split())


def days(typed: str) -> frozenset[int]:
    """Weekdays as people write them: "lundi, mardi", "lun-ven", "en semaine"."""
    said = fold(typed)
    if EVERY_DAY.search(said):
        return frozenset(range(1, WEEK + 1))
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
