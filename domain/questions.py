"""What two companies that match should ask each other first: two questions at most, and whose answer is missing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from domain import taxonomy
from domain.contradictions import AT_LEAST, BOUND, CONDITIONS, EQUAL, EQUAL_IN_FAMILY, TRUE_WHEN_ASKED

if TYPE_CHECKING:
    from domain.matching import Traits

MOST: Final = 2
"""More than these and nobody asks."""
ONLY_IF_NEEDED: Final = (*AT_LEAST, "condition", *TRUE_WHEN_ASKED)
"""What a supply is asked when the need names it; a supply that says it of itself troubles nobody."""
ALWAYS_WORTH_ASKING: Final = ("dimension_mm", "course_code", "capacity")
"""What decides by itself whether it fits, even while neither side says it."""
COUNTED_BY_THE_QUANTITY: Final = {"capacity": "C62"}
"""What is not asked where things come in this unit: the quantity of a training course says how many it takes."""
CARRIED: Final = "delivery"
AMOUNT: Final = "quantity"
EVEN_UNSAID: Final = frozenset({*ALWAYS_WORTH_ASKING, CARRIED, AMOUNT})
"""What may be asked though neither side says it; of anything else there is nothing to ask then."""
CODES: Final = tuple(
    code for code in (*EQUAL_IN_FAMILY, *EQUAL, *BOUND, *ONLY_IF_NEEDED, AMOUNT, CARRIED) if code in taxonomy.ATTRIBUTES
)
"""Everything that may be asked, what could still rule the match out first; what only texts tell cannot be."""


class Question(Struct, frozen=True):
    """What to ask, and the listing that does not say it; `unit` is the one an amount is asked in."""

    code: str
    listing_id: str
    unit: str = ""


def to_ask(one: Traits, other: Traits) -> tuple[Question, ...]:
    """The first questions between two listings, the same whichever is named first."""
    first = one.gives if one.gives != other.gives else one.collects
    supply, need = (one, other) if first else (other, one)
    found: list[Question] = []
    worth_asking = EVEN_UNSAID.union(supply.spec, need.spec)
    for code in CODES:
        silent = _silent(code, supply, need) if code in worth_asking else None
        if silent is not None:
            unit = need.quantity.unit if code == AMOUNT and need.quantity else ""
            found.append(Question(code, silent.id, unit))
            if len(found) == MOST:
                break
    return tuple(found)


def _silent(code: str, supply: Traits, need: Traits) -> Traits | None:
    """Whoever does not say what would tell whether the two fit; None when it is known, or of no matter."""
    if code == AMOUNT:
        return supply if supply.quantity and need.quantity and not _comparable(supply, need) else None
    if code == CARRIED:
        carried = supply.category is not None and _is_asked(CARRIED, supply.category)
        return supply if carried and supply.delivery is None and need.delivery is None else None
    if code in EQUAL_IN_FAMILY and supply.family != need.family:
        return None
    offered, asked = supply.spec.get(code, ()), need.spec.get(code, ())
    if code in ONLY_IF_NEEDED:
        return supply if _is_demanding(code, asked) and not offered else _if_always(code, supply, need)
    if bool(offered) != bool(asked):
        return need if offered else supply
    return _if_always(code, supply, need)


def _is_demanding(code: str, asked: tuple[str, ...]) -> bool:
    if code in TRUE_WHEN_ASKED:
        return asked == ("true",)
    return bool(set(asked) & set(CONDITIONS)) if code == "condition" else bool(asked)


def _if_always(code: str, supply: Traits, need: Traits) -> Traits | None:
    """The supply is asked for its format though nobody named one: it is a fact that can be looked up."""
    if code not in ALWAYS_WORTH_ASKING or supply.category is None or supply.category != need.category:
        return None
    if COUNTED_BY_THE_QUANTITY.get(code) in taxonomy.CATEGORIES[supply.category].units:
        return None
    silent = code not in supply.spec and code not in need.spec
    return supply if silent and _is_asked(code, supply.category) else None


@cache
def _is_asked(code: str, category: str) -> bool:
    return taxonomy.ATTRIBUTES[code].applies_to(category)


def _comparable(supply: Traits, need: Traits) -> bool:
    return not supply.measures.keys().isdisjoint(need.measures)
