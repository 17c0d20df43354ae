"""Generations of read models: filled from the whole log beside the one that is shown, then switched to at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Final

import psycopg
import structlog
from msgspec import Struct
from psycopg.rows import class_row
from psycopg.sql import SQL, Identifier
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from domain.events import Recorded
from domain.refused import Refused
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Role, opened
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS, Connection, fold, make_tables
from marketplace.settings import Settings
from projections.model import ReadModel

BATCH: Final = 1_000
SWITCH_WITHIN: Final = "200ms"
"""How long a switch may make new readers queue behind old ones before it steps back and tries again."""
SWITCH_TRIES: Final = 50

log = structlog.get_logger(__name__)


class Generation(Struct, frozen=True):
    """One filling of a read model's tables."""

    name: str
    generation: int
    version: int
    position: int
    state: str

    @property
    def schema(self) -> str:
        """Where its tables are."""
        return f"read_{self.name}_{self.generation}"


class AlreadyRebuilding(Refused):
    """Another process is at it."""


_FIELDS: Final = "name, generation, version, position, state"


def shown(connection: Connection) -> dict[str, Generation]:
    """The generation of each read model that pages read, by the model's name."""
    with connection.cursor(row_factory=class_row(Generation)) as cursor:
        cursor.execute(f"SELECT {_FIELDS} FROM log.read_model WHERE state IN ('live', 'stalled')")  # noqa: S608 - ours
        return {generation.name: generation for generation in cursor}


def prepare(connection: Connection, models: Iterable[ReadModel] = MODELS) -> None:
    """Make the first generation of each read model that has none: empty, and shown at once."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('log.read_model'))")
        known = shown(connection)
        for model in models:
            if model.name not in known:
                _show(connection, model, _begin(connection, model, "live"))


class Rebuild:
    """The next generation of one read model, filled step by step; its connection holds the right to do so."""

    def __init__(self, connection: Connection, events: EventLog, model: ReadModel) -> None:
        """Begin; drops what an interrupted rebuild left. Raises AlreadyRebuilding."""
        self._connection, self._events, self.model = connection, events, model
        mine = connection.execute(
            "SELECT pg_try_advisory_lock(hashtext('rebuild'), hashtext(%s))", [model.name]
        ).fetchone()
        if mine != (True,):
            raise AlreadyRebuilding(f"The read model {model.name} is being rebuilt already.")
        with connection.transaction():
            left = connection.execute(
                "DELETE FROM log.read_model WHERE name = %s AND state = 'building' RETURNING generation", [model.name]
            ).fetchall()
            for (generation,) in left:
                _drop(connection, model, generation)
            self.generation = _begin(connection, model, "building")
        self.position = 0

    def step(self) -> int:
        """Fold one batch, or its beginning, and say how many events it had; 0 at the log's head."""
        events = self._events.read(self.position, BATCH)
        if events:
            with self._connection.transaction():
                position = self._fold(self.position, events)
                self._stand_at(position)
            self.position = position
        return len(events)

    def _fold(self, position: int, events: Sequence[Recorded]) -> int:
        """Take in what one transaction can of the events after a position; where that is."""
        done = fold(self._connection, self.model, self.generation.schema, events)
        return events[done - 1].id if done else position

    def abandon(self) -> None:
        """Leave it to whoever tries next, who drops what was made."""
        self._connection.execute("SELECT pg_advisory_unlock(hashtext('rebuild'), hashtext(%s))", [self.model.name])

    def switch(self) -> None:
        """Show this generation instead of the old one, in one transaction that readers do not notice."""
        for _try in range(SWITCH_TRIES):
            try:
                with self._connection.transaction():
                    self._switch()
            except psycopg.errors.LockNotAvailable:
                time.sleep(0.05)
            else:
                break
        else:
            raise Refused(f"The read model {self.model.name} cannot be switched: its pages are read without a pause.")
        self.abandon()

    def _switch(self) -> None:
        self._connection.execute(f"SET LOCAL lock_timeout = '{SWITCH_WITHIN}'")
        # From here on the follower waits: what it brought the old generation to, this one must show too.
        old = self._connection.execute(
            "SELECT generation, position FROM log.read_model WHERE name = %s AND state <> 'building' FOR UPDATE",
            [self.model.name],
        ).fetchone()
        position = self.position
        while old and position < old[1]:
            events = self._events.read(position, BATCH)
            position = self._fold(position, events)
        self._stand_at(position)
        if old:
            self._connection.execute(
                "DELETE FROM log.read_model WHERE name = %s AND generation = %s", [self.model.name, old[0]]
            )
        self._connection.execute(
            "UPDATE log.read_model SET state = 'live' WHERE name = %s AND generation = %s",
            [self.model.name, self.generation.generation],
        )
        _show(self._connection, self.model, self.generation)
        if old:
            _drop(self._connection, self.model, old[0])
        self._connection.execute(
            "SELECT pg_notify('read', %s), pg_notify('log', '')", [f"{self.model.name} {position}"]
        )

    def _stand_at(self, position: int) -> None:
        self._connection.execute(
            "UPDATE log.read_model SET position = %s WHERE name = %s AND generation = %s",
            [position, self.model.name, self.generation.generation],
        )


def _begin(connection: Connection, model: ReadModel, state: str) -> Generation:
    with connection.cursor(row_factory=class_row(Generation)) as cursor:
        cursor.execute(
            "INSERT INTO log.read_model (name, generation, version, state) SELECT %(name)s,"  # noqa: S608 - ours
            " (SELECT coalesce(max(generation), 0) + 1 FROM log.read_model WHERE name = %(name)s), %(version)s,"
            f" %(state)s RETURNING {_FIELDS}",
            {"name": model.name, "version": model.version, "state": state},
        )
        (generation,) = cursor
    connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(generation.schema)))
    make_tables(connection, model, generation.schema)
    return generation


def _show(connection: Connection, model: ReadModel, generation: Generation) -> None:
    """Let the views of schema `read` look at a generation."""
    for table in model.tables:
        view = Identifier("read", table.name)
        # Made anew and not replaced: the next version may have other columns.
        connection.execute(SQL("DROP VIEW IF EXISTS {}").format(view))
        connection.execute(
            SQL("CREATE VIEW {} WITH (security_invoker) AS SELECT * FROM {}").format(
                view, Identifier(generation.schema, table.name)
            )
        )


def _drop(connection: Connection, model: ReadModel, generation: int) -> None:
    schema = Identifier(f"read_{model.name}_{generation}")
    connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))


def rebuild(
    connection: Connection,
    events: EventLog,
    models: Iterable[ReadModel] = MODELS,
    progress: Callable[[ReadModel, int], None] = lambda _model, _position: None,
) -> None:
    """Rebuild read models one after the other; `progress` hears how far each has come."""
    for model in models:
        filling = Rebuild(connection, events, model)
        while filling.step():
            progress(model, filling.position)
        filling.switch()
        log.info("read_model_rebuilt", model=model.name, position=filling.position)


def run(settings: Settings, names: Sequence[str]) -> None:
    """Rebuild the read models of these names, or all, beside the ones that serve, showing how far each has come."""
    known = {model.name: model for model in MODELS}
    if unknown := [name for name in names if name not in known]:
        raise Refused(f"There is no read model called {unknown[0]}; there are {', '.join(known)}.")
    with (
        opened(settings) as database,
        closing(EventLog(database.url, Registry(*EVENTS), Clock(database.url))) as events,
        database.connect(Role.FOLLOWER, statement_timeout=0, synchronous_commit="off") as connection,
        Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()) as bars,
    ):
        prepare(connection)
        head = events.head()
        bar = {name: bars.add_task(name, total=max(1, head)) for name in names or known}
        rebuild(
            connection,
            events,
            [known[name] for name in bar],
            lambda model, position: bars.update(bar[model.name], completed=min(position, head)),
        )
        for task in bar.values():
            bars.update(task, completed=max(1, head))
