"""The moderators' page of notices and appeals: what waits to be answered, and what was answered last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct, field

from domain.appeals import Answered
from domain.commands import Command, Receipt
from domain.listings import GROUNDS, DecideAppeal, DecideNotice
from domain.notices import AnswerZoneNotice
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.suspensions import DecideSuspensionAppeal
from marketplace import record_words
from marketplace.links import PAGES, Links
from projections import listings, people, record
from projections.listings import LISTINGS
from projections.record import RECORD, RESTRICTIONS, Appeal, Entry, Notice
from web import answers
from web.forms import Answers
from web.moderation_tabs import tabs
from web.objection_views import AppealItem, NoticeItem, ObjectionsPage, Settled
from web.policies import form, page
from web.views import Form
from web.visits import Visit, Visiting, zone_view

C = TypeVar("C", bound=Command)

LONGEST_SENTENCE: Final = 1_000
SETTLED_SHOWN: Final = 10
ANSWERED: Final = {
    "kept": _("Answered: it stays as it is. Both sides are told."),
    "hidden": _("Answered: the listing is hidden, and both sides are told."),
    "acted": _("Answered. Whoever gave notice is told."),
    "granted": _("Answered: the appeal is granted, and the company is told."),
    "granted_closed": _("Answered: the decision is taken back, and the company is told. Its listing stays closed."),
    "refused": _("Answered: the decision stands, and the company is told."),
}
OUTCOMES: Final = {
    "kept": _("Notice answered: left as it is"),
    "hidden": _("Notice answered: listing hidden"),
    "acted": _("Notice answered: something was done"),
    "granted": _("Appeal granted"),
    "refused": _("Appeal not granted"),
    "lapsed": _("Appeal over: what it was against is no longer in force"),
}


class Wrong(Struct, frozen=True):
    """A form that could not be carried out, as it was filled, by the id of what it answers."""

    id: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@page("/z/{zone:str}/objections", policy="moderator")
async def show(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What waits, the oldest first."""
    return await _shown(visit, await visit.zone(zone))


@form("/z/{zone:str}/objections/notices/{notice_id:str}", policy="moderator")
async def answer_notice(visit: Visiting, zone: FromPath[str], notice_id: FromPath[str]) -> Response[Any]:
    """Answer a notice: leave the listing as it is, or hide it on a ground; always with a sentence."""
    here = await visit.zone(zone)
    async with visit.reading(RECORD) as read:
        notice = await read.one(record.notice(here.zone_id, notice_id))
    if notice is None:
        raise NotFound(_("There is no such notice."))
    given = await visit.answers()
    missing = _("Say why in a sentence: both sides read it.")
    among = ("kept", "hidden") if notice.listing_id else ("kept", "acted")
    outcome = given.choice("outcome", among, missing=_("Choose what becomes of it."))
    sentence = given.text("sentence", most=LONGEST_SENTENCE, missing=missing)
    ground = given.choice("ground", GROUNDS) if outcome == "hidden" else ""
    if outcome == "hidden" and not ground:
        given.wrong("ground", _("Choose the ground on which it is hidden."))
    if given.errors:
        return await _shown(visit, here, Wrong(notice_id, given.values, given.errors), status=422)
    about: dict[str, Any] = {"notice_id": notice_id, "zone_id": here.zone_id, "outcome": outcome, "sentence": sentence}
    use = visit.services.marketplace
    if notice.listing_id:
        command = DecideNotice(**await visit.asked(), **about, listing_id=notice.listing_id, ground=ground or None)  # type: ignore[arg-type]  # one of GROUNDS
        return await _carried_out(visit, here, notice_id, given, use.decide_notice, command, outcome)
    answering = AnswerZoneNotice(**{**await visit.asked(), "seen_version": None}, **about)
    return await _carried_out(visit, here, notice_id, given, use.answer_zone_notice, answering, outcome)


@form("/z/{zone:str}/objections/appeals/{appeal_id:str}", policy="moderator")
async def answer_appeal(visit: Visiting, zone: FromPath[str], appeal_id: FromPath[str]) -> Response[Any]:
    """Answer an appeal, with a sentence."""
    here = await visit.zone(zone)
    async with visit.reading(RECORD, LISTINGS) as read:
        appeal = await read.one(record.appeal(here.zone_id, appeal_id))
        row = await read.one(listings.listing(appeal.subject_id, here.zone_id)) if appeal else None
    if appeal is None:
        raise NotFound(_("There is no such appeal."))
    given = await visit.answers()
    outcome = given.choice("outcome", ("granted", "refused"), missing=_("Choose what becomes of it."))
    missing = _("Say why in a sentence: the company reads it.")
    sentence = given.text("sentence", most=LONGEST_SENTENCE, missing=missing)
    if given.errors:
        return await _shown(visit, here, Wrong(appeal_id, given.values, given.errors), status=422)
    about: dict[str, Any] = {"appeal_id": appeal_id, "zone_id": here.zone_id, "outcome": outcome, "sentence": sentence}
    asked = {**await visit.asked(), "seen_version": None}
    use = visit.services.marketplace
    if appeal.subject_id == appeal.company_id:
        about_company = DecideSuspensionAppeal(**asked, **about, company_id=appeal.company_id)
        return await _carried_out(visit, here, appeal_id, given, use.decide_suspension_appeal, about_company, outcome)
    command = DecideAppeal(**asked, **about, listing_id=appeal.subject_id)
    closed = outcome == "granted" and row is not None and row.life != "open"
    said = "granted_closed" if closed else outcome
    return await _carried_out(visit, here, appeal_id, given, use.decide_appeal, command, said)


async def _carried_out(
    visit: Visit, here: people.Zone, about: str, given: Answers, use_case: Callable[[C], Receipt], command: C,
    outcome: str,
) -> Response[Any]:  # fmt: skip
    try:
        await visit.carry_out(use_case, command)
    except NotFound:
        raise
    except Answered as over:
        visit.tell(visit.refusal(over), "problem")
        return visit.go(PAGES.objections(here.slug))
    except Refused as refused:
        given.refused(refused, otherwise="sentence")
        status = 403 if isinstance(refused, Forbidden) else 409 if isinstance(refused, Conflict) else 422
        return await _shown(visit, here, Wrong(about, given.values, given.errors), status=status)
    visit.tell(visit.say(ANSWERED[outcome]))
    return visit.go(PAGES.objections(here.slug))


async def _shown(visit: Visit, here: people.Zone, wrong: Wrong | None = None, status: int = 200) -> Response[Any]:
    wrong = wrong or Wrong()
    async with visit.reading(RECORD, LISTINGS) as read:
        waiting = await read.all(record.notices(here.zone_id, waiting=True))
        lodged = await read.all(record.appeals(here.zone_id, waiting=True))
        answered = await read.all(record.notices(here.zone_id, waiting=False, limit=SETTLED_SHOWN))
        over = await read.all(record.appeals(here.zone_id, waiting=False, limit=SETTLED_SHOWN))
        of_listings = {row.listing_id for row in (*waiting, *answered)} | {row.subject_id for row in (*lodged, *over)}
        found = await read.all(listings.among(sorted(one for one in of_listings if one.startswith("listing-"))))
        stood = {
            row.notice_id: await read.one(
                record.line(here.zone_id, row.listing_id, row.of_version, ("posted", "amended"))
            )
            for row in waiting
            if row.listing_id
        }
        decided = {
            row.appeal_id: await read.one(record.line(here.zone_id, row.subject_id, row.against, RESTRICTIONS))
            for row in lodged
        }
    rows = {row.listing_id: row for row in found if row.zone_id == here.zone_id}
    titles = {listing_id: row.title for listing_id, row in rows.items()}
    closed = {listing_id for listing_id, row in rows.items() if row.life != "open"}
    view = ObjectionsPage(
        zone=zone_view(here),
        tabs=await tabs(visit, here, "objections"),
        notices=tuple(
            _notice(visit, one, rows.get(one.listing_id), stood.get(one.notice_id), wrong) for one in waiting
        ),
        appeals=tuple(
            _appeal(visit, here, one, decided[one.appeal_id], titles, wrong, closed=one.subject_id in closed)
            for one in lodged
        ),
        settled=_settled(visit, here, answered, over, titles),
        grounds=answers.grounds(visit.say),
        address=Links(visit.services.settings.base_url).notify_zone(here.slug),
    )
    return await visit.page("objections/list.html", view, zone=here, current="moderation", status=status)


def _form(visit: Visit, wrong: Wrong, about: str, seen_version: int | None = None) -> Form:
    typed = wrong if wrong.id == about else Wrong()
    return Form(command_id=visit.new_command(), values=typed.values, errors=typed.errors, seen_version=seen_version)


def _notice(visit: Visit, notice: Notice, row: listings.Listing | None, then: Entry | None, wrong: Wrong) -> NoticeItem:
    said = then.words if then is not None else None
    other_words = row is not None and said is not None and row.content_version != notice.of_version
    return NoticeItem(
        id=notice.notice_id,
        title=(row.title if row else "") or notice.place or visit.say(_("(erased)")),
        href=PAGES.listing(notice.listing_id) if row else "",
        company=notice.company,
        reason=visit.say(record_words.NOTICE_REASONS[notice.reason]),
        why=notice.why or visit.say(_("(erased)")),
        place=notice.place if row else "",
        name=notice.name,
        wants_answer=notice.wants_answer,
        at=notice.at,
        form=_form(visit, wrong, notice.notice_id, row.content_version if row else None),
        now=_standing(visit, row) if row else "",
        then=f"{said.title}\n{said.description}" if said and other_words else "",
        of_listing=bool(notice.listing_id),
    )


def _standing(visit: Visit, row: listings.Listing) -> str:
    """How the listing stands, where there is less to decide than one may think."""
    if row.status == "rejected":
        return visit.say(_("It is not shown already."))
    if row.life != "open":
        return visit.say(_("Its company has closed it meanwhile."))
    return ""


def _appeal(
    visit: Visit, here: people.Zone, appeal: Appeal, decided: Entry | None, titles: Mapping[str, str], wrong: Wrong,
    *, closed: bool,
) -> AppealItem:  # fmt: skip
    of_company = appeal.subject_id == appeal.company_id
    mine = decided is not None and decided.actor == visit.viewer.actor
    return AppealItem(
        id=appeal.appeal_id,
        title=(appeal.company if of_company else titles.get(appeal.subject_id, "")) or visit.say(_("(erased)")),
        href=PAGES.statement(here.slug, appeal.subject_id, appeal.against),
        company=appeal.company,
        decided=_ground(visit, decided) if decided else "",
        sentence=decided.sentence if decided else "",
        decided_at=decided.at if decided else None,
        why=appeal.why or visit.say(_("(erased)")),
        at=appeal.at,
        form=_form(visit, wrong, appeal.appeal_id),
        of_company=of_company,
        closed=closed,
        not_mine=visit.say(_("You took this decision: where the zone has another moderator, that person answers."))
        if mine
        else "",
    )


def _ground(visit: Visit, entry: Entry) -> str:
    named = visit.wording.ground(entry.ground) if entry.ground else ""
    return " · ".join(part for part in (visit.say(record_words.HAPPENED[entry.kind]), named) if part)


def _settled(
    visit: Visit, here: people.Zone, noticed: Sequence[Notice], over: Sequence[Appeal], titles: Mapping[str, str]
) -> tuple[Settled, ...]:
    """What was answered last, of both kinds."""
    erased = visit.say(_("(erased)"))
    lines = [
        Settled(
            sentence=visit.say(OUTCOMES[one.outcome]),
            detail=titles.get(one.listing_id, "") or one.place or erased,
            href=PAGES.record(here.slug, one.listing_id) if one.listing_id else "",
            at=one.decided_at or one.at,
        )
        for one in noticed
    ]
    lines += [
        Settled(
            sentence=visit.say(OUTCOMES[one.outcome]),
            detail=titles.get(one.subject_id, "") or one.company or erased,
            href=PAGES.record(here.slug, one.subject_id),
            at=one.decided_at or one.at,
        )
        for one in over
    ]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:SETTLED_SHOWN])


handlers: Final[list[ControllerRouterHandler]] = [show, answer_notice, answer_appeal]
