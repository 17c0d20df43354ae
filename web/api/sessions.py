"""Shared sessions for programs: when and where, and who of a company comes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from domain.purchases import CancelSeat, NameTrainee
from domain.refused import NotFound, _
from web import training
from web.api.collections import READ, STEP, company_asked
from web.api.reading import Code, IdempotencyKey, Text, strictly, without_nul
from web.visits import Visit, Visiting

ForCompany = Annotated[
    str, QueryParameter(max_length=80, description="The company that acts; needed by whoever acts for several.")
]
LONGEST_ID: Final = 80


class TraineeOut(Struct, kw_only=True):
    """Somebody who comes; `until` is when what they learnt ends, once they were there."""

    id: str
    company: str
    name: str
    present: bool | None
    until: date | None


class SessionOut(Struct, kw_only=True):
    """A session: `taken` of its seats, None while one or two companies took them. `trainees` are one's own, or all."""

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


class TraineeIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """Who comes; the name is read by their company and the organiser alone."""

    name: Text
    company_id: Code | None = None


@get("/api/v1/purchases/{purchase_id:str}/session", **READ, summary="Read a shared session")
async def show_session(visit: Visiting, purchase_id: FromPath[str]) -> SessionOut:
    """A company reads its own people, the organiser everybody."""
    return await _told(visit, purchase_id)


@post(
    "/api/v1/purchases/{purchase_id:str}/trainees", before_request=strictly(TraineeIn), **STEP, summary="Say who comes"
)
async def name_trainee(
    visit: Visiting, purchase_id: FromPath[str], data: JSONBody[TraineeIn], key: IdempotencyKey = ""
) -> Response[SessionOut]:
    """Takes a seat of the company, or one that is nobody's."""
    asked = await company_asked(visit, purchase_id, data.company_id or "", key)
    command = NameTrainee(**asked, trainee_id=f"trainee-{asked['command_id']}", name=without_nul(data.name))
    receipt = await visit.carry_out(visit.services.marketplace.name_trainee, command)
    return Response(await _told(visit, purchase_id), headers={"Position": str(receipt.position)})


@delete("/api/v1/purchases/{purchase_id:str}/trainees/{trainee_id:str}", **STEP, summary="Give a seat back")
async def cancel_seat(
    visit: Visiting,
    purchase_id: FromPath[str],
    trainee_id: FromPath[str],
    for_company: ForCompany = "",
    key: IdempotencyKey = "",
) -> Response[SessionOut]:
    """In time; the name is forgotten at once."""
    asked = await company_asked(visit, purchase_id, for_company, key)
    command = CancelSeat(**asked, trainee_id=trainee_id[:LONGEST_ID])
    receipt = await visit.carry_out(visit.services.marketplace.cancel_seat, command)
    return Response(await _told(visit, purchase_id), headers={"Position": str(receipt.position)})


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
    )


handlers: list[Any] = [show_session, name_trainee, cancel_seat]
