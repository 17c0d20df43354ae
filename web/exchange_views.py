"""What the pages of exchanges show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import field

from web.views import Choice, Form, View

# What every page of exchanges shows.


class Turn(View, frozen=True, kw_only=True):
    """Who owes the next step and by when, said in one `sentence` from the reader's side.

    `mine` is the reader's own, and due now; `coming` is nobody's yet (a pick-up agreed for next week). `late` says
    that its day is past. `do` names the button that leads there, said; empty when it is not theirs.
    """

    mine: bool
    sentence: str
    by: datetime
    what: str = ""
    late: bool = False
    coming: bool = False
    do: str = ""


class Stage(View, frozen=True, kw_only=True):
    """Where an exchange stands: a word, said, beside its icon; `code` is the domain's."""

    code: str
    word: str
    icon: str
    tone: Literal["wait", "go", "done", "stop", "trouble"]


class Happening(View, frozen=True, kw_only=True):
    """Something that happened in an exchange, said; `words` is what somebody wrote with it."""

    at: datetime
    sentence: str
    detail: str = ""
    words: str = ""
    photo: str | None = None
    by_reader: bool = False


# Interest, on the page of a listing.


class Left(View, frozen=True, kw_only=True):
    """What is left of a listing, said: "100 of 150 left"; `share` of it in hundredths, for the bar."""

    sentence: str
    share: int
    all_promised: bool = False


class UnderWay(View, frozen=True, kw_only=True):
    """An exchange of the reader's about this listing that is not over."""

    exchange_id: str
    quantity: str
    stage: Stage
    turn: Turn | None = None


class InterestForm(View, frozen=True, kw_only=True):
    """The form that shows interest.

    Fields: amount, unit, rhythm (of a flow), permit (of waste), message, other_listing, for_company, origin. `unit`
    and `per` are the listing's, as codes, `unit_said` in words. `goes_with` are the listings of theirs it may go
    with, `companies` those
    they act for when there are several. `opened` when the address or an error asks for it.
    """

    form: Form
    unit: str
    unit_said: str
    is_waste: bool = False
    per: str = ""
    goes_with: tuple[Choice, ...] = ()
    companies: tuple[Choice, ...] = ()
    opened: bool = False


class Asking(View, frozen=True, kw_only=True):
    """What a reader may do about somebody else's listing: sign in, go on with what is under way, ask.

    A shared `phone` may not ask, an `outsider` belongs to no company of the zone; `over` says why nobody new can.
    """

    sign_in: bool = False
    phone: bool = False
    outsider: bool = False
    over: str = ""
    under_way: tuple[UnderWay, ...] = ()
    form: InterestForm | None = None


class Interest(View, frozen=True, kw_only=True):
    """One company that asked, as the listing's owner reads it; figures said.

    `accept` and `decline` are their forms while the owner may answer: fields amount and starts_on, reason and
    sentence. `record` is how its exchanges went so far.
    """

    exchange_id: str
    company: str
    quantity: str
    asked_at: datetime
    stage: Stage
    record: str
    metres: int | None = None
    message: str = ""
    permit: str = ""
    goes_with_id: str = ""
    goes_with: str = ""
    turn: Turn | None = None
    accept: Form | None = None
    decline: Form | None = None
    unit: str = ""
    recurs: bool = False


class Interests(View, frozen=True, kw_only=True):
    """Everyone who asked, side by side: those who wait, those on the way, those it is over with.

    `sum` says what those who wait asked for together, and what is free; `short` that it is less. So many wait that
    `more` of them come once these are answered.
    """

    waiting: tuple[Interest, ...]
    on_the_way: tuple[Interest, ...]
    over: tuple[Interest, ...]
    sum: str = ""
    short: bool = False
    more: int = 0
    reasons: tuple[Choice, ...] = ()


# The inbox.


class Line(View, frozen=True, kw_only=True):
    """One exchange in a list: what, how much (said), with whom, and what is next.

    `gives` when the reader's side provides it. `slot` and `reason` are said, where there is one; `leave` when the
    step takes a person and the reader is a shared phone.
    """

    exchange_id: str
    listing_id: str
    title: str
    quantity: str
    company: str
    gives: bool
    category: str
    stage: Stage
    turn: Turn | None
    at: datetime
    leave: bool = False
    slot: str = ""
    reason: str = ""


class InboxPage(View, frozen=True, kw_only=True):
    """`/exchanges`: what I owe, what I wait for, the pick-ups to come, and what is over.

    `more` are addresses of the next page of a group, where there is one; `only` names the one group shown when the
    reader went on in it. `acts` is False for who acts for no company; `followed` then leads to the exchanges of the
    zone they run, `silent` of which wait for somebody.
    """

    owed: tuple[Line, ...] = ()
    waiting: tuple[Line, ...] = ()
    upcoming: tuple[Line, ...] = ()
    closed: tuple[Line, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    only: str = ""
    acts: bool = True
    followed: str = ""
    silent: int = 0
