"""The demonstration's inbox: every mail it would have sent, as it would have arrived. Exists in demo mode only."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.outbox import Letter, Opened
from web.mail_frame import framed, parsed
from web.policies import page
from web.views import DevMail, DevMailPage, DevMessagePage
from web.visits import Visit, Visiting

A_PAGE: Final = 25
LONGEST_ID: Final = 36
STATES: Final = {
    "due": _("waiting"),
    "claimed": _("waiting"),
    "inflight": _("on its way"),
    "sent": _("delivered"),
    "refused": _("not sent"),
    "unknown": _("nobody knows"),
    "skipped": _("not needed"),
}


@page("/dev/mail", policy="anyone")
async def mails(visit: Visiting, after: FromQuery[str] = "") -> Response[str]:
    """The mails, the newest first."""
    before = after if len(after) == LONGEST_ID and await _found(visit, after) else None
    found = await visit.services.blocking(visit.services.outbox.recent, A_PAGE + 1, before)
    shown = tuple(_shown(visit, opened) for opened in found[:A_PAGE] if opened.letter)
    more = f"{PAGES.dev_mail()}?after={found[A_PAGE - 1].mail.id}" if len(found) > A_PAGE else None
    return await visit.page("dev/mails.html", DevMailPage(mails=shown, next=more))


@page("/dev/mail/{mail_id:str}", policy="anyone")
async def message(visit: Visiting, mail_id: FromPath[str]) -> Response[str]:
    """One mail: its headers, its text, and its HTML in a frame."""
    opened, letter = await _message(visit, mail_id)
    mail = parsed(letter)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    shown = DevMessagePage(
        mail=_shown(visit, opened),
        headers=tuple((name, str(value)) for name, value in mail.items()),
        text=text.get_content() if text else "",
        has_html=html is not None,
        size=len(html.get_content().encode()) if html else 0,
    )
    return await visit.page("dev/message.html", shown)


@page("/dev/mail/{mail_id:str}/html", policy="anyone")
async def message_html(visit: Visiting, mail_id: FromPath[str]) -> Response[str]:
    """The HTML of one mail, alone."""
    _opened, letter = await _message(visit, mail_id)
    return framed(letter)


async def _found(visit: Visit, mail_id: str) -> Opened | None:
    return await visit.services.blocking(visit.services.outbox.message, mail_id)


async def _message(visit: Visit, mail_id: str) -> tuple[Opened, Letter]:
    opened = await _found(visit, mail_id)
    if opened is None or opened.letter is None:
        raise NotFound(_("There is no such mail."))
    return opened, opened.letter


def _shown(visit: Visit, opened: Opened) -> DevMail:
    letter = opened.letter
    return DevMail(
        id=opened.mail.id,
        to=letter.to if letter else "",
        subject=letter.subject if letter else "",
        at=opened.mail.settled_at or opened.mail.created_at,
        state=visit.say(STATES[opened.mail.state]),
    )


handlers: Final[list[ControllerRouterHandler]] = [mails, message, message_html]
