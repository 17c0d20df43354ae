"""A listing as it was typed on its form, read into a draft with everything that stands against it told at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from domain import taxonomy
from domain.listings import (
    DESCRIPTION_LENGTH,
    MAX_REACH_KM,
    PRICE_TERMS,
    TITLE_LENGTH,
    VISIBILITIES,
    Draft,
    Side,
    faults,
)
from domain.quantities import Quantity, parse_quantity, plain
from domain.refused import Refused, _
from domain.specifications import sides_in
from web import answers
from web.forms import Answers
from web.listing_form import CENTS
from web.pickup_field import pickup_typed
from web.visits import Visit


def draft_typed(visit: Visit, given: Answers, side: Side | Literal[""], category: str | None = None) -> Draft | None:
    """What was typed, when nothing stands against it; else all that does is told beside its field, at once.

    `category` is what it is, whatever was chosen.
    """
    title = given.text("title", most=TITLE_LENGTH[1], missing=_("Say in a few words what it is."))
    leaves = {leaf.code for leaf in taxonomy.leaves()}
    code = category or given.choice("category", leaves, missing=_("Choose what it is in the list."))
    quantity = _quantity(given)
    description = given.text("description", most=DESCRIPTION_LENGTH)
    price = given.choice("price", PRICE_TERMS)
    amount = given.amount("price_amount")
    if amount is not None and price in ("", "free"):
        given.wrong("price", _("You wrote a price: say who pays it."))
    if amount is not None and (amount * CENTS) % 1:
        given.wrong("price_amount", _("A price has two decimals at most."))
    reach = given.whole("max_km", least=1, most=MAX_REACH_KM, wrong=_("Choose a distance from 1 to %(most)s km."))
    since, until = given.day("available_from"), given.day("available_to")
    visibility = given.choice("visibility", VISIBILITIES, usual="zone")
    attributes = _attributes(given, code)
    if quantity is not None and (least := _least(given, quantity.unit)):
        attributes["minimum_lot"] = f"{plain(least)} {quantity.unit}"
    draft = Draft(
        category=code,
        title=title,
        quantity=quantity or _any_quantity(code, given.raw("unit")),
        description=description,
        attributes=attributes,
        price=price or None,  # type: ignore[arg-type]  # one of PRICE_TERMS, as `choice` promises
        price_cents=None if amount is None else int(amount * CENTS),
        available_from=since,
        available_to=until,
        max_km=reach,
        visibility=visibility,  # type: ignore[arg-type]  # one of VISIBILITIES, as `choice` promises
        pickup=pickup_typed(given),
        whole_lot=bool(given.raw("whole_lot")),
    )
    for fault in faults(side or "request", draft, visit.services.clock.now().date()):
        given.refused(fault)
    return None if given.errors else draft


def _quantity(given: Answers) -> Quantity | None:
    try:
        return parse_quantity(given.raw("amount"), given.raw("unit"), given.raw("per") or None, given.mark)
    except Refused as refused:
        given.refused(refused, otherwise="amount")
        return None


def _any_quantity(category: str, unit: str) -> Quantity:
    """In place of an amount that could not be read, so that whatever else is wrong is told as well."""
    known = taxonomy.CATEGORIES.get(category)
    usual = known.units[0] if known and known.units else "H87"
    return Quantity(Decimal(1), unit if unit in taxonomy.UNITS else usual)


def _least(given: Answers, unit: str) -> Decimal | None:
    return given.amount("minimum_lot", counted=taxonomy.UNITS[unit].is_counted)


def _attributes(given: Answers, category: str) -> dict[str, str]:
    """The details that were answered, in the form events hold them; those of another category stay behind."""
    found = {}
    asked = answers.asked_of(category) if category in taxonomy.CATEGORIES else []
    for attribute in dict.fromkeys((*asked, taxonomy.ATTRIBUTES["ownership"])):
        said = _as_held(given, attribute)
        if said:
            found[attribute.code] = said
    return found


def _as_held(given: Answers, attribute: taxonomy.Attribute) -> str:
    said = given.raw(attribute.code)
    match attribute.type:
        case "pair_int":
            return _dimension(said)
        case "date":
            day = given.day(attribute.code)
            return day.isoformat() if day else ""
        case "measure":
            amount = given.amount(attribute.code)
            return plain(amount) if amount is not None else ""
        case _:
            return said


def _dimension(said: str) -> str:
    """Two lengths as people write them: 800 x 1200, 80×120 cm, 0,8 x 1,2 m; anything else as it is."""
    sides = sides_in(said)
    return sides or "".join(said.lower().replace("×", "x").replace("*", "x").removesuffix("mm").split())
