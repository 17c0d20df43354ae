"""What somebody may ask of a group purchase."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from domain.commands import Command
from domain.purchases.allocation import Rule
from domain.purchases.events import Form, Receipt
from domain.purchases.prices import Offer


class ProposePurchase(Command, frozen=True):
    """Ask the zone who would buy this together; `company_id` is empty when the facilitator asks."""

    purchase_id: str
    zone_id: str
    form: Form
    category: str
    title: str
    unit: str
    description: str = ""
    step: Decimal = Decimal(1)
    company_id: str = ""
    pooling_id: str | None = None


class Buying(Command, frozen=True):
    """A step in the life of a group purchase."""

    purchase_id: str


class TakingPart(Buying, frozen=True):
    """A step that a company takes in it."""

    company_id: str


class PollInterest(TakingPart, frozen=True):
    """Say how much a company would take, without commitment; nothing takes it back."""

    quantity: Decimal


class SetSpecification(Buying, frozen=True):
    """Say exactly what suppliers are asked for."""

    text: str


class RecordQuote(Buying, frozen=True):
    """Enter a supplier's quote, or replace one."""

    quote_id: str
    supplier: str
    offer: Offer
    conditions: str = ""
    document: str | None = None


class ChooseQuote(Buying, frozen=True):
    """Choose among the quotes, and say why."""

    quote_id: str
    reason: str


class Bounds(Struct, frozen=True, kw_only=True):
    """What the organiser sets beside the chosen quote: until when, how much and how many."""

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


class OpenPledges(Buying, frozen=True):
    """Let companies pledge on the chosen quote's terms."""

    bounds: Bounds
    charter: str


class OpenFunding(Buying, frozen=True):
    """Let companies promise shares of what is paid for together; nothing is bought, and no quote is chosen."""

    bounds: Bounds
    charter: str


class PledgeQuantity(TakingPart, frozen=True):
    """Commit a company to a quantity, or to another one; to say it again confirms it on changed terms."""

    quantity: Decimal
    tolerance: Decimal = Decimal(0)
    site_id: str = ""
    present_cents: int | None = None
    accepts_charter: bool = False


class WithdrawPledge(TakingPart, frozen=True):
    """Take a pledge back; `knowing` says that the person was told it holds the minimum."""

    knowing: bool = False


class ChangeTerms(Buying, frozen=True):
    """Change what was agreed with the supplier, or the bounds, while pledges are open."""

    offer: Offer
    bounds: Bounds
    reason: str


class ExtendDeadline(Buying, frozen=True):
    """Give more time, and say why."""

    deadline: datetime
    reason: str


class WakePurchase(Buying, frozen=True):
    """Do what its time has come for: a last call, or the end; the clock asks for it."""


class CancelPurchase(Buying, frozen=True):
    """Give a purchase up, and say why."""

    reason: str


class RecordDelivery(Buying, frozen=True):
    """Say when it was delivered."""

    on: date


class ConfirmReceipt(TakingPart, frozen=True):
    """Say what a company received."""

    outcome: Receipt
    quantity: Decimal
    remark: str = ""
