"""The rounds of a pooled collection: what each stop has ready, how one gets there, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain import taxonomy
from domain.events import Event, Private
from domain.listings import PickupTerms
from domain.places import Place, distance_km

Outcome = Literal["collected", "refused", "absent"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("collected", "refused", "absent")
CONDITIONS: Final = taxonomy.ATTRIBUTES["condition"].values
GOOD: Final = ("NEW", "A", "B", "C")
"""The conditions a collector usually reuses as they are."""
FAMILIES: Final = {"SRV.WEEE": "DEE", "SRV.ARCH": "CAR"}
"""What a collection that is named as a service takes away."""
NOTHING: Final = Decimal(0)


class Load(Struct, frozen=True):
    """So much of one format in one condition: 40 Euro pallets of grade B."""

    format: str
    condition: str
    quantity: Decimal


class CollectionSet(Event, frozen=True):
    """The rule of the collection: from how many per cent of good units on the round is free, and how often it comes.

    `good` are the conditions that count as good; nothing in `free_from` means that the price does not depend on them.
    """

    purchase_id: str
    free_from: int | None = None
    good: tuple[str, ...] = GOOD
    every_weeks: int | None = None


class StopDeclared(Event, frozen=True):
    """A company says what it has ready for a round, at which of its sites, and how a lorry gets there."""

    purchase_id: str
    company_id: str
    number: int
    site_id: str
    place: Place
    loads: tuple[Load, ...]
    access: PickupTerms
    remark: Private | None = None


class StopConfirmed(Event, frozen=True):
    """A company has the same ready as last time."""

    purchase_id: str
    company_id: str
    number: int


class StopSkipped(Event, frozen=True):
    """A company has nothing for this round; the next one asks it again."""

    purchase_id: str
    company_id: str
    number: int


class StopWithdrawn(Event, frozen=True):
    """A company takes no part in the collection any more."""

    purchase_id: str
    company_id: str


class RoundPlanned(Event, frozen=True):
    """The collector comes on this day; said again, the same round has another day.

    `gone` are the companies that were erased meanwhile: nobody is there to hand anything over.
    """

    purchase_id: str
    number: int
    on: date
    gone: tuple[str, ...] = ()


class StopsOrdered(Event, frozen=True):
    """In which order the lorry stops: by hand, or each time at what is nearest next."""

    purchase_id: str
    number: int
    company_ids: tuple[str, ...]
    nearest: bool


class StopVisited(Event, frozen=True):
    """What became of a stop, as the collector told the organiser; said again, it is corrected.

    `weight` is what was weighed back, in kilograms.
    """

    purchase_id: str
    company_id: str
    number: int
    outcome: Outcome
    weight: Decimal | None = None
    remark: Private | None = None


class RoundCompleted(Event, frozen=True):
    """Every stop of the round was seen to."""

    purchase_id: str
    number: int
    on: date


RoundEvent = (
    CollectionSet
    | StopDeclared
    | StopConfirmed
    | StopSkipped
    | StopWithdrawn
    | RoundPlanned
    | StopsOrdered
    | StopVisited
    | RoundCompleted
)


class Stop(Struct, frozen=True):
    """What a company hands over; `of_round` is the newest round it answered for, `skips` the one it sits out."""

    site_id: str
    place: Place
    loads: tuple[Load, ...]
    access: PickupTerms
    of_round: int
    skips: int = 0

    @property
    def quantity(self) -> Decimal:
        """All of it."""
        return sum((load.quantity for load in self.loads), NOTHING)


class Round(Struct, frozen=True):
    """One round: its day, the order of its stops, and what became of each."""

    number: int
    on: date
    order: tuple[str, ...] = ()
    nearest: bool = False
    visited: dict[str, Outcome] = field(default_factory=dict)
    completed: bool = False


class GoodShare(Struct, frozen=True):
    """The good units among all that were declared."""

    good: Decimal
    units: Decimal

    @property
    def percent(self) -> int | None:
        """Whole per cent, never rounded up: what is shown as 80 % is 80 % at least; None of nothing."""
        return int(Fraction(self.good) / Fraction(self.units) * 100) if self.units else None

    def reaches(self, percent: int) -> bool:
        """Whether it is at least so many per cent, computed exactly."""
        return bool(self.units) and self.good * 100 >= self.units * percent


class Collection(Struct, frozen=True):
    """What decisions know of a pooled collection: its rule, each company's standing stop, and the newest round."""

    free_from: int | None = None
    good: tuple[str, ...] = GOOD
    every_weeks: int | None = None
    stops: dict[str, Stop] = field(default_factory=dict)
    round: Round | None = None

    @property
    def number(self) -> int:
        """The round that is prepared or under way; the first one is number 1."""
        if self.round is None:
            return 1
        return self.round.number + self.round.completed

    @property
    def is_planned(self) -> bool:
        """Whether a round has its day and was not seen through yet."""
        return self.round is not None and not self.round.completed

    def answer(self, company_id: str) -> Literal["ready", "skips", "silent"] | None:
        """What a company says of the coming round; None when it has no stop."""
        stop = self.stops.get(company_id)
        if stop is None:
            return None
        if stop.skips == self.number:
            return "skips"
        return "ready" if stop.of_round == self.number else "silent"

    @property
    def ready(self) -> dict[str, Stop]:
        """The stops of the coming round that their companies confirmed, in the order they are made, then by id."""
        order = self.round.order if self.round and self.is_planned else ()
        places = {company_id: place for place, company_id in enumerate(order)}
        ready = [one for one in self.stops if self.answer(one) == "ready"]
        return {one: self.stops[one] for one in sorted(ready, key=lambda one: (places.get(one, len(places)), one))}

    @property
    def waited_for(self) -> tuple[str, ...]:
        """Who has something ready and was not seen to yet."""
        visited = self.round.visited if self.round else {}
        return tuple(one for one in self.ready if one not in visited)

    @property
    def share(self) -> GoodShare:
        """The good units among all that were declared for the coming round."""
        return self.share_of(self.ready)

    def share_of(self, stops: Mapping[str, Stop]) -> GoodShare:
        """The good units of some stops."""
        loads = [load for stop in stops.values() for load in stop.loads]
        return GoodShare(
            sum((load.quantity for load in loads if load.condition in self.good), NOTHING),
            sum((load.quantity for load in loads), NOTHING),
        )


def formats(category: str) -> tuple[str, ...]:
    """The formats a collection of this category may take: the leaves of its family; of all goods for a mixed one."""
    chosen = taxonomy.CATEGORIES[category]
    family = FAMILIES.get(category) or (chosen.family if taxonomy.kind(category) == "good" else None)
    leaves = taxonomy.leaves(family) if family else taxonomy.leaves()
    return tuple(leaf.code for leaf in leaves if family or taxonomy.kind(leaf.code) == "good")


def nearest_next(start: Place, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Always the nearest stop that is left, from where the last one was; the first named among equals."""
    left, order, here = dict(places), list[str](), start
    while left:
        nearest = min(left, key=lambda one: distance_km(here, left[one]))
        order.append(nearest)
        here = left.pop(nearest)
    return tuple(order)


def evolve_rounds(collection: Collection, event: RoundEvent) -> Collection:  # noqa: C901  (one flat case per event)
    """The collection after `event`."""
    match event:
        case CollectionSet():
            return replace(collection, free_from=event.free_from, good=event.good, every_weeks=event.every_weeks)
        case StopDeclared():
            stop = Stop(event.site_id, event.place, event.loads, event.access, event.number)
            return _with(collection, event.company_id, stop)
        case StopConfirmed():
            stop = collection.stops[event.company_id]
            return _with(collection, event.company_id, replace(stop, of_round=event.number, skips=0))
        case StopSkipped():
            stop = collection.stops[event.company_id]
            return _with(collection, event.company_id, replace(stop, skips=event.number))
        case StopWithdrawn():
            return without(collection, event.company_id)
        case RoundPlanned():
            kept = collection
            for company_id in event.gone:
                kept = without(kept, company_id)
            before = collection.round
            same = before is not None and before.number == event.number
            planned = replace(before, on=event.on) if before and same else Round(event.number, event.on)
            return replace(kept, round=planned)
        case StopsOrdered():
            assert collection.round is not None
            ordered = replace(collection.round, order=event.company_ids, nearest=event.nearest)
            return replace(collection, round=ordered)
        case StopVisited():
            assert collection.round is not None
            visited = {**collection.round.visited, event.company_id: event.outcome}
            return replace(collection, round=replace(collection.round, visited=visited))
        case RoundCompleted():
            assert collection.round is not None
            return replace(collection, round=replace(collection.round, completed=True))


def without(collection: Collection, company_id: str) -> Collection:
    """The collection without a company's stop."""
    return replace(collection, stops={one: stop for one, stop in collection.stops.items() if one != company_id})


def _with(collection: Collection, company_id: str, stop: Stop) -> Collection:
    return replace(collection, stops={**collection.stops, company_id: stop})
