"""What would become of a zone's matches if it read or weighed its listings otherwise: computed, and nothing stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.affinity import categories_met
from domain.lexicon import Lexicon
from domain.matching import DEFAULT, SHOWN, Match, Traits, Weights, may_find, nearly

MOST_PAIRS: Final = 60_000
"""Pairs that are held against each other, about two seconds of work: what is beyond is left out, and said to be."""


class Read(Struct, frozen=True):
    """A listing as it is read now, with the words it is read from and the zones that show it."""

    traits: Traits
    title: str
    text: str
    zones: tuple[str, ...] = ()


class Shift(Struct, frozen=True):
    """A pair whose points change; 0 where it is no match. `one` is the supply."""

    one: str
    other: str
    before: int
    after: int


class Change(Struct, frozen=True):
    """Which listings would be read otherwise, and the pairs that would appear, vanish or change, the largest first.

    `stays` counts the matches that stay as they are; `whole` tells that no pair was left out for their number.
    """

    listings: tuple[str, ...]
    shifts: tuple[Shift, ...]
    stays: int = 0
    whole: bool = True

    @property
    def appear(self) -> int:
        """How many pairs become matches."""
        return sum(not shift.before for shift in self.shifts)

    @property
    def vanish(self) -> int:
        """How many matches are none any more."""
        return sum(not shift.after for shift in self.shifts)


def what_changes(
    listings: Sequence[Read],
    words: Lexicon | None = None,
    weights: Weights = DEFAULT,
    instead: Weights | None = None,
    most: int = MOST_PAIRS,
) -> Change:
    """Compare the pairs of the listings as they are with what they become, read with `words` or weighed `instead`.

    The zone's weights count for pairs that no other zone shows as well.
    """
    becoming = weights if instead is None else instead
    before = {listing.traits.id: listing for listing in listings}
    after = before if words is None else {name: _read(listing, words) for name, listing in before.items()}
    read_otherwise = {name for name in before if before[name].traits.terms != after[name].traits.terms}
    shifts: list[Shift] = []
    looked_at = stays = 0
    for supply, need in _pairs(before, after, set(before) if becoming != weights else read_otherwise):
        looked_at += 1
        if looked_at > most:
            break
        was = _points(before[supply], before[need], weights)
        becomes = _points(after[supply], after[need], becoming)
        if was != becomes:
            shifts.append(Shift(supply, need, was, becomes))
        elif was:
            stays += 1
    shifts.sort(key=lambda shift: (-abs(shift.after - shift.before), shift.one, shift.other))
    return Change(tuple(sorted(read_otherwise)), tuple(shifts), stays, whole=looked_at <= most)


def _read(listing: Read, words: Lexicon) -> Read:
    return replace(listing, traits=replace(listing.traits, terms=words.terms(listing.title, listing.text)))


def _pairs(before: Mapping[str, Read], after: Mapping[str, Read], concerned: set[str]) -> Iterator[tuple[str, str]]:
    """Every supply with every need that a search would find with it, now or then, if one of the two is concerned."""
    of_category: defaultdict[str | None, list[str]] = defaultdict(list)
    with_word: defaultdict[str, list[str]] = defaultdict(list)
    for name in before:
        if not before[name].traits.gives:
            of_category[before[name].traits.category].append(name)
            for word in _rarest(before[name], after[name]):
                with_word[word].append(name)
    for name in before:
        if before[name].traits.gives:
            found = [need for met in categories_met(before[name].traits.category) for need in of_category[met]]
            found += [need for word in _rarest(before[name], after[name]) for need in with_word[word]]
            yield from ((name, need) for need in dict.fromkeys(found) if name in concerned or need in concerned)


def _rarest(*readings: Read) -> Iterable[str]:
    return dict.fromkeys(word for reading in readings for word in reading.traits.terms.rarest)


def _points(supply: Read, need: Read, weights: Weights) -> int:
    if not may_find(supply.traits, need.traits):
        return 0
    shown_elsewhere = len(set(supply.zones) & set(need.zones)) > 1
    found = nearly(supply.traits, need.traits, DEFAULT if shown_elsewhere else weights, SHOWN)
    return found.points if isinstance(found, Match) else 0
