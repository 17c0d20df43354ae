"""What an author typed, checked against the category, the law and the customs of the trade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain import taxonomy
from domain.commands import Command
from domain.events import Private
from domain.listings.commands import Draft
from domain.listings.events import Content, Mode, Side
from domain.listings.law import check_law
from domain.listings.pickup import check_pickup
from domain.quantities import NOT_POSITIVE, Quantity
from domain.refused import Refused, _

LIFETIME: Final = timedelta(days=60)
"""How long a one-off listing stays before it asks to be renewed; a standing flow has no end."""
TITLE_LENGTH: Final = (3, 120)
DESCRIPTION_LENGTH: Final = 4_000
MAX_REACH_KM: Final = 1_000
MAX_PHOTOS: Final = 6


def checked(command: Command, side: Side, company_id: str, draft: Draft, photos: tuple[str, ...] = ()) -> Content:
    """The draft as content, with the `photos` there are unless it says others; or what first stands against it."""
    title, description = draft.title.strip(), draft.description.strip()
    shortest, longest = TITLE_LENGTH
    if len(title) < shortest:
        raise Refused(_("Say in a few words what it is."), field="title")
    if len(title) > longest:
        raise Refused(_("A title has %(most)s characters at most."), field="title", most=longest)
    if len(description) > DESCRIPTION_LENGTH:
        raise Refused(_("A description has %(most)s characters at most."), field="description", most=DESCRIPTION_LENGTH)
    category = taxonomy.CATEGORIES.get(draft.category)
    if category is None or category.level == 1:
        raise Refused(_("Choose what it is in the list."), field="category")
    _check_quantity(draft.quantity, category)
    if draft.max_km is not None and not 1 <= draft.max_km <= MAX_REACH_KM:
        raise Refused(_("Choose a distance from 1 to %(most)s km."), field="max_km", most=MAX_REACH_KM)
    if draft.available_from and draft.available_to and draft.available_to < draft.available_from:
        raise Refused(_("The end comes before the beginning."), field="available_to")
    if draft.available_to and draft.available_to < command.now.date():
        raise Refused(_("This date is past."), field="available_to")
    if draft.price_cents is not None and not 0 <= draft.price_cents <= 10**9:
        raise Refused(_("Write the price as a number of euros."), field="price_amount")
    attributes = _checked_attributes(draft, category)
    _check_lot(draft, attributes)
    attributes = check_law(side, draft, attributes, command.now.date())
    return Content(
        category=draft.category,
        title=Private(company_id, title),
        description=Private(company_id, description),
        quantity=draft.quantity,
        mode=draft.mode,
        attributes={code: value for code, value in attributes.items() if not taxonomy.ATTRIBUTES[code].is_typed},
        typed={
            code: Private(company_id, value) for code, value in attributes.items() if taxonomy.ATTRIBUTES[code].is_typed
        },
        price=draft.price,
        price_cents=draft.price_cents,
        available_from=draft.available_from,
        available_to=draft.available_to,
        max_km=draft.max_km,
        visibility=draft.visibility,
        photos=_checked_photos(draft, photos),
        pickup=check_pickup(draft.pickup),
        whole_lot=draft.whole_lot,
    )


def usual_mode(category: str) -> Mode:
    """The first mode the taxonomy gives a category: give, lend, service, pooled collection or purchase."""
    letters: dict[str, Mode] = {"G": "give", "L": "lend", "S": "service", "U": "pool", "P": "purchase"}
    return letters[taxonomy.CATEGORIES[category].modes[0]]


def _check_quantity(quantity: Quantity, category: taxonomy.Category) -> None:
    if quantity.unit not in category.units:
        raise Refused(_("This unit does not fit what you chose."), field="unit")
    # A flow may be half a drum a week; what is there once is there whole.
    counted = taxonomy.UNITS[quantity.unit].dimension in ("count", "pack")
    if counted and quantity.per is None and quantity.amount % 1:
        raise Refused(_("These are counted whole: write a whole number."), field="amount")


def _checked_attributes(draft: Draft, category: taxonomy.Category) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for code, value in sorted(draft.attributes.items()):
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None or not attribute.applies_to(category.code):
            raise Refused(_("This question does not belong to what you chose."), field=code)
        if not attribute.accepts(value):
            raise Refused(_("Choose one of the answers."), field=code)
        attributes[code] = value
    return attributes


def _check_lot(draft: Draft, attributes: dict[str, str]) -> None:
    """The smallest part one may take is a part: in the same unit, no more than there is, and not of a whole lot."""
    if "minimum_lot" not in attributes:
        return
    amount, _space, unit = attributes["minimum_lot"].partition(" ")
    if unit not in ("", draft.quantity.unit):
        raise Refused(_("Keep the unit of the quantity."), field="minimum_lot")
    if not Decimal(amount):
        raise Refused(NOT_POSITIVE, field="minimum_lot")
    if Decimal(amount) > draft.quantity.amount:
        raise Refused(_("The smallest part is larger than the whole quantity."), field="minimum_lot")
    if draft.whole_lot and Decimal(amount) < draft.quantity.amount:
        raise Refused(_("All of it or nothing, or a smallest part: choose one of the two."), field="minimum_lot")


def _checked_photos(draft: Draft, present: tuple[str, ...]) -> tuple[str, ...]:
    photos = present if draft.photos is None else tuple(dict.fromkeys(draft.photos))
    if len(photos) > MAX_PHOTOS:
        raise Refused(_("A listing shows %(most)s photos at most."), field="photo", most=MAX_PHOTOS)
    return photos
