"""Frame contracts for programs: the terms, what the provider has to know of one's own sites, and the late opt-in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.purchases import (
    Contract,
    DeclareNeeds,
    EquipmentTold,
    JoinContract,
    Kind,
    Pricing,
    SetContract,
    WithdrawNeeds,
)
from domain.refused import NotFound, _
from projections.purchases import ContractRow, SiteRow
from web.api.purchases.representing import PurchaseOut
from web.api.purchases.steps import (
    AT,
    READ,
    Cents,
    Count,
    Step,
    Stepping,
    amount,
    day,
    joining,
    leading,
    perhaps,
)
from web.api.reading import Code, Text, without_nul
from web.contract_page import company_of, find
from web.purchase_readers import organises
from web.supplier_links import last_day, until_end_of
from web.visits import Visit, Visiting

MOST_LINES: Final = 100
"""Of one body; how many a site may have, the refusal says."""


class ContractIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is the same for everybody who opts in; `joins_until` is the last day to do so.

    It runs for so many `months`, and on unless it is ended `notice_days` before the end, of which each company is
    reminded `remind_days` before. `standing_cents` are a site and month, `formula` says how the price is made.
    """

    kind: Kind
    months: Count
    notice_days: Count
    remind_days: Count
    joins_until: date
    formula: Text
    pricing: Pricing = "fixed"
    standing_cents: Cents = 0


class EquipmentIn(Struct, forbid_unknown_fields=True):
    """What is inspected at a site: what it is, how many, and when it is due."""

    what: Text
    count: Count = 1
    due: date | None = None


class SiteIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the provider has to know of a site; which of it is asked follows from the kind of contract.

    Energy: the delivery `point`, MWh `yearly`, `power` in kVA of electricity, and when the present contract `ends_on`.
    Inspections: the `equipment`. Cleaning: `surface` in square metres, and how often `per_week`.
    """

    starts_on: date | None = None
    point: Code = ""
    yearly: Code | None = None
    power: Code | None = None
    ends_on: date | None = None
    equipment: Annotated[list[EquipmentIn], Meta(max_length=MOST_LINES)] = []
    surface: Code | None = None
    per_week: Code | None = None
    note: Text = ""


class Joined(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a company brings in after the confirmation, at the price that was settled then."""

    quantity: Code
    site_id: Code = ""
    present_cents: Cents | None = None
    accepts_charter: bool = False
    company_id: Code | None = None


class EquipmentOut(Struct):
    """What is inspected at a site."""

    what: str
    count: int
    due: date | None


class SiteOut(Struct, kw_only=True):
    """What a company told of a site."""

    company: str
    site: str
    starts_on: date | None
    point: str
    yearly: Decimal | None
    power: Decimal | None
    ends_on: date | None
    equipment: list[EquipmentOut]
    surface: Decimal | None
    per_week: Decimal | None
    note: str


class TogetherOut(Struct):
    """What all sites need, by the companies that described theirs."""

    companies: int
    sites: int
    yearly: Decimal | None
    surface: Decimal | None
    equipment: int | None


class ContractOut(Struct, kw_only=True):
    """The terms, what all sites need together, and one's own `sites`; whoever leads it reads those of everybody.

    `together` is null as long as fewer than three companies described theirs: it would tell what each of them needs.
    """

    kind: Kind
    months: int
    notice_days: int
    remind_days: int
    joins_until: date
    formula: str
    pricing: Pricing
    standing_cents: int
    together: TogetherOut | None
    sites: list[SiteOut]


@get(AT + "/contract", **READ, summary="Read a frame contract")
async def show_contract(visit: Visiting, purchase_id: FromPath[str]) -> ContractOut:
    """A company reads its own sites, whoever leads the group purchase all of them."""
    return await _told(visit, purchase_id)


@leading(put, "/contract", "Set the terms of a frame contract", ContractIn)
async def set_contract(step: Stepping, data: JSONBody[ContractIn]) -> Response[ContractOut]:
    """They may be said better until pledges open."""
    contract = Contract(
        kind=data.kind,
        months=data.months,
        notice_days=data.notice_days,
        remind_days=data.remind_days,
        joins_until=until_end_of(day(data.joins_until, "joins_until"), step.zone.time_zone),
        pricing=data.pricing,
        standing_cents=data.standing_cents,
    )
    command = SetContract(**step.signed, contract=contract, formula=without_nul(data.formula))
    return await step.take_in(_told, step.marketplace.set_contract, command)


@joining(put, "/contract/sites/{site_id:str}", "Describe a site", SiteIn)
async def describe(step: Stepping, site_id: FromPath[str], data: JSONBody[SiteIn]) -> Response[ContractOut]:
    """One of one's own; only its company and whoever leads the group purchase read it."""
    command = DeclareNeeds(
        **await _of_site(step, site_id),
        starts_on=day(data.starts_on, "starts_on") if data.starts_on else None,
        point=without_nul(data.point),
        yearly=perhaps(data.yearly, "yearly"),
        power=perhaps(data.power, "power"),
        ends_on=day(data.ends_on, "ends_on") if data.ends_on else None,
        equipment=tuple(_equipment(line) for line in data.equipment),
        surface=perhaps(data.surface, "surface"),
        per_week=perhaps(data.per_week, "per_week"),
        note=without_nul(data.note),
    )
    return await step.take_in(_told, step.marketplace.declare_needs, command)


@joining(delete, "/contract/sites/{site_id:str}", "Leave a site out")
async def leave_out(step: Stepping, site_id: FromPath[str]) -> Response[ContractOut]:
    """The provider is told nothing of it."""
    command = WithdrawNeeds(**await _of_site(step, site_id))
    return await step.take_in(_told, step.marketplace.withdraw_needs, command)


@joining(post, "/contract/join", "Opt in late", Joined)
async def join(step: Stepping, data: JSONBody[Joined]) -> Response[PurchaseOut]:
    """Once it is confirmed, until the last day to opt in."""
    command = JoinContract(
        **await step.for_company(data.company_id),
        quantity=amount(data.quantity),
        site_id=data.site_id,
        present_cents=data.present_cents,
        accepts_charter=data.accepts_charter,
    )
    return await step.take(step.marketplace.join_contract, command)


async def _of_site(step: Step, site_id: str) -> dict[str, Any]:
    frame = await find(step.visit, step.row.purchase_id)
    return {**step.signed, "company_id": company_of(frame, site_id), "site_id": site_id}


def _equipment(line: EquipmentIn) -> EquipmentTold:
    due = day(line.due, "equipment") if line.due else None
    return EquipmentTold(what=without_nul(line.what), count=line.count, due=due)


async def _told(visit: Visit, purchase_id: str) -> ContractOut:
    frame = await find(visit, purchase_id)
    if organises(visit, frame.zone.zone_id):
        frame = await find(visit, purchase_id, lead=True)
    row = frame.contract
    if row is None:
        raise NotFound(_("The organiser has not said yet what contract it is: come back once that is known."))
    return ContractOut(
        kind=row.kind,
        months=row.months,
        notice_days=row.notice_days,
        remind_days=row.remind_days,
        joins_until=last_day(row.joins_until, frame.zone.time_zone),
        formula=row.formula,
        pricing=row.pricing,
        standing_cents=row.standing_cents,
        together=_together(row),
        sites=[_site(site) for site in frame.described],
    )


def _together(row: ContractRow) -> TogetherOut | None:
    if row.sites is None:
        return None
    return TogetherOut(row.companies, row.sites, row.yearly, row.surface, row.equipment)


def _site(row: SiteRow) -> SiteOut:
    return SiteOut(
        company=row.company_id,
        site=row.site_id,
        starts_on=row.starts_on,
        point=row.point,
        yearly=row.yearly,
        power=row.power,
        ends_on=row.ends_on,
        equipment=[EquipmentOut(line.what, line.count, line.due) for line in row.equipment],
        surface=row.surface,
        per_week=row.per_week,
        note=row.note,
    )


handlers: list[Any] = [show_contract, set_contract, describe, leave_out, join]
