"""The answers a form offers and the facts a listing shows, in words: one table for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from domain import taxonomy
from domain.listings import GROUNDS, PRICE_TERMS, VISIBILITIES
from domain.refused import _
from marketplace import wording
from web.views import Choice, Question

Say = Callable[[str], str]

YES_OR_NO: Final = {"true": _("Yes"), "false": _("No")}
ANSWERS: Final[dict[str, dict[str, str]]] = {
    "condition": {
        "NEW": _("Brand new"),
        "A": _("Very good (A)"),
        "B": _("Good (B)"),
        "C": _("Worn (C)"),
        "REPAIRABLE": _("To be repaired"),
        "BROKEN": _("Broken"),
        "UNSORTED": _("Unsorted"),
    },
    "ownership": {
        "owned": _("Ours"),
        "exchange_pool": _("Ours, from an exchange pool (EPAL)"),
        "deposit": _("On deposit"),
        "rental_pool": _("A rental company’s"),
        "unknown": _("Not known"),
    },
    "use_intent": {
        "reuse": _("To be used again"),
        "repair": _("To be repaired"),
        "recycling": _("To be recycled"),
        "energy": _("For energy"),
        "any": _("Whatever comes"),
    },
    "form": {
        "baled": _("In bales"),
        "loose": _("Loose"),
        "shredded": _("Shredded"),
        "stacked": _("Stacked"),
        "bulk": _("In bulk"),
        "wrapped": _("Wrapped"),
        "sheet": _("In sheets"),
    },
    "delivery": {
        "pickup_by_receiver": _("Whoever takes it fetches it"),
        "delivery_by_provider": _("Whoever gives it brings it"),
        "either": _("Either way"),
    },
    "residue": {
        "none": _("Never held anything"),
        "food": _("Food"),
        "non_hazardous": _("Nothing hazardous"),
        "hazardous": _("Something hazardous"),
        "unknown": _("Not known"),
    },
    "status": {
        "product": _("Product"),
        "by_product": _("By-product"),
        "waste": _("Waste"),
        "end_of_waste": _("No longer waste"),
    },
    "vehicle": {"car": _("Car"), "truck": _("Lorry"), "van": _("Van"), "bike": _("Bicycle")},
    "energy": {"electricity": _("Electricity"), "gas": _("Gas"), "heat": _("Heat"), "fuel": _("Fuel")},
    "course_code": {
        "SST_INITIAL": _("First aid at work, initial"),
        "SST_MAC": _("First aid at work, refresher"),
        "FIRE_EXTINGUISHER": _("Fire extinguishers"),
        "EVACUATION": _("Evacuation"),
        "CACES_R482": _("CACES R482, earth-moving"),
        "CACES_R484": _("CACES R484, overhead cranes"),
        "CACES_R485": _("CACES R485, stackers"),
        "CACES_R486": _("CACES R486, aerial platforms"),
        "CACES_R489": _("CACES R489, forklifts"),
        "HABELEC_H0B0": _("Electrical clearance H0 B0"),
        "HABELEC_BS_BE": _("Electrical clearance BS BE"),
        "PRAP": _("Safe handling (PRAP)"),
        "OTHER": _("Another one"),
    },
}
ASKED: Final = (
    "condition",
    "ownership",
    "dimension_mm",
    "use_intent",
    "material",
    "form",
    "course_code",
    "vehicle",
    "energy",
    "item",
    "capacity",
    "temperature_c",
    "residue",
    "food_grade",
    "ispm15",
    "licensed",
    "non_profit",
    "delivery",
)
"""The details the form may ask, the most telling first."""
MOST_QUESTIONS: Final = 5
"""More than these and nobody answers."""
HINTS: Final = {
    "dimension_mm": _("In millimetres, such as 800x1200"),
    "material": _("Such as PEHD, steel, oak"),
    "non_profit": _("Lending staff is lawful without profit only"),
}

PRICE_WORDS: Final = {
    "free": _("Free"),
    "paid_by_receiver": _("Paid by whoever takes it"),
    "paid_by_provider": _("Paid by whoever gives it"),
    "swap": _("Swap"),
    "quote": _("To be agreed"),
}
VISIBILITY_WORDS: Final = {
    "zone": _("The companies of the zone"),
    "public": _("Everyone, without our name"),
}
GROUND_WORDS: Final = {code: message for code, (message, _plural) in wording.GROUNDS.items()}
PERIOD_WORDS: Final = {
    "": _("Once"),
    "DAY": _("Every day"),
    "WEE": _("Every week"),
    "MON": _("Every month"),
    "QAN": _("Every quarter"),
    "ANN": _("Every year"),
}


def choices(words: Mapping[str, str], say: Say, among: Iterable[str] | None = None) -> tuple[Choice, ...]:
    """Answers to choose from, said."""
    return tuple(Choice(value=value, label=say(words[value])) for value in (among or words) if value in words)


def price_terms(say: Say) -> tuple[Choice, ...]:
    """Who pays whom."""
    return choices(PRICE_WORDS, say, PRICE_TERMS)


def visibilities(say: Say) -> tuple[Choice, ...]:
    """Who sees a listing, the narrowest first."""
    return choices(VISIBILITY_WORDS, say, sorted(VISIBILITIES, reverse=True))


def grounds(say: Say) -> tuple[Choice, ...]:
    """Why a listing is rejected."""
    return choices(GROUND_WORDS, say, GROUNDS)


def questions(category: str, say: Say, language: str) -> tuple[Question, ...]:
    """The details a category asks for, five at most; none while there is no category."""
    known = taxonomy.CATEGORIES.get(category)
    if known is None or known.level == 1:
        return ()
    asked = [taxonomy.ATTRIBUTES[code] for code in ASKED if taxonomy.ATTRIBUTES[code].applies_to(category)]
    return tuple(
        Question(
            code=attribute.code,
            label=attribute.label_fr if language == "fr" else attribute.label_en,
            choices=choices(_answers(attribute), say),
            hint=say(HINTS[attribute.code]) if attribute.code in HINTS else "",
        )
        for attribute in asked[:MOST_QUESTIONS]
    )


def answer(attribute: str, value: str, say: Say) -> str:
    """An attribute's value as people read it."""
    known = taxonomy.ATTRIBUTES.get(attribute)
    words = _answers(known) if known else {}
    if value in words:
        return say(words[value])
    return value.replace("x", " × ") + " mm" if attribute == "dimension_mm" else value


def _answers(attribute: taxonomy.Attribute) -> Mapping[str, str]:
    if attribute.type == "bool":
        return YES_OR_NO
    offered = ANSWERS.get(attribute.code, {})
    return {value: offered[value] for value in attribute.values if value in offered}
