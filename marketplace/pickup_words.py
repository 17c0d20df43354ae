"""How one fetches something, in words: for a page, for the sheet a driver carries, and for a calendar."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from domain.listings import PickupTerms
from domain.refused import _
from marketplace.wording import Wording

PLACE_WORDS: Final = {"dock": _("At a dock"), "ground": _("At ground level")}
LORRY_WORDS: Final = {
    "van": _("Van"),
    "12t": _("12 t lorry"),
    "19t": _("19 t lorry"),
    "semi": _("Articulated lorry"),
}
LOADER_WORDS: Final = {
    "giver": _("Whoever gives it"),
    "taker": _("Whoever takes it"),
    "both": _("Both together"),
}
FORKLIFT_WORDS: Final = {True: _("There is one"), False: _("There is none")}
TAIL_LIFT_WORDS: Final = {True: _("Needed"), False: _("Not needed")}
MONDAY: Final = date(2026, 1, 5)
WORKING_WEEK: Final = (1, 2, 3, 4, 5)


class Line(Struct, frozen=True):
    """One answer about the pick-up: what it is about, and what was said."""

    label: str
    value: str


def lines(terms: PickupTerms, words: Wording) -> tuple[Line, ...]:
    """Everything that was said, in the order a driver asks for it; nothing for what nobody said."""
    say = words.translations.gettext
    said: list[tuple[str, str]] = []
    ready = hours(terms, words)
    if ready:
        said.append((_("Ready"), ready))
    if terms.place:
        said.append((_("Loading"), say(PLACE_WORDS[terms.place])))
    if terms.forklift is not None:
        said.append((_("Forklift on site"), say(FORKLIFT_WORDS[terms.forklift])))
    if terms.tail_lift is not None:
        said.append((_("Tail lift"), say(TAIL_LIFT_WORDS[terms.tail_lift])))
    if terms.largest_lorry:
        said.append((_("Largest lorry"), say(LORRY_WORDS[terms.largest_lorry])))
    if terms.loaded_by:
        said.append((_("Who loads"), say(LOADER_WORDS[terms.loaded_by])))
    return tuple(Line(say(label), value) for label, value in said)


def hours(terms: PickupTerms, words: Wording) -> str:
    """Mon–Fri, 8:00–12:00; empty when neither days nor hours were said."""
    times = words.hours(terms.ready_from, terms.ready_until) if terms.ready_from and terms.ready_until else ""
    return ", ".join(filter(None, (days(terms.weekdays, words), times)))


def days(weekdays: tuple[int, ...], words: Wording) -> str:
    """Monday to Friday; or each day by its name."""
    if not weekdays:
        return ""
    names = [day_name(day, words) for day in weekdays]
    if weekdays == WORKING_WEEK:
        return words.translations.gettext(_("Monday to Friday"))
    return ", ".join(names)


def day_name(weekday: int, words: Wording, *, short: bool = True) -> str:
    """An ISO weekday: Mon, or Monday."""
    return words.dated(MONDAY.replace(day=MONDAY.day + weekday - 1), "EEE" if short else "EEEE")


def summary(terms: PickupTerms, words: Wording) -> str:
    """All of it in one line, for a calendar and the head of a fold."""
    said = lines(terms, words)
    return " · ".join(
        f"{line.label} : {line.value}" if words.language == "fr" else f"{line.label}: {line.value}" for line in said
    )
