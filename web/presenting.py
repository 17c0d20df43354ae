"""Rows to views: a listing as a card, as facts, as a history, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from domain import taxonomy, text_flags, waste
from domain.quantities import Quantity
from domain.refused import _
from domain.routes import PERSONAL
from marketplace.language import translations
from marketplace.links import PAGES
from marketplace.photos import ON_A_CARD
from marketplace.pickup_words import lines
from marketplace.weighing import estimate
from marketplace.wording import Wording
from projections import listings
from projections.viewer import Viewer
from web import answers, views
from web.listing_views import Change

NEW_FOR: Final = timedelta(days=3)
"""How long a listing is called new."""

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
    "amend": _("The zone asks for a change"),
    "taken_back": _("The zone takes its decision back"),
    "overdue": _("Not read in the time the zone promises"),
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
        return self.wording.left(row.free, row.amount, offered=row.side == "offer") if row.life == "open" else ""

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
            views.Fact(label=self.label(code), value=self._answer(row, code, value))
            for code, value in row.attributes.items()
            if (code != "permit" or self._of_zone(row))
            and code != "minimum_lot"
            and (code not in PERSONAL or self.viewer.acts_for(row.company_id))
        ]
        said += self._in_parts(row)
        said += self._of_status(row)
        if row.available_from and row.available_from > self.now.date():
            said.append(views.Fact(label=self.say(_("From")), value=row.available_from.strftime("%d/%m/%Y")))
        if row.max_km is not None:
            said.append(views.Fact(label=self.say(_("How far")), value=self.say(_("%(km)s km at most"), km=row.max_km)))
        if self._of_zone(row):
            said += [views.Fact(label=line.label, value=line.value) for line in lines(row.pickup_terms, self.wording)]
        said.append(views.Fact(label=self.say(_("Seen by")), value=self.say(answers.VISIBILITY_WORDS[row.visibility])))
        return tuple(said)

    def _in_parts(self, row: listings.Listing) -> list[views.Fact]:
        """What it weighs in all, and whether one may take a part of it."""
        said = [(_("Weight"), estimate(quantity_of(row), row.category, self.wording, row.attributes.get("form")))]
        if row.whole_lot:
            said.append((_("In parts?"), self.say(_("All of it or nothing"))))
        if least := row.attributes.get("minimum_lot"):
            amount = Quantity(Decimal(least.partition(" ")[0]), row.unit)
            said.append((_("Smallest part"), self.wording.quantity(amount, row.category)))
        return [views.Fact(label=self.say(label), value=value) for label, value in said if value]

    def history(
        self,
        rows: Sequence[listings.HistoryRow],
        changes: Callable[[listings.HistoryRow], tuple[Change, ...]] = lambda _row: (),
    ) -> tuple[views.HistoryEntry, ...]:
        """What happened, the newest first; on whose behalf, when it was somebody else's; and what it changed."""
        return tuple(
            views.HistoryEntry(
                at=row.at,
                sentence=self.say(HAPPENED[row.what]),
                detail=self.say(answers.GROUND_WORDS[row.ground]) if row.ground else self._whose(row),
                changes=changes(row),
            )
            for row in rows
        )

    def _whose(self, row: listings.HistoryRow) -> str:
        """Who did it, where it could have been another than the company or the zone."""
        if row.for_company:
            return self.say(_("by the facilitator, on the company’s behalf"))
        return self.say(_("by the company")) if row.what == "amended" else ""

    def label(self, code: str) -> str:
        """What a detail is called."""
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None:
            return code
        return attribute.label_fr if self.language == "fr" else attribute.label_en

    def _answer(self, row: listings.Listing, code: str, value: str) -> str:
        said = answers.answer(code, value, self.say)
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is not None and attribute.is_typed:
            return self._words(said, row)
        if attribute is not None and attribute.type == "measure":
            amount, _space, unit = value.partition(" ")
            return f"{self.wording.number(Decimal(amount))} {unit}".strip()
        if code == "capacity":
            return self.wording.capacity(value, row.category)
        entry = waste.entry(value) if code == "ewc" else None
        return f"{entry.printed} · {entry.label(self.language)}" if entry else said

    def _of_status(self, row: listings.Listing) -> list[views.Fact]:
        """What the law makes of it: a product unless its holder says otherwise; what waste asks of whoever takes it."""
        is_good = taxonomy.CATEGORIES[row.category].nature == "good"
        if is_good and row.side == "offer" and "status" not in row.attributes:
            return [views.Fact(label=self.label("status"), value=self.say(answers.ANSWERS["status"]["product"]))]
        if row.attributes.get("status") != "waste" or row.side != "offer":
            return []
        needed = _("A permit, a declaration or a receipt to take this waste: its number is asked with the interest.")
        facts = [views.Fact(label=self.say(_("Whoever takes it needs")), value=self.say(needed))]
        if waste.is_hazardous(row.attributes.get("ewc", "")):
            note = _("Hazardous: the tracking note (Trackdéchets) goes with it. This site does not replace it.")
            facts.append(views.Fact(label=self.say(_("On the way")), value=self.say(note)))
        return facts

    def _of_zone(self, row: listings.Listing) -> bool:
        return is_insider(self.viewer, row)

    def masked(self, text: str, row: listings.Listing) -> str:
        """A text of a listing, without phone numbers and addresses for whoever is not of the zone."""
        return self._words(text, row) if text else ""

    def _words(self, text: str, row: listings.Listing) -> str:
        if not text:
            return self.say(_("(erased)")) if row.standing == "erased" else ""
        return text if self._of_zone(row) else text_flags.mask(text)


def is_insider(viewer: Viewer, row: listings.Listing) -> bool:
    """Whether a reader is told how to reach its company in its texts: of its zone, or of a partner it is shown to."""
    return row.zone_id in viewer.zones or viewer.acts_for(row.company_id) or row.visibility == "partners"


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
