"""The demonstration's inbox: every mail it would have sent, as it would have arrived. Exists in demo mode only."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.outbox import Opened
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
SANDBOX: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)
"""A mail brings its style in its tags, and nothing that runs."""
FRAMED: Final = {"Content-Security-Policy": SANDBOX, "Cross-Origin-Resource-Policy": "cross-origin"}
"""A sandboxed frame has no origin of its own, so it may not be refused for having another one."""


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
    opened, parsed = await _message(visit, mail_id)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    shown = DevMessagePage(
        mail=_shown(visit, opened),
        headers=tuple((name, str(value)) for name, value in parsed.items()),
        text=text.get_content() if text else "",
        has_html=html is not None,
        size=len(html.get_content().encode()) if html else 0,
    )
    return await visit.page("dev/message.html", shown)


@page("/dev/mail/{mail_id:str}/html", policy="anyone")
async def message_html(visit: Visiting, mail_id: FromPath[str]) -> Response[str]:
    """The HTML of one mail, alone."""
    _opened, parsed = await _message(visit, mail_id)
    html = parsed.get_body(("html",))
    if html is None:
        raise NotFound(_("There is no such mail."))
    return Response(html.get_content(), media_type="text/html", headers=FRAMED)


async def _found(visit: Visit, mail_id: str) -> Opened | None:
    return await visit.services.blocking(visit.services.outbox.message, mail_id)


async def _message(visit: Visit, mail_id: str) -> tuple[Opened, EmailMessage]:
    opened = await _found(visit, mail_id)
    if opened is None or opened.letter is None:
        raise NotFound(_("There is no such mail."))
    return opened, message_from_bytes(opened.letter.source.encode("ascii"), policy=policy.default)


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
