"""Shared sessions for programs: when and where, and who of a company comes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.purchases import CancelSeat, ForgetTrainee, NameTrainee, PlanSession, RecordAttendance
from domain.purchases.training import MOST_SEATS
from domain.refused import NotFound, _
from web import training
from web.api.purchases.steps import (
    AT,
    READ,
    Count,
    ForCompany,
    Moment,
    Stepping,
    day,
    joining,
    leading,
    moment,
)
from web.api.reading import Code, Text, without_nul
from web.visits import Visit, Visiting


class TraineeOut(Struct, kw_only=True):
    """Somebody who comes; `until` is when what they learnt ends, once they were there."""

    id: str
    company: str
    name: str
    present: bool | None
    until: date | None


class SessionOut(Struct, kw_only=True):
    """A session: `taken` of its seats, None while one or two companies took them.

    `trainees` are one's own, or all; `reserved` are the seats of each company one acts for.
    """

    starts_at: datetime
    minutes: int
    place: str
    seats: int
    taken: int | None
    full: bool
    cancel_until: datetime
    valid_months: int | None
    held_on: date | None
    trainees: list[TraineeOut]
    reserved: dict[str, int]


class TraineeIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """Who comes; the name is read by their company and the organiser alone."""

    name: Text
    company_id: Code | None = None


class SessionIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """When, with an offset from UTC, and where it is, for how many; `cancel_until` is its begin unless said otherwise.

    What is learnt is good for `valid_months`; where `unpledged`, nobody pays and no pledge is made.
    """

    starts_at: Moment
    minutes: Count
    place: Text
    seats: Count
    cancel_until: Moment | None = None
    valid_months: Count | None = None
    unpledged: bool = False


class Attended(Struct, forbid_unknown_fields=True):
    """On which day it was held, and the ids of those who were there."""

    on: date
    present: Annotated[list[Code], Meta(max_length=MOST_SEATS)]


# --- a company ----------------------------------------------------------------------------------------------------


@get(AT + "/session", **READ, summary="Read a shared session")
async def show_session(visit: Visiting, purchase_id: FromPath[str]) -> SessionOut:
    """A company reads its own people, the organiser everybody."""
    return await _told(visit, purchase_id)


@joining(post, "/trainees", "Say who comes", TraineeIn)
async def name_trainee(step: Stepping, data: JSONBody[TraineeIn]) -> Response[SessionOut]:
    """Takes a seat of the company, or one that is nobody's."""
    # Named after the command, so that one sent twice names one person.
    command = NameTrainee(
        **await step.for_company(data.company_id),
        trainee_id=f"trainee-{step.signed['command_id']}",
        name=without_nul(data.name),
    )
    return await step.take_in(_told, step.marketplace.name_trainee, command)


@joining(delete, "/trainees/{trainee_id:str}", "Give a seat back")
async def cancel_seat(step: Stepping, trainee_id: FromPath[str], for_company: ForCompany = "") -> Response[SessionOut]:
    """In time; the name is forgotten at once."""
    command = CancelSeat(**await step.for_company(for_company, leaving=True), trainee_id=trainee_id)
    return await step.take_in(_told, step.marketplace.cancel_seat, command)


@joining(post, "/trainees/{trainee_id:str}/forget", "Forget a name")
async def forget_trainee(
    step: Stepping, trainee_id: FromPath[str], for_company: ForCompany = ""
) -> Response[SessionOut]:
    """For good, also of somebody who was there."""
    command = ForgetTrainee(**await step.for_company(for_company, leaving=True), trainee_id=trainee_id)
    return await step.take_in(_told, step.marketplace.forget_trainee, command)


@joining(delete, "/seat", "Give a seat without a name back")
async def give_back(step: Stepping, for_company: ForCompany = "") -> Response[SessionOut]:
    """In time, and once the pledges are settled; before that the pledge is changed instead."""
    command = CancelSeat(**await step.for_company(for_company, leaving=True))
    return await step.take_in(_told, step.marketplace.cancel_seat, command)


# --- the organiser ------------------------------------------------------------------------------------------------


@leading(put, "/session", "Plan a shared session", SessionIn)
async def plan_session(step: Stepping, data: JSONBody[SessionIn]) -> Response[SessionOut]:
    """Said again before it is held, it moves to another day or place, or takes more."""
    starts_at = moment(data.starts_at, "starts_at")
    command = PlanSession(
        **step.signed,
        starts_at=starts_at,
        minutes=data.minutes,
        place=without_nul(data.place),
        seats=data.seats,
        cancel_until=moment(data.cancel_until, "cancel_until") if data.cancel_until else starts_at,
        valid_months=data.valid_months,
        unpledged=data.unpledged,
    )
    return await step.take_in(_told, step.marketplace.plan_session, command)


@leading(put, "/session/attendance", "Say who was there", Attended)
async def record_attendance(step: Stepping, data: JSONBody[Attended]) -> Response[SessionOut]:
    """It counts as held by it; each company reads it of its own people."""
    command = RecordAttendance(**step.signed, on=day(data.on, "on"), present=tuple(data.present))
    return await step.take_in(_told, step.marketplace.record_attendance, command)


async def _told(visit: Visit, purchase_id: str) -> SessionOut:
    found = await training.find(visit, purchase_id)
    told = found.session
    if told is None:
        raise NotFound(_("There is no such shared session."))
    return SessionOut(
        starts_at=told.starts_at,
        minutes=told.minutes,
        place=told.place,
        seats=told.seats,
        taken=told.taken,
        full=told.full,
        cancel_until=told.cancel_until,
        valid_months=told.valid_months,
        held_on=told.held_on,
        trainees=[
            TraineeOut(id=one.trainee_id, company=one.company_id, name=one.name, present=one.present, until=one.until)
            for one in found.trainees
        ],
        reserved={one.company_id: found.reserved(one.company_id) for one in found.companies},
    )


handlers: list[Any] = [
    show_session,
    name_trainee,
    cancel_seat,
    forget_trainee,
    give_back,
    plan_session,
    record_attendance,
]
