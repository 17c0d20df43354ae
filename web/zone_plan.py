"""Listings or companies drawn around a place: one pin for what lies together, so that no pin hides another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import cos, hypot, radians
from string import ascii_uppercase
from typing import Final

from domain.places import Place
from projections.listings import Listing
from projections.pooling import OutletRow
from web.search_views import OutletPin, Pin, Pinned, Plan
from web.views import ListingCard

METRES_IN_DEGREE: Final = 111_195
LEAST_REACH: Final = 600
"""Metres to the edge of a plan on which everything is next door."""
ON_PLAN: Final = 1.08
"""A plan reaches a little further than its furthest pin."""
APART: Final = 0.325
"""Pins closer than this part of the reach are one: on a phone a finger has 44 pixels for each, none over another's."""


def plan_of(
    cards: Sequence[tuple[Listing, ListingCard]], centre: Place, name: str, outlets: Sequence[OutletRow] = ()
) -> Plan:
    """The plan of these listings around a place called `name`, numbered in their order; and the outlets within it."""
    reach, pins = _drawn([(Place(row.latitude, row.longitude), card) for row, card in cards], centre)
    return Plan(centre=name, reach=reach, pins=pins, outlets=_within(reach, centre, outlets))


def plan_of_companies(cards: Sequence[tuple[Place, Pinned]], centre: Place, name: str) -> Plan:
    """The plan of the sites of companies around a place called `name`, numbered in their order."""
    reach, pins = _drawn(cards, centre)
    return Plan(centre=name, reach=reach, pins=pins, of="companies")


def _drawn(cards: Sequence[tuple[Place, Pinned]], centre: Place) -> tuple[int, tuple[Pin, ...]]:
    offsets = [_offset(centre, place.latitude, place.longitude) for place, _card in cards]
    furthest = max((max(abs(east), abs(north)) for east, north in offsets), default=0)
    reach = max(LEAST_REACH, int(furthest * ON_PLAN))
    together: list[tuple[tuple[int, int], list[Pinned]]] = []
    for (east, north), (_place, card) in zip(offsets, cards, strict=True):
        near = next((pin for pin in together if hypot(east - pin[0][0], north - pin[0][1]) < APART * reach), None)
        if near is None:
            together.append(((east, north), [card]))
        else:
            near[1].append(card)
    pins = tuple(
        Pin(number=number, east=east, north=north, cards=tuple(found))
        for number, ((east, north), found) in enumerate(together, 1)
    )
    return reach, pins


def _within(reach: int, centre: Place, outlets: Sequence[OutletRow]) -> tuple[OutletPin, ...]:
    """The outlets that lie on the plan: one far away would draw everything else too small."""
    offsets = [(outlet, *_offset(centre, outlet.latitude, outlet.longitude)) for outlet in outlets]
    within = [(outlet, east, north) for outlet, east, north in offsets if max(abs(east), abs(north)) <= reach]
    return tuple(
        OutletPin(id=outlet.outlet_id, letter=_letter(place), name=outlet.name, east=east, north=north)
        for place, (outlet, east, north) in enumerate(within)
    )


def _letter(place: int) -> str:
    """A to Z, then AA, AB: numbers are the listings'."""
    rounds, letter = divmod(place, len(ascii_uppercase))
    return (_letter(rounds - 1) if rounds else "") + ascii_uppercase[letter]


def _offset(centre: Place, latitude: Decimal, longitude: Decimal) -> tuple[int, int]:
    """Metres east and north of a place, on ground flat enough for a zone."""
    north = float(latitude - centre.latitude) * METRES_IN_DEGREE
    east = float(longitude - centre.longitude) * METRES_IN_DEGREE * cos(radians(float(centre.latitude)))
    return round(east), round(north)
