"""Rows of the outbox: read, opened, changed; and the keys their letters are sealed with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

import msgspec
import psycopg
from psycopg.rows import dict_row, tuple_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.events import Private
from marketplace.eventlog.private import Keyring, Sealed
from marketplace.outbox.mails import Letter, Mail, Opened

STREAM: Final = "outbox"
"""The name under which the keys of letters are kept, one per recipient."""

Connections = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]


class Sealing(Protocol):
    """What the outbox needs of the event log's keyring."""

    def seal(self, private: Private, stream: str) -> Sealed:
        """Seal a text for a stream."""
        ...

    def open(self, sealed: Sealed) -> Private:
        """Open a sealed text; erased when its key is gone."""
        ...


COLUMNS: Final = ", ".join("id::text" if name == "id" else "token::text" if name == "token" else name
                           for name in Mail.__struct_fields__)  # fmt: skip


class Rows:
    """The rows, for whoever knows what they mean."""

    def __init__(self, connections: Connections, keys: Sealing) -> None:
        self._connections = connections
        self._keys = keys

    def _sealed(self, member_id: str, letter: Letter) -> Jsonb:
        text = msgspec.json.encode(letter).decode()
        return Jsonb(msgspec.to_builtins(self._keys.seal(Private(member_id, text), STREAM)))

    def _opened(self, row: dict[str, Any]) -> Opened:
        sealed = row.pop("letter")
        text = self._keys.open(msgspec.convert(sealed, Sealed)).text if sealed else None
        return Opened(msgspec.convert(row, Mail), msgspec.json.decode(text, type=Letter) if text else None)

    def _read(self, where: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Opened]:
        question = f"SELECT {COLUMNS}, letter FROM site.outbox {where}"  # noqa: S608  # our own words
        return [self._opened(row) for row in self._rows(question, values)]

    def _mails(self, where: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Mail]:
        question = f"SELECT {COLUMNS} FROM site.outbox {where}"  # noqa: S608  # our own words
        return [msgspec.convert(row, Mail) for row in self._rows(question, values)]

    def _change(self, change: str, values: Mapping[str, Any]) -> list[Mail]:
        rows = self._rows(f"UPDATE site.outbox {change} RETURNING {COLUMNS}", values)
        return [msgspec.convert(row, Mail) for row in rows]

    def _rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connections.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()


def keyring(connections: Connections) -> Keyring:
    """The keys of letters, through the outbox's own connections, which must be those of the role that appends."""

    @contextmanager
    def by_name() -> Iterator[psycopg.Connection[Any]]:
        with connections.connection() as connection:
            named: psycopg.Connection[Any] = connection
            named.row_factory = dict_row
            try:
                yield named
            finally:
                named.row_factory = tuple_row

    return Keyring(by_name)
