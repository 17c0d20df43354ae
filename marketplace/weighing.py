"""What a quantity weighs by the usual mass of its kind, in words that say it is an estimate."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain import taxonomy
from domain.quantities import Quantity, convert, kilograms
from domain.refused import _
from marketplace.wording import Wording

KILOS_OF_A_TONNE: Final = 1_000
EACH: Final = {
    "count": _("≈ %(mass)s, estimated from %(each)s kg each"),
    "volume": _("≈ %(mass)s, estimated from %(each)s kg per m³"),
}


def estimate(quantity: Quantity, category: str, words: Wording, form: str | None = None) -> str:
    """About 1.2 t, estimated from 25 kg each; empty where nobody knows what one weighs, or it is weighed already."""
    unit = taxonomy.UNITS[quantity.unit]
    each = kilograms(unit, category, form) if unit.dimension in EACH else None
    weight = convert(quantity, "KGM", category, form) if each else None
    if each is None or weight is None or weight.amount < 1:
        return ""
    heavy = weight.amount >= KILOS_OF_A_TONNE
    rounded = round(weight.amount / KILOS_OF_A_TONNE, 1) if heavy else Decimal(round(weight.amount))
    mass = words.quantity(Quantity(rounded, "TNE" if heavy else "KGM", quantity.per))
    said = words.translations.gettext(EACH[unit.dimension])
    return said % {"mass": mass, "each": words.number(each)}
