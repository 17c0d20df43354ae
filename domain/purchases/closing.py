"""What time and totals decide: marks reached and lost, last calls, and the end with everyone's share."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

from domain.purchases.commands import WakePurchase
from domain.purchases.contracting import renewals_due
from domain.purchases.events import (
    Failure,
    LastCallMade,
    PledgeWithdrawn,
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
from domain.purchases.state import Purchase, evolve
from domain.purchases.training import refreshers


def marks(before: Purchase, after: Purchase) -> list[PurchaseEvent]:
    """Which marks a change reached or lost: the minima, each lower price, and the maximum."""
    now = after.marks
    found: list[PurchaseEvent] = [
        ThresholdReached(purchase_id=after.purchase_id, mark=mark, least=least)
        for mark, least in sorted(now)
        if (mark, least) not in before.reached
    ]
    lost: list[PurchaseEvent] = [
        ThresholdLost(purchase_id=after.purchase_id, mark=mark, least=least)
        for mark, least in sorted(before.reached)
        if (mark, least) not in now
    ]
    return lost + found


def wake_purchase(command: WakePurchase, purchase: Purchase | None, gone: Collection[str] = ()) -> list[PurchaseEvent]:
    """What is due by now: the end at the deadline, a last call, or the end of a contract, once each; else nothing.

    Three days and one day before the deadline everyone is reminded; whoever was away misses the earlier call only.
    The companies that are `gone` were erased: nobody is there to take what they pledged.
    """
    purchase = known(purchase)
    if purchase.stage != "open" or purchase.terms is None:
        return [*renewals_due(command, purchase, gone), *refreshers(command, purchase)]
    deadline = purchase.terms.deadline
    due = [days for days in purchase.calls if command.now >= deadline - timedelta(days=days)]
    over = command.now >= deadline or (purchase.terms.closes_when_full and is_full(purchase))
    if not over and not due:
        return []
    after, events = purchase, list[PurchaseEvent]()
    for company_id in sorted(purchase.pledges.keys() & gone):
        events.append(PledgeWithdrawn(purchase_id=purchase.purchase_id, company_id=company_id))
        after = evolve(after, events[-1])
    if over:
        return [*events, *settled(after)]
    return [*events, *marks(purchase, after), LastCallMade(purchase_id=purchase.purchase_id, days=due[-1])]


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


def _failure(purchase: Purchase, terms: Terms, total: Decimal) -> Failure | None:
    if not total:
        return "nobody"
    if terms.minimum is not None and total < terms.minimum:
        return "minimum"
    return "companies" if purchase.companies < terms.least_companies else None
