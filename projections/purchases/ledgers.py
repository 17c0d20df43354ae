"""The ledger of a group purchase in rows: what all share in one, and what a company wants in one of its own.

Thousands may pledge in one purchase. What a pledge writes must not grow with them: of the state that decisions know,
the row of the purchase keeps what is the same for all, and the row of each company its part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from domain import purchases
from domain.events import Recorded
from domain.purchases import (
    ContractJoined,
    InterestPolled,
    Pledge,
    PledgeChanged,
    PledgeMade,
    PledgeWithdrawn,
    Purchase,
    PurchaseConfirmed,
    PurchaseEvent,
    PurchaseProposed,
    ReceiptConfirmed,
    TermsChanged,
)
from projections.model import Rows, opened
from projections.purchases.rows import DAY, PLEDGE, STATE, DayRow, PledgeRow, StateRow

OfOne = InterestPolled | PledgeMade | PledgeChanged | PledgeWithdrawn | ReceiptConfirmed
"""What concerns one company alone: the rows of the others are not even read."""

_NONE: Final = Decimal(0)


def folded_in(rows: Rows, event: PurchaseEvent) -> StateRow | None:
    """The state after an event, which is kept; None for a purchase that is unknown.

    After an event of one company, the pledges, wishes and lines in it are this company's alone; its figures are of all.
    """
    if isinstance(event, PurchaseProposed):
        proposed = purchases.evolve(None, event)
        state = StateRow(purchase_id=event.purchase_id, zone_id=event.zone_id, purchase=proposed)
        rows.put(STATE, state)
        return state
    known = rows.get(STATE, event.purchase_id)
    if known is None:
        return None
    before = _whole(known.purchase, _concerned(rows, known.purchase, event))
    after = purchases.evolve(before, event)
    state = replace(
        known,
        purchase=after,
        companies=known.companies + after.companies - before.companies,
        wished=known.wished + sum(after.wishes.values(), _NONE) - sum(before.wishes.values(), _NONE),
        wishers=known.wishers + len(after.wishes) - len(before.wishes),
    )
    rows.put(STATE, replace(state, purchase=replace(after, pledges={}, wishes={}, ledger=())))
    for company_id in _changed(before, after):
        _keep(rows, after, company_id)
    return state


def save_pledges(rows: Rows, recorded: Recorded, event: PurchaseEvent, state: StateRow) -> None:
    """What the event says of companies, beside what they want."""
    after = state.purchase
    match event:
        case InterestPolled():
            own = _of_company(rows, after, event.company_id)
            rows.put(PLEDGE, replace(own, entered_by=_for(recorded, event.company_id)))
        case PledgeMade() | PledgeChanged():
            own = _of_company(rows, after, event.company_id)
            own = replace(own, pledged_at=own.pledged_at or recorded.at, waits=False)
            rows.put(PLEDGE, replace(own, entered_by=_for(recorded, event.company_id)))
            _note_day(rows, recorded.at, state)
        case PledgeWithdrawn():
            own = _of_company(rows, after, event.company_id)
            rows.put(PLEDGE, replace(own, pledged_at=None, waits=False))
            _note_day(rows, recorded.at, state)
        case TermsChanged():
            for one in rows.of(PLEDGE, "purchase_id", after.purchase_id):
                rows.put(PLEDGE, replace(one, waits=one.company_id in after.waiting))
            _note_day(rows, recorded.at, state)
        case PurchaseConfirmed():
            for share in event.shares:
                own = _of_company(rows, after, share.company_id)
                own = replace(
                    own, share=share.quantity, goods=share.goods, delivery=share.delivery, with_vat=share.with_vat
                )
                rows.put(PLEDGE, own)
        case ContractJoined():
            own = replace(
                _of_company(rows, after, event.company_id),
                pledged_at=recorded.at,
                share=event.quantity,
                goods=event.goods,
                delivery=event.delivery,
                with_vat=event.with_vat,
            )
            rows.put(PLEDGE, own)
            _note_day(rows, recorded.at, state)
        case ReceiptConfirmed():
            own = _of_company(rows, after, event.company_id)
            own = replace(own, outcome=event.outcome, received=event.quantity, remark=opened(event.remark))
            rows.put(PLEDGE, own)
        case _:
            pass


def _concerned(rows: Rows, purchase: Purchase, event: PurchaseEvent) -> Iterable[PledgeRow]:
    # Of a session everybody may know how many companies come; its seats are few.
    if isinstance(event, OfOne) and purchase.form != "session":
        own = rows.get(PLEDGE, event.purchase_id, event.company_id)
        return [own] if own else []
    return rows.of(PLEDGE, "purchase_id", event.purchase_id)


def _whole(purchase: Purchase, companies: Iterable[PledgeRow]) -> Purchase:
    """The state with the part of these companies."""
    companies = list(companies)
    pledges = {
        one.company_id: Pledge(one.quantity, one.tolerance, one.of_terms, one.version, one.site_id, one.present_cents)
        for one in companies
        if one.quantity
    }
    return replace(
        purchase,
        pledges=pledges,
        wishes={one.company_id: one.wish for one in companies if one.wish},
        ledger=tuple(sorted((line for one in companies for line in one.lines), key=lambda line: line.order)),
    )


def _changed(before: Purchase, after: Purchase) -> Iterator[str]:
    for held, holds in ((before.pledges, after.pledges), (before.wishes, after.wishes)):
        yield from (one for one in sorted(held.keys() | holds.keys()) if held.get(one) is not holds.get(one))


def _keep(rows: Rows, after: Purchase, company_id: str) -> None:
    own, pledge = _of_company(rows, after, company_id), after.pledges.get(company_id)
    own = replace(
        own,
        wish=after.wishes.get(company_id, _NONE),
        lines=tuple(line for line in after.ledger if line.company_id == company_id),
        quantity=pledge.quantity if pledge else _NONE,
        tolerance=pledge.tolerance if pledge else _NONE,
    )
    if pledge is not None:
        own = replace(
            own,
            of_terms=pledge.of_terms,
            version=pledge.of_version,
            site_id=pledge.site_id,
            present_cents=pledge.present_cents,
        )
    rows.put(PLEDGE, own)


def _for(recorded: Recorded, company_id: str) -> str:
    """Who wrote it down for the company; nobody when it said so itself."""
    return recorded.actor.removeprefix("member:") if recorded.for_company == company_id else ""


def _of_company(rows: Rows, after: Purchase, company_id: str) -> PledgeRow:
    own = rows.get(PLEDGE, after.purchase_id, company_id)
    return own or PledgeRow(purchase_id=after.purchase_id, company_id=company_id, zone_id=after.zone_id)


def _note_day(rows: Rows, at: datetime, state: StateRow) -> None:
    on = at.astimezone(UTC).date()
    if not state.tells_total:
        rows.drop(DAY, state.purchase_id, on)
        return
    day = DayRow(
        purchase_id=state.purchase_id,
        on=on,
        zone_id=state.zone_id,
        total=state.purchase.total,
        companies=state.companies,
    )
    rows.put(DAY, day)
