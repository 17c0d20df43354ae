"""Companies that a zone suspends: who is, why, and who may be; each is told the reason, and may appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.commands import Command, Receipt
from domain.companies import ReinstateCompany, SuspendCompany
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES
from projections import people, record
from projections.people import PEOPLE
from projections.record import RECORD
from web.forms import Answers
from web.moderation_tabs import tabs
from web.objection_views import SuspendedItem, SuspensionsPage
from web.policies import form, page
from web.views import Form
from web.visits import Visit, Visiting, zone_view

C = TypeVar("C", bound=Command)

LONGEST_REASON: Final = 1_000
LONGEST_NAME: Final = 100
MOST_FOUND: Final = 10


@page("/z/{zone:str}/suspensions", policy="moderator")
async def show(visit: Visiting, zone: FromPath[str], q: FromQuery[str] = "") -> Response[Any]:
    """Who is suspended, and the companies of a name."""
    return await _shown(visit, await visit.zone(zone), q)


@form("/z/{zone:str}/suspensions/{company_id:str}", policy="moderator")
async def suspend(visit: Visiting, zone: FromPath[str], company_id: FromPath[str]) -> Response[Any]:
    """Hide a company and all its listings in the zone, with a reason it is told."""
    here = await visit.zone(zone)
    company = await _known(visit, here, company_id)
    given = await visit.answers()
    reason = given.text("reason", most=LONGEST_REASON, missing=_("Say why: the company is told."))
    if not given.errors:
        asked = {**await visit.asked(), "seen_version": None}
        command = SuspendCompany(**asked, company_id=company_id, zone_id=here.zone_id, reason=reason)
        if await _carried_out(visit, given, visit.services.marketplace.suspend_company, command):
            visit.tell(visit.say(_("%(company)s is suspended, and told why."), company=company.name))
            return visit.go(PAGES.suspensions(here.slug))
    return await _shown(visit, here, company.name, wrong=(company_id, given), status=422)


@form("/z/{zone:str}/suspensions/{company_id:str}/lift", policy="moderator")
async def lift(visit: Visiting, zone: FromPath[str], company_id: FromPath[str]) -> Response[Any]:
    """Take a suspension back."""
    here = await visit.zone(zone)
    company = await _known(visit, here, company_id)
    given = await visit.answers()
    asked = {**await visit.asked(), "seen_version": None}
    command = ReinstateCompany(**asked, company_id=company_id, zone_id=here.zone_id)
    if await _carried_out(visit, given, visit.services.marketplace.reinstate_company, command):
        visit.tell(visit.say(_("%(company)s is back, and told so."), company=company.name))
        return visit.go(PAGES.suspensions(here.slug))
    return await _shown(visit, here, "", wrong=(company_id, given), status=422)


async def _carried_out(visit: Visit, given: Answers, use_case: Callable[[C], Receipt], command: C) -> bool:
    try:
        await visit.carry_out(use_case, command)
    except NotFound:
        raise
    except Refused as refused:
        given.refused(refused, otherwise="reason")
        return False
    return True


async def _known(visit: Visit, here: people.Zone, company_id: str) -> people.Company:
    """A company that this zone admits or suspends; any other is missing here."""
    async with visit.reading(PEOPLE) as read:
        company = await read.one(people.company(company_id))
        standings = await read.all(people.standings(company_id))
    here_too = {row.standing for row in standings if row.zone_id == here.zone_id} & {"admitted", "suspended"}
    if company is None or company.erased or not here_too:
        raise NotFound(_("There is no such company."))
    return company


async def _shown(
    visit: Visit, here: people.Zone, query: str, *, wrong: tuple[str, Answers] | None = None, status: int = 200
) -> Response[Any]:
    query = query[:LONGEST_NAME].replace("\0", "").strip()
    async with visit.reading(PEOPLE, RECORD) as read:
        suspended = await read.all(people.suspended(here.zone_id))
        found = await read.all(people.companies_named(here.zone_id, query, MOST_FOUND)) if query else []
        lines = {
            row.company_id: await read.one(record.last(here.zone_id, row.company_id, ("suspended",)))
            for row in suspended
        }
    view = SuspensionsPage(
        zone=zone_view(here),
        tabs=await tabs(visit, here, "suspensions"),
        suspended=tuple(
            SuspendedItem(
                id=row.company_id,
                name=row.name,
                trade=row.trade,
                form=_form(visit, row.company_id, wrong),
                reason=row.reason,
                at=row.at,
                statement=PAGES.statement(here.slug, row.company_id, line.version) if line else "",
            )
            for row in suspended
            for line in (lines[row.company_id],)
        ),
        found=tuple(
            SuspendedItem(id=row.company_id, name=row.name, trade=row.trade, form=_form(visit, row.company_id, wrong))
            for row in found
        ),
        query=query,
    )
    return await visit.page("objections/suspensions.html", view, zone=here, current="moderation", status=status)


def _form(visit: Visit, company_id: str, wrong: tuple[str, Answers] | None) -> Form:
    typed = wrong[1] if wrong and wrong[0] == company_id else None
    return visit.form(typed)


handlers: Final[list[ControllerRouterHandler]] = [show, suspend, lift]
