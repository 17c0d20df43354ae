"""What the pages of a match show: one set aside by its company, and those of a zone before its facilitator."""

from __future__ import annotations

from datetime import datetime

from web.views import Choice, ListingCard, MatchCard, SetAside, View, Zone


class Narrower(View, frozen=True, kw_only=True):
    """A smaller reach for a listing of mine, in kilometres: what it reaches now, and what it could."""

    listing_id: str
    title: str
    reaches: int
    instead: int
    command_id: str
    seen_version: int


class MatchPage(View, frozen=True, kw_only=True):
    """`/matches/{mine}~{other}`: the match, to be set aside; or that it was, how to take it back, and what may help.

    `amend` is the address of the answer that would have kept it away, `amend_says` what the link says.
    """

    card: MatchCard | None = None
    set_aside: SetAside | None = None
    narrower: Narrower | None = None
    amend: str = ""
    amend_says: str = ""


class Judged(View, frozen=True, kw_only=True):
    """A pair of a zone before its facilitator, the offer first; everything is said.

    `excluded` is the rule that kept it apart, `dismissed` why one of the two set it aside, and `by` who. `verdict` is
    the facilitator's own word. Without `introduce_command`, the two cannot be introduced now.
    """

    match_id: str
    offer: ListingCard
    request: ListingCard
    metres: int | None = None
    points: int | None = None
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    excluded: str = ""
    dismissed: str = ""
    by: str = ""
    at: datetime | None = None
    verdict: str = ""
    fault: str = ""
    introduced_at: datetime | None = None
    under_way: str = ""
    judge_command: str = ""
    introduce_command: str = ""


class ZoneMatchesPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/matches`: one page of a band, the closest first; `bands` with how many each holds.

    `unseen` counts those of the page of which the facilitator may not see both listings; `total` is of the whole band,
    `most` of a page.
    """

    zone: Zone
    band: str
    bands: tuple[Choice, ...]
    rows: tuple[Judged, ...]
    faults: tuple[Choice, ...]
    unseen: int = 0
    total: int = 0
    most: int = 0
    next: str | None = None
    first: str | None = None
    after: str = ""


class Weight(View, frozen=True, kw_only=True):
    """A part of the formula, said, and how many of the 100 points it is worth at most."""

    label: str
    points: int


class RuleGroup(View, frozen=True, kw_only=True):
    """Rules of one kind that keep two listings apart, each said."""

    label: str
    sentences: tuple[str, ...]


class RankingPage(View, frozen=True, kw_only=True):
    """`/how-we-rank`: `chosen_by` is the zone whose own weights these are, empty for the usual ones."""

    weights: tuple[Weight, ...]
    rules: tuple[RuleGroup, ...]
    mailed: int
    shown: int
    halves_km: int
    months: int
    undo_days: int
    chosen_by: str = ""
