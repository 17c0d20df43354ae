"""The reasons of a match in words: what the domain left as codes and figures, said in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from domain import taxonomy
from domain.quantities import PERIODS, Quantity

if TYPE_CHECKING:
    from domain.reasons import Reason
    from marketplace.wording import Wording


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


SENTENCES: Final[dict[str, str]] = {
    "same_leaf": _("same category: %(category)s"),
    "same_family": _("same family: %(family)s"),
    "substitution": _("%(offered)s can serve as %(needed)s"),
    "covers": _("%(offered)s of the %(needed)s needed"),
    "covers_all": _("all of the %(needed)s needed (%(offered)s in all)"),
    "covers_need": _("the quantity covers the need"),
    "distance": _("distance: %(metres)s"),
    "similar_words": _("described in much the same words"),
    "same_dimension_mm": _("same format: %(value)s mm"),
    "same_material": _("same material"),
    "same_vehicle": _("same kind of vehicle"),
    "same_item": _("same kind of machine"),
    "same_sort": _("the same kind of thing"),
    "same_energy": _("same energy"),
    "same_course_code": _("same course"),
    "same_trade": _("same trade"),
    "same_destination": _("same destination"),
    "same_origin": _("the same commune of departure"),
    "same_date": _("the same day"),
    "same_days": _("the same days of the week"),
    "some_days": _("some days of the week in common"),
    "same_leaves_at": _("leaving within half an hour of each other"),
    "same_returns_at": _("coming back within half an hour of each other"),
    "ask_origin": _("from where? One of the two does not say"),
    "ask_destination": _("where to? One of the two does not say"),
    "ask_days": _("on which days? One of the two does not say"),
    "ask_leaves_at": _("at what time? One of the two does not say"),
    "meets_en643": _("EN 643 grade %(offered)s, where %(asked)s is asked"),
    "meets_capacity": _("capacity %(offered)s, where %(asked)s is asked"),
    "meets_temperature_c": _("%(offered)s °C, where %(asked)s °C is asked"),
    "condition": _("condition: %(offered)s, where %(asked)s is asked"),
    "ispm15": _("ISPM 15 mark, as asked"),
    "food_grade": _("fit for food, as asked"),
    "adr_valid": _("valid ADR test, as asked"),
    "licensed": _("the receiver is licensed for it"),
    "category_unknown": _("one of the two has no category"),
    "other_leaf": _("not quite the same: %(offered)s, where %(needed)s is asked"),
    "distance_unknown": _("the distance is not known"),
    "quantities_differ": _("the two quantities cannot be compared"),
    "small_share": _("covers only %(percent)s %% of the need"),
    "once_against_flow": _("one comes once, the other regularly: compared over %(months)s months"),
    "estimated": _("estimated from a usual weight or density"),
    "lower_condition": _("condition: %(offered)s, a grade below the %(asked)s asked; does it do?"),
    "ask_condition": _("condition not stated; %(asked)s is asked"),
    "ask_ispm15": _("an ISPM 15 mark is asked: is there one?"),
    "ask_food_grade": _("it must be fit for food: is it?"),
    "ask_adr_valid": _("a valid ADR test is asked: is there one?"),
    "needs_baler": _("bales are asked and this is loose: a baler is needed"),
    "border": _("a border may be crossed: waste has rules for that"),
    "transport": _("neither side carries: a transport is needed"),
    "price": _("each side expects to be paid"),
}
"""What each reason says, reasons for first; a code without a sentence is a fault that a test finds."""

CONDITIONS: Final[dict[str, str]] = {
    "NEW": _("new"),
    "A": _("very good (A)"),
    "B": _("good (B)"),
    "C": _("worn (C)"),
    "REPAIRABLE": _("to be repaired"),
    "BROKEN": _("broken"),
}

EXCLUSIONS: Final[dict[str, str]] = {
    "same_side": _("both give, or both ask"),
    "same_company": _("it is the same company"),
    "pool_owned": _("rental-pool pallets belong to the pooler"),
    "pool_suspected": _("these pallets may belong to a pooler"),
    "deposit": _("deposit packaging belongs to whoever put it out"),
    "prohibited": _("it must not be handed on (asbestos)"),
    "unlawful_lending": _("staff may only be lent without profit"),
    "hazardous": _("hazardous waste goes only to a licensed receiver"),
    "windows": _("the dates do not meet"),
    "deadline": _("the deadline has passed"),
    "mode": _("one is to be lent, the other to be kept"),
    "dimension_mm": _("the formats differ"),
    "material": _("the materials differ"),
    "vehicle": _("the kinds of vehicle differ"),
    "item": _("the kinds of machine differ"),
    "sort": _("of one category, but not the same thing"),
    "use_intent": _("one is for reuse, the other for another use"),
    "energy": _("the energies differ"),
    "course_code": _("the courses differ"),
    "trade": _("the trades differ"),
    "destination": _("the destinations differ"),
    "travel_date": _("the days of travel differ"),
    "origin": _("the communes of departure differ"),
    "travel_days": _("no day of the week in common"),
    "leaves_at": _("the hours of departure are too far apart"),
    "returns_at": _("the hours of return are too far apart"),
    "capacity": _("the capacity is too small"),
    "temperature_c": _("the temperature is too low"),
    "ispm15": _("an ISPM 15 mark is asked and there is none"),
    "food_grade": _("it must be fit for food and is not"),
    "adr_valid": _("a valid ADR test is asked and there is none"),
    "moisture_dirty": _("it must be clean and dry and is not"),
    "ownership": _("only exchange-pool pallets are swapped"),
    "condition": _("the condition is too far below what is asked"),
    "en643": _("the EN 643 grade is below what is asked"),
    "residue": _("what it held rules out contact with food"),
    "form": _("it is shredded and must be whole"),
    "minimum_lot": _("the quantity is below the minimum lot"),
    "distance": _("it is farther than one of the two would go"),
}
"""Why two listings are kept apart, for moderators."""


def words(reason: Reason, wording: Wording, category: str = "") -> str:
    """Say a reason; `category` is the listing's, so that pieces of pallet are called pallets."""
    gettext = wording.translations.gettext
    said = {name: _value(name, value, reason, wording, category) for name, value in reason.values.items()}
    return gettext(SENTENCES[reason.code]) % said


def exclusion(code: str, wording: Wording) -> str:
    """Say why two listings are kept apart."""
    return wording.translations.gettext(EXCLUSIONS[code])


def _value(  # noqa: PLR0911  (one flat case per kind of figure)
    name: str, value: str, reason: Reason, wording: Wording, category: str
) -> str:
    match reason.code, name:
        case (("covers" | "covers_all"), ("offered" | "needed")):
            return _quantity(value, reason, wording, category)
        case "meets_capacity", ("offered" | "asked"):
            return wording.capacity(value, category)
        case "distance", "metres":
            return wording.distance(int(value))
        case (("same_leaf" | "same_family" | "substitution" | "other_leaf"), _name):
            return taxonomy.label(value, wording.language)
        case (("condition" | "lower_condition" | "ask_condition"), _name):
            return wording.translations.gettext(CONDITIONS[value])
        case "same_dimension_mm", _name:
            return value.replace("x", " × ")
        case _:
            return value


def _quantity(value: str, reason: Reason, wording: Wording, category: str) -> str:
    per = next((period for period in PERIODS if period == reason.values.get("per")), None)
    return wording.quantity(Quantity(Decimal(value), reason.values["unit"], per), category)
