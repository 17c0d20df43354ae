"""A group purchase as decisions know it: figures only, so that a long one can be kept as a snapshot."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.purchases.allocation import NOTHING, Allocation, Line, allocate, pledged
from domain.purchases.contracts import (
    ContractJoined,
    ContractSet,
    Frame,
    NeedsDeclared,
    NeedsWithdrawn,
    RenewalNear,
    evolve_frame,
)
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
from domain.purchases.invitations import Invitation, QuotingClosed, SupplierInvited, SupplierLinkRevoked, invited
from domain.purchases.prices import Offer
from domain.purchases.rounds import (
    Collection,
    CollectionSet,
    RoundCompleted,
    RoundPlanned,
    StopConfirmed,
    StopDeclared,
    StopSkipped,
    StopsOrdered,
    StopVisited,
    StopWithdrawn,
    evolve_rounds,
    without,
)
from domain.purchases.sessions import (
    RefreshersDue,
    SeatCancelled,
    Session,
    SessionHeld,
    SessionPlanned,
    TraineeForgotten,
    TraineeNamed,
    evolve_session,
)

FEW: Final = 3
"""Below so many companies a total would tell each of them what another one wants: only the organiser reads it."""

Stage = Literal["poll", "quotes", "chosen", "open", "confirmed", "delivered", "failed", "cancelled"]
BEFORE_PLEDGES: Final[frozenset[Stage]] = frozenset({"poll", "quotes", "chosen"})
OVER: Final[frozenset[Stage]] = frozenset({"delivered", "failed", "cancelled"})


class Pledge(Struct, frozen=True, array_like=True):
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
    `calls` are the last calls still to be made. `waiting` are the companies whose pledge waits; `total` is what
    the others want for sure, kept and not summed up anew: the ten-thousandth pledge is decided as fast as the first.
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
    calls: tuple[int, ...] = ()
    unit_cents: int | None = None
    shares: tuple[Share, ...] = ()
    receipts: frozenset[str] = frozenset()
    invitations: dict[str, Invitation] = field(default_factory=dict)
    collection: Collection = field(default_factory=Collection)
    session: Session = field(default_factory=Session)
    frame: Frame = field(default_factory=Frame)

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
    def contracted(self) -> frozenset[str]:
        """The companies that got something, once it was confirmed: of a frame contract, those that are in it."""
        if self.stage not in ("confirmed", "delivered"):
            return frozenset()
        return frozenset(share.company_id for share in self.shares if share.quantity)

    @property
    def tells_total(self) -> bool:
        """Whether enough companies pledged for everyone to read the total."""
        return self.companies >= FEW

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
        if terms.goal is not None and total >= terms.goal:
            found.add(("goal", terms.goal))
        if terms.maximum is not None and total >= terms.maximum:
            found.add(("maximum", terms.maximum))
        return frozenset(found)

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
            opened = replace(purchase, terms=event.terms, terms_count=1, terms_version=purchase.version, stage="open")
            return replace(opened, calls=event.calls)
        case PledgeMade() | PledgeChanged():
            return _with(purchase, event)
        case PledgeWithdrawn():
            left = _without(purchase, event.company_id)
            return replace(
                left,
                ledger=tuple(line for line in left.ledger if line.company_id != event.company_id),
                collection=without(left.collection, event.company_id),
            )
        case ThresholdReached():
            return replace(purchase, reached=purchase.reached | {(event.mark, event.least)})
        case ThresholdLost():
            return replace(purchase, reached=purchase.reached - {(event.mark, event.least)})
        case LastCallMade():
            # Three days' notice is not given after that of one day.
            return replace(purchase, calls=tuple(days for days in purchase.calls if days < event.days))
        case TermsChanged():
            count = purchase.terms_count + event.worse
            changed = replace(purchase, terms=event.terms, terms_count=count, terms_version=purchase.version)
            if event.worse:
                changed = replace(changed, waiting=frozenset(purchase.pledges), total=NOTHING)
            calls = purchase.calls if event.calls is None else event.calls
            # Other terms have other marks: nobody reached or lost one by them.
            return replace(changed, reached=changed.marks, calls=calls)
        case DeadlineExtended():
            assert purchase.terms is not None
            terms = replace(purchase.terms, deadline=event.deadline)
            return replace(purchase, terms=terms, terms_version=purchase.version, calls=event.calls)
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
        case SupplierInvited() | SupplierLinkRevoked() | QuotingClosed():
            return replace(purchase, invitations=invited(purchase.invitations, event))
        case ContractSet() | NeedsDeclared() | NeedsWithdrawn() | RenewalNear():
            return replace(purchase, frame=evolve_frame(purchase.frame, event))
        case ContractJoined():
            share = Share(event.company_id, event.quantity, event.goods, event.delivery, event.with_vat)
            kept = tuple(one for one in purchase.shares if one.company_id != event.company_id)
            return replace(_with(purchase, event), shares=(*kept, share))
        case SessionPlanned():
            # Without quotes and pledges, a session takes place as soon as it has its day.
            at_once = event.unpledged and purchase.stage in BEFORE_PLEDGES
            stage = "confirmed" if at_once else purchase.stage
            return replace(purchase, session=evolve_session(purchase.session, event), stage=stage)
        case SessionHeld():
            return replace(purchase, session=evolve_session(purchase.session, event), stage="delivered")
        case TraineeNamed() | SeatCancelled() | TraineeForgotten() | RefreshersDue():
            return replace(purchase, session=evolve_session(purchase.session, event))
        case RoundPlanned():
            return replace(purchase, collection=evolve_rounds(purchase.collection, event), stage="confirmed")
        case RoundCompleted():
            return replace(purchase, collection=evolve_rounds(purchase.collection, event), stage="delivered")
        case (
            CollectionSet()
            | StopDeclared()
            | StopConfirmed()
            | StopSkipped()
            | StopWithdrawn()
            | StopsOrdered()
            | StopVisited()
        ):
            return replace(purchase, collection=evolve_rounds(purchase.collection, event))


def _with(purchase: Purchase, event: PledgeMade | PledgeChanged | ContractJoined) -> Purchase:
    """The purchase with what a company now wants; what it adds stands at the end of the ledger."""
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


def _without(purchase: Purchase, company_id: str) -> Purchase:
    """The purchase without what a company pledged; its lines are still in the ledger."""
    own = purchase.pledges.get(company_id)
    if own is None:
        return purchase
    pledges = purchase.pledges.copy()
    del pledges[company_id]
    if company_id in purchase.waiting:
        return replace(purchase, pledges=pledges, waiting=purchase.waiting - {company_id})
    return replace(purchase, pledges=pledges, total=purchase.total - own.quantity)
