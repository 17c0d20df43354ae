"""The one clock: the database's time plus an offset that only tests and the demo set."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, LiteralString

import psycopg
from msgspec import Struct

from marketplace.database import Database, Role
from marketplace.eventlog.faults import Unavailable

TRUSTED_FOR: Final = 10.0
"""Seconds one measurement is trusted; meanwhile the process counts by its own monotonic clock."""


class _Measurement(Struct, frozen=True):
    at: datetime
    ticks: float
    offset: int


class Clock:
    """Tells the programme's time without asking the database each time.

    Only the first call waits; later measurements happen beside the callers, so it may be read in an event loop.
    An offset that another process sets is followed within ten seconds, or at once after `measure`.
    """

    def __init__(self, conninfo: str, role: Role = Role.APPEND) -> None:
        """Read the clock of the database at this address; only the owner may set it."""
        self._database = Database(conninfo)
        self._role = role
        self._reading = threading.Lock()
        self._measuring = threading.Lock()
        self._basis: _Measurement | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Give the time, aware and in UTC; it never goes back unless the offset was set back.

        Raises Unavailable when the database was never reached.
        """
        if self._basis is None:
            self.measure()
        with self._reading:
            basis = self._basis
            assert basis is not None  # noqa: S101  (measured above, and never unset)
            elapsed = time.monotonic() - basis.ticks
            self._latest = max(self._latest, basis.at + timedelta(seconds=elapsed))
            now = self._latest
        if elapsed > TRUSTED_FOR and self._measuring.acquire(blocking=False):
            threading.Thread(target=self._measure_beside, name="clock", daemon=True).start()
        return now

    def measure(self) -> None:
        """Ask the database now; raises Unavailable when it does not answer."""
        try:
            with self._database.connect(self._role) as connection:
                self._measure(connection)
        except psycopg.OperationalError as fault:
            raise Unavailable(str(fault)) from fault

    def set(self, at: datetime) -> None:
        """Make it this time now; for tests and the demo, as owner."""
        self._move("SET microseconds = extract(epoch FROM %s::timestamptz - clock_timestamp()) * 1000000", at)

    def advance(self, by: timedelta) -> None:
        """Let this much time pass at once; for tests and the demo, as owner."""
        self._move("SET microseconds = microseconds + %s", by // timedelta(microseconds=1))

    def _move(self, change: LiteralString, value: datetime | int) -> None:
        with self._database.connect(self._role) as connection:
            connection.execute("UPDATE log.clock_offset " + change, [value])
            self._measure(connection)

    def _measure(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        before = time.monotonic()
        row = connection.execute("SELECT log.clock(), microseconds FROM log.clock_offset").fetchone()
        if row is None:
            raise Unavailable("The clock's offset is missing.")
        measured = _Measurement(row[0].astimezone(UTC), (before + time.monotonic()) / 2, row[1])
        with self._reading:
            if self._basis is None or self._basis.offset != measured.offset:
                self._latest = measured.at
            self._basis = measured

    def _measure_beside(self) -> None:
        try:
            with suppress(Unavailable):
                self.measure()
        finally:
            self._measuring.release()
