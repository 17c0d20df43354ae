"""Matches as cards: the other listing, how close it is, and why, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.matches import DISMISSALS, UNDO_WITHIN
from domain.places import Place, distance_km
from marketplace import match_words
from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from marketplace.reasons import exclusion, words
from marketplace.wording import Wording
from projections import exchanges, listings, matches
from web import seeing, views
from web.presenting import Presenter
from web.visits import Visit

REASONS_SHOWN: Final = 6
Asked = tuple[str, str]
"""A listing, and the company that asked about it, or the listing of theirs it goes with."""


async def match_cards(
    visit: Visit, read: AsyncReading, show: Presenter, mine: Sequence[listings.Listing], limit: int
) -> tuple[views.MatchCard, ...]:
    """What goes with these listings, the closest first; that a company looked at it is noted."""
    if len(mine) == 1:
        found = await read.all(matches.of_listing(mine[0].listing_id, limit=limit))
    else:
        companies = sorted({row.company_id for row in mine})
        found = await read.all(matches.of_companies(companies, limit=limit)) if companies else []
    return await cards_of(visit, read, show, mine, found[:limit])


async def cards_of(
    visit: Visit,
    read: AsyncReading,
    show: Presenter,
    mine: Sequence[listings.Listing],
    found: Sequence[matches.Found],
) -> tuple[views.MatchCard, ...]:
    """These pairs, each as a card of the other listing; that a company looked at it is noted."""
    others = {row.listing_id: row for row in await read.all(listings.among([pair.other_id for pair in found]))}
    own = {row.listing_id: row for row in mine}
    under_way = await _asked(read, show, [*own, *others])
    shown = [pair for pair in found if pair.other_id in others]
    seeing.note(visit, [pair for pair in shown if not pair.awaiting])
    return tuple(_card(visit, show, pair, others[pair.other_id], own.get(pair.mine_id), under_way) for pair in shown)


def _card(
    visit: Visit,
    show: Presenter,
    pair: matches.Found,
    other: listings.Listing,
    mine: listings.Listing | None,
    under_way: Mapping[Asked, str],
) -> views.MatchCard:
    wording = show.wording
    card = show.card(other, metres=metres(mine, other) if mine else None)
    ask = pair.ask if mine else ()
    # What is asked below is not said above as well.
    asked = {f"ask_{question.code}" for question in ask}
    against = [reason for reason in pair.contra if reason.code not in asked]
    asking = {} if pair.awaiting else _asking(show, mine, other, under_way)
    return views.MatchCard(
        listing=card,
        points=pair.points,
        reasons=tuple(words(reason, wording, other.category) for reason in pair.pro[:REASONS_SHOWN]),
        against=tuple(words(reason, wording, other.category) for reason in against[:REASONS_SHOWN]),
        mine_id=pair.mine_id if mine else "",
        mine_title=mine.title if mine else "",
        new=card.new,
        questions=tuple(
            views.Asked(
                sentence=match_words.question(question, wording, other.category),
                complete=PAGES.complete_listing(question.listing_id, question.code)
                if mine and question.listing_id == mine.listing_id and show.viewer.acts_for(mine.company_id)
                else "",
            )
            for question in ask
        ),
        awaiting=pair.awaiting,
        introduced=pair.introduced,
        **asking,
        **({} if "under_way" in asking else _setting_aside(visit, show, mine, other)),
    )


def _setting_aside(
    visit: Visit, show: Presenter, mine: listings.Listing | None, other: listings.Listing
) -> dict[str, Any]:
    """How the reader, who acts for one side alone, sets the pair aside."""
    if mine is None or show.viewer.shared:
        return {}
    if show.viewer.acts_for(mine.company_id) == show.viewer.acts_for(other.company_id):
        return {}
    own, theirs = (mine, other) if show.viewer.acts_for(mine.company_id) else (other, mine)
    return {
        "own_id": own.listing_id,
        "theirs_id": theirs.listing_id,
        "dismissals": dismissals(show.wording),
        "dismiss_command": visit.new_command(),
    }


def dismissals(wording: Wording) -> tuple[views.Choice, ...]:
    """Why one may set a match aside, said."""
    return tuple(views.Choice(value=code, label=match_words.dismissal(code, wording)) for code in DISMISSALS)


async def set_aside(
    visit: Visit, read: AsyncReading, show: Presenter, rows: Sequence[matches.DismissedRow]
) -> tuple[views.SetAside, ...]:
    """Matches that the reader's companies set aside, and how to take that back while it may be."""
    ids = [listing_id for row in rows for listing_id in (row.a_id, row.b_id)]
    known = {row.listing_id: row for row in await read.all(listings.among(ids))} if ids else {}
    found = []
    for row in rows:
        other_id = row.b_id if row.listing_id == row.a_id else row.a_id
        mine, other = known.get(row.listing_id), known.get(other_id)
        if mine is not None and other is not None:
            found.append(
                views.SetAside(
                    mine_id=row.listing_id,
                    other_id=other_id,
                    title=other.title,
                    mine_title=mine.title,
                    reason=match_words.dismissal(row.reason, show.wording),
                    at=row.at,
                    restore_command=visit.new_command() if visit.now <= row.at + UNDO_WITHIN else "",
                )
            )
    return tuple(found)


async def _asked(read: AsyncReading, show: Presenter, listing_ids: Sequence[str]) -> dict[Asked, str]:
    """The exchanges of the reader's companies under way about these listings; those about one, by who asked too."""
    companies = [company.company_id for company in show.viewer.companies]
    rows = await read.all(exchanges.with_listing(companies, listing_ids)) if companies and listing_ids else []
    return {
        (row.listing_id, other): row.exchange_id
        for row in rows
        for other in (row.asker_id, row.other_listing_id)
        if other
    }


def _asking(
    show: Presenter, mine: listings.Listing | None, other: listings.Listing, under_way: Mapping[Asked, str]
) -> dict[str, Any]:
    """Where the reader, who acts for one side of a match, asks the other; or what they have under way already."""
    if (
        mine is None
        or show.viewer.shared
        or show.viewer.acts_for(mine.company_id) == show.viewer.acts_for(other.company_id)
    ):
        return {}
    own, theirs = (mine, other) if show.viewer.acts_for(mine.company_id) else (other, mine)
    there = under_way.get((theirs.listing_id, own.company_id)) or under_way.get((own.listing_id, theirs.listing_id))
    if there:
        return {"under_way": there}
    if theirs.life != "open" or own.life != "open":
        return {}
    return {"ask_about": theirs.listing_id, "asks_for": theirs.side, "with_id": own.listing_id}


def metres(one: listings.Listing, other: listings.Listing) -> int:
    """How far two listings are apart."""
    here, there = (Place(row.latitude, row.longitude) for row in (one, other))
    return round(1000 * distance_km(here, there))


async def near_misses(read: AsyncReading, show: Presenter, row: listings.Listing) -> tuple[views.NearMiss, ...]:
    """What nearly went with a listing, and the rule that kept it apart."""
    missed = await read.all(matches.near_misses(row.listing_id))
    others = {other.listing_id: other for other in await read.all(listings.among([miss.other_id for miss in missed]))}
    wording = show.wording
    return tuple(
        views.NearMiss(listing=show.card(others[miss.other_id]), excluded_because=exclusion(miss.code, wording))
        for miss in missed
        if miss.other_id in others
    )
