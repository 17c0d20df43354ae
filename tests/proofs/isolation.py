"""Isolation: every way into the site, each of nine who come, own and foreign and missing and malformed things.

What somebody may not know of answers exactly as what is not there; no word of another zone stands on a page, in a feed,
a file, a row or a mail; each read table gives its rows to those it names, and no other; nothing is done for a stranger.
And with any one guard taken away, be it of the doorway, of the database or of a decision, this is seen.
"""

from __future__ import annotations

import random

from tests.ground import grounded
from tests.proofs import Result
from tests.proofs.isolating import deeds, refusals
from tests.proofs.isolating.guards import caught, guards
from tests.proofs.isolating.probes import all_of_it, foreign, rows
from tests.proofs.isolating.reach import reach, unguarded, without_rows
from tests.proofs.isolating.world import ACTORS, STRANGERS, World, world


def run(*, small: bool, seed: int) -> Result:
    """Ask everything, then take every guard away in turn; small: an eighth of the ways, three of the nine.

    Small takes every guard of the doorway and of the database away, and those refusals that one stranger meets.
    """
    chance = random.Random(seed)  # noqa: S311  # a sample, not a secret
    with grounded() as ground, world(ground.database) as here:
        ways = chance.sample(here.ways, len(here.ways) // 8) if small else here.ways
        actors = [chance.choice(STRANGERS[:2]), "suspended", "another company’s"] if small else list(ACTORS)
        people = [chance.choice(deeds.STRANGERS)] if small else deeds.STRANGERS
        n, violations = all_of_it(here, ways, actors, people)
        violations += filter(None, reach(here))
        doors = list(guards(here))
        tables = list(unguarded(here))
        decisions, unheld = _refusals(here, small=small, people=people if small else deeds.PEOPLE)
        unseen = [guard.name for guard in doors if not caught(guard)] + [name for name in tables if name] + unheld
        violations += [f"nobody notices when this guard is away: {name}" for name in unseen]
    facts = {"ways": len(here.ways), "asked": len(ways), "actors": len(actors), "guards of the doorway": len(doors),
             "of tables": len(tables), "of decisions": decisions}  # fmt: skip
    return Result(n, violations, facts)


def control(*, small: bool, seed: int) -> Result:
    """The same with the rows of listings open to whoever asks: a hole that must be seen."""
    del small, seed
    with grounded() as ground, world(ground.database, whole=False) as here:
        page = [way for way in here.ways if (way.method, way.path) == ("GET", "/listings/{listing_id}")]
        with without_rows(here, "listing"):
            by_row = [found for found in rows(here, STRANGERS, ["listing"]) if found]
            by_page = [found for found in foreign(here, page, STRANGERS) if found]
    return Result(2, [*by_row, *by_page] if by_row and by_page else [])


def _refusals(here: World, *, small: bool, people: list[str] | tuple[str, ...]) -> tuple[int, list[str]]:
    """How many refusals of decisions were taken away, and those whose absence neither people nor tests notice."""
    with deeds.unrecorded(here):
        asked = [(deed, deeds.outcome(here, deed)) for deed in deeds.deeds(here, people)]
        met = refusals.met(asked)
        shut = [refusal for refusal, by in met.items() if not refusals.opens(here, refusal, by)]
    if small:
        return len(met), []  # another guard stands behind the others: what then is said is for the tests of the domain
    idle = sorted(set(deeds.use_cases()) - {deed.use_case for deed, said in asked if not deeds.turned_away(said)})
    unmet = [refusal for refusal in refusals.refusals() if refusal not in met and not refusal.only_missing]
    left = {refusal for refusal in (*shut, *unmet) if not refusal.is_second_net}
    held = refusals.held_by_tests(sorted(left))
    tried = [f"{name}, out of which nobody here gets anything" for name in idle if name not in deeds.UNTRIED]
    return len(met) + len(unmet), [*map(str, sorted(left - held)), *tried]
