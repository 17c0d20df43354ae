"""The organiser's books for programs: every pledge, and each line of the ledger with what the rule gives it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from domain.purchases import Rule
from domain.refused import NotFound, _
from web.api.purchases.representing import OwnOut, own_fields
from web.api.purchases.steps import AT, READ
from web.purchase_desk import Desk, find, shared_out
from web.purchase_papers import entries
from web.visits import Visiting


class PledgeOut(OwnOut, kw_only=True):
    """What one company wants and gets; `would_get` is what the rule gives it if it closed now.

    `entered_by` is who wrote it down for the company, and empty when the company said so itself.
    """

    name: str
    remark: str
    pledged_at: datetime | None
    entered_by: str
    would_get: Decimal | None


class PledgesOut(Struct):
    """Every company that wished or pledged, in the order they pledged."""

    items: list[PledgeOut]


class LineOut(Struct, kw_only=True):
    """A line of the ledger, in the order of the log, and what it is `given`, of that `by_tolerance`.

    In proportion, a company's lines count as one: what it is given stands beside the first of them, null beside others.
    """

    order: int
    company: str
    quantity: Decimal
    tolerance: Decimal
    given: Decimal | None
    by_tolerance: Decimal
    waits: bool


class ShareOut(Struct):
    """What a company gets of it all, and what it pays, in cents."""

    company: str
    quantity: Decimal
    goods_cents: int
    delivery_cents: int
    with_vat_cents: int


class LedgerOut(Struct, kw_only=True):
    """The proof of the shares: of all that is `wanted`, `total` can be ordered; `settled` once that is final."""

    rule: Rule
    settled: bool
    wanted: Decimal
    total: Decimal
    minimum: Decimal | None
    maximum: Decimal | None
    pack: Decimal | None
    step: Decimal
    lines: list[LineOut]
    shares: list[ShareOut]


@get(AT + "/pledges", **READ, summary="What every company wants")
async def list_pledges(visit: Visiting, purchase_id: FromPath[str]) -> PledgesOut:
    """For whoever leads the group purchase."""
    known = await find(visit, purchase_id)
    return PledgesOut(_pledges(known))


@get(AT + "/ledger", **READ, summary="Read the ledger")
async def show_ledger(visit: Visiting, purchase_id: FromPath[str]) -> LedgerOut:
    """For whoever leads the group purchase, once pledges have opened."""
    known = await find(visit, purchase_id)
    state, terms = known.state, known.state.terms
    if terms is None:
        raise NotFound(_("Pledges are not open yet: there is no ledger."))
    return LedgerOut(
        rule=terms.rule,
        settled=bool(state.shares),
        wanted=state.total,
        total=state.allocation().total,
        minimum=terms.minimum,
        maximum=terms.maximum,
        pack=terms.offer.pack,
        step=state.step,
        lines=[
            LineOut(
                order=one.line.order,
                company=one.line.company_id,
                quantity=one.line.quantity,
                tolerance=one.line.tolerance,
                given=one.given,
                by_tolerance=one.by_tolerance,
                waits=one.waits,
            )
            for one in entries(state, terms)
        ],
        shares=[
            ShareOut(one.company_id, one.quantity, one.goods, one.delivery, one.with_vat)
            for one in shared_out(known).values()
        ],
    )


def _pledges(known: Desk) -> list[PledgeOut]:
    shares = shared_out(known)
    return [
        PledgeOut(
            **own_fields(one),
            name=known.name(one.company_id),
            remark=one.remark,
            pledged_at=one.pledged_at,
            entered_by=known.writer(one.entered_by),
            would_get=share.quantity if share else None,
        )
        for one in known.pledges
        for share in [shares.get(one.company_id)]
    ]


handlers: list[Any] = [list_pledges, show_ledger]
