"""What the pages by which a zone is settled and led show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from web.company_views import AskedToAct
from web.views import Choice, Form, View, Zone


class Tick(View, frozen=True, kw_only=True):
    """One of several answers that may be given together."""

    value: str
    label: str
    ticked: bool


class FederationLine(View, frozen=True, kw_only=True):
    """A federation that invited the zone."""

    federation_id: str
    slug: str
    name: str
    joined: bool
    command: str


class SettingsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/settings`: one part a form; `wrong` names the part whose answers need another look.

    `now` says of each part what holds today: of waste, not what is chosen once a broker's receipt is over.
    """

    zone: Zone
    names: Form
    look: Form
    moderation: Form
    mail: Form
    waste: Form
    closing: Form
    wrong: str = ""
    now: Mapping[str, str]
    languages: tuple[Tick, ...]
    families: tuple[Tick, ...]
    accents: tuple[Choice, ...]
    moderations: tuple[Choice, ...]
    wastes: tuple[Choice, ...]
    time_zones: tuple[Choice, ...]
    days: tuple[Choice, ...]
    hours: tuple[Choice, ...]
    waiting: int
    receipt_expires_on: date | None = None
    receipt_warning: bool = False
    receipt_over: bool = False
    partners: tuple[str, ...] = ()
    federations: tuple[FederationLine, ...] = ()
    closes_on: date | None = None
    closed: bool = False
    closing_reason: str = ""
    open_exchanges: int = 0
    earliest: date
    latest: date
    call_off: str = ""


class Held(View, frozen=True, kw_only=True):
    """A role somebody holds, and the command that takes it back; none where it may not be."""

    role: str
    label: str
    command: str = ""
    why_not: str = ""


class Person(View, frozen=True, kw_only=True):
    """Someone who acts for the zone; `others` are the roles they may be given."""

    member_id: str
    name: str
    mail: str
    joined_at: datetime | None
    invited_at: datetime
    oneself: bool
    held: tuple[Held, ...]
    others: tuple[Choice, ...]
    command: str


class RoleChoice(View, frozen=True, kw_only=True):
    """A role, with what it lets one do."""

    value: str
    label: str
    says: str


class PeoplePage(View, frozen=True, kw_only=True):
    """`/z/{zone}/people`: who acts for the zone, who is asked to, and the form that asks."""

    zone: Zone
    people: tuple[Person, ...]
    roles: tuple[RoleChoice, ...]
    ticked: tuple[str, ...]
    form: Form
    asked: tuple[AskedToAct, ...] = ()
