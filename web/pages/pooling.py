"""Pooling: what several companies have in common, proposed to them and followed by their facilitator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.commands import Receipt
from domain.pooling import DeclinePooling, DropPooling, JoinPooling, TakeUpPooling
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.links import PAGES
from projections import people, pooling
from projections.listings import LISTINGS
from projections.people import PEOPLE
from projections.pooling import POOLING, PoolRow
from web import pooling_views as views
from web.policies import form, page
from web.pooling import zone_pools
from web.views import Form
from web.visits import Visit, Visiting, zone_view

LONGEST_REASON: Final = 300
FACILITATING: Final = ("facilitator", "administrator")


@page("/z/{zone:str}/pooling", policy="facilitator")
async def show_pooling(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What is proposed in a zone, who stands in it, and what became of it."""
    return await _pooling(visit, await visit.zone(zone))


@form("/pooling/{pooling_id:str}/join", policy="member")
async def join(visit: Visiting, pooling_id: FromPath[str]) -> Response[Any]:
    """Count my company in."""
    said = _("You are counted in. Nothing is ordered yet: the facilitator takes it from here.")
    return await _answer(visit, pooling_id, JoinPooling, visit.services.marketplace.join_pooling, said)


@form("/pooling/{pooling_id:str}/decline", policy="member")
async def decline(visit: Visiting, pooling_id: FromPath[str]) -> Response[Any]:
    """Leave my company out."""
    said = _("Noted: you are not asked about it again.")
    return await _answer(visit, pooling_id, DeclinePooling, visit.services.marketplace.decline_pooling, said)


@form("/pooling/{pooling_id:str}/drop", policy="member")
async def drop(visit: Visiting, pooling_id: FromPath[str]) -> Response[Any]:
    """Leave it at that, and say why."""
    pool, here = await _facilitated(visit, pooling_id)
    given = await visit.answers()
    reason = given.text("reason", most=LONGEST_REASON, missing=_("Say why: the companies concerned read it."))
    if not given.errors:
        command = DropPooling(**await visit.asked(), pooling_id=pool.pooling_id, reason=reason)
        try:
            await visit.carry_out(visit.services.marketplace.drop_pooling, command)
        except Conflict as conflict:
            visit.tell(visit.refusal(conflict), "problem")
            return visit.go(PAGES.pooling(here.slug))
        except Refused as refused:
            given.refused(refused, otherwise="reason")
        else:
            visit.tell(visit.say(_("Left at that. The companies concerned read your reason.")))
            return visit.go(PAGES.pooling(here.slug))
    return await _pooling(visit, here, {pool.pooling_id: visit.form(given)}, status=422)


@form("/pooling/{pooling_id:str}/take-up", policy="member")
async def take_up(visit: Visiting, pooling_id: FromPath[str]) -> Response[Any]:
    """Make something of it."""
    pool, here = await _facilitated(visit, pooling_id)
    command = TakeUpPooling(**await visit.asked(), pooling_id=pool.pooling_id)
    try:
        await visit.carry_out(visit.services.marketplace.take_up_pooling, command)
        visit.tell(visit.say(_("Taken up. New requests go on being counted in it, and nothing is proposed twice.")))
    except Conflict as conflict:
        visit.tell(visit.refusal(conflict), "problem")
    return visit.go(PAGES.pooling(here.slug))


async def _pooling(
    visit: Visit, here: people.Zone, drops: Mapping[str, Form] | None = None, status: int = 200
) -> Response[Any]:
    async with visit.reading(POOLING, LISTINGS, PEOPLE) as read:
        cards = await zone_pools(visit, read, here, drops or {})
    view = views.PoolingPage(
        zone=zone_view(here),
        standing=tuple(card for card in cards if card.stage == "proposed"),
        lapsed=tuple(card for card in cards if card.stage == "lapsed"),
        settled=tuple(card for card in cards if card.stage in ("taken_up", "dropped")),
    )
    return await visit.page("zones/pooling.html", view, zone=here, current="funnel", status=status)


async def _answer(
    visit: Visit,
    pooling_id: str,
    asking: type[JoinPooling | DeclinePooling],
    use_case: Callable[[Any], Receipt],
    said: str,
) -> Response[Any]:
    await seen(visit, pooling_id)
    own = [company.company_id for company in visit.viewer.companies]
    given = await visit.answers()
    company_id = given.raw("company_id") or next(iter(own), "")
    if company_id not in own:
        raise NotFound(_("There is no such company."))
    try:
        await visit.carry_out(use_case, asking(**await visit.asked(), pooling_id=pooling_id, company_id=company_id))
        visit.tell(visit.say(said))
    except Conflict as conflict:
        visit.tell(visit.refusal(conflict), "problem")
    return visit.go(f"{PAGES.me()}#together")


async def seen(visit: Visit, pooling_id: str) -> PoolRow:
    """A proposal this reader may see; any other is missing to them."""
    async with visit.reading(POOLING) as read:
        pool = await read.one(pooling.one(pooling_id))
    if pool is None:
        raise NotFound(_("There is no such proposal."))
    return pool


async def _facilitated(visit: Visit, pooling_id: str) -> tuple[PoolRow, people.Zone]:
    """A proposal of a zone the reader facilitates, and that zone."""
    pool = await seen(visit, pooling_id)
    if not visit.viewer.has_role(pool.zone_id, *FACILITATING):
        raise NotFound(_("There is no such proposal."))
    async with visit.reading(PEOPLE) as read:
        zones = await read.all(people.zones_by_id([pool.zone_id]))
    return pool, zones[0]


handlers = [show_pooling, join, decline, drop, take_up]
