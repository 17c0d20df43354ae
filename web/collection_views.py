"""What the pages of pooled collections show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from web.form_views import PickupField
from web.purchase_views import Asking, Card, Tone, Words
from web.views import Choice, Fact, View, Zone


class GoodShare(View, frozen=True, kw_only=True):
    """The share of good units against the share that makes the round free, said and drawn (of a thousand).

    `reached` is None where the price does not depend on it.
    """

    said: str
    good: str
    rule: str
    sentence: str
    length: int = 0
    mark: int = 0
    reached: bool | None = None


class LoadLine(View, frozen=True, kw_only=True):
    """So much of one format in one condition, said."""

    what: str
    condition: str
    quantity: str
    good: bool


class LoadFields(View, frozen=True, kw_only=True):
    """The lines of the form: their numbers, which stand open, and what may be chosen."""

    shown: tuple[int, ...]
    folded: tuple[int, ...]
    formats: tuple[Choice, ...]
    conditions: tuple[Choice, ...]


class Visited(View, frozen=True, kw_only=True):
    """What became of a stop, said."""

    word: str
    tone: Tone
    icon: str
    weight: str = ""
    said: str = ""


class Stop(View, frozen=True, kw_only=True):
    """A stop of one round, said. `answer` is ready, skips or silent; `place` where it stands in the order."""

    company_id: str
    company: str
    number: int
    loads: tuple[LoadLine, ...]
    total: str
    answer: str
    on: str = ""
    place: int = 0
    of: int = 0
    site: str = ""
    address: str = ""
    access: tuple[Fact, ...] = ()
    remark: str = ""
    share: str = ""
    visited: Visited | None = None
    result: Asking | None = None
    confirm: Asking | None = None
    skip: Asking | None = None


class Beside(View, frozen=True, kw_only=True):
    """The collection on the page of its purchase: the share, the day, and what the reader's company said."""

    share: GoodShare | None
    day: str
    every: str
    own: tuple[Stop, ...]
    may_declare: bool
    awaited: bool
    before_pledges: bool


class StopPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/stop`: what one's company hands over, in which state, and how a lorry gets there.

    `own` is the stop of the coming round; `past` those of earlier ones. `form` is None when it is too late, and
    `closed` then says why.
    """

    zone: Zone
    card: Card
    words: Words
    unit: str
    company: str
    day: str
    every: str
    share: GoodShare | None
    before_pledges: bool
    own: Stop | None = None
    past: tuple[Stop, ...] = ()
    form: Asking | None = None
    loads: LoadFields | None = None
    pickup: PickupField | None = None
    confirm: Asking | None = None
    skip: Asking | None = None
    withdraw: Asking | None = None
    charter: str = ""
    supplier: str = ""
    closed: str = ""
    conflict: str = ""
    problem: str = ""


class RoundDone(View, frozen=True, kw_only=True):
    """An earlier round, said."""

    number: int
    title: str
    stops: tuple[Stop, ...]
    weight: str = ""


class CollectionPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/collection`: the organiser's side. Each form is None when it is not its time."""

    zone: Zone
    card: Card
    unit: str
    next: str
    day: str
    every: str
    number: int
    share: GoodShare | None
    rule_said: str
    ready: tuple[Stop, ...]
    silent: tuple[Stop, ...]
    skipping: tuple[Stop, ...]
    done: tuple[RoundDone, ...]
    conditions: tuple[Choice, ...]
    ticked: tuple[str, ...]
    outcomes: tuple[Choice, ...]
    planned: bool = False
    route: bool = False
    rule: Asking | None = None
    plan: Asking | None = None
    order: Asking | None = None
    conflict: str = ""
    problem: str = ""


class RoutePage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/route`: the stops for whoever drives, made to be printed."""

    id: str
    zone: Zone
    title: str
    category: str
    number: int
    day: str
    carrier: str
    stops: tuple[Stop, ...]
    totals: tuple[Fact, ...]
    unanswered: tuple[str, ...]
