"""A company's own part of a group purchase, for programs: what it would take, what it pledges, what arrived."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, post
from litestar.params import FromQuery, JSONBody
from msgspec import Struct

from domain import purchases as domain
from domain.purchases import ConfirmReceipt, PledgeQuantity, PollInterest, WithdrawPledge
from web.api.purchases.representing import PurchaseOut
from web.api.purchases.steps import Cents, ForCompany, Stepping, amount, joining
from web.api.reading import Code, Text, without_nul


class Wished(Struct, forbid_unknown_fields=True):
    """What a company would take, without commitment; "0" takes an answer back."""

    quantity: Code
    company_id: Code | None = None


class Pledged(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a company commits itself to, and what more it would take to fill a pack.

    `present_cents` is what one unit costs it today, VAT excluded. A first pledge accepts the charter.
    """

    quantity: Code
    tolerance: Code = "0"
    site_id: Code = ""
    present_cents: Cents | None = None
    accepts_charter: bool = False
    company_id: Code | None = None


class Received(Struct, forbid_unknown_fields=True, kw_only=True):
    """What arrived of a company's share: all of it, or how much of it is as it should be."""

    outcome: domain.Receipt
    quantity: Code = "0"
    remark: Text = ""
    company_id: Code | None = None


@joining(post, "/poll", "Say what one would take", Wished)
async def poll(step: Stepping, data: JSONBody[Wished]) -> Response[PurchaseOut]:
    """Nobody is bound by it, and only the organiser sees the figure."""
    command = PollInterest(**await step.for_company(data.company_id), quantity=amount(data.quantity))
    return await step.take(step.marketplace.poll_interest, command)


@joining(post, "/pledge", "Pledge", Pledged)
async def pledge(step: Stepping, data: JSONBody[Pledged]) -> Response[PurchaseOut]:
    """Commit a company to a quantity, or to another one; said again, it confirms it on changed terms.

    Never is more pledged than the maximum: whoever comes too late is refused (422) and told how much is left. A
    facilitator who names a company writes down what it said, and the company is told.
    """
    command = PledgeQuantity(
        **await step.for_company(data.company_id),
        quantity=amount(data.quantity),
        tolerance=amount(data.tolerance, "tolerance"),
        site_id=data.site_id,
        present_cents=data.present_cents,
        accepts_charter=data.accepts_charter,
    )
    return await step.take(step.marketplace.pledge_quantity, command)


@joining(delete, "/pledge", "Withdraw a pledge")
async def withdraw(
    step: Stepping,
    for_company: ForCompany = "",
    knowing: FromQuery[bool] = False,  # noqa: FBT002 - as the framework takes it
) -> Response[PurchaseOut]:
    """Until the deadline; whoever breaks the minimum with it says `knowing=true`."""
    command = WithdrawPledge(**await step.for_company(for_company, leaving=True), knowing=knowing)
    return await step.take(step.marketplace.withdraw_pledge, command)


@joining(post, "/receipt", "Say what arrived", Received)
async def receipt(step: Stepping, data: JSONBody[Received]) -> Response[PurchaseOut]:
    """Once, after the organiser said that it came."""
    command = ConfirmReceipt(
        **await step.for_company(data.company_id),
        outcome=data.outcome,
        quantity=amount(data.quantity),
        remark=without_nul(data.remark),
    )
    return await step.take(step.marketplace.confirm_receipt, command)


handlers: list[Any] = [poll, pledge, withdraw, receipt]
