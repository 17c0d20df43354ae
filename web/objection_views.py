"""What the pages of notices, appeals, suspensions and the record show."""

from __future__ import annotations

from datetime import date, datetime

from web.views import Choice, Fact, Form, View, Zone
from web.views.moderation import Tab


class NoticePage(View, frozen=True, kw_only=True):
    """The form of a notice, about a listing or anything else in a zone; or, once it is sent, that it was received."""

    zone: Zone
    action: str
    back: str
    form: Form
    reasons: tuple[Choice, ...]
    title: str = ""
    contact_mail: str = ""
    done: bool = False
    told: bool = False


class NoticeItem(View, frozen=True, kw_only=True):
    """A notice that waits. `now` says how its listing stands, `then` what it said when it is another text by now."""

    id: str
    title: str
    href: str
    company: str
    reason: str
    why: str
    place: str
    name: str
    wants_answer: bool
    at: datetime
    form: Form
    now: str = ""
    then: str = ""
    of_listing: bool = True


class AppealItem(View, frozen=True, kw_only=True):
    """An appeal that waits; who had decided reads `not_mine`. `closed`: its company closed the listing meanwhile."""

    id: str
    title: str
    href: str
    company: str
    decided: str
    sentence: str
    decided_at: datetime | None
    why: str
    at: datetime
    form: Form
    of_company: bool = False
    closed: bool = False
    not_mine: str = ""


class Settled(View, frozen=True, kw_only=True):
    """What was answered, said."""

    sentence: str
    detail: str
    href: str
    at: datetime


class ObjectionsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/objections`: what waits, the oldest first, and what was answered last."""

    zone: Zone
    tabs: tuple[Tab, ...]
    notices: tuple[NoticeItem, ...]
    appeals: tuple[AppealItem, ...]
    settled: tuple[Settled, ...]
    grounds: tuple[Choice, ...]
    address: str = ""


class Answered(View, frozen=True, kw_only=True):
    """An appeal, and what the zone answered, said; nothing yet while it waits."""

    why: str
    at: datetime
    outcome: str = ""
    sentence: str = ""
    decided_at: datetime | None = None
    by_another: str = ""


class StatementPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/statements/…`: the reasons of a decision, to be read, kept and printed; and the appeal against it."""

    zone: Zone
    title: str
    heading: str
    company: str
    at: datetime
    association: str
    reference: str
    lines: tuple[Fact, ...]
    in_force: bool
    listing_id: str = ""
    amend: bool = False
    appeal: Form | None = None
    action: str = ""
    answered: Answered | None = None


class SuspendedItem(View, frozen=True, kw_only=True):
    """A company that the zone suspends, or may suspend."""

    id: str
    name: str
    trade: str
    form: Form
    reason: str = ""
    at: datetime | None = None
    statement: str = ""


class SuspensionsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/suspensions`: who is suspended, and who may be, by name."""

    zone: Zone
    tabs: tuple[Tab, ...]
    suspended: tuple[SuspendedItem, ...]
    found: tuple[SuspendedItem, ...]
    query: str = ""
    next: str = ""


class RecordLine(View, frozen=True, kw_only=True):
    """One line of the record, said: what happened to what, by whom, and who could see it after that."""

    at: datetime
    what: str
    kind: str
    title: str
    href: str
    who: str
    company: str = ""
    ground: str = ""
    sentence: str = ""
    seen_by: str = ""
    facts: tuple[Fact, ...] = ()
    words: str = ""
    flags: tuple[str, ...] = ()
    statement: str = ""


class RecordPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/record`: everything that happened in a zone, the newest first."""

    zone: Zone
    tabs: tuple[Tab, ...]
    lines: tuple[RecordLine, ...]
    groups: tuple[Choice, ...]
    grounds: tuple[Choice, ...]
    years: tuple[Choice, ...]
    asked: Form
    next: str = ""
    first: bool = True


class Moment(View, frozen=True, kw_only=True):
    """The day that is asked for, and the time of it, else its end; and what is wrong with the question."""

    on: date
    at: str = ""
    problem: str = ""


class Stood(View, frozen=True, kw_only=True):
    """How a listing stood at a moment, said, and what had been decided about it last."""

    title: str
    words: str
    facts: tuple[Fact, ...]
    status: str
    seen_by: str
    decided: RecordLine | None = None


class SubjectPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/record/{subject}`: all that is on record of one listing or company, and how it stood at a moment."""

    zone: Zone
    tabs: tuple[Tab, ...]
    id: str
    title: str
    company: str
    lines: tuple[RecordLine, ...]
    moment: Moment
    stood: Stood | None = None
    of_listing: bool = True


class ShownPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/shown`: what the zone showed at a moment, and to whom."""

    zone: Zone
    tabs: tuple[Tab, ...]
    lines: tuple[RecordLine, ...]
    moment: Moment
    next: str = ""


class FigureLine(View, frozen=True, kw_only=True):
    """One figure, said; who moderates the zone opens its list."""

    label: str
    value: str
    href: str = ""
    part: bool = False


class FigureGroup(View, frozen=True, kw_only=True):
    """Some figures under a heading."""

    title: str
    lines: tuple[FigureLine, ...]


class TransparencyPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/transparency`: what the zone decided in a year."""

    zone: Zone
    association: str
    year: int
    years: tuple[Choice, ...]
    groups: tuple[FigureGroup, ...]
    so_far: bool
    contact_mail: str = ""
