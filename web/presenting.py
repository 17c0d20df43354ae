"""Rows to views: a listing as a card, as facts, as a history, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import cos, radians
from typing import Final

from domain import taxonomy, text_flags
from domain.places import Place
from domain.quantities import Quantity
from domain.refused import _
from marketplace.language import translations
from marketplace.links import PAGES
from marketplace.photos import ON_A_CARD
from marketplace.wording import Wording
from projections import listings
from projections.viewer import Viewer
from web import answers, views

NEW_FOR: Final = timedelta(days=3)
"""How long a listing is called new."""
METRES_IN_DEGREE: Final = 111_195
LEAST_REACH: Final = 600
"""Metres to the edge of a plan on which everything is next door."""
ON_PLAN: Final = 1.08
"""A plan reaches a little further than its furthest pin."""

HAPPENED: Final = {
    "posted": _("Posted"),
    "amended": _("Amended"),
    "withdrawn": _("Withdrawn"),
    "renewed": _("Renewed"),
    "expired": _("Expired"),
    "approved": _("Approved by the zone"),
    "rejected": _("Not published by the zone"),
    "fulfilled": _("Everything has found its place"),
    "reopened": _("Something is left after all"),
}


class Presenter:
    """Shows rows to one reader, at one moment."""

    def __init__(self, viewer: Viewer, say: Callable[..., str], language: str, now: datetime) -> None:
        self.viewer = viewer
        self.say = say
        self.language = language
        self.now = now
        self.wording = Wording(language, translations(language))

    def card(self, row: listings.Listing, matches: int = 0, metres: int | None = None) -> views.ListingCard:
        """A listing in a list."""
        return views.ListingCard(
            id=row.listing_id,
            kind=kind(row.side, row.category),
            side=row.side,
            title=self._words(row.title, row),
            category_code=row.category,
            category=taxonomy.label(row.category, self.language),
            posted_at=row.posted_at,
            status=status(row),
            quantity=quantity_of(row),
            left=self._left(row),
            price=views.Price(terms=row.price, cents=row.price_cents, currency=row.currency, unit=row.unit),
            company=row.company,
            place=row.site,
            metres=row.metres if metres is None else metres,
            until=row.available_to,
            matches=matches,
            new=self.now - (row.shown_at or row.posted_at) < NEW_FOR,
            photo=PAGES.photo(row.photos[0], ON_A_CARD) if row.photos else None,
        )

    def quantity(self, row: listings.Listing) -> str:
        """All there is of it, in words."""
        return self.wording.quantity(quantity_of(row), row.category)

    def _left(self, row: listings.Listing) -> str:
        """What is left of it, where some was promised or collected."""
        if row.free == row.amount or row.life != "open":
            return ""
        if not row.free:
            return self.say(_("all promised"))
        message = _("%(n)s left") if row.side == "offer" else _("%(n)s still sought")
        return self.say(message, n=self.wording.number(row.free))

    def description(self, row: listings.Listing) -> str:
        """What the author wrote, without phone numbers and addresses for whoever is not of the zone."""
        return self._words(row.description, row)

    def hides_contact(self, row: listings.Listing) -> bool:
        """Whether something of the text is masked to this reader."""
        return not self._of_zone(row) and (
            row.company is None or any(text_flags.mask(text) != text for text in (row.title, row.description))
        )

    def facts(self, row: listings.Listing) -> tuple[views.Fact, ...]:
        """What else is known, line by line; what nobody said is not shown."""
        said = [
            views.Fact(label=self._label(code), value=answers.answer(code, value, self.say))
            for code, value in row.attributes.items()
        ]
        if row.available_from and row.available_from > self.now.date():
            said.append(views.Fact(label=self.say(_("From")), value=row.available_from.strftime("%d/%m/%Y")))
        if row.max_km is not None:
            said.append(views.Fact(label=self.say(_("How far")), value=self.say(_("%(km)s km at most"), km=row.max_km)))
        said.append(views.Fact(label=self.say(_("Seen by")), value=self.say(answers.VISIBILITY_WORDS[row.visibility])))
        return tuple(said)

    def history(self, rows: Sequence[listings.HistoryRow]) -> tuple[views.HistoryEntry, ...]:
        """What happened, the newest first; on whose behalf, when it was somebody else's."""
        return tuple(
            views.HistoryEntry(
                at=row.at,
                sentence=self.say(HAPPENED[row.what]),
                detail=self.say(answers.GROUND_WORDS[row.ground])
                if row.ground
                else (self.say(_("by the facilitator, on the company’s behalf")) if row.for_company else ""),
            )
            for row in rows
        )

    def plan(self, cards: Sequence[tuple[listings.Listing, views.ListingCard]], centre: Place, name: str) -> views.Plan:
        """Listings drawn around a place."""
        pins = tuple(
            views.Pin(number=number, east=east, north=north, card=shown)
            for number, (row, shown) in enumerate(cards, 1)
            for east, north in [_offset(centre, row.latitude, row.longitude)]
        )
        furthest = max((max(abs(pin.east), abs(pin.north)) for pin in pins), default=0)
        return views.Plan(centre=name, reach=max(LEAST_REACH, int(furthest * ON_PLAN)), pins=pins)

    def _label(self, code: str) -> str:
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None:
            return code
        return attribute.label_fr if self.language == "fr" else attribute.label_en

    def _of_zone(self, row: listings.Listing) -> bool:
        return row.zone_id in self.viewer.zones or self.viewer.acts_for(row.company_id)

    def _words(self, text: str, row: listings.Listing) -> str:
        if not text:
            return self.say(_("(erased)")) if row.standing == "erased" else ""
        return text if self._of_zone(row) else text_flags.mask(text)


def quantity_of(row: listings.Listing) -> Quantity:
    """All there is of a listing."""
    return Quantity(row.amount, row.unit, row.per)  # type: ignore[arg-type]  # a period, as posted


def kind(side: str, category: str) -> views.Kind:
    """A shared service or a group purchase is named as such, whichever its side."""
    match taxonomy.kind(category):
        case "service":
            return "service"
        case "purchase":
            return "purchase"
        case _:
            return "offer" if side == "offer" else "request"


def status(row: listings.Listing) -> views.Status:
    """One word for where a listing stands: what its company did last counts before what the zone decided."""
    return row.life if row.life != "open" else row.status


def _offset(centre: Place, latitude: Decimal, longitude: Decimal) -> tuple[int, int]:
    """Metres east and north of a place, on ground flat enough for a zone."""
    north = float(latitude - centre.latitude) * METRES_IN_DEGREE
    east = float(longitude - centre.longitude) * METRES_IN_DEGREE * cos(radians(float(centre.latitude)))
    return round(east), round(north)
