"""The funnel of a zone: how far each of its matches came, and where the others stopped.

Rows of matches and of exchanges meet here: a match and the exchange that came of it are one journey. Nothing is
guessed: an interest in a listing without another one beside it began without a match, and counts apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final, Literal, cast
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain.exchanges import Reason
from marketplace.reading import AsyncReading
from projections import people
from projections.exchanges.funnel import Course, courses
from projections.matches import FoundRow
from projections.matches.funnel import FoundCount, Pair, found, found_counts, seeing_time

if TYPE_CHECKING:
    from web.services import Services

Stage = Literal["matched", "seen", "contacted", "accepted", "collected", "confirmed"]
STAGES: Final[tuple[Stage, ...]] = ("matched", "seen", "contacted", "accepted", "collected", "confirmed")
OF_EXCHANGES: Final[tuple[Stage, ...]] = STAGES[2:]
"""The stages an exchange has; those before are a match's alone."""
Way = Literal["match", "direct"]
"""Whether it began with a match, or directly from a listing."""
Outcome = Literal["confirmed", "chosen", "clock", "nothing", "open"]
"""What became of it: a pick-up that stands, a reason somebody chose, an end nobody chose, an end at which nothing that
was collected stands, or not over yet."""
Stopped = Literal["before", "after"]
"""Whether it ended before it was accepted, or after."""


FOLLOWED_FOR: Final = timedelta(days=366)
"""How long after a period a match found in it may still lead to an exchange that counts there."""


class Span(Struct, frozen=True):
    """A period of whole days, both included, by the clocks of a zone."""

    first: date
    last: date
    time_zone: str

    @property
    def since(self) -> datetime:
        """The moment it begins."""
        return datetime.combine(self.first, time(0), ZoneInfo(self.time_zone))

    @property
    def before(self) -> datetime:
        """The moment it is over."""
        return datetime.combine(self.last + timedelta(days=1), time(0), ZoneInfo(self.time_zone))

    def within(self, month: str) -> Span:
        """The part of it that lies in a month, such as `2026-03`."""
        first = date.fromisoformat(f"{month}-01")
        following = (first + timedelta(days=31)).replace(day=1)
        return replace(self, first=max(self.first, first), last=min(self.last, following - timedelta(days=1)))

    def month_of(self, at: datetime) -> str:
        """The month of a moment."""
        return f"{at.astimezone(ZoneInfo(self.time_zone)):%Y-%m}"

    @property
    def months(self) -> tuple[str, ...]:
        """Its months, the newest first."""
        first = self.first.replace(day=1)
        found = [first]
        while (found[-1] + timedelta(days=31)).replace(day=1) <= self.last:
            found.append((found[-1] + timedelta(days=31)).replace(day=1))
        return tuple(f"{month:%Y-%m}" for month in reversed(found))


class Journey(Struct, frozen=True, kw_only=True):
    """An exchange, and the match it came from, if it did."""

    course: Course
    match: FoundRow | None
    month: str
    moments: Mapping[Stage, datetime]

    @property
    def way(self) -> Way:
        """How it began."""
        return "direct" if self.match is None else "match"

    @property
    def family(self) -> str:
        """What it is about: a match by its offer, anything else by its listing."""
        return self.match.family if self.match else self.course.family

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if "confirmed" in self.moments:
            return "confirmed"
        match self.course.stage:
            case "declined" | "abandoned":
                return "chosen" if self.course.closed_by else "clock"
            case "ended" | "confirmed":
                return "nothing"
            case _:
                return "open"

    @property
    def stopped(self) -> Stopped | None:
        """Where it ended without anything collected, if it did."""
        if self.outcome not in ("chosen", "clock"):
            return None
        return "after" if "accepted" in self.moments else "before"


class Wanted(Struct, frozen=True, kw_only=True):
    """Which journeys somebody asks for; an empty choice leaves everything in."""

    stage: Stage | None = None
    way: Way | None = None
    outcome: Outcome | None = None
    stopped: Stopped | None = None
    reason: Reason | None = None
    family: str = ""
    month: str = ""

    def fits(self, journey: Journey) -> bool:
        """Whether this is one of them."""
        return (
            (self.stage is None or self.stage in journey.moments)
            and self.way in (None, journey.way)
            and self.outcome in (None, journey.outcome)
            and (self.stopped is None or self.stopped == journey.stopped)
            and (self.reason is None or (journey.stopped is not None and self.reason == journey.course.reason))
            and self.family in ("", journey.family)
            and self.month in ("", journey.month)
        )


class Funnel(Struct, frozen=True, kw_only=True):
    """What happened to the matches a zone found in a period, and to what began there without a match."""

    span: Span
    counts: Sequence[FoundCount]
    seen_after: float | None
    journeys: Sequence[Journey]
    index: Mapping[tuple[str, str], Sequence[Journey]]

    def count(self, wanted: Wanted) -> int:
        """How many journeys there are of a kind; every number of the page is one of these."""
        if wanted.stage not in ("matched", "seen"):
            return sum(wanted.fits(journey) for journey in self._narrowed(wanted))
        of = [row for row in self.counts if wanted.family in ("", row.family) and wanted.month in ("", row.month)]
        return sum(row.found if wanted.stage == "matched" else row.seen for row in of)

    def _narrowed(self, wanted: Wanted) -> Sequence[Journey]:
        """The fewest journeys that are known to hold all that are wanted: a page asks for hundreds of numbers."""
        for choice in (("reason", wanted.reason), ("family", wanted.family), ("month", wanted.month)):
            if choice[1]:
                return self.index.get((choice[0], choice[1]), ())
        return self.journeys

    def wait(self, stage: Stage, way: Way) -> timedelta | None:
        """How long half of those that came so far took from the stage before."""
        if stage == "seen":
            return None if self.seen_after is None else timedelta(seconds=self.seen_after)
        if stage == "matched":
            return None
        before = STAGES[STAGES.index(stage) - 1]
        took = [
            (journey.moments[stage] - journey.moments[before]).total_seconds()
            for journey in self.journeys
            if journey.way == way and stage in journey.moments and before in journey.moments
        ]
        return timedelta(seconds=median(took)) if took else None

    @property
    def families(self) -> tuple[str, ...]:
        """The families anything happened in, the fullest first."""
        numbers: dict[str, int] = {}
        for row in self.counts:
            numbers[row.family] = numbers.get(row.family, 0) + row.found
        for journey in self.journeys:
            numbers.setdefault(journey.family, 0)
        return tuple(sorted(numbers, key=lambda family: (-numbers[family], family)))


async def journeys(services: Services, read: AsyncReading, zone: people.Zone, span: Span) -> list[Journey]:
    """What began in a period, the newest first; of a match’s several exchanges, the one that came furthest."""
    begun = await read.all(courses(zone.zone_id, span.since, span.before, span.before + FOLLOWED_FOR))
    pairs = sorted({course.pair for course in begun if course.pair})
    matched = await read.all(found(pairs)) if pairs else []
    return await services.blocking(_journeys, begun, matched, zone, span)


def _journeys(
    begun: Sequence[Course], matches_found: Sequence[FoundRow], zone: people.Zone, span: Span
) -> list[Journey]:
    matched = {(row.a_id, row.b_id): row for row in matches_found}
    furthest: dict[Pair, Journey] = {}
    direct: list[Journey] = []
    for course in begun:
        match = matched.get(course.pair) if course.pair else None
        if match is None or match.found_at > course.asked_at or zone.zone_id not in match.zones:
            if course.asked_at < span.before:
                direct.append(_journey(course, None, span))
        elif span.since <= match.found_at < span.before:
            journey = _journey(course, match, span)
            known = furthest.get((match.a_id, match.b_id))
            if known is None or _reached(journey) > _reached(known):
                furthest[match.a_id, match.b_id] = journey
    everything = [*direct, *furthest.values()]
    return sorted(everything, key=lambda one: (one.course.asked_at, one.course.exchange_id), reverse=True)


async def funnel(services: Services, read: AsyncReading, zone: people.Zone, span: Span) -> Funnel:
    """Everything the page of a zone's funnel says of a period."""
    took = await read.one(seeing_time(zone.zone_id, span.since, span.before))
    begun = await journeys(services, read, zone, span)
    index: dict[tuple[str, str], list[Journey]] = {}
    for journey in begun:
        for choice in (("reason", journey.course.reason or ""), ("family", journey.family), ("month", journey.month)):
            index.setdefault(choice, []).append(journey)
    return Funnel(
        span=span,
        counts=await read.all(found_counts(zone.zone_id, span.since, span.before, span.time_zone)),
        seen_after=took.seconds if took else None,
        journeys=begun,
        index=index,
    )


def _journey(course: Course, match: FoundRow | None, span: Span) -> Journey:
    known: Iterable[tuple[str, datetime | None]] = (
        ("matched", match.found_at if match else None),
        ("seen", match.seen_at if match else None),
        ("contacted", course.asked_at),
        ("accepted", course.accepted_at),
        ("collected", course.picked_up_at),
        ("confirmed", course.confirmed_at),
    )
    moments = cast("dict[Stage, datetime]", {stage: at for stage, at in known if at is not None})
    began = match.found_at if match else course.asked_at
    return Journey(course=course, match=match, month=span.month_of(began), moments=moments)


def _reached(journey: Journey) -> tuple[int, bool, datetime]:
    return len(journey.moments), journey.outcome == "open", journey.course.asked_at
