"""Who reads a group purchase: whose companies take part, who leads it, and what of it they may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from msgspec import Struct

from domain.purchases import BUYERS
from domain.refused import NotFound, _
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PurchaseRow
from projections.viewer import Represented
from web.forms import Answers
from web.purchasing import PurchasePresenter
from web.visits import Visit

R = TypeVar("R", bound=PurchaseRow)

ORGANISERS: Final = ("facilitator", "administrator")
EVERYTHING: Final = 2**62
"""A position beyond every log: whoever waits for it sees all there is."""


class Filled(Struct, frozen=True):
    """A form that comes back: which one, and what was typed in it."""

    key: str
    given: Answers


def organises(visit: Visit, zone_id: str) -> bool:
    """Whether the reader leads the group purchases of a zone."""
    return visit.viewer.has_role(zone_id, *ORGANISERS)


def own_companies(visit: Visit, zone_id: str) -> list[Represented]:
    """The reader's companies that the zone admits; a shared phone commits none."""
    if visit.viewer.shared:
        return []
    return [company for company in visit.viewer.companies if zone_id in company.zones]


async def who_may_join(visit: Visit, read: AsyncReading, row: PurchaseRow) -> list[Represented]:
    """The reader's companies that may take part.

    Those of the zone, those of partner zones where it is open to them, and guests with whom this one is shared.
    """
    if visit.viewer.shared:
        return []
    zones = {row.zone_id}
    if row.partners:
        zones |= {zone.zone_id for zone in await read.all(people.partner_zones(row.zone_id))}
    shared = {
        guest.company_id
        for guest in await read.all(people.guests(row.purchase_id))
        if guest.until > visit.now and guest.kind in BUYERS
    }
    return [company for company in visit.viewer.companies if zones & set(company.zones) or company.company_id in shared]


async def follows(visit: Visit, row: PurchaseRow) -> bool:
    """Whether the reader is of the zone, or of one that may join."""
    if row.zone_id in visit.viewer.zones or not row.partners:
        return row.zone_id in visit.viewer.zones
    async with visit.reading(PEOPLE) as read:
        partners = await read.all(people.partner_zones(row.zone_id))
    return any(zone.zone_id in visit.viewer.zones for zone in partners)


def presenter(visit: Visit, zone: people.Zone) -> PurchasePresenter:
    """How group purchases of a zone are shown to this reader."""
    return PurchasePresenter(visit.say, visit.wording, visit.language, visit.now, zone.time_zone)


async def seen(visit: Visit, purchase_id: str) -> tuple[PurchaseRow, people.Zone]:
    """A group purchase this reader may see, and its zone; any other is missing to them."""
    async with visit.reading(PURCHASES, PEOPLE) as read:
        return await found(visit, read, purchase_id)


async def found(visit: Visit, read: AsyncReading, purchase_id: str) -> tuple[PurchaseRow, people.Zone]:
    """The same, where something is being read already."""
    row = await read.one(purchases.one(purchase_id))
    zone = await _zone(visit, read, row.zone_id) if row else None
    if row is None or zone is None:
        raise NotFound(_("There is no such group purchase."))
    [row] = await in_full(visit, read, [row])
    return row, zone


async def _zone(visit: Visit, read: AsyncReading, zone_id: str) -> people.Zone | None:
    known = (zone for zone in await visit.services.zones() if zone.zone_id == zone_id)
    return next(known, None) or await read.one(people.zones_by_id([zone_id]))


async def in_full(visit: Visit, read: AsyncReading, rows: Sequence[R]) -> list[R]:
    """Group purchases with the totals that so few make up that only the organiser reads them, where this is one."""
    led = {zone_id for zone_id in {row.zone_id for row in rows} if organises(visit, zone_id)}
    hidden = [row.purchase_id for row in rows if row.zone_id in led and (row.total is None or row.wished is None)]
    states = {one.purchase_id: one for one in await read.all(purchases.states(hidden))} if hidden else {}
    return [states[row.purchase_id].told(row) if row.purchase_id in states else row for row in rows]
