"""What somebody may ask for in an exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from domain.commands import Command
from domain.exchanges.events import Origin, Reason, Slot, Use
from domain.quantities import Quantity


class ShowInterest(Command, frozen=True):
    """Take some of an offer, or serve some of a request; `company_id` is whoever asks.

    Whoever takes waste says by what right: the number of a receipt, a permit, an authorisation.
    """

    exchange_id: str
    listing_id: str
    company_id: str
    quantity: Quantity
    other_listing_id: str | None = None
    message: str = ""
    origin: Origin = "page"
    permit: str = ""


class Dealing(Command, frozen=True):
    """A step in an exchange, by one of its two companies."""

    listing_id: str
    exchange_id: str
    company_id: str


class AcceptExchange(Dealing, frozen=True):
    """Keep a quantity for whoever asked; less than they asked for is a part.

    Whoever knows already when it would suit says so at once: `slot` is what `ProposePickup` would say next.
    """

    quantity: Quantity
    starts_on: date | None = None
    slot: Slot | None = None
    instructions: str = ""


class DeclineExchange(Dealing, frozen=True):
    """Answer no, with a reason."""

    reason: Reason
    sentence: str = ""


class AbandonExchange(Dealing, frozen=True):
    """Give up, with a reason."""

    reason: Reason
    sentence: str = ""


class RenewHold(Dealing, frozen=True):
    """Keep the quantity for another while."""


class ProposePickup(Dealing, frozen=True):
    """Say when it would suit; also a counter-proposal, or another time than the one agreed."""

    slot: Slot
    instructions: str = ""


class AgreePickup(Dealing, frozen=True):
    """Agree with the proposed time."""


class ConfirmExchange(Dealing, frozen=True):
    """Say what was collected; `final` unless more is to come."""

    quantity: Quantity
    measured: bool
    final: bool
    collected_on: date
    condition: str | None = None
    photo: str | None = None
    note: str = ""
    waste: Waste | None = None


class CorrectTake(Dealing, frozen=True):
    """Correct what one confirmed; without a quantity, nothing was collected."""

    number: int
    quantity: Quantity | None


class DisputeExchange(Dealing, frozen=True):
    """Say that a pick-up went otherwise; without a quantity, that nothing was collected."""

    number: int
    quantity: Quantity | None
    sentence: str


class SettleDispute(Dealing, frozen=True):
    """Agree with the other side's figure; a facilitator, with an empty `company_id`, says which holds."""

    number: int
    quantity: Quantity | None


class DeclareSavings(Dealing, frozen=True):
    """Say what it saved, in cents excluding VAT, and what became of it."""

    cents: int | None = None
    currency: str = "EUR"
    use: Use | None = None


class ConfirmPeriod(Dealing, frozen=True):
    """Say what came in a period of a flow."""

    period: str
    quantity: Quantity
    measured: bool
    waste: Waste | None = None


class MissPeriod(Dealing, frozen=True):
    """Say that nothing came in a period, and why."""

    period: str
    reason: Reason | None = None


class EndFlow(Dealing, frozen=True):
    """A flow has run its course."""


class NudgeExchange(Command, frozen=True):
    """Have done what is due in the silence of both sides; the clock asks for it."""

    listing_id: str
    exchange_id: str


class Waste(Struct, frozen=True, kw_only=True):
    """What the register of outgoing waste wants, as it was typed; see `exchanges.WasteMovement`."""

    code: str
    tonnes: Decimal
    treatment: str
    carrier: str = ""
    receipt: str = ""
