"""Shared sessions: who of a company comes, the organiser's day and seats, and the sheet to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath

from domain.commands import Receipt
from domain.purchases import CancelSeat, ForgetTrainee, NameTrainee, PlanSession, RecordAttendance, TakingPart
from domain.purchases.rules import SENTENCE_LENGTH
from domain.purchases.training import LONGEST, MOST_MONTHS, MOST_SEATS, NAME_LENGTH
from domain.refused import _
from marketplace.links import PAGES
from web import session_desk, training
from web.forms import Answers
from web.policies import form, page
from web.purchase_desk import led
from web.purchase_readers import seen
from web.purchase_steps import FIRST, Step, company_for
from web.slot_field import moment_typed, time_typed
from web.stop_field import NUMBER
from web.visits import Visit, Visiting

LONGEST_ID: Final = 80
YEARS: Final = range(2000, 2200)


# --- a company --------------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/trainees", policy="member")
async def show_trainees(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Who of one's company comes."""
    return await training.show_trainees(visit, purchase_id, FIRST)


async def _coming(visit: Visit, purchase_id: str, key: str) -> tuple[Step, str]:
    """The step of a form of that page, and the company it is taken for."""
    row, zone = await seen(visit, purchase_id)
    given = await visit.answers()
    company_id = await company_for(visit, row, given.raw("company")[:LONGEST_ID])
    to = PAGES.purchase_trainees(purchase_id)
    return Step(visit, row, zone, key, given, to=to, show=training.show_trainees), company_id


@form("/purchases/{purchase_id:str}/trainees", policy="member")
async def name_trainee(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say who comes."""
    step, company_id = await _coming(visit, purchase_id, "name")
    name = step.given.text("name", most=NAME_LENGTH, missing=_("Say who comes."))
    if step.given.errors:
        return await step.again()
    asked = await step.asked_for(company_id)
    # Named after the form, so that a form sent twice names one person.
    command = NameTrainee(**asked, trainee_id=f"trainee-{asked['command_id']}", name=name)
    told = visit.say(_("%(name)s has a seat. Only your company and the organiser read the name."), name=name)
    return await step.carry_out(visit.services.marketplace.name_trainee, command, told)


@form("/purchases/{purchase_id:str}/trainees/cancel", policy="member")
async def cancel_seat(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Give a seat back: somebody's, or one without a name."""
    return await _of_trainee(visit, purchase_id, "cancel", CancelSeat, visit.services.marketplace.cancel_seat)


@form("/purchases/{purchase_id:str}/trainees/forget", policy="member")
async def forget_trainee(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Forget a name."""
    return await _of_trainee(visit, purchase_id, "forget", ForgetTrainee, visit.services.marketplace.forget_trainee)


async def _of_trainee(
    visit: Visit,
    purchase_id: str,
    what: str,
    kind: type[CancelSeat | ForgetTrainee],
    use_case: Callable[[Any], Receipt],
) -> Response[Any]:
    step, company_id = await _coming(visit, purchase_id, what)
    trainee_id = step.given.raw("trainee")[:LONGEST_ID]
    step.key = f"{what}-{trainee_id}" if trainee_id else "give_back"
    command: TakingPart = kind(**await step.asked_for(company_id), trainee_id=trainee_id)
    told = _("The seat is free again, and the name forgotten.") if what == "cancel" else _("The name is forgotten.")
    if not trainee_id:
        told = _("The seat is free again.")
    return await step.carry_out(use_case, command, visit.say(told))


# --- the organiser ----------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/session", policy="member")
async def show_session(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The day, the seats, who comes and who was there."""
    return await session_desk.show_desk(visit, purchase_id, FIRST)


async def _leading(visit: Visit, purchase_id: str, key: str) -> Step:
    row, zone = await led(visit, purchase_id)
    to = PAGES.purchase_session(purchase_id)
    return Step(visit, row, zone, key, await visit.answers(), to=to, show=session_desk.show_desk)


@form("/purchases/{purchase_id:str}/session", policy="member")
async def plan_session(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say when and where it is, and for how many."""
    step = await _leading(visit, purchase_id, "plan")
    given = step.given
    starts_at = _begins(given, step.zone.time_zone)
    minutes = _minutes(given)
    place = given.text("place", most=SENTENCE_LENGTH, missing=_("Say where it is."))
    seats = given.whole("seats", least=1, most=MOST_SEATS)
    if seats is None:
        given.wrong("seats", _("Say how many seats there are."))
    months = given.whole("valid_months", least=1, most=MOST_MONTHS)
    cancel_until = _cancels(given, starts_at, step.zone.time_zone)
    if given.errors or starts_at is None or cancel_until is None:
        return await step.again()
    command = PlanSession(
        **await step.asked(),
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        seats=seats or 0,
        cancel_until=cancel_until,
        valid_months=months,
        unpledged=bool(given.raw("unpledged")),
    )
    told = visit.say(_("Set. Everyone of the zone reads when and where it is."))
    return await step.carry_out(visit.services.marketplace.plan_session, command, told)


def _begins(given: Answers, time_zone: str) -> datetime | None:
    day = given.day("day")
    if day is None or day.year not in YEARS:
        given.wrong("day", _("Choose the day."))
        return None
    at = time_typed(given, "at")
    return moment_typed(given, "at", day, at, time_zone) if at is not None else None


def _minutes(given: Answers) -> int:
    hours = given.amount("hours", missing=_("Say how long it lasts."), instead=NUMBER)
    if hours is None:
        return 0
    if hours * 60 > LONGEST:
        given.wrong("hours", _("A session lasts a week at most."))
        return 0
    return int(hours * 60)


def _cancels(given: Answers, starts_at: datetime | None, time_zone: str) -> datetime | None:
    """The end of the day that is typed; the begin of the session where nothing is."""
    if not given.raw("cancel_by"):
        return starts_at
    day = given.day("cancel_by")
    if day is None or starts_at is None:
        return None
    if day.year not in YEARS:
        given.wrong("cancel_by", _("Write the date as day/month/year."))
        return None
    ends = datetime.combine(day, time(23, 59), ZoneInfo(time_zone)).astimezone(UTC)
    same_day = starts_at.astimezone(ZoneInfo(time_zone)).date() == day
    return starts_at if same_day else ends


@form("/purchases/{purchase_id:str}/session/attendance", policy="member")
async def record_attendance(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Write down who was there."""
    step = await _leading(visit, purchase_id, "attendance")
    on = step.given.day("on")
    if on is None:
        step.given.wrong("on", _("Choose the day."))
        return await step.again()
    present = tuple(one[:LONGEST_ID] for one in step.given.all("present")[:MOST_SEATS])
    command = RecordAttendance(**await step.asked(), on=on, present=present)
    told = visit.say(_("Written down. Each company reads it of its own people."))
    return await step.carry_out(visit.services.marketplace.record_attendance, command, told)


@page("/purchases/{purchase_id:str}/attendance", policy="member")
async def show_attendance(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """The sheet to sign, to be printed."""
    found, view = await session_desk.attendance_page(visit, purchase_id)
    return await visit.page("purchases/session_attendance.html", view, zone=found.zone, current="purchases")


handlers = [
    show_trainees,
    name_trainee,
    cancel_seat,
    forget_trainee,
    show_session,
    plan_session,
    record_attendance,
    show_attendance,
]
