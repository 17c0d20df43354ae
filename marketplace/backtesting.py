"""How good the ranking would have been: the log replayed, and each choice people made held against the order given."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from math import ceil
from typing import Final, Literal

from msgspec import Struct

from domain import matches
from domain.events import Event, Recorded
from domain.exchanges import InterestShown
from domain.matching import DEFAULT, Match, Traits, Weights, judge
from domain.refused import Refused, _
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import opened
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import fold_in_memory
from marketplace.settings import Settings
from projections.matches import MATCHES
from projections.matches.described import traits_of
from projections.matches.rows import LISTING, ListingRow
from projections.model import Rows

BATCH: Final = 500
SHOWN_FIRST: Final = 5
"""How many matches somebody looks at, at first."""
SAMPLES: Final = 2_000
CONFIDENCE: Final = 95

Choice = Literal["introduced", "dismissed"]
CHOICES: Final[dict[type[Event], Choice]] = {
    InterestShown: "introduced",
    matches.MatchIntroduced: "introduced",
    matches.MatchDismissed: "dismissed",
}


class Place(Struct, frozen=True):
    """Where each of the weightings would have put the other side when somebody chose; None where it would not."""

    choice: Choice
    ranks: tuple[float | None, ...]


class Figures(Struct, frozen=True):
    """What one weighting is worth: of the introductions, how many stood among the first five, and the mean of 1/rank.

    `dismissed5` is how many of the dismissed stood there: fewer is better.
    """

    introductions: int
    dismissals: int
    hit5: float
    mrr: float
    dismissed5: float


class Difference(Struct, frozen=True):
    """How much a second weighting gains in mean 1/rank over the first, and between what bounds, 19 times of 20."""

    gain: float
    least: float
    most: float


def places(
    batches: Callable[[int], Sequence[Recorded]],
    zone_id: str,
    weightings: Sequence[Weights],
    progress: Callable[[int], None] = lambda _position: None,
) -> list[Place]:
    """Replay the log; at each choice about a pair in this zone, rank all that lived there at that moment, both ways."""
    rows = Rows(lambda _table, _column, _values: ())
    found: list[Place] = []
    position = 0
    while batch := batches(position):
        for recorded in batch:
            if type(recorded.event) in CHOICES and zone_id in recorded.zones:
                found += _ranked(rows, recorded.event, zone_id, weightings)
            if type(recorded.event) in MATCHES.events:
                fold_in_memory(MATCHES, rows, [recorded])
        position = batch[-1].id
        progress(position)
    return found


def _ranked(rows: Rows, event: Event, zone_id: str, weightings: Sequence[Weights]) -> list[Place]:
    other_id: str | None = getattr(event, "other_listing_id", None)
    one = rows.get(LISTING, getattr(event, "listing_id", ""))
    other = rows.get(LISTING, other_id) if other_id else None
    if one is None or other is None or not one.zones or not other.zones:
        return []
    live = rows.of(LISTING, "zones", zone_id)
    choice = CHOICES[type(event)]
    return [
        Place(choice, tuple(_rank(seeker, sought, live, weights) for weights in weightings))
        for seeker, sought in ((one, other), (other, one))
    ]


def _rank(seeker: ListingRow, sought: ListingRow, live: Sequence[ListingRow], weights: Weights) -> float | None:
    """Its place among all of its side; those with as many points share their places."""
    mine = traits_of(seeker)
    points = _points(mine, traits_of(sought), weights)
    if points is None:
        return None
    rivals = [
        _points(mine, traits_of(row), weights)
        for row in live
        if row.side == sought.side and row.listing_id != sought.listing_id
    ]
    better = sum(rival is not None and rival > points for rival in rivals)
    return 1 + better + sum(rival == points for rival in rivals) / 2


def _points(one: Traits, other: Traits, weights: Weights) -> int | None:
    found = judge(one, other, weights, explained_from=NEVER)
    return found.hundredths if isinstance(found, Match) else None


NEVER: Final = 101
"""Points nobody reaches: reasons that nobody reads are not worked out."""


def figures(found: Sequence[Place], weighting: int = 0) -> Figures:
    """What a weighting is worth; noughts where nobody chose."""
    introduced = [place.ranks[weighting] for place in found if place.choice == "introduced"]
    dismissed = [place.ranks[weighting] for place in found if place.choice == "dismissed"]
    return Figures(
        introductions=len(introduced),
        dismissals=len(dismissed),
        hit5=_mean([rank is not None and rank <= SHOWN_FIRST for rank in introduced]),
        mrr=_mean([_reciprocal(rank) for rank in introduced]),
        dismissed5=_mean([rank is not None and rank <= SHOWN_FIRST for rank in dismissed]),
    )


def difference(found: Sequence[Place], seed: int = 0) -> Difference:
    """The gain of the second weighting over the first, with an interval drawn from the choices again and again."""
    gains = [
        _reciprocal(place.ranks[1]) - _reciprocal(place.ranks[0]) for place in found if place.choice == "introduced"
    ]
    if not gains:
        return Difference(0.0, 0.0, 0.0)
    dice = random.Random(seed)  # noqa: S311 - drawn alike each time
    drawn = sorted(_mean(dice.choices(gains, k=len(gains))) for _sample in range(SAMPLES))
    cut = (100 - CONFIDENCE) / 200
    return Difference(_mean(gains), drawn[int(SAMPLES * cut)], drawn[ceil(SAMPLES * (1 - cut)) - 1])


def _reciprocal(rank: float | None) -> float:
    return 0.0 if rank is None else 1 / rank


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def run(
    settings: Settings, slug: str, weights: Weights | None, progress: Callable[[int, int], None]
) -> tuple[Figures, Figures | None, Difference | None]:
    """Replay this site's log for a zone: with its usual weights, and with others beside them."""
    zone_id = f"zone-{slug}"
    with (
        opened(settings) as database,
        closing(EventLog(database.url, Registry(*EVENTS), Clock(database.url))) as events,
    ):
        if not events.history(zone_id):
            raise Refused(_("There is no such zone."))
        head = events.head()
        found = places(
            lambda position: events.read(position, BATCH),
            zone_id,
            (DEFAULT, weights) if weights else (DEFAULT,),
            lambda position: progress(position, head),
        )
    if weights is None:
        return figures(found), None, None
    return figures(found), figures(found, 1), difference(found)
