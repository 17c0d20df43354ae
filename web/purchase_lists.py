"""Group purchases of a zone as cards: what everyone sees, and what is each reader's own."""

from __future__ import annotations

from domain.refused import _
from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.purchases import PurchaseRow, State
from web import purchase_views as views
from web.purchase_readers import in_full, presenter
from web.purchasing import PurchasePresenter
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
    coming = {row.purchase_id: await _coming(read, row, show) for row in rows if row.stage == "confirmed"}
    return views.Group(
        state=state,
        cards=tuple(
            show.card(
                row,
                terms.get(row.purchase_id),
                own.get(row.purchase_id),
                zones.get(row.zone_id, ""),
                coming.get(row.purchase_id, ""),
            )
            for row in rows
        ),
        more=PAGES.purchases(here.slug, state=state, after=following) if following else "",
    )


async def _coming(read: AsyncReading, row: PurchaseRow, show: PurchasePresenter) -> str:
    """When a session that is settled takes place, or the lorry comes; empty of anything else."""
    if row.form == "session":
        session = await read.one(purchases.session(row.purchase_id))
        return show.say(_("Takes place on %(moment)s"), moment=show.moment(session.starts_at)) if session else ""
    if row.form == "collection":
        collection = await read.one(purchases.collection(row.purchase_id))
        on = collection.on if collection else None
        return show.say(_("The lorry comes on %(day)s"), day=show.wording.weekday(on)) if on else ""
    return ""
