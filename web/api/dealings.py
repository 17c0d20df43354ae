"""The steps of an exchange for programs: answered, picked up, confirmed, told otherwise, given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar

from litestar import Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, SkipValidation
from msgspec import Meta, Struct

from domain.commands import Receipt
from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
    Dealing,
    DeclareSavings,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    ProposePickup,
    RenewHold,
    SettleDispute,
    Waste,
)
from domain.exchanges import Reason, Slot, Use
from domain.quantities import Quantity, parse_amount, parse_quantity
from domain.refused import Conflict, Refused, _
from marketplace.eventlog import CommandReused
from projections.exchanges import ExchangeRow
from web.api.exchanges import DEALING, ForCompany, acting, answered, overtaken, seen
from web.api.listings import QuantityIn
from web.api.reading import Code, IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly, without_nul
from web.api.representing_exchanges import ExchangeStory, side_of
from web.visits import Visit, Visiting

D = TypeVar("D", bound=Dealing)

Moment = Annotated[datetime, Meta(tz=True)]
Cents = Annotated[int, Meta(ge=0, le=10**10)]
Number = Annotated[int, Meta(ge=1)]


class Refusal(Struct, forbid_unknown_fields=True):
    """Why not; `reason` is one of the list, and `other` wants a sentence."""

    reason: Reason
    sentence: Text = ""


class ProposedPickup(Struct, forbid_unknown_fields=True):
    """When it would suit, with an offset from UTC, and what to know on arriving."""

    start: Moment
    end: Moment
    instructions: Text = ""


class Acceptance(Struct, forbid_unknown_fields=True):
    """How much is kept for them: all they asked for or a part.

    `starts_on` is the first day of a flow; `pickup` proposes a time at once, where it is none.
    """

    quantity: QuantityIn
    starts_on: date | None = None
    pickup: ProposedPickup | None = None


class WasteIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the register of outgoing waste wants: the list's code, tonnes such as "0.85", R1 to R13 or D1 to D15."""

    code: Code
    tonnes: Code
    treatment: Code
    carrier: Text = ""
    receipt: Text = ""


class Confirmation(Struct, forbid_unknown_fields=True, kw_only=True):
    """What was collected: `measured` when counted or weighed, `final` unless more is to come.

    `waste` is compulsory where the listing is of waste.
    """

    quantity: QuantityIn
    measured: bool
    collected_on: date
    final: bool = True
    condition: Code | None = None
    note: Text = ""
    waste: WasteIn | None = None


class Figure(Struct, forbid_unknown_fields=True):
    """What the pick-up of this number really was; a quantity of null says that nothing was collected."""

    number: Number
    quantity: QuantityIn | None


class Objection(Struct, forbid_unknown_fields=True):
    """What the pick-up of this number really was, and a sentence that the other company reads."""

    number: Number
    quantity: QuantityIn | None
    sentence: Text


class Savings(Struct, forbid_unknown_fields=True):
    """What it saved this company, in cents excluding VAT, and what became of the thing."""

    cents: Cents | None = None
    currency: Literal["EUR"] = "EUR"
    use: Use | None = None


class PeriodTold(Struct, forbid_unknown_fields=True, kw_only=True):
    """What came in a period: `confirmed` wants a quantity without period, `missed` may say why."""

    outcome: Literal["confirmed", "missed"]
    quantity: QuantityIn | None = None
    measured: bool = False
    waste: WasteIn | None = None
    reason: Reason | None = None


# --- what steps have in common ------------------------------------------------------------------------------------


class Step:
    """A step somebody takes in an exchange they see."""

    def __init__(self, visit: Visit, row: ExchangeRow, for_company: str, signed: dict[str, Any]) -> None:
        self.marketplace = visit.services.marketplace
        self._visit, self._row, self._for_company, self._signed = visit, row, for_company, signed

    def fields(self, *, runs_zone: bool = False) -> dict[str, Any]:
        """What every step names; one that is also for whoever runs the zone names no company for them."""
        row = self._row
        if runs_zone and not side_of(self._visit, row, self._for_company):
            return {**self._signed, "listing_id": row.listing_id, "exchange_id": row.exchange_id, "company_id": ""}
        return {**self._signed, **acting(self._visit, row, self._for_company)}

    async def take(self, use_case: Callable[[D], Receipt], command: D) -> Response[ExchangeStory]:
        """Take the step, and answer with where it led; or, where someone was quicker, with where it stands."""
        try:
            receipt = await self._visit.carry_out(use_case, command)
        except CommandReused:
            raise
        except Conflict as conflict:
            return await overtaken(self._visit, self._row.exchange_id, conflict)
        return await answered(self._visit, self._row.exchange_id, receipt, self._for_company)


async def _step(
    visit: Visiting,
    exchange_id: FromPath[str],
    for_company: ForCompany = "",
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Step:
    signed = {**visit.signed(command_id(key)), "seen_version": seen_version(if_match)}
    return Step(visit, await seen(visit, exchange_id), for_company, signed)


Stepping = NamedDependency[SkipValidation[Step]]


def _stepping(path: str, summary: str, body: type[Struct] | None = None) -> post:
    """A route below an exchange, whose handler is given the step and, where there is one, the body."""
    return post(
        "/api/v1/exchanges/{exchange_id:str}" + path,
        before_request=strictly(body) if body else None,
        dependencies={"step": Provide(_step)},
        summary=summary,
        status_code=200,
        tags=["Exchanges"],
        **DEALING,
    )


# --- answered -----------------------------------------------------------------------------------------------------


@_stepping("/accept", "Accept interest", Acceptance)
async def accept(step: Stepping, data: JSONBody[Acceptance]) -> Response[ExchangeStory]:
    """The quantity is kept for them, and each side is told how to reach the other.

    Never is more promised than there is: whoever comes too late is refused (422) and told how much is left. A time
    that cannot be refuses the whole: nothing is kept.
    """
    command = AcceptExchange(
        **step.fields(),
        quantity=_quantity(data.quantity),
        starts_on=data.starts_on,
        slot=_slot(data.pickup) if data.pickup else None,
        instructions=without_nul(data.pickup.instructions) if data.pickup else "",
    )
    return await step.take(step.marketplace.accept_exchange, command)


@_stepping("/decline", "Decline interest", Refusal)
async def decline(step: Stepping, data: JSONBody[Refusal]) -> Response[ExchangeStory]:
    """They are told why."""
    command = DeclineExchange(**step.fields(), reason=data.reason, sentence=without_nul(data.sentence))
    return await step.take(step.marketplace.decline_exchange, command)


@_stepping("/abandon", "Give up", Refusal)
async def abandon(step: Stepping, data: JSONBody[Refusal]) -> Response[ExchangeStory]:
    """What was kept for them is free again; what was collected stays collected."""
    command = AbandonExchange(**step.fields(), reason=data.reason, sentence=without_nul(data.sentence))
    return await step.take(step.marketplace.abandon_exchange, command)


@_stepping("/hold", "Keep it for longer")
async def hold(step: Stepping) -> Response[ExchangeStory]:
    """The owner keeps what is still to be collected for another two weeks, as far as it is free."""
    return await step.take(step.marketplace.renew_hold, RenewHold(**step.fields()))


# --- picked up ----------------------------------------------------------------------------------------------------


@_stepping("/pickup", "Propose a pick-up", ProposedPickup)
async def propose(step: Stepping, data: JSONBody[ProposedPickup]) -> Response[ExchangeStory]:
    """Also a counter-proposal, or another time than the one agreed, which holds until the other side agrees."""
    command = ProposePickup(**step.fields(), slot=_slot(data), instructions=without_nul(data.instructions))
    return await step.take(step.marketplace.propose_pickup, command)


@_stepping("/pickup/agree", "Agree with the proposed time")
async def agree(step: Stepping) -> Response[ExchangeStory]:
    """Only the side that did not propose it."""
    return await step.take(step.marketplace.agree_pickup, AgreePickup(**step.fields()))


# --- confirmed, and told otherwise --------------------------------------------------------------------------------


@_stepping("/confirm", "Confirm a pick-up", Confirmation)
async def confirm(step: Stepping, data: JSONBody[Confirmation]) -> Response[ExchangeStory]:
    """Either side says what was really collected; the other may say within seven days that it went otherwise."""
    command = ConfirmExchange(
        **step.fields(),
        quantity=_quantity(data.quantity),
        measured=data.measured,
        final=data.final,
        collected_on=data.collected_on,
        condition=data.condition,
        note=without_nul(data.note),
        waste=_waste(data.waste),
    )
    return await step.take(step.marketplace.confirm_exchange, command)


@_stepping("/correct", "Correct a pick-up", Figure)
async def correct(step: Stepping, data: JSONBody[Figure]) -> Response[ExchangeStory]:
    """Whoever confirmed it, within seven days and while nobody disputes it."""
    command = CorrectTake(**step.fields(), number=data.number, quantity=_perhaps(data.quantity))
    return await step.take(step.marketplace.correct_take, command)


@_stepping("/dispute", "Say that a pick-up went otherwise", Objection)
async def dispute(step: Stepping, data: JSONBody[Objection]) -> Response[ExchangeStory]:
    """The side that did not confirm it, within seven days."""
    quantity, sentence = _perhaps(data.quantity), without_nul(data.sentence)
    command = DisputeExchange(**step.fields(), number=data.number, quantity=quantity, sentence=sentence)
    return await step.take(step.marketplace.dispute_exchange, command)


@_stepping("/settle", "Settle a dispute", Figure)
async def settle(step: Stepping, data: JSONBody[Figure]) -> Response[ExchangeStory]:
    """Each side may agree with the other's figure; the zone's facilitator may name any."""
    quantity = _perhaps(data.quantity)
    command = SettleDispute(**step.fields(runs_zone=True), number=data.number, quantity=quantity)
    return await step.take(step.marketplace.settle_dispute, command)


@_stepping("/savings", "Say what it saved", Savings)
async def savings(step: Stepping, data: JSONBody[Savings]) -> Response[ExchangeStory]:
    """Each side for itself, once something was collected; said again, the newest counts."""
    command = DeclareSavings(**step.fields(), cents=data.cents, currency=data.currency, use=data.use)
    return await step.take(step.marketplace.declare_savings, command)


# --- flows --------------------------------------------------------------------------------------------------------


@_stepping("/periods/{period:str}", "Tell a period of a flow", PeriodTold)
async def tell_period(step: Stepping, period: FromPath[str], data: JSONBody[PeriodTold]) -> Response[ExchangeStory]:
    """A period is named 2026-W07 (ISO week), 2026-02, 2026-Q1 or 2026; each is told once, and again is no fault."""
    use = step.marketplace
    if data.outcome == "missed":
        return await step.take(use.miss_period, MissPeriod(**step.fields(), period=period, reason=data.reason))
    if data.quantity is None:
        raise Refused(_("Say how much."), field="quantity")
    command = ConfirmPeriod(
        **step.fields(),
        period=period,
        quantity=_quantity(data.quantity),
        measured=data.measured,
        waste=_waste(data.waste),
    )
    return await step.take(use.confirm_period, command)


@_stepping("/end", "End a flow")
async def end(step: Stepping) -> Response[ExchangeStory]:
    """It has run its course; one that never ran is given up instead, with a reason."""
    return await step.take(step.marketplace.end_flow, EndFlow(**step.fields()))


# --- read from what was sent -----------------------------------------------------------------------------------------


def _quantity(given: QuantityIn) -> Quantity:
    return parse_quantity(given.amount, given.unit, given.per)


def _perhaps(given: QuantityIn | None) -> Quantity | None:
    return _quantity(given) if given else None


def _waste(given: WasteIn | None) -> Waste | None:
    if given is None:
        return None
    return Waste(
        code=without_nul(given.code),
        tonnes=parse_amount(given.tonnes, "tonnes"),
        treatment=given.treatment,
        carrier=without_nul(given.carrier),
        receipt=without_nul(given.receipt),
    )


def _slot(given: ProposedPickup) -> Slot:
    return Slot(_moment(given.start, "start"), _moment(given.end, "end"))


def _moment(given: datetime, field: str) -> datetime:
    """The moment as UTC; the calendar has a first and a last day."""
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise Refused(_("Choose a day within a year."), field=field) from None


handlers: list[Any] = [
    accept,
    decline,
    abandon,
    hold,
    propose,
    agree,
    confirm,
    correct,
    dispute,
    settle,
    savings,
    tell_period,
    end,
]
