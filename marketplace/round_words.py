"""The rounds of a pooled collection in words, for mail: their day, what became of a stop, what is asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from domain.purchases import Collection, Outcome, RoundPlanned, StopVisited
from marketplace.wording import Wording

Say = Callable[..., str]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


SUBJECTS: Final = {
    "RoundPlanned": _("The lorry comes: %(title)s"),
    "StopVisited": _("At your stop: %(title)s"),
}
VISITED: Final[dict[Outcome, str]] = {
    "collected": _("The lorry was at your stop, and took what you had."),
    "refused": _("The lorry was at your stop, and what you had was refused."),
    "absent": _("The lorry was at your stop, and nobody was there."),
}


def happened(event: RoundPlanned | StopVisited, wording: Wording, say: Say) -> str:
    """One event, in a sentence."""
    if isinstance(event, StopVisited):
        return say(VISITED[event.outcome])
    return say(_("The round is on %(day)s."), day=wording.weekday(event.on))


def following(
    collection: Collection, company_id: str, wording: Wording, say: Say, quantity: Callable[[Decimal], str]
) -> tuple[str, str, bool] | None:
    """What comes next for a company, what the button says, and whether it is its turn; None when no round is near."""
    stop = collection.stops.get(company_id)
    if stop is None or collection.round is None or not collection.is_planned:
        return None
    if collection.answer(company_id) == "silent":
        day = wording.weekday(collection.round.on)
        said = _("Your turn: last time it was %(quantity)s. Is the same ready on %(day)s?")
        return say(said, quantity=quantity(stop.quantity), day=day), say(_("Say so in one tap")), True
    if collection.answer(company_id) == "ready" and company_id not in collection.round.visited:
        said = _("Have it ready: %(quantity)s.")
        return say(said, quantity=quantity(stop.quantity)), say(_("See your stop")), False
    return None
