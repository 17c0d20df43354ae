"""A listing as matching knows it: what its author says of it, and how much of it is free."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.affinity import categories_met
from domain.events import Recorded
from domain.lexicon import Lexicon, Terms, lexicon
from domain.listings import Content, ListingPosted, Side
from domain.matching import Keys, Traits, resized, traits
from domain.nearness import cells_around, reach
from domain.places import Place
from projections import stock
from projections.matches import vocabulary
from projections.matches.rows import SHARE, CandidateRow, ListingRow
from projections.model import Rows, opened


class Reading(Struct, frozen=True):
    """What a lexicon makes of a text: what it says, the stems as they are spelt, and the words nobody explains."""

    terms: Terms
    words: tuple[str, ...]
    unknown: tuple[str, ...]


@lru_cache(maxsize=2_000)  # what an event will need is told before, from the same text
def reading(words: Lexicon, title: str, text: str) -> Reading:
    """Read a title and a text."""
    both = f"{title}\n{text}"
    return Reading(words.terms(title, text), lexicon().told_apart_by(both), words.unknown(both))


def posted(rows: Rows, recorded: Recorded, event: ListingPosted) -> ListingRow:
    """A listing that is new."""
    posted_on = recorded.at.date()
    title, text = opened(event.content.title), opened(event.content.description)
    read = reading(vocabulary.lexicon_of(rows), title, text)
    return ListingRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        visibility=event.content.visibility,
        partners=(),
        life="open",
        statuses={zone: "pending" if zone in event.awaiting else "approved" for zone in sorted(event.zones)},
        suspended=(),
        zones=(),
        waiting=(),
        latitude=float(event.place.latitude),
        longitude=float(event.place.longitude),
        posted_on=posted_on,
        amount=event.content.quantity.amount,
        free=event.content.quantity.amount,
        title=title,
        text=text,
        words=read.words,
        unknown=read.unknown,
        traits=_traits(
            event.listing_id, event.side, event.company_id, event.content, event.place, posted_on, read.terms
        ),
    )


def sought(event: ListingPosted) -> Keys:
    """Where a new listing looks, as far as its event tells: others than the built-in words rarely change the rarest."""
    said, place = event.content, event.place
    cells = cells_around(float(place.latitude), float(place.longitude), reach(said.category, said.max_km))
    rarest = reading(lexicon(), opened(said.title), opened(said.description)).terms.rarest
    return Keys(categories_met(said.category), cells, rarest)


def amended(rows: Rows, row: ListingRow, content: Content) -> ListingRow:
    """A listing of which its author says something else now."""
    place = Place(Decimal(str(row.latitude)), Decimal(str(row.longitude)))
    title, text = opened(content.title), opened(content.description)
    read = reading(vocabulary.lexicon_of(rows), title, text)
    return replace(
        row,
        visibility=content.visibility,
        amount=content.quantity.amount,
        title=title,
        text=text,
        words=read.words,
        unknown=read.unknown,
        traits=_traits(row.listing_id, row.side, row.company_id, content, place, row.posted_on, read.terms),
    )


def reread(rows: Rows, row: ListingRow) -> ListingRow:
    """The same listing, as it reads with the words that are published now."""
    read = reading(vocabulary.lexicon_of(rows), row.title, row.text)
    return replace(row, unknown=read.unknown, traits=_text(replace(traits_of(row), terms=read.terms)))


def left(rows: Rows, row: ListingRow) -> ListingRow:
    """The listing with what is free of it now; while nothing is, its traits speak of the whole."""
    known = traits_of(row)
    if known.quantity is None:
        return row
    whole = replace(known.quantity, amount=row.amount)
    counted = stock.stock(rows, SHARE, row.listing_id, row.side, known.category or "", whole)
    free = max(row.amount - counted.held - counted.taken, Decimal(0))
    weighed = free or row.amount
    if weighed != known.quantity.amount:
        row = replace(row, traits=_text(resized(known, replace(whole, amount=weighed))))
    return replace(row, free=free)


def traits_of(row: ListingRow | CandidateRow) -> Traits:
    """What matching knows of a listing."""
    return _known(row.traits)


def _traits(
    listing_id: str, side: Side, company_id: str, content: Content, place: Place, posted_on: date, terms: Terms
) -> str:
    found = traits(
        id=listing_id,
        side=side,
        title=opened(content.title),
        text=opened(content.description),
        company=company_id,
        category=content.category,
        quantity=content.quantity,
        attributes=content.answers,
        latitude=float(place.latitude),
        longitude=float(place.longitude),
        max_km=content.max_km,
        available_from=content.available_from,
        available_to=content.available_to,
        mode=content.mode,
        price=content.price,
        posted_on=posted_on,
        terms=terms,
    )
    return _text(found)


def _text(known: Traits) -> str:
    # Sets have no order of their own: written in one, the same listing is always the same text.
    return msgspec.json.encode(known, order="deterministic").decode()


_DECODER: Final = msgspec.json.Decoder(Traits)


@lru_cache(maxsize=20_000)
def _known(text: str) -> Traits:
    return _DECODER.decode(text)
