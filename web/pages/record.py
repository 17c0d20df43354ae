"""The record of a zone: what listings said at each decision, who decided what and why, and who could see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec.structs import replace

from domain.listings import GROUNDS
from domain.notices import NOTICE_REASONS
from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.record_file import as_csv, as_json
from projections import people, record
from projections.record import DECISIONS, RECORD, Asked, Entry
from web import answers
from web.forms import Answers
from web.moderation_tabs import tabs
from web.objection_views import Moment, RecordPage, ShownPage, Stood, SubjectPage
from web.policies import page
from web.record_lines import GROUPS, facts, line, seen_by, status_said, words_of
from web.slot_field import time_typed
from web.views import Choice, Form
from web.visits import Visit, Visiting, zone_view

PAGE_OF: Final = 25
FIRST_YEAR: Final = 2000
LONGEST_ID: Final = 80
A_DAY: Final = timedelta(days=1)
A_MINUTE: Final = timedelta(minutes=1)


@page("/z/{zone:str}/record", policy="moderator")
async def show(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Everything, the newest first, as far as it is asked for."""
    here = await visit.zone(zone)
    asked = visit.questions
    group = asked.choice("kind", GROUPS)
    ground = asked.choice("ground", (*GROUNDS, *NOTICE_REASONS))
    year = asked.whole("year", least=FIRST_YEAR, most=visit.now.year + 1)
    after = asked.whole("after", least=0, most=2**62)
    clock = ZoneInfo(here.time_zone)
    wanted = Asked(
        zone_id=here.zone_id,
        kinds=GROUPS[group][1] if group else (),
        ground=ground,
        since=datetime(year, 1, 1, tzinfo=clock) if year else None,
        before=datetime(year + 1, 1, 1, tzinfo=clock) if year else None,
    )
    async with visit.reading(RECORD) as read:
        found = await read.all(record.entries(wanted, after, PAGE_OF))
        began = await read.one(record.began(here.zone_id))
    shown = found[:PAGE_OF]
    first = began.at.astimezone(clock).year if began and began.at else visit.now.year
    chosen = {"kind": group, "ground": ground, "year": str(year) if year else ""}
    following = shown[-1].position if len(found) > PAGE_OF else None
    view = RecordPage(
        zone=zone_view(here),
        tabs=await tabs(visit, here, "record"),
        lines=tuple(line(visit, here, entry) for entry in shown),
        groups=tuple(Choice(value=name, label=visit.say(label)) for name, (label, _kinds) in GROUPS.items()),
        grounds=answers.grounds(visit.say),
        years=tuple(Choice(value=str(each), label=str(each)) for each in range(visit.now.year, first - 1, -1)),
        asked=Form(command_id="", values=chosen),
        next=PAGES.record(here.slug, **chosen, after=following) if following is not None else "",
        first=after is None,
    )
    return await visit.page("objections/record.html", view, zone=here, current="moderation")


@page("/z/{zone:str}/record/{subject_id:str}", policy="moderator")
async def show_subject(visit: Visiting, zone: FromPath[str], subject_id: FromPath[str]) -> Response[Any]:
    """All of one listing or company, and how it stood at a moment."""
    here = await visit.zone(zone)
    async with visit.reading(RECORD) as read:
        found = await read.all(record.of_subject(here.zone_id, subject_id[:LONGEST_ID]))
    if not found:
        raise NotFound(_("There is nothing of this name on record."))
    moment, before = _moment(visit, here)
    newest = found[0]
    then = [entry for entry in found if entry.at < before]
    erased = visit.say(_("(erased)"))
    of_listing = newest.words is not None
    title = newest.words.title if newest.words else newest.company
    view = SubjectPage(
        zone=zone_view(here),
        tabs=await tabs(visit, here, "record"),
        id=subject_id,
        title=title or erased,
        company=newest.company or erased,
        lines=tuple(line(visit, here, entry, whole=True) for entry in found),
        moment=moment,
        stood=_stood(visit, here, then) if then else None,
        of_listing=of_listing,
    )
    return await visit.page("objections/subject.html", view, zone=here, current="moderation")


@page("/z/{zone:str}/shown", policy="moderator")
async def shown_then(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What the zone showed at a moment, and to whom."""
    here = await visit.zone(zone)
    moment, before = _moment(visit, here)
    after = visit.questions.text("after", most=LONGEST_ID)
    async with visit.reading(RECORD) as read:
        found = await read.all(record.as_of(here.zone_id, before, after, PAGE_OF))
    listed, asked = found[:PAGE_OF], {"on": moment.on.isoformat(), "at": moment.at}
    view = ShownPage(
        zone=zone_view(here),
        tabs=await tabs(visit, here, "shown"),
        lines=tuple(
            replace(line(visit, here, entry), href=PAGES.record(here.slug, entry.subject_id, **asked))
            for entry in listed
        ),
        moment=moment,
        next=PAGES.shown_then(here.slug, **asked, after=listed[-1].subject_id) if len(found) > PAGE_OF else "",
    )
    return await visit.page("objections/shown.html", view, zone=here, current="moderation")


@page("/z/{zone:str}/record.csv", policy="moderator")
async def csv(visit: Visiting, zone: FromPath[str]) -> Response[bytes]:
    """The whole record, for a spreadsheet."""
    here = await visit.zone(zone)
    return _file(visit, here, as_csv(await _everything(visit, here), visit.say), "csv", "text/csv")


@page("/z/{zone:str}/record.json", policy="moderator")
async def json(visit: Visiting, zone: FromPath[str]) -> Response[bytes]:
    """The whole record, for a program."""
    here = await visit.zone(zone)
    return _file(visit, here, as_json(here.slug, await _everything(visit, here)), "json", "application/json")


async def _everything(visit: Visit, here: people.Zone) -> list[Entry]:
    lines: list[Entry] = []
    after = (0, "")
    while True:
        async with visit.reading(RECORD) as read:
            found = await read.all(record.whole(here.zone_id, after))
        if not found:
            break
        lines += found
        after = (found[-1].position, found[-1].subject_id)
    await visit.looked_at("export", PAGES.record(here.slug), {entry.company_id for entry in lines})
    return lines


def _file(visit: Visit, here: people.Zone, content: bytes, ending: str, media_type: str) -> Response[bytes]:
    name = f"{visit.say(_('record'))}-{here.slug}-{visit.now.date().isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(content, media_type=media_type, headers=headers)


def _moment(visit: Visit, here: people.Zone) -> tuple[Moment, datetime]:
    """What is asked for, the end of today else; and the moment in the zone up to which things count."""
    asked: Answers = visit.questions
    clock = ZoneInfo(here.time_zone)
    today = visit.now.astimezone(clock).date()
    on, at = asked.day("on") or today, time_typed(asked, "at") if asked.raw("at") else None
    if not FIRST_YEAR <= on.year <= today.year:
        on = today
    # The minute that is named counts; without one, the day does.
    before = datetime.combine(on, at, clock) + A_MINUTE if at else datetime.combine(on + A_DAY, time(0), clock)
    problem = asked.errors.get("on", "") or asked.errors.get("at", "")
    return Moment(on=on, at=at.strftime("%H:%M") if at else "", problem=problem), before


def _stood(visit: Visit, here: people.Zone, then: Sequence[Entry]) -> Stood | None:
    """How it stood after the first of these lines, the newest."""
    entry = then[0]
    if entry.words is None:
        return None
    decided = next((each for each in then if each.kind in DECISIONS), None)
    return Stood(
        title=entry.words.title or visit.say(_("(erased)")),
        words=words_of(entry),
        facts=facts(visit, entry),
        status=status_said(visit, entry),
        seen_by=seen_by(visit, entry),
        decided=line(visit, here, decided) if decided else None,
    )


handlers: Final[list[ControllerRouterHandler]] = [show, csv, json, show_subject, shown_then]
