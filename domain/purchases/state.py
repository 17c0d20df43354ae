"""A group purchase as decisions know it: figures only, so that a long one can be kept as a snapshot."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.purchases.allocation import NOTHING, Allocation, Line, allocate, pledged
from domain.purchases.events import (
    DeadlineExtended,
    DeliveryRecorded,
    Form,
    InterestPolled,
    LastCallMade,
    Mark,
    PledgeChanged,
    PledgeMade,
    PledgesOpened,
    PledgeWithdrawn,
    PurchaseCancelled,
    PurchaseConfirmed,
    PurchaseEvent,
    PurchaseFailed,
    PurchaseProposed,
    QuoteChosen,
    QuoteReceived,
    ReceiptConfirmed,
    Share,
    SpecificationSet,
    Terms,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from domain.purchases.prices import Offer

LAST_CALLS: Final = (3, 1)
"""Days before the deadline on which everyone is reminded, the earliest first."""

Stage = Literal["poll", "quotes", "chosen", "open", "confirmed", "delivered", "failed", "cancelled"]
BEFORE_PLEDGES: Final[frozenset[Stage]] = frozenset({"poll", "quotes", "chosen"})
OVER: Final[frozenset[Stage]] = frozenset({"delivered", "failed", "cancelled"})


class Pledge(Struct, frozen=True):
    """What a company wants now, said in the event of `of_version`; `of_terms` counts the terms it knew then."""

    quantity: Decimal
    tolerance: Decimal
    of_terms: int
    of_version: int
    site_id: str = ""
    present_cents: int | None = None


class Purchase(Struct, frozen=True):
    """What decisions need to know of a group purchase; `version` is that of the last event folded in.

    `terms_count` grows with every change that is worse for somebody: a pledge given on earlier terms waits for its
    company to confirm it, and does not count until then. `terms_version` is that of the newest change of any kind.
    `waiting` are the companies whose pledge waits so; `total` is what the others want for sure, kept and not summed up
    anew, so that the ten-thousandth pledge is decided as fast as the first.
    """

    purchase_id: str
    zone_id: str
    form: Form
    category: str
    unit: str
    step: Decimal
    company_id: str
    stage: Stage = "poll"
    version: int = 0
    wishes: dict[str, Decimal] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    chosen: str | None = None
    terms: Terms | None = None
    terms_count: int = 0
    terms_version: int = 0
    ledger: tuple[Line, ...] = ()
    pledges: dict[str, Pledge] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    total: Decimal = NOTHING
    reached: frozenset[tuple[Mark, Decimal]] = frozenset()
    called: frozenset[int] = frozenset()
    unit_cents: int | None = None
    shares: tuple[Share, ...] = ()
    receipts: frozenset[str] = frozenset()

    @property
    def counted(self) -> tuple[Line, ...]:
        """The ledger without the pledges that wait for their company to confirm them."""
        waiting = self.waiting
        return tuple(line for line in self.ledger if line.company_id not in waiting) if waiting else self.ledger

    @property
    def companies(self) -> int:
        """How many companies want something for sure."""
        return len(self.pledges) - len(self.waiting)

    @property
    def committed(self) -> Decimal:
        """What is pledged in all, that which waits to be confirmed included."""
        return sum((self.pledges[one].quantity for one in self.waiting), self.total)

    @property
    def room(self) -> Decimal | None:
        """What may still be pledged below the maximum; None when there is none."""
        if self.terms is None or self.terms.maximum is None:
            return None
        return max(self.terms.maximum - self.committed, NOTHING)

    @property
    def marks(self) -> frozenset[tuple[Mark, Decimal]]:
        """What the total has come to: the minima, each lower price, the maximum."""
        terms, total = self.terms, self.total
        if terms is None:
            return frozenset()
        found: set[tuple[Mark, Decimal]] = {
            ("tier", tier.least) for tier in terms.offer.tiers[1:] if total >= tier.least
        }
        if terms.minimum is not None and total >= terms.minimum:
            found.add(("minimum", terms.minimum))
        if terms.least_companies > 1 and self.companies >= terms.least_companies:
            found.add(("companies", Decimal(terms.least_companies)))
        if terms.maximum is not None and total >= terms.maximum:
            found.add(("maximum", terms.maximum))
        return frozenset(found)

    @property
    def calls(self) -> tuple[int, ...]:
        """The last calls still to be made; three days' notice is not given after that of one day."""
        return tuple(days for days in LAST_CALLS if all(days < called for called in self.called))

    def allocation(self) -> Allocation:
        """How it would be shared out if it closed now."""
        assert self.terms is not None
        return allocate(
            self.counted,
            rule=self.terms.rule,
            step=self.step,
            pack=self.terms.offer.pack,
            maximum=self.terms.maximum,
        )


def evolve(purchase: Purchase | None, event: PurchaseEvent) -> Purchase:  # noqa: C901, PLR0912  (one flat case per event)
    """The purchase after `event`."""
    if isinstance(event, PurchaseProposed):
        return Purchase(
            event.purchase_id, event.zone_id, event.form, event.category, event.unit, event.step, event.company_id
        )
    assert purchase is not None
    purchase = replace(purchase, version=purchase.version + 1)
    match event:
        case InterestPolled():
            others = {one: wish for one, wish in purchase.wishes.items() if one != event.company_id}
            wish = {event.company_id: event.quantity} if event.quantity else {}
            return replace(purchase, wishes={**others, **wish})
        case SpecificationSet():
            return replace(purchase, stage="quotes" if purchase.stage == "poll" else purchase.stage)
        case QuoteReceived():
            offers = {**purchase.offers, event.quote.quote_id: event.quote.offer}
            return replace(purchase, offers=offers, stage="quotes" if purchase.stage == "poll" else purchase.stage)
        case QuoteChosen():
            return replace(purchase, chosen=event.quote_id, stage="chosen")
        case PledgesOpened():
            return replace(purchase, terms=event.terms, terms_count=1, terms_version=purchase.version, stage="open")
        case PledgeMade() | PledgeChanged():
            pledge = Pledge(
                quantity=event.quantity,
                tolerance=event.tolerance,
                of_terms=purchase.terms_count,
                of_version=purchase.version,
                site_id=event.site_id,
                present_cents=event.present_cents,
            )
            before = _without(purchase, event.company_id)
            return replace(
                before,
                ledger=pledged(purchase.ledger, purchase.version, event.company_id, event.quantity, event.tolerance),
                pledges={**purchase.pledges, event.company_id: pledge},
                total=before.total + event.quantity,
            )
        case PledgeWithdrawn():
            left = _without(purchase, event.company_id)
            return replace(left, ledger=tuple(line for line in left.ledger if line.company_id != event.company_id))
        case ThresholdReached():
            return replace(purchase, reached=purchase.reached | {(event.mark, event.least)})
        case ThresholdLost():
            return replace(purchase, reached=purchase.reached - {(event.mark, event.least)})
        case LastCallMade():
            return replace(purchase, called=purchase.called | {event.days})
        case TermsChanged():
            count = purchase.terms_count + event.worse
            changed = replace(purchase, terms=event.terms, terms_count=count, terms_version=purchase.version)
            if event.worse:
                changed = replace(changed, waiting=frozenset(purchase.pledges), total=NOTHING)
            # Other terms have other marks: nobody reached or lost one by them.
            return replace(changed, reached=changed.marks)
        case DeadlineExtended():
            assert purchase.terms is not None
            terms = replace(purchase.terms, deadline=event.deadline)
            return replace(purchase, terms=terms, terms_version=purchase.version, called=frozenset())
        case PurchaseConfirmed():
            return replace(purchase, stage="confirmed", unit_cents=event.unit_cents, shares=event.shares)
        case PurchaseFailed():
            return replace(purchase, stage="failed")
        case PurchaseCancelled():
            return replace(purchase, stage="cancelled")
        case DeliveryRecorded():
            return replace(purchase, stage="delivered")
        case ReceiptConfirmed():
            return replace(purchase, receipts=purchase.receipts | {event.company_id})


def _without(purchase: Purchase, company_id: str) -> Purchase:
    """The purchase without what a company pledged; its lines are still in the ledger."""
    own = purchase.pledges.get(company_id)
    if own is None:
        return purchase
    pledges = {one: pledge for one, pledge in purchase.pledges.items() if one != company_id}
    if company_id in purchase.waiting:
        return replace(purchase, pledges=pledges, waiting=purchase.waiting - {company_id})
    return replace(purchase, pledges=pledges, total=purchase.total - own.quantity)
