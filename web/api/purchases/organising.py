"""What the organiser does, for programs: from the question to the zone to what was delivered; companies propose too."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from litestar import Response, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.purchases import (
    EUROS,
    Bounds,
    CancelPurchase,
    ChangeTerms,
    ExtendDeadline,
    Form,
    OpenFunding,
    OpenPledges,
    ProposePurchase,
    RecordDelivery,
    Rule,
    SetSpecification,
)
from domain.quantities import parse_amount
from domain.refused import Forbidden, _
from web import purchase_desk as desk
from web.api.purchases.quotes import OfferIn, offer
from web.api.purchases.representing import PurchaseOut, answered
from web.api.purchases.steps import READ, Moment, Stepping, day, leading, moment, perhaps
from web.api.reading import Code, IdempotencyKey, Text, command_id, strictly, without_nul
from web.purchase_readers import organises, own_companies
from web.quote_field import MOST_COMPANIES
from web.visits import Visit, Visiting

Companies = Annotated[int, Meta(ge=1, le=MOST_COMPANIES)]
MOST_SHARES: Final = 20
"""Of one body; how many a co-funding may have, the refusal says."""


class Proposed(Struct, forbid_unknown_fields=True, kw_only=True):
    """What would be bought, shared or paid for together; co-funding is counted in euros, whatever `unit` says.

    `company_id` is the company that proposes; whoever leads the zone's group purchases may leave it out.
    """

    title: Text
    category: Code
    form: Form = "goods"
    unit: Code = ""
    step: Code = "1"
    description: Text = ""
    company_id: Code | None = None
    pooling_id: Code | None = None


class Specified(Struct, forbid_unknown_fields=True):
    """What exactly suppliers are asked for."""

    text: Text


class BoundsIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """Until when, with an offset from UTC; how much in all, by how many companies, and how a shortage is shared.

    `partners` lets companies of partner zones join.
    """

    deadline: Moment
    minimum: Code | None = None
    maximum: Code | None = None
    least_companies: Companies = 1
    most_companies: Companies | None = None
    rule: Rule = "order"
    closes_when_full: bool = False
    partners: bool = False


class Opened(BoundsIn, forbid_unknown_fields=True, kw_only=True):
    """The bounds, what each company accepts with its pledge, and the quote all that was looked at with."""

    quote_id: Code
    charter: Text


class Funded(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which whole euros may be promised, or any amount where it is `free`; what for, until when, and from when on."""

    deadline: Moment
    charter: Text
    shares: Annotated[list[int], Meta(max_length=MOST_SHARES)] = []
    free: bool = False
    goal: Code | None = None
    minimum: Code | None = None
    least_companies: Companies = 1
    partners: bool = False


class Changed(Struct, forbid_unknown_fields=True):
    """What was agreed with the supplier and the bounds, both whole, and why they change."""

    offer: OfferIn
    bounds: BoundsIn
    reason: Text


class Extended(Struct, forbid_unknown_fields=True):
    """Until when there is time, and why."""

    deadline: Moment
    reason: Text


class Cancelled(Struct, forbid_unknown_fields=True):
    """Why it is given up."""

    reason: Text


class Delivered(Struct, forbid_unknown_fields=True):
    """On which day it came."""

    on: date


@post(
    "/api/v1/zones/{zone:str}/purchases",
    before_request=strictly(Proposed),
    **READ,
    summary="Propose a group purchase",
)
async def propose(
    visit: Visiting, zone: FromPath[str], data: JSONBody[Proposed], key: IdempotencyKey = ""
) -> Response[PurchaseOut]:
    """Ask the zone who would join; with an `Idempotency-Key`, the same key and body again propose it once."""
    here = await visit.zone(zone)
    command = ProposePurchase(
        **visit.signed(command_id(key)),
        purchase_id=visit.new_id("purchase"),
        zone_id=here.zone_id,
        form=data.form,
        category=data.category,
        title=without_nul(data.title),
        unit=EUROS if data.form == "funding" else data.unit,
        description=without_nul(data.description),
        step=parse_amount(data.step, "step"),
        company_id=_proposer(visit, here.zone_id, data.company_id),
        pooling_id=without_nul(data.pooling_id) if data.pooling_id else None,
    )
    receipt = await visit.carry_out(visit.services.marketplace.propose_purchase, command)
    answer = await answered(visit, receipt.ids["purchase_id"], receipt)
    answer.status_code = 201
    answer.headers["Location"] = f"/api/v1/purchases/{receipt.ids['purchase_id']}"
    return answer


def _proposer(visit: Visit, zone_id: str, company_id: str | None) -> str:
    """The company that proposes, or nothing when whoever leads the zone's group purchases does."""
    own = [company.company_id for company in own_companies(visit, zone_id)]
    if company_id is None and organises(visit, zone_id):
        return ""
    if not own:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    if company_id and company_id not in own:
        raise Forbidden(_("Only somebody of the company commits it."))
    return company_id or own[0]


@leading(put, "/specification", "Say what suppliers are asked for", Specified)
async def specify(step: Stepping, data: JSONBody[Specified]) -> Response[PurchaseOut]:
    """It may be said better until a quote is chosen."""
    command = SetSpecification(**step.signed, text=without_nul(data.text))
    return await step.take(step.marketplace.set_specification, command)


# --- while pledges are open ---------------------------------------------------------------------------------------


@leading(post, "/open", "Open the pledges", Opened)
async def open_pledges(step: Stepping, data: JSONBody[Opened]) -> Response[PurchaseOut]:
    """On the chosen quote; refused (409) when another one was chosen after it was looked at."""
    overtaken = (await desk.find(step.visit, step.row.purchase_id)).overtaken(data.quote_id)
    if overtaken:
        raise overtaken
    command = OpenPledges(**step.signed, bounds=_bounds(data), charter=without_nul(data.charter))
    return await step.take(step.marketplace.open_pledges, command)


@leading(post, "/funding", "Open a co-funding", Funded)
async def open_funding(step: Stepping, data: JSONBody[Funded]) -> Response[PurchaseOut]:
    """Companies promise shares until the deadline; nothing is bought, and no quote is chosen."""
    bounds = Bounds(
        deadline=moment(data.deadline, "deadline"),
        minimum=perhaps(data.minimum, "minimum"),
        least_companies=data.least_companies,
        partners=data.partners,
        shares=tuple(sorted(set(data.shares))),
        free=data.free,
        goal=perhaps(data.goal, "goal"),
    )
    command = OpenFunding(**step.signed, bounds=bounds, charter=without_nul(data.charter))
    return await step.take(step.marketplace.open_funding, command)


@leading(put, "/terms", "Change the terms", Changed)
async def change_terms(step: Stepping, data: JSONBody[Changed]) -> Response[PurchaseOut]:
    """Where something is worse, each pledge waits until its company makes it again."""
    agreed, bounds = offer(data.offer), _bounds(data.bounds)
    command = ChangeTerms(**step.signed, offer=agreed, bounds=bounds, reason=without_nul(data.reason))
    return await step.take(step.marketplace.change_terms, command)


@leading(post, "/deadline", "Give more time", Extended)
async def extend(step: Stepping, data: JSONBody[Extended]) -> Response[PurchaseOut]:
    """Never less; everyone who pledged reads why."""
    deadline = moment(data.deadline, "deadline")
    command = ExtendDeadline(**step.signed, deadline=deadline, reason=without_nul(data.reason))
    return await step.take(step.marketplace.extend_deadline, command)


@leading(post, "/cancel", "Give a group purchase up", Cancelled)
async def cancel(step: Stepping, data: JSONBody[Cancelled]) -> Response[PurchaseOut]:
    """Until it is confirmed; everyone who took part reads why."""
    command = CancelPurchase(**step.signed, reason=without_nul(data.reason))
    return await step.take(step.marketplace.cancel_purchase, command)


@leading(post, "/delivery", "Say when it came", Delivered)
async def record_delivery(step: Stepping, data: JSONBody[Delivered]) -> Response[PurchaseOut]:
    """Each company is then asked what arrived."""
    command = RecordDelivery(**step.signed, on=day(data.on, "on"))
    return await step.take(step.marketplace.record_delivery, command)


def _bounds(given: BoundsIn) -> Bounds:
    return Bounds(
        deadline=moment(given.deadline, "deadline"),
        minimum=perhaps(given.minimum, "minimum"),
        maximum=perhaps(given.maximum, "maximum"),
        least_companies=given.least_companies,
        most_companies=given.most_companies,
        rule=given.rule,
        closes_when_full=given.closes_when_full,
        partners=given.partners,
    )


handlers: list[Any] = [
    propose,
    specify,
    open_pledges,
    open_funding,
    change_terms,
    extend,
    cancel,
    record_delivery,
]
