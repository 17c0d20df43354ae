"""What a zone tells its companies: its people read it, its facilitators write it, look at it and let it go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain import members, taxonomy
from domain.bulletins import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    WAYS,
    AmendBulletin,
    BulletinDraft,
    IssueBulletin,
    WithdrawBulletin,
    WriteBulletin,
)
from domain.commands import Receipt
from domain.members import BULLETIN_TOPICS
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.digest_items import Reader
from marketplace.digest_words import TOPICS
from marketplace.language import LANGUAGES
from marketplace.links import PAGES
from marketplace.outbox import Letter
from marketplace.plain_text import paragraphs
from projections import bulletins, people
from projections.bulletins import BULLETINS, BulletinRow
from projections.people import PEOPLE
from web.forms import Answers
from web.mail_frame import framed
from web.policies import form, page
from web.views import Choice, FacetOption, Form
from web.views.zone_mail import BulletinCard, BulletinForm, BulletinPage, BulletinsPage
from web.visits import Visit, Visiting, zone_view

LONGEST_CURSOR: Final = 60
STEPS: Final = ("digest", "alone", "withdraw")
IN_LANGUAGES: Final = {"fr": _("In French"), "en": _("In English")}


# --- read ---------------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/bulletins", policy="member")
async def all_of_zone(visit: Visiting, zone: FromPath[str], before: FromQuery[str] = "") -> Response[Any]:
    """What the zone announced."""
    here = await visit.zone(zone)
    async with visit.reading(BULLETINS) as read:
        rows = await read.all(bulletins.of_zone(here.zone_id, before[:LONGEST_CURSOR].replace("\0", "")))
    shown = rows[: bulletins.PAGE]
    more = PAGES.bulletins(here.slug, before=shown[-1].bulletin_id) if len(rows) > len(shown) else None
    view = BulletinsPage(
        zone=zone_view(here),
        bulletins=tuple(_card(visit, row) for row in shown),
        writes=_writes(visit, here),
        next=more,
    )
    return await visit.page("zones/bulletins.html", view, zone=here, current="zone")


@page("/z/{zone:str}/bulletins/{bulletin_id:str}", policy="member")
async def one(visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str]) -> Response[Any]:
    """One bulletin; for its facilitators, whom it reaches and how it looks in a mail."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)
    _title, text = row.said_in(visit.language)
    writes = _writes(visit, here)
    reached = await visit.services.blocking(_count, visit, row, here) if writes and row.stage == "draft" else 0
    languages = [code for code in LANGUAGES if code == "fr" or row.title_en]
    view = BulletinPage(
        zone=zone_view(here),
        card=_card(visit, row),
        text=paragraphs(text),
        until=row.until,
        writes=writes,
        way=row.way,
        reaches=reached,
        commands=tuple(visit.new_command() for _step in STEPS) if writes else (),
        frames=tuple(
            Choice(
                value=f"{PAGES.bulletin_step(here.slug, row.bulletin_id, 'preview')}?language={code}",
                label=visit.say(IN_LANGUAGES[code]),
            )
            for code in languages
        )
        if writes
        else (),
    )
    return await visit.page("zones/bulletin.html", view, zone=here, current="zone")


@page("/z/{zone:str}/bulletins/{bulletin_id:str}/preview", policy="facilitator")
async def preview(
    visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str], language: FromQuery[str] = "fr"
) -> Response[str]:
    """Its mail, for the frame on its page."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)
    return framed(await visit.services.blocking(_letter, visit, row, here, language))


# --- written ------------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/bulletins/new", policy="facilitator")
async def new(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The form that writes one."""
    here = await visit.zone(zone)
    return await _form(visit, here, visit.form(values={"topic": BULLETIN_TOPICS[0]}))


@form("/z/{zone:str}/bulletins/new", policy="facilitator")
async def write(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Keep what was written, and show it."""
    here = await visit.zone(zone)
    bulletin_id = visit.new_id("bulletin")

    def command(asked: dict[str, Any], draft: BulletinDraft) -> WriteBulletin:
        return WriteBulletin(
            **asked | {"seen_version": None}, bulletin_id=bulletin_id, zone_id=here.zone_id, draft=draft
        )

    return await _save(visit, here, command, visit.services.marketplace.write_bulletin)


@page("/z/{zone:str}/bulletins/{bulletin_id:str}/edit", policy="facilitator")
async def edit(visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str]) -> Response[Any]:
    """The form that corrects one."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)
    return await _form(visit, here, visit.form(values=_values(row), seen_version=row.version), row)


@form("/z/{zone:str}/bulletins/{bulletin_id:str}/edit", policy="facilitator")
async def amend(visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str]) -> Response[Any]:
    """Keep what was corrected."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)

    def command(asked: dict[str, Any], draft: BulletinDraft) -> AmendBulletin:
        return AmendBulletin(**asked, bulletin_id=row.bulletin_id, draft=draft)

    return await _save(visit, here, command, visit.services.marketplace.amend_bulletin, row)


@form("/z/{zone:str}/bulletins/{bulletin_id:str}/issue", policy="facilitator")
async def issue(visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str]) -> Response[Any]:
    """Let it go out, in the weekly mail or alone."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)
    way: Any = (await visit.answers()).choice("way", WAYS, usual=WAYS[0])
    today = visit.now.astimezone(ZoneInfo(here.time_zone)).date()
    command = IssueBulletin(**await visit.asked(), bulletin_id=row.bulletin_id, way=way, today=today)
    await visit.carry_out(visit.services.marketplace.issue_bulletin, command)
    said = (
        _("It stands in the next weekly mail.") if way == "digest" else _("It is on its way, one mail to each of them.")
    )
    visit.tell(visit.say(said))
    return visit.go(PAGES.bulletin(here.slug, row.bulletin_id))


@form("/z/{zone:str}/bulletins/{bulletin_id:str}/withdraw", policy="facilitator")
async def withdraw(visit: Visiting, zone: FromPath[str], bulletin_id: FromPath[str]) -> Response[Any]:
    """Tell nobody of it any more."""
    here = await visit.zone(zone)
    row = await _found(visit, here, bulletin_id)
    command = WithdrawBulletin(**await visit.asked(), bulletin_id=row.bulletin_id)
    await visit.carry_out(visit.services.marketplace.withdraw_bulletin, command)
    visit.tell(visit.say(_("Withdrawn. Whoever has it in their mail keeps it.")))
    return visit.go(PAGES.bulletins(here.slug))


async def _found(visit: Visit, here: people.Zone, bulletin_id: str) -> BulletinRow:
    """A bulletin of this zone; one of another is missing here."""
    async with visit.reading(BULLETINS) as read:
        row = await read.one(bulletins.one(bulletin_id.replace("\0", "")))
    if row is None or row.zone_id != here.zone_id:
        raise NotFound(_("There is no such bulletin."))
    return row


async def _save(
    visit: Visit,
    here: people.Zone,
    command: Callable[[dict[str, Any], BulletinDraft], Any],
    use_case: Callable[[Any], Receipt],
    row: BulletinRow | None = None,
) -> Response[Any]:
    given, status = await visit.answers(), 422
    draft = await _draft(visit, here, given)
    if not given.errors:
        try:
            receipt = await visit.carry_out(use_case, command(await visit.asked(), draft))
        except Refused as refused:
            given.refused(refused, otherwise="title")
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            visit.tell(visit.say(_("Kept. Read it again as it will look, then let it go out.")))
            return visit.go(PAGES.bulletin(here.slug, receipt.ids.get("bulletin_id") or receipt.stream))
    seen = row.version if row else None
    return await _form(visit, here, visit.form(given, seen_version=seen), row, given, status)


async def _draft(visit: Visit, here: people.Zone, given: Answers) -> BulletinDraft:
    async with visit.reading(PEOPLE) as read:
        trades = [each.trade for each in await read.all(people.trades(here.zone_id))]
    topic: Any = given.choice("topic", BULLETIN_TOPICS, missing=_("Say what it is about."))
    return BulletinDraft(
        topic=topic,
        title=given.text("title", most=LONGEST_TITLE, missing=_("Give it a title.")),
        text=given.text("text", most=LONGEST_TEXT, missing=_("Write what there is to say.")),
        title_en=given.text("title_en", most=LONGEST_TITLE),
        text_en=given.text("text_en", most=LONGEST_TEXT),
        families=given.choices("families", [family.code for family in taxonomy.families()]),
        trades=given.choices("trades", trades),
        on=given.day("on"),
    )


async def _form(
    visit: Visit,
    here: people.Zone,
    filled: Form,
    row: BulletinRow | None = None,
    given: Answers | None = None,
    status: int = 200,
) -> Response[Any]:
    async with visit.reading(PEOPLE) as read:
        trades = await read.all(people.trades(here.zone_id))
    families = given.all("families") if given else row.families if row else ()
    chosen = given.all("trades") if given else row.trades if row else ()
    view = BulletinForm(
        zone=zone_view(here),
        form=filled,
        bulletin_id=row.bulletin_id if row else "",
        topics=tuple(Choice(value=code, label=visit.say(TOPICS[code])) for code in BULLETIN_TOPICS),
        families=tuple(
            FacetOption(
                value=family.code,
                label=taxonomy.label(family.code, visit.language),
                count=0,
                checked=family.code in families,
            )
            for family in taxonomy.families()
        ),
        trades=tuple(
            FacetOption(value=each.trade, label=each.trade, count=0, checked=each.trade in chosen) for each in trades
        ),
    )
    return await visit.page("zones/bulletin_form.html", view, zone=here, current="zone", status=status)


def _values(row: BulletinRow) -> dict[str, str]:
    """A bulletin as the form has it."""
    values = {name: getattr(row, name) for name in ("topic", "title", "text", "title_en", "text_en")}
    return values | {"on": row.on.isoformat() if row.on else ""}


def _card(visit: Visit, row: BulletinRow) -> BulletinCard:
    title, _text = row.said_in(visit.language)
    narrowed = [*row.trades, *(taxonomy.label(code, visit.language) for code in row.families)]
    return BulletinCard(
        id=row.bulletin_id,
        topic=visit.say(TOPICS[row.topic]),
        title=title,
        stage=row.stage,
        audience=", ".join(narrowed),
        on=row.on,
        at=row.issued_at or row.written_at,
    )


def _writes(visit: Visit, here: people.Zone) -> bool:
    return visit.viewer.has_role(here.zone_id, "facilitator", "administrator")


def _count(visit: Visit, row: BulletinRow, here: people.Zone) -> int:
    return sum(1 for _reader in visit.services.bulletins.readers(row, here))


def _letter(visit: Visit, row: BulletinRow, here: people.Zone, language: str) -> Letter:
    """How the facilitator themself would read it."""
    viewer = visit.viewer
    wishes = members.Member(viewer.member_id, viewer.home_zone, viewer.language)
    reader = Reader(viewer, wishes, here, frozenset(), visit.now)
    return visit.services.bulletins.letter(row, here, reader, language if language in LANGUAGES else "fr")


handlers: Final[list[ControllerRouterHandler]] = [
    all_of_zone, new, write, one, preview, edit, amend, issue, withdraw,
]  # fmt: skip
