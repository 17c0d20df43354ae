"""What happens in an exchange: the facts, from an interest to a confirmed pick-up or a reason for giving up."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from domain.events import Event, Private
from domain.quantities import Quantity

Origin = Literal["match", "page", "mail", "program"]
Reason = Literal[
    "other_solution",
    "quality",
    "quantity",
    "price",
    "transport",
    "storage",
    "legal",
    "timing",
    "no_answer",
    "threshold_not_reached",
    "confidentiality",
    "contact_left",
    "funding",
    "technical",
    "public_body",
    "duplicate",
    "other",
]
Use = Literal["reuse", "repair", "recycling", "energy", "other"]
Owed = Literal["answer", "propose", "answer_pickup", "confirm", "confirm_period", "resume", "settle"]


class AbandonReason(Struct, frozen=True):
    """Why an exchange stopped, as `reference/abandon_reasons.csv` has it."""

    code: Reason
    label_fr: str
    label_en: str


def _read_reasons() -> dict[Reason, AbandonReason]:
    lines = (files("domain") / "reference" / "abandon_reasons.csv").read_text("utf-8").splitlines()
    rows: list[dict[str, Any]] = list(csv.DictReader(lines))
    return {reason.code: reason for reason in msgspec.convert(rows, list[AbandonReason])}


REASONS: Final = _read_reasons()
BY_THE_CLOCK: Final[frozenset[Reason]] = frozenset({"no_answer", "threshold_not_reached"})
"""Reasons nobody chooses: they are found."""
CHOSEN: Final[tuple[Reason, ...]] = tuple(code for code in REASONS if code not in BY_THE_CLOCK)
"""Reasons a person may choose, in the order of the list."""


class Slot(Struct, frozen=True):
    """When a pick-up takes place."""

    start: datetime
    end: datetime


class WasteMovement(Struct, frozen=True, kw_only=True):
    """What the register of outgoing waste wants of one pick-up.

    `tonnes` were weighed or estimated as the confirmation says; `treatment` is a code of recovery (R) or disposal (D);
    `carrier` and `receipt` name who drove and the number of their declaration.
    """

    code: str
    tonnes: Decimal
    treatment: str
    carrier: Private | None = None
    receipt: Private | None = None


# --- events -----------------------------------------------------------------------------------------------------


class InterestShown(Event, frozen=True):
    """A company would take some of an offer, or could serve some of a request.

    `company_id` asks, `owner_id` answers; `provider_id` and `receiver_id` are the same two by what they would do.
    `other_listing_id` is the listing of theirs it goes with, `contact` the member who speaks for them, empty when a
    facilitator asked on their behalf. `permit` is what allows them to take waste, as they say it.
    """

    exchange_id: str
    listing_id: str
    other_listing_id: str | None
    owner_id: str
    company_id: str
    provider_id: str
    receiver_id: str
    zone_id: str
    time_zone: str
    quantity: Quantity
    contact: str
    origin: Origin
    message: Private | None
    at: datetime
    permit: Private | None = None


class ExchangeAccepted(Event, frozen=True):
    """The owner keeps this much for them until `hold_until`; a recurring flow begins on `starts_on` and has no end."""

    exchange_id: str
    listing_id: str
    quantity: Quantity
    contact: str
    hold_until: datetime | None
    starts_on: date | None
    at: datetime


class ContactDisclosed(Event, frozen=True):
    """Each side may read how to reach these members of the other."""

    exchange_id: str
    listing_id: str
    companies: tuple[str, ...]
    members: tuple[str, ...]


class ExchangeDeclined(Event, frozen=True):
    """The owner answers no, or nothing is left to give: then nobody chose it, and `by` is empty."""

    exchange_id: str
    listing_id: str
    by: str
    reason: Reason
    sentence: Private | None
    at: datetime


class ExchangeAbandoned(Event, frozen=True):
    """One side gives up, or nobody answered for a month: then `by` is empty. What was held is free again."""

    exchange_id: str
    listing_id: str
    by: str
    reason: Reason
    sentence: Private | None
    at: datetime


class HoldLapsed(Event, frozen=True):
    """No pick-up was agreed in time: the quantity is free again, and may still be collected if nobody else takes it."""

    exchange_id: str
    listing_id: str
    at: datetime


class HoldRenewed(Event, frozen=True):
    """The owner keeps the quantity for longer."""

    exchange_id: str
    listing_id: str
    quantity: Quantity
    hold_until: datetime
    at: datetime


class PickupProposed(Event, frozen=True):
    """One side says when it would suit, and what to know on arriving."""

    exchange_id: str
    listing_id: str
    by: str
    slot: Slot
    instructions: Private | None
    at: datetime


class PickupAgreed(Event, frozen=True):
    """The other side agrees; `number` counts the agreements, so that calendars take the newest.

    `kept` is what is held anew, where the hold had lapsed.
    """

    exchange_id: str
    listing_id: str
    by: str
    slot: Slot
    number: int
    hold_until: datetime | None
    kept: Quantity | None
    at: datetime


class ExchangeConfirmed(Event, frozen=True):
    """One side says what was really collected, and whether there is more to come.

    `measured` when it was counted or weighed, else estimated; `condition` and `photo` as found; `kept` is what stays
    held for the next pick-up, until `hold_until`.
    """

    exchange_id: str
    listing_id: str
    by: str
    number: int
    quantity: Quantity
    measured: bool
    final: bool
    collected_on: date
    condition: str | None
    photo: str | None
    note: Private | None
    waste: WasteMovement | None
    kept: Quantity | None
    hold_until: datetime | None
    at: datetime


class TakeCorrected(Event, frozen=True):
    """Whoever confirmed a pick-up had typed it wrong; without a quantity, nothing was collected."""

    exchange_id: str
    listing_id: str
    by: str
    number: int
    quantity: Quantity | None
    at: datetime


class ExchangeDisputed(Event, frozen=True):
    """The other side says that a pick-up went otherwise; without a quantity, that nothing was collected."""

    exchange_id: str
    listing_id: str
    by: str
    number: int
    quantity: Quantity | None
    sentence: Private
    at: datetime


class DisputeSettled(Event, frozen=True):
    """One side agrees with the other's figure, or the facilitator says which holds; then `by` is empty."""

    exchange_id: str
    listing_id: str
    by: str
    number: int
    quantity: Quantity | None
    at: datetime


class DisputeLapsed(Event, frozen=True):
    """Nobody settled it for a month: the figure that was confirmed stands."""

    exchange_id: str
    listing_id: str
    number: int
    at: datetime


class SavingsDeclared(Event, frozen=True):
    """What an exchange saved a company, in cents excluding VAT, as it says itself, and what became of the thing."""

    exchange_id: str
    listing_id: str
    company_id: str
    cents: int | None
    currency: str
    use: Use | None
    at: datetime


class PeriodConfirmed(Event, frozen=True):
    """A recurring flow took place in a period."""

    exchange_id: str
    listing_id: str
    by: str
    number: int
    period: str
    quantity: Quantity
    measured: bool
    waste: WasteMovement | None
    at: datetime


class PeriodAsked(Event, frozen=True):
    """A period is over: whoever receives is asked, once, whether the flow took place."""

    exchange_id: str
    listing_id: str
    period: str
    at: datetime


class PeriodMissed(Event, frozen=True):
    """Nothing came in a period, as one side says, or as nobody said otherwise: then `by` is empty."""

    exchange_id: str
    listing_id: str
    by: str
    period: str
    reason: Reason | None
    at: datetime


class FlowEnded(Event, frozen=True):
    """A recurring flow has run its course."""

    exchange_id: str
    listing_id: str
    by: str
    at: datetime


class ExchangeReminded(Event, frozen=True):
    """Whoever owes the next step has been silent: they are asked again."""

    exchange_id: str
    listing_id: str
    owed_by: str
    step: Owed
    at: datetime


class FacilitatorTold(Event, frozen=True):
    """The silence goes on: the zone's facilitator may help."""

    exchange_id: str
    listing_id: str
    zone_id: str
    owed_by: str
    step: Owed
    at: datetime


class HoldEnding(Event, frozen=True):
    """The quantity will be free again soon: both sides are told."""

    exchange_id: str
    listing_id: str
    hold_until: datetime
    at: datetime


class PickupNear(Event, frozen=True):
    """A pick-up is tomorrow: both sides are reminded."""

    exchange_id: str
    listing_id: str
    slot: Slot
    at: datetime


class PickupAsked(Event, frozen=True):
    """The agreed slot is over: whoever receives is asked, once, whether the pick-up took place."""

    exchange_id: str
    listing_id: str
    slot: Slot
    at: datetime


Step = (
    ExchangeAccepted
    | ExchangeDeclined
    | ExchangeAbandoned
    | HoldRenewed
    | PickupProposed
    | PickupAgreed
    | ExchangeConfirmed
    | TakeCorrected
    | ExchangeDisputed
    | DisputeSettled
    | PeriodConfirmed
    | PeriodMissed
    | FlowEnded
)
"""What moves an exchange on: silence is counted anew from each of them."""
Note = (
    ContactDisclosed
    | SavingsDeclared
    | HoldLapsed
    | DisputeLapsed
    | HoldEnding
    | PickupNear
    | PickupAsked
    | PeriodAsked
    | ExchangeReminded
    | FacilitatorTold
)
"""What goes with a step, or what the clock says about the lack of one."""
ExchangeEvent = InterestShown | Step | Note
