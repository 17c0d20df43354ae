"""How one fetches what a listing offers, in answers a driver can plan with: hours, place, machines, lorry, loading."""

from __future__ import annotations

from datetime import time
from typing import Final, Literal

from msgspec import Struct

from domain.refused import Refused, _

Place = Literal["dock", "ground"]
PLACES: Final[tuple[Place, ...]] = ("dock", "ground")
Lorry = Literal["van", "12t", "19t", "semi"]
LORRIES: Final[tuple[Lorry, ...]] = ("van", "12t", "19t", "semi")
"""The largest that comes through the gate, the smallest first."""
Loader = Literal["giver", "taker", "both"]
LOADERS: Final[tuple[Loader, ...]] = ("giver", "taker", "both")
WEEKDAYS: Final = range(1, 8)
"""ISO weekdays: 1 is Monday."""


class PickupTerms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was said of the pick-up; whatever was not said is None or empty, and nobody supposes it.

    `forklift` is whether one stands ready there, `tail_lift` whether the lorry needs one.
    """

    weekdays: tuple[int, ...] = ()
    ready_from: time | None = None
    ready_until: time | None = None
    place: Place | None = None
    forklift: bool | None = None
    tail_lift: bool | None = None
    largest_lorry: Lorry | None = None
    loaded_by: Loader | None = None

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return self != PickupTerms()


def check_pickup(terms: PickupTerms) -> PickupTerms:
    """The terms with their weekdays in order; or Refused beside the answer that cannot be."""
    if any(day not in WEEKDAYS for day in terms.weekdays):
        raise Refused(_("Choose one of the answers."), field="pickup_days")
    if (terms.ready_from is None) != (terms.ready_until is None):
        missing = "pickup_until" if terms.ready_until is None else "pickup_from"
        raise Refused(_("Say from when until when."), field=missing)
    if terms.ready_from and terms.ready_until and terms.ready_until <= terms.ready_from:
        raise Refused(_("The end comes before the beginning."), field="pickup_until")
    return PickupTerms(
        weekdays=tuple(sorted(set(terms.weekdays))),
        ready_from=terms.ready_from,
        ready_until=terms.ready_until,
        place=terms.place,
        forklift=terms.forklift,
        tail_lift=terms.tail_lift,
        largest_lorry=terms.largest_lorry,
        loaded_by=terms.loaded_by,
    )
