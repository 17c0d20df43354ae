"""Pooled collections for programs: the totals, a company's own stop, and every stop for the organiser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.listings import PickupTerms
from domain.purchases import MOST_LOADS, ConfirmStop, DeclareStop, Load, Outcome, SkipStop
from domain.quantities import parse_amount
from projections.purchases import StopRow
from projections.purchases.stops import Answer
from web import collecting
from web.api.documenting import MEMBER
from web.api.listings import PickupIn
from web.api.reading import Code, IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly, without_nul
from web.purchase_readers import organises, seen
from web.purchase_steps import company_for
from web.visits import Visit, Visiting

READ: Final[dict[str, Any]] = {**MEMBER, "tags": ["Group purchases"]}
STEP: Final[dict[str, Any]] = {**READ, "status_code": 200}


class LoadOut(Struct):
    """So much of one format, a category, in one condition."""

    format: str
    condition: str
    quantity: Decimal


class StopOut(Struct, kw_only=True):
    """What a company hands over in a round, and what became of it; `weight` is in kilograms."""

    company: str
    number: int
    site: str
    loads: list[LoadOut]
    access: PickupTerms
    answer: Answer
    remark: str
    on: date | None
    place: int | None
    outcome: Outcome | None
    weight: Decimal | None
    said: str


class CollectionOut(Struct, kw_only=True):
    """A collection: free from `free_from` per cent of `good` conditions on. `stops` are one's own, or all to who leads.

    `units` and `good_units` are of the coming round; None while so few declared something that it would tell who.
    """

    free_from: int | None
    good: list[str]
    every_weeks: int | None
    number: int
    on: date | None
    units: Decimal | None
    good_units: Decimal | None
    percent: int | None
    free: bool | None
    stops: list[StopOut]


class LoadIn(Struct, forbid_unknown_fields=True):
    """So much ("40") of one format, such as PAL.EPAL1, in one condition, such as B or BROKEN."""

    format: Code
    condition: Code
    quantity: Code


class StopIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a company hands over. While pledges are open it is the pledge, and a first one accepts the charter."""

    site_id: Code
    loads: Annotated[list[LoadIn], Meta(min_length=1, max_length=MOST_LOADS)]
    access: PickupIn = PickupIn()
    remark: Text = ""
    accepts_charter: bool = False
    company_id: Code | None = None


class Answered(Struct, forbid_unknown_fields=True):
    """Which company answers; needed by whoever acts for several."""

    company_id: Code | None = None


@get("/api/v1/purchases/{purchase_id:str}/collection", **READ, summary="Read a pooled collection")
async def show_collection(visit: Visiting, purchase_id: FromPath[str]) -> CollectionOut:
    """The newest round first; a company reads its own stops, the organiser all of them in their order."""
    return await _told(visit, purchase_id)


@put("/api/v1/purchases/{purchase_id:str}/stop", before_request=strictly(StopIn), **STEP, summary="Declare a stop")
async def declare_stop(
    visit: Visiting,
    purchase_id: FromPath[str],
    data: JSONBody[StopIn],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Response[CollectionOut]:
    """Said again, it replaces what was said; for the next round too."""
    command = DeclareStop(
        **await company_asked(visit, purchase_id, data.company_id or "", key, if_match),
        site_id=data.site_id,
        loads=tuple(Load(one.format, one.condition, parse_amount(one.quantity)) for one in data.loads),
        access=msgspec.convert(msgspec.to_builtins(data.access), PickupTerms),
        remark=without_nul(data.remark),
        accepts_charter=data.accepts_charter,
    )
    receipt = await visit.carry_out(visit.services.marketplace.declare_stop, command)
    return await _answered(visit, purchase_id, receipt.position)


@post(
    "/api/v1/purchases/{purchase_id:str}/stop/confirm",
    before_request=strictly(Answered),
    **STEP,
    summary="Have the same ready again",
)
async def confirm_stop(
    visit: Visiting, purchase_id: FromPath[str], data: JSONBody[Answered], key: IdempotencyKey = ""
) -> Response[CollectionOut]:
    """For the coming round, once it has its day."""
    command = ConfirmStop(**await company_asked(visit, purchase_id, data.company_id or "", key))
    receipt = await visit.carry_out(visit.services.marketplace.confirm_stop, command)
    return await _answered(visit, purchase_id, receipt.position)


@post(
    "/api/v1/purchases/{purchase_id:str}/stop/skip",
    before_request=strictly(Answered),
    **STEP,
    summary="Sit a round out",
)
async def skip_stop(
    visit: Visiting, purchase_id: FromPath[str], data: JSONBody[Answered], key: IdempotencyKey = ""
) -> Response[CollectionOut]:
    """The next one asks again."""
    command = SkipStop(**await company_asked(visit, purchase_id, data.company_id or "", key))
    receipt = await visit.carry_out(visit.services.marketplace.skip_stop, command)
    return await _answered(visit, purchase_id, receipt.position)


async def company_asked(
    visit: Visit, purchase_id: str, company_id: str, key: str, if_match: str = ""
) -> dict[str, Any]:
    """What a step of a company carries: its own people take it, or whoever leads the purchase for it."""
    _row, zone = await seen(visit, purchase_id)
    chosen = await company_for(visit, zone, company_id)
    return {
        **visit.signed(command_id(key)),
        "purchase_id": purchase_id,
        "company_id": chosen,
        "for_company": None if visit.viewer.acts_for(chosen) else chosen,
        "seen_version": seen_version(if_match),
    }


async def _answered(visit: Visit, purchase_id: str, position: int) -> Response[CollectionOut]:
    return Response(await _told(visit, purchase_id), headers={"Position": str(position)})


async def _told(visit: Visit, purchase_id: str) -> CollectionOut:
    found = await collecting.find(visit, purchase_id)
    told = found.collection
    share = found.share(leads=organises(visit, found.zone.zone_id))
    return CollectionOut(
        free_from=told.free_from,
        good=list(told.good),
        every_weeks=told.every_weeks,
        number=told.number,
        on=told.on,
        units=share.units if share else None,
        good_units=share.good if share else None,
        percent=share.percent if share else None,
        free=share.reaches(told.free_from) if share and told.free_from else None,
        stops=[_stop(stop) for stop in found.stops],
    )


def _stop(stop: StopRow) -> StopOut:
    return StopOut(
        company=stop.company_id,
        number=stop.number,
        site=stop.site_id,
        loads=[LoadOut(load.format, load.condition, load.quantity) for load in stop.loads],
        access=stop.access,
        answer=stop.answer,
        remark=stop.remark,
        on=stop.on,
        place=stop.place,
        outcome=stop.outcome,
        weight=stop.weight,
        said=stop.said,
    )


handlers: list[Any] = [show_collection, declare_stop, confirm_stop, skip_stop]
