"""Frame contracts: a company describes its sites and opts in late; the organiser sets the terms, and has the sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import Request, Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.commands import Receipt
from domain.purchases import Buying, DeclareNeeds, JoinContract, SetContract, WithdrawNeeds
from domain.purchases.rules import TEXT_LENGTH
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.contract_sheet import as_csv, as_xlsx
from marketplace.links import PAGES
from web.contract_form import contract_typed, needs_typed
from web.contract_page import company_of, find, sheet, show_contract, show_desk
from web.forms import Answers
from web.pages.purchase_desk import XLSX, spreadsheet
from web.policies import form, page
from web.purchase_readers import EVERYTHING, Filled
from web.quote_field import cents_typed
from web.visits import Visit, Visiting

C = TypeVar("C", bound=Buying)

LONGEST_ID: Final = 80


@page("/purchases/{purchase_id:str}/contract", policy="member")
async def show(visit: Visiting, request: Request[Any, Any, Any], purchase_id: FromPath[str]) -> Response[Any]:
    """The terms, one's own sites, and the way in as long as it is open."""
    site = request.query_params.get("site", "").replace("\0", "")[:LONGEST_ID]
    return await show_contract(visit, purchase_id, correcting=site)


@form("/purchases/{purchase_id:str}/contract/sites", policy="member")
async def describe(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say what the provider has to know of a site."""
    frame, given = await find(visit, purchase_id), await visit.answers()
    site_id = given.raw("site")[:LONGEST_ID]
    company_id = company_of(frame, site_id)
    told = needs_typed(given, frame.kind) if frame.kind else {}
    if given.errors:
        return await show_contract(visit, purchase_id, filled=Filled("site", given), status=422)
    command = DeclareNeeds(
        **await visit.asked(), purchase_id=purchase_id, company_id=company_id, site_id=site_id, **told
    )
    said = visit.say(_("Noted. Only you and the organiser read it."))
    return await _carry_out(visit, purchase_id, "site", given, visit.services.marketplace.declare_needs, command, said)


@form("/purchases/{purchase_id:str}/contract/sites/leave", policy="member")
async def leave_out(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Leave a site out."""
    frame, given = await find(visit, purchase_id), await visit.answers()
    site_id = given.raw("site")[:LONGEST_ID]
    command = WithdrawNeeds(
        **await visit.asked(),
        purchase_id=purchase_id,
        company_id=company_of(frame, site_id),
        site_id=site_id,
    )
    said = visit.say(_("Left out: the provider is told nothing of this site."))
    return await _carry_out(visit, purchase_id, "site", given, visit.services.marketplace.withdraw_needs, command, said)


@form("/purchases/{purchase_id:str}/contract/join", policy="member")
async def join(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Opt in after the confirmation."""
    frame, given = await find(visit, purchase_id), await visit.answers()
    own = [company.company_id for company in frame.companies]
    company_id = given.raw("company") or next(iter(own), "")
    if company_id not in own:
        raise Forbidden(_("Only somebody of the company commits it."))
    quantity = given.amount("quantity", missing=_("Say how much."))
    present = cents_typed(given, "present_price")
    if given.errors or quantity is None:
        return await show_contract(visit, purchase_id, filled=Filled("join", given), status=422)
    command = JoinContract(
        **await visit.asked(),
        purchase_id=purchase_id,
        company_id=company_id,
        quantity=quantity,
        present_cents=present,
        accepts_charter=bool(given.raw("accepts_charter")),
    )
    said = visit.say(_("You are in. The provider sends you your own contract; describe your sites here."))
    return await _carry_out(visit, purchase_id, "join", given, visit.services.marketplace.join_contract, command, said)


async def _carry_out(
    visit: Visit,
    purchase_id: str,
    key: str,
    given: Answers,
    use_case: Callable[[C], Receipt],
    command: C,
    told: str,
) -> Response[Any]:
    filled = Filled(key, given)
    try:
        await visit.carry_out(use_case, command)
    except Conflict as conflict:
        visit.position = EVERYTHING
        said = visit.refusal(conflict)
        return await show_contract(visit, purchase_id, filled=filled, conflict=said, status=409)
    except (NotFound, Forbidden):
        raise
    except Refused as refused:
        given.refused(refused)
        return await show_contract(visit, purchase_id, filled=filled, status=422)
    visit.tell(told)
    return visit.go(PAGES.purchase_contract(purchase_id))


# --- the organiser ----------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/contract/desk", policy="member")
async def desk(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The terms to set, and what every company told of its sites."""
    return await show_desk(visit, purchase_id)


@form("/purchases/{purchase_id:str}/contract/desk", policy="member")
async def set_contract(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Set the terms."""
    frame, given = await find(visit, purchase_id, lead=True), await visit.answers()
    missing = _("Say how the price is made: what is fixed, what follows an index, and which.")
    formula = given.text("formula", most=TEXT_LENGTH, missing=missing)
    contract = contract_typed(given, frame.zone.time_zone)
    filled = Filled("contract", given)
    if given.errors or contract is None:
        return await show_desk(visit, purchase_id, filled=filled, status=422)
    command = SetContract(**await visit.asked(), purchase_id=purchase_id, contract=contract, formula=formula)
    try:
        await visit.carry_out(visit.services.marketplace.set_contract, command)
    except (NotFound, Forbidden):
        raise
    except Refused as refused:
        given.refused(refused)
        return await show_desk(visit, purchase_id, filled=filled, status=422)
    visit.tell(visit.say(_("Set. Companies can describe their sites now, and suppliers read the total.")))
    return visit.go(PAGES.contract_desk(purchase_id))


@page("/purchases/{purchase_id:str}/contract/sites.csv", policy="member")
async def sites_csv(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """Every site as a CSV file."""
    return spreadsheet(as_csv(await sheet(visit, purchase_id)), "text/csv", visit.say(_("sites.csv")))


@page("/purchases/{purchase_id:str}/contract/sites.xlsx", policy="member")
async def sites_xlsx(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    written = await visit.services.blocking(as_xlsx, await sheet(visit, purchase_id))
    return spreadsheet(written, XLSX, visit.say(_("sites.xlsx")))


handlers: Final[list[ControllerRouterHandler]] = [
    show,
    describe,
    leave_out,
    join,
    desk,
    set_contract,
    sites_csv,
    sites_xlsx,
]
