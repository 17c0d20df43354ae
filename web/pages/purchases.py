"""Group purchases for members: the list of a zone, one with all it takes to join, and how one is proposed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath

from domain import taxonomy
from domain.purchases import (
    EUROS,
    FORMS,
    RECEIPTS,
    ConfirmReceipt,
    PledgeQuantity,
    PollInterest,
    ProposePurchase,
    WithdrawPledge,
)
from domain.purchases.rules import SENTENCE_LENGTH, TEXT_LENGTH
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.calendars import file
from marketplace.links import PAGES
from projections import people
from projections.people import PEOPLE
from projections.purchases import PURCHASES, State
from web import purchase_dates
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.policies import form, page
from web.purchase_lists import group
from web.purchase_page import find, joining, show
from web.purchase_readers import Filled, organises, own_companies, presenter
from web.purchase_results import results
from web.quote_field import cents_typed
from web.suggesting import category_choice, suggested
from web.views import Choice, Family
from web.visits import Visit, Visiting, zone_view

STATES: Final[tuple[State, ...]] = ("open", "coming", "over")
PAGE: Final = {"open": 25, "coming": 25, "over": 10}
LONGEST_CURSOR: Final = 100
LONGEST_ID: Final = 80
TITLE_LENGTH: Final = 120
UNITS: Final = ("H87", "C62", "XPX", "XBX", "SET", "KGM", "TNE", "LTR", "MTQ", "MWH", "KWH", "KWT", "MON", "ANN", "E48")
"""The units a group purchase may be counted in, unless its category has its own."""
USUAL_FORM: Final = "goods"


# --- the list ---------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/purchases", policy="anyone")
async def list_purchases(visit: Visiting, request: Request[Any, Any, Any], zone: FromPath[str]) -> Response[Any]:
    """Open first, what closes soonest on top; then what is coming, then what is over."""
    here = await visit.zone(zone)
    asked = request.query_params
    only = asked.get("state", "")
    after = asked.get("after", "").replace("\0", "")[:LONGEST_CURSOR]
    states = [state for state in STATES if only in ("", state)] or list(STATES)
    if len(states) > 1:
        only, after = "", ""
    async with visit.reading(PURCHASES, PEOPLE) as read:
        groups = [await group(visit, read, here, state, PAGE[state], after) for state in states]
        leads = organises(visit, here.zone_id) and not only
        year = asked.get("year", "")
        brought = await results(visit, read, here, presenter(visit, here), year) if leads else None
    view = views.ListPage(
        zone=zone_view(here),
        groups=tuple(groups),
        only=only,
        may_propose=bool(own_companies(visit, here.zone_id)) or organises(visit, here.zone_id),
        pooling=organises(visit, here.zone_id),
        results=brought,
    )
    return await visit.page("purchases/list.html", view, zone=here, current="purchases")


# --- one --------------------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}", policy="anyone")
async def show_purchase(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """All it takes to join, how far it has come, and what happened."""
    return await show(visit, purchase_id)


@form("/purchases/{purchase_id:str}/poll", policy="member")
async def poll(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say what one would take, without commitment."""
    step = await joining(visit, purchase_id, "poll")
    quantity = step.quantity(missing=_("Say how much."))
    if step.given.errors or quantity is None:
        return await step.again()
    command = PollInterest(**await step.asked(), quantity=quantity)
    told = visit.say(
        _("Noted, without commitment. You are told when a price is known.")
        if quantity
        else _("Noted: you would take nothing.")
    )
    return await step.carry_out(visit.services.marketplace.poll_interest, command, told)


@form("/purchases/{purchase_id:str}/pledge", policy="member")
async def pledge(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Commit one's company to a quantity, or look what it would cost first."""
    step = await joining(visit, purchase_id, "pledge")
    given = step.given
    quantity = step.shares() if step.row.form == "funding" else step.quantity(missing=_("Say how much."))
    tolerance = step.quantity("tolerance")
    present = cents_typed(given, "present_price")
    if given.errors or quantity is None:
        return await step.again()
    if given.raw("look"):
        return await show(visit, purchase_id, filled=Filled("pledge", given))
    command = PledgeQuantity(
        **await step.asked(),
        quantity=quantity,
        tolerance=tolerance or Decimal(0),
        site_id=given.raw("site")[:LONGEST_ID],
        present_cents=present,
        accepts_charter=bool(given.raw("accepts_charter")),
    )
    deadline = presenter(visit, step.zone).moment(step.row.deadline) if step.row.deadline else ""
    told = visit.say(_("You are in. You may change or withdraw it until %(deadline)s."), deadline=deadline)
    return await step.carry_out(visit.services.marketplace.pledge_quantity, command, told)


@form("/purchases/{purchase_id:str}/withdraw", policy="member")
async def withdraw(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Take a pledge back."""
    step = await joining(visit, purchase_id, "withdraw")
    command = WithdrawPledge(**await step.asked(), knowing=bool(step.given.raw("knowing")))
    told = visit.say(_("Withdrawn. You may join again until the deadline."))
    return await step.carry_out(visit.services.marketplace.withdraw_pledge, command, told)


@form("/purchases/{purchase_id:str}/receipt", policy="member")
async def confirm_receipt(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say what arrived."""
    step = await joining(visit, purchase_id, "receipt")
    outcome = step.given.choice("outcome", RECEIPTS, missing=_("Say what arrived."))
    quantity = step.quantity()
    remark = step.given.text("remark", most=SENTENCE_LENGTH)
    if outcome and outcome != "received" and quantity is None:
        step.given.wrong("quantity", _("Say how much."))
    if step.given.errors:
        return await step.again()
    command = ConfirmReceipt(
        **await step.asked(),
        outcome=outcome,  # type: ignore[arg-type]  # one of RECEIPTS, as `choice` promises
        quantity=quantity or Decimal(0),
        remark=remark,
    )
    told = (
        visit.say(_("Thank you: that closes it for you."))
        if outcome == "received"
        else visit.say(_("Noted. The organiser reads it, and takes it up with the supplier."))
    )
    return await step.carry_out(visit.services.marketplace.confirm_receipt, command, told)


@page("/purchases/{purchase_id:str}/dates.ics", policy="member")
async def dates(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """Its dates as a calendar file for those who take part."""
    found = await find(visit, purchase_id)
    async with visit.reading(PURCHASES) as read:
        told = [
            entry async for entry in purchase_dates.dates(read, found.row, visit.say, visit.services.settings.base_url)
        ]
    if not told:
        raise NotFound(_("No date is set yet."))
    name = visit.say(_("group-purchase.ics"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(file(*told), media_type="text/calendar", headers=headers)


# --- proposed ---------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/purchases/new", policy="member")
async def new_purchase(visit: Visiting, request: Request[Any, Any, Any], zone: FromPath[str]) -> Response[Any]:
    """The form, begun with what the address says: `category`, `title`, `unit`, `form`, `pooling_id`."""
    here = await visit.zone(zone)
    asked = request.query_params
    values = {
        name: asked.get(name, "").replace("\0", "")[:TITLE_LENGTH]
        for name in ("category", "title", "unit", "form", "pooling_id")
    }
    if values["form"] not in FORMS:
        values["form"] = USUAL_FORM
    return await _proposing(visit, here, Answers({name: [value] for name, value in values.items()}, _Silent()))


@form("/z/{zone:str}/purchases/new", policy="member")
async def propose(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Ask the zone who would buy this together."""
    here = await visit.zone(zone)
    given = await visit.answers()
    title = given.text("title", most=TITLE_LENGTH, missing=_("Say in a few words what it is."))
    kind = given.choice("form", FORMS, usual=USUAL_FORM)
    category = given.choice("category", _categories(), missing=_("Choose what it is in the list."))
    step = given.amount("step") or Decimal(1)
    unit = _unit_of(given, kind)
    description = given.text("description", most=TEXT_LENGTH)
    company_id = _proposer(visit, here, given)
    if given.errors:
        return await _proposing(visit, here, given, status=422)
    command = ProposePurchase(
        **{**await visit.asked(), "seen_version": None},
        purchase_id=visit.new_id("purchase"),
        zone_id=here.zone_id,
        form=kind,  # type: ignore[arg-type]  # one of FORMS, as `choice` promises
        category=category,
        title=title,
        unit=unit,
        description=description,
        step=step,
        company_id=company_id,
        pooling_id=given.raw("pooling_id")[:LONGEST_ID] or None,
    )
    try:
        receipt = await visit.carry_out(visit.services.marketplace.propose_purchase, command)
    except (Conflict, Forbidden, NotFound):
        raise
    except Refused as refused:
        given.refused(refused)
        return await _proposing(visit, here, given, status=422)
    visit.tell(visit.say(_("Proposed: the zone is asked who would join. Say first what you would take yourself.")))
    return visit.go(PAGES.purchase(receipt.ids["purchase_id"]))


def _unit_of(given: Answers, kind: str) -> str:
    """What it is counted in: what is paid for together is counted in money, whatever the field says."""
    if kind == "funding":
        return EUROS
    return given.choice("unit", taxonomy.UNITS, missing=_("Choose the unit in the list."))


def _proposer(visit: Visit, here: people.Zone, given: Answers) -> str:
    """The company that proposes, or nothing when the facilitator does."""
    own = [company.company_id for company in own_companies(visit, here.zone_id)]
    if organises(visit, here.zone_id):
        return given.choice("company", own) if given.raw("company") else ""
    if not own:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    return given.choice("company", own, usual=own[0])


async def _proposing(visit: Visit, here: people.Zone, given: Answers, status: int = 200) -> Response[Any]:
    own = own_companies(visit, here.zone_id)
    facilitates = organises(visit, here.zone_id)
    if not own and not facilitates:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    shown = visit.form(given)
    companies = [Choice(value=company.company_id, label=company.name) for company in own]
    if facilitates:
        companies.insert(0, Choice(value="", label=visit.say(_("The facilitator of the zone"))))
    known = taxonomy.CATEGORIES.get(shown.value("category"))
    codes = dict.fromkeys((*(known.units if known else ()), *UNITS))
    view = views.NewPage(
        zone=zone_view(here),
        form=shown,
        forms=words.forms(visit.say),
        families=tuple(
            Family(
                code=family.code,
                label=taxonomy.label(family.code, visit.language),
                categories=tuple(category_choice(visit, leaf.code) for leaf in taxonomy.leaves(family.code)),
            )
            for family in _families()
        ),
        likely=(await suggested(visit, shown)).choices,
        units=tuple(Choice(value=code, label=_unit(visit, code)) for code in codes),
        companies=tuple(companies) if len(companies) > 1 else (),
        pooling_id=shown.value("pooling_id"),
    )
    return await visit.page("purchases/new.html", view, zone=here, current="purchases", status=status)


def _families() -> list[taxonomy.Category]:
    """The families of the taxonomy, those that are bought together first."""
    return sorted(taxonomy.families(), key=lambda family: taxonomy.kind(family.code) not in ("purchase", "service"))


def _categories() -> list[str]:
    return [category.code for category in taxonomy.CATEGORIES.values() if category.level > 1]


def _unit(visit: Visit, code: str) -> str:
    unit = taxonomy.UNITS[code]
    return unit.label_fr if visit.language == "fr" else unit.label_en


class _Silent:
    """Says nothing: what an address holds is no answer, and has no errors."""

    def gettext(self, message: str) -> str:
        """The sentence as it is."""
        return message


handlers = [
    list_purchases,
    new_purchase,
    propose,
    show_purchase,
    poll,
    pledge,
    withdraw,
    confirm_receipt,
    dates,
]
