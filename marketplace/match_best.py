"""The best hits of one listing among many, without looking closely at those that cannot be among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import cos, radians
from typing import Final

from msgspec import Struct

from domain.lexicon import Terms
from domain.matching import HUNDREDTHS, Match, Side, Traits, at_best, judge, nearly

KM_IN_DEGREE: Final = 111.0
"""A little less than there are, so that nothing within reach is left out."""
POLE: Final = 89.9
ROUND: Final = 360.0


class Box(Struct, frozen=True):
    """The degrees within a listing's reach, and a few more."""

    south: float
    north: float
    middle: float
    east: float

    @classmethod
    def around(cls, one: Traits) -> Box | None:
        """None for a listing that may find something anywhere: nobody knows where it is, or it is a journey."""
        if one.latitude is None or one.longitude is None or one.journey is not None:
            return None
        high = one.reach_km / KM_IN_DEGREE
        furthest = abs(one.latitude) + high
        east = high / cos(radians(furthest)) if furthest < POLE else ROUND
        return cls(one.latitude - high, one.latitude + high, one.longitude, east)


class Alike:
    """Listings of one side and category: what any of them comes to at most with another is known beforehand."""

    def __init__(self, listings: Sequence[Traits]) -> None:
        """There is one at least."""
        self.any = listings[0]
        self._nowhere = [one for one in listings if one.latitude is None or one.longitude is None]
        self._placed = sorted(
            (one.latitude, one.id, one.longitude, one)
            for one in listings
            if one.latitude is not None and one.longitude is not None
        )
        self._latitudes = [latitude for latitude, *_rest in self._placed]
        self._having: dict[str, list[Traits]] = defaultdict(list)
        for one in listings:
            for word in _words(one.terms):
                self._having[word].append(one)

    def near(self, box: Box | None) -> Iterator[Traits]:
        """Those that stand in a box, or nowhere."""
        yield from self._nowhere
        if box is None:
            yield from (one for *_place, one in self._placed)
            return
        first, beyond = bisect_left(self._latitudes, box.south), bisect_right(self._latitudes, box.north)
        for _latitude, _id, longitude, one in self._placed[first:beyond]:
            gap = abs(longitude - box.middle)
            if gap <= box.east or ROUND - gap <= box.east:
                yield one

    def sharing(self, terms: Terms) -> Iterable[Traits]:
        """Those with a word or a concept in common with these terms."""
        return {one.id: one for word in _words(terms) for one in self._having.get(word, ())}.values()


class Opposite:
    """Listings by what they are, to be looked through for one of them: the most promising first, as far as it needs."""

    def __init__(self, listings: Iterable[Traits]) -> None:
        """Any listings, of any side; no two of one id."""
        kinds: dict[tuple[Side, str | None], list[Traits]] = defaultdict(list)
        for listing in listings:
            kinds[listing.side, listing.category].append(listing)
        self._groups = [Alike(group) for group in kinds.values()]
        self._ways: dict[tuple[Side, str | None], Sequence[tuple[int, int, Alike]]] = {}

    def best(self, one: Traits, limit: int, least: int = 0) -> list[tuple[Traits, Match]]:
        """At most `limit` hits (0: all) of `least` hundredths or more: the best first; of several as good, by id."""
        found: list[tuple[int, str, Traits]] = []
        box = Box.around(one)
        for alike, unlike, group in self._ways_of(one):
            if alike < least:
                break
            for other in group.near(box) if unlike >= least else group.sharing(one.terms):
                match = nearly(one, other, least=least // HUNDREDTHS, explained=False)
                if not isinstance(match, Match) or match.hundredths < least:
                    continue
                insort(found, (-match.hundredths, other.id, other))
                if limit and len(found) > limit:
                    found.pop()
                if limit and len(found) == limit:
                    least = max(least, -found[-1][0])
        judged = ((other, judge(one, other)) for _points, _id, other in found)
        return [(other, match) for other, match in judged if isinstance(match, Match)]

    def _ways_of(self, one: Traits) -> Sequence[tuple[int, int, Alike]]:
        """The groups one listing may find something in, with what that comes to at most, alike in words or not."""
        kind = one.side, one.category
        if kind not in self._ways:
            ways = []
            for group in self._groups:
                alike, unlike = at_best(one, group.any), at_best(one, group.any, alike=False)
                if alike is not None and unlike is not None:
                    ways.append((alike, unlike, group))
            self._ways[kind] = sorted(ways, key=lambda way: -way[0])
        return self._ways[kind]


def _words(terms: Terms) -> Iterator[str]:
    """Its words and its concepts, told apart by their first letter."""
    yield from (f"w{stem}" for stem in terms.stems)
    yield from (f"c{concept}" for concept in terms.concepts)
