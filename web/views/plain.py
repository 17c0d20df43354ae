"""Pages of plain text, of errors, and of the mail the demonstration keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from web.views.frame import View, Zone


class ContactPoint(View, frozen=True, kw_only=True):
    """Whom to write to about a zone."""

    zone: Zone
    association: str
    mail: str


class TextPage(View, frozen=True, kw_only=True):
    """Terms, privacy, contact, how we rank: text in the templates, with the few facts that vary."""

    operator: str = ""
    contacts: tuple[ContactPoint, ...] = ()


class ErrorPage(View, frozen=True, kw_only=True):
    """An error, standing alone: no session, no zone. `sentence` is said and may be empty; `reference` finds the log.

    `title` stands in the place of the one every error of this kind has.
    """

    status: Literal[400, 403, 404, 405, 409, 413, 422, 429, 500, 503]
    sentence: str = ""
    title: str = ""
    reference: str = ""
    retry_after: int | None = None
    back: str = "/"
    sign_in: bool = False


class DevMail(View, frozen=True, kw_only=True):
    """A mail of the outbox."""

    id: str
    to: str
    subject: str
    at: datetime
    state: str


class DevMailPage(View, frozen=True, kw_only=True):
    """`/dev/mail`: the newest first."""

    mails: tuple[DevMail, ...]
    next: str | None = None


class DevMessagePage(View, frozen=True, kw_only=True):
    """`/dev/mail/{id}`: headers, text, and the HTML in a sandboxed frame of its own address."""

    mail: DevMail
    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool = True
    size: int = 0
