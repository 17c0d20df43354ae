"""What the pages show by which a facilitator follows a zone's exchanges; see `web.views`, whose rules these follow."""

from __future__ import annotations

from datetime import datetime

from web.exchange_views import Stage
from web.views import Choice, View, Zone

# The funnel.


class Number(View, frozen=True, kw_only=True):
    """A figure, and the list of what it counts; a nought leads nowhere."""

    n: int
    to: str = ""


class Bar(View, frozen=True, kw_only=True):
    """A stage: `share` of the one before and the `wait` since it, said; `length` in thousandths of the longest bar."""

    label: str
    number: Number
    length: int
    share: str = ""
    wait: str = ""


class Line(View, frozen=True, kw_only=True):
    """A row of figures about one thing; `light` and `dark` are the lengths of its bar, in thousandths."""

    label: str
    numbers: tuple[Number, ...]
    light: int = 0
    dark: int = 0


class Outcome(View, frozen=True, kw_only=True):
    """What became of some of the exchanges, said; `code` is the domain's."""

    code: str
    label: str
    number: Number
    length: int


class Preset(View, frozen=True, kw_only=True):
    """A period to choose, said."""

    label: str
    to: str
    current: bool = False


class FunnelPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/funnel`: a period given by `first` and `last`, as dates of a form, and `span` as said.

    `reasons` are those somebody chose, `unanswered` the ends nobody chose; their figures count before it was accepted,
    after, and in all. Figures by family and month are those of `heads`, the stages. A wider period than so many `years`
    is `cut` to its last ones.
    """

    zone: Zone
    first: str
    last: str
    span: str
    presets: tuple[Preset, ...]
    problem: str = ""
    matched: tuple[Bar, ...]
    direct: tuple[Bar, ...]
    outcomes: tuple[Outcome, ...]
    begun: int
    reasons: tuple[Line, ...]
    unanswered: tuple[Line, ...]
    heads: tuple[str, ...]
    families: tuple[Line, ...]
    months: tuple[Line, ...]
    open: Number
    silent: Number
    years: int
    cut: bool = False


# The list.


class Followed(View, frozen=True, kw_only=True):
    """An exchange, or a match nothing came of yet; everything is said.

    `between` are the two companies, who gives first; `turn` is who owes the next step; `silent` for how long nothing
    has come from them, `late` when that is longer than it should be; `why` is the reason it ended for.
    """

    title: str
    to: str
    between: tuple[str, str]
    began: datetime
    also: str = ""
    also_to: str = ""
    stage: Stage | None = None
    turn: str = ""
    silent: str = ""
    late: bool = False
    why: str = ""
    note: str = ""


class FollowedPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/exchanges`: what is asked for, said, and one page of it.

    `counted` is set when it is what a number of the funnel counts, whose page `funnel` leads back to; else it is what
    waits for somebody, the longest silent first, of which `quiets` are the choices. `of_matches` rather than exchanges.
    """

    zone: Zone
    total: int
    rows: tuple[Followed, ...]
    funnel: str
    counted: str = ""
    of_matches: bool = False
    chips: tuple[str, ...] = ()
    quiets: tuple[Choice, ...] = ()
    quiet: str = ""
    next: str | None = None
    first: str | None = None
