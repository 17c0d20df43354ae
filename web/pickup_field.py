"""The fields that say how one fetches it, in taps: read from a form, and filled with what is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, Final

from domain.listings import LOADERS, LORRIES, PLACES, PickupTerms
from domain.refused import _
from marketplace.pickup_words import LOADER_WORDS, LORRY_WORDS, PLACE_WORDS, day_name, summary
from marketplace.wording import Wording
from web.form_views import PickupField
from web.forms import Answers
from web.slot_field import CLOCK
from web.views import Choice

SEEN: Final = "pickup_seen"
"""Sent with the fields: what is empty then was left empty, and is not filled in again."""
DAYS: Final = {day: f"pickup_day_{day}" for day in range(1, 8)}
YES_OR_NO: Final = {"yes": True, "no": False}
FIELDS: Final = (
    *DAYS.values(), "pickup_from", "pickup_until", "pickup_place", "pickup_forklift", "pickup_tail_lift",
    "pickup_lorry", "pickup_loader",
)  # fmt: skip


def pickup_typed(given: Answers) -> PickupTerms:
    """What was tapped; what is wrong stands beside its field."""
    chosen: dict[str, Any] = {
        "place": given.choice("pickup_place", PLACES) or None,
        "largest_lorry": given.choice("pickup_lorry", LORRIES) or None,
        "loaded_by": given.choice("pickup_loader", LOADERS) or None,
    }
    return PickupTerms(
        weekdays=tuple(day for day, name in DAYS.items() if given.raw(name)),
        ready_from=_time(given, "pickup_from"),
        ready_until=_time(given, "pickup_until"),
        forklift=YES_OR_NO.get(given.choice("pickup_forklift", YES_OR_NO)),
        tail_lift=YES_OR_NO.get(given.choice("pickup_tail_lift", YES_OR_NO)),
        **chosen,
    )


def pickup_values(terms: PickupTerms) -> dict[str, str]:
    """The terms as their author would tap them."""
    said = {True: "yes", False: "no", None: ""}
    values = {
        **{DAYS[day]: "yes" for day in terms.weekdays},
        "pickup_from": f"{terms.ready_from:%H:%M}" if terms.ready_from else "",
        "pickup_until": f"{terms.ready_until:%H:%M}" if terms.ready_until else "",
        "pickup_place": terms.place or "",
        "pickup_forklift": said[terms.forklift],
        "pickup_tail_lift": said[terms.tail_lift],
        "pickup_lorry": terms.largest_lorry or "",
        "pickup_loader": terms.loaded_by or "",
    }
    return {name: value for name, value in values.items() if value}


def pickup_field(
    values: Mapping[str, str], say: Callable[[str], str], words: Wording, *, as_last_time: bool
) -> PickupField:
    """The fields with their answers in the reader's language."""
    terms = pickup_typed(Answers({name: [values.get(name, "")] for name in FIELDS}, words.translations))
    return PickupField(
        days=tuple(Choice(value=name, label=day_name(day, words).rstrip(".")) for day, name in DAYS.items()),
        places=tuple(Choice(value=code, label=say(PLACE_WORDS[code])) for code in PLACES),
        lorries=tuple(Choice(value=code, label=say(LORRY_WORDS[code])) for code in LORRIES),
        loaders=tuple(Choice(value=code, label=say(LOADER_WORDS[code])) for code in LOADERS),
        said=summary(terms, words),
        as_last_time=as_last_time,
    )


def _time(given: Answers, name: str) -> time | None:
    if not given.raw(name):
        return None
    found = CLOCK.fullmatch("".join(given.raw(name).split()))
    if found is None:
        given.wrong(name, _("Write a time, such as 14:00."))
        return None
    return time(int(found[1]), int(found[2] or 0))
