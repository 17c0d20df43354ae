"""What a zone tells its companies, and its weekly mail before and after it leaves."""

from __future__ import annotations

from datetime import date, datetime

from domain.bulletins import Stage, Way
from marketplace.mails.views import Piece
from web.views.frame import Choice, Form, View, Zone
from web.views.listings import FacetOption


class BulletinCard(View, frozen=True, kw_only=True):
    """A bulletin in a list; `topic` and `audience` are said."""

    id: str
    topic: str
    title: str
    stage: Stage
    audience: str = ""
    on: date | None = None
    at: datetime


class BulletinsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/bulletins`: what the zone announced; who `writes` sees drafts too."""

    zone: Zone
    bulletins: tuple[BulletinCard, ...]
    writes: bool = False
    next: str | None = None


class BulletinForm(View, frozen=True, kw_only=True):
    """The form: topic, title, text, title_en, text_en, on; families and trades, several."""

    zone: Zone
    form: Form
    bulletin_id: str = ""
    topics: tuple[Choice, ...]
    families: tuple[FacetOption, ...]
    trades: tuple[FacetOption, ...]


class BulletinPage(View, frozen=True, kw_only=True):
    """One bulletin as it reads; for who wrote it, whom it reaches, how it looks in a mail, and what to do with it.

    `reaches` counts those who would get it in a mail of its own; `frames` are addresses of its mail, by language.
    """

    zone: Zone
    card: BulletinCard
    text: tuple[tuple[Piece, ...], ...]
    until: date | None = None
    writes: bool = False
    way: Way | None = None
    reaches: int = 0
    commands: tuple[str, ...] = ()
    frames: tuple[Choice, ...] = ()


class MailLine(View, frozen=True, kw_only=True):
    """One member's mail to come: how many things it says and the first of them, or why there is none; said."""

    member_id: str
    name: str
    things: int = 0
    first: str = ""
    why: str = ""
    held: bool = False


class RunResult(View, frozen=True, kw_only=True):
    """What became of one period's mail."""

    period: str
    first_day: date
    sent: int
    waiting: int
    refused: int
    unknown: int
    skipped: int
    acted: int
    href: str = ""


class ZoneMailPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/mail`: who gets what in the next period's mail, and what became of those before.

    `leaves_at` is its hour; `late` says that the hour is over and it was held. `waits` says that it cannot be written
    yet. `counted` are those on this page who get a mail, of `of` people on it.
    """

    zone: Zone
    period: str
    leaves_at: datetime
    hold: Form
    held: bool
    late: bool
    waits: bool
    people: tuple[MailLine, ...]
    counted: int
    next: str | None = None
    first: str | None = None
    results: tuple[RunResult, ...] = ()


class ThingLine(View, frozen=True, kw_only=True):
    """A thing in one member's mail: what it is and what it is called, said; commands leave it out or put it back."""

    item: str
    kind: str
    title: str
    out: bool = False
    for_all: bool = False
    command: str = ""
    command_for_all: str = ""


class MemberMailPage(View, frozen=True, kw_only=True):
    """One member's mail of a period as it would leave now; `elsewhere` counts what other zones have to say in it.

    `frames` are addresses of its HTML, one for each language.
    """

    zone: Zone
    period: str
    member_id: str
    name: str
    leaves_at: datetime
    subject: str
    why: str
    hold: Form
    held: bool
    things: tuple[ThingLine, ...]
    elsewhere: int
    frames: tuple[Choice, ...]
    texts: tuple[tuple[str, str], ...]
