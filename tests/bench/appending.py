"""What it costs to write: the disk's flush, plain inserts, the log, a use case, and to load what was written."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final
from uuid import uuid4

import psycopg

from domain import listings
from domain.commands import Command
from domain.listings import PostListing, RenewListing
from domain.members import MemberJoined
from marketplace.database import Role
from tests.bench.figures import Figure, Floor, at_once, repeated, together
from tests.bench.scale import Scale
from tests.ground import Desk, Ground, desk
from tests.town import ZONE, Town

WRITERS: Final = (1, 8, 32)
LENGTHS: Final = (10, 100)
BLOCK: Final = b"\0" * 8192
PLAIN: Final = "CREATE SCHEMA bench CREATE TABLE plain (id text PRIMARY KEY, body bytea NOT NULL)"
INSERT: Final = "INSERT INTO bench.plain VALUES (%s, %b)"
BODY: Final = b"x" * 400
"""About as much as a listing's event and what is known of its recording."""


def bare(ground: Ground, here: Desk, scale: Scale) -> Iterator[Figure]:
    """The disk, and the log with nothing decided, beside plain inserts with as many connections."""
    flushes = _flushes(ground, scale.times)
    yield Figure("disk: flush 8 kB, p50", flushes[0], "ms")
    yield Figure("disk: flush 8 kB, p95", flushes[1], "ms")
    with ground.administrator() as connection:
        connection.execute(PLAIN)
    for writers in WRITERS:
        appended = at_once([_append(here) for _writer in range(writers)], scale.seconds)
        yield Figure(f"append, {writers} {_writers(writers)}", appended.rate, "/s", _plain(ground, writers, scale))


def decided(ground: Ground, town: Town, scale: Scale) -> Iterator[Figure]:
    """A listing posted through its use case: loaded, decided, sealed and appended; and streams read back."""
    with ground.administrator() as connection:
        connection.execute(PLAIN)
    for writers in WRITERS:
        done = together(writers, scale.posts, _post(town))
        note = "the listing's own key is one more commit"
        yield Figure(
            f"post a listing, {writers} {_writers(writers)}", done.rate, "/s", _plain(ground, writers, scale), note
        )
    for length in LENGTHS:
        yield from _loaded(ground, town, length, scale)


def _flushes(ground: Ground, times: int) -> tuple[float, float]:
    """How long the disk of the data folder takes to keep a block, in milliseconds."""
    file = ground.folder / "flushed"
    with file.open("wb", buffering=0) as writing:

        def flush() -> None:
            writing.write(BLOCK)
            os.fdatasync(writing.fileno())

        done = repeated(times, flush)
    file.unlink()
    return done.p50, done.p95


def _plain(ground: Ground, writers: int, scale: Scale) -> Floor:
    with ExitStack() as stack:
        connections = [stack.enter_context(ground.administrator()) for _writer in range(writers)]
        done = at_once([_insert(connection) for connection in connections], scale.seconds / 2)
    return Floor(f"plain inserts, {writers} {'connection' if writers == 1 else 'connections'}", done.rate)


def _insert(connection: psycopg.Connection[tuple[Any, ...]]) -> Callable[[], object]:
    return lambda: connection.execute(INSERT, (str(uuid4()), BODY), prepare=True)


def _append(here: Desk) -> Callable[[], object]:
    def append() -> None:
        stream = f"member-{uuid4()}"
        command = Command(actor=f"member:{stream}", now=here.clock.now(), command_id=str(uuid4()))
        here.log.append(command, stream, -1, [MemberJoined(member_id=stream)], zones=[ZONE], ids={})

    return append


def _post(town: Town) -> Callable[[], object]:
    turn = threading.Lock()

    def post() -> None:
        with turn:  # the story's dice are thrown by one hand
            command = town.posting()
        town.desk.marketplace.post_listing(command)

    return post


def _loaded(ground: Ground, town: Town, length: int, scale: Scale) -> Iterator[Figure]:
    streams = [town.posting() for _stream in range(scale.long_streams)]
    with ThreadPoolExecutor(len(streams)) as pool:
        list(pool.map(lambda posted: _lengthen(town, posted, length), streams))
    ids = [posted.listing_id for posted in streams]
    with desk(ground.database) as fresh, ground.database.connect(Role.APPEND) as connection:
        fresh.log.load(town.people[0].company_id, lambda _state, _event: None)  # opens the pool, warms nothing
        waiting = iter(ids)
        first = repeated(len(ids), lambda: fresh.log.load(next(waiting), listings.evolve))
        again = repeated(scale.times, lambda: fresh.log.load(ids[0], listings.evolve))
        floor = repeated(scale.times, lambda: _select(connection, ids))
    told = Floor(f"its {length} rows selected", floor.p50)
    yield Figure(f"load a stream of {length} events, p50", first.p50, "ms", told)
    yield Figure("load it again, from memory, p50", again.p50, "ms", told, "asks only for what came since")


def _lengthen(town: Town, posted: PostListing, length: int) -> None:
    town.desk.marketplace.post_listing(posted)
    for _renewal in range(length - 1):
        town.desk.marketplace.renew_listing(
            RenewListing(
                actor=posted.actor, now=town.desk.clock.now(), command_id=str(uuid4()), listing_id=posted.listing_id
            )
        )


def _select(connection: psycopg.Connection[tuple[Any, ...]], ids: Sequence[str]) -> None:
    connection.execute(
        "SELECT * FROM log.stored_events WHERE originator_id = %s ORDER BY originator_version", [ids[0]]
    ).fetchall()


def _writers(number: int) -> str:
    return "writer" if number == 1 else "writers"
