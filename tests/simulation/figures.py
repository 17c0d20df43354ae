"""What the seasons say: how contacted matches ended, with intervals over the seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from math import sqrt
from statistics import mean, median, stdev
from typing import Any, Final

from msgspec import Struct

from tests.simulation.season import Contact, Told

GOAL: Final = 0.90
"""The share of contacted matches that a person's act ends within `WITHIN`, with reminders."""
WITHIN: Final = timedelta(days=30)
BY_PEOPLE: Final = frozenset({"confirmed", "reason"})

STUDENT: Final = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
"""Quantiles of Student's t at 97.5 %, by the number of seeds."""


class Share(Struct, frozen=True):
    """A share with its 95 % interval: over the seeds where there are several, else of a proportion (Wilson)."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        """As a sentence has it."""
        return f"{self.share:6.1%}  [{self.low:.1%} – {self.high:.1%}]"


class Figures(Struct, frozen=True):
    """How the contacted matches of some seasons ended; `by_kind` follows who had to answer."""

    contacts: int
    ended: Share
    ever: Share
    endings: dict[str, float]
    stopped_waiting: float
    by_kind: dict[str, Share]
    days: dict[str, float]
    nudges: int
    events: int
    broken: list[str]

    def summary(self) -> dict[str, Any]:
        """For a program."""
        return {
            "contacts": self.contacts,
            "ended_by_people_in_30_days": _rounded(self.ended),
            "ended_by_people_ever": _rounded(self.ever),
            "endings": {name: round(share, 4) for name, share in self.endings.items()},
            "stopped_waiting": round(self.stopped_waiting, 4),
            "by_kind": {name: _rounded(share) for name, share in self.by_kind.items()},
            "median_days": {name: round(days, 1) for name, days in self.days.items()},
            "nudges": self.nudges,
            "events": self.events,
        }


def figures_of(runs: Sequence[Told]) -> Figures:
    """What these seasons say together."""
    everyone = [contact for run in runs for contact in run.contacts.values()]
    endings = Counter(_in_time(contact) for contact in everyone)
    kinds = sorted({contact.kind for contact in everyone})
    return Figures(
        contacts=len(everyone),
        ended=_share(runs, lambda contact: _in_time(contact) in BY_PEOPLE),
        ever=_share(runs, lambda contact: contact.ending in BY_PEOPLE),
        endings={name: endings[name] / len(everyone) for name in ("confirmed", "reason", "no_answer", "gone", "")},
        stopped_waiting=sum(one.stopped_waiting and _in_time(one) == "reason" for one in everyone) / len(everyone),
        by_kind={kind: _share(runs, lambda contact: _in_time(contact) in BY_PEOPLE, kind) for kind in kinds},
        days={
            name: median(_days(one for one in everyone if one.ending == name) or [0.0])
            for name in ("confirmed", "reason")
        },
        nudges=sum(run.nudges for run in runs),
        events=sum(run.events for run in runs),
        broken=[sentence for run in runs for sentence in run.broken],
    )


def table(name: str, found: Figures) -> str:
    """For people."""
    labels = {"confirmed": "confirmed", "reason": "given up for a chosen reason", "no_answer": "closed by the clock",
              "gone": "others took it all", "": "silent"}  # fmt: skip
    lines = [
        f"Reminders {name}: {found.contacts} contacted matches, {found.nudges} nudges, {found.events} events",
        f"  ended by a person within 30 days   {found.ended}",
        f"  ended by a person at any time      {found.ever}",
        "  within 30 days:",
        *(f"    {labels[ending]:<31}{share:6.1%}" for ending, share in found.endings.items()),
        f"    of the reasons, by who waited after the facilitator’s call {found.stopped_waiting:.1%} of all",
        "  ended by a person within 30 days, by who had to answer:",
        *(f"    {kind:<31}{share}" for kind, share in found.by_kind.items()),
        "  median days: " + ", ".join(f"{labels[ending]} {days:.1f}" for ending, days in found.days.items()),
    ]
    return "\n".join(lines)


def _in_time(contact: Contact) -> str:
    """How it had ended after thirty days."""
    in_time = contact.ended_at is not None and contact.ended_at - contact.at <= WITHIN
    return contact.ending if in_time else ""


def _days(contacts: Iterable[Contact]) -> list[float]:
    return [(one.ended_at - one.at) / timedelta(days=1) for one in contacts if one.ended_at is not None]


def _share(runs: Sequence[Told], counts: Callable[[Contact], bool], kind: str = "") -> Share:
    shares, everyone, good = [], 0, 0
    for run in runs:
        chosen = [contact for contact in run.contacts.values() if not kind or contact.kind == kind]
        if chosen:
            shares.append(sum(map(counts, chosen)) / len(chosen))
            everyone, good = everyone + len(chosen), good + sum(map(counts, chosen))
    if not everyone:
        return Share(0.0, 0.0, 1.0)
    if len(shares) > 1:
        middle = mean(shares)
        around = STUDENT.get(len(shares), 1.96) * stdev(shares) / sqrt(len(shares))
        return Share(middle, max(0.0, middle - around), min(1.0, middle + around))
    z, p = 1.96, good / everyone
    centre, scale = (p + z * z / (2 * everyone)), 1 + z * z / everyone
    around = z * sqrt(p * (1 - p) / everyone + z * z / (4 * everyone**2))
    return Share(p, max(0.0, (centre - around) / scale), min(1.0, (centre + around) / scale))


def _rounded(share: Share) -> list[float]:
    return [round(share.share, 4), round(share.low, 4), round(share.high, 4)]
