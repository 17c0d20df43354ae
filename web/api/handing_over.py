"""The hand-overs of a zone and the archive of everything in it, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from litestar import get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from msgspec import Meta, Struct
from msgspec.structs import replace

from domain import zones
from domain.commands import Command
from domain.refused import Forbidden
from domain.zones import Work
from marketplace.application import HandOverTo
from projections import people
from projections.people import PEOPLE, HandoverRow, HandoverState
from web.api.documenting import MEMBER
from web.api.reading import IdempotencyKey, command_id, strictly, without_nul
from web.pages.handing_over import act, use_case
from web.pages.zone_export import exported
from web.policies import POLICIES
from web.visits import Visit, Visiting

Line = Annotated[str, Meta(max_length=80)]
Address = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class HandoverIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """Who is asked to run the zone, for which organisation, from which day; `staying` are ids of people."""

    name: Line
    mail: Address
    organisation: Line
    effective_on: date
    words: Annotated[str, Meta(max_length=500)]
    contact_mail: Line = ""
    language: Literal["fr", "en"] = "fr"
    staying: Annotated[list[str], Meta(max_length=200)] = []


class AnswerIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """`reason` may go with a refusal."""

    answer: Literal["accept", "decline", "withdraw"]
    reason: Annotated[str, Meta(max_length=500)] = ""


class HandoverOut(Struct):
    """One act; `moved` counts what passed on its day, by kind.

    `taker` is told once it is accepted: until then nobody learns whether somebody holds the address here.
    """

    id: str
    zone: str
    state: HandoverState
    organisation: str
    former: str
    contact_mail: str
    effective_on: date
    words: str
    reason: str
    taker: str | None
    name: str
    staying: list[str]
    left: list[str]
    proposed_at: datetime
    answered_at: datetime | None
    withdrawn_at: datetime | None
    done_at: datetime | None
    moved: dict[Work, int]


class Handovers(Struct):
    """Those of a zone, the newest first."""

    items: list[HandoverOut]


@get("/api/v1/zones/{zone:str}/handovers", **MEMBER, summary="The hand-overs of a zone", tags=["Zones"])
async def all_acts(visit: Visiting, zone: FromPath[str]) -> Handovers:
    """For its administrators."""
    here = await visit.zone(zone)
    _must_administer(visit, here)
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.handovers(here.zone_id))
    return Handovers([_out(here, row) for row in found])


@post(
    "/api/v1/zones/{zone:str}/handovers",
    before_request=strictly(HandoverIn),
    **MEMBER,
    summary="Propose a hand-over",
    tags=["Zones"],
)
async def propose(
    visit: Visiting, zone: FromPath[str], data: JSONBody[HandoverIn], key: IdempotencyKey = ""
) -> HandoverOut:
    """Whoever holds the address is asked by mail, and invited if they have no account."""
    here = await visit.zone(zone)
    _must_administer(visit, here)
    await visit.may_invite(data.mail)
    said: dict[str, Any] = {
        name: without_nul(getattr(data, name)) for name in ("name", "mail", "organisation", "contact_mail", "words")
    }
    command = HandOverTo(
        **visit.signed(command_id(key)),
        zone_id=here.zone_id,
        handover_id=visit.new_id("handover"),
        taker_id=visit.new_id("member"),
        effective_on=data.effective_on,
        staying=tuple(data.staying),
        language=data.language,
        **said,
    )
    receipt = await visit.carry_out(visit.services.marketplace.propose_handover, command)
    return _out(here, await act(visit, here, receipt.ids["handover_id"]))


@get("/api/v1/zones/{zone:str}/handovers/{handover_id:str}", **MEMBER, summary="One hand-over", tags=["Zones"])
async def one_act(visit: Visiting, zone: FromPath[str], handover_id: FromPath[str]) -> HandoverOut:
    """For the zone's administrators, and for who is asked to take it over."""
    here = await visit.zone(zone)
    return _out(here, await act(visit, here, handover_id))


@post(
    "/api/v1/zones/{zone:str}/handovers/{handover_id:str}/answers",
    before_request=strictly(AnswerIn),
    **MEMBER,
    summary="Accept, decline or take back",
    tags=["Zones"],
)
async def answer(
    visit: Visiting,
    zone: FromPath[str],
    handover_id: FromPath[str],
    data: JSONBody[AnswerIn],
    key: IdempotencyKey = "",
) -> HandoverOut:
    """Who is asked accepts or declines; an administrator takes it back until then, or once who accepted is gone."""
    here = await visit.zone(zone)
    row = await act(visit, here, handover_id)
    asked: dict[str, Any] = {**visit.signed(command_id(key)), "zone_id": here.zone_id, "handover_id": handover_id}
    await visit.carry_out(use_case(visit, data.answer), _command(asked, data))
    async with visit.reading(PEOPLE) as read:
        now = await read.one(people.handover(handover_id))
    # Who declined sees the act no longer, but knows what they said.
    return _out(here, now or replace(row, state="declined", reason=data.reason))


def _command(asked: dict[str, Any], data: AnswerIn) -> Command:
    match data.answer:
        case "accept":
            return zones.AcceptHandover(**asked)
        case "decline":
            return zones.DeclineHandover(**asked, reason=without_nul(data.reason))
        case "withdraw":
            return zones.WithdrawHandover(**asked)


def _must_administer(visit: Visit, here: people.Zone) -> None:
    if not visit.viewer.has_role(here.zone_id, "administrator"):
        raise Forbidden(POLICIES["administrator"].refuses)


def _out(here: people.Zone, row: HandoverRow) -> HandoverOut:
    return HandoverOut(
        id=row.handover_id,
        zone=here.slug,
        state=row.state,
        organisation=row.organisation,
        former=row.former,
        contact_mail=row.contact_mail,
        effective_on=row.effective_on,
        words=row.words,
        reason=row.reason,
        taker=row.taker_id if row.state in {"accepted", "done"} else None,
        name=row.name,
        staying=list(row.staying_ids),
        left=list(row.leaver_ids),
        proposed_at=row.proposed_at,
        answered_at=row.answered_at,
        withdrawn_at=row.withdrawn_at,
        done_at=row.done_at,
        moved=row.moved,
    )


@post(
    "/api/v1/zones/{zone:str}/exports",
    **MEMBER,
    summary="Take everything of a zone away",
    tags=["Zones"],
    media_type="application/zip",
    status_code=200,
)
async def export(visit: Visiting, zone: FromPath[str]) -> Stream:
    """One archive of tables, events and photos, for the zone's administrators; those it names can see that."""
    here = await visit.zone(zone)
    _must_administer(visit, here)
    return await exported(visit, here)


handlers: list[Any] = [all_acts, propose, one_act, answer, export]
