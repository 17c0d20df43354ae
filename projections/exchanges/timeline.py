"""What an event of an exchange tells: a step with its figures, and the words that somebody wrote with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.events import Private, Recorded
from domain.exchanges import (
    ContactDisclosed,
    DisputeLapsed,
    DisputeSettled,
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    ExchangeConfirmed,
    ExchangeDeclined,
    ExchangeDisputed,
    ExchangeEvent,
    ExchangeReminded,
    FacilitatorTold,
    FlowEnded,
    HoldEnding,
    HoldLapsed,
    HoldRenewed,
    InterestShown,
    PeriodAsked,
    PeriodConfirmed,
    PeriodMissed,
    PickupAgreed,
    PickupAsked,
    PickupNear,
    PickupProposed,
    SavingsDeclared,
    Slot,
    TakeCorrected,
)
from domain.quantities import Quantity
from projections.exchanges.rows import StepRow


def step_of(recorded: Recorded, event: ExchangeEvent, exchange: Exchange) -> StepRow:
    """The event as the two sides and their facilitator read it; `exchange` is what it led to."""
    kind, _mark, who = recorded.actor.partition(":")
    return StepRow(
        exchange_id=event.exchange_id,
        version=recorded.version,
        what=type(event).__name__,
        at=recorded.at,
        member_id=who if kind == "member" else "",
        on_behalf=recorded.for_company is not None,
        **_figures(event, exchange),
    )


def words_with(event: ExchangeEvent) -> Private | None:
    """What was written with it, if anything was."""
    match event:
        case InterestShown():
            return event.message
        case PickupProposed():
            return event.instructions
        case ExchangeConfirmed():
            return event.note
        case ExchangeDeclined() | ExchangeAbandoned() | ExchangeDisputed():
            return event.sentence
        case _:
            return None


def _figures(event: ExchangeEvent, exchange: Exchange) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one flat case per event
    """Which company acted, and the figures the event has."""
    match event:
        case InterestShown():
            return {"by": event.company_id, **_amount(event.quantity, exchange)}
        case ExchangeAccepted() | HoldRenewed():
            return {"by": exchange.owner_id, **_amount(event.quantity, exchange), "ends": event.hold_until}
        case ContactDisclosed():
            return {"by": exchange.owner_id}
        case ExchangeDeclined() | ExchangeAbandoned():
            return {"by": event.by, "reason": event.reason}
        case PickupProposed():
            return {"by": event.by, **_times(event.slot)}
        case PickupAgreed():
            return {"by": event.by, "number": event.number, **_times(event.slot)}
        case ExchangeConfirmed():
            return {
                "by": event.by,
                "number": event.number,
                **_amount(event.quantity, exchange),
                "measured": event.measured,
                "final": event.final,
                "collected_on": event.collected_on,
                "condition": event.condition,
                "photo": event.photo,
            }
        case TakeCorrected() | ExchangeDisputed() | DisputeSettled():
            return {"by": event.by, "number": event.number, **_amount(event.quantity, exchange)}
        case PeriodConfirmed():
            told = {"by": event.by, "number": event.number, "period": event.period, "measured": event.measured}
            return {**told, **_amount(event.quantity, exchange)}
        case PeriodMissed():
            return {"by": event.by, "period": event.period, "reason": event.reason}
        case FlowEnded():
            return {"by": event.by}
        case SavingsDeclared():
            return {"by": event.company_id, "cents": event.cents, "use": event.use}
        case HoldLapsed():
            return {"by": ""}
        case DisputeLapsed():
            return {"by": "", "number": event.number}
        case HoldEnding():
            return {"by": "", "ends": event.hold_until}
        case PickupNear() | PickupAsked():
            return {"by": "", **_times(event.slot)}
        case PeriodAsked():
            return {"by": "", "period": event.period}
        case ExchangeReminded() | FacilitatorTold():
            return {"by": "", "owed": event.step, "owed_by": event.owed_by}


def _amount(quantity: Quantity | None, exchange: Exchange) -> dict[str, Any]:
    """How much; without a quantity, nothing was collected."""
    return {"amount": quantity.amount if quantity else Decimal(0), "unit": exchange.asked.unit}


def _times(slot: Slot) -> dict[str, Any]:
    return {"starts": slot.start, "ends": slot.end}
