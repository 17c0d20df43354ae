"""My page: what waits for me, what matches my listings, and my listings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response

from projections import listings, matches, people
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from web import answers, views
from web.matching import match_cards
from web.pages.account import DAYS
from web.pages.inbox import turns
from web.policies import page
from web.presenting import Presenter
from web.visits import Visit, Visiting

TURNS_SHOWN: Final = 3
MATCHES_SHOWN: Final = 12
LISTINGS_SHOWN: Final = 100
RENEW_AHEAD: Final = timedelta(days=10)
STILL_RENEWABLE: Final = timedelta(days=30)
"""How long after its end a listing still asks to be renewed on this page."""


@page("/me", policy="member")
async def me(visit: Visiting) -> Response[Any]:
    """What is mine, and what needs me."""
    company_ids = [company.company_id for company in visit.viewer.companies]
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    async with visit.reading(PEOPLE, LISTINGS, MATCHES) as read:
        homes = await read.all(people.zones_by_id([visit.viewer.home_zone]))
        mine = (await read.all(listings.of_companies(company_ids, limit=LISTINGS_SHOWN)))[:LISTINGS_SHOWN]
        cards = await match_cards(visit, read, show, mine, limit=MATCHES_SHOWN) if mine else ()
        counts = {row.listing_id: row.pairs for row in await read.all(matches.counts([row.listing_id for row in mine]))}
    home = homes[0] if homes else None
    first = await turns(visit, company_ids, visit.now, TURNS_SHOWN)
    view = views.MyPage(
        turns=first,
        owed=await visit.owed() if first else 0,
        matches=cards,
        listings=tuple(_mine(visit, show, row, counts.get(row.listing_id, 0)) for row in mine),
        digest_day=visit.say(DAYS[home.digest_weekday - 1]) if home else "",
    )
    return await visit.page("me.html", view, zone=home, current="me")


def _mine(visit: Visit, show: Presenter, row: listings.Listing, found: int) -> views.MyListing:
    rejected = row.status == "rejected" and row.life == "open"
    ends = row.expires_at
    ending = (
        ends is not None
        and row.life in ("open", "expired")
        and ends - RENEW_AHEAD < visit.now < ends + STILL_RENEWABLE
        and not rejected
    )
    ground = visit.say(answers.GROUND_WORDS[row.ground]) if rejected and row.ground else ""
    return views.MyListing(
        card=show.card(row, found),
        needs="amend" if rejected else "renew" if ending else "",
        expires_on=ends.date() if ends and row.life == "open" else None,
        renew_command=visit.new_command(),
        seen_version=row.version,
        why=" — ".join(filter(None, (ground, row.sentence))) if rejected else "",
    )


handlers = [me]
