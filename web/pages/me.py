"""My page: what waits for me, what matches my listings, and my listings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from litestar import Response

from domain.listings import SIDES, last_day, lasts_longer
from domain.matches import UNDO_WITHIN
from marketplace.links import PAGES
from projections import charters, federations, listings, matches, people, purchases
from projections.charters import CHARTERS
from projections.federations import FEDERATIONS
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from projections.pooling import POOLING
from projections.purchases import PURCHASES
from web import answers, views
from web.beginning import posted_before
from web.listing_views import DraftLine
from web.matching import match_cards, set_aside
from web.pages.account import DAYS
from web.pages.inbox import turns
from web.policies import page
from web.pooling import my_pools
from web.presenting import Presenter
from web.saved_searches import saved_searches
from web.suspended import suspended
from web.visits import Visit, Visiting

TURNS_SHOWN: Final = 3
MATCHES_SHOWN: Final = 12
LISTINGS_SHOWN: Final = 100
RENEW_AHEAD: Final = timedelta(days=10)
REMEMBERED: Final = timedelta(days=14)
"""What was to stay for less than this is not asked about: its author remembers the day they gave it."""
STILL_RENEWABLE: Final = timedelta(days=30)
"""How long after its end a listing still asks to be renewed on this page."""


@page("/me", policy="member")
async def me(visit: Visiting) -> Response[Any]:
    """What is mine, and what needs me."""
    company_ids = [company.company_id for company in visit.viewer.companies]
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    async with visit.reading(PEOPLE, LISTINGS, MATCHES, POOLING, CHARTERS, FEDERATIONS, PURCHASES) as read:
        pools = await my_pools(visit, read)
        homes = await read.all(people.zones_by_id([visit.viewer.home_zone]))
        mine = (await read.all(listings.of_companies(company_ids, limit=LISTINGS_SHOWN)))[:LISTINGS_SHOWN]
        cards = await match_cards(visit, read, show, mine, limit=MATCHES_SHOWN) if mine else ()
        gone = await read.all(matches.dismissed_by(company_ids, visit.now - UNDO_WITHIN)) if mine else []
        aside = await set_aside(visit, read, show, gone)
        drafts = await read.all(listings.drafts(visit.viewer.actor, company_ids))
        elsewhere = sorted({draft.company_id for draft in drafts} - set(company_ids))
        known = [await read.one(people.company(company_id)) for company_id in elsewhere]
        named = {company.company_id: company.name for company in known if company}
        sites = await read.all(people.sites(company_ids)) if company_ids else []
        counts = {row.listing_id: row.pairs for row in await read.all(matches.counts([row.listing_id for row in mine]))}
        asking = [
            asked
            for company in visit.viewer.companies
            for asked in await read.all(charters.unaccepted(company.company_id, company.zones, visit.language))
        ]
        read_by_me = await read.all(federations.mine())
        asked_over = await read.all(people.handovers_to(visit.viewer.member_id))
        changing = await read.all(people.zones_by_id([act.zone_id for act in asked_over]))
        shared = await read.all(purchases.these(visit.viewer.asked)) if visit.viewer.asked else []
    home = homes[0] if homes else None
    first = await turns(visit, company_ids, visit.now, TURNS_SHOWN)
    view = views.MyPage(
        pools=pools,
        turns=first,
        owed=await visit.owed() if first else 0,
        matches=cards,
        listings=tuple(_mine(visit, show, row, counts.get(row.listing_id, 0)) for row in mine),
        set_aside=aside,
        searches=await saved_searches(visit),
        drafts=tuple(_draft(visit, draft, named) for draft in drafts),
        again=await posted_before(visit, company_ids),
        sites=tuple(views.Choice(value=site.site_id, label=site.name) for site in sites),
        digest_day=visit.say(DAYS[home.digest_weekday - 1]) if home else "",
        charters=tuple(
            views.Choice(value=asked.charter_id, label=asked.title, hint=str(asked.before or "")) for asked in asking
        ),
        suspended=await suspended(visit),
        federations=tuple(views.Choice(value=each.slug, label=each.name) for each in read_by_me),
        handovers=tuple(
            views.Choice(value=PAGES.handover(each.slug, act.handover_id), label=each.name)
            for act in asked_over
            for each in changing
            if each.zone_id == act.zone_id and each.day(visit.now) <= act.effective_on
        ),
        shared=tuple(views.Choice(value=row.purchase_id, label=row.title) for row in shared),
        guest=visit.viewer.is_guest,
    )
    return await visit.page("me.html", view, zone=home, current="me")


def _mine(visit: Visit, show: Presenter, row: listings.Listing, found: int) -> views.MyListing:
    rejected = (row.status == "rejected" or row.is_to_be_changed) and row.life == "open"
    ends = row.expires_at
    ending = (
        ends is not None
        and row.life in ("open", "expired")
        and ends - RENEW_AHEAD < visit.now < ends + STILL_RENEWABLE
        and not rejected
    )
    needs = _needs(row, visit.now) if ending else ""
    ground = visit.say(answers.GROUND_WORDS[row.ground]) if rejected and row.ground else ""
    return views.MyListing(
        card=show.card(row, found),
        needs="amend" if rejected else needs,
        expires_on=last_day(ends) if ends and row.life == "open" else None,
        renew_command=visit.new_command(),
        seen_version=row.version,
        why=" — ".join(filter(None, (ground, row.sentence))) if rejected else "",
    )


def _needs(row: listings.Listing, now: datetime) -> Literal["renew", "redate", ""]:
    """What a listing that ends needs: a tap, or another last day; nothing once the day its author gave is past."""
    if lasts_longer(row.expires_at, row.available_to, now):
        return "renew"
    asked = row.life == "open" and row.expires_at is not None and row.expires_at - row.posted_at >= REMEMBERED
    return "redate" if asked else ""


def _draft(visit: Visit, row: listings.DraftRow, named: Mapping[str, str]) -> DraftLine:
    side: Any = row.answers.get("side")
    return DraftLine(
        listing_id=row.listing_id,
        title=row.answers.get("title", ""),
        at=row.at,
        command=visit.new_command(),
        side=side if side in SIDES else None,
        company=named.get(row.company_id, ""),
        photos=len(row.photos),
    )


handlers = [me]
