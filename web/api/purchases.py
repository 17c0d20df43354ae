"""Group purchases for programs: a zone's, one with its terms, and what a company wants of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from domain import purchases as domain
from domain.commands import Receipt
from domain.purchases import Buying, ConfirmReceipt, PledgeQuantity, PollInterest, WithdrawPledge
from domain.quantities import parse_amount
from domain.refused import Forbidden, NotFound, _
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PledgeRow, PurchaseRow, State, TermsRow
from web.api.documenting import ANYONE, MEMBER
from web.api.reading import Code, IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly, without_nul
from web.purchase_readers import in_full, who_may_join
from web.purchasing import at_least
from web.visits import Visit, Visiting

C = TypeVar("C", bound=Buying)

LONGEST_CURSOR = 100
Cents = Annotated[int, Meta(ge=0, le=10**9)]
ForCompany = Annotated[
    str,
    QueryParameter(
        max_length=80, description="The company that acts; needed by whoever acts for several, or leads the purchase."
    ),
]
STEP: dict[str, Any] = {**MEMBER, "status_code": 200, "tags": ["Group purchases"]}


class TierOut(Struct, rename={"since": "from"}):
    """From a total of `from` on, one unit costs so many cents, VAT excluded."""

    since: Decimal
    cents: int


class TermsOut(Struct, kw_only=True):
    """On what members pledge; `unit_cents` is what a unit finally costs, once that is settled.

    `delivery_cents` is for each company, at its own `site` or at a place in `common`. `rule` says how a shortage is
    shared, `charter` what a company accepts with its first pledge. Where something is paid for together, amounts are
    euros: one of `shares` or several of the same, or any amount where it is `free`.
    """

    supplier: str
    tiers: list[TierOut]
    vat: Decimal
    delivery_cents: int
    delivered: domain.prices.Place
    pack: Decimal | None
    valid_until: date
    rule: domain.Rule
    closes_when_full: bool
    shares: list[int]
    free: bool
    conditions: str
    choice: str
    charter: str
    unit_cents: int | None


class OwnOut(Struct, kw_only=True):
    """What a company of the token's owner wants and gets; cents are of its whole share.

    A pledge that `waits` counts again once it is made on the changed terms.
    """

    company: str
    wish: Decimal
    quantity: Decimal
    tolerance: Decimal
    site: str
    present_cents: int | None
    waits: bool
    share: Decimal | None
    goods_cents: int | None
    delivery_cents: int | None
    with_vat_cents: int | None
    outcome: domain.Receipt | None
    received: Decimal | None


class PurchaseOut(Struct, kw_only=True):
    """A group purchase in totals; what others want is nobody's business. `terms` and `own` are for those who may join.

    `wished` and `wishers` are of the question without commitment, `total` and `companies` of the pledges that count;
    as long as fewer than three companies make up a total it is null, but for the organiser.
    amounts are in `unit`, taken by `step`. `version` is its ETag.
    """

    id: str
    zone: str
    form: domain.Form
    stage: domain.Stage
    category: str
    title: str
    description: str
    specification: str
    unit: str
    step: Decimal
    wished: Decimal | None
    wishers: int | None
    deadline: datetime | None
    minimum: Decimal | None
    maximum: Decimal | None
    least_companies: int
    most_companies: int | None
    goal: Decimal | None
    partners: bool
    total: Decimal | None
    companies: int | None
    price_cents: int | None
    next_tier: TierOut | None
    failure: domain.Failure | None
    delivered_on: date | None
    terms: TermsOut | None
    own: list[OwnOut]
    version: int


class PurchasesOut(Struct):
    """One page of group purchases; `next` is the cursor of the following one."""

    items: list[PurchaseOut]
    next: str | None = None


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

    outcome: Literal["received", "short", "damaged"]
    quantity: Code = "0"
    remark: Text = ""
    company_id: Code | None = None


# --- read ---------------------------------------------------------------------------------------------------------


@get("/api/v1/zones/{zone:str}/purchases", **ANYONE, summary="Group purchases of a zone", tags=["Group purchases"])
async def zone_purchases(
    visit: Visiting,
    zone: FromPath[str],
    of: Annotated[State, QueryParameter(name="state")] = "open",
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = purchases.PAGE,
) -> PurchasesOut:
    """`open` ones, what closes soonest first; those `coming`, about which the zone is asked; or those that are `over`.

    Without a token only what is open or was confirmed, and no price.
    """
    here = await visit.zone(zone)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        found = await read.all(purchases.in_zone(here.zone_id, of, after.replace("\0", "")[:LONGEST_CURSOR], limit))
        rows, following = purchases.page_of(found, limit)
        return PurchasesOut(await _represented(visit, read, rows, here), following)


@get("/api/v1/purchases/{purchase_id:str}", **ANYONE, summary="Read a group purchase", tags=["Group purchases"])
async def show_purchase(visit: Visiting, purchase_id: FromPath[str]) -> Response[PurchaseOut]:
    """The ETag is what `If-Match` wants with a pledge."""
    return await _answered(visit, purchase_id)


# --- a company's own ----------------------------------------------------------------------------------------------


@post(
    "/api/v1/purchases/{purchase_id:str}/poll",
    before_request=strictly(Wished),
    **STEP,
    summary="Say what one would take",
)
async def poll(
    visit: Visiting, purchase_id: FromPath[str], data: JSONBody[Wished], key: IdempotencyKey = ""
) -> Response[PurchaseOut]:
    """Nobody is bound by it, and only the organiser sees the figure."""
    asked = await _asked(visit, purchase_id, data.company_id or "", key)
    command = PollInterest(**asked, quantity=_amount(data.quantity))
    return await _take(visit, visit.services.marketplace.poll_interest, command)


@post("/api/v1/purchases/{purchase_id:str}/pledge", before_request=strictly(Pledged), **STEP, summary="Pledge")
async def pledge(
    visit: Visiting,
    purchase_id: FromPath[str],
    data: JSONBody[Pledged],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Response[PurchaseOut]:
    """Commit a company to a quantity, or to another one; said again, it confirms it on changed terms.

    Never is more pledged than the maximum: whoever comes too late is refused (422) and told how much is left.
    """
    asked = await _asked(visit, purchase_id, data.company_id or "", key, if_match)
    command = PledgeQuantity(
        **asked,
        quantity=_amount(data.quantity),
        tolerance=_amount(data.tolerance, "tolerance"),
        site_id=data.site_id,
        present_cents=data.present_cents,
        accepts_charter=data.accepts_charter,
    )
    return await _take(visit, visit.services.marketplace.pledge_quantity, command)


@delete("/api/v1/purchases/{purchase_id:str}/pledge", **STEP, summary="Withdraw a pledge")
async def withdraw(
    visit: Visiting,
    purchase_id: FromPath[str],
    for_company: ForCompany = "",
    knowing: FromQuery[bool] = False,  # noqa: FBT002 - as the framework takes it
    key: IdempotencyKey = "",
) -> Response[PurchaseOut]:
    """Until the deadline; whoever breaks the minimum with it says `knowing=true`."""
    asked = await _asked(visit, purchase_id, for_company, key, leaving=True)
    return await _take(visit, visit.services.marketplace.withdraw_pledge, WithdrawPledge(**asked, knowing=knowing))


@post(
    "/api/v1/purchases/{purchase_id:str}/receipt",
    before_request=strictly(Received),
    **STEP,
    summary="Say what arrived",
)
async def receipt(
    visit: Visiting, purchase_id: FromPath[str], data: JSONBody[Received], key: IdempotencyKey = ""
) -> Response[PurchaseOut]:
    """Once, after the organiser said that it came."""
    asked = await _asked(visit, purchase_id, data.company_id or "", key)
    command = ConfirmReceipt(
        **asked, outcome=data.outcome, quantity=_amount(data.quantity), remark=without_nul(data.remark)
    )
    return await _take(visit, visit.services.marketplace.confirm_receipt, command)


def _amount(typed: str, field: str = "quantity") -> Decimal:
    """An amount as a decimal string, nothing included."""
    return Decimal(0) if typed == "0" else parse_amount(typed, field)


async def _asked(
    visit: Visit, purchase_id: str, company_id: str, key: str, if_match: str = "", *, leaving: bool = False
) -> dict[str, Any]:
    """What every step carries, for a company of the token's owner or one its zone's facilitator names.

    A company that may not join any more may still leave.
    """
    async with visit.reading(PURCHASES, PEOPLE) as read:
        row = await read.one(purchases.one(purchase_id))
        if row is None:
            raise NotFound(_("There is no such group purchase."))
        own = [company.company_id for company in await who_may_join(visit, read, row)]
        if leaving:
            pledged = await read.all(purchases.pledges(purchase_id))
            own += [one.company_id for one in pledged if one.quantity and visit.viewer.acts_for(one.company_id)]
    chosen = company_id or next(iter(own), "")
    if not chosen:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    if chosen not in own and not visit.viewer.has_role(row.zone_id, "facilitator"):
        raise Forbidden(_("Only somebody of the company commits it."))
    return {
        **visit.signed(command_id(key)),
        "purchase_id": purchase_id,
        "company_id": chosen,
        "for_company": None if visit.viewer.acts_for(chosen) else chosen,
        "seen_version": seen_version(if_match),
    }


async def _take(visit: Visit, use_case: Callable[[C], Receipt], command: C) -> Response[PurchaseOut]:
    recorded = await visit.carry_out(use_case, command)
    answer = await _answered(visit, command.purchase_id)
    answer.headers["Position"] = str(recorded.position)
    return answer


async def _answered(visit: Visit, purchase_id: str) -> Response[PurchaseOut]:
    async with visit.reading(PURCHASES, PEOPLE) as read:
        row = await read.one(purchases.one(purchase_id))
        zone = await read.one(people.zones_by_id([row.zone_id])) if row else None
        if row is None or zone is None:
            raise NotFound(_("There is no such group purchase."))
        [told] = await _represented(visit, read, [row], zone)
    return Response(told, headers={"ETag": f'"{told.version}"'})


# --- rows to JSON -------------------------------------------------------------------------------------------------


async def _represented(
    visit: Visit, read: AsyncReading, rows: Sequence[PurchaseRow], zone: people.Zone
) -> list[PurchaseOut]:
    """Group purchases as this viewer may read them."""
    ids = [row.purchase_id for row in rows]
    rows = await in_full(visit, read, rows)
    terms = {one.purchase_id: one for one in await read.all(purchases.terms(ids))} if ids else {}
    companies = [company.company_id for company in visit.viewer.companies]
    own = await read.all(purchases.of_companies(companies)) if companies else []
    return [
        _purchase(row, zone, terms.get(row.purchase_id), [one for one in own if one.purchase_id == row.purchase_id])
        for row in rows
    ]


def _purchase(row: PurchaseRow, zone: people.Zone, terms: TermsRow | None, own: Sequence[PledgeRow]) -> PurchaseOut:
    agreed = terms.terms if terms else None
    tiers = agreed.offer.tiers if agreed else ()
    following = domain.next_tier(tiers, at_least(row, terms)) if tiers and row.stage == "open" else None
    return PurchaseOut(
        id=row.purchase_id,
        zone=zone.slug,
        form=row.form,
        stage=row.stage,
        category=row.category,
        title=row.title,
        description=row.description,
        specification=row.specification,
        unit=row.unit,
        step=row.step,
        wished=row.wished,
        wishers=row.wishers,
        deadline=row.deadline,
        minimum=row.minimum,
        maximum=row.maximum,
        least_companies=row.least_companies,
        most_companies=row.most_companies,
        goal=row.goal,
        partners=row.partners,
        total=row.total,
        companies=row.companies,
        price_cents=(terms.unit_cents or terms.now_cents) if terms else None,
        next_tier=TierOut(following.least, following.cents) if following else None,
        failure=row.failure,
        delivered_on=row.delivered_on,
        terms=_terms(terms) if terms else None,
        own=[_own(one) for one in own],
        version=row.version,
    )


def _terms(told: TermsRow) -> TermsOut | None:
    if told.terms is None:
        return None
    offer = told.terms.offer
    return TermsOut(
        supplier=told.supplier,
        tiers=[TierOut(tier.least, tier.cents) for tier in offer.tiers],
        vat=offer.vat,
        delivery_cents=offer.delivery_cents,
        delivered=offer.delivered,
        pack=offer.pack,
        valid_until=offer.valid_until,
        rule=told.terms.rule,
        closes_when_full=told.terms.closes_when_full,
        shares=list(told.terms.shares),
        free=told.terms.free,
        conditions=told.conditions,
        choice=told.choice,
        charter=told.charter,
        unit_cents=told.unit_cents,
    )


def _own(one: PledgeRow) -> OwnOut:
    return OwnOut(
        company=one.company_id,
        wish=one.wish,
        quantity=one.quantity,
        tolerance=one.tolerance,
        site=one.site_id,
        present_cents=one.present_cents,
        waits=one.waits,
        share=one.share,
        goods_cents=one.goods,
        delivery_cents=one.delivery,
        with_vat_cents=one.with_vat,
        outcome=one.outcome,
        received=one.received,
    )


handlers: list[Any] = [zone_purchases, show_purchase, poll, pledge, withdraw, receipt]
