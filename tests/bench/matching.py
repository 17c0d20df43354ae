"""What it costs to match: one new listing among more and more live ones, from the log on, and all of them anew."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeVar
from uuid import uuid4

from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from domain.commands import Command
from domain.events import Recorded
from domain.listings import ListingPosted
from domain.programme import MatchWeightsSet
from marketplace.database import Role
from marketplace.database.arrays import array
from marketplace.folding import Connection, fetch, fold, fold_in_memory, make_tables
from projections.matches import MATCHES, described, finding
from projections.matches.rows import CANDIDATE, PAIR
from projections.model import Rows
from tests.bench.figures import Figure, Floor, Timed, repeated
from tests.bench.places import COPIED, LISTINGS, SCHEMA, Stamp, listings, mark, replay, wish
from tests.bench.scale import Scale
from tests.ground import Desk, Ground, desk
from tests.samples import NOW

T = TypeVar("T")

BESIDE: Final = "bench_beside"
"""Where one place is replayed alone, to be held against a copy or to be copied."""
COUNTED: Final = "its buckets counted, by the index alone"
WARM: Final = 20


def measured(ground: Ground, scale: Scale, seed: int) -> Iterator[Figure]:
    """One new listing among so many live ones: found and judged, stored too, published too; and all replayed."""
    with (
        desk(ground.database) as here,
        ground.database.connect(Role.FOLLOWER, statement_timeout=0, synchronous_commit="off") as connection,
        ground.administrator() as administrator,
    ):
        stamp = _stamped(connection, seed)
        _make(connection, SCHEMA)
        places = -(-scale.live[0] // LISTINGS)
        yield from _replayed(connection, administrator, seed, places)
        _tidied(administrator)
        yield from _weighed(connection)
        filled, before = places, None
        for size in scale.live:
            while filled * LISTINGS < size:
                with connection.transaction():
                    stamp.put(filled)
                filled += 1
            _tidied(administrator)
            done, figures = _among(connection, here, scale.times, seed, filled)
            yield from figures
            if before is not None:
                yield Figure(f"growth to {_live(filled)}, p50", done.p50, "ms", Floor("the same among fewer", before))
            before = done.p50


def _stamped(connection: Connection, seed: int) -> Stamp:
    """The first place, replayed; and proof that another one replayed is the same as a copy of the first."""
    stamps = []
    for place in (0, 1):
        _make(connection, BESIDE)
        replay(connection, listings(seed, place), BESIDE)
        stamps.append(Stamp(connection, BESIDE))
    stamp, replayed = stamps
    assert not (other := stamp.differing(1, replayed)), f"a copy is what a replay gives: {other}"
    return stamp


def _tidied(administrator: Connection) -> None:
    """As the server itself leaves tables that were written to, a while later."""
    written = SQL(", ").join(Identifier(SCHEMA, table.name) for table in COPIED)
    administrator.execute(SQL("VACUUM ANALYZE {}").format(written))


def _make(connection: Connection, schema: str) -> None:
    connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
    connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    make_tables(connection, MATCHES, schema)


def _replayed(connection: Connection, administrator: Connection, seed: int, places: int) -> Iterator[Figure]:
    """Everything from the first event, beside copying the finished rows in."""
    began = time.perf_counter()
    for place in range(places):
        replay(connection, listings(seed, place))
    rate = places * LISTINGS / (time.perf_counter() - began)
    counting = SQL("SELECT count(*) FROM {}").format(Identifier(SCHEMA, PAIR.name))
    (pairs,) = administrator.execute(counting).fetchone() or (0,)
    _make(connection, BESIDE)
    finished = Stamp(connection)
    began = time.perf_counter()
    with connection.transaction():
        finished.put(0, BESIDE)
    floor = places * LISTINGS / (time.perf_counter() - began)
    note = f"{places * LISTINGS} listings, {pairs} pairs, no other events"
    yield Figure("rebuild the matches, listings", rate, "/s", Floor("the finished rows copied in", floor), note)


def _weighed(connection: Connection) -> Iterator[Figure]:
    """A zone weighs its matches otherwise: each of its listings is judged anew, so many in one transaction."""
    zone_id = f"zone-{mark(0)}"
    event = MatchWeightsSet(zone_id=zone_id, category=40, text=30, distance=20, quantity=10)
    recorded = Recorded(1, "programme", 0, event, NOW, "member:bench")
    taken: list[float] = []
    done = 0
    while not done:
        began = time.perf_counter()
        with connection.transaction():
            done = fold(connection, MATCHES, SCHEMA, [recorded])
        taken.append(1_000 * (time.perf_counter() - began))
    note = f"{LISTINGS} listings in {len(taken)} transactions"
    yield Figure("a zone's matches weighed anew", sum(taken), "ms", None, note)
    yield Figure("the longest transaction of it", max(taken), "ms")


def _among(connection: Connection, here: Desk, times: int, seed: int, places: int) -> tuple[Timed, list[Figure]]:
    """So many new listings, one after the other, among those of so many places."""
    dice = random.Random(f"{seed} {places}")  # noqa: S311 - a story told twice alike
    both = [wish(dice, number, dice.randrange(places)) for number in range(WARM + 2 * times)]
    wishes, others = both[: WARM + times], both[WARM + times :]
    sought = [_sought(recorded) for recorded in wishes]
    for recorded in wishes[:WARM]:
        _stored(connection, recorded)
    floor = _timed(sought[WARM:], partial(_counted, connection))
    judged = _timed(wishes[WARM:], partial(_judged, connection))
    stored = _timed(wishes[WARM:], partial(_stored, connection))
    published = _timed(others, partial(_published, connection, here))
    figures = []
    for name, done in (("found and judged", judged), ("and stored", stored), ("published, matched, stored", published)):
        work = f"match one, {_live(places)}, {name}"
        figures.append(Figure(f"{work}, p50", done.p50, "ms", Floor(COUNTED, floor.p50)))
        figures.append(Figure(f"{work}, p95", done.p95, "ms", Floor(COUNTED, floor.p95)))
        figures.append(Figure(f"{work}, our processor time", done.own, "ms", Floor(COUNTED, floor.own)))
    return stored, figures


def _live(places: int) -> str:
    return f"{places * LISTINGS:,} live".replace(",", " ")


def _timed(works: Sequence[T], work: Callable[[T], None]) -> Timed:
    waiting = iter(works)
    return repeated(len(works), lambda: work(next(waiting)))


def _judged(connection: Connection, recorded: Recorded) -> None:
    with connection.transaction(force_rollback=True), connection.pipeline():
        fold_in_memory(MATCHES, Rows(partial(fetch, connection, SCHEMA)), [recorded])


def _stored(connection: Connection, recorded: Recorded) -> None:
    with connection.transaction():
        fold(connection, MATCHES, SCHEMA, [recorded])


def _published(connection: Connection, here: Desk, recorded: Recorded) -> None:
    """Append it to the log, which keeps it on the disk, then match and store it as a follower does."""
    command = Command(actor=recorded.actor, now=here.clock.now(), command_id=str(uuid4()))
    receipt = here.log.append(command, recorded.stream, -1, [recorded.event], zones=[], ids={})
    _stored(connection, replace(recorded, id=receipt.position))


def _sought(recorded: Recorded) -> str:
    event = recorded.event
    assert isinstance(event, ListingPosted)
    groups = finding.around(event.side, described.sought(event), ())
    return array([bucket for table, _column, *buckets in groups if table is CANDIDATE for bucket in buckets])


def _counted(connection: Connection, buckets: str) -> None:
    """Count what stands where a listing looks: the least a search can cost."""
    connection.execute(
        SQL("SELECT count(*) FROM {} WHERE bucket = ANY (%s::text[])").format(Identifier(SCHEMA, CANDIDATE.name)),
        [buckets],
    ).fetchone()
