"""What happens to a group purchase: from an idea to goods on the dock, or to a reason why not."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from domain.events import Event, Private
from domain.purchases.allocation import Rule
from domain.purchases.contracts import ContractJoined, FrameEvent
from domain.purchases.invitations import InvitationEvent
from domain.purchases.prices import Offer, Quote
from domain.purchases.rounds import RoundEvent
from domain.purchases.sessions import SessionEvent

Form = Literal["goods", "frame", "collection", "session", "funding"]
FORMS: Final[tuple[Form, ...]] = ("goods", "frame", "collection", "session", "funding")
"""What is bought together: goods, a contract each signs for itself, a collection, seats; or paid for by shares."""
LAST_CALLS: Final = (3, 1)
"""Days before the deadline on which everyone is reminded, the earliest first."""
Failure = Literal["minimum", "companies", "nobody"]
Mark = Literal["minimum", "companies", "tier", "goal", "maximum"]
Receipt = Literal["received", "short", "damaged"]
RECEIPTS: Final[tuple[Receipt, ...]] = ("received", "short", "damaged")


class Terms(Struct, frozen=True, kw_only=True):
    """On what everyone pledges; amounts are in the purchase's unit.

    `deadline` is the first moment a pledge comes too late. `closes_when_full` ends it as soon as the maximum is
    reached. `charter` is what each company accepts with its first pledge. `partners` lets companies of partner zones
    join as well. Where something is paid for together, `shares` are the amounts one may choose, in whole euros, `free`
    allows any other, and `goal` is what is hoped for beyond the minimum. `adherents` keeps it for the companies that
    have joined the zone's association.
    """

    offer: Offer
    deadline: datetime
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    least_companies: int = 1
    most_companies: int | None = None
    rule: Rule = "order"
    closes_when_full: bool = False
    partners: bool = False
    shares: tuple[int, ...] = ()
    free: bool = False
    goal: Decimal | None = None
    adherents: bool = False


class Share(Struct, frozen=True):
    """What a company gets, and its price in cents: goods and delivery without VAT, and all of it with VAT."""

    company_id: str
    quantity: Decimal
    goods: int
    delivery: int
    with_vat: int


class PurchaseProposed(Event, frozen=True):
    """Somebody thinks that several would buy this together: the zone asks who, and how much.

    `company_id` is the member company that proposes, or empty when the facilitator does. `step` is the smallest
    amount one can take. `pooling_id` is the proposal of pooled needs it grew from.
    """

    purchase_id: str
    zone_id: str
    form: Form
    category: str
    title: Private
    description: Private
    unit: str
    step: Decimal = Decimal(1)
    company_id: str = ""
    pooling_id: str | None = None


class InterestPolled(Event, frozen=True):
    """A company says how much it would take, without commitment; nothing means no more."""

    purchase_id: str
    company_id: str
    quantity: Decimal


class SpecificationSet(Event, frozen=True):
    """What exactly suppliers are asked for."""

    purchase_id: str
    text: Private


class QuoteReceived(Event, frozen=True):
    """A supplier's offer; one of the same id replaces it."""

    purchase_id: str
    quote: Quote


class QuoteChosen(Event, frozen=True):
    """The organiser's choice among the quotes, and why."""

    purchase_id: str
    quote_id: str
    reason: Private


class PledgesOpened(Event, frozen=True):
    """Companies may pledge on these terms, each for itself; `charter` is what they accept with their first pledge.

    `calls` are the days before the deadline on which everyone will be reminded.
    """

    purchase_id: str
    terms: Terms
    charter: Private
    calls: tuple[int, ...] = LAST_CALLS


class PledgeMade(Event, frozen=True):
    """A company commits itself, and accepts the charter.

    `present_cents` is what it declares to pay for a unit today, VAT excluded; only it and the organiser see that.
    """

    purchase_id: str
    company_id: str
    quantity: Decimal
    tolerance: Decimal = Decimal(0)
    site_id: str = ""
    present_cents: int | None = None


class PledgeChanged(Event, frozen=True):
    """A company now wants this much; to say it again after a change of terms confirms it."""

    purchase_id: str
    company_id: str
    quantity: Decimal
    tolerance: Decimal = Decimal(0)
    site_id: str = ""
    present_cents: int | None = None


class PledgeWithdrawn(Event, frozen=True):
    """A company takes its pledge back before the deadline."""

    purchase_id: str
    company_id: str


class ThresholdReached(Event, frozen=True):
    """The total came to a mark that everyone waits for; `least` is that mark, in units or companies."""

    purchase_id: str
    mark: Mark
    least: Decimal


class ThresholdLost(Event, frozen=True):
    """A withdrawal brought the total below a mark it had reached."""

    purchase_id: str
    mark: Mark
    least: Decimal


class LastCallMade(Event, frozen=True):
    """Everyone is reminded that so many days are left."""

    purchase_id: str
    days: int


class TermsChanged(Event, frozen=True):
    """The organiser changed the terms; where that is worse for somebody, every pledge must be confirmed again.

    `calls` are the last calls still to be made when the deadline moved; None leaves them as they were.
    """

    purchase_id: str
    terms: Terms
    worse: bool
    reason: Private
    calls: tuple[int, ...] | None = None


class DeadlineExtended(Event, frozen=True):
    """There is more time, and why; `calls` are the days before the new deadline on which everyone is reminded."""

    purchase_id: str
    deadline: datetime
    reason: Private
    calls: tuple[int, ...] = LAST_CALLS


class PurchaseConfirmed(Event, frozen=True):
    """It takes place: the total, the price of a unit it reached, and what each company gets."""

    purchase_id: str
    total: Decimal
    unit_cents: int
    shares: tuple[Share, ...]


class PurchaseFailed(Event, frozen=True):
    """At the deadline it had not come together, and on what it failed."""

    purchase_id: str
    reason: Failure


class PurchaseCancelled(Event, frozen=True):
    """The organiser gave it up, and why."""

    purchase_id: str
    reason: Private


class DeliveryRecorded(Event, frozen=True):
    """The organiser says when it was delivered."""

    purchase_id: str
    on: date


class ReceiptConfirmed(Event, frozen=True):
    """A buyer says what arrived: all of it, less, or damaged."""

    purchase_id: str
    company_id: str
    outcome: Receipt
    quantity: Decimal
    remark: Private | None = None


PurchaseEvent = (
    PurchaseProposed
    | InterestPolled
    | SpecificationSet
    | QuoteReceived
    | QuoteChosen
    | PledgesOpened
    | PledgeMade
    | PledgeChanged
    | PledgeWithdrawn
    | ThresholdReached
    | ThresholdLost
    | LastCallMade
    | TermsChanged
    | DeadlineExtended
    | PurchaseConfirmed
    | PurchaseFailed
    | PurchaseCancelled
    | DeliveryRecorded
    | ReceiptConfirmed
    | InvitationEvent
    | ContractJoined
    | FrameEvent
    | RoundEvent
    | SessionEvent
)
