"""What an amendment changed, field by field and in words; what was written before is for those it concerns only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import json

from domain import taxonomy
from domain.listings import PickupTerms
from domain.quantities import Quantity
from domain.refused import _
from marketplace.pickup_words import summary
from projections import listings
from web import answers, views
from web.listing_views import Change
from web.presenting import Presenter

LABELS: Final[Mapping[str, str]] = {
    "title": _("Title"),
    "category": _("Category"),
    "quantity": _("Quantity"),
    "price": _("Terms"),
    "available_from": _("From"),
    "available_to": _("Until"),
    "max_km": _("How far"),
    "visibility": _("Seen by"),
    "photos": _("Photos"),
    "pickup": _("Pick-up"),
    "whole_lot": _("In parts?"),
    "description": _("Details"),
}
"""By the name of the field, in the order they are told; what else changed is an answer to a question."""


def changes(show: Presenter, row: listings.HistoryRow, category: str, *, texts: bool) -> tuple[Change, ...]:
    """The changes of one amendment. Where `texts` may be read they stand before and after, "(erased)" once they are."""
    return told(show, row.before, row.after, category, texts=texts)


def told(
    show: Presenter, before: Mapping[str, str], after: Mapping[str, str], category: str, *, texts: bool
) -> tuple[Change, ...]:
    """The same of any two states of a listing, of which only what differs is given."""
    named = [name for name in LABELS if name in after]
    named += [name for name in sorted(after) if name not in LABELS and name in taxonomy.ATTRIBUTES]
    return tuple(_change(show, name, before.get(name, ""), after[name], category, texts=texts) for name in named)


def _change(show: Presenter, name: str, before: str, after: str, category: str, *, texts: bool) -> Change:
    label = show.say(LABELS[name]) if name in LABELS else show.label(name)
    if listings.is_text(name) and not texts:
        return Change(label=label)
    if listings.is_text(name) and not before and not after:
        before = after = show.say(_("(erased)"))
    return Change(label=label, before=_said(show, name, before, category), after=_said(show, name, after, category))


def _said(show: Presenter, name: str, value: str, category: str) -> str:  # noqa: C901, PLR0911  (one flat case per field)
    if not value:
        return show.say(_("not said"))
    match name:
        case "pickup":
            return summary(json.decode(value, type=PickupTerms), show.wording)
        case "whole_lot":
            return show.say(_("All of it or nothing"))
        case "category":
            return taxonomy.label(value, show.language)
        case "quantity":
            amount, unit, *per = value.split(" ")
            return show.wording.quantity(Quantity(Decimal(amount), unit, *per), category)  # type: ignore[arg-type]  # as posted
        case "price":
            terms, *figures = value.split(" ")
            price = views.Price(terms=terms)  # type: ignore[arg-type]  # as posted
            if figures:
                cents, currency, unit = figures
                price = views.Price(terms=terms, cents=int(cents), currency=currency, unit=unit)  # type: ignore[arg-type]  # as posted
            return show.wording.price(price, category)
        case "available_from" | "available_to":
            return show.wording.date(date.fromisoformat(value))
        case "max_km":
            return show.say(_("%(km)s km at most"), km=value)
        case "visibility":
            return show.say(answers.VISIBILITY_WORDS[value]) if value in answers.VISIBILITY_WORDS else value
        case _ if name in taxonomy.ATTRIBUTES:
            return answers.answer(name, value, show.say)
        case _:
            return value
