"""The lines of a stop's form: how much of which format, in which condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from domain import taxonomy
from domain.purchases import CONDITIONS, MOST_LOADS, Load, formats
from domain.quantities import NUMBER_ONLY, plain
from domain.refused import _
from web import answers
from web.collection_views import LoadFields
from web.forms import Answers
from web.views import Choice
from web.visits import Visit

ROWS_SHOWN: Final = 2
NUMBER: Final = {NUMBER_ONLY: _("Write a number only.")}
CONDITION_WORDS: Final = answers.ANSWERS["condition"]


def loads_typed(given: Answers, category: str) -> tuple[Load, ...]:
    """A load for each line that says a condition or a quantity; what is wrong stands beside its field."""
    loads = []
    for n in range(1, MOST_LOADS + 1):
        if not given.raw(f"condition_{n}") and not given.raw(f"quantity_{n}"):
            continue
        what = given.choice(f"format_{n}", formats(category), missing=_("Choose what it is in the list."))
        condition = given.choice(f"condition_{n}", CONDITIONS, missing=_("Choose the condition in the list."))
        quantity = given.amount(f"quantity_{n}", missing=_("Say how much."), instead=NUMBER)
        if what and condition and quantity is not None:
            loads.append(Load(what, condition, quantity))
    if not loads and not given.errors:
        given.wrong("loads", _("Say what you hand over: at least one line."))
    return tuple(loads)


def loads_values(loads: Sequence[Load], decimal: str) -> dict[str, str]:
    """What the fields hold for loads that were declared."""
    values: dict[str, str] = {}
    for n, load in enumerate(loads, 1):
        values |= {
            f"format_{n}": load.format,
            f"condition_{n}": load.condition,
            f"quantity_{n}": plain(load.quantity).replace(".", decimal),
        }
    return values


def load_fields(visit: Visit, category: str, values: Mapping[str, str]) -> LoadFields:
    """Which lines stand open: those that are filled in, and one more."""
    filled = [n for n in range(1, MOST_LOADS + 1) if values.get(f"quantity_{n}") or values.get(f"condition_{n}")]
    shown = min(max(ROWS_SHOWN, max(filled, default=0) + 1), MOST_LOADS)
    return LoadFields(
        shown=tuple(range(1, shown + 1)),
        folded=tuple(range(shown + 1, MOST_LOADS + 1)),
        formats=tuple(Choice(value=code, label=taxonomy.label(code, visit.language)) for code in formats(category)),
        conditions=tuple(Choice(value=code, label=visit.say(CONDITION_WORDS[code])) for code in CONDITIONS),
    )
