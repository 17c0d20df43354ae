"""Which listings one group action could serve, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.contradictions import conflict
from domain.matching import Traits, kilometres, may_pool
from domain.nearness import DISTANCE_SCALE_KM
from domain.pooling.events import Kind
from domain.quantities import Period, Quantity, convert, months_in

LEAST_COMPANIES: Final = 3
"""How many distinct companies make it worth proposing."""
POOLINGS: Final = UUID("1a6f3f52-8d5e-5b0c-8f0b-94c1f6d0a7e3")
"""Under which the ids of proposals are made: the same first listing, the same proposal."""
PLACES: Final = Decimal("0.000001")
RETURNED: Final = "PAL.POOL"
"""Rental-pool pallets are never anybody's offer; their return to the pooler is fetched together."""


class Total(Struct, frozen=True):
    """What several quantities come to in one unit; `estimated` where a usual mass or density stood in."""

    amount: Decimal
    unit: str
    per: Period | None = None
    estimated: bool = False
    parts: int = 1


def pooling_id(zone_id: str, listing_id: str) -> str:
    """The id of the proposal that would begin with a listing in a zone."""
    return f"pooling-{uuid5(POOLINGS, f'{zone_id} {listing_id}')}"


def kind_of(listing: Traits) -> Kind | None:
    """What a listing may be pooled as; None when its category says too little, or somebody's journey too much."""
    known = taxonomy.CATEGORIES.get(listing.category or "")
    if known is None or known.level == 1 or known.is_other or known.family == "TRA":
        return None
    if not listing.gives:
        return "need"
    lawful = listing.fault is None or known.code == RETURNED
    return "surplus" if known.nature == "good" and lawful else None


def go_together(one: Traits, other: Traits) -> bool:
    """Whether one action could serve both: same leaf, within 30 km, nothing contradictory; whoever's they are."""
    if not one.gives and not other.gives:
        # Two requests of one company count once, and do not stand against each other.
        return may_pool(replace(one, company=None), other)
    if one.gives != other.gives or one.category is None or one.category != other.category:
        return False
    km = kilometres(one, other)
    if km is not None and km > DISTANCE_SCALE_KM:
        return False
    brands = {listing.spec.get("pool_brand") for listing in (one, other)} - {None}
    return len(brands) <= 1 and conflict(one, other) is None


def add_up(quantities: Iterable[Quantity], category: str) -> tuple[Total, ...]:
    """What quantities come to: the unit most of them are in first, and what cannot be compared with it apart."""
    left, totals = list(quantities), []
    while left:
        unit, per = _usual(left)
        total, left = summed(left, unit, per, category)
        totals.append(total)
    return tuple(totals)


def summed(
    quantities: Sequence[Quantity], unit: str, per: Period | None, category: str | None
) -> tuple[Total, list[Quantity]]:
    """The sum in a unit and a period, and what cannot be told in them: never counted as nothing."""
    amount, estimated, parts, apart = Decimal(0), False, 0, []
    for quantity in quantities:
        found = convert(quantity, unit, category)
        if found is None or (quantity.per is None) != (per is None):
            apart.append(quantity)
            continue
        rhythm = months_in(per) / months_in(quantity.per) if per and quantity.per else Decimal(1)
        amount += found.amount * rhythm
        estimated |= found.estimated
        parts += 1
    return Total(amount.quantize(PLACES).normalize() + 0, unit, per, estimated, parts), apart


def _usual(quantities: Sequence[Quantity]) -> tuple[str, Period | None]:
    """The unit and period of most of them; the first in order of codes among equals."""
    counted = Counter((quantity.unit, quantity.per) for quantity in quantities)
    return min(counted, key=lambda said: (-counted[said], said[0], said[1] or ""))
