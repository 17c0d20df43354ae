"""What would become of a zone's matches if its listings were read with other words: computed, and nothing stored."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from domain.lexicon import Lexicon
from domain.matching import DEFAULT, SHOWN, Match, Traits, Weights, may_find, nearly


class Read(Struct, frozen=True):
    """A listing as it is read now, with the words it is read from."""

    traits: Traits
    title: str
    text: str


class Shift(Struct, frozen=True):
    """A pair whose points change; 0 where it is no match. `one` is the supply."""

    one: str
    other: str
    before: int
    after: int


class Change(Struct, frozen=True):
    """Which listings would be read otherwise, and the pairs that would appear, vanish or change, the largest first."""

    listings: tuple[str, ...]
    shifts: tuple[Shift, ...]


def what_changes(listings: Sequence[Read], words: Lexicon, weights: Weights = DEFAULT) -> Change:
    """Compare every pair of the listings before and after they are read with `words`."""
    before = {listing.traits.id: listing.traits for listing in listings}
    after = {
        listing.traits.id: replace(listing.traits, terms=words.terms(listing.title, listing.text))
        for listing in listings
    }
    read_otherwise = [id_ for id_ in sorted(before) if before[id_].terms != after[id_].terms]
    shifts: list[Shift] = []
    for place, one in enumerate(read_otherwise):
        done = set(read_otherwise[: place + 1])
        for other in before:
            if other in done:
                continue
            was, becomes = (_points(known[one], known[other], weights) for known in (before, after))
            if was != becomes:
                supply, need = (one, other) if before[one].gives else (other, one)
                shifts.append(Shift(supply, need, was, becomes))
    shifts.sort(key=lambda shift: (-abs(shift.after - shift.before), shift.one, shift.other))
    return Change(tuple(read_otherwise), tuple(shifts))


def _points(one: Traits, other: Traits, weights: Weights) -> int:
    if one.gives == other.gives or not may_find(one, other):
        return 0
    found = nearly(one, other, weights, SHOWN)
    return found.points if isinstance(found, Match) else 0
