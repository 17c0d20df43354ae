"""Read models and their tables: making them, folding events into them as sets, and comparing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final, Literal

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from domain.events import Recorded
from marketplace.database.arrays import array
from projections.acting import ACTING
from projections.bulletins import BULLETINS
from projections.charters import CHARTERS
from projections.directory import DIRECTORY
from projections.exchanges import EXCHANGES
from projections.federations import FEDERATIONS
from projections.joining import JOINING
from projections.listings import LISTINGS
from projections.mail_log import MAIL_LOG
from projections.matches import MATCHES
from projections.model import Group, ReadModel, Rows, Table
from projections.moderation import MODERATION
from projections.people import PEOPLE
from projections.pooling import POOLING
from projections.purchases import PURCHASES
from projections.record import RECORD
from projections.searches import SEARCHES

MODELS: Final[tuple[ReadModel, ...]] = (
    PEOPLE,
    DIRECTORY,
    JOINING,
    ACTING,
    LISTINGS,
    EXCHANGES,
    MATCHES,
    MODERATION,
    MAIL_LOG,
    SEARCHES,
    POOLING,
    PURCHASES,
    BULLETINS,
    RECORD,
    CHARTERS,
    FEDERATIONS,
)
"""Every read model, in the order in which the follower brings them up to date."""

# Sets have no order of their own: written in one, the same row is always the same bytes.
_JSON: Final = msgspec.json.Encoder(order="deterministic")

Connection = psycopg.Connection[tuple[Any, ...]]
_Change = tuple[Table[Any], Literal["kept", "gone"]]


class BrokenEvent(Exception):
    """An event that a read model cannot take in."""

    def __init__(self, model: ReadModel, recorded: Recorded, fault: Exception) -> None:
        super().__init__(f"{model.name}: event {recorded.id} ({type(recorded.event).__name__}): {fault!r}")


def make_tables(connection: Connection, model: ReadModel, schema: str) -> None:
    """Make a read model's tables in a schema, or for this transaction's session in `pg_temp`."""
    connection.execute(model.ddl.replace("{schema}", schema).encode())


def fold(connection: Connection, model: ReadModel, schema: str, events: Sequence[Recorded]) -> int:
    """Take events into a read model's tables, within the transaction under way; how many of them are in.

    They are fewer than all when one is too much for one transaction: given again, it goes on where it stood.
    """
    concerned = [recorded for recorded in events if type(recorded.event) in model.events]
    if not concerned:
        return len(events)
    rows = Rows(partial(fetch, connection, schema), partial(fetch_next, connection, schema))
    # What is asked and written at once travels at once: on a busy machine each way there and back is a wait.
    with connection.pipeline():
        done = _take_in(model, rows, concerned)
        save(connection, rows, schema)
    return len(events) if done == len(concerned) else events.index(concerned[done])


def fold_in_memory(model: ReadModel, rows: Rows, events: Sequence[Recorded]) -> None:
    """Change rows as events want; raises BrokenEvent."""
    while (done := _take_in(model, rows, events)) < len(events):
        events = events[done:]


def _take_in(model: ReadModel, rows: Rows, events: Sequence[Recorded]) -> int:
    """Change rows as events want, up to one that wants to go on later; how many are in."""
    wanted: list[Group] = []
    for recorded in events:
        try:
            wanted.extend(model.touches(recorded))
        except Exception as fault:
            raise BrokenEvent(model, recorded, fault) from fault
    rows.prefetch(wanted)
    for place, recorded in enumerate(events):
        rows.unfinished = False
        try:
            model.apply(rows, recorded)
        except psycopg.Error:
            raise
        except Exception as fault:
            raise BrokenEvent(model, recorded, fault) from fault
        if rows.unfinished:
            return place
    return len(events)


def save(connection: Connection, rows: Rows, schema: str) -> None:
    """Write what changed, in one statement: to ask is most of what it costs to write a little."""
    changes: list[_Change] = []
    written: list[Jsonb] = []
    for table, kept, gone in rows.changes():
        if gone:
            keys = [dict(zip(table.key, key, strict=True)) for key in gone]
            changes.append((table, "gone"))
            written.append(Jsonb(keys, dumps=_JSON.encode))
        if kept:
            changes.append((table, "kept"))
            written.append(Jsonb(kept, dumps=_JSON.encode))
    if changes:
        connection.execute(_saving(schema, tuple(changes)), written)


def dump(connection: Connection, model: ReadModel, schema: str) -> dict[str, list[str]]:
    """Every row of a read model as text, in the order of the keys: equal dumps are equal read models."""
    return {
        table.name: [
            row
            for (row,) in connection.execute(
                SQL("SELECT t::text FROM {} t ORDER BY {}").format(
                    Identifier(schema, table.name),
                    SQL(", ").join(SQL('{}::text COLLATE "C"').format(Identifier(column)) for column in table.key),
                )
            )
        ]
        for table in model.tables
    }


def fetch(connection: Connection, schema: str, table: Table[Any], column: str, values: Sequence[str]) -> Iterator[Any]:
    """Ask for the stored rows of a table that have one of these values in a group column; they are read later."""
    return _asked(connection, table, _fetching(schema, table, column), [array(values)])


def fetch_next(connection: Connection, schema: str, table: Table[Any], after: str, limit: int) -> Sequence[Any]:
    """The stored rows of a table whose keys come next, in the order of the keys."""
    return [*_asked(connection, table, _fetching_next(schema, table), [after, limit])]


def _asked(connection: Connection, table: Table[Any], statement: bytes, parameters: Sequence[Any]) -> Iterator[Any]:
    cursor = connection.cursor(row_factory=dict_row, binary=True)
    cursor.execute(statement, parameters)
    return _answered(cursor, table)


def _answered(cursor: psycopg.Cursor[dict[str, Any]], table: Table[Any]) -> Iterator[Any]:
    with cursor:
        yield from msgspec.convert(cursor.fetchall(), list[table.row])  # type: ignore[name-defined]


# Composing a statement takes longer than running it: each is composed once.


@lru_cache
def _fetching(schema: str, table: Table[Any], column: str) -> bytes:
    return (
        SQL(
            "SELECT {} FROM {} WHERE {} && %s::text[]"
            if table.holds_several(column)
            else "SELECT {} FROM {} WHERE {} = ANY (%s::text[])"
        )
        .format(_columns(table.columns), Identifier(schema, table.name), Identifier(column))
        .as_bytes()
    )


@lru_cache
def _fetching_next(schema: str, table: Table[Any]) -> bytes:
    return (
        SQL("SELECT {} FROM {} WHERE {key} > %s ORDER BY {key} LIMIT %s")
        .format(_columns(table.columns), Identifier(schema, table.name), key=_columns(table.key))
        .as_bytes()
    )


@lru_cache(maxsize=1_000)
def _saving(schema: str, changes: tuple[_Change, ...]) -> bytes:
    written = [_keeping(schema, table) if kind == "kept" else _removing(schema, table) for table, kind in changes]
    named = [SQL("{} AS ({})").format(Identifier(f"w{place}"), one) for place, one in enumerate(written)]
    return SQL("WITH {} SELECT").format(SQL(", ").join(named)).as_bytes()


def _keeping(schema: str, table: Table[Any]) -> Composed:
    others = [column for column in table.columns if column not in table.key]
    replaced = SQL("DO UPDATE SET ({}) = ROW ({})").format(
        _columns(others), SQL(", ").join(SQL("EXCLUDED.{}").format(Identifier(column)) for column in others)
    )
    return SQL(
        "INSERT INTO {into} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{into}, %s)"
        " ON CONFLICT ({key}) {action}"
    ).format(
        into=Identifier(schema, table.name),
        columns=_columns(table.columns),
        key=_columns(table.key),
        action=replaced if others else SQL("DO NOTHING"),
    )


def _removing(schema: str, table: Table[Any]) -> Composed:
    return SQL("DELETE FROM {table} t USING jsonb_populate_recordset(NULL::{table}, %s) g WHERE {same}").format(
        table=Identifier(schema, table.name),
        same=SQL(" AND ").join(SQL("t.{0} = g.{0}").format(Identifier(column)) for column in table.key),
    )


def _columns(names: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
