"""What time and totals decide: marks reached and lost, last calls, and the end with everyone's share."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain.purchases.commands import CallLast, ClosePurchase
from domain.purchases.events import (
    Failure,
    LastCallMade,
    Mark,
    PurchaseConfirmed,
    PurchaseEvent,
    PurchaseFailed,
    Share,
    Terms,
    ThresholdLost,
    ThresholdReached,
)
from domain.purchases.prices import cost, tier_at
from domain.purchases.rules import known
from domain.purchases.state import Purchase

LAST_CALLS: Final = (3, 1)
"""Days before the deadline on which everyone is reminded, the earliest first."""


def marks(before: Purchase, after: Purchase) -> list[PurchaseEvent]:
    """Which marks a change reached or lost: the minima, each lower price, and the maximum."""
    if after.terms is None:
        return []
    now = _reached(after, after.terms)
    found: list[PurchaseEvent] = [
        ThresholdReached(purchase_id=after.purchase_id, mark=mark, least=least)
        for mark, least in sorted(now)
        if (mark, least) not in before.reached
    ]
    lost: list[PurchaseEvent] = [
        ThresholdLost(purchase_id=after.purchase_id, mark=mark, least=least)  # type: ignore[arg-type]  # a mark of the state
        for mark, least in sorted(before.reached)
        if (mark, least) not in now
    ]
    return lost + found


def call_last(command: CallLast, purchase: Purchase | None) -> list[PurchaseEvent]:
    """Three days and one day before the deadline, once each; whoever was away misses the earlier one only."""
    purchase = known(purchase)
    if purchase.stage != "open" or purchase.terms is None or command.now >= purchase.terms.deadline:
        return []
    due = [
        days
        for days in LAST_CALLS
        if command.now >= purchase.terms.deadline - timedelta(days=days) and days not in purchase.called
    ]
    return [LastCallMade(purchase_id=purchase.purchase_id, days=due[-1])] if due and _is_next(due[-1], purchase) else []


def close_purchase(command: ClosePurchase, purchase: Purchase | None) -> list[PurchaseEvent]:
    """At the deadline, or once it is full where that was agreed: confirmed with everyone's share, or failed."""
    purchase = known(purchase)
    if purchase.stage != "open" or purchase.terms is None or not _is_over(command, purchase, purchase.terms):
        return []
    return settled(purchase)


def settled(purchase: Purchase) -> list[PurchaseEvent]:
    """How it ends with the pledges that count now."""
    assert purchase.terms is not None
    terms, allocation = purchase.terms, purchase.allocation()
    failure = _failure(purchase, terms, allocation.total)
    if failure is not None:
        return [PurchaseFailed(purchase_id=purchase.purchase_id, reason=failure)]
    shares = []
    for company_id, quantity in allocation.shares.items():
        price = cost(terms.offer, quantity, allocation.total)
        shares.append(Share(company_id, quantity, price.goods, price.delivery, price.with_vat))
    return [
        PurchaseConfirmed(
            purchase_id=purchase.purchase_id,
            total=allocation.total,
            unit_cents=tier_at(terms.offer.tiers, allocation.total).cents,
            shares=tuple(shares),
        )
    ]


def is_full(purchase: Purchase) -> bool:
    """Whether nothing more may be pledged, and every pledge counts."""
    return purchase.room is not None and purchase.room < purchase.step and not purchase.waiting


def _is_over(command: ClosePurchase, purchase: Purchase, terms: Terms) -> bool:
    return command.now >= terms.deadline or (terms.closes_when_full and is_full(purchase))


def _is_next(days: int, purchase: Purchase) -> bool:
    """Whether no later call was made: three days' notice is not given after that of one day."""
    return all(days < called for called in purchase.called)


def _failure(purchase: Purchase, terms: Terms, total: Decimal) -> Failure | None:
    if not total:
        return "nobody"
    if terms.minimum is not None and total < terms.minimum:
        return "minimum"
    return "companies" if purchase.companies < terms.least_companies else None


def _reached(purchase: Purchase, terms: Terms) -> set[tuple[Mark, Decimal]]:
    total, companies = purchase.total, purchase.companies
    found: set[tuple[Mark, Decimal]] = set()
    if terms.minimum is not None and total >= terms.minimum:
        found.add(("minimum", terms.minimum))
    if terms.least_companies > 1 and companies >= terms.least_companies:
        found.add(("companies", Decimal(terms.least_companies)))
    if terms.maximum is not None and total >= terms.maximum:
        found.add(("maximum", terms.maximum))
    found |= {("tier", tier.least) for tier in terms.offer.tiers[1:] if total >= tier.least}
    return found
