"""What people say of a match, and what they should ask: codes put into the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.matches import Dismissal, Fault
    from domain.questions import Question
    from marketplace.wording import Wording


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


DISMISSALS: Final[dict[Dismissal, str]] = {
    "too_far": _("Too far"),
    "wrong_type": _("Not the right type or format"),
    "quantity": _("The quantity does not fit"),
    "dealt_elsewhere": _("Already settled elsewhere"),
    "not_them": _("We would rather not deal with them"),
    "not_interesting": _("Not interesting for us"),
}
"""Why a company sets a match aside."""

FAULTS: Final[dict[Fault, str]] = {
    "other_thing": _("Same words, another thing"),
    "wrong_type": _("Not the right type or format"),
    "quantity": _("The quantity does not fit"),
    "too_far": _("Too far"),
    "tried": _("They have tried already"),
}
"""What a facilitator finds wrong with a match."""

QUESTIONS: Final[dict[str, str]] = {
    "dimension_mm": _("which format, in millimetres?"),
    "material": _("which material exactly?"),
    "vehicle": _("for which kind of vehicle?"),
    "item": _("which machine exactly?"),
    "use_intent": _("to be used again, repaired or recycled?"),
    "energy": _("which energy?"),
    "course_code": _("which course exactly?"),
    "trade": _("which trade?"),
    "destination": _("going where?"),
    "travel_date": _("on which day?"),
    "capacity": _("which capacity?"),
    "temperature_c": _("at what temperature?"),
    "condition": _("in what condition is it?"),
    "ispm15": _("is there an ISPM 15 mark?"),
    "food_grade": _("is it fit for contact with food?"),
    "adr_valid": _("is the ADR test still valid?"),
    "quantity": _("how much is it, in %(unit)s?"),
    "delivery": _("who carries it, and when?"),
}
"""What to ask first; a code without a sentence is a fault that a test finds."""


def dismissal(reason: Dismissal, wording: Wording) -> str:
    """Say why a match was set aside."""
    return wording.translations.gettext(DISMISSALS[reason])


def fault(reason: Fault, wording: Wording) -> str:
    """Say what a facilitator found wrong; nothing of a good one."""
    return wording.translations.gettext(FAULTS[reason]) if reason else ""


def question(asked: Question, wording: Wording, category: str = "") -> str:
    """Say what to ask; `category` is the listing's, so that pieces of pallet are called pallets."""
    sentence = wording.translations.gettext(QUESTIONS[asked.code])
    return sentence % {"unit": wording.units(asked.unit, category)} if asked.unit else sentence


def message(asked: list[str], wording: Wording) -> str:
    """These questions as the first words of a message to the other company."""
    gettext = wording.translations.gettext
    return gettext(_("Hello, before we agree: %(questions)s")) % {"questions": " ".join(asked)} if asked else ""
