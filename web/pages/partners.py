"""The partner zones of a zone: proposed, agreed and ended by its administrators, each zone for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response
from litestar.params import FromPath

from domain.places import Place, distance_km
from domain.refused import Refused, _
from domain.zones import EndPartnership, ProposePartnership
from marketplace.links import PAGES
from projections import people
from projections.people import PEOPLE
from web import partner_views as views
from web.policies import form, page
from web.views import Choice
from web.visits import Visit, Visiting, zone_view


@page("/z/{zone:str}/partners", policy="administrator")
async def partners(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What stands between this zone and others."""
    here = await visit.zone(zone)
    async with visit.reading(PEOPLE) as read:
        said = await read.all(people.partners(here.zone_id))
        zones = {each.zone_id: each for each in await read.all(people.zones()) if each.zone_id != here.zone_id}
    ours = {row.partner_id: row.agreed for row in said if row.zone_id == here.zone_id}
    theirs = {row.zone_id: row.agreed for row in said if row.partner_id == here.zone_id}
    agreed = [each for each in zones if ours.get(each) and theirs.get(each)]
    asking = [each for each in zones if each in theirs and each not in agreed]
    asked = [each for each in zones if each in ours and each not in agreed and each not in asking]

    def shown(ids: Sequence[str]) -> tuple[views.Partner, ...]:
        return tuple(_partner(visit, here, zones[zone_id]) for zone_id in ids)

    free = [each for each in zones.values() if each.zone_id not in {*agreed, *asking, *asked}]
    view = views.PartnersPage(
        zone=zone_view(here),
        asking=shown(asking),
        partners=shown(agreed),
        asked=shown(asked),
        others=tuple(
            Choice(value=each.slug, label=f"{each.name} · {visit.wording.number(_km(here, each))} km")
            for each in sorted(free, key=lambda each: (_km(here, each), each.name))
        ),
        command=visit.new_command(),
    )
    return await visit.page("zones/partners.html", view, zone=here, current="zone")


@form("/z/{zone:str}/partners", policy="administrator")
async def propose(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Ask another zone to be partners, or agree to what it asked."""
    here = await visit.zone(zone)
    there = await _named(visit)
    command = ProposePartnership(
        **{**await visit.asked(), "seen_version": None}, zone_id=here.zone_id, partner_id=there.zone_id
    )
    await visit.carry_out(visit.services.marketplace.propose_partnership, command)
    async with visit.reading(PEOPLE) as read:
        agreed = {each.zone_id for each in await read.all(people.partner_zones(here.zone_id))}
    if there.zone_id in agreed:
        told = _("%(zone)s is your partner now: what is for partner zones is seen on both sides.")
    else:
        told = _("Proposed to %(zone)s. Once one of its administrators agrees, you are partners.")
    visit.tell(visit.say(told, zone=there.name))
    return visit.go(PAGES.partners(here.slug))


@form("/z/{zone:str}/partners/end", policy="administrator")
async def end(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """End a partnership, decline what another zone proposes, or take a proposal back."""
    here = await visit.zone(zone)
    there = await _named(visit)
    command = EndPartnership(
        **{**await visit.asked(), "seen_version": None}, zone_id=here.zone_id, partner_id=there.zone_id
    )
    await visit.carry_out(visit.services.marketplace.end_partnership, command)
    told = _("Nothing stands between you and %(zone)s any more. Exchanges under way go on.")
    visit.tell(visit.say(told, zone=there.name))
    return visit.go(PAGES.partners(here.slug))


async def _named(visit: Visit) -> people.Zone:
    given = await visit.answers()
    async with visit.reading(PEOPLE) as read:
        found = await read.one(people.zone(given.raw("partner")))
    if found is None:
        raise Refused(_("Choose a zone in the list."), field="partner")
    return found


def _partner(visit: Visit, here: people.Zone, there: people.Zone) -> views.Partner:
    return views.Partner(
        zone=zone_view(there),
        association=there.association,
        kilometres=_km(here, there),
        command=visit.new_command(),
    )


def _km(here: people.Zone, there: people.Zone) -> int:
    return round(distance_km(Place(here.latitude, here.longitude), Place(there.latitude, there.longitude)))


handlers = [partners, propose, end]
