"""How events enter the database: one call of log.append for all the commands that wait at the same moment."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory, StoredEvent
from eventsourcing.postgres import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresFactory,
)
from eventsourcing.utils import Environment
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from domain.commands import Receipt
from marketplace.database.connections import POOL_WITHIN, Database, Role
from marketplace.eventlog.faults import (
    ClockDrift,
    CommandReused,
    NotRecorded,
    Overloaded,
    PrivateTextErased,
    Unavailable,
    VersionConflict,
)
from marketplace.eventlog.private import keys_named

BATCH_COMMANDS: Final = 50
BATCH_BYTES: Final = 256 * 1024
QUEUE: Final = 1_000
RECONNECT_WITHIN: Final = 1.0
"""Seconds the pool tries by itself; it then tries again for whoever asks, which finds a returning database sooner."""
PATIENCE: Final = 2.0
"""Seconds a command waits for its turn, or for a connection, before it is told that the database is away."""

_LAST: Final = 2**63 - 1
_log = logging.getLogger(__name__)
T = TypeVar("T")


class LogDatastore(PostgresDatastore):
    """The library's datastore with our pool: short timeouts, and a fault told from a conflict."""

    def __init__(self, conninfo: str, pool_size: int) -> None:
        # The library's constructor would build a pool of its own; these are the attributes its recorders read.
        self.schema = "log"
        self.originator_id_type = "text"
        self.lock_timeout = 0
        self.single_row_tracking = True
        self.enable_db_functions = False
        self.db_type_names = set()
        self.psycopg_type_adapters = {}
        self.psycopg_python_types = {}
        self.pool: Any = ConnectionPool(
            Database(conninfo).conninfo(Role.APPEND),
            connection_class=Connection[DictRow],
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=1,
            max_size=pool_size,
            timeout=POOL_WITHIN,
            reconnect_timeout=RECONNECT_WITHIN,
            name="event log",
            open=True,
        )

    def register_type_adapters(self) -> None:
        """Do nothing: our statements need no composite types, and a log may be made while the database is away."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Give a connection that commits by itself; raises Unavailable when there is none."""
        try:
            with self.pool.connection() as connection:
                yield connection
        except psycopg.OperationalError as fault:
            raise Unavailable(str(fault)) from fault

    def ask(self, question: Callable[[Connection[DictRow]], T]) -> T:
        """Run something that may be run twice, again while connections turn out to be dead."""
        until = time.monotonic() + PATIENCE
        while True:
            with self.get_connection() as connection:
                try:
                    return question(connection)
                except psycopg.OperationalError:
                    # After a restart of the server every pooled connection is dead, each found out by its first use.
                    if not connection.broken or time.monotonic() > until:
                        raise


class Waiting:
    """One command on its way into the log; `receipt` tells what became of it."""

    def __init__(self, header: dict[str, Any]) -> None:
        """Take what log.append wants to know of the command, without its events."""
        self.header = header
        self.events: Sequence[StoredEvent] = ()
        self.turn = threading.Event()
        self.taken = False
        self.answer: DictRow | None = None
        self.fault: Exception | None = None

    @property
    def bytes(self) -> int:
        """Say how much there is to send."""
        return sum(len(event.state) for event in self.events)

    def said(self) -> dict[str, Any]:
        """Say to log.append what to check, and how many of the events are this command's."""
        keys = keys_named(event.state for event in self.events)
        return {**self.header, "keys": list(keys), "events": len(self.events)}

    def receipt(self) -> Receipt:
        """Give the answer, or raise what stands in its place."""
        if self.fault is not None:
            raise self.fault
        answer = self.answer or {"outcome": "failed", "fault": "no answer"}
        match answer["outcome"]:
            case "recorded" | "repeated":
                return Receipt(answer["stream"], answer["version"], answer["position"], answer["ids"])
            case "conflict":
                raise VersionConflict(answer["stream"], self.header["after"], answer["version"])
            case "reused":
                raise CommandReused
            case "erased":
                raise PrivateTextErased
            case "drift":
                raise ClockDrift(answer["fault"])
            case _:
                raise NotRecorded(answer["fault"])


class _Reading(PostgresAggregateRecorder):
    """Reads with our patience instead of the library's ten tries."""

    datastore: LogDatastore

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._oldest_first, self._newest_first = (
            SQL(
                "SELECT * FROM log.{} WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s"
                " ORDER BY originator_version {} LIMIT %s"
            )
            .format(Identifier(events_table_name), SQL(order))
            .as_bytes()
            for order in ("ASC", "DESC")
        )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Give the stored events of a stream, in the order of their versions or from the newest."""
        statement = self._newest_first if desc else self._oldest_first
        bounds = (str(originator_id), -1 if gt is None else gt, _LAST if lte is None else lte, limit)
        rows = self.datastore.ask(lambda connection: connection.execute(statement, bounds, binary=True).fetchall())
        return [
            StoredEvent(row["originator_id"], row["originator_version"], row["topic"], row["state"]) for row in rows
        ]


class SnapshotRecorder(_Reading):
    """Keeps the newest snapshot of each stream."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: object) -> None:
        """Put a snapshot in the place of an older one."""
        for snapshot in stored_events:
            place = (snapshot.originator_id, snapshot.originator_version)
            with self.datastore.get_connection() as connection, connection.transaction():
                connection.execute(
                    "DELETE FROM log.stored_snapshots WHERE originator_id = %s AND originator_version <= %s", place
                )
                connection.execute(
                    "INSERT INTO log.stored_snapshots VALUES (%s, %s, %s, %b) ON CONFLICT DO NOTHING",
                    (*place, snapshot.topic, snapshot.state),
                )


class LogRecorder(_Reading, PostgresApplicationRecorder):
    """Appends in groups: whoever comes first leads, and takes along all who wait by then."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._lock = threading.Lock()
        self._queue: deque[Waiting] = deque()
        self._led = False

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: object) -> None:
        """Append the events of one command, `waiting`, and settle it.

        Raises Overloaded when the queue is full, and Unavailable when its turn does not come.
        """
        waiting = cast("Waiting", kwargs["waiting"])
        waiting.events = stored_events
        with self._lock:
            if len(self._queue) >= QUEUE:
                raise Overloaded(f"{QUEUE} commands wait already.")
            self._queue.append(waiting)
            leads, self._led = not self._led, True
        if not leads:
            if not waiting.turn.wait(PATIENCE) and self._withdrawn(waiting):
                raise Unavailable("The turn of this command did not come; nothing was sent.")
            waiting.turn.wait()
        if not waiting.taken:
            self._lead()
        if waiting.answer is None and waiting.fault is None:
            self._settle(waiting)

    def _settle(self, waiting: Waiting) -> None:
        """Ask again, alone, after the leader's call failed: the command may be in the log or not.

        With the same command id this waits for the lock, then finds the first answer or records it now; never twice.
        """
        try:
            [waiting.answer] = self.datastore.ask(lambda connection: self._append(connection, [waiting]))
        except psycopg.Error as fault:
            raise NotRecorded(str(fault)) from fault

    def _withdrawn(self, waiting: Waiting) -> bool:
        with self._lock:
            if waiting.taken or waiting.turn.is_set():
                return False
            self._queue.remove(waiting)
            return True

    def _take(self, commands: int, size: float = math.inf) -> list[Waiting]:
        """Take so many commands from the queue, the first even when it is too large by itself."""
        taken: list[Waiting] = []
        with self._lock:
            while self._queue and len(taken) < commands:
                size -= self._queue[0].bytes
                if taken and size < 0:
                    break
                taken.append(self._queue.popleft())
                taken[-1].taken = True
        return taken

    def _lead(self) -> None:
        """Send what waits, up to the limits of a batch, and hand the lead to whoever is next."""
        batch = self._take(BATCH_COMMANDS, BATCH_BYTES)
        try:
            self._write(batch)
        finally:
            for waiting in batch:
                waiting.turn.set()
            with self._lock:
                self._led = bool(self._queue)
                if self._queue:
                    self._queue[0].turn.set()

    def _write(self, batch: list[Waiting]) -> None:
        connected = lost = False
        try:
            with self.datastore.get_connection() as connection:
                connected = True
                try:
                    answers = self._append(connection, batch)
                finally:
                    lost = connection.broken
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answer = answer
        except Unavailable as fault:
            if not connected:  # the database is away: whoever waits by now has waited long enough to be told
                batch += self._take(len(self._queue))
            if not lost:  # nothing was sent, or the database itself gave the transaction up
                for waiting in batch:
                    waiting.fault = fault
        except psycopg.Error:
            _log.warning("A group of %d commands failed; each is tried alone.", len(batch), exc_info=True)

    def _append(self, connection: Connection[DictRow], batch: Sequence[Waiting]) -> list[DictRow]:
        events = [event for waiting in batch for event in waiting.events]
        return connection.execute(
            "SELECT * FROM log.append(%s::jsonb, %s::text[], %b::bytea[])",
            (
                msgspec.json.encode([waiting.said() for waiting in batch]).decode(),
                [event.topic for event in events],
                [event.state for event in events],
            ),
            prepare=True,
        ).fetchall()


class LogFactory(PostgresFactory):
    """Builds the library's parts around our datastore."""

    aggregate_recorder_class = SnapshotRecorder
    application_recorder_class = LogRecorder

    def __init__(self, env: Environment, datastore: LogDatastore) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = datastore

    def env_create_table(self) -> bool:
        """Leave the tables to our migrations."""
        return False
