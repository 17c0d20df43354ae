"""Rows to JSON: a group purchase in totals, with its terms, what happened, and what one's own company wants of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from litestar import Response
from msgspec import Struct

from domain import purchases as domain
from domain.commands import Receipt
from domain.purchases import Offer
from domain.purchases.prices import Place
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, DayRow, PledgeRow, PurchaseRow, StepRow, TermsRow
from web.purchase_readers import found
from web.purchasing import at_least
from web.visits import Visit


class TierOut(Struct, rename={"since": "from"}):
    """From a total of `from` on, one unit costs so many cents, VAT excluded."""

    since: Decimal
    cents: int


class OfferOut(Struct, kw_only=True):
    """What a supplier asks; `delivery_cents` is for each company, at its own `site` or at a place in `common`."""

    tiers: list[TierOut]
    vat: Decimal
    delivery_cents: int
    delivered: Place
    pack: Decimal | None
    valid_until: date


class TermsOut(OfferOut, kw_only=True):
    """On what members pledge; `unit_cents` is what a unit finally costs, once that is settled.

    `rule` says how a shortage is shared, `charter` what a company accepts with its first pledge. Where something is
    paid for together, amounts are euros: one of `shares` or several of the same, or any amount where it is `free`.
    """

    supplier: str
    rule: domain.Rule
    closes_when_full: bool
    shares: list[int]
    free: bool
    conditions: str
    choice: str
    charter: str
    unit_cents: int | None


class OwnOut(Struct, kw_only=True):
    """What a company wants and gets; cents are of its whole share.

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
    Amounts are in `unit`, taken by `step`. `version` is its ETag.
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


class StepOut(Struct, kw_only=True):
    """Something that happened to everybody; `what` is the event's name, `said` the reason somebody gave."""

    version: int
    what: str
    at: datetime
    said: str
    mark: domain.Mark | None
    least: Decimal | None
    days: int | None
    worse: bool | None
    deadline: datetime | None


class DayOut(Struct):
    """How much was pledged at the end of a day, and by how many companies."""

    on: date
    total: Decimal
    companies: int


async def answered(visit: Visit, purchase_id: str, receipt: Receipt | None = None) -> Response[PurchaseOut]:
    """The group purchase as it stands now, after what was recorded."""
    async with visit.reading(PURCHASES, PEOPLE) as read:
        row, zone = await found(visit, read, purchase_id)
        [told] = await represented(visit, read, [row], zone)
    headers = {"ETag": f'"{told.version}"'}
    if receipt is not None:
        headers["Position"] = str(receipt.position)
    return Response(told, status_code=200, headers=headers)


async def represented(
    visit: Visit, read: AsyncReading, rows: Sequence[PurchaseRow], zone: people.Zone
) -> list[PurchaseOut]:
    """Group purchases as this viewer may read them: those that were found `in_full`."""
    ids = [row.purchase_id for row in rows]
    terms = {one.purchase_id: one for one in await read.all(purchases.terms(ids))} if ids else {}
    companies = [company.company_id for company in visit.viewer.companies]
    own = await read.all(purchases.of_companies(companies)) if companies else []
    return [
        _purchase(row, zone, terms.get(row.purchase_id), [one for one in own if one.purchase_id == row.purchase_id])
        for row in rows
    ]


def tiers_out(offer: Offer) -> list[TierOut]:
    """The prices of an offer, the first one from nothing on."""
    return [TierOut(tier.least, tier.cents) for tier in offer.tiers]


def step_out(row: StepRow) -> StepOut:
    """Something that happened to everybody."""
    return StepOut(
        version=row.version,
        what=row.what,
        at=row.at,
        said=row.words,
        mark=row.mark,
        least=row.least,
        days=row.days,
        worse=row.worse,
        deadline=row.deadline,
    )


def day_out(row: DayRow) -> DayOut:
    """How far it had come at the end of a day."""
    return DayOut(row.on, row.total, row.companies)


def own_fields(one: PledgeRow) -> dict[str, Any]:
    """What a company wants and gets, by the names programs read."""
    return {
        "company": one.company_id,
        "wish": one.wish,
        "quantity": one.quantity,
        "tolerance": one.tolerance,
        "site": one.site_id,
        "present_cents": one.present_cents,
        "waits": one.waits,
        "share": one.share,
        "goods_cents": one.goods,
        "delivery_cents": one.delivery,
        "with_vat_cents": one.with_vat,
        "outcome": one.outcome,
        "received": one.received,
    }


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
        own=[OwnOut(**own_fields(one)) for one in own],
        version=row.version,
    )


def _terms(told: TermsRow) -> TermsOut | None:
    if told.terms is None:
        return None
    offer = told.terms.offer
    return TermsOut(
        supplier=told.supplier,
        tiers=tiers_out(offer),
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
