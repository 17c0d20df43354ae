"""What an exchange is: what decisions and pages need to know of it, and how each fact changes that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.exchanges.events import (
    ContactDisclosed,
    DisputeLapsed,
    DisputeSettled,
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
    Origin,
    PeriodAsked,
    PeriodConfirmed,
    PeriodMissed,
    PickupAgreed,
    PickupAsked,
    PickupNear,
    PickupProposed,
    Reason,
    SavingsDeclared,
    Slot,
    Step,
    TakeCorrected,
)
from domain.periods import following, period_of
from domain.quantities import Quantity

Stage = Literal[
    "asked",
    "accepted",
    "proposed",
    "arranged",
    "running",
    "interrupted",
    "disputed",
    "confirmed",
    "ended",
    "declined",
    "abandoned",
]
OPEN: Final[frozenset[Stage]] = frozenset(
    {"asked", "accepted", "proposed", "arranged", "running", "interrupted", "disputed"}
)
"""Stages in which somebody still owes a step."""
ON_THE_WAY: Final[frozenset[Stage]] = frozenset({"accepted", "proposed", "arranged"})
"""Accepted, and something still to be collected."""

DISPUTE_WITHIN: Final = timedelta(days=7)
"""How long the other side may say that a pick-up went otherwise."""


class Take(Struct, frozen=True, kw_only=True):
    """One pick-up, or one period of a flow, as `by` says it went; `disputed` is what the other side says instead.

    `at` is when it was first said, `told_at` when the figure was last changed: the other side has a week from then.
    """

    number: int
    amount: Decimal
    measured: bool
    by: str
    at: datetime
    told_at: datetime
    period: str | None = None
    disputed_by: str | None = None
    disputed: Decimal = Decimal(0)
    disputed_at: datetime | None = None

    @property
    def disputable_until(self) -> datetime:
        """Until when the other side may say that it went otherwise."""
        return self.told_at + DISPUTE_WITHIN

    @property
    def correctable_until(self) -> datetime:
        """Until when whoever said it may correct it."""
        return self.at + DISPUTE_WITHIN


class Exchange(Struct, frozen=True, kw_only=True):
    """What decisions and pages need to know of an exchange; amounts are in the unit of `asked`.

    `held` is what is kept for it now, `since` the last step a person took, `version` that of the listing's stream
    after it. `reminded` counts who was told of the silence since: 1, whoever owes the step; 2, the facilitator too.
    """

    exchange_id: str
    listing_id: str
    other_listing_id: str | None
    owner_id: str
    asker_id: str
    provider_id: str
    receiver_id: str
    zone_id: str
    time_zone: str
    asked: Quantity
    contacts: dict[str, str]
    origin: Origin
    asked_at: datetime
    since: datetime
    version: int
    last: str = "InterestShown"
    accepted: Quantity | None = None
    accepted_at: datetime | None = None
    held: Decimal = Decimal(0)
    hold_until: datetime | None = None
    hold_notice: datetime | None = None
    proposed: Slot | None = None
    proposed_by: str = ""
    agreed: Slot | None = None
    agreements: int = 0
    reminded_of: Slot | None = None
    asked_about: Slot | None = None
    takes: tuple[Take, ...] = ()
    first_period: str | None = None
    period: str | None = None
    period_asked: datetime | None = None
    missed: tuple[str, ...] = ()
    interrupted: bool = False
    saved: dict[str, int | None] = field(default_factory=dict)
    closed: Literal["confirmed", "ended", "declined", "abandoned"] | None = None
    closed_by: str = ""
    reason: Reason | None = None
    reminded: int = 0
    reminded_at: datetime | None = None

    @property
    def companies(self) -> tuple[str, str]:
        """The owner of the listing, and who asked."""
        return self.owner_id, self.asker_id

    @property
    def recurs(self) -> bool:
        """Whether it is a flow, confirmed per period."""
        return self.asked.per is not None

    @property
    def taken(self) -> Decimal:
        """What was collected so far, by what was last said of each pick-up."""
        return sum((take.amount for take in self.takes), Decimal(0))

    @property
    def dispute(self) -> Take | None:
        """The pick-up the two sides tell differently, if there is one."""
        return next((take for take in self.takes if take.disputed_by), None)

    @property
    def stage(self) -> Stage:
        """One word for where it stands."""
        if self.dispute is not None and (self.closed or not self.recurs):
            return "disputed"  # a flow goes on while one of its periods is told differently
        if self.closed is not None:
            return self.closed
        if self.accepted is None:
            return "asked"
        if self.recurs:
            return "interrupted" if self.interrupted else "running"
        if self.proposed is not None:
            return "proposed"
        return "accepted" if self.agreed is None else "arranged"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes a step."""
        return self.stage in OPEN

    def other(self, company_id: str) -> str:
        """The side that is not this one."""
        return self.asker_id if company_id == self.owner_id else self.owner_id


def evolve(exchange: Exchange | None, event: ExchangeEvent, version: int) -> Exchange:  # noqa: C901  (one flat case per event)
    """The exchange after `event`, which is at this version of its listing's stream."""
    if isinstance(event, InterestShown):
        return Exchange(
            exchange_id=event.exchange_id,
            listing_id=event.listing_id,
            other_listing_id=event.other_listing_id,
            owner_id=event.owner_id,
            asker_id=event.company_id,
            provider_id=event.provider_id,
            receiver_id=event.receiver_id,
            zone_id=event.zone_id,
            time_zone=event.time_zone,
            asked=event.quantity,
            contacts={event.company_id: event.contact},
            origin=event.origin,
            asked_at=event.at,
            since=event.at,
            version=version,
        )
    assert exchange is not None
    if isinstance(event, Step):
        told = type(event).__name__
        silent_no_more = replace(exchange, since=event.at, version=version, last=told, reminded=0, reminded_at=None)
        return _stepped(silent_no_more, event)
    match event:
        case ContactDisclosed():
            return exchange
        case SavingsDeclared():
            return replace(exchange, saved={**exchange.saved, event.company_id: event.cents})
        case HoldLapsed():
            return replace(exchange, held=Decimal(0), hold_until=None, version=version, last="HoldLapsed")
        case DisputeLapsed():
            stands = replace(_take(exchange, event.number), disputed_by=None, disputed=Decimal(0), disputed_at=None)
            return replace(_with(exchange, stands), version=version, last="DisputeLapsed")
        case HoldEnding():
            return replace(exchange, hold_notice=event.at)
        case PickupNear():
            return replace(exchange, reminded_of=event.slot)
        case PickupAsked():
            return replace(exchange, asked_about=event.slot)
        case PeriodAsked():
            return replace(exchange, period=event.period, period_asked=event.at)
        case ExchangeReminded():
            return replace(exchange, reminded=1, reminded_at=event.at)
        case FacilitatorTold():
            return replace(exchange, reminded=2, reminded_at=event.at)


def _stepped(exchange: Exchange, event: Step) -> Exchange:  # noqa: C901  (one flat case per event)
    """The exchange after a step of one of its sides."""
    match event:
        case ExchangeAccepted():
            return replace(
                exchange,
                accepted=event.quantity,
                accepted_at=event.at,
                held=event.quantity.amount,
                hold_until=event.hold_until,
                contacts={**exchange.contacts, exchange.owner_id: event.contact},
                first_period=_first_period(exchange, event.starts_on),
                period=_first_period(exchange, event.starts_on),
            )
        case HoldRenewed():
            return replace(exchange, held=event.quantity.amount, hold_until=event.hold_until, hold_notice=None)
        case PickupProposed():
            return replace(exchange, proposed=event.slot, proposed_by=event.by)
        case PickupAgreed():
            return replace(
                exchange,
                proposed=None,
                proposed_by="",
                agreed=event.slot,
                agreements=event.number,
                held=event.kept.amount if event.kept else exchange.held,
                hold_until=event.hold_until,
                hold_notice=None,
            )
        case ExchangeConfirmed():
            take = Take(
                number=event.number,
                amount=event.quantity.amount,
                measured=event.measured,
                by=event.by,
                at=event.at,
                told_at=event.at,
            )
            return replace(
                exchange,
                takes=(*exchange.takes, take),
                held=event.kept.amount if event.kept else Decimal(0),
                hold_until=event.hold_until,
                hold_notice=None,
                proposed=None,
                proposed_by="",
                agreed=None,
                closed="confirmed" if event.final else None,
                closed_by=event.by if event.final else "",
            )
        case TakeCorrected() | DisputeSettled():
            return _told_again(exchange, event)
        case ExchangeDisputed():
            disputed = event.quantity.amount if event.quantity else Decimal(0)
            take = _take(exchange, event.number)
            told = replace(take, disputed_by=event.by, disputed=disputed, disputed_at=event.at)
            return _with(exchange, told)
        case PeriodConfirmed():
            take = Take(
                number=event.number,
                amount=event.quantity.amount,
                measured=event.measured,
                by=event.by,
                at=event.at,
                told_at=event.at,
                period=event.period,
            )
            return replace(_after_period(exchange, event.period), takes=(*exchange.takes, take), interrupted=False)
        case PeriodMissed():
            current = exchange.period is None or event.period >= exchange.period
            after = _after_period(exchange, event.period)
            return replace(after, missed=(*exchange.missed, event.period), interrupted=exchange.interrupted or current)
        case FlowEnded():
            return replace(_released(exchange), closed="ended", closed_by=event.by)
        case ExchangeDeclined():
            return replace(_released(exchange), closed="declined", closed_by=event.by, reason=event.reason)
        case ExchangeAbandoned():
            return replace(_released(exchange), closed="abandoned", closed_by=event.by, reason=event.reason)


def _released(exchange: Exchange) -> Exchange:
    return replace(
        exchange, held=Decimal(0), hold_until=None, proposed=None, proposed_by="", agreed=None, period_asked=None
    )


def _first_period(exchange: Exchange, starts_on: date | None) -> str | None:
    return period_of(starts_on, exchange.asked.per) if starts_on is not None and exchange.asked.per else None


def _after_period(exchange: Exchange, period: str) -> Exchange:
    """A period that was told leads to the next one; an older one told late leads nowhere new."""
    if exchange.period is None or period < exchange.period:
        return exchange
    return replace(exchange, period=following(period), period_asked=None)


def _take(exchange: Exchange, number: int) -> Take:
    return next(take for take in exchange.takes if take.number == number)


def _with(exchange: Exchange, changed: Take) -> Exchange:
    takes = tuple(changed if take.number == changed.number else take for take in exchange.takes)
    return replace(exchange, takes=takes)


def _told_again(exchange: Exchange, event: TakeCorrected | DisputeSettled) -> Exchange:
    """A pick-up that went otherwise than was first said; a correction may be disputed anew."""
    amount = event.quantity.amount if event.quantity else Decimal(0)
    take = _take(exchange, event.number)
    told_at = event.at if isinstance(event, TakeCorrected) else take.told_at
    again = replace(take, amount=amount, told_at=told_at, disputed_by=None, disputed=Decimal(0), disputed_at=None)
    told = _with(exchange, again)
    if told.closed is None and told.accepted is not None and not told.recurs:
        # What turns out to be collected is no longer to be kept, and the other way round.
        left = max(told.accepted.amount - told.taken, Decimal(0))
        told = replace(told, held=min(max(told.held - (amount - take.amount), Decimal(0)), left))
    # Where nothing was collected after all, it is still to be collected, or given up for a reason.
    return replace(told, closed=None, closed_by="") if told.closed == "confirmed" and not told.taken else told
