"""What an amount is in each dimension it can be told in, so that two amounts can be compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain import quantities, specifications, taxonomy
from domain.quantities import Quantity

COMPARABLE: Final = frozenset({"mass", "volume", "area", "length", "energy", "power"})


def dimension_of(unit: str) -> str:
    """What amounts in this unit may be compared with: its dimension, or only itself."""
    dimension = taxonomy.UNITS[unit].dimension
    return dimension if dimension in COMPARABLE or dimension == "time" else unit


def measures_of(
    quantity: Quantity | None, category: str | None, form: str | None
) -> tuple[dict[str, float], frozenset[str]]:
    """A month of it or all of it in each dimension, and those of them that rest on a usual mass or density."""
    if quantity is None:
        return {}, frozenset()
    unit = taxonomy.UNITS[quantity.unit]
    amount = quantities.per_month(quantity) or quantity.amount
    own = dimension_of(quantity.unit)
    in_base = amount * unit.factor if unit.factor and unit.dimension != "pack" else amount
    measures, guessed = {own: float(in_base)}, set()
    weight = quantities.kilograms(unit, category, form)
    if weight is not None:
        for code, dimension in (("KGM", "mass"), ("H87", "H87"), ("MTQ", "volume")):
            other = quantities.kilograms(taxonomy.UNITS[code], category, form)
            if dimension != own and other is not None:
                measures[dimension] = float(in_base * weight / other)
                guessed.add(dimension)
    return measures, frozenset(guessed)


def least_of(spec: specifications.Specification, quantity: Quantity | None) -> float | None:
    """The smallest lot of a listing, in the base unit of its quantity."""
    if "minimum_lot" not in spec or quantity is None:
        return None
    amount, _space, unit = spec["minimum_lot"][0].partition(" ")
    code = unit if unit in taxonomy.UNITS else quantity.unit
    if dimension_of(code) != dimension_of(quantity.unit):
        return None
    return float(Decimal(amount) * (taxonomy.UNITS[code].factor or 1))
