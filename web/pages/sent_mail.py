"""The mails I was sent: each with what became of it and its exact text, for as long as that is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.outbox import Opened
from projections import mail_log, people
from projections.mail_log import MAIL_LOG
from projections.people import PEOPLE
from web.policies import page
from web.sent_mail import A_PAGE, found, other, period_named, proof, weekly
from web.views.mail import Looked, SentMail, SentMails
from web.visits import Visit, Visiting

LOOKS: Final = 10
OTHER: Final = "other"

Address = Callable[[str], str]


@page("/account/mails", policy="member")
async def mails(visit: Visiting, kind: FromQuery[str] = "", before: FromQuery[str] = "") -> Response[str]:
    """The weekly ones, or all others, the newest first."""
    shown, more = await listed(visit, visit.viewer.member_id, kind, before, PAGES.my_mail)
    view = SentMails(
        weekly=kind != OTHER,
        weekly_href=PAGES.my_mails(),
        other_href=PAGES.my_mails(OTHER),
        mails=shown,
        next=PAGES.my_mails(kind if kind == OTHER else None, more) if more else None,
        days=visit.services.settings.mail_kept_days,
        looked=await _looked(visit),
    )
    return await visit.page("account/mails.html", view, current="account")


@page("/account/mails/{mail_id:str}", policy="member")
async def mail(visit: Visiting, mail_id: FromPath[str]) -> Response[str]:
    """One of them."""
    opened = await found(visit, visit.viewer.member_id, mail_id)
    view = await proof(
        visit,
        opened,
        to=opened.letter.to if opened.letter else visit.viewer.mail,
        back=PAGES.my_mails(None if opened.mail.kind == "digest" else OTHER),
        source=PAGES.my_mail(opened.mail.id, "source"),
    )
    return await visit.page("account/mail.html", view, current="account")


@page("/account/mails/{mail_id:str}/source", policy="member")
async def source(visit: Visiting, mail_id: FromPath[str]) -> Response[bytes]:
    """Its exact bytes."""
    opened = await found(visit, visit.viewer.member_id, mail_id)
    if opened.letter is None:
        raise NotFound(_("There is no such mail."))
    text = opened.letter.source.encode("ascii")
    return Response(text, media_type="text/plain; charset=us-ascii", headers={"Cache-Control": "no-store"})


async def listed(
    visit: Visit, member_id: str, kind: str, before: str, address: Address
) -> tuple[tuple[SentMail, ...], str]:
    """A page of somebody's mails, and where the next one begins, if there is one."""
    if kind == OTHER:
        opened = await visit.services.blocking(_others, visit, member_id, before)
        more = opened[A_PAGE - 1].mail.id if len(opened) > A_PAGE else ""
        return tuple(other(visit, each, address) for each in opened[:A_PAGE]), more
    async with visit.reading(MAIL_LOG) as read:
        known = before if period_named(before) else ""
        rows = await read.all(mail_log.of_member(member_id, known, A_PAGE + 1))
    more = rows[A_PAGE - 1].period if len(rows) > A_PAGE else ""
    return tuple(weekly(visit, row, address) for row in rows[:A_PAGE]), more


def _others(visit: Visit, member_id: str, before: str) -> list[Opened]:
    outbox = visit.services.outbox
    last = outbox.message(before) if before else None
    known = last.mail.id if last is not None and last.mail.member_id == member_id else None
    return outbox.of_member(member_id, A_PAGE + 1, known)


async def _looked(visit: Visit) -> tuple[Looked, ...]:
    noted = await visit.services.access_log.of([visit.viewer.member_id], limit=None)
    looks = [look for look in noted if look.what == "mail"][:LOOKS]
    if not looks:
        return ()
    async with visit.reading(PEOPLE) as read:
        named = {look.by_member: await read.one(people.member(look.by_member)) for look in looks}
    someone = visit.say(_("An administrator of the zone"))
    return tuple(
        Looked(
            name=person.name if (person := named[look.by_member]) else someone,
            at=look.at,
            href=PAGES.my_mail(look.thing),
        )
        for look in looks
    )


handlers: Final[list[ControllerRouterHandler]] = [mails, mail, source]
