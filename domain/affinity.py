"""How near two categories are: the C of the formula, and which categories are looked through for one."""

from __future__ import annotations

from functools import cache

from domain import taxonomy
from domain.reference import rows

SAME_LEAF, OWN_PARENT, SAME_FAMILY, EITHER_OTHER, SAME_BRANCH = 1.0, 0.8, 0.45, 0.25, 0.1


@cache
def _substitutions() -> dict[tuple[str, str], float]:
    return {(row["offered"], row["needed"]): float(row["value"]) for row in rows("substitutions.csv")}


@cache
def how_akin(supply: str | None, need: str | None) -> float:
    """The C of the formula, for a category offered and one needed."""
    if supply is None or need is None:
        return EITHER_OTHER
    offered, asked = taxonomy.CATEGORIES[supply], taxonomy.CATEGORIES[need]
    neutral = offered.is_other or asked.is_other
    if supply == need and not neutral:
        return SAME_LEAF
    if supply == asked.parent or need == offered.parent:
        return OWN_PARENT
    values = [_substitutions().get((supply, need), 0.0)]
    if offered.family == asked.family:
        values.append(SAME_FAMILY)
    elif neutral:
        values.append(EITHER_OTHER)
    elif offered.nature == asked.nature:
        values.append(SAME_BRANCH)
    return max(values)


@cache
def categories_met(category: str | None) -> tuple[str, ...]:
    """The categories whose listings may match one by category alone: its family, and what serves for another."""
    if category not in taxonomy.CATEGORIES:
        return ()
    family = taxonomy.CATEGORIES[category].family
    met = {entry.code for entry in taxonomy.CATEGORIES.values() if entry.family == family}
    for pair in _substitutions():
        if category in pair:
            met.update(pair)
    return tuple(sorted(met))
