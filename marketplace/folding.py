"""Read models and their tables: making them, folding events into them as sets, and comparing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, Final

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from domain.events import Recorded
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from projections.mail_log import MAIL_LOG
from projections.matches import MATCHES
from projections.model import Group, Key, ReadModel, Rows, Table
from projections.moderation import MODERATION
from projections.people import PEOPLE
from projections.pooling import POOLING
from projections.purchases import PURCHASES
from projections.searches import SEARCHES

MODELS: Final[tuple[ReadModel, ...]] = (
    PEOPLE,
    LISTINGS,
    EXCHANGES,
    MATCHES,
    MODERATION,
    MAIL_LOG,
    SEARCHES,
    POOLING,
    PURCHASES,
)
"""Every read model, in the order in which the follower brings them up to date."""

# Sets have no order of their own: written in one, the same row is always the same bytes.
_JSON: Final = msgspec.json.Encoder(order="deterministic")

Connection = psycopg.Connection[tuple[Any, ...]]


class BrokenEvent(Exception):
    """An event that a read model cannot take in."""

    def __init__(self, model: ReadModel, recorded: Recorded, fault: Exception) -> None:
        super().__init__(f"{model.name}: event {recorded.id} ({type(recorded.event).__name__}): {fault!r}")


def make_tables(connection: Connection, model: ReadModel, schema: str) -> None:
    """Make a read model's tables in a schema, or for this transaction's session in `pg_temp`."""
    connection.execute(model.ddl.replace("{schema}", schema).encode())


def fold(connection: Connection, model: ReadModel, schema: str, events: Sequence[Recorded]) -> None:
    """Take events into a read model's tables, within the transaction under way."""
    concerned = [recorded for recorded in events if type(recorded.event) in model.events]
    if not concerned:
        return
    rows = Rows(partial(fetch, connection, schema))
    fold_in_memory(model, rows, concerned)
    save(connection, rows, schema)


def fold_in_memory(model: ReadModel, rows: Rows, events: Sequence[Recorded]) -> None:
    """Change rows as events want; raises BrokenEvent."""
    wanted: list[Group] = []
    for recorded in events:
        try:
            wanted.extend(model.touches(recorded))
        except Exception as fault:
            raise BrokenEvent(model, recorded, fault) from fault
    rows.prefetch(wanted)
    for recorded in events:
        try:
            model.apply(rows, recorded)
        except psycopg.Error:
            raise
        except Exception as fault:
            raise BrokenEvent(model, recorded, fault) from fault


def save(connection: Connection, rows: Rows, schema: str) -> None:
    """Write what changed, one statement per table and kind of change."""
    for table, kept, gone in rows.changes():
        if gone:
            _remove(connection, schema, table, gone)
        if kept:
            _keep(connection, schema, table, kept)


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


def fetch(connection: Connection, schema: str, table: Table[Any], column: str, values: Sequence[str]) -> Iterable[Any]:
    """The stored rows of a table that have one of these values in a group column."""
    with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        cursor.execute(_fetching(schema, table, column), [list(values)])
        found: Iterable[Any] = msgspec.convert(cursor.fetchall(), list[table.row])  # type: ignore[name-defined]
        return found


def _keep(connection: Connection, schema: str, table: Table[Any], rows: list[Any]) -> None:
    connection.execute(_keeping(schema, table), [Jsonb(rows, dumps=_JSON.encode)])


def _remove(connection: Connection, schema: str, table: Table[Any], keys: list[Key]) -> None:
    gone = [dict(zip(table.key, key, strict=True)) for key in keys]
    connection.execute(_removing(schema, table), [Jsonb(gone, dumps=_JSON.encode)])


# Composing a statement takes longer than running it: each is composed once.


@lru_cache
def _fetching(schema: str, table: Table[Any], column: str) -> bytes:
    return (
        SQL(
            "SELECT {} FROM {} WHERE {} && %s"
            if table.holds_several(column)
            else "SELECT {} FROM {} WHERE {} = ANY (%s)"
        )
        .format(_columns(table.columns), Identifier(schema, table.name), Identifier(column))
        .as_bytes()
    )


@lru_cache
def _keeping(schema: str, table: Table[Any]) -> bytes:
    others = [column for column in table.columns if column not in table.key]
    replaced = SQL("DO UPDATE SET ({}) = ROW ({})").format(
        _columns(others), SQL(", ").join(SQL("EXCLUDED.{}").format(Identifier(column)) for column in others)
    )
    return (
        SQL(
            "INSERT INTO {into} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{into}, %s)"
            " ON CONFLICT ({key}) {action}"
        )
        .format(
            into=Identifier(schema, table.name),
            columns=_columns(table.columns),
            key=_columns(table.key),
            action=replaced if others else SQL("DO NOTHING"),
        )
        .as_bytes()
    )


@lru_cache
def _removing(schema: str, table: Table[Any]) -> bytes:
    return (
        SQL("DELETE FROM {table} t USING jsonb_populate_recordset(NULL::{table}, %s) g WHERE {same}")
        .format(
            table=Identifier(schema, table.name),
            same=SQL(" AND ").join(SQL("t.{0} = g.{0}").format(Identifier(column)) for column in table.key),
        )
        .as_bytes()
    )


def _columns(names: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
