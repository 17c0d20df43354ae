"""Projections: followers and the database are killed while eight write; every read model still equals a rebuild."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from domain.listings import AmendListing, PostListing, RenewListing, WithdrawListing
from marketplace.database import Database, Role
from marketplace.eventlog import Unavailable
from marketplace.folding import MODELS, Connection
from marketplace.rebuilding import prepare, rebuild
from tests.ground import Desk, Ground, Program, desk, grounded, program
from tests.proofs import Result
from tests.proofs.projections_worker import TALLY, TALLY_ONLY, WRITTEN_APART
from tests.replay import replayed_equal
from tests.town import Person, Town, drafted, new_id, posting

WORKER: Final = "tests.proofs.projections_worker"
WRITERS: Final = 8
PAUSE: Final = 0.12
"""Seconds between two commands of a writer: some at every moment, few enough to be compared one by one afterwards."""
CATCHES_UP_WITHIN: Final = 120.0
CONTROL_EVENTS: Final = 300


class Size(Struct, frozen=True):
    """How often what is killed."""

    follower_kills: int
    database_kills: int


SMALL: Final = Size(10, 1)
FULL: Final = Size(200, 10)


# The proof --------------------------------------------------------------------------------------------------------


def run(*, small: bool, seed: int) -> Result:
    """Kill the follower and the database while eight write, then compare everything with a rebuild."""
    size = SMALL if small else FULL
    with _begun(seed) as (ground, town):
        violations = _under_fire(ground, town, size, seed)
        log = town.desk.log
        with _comparing(ground) as connection:
            violations += replayed_equal(connection, log, (*MODELS, TALLY))
        violations += _holes(ground)
        facts = {"follower_kills": size.follower_kills, "database_kills": size.database_kills, "writers": WRITERS}
        return Result(log.head(), violations, facts)


def control(*, small: bool, seed: int) -> Result:
    """The same with rows and position written apart, and then with a log that takes no lock; both must be caught."""
    with _begun(seed) as (ground, town), _comparing(ground) as connection:
        log = town.desk.log
        apart = _written_apart(connection, ground, town, seed)
        rebuild(connection, log, (TALLY,))
        healed = not replayed_equal(connection, log, (TALLY,))
        unlocked = _without_lock(connection, ground, town, seed)
        caught = {"doubled": len(apart), "missed": len(unlocked)}
        # One control that found nothing is as bad as both: then nothing is said to be found.
        return Result(log.head(), [*apart, *unlocked] if apart and unlocked and healed else [], caught)


@contextmanager
def _begun(seed: int) -> Iterator[tuple[Ground, Town]]:
    with grounded() as ground, desk(ground.database) as here:
        with ground.database.connect(Role.FOLLOWER) as connection:
            prepare(connection, (*MODELS, TALLY))
        yield ground, Town(here, seed)


def _under_fire(ground: Ground, town: Town, size: Size, seed: int) -> list[str]:
    dice = random.Random(seed)  # noqa: S311  (chooses moments, guards nothing)
    crashes = set(dice.sample(range(size.follower_kills), size.database_kills))
    with _writing(ground.database, town, seed):
        for kill in range(size.follower_kills):
            follower = Program(ground, WORKER)
            try:
                _moved(ground, follower)
                time.sleep(dice.uniform(0, 0.4))
                if kill in crashes:
                    ground.crash()
                    ground.wait_until_up()
            finally:
                follower.kill()
    with program(ground, WORKER) as follower:
        return _caught_up(ground, follower)


Wish = PostListing | AmendListing | RenewListing | WithdrawListing


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

    def _next(self) -> Wish:
        asked: dict[str, Any] = {
            "actor": self._person.actor, "now": self._desk.clock.now(), "command_id": new_id(self._dice),
        }  # fmt: skip
        wish = self._dice.random()
        if wish < 0.6 or not self._open:
            return posting(self._dice, self._person, asked["now"])
        listing_id = self._dice.choice(self._open)
        if wish < 0.8:
            return AmendListing(**asked, listing_id=listing_id, draft=drafted(self._dice))
        if wish < 0.9:
            return RenewListing(**asked, listing_id=listing_id)
        self._open.remove(listing_id)
        return WithdrawListing(**asked, listing_id=listing_id)

    def _record(self, command: Wish) -> None:
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
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(database, pool_size=2)) for _writer in range(WRITERS)]
        writers = [
            _Writer(here, person, seed * 100 + number, stop)
            for number, (here, person) in enumerate(zip(desks, town.people, strict=False))
        ]
        try:
            for writer in writers:
                writer.start()
            yield writers
        finally:
            stop.set()
            for writer in writers:
                writer.join()
    for writer in writers:
        if writer.fault is not None:
            raise writer.fault


@contextmanager
def _comparing(ground: Ground) -> Iterator[Connection]:
    with ground.database.connect(Role.FOLLOWER, statement_timeout=0) as connection:
        yield connection


def _holes(ground: Ground) -> list[str]:
    """Streams with a hole or a double in their versions: none, since a command is recorded once."""
    with ground.database.connect(Role.APPEND) as connection:
        broken = connection.execute(
            "SELECT originator_id FROM log.stored_events GROUP BY originator_id"
            " HAVING count(*) <> max(originator_version) + 1 OR min(originator_version) <> 0"
        ).fetchall()
    return [f"{stream} has holes" for (stream,) in broken]


# The follower, seen from outside --------------------------------------------------------------------------------------


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


def _caught_up(ground: Ground, follower: Program, *only: str) -> list[str]:
    """Wait until every read model stands at the head; say which do not get there."""
    with ground.database.connect(Role.FOLLOWER) as connection:
        row = connection.execute("SELECT log.head()").fetchone()
    head = int(row[0]) if row else 0
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    while True:
        positions = _positions(ground)
        behind = [
            f"{name} stays at {at} ({state})"
            for name, (at, state) in positions.items()
            if at < head and name in (only or positions)
        ]
        if not behind:
            return []
        if not follower.running:
            return [f"the follower ended: {follower.last_words}"]
        if time.monotonic() > deadline:
            return behind
        time.sleep(0.05)


# The controls -------------------------------------------------------------------------------------------------------


def _written_apart(connection: Connection, ground: Ground, town: Town, seed: int) -> list[str]:
    """What the comparison sees when a follower dies between its rows and its position."""
    log = town.desk.log
    dice = random.Random(seed)  # noqa: S311  (chooses what to write)
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    while time.monotonic() < deadline:
        with program(ground, WORKER, WRITTEN_APART) as follower:
            while follower.running and _positions(ground)["tally"][0] < log.head():
                time.sleep(0.02)
        if found := replayed_equal(connection, log, (TALLY,)):
            return found
        town.desk.marketplace.post_listing(posting(dice, town.people[0], town.desk.clock.now()))
    return []


def _without_lock(connection: Connection, ground: Ground, town: Town, seed: int) -> list[str]:
    """What the comparison sees when ids become visible out of order."""
    _take_the_lock_away(ground)
    with program(ground, WORKER, TALLY_ONLY) as follower:
        with _writing(ground.database, town, seed + 1) as writers:
            _moved(ground, follower)
            deadline = time.monotonic() + CATCHES_UP_WITHIN
            while sum(writer.recorded for writer in writers) < CONTROL_EVENTS and time.monotonic() < deadline:
                time.sleep(0.05)
        _caught_up(ground, follower, TALLY.name)
    return replayed_equal(connection, town.desk.log, (TALLY,))


def _take_the_lock_away(ground: Ground) -> None:
    with ground.administrator() as connection:
        row = connection.execute("SELECT pg_get_functiondef('log.append'::regproc)").fetchone()
        assert row is not None
        lock = "PERFORM pg_advisory_xact_lock(hashtext('log.append'));"
        assert lock in row[0], "log.append takes its lock"
        # Ids are given at once, and become visible in whatever order the transactions happen to end.
        slower = "IF newest_position IS NOT NULL THEN PERFORM pg_sleep(random() * 0.02);"
        flawed = row[0].replace(lock, "").replace("IF newest_position IS NOT NULL THEN", slower)
        connection.execute(flawed.encode())
