"""A shared session: when and where, who sits on which seat, who was there, and when they learn it again."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from domain.events import Event, Private

REMINDED: Final = timedelta(days=60)
"""How long before what was learnt has to be learnt again the companies are told."""


class SessionPlanned(Event, frozen=True):
    """The session has its day, place and seats; said again, it has others.

    `cancel_until` is the first moment a seat is given back too late. What is learnt holds for `valid_months`.
    `unpledged` says that nobody pays: seats are taken at once, without quotes and pledges.
    """

    purchase_id: str
    starts_at: datetime
    minutes: int
    place: Private
    seats: int
    cancel_until: datetime
    valid_months: int | None = None
    unpledged: bool = False


class TraineeNamed(Event, frozen=True):
    """A company says who comes. The name is the trainee's own, under a key of its own."""

    purchase_id: str
    company_id: str
    trainee_id: str
    name: Private


class SeatCancelled(Event, frozen=True):
    """A company gives a seat back: that of a trainee, whose name is forgotten, or one without a name yet.

    While pledges are open it only takes the name back: how many seats it books, its pledge says.
    """

    purchase_id: str
    company_id: str
    trainee_id: str = ""
    gives_back: bool = True


class TraineeForgotten(Event, frozen=True):
    """The name of somebody who was there is forgotten; that a person of the company was there stays."""

    purchase_id: str
    company_id: str
    trainee_id: str


class SessionHeld(Event, frozen=True):
    """It took place on this day, and who was there; said again, it is corrected."""

    purchase_id: str
    on: date
    present: tuple[str, ...]


class RefreshersDue(Event, frozen=True):
    """What was learnt holds until this day: each company whose people were there is told, once."""

    purchase_id: str
    until: date


SessionEvent = SessionPlanned | TraineeNamed | SeatCancelled | TraineeForgotten | SessionHeld | RefreshersDue


class Trainee(Struct, frozen=True):
    """Somebody who comes, without a name; `present` once that is known."""

    company_id: str
    number: int
    present: bool | None = None


class Session(Struct, frozen=True):
    """What decisions know of a session; `given_back` are seats that companies cancelled once pledges were settled.

    `cancelled` are the trainees whose seat was given back, each with their company.
    """

    starts_at: datetime | None = None
    seats: int = 0
    cancel_until: datetime | None = None
    valid_months: int | None = None
    unpledged: bool = False
    trainees: dict[str, Trainee] = field(default_factory=dict)
    named: int = 0
    given_back: dict[str, int] = field(default_factory=dict)
    cancelled: dict[str, str] = field(default_factory=dict)
    held_on: date | None = None
    reminded: bool = False

    def of(self, company_id: str) -> tuple[str, ...]:
        """A company's trainees, in the order they were named."""
        own = [(trainee.number, one) for one, trainee in self.trainees.items() if trainee.company_id == company_id]
        return tuple(one for _number, one in sorted(own))

    @property
    def until(self) -> date | None:
        """The day until which what was learnt holds; None before it was held, or where it holds for ever."""
        return months_later(self.held_on, self.valid_months) if self.held_on and self.valid_months else None

    @property
    def wakes_at(self) -> datetime | None:
        """When the companies are told that it has to be learnt again; None once they were."""
        if self.until is None or self.reminded or not any(one.present for one in self.trainees.values()):
            return None
        return datetime.combine(self.until, time(), UTC) - REMINDED


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def evolve_session(session: Session, event: SessionEvent) -> Session:
    """The session after `event`."""
    match event:
        case SessionPlanned():
            return replace(
                session,
                starts_at=event.starts_at,
                seats=event.seats,
                cancel_until=event.cancel_until,
                valid_months=event.valid_months,
                unpledged=event.unpledged,
            )
        case TraineeNamed():
            trainee = Trainee(event.company_id, session.named)
            return replace(session, trainees={**session.trainees, event.trainee_id: trainee}, named=session.named + 1)
        case SeatCancelled():
            left = {one: trainee for one, trainee in session.trainees.items() if one != event.trainee_id}
            back = session.given_back.get(event.company_id, 0) + event.gives_back
            gone = {event.trainee_id: event.company_id} if event.trainee_id else {}
            return replace(
                session,
                trainees=left,
                given_back={**session.given_back, event.company_id: back},
                cancelled={**session.cancelled, **gone},
            )
        case TraineeForgotten():
            return session
        case SessionHeld():
            trainees = {
                one: replace(trainee, present=one in event.present) for one, trainee in session.trainees.items()
            }
            return replace(session, trainees=trainees, held_on=event.on)
        case RefreshersDue():
            return replace(session, reminded=True)
