"""What companies could do together, and the outlets of a zone, for programs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from domain.opening_hours import Opening
from domain.pooling import Answer, DeclinePooling, JoinPooling, Kind
from domain.refused import NotFound, _
from projections import people, pooling
from projections.people import PEOPLE
from projections.pooling import POOLING, PoolRow
from web.api.documenting import ANYONE, MEMBER
from web.api.reading import Code, IdempotencyKey, command_id, strictly
from web.visits import Visit, Visiting


class TotalOut(Struct):
    """What can be added up, in one unit; `estimated` where a usual mass or density stood in."""

    amount: Decimal
    unit: str
    per: str | None
    estimated: bool


class PoolOut(Struct, kw_only=True):
    """What several companies have in common: how many they are and what it comes to, never whose is how much.

    `answer` is what the token owner's own company said.
    """

    id: str
    zone: str
    kind: Kind
    category: str
    stage: str
    companies: int
    totals: list[TotalOut]
    features: dict[str, list[str]]
    joined: int
    declined: int
    proposed_at: datetime | None
    answer: Answer | None = None


class PoolsOut(Struct):
    """What is proposed in a zone, and what became of it."""

    items: list[PoolOut]


class AnswerIn(Struct, forbid_unknown_fields=True):
    """Whether the company wants to be part of it; by default the token owner's own."""

    answer: Answer
    company_id: Code | None = None


class AcceptedOut(Struct):
    """One thing an outlet takes: a category, and on which conditions."""

    category: str
    conditions: str
    condition: str
    least: Decimal | None
    unit: str


class OutletOut(Struct, kw_only=True):
    """A standing outlet of the zone's guide."""

    id: str
    name: str
    operator: str
    address: str
    latitude: Decimal
    longitude: Decimal
    hours: list[Opening]
    hours_note: str
    accepts: list[AcceptedOut]
    refuses: list[str]
    price: str
    permits: str
    contact: str


class OutletsOut(Struct):
    """The guide of a zone."""

    items: list[OutletOut]


@get("/api/v1/zones/{zone:str}/pooling", **MEMBER, summary="What companies could do together", tags=["Pooling"])
async def zone_pools(visit: Visiting, zone: FromPath[str]) -> PoolsOut:
    """Totals are told from three companies up."""
    here = await visit.zone(zone)
    async with visit.reading(POOLING) as read:
        pools = await read.all(pooling.of_zone(here.zone_id))
        said = await read.all(pooling.answers([pool.pooling_id for pool in pools]))
    own = {row.pooling_id: row.answer for row in said if visit.viewer.acts_for(row.company_id)}
    return PoolsOut([_represented(pool, here.slug, own.get(pool.pooling_id)) for pool in pools])


@post(
    "/api/v1/pooling/{pooling_id:str}/answer",
    before_request=strictly(AnswerIn),
    **MEMBER,
    status_code=200,
    summary="Count a company in, or not",
    tags=["Pooling"],
)
async def answer_pool(
    visit: Visiting, pooling_id: FromPath[str], data: JSONBody[AnswerIn], key: IdempotencyKey = ""
) -> Response[PoolOut]:
    """It binds to nothing, and may be changed."""
    pool, here = await _seen(visit, pooling_id)
    own = [company.company_id for company in visit.viewer.companies]
    company_id = data.company_id or next(iter(own), "")
    if company_id not in own:
        raise NotFound(_("There is no such company."))
    asked: dict[str, Any] = {**visit.signed(command_id(key)), "pooling_id": pool.pooling_id, "company_id": company_id}
    use = visit.services.marketplace
    if data.answer == "joined":
        receipt = await visit.carry_out(use.join_pooling, JoinPooling(**asked))
    else:
        receipt = await visit.carry_out(use.decline_pooling, DeclinePooling(**asked))
    pool, here = await _seen(visit, pooling_id)
    return Response(_represented(pool, here.slug, data.answer), headers={"Position": str(receipt.position)})


@get("/api/v1/zones/{zone:str}/outlets", **ANYONE, summary="The guide of a zone", tags=["Pooling"])
async def zone_outlets(visit: Visiting, zone: FromPath[str]) -> OutletsOut:
    """Where surplus always goes, by name."""
    here = await visit.zone(zone)
    async with visit.reading(POOLING) as read:
        rows = await read.all(pooling.outlets([here.zone_id]))
    return OutletsOut(
        [
            OutletOut(
                id=row.outlet_id,
                name=row.name,
                operator=row.operator,
                address=row.address,
                latitude=row.latitude,
                longitude=row.longitude,
                hours=list(row.hours),
                hours_note=row.hours_note,
                accepts=[
                    AcceptedOut(line.category, line.conditions, line.condition, line.amount, line.unit)
                    for line in row.accepts
                ],
                refuses=list(row.refuses),
                price=row.price,
                permits=row.permits,
                contact=row.contact,
            )
            for row in rows
        ]
    )


async def _seen(visit: Visit, pooling_id: str) -> tuple[PoolRow, people.Zone]:
    async with visit.reading(POOLING, PEOPLE) as read:
        pool = await read.one(pooling.one(pooling_id))
        zones = await read.all(people.zones_by_id([pool.zone_id])) if pool else []
    if pool is None or not zones:
        raise NotFound(_("There is no such proposal."))
    return pool, zones[0]


def _represented(pool: PoolRow, zone: str, answer: Answer | None) -> PoolOut:
    return PoolOut(
        id=pool.pooling_id,
        zone=zone,
        kind=pool.kind,
        category=pool.category,
        stage="lapsed" if pool.lapsed else pool.stage,
        companies=pool.companies,
        totals=[TotalOut(total.amount, total.unit, total.per, total.estimated) for total in pool.totals],
        features={code: list(values) for code, values in pool.features.items()},
        joined=pool.joined,
        declined=pool.declined,
        proposed_at=pool.proposed_at,
        answer=answer,
    )


handlers: list[Any] = [zone_pools, answer_pool, zone_outlets]
