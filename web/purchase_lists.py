"""Group purchases of a zone as cards: what everyone sees, and what is each reader's own."""

from __future__ import annotations

from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.purchases import State
from web import purchase_views as views
from web.purchase_readers import in_full, presenter
from web.visits import Visit


async def group(
    visit: Visit, read: AsyncReading, here: people.Zone, state: State, limit: int, after: str = ""
) -> views.Group:
    """A page of those of one kind, and the address of the next one."""
    show = presenter(visit, here)
    found = await read.all(purchases.in_zone(here.zone_id, state, visit.now, after, limit))
    rows, following = purchases.page_of(found, limit)
    if not rows:
        return views.Group(state=state, cards=())
    rows = await in_full(visit, read, rows)
    told = await read.all(purchases.terms([row.purchase_id for row in rows]))
    terms = {one.purchase_id: one for one in told}
    companies = [company.company_id for company in visit.viewer.companies if not visit.viewer.shared]
    elsewhere = {row.zone_id for row in rows} - {here.zone_id}
    zones = {zone.zone_id: zone.name for zone in await read.all(people.zones_by_id(sorted(elsewhere)))}
    taken = await read.all(purchases.of_companies(companies)) if companies else []
    own = {one.purchase_id: one for one in taken}
    return views.Group(
        state=state,
        cards=tuple(
            show.card(row, terms.get(row.purchase_id), own.get(row.purchase_id), zones.get(row.zone_id, ""))
            for row in rows
        ),
        more=PAGES.purchases(here.slug, state=state, after=following) if following else "",
    )
