"""How much of something: an amount, its unit and its period, and what it is worth in another unit."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import Final, Literal

from msgspec import Struct

from domain import taxonomy
from domain.refused import Refused, _

Period = Literal["DAY", "WEE", "MON", "QAN", "ANN"]
PERIODS: Final[tuple[Period, ...]] = ("DAY", "WEE", "MON", "QAN", "ANN")

PLACES: Final = 6
"""Decimals an amount may have."""
LARGEST: Final = Decimal(10) ** 9
"""What an amount stays below, whatever its unit."""
MONTHS_OF_A_FLOW: Final = 3
"""What a one-off need may draw from a flow, or a one-off offer is compared with (design of the matching)."""

# Checked by hand: this keeps "1e999" and its like from ever reaching Decimal.
LONGEST_TYPED: Final = 40
TYPED: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
# ASCII digits and at most one mark; the groups of thousands are set off by spaces of any kind.
SPACES: Final = re.compile(r"(?<=[0-9])[\s\u2060'’](?=[0-9]{3}(?:[^0-9]|$))")


GROUPED: Final = {
    mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:[{other}][0-9]{{3}})+(?:[{mark}][0-9]+)?") for mark, other in (",.", ".,")
}
"""By the mark before decimals: an amount whose thousands are set off by the other one."""


class Quantity(Struct, frozen=True):
    """An amount in a Rec 20/21 unit, once or per period; the amount is positive, with six decimals at most."""

    amount: Decimal
    unit: str
    per: Period | None = None

    def __post_init__(self) -> None:
        """ValueError when the amount or the unit could not have been accepted; forms refuse with a sentence."""
        exponent = self.amount.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -PLACES or not 0 < self.amount < LARGEST:
            raise ValueError("an amount is positive, below a thousand million, with six decimals at most")
        if self.unit not in taxonomy.UNITS:
            raise ValueError("the unit is not one of UN/CEFACT Rec 20 or 21 that the marketplace uses")

    def __str__(self) -> str:
        return " ".join(filter(None, (plain(self.amount), self.unit, self.per and f"/ {self.per}")))


class Converted(Struct, frozen=True):
    """An amount in another unit; `estimated` when a usual mass or density stood in for a weighing."""

    amount: Decimal
    estimated: bool


NUMBER_ONLY: Final = _("Write a number only, such as 12.5.")
TOO_LARGE: Final = _("This number is too large: write it in a larger unit.")
NOT_POSITIVE: Final = _("Write a number greater than zero.")


def parse_amount(typed: str, field: str = "amount") -> Decimal:
    """Read an amount as people type it ("1 234,5"); Refused with a sentence when it is not a positive number."""
    text = typed.strip()
    if not text:
        raise Refused(_("Say how much."), field=field)
    if len(text) > LONGEST_TYPED:
        raise Refused(_("This number is too long."), field=field)
    if text.startswith(("-", "−", "–")) and TYPED.fullmatch(SPACES.sub("", text[1:].strip())):
        raise Refused(NOT_POSITIVE, field=field)
    digits = SPACES.sub("", text)
    if not TYPED.fullmatch(digits):
        raise Refused(NUMBER_ONLY, field=field)
    whole, _mark, decimals = digits.replace(",", ".").partition(".")
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    if len(whole) > LARGEST.adjusted():
        raise Refused(TOO_LARGE, field=field)
    if len(decimals) > PLACES:
        raise Refused(_("Write %(places)s decimals at most."), field=field, places=PLACES)
    if not whole and not decimals:
        raise Refused(NOT_POSITIVE, field=field)
    return Decimal(f"{whole or 0}.{decimals}" if decimals else whole)


def parse_typed(typed: str, mark: str, field: str = "amount", *, counted: bool = False) -> Decimal:
    """Read an amount typed by a person in whose language `mark` stands before decimals, the other for thousands.

    Three figures behind that other mark are thousands of what is `counted` whole; of what is measured they may be
    meant as decimals, and the person is asked.
    """
    digits = SPACES.sub("", typed.strip())
    if GROUPED[mark].fullmatch(digits) is None:
        return parse_amount(typed, field)
    whole, _mark, decimals = digits.partition(mark)
    groups = re.split("[.,]", whole)
    if len(groups) == len(("1", "500")) and not decimals and not counted:
        either = f"{groups[0]}{mark}{groups[1]}".rstrip("0").rstrip(mark)
        raise Refused(
            _("This may be %(thousands)s or %(decimals)s: write it as one of the two."),
            field=field, thousands="".join(groups), decimals=either,
        )  # fmt: skip
    return parse_amount("".join(groups) + (f".{decimals}" if decimals else ""), field)


def parse_quantity(typed: str, unit: str, per: str | None = None, mark: str = "") -> Quantity:
    """Read the three answers of a form; Refused beside the one that does not stand.

    `mark` stands before decimals in the language of whoever typed them; without it, a program wrote them.
    """
    counted = unit in taxonomy.UNITS and taxonomy.UNITS[unit].is_counted
    amount = parse_typed(typed, mark, counted=counted) if mark else parse_amount(typed)
    if unit not in taxonomy.UNITS:
        raise Refused(_("Choose the unit in the list."), field="unit")
    for period in PERIODS:
        if period == per:
            return Quantity(amount, unit, period)
    if per:
        raise Refused(_("Choose how often in the list."), field="per")
    return Quantity(amount, unit)


def plain(amount: Decimal) -> str:
    """Write an amount without exponent or idle zeros: `1200`, `0.5`."""
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def months_in(per: Period) -> Decimal:
    """How long a period is, in months of 730.5 hours."""
    return _factor(per) / _factor("MON")


def per_month(quantity: Quantity) -> Decimal | None:
    """The amount a month of a flow, in its own unit; None for a one-off."""
    return None if quantity.per is None else quantity.amount / months_in(quantity.per)


def convert(quantity: Quantity, unit: str, category: str | None = None, form: str | None = None) -> Converted | None:
    """What the amount of a quantity is in another unit, its period unchanged; None when that cannot be known.

    Within a dimension it is exact. Pieces become mass by the category's usual mass of a piece, volume becomes
    mass by its density, and back: these are estimates, and say so.
    """
    if unit == quantity.unit:
        return Converted(quantity.amount, estimated=False)
    source, target = taxonomy.UNITS[quantity.unit], taxonomy.UNITS[unit]
    if source.factor is None or target.factor is None:
        return None
    with localcontext(prec=28):
        in_base = quantity.amount * source.factor
        if source.dimension == target.dimension:
            # Pieces, sets, people and trips are all counted, but never one for the other.
            alike = source.dimension != "count"
            return Converted(_rounded(in_base / target.factor), estimated=False) if alike else None
        to_mass = kilograms(source, category, form)
        from_mass = kilograms(target, category, form)
        if to_mass is None or from_mass is None:
            return None
        return Converted(_rounded(in_base * to_mass / from_mass / target.factor), estimated=True)


def kilograms(unit: taxonomy.Unit, category: str | None, form: str | None = None) -> Decimal | None:
    """What one base unit (a kilogram, a piece, a cubic metre) of this category weighs, when that is known."""
    if unit.dimension == "mass":
        return Decimal(1)
    if category is None:
        return None
    if unit.code == "H87" and category in taxonomy.CATEGORIES:
        return taxonomy.CATEGORIES[category].unit_mass_kg
    if unit.dimension == "volume":
        return taxonomy.density(category, form)
    return None


def _factor(period: str) -> Decimal:
    factor = taxonomy.UNITS[period].factor
    assert factor is not None, "periods are units of time"
    return factor


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-PLACES)).normalize() + 0
