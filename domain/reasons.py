"""Why two listings meet, and what speaks against it: codes and figures, never a word anyone typed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from domain import quantities
from domain.contradictions import CONDITIONS, condition_gap
from domain.quantities import MONTHS_OF_A_FLOW
from domain.routes import Journey, Shared, share_the_road
from domain.specifications import MEANT

if TYPE_CHECKING:
    from domain.matching import Traits

HALF: Final = 0.5
ALIKE: Final = 0.5
"""Likeness of two texts from which it is worth saying."""
SHARED: Final = ("dimension_mm", "material", "vehicle", "item", "sort", "energy", "course_code", "trade")
COMPARED: Final = ("en643", "capacity", "temperature_c")
ASKED: Final = ("ispm15", "food_grade", "adr_valid")


class Reason(Struct, frozen=True):
    """A reason in code and figures; marketplace/wording.py puts it into words."""

    code: str
    values: dict[str, str]


class Meeting(Struct, frozen=True):
    """What was found between a supply and a need: parts of the formula before they are weighed.

    `share` is the share of the need covered and `km` the distance, None when not known; `guessed` tells
    that a usual mass or density stood in; `nearness` is what the distance is worth, from 0 to 1.
    """

    affinity: float
    likeness: float
    km: float | None
    share: float | None
    guessed: bool
    nearness: float


def explain(supply: Traits, need: Traits, meeting: Meeting) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The reasons for and those against, the weightiest first."""
    pro: list[Reason] = []
    contra: list[Reason] = []
    _category(supply, need, meeting, pro, contra)
    _specification(supply, need, pro, contra)
    _quantity(supply, need, meeting, pro, contra)
    if supply.journey and need.journey:
        _road(supply.journey, need.journey, pro, contra)
    elif meeting.km is None:
        contra.append(Reason("distance_unknown", {}))
    else:
        pro.append(Reason("distance", {"metres": str(round(1000 * meeting.km))}))
    if meeting.likeness >= ALIKE:
        pro.append(Reason("similar_words", {}))
    _terms(supply, need, contra)
    return tuple(pro), tuple(contra)


def _category(supply: Traits, need: Traits, meeting: Meeting, pro: list[Reason], contra: list[Reason]) -> None:
    offered, asked = supply.category, need.category
    if offered is None or asked is None:
        contra.append(Reason("category_unknown", {}))
        return
    if meeting.affinity == 1:
        pro.append(Reason("same_leaf", {"category": asked}))
    elif asked in {supply.family, offered} or offered == need.family:
        pro.append(Reason("same_family", {"family": supply.family or offered}))
    elif meeting.affinity > HALF or (supply.family != need.family and meeting.affinity > HALF / 2):
        pro.append(Reason("substitution", {"offered": offered, "needed": asked}))
    elif supply.family == need.family and supply.family:
        pro.append(Reason("same_family", {"family": supply.family}))
        contra.append(Reason("other_leaf", {"offered": offered, "needed": asked}))
    else:
        contra.append(Reason("other_leaf", {"offered": offered, "needed": asked}))


def _specification(supply: Traits, need: Traits, pro: list[Reason], contra: list[Reason]) -> None:
    offered, asked = supply.spec, need.spec
    both = offered.keys() & asked.keys()
    for code in SHARED:
        same = [value for value in asked.get(code, ()) if value in offered.get(code, ()) and value[:1] != MEANT]
        if same:  # the figures of a format are told, and nobody's own words
            pro.append(Reason(f"same_{code}", {"value": same[0]} if code == "dimension_mm" else {}))
    pro += [
        Reason(f"meets_{code}", {"offered": offered[code][0], "asked": asked[code][0]})
        for code in COMPARED
        if code in both
    ]
    _condition(supply, need, pro, contra)
    for code in ASKED:
        if asked.get(code) == ("true",):
            known = offered.get(code) == ("true",)
            (pro if known else contra).append(Reason(code if known else f"ask_{code}", {}))
    if asked.get("form") == ("baled",) and "loose" in offered.get("form", ()):
        contra.append(Reason("needs_baler", {}))
    giver, receiver = (need, supply) if supply.collects else (supply, need)
    if giver.hazardous and "licensed" in receiver.spec:
        pro.append(Reason("licensed", {}))
    if "transboundary" in supply.flags | need.flags:
        contra.append(Reason("border", {}))


def _condition(supply: Traits, need: Traits, pro: list[Reason], contra: list[Reason]) -> None:
    offered, asked = supply.spec, need.spec
    gap = condition_gap(supply, need)
    if gap is not None:
        figures = {"offered": _best(offered["condition"]), "asked": _least(asked["condition"])}
        (contra if gap > 0 else pro).append(Reason("lower_condition" if gap > 0 else "condition", figures))
    elif set(asked.get("condition", ())) & set(CONDITIONS):
        contra.append(Reason("ask_condition", {"asked": _least(asked["condition"])}))


def _quantity(supply: Traits, need: Traits, meeting: Meeting, pro: list[Reason], contra: list[Reason]) -> None:
    if meeting.share is None:
        if supply.quantity is not None and need.quantity is not None:
            contra.append(Reason("quantities_differ", {}))
        return
    if figures := _amounts(supply, need):
        pro.append(Reason("covers_all" if meeting.share >= 1 else "covers", figures))
    elif meeting.share >= 1:
        pro.append(Reason("covers_need", {}))
    if meeting.share < HALF:
        contra.append(Reason("small_share", {"percent": str(max(1, round(100 * meeting.share)))}))
    if supply.flow != need.flow:
        contra.append(Reason("once_against_flow", {"months": str(MONTHS_OF_A_FLOW)}))
    if meeting.guessed:
        contra.append(Reason("estimated", {}))


def _amounts(supply: Traits, need: Traits) -> dict[str, str] | None:
    """Both amounts in the need's unit and period, when one conversion says it; None across once and flow."""
    if supply.quantity is None or need.quantity is None or supply.flow != need.flow:
        return None
    category = supply.category if supply.family == need.family else None
    converted = quantities.convert(supply.quantity, need.quantity.unit, category)
    if converted is None:
        return None
    amount = converted.amount
    if supply.quantity.per and need.quantity.per and supply.quantity.per != need.quantity.per:
        amount = amount * quantities.months_in(need.quantity.per) / quantities.months_in(supply.quantity.per)
    figures = {"offered": _figure(amount), "needed": _figure(need.quantity.amount), "unit": need.quantity.unit}
    return figures | ({"per": need.quantity.per} if need.quantity.per else {})


def _road(one: Journey, other: Journey, pro: list[Reason], contra: list[Reason]) -> None:
    """What two journeys share, and what is to be asked; never where anyone lives."""
    found = share_the_road(one, other)
    if isinstance(found, Shared):
        said = {reason.code for reason in pro}
        pro += [Reason(code, {}) for code in found.pro if code not in said]
        contra += [Reason(code, {}) for code in found.contra]


def _terms(supply: Traits, need: Traits, contra: list[Reason]) -> None:
    if {supply.delivery, need.delivery} == {"pickup_by_receiver", "delivery_by_provider"}:
        contra.append(Reason("transport", {}))
    if supply.price == "paid_by_receiver" and need.price == "paid_by_provider":
        contra.append(Reason("price", {}))


def _figure(amount: Decimal) -> str:
    """Two decimals at most: enough to read, and never zero."""
    rounded = round(amount, 2) or round(amount, quantities.PLACES)
    return quantities.plain(rounded)


def _best(grades: tuple[str, ...]) -> str:
    return min((grade for grade in grades if grade in CONDITIONS), key=CONDITIONS.index)


def _least(grades: tuple[str, ...]) -> str:
    return max((grade for grade in grades if grade in CONDITIONS), key=CONDITIONS.index)
