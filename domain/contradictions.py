"""What keeps two listings apart: each hard constraint has a code, and what is not known never excludes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.lexicon import lexicon
from domain.routes import Apart, share_the_road
from domain.specifications import MEANT

if TYPE_CHECKING:
    from domain.matching import Traits

EQUAL_IN_FAMILY: Final = ("dimension_mm", "material", "vehicle", "item", "sort")
TOLD_MORE_OR_LESS: Final = ("material", "item")
"""Of which one answer may name the family of another, or the same thing in fewer words."""
EQUAL: Final = ("use_intent", "energy", "course_code", "trade")
BOUND: Final = ("destination", "travel_date")
"""Where a journey goes and when: what strangers ask each other first."""
ON_THE_ROAD: Final = (*BOUND, "origin", "travel_days", "leaves_at", "returns_at")
"""What journeys are compared by: see domain/routes.py."""
AT_LEAST: Final = ("capacity", "temperature_c")
TRUE_WHEN_ASKED: Final = ("ispm15", "food_grade", "adr_valid")

CONDITIONS: Final = ("NEW", "A", "B", "C", "REPAIRABLE", "BROKEN")
"""From best to worst; UNSORTED is not among them: it says nothing."""
# EN 643: a grade satisfies itself and the lower ones named here, never a higher one.
LOWER_GRADES: Final = {"1.05": {"1.04", "1.02"}, "1.04": {"1.02"}, "1.03": {"1.02"}, "1.02": {"1.01"}, "2.06": {"2.05"}}
ORDINARY: Final = frozenset({"product", "by_product", "end_of_waste"})
FOOD_SAFE: Final = frozenset({"none", "food"})
WHOLE: Final = frozenset({"sheet", "stacked"})


CODES: Final = (
    "same_side", "same_company", "pool_owned", "pool_suspected", "deposit", "prohibited", "unlawful_lending",
    "hazardous", "windows", "deadline", "mode", *EQUAL_IN_FAMILY, *EQUAL, *ON_THE_ROAD, *AT_LEAST,
    *TRUE_WHEN_ASKED, "moisture_dirty", "ownership", "condition", "en643", "residue", "form", "minimum_lot", "distance",
)  # fmt: skip
"""Every reason two listings may be kept apart for."""


def own_faults(offered: Traits) -> str | None:
    """Why something is never supply, whoever asks; None when nothing is known against it."""
    ownership = offered.spec.get("ownership", ())
    if "rental_pool" in ownership or "pool_owned" in offered.flags:
        return "pool_owned"
    if "pool_suspected" in offered.flags and not {"owned", "exchange_pool"} & set(ownership):
        return "pool_suspected"
    if "deposit" in ownership:
        return "deposit"
    if "prohibited" in offered.flags:
        return "prohibited"
    if offered.family == "RHC" and ("staff_profit" in offered.flags or offered.spec.get("non_profit") == ("false",)):
        return "unlawful_lending"
    return None


def contradiction(supply: Traits, need: Traits) -> str | None:
    """The code of the first hard constraint the two break, nearest to a person's own reading first."""
    if supply.company is not None and supply.company == need.company:
        return "same_company"
    return (
        (None if supply.collects else supply.fault)
        or _hazard(supply, need)
        or _in_time(supply, need)
        or _lent_or_sold(supply, need)
        or (_stated(supply, need) if supply.spec and need.spec else None)
        or _road(supply, need)
        or _lots(supply, need)
    )


def conflict(one: Traits, other: Traits) -> str | None:
    """What two of one side differ in so much that nothing could serve both; whoever's they are, whatever their lots."""
    if one.spec and other.spec and (code := _stated(one, other) or _stated(other, one)) is not None:
        return code
    return _in_time(one, other) or _lent_or_sold(one, other)


def _hazard(supply: Traits, need: Traits) -> str | None:
    giver, receiver = (need, supply) if supply.collects else (supply, need)
    if giver.hazardous and receiver.spec.get("licensed") != ("true",):
        return "hazardous"
    return None


def _in_time(supply: Traits, need: Traits) -> str | None:
    if supply.until is not None and need.since is not None and supply.until < need.since:
        return "windows"
    if need.until is not None and supply.since is not None and need.until < supply.since:
        return "windows"
    for one, other in ((supply, need), (need, supply)):
        deadline, asked = one.spec.get("deadline"), other.spec.get("requested_on")
        if deadline and asked and asked[0] > deadline[0]:
            return "deadline"
    return None


def _lent_or_sold(supply: Traits, need: Traits) -> str | None:
    modes = {supply.mode, need.mode}
    return "mode" if modes == {"give", "lend"} else None


def _stated(supply: Traits, need: Traits) -> str | None:
    offered, asked = supply.spec, need.spec
    if supply.family == need.family:
        for code in EQUAL_IN_FAMILY:
            if code in offered and code in asked and not _alike(code, offered[code], asked[code]):
                return code
    for code in EQUAL:
        if code in offered and code in asked and not set(offered[code]) & set(asked[code]):
            return code
    return (
        _not_enough(supply, need)
        or _ownership(supply, need)
        or _worse(supply, need)
        or _residue(supply, need)
        or _form(supply, need)
    )


def _not_enough(supply: Traits, need: Traits) -> str | None:
    offered, asked = supply.spec, need.spec
    for code in AT_LEAST:
        if code in offered and code in asked and int(offered[code][0]) < int(asked[code][0]):
            return code
    for code in TRUE_WHEN_ASKED:
        if asked.get(code) == ("true",) and offered.get(code) == ("false",):
            return code
    if asked.get("moisture_dirty") == ("false",) and offered.get("moisture_dirty") == ("true",):
        return "moisture_dirty"
    return None


def _alike(code: str, offered: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether a value is common, or one says more of the same: inox, inox304; or means it: scrap iron, steel."""
    if code not in TOLD_MORE_OR_LESS:
        return not set(offered).isdisjoint(asked)
    if any(one.startswith(other) or other.startswith(one) for one in offered for other in asked):
        return True
    return _may_mean(offered, asked) or _may_mean(asked, offered)


def _may_mean(own: tuple[str, ...], named: tuple[str, ...]) -> bool:
    """Whether somebody's own words mean what a value of the table is a kind of: nobody said which kind."""
    meant = {value for value in own if value.startswith(MEANT)}
    if not meant:
        return False
    return any(f"{MEANT}{concept}" in meant for value in named for concept in _concepts(value))


@lru_cache(maxsize=4_096)
def _concepts(value: str) -> tuple[str, ...]:
    """What a value of the table means by its name: `cast_iron` is iron."""
    return tuple(lexicon().concepts_in(value.replace("_", " ")))


def _ownership(supply: Traits, need: Traits) -> str | None:
    """Who swaps pallet for pallet wants pallets of the exchange pool, and no others."""
    swaps = need.spec.get("ownership") == ("exchange_pool",)
    return "ownership" if swaps and supply.family == "PAL" and not supply.exchangeable else None


def _worse(supply: Traits, need: Traits) -> str | None:
    gap = condition_gap(supply, need)
    if gap is not None and gap > 1:
        return "condition"
    if need.spec.get("condition") == ("NEW",) and supply.spec.get("use_intent") == ("recycling",):
        return "condition"
    grades = supply.spec.get("en643") or supply.spec.get("possible_en643")
    wanted = need.spec.get("en643") or need.spec.get("possible_en643")
    if grades and wanted and not any(satisfies(grade, asked) for grade in grades for asked in wanted):
        return "en643"
    return None


def condition_gap(supply: Traits, need: Traits) -> int | None:
    """How many grades the best of what is offered lies below the least that is asked; None when not known."""
    offered = [CONDITIONS.index(grade) for grade in supply.spec.get("condition", ()) if grade in CONDITIONS]
    asked = [CONDITIONS.index(grade) for grade in need.spec.get("condition", ()) if grade in CONDITIONS]
    return min(offered) - max(asked) if offered and asked else None


def satisfies(offered: str, asked: str) -> bool:
    """Whether board of one EN 643 grade may be delivered where another is asked."""
    one, other = offered[: len("1.05")], asked[: len("1.05")]
    if one == other:
        return asked in {offered, other}
    return other in LOWER_GRADES.get(one, set())


def _residue(supply: Traits, need: Traits) -> str | None:
    residue = set(supply.spec.get("residue", ())) - {"unknown"}
    for_food = need.spec.get("food_grade") == ("true",) or bool(set(need.spec.get("residue", ())) & FOOD_SAFE)
    return "residue" if residue and for_food and not residue <= FOOD_SAFE else None


def _form(supply: Traits, need: Traits) -> str | None:
    asked = set(need.spec.get("form", ()))
    return "form" if supply.spec.get("form") == ("shredded",) and asked and asked <= WHOLE else None


def _road(supply: Traits, need: Traits) -> str | None:
    """Two journeys that go elsewhere, or at another time."""
    if supply.journey is None or need.journey is None:
        return None
    found = share_the_road(supply.journey, need.journey)
    return found.code if isinstance(found, Apart) else None


def _lots(supply: Traits, need: Traits) -> str | None:
    """A minimum lot holds for one pair; several small offers together are another shape of match."""
    for one, other in ((supply, need), (need, supply)):
        if one.least is not None and one.quantity is not None and other.quantity is not None:
            amount = other.measures.get(one.dimension)
            if amount is not None and amount < one.least:
                return "minimum_lot"
    return None
