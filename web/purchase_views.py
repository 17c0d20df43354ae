"""What the pages of group purchases show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from web.views import CategoryChoice, Choice, Fact, Family, Form, View, Zone

if TYPE_CHECKING:
    from web.collection_views import Beside as Collection
    from web.session_views import Beside as Session

Tone = Literal["wait", "go", "done", "stop", "trouble"]


class Stage(View, frozen=True, kw_only=True):
    """Where a group purchase stands: a word, said, beside its icon; `code` is the domain's."""

    code: str
    word: str
    icon: str
    tone: Tone


class Mark(View, frozen=True, kw_only=True):
    """A quantity everyone waits for on the bar; `at` is its place of a thousand."""

    at: int
    label: str
    reached: bool


class Progress(View, frozen=True, kw_only=True):
    """How far it has come: `length` of a thousand, and in words what is there and what is missing."""

    length: int
    marks: tuple[Mark, ...]
    total: str
    missing: str = ""
    companies: str = ""


class Card(View, frozen=True, kw_only=True):
    """A group purchase on a list; prices and `own` are for members, and empty for anyone else.

    `form` is said, and `form_code` the domain's.
    """

    id: str
    title: str
    form: str
    category: str
    category_code: str
    stage: Stage
    progress: Progress | None = None
    deadline: str = ""
    left: str = ""
    price: str = ""
    per: str = ""
    lower: str = ""
    own: str = ""
    told: str = ""
    zone: str = ""
    form_code: str = ""


class Group(View, frozen=True, kw_only=True):
    """The cards of one kind, and the address of more of them."""

    state: Literal["open", "coming", "over"]
    cards: tuple[Card, ...]
    more: str = ""


class Figure(View, frozen=True, kw_only=True):
    """A figure and what it counts, said."""

    value: str
    label: str


class FactLine(View, frozen=True, kw_only=True):
    """A fact a figure is made of, said; `events` are the numbers of the events in the purchase's own log."""

    purchase_id: str
    title: str
    stage: str
    opened: str
    company: str
    share: str
    paid: str
    declared: str
    saved: str
    events: str


class Results(View, frozen=True, kw_only=True):
    """What a year's purchases brought, for who leads them; `before` and `after` are the addresses of other years."""

    year: str
    figures: tuple[Figure, ...]
    facts: tuple[FactLine, ...]
    before: str = ""
    after: str = ""


class ListPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/purchases`: what is open first; `only` names the one kind a page goes on with."""

    zone: Zone
    groups: tuple[Group, ...]
    only: str = ""
    may_propose: bool = False
    pooling: bool = False
    results: Results | None = None


class Tier(View, frozen=True, kw_only=True):
    """A price, said, from a total on; `now` is the one that holds."""

    since: str
    price: str
    with_vat: str
    now: bool = False
    reached: bool = False


class Terms(View, frozen=True, kw_only=True):
    """On what members pledge, said; `signed` is what they accept."""

    supplier: str
    price: str
    per: str
    with_vat: str
    lower: str
    vat: str
    delivery: str
    place: str
    tiers: tuple[Tier, ...]
    facts: tuple[Fact, ...]
    conditions: str
    choice: str
    charter: str
    document: bool = False


class Estimate(View, frozen=True, kw_only=True):
    """What a quantity costs as things stand, said, and what it saves against the present price; `loses` if it does."""

    quantity: str
    goods: str
    delivery: str
    with_vat: str
    saving: str = ""
    loses: bool = False


class Funding(View, frozen=True, kw_only=True):
    """What may be promised where something is paid for together: amounts to choose from, and what is hoped for."""

    shares: tuple[Choice, ...]
    free: bool
    goal: str = ""
    minimum: str = ""


class Own(View, frozen=True, kw_only=True):
    """What the reader's company pledged, said, and what that makes."""

    company: str
    quantity: str
    tolerance: str = ""
    site: str = ""
    waits: bool = False
    by_facilitator: bool = False
    estimate: Estimate | None = None


class Share(View, frozen=True, kw_only=True):
    """What the reader's company gets in the end, said; `outcome` once it said what arrived."""

    company: str
    quantity: str
    goods: str = ""
    delivery: str = ""
    with_vat: str = ""
    next: str = ""
    outcome: str = ""
    remark: str = ""


class Asking(View, frozen=True, kw_only=True):
    """One form of a page; `key` makes its fields' ids its own."""

    key: str
    form: Form
    companies: tuple[Choice, ...] = ()
    sites: tuple[Choice, ...] = ()


class Happening(View, frozen=True, kw_only=True):
    """Something that happened and concerns everybody, said; `words` are the organiser's."""

    at: datetime
    sentence: str
    detail: str = ""
    words: str = ""


class Day(View, frozen=True, kw_only=True):
    """How far it had come at the end of a day, said."""

    on: str
    total: str
    companies: int


class Growth(View, frozen=True, kw_only=True):
    """How the pledges grew: an area and its edge as SVG paths, the marks as heights of a hundred, and the figures."""

    area: str
    edge: str
    marks: tuple[Mark, ...]
    first: str
    last: str
    days: tuple[Day, ...]


class Words(View, frozen=True, kw_only=True):
    """The words of one form, said."""

    name: str
    supplier: str
    poll: str
    poll_hint: str
    poll_button: str
    pledge: str
    join: str
    mine: str
    share: str
    signed: str
    record: str
    arrived: str
    outcomes: tuple[Choice, ...]


class ShowPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}`: what a member needs to join in three taps. `member` says that the reader may know the terms.

    `poll`, `pledge`, `withdraw` and `receipt` are the forms that are open to the reader's company now. `conflict`
    says that something happened since the page was read, and `since` what.
    """

    zone: Zone
    card: Card
    words: Words
    unit: str
    description: str
    specification: str
    proposed_by: str
    member: bool
    organiser: bool
    deadline: str = ""
    terms: Terms | None = None
    own: Own | None = None
    share: Share | None = None
    wish: str = ""
    wished: str = ""
    poll: Asking | None = None
    pledge: Asking | None = None
    funding: Funding | None = None
    estimate: Estimate | None = None
    withdraw: Asking | None = None
    receipt: Asking | None = None
    happened: tuple[Happening, ...] = ()
    growth: Growth | None = None
    rule: str = ""
    conflict: str = ""
    since: tuple[str, ...] = ()
    problem: str = ""
    why: str = ""
    collection: Collection | None = None
    session: Session | None = None


class FundingPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/funding`: what may be promised; `asking` is None once it is open."""

    zone: Zone
    card: Card
    time_zone: str
    asking: Asking | None = None
    conflict: str = ""


class NewPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/purchases/new`: ask the zone who would buy something together."""

    zone: Zone
    form: Form
    forms: tuple[Choice, ...]
    families: tuple[Family, ...]
    likely: tuple[CategoryChoice, ...]
    units: tuple[Choice, ...]
    companies: tuple[Choice, ...] = ()
    pooling_id: str = ""
