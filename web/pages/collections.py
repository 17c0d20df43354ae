"""Pooled collections: what a company hands over, the organiser's rounds, and the sheet for whoever drives."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.purchases import (
    CONDITIONS,
    OUTCOMES,
    ConfirmStop,
    DeclareStop,
    OrderStops,
    PlanRound,
    SetCollection,
    SkipStop,
    VisitStop,
    WithdrawStop,
)
from domain.purchases.collecting import MOST_WEEKS
from domain.purchases.rules import SENTENCE_LENGTH
from domain.refused import _
from marketplace.links import PAGES
from marketplace.route_sheet import as_csv
from web import collection_desk, stop_page
from web.pickup_field import pickup_typed
from web.policies import form, page
from web.purchase_desk import led
from web.purchase_readers import seen
from web.purchase_steps import FIRST, Show, Step, company_for
from web.stop_field import NUMBER, loads_typed
from web.visits import Visit, Visiting

LONGEST_ID: Final = 80
MOST_STOPS: Final = 2_000


# --- a company --------------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/stop", policy="member")
async def show_stop(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """What one's company hands over."""
    return await stop_page.show_stop(visit, purchase_id, FIRST)


async def _stopping(visit: Visit, purchase_id: str, key: str) -> tuple[Step, str]:
    """The step of a form of that page, and the company it is taken for."""
    row, zone = await seen(visit, purchase_id)
    given = await visit.answers()
    company_id = await company_for(visit, row, given.raw("company")[:LONGEST_ID])
    own = visit.viewer.acts_for(company_id)
    to = PAGES.purchase_stop(purchase_id) if own else PAGES.purchase_collection(purchase_id)
    show: Show = stop_page.show_stop if own else collection_desk.show_desk
    return Step(visit, row, zone, key if own else f"{key}-{company_id}", given, to=to, show=show), company_id


@form("/purchases/{purchase_id:str}/stop", policy="member")
async def declare_stop(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say what one's company hands over."""
    step, company_id = await _stopping(visit, purchase_id, "stop")
    given = step.given
    loads = loads_typed(given, step.row.category)
    access = pickup_typed(given)
    remark = given.text("remark", most=SENTENCE_LENGTH)
    if given.errors:
        return await step.again()
    command = DeclareStop(
        **await step.asked_for(company_id),
        site_id=given.raw("site")[:LONGEST_ID],
        loads=loads,
        access=access,
        remark=remark,
        accepts_charter=bool(given.raw("accepts_charter")),
    )
    told = (
        visit.say(_("You are in, with what you declared. You may change it until the deadline."))
        if step.row.stage == "open"
        else visit.say(_("Noted. Only you and the organiser see what you hand over."))
    )
    return await step.carry_out(visit.services.marketplace.declare_stop, command, told)


@form("/purchases/{purchase_id:str}/stop/confirm", policy="member")
async def confirm_stop(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The same as last time."""
    step, company_id = await _stopping(visit, purchase_id, "confirm")
    command = ConfirmStop(**await step.asked_for(company_id))
    told = visit.say(_("Confirmed: the same as last time."))
    return await step.carry_out(visit.services.marketplace.confirm_stop, command, told)


@form("/purchases/{purchase_id:str}/stop/skip", policy="member")
async def skip_stop(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Nothing this time."""
    step, company_id = await _stopping(visit, purchase_id, "skip")
    command = SkipStop(**await step.asked_for(company_id))
    told = visit.say(_("Noted: the lorry does not stop there this time."))
    return await step.carry_out(visit.services.marketplace.skip_stop, command, told)


@form("/purchases/{purchase_id:str}/stop/withdraw", policy="member")
async def withdraw_stop(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Leave the collection."""
    step, company_id = await _stopping(visit, purchase_id, "withdraw_stop")
    command = WithdrawStop(**await step.asked_for(company_id))
    told = visit.say(_("Your company takes no part any more."))
    return await step.carry_out(visit.services.marketplace.withdraw_stop, command, told)


# --- the organiser ----------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/collection", policy="member")
async def show_collection(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The rule, the stops, the day, the order and the results."""
    return await collection_desk.show_desk(visit, purchase_id, FIRST)


async def _leading(visit: Visit, purchase_id: str, key: str) -> Step:
    row, zone = await led(visit, purchase_id)
    to = PAGES.purchase_collection(purchase_id)
    return Step(visit, row, zone, key, await visit.answers(), to=to, show=collection_desk.show_desk)


@form("/purchases/{purchase_id:str}/collection/rule", policy="member")
async def set_rule(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say from how many per cent on it is free, what counts as good, and how often it comes."""
    step = await _leading(visit, purchase_id, "rule")
    given = step.given
    free_from = given.whole("free_from", least=1, most=100, wrong=_("Write a share from 1 to 100 per cent."))
    every_weeks = given.whole("every_weeks", least=1, most=MOST_WEEKS)
    good = given.choices("good", CONDITIONS)
    if given.errors:
        return await step.again()
    command = SetCollection(**await step.asked(), free_from=free_from, good=good, every_weeks=every_weeks)
    return await step.carry_out(
        visit.services.marketplace.set_collection, command, visit.say(_("Set. Everyone of the zone reads the rule."))
    )


@form("/purchases/{purchase_id:str}/collection/round", policy="member")
async def plan_round(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Set the day of the coming round."""
    step = await _leading(visit, purchase_id, "plan")
    on = step.given.day("on")
    if on is None:
        step.given.wrong("on", _("Choose the day."))
        return await step.again()
    command = PlanRound(**await step.asked(), on=on)
    told = visit.say(_("The day is set. Every company that has a stop is told."))
    return await step.carry_out(visit.services.marketplace.plan_round, command, told)


@form("/purchases/{purchase_id:str}/collection/order", policy="member")
async def order_stops(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Put the stops in order: by the numbers typed, or by what is nearest next."""
    step = await _leading(visit, purchase_id, "order")
    stops = step.given.all("stop")[:MOST_STOPS]
    command = OrderStops(**await step.asked(), nearest=True, first=step.given.raw("first")[:LONGEST_ID])
    if not step.given.raw("nearest"):
        places = {stop: step.given.whole(f"place_{stop}", least=1, most=MOST_STOPS) for stop in stops}
        if step.given.errors:
            return await step.again()
        # Whoever has no number yet comes last; equal ones stay as they stood.
        order = sorted(stops, key=lambda stop: places[stop] or MOST_STOPS)
        command = OrderStops(**await step.asked(), company_ids=tuple(order))
    return await step.carry_out(
        visit.services.marketplace.order_stops, command, visit.say(_("The stops are in order."))
    )


@form("/purchases/{purchase_id:str}/collection/result", policy="member")
async def record_result(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Write down what became of one stop."""
    step = await _leading(visit, purchase_id, "")
    given = step.given
    company_id = given.raw("company")[:LONGEST_ID]
    step.key = f"result-{company_id}"
    outcome = given.choice("outcome", OUTCOMES, missing=_("Say what became of the stop."))
    weight = given.amount("weight", instead=NUMBER)
    remark = given.text("remark", most=SENTENCE_LENGTH)
    if given.errors:
        return await step.again()
    command = VisitStop(
        **await step.asked(),
        company_id=company_id,
        outcome=outcome,  # type: ignore[arg-type]  # one of OUTCOMES, as `choice` promises
        weight=weight,
        remark=remark,
    )
    told = visit.say(_("Written down. That company sees it, and nobody else."))
    return await step.carry_out(visit.services.marketplace.visit_stop, command, told)


@page("/purchases/{purchase_id:str}/route", policy="member")
async def show_route(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The stops in their order, to be printed for the carrier."""
    found, view = await collection_desk.route_page(visit, purchase_id)
    return await visit.page("purchases/collection_route.html", view, zone=found.zone, current="purchases")


@page("/purchases/{purchase_id:str}/route.csv", policy="member")
async def route_csv(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """The same as a CSV file."""
    found, route = await collection_desk.route_file(visit, purchase_id)
    name = visit.say(_("route-%(number)s.csv"), number=found.collection.number)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(as_csv(route), media_type="text/csv", headers=headers)


handlers = [
    show_stop,
    declare_stop,
    confirm_stop,
    skip_stop,
    withdraw_stop,
    show_collection,
    set_rule,
    plan_round,
    order_stops,
    record_result,
    show_route,
    route_csv,
]
