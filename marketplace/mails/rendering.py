"""From a mail's folder to the exact bytes that leave: subject, text, HTML, and headers that survive any title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FunctionLoader, StrictUndefined
from msgspec import Struct

from marketplace.language import translations
from marketplace.links import Links
from marketplace.mails.views import (
    Bulletin,
    ExchangeNews,
    Introduction,
    Invitation,
    LeftBehind,
    PlainLetter,
    QueueSummary,
    QuoteRequest,
    SecurityNotice,
    SignIn,
    WeeklyDigest,
    ZoneNote,
)
from marketplace.outbox import Letter
from marketplace.templating import speak
from marketplace.wording import Wording

LONGEST_HEADER: Final = 200
TEMPLATES: Final = resources.files("marketplace") / "mails"
_SUBJECT, _TEXT, _HTML = "subject.txt", "text.txt", "page.html"
_SIGNATURE: Final = "-- "
"""What mail programs take for the end of the text, space included."""
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_INLINER: Final = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


class Written(Struct, frozen=True):
    """What a mail says, before it is addressed."""

    subject: str
    text: str
    html: str


class Envelope(Struct, frozen=True, kw_only=True):
    """What a mail's headers are made of; `date` is the one clock's, in the reader's time zone.

    A mail people subscribed to names its list and carries the address that ends it by one POST (RFC 8058).
    Mails of one `thread`, which is the number of a mail that was never sent, stand together in the reader's inbox.
    """

    site: str
    mail_from: str
    to: str
    name: str
    date: datetime
    message_id: str
    language: str
    list_id: str = ""
    list_name: str = ""
    unsubscribe: str = ""
    thread: str = ""


def write(
    folder: str,
    language: str,
    links: Links,
    *,
    mail: WeeklyDigest
    | Bulletin
    | SignIn
    | SecurityNotice
    | Invitation
    | LeftBehind
    | QueueSummary
    | ExchangeNews
    | Introduction
    | PlainLetter
    | QuoteRequest
    | ZoneNote,
) -> Written:
    """Render a mail's three templates; they read `mail`, `links` and `language`."""
    said = {"mail": mail, "links": links, "language": language}
    text, page = _environments(language)
    return Written(
        subject=cleaned(text.get_template(f"{folder}/{_SUBJECT}").render(said)),
        text=_tidy(text.get_template(f"{folder}/{_TEXT}").render(said)),
        html=_INLINER.inline(page.get_template(f"{folder}/{_HTML}").render(said)),
    )


def address(written: Written, envelope: Envelope) -> Letter:
    """Put a written mail in its envelope: multipart, text first, each part readable alone."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(cleaned(envelope.site), addr_spec=envelope.mail_from)
    message["To"] = _recipient(envelope)
    message["Subject"] = written.subject
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    source = "".join(f"{name}: {value}\r\n" for name, value in _plain_headers(envelope).items())
    return Letter(envelope.to, written.subject, source + message.as_bytes().decode("ascii"))


def cleaned(text: str) -> str:
    """Fit for a header: one line, no control or direction-changing characters, not too long."""
    line = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(part for part in line.split(" ") if part)
    return line if len(line) <= LONGEST_HEADER else line[: LONGEST_HEADER - 1].rstrip() + "…"


def domain_of(base_url: str, mail_from: str) -> str:
    """The name under which this site numbers its mails."""
    host = urlsplit(base_url).hostname or ""
    return host if "." in host and host.isascii() and not host[-1].isdigit() else mail_from.rpartition("@")[2]


def _plain_headers(envelope: Envelope) -> dict[str, str]:
    """Headers that machines read.

    The email package would wrap them, and writes an address longer than a line as an encoded word, which no
    mail program takes for an unsubscribe link. They hold no text anyone typed.
    """
    headers = {
        "Message-ID": f"<{envelope.message_id}>",
        "Date": format_datetime(envelope.date),
        "Content-Language": envelope.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if envelope.thread:
        headers |= {"In-Reply-To": f"<{envelope.thread}>", "References": f"<{envelope.thread}>"}
    if envelope.list_id:
        headers["List-Id"] = f"<{envelope.list_id}>"
    if envelope.unsubscribe:
        headers["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _recipient(envelope: Envelope) -> Address | str:
    """The name and address; an address that cannot stand in a header is left to the relay to refuse."""
    try:
        return Address(cleaned(envelope.name), addr_spec=envelope.to)
    except (ValueError, IndexError, MessageError):
        return "undisclosed-recipients:;"


def _tidy(text: str) -> str:
    lines = (line if line == _SIGNATURE else line.rstrip() for line in text.strip().splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)) + "\n"


@cache
def _environments(language: str) -> tuple[Environment, Environment]:
    """One for text, which escapes nothing, and one for HTML, which escapes everything."""
    return environment(language, _source, escapes=False), environment(language, _source)


def environment(language: str, source: Callable[[str], str], *, escapes: bool = True) -> Environment:
    """Templates that say things in a language; those of a page escape whatever they are given."""
    environment = Environment(
        loader=FunctionLoader(source),
        autoescape=escapes,  # noqa: S701  # text is text: l’offre would reach people as l&#39;offre
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    speak(environment, language)
    environment.filters |= Wording(language, translations(language)).filters()
    return environment


def _source(name: str) -> str:
    return TEMPLATES.joinpath(*name.split("/")).read_text(encoding="utf-8")
