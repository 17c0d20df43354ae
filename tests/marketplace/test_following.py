"""The follower misses nothing and doubles nothing, whatever dies, and stops at what it cannot take in."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event, Recorded
from domain.listings import ListingPosted
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS, fold
from marketplace.following import Follower
from marketplace.reading import stale, visible
from marketplace.rebuilding import shown
from marketplace.settings import Settings
from projections import listings
from projections.listings import LISTINGS
from projections.model import ReadModel, Rows
from tests.replay import Town, built, eventually, replayed_equal
from tests.samples import asked, later

JOURDIES = "zone-jourdies"
NAMES = [model.name for model in MODELS]


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a site with one zone and two companies."""
    with built(database) as town:
        town.zone("jourdies")
        town.company("sawmill", JOURDIES)
        town.company("bakery", JOURDIES)
        yield town


@contextmanager
def following(town: Town, models: tuple[ReadModel, ...] = MODELS, log: EventLog | None = None) -> Iterator[None]:
    """A follower at work in a thread."""
    stop = threading.Event()
    follower = Follower(town.database, log or town.log, models)
    thread = threading.Thread(target=follower.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def at_head(town: Town) -> bool:
    head = town.log.head()
    return all(generation.position == head for generation in shown(town.follower).values())


def breaking(model: ReadModel, listing_id: str) -> ReadModel:
    """The read model as it would be with a fault in its code that one listing brings to light."""

    def apply(rows: Rows, recorded: Recorded) -> None:
        if recorded.stream == listing_id:
            raise KeyError("a fault in the code")
        model.apply(rows, recorded)

    return replace(model, apply=apply)


def test_what_happens_is_visible_at_once(town: Town) -> None:
    with following(town):
        position = town.post("sawmill", "pallets").position
        assert visible(town.page, position, NAMES, within=10)
    assert [row.listing_id for row in town.know(listings.latest(JOURDIES))] == ["listing-pallets"]


def test_nobody_waits_for_what_the_log_does_not_have(town: Town) -> None:
    town.follow()
    assert visible(town.page, 10**12, NAMES)


def test_only_one_follower_works_and_another_takes_over(town: Town) -> None:
    with following(town):
        eventually(lambda: at_head(town))
        with following(town):
            town.post("sawmill", "pallets")
            eventually(lambda: at_head(town))
            with town.database.connect() as connection:
                held = connection.execute(
                    "SELECT count(*) FILTER (WHERE granted) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND objid::bigint = hashtext('follower')::bigint & 4294967295"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                ).fetchone()
            assert held == (1,)


def test_a_connection_that_is_lost_is_found_again(town: Town) -> None:
    with following(town):
        eventually(lambda: at_head(town))
        for number in range(3):
            with town.database.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND application_name = %s AND pid <> ALL (%s)",
                    [Role.FOLLOWER.value, [town.follower.info.backend_pid, town.beside.info.backend_pid]],
                )
            town.post("sawmill", f"pallets-{number}")
            eventually(lambda: at_head(town))


def test_a_broken_event_stops_only_its_read_model_and_it_resumes_after_the_fix(town: Town) -> None:
    town.post("sawmill", "before")
    town.post("sawmill", "broken")
    town.post("sawmill", "after")
    faulty = tuple(breaking(model, "listing-broken") if model is LISTINGS else model for model in MODELS)
    with following(town, faulty):
        eventually(lambda: shown(town.follower)["listings"].state == "stalled")
        head = town.post("bakery", "later").position
        others = [name for name in NAMES if name != "listings"]
        assert visible(town.page, head, others, within=10)
        assert visible(town.page, head, NAMES, within=10), "a stalled read model is not waited for"
        (stopped,) = stale(town.page, NAMES)
        assert stopped.name == "listings"
        assert "ListingPosted" in stopped.error
        assert "a fault in the code" in stopped.error
    with town.database.connect(Role.FOLLOWER) as connection:
        rows = connection.execute("SELECT listing_id FROM read.listing").fetchall()
    assert rows == [("listing-before",)], "what stood before the broken event is shown"
    with following(town):
        eventually(lambda: at_head(town))
    assert stale(town.page, NAMES) == []
    assert len(town.know(listings.latest(JOURDIES))) == 4


class PigeonSent(Event, frozen=True):
    """Something only newer code knows."""

    pigeon: str


def test_an_event_nobody_knows_stops_all_until_newer_code_comes(database: Database) -> None:
    newer = Registry(*EVENTS, PigeonSent)
    with built(database, registry=newer) as town:
        town.zone("jourdies")
        town.company("sawmill", JOURDIES)
        town.follow()
        flight = Command(**asked())
        town.log.append(flight, "pigeon-1", -1, [PigeonSent(pigeon="grey")], zones=[], ids={}, history=True)
        town.post("sawmill", "pallets")
        with (
            closing(EventLog(database.url, Registry(*EVENTS), Clock(database.url))) as older,
            following(town, log=older),
        ):
            eventually(lambda: len(stale(town.page, NAMES)) == len(NAMES))
        assert "PigeonSent" in stale(town.page, NAMES)[0].error
        with following(town):
            eventually(lambda: at_head(town))
        assert stale(town.page, NAMES) == []


def test_folding_the_same_events_twice_would_be_noticed(town: Town) -> None:
    """The control: were a position not moved with its rows, the comparison of every test here would find it."""
    town.post("sawmill", "pallets")
    town.follow()
    events = town.log.read(0, 1_000)
    posted = [recorded for recorded in events if isinstance(recorded.event, ListingPosted)]
    schema = shown(town.follower)["listings"].schema
    with town.follower.transaction(force_rollback=True):
        fold(town.follower, LISTINGS, schema, posted)
        assert replayed_equal(town.follower, town.log, [LISTINGS]) != []


@pytest.mark.slow
def test_a_follower_killed_ten_times_while_eight_write_misses_nothing_and_doubles_nothing(
    town: Town, settings: Settings
) -> None:
    companies = [f"maker-{number}" for number in range(8)]
    for name in companies:
        town.company(name, JOURDIES)
    over = threading.Event()

    def write(name: str) -> int:
        number = 0
        while not over.is_set():
            town.post(name, f"{name}-{number}")
            if number % 3 == 1:
                town.withdraw(name, f"{name}-{number - 1}", now=later())
            number += 1
            time.sleep(0.25)  # a busy site, not a measurement: every event is replayed afterwards
        return number

    with ThreadPoolExecutor(len(companies)) as writers:
        written = [writers.submit(write, name) for name in companies]
        try:
            pick = random.Random(20260303)  # noqa: S311 - seeded
            for _kill in range(10):
                with follower_process(settings) as process:
                    await_progress(town)
                    time.sleep(pick.uniform(0, 0.2))
                    process.send_signal(signal.SIGKILL)
        finally:
            over.set()
    posted = sum(future.result() for future in written)
    assert posted > 50
    with follower_process(settings):
        eventually(lambda: at_head(town), within=60)
    counted = town.know(listings.zone_counts(JOURDIES))
    assert counted[0].posted == posted
    # And the town, when it is left, is replayed and compared byte for byte.


def await_progress(town: Town) -> None:
    before = shown(town.follower)
    eventually(lambda: shown(town.follower) != before)


@contextmanager
def follower_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "MARKETPLACE_DATABASE_URL": str(settings.database_url),
        "MARKETPLACE_SECRET": settings.secret,
        "MARKETPLACE_VAR": str(settings.var),
    }
    process = subprocess.Popen([sys.executable, "-m", "marketplace", "follow"], env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
