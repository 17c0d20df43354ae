"""Matches as cards: the other listing, how close it is, and why, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.places import Place, distance_km
from marketplace.language import translations
from marketplace.reading import AsyncReading
from marketplace.reasons import exclusion, words
from marketplace.wording import Wording
from projections import listings, matches
from web import views
from web.presenting import Presenter

REASONS_SHOWN: Final = 6


async def match_cards(
    read: AsyncReading, show: Presenter, mine: Sequence[listings.Listing], limit: int
) -> tuple[views.MatchCard, ...]:
    """What goes with these listings, the closest first."""
    if len(mine) == 1:
        found = await read.all(matches.of_listing(mine[0].listing_id, limit=limit))
    else:
        companies = sorted({row.company_id for row in mine})
        found = await read.all(matches.of_companies(companies, limit=limit)) if companies else []
    found = found[:limit]
    others = {row.listing_id: row for row in await read.all(listings.among([pair.other_id for pair in found]))}
    own = {row.listing_id: row for row in mine}
    wording = Wording(show.language, translations(show.language))
    return tuple(
        _card(show, wording, pair, others[pair.other_id], own.get(pair.mine_id))
        for pair in found
        if pair.other_id in others
    )


def _card(
    show: Presenter,
    wording: Wording,
    pair: matches.Found,
    other: listings.Listing,
    mine: listings.Listing | None,
) -> views.MatchCard:
    card = show.card(other, metres=_metres(mine, other) if mine else None)
    return views.MatchCard(
        listing=card,
        points=pair.points,
        reasons=tuple(words(reason, wording, other.category) for reason in pair.pro[:REASONS_SHOWN]),
        against=tuple(words(reason, wording, other.category) for reason in pair.contra[:REASONS_SHOWN]),
        mine_id=pair.mine_id if mine else "",
        mine_title=mine.title if mine else "",
        new=card.new,
    )


def _metres(one: listings.Listing, other: listings.Listing) -> int:
    here, there = (Place(row.latitude, row.longitude) for row in (one, other))
    return round(1000 * distance_km(here, there))


async def near_misses(read: AsyncReading, show: Presenter, row: listings.Listing) -> tuple[views.NearMiss, ...]:
    """What nearly went with a listing, and the rule that kept it apart."""
    missed = await read.all(matches.near_misses(row.listing_id))
    others = {other.listing_id: other for other in await read.all(listings.among([miss.other_id for miss in missed]))}
    wording = Wording(show.language, translations(show.language))
    return tuple(
        views.NearMiss(listing=show.card(others[miss.other_id]), excluded_because=exclusion(miss.code, wording))
        for miss in missed
        if miss.other_id in others
    )
