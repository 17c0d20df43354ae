"""Inputs: whatever is typed, sent or forged, parsers and decisions refuse with a sentence and the site never fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from tests.fuzzing import broken_site
from tests.fuzzing.described import described
from tests.fuzzing.odd import Odd
from tests.fuzzing.parsers import PARSERS, parsed
from tests.fuzzing.raw import thrown
from tests.fuzzing.stage import MOST_TOLD, Seen, staged
from tests.fuzzing.visits import TARGETS, Target, visited
from tests.fuzzing.wishes import decided
from tests.proofs import Result


class Size(Struct, frozen=True):
    """How many texts are parsed, wishes decided, routes visited, requests described, and bytes thrown."""

    texts: int
    wishes: int
    visits: int
    described: int
    thrown: int

    @property
    def requests(self) -> int:
        """How many go through the network."""
        return self.visits + self.described + self.thrown


SMALL: Final = Size(5_000, 3_000, 5_000, 2_000, 5_000)
FULL: Final = Size(600_000, 200_000, 120_000, 40_000, 40_000)
CONTROL: Final = Size(500, 0, 40, 40, 0)


def run(*, small: bool, seed: int) -> Result:
    """Try texts on every parser, wishes on every decision, requests on every route, and bytes on the socket."""
    size = SMALL if small else FULL
    odd = Odd(seed)
    violations = parsed(odd, PARSERS, size.texts) + decided(odd, size.wishes)
    with staged(seed) as stage:
        seen = {
            "visits": visited(odd, stage, size.visits),
            "described": described(stage, size.described, seed),
            "thrown": thrown(odd, stage, size.thrown),
        }
        violations += [each for part in seen.values() for each in part.violations]
        if violations:
            violations.append(f"the site says: {stage.serving.last_words}")
    facts = {"texts": size.texts, "wishes": size.wishes, "routes": len(TARGETS)}
    facts |= {name: part.total for name, part in seen.items()}
    facts |= {f"answered_{status}": times for status, times in _statuses(*seen.values())}
    return Result(size.texts + size.wishes + sum(part.total for part in seen.values()), violations[:MOST_TOLD], facts)


def control(*, small: bool, seed: int) -> Result:
    """The same texts for parsers as one writes them at first, and a site with two routes that break.

    Each of the three must be found out: where one is not, nothing is said to be wrong, and the run proves nothing.
    """
    naive: Mapping[str, Callable[[str], object]] = {
        "int": int,
        "Decimal": lambda text: Decimal(text) * 1_000 // 1,
        "utf-8": lambda text: text.encode(),
    }
    with staged(seed, broken_site.__name__) as stage:
        broken = [Target("GET", broken_site.PAGE)]
        seen = (
            visited(Odd(seed), stage, CONTROL.visits, broken),
            described(stage, CONTROL.described, seed, broken_site.PROGRAMS),
        )
    found = [parsed(Odd(seed), naive, CONTROL.texts), *(part.violations for part in seen)]
    return Result(CONTROL.texts + CONTROL.requests, [each for part in found for each in part] if all(found) else [])


def _statuses(*parts: Seen) -> list[tuple[int, int]]:
    statuses = sorted({status for part in parts for status in part.statuses})
    return [(status, sum(part.statuses.get(status, 0) for part in parts)) for status in statuses]
