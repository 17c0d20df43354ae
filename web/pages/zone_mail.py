"""The weekly mail of a zone for those who answer for it: looked at, held back or corrected before it leaves."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from msgspec.structs import replace

from domain import taxonomy
from domain.digests import Why, monday_of, period_of
from domain.mail_runs import LONGEST_REASON, HoldMail, HoldRun, LeaveOut
from domain.refused import NotFound, Refused, _
from marketplace.digest_ranking import BETWEEN, Thing, What
from marketplace.digests import Draft, hour_of, newest_due, next_period
from marketplace.language import LANGUAGES
from marketplace.links import PAGES
from projections import mail_log, people
from projections.mail_log import MAIL_LOG
from web.forms import Answers
from web.mail_frame import framed, part
from web.policies import form, page
from web.views import Choice
from web.views.zone_mail import MailLine, MemberMailPage, RunResult, ThingLine, ZoneMailPage
from web.visits import Visit, Visiting, zone_view

PEOPLE_SHOWN: Final = 25
RESULTS_SHOWN: Final = 8
LONGEST_ID: Final = 60
WHY: Final[dict[Why, str]] = {
    "nothing_to_say": _("nothing to say this week"),
    "stopped": _("wants no weekly mail"),
    "not_this_week": _("wants it less often, and not this week"),
    "erased": _("was erased"),
    "held": _("held back"),
    "paused": _("paused their mail"),
}
NEVER_CAME: Final = _("was invited, and never signed in")
KINDS: Final[dict[What, str]] = {
    "turn": _("Waits for their answer"),
    "confirm": _("Pledge to confirm"),
    "receive": _("What arrived?"),
    "bulletin": _("Bulletin"),
    "closing": _("Closes soon"),
    "renewal": _("Listing that ends"),
    "match": _("Match"),
    "pool": _("Shared need"),
    "join": _("Group purchase"),
    "poll": _("Who would join?"),
    "hit": _("Saved search"),
    "news": _("New listing"),
}
QUIET: Final = _("A short note after four silent weeks")
IN_LANGUAGES: Final = {"fr": _("In French"), "en": _("In English")}


# --- everybody's --------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/mail", policy="moderator")
async def run(visit: Visiting, zone: FromPath[str], after: FromQuery[str] = "") -> Response[Any]:
    """Who gets what in the next weekly mail, and what became of those before."""
    return await _run(visit, await visit.zone(zone), after[:LONGEST_ID].replace("\0", ""))


@form("/z/{zone:str}/mail/{period:str}/hold", policy="moderator")
async def hold(visit: Visiting, zone: FromPath[str], period: FromPath[str]) -> Response[Any]:
    """Hold everybody's mail back, or let it leave."""
    here = await visit.zone(zone)
    given = await visit.answers()
    command = HoldRun(
        **await visit.asked(),
        zone_id=here.zone_id,
        period=period,
        hold=given.raw("hold") == "yes",
        reason=given.text("reason", most=LONGEST_REASON),
    )
    try:
        await visit.carry_out(visit.services.marketplace.hold_run, command)
    except Refused as refused:
        given.refused(refused, otherwise="reason")
        return await _run(visit, here, "", given)
    said = _("Held back: nobody’s mail leaves.") if command.hold else _("Released: the mail leaves at its hour.")
    visit.tell(visit.say(said))
    return visit.go(PAGES.zone_mail(here.slug))


async def _run(visit: Visit, here: people.Zone, after: str, given: Answers | None = None) -> Response[Any]:
    digests = visit.services.digests
    period, held, late = await visit.services.blocking(_coming, visit, here)
    waits = await visit.services.blocking(digests.stalled)
    known = await visit.services.blocking(digests.people_of, here, after, PEOPLE_SHOWN + 1)
    shown = known[:PEOPLE_SHOWN]
    drafts = await visit.services.blocking(lambda: list(digests.drafts_of(here, shown, period)))
    mails_held = (await visit.services.blocking(digests.run, here.zone_id, period)).mails_held
    found = {draft.member_id: draft for draft in drafts}
    lines = [_line(visit, each, found.get(each.member_id), held=each.member_id in mails_held) for each in shown]
    async with visit.reading(MAIL_LOG) as read:
        results = await read.all(mail_log.results(here.zone_id, limit=RESULTS_SHOWN))
    administers = visit.viewer.has_role(here.zone_id, "administrator")
    view = ZoneMailPage(
        zone=zone_view(here),
        period=period,
        leaves_at=hour_of(here, period),
        hold=visit.form(given),
        held=held,
        late=late,
        waits=bool(waits),
        people=tuple(sorted(lines, key=lambda line: (-line.things, line.name))),
        counted=sum(1 for line in lines if line.things and not line.held),
        next=PAGES.zone_mail(here.slug, after=shown[-1].member_id) if len(known) > PEOPLE_SHOWN else None,
        first=PAGES.zone_mail(here.slug) if after else None,
        results=tuple(
            RunResult(
                period=row.period,
                first_day=monday_of(row.period),
                sent=row.sent,
                waiting=row.waiting,
                refused=row.refused,
                unknown=row.unknown,
                skipped=row.skipped,
                acted=row.acted,
                href=PAGES.mails_sent(here.slug, period=row.period) if administers else "",
            )
            for row in results
        ),
    )
    return await visit.page("zones/mail.html", view, zone=here, current="zone", status=422 if given else 200)


def _coming(visit: Visit, here: people.Zone) -> tuple[str, bool, bool]:
    """The period to look at, whether it is held, and whether its hour is over: one that is held comes first."""
    due = newest_due(here, visit.now)
    if visit.services.digests.run(here.zone_id, due.period).held:
        return due.period, True, True
    period = next_period(here, visit.now)
    return period, visit.services.digests.run(here.zone_id, period).held, False


def _line(visit: Visit, member: people.Member, draft: Draft | None, *, held: bool) -> MailLine:
    if draft is None:
        return MailLine(member_id=member.member_id, name=member.name, why=visit.say(NEVER_CAME))
    things = draft.found.listed
    first = visit.say(QUIET) if draft.found.hints else _called(visit, things[0]) if things else ""
    return MailLine(
        member_id=member.member_id,
        name=member.name,
        things=len(things) + len(draft.found.hints),
        first=first,
        why=visit.say(WHY[draft.why]) if draft.why else "",
        held=held,
    )


# --- one member's -------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/mail/{period:str}/{member_id:str}", policy="moderator")
async def of_member(
    visit: Visiting, zone: FromPath[str], period: FromPath[str], member_id: FromPath[str]
) -> Response[Any]:
    """One member's mail as it would leave now, in both languages."""
    here = await visit.zone(zone)
    return await _member(visit, here, period, member_id)


@page("/z/{zone:str}/mail/{period:str}/{member_id:str}/html", policy="moderator")
async def html_of_member(
    visit: Visiting,
    zone: FromPath[str],
    period: FromPath[str],
    member_id: FromPath[str],
    language: FromQuery[str] = "fr",
) -> Response[str]:
    """Its HTML, for the frames on its page; nothing in it acts in the member's name."""
    here = await visit.zone(zone)
    draft = await _draft(visit, here, period, member_id)
    letter = await visit.services.blocking(
        visit.services.digests.shown, draft, language if language in LANGUAGES else "fr"
    )
    if letter is None:
        raise NotFound(_("There is no such mail."))
    return framed(letter)


@form("/z/{zone:str}/mail/{period:str}/{member_id:str}/hold", policy="moderator")
async def hold_of_member(
    visit: Visiting, zone: FromPath[str], period: FromPath[str], member_id: FromPath[str]
) -> Response[Any]:
    """Hold this one mail back, or let it leave."""
    here = await visit.zone(zone)
    await _draft(visit, here, period, member_id)
    given = await visit.answers()
    command = HoldMail(
        **await visit.asked(),
        zone_id=here.zone_id,
        period=period,
        member_id=member_id,
        hold=given.raw("hold") == "yes",
        reason=given.text("reason", most=LONGEST_REASON),
    )
    try:
        await visit.carry_out(visit.services.marketplace.hold_mail, command)
    except Refused as refused:
        given.refused(refused, otherwise="reason")
        return await _member(visit, here, period, member_id, given)
    said = (
        _("Held back: what it says comes in a later mail.")
        if command.hold
        else _("Released: it leaves with the others.")
    )
    visit.tell(visit.say(said))
    return visit.go(PAGES.member_mail(here.slug, period, member_id))


@form("/z/{zone:str}/mail/{period:str}/{member_id:str}/out", policy="moderator")
async def leave_out(
    visit: Visiting, zone: FromPath[str], period: FromPath[str], member_id: FromPath[str]
) -> Response[Any]:
    """Leave a thing out of this mail, or of everybody's, or put it back."""
    here = await visit.zone(zone)
    await _draft(visit, here, period, member_id)
    given = await visit.answers()
    command = LeaveOut(
        **await visit.asked(),
        zone_id=here.zone_id,
        period=period,
        item=given.raw("item"),
        out=given.raw("out") == "yes",
        member_id="" if given.raw("whose") == "all" else member_id,
    )
    await visit.carry_out(visit.services.marketplace.leave_out, command)
    said = _("Left out. It may come in a later mail.") if command.out else _("Put back.")
    visit.tell(visit.say(said))
    return visit.go(PAGES.member_mail(here.slug, period, member_id))


async def _member(
    visit: Visit, here: people.Zone, period: str, member_id: str, given: Answers | None = None
) -> Response[Any]:
    draft = await _draft(visit, here, period, member_id)
    digests = visit.services.digests
    decided = await visit.services.blocking(digests.run, here.zone_id, period)
    letters = {code: await visit.services.blocking(digests.shown, draft, code) for code in LANGUAGES}
    mine = draft.found.within(here.zone_id)
    whole = (await _draft(visit, here, period, member_id, whole=True)).found.within(here.zone_id)
    out = decided.without(member_id)
    letter = letters.get(visit.language)
    person = draft.name or (await visit.services.blocking(digests.people_of, here, _before(member_id), 1))[0].name
    view = MemberMailPage(
        zone=zone_view(here),
        period=period,
        member_id=member_id,
        name=person,
        leaves_at=hour_of(here, period),
        subject=letter.subject if letter else "",
        why=visit.say(WHY[draft.why]) if draft.why else "",
        hold=visit.form(given),
        held=member_id in decided.mails_held,
        things=(
            *(_thing(visit, thing) for thing in mine.listed),
            *(
                replace(_thing(visit, thing), out=True, for_all=(thing.item, "") in decided.left_out)
                for thing in whole.listed
                if not out.isdisjoint({thing.item, *thing.item.split(BETWEEN)})
            ),
        ),
        elsewhere=len(draft.found.things) - len(mine.things),
        frames=tuple(
            Choice(
                value=PAGES.member_mail(here.slug, period, member_id, "html", language=code),
                label=visit.say(IN_LANGUAGES[code]),
            )
            for code, written in letters.items()
            if written is not None
        ),
        texts=tuple(
            (visit.say(IN_LANGUAGES[code]), part(written, "plain")) for code, written in letters.items() if written
        ),
    )
    return await visit.page("zones/member_mail.html", view, zone=here, current="zone", status=422 if given else 200)


async def _draft(visit: Visit, here: people.Zone, period: str, member_id: str, *, whole: bool = False) -> Draft:
    """The mail of one of the zone's people, for a period there is; somebody else's is missing here."""
    try:
        known = period_of(monday_of(period)) == period
    except ValueError:
        known = False
    if not known or len(member_id) > LONGEST_ID or "\0" in member_id:
        raise NotFound(_("There is no such mail."))
    digests = visit.services.digests
    found = await visit.services.blocking(digests.people_of, here, _before(member_id), 1)
    if not found or found[0].member_id != member_id or found[0].joined_at is None:
        raise NotFound(_("There is no such mail."))
    (draft,) = await visit.services.blocking(lambda: list(digests.drafts_of(here, found, period, whole=whole)))
    return draft


def _before(member_id: str) -> str:
    """What a list goes on after, to begin with this one: ids are compared letter by letter."""
    return member_id[:-1]


def _thing(visit: Visit, thing: Thing) -> ThingLine:
    return ThingLine(
        item=thing.item,
        kind=visit.say(KINDS[thing.kind]),
        title=_title(visit, thing),
        command=visit.new_command(),
        command_for_all=visit.new_command(),
    )


def _called(visit: Visit, thing: Thing) -> str:
    return f"{visit.say(KINDS[thing.kind])} · {_title(visit, thing)}"


def _title(visit: Visit, thing: Thing) -> str:
    return taxonomy.label(thing.title, visit.language) if thing.kind == "pool" else thing.title


handlers: Final[list[ControllerRouterHandler]] = [
    run, hold, of_member, html_of_member, hold_of_member, leave_out,
]  # fmt: skip
