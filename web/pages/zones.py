"""The site's home, and the home of a zone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain import taxonomy
from domain.refused import _
from projections import listings, matches, people
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from projections.purchases import PURCHASES
from web import views
from web.policies import page
from web.presenting import Presenter
from web.purchase_lists import group
from web.visits import Visit, Visiting, zone_view

LATEST: Final = 4
PURCHASES_SHOWN: Final = 2
FAMILIES_SHOWN: Final = 8
STILL_NEWS: Final = timedelta(days=60)
"""How long the home of a zone says who took it over."""


@page("/", policy="anyone")
async def home(visit: Visiting) -> Response[Any]:
    """The zones, and what this is."""
    async with visit.reading(PEOPLE, LISTINGS) as read:
        zones = await read.all(people.zones())
        shown = {zone.zone_id: zone for zone in await read.all(listings.zone_counts())}
    cards = tuple(
        views.ZoneCard(
            zone=zone_view(zone),
            companies=zone.companies,
            offers=shown[zone.zone_id].offers if zone.zone_id in shown else 0,
            requests=shown[zone.zone_id].requests if zone.zone_id in shown else 0,
            association=zone.association,
        )
        for zone in zones
    )
    return await visit.page("home.html", views.HomePage(zones=cards))


@page("/z/{zone:str}", policy="anyone")
async def zone_home(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What a zone has to offer at a glance."""
    here = await visit.zone(zone)
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    async with visit.reading(PEOPLE, LISTINGS, MATCHES, PURCHASES) as read:
        shown = await read.one(listings.zone_counts(here.zone_id))
        offers = await read.all(listings.latest(here.zone_id, "offer", LATEST))
        requests = await read.all(listings.latest(here.zone_id, "request", LATEST))
        families = await read.all(listings.families(here.zone_id))
        partners = await read.all(people.partner_zones(here.zone_id))
        open_now = await group(visit, read, here, "open", PURCHASES_SHOWN)
        found = await read.one(matches.tallies([here.zone_id]))
        hands = await read.one(people.changing_hands(here.zone_id))
        matched = await read.all(matches.counts([row.listing_id for row in (*offers, *requests)]))
    counts = {row.listing_id: row.pairs for row in matched}
    view = views.ZonePage(
        zone=zone_view(here),
        association=here.association,
        contact_mail=here.contact_mail,
        partners=tuple(zone_view(each) for each in partners),
        administers=visit.viewer.has_role(here.zone_id, "administrator"),
        results=views.ZoneResults(
            companies=here.companies,
            listings=shown.offers + shown.requests if shown else 0,
            matches=found.pairs if found else 0,
        ),
        purchases=open_now.cards,
        latest_offers=tuple(show.card(row, counts.get(row.listing_id, 0)) for row in offers),
        latest_requests=tuple(show.card(row, counts.get(row.listing_id, 0)) for row in requests),
        families=tuple(
            views.FacetOption(value=row.family, label=taxonomy.label(row.family, visit.language), count=row.n)
            for row in sorted(families, key=lambda row: row.family not in here.families)[:FAMILIES_SHOWN]
        ),
        welcome=here.welcome,
        closes_on=here.closes_on,
        closed=here.is_closed(visit.now),
        closing_reason=here.closing_reason,
        handover=_changes_hands(visit, here, hands) if hands else "",
    )
    return await visit.page("zones/home.html", view, zone=here, current="zone")


def _changes_hands(visit: Visit, here: people.Zone, hands: people.ChangingHands) -> str:
    """Who runs the zone soon, or since not long ago, for those who belong to it."""
    told = {"organisation": hands.organisation, "day": visit.wording.date(hands.effective_on)}
    if not hands.done:
        return visit.say(_("From %(day)s, %(organisation)s runs this zone. Nothing of yours changes."), **told)
    if here.day(visit.now) - hands.effective_on <= STILL_NEWS:
        return visit.say(_("Since %(day)s, %(organisation)s runs this zone. Nothing of yours has changed."), **told)
    return ""


handlers = [home, zone_home]
