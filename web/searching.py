"""A search for a reader: what they may ask for, understood as the zone's listings speak, and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.places import Place
from domain.refused import _
from marketplace.reading import AsyncReading
from marketplace.searching import Asked, asked_for, search_of
from projections import listings, matches, people
from projections.listings import Search
from projections.people import PEOPLE
from web import answers
from web.visits import Visit

FACETS: Final = {
    "zone": _("Zone"),
    "side": _("Kind"),
    "family": _("Family"),
    "condition": _("Condition"),
    "recurrence": _("How often"),
    "price": _("Terms"),
    "reach": _("Distance"),
}
BELOW: Final = _("In detail")
SIDE_WORDS: Final = {"offer": _("Offers"), "request": _("Requests")}
RECURRENCE_WORDS: Final = {"once": _("Once"), "flow": _("Regularly")}


class Understood(Struct, frozen=True):
    """What is looked for in the end; `partly` when nothing has all of it."""

    search: Search
    partly: bool = False


class Scope(Struct, frozen=True):
    """What a reader may ask of a zone: only its members know where listings lie, and whose they are."""

    zone: people.Zone
    insider: bool
    zones: dict[str, people.Zone]
    """Those the reader may choose from, by slug, that of the page first."""
    centre: Place
    centre_name: str

    def asked(self, values: Callable[[str], Iterable[str]]) -> Asked:
        """What an address or a form asks for."""
        return asked_for(values, self.zones, near=self.insider)


async def scope_of(visit: Visit, here: people.Zone) -> Scope:
    """What this reader may ask of a zone."""
    insider = here.zone_id in visit.viewer.zones
    centre, name = await centre_of(visit, here)
    zones: list[people.Zone] = []
    if insider:
        async with visit.reading(PEOPLE) as read:
            partners = await read.all(people.partner_zones(*visit.viewer.zones))
        own = [zone for zone in await visit.services.zones() if zone.zone_id in visit.viewer.zones]
        # That of the page, then the reader's others, then what their partners show them.
        zones = [*sorted(own, key=lambda zone: zone.zone_id != here.zone_id), *partners]
    return Scope(here, insider, {zone.slug: zone for zone in zones}, centre, name)


async def wanted(visit: Visit, read: AsyncReading, scope: Scope, asked: Asked) -> Understood:
    """What to look for: the order by match asks how closely the reader's own listings go with others."""
    companies = [company.company_id for company in visit.viewer.companies]
    closeness = None
    if asked.sort == "match" and companies and scope.insider:
        closeness = {row.listing_id: row.hundredths for row in await read.all(matches.closest(companies))}
    search = search_of(
        asked,
        scope.zone.zone_id,
        {slug: zone.zone_id for slug, zone in scope.zones.items()},
        place=scope.centre if scope.insider else None,
        closeness=closeness,
    )
    return await understood(read, search, exact=asked.exact)


async def understood(read: AsyncReading, search: Search, *, exact: bool = False) -> Understood:
    """The search as the listings of its zones speak: misspelt words corrected, unless it is meant `exact`."""
    if not listings.has_words(search):
        return Understood(search)
    search = replace(search, terms=tuple((term.words, term.concept) for term in await read.all(listings.terms())))
    answer = await read.one(listings.heard(search))
    if answer is None:
        return Understood(search)
    unheard = () if exact else listings.unheard(search, answer)
    if unheard:
        spelt = await read.all(listings.spellings(search, unheard))
        better = replace(search, text=listings.respelling(search, unheard, spelt))
        again = await read.one(listings.heard(better)) if better.text != search.text else None
        if again is not None and again.together > answer.together:
            search, answer = better, again
    return Understood(listings.fitted(search, answer), partly=answer.together < len(answer.known))


async def centre_of(visit: Visit, here: people.Zone) -> tuple[Place, str]:
    """Where distances are counted from: the reader's own site, else the middle of the zone."""
    company_ids = [company.company_id for company in visit.viewer.companies]
    if company_ids:
        async with visit.reading(PEOPLE) as read:
            sites = await read.all(people.sites(company_ids))
        if sites:
            return Place(sites[0].latitude, sites[0].longitude), visit.say(_("You"))
    return Place(here.latitude, here.longitude), here.name


def label(visit: Visit, scope: Scope | None, facet: str, value: str) -> str:
    """An answer of a facet, in the reader's language."""
    if facet == "zone":
        return scope.zones[value].name if scope and value in scope.zones else value
    if facet in ("family", "category"):
        return taxonomy.label(value, visit.language)
    if facet == "reach":
        return visit.say(_("within %(km)s km"), km=value)
    words = {
        "side": SIDE_WORDS,
        "condition": answers.ANSWERS["condition"],
        "recurrence": RECURRENCE_WORDS,
        "price": answers.PRICE_WORDS,
    }
    return visit.say(words[facet][value])
