"""A shared session: a seat takes a name, is given back in time, and what was learnt is learnt again before it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from domain import purchases as p
from domain.refused import Forbidden, NotFound, Refused
from tests.domain.buying import COMPANIES, NOW, ZONE, Buying

C = TypeVar("C", bound=p.TakingPart)

BEGINS = NOW + timedelta(days=40)
TOO_LATE = BEGINS - timedelta(days=7)


class Course(Buying):
    """First aid for up to ten, led by Léa."""

    def __init__(self) -> None:
        super().__init__()
        self.proposed(form="session", category="SRV.TRAIN", title="Recyclage SST", unit="C62")

    def plan(self, **fields: Any) -> list[p.PurchaseEvent]:
        asked = {"starts_at": BEGINS, "minutes": 420, "place": "Maison de la zone", "seats": 10,
                 "cancel_until": TOO_LATE, "valid_months": 24, **fields}  # fmt: skip
        return self.told(p.plan_session(self.command(p.PlanSession, **asked), self.state, ZONE))

    def of(self, kind: Callable[..., C], letter: str, **fields: Any) -> C:
        return self.command(kind, f"member-{letter}", company_id=f"company-{letter}", **fields)

    def name(self, letter: str, who: str, called: str = "Yann Le Goffic") -> list[p.PurchaseEvent]:
        command = self.of(p.NameTrainee, letter, trainee_id=f"trainee-{who}", name=called)
        return self.told(p.name_trainee(command, self.state, ZONE, COMPANIES[letter]))

    def cancel(self, letter: str, who: str = "") -> list[p.PurchaseEvent]:
        command = self.of(p.CancelSeat, letter, trainee_id=f"trainee-{who}" if who else "")
        return self.told(p.cancel_seat(command, self.state, ZONE, COMPANIES[letter]))

    def held(self, *who: str, on: date | None = None) -> list[p.PurchaseEvent]:
        command = self.command(
            p.RecordAttendance, on=on or self.now.date(), present=tuple(f"trainee-{one}" for one in who)
        )
        return self.told(p.record_attendance(command, self.state, ZONE))

    def wake(self, at: datetime) -> list[p.PurchaseEvent]:
        self.now = at
        return self.told(p.wake_purchase(self.command(p.WakePurchase, "clock"), self.state))

    @property
    def stage(self) -> str:
        return self.state.stage


def free(seats: int = 10) -> Course:
    """A session nobody pays for."""
    course = Course()
    course.plan(unpledged=True, seats=seats)
    return course


def booked(**seats: int) -> Course:
    """A session whose pledges are settled."""
    course = Course()
    course.plan()
    course.opened(minimum=None, maximum=None)
    for letter, quantity in seats.items():
        course.pledge(letter, quantity)
    course.close()
    return course


def test_seats_nobody_pays_for_are_taken_by_names_until_none_is_left() -> None:
    course = free(seats=2)
    assert course.stage == "confirmed"
    course.name("a", "1")
    course.name("b", "2")
    assert course.name("b", "2") == []
    with pytest.raises(Refused, match="All seats are taken") as refused:
        course.name("c", "3")
    assert refused.value.field == "name"
    course.cancel("a", "1")
    assert [type(event) for event in course.name("c", "3")] == [p.TraineeNamed]


def test_a_seat_that_is_given_back_may_be_taken_over() -> None:
    course = booked(a=6, b=4)
    assert (p.taken(course.state), p.reserved(course.state, "company-a")) == (10, 6)
    for who in "1234":
        course.name("b", who)
    with pytest.raises(Refused, match="All seats are taken"):
        course.name("b", "5")
    course.cancel("a")
    assert p.reserved(course.state, "company-a") == 5
    course.name("b", "5")
    assert p.taken(course.state) == 10


def test_while_pledges_are_open_each_seat_that_is_booked_takes_a_name() -> None:
    course = Course()
    course.plan()
    with pytest.raises(Refused, match="names come once the price is known"):
        course.name("a", "1")
    course.opened(minimum=None, maximum=None)
    assert course.state.terms is not None
    assert course.state.terms.maximum == Decimal(10)
    course.pledge("a", 2)
    course.name("a", "1")
    course.name("a", "2")
    with pytest.raises(Refused, match="Book the seat first"):
        course.name("a", "3")
    course.cancel("a", "2")
    assert course.state.session.given_back == {"company-a": 0}
    with pytest.raises(Refused, match="Change the number of seats"):
        course.cancel("a")


def test_nobody_can_book_more_seats_than_there_are() -> None:
    course = Course()
    course.plan()
    with pytest.raises(Refused, match="has 10 seats") as refused:
        course.opened(minimum=None, maximum=Decimal(12))
    assert refused.value.field == "maximum"


def test_a_seat_is_given_back_until_the_moment_that_was_said() -> None:
    course = free()
    course.name("a", "1")
    course.now = TOO_LATE
    with pytest.raises(Refused, match="too late to give the seat back"):
        course.cancel("a", "1")
    course.now = TOO_LATE - timedelta(seconds=1)
    assert len(course.cancel("a", "1")) == 1


def test_nobody_names_or_cancels_for_another_company() -> None:
    course = free()
    course.name("a", "1")
    with pytest.raises(NotFound):
        course.cancel("b", "1")
    command = course.command(p.NameTrainee, "member-b", company_id="company-a", trainee_id="trainee-9", name="X")
    with pytest.raises(Forbidden):
        p.name_trainee(command, course.state, ZONE, COMPANIES["a"])


def test_a_name_is_sealed_as_the_trainee_s_own() -> None:
    [event] = free().name("a", "1", called="  Yann   Le Goffic ")
    assert isinstance(event, p.TraineeNamed)
    assert (event.name.subject, event.name.text) == ("trainee-1", "Yann Le Goffic")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_at": NOW}, "at"),
        ({"minutes": 0}, "hours"),
        ({"seats": 0}, "seats"),
        ({"cancel_until": BEGINS + timedelta(hours=1)}, "cancel_by"),
        ({"valid_months": 0}, "valid_months"),
        ({"place": " "}, "place"),
    ],
)
def test_a_session_that_cannot_be_is_refused_beside_its_field(fields: dict[str, Any], field: str) -> None:
    course = Course()
    with pytest.raises(Refused) as refused:
        course.plan(**fields)
    assert refused.value.field == field
    assert course.state.session.starts_at is None


def test_there_are_never_fewer_seats_than_are_taken() -> None:
    course = free()
    course.name("a", "1")
    course.name("a", "2")
    with pytest.raises(Refused, match="More seats than this"):
        course.plan(seats=1, unpledged=True)


def test_what_was_learnt_is_learnt_again_before_it_ends_and_said_once() -> None:
    course = free()
    course.name("a", "1")
    course.name("b", "2")
    with pytest.raises(Refused, match="still to come"):
        course.held("1")
    course.now = BEGINS + timedelta(hours=8)
    with pytest.raises(NotFound):
        course.held("3")
    course.held("1")
    session = course.state.session
    assert (course.stage, session.until) == ("delivered", p.months_later(BEGINS.date(), 24))
    assert session.wakes_at is not None
    assert course.wake(session.wakes_at - timedelta(seconds=1)) == []
    assert [type(event) for event in course.wake(session.wakes_at)] == [p.RefreshersDue]
    assert course.wake(session.wakes_at + timedelta(days=1)) == []


def test_nobody_is_reminded_of_a_session_nobody_came_to() -> None:
    course = free()
    course.name("a", "1")
    course.now = BEGINS + timedelta(hours=8)
    course.held()
    assert course.state.session.wakes_at is None


def test_attendance_may_be_corrected_and_a_name_forgotten() -> None:
    course = free()
    course.name("a", "1")
    course.now = BEGINS + timedelta(hours=8)
    course.held()
    course.held("1")
    assert course.state.session.trainees["trainee-1"].present is True
    command = course.of(p.ForgetTrainee, "a", trainee_id="trainee-1")
    assert len(p.forget_trainee(command, course.state, ZONE, COMPANIES["a"])) == 1


def test_months_end_with_the_shorter_month() -> None:
    assert p.months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert p.months_later(date(2026, 12, 14), 24) == date(2028, 12, 14)
