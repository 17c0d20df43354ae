"""Handing a zone over: its administrators propose it, who was asked answers, and both read the act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal, TypeVar

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain import zones
from domain.commands import Command, Receipt
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace import handover_words
from marketplace.application import HandOverTo
from marketplace.handing_over import PASSING, passing
from marketplace.language import translations
from marketplace.links import PAGES
from projections import people
from projections.model import how_many
from projections.people import PEOPLE, HandoverRow, HandoverState
from projections.people.questions import members_by_id, roles
from web.forms import Answers
from web.handover_views import HandoverLine, HandoverPage, HandoversPage
from web.policies import form, page
from web.settings_views import Tick
from web.visits import Visit, Visiting, zone_view

C = TypeVar("C", bound=Command)

LONGEST_ADDRESS: Final = 254
SAID: Final[dict[HandoverState, str]] = {
    "proposed": _("Proposed, waiting for an answer"),
    "accepted": _("Accepted: it takes effect on its day"),
    "declined": _("Declined"),
    "withdrawn": _("Taken back"),
    "done": _("Done"),
}
LAPSED: Final = _("Its day went by without an answer")
GONE: Final = _("Whoever accepted it has left the platform: take it back, then propose it to somebody else")


@page("/z/{zone:str}/handover", policy="administrator")
async def show_all(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What was agreed so far, and the form that proposes."""
    return await _shown(visit, await visit.zone(zone))


@form("/z/{zone:str}/handover", policy="administrator")
async def propose(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Ask somebody, by their address, to run the zone from a day on."""
    here = await visit.zone(zone)
    given = await visit.answers()
    day = given.day("effective_on")
    if day is None:
        given.wrong("effective_on", _("Choose the day."))
    command = HandOverTo(
        **{**await visit.asked(), "seen_version": None},
        zone_id=here.zone_id,
        handover_id=visit.new_id("handover"),
        taker_id=visit.new_id("member"),
        name=given.text("name", most=zones.LONGEST_NAME, missing=_("Write their name.")),
        mail=_address(given, "mail", missing=_("Write their mail address.")),
        language=given.choice("language", zones.LANGUAGES, usual="fr"),
        organisation=given.text(
            "organisation", most=zones.LONGEST_NAME, missing=_("Say which organisation takes the zone over.")
        ),
        contact_mail=_address(given, "contact_mail"),
        effective_on=day or here.day(visit.now),
        words=given.text("words", most=zones.LONGEST_WORDS, missing=_("Say why: every company of the zone is told.")),
        staying=given.all("staying"),
    )
    if not given.errors:
        await visit.may_invite(command.mail)
        receipt = await _carried_out(visit, given, visit.services.marketplace.propose_handover, command)
        if receipt is not None:
            told = _("Proposed: %(name)s is written to, and so are the other administrators.")
            visit.tell(visit.say(told, name=command.name))
            return visit.go(PAGES.handover(here.slug, receipt.ids["handover_id"]))
    return await _shown(visit, here, given, status=422)


@page("/z/{zone:str}/handover/{handover_id:str}", policy="member")
async def show(visit: Visiting, zone: FromPath[str], handover_id: FromPath[str]) -> Response[Any]:
    """The act, for its two sides."""
    here = await visit.zone(zone)
    return await _shown_one(visit, here, await act(visit, here, handover_id))


@form("/z/{zone:str}/handover/{handover_id:str}/withdraw", policy="member")
async def withdraw(visit: Visiting, zone: FromPath[str], handover_id: FromPath[str]) -> Response[Any]:
    """Take the proposal back."""
    told = _("Taken back: everything stays as it is.")
    return await _decided(visit, zone, handover_id, zones.WithdrawHandover, "withdraw", told)


@form("/z/{zone:str}/handover/{handover_id:str}/accept", policy="member")
async def accept(visit: Visiting, zone: FromPath[str], handover_id: FromPath[str]) -> Response[Any]:
    """Take the zone over."""
    told = _("Accepted: the companies are told, and the zone is yours on the day.")
    return await _decided(visit, zone, handover_id, zones.AcceptHandover, "accept", told)


@form("/z/{zone:str}/handover/{handover_id:str}/decline", policy="member")
async def decline(visit: Visiting, zone: FromPath[str], handover_id: FromPath[str]) -> Response[Any]:
    """Do not take it over."""
    told = _("Declined: whoever proposed it is told.")
    return await _decided(visit, zone, handover_id, zones.DeclineHandover, "decline", told)


Step = Literal["withdraw", "accept", "decline"]


def use_case(visit: Visit, step: Step) -> Callable[[Any], Receipt]:
    """What carries a step out."""
    market = visit.services.marketplace
    match step:
        case "withdraw":
            return market.withdraw_handover
        case "accept":
            return market.accept_handover
        case "decline":
            return market.decline_handover


async def act(visit: Visit, here: people.Zone, handover_id: str) -> HandoverRow:
    """One act, for who was asked while it stands, and for the administrators; to anybody else it is missing."""
    async with visit.reading(PEOPLE) as read:
        row = await read.one(people.handover(handover_id))
    asked = row is not None and row.taker_id == visit.viewer.member_id
    if row is None or row.zone_id != here.zone_id or not (asked or _administers(visit, here)):
        raise NotFound(_("There is no such hand-over."))
    return row


async def _decided(visit: Visit, slug: str, handover_id: str, kind: type[Any], step: Step, told: str) -> Response[Any]:
    here = await visit.zone(slug)
    row = await act(visit, here, handover_id)
    given = await visit.answers()
    more = {"reason": given.text("reason", most=zones.LONGEST_WORDS)} if step == "decline" else {}
    asked = {**await visit.asked(), "seen_version": None}
    command = kind(**asked, zone_id=here.zone_id, handover_id=handover_id, **more)
    if given.errors or await _carried_out(visit, given, use_case(visit, step), command) is None:
        return await _shown_one(visit, here, row, given, status=422)
    visit.tell(visit.say(told))
    if step == "decline":
        return visit.go(PAGES.me())
    return visit.go(PAGES.handover(here.slug, handover_id))


async def _carried_out(visit: Visit, given: Answers, carries_out: Callable[[C], Receipt], command: C) -> Receipt | None:
    """What was recorded; what is refused stands in the form."""
    try:
        return await visit.carry_out(carries_out, command)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        given.refused(refused, otherwise="refused")
        if isinstance(refused, Conflict):
            raise
        return None


async def _shown(visit: Visit, here: people.Zone, given: Answers | None = None, status: int = 200) -> Response[Any]:
    async with visit.reading(PEOPLE) as read:
        acts = await read.all(people.handovers(here.zone_id))
        held = await read.all(roles(here.zone_id))
        known = await read.all(members_by_id([row.member_id for row in held]))
    today = here.day(visit.now)
    standing = next((row for row in acts if _stands(row, today)), None)
    readers = {row.member_id for row in held} - {row.member_id for row in held if row.role != "reader"}
    ticked = set(given.all("staying")) if given else readers
    view = HandoversPage(
        zone=zone_view(here),
        association=here.association,
        acts=tuple(_line(visit, here, row) for row in acts if row is not standing),
        standing=_line(visit, here, standing) if standing else None,
        closed=here.is_closed(visit.now),
        form=visit.form(given) if given else visit.form(values={"language": "fr"}),
        colleagues=tuple(
            Tick(value=each.member_id, label=each.name or visit.say(_("(erased)")), ticked=each.member_id in ticked)
            for each in sorted(known, key=lambda each: each.name)
        ),
        passing=await _passing(visit, here),
        earliest=today,
        latest=today + zones.LONGEST_AHEAD,
    )
    return await visit.page("zones/handovers.html", view, zone=here, current="zone", status=status)


async def _shown_one(
    visit: Visit, here: people.Zone, row: HandoverRow, given: Answers | None = None, status: int = 200
) -> Response[Any]:
    administers = _administers(visit, here)
    async with visit.reading(PEOPLE) as read:
        held = {each.member_id for each in await read.all(roles(here.zone_id))} if administers else set()
        going = set(row.leaver_ids) or held - {*row.staying_ids, row.taker_id}
        asked = [*row.staying_ids, *going, row.proposed_by.removeprefix("member:")]
        names = {each.member_id: each.name for each in await read.all(members_by_id(asked)) if each.name}
    names |= {visit.viewer.member_id: visit.viewer.name}
    stay = [names[one] for one in row.staying_ids if one in names]
    leave = sorted(names[one] for one in going if one in names)
    passed = handover_words.moved(row.moved, translations(visit.language).ngettext)
    view = HandoverPage(
        zone=zone_view(here),
        id=row.handover_id,
        state=row.state,
        said=_said(visit, here, row),
        organisation=row.organisation,
        former=row.former,
        contact_mail=row.contact_mail,
        taker=row.name,
        proposer=names.get(row.proposed_by.removeprefix("member:"), ""),
        effective_on=row.effective_on,
        words=row.words,
        reason=row.reason,
        stay=tuple(stay),
        leave=tuple(leave),
        others_stay=len(row.staying_ids) - len(stay),
        others_leave=len(going) - len(leave),
        passing=passed if row.state == "done" else await _passing(visit, here),
        proposed_at=row.proposed_at,
        answered_at=row.answered_at,
        withdrawn_at=row.withdrawn_at,
        done_at=row.done_at,
        may=_may(visit, row, here.day(visit.now), administers=administers),
        form=visit.form(given),
        other_command=visit.new_command(),
    )
    return await visit.page("zones/handover.html", view, zone=here, current="zone", status=status)


async def _passing(visit: Visit, here: people.Zone) -> tuple[str, ...]:
    """What would pass if it were today, for whoever administers the zone."""
    if not _administers(visit, here):
        return ()
    counts: dict[zones.Work, int] = {}
    async with visit.reading(*PASSING) as read:
        for work, query in passing(here.zone_id).items():
            found = await read.one(how_many(query))
            counts[work] = found.n if found else 0
    return handover_words.moved(counts, translations(visit.language).ngettext)


def _administers(visit: Visit, here: people.Zone) -> bool:
    return visit.viewer.has_role(here.zone_id, "administrator")


def _may(visit: Visit, row: HandoverRow, today: date, *, administers: bool) -> Literal["withdraw", "answer", ""]:
    answerable = row.state == "proposed" and row.effective_on >= today
    if answerable and row.taker_id == visit.viewer.member_id:
        return "answer"
    return "withdraw" if administers and (answerable or _without_taker(row)) else ""


def _without_taker(row: HandoverRow) -> bool:
    """Whether it is accepted by somebody who has erased their account since."""
    return row.state == "accepted" and not row.name


def _stands(row: HandoverRow, today: date) -> bool:
    return row.state == "accepted" or (row.state == "proposed" and row.effective_on >= today)


def _said(visit: Visit, here: people.Zone, row: HandoverRow) -> str:
    if _without_taker(row):
        return visit.say(GONE)
    unanswered = row.state in {"proposed", "withdrawn"} and row.answered_at is None
    lapsed = unanswered and row.effective_on < here.day(row.withdrawn_at or visit.now)
    return visit.say(LAPSED if lapsed else SAID[row.state])


def _line(visit: Visit, here: people.Zone, row: HandoverRow) -> HandoverLine:
    return HandoverLine(
        id=row.handover_id,
        organisation=row.organisation,
        state=row.state,
        said=_said(visit, here, row),
        effective_on=row.effective_on,
    )


def _address(given: Answers, name: str, missing: str | None = None) -> str:
    written = given.text(name, most=LONGEST_ADDRESS, missing=missing)
    local, at, host = written.rpartition("@")
    if written and not (local and at and "." in host and " " not in written):
        given.wrong(name, _("This is not a mail address, such as name@company.fr."))
    return written


handlers: Final[list[ControllerRouterHandler]] = [show_all, propose, show, withdraw, accept, decline]
