"""What the pages about companies show: the directory, one company, its entry, its people, its place in a zone."""

from __future__ import annotations

from datetime import date
from typing import Literal

from web.pooling_views import Hours
from web.search_views import Plan
from web.views import Choice, Form, ListingCard, View, Zone


class Told(View, frozen=True, kw_only=True):
    """Something a company says of itself, under its heading, said."""

    label: str
    text: str


class CompanyCard(View, frozen=True, kw_only=True):
    """A company in the directory, as far as the reader may know it; `sort` is what kind of organisation it is, said."""

    id: str
    name: str
    trade: str
    sort: str = ""
    place: str = ""
    told: tuple[Told, ...] = ()
    adherent: bool = False

    @property
    def title(self) -> str:
        """What stands beside its pin."""
        return self.name

    @property
    def kind(self) -> Literal["service"]:
        """The colour of its pin."""
        return "service"


class DirectoryPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/companies`: one page of the directory, as a list or drawn on the plan of the zone.

    `next` and `first` are addresses; `members_see` when more is to be read once one is of the zone.
    """

    zone: Zone
    total: int
    cards: tuple[CompanyCard, ...]
    kinds: tuple[Choice, ...]
    query: str = ""
    kind: str = ""
    plan: Plan | None = None
    list_address: str = ""
    plan_address: str = ""
    next: str | None = None
    first: str | None = None
    members_see: int = 0
    own: tuple[Choice, ...] = ()
    moderates: bool = False
    administers: bool = False
    requests: int = 0


class SiteShown(View, frozen=True, kw_only=True):
    """A place of a company."""

    name: str
    address: str


class BelongingShown(View, frozen=True, kw_only=True):
    """A zone the company belongs to, and how, said."""

    zone: Zone
    how: str


class CompanyPage(View, frozen=True, kw_only=True):
    """`/companies/{id}`: one company, as far as the reader may know it. `mine` when they act for it."""

    id: str
    name: str
    trade: str
    sort: str
    told: tuple[Told, ...]
    contact: str
    sites: tuple[SiteShown, ...]
    hours: tuple[Hours, ...]
    belongings: tuple[BelongingShown, ...]
    record: str
    listings: tuple[ListingCard, ...]
    home: Zone | None = None
    siret: str = ""
    mine: bool = False
    asking: int = 0
    public: bool = False
    structured: str = ""


class EntryPart(View, frozen=True, kw_only=True):
    """A part of the entry and who may read it; `label` and `hint` are said."""

    name: str
    label: str
    hint: str
    audiences: tuple[Choice, ...]


class EntryPage(View, frozen=True, kw_only=True):
    """`/companies/{id}/entry`: what the directory tells of a company, and to whom."""

    id: str
    name: str
    form: Form
    kinds: tuple[Choice, ...]
    parts: tuple[EntryPart, ...]
    days: tuple[str, ...]
    most: int
    most_contact: int


class ColleagueShown(View, frozen=True, kw_only=True):
    """Somebody who acts for a company. `heirs` are those who may take over what is theirs to do."""

    id: str
    name: str
    mail: str
    joined: bool
    self: bool
    form: Form
    heirs: tuple[Choice, ...]


class JoinRequest(View, frozen=True, kw_only=True):
    """Somebody who asks to be let in; `said` is how it stands, or why it was answered so."""

    id: str
    company: str
    trade: str
    siret: str
    address: str
    person: str
    mail: str
    wish: str
    when: str
    known: bool = False
    agreed: bool = False
    waits: bool = False
    said: str = ""
    form: Form | None = None


class AskedToAct(View, frozen=True, kw_only=True):
    """Somebody who is asked to act, for a zone in these roles, and has not accepted yet; `command` takes it back."""

    id: str
    name: str
    mail: str
    when: str
    command: str
    roles: tuple[str, ...] = ()


class PeoplePage(View, frozen=True, kw_only=True):
    """`/companies/{id}/people`: who acts for a company, who asks to or is asked, and the form that asks a colleague."""

    id: str
    name: str
    colleagues: tuple[ColleagueShown, ...]
    asking: tuple[JoinRequest, ...]
    invite: Form
    asked: tuple[AskedToAct, ...] = ()


class MembershipLine(View, frozen=True, kw_only=True):
    """A company and how it belongs to the zone; `paid` says whether the dues of the year are."""

    id: str
    name: str
    membership: str
    since: date | None
    until: date | None
    over: bool
    paid: bool
    form: Form


class MembershipsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/companies/memberships`: adherents, participants and dues of a year, for the administrator."""

    zone: Zone
    year: int
    years: tuple[int, ...]
    lines: tuple[MembershipLine, ...]
    memberships: tuple[Choice, ...]
    next: str | None = None
    first: str | None = None


class JoinPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/join`: the form, or what happens next once it is sent."""

    zone: Zone
    association: str
    form: Form
    sent_to: str = ""
    hours: int = 0
    closed: bool = False


class ConfirmPage(View, frozen=True, kw_only=True):
    """`/joining/{token}`: a button, because mail scanners follow links; `state` is what became of it."""

    state: Literal["asked", "done", "gone", "lapsed"]
    token: str = ""
    zone: Zone | None = None
    days: int = 0
    form: Form | None = None


class RequestsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/companies/requests`: who waits to be let in, and what was answered."""

    zone: Zone
    waiting: tuple[JoinRequest, ...]
    answered: tuple[JoinRequest, ...]


class GuestShown(View, frozen=True, kw_only=True):
    """A company from outside that sees one group purchase; `sort` and `until` are said."""

    id: str
    name: str
    sort: str
    until: str
    over: bool
    command: str


class GuestsPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/guests`: who from outside sees a group purchase, and the form that lets one in."""

    zone: Zone
    purchase_id: str
    title: str
    guests: tuple[GuestShown, ...]
    kinds: tuple[Choice, ...]
    invite: Form
