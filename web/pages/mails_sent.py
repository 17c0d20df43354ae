"""What a zone's people were mailed, for its administrators: by period, by person, one by one; each look is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.digests import monday_of, period_of
from domain.refused import NotFound, _
from marketplace.links import PAGES
from projections import mail_log, people
from projections.mail_log import MAIL_LOG, MailRow
from projections.people import PEOPLE, Member, Zone
from web.mail_form import RETURNED
from web.pages.sent_mail import OTHER, listed
from web.policies import page
from web.sent_mail import A_PAGE, BETWEEN_COMPANIES, found, period_named, proof, weekly
from web.views.mail import MailsSentPage, Recipient, SentMails
from web.visits import Visit, Visiting

A_WEEK: Final = timedelta(weeks=1)


@page("/z/{zone:str}/mails-sent", policy="administrator")
async def mails_sent(
    visit: Visiting, zone: FromPath[str], period: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[str]:
    """The weekly mail of one period, person by person."""
    here = await visit.zone(zone)
    monday = period_named(period) or monday_of(period_of(visit.now.astimezone(ZoneInfo(here.time_zone)).date()))
    shown = period_of(monday)
    async with visit.reading(MAIL_LOG, PEOPLE) as read:
        rows = await read.all(mail_log.of_period(here.zone_id, shown, after, A_PAGE + 1))
        known = {row.member_id: await read.one(people.member(row.member_id)) for row in rows[:A_PAGE]}
    more = rows[A_PAGE - 1].digest_id if len(rows) > A_PAGE else ""
    returned = await _returned(visit, [member for member in known.values() if member])
    view = MailsSentPage(
        period=shown,
        first_day=monday,
        earlier=PAGES.mails_sent(zone, period=period_of(monday - A_WEEK)),
        later=PAGES.mails_sent(zone, period=period_of(monday + A_WEEK)) if monday + A_WEEK <= visit.now.date() else "",
        people=tuple(_recipient(visit, zone, row, known[row.member_id], returned) for row in rows[:A_PAGE]),
        next=PAGES.mails_sent(zone, period=shown, after=more) if more else None,
    )
    return await visit.page("zones/mails_sent.html", view, zone=here, current="zone")


@page("/z/{zone:str}/mails-sent/to/{member_id:str}", policy="administrator")
async def mails_sent_to(
    visit: Visiting,
    zone: FromPath[str],
    member_id: FromPath[str],
    kind: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """What one person was mailed."""
    here, person = await _of_zone(visit, zone, member_id)

    def address(which: str) -> str:
        return PAGES.mail_sent(zone, f"{member_id}~{which}")

    shown, more = await listed(visit, member_id, kind, before, address)
    view = SentMails(
        weekly=kind != OTHER,
        weekly_href=PAGES.mails_sent_to(zone, member_id),
        other_href=PAGES.mails_sent_to(zone, member_id, kind=OTHER),
        mails=shown,
        next=PAGES.mails_sent_to(zone, member_id, kind=kind, before=more) if more else None,
        days=visit.services.settings.mail_kept_days,
        to=person.name,
    )
    return await visit.page("account/mails.html", view, zone=here, current="zone")


@page("/z/{zone:str}/mails-sent/mail/{which:str}", policy="administrator")
async def mail_sent(visit: Visiting, zone: FromPath[str], which: FromPath[str]) -> Response[str]:
    """One mail of theirs, named by its reader and its id or period; looking at its text is noted and shown to them."""
    member_id, _between, mail_id = which.partition("~")
    here, person = await _of_zone(visit, zone, member_id)
    opened = await found(visit, member_id, mail_id)
    if opened.mail.zone_id not in ("", here.zone_id):
        raise NotFound(_("There is no such mail."))
    kind = None if opened.mail.kind == "digest" else OTHER
    back = PAGES.mails_sent_to(zone, member_id, kind=kind)
    view = await proof(visit, opened, to=person.name, back=back)
    if opened.letter is not None and opened.mail.kind not in BETWEEN_COMPANIES and visit.request.method == "GET":
        await visit.looked_at("mail", opened.mail.id, [member_id])
    return await visit.page("account/mail.html", view, zone=here, current="zone")


async def _of_zone(visit: Visit, slug: str, member_id: str) -> tuple[Zone, Member]:
    """A person whose home zone this is; anyone else is missing."""
    here = await visit.zone(slug)
    async with visit.reading(PEOPLE) as read:
        person = await read.one(people.member(member_id))
    if person is None or person.erased or person.home_zone != here.zone_id:
        raise NotFound(_("There is no such person."))
    return here, person


async def _returned(visit: Visit, members: list[Member]) -> dict[str, str]:
    """Why nothing is sent any more to those of them whose mail came back, or who complained."""
    services = visit.services
    keys = {member.member_id: services.marketplace.address_key(member.mail) for member in members if member.mail}
    found = await services.blocking(services.outbox.suppressions.among, list(keys.values()))
    return {
        member_id: visit.say(RETURNED[found[key].why], day=visit.wording.day(found[key].at.date()))
        for member_id, key in keys.items()
        if key in found
    }


def _recipient(visit: Visit, zone: str, row: MailRow, person: Member | None, returned: dict[str, str]) -> Recipient:
    line = weekly(visit, row, lambda period: PAGES.mail_sent(zone, f"{row.member_id}~{period}"))
    return Recipient(
        name=person.name if person and person.name else visit.say(_("A person who is erased")),
        href=PAGES.mails_sent_to(zone, row.member_id) if person and not person.erased else "",
        outcome=line.outcome,
        well=line.well,
        at=line.at,
        returned=returned.get(row.member_id, ""),
    )


handlers: Final[list[ControllerRouterHandler]] = [mails_sent, mails_sent_to, mail_sent]
