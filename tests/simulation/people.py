"""The people of the simulation: how they treat what they are told. All figures here are assumptions, none was measured.

Only one figure of the field is known: 77 % of matches die in silence when nobody asks again. `ATTENTION` was set so
that a zone without reminders loses as many (see docs/explanation/what-reminders-change.md); everything else was set
beforehand and left alone.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from domain.exchanges import Reason

Occasion = Literal["told", "asked", "called"]
"""A first notice that something is theirs to do; a reminder of it or a question about it; a call of the facilitator."""


class Kind(Struct, frozen=True):
    """How people of a kind treat an occasion to act: the share of them they take, and the days that takes at most.

    `absences` are the times in half a year they vanish for two to five weeks; whatever reaches them then is lost.
    """

    name: str
    share: float
    told: float
    told_days: float
    asked: float
    asked_days: float
    called: float
    absences: int


KINDS: Final = (
    # They answer what they are told, mostly within two days; a quarter of a zone, as associations like to think.
    Kind("diligent", 0.25, told=0.75, told_days=2, asked=0.90, asked_days=2, called=0.95, absences=0),
    # They mean to answer, and answer late; asked again, they find two minutes.
    Kind("busy", 0.35, told=0.40, told_days=5, asked=0.75, asked_days=3, called=0.85, absences=0),
    # They would do it at once if they thought of it: the one question is what they need.
    Kind("forgetful", 0.25, told=0.27, told_days=3, asked=0.80, asked_days=2, called=0.90, absences=0),
    # They vanish for weeks, and a reminder finds them half of the time when they are there.
    Kind("unreliable", 0.15, told=0.20, told_days=6, asked=0.45, asked_days=4, called=0.60, absences=2),
)

ATTENTION: Final = 0.78
"""What is left of the column `told` on an ordinary day: the one figure that was fitted."""
ENGAGED: Final = 1.6
"""Once an exchange is accepted both know each other and want it: they take that many times as many first notices."""
UNASKED: Final = 0.5
"""How often, next to whoever owes a step that either may take, the other side takes it."""
READS_DIGEST: Final = 0.5
"""Weekly mails whose top is read: it says several things and asks none of them in its subject, so that it counts half
of a reminder; read, each step in it is treated like one, and next week’s mail is a new chance."""
BY_PHONE: Final = 0.35
"""Accepted exchanges settled on the phone: collected some days later, and only the confirmation is left to the site."""
ACCEPTS: Final = 0.60
"""Interests that are accepted by those who answer; the others are declined with a reason."""
PROPOSES: Final = 0.40
"""One-off interests accepted with a time for the pick-up in the same form: whoever owns the dock knows when it is open,
but the form asks for it only on unfolding, and most would rather have the one who drives choose."""
GIVES_UP: Final = 0.10
"""Steps after acceptance at which one gives up with a reason instead."""
COUNTERS: Final = 0.15
"""Proposed times answered with another."""
FAILS: Final = 0.07
"""Agreed pick-ups where nobody came."""
IN_PARTS: Final = 0.06
"""Pick-ups after which there is more to come."""
DISPUTES: Final = 0.03
"""Confirmations the other side tells differently."""
CALLS_WITHIN: Final = 3
"""Days within which the facilitator rings whoever owes the step, once told; then, in vain, the other side."""

REASONS: Final[dict[Reason, int]] = {
    "quality": 3, "quantity": 3, "price": 3, "transport": 3, "timing": 3, "storage": 2, "other_solution": 5,
    "legal": 1, "technical": 1, "funding": 1, "contact_left": 1,
}  # fmt: skip
"""Reasons people choose, by weight."""


class Person(Struct, frozen=True):
    """Who acts for a company, and when they are away."""

    company_id: str
    member_id: str
    kind: Kind
    away: tuple[tuple[datetime, datetime], ...]

    @property
    def actor(self) -> str:
        """Who they are to the marketplace."""
        return f"member:{self.member_id}"

    def acts_at(self, told: datetime, how: Occasion, chance: random.Random, *, engaged: bool) -> datetime | None:
        """When they take an occasion that comes at `told`; None when they let it pass."""
        if any(gone <= told < back for gone, back in self.away):
            return None
        likely: float = getattr(self.kind, how)
        if how == "told":
            likely *= ATTENTION * (ENGAGED if engaged else 1)
        taken = chance.random() < likely
        most = {"told": self.kind.told_days, "asked": self.kind.asked_days, "called": 1.0}[how]
        at = told + timedelta(hours=1 + 24 * most * chance.random() ** 2)
        return _at_work(at) if taken else None


def kinds_of(number: int, chance: random.Random) -> list[Kind]:
    """As many kinds as there are people, in the shares of the table."""
    edges, total = [], 0.0
    for kind in KINDS:
        total += kind.share
        edges.append(round(total * number))
    kinds = [next(kind for kind, edge in zip(KINDS, edges, strict=True) if one < edge) for one in range(number)]
    chance.shuffle(kinds)
    return kinds


def absences(kind: Kind, begins: datetime, weeks: int, chance: random.Random) -> tuple[tuple[datetime, datetime], ...]:
    """When somebody of this kind is away."""
    gone = (begins + timedelta(days=chance.uniform(0, 7 * weeks)) for _each in range(kind.absences * weeks // 26))
    return tuple((day, day + timedelta(days=chance.uniform(14, 35))) for day in gone)


def _at_work(at: datetime) -> datetime:
    """The same moment if it is in working hours of a weekday, or else the next one that is."""
    opens, closes, friday = 7, 16, 4
    if at.hour >= closes:
        at = at.replace(hour=opens) + timedelta(days=1)
    at = max(at, at.replace(hour=opens))
    while at.weekday() > friday:
        at += timedelta(days=1)
    return at
