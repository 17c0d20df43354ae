"""The one clock: the database's time, which tests and the demo may move."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from marketplace import clock as clock_module
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import Unavailable
from tests.marketplace.eventlog_network import Wire

MOMENT = timedelta(seconds=1)


@pytest.fixture
def clock(database: Database) -> Clock:
    return Clock(database.url, Role.OWNER)


def test_it_tells_the_databases_time_aware_and_in_utc(database: Database, clock: Clock) -> None:
    with database.connect() as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert abs(clock.now() - row[0]) < MOMENT
    assert clock.now().tzinfo is UTC


def test_it_does_not_ask_the_database_each_time_and_never_goes_back(clock: Clock) -> None:
    clock.now()
    started = time.monotonic()
    times = [clock.now() for _ in range(10_000)]
    assert time.monotonic() - started < 1
    assert times == sorted(times)


def test_it_can_be_set_forward_and_back(clock: Clock) -> None:
    for at in (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC)):
        clock.set(at)
        assert timedelta(0) <= clock.now() - at < MOMENT


def test_a_day_is_twenty_four_hours_also_when_summer_time_begins(clock: Clock) -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    clock.set(before)
    clock.advance(timedelta(days=1))
    assert timedelta(0) <= clock.now() - before - timedelta(days=1) < MOMENT


def test_other_processes_follow(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Clock(database.url)
    real = other.now()
    clock.advance(timedelta(days=7))
    assert other.now() - real < MOMENT
    other.measure()
    assert other.now() - real >= timedelta(days=7)
    clock.advance(timedelta(days=-7))
    monkeypatch.setattr(clock_module, "TRUSTED_FOR", 0.0)
    until = time.monotonic() + 5
    while other.now() - real > timedelta(days=1) and time.monotonic() < until:
        time.sleep(0.01)
    assert other.now() - real < timedelta(days=1)


def test_only_the_owner_may_move_it(database: Database) -> None:
    for role in (Role.APPEND, Role.FOLLOWER, Role.WEB):
        clock = Clock(database.url, role)
        clock.measure()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            clock.advance(timedelta(days=1))


def test_it_goes_on_while_the_database_is_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(database) as wire:
        clock = Clock(wire.database.url)
        before = clock.now()
        wire.down()
        monkeypatch.setattr(clock_module, "TRUSTED_FOR", 0.0)
        for _ in range(3):
            time.sleep(0.02)
            assert before < clock.now() < before + MOMENT
        with pytest.raises(Unavailable):
            clock.measure()
        with pytest.raises(Unavailable):
            Clock(wire.database.url).now()
