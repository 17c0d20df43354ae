"""Where the reader's companies are suspended, and where the reasons stand."""

from __future__ import annotations

from marketplace.links import PAGES
from projections import people, record
from projections.people import PEOPLE
from projections.record import RECORD
from web.views import Choice
from web.visits import Visit


async def suspended(visit: Visit) -> tuple[Choice, ...]:
    """The zones that suspend a company of this reader's, each with the address of its reasons."""
    zones = {zone.zone_id: zone for zone in await visit.services.zones()}
    told = []
    async with visit.reading(PEOPLE, RECORD) as read:
        for company in visit.viewer.companies:
            for standing in await read.all(people.standings(company.company_id)):
                zone = zones.get(standing.zone_id)
                if standing.standing != "suspended" or zone is None:
                    continue
                line = await read.one(record.last(zone.zone_id, company.company_id, ("suspended",)))
                if line is not None:
                    address = PAGES.statement(zone.slug, company.company_id, line.version)
                    told.append(Choice(value=address, label=zone.name, hint=company.name))
    return tuple(told)
