"""What the pages of shared sessions show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from web.purchase_views import Asking, Card, Words
from web.views import Fact, View, Zone


class Trainee(View, frozen=True, kw_only=True):
    """Somebody who comes, said. `present` once that is known; `seatless` when there is one name more than seats."""

    id: str
    name: str
    present: bool | None = None
    until: str = ""
    seatless: bool = False
    cancel: Asking | None = None
    forget: Asking | None = None


class Seats(View, frozen=True, kw_only=True):
    """A company's seats and who sits on them, said."""

    company_id: str
    company: str
    said: str
    unnamed: int
    trainees: tuple[Trainee, ...]


class Beside(View, frozen=True, kw_only=True):
    """The session on the page of its purchase: when, where, what is left, and the reader's own people."""

    facts: tuple[Fact, ...]
    own: tuple[Seats, ...]
    may_name: bool
    unpledged: bool


class TraineesPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/trainees`: who of one's company comes. `closed` says why nobody can be named any more."""

    zone: Zone
    card: Card
    words: Words
    facts: tuple[Fact, ...]
    seats: Seats | None
    name: Asking | None = None
    give_back: Asking | None = None
    until: str = ""
    held: str = ""
    cancel_until: str = ""
    closed: str = ""
    conflict: str = ""
    problem: str = ""


class SessionPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/session`: the organiser's side. Each form is None when it is not its time."""

    zone: Zone
    card: Card
    next: str
    facts: tuple[Fact, ...]
    seats: tuple[Seats, ...]
    time_zone: str
    may_be_free: bool = False
    planned: bool = False
    present: tuple[str, ...] = ()
    plan: Asking | None = None
    attendance: Asking | None = None
    conflict: str = ""
    problem: str = ""


class AttendancePage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/attendance`: the sheet to sign, made to be printed."""

    id: str
    zone: Zone
    title: str
    trainer: str
    facts: tuple[Fact, ...]
    seats: tuple[Seats, ...]
    empty_lines: tuple[int, ...]
