"""Pooled collections for programs: the totals, a company's own stop, and every stop for the organiser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.listings import PickupTerms
from domain.purchases import (
    CONDITIONS,
    GOOD,
    MOST_LOADS,
    ConfirmStop,
    DeclareStop,
    Load,
    OrderStops,
    Outcome,
    PlanRound,
    SetCollection,
    SkipStop,
    VisitStop,
    WithdrawStop,
)
from domain.quantities import parse_amount
from projections.purchases import StopRow
from projections.purchases.stops import Answer
from web import collecting
from web.api.listings import PickupIn
from web.api.purchases.steps import AT, READ, Count, ForCompany, Stepping, day, joining, leading, perhaps
from web.api.reading import Code, Text, without_nul
from web.purchase_readers import organises
from web.visits import Visit, Visiting

MOST_STOPS: Final = 2_000


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


class RuleIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """From how many per cent of `good` conditions on a round is free, and every how many weeks it comes."""

    free_from: Count | None = None
    good: Annotated[tuple[Code, ...], Meta(max_length=len(CONDITIONS))] = GOOD
    every_weeks: Count | None = None


class RoundIn(Struct, forbid_unknown_fields=True):
    """On which day it comes."""

    on: date


class OrderIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """The companies in the order the lorry stops; or `nearest`, what is nearest next, from the `first` one on."""

    companies: Annotated[list[Code], Meta(max_length=MOST_STOPS)] = []
    nearest: bool = False
    first: Code = ""


class Visited(Struct, forbid_unknown_fields=True, kw_only=True):
    """What became of a stop, and what was weighed there, in kilograms."""

    outcome: Outcome
    weight: Code | None = None
    remark: Text = ""


# --- a company ----------------------------------------------------------------------------------------------------


@get(AT + "/collection", **READ, summary="Read a pooled collection")
async def show_collection(visit: Visiting, purchase_id: FromPath[str]) -> CollectionOut:
    """The newest round first; a company reads its own stops, the organiser all of them in their order."""
    return await _told(visit, purchase_id)


@joining(put, "/stop", "Declare a stop", StopIn)
async def declare_stop(step: Stepping, data: JSONBody[StopIn]) -> Response[CollectionOut]:
    """Said again, it replaces what was said; for the next round too."""
    command = DeclareStop(
        **await step.for_company(data.company_id),
        site_id=data.site_id,
        loads=tuple(Load(one.format, one.condition, parse_amount(one.quantity)) for one in data.loads),
        access=msgspec.convert(msgspec.to_builtins(data.access), PickupTerms),
        remark=without_nul(data.remark),
        accepts_charter=data.accepts_charter,
    )
    return await step.take_in(_told, step.marketplace.declare_stop, command)


@joining(delete, "/stop", "Leave a collection")
async def withdraw_stop(step: Stepping, for_company: ForCompany = "") -> Response[CollectionOut]:
    """The company takes no part any more, in no round."""
    command = WithdrawStop(**await step.for_company(for_company, leaving=True))
    return await step.take_in(_told, step.marketplace.withdraw_stop, command)


@joining(post, "/stop/confirm", "Have the same ready again", Answered)
async def confirm_stop(step: Stepping, data: JSONBody[Answered]) -> Response[CollectionOut]:
    """For the coming round, once it has its day."""
    command = ConfirmStop(**await step.for_company(data.company_id))
    return await step.take_in(_told, step.marketplace.confirm_stop, command)


@joining(post, "/stop/skip", "Sit a round out", Answered)
async def skip_stop(step: Stepping, data: JSONBody[Answered]) -> Response[CollectionOut]:
    """The next one asks again."""
    command = SkipStop(**await step.for_company(data.company_id))
    return await step.take_in(_told, step.marketplace.skip_stop, command)


# --- the organiser ------------------------------------------------------------------------------------------------


@leading(put, "/collection", "Set the rule of a collection", RuleIn)
async def set_rule(step: Stepping, data: JSONBody[RuleIn]) -> Response[CollectionOut]:
    """From when on it is free, and how often it comes; once companies joined on a rule it stays."""
    command = SetCollection(**step.signed, free_from=data.free_from, good=data.good, every_weeks=data.every_weeks)
    return await step.take_in(_told, step.marketplace.set_collection, command)


@leading(put, "/collection/round", "Set the day of the coming round", RoundIn)
async def plan_round(step: Stepping, data: JSONBody[RoundIn]) -> Response[CollectionOut]:
    """Every company that has a stop is told, and from the second round on asked whether the same is ready."""
    command = PlanRound(**step.signed, on=day(data.on, "on"))
    return await step.take_in(_told, step.marketplace.plan_round, command)


@leading(put, "/collection/order", "Put the stops in order", OrderIn)
async def order_stops(step: Stepping, data: JSONBody[OrderIn]) -> Response[CollectionOut]:
    """Refused (409) when the stops are others than those that are named."""
    command = OrderStops(
        **step.signed, company_ids=tuple(data.companies), nearest=data.nearest, first=without_nul(data.first)
    )
    return await step.take_in(_told, step.marketplace.order_stops, command)


@leading(put, "/collection/results/{company_id:str}", "Say what became of a stop", Visited)
async def record_result(step: Stepping, company_id: FromPath[str], data: JSONBody[Visited]) -> Response[CollectionOut]:
    """Said again it is corrected; that company reads it, and the last stop completes the round."""
    command = VisitStop(
        **step.signed,
        company_id=company_id,
        outcome=data.outcome,
        weight=perhaps(data.weight, "weight"),
        remark=without_nul(data.remark),
    )
    return await step.take_in(_told, step.marketplace.visit_stop, command)


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


handlers: list[Any] = [
    show_collection,
    declare_stop,
    withdraw_stop,
    confirm_stop,
    skip_stop,
    set_rule,
    plan_round,
    order_stops,
    record_result,
]
