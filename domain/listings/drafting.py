"""What an author typed, checked against the category, the law and the customs of the trade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from domain import taxonomy
from domain.commands import Command
from domain.events import Private
from domain.listings.commands import Draft
from domain.listings.events import USUAL_PRICE, Content, Mode, Side
from domain.listings.law import check_law
from domain.listings.pickup import check_pickup
from domain.quantities import NOT_POSITIVE, Quantity
from domain.refused import Refused, _

LIFETIME: Final = timedelta(days=60)
"""How long a one-off listing stays before it asks to be renewed; a standing flow has no end."""
TITLE_LENGTH: Final = (3, 120)
DESCRIPTION_LENGTH: Final = 4_000
MAX_REACH_KM: Final = 1_000
YEARS_AHEAD: Final = 10
"""How far from now an availability may begin or end: what is further is a slip."""
UNREADABLE: Final = _("This text holds a character that nobody can read.")
MAX_PHOTOS: Final = 6


def checked(command: Command, side: Side, company_id: str, draft: Draft, photos: tuple[str, ...] = ()) -> Content:
    """The draft as content, with the `photos` there are unless it says others; or what first stands against it."""
    today = command.now.date()
    if fault := next(_of_itself(draft, today), None):
        raise fault
    attributes = check_law(side, draft, dict(sorted(draft.attributes.items())), today)
    return Content(
        category=draft.category,
        title=Private(company_id, draft.title.strip()),
        description=Private(company_id, draft.description.strip()),
        quantity=draft.quantity,
        mode=draft.mode,
        attributes={code: value for code, value in attributes.items() if not taxonomy.ATTRIBUTES[code].is_typed},
        typed={
            code: Private(company_id, value) for code, value in attributes.items() if taxonomy.ATTRIBUTES[code].is_typed
        },
        price=draft.price or USUAL_PRICE[side],
        price_cents=draft.price_cents,
        available_from=draft.available_from,
        available_to=draft.available_to,
        max_km=draft.max_km,
        visibility=draft.visibility,
        photos=_checked_photos(draft, photos),
        pickup=check_pickup(draft.pickup),
        whole_lot=draft.whole_lot,
    )


def faults(side: Side, draft: Draft, today: date) -> Iterator[Refused]:
    """Everything that stands against a draft; what the law says of it, once it holds together."""
    of_itself = tuple(_of_itself(draft, today))
    yield from of_itself
    if not of_itself:
        try:
            check_law(side, draft, draft.attributes, today)
        except Refused as refused:
            yield refused


def _of_itself(draft: Draft, today: date) -> Iterator[Refused]:
    """What stands against a draft whoever posts it, in the order of the form."""
    yield from _of_texts(draft)
    category = taxonomy.CATEGORIES.get(draft.category)
    if category is None or category.level == 1:
        yield Refused(_("Choose what it is in the list."), field="category")
    else:
        yield from _of_quantity(draft.quantity, category)
        yield from _of_attributes(draft, category)
    yield from _of_lot(draft)
    if draft.max_km is not None and not 1 <= draft.max_km <= MAX_REACH_KM:
        yield Refused(_("Choose a distance from 1 to %(most)s km."), field="max_km", most=MAX_REACH_KM)
    yield from _of_days(draft, today)
    if draft.price_cents is not None and not 0 <= draft.price_cents <= 10**9:
        yield Refused(_("Write the price as a number of euros."), field="price_amount")
    try:
        check_pickup(draft.pickup)
    except Refused as refused:
        yield refused


def _of_texts(draft: Draft) -> Iterator[Refused]:
    shortest, longest = TITLE_LENGTH
    if len(draft.title.strip()) < shortest:
        yield Refused(_("Say in a few words what it is."), field="title")
    if len(draft.title.strip()) > longest:
        yield Refused(_("A title has %(most)s characters at most."), field="title", most=longest)
    if len(draft.description.strip()) > DESCRIPTION_LENGTH:
        yield Refused(_("A description has %(most)s characters at most."), field="description", most=DESCRIPTION_LENGTH)
    shown = "".join((draft.photo_texts or {}).values())
    for field, text in (("title", draft.title), ("description", draft.description), ("photo", shown)):
        if "\0" in text:
            yield Refused(UNREADABLE, field=field)


def _of_days(draft: Draft, today: date) -> Iterator[Refused]:
    for field, day in (("available_from", draft.available_from), ("available_to", draft.available_to)):
        if day is not None and day.year - today.year > YEARS_AHEAD:
            yield Refused(_("Choose a day within %(years)s years."), field=field, years=YEARS_AHEAD)
    if draft.available_from and draft.available_to and draft.available_to < draft.available_from:
        yield Refused(_("The end comes before the beginning."), field="available_to")
    elif draft.available_to and draft.available_to < today:
        yield Refused(_("This date is past."), field="available_to")


def usual_mode(category: str) -> Mode:
    """The first mode the taxonomy gives a category: give, lend, service, pooled collection or purchase."""
    letters: dict[str, Mode] = {"G": "give", "L": "lend", "S": "service", "U": "pool", "P": "purchase"}
    return letters[taxonomy.CATEGORIES[category].modes[0]]


def _of_quantity(quantity: Quantity, category: taxonomy.Category) -> Iterator[Refused]:
    if quantity.unit not in category.units:
        yield Refused(_("This unit does not fit what you chose."), field="unit")
    # A flow may be half a drum a week; what is there once is there whole.
    elif taxonomy.UNITS[quantity.unit].is_counted and quantity.per is None and quantity.amount % 1:
        yield Refused(_("These are counted whole: write a whole number."), field="amount")


def _of_attributes(draft: Draft, category: taxonomy.Category) -> Iterator[Refused]:
    for code, value in sorted(draft.attributes.items()):
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None or not attribute.applies_to(category.code):
            yield Refused(_("This question does not belong to what you chose."), field=code)
        elif not attribute.accepts(value):
            yield Refused(_("Choose one of the answers."), field=code)


def _of_lot(draft: Draft) -> Iterator[Refused]:
    """The smallest part one may take is a part: in the same unit, no more than there is, and not of a whole lot."""
    least = draft.attributes.get("minimum_lot", "")
    if not taxonomy.ATTRIBUTES["minimum_lot"].accepts(least):
        return
    amount, _space, unit = least.partition(" ")
    if unit not in ("", draft.quantity.unit):
        yield Refused(_("Keep the unit of the quantity."), field="minimum_lot")
    elif not Decimal(amount):
        yield Refused(NOT_POSITIVE, field="minimum_lot")
    elif Decimal(amount) > draft.quantity.amount:
        yield Refused(_("The smallest part is larger than the whole quantity."), field="minimum_lot")
    elif draft.whole_lot and Decimal(amount) < draft.quantity.amount:
        yield Refused(_("All of it or nothing, or a smallest part: choose one of the two."), field="minimum_lot")


def _checked_photos(draft: Draft, present: tuple[str, ...]) -> tuple[str, ...]:
    photos = present if draft.photos is None else tuple(dict.fromkeys(draft.photos))
    if len(photos) > MAX_PHOTOS:
        raise Refused(_("A listing shows %(most)s photos at most."), field="photo", most=MAX_PHOTOS)
    return photos
