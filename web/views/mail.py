"""Which mail I want, and what I was sent."""

from __future__ import annotations

from datetime import date, datetime

from marketplace.language import Language
from web.views.frame import Choice, Form, View
from web.views.listings import FacetOption


class MailChoices(View, frozen=True, kw_only=True):
    """The form of mail preferences: frequency, paused_until, language; topics, bulletins, zones and families, several.

    `zones` are shown where there are several. `returned` says why mail to this person's address is not sent.
    """

    form: Form
    action: str
    frequencies: tuple[Choice, ...]
    frequency: str
    topics: tuple[FacetOption, ...]
    families: tuple[FacetOption, ...]
    language: Language
    bulletins: tuple[FacetOption, ...] = ()
    zones: tuple[FacetOption, ...] = ()
    stopped: bool = False
    paused_until: date | None = None
    returned: str = ""


class MailChoicesPage(View, frozen=True, kw_only=True):
    """`/mail-choices/{token}`: the same without signing in; without `choices` the link is not ours."""

    token: str
    mail: str = ""
    choices: MailChoices | None = None
    saved: bool = False


class SentMail(View, frozen=True, kw_only=True):
    """A mail in a list: what it was and what became of it, said; `href` is empty where no row of it is left."""

    what: str
    subject: str
    at: datetime | None
    outcome: str
    well: bool
    href: str = ""


class SentMails(View, frozen=True, kw_only=True):
    """The mails a person was sent, the weekly ones or the `other`; `to` is their name, for an administrator."""

    weekly: bool
    weekly_href: str
    other_href: str
    mails: tuple[SentMail, ...]
    days: int
    next: str | None = None
    to: str = ""
    looked: tuple[Looked, ...] = ()


class Looked(View, frozen=True, kw_only=True):
    """Somebody looked at a mail that was sent to me."""

    name: str
    at: datetime
    href: str


class SentMailPage(View, frozen=True, kw_only=True):
    """One mail: what the log and the outbox know of it, and its exact text while that is kept.

    For an administrator the links are without their secrets, since whoever opens those answers in the reader's name;
    what companies wrote each other is `for_readers_only`.
    """

    what: str
    to: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    back: str
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    source: str = ""
    source_href: str = ""
    days: int = 30
    for_readers_only: bool = False
    powerless: bool = False


class Recipient(View, frozen=True, kw_only=True):
    """A person's mail of a period, in an administrator's list; `returned` says why nothing is sent to them any more."""

    name: str
    href: str
    outcome: str
    well: bool
    at: datetime | None = None
    returned: str = ""


class MailsSentPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/mails-sent`: the weekly mail of one period, person by person."""

    period: str
    first_day: date
    earlier: str
    later: str
    people: tuple[Recipient, ...]
    next: str | None = None
