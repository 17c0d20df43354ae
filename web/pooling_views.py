"""What the pages of pooling and of the zone's guide show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from domain.pooling import Answer, Kind
from web.views import Choice, Fact, Form, View, Zone


class Counted(View, frozen=True, kw_only=True):
    """A company that is counted in a proposal, or that answered to it, as its facilitator reads it."""

    company: str
    place: str = ""
    listing_id: str = ""
    title: str = ""
    quantity: str = ""
    answer: Answer | None = None


class PoolCard(View, frozen=True, kw_only=True):
    """What several companies have in common: how many they are and what it comes to, said; never whose is how much.

    `what` is the category, `totals` what can be added up, one line each. `company_id` is the reader's company that
    may answer. `counted`, `drop` and `take_up_command` are for the facilitator alone; `form` is that of the group
    purchase it may become.
    """

    id: str
    kind: Kind
    zone: Zone
    what: str
    category_code: str
    companies: int
    totals: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    metres: int = 0
    joined: int = 0
    declined: int = 0
    stage: Literal["proposed", "dropped", "taken_up", "lapsed"] = "proposed"
    since: datetime | None = None
    reason: str = ""
    action: str = ""
    form: str = "goods"
    company_id: str = ""
    company: str = ""
    answer: Answer | None = None
    join_command: str = ""
    decline_command: str = ""
    counted: tuple[Counted, ...] = ()
    drop: Form | None = None
    take_up_command: str = ""


class PoolingPage(View, frozen=True, kw_only=True):
    """What is proposed in a zone, for its facilitator: what stands, what fell apart, and what was settled."""

    zone: Zone
    standing: tuple[PoolCard, ...]
    lapsed: tuple[PoolCard, ...]
    settled: tuple[PoolCard, ...]


# --- the guide ----------------------------------------------------------------------------------------------------


class Hours(View, frozen=True, kw_only=True):
    """Neighbouring days with the same opening hours, said."""

    days: str
    times: str


class OutletLine(View, frozen=True, kw_only=True):
    """One thing an outlet takes: what, and on which conditions, said."""

    what: str
    family: str
    conditions: str = ""


class OutletCard(View, frozen=True, kw_only=True):
    """An outlet of the guide; `line` is the one that takes the offer at hand, `number` its pin on the plan."""

    id: str
    name: str
    operator: str
    address: str
    hours: tuple[Hours, ...]
    hours_note: str
    open_now: bool
    accepts: tuple[OutletLine, ...]
    refuses: tuple[str, ...]
    price: str
    permits: str
    contact: str
    metres: int | None = None
    line: OutletLine | None = None
    closed: bool = False


class GuideFamily(View, frozen=True, kw_only=True):
    """A family of the guide, with the outlets that take something of it and what that is."""

    code: str
    label: str
    outlets: tuple[tuple[OutletCard, tuple[OutletLine, ...]], ...]


class GuidePage(View, frozen=True, kw_only=True):
    """The guide of a zone: by family where things go, then every outlet with its hours; made to be printed too."""

    zone: Zone
    families: tuple[GuideFamily, ...]
    outlets: tuple[OutletCard, ...]
    keeps: bool = False
    today: str = ""
    contact_mail: str = ""
    association: str = ""


class OutletsPage(View, frozen=True, kw_only=True):
    """The outlets a facilitator keeps."""

    zone: Zone
    outlets: tuple[OutletCard, ...]


class LineForm(View, frozen=True, kw_only=True):
    """A line of the form: the names of its fields end with this number."""

    number: int


class OutletForm(View, frozen=True, kw_only=True):
    """The form in which an outlet is told of."""

    zone: Zone
    form: Form
    outlet_id: str = ""
    name: str = ""
    days: tuple[str, ...] = ()
    categories: Sequence[tuple[str, Sequence[Choice]]] = ()
    conditions: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()
    accepts: tuple[LineForm, ...] = ()
    refuses: tuple[LineForm, ...] = ()
    close_command: str = ""
    closed: bool = False


# --- sharing out --------------------------------------------------------------------------------------------------


class SharePart(View, frozen=True, kw_only=True):
    """What would fall to one listing; `ask_about` and the amount prefill the interest of whoever may ask."""

    listing_id: str
    title: str
    company: str
    quantity: str
    points: int
    address: str = ""


class Share(View, frozen=True, kw_only=True):
    """How an offer could be split, or a request covered; `sentence` says what that comes to. A proposal, no more."""

    sentence: str
    parts: tuple[SharePart, ...]
    splits: bool


class Beside(View, frozen=True, kw_only=True):
    """What stands beside a listing for whoever answers for it."""

    pools: tuple[PoolCard, ...] = ()
    share: Share | None = None
    outlets: tuple[OutletCard, ...] = ()
