"""Notices, the figures of a year and the record of a zone, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from domain.listings import NotifyListing
from domain.notices import NoticeReason
from domain.refused import Forbidden, _
from marketplace.links import PAGES
from projections import people, record
from projections.record import RECORD, Asked, Entry, Kind, Words
from web.api.documenting import ANYONE, MEMBER
from web.api.reading import IdempotencyKey, command_id, strictly, without_nul
from web.pages.listings import seen
from web.rate_limits import NOTICE_MAILS, NOTICES
from web.visits import Visit, Visiting

Said = Annotated[str, Meta(max_length=2_000)]
Short = Annotated[str, Meta(max_length=254)]


class NoticeIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is wrong with a listing; `good_faith` states that it is accurate and complete, as article 16 wants."""

    reason: NoticeReason
    why: Said
    good_faith: bool
    where: Annotated[str, Meta(max_length=500)] = ""
    name: Short = ""
    mail: Short = ""


class NoticeOut(Struct):
    """The notice was received, under this id."""

    id: str


class FigureOut(Struct):
    """How often something happened; `detail` is its ground, `median_seconds` how long half of them took at most."""

    kind: Kind
    n: int
    detail: str | None = None
    median_seconds: int | None = None


class FiguresOut(Struct):
    """What a zone counts in a year; nothing is decided by a machine."""

    zone: str
    year: int
    items: list[FigureOut]
    automated_decisions: int = 0


class RecordLineOut(Struct):
    """A line of the record; `status`, `life`, `standing` and `visibility` are how its subject stood after it.

    Who could see it follows from these: `visibility` says whom it is for, once it is approved, open, and its company
    admitted; before, its company and who runs the zone. `words` are those it had, `about_version` the version of what
    a decision is about.
    """

    at: datetime
    kind: Kind
    subject: str
    version: int
    company_id: str
    actor: str
    who: str
    ground: str
    sentence: str
    notice: str
    appeal: str
    about_version: int | None
    alone: bool
    status: str | None
    life: str | None
    standing: str
    visibility: str | None
    words: Words | None


class RecordOut(Struct):
    """One page of the record, the newest first; `next` continues it."""

    items: list[RecordLineOut]
    next: int | None = None


class ShownOut(Struct):
    """One page of what a zone showed, each listing by its last line before the moment; `next` continues it."""

    items: list[RecordLineOut]
    next: str | None = None


@post(
    "/api/v1/listings/{listing_id:str}/notices",
    before_request=strictly(NoticeIn),
    **ANYONE,
    summary="Give notice of a listing",
    tags=["Notices"],
)
async def notify(
    visit: Visiting, listing_id: FromPath[str], data: JSONBody[NoticeIn], key: IdempotencyKey = ""
) -> NoticeOut:
    """Anyone may, without a token; with a mail address one is told that it came, and what was decided."""
    row = await seen(visit, listing_id)
    await visit.within(NOTICES, visit.place)
    if mail := data.mail.strip():
        await visit.within(NOTICE_MAILS, mail.casefold())
    asked = visit.signed(command_id(key))
    notice_id = f"notice-{asked['command_id']}"
    said: dict[str, Any] = {name: without_nul(getattr(data, name)) for name in ("why", "where", "name", "mail")}
    command = NotifyListing(
        **{**asked, "actor": f"guest:{notice_id}"},
        listing_id=row.listing_id,
        zone_id=row.zone_id,
        notice_id=notice_id,
        reason=data.reason,
        good_faith=data.good_faith,
        language=visit.language,
        **said,
    )
    await visit.services.carry_out(visit.services.marketplace.notify_listing, command)
    return NoticeOut(notice_id)


@get("/api/v1/zones/{zone:str}/transparency", **ANYONE, summary="Figures of a year", tags=["Zones"])
async def figures(
    visit: Visiting, zone: FromPath[str], year: Annotated[int | None, QueryParameter(ge=2000, le=2200)] = None
) -> FiguresOut:
    """What the zone read, decided and answered in a year, this one if none is named."""
    here = await visit.zone(zone)
    clock = ZoneInfo(here.time_zone)
    year = year or visit.now.astimezone(clock).year
    since, before = datetime(year, 1, 1, tzinfo=clock), datetime(year + 1, 1, 1, tzinfo=clock)
    async with visit.reading(RECORD) as read:
        found = await read.all(record.figures(here.zone_id, since, before))
    items = [
        FigureOut(one.kind, one.n, one.detail or None, round(one.median) if one.median is not None else None)
        for one in found
    ]
    return FiguresOut(here.slug, year, items)


@get("/api/v1/zones/{zone:str}/record", **MEMBER, summary="The record of a zone", tags=["Zones"])
async def lines(
    visit: Visiting,
    zone: FromPath[str],
    after: Annotated[int | None, QueryParameter(ge=0, le=2**62)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
    subject: Annotated[str, QueryParameter(max_length=80)] = "",
    before: FromQuery[datetime | None] = None,
) -> RecordOut:
    """For its moderators: what was said and decided, the newest first; of one `subject`, a listing or a company.

    With `before`, a moment: the first line of a listing then says how it stood.
    """
    here = await _moderated(visit, zone)
    asked = Asked(zone_id=here.zone_id, subject_id=without_nul(subject), before=_moment(before))
    async with visit.reading(RECORD) as read:
        found = await read.all(record.entries(asked, after, limit))
    await visit.looked_at("export", PAGES.record(here.slug), {entry.company_id for entry in found[:limit]})
    return RecordOut(_lines(found[:limit]), found[limit - 1].position if len(found) > limit else None)


@get("/api/v1/zones/{zone:str}/shown", **MEMBER, summary="What a zone showed at a moment", tags=["Zones"])
async def shown(
    visit: Visiting,
    zone: FromPath[str],
    before: FromQuery[datetime | None] = None,
    after: Annotated[str, QueryParameter(max_length=80)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
) -> ShownOut:
    """For its moderators: every listing it showed just before a moment, now if none is named, in its words then."""
    here = await _moderated(visit, zone)
    async with visit.reading(RECORD) as read:
        asked = record.as_of(here.zone_id, _moment(before) or visit.now, without_nul(after), limit)
        found = await read.all(asked)
    await visit.looked_at("export", PAGES.shown_then(here.slug), {entry.company_id for entry in found[:limit]})
    return ShownOut(_lines(found[:limit]), found[limit - 1].subject_id if len(found) > limit else None)


async def _moderated(visit: Visit, zone: str) -> people.Zone:
    here = await visit.zone(zone)
    if not visit.viewer.has_role(here.zone_id, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone can open this page. Its association says who may be one."))
    return here


def _moment(named: datetime | None) -> datetime | None:
    """A moment that names no time zone is one of UTC."""
    return named.replace(tzinfo=UTC) if named is not None and named.tzinfo is None else named


def _lines(found: Sequence[Entry]) -> list[RecordLineOut]:
    return [
        RecordLineOut(
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject_id,
            version=entry.version,
            company_id=entry.company_id,
            actor=entry.actor,
            who=entry.who,
            ground=entry.ground,
            sentence=entry.sentence,
            notice=entry.notice_id,
            appeal=entry.appeal_id,
            about_version=entry.about,
            alone=entry.alone,
            status=entry.status,
            life=entry.life,
            standing=entry.standing,
            visibility=entry.visibility,
            words=entry.words,
        )
        for entry in found
    ]


handlers: list[Any] = [notify, figures, lines, shown]
