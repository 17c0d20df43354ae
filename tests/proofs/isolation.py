"""Isolation: every way into the site, each of nine who come, own and foreign and missing and malformed things.

What somebody may not know of answers exactly as what is not there; no word of another zone stands on a page, in a feed,
a file, a row or a mail; and with any one guard taken away, this is seen.
"""

from __future__ import annotations

import random

from tests.ground import grounded
from tests.proofs import Result
from tests.proofs.isolating.guards import caught, guards
from tests.proofs.isolating.probes import all_of_it, foreign
from tests.proofs.isolating.world import ACTORS, STRANGERS, world


def run(*, small: bool, seed: int) -> Result:
    """Ask everything, then take every guard away in turn; small: a quarter of the ways, three who come."""
    chance = random.Random(seed)  # noqa: S311  # a sample, not a secret
    with grounded() as ground, world(ground.database) as here:
        ways = chance.sample(here.ways, len(here.ways) // 4) if small else here.ways
        actors = [chance.choice(STRANGERS[:2]), "suspended", "another company’s"] if small else list(ACTORS)
        n, violations = all_of_it(here, ways, actors)
        taken = 0
        for guard in guards(here):
            taken += 1
            if not caught(guard):
                violations.append(f"nobody notices when this guard is away: {guard.name}")
    return Result(n, violations, {"ways": len(here.ways), "asked": len(ways), "actors": len(actors), "guards": taken})


def control(*, small: bool, seed: int) -> Result:
    """The same with the rows of listings open to whoever asks: a hole that must be seen."""
    del small, seed
    with grounded() as ground, world(ground.database) as here:
        hole = next(guard for guard in guards(here) if guard.name == "rows of listing")
        page = [way for way in here.ways if (way.method, way.path) == ("GET", "/listings/{listing_id}")]
        with hole.away:
            by_row = [found for found in hole.found() if found]
            by_page = [found for found in foreign(here, page, STRANGERS) if found]
    return Result(2, [*by_row, *by_page] if by_row and by_page else [])
