"""Proof: eight writers append while the follower and the database are killed; every read model equals a rebuild.

Beside the read models of the product follows one that counts: it is how an event taken in twice, or never, shows even
where taking it in twice would do no harm. Two controls must fail: a follower that writes rows and position apart, and
a log whose ids become visible out of order because appending takes no lock.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import psycopg
from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Recorded
from domain.listings import AmendListing, PostListing, RenewListing, WithdrawListing
from domain.streams import EVENTS
from marketplace import following
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry, Unavailable
from marketplace.folding import MODELS, Connection, fold
from marketplace.rebuilding import prepare, rebuild
from marketplace.settings import read_settings
from projections.model import Group, ReadModel, Rows, Table
from tests.proofs.ground import Desk, Ground, Program, desk, grounded, program
from tests.proofs.outcome import Outcome
from tests.proofs.town import Person, Town, drafted, new_id, posting
from tests.replay import replayed_equal

WRITERS: Final = 8
PAUSE: Final = 0.03
"""Seconds between two commands of a writer: the machine also has followers to run."""
CATCHES_UP_WITHIN: Final = 120.0
CONTROL_EVENTS: Final = 300


class Size(Struct, frozen=True):
    """How often what is killed."""

    follower_kills: int
    database_kills: int


SMALL: Final = Size(10, 1)
FULL: Final = Size(200, 10)


class TallyRow(Struct, frozen=True):
    """What was taken in of one stream."""

    stream: str
    events: int
    ids: int
    version: int


TALLY_TABLE: Final = Table("tally", TallyRow, key=("stream",), groups=("stream",))


def _count(rows: Rows, recorded: Recorded) -> None:
    known = rows.get(TALLY_TABLE, recorded.stream) or TallyRow(recorded.stream, 0, 0, -1)
    rows.put(
        TALLY_TABLE, TallyRow(recorded.stream, known.events + 1, known.ids + recorded.id, recorded.version)
    )


def _touched(recorded: Recorded) -> Iterable[Group]:
    yield TALLY_TABLE, "stream", recorded.stream


TALLY: Final = ReadModel(
    name="tally",
    version=1,
    tables=(TALLY_TABLE,),
    ddl="CREATE TABLE {schema}.tally (stream text PRIMARY KEY, events bigint, ids bigint, version bigint)",
    events=frozenset(EVENTS),
    apply=_count,
    touches=_touched,
)

# The proof --------------------------------------------------------------------------------------------------------


def run(small: bool, seed: int) -> Outcome:  # noqa: FBT001  (as every proof is asked)
    """Kill follower and database while eight write, then compare everything with a rebuild; then the controls."""
    began = time.monotonic()
    size = SMALL if small else FULL
    models = (*MODELS, TALLY)
    with grounded() as ground, desk(ground.database) as here:
        town = Town(here, seed)
        with ground.database.connect(Role.FOLLOWER) as connection:
            prepare(connection, models)
        violations = _under_fire(ground, town, size, seed)
        events = here.log.head()
        with _checking(ground) as connection:
            violations += replayed_equal(connection, here.log, models)
            violations += _contiguous(ground)
            apart = _caught(connection, ground, town, here, seed, "--rows-and-position-apart")
            rebuild(connection, here.log, models)
            unlocked = bool(replayed_equal(connection, here.log, (TALLY,))) is False and _unlocked(
                connection, ground, town, here, seed
            )
    return Outcome(
        name="projections",
        n=events,
        violations=violations,
        seconds=round(time.monotonic() - began, 1),
        seed=seed,
        control=apart and unlocked,
        details={
            "follower_kills": size.follower_kills,
            "database_kills": size.database_kills,
            "control_rows_and_position_apart": apart,
            "control_append_without_lock": unlocked,
        },
    )


def _under_fire(ground: Ground, town: Town, size: Size, seed: int) -> list[str]:
    dice = random.Random(seed)  # noqa: S311  (chooses moments, guards nothing)
    crashes = set(dice.sample(range(size.follower_kills), size.database_kills))
    with _writing(ground.database, town, seed):
        for kill in range(size.follower_kills):
            follower = _follower(ground)
            try:
                _moved(ground, follower)
                time.sleep(dice.uniform(0, 0.4))
                if kill in crashes:
                    ground.crash()
                    ground.wait_until_up()
            finally:
                follower.kill()
    with program(ground, "tests.proofs.projections") as follower:
        return _caught_up(ground, follower, len(MODELS) + 1)


class _Writer(threading.Thread):
    """Posts, amends, renews and withdraws listings of its own, one command after the other, each until it is in."""

    def __init__(self, here: Desk, person: Person, seed: int, stop: threading.Event) -> None:
        super().__init__(name=f"writer {seed}", daemon=True)
        self._desk, self._person, self._stop_asked = here, person, stop
        self._dice = random.Random(seed)  # noqa: S311  (chooses what to write)
        self._open: list[str] = []
        self.fault: Exception | None = None
        self.recorded = 0

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                self._record(self._next())
                self._stop_asked.wait(PAUSE)
        except Exception as fault:  # noqa: BLE001  (told by whoever waits for the writers)
            self.fault = fault

    def _next(self) -> Command:
        asked: dict[str, Any] = {
            "actor": self._person.actor, "now": self._desk.clock.now(), "command_id": new_id(self._dice),
        }  # fmt: skip
        wish = self._dice.random()
        if wish < 0.6 or not self._open:  # noqa: PLR2004  (most of what happens is posted)
            return posting(self._dice, self._person, asked["now"])
        listing_id = self._dice.choice(self._open)
        if wish < 0.8:  # noqa: PLR2004
            return AmendListing(**asked, listing_id=listing_id, draft=drafted(self._dice))
        if wish < 0.9:  # noqa: PLR2004
            return RenewListing(**asked, listing_id=listing_id)
        self._open.remove(listing_id)
        return WithdrawListing(**asked, listing_id=listing_id)

    def _record(self, command: Command) -> None:
        use = self._desk.marketplace
        while True:
            try:
                match command:
                    case PostListing():
                        use.post_listing(command)
                        self._open.append(command.listing_id)
                    case AmendListing():
                        use.amend_listing(command)
                    case RenewListing():
                        use.renew_listing(command)
                    case WithdrawListing():
                        use.withdraw_listing(command)
                self.recorded += 1
            except Unavailable:
                if self._stop_asked.wait(0.1):
                    return
                # Asked again with its id: recorded before or not, it is recorded once.
                command = replace(command, now=self._desk.clock.now())
            else:
                return


@contextmanager
def _writing(database: Database, town: Town, seed: int) -> Iterator[list[_Writer]]:
    """Eight writers, each as if in a process of its own: none of them shares the other's group of commands."""
    stop = threading.Event()
    desks = [desk(database, pool_size=2) for _ in range(WRITERS)]
    opened = [one.__enter__() for one in desks]
    writers = [_Writer(here, town.people[i], seed * 100 + i, stop) for i, here in enumerate(opened)]
    try:
        for writer in writers:
            writer.start()
        yield writers
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        for one in desks:
            one.__exit__(None, None, None)
    for writer in writers:
        if writer.fault is not None:
            raise writer.fault


@contextmanager
def _checking(ground: Ground) -> Iterator[Connection]:
    with ground.database.connect(Role.FOLLOWER, statement_timeout=0) as connection:
        yield connection


def _contiguous(ground: Ground) -> list[str]:
    """Streams with a hole or a double in their versions: none, since a command is recorded once."""
    with ground.database.connect(Role.APPEND) as connection:
        broken = connection.execute(
            "SELECT originator_id FROM log.stored_events GROUP BY originator_id"
            " HAVING count(*) <> max(originator_version) + 1 OR min(originator_version) <> 0"
        ).fetchall()
    return [f"{stream} has holes" for (stream,) in broken]


# The follower, in a process that may be killed ----------------------------------------------------------------------


def _follower(ground: Ground, *flaws: str) -> Program:
    return Program(ground, "tests.proofs.projections", *flaws)


def _positions(ground: Ground) -> dict[str, tuple[int, str]]:
    with ground.database.connect(Role.FOLLOWER) as connection:
        rows = connection.execute("SELECT name, position, state FROM log.read_model WHERE state <> 'building'")
        return {name: (position, state) for name, position, state in rows}


def _moved(ground: Ground, follower: Program) -> None:
    """Wait until the follower was elected and took something in."""
    before = _positions(ground)["tally"][0]
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    while _positions(ground)["tally"][0] == before:
        if not follower.running or time.monotonic() > deadline:
            raise RuntimeError(f"the follower does not follow: {follower.last_words}")
        time.sleep(0.02)


def _caught_up(ground: Ground, follower: Program, models: int) -> list[str]:
    """Wait until every read model stands at the head; say which do not get there."""
    with ground.database.connect(Role.FOLLOWER) as connection:
        row = connection.execute("SELECT log.head()").fetchone()
    head = int(row[0]) if row else 0
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    while True:
        positions = _positions(ground)
        behind = [f"{name} stays at {at} ({state})" for name, (at, state) in positions.items() if at < head]
        if not behind and len(positions) >= models:
            return []
        if not follower.running:
            return [f"the follower ended: {follower.last_words}"]
        if time.monotonic() > deadline:
            return behind
        time.sleep(0.05)


def follow(flaws: Sequence[str]) -> None:
    """Follow the log for ever, with the product's own follower or one whose guard was taken away."""
    url = read_settings().database_url or ""
    database = Database(url)
    models: Sequence[ReadModel] = (TALLY,) if flaws else (*MODELS, TALLY)
    if "--rows-and-position-apart" in flaws:
        following.fold = _written_apart(database)  # type: ignore[attr-defined]  # the guard that is taken away
    with closing(EventLog(url, Registry(*EVENTS), Clock(url))) as events:
        following.Follower(database, events, models).run(threading.Event())


def _written_apart(database: Database) -> Any:
    def written(_: Connection, model: ReadModel, schema: str, events: Sequence[Recorded]) -> None:
        with database.connect(Role.FOLLOWER) as other, other.transaction():
            fold(other, model, schema, events)
        if events and events[-1].id % 3 == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return written


# The controls -------------------------------------------------------------------------------------------------------


def _caught(connection: Connection, ground: Ground, town: Town, here: Desk, seed: int, *flaws: str) -> bool:
    """Whether the comparison sees what a flawed follower does."""
    dice = random.Random(seed)  # noqa: S311
    target = here.log.head() + 10
    for _ in range(10):
        here.marketplace.post_listing(posting(dice, town.people[0], here.clock.now()))
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    follower = _follower(ground, *flaws)
    try:
        while time.monotonic() < deadline and _positions(ground)["tally"][0] < target:
            if replayed_equal(connection, here.log, (TALLY,)):
                return True
            if not follower.running:
                here.marketplace.post_listing(posting(dice, town.people[0], here.clock.now()))
                follower = _follower(ground, *flaws)
            time.sleep(0.1)
    finally:
        follower.kill()
    return bool(replayed_equal(connection, here.log, (TALLY,)))


def _unlocked(connection: Connection, ground: Ground, town: Town, here: Desk, seed: int) -> bool:
    """Whether the comparison sees what a log without its lock does to an honest follower."""
    _take_the_lock_away(ground)
    with program(ground, "tests.proofs.projections", "--tally-only") as follower:
        with _writing(ground.database, town, seed + 1) as writers:
            _moved(ground, follower)
            deadline = time.monotonic() + CATCHES_UP_WITHIN
            while sum(writer.recorded for writer in writers) < CONTROL_EVENTS and time.monotonic() < deadline:
                time.sleep(0.05)
        # Those that stood at the head when the follower looked are missing for good; nothing brings it back to them.
        time.sleep(1.5)
    return bool(replayed_equal(connection, here.log, (TALLY,)))


def _take_the_lock_away(ground: Ground) -> None:
    with ground.administrator() as connection:
        (definition,) = _row(connection, "SELECT pg_get_functiondef('log.append'::regproc)")
        lock = "PERFORM pg_advisory_xact_lock(hashtext('log.append'));"
        assert lock in definition, "log.append takes its lock"
        # Ids are given at once, and become visible in whatever order the transactions happen to end.
        slower = "IF newest_position IS NOT NULL THEN PERFORM pg_sleep(random() * 0.02);"
        flawed = definition.replace(lock, "").replace("IF newest_position IS NOT NULL THEN", slower)
        connection.execute(flawed.encode())


def _row(connection: psycopg.Connection[tuple[Any, ...]], query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


if __name__ == "__main__":
    follow(sys.argv[1:])
