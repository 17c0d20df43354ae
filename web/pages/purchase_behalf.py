"""What a company said by phone: its facilitator writes it down for it, and the company is told and may change it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.commands import Receipt
from domain.purchases import BEFORE_PLEDGES, PledgeQuantity, PollInterest, WithdrawPledge
from domain.quantities import plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PurchaseRow
from web import purchase_desk_views as desk_views
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.policies import form, page
from web.purchase_desk import MOST_COMPANIES, led
from web.purchase_readers import EVERYTHING, presenter
from web.quote_field import CENTS, cents_typed
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

LONGEST_ID: Final = 80


@page("/purchases/{purchase_id:str}/behalf", policy="member")
async def show(visit: Visiting, request: Request[Any, Any, Any], purchase_id: FromPath[str]) -> Response[Any]:
    """Choose the company that called, then write down what it said."""
    row, zone = await _led(visit, purchase_id)
    company_id = request.query_params.get("company", "").replace("\0", "")[:LONGEST_ID]
    return await _show(visit, row, zone, company_id)


@form("/purchases/{purchase_id:str}/behalf", policy="member")
async def write_down(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Take the step in the company's name."""
    row, zone = await _led(visit, purchase_id)
    given = await visit.answers()
    company_id = given.raw("company")[:LONGEST_ID]
    said = given.raw("withdraw")
    quantity = Decimal(0) if given.raw("quantity") == "0" else given.amount("quantity")
    if quantity is None and not said:
        given.wrong("quantity", _("Say how much."))
    tolerance, present = given.amount("tolerance"), cents_typed(given, "present_price")
    if given.errors and not said:
        return await _show(visit, row, zone, company_id, given=given, status=422)
    asked: dict[str, Any] = {
        **await visit.asked(),
        "purchase_id": purchase_id,
        "company_id": company_id,
        "for_company": company_id,
    }
    use_cases = visit.services.marketplace
    try:
        if said:
            receipt = await _carry_out(visit, use_cases.withdraw_pledge, WithdrawPledge(**asked, knowing=True))
        elif row.stage in BEFORE_PLEDGES:
            wish = PollInterest(**asked, quantity=quantity or Decimal(0))
            receipt = await _carry_out(visit, use_cases.poll_interest, wish)
        else:
            pledge = PledgeQuantity(
                **asked,
                quantity=quantity or Decimal(0),
                tolerance=tolerance or Decimal(0),
                site_id=given.raw("site")[:LONGEST_ID],
                present_cents=present,
                accepts_charter=bool(given.raw("accepts_charter")),
            )
            receipt = await _carry_out(visit, use_cases.pledge_quantity, pledge)
    except (NotFound, Forbidden):
        raise
    except Refused as refused:
        conflict = isinstance(refused, Conflict)
        given.refused(refused, otherwise="quantity")
        visit.position = EVERYTHING
        return await _show(visit, row, zone, company_id, given=given, status=409 if conflict else 422)
    told = _("Written down. The company is told by mail, and may change or withdraw it.")
    visit.tell(visit.say(told if receipt.position else _("It was written down already.")))
    return visit.go(PAGES.purchase_desk(purchase_id))


async def _carry_out(visit: Visit, use_case: Any, command: Any) -> Receipt:  # noqa: ANN401  # one of three pairs
    return await visit.carry_out(use_case, command)


async def _led(visit: Visit, purchase_id: str) -> tuple[PurchaseRow, people.Zone]:
    row, zone = await led(visit, purchase_id)
    if not visit.viewer.has_role(zone.zone_id, "facilitator"):
        raise Forbidden(_("Only the zone’s facilitator writes down what a company said."))
    return row, zone


async def _show(
    visit: Visit,
    row: PurchaseRow,
    zone: people.Zone,
    company_id: str,
    *,
    given: Answers | None = None,
    status: int = 200,
) -> Response[Any]:
    async with visit.reading(PURCHASES, PEOPLE) as read:
        companies = await read.all(people.companies(zone.zone_id, limit=MOST_COMPANIES))
        company = next((one for one in companies if one.company_id == company_id), None)
        pledges = await read.all(purchases.pledges(row.purchase_id))
        terms = await read.one(purchases.terms([row.purchase_id]))
        sites = await read.all(people.sites([company_id])) if company else []
    own = next((one for one in pledges if one.company_id == company_id), None)
    early, is_open = row.stage in BEFORE_PLEDGES, row.stage == "open"
    show = presenter(visit, zone)
    decimal = "," if visit.language == "fr" else "."

    def number(amount: Decimal | None) -> str:
        return plain(amount).replace(".", decimal) if amount else ""

    present = Decimal(own.present_cents) / CENTS if own and own.present_cents is not None else None
    values = {
        "company": company_id,
        "quantity": number((own.wish if early else own.quantity or own.wish) if own else None),
        "tolerance": number(own.tolerance if own else None),
        "present_price": number(present),
        "site": (own.site_id if own else "") or (sites[0].site_id if sites else ""),
    }
    asking = views.Asking(
        key="behalf",
        form=visit.form(given, values=values, seen_version=row.version),
        sites=tuple(Choice(value=site.site_id, label=site.name) for site in sites),
    )
    view = desk_views.BehalfPage(
        zone=zone_view(zone),
        card=show.card(row, terms),
        words=words.said(row.form, visit.say),
        unit=visit.wording.units(row.unit, row.category),
        companies=tuple(Choice(value=one.company_id, label=one.name) for one in companies),
        company=company.name if company else "",
        company_id=company_id if company else "",
        pledging=is_open,
        said=asking if company and (early or is_open) else None,
        pledged=show.quantity(own.quantity, row) if own and own.quantity else "",
        wished=show.quantity(own.wish, row) if own and own.wish else "",
        charter=terms.charter if terms and is_open and not (own and own.quantity) else "",
        over=not (early or is_open),
    )
    return await visit.page("purchases/behalf.html", view, zone=zone, current="purchases", status=status)


handlers: Final[list[ControllerRouterHandler]] = [show, write_down]
