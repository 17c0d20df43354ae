"""What passes with a zone, said: one line for each kind of thing, with how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from domain.zones import WORK, Work
from marketplace.wording import ngettext

SAID: Final[dict[Work, tuple[str, str]]] = {
    "companies": ngettext("%(num)d company accompanied", "%(num)d companies accompanied"),
    "captures": ngettext("%(num)d confidential capture", "%(num)d confidential captures"),
    "drafts": ngettext("%(num)d draft kept for a company", "%(num)d drafts kept for companies"),
    "exchanges": ngettext("%(num)d exchange under way", "%(num)d exchanges under way"),
    "purchases": ngettext("%(num)d group purchase under way", "%(num)d group purchases under way"),
    "decisions": ngettext("%(num)d listing to review", "%(num)d listings to review"),
    "requests": ngettext("%(num)d request to join", "%(num)d requests to join"),
}


def moved(counts: Mapping[Work, int], say: Callable[[str, str, int], str]) -> tuple[str, ...]:
    """In the order of the list, what there is none of left out."""
    return tuple(say(*SAID[work], counts[work]) % {"num": counts[work]} for work in WORK if counts.get(work))
