"""The answers a form offers and the facts a listing shows, in words: one table for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from msgspec.structs import replace

from domain import specifications, taxonomy, waste
from domain.listings import GROUNDS, PRICE_TERMS, VISIBILITIES
from domain.refused import _
from marketplace import wording
from web.views import Choice, Question

Kind = Literal["choice", "whole", "amount", "day", "text"]
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
    "physical_state": {
        "solid": _("Solid"),
        "powder": _("Powder"),
        "pasty": _("Pasty"),
        "sludge": _("Sludge"),
        "liquid": _("Liquid"),
        "gas": _("Gas"),
    },
    "pool_brand": {"CHEP": "CHEP", "LPR": "LPR", "IPP": "IPP", "PGS": "PGS", "PRS": "PRS", "other": _("Another one")},
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
ASKED_FIRST: Final = (
    "pool_brand",
    "non_profit", "course_code", "dimension_mm", "condition", "vehicle", "item", "energy", "trade", "destination",
    "origin", "travel_days", "leaves_at", "travel_date", "returns_at", "material", "form", "en643", "temperature_c",
    "residue", "capacity", "use_intent", "ispm15",
    "food_grade", "adr_valid", "moisture_dirty", "licensed", "data_erased", "ownership", "delivery",
)  # fmt: skip
"""The details a form asks, those that decide first whether it fits; whatever else a category has comes after them."""
ELSEWHERE: Final = frozenset(
    {"quantity", "minimum_lot", "recurrence", "availability", "location", "max_distance_km", "price", "transboundary"}
)
"""What has a field of its own in the form, or is known without asking."""
MOST_VISIBLE: Final = 4
"""More than these and nobody answers: the others are folded away."""
HINTS: Final = {
    "dimension_mm": _("Such as 800x1200, in millimetres"),
    "material": _("Such as PEHD, steel, oak"),
    "estimated_tonnes": _("About how many tonnes, such as 0.85"),
    "permit": _("The number of your permit, declaration or receipt"),
    "non_profit": _("Lending staff is lawful without profit only"),
    "ewc": _("Six digits, such as 15 01 03"),
    "ispm15": _("The mark of heat-treated wood, for export"),
    "en643": _("The grade your collector writes on the weighing note"),
    "adr_valid": _("The test date printed on the packaging is not past"),
    "capacity": _("Places, kilos or litres, as a whole number"),
    "travel_date": _("Such as Thursday, or 12 March"),
    "origin": _("Such as 74130 Bonneville; it is compared, and shown to nobody"),
    "travel_days": _("Such as Monday to Friday, or Tuesday and Thursday"),
    "leaves_at": _("Such as 7:15"),
    "returns_at": _("Such as 7:15"),
}
HINTS_OF_CAPACITY: Final = {
    "C62": _("How many people, such as 12"),
    "XPX": _("In pallets, such as 40"),
    "KGM": _("In kilos, such as 1500"),
    "TNE": _("In tonnes, such as 40"),
}
"""How a capacity is asked, by the unit its category is measured by."""
ASKED_OF_A_REQUEST: Final = {
    "condition": _("Worst condition you accept"),
    "capacity": _("Capacity you need at least"),
    "temperature_c": _("Temperature you need at least (°C)"),
    "ispm15": _("ISPM 15 mark required"),
    "food_grade": _("Food grade required"),
    "adr_valid": _("Valid ADR test required"),
    "moisture_dirty": _("Wet or soiled accepted"),
    "residue": _("Previous content accepted"),
    "en643": _("Lowest EN 643 grade accepted"),
    "form": _("Form accepted"),
    "material": _("Material wanted"),
    "licensed": _("Licensed receiver"),
    "data_erased": _("Data erased before pick-up"),
}
"""How a question reads to whoever looks for something: what they accept, or need at least."""
KINDS_OF_FIELD: Final[dict[str, Kind]] = {
    "enum": "choice", "bool": "choice", "int": "whole", "pair_int": "text", "date": "day", "measure": "amount",
    "code": "text", "text": "text",
}  # fmt: skip

PRICE_WORDS: Final = {
    "free": _("Free"),
    "paid_by_receiver": _("Paid by whoever takes it"),
    "paid_by_provider": _("Paid by whoever gives it"),
    "swap": _("Swap"),
    "quote": _("To be agreed"),
}
VISIBILITY_WORDS: Final = {
    "facilitator": _("Only the zone’s facilitator"),
    "zone": _("The companies of the zone"),
    "partners": _("The companies of the zone and of its partner zones"),
    "public": _("Everyone, without our name"),
    "named": _("Everyone, with our name"),
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
    return choices(VISIBILITY_WORDS, say, VISIBILITIES)


def grounds(say: Say) -> tuple[Choice, ...]:
    """Why a listing is rejected."""
    return choices(GROUND_WORDS, say, GROUNDS)


def questions(category: str, say: Say, language: str, side: str = "") -> tuple[Question, ...]:
    """The details a category asks for, the most telling first; none while there is no category."""
    known = taxonomy.CATEGORIES.get(category)
    if known is None or known.level == 1:
        return ()
    asked = [_question(attribute, say, language, side) for attribute in asked_of(category)]
    usual = ", ".join(f"{code.printed} ({code.label(language)})" for code in waste.proposed(category))
    hints = {"ewc": usual and say(_("Usual here: %(codes)s")) % {"codes": usual}}
    if unit := taxonomy.UNIT_OF_CAPACITY.get(category):
        hints["capacity"] = say(HINTS_OF_CAPACITY[unit])
    return tuple(replace(each, hint=hints.get(each.code) or each.hint) for each in asked)


def asked_of(category: str) -> list[taxonomy.Attribute]:
    """The attributes of a category that the form asks: what could rule a match out first, what it implies last."""
    implied = specifications.specify(category, {}, "", asked=False)
    first = {code: place for place, code in enumerate(ASKED_FIRST)}
    asked = [
        attribute
        for attribute in taxonomy.ATTRIBUTES.values()
        if attribute.code not in ELSEWHERE and attribute.type in KINDS_OF_FIELD and attribute.applies_to(category)
    ]
    return sorted(asked, key=lambda attribute: (attribute.code in implied, first.get(attribute.code, len(first))))


def _question(attribute: taxonomy.Attribute, say: Say, language: str, side: str) -> Question:
    label = attribute.label_fr if language == "fr" else attribute.label_en
    if side == "request" and attribute.code in ASKED_OF_A_REQUEST:
        label = say(ASKED_OF_A_REQUEST[attribute.code])
    return Question(
        code=attribute.code,
        label=label,
        choices=_offered(attribute, say),
        hint=say(HINTS[attribute.code]) if attribute.code in HINTS else "",
        kind=KINDS_OF_FIELD[attribute.type],
    )


def answer(attribute: str, value: str, say: Say) -> str:
    """An attribute's value as people read it."""
    known = taxonomy.ATTRIBUTES.get(attribute)
    words = _answers(known) if known else {}
    if value in words:
        return say(words[value])
    return value.replace("x", " × ") + " mm" if attribute == "dimension_mm" else value


def _offered(attribute: taxonomy.Attribute, say: Say) -> tuple[Choice, ...]:
    """The answers to choose from, in words; codes that are their own word, such as paper grades, stay."""
    said = choices(_answers(attribute), say)
    return said or tuple(Choice(value=value, label=value) for value in attribute.values)


def _answers(attribute: taxonomy.Attribute) -> Mapping[str, str]:
    if attribute.type == "bool":
        return YES_OR_NO
    offered = ANSWERS.get(attribute.code, {})
    return {value: offered[value] for value in attribute.values if value in offered}
