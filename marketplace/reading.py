"""How pages and programs read: questions to the read models, answered row by row as the viewer's rights allow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final, LiteralString, TypeVar

import msgspec
import psycopg
from msgspec import Struct
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from projections import people
from projections.model import Query
from projections.viewer import Viewer

R = TypeVar("R", bound=Struct)

WAIT: Final = 2.0
"""Seconds a page waits at most to see what its own reader just did."""
FIRST_LOOK: Final = 0.002
LONGEST_LOOK: Final = 0.01
SYSTEM: Final = Viewer()
"""Whoever reads as the follower's role, which owns the tables: row-level security leaves nothing out."""

_RIGHTS: Final = ("shared", "asked", "companies", "zones", "run", "moderated", "facilitated", "administered")
_BEGIN: Final = (
    "SELECT set_config('search_path', %(path)s, true), set_config('app.viewer', %(viewer)s, true), "
    + ", ".join(f"set_config('app.{name}', %({name})s::text[]::text, true)" for name in _RIGHTS)
)
# Temporary tables come last, so that none can stand before a view; only an as-of set is meant to.
LIVE: Final = "read, public, pg_temp"
AS_OF: Final = "pg_temp, read, public"

_HEAD: Final = "SELECT log.head()"
_BEHIND: Final = """SELECT count(*) FROM log.read_model
    WHERE name = ANY (%(models)s) AND state = 'live' AND position < %(position)s"""
_STALLED: Final = """SELECT name, since, error FROM log.read_model
    WHERE name = ANY (%(models)s) AND state = 'stalled' ORDER BY since, name"""


class Stalled(Struct, frozen=True):
    """A read model that stopped at a broken event: its pages are as of `since`."""

    name: str
    since: datetime
    error: str


class Reading:
    """One transaction of questions, for sync code."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def all(self, query: Query[R]) -> list[R]:
        """Every row of the answer."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(_text(query), query.params)
            return msgspec.convert(cursor.fetchall(), list[query.row])  # type: ignore[name-defined]

    def one(self, query: Query[R]) -> R | None:
        """The first row, if there is one."""
        rows = self.all(query)
        return rows[0] if rows else None


class AsyncReading:
    """One transaction of questions, for pages."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def all(self, query: Query[R]) -> list[R]:
        """Every row of the answer."""
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(_text(query), query.params)
            return msgspec.convert(await cursor.fetchall(), list[query.row])  # type: ignore[name-defined]

    async def one(self, query: Query[R]) -> R | None:
        """The first row, if there is one."""
        rows = await self.all(query)
        return rows[0] if rows else None


@contextmanager
def reading(connection: psycopg.Connection[Any], viewer: Viewer) -> Iterator[Reading]:
    """Read as a viewer, on a connection of the web role; or everything, with `SYSTEM` on one of the follower's role."""
    with connection.transaction():
        begin(connection, viewer)
        yield Reading(connection)


def begin(connection: psycopg.Connection[Any], viewer: Viewer, path: str = LIVE) -> None:
    """Tell the database who is looking, and where the tables are, until the transaction under way ends."""
    connection.execute(_BEGIN, {**viewer.rights(), "path": path})


def visible(connection: psycopg.Connection[Any], position: int, models: Collection[str], within: float = WAIT) -> bool:
    """Wait until these read models show what was recorded up to a position; False when the time is over.

    Never waits beyond the log's head at the call, nor for a model that is stalled.
    """
    asked = {"models": list(models), "position": min(position, _number(connection.execute(_HEAD).fetchone()))}
    end = time.monotonic() + within
    for pause in _pauses():
        if not _number(connection.execute(_BEHIND, asked).fetchone()):
            return True
        if time.monotonic() + pause > end:
            break
        time.sleep(pause)
    return False


def stale(connection: psycopg.Connection[Any], models: Collection[str]) -> list[Stalled]:
    """Which of these read models stopped, the longest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_STALLED, {"models": list(models)})
        return msgspec.convert(cursor.fetchall(), list[Stalled])


class Reader:
    """Reads the read models for pages, on a pool of the web role."""

    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self._pool = pool

    @asynccontextmanager
    async def reading(self, viewer: Viewer) -> AsyncIterator[AsyncReading]:
        """Open one transaction in which row-level security follows the viewer."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(_BEGIN, {**viewer.rights(), "path": LIVE})
            yield AsyncReading(connection)

    async def viewer(self, member_id: str) -> Viewer | None:
        """Who a signed-in person is now; None when they are unknown or erased."""
        async with self.reading(Viewer(member_id=member_id)) as read:
            return await read.one(people.viewer(member_id))

    async def phone_viewer(self, phone_id: str) -> Viewer | None:
        """A company's shared phone as a viewer; None once it was revoked, or the company erased."""
        async with self.reading(Viewer(member_id=phone_id)) as read:
            return await read.one(people.phone_viewer(phone_id))

    async def visible(self, position: int, models: Collection[str], within: float = WAIT) -> bool:
        """As the function `visible`, for pages."""
        end = time.monotonic() + within
        asked: dict[str, Any] = {"models": list(models), "position": min(position, await self._ask(_HEAD))}
        for pause in _pauses():
            # Between two looks the connection serves others: many may be waiting for the same follower.
            if not await self._ask(_BEHIND, asked):
                return True
            if time.monotonic() + pause > end:
                break
            await asyncio.sleep(pause)
        return False

    async def _ask(self, question: LiteralString, asked: dict[str, Any] | None = None) -> int:
        async with self._pool.connection() as connection:
            return _number(await (await connection.execute(question, asked)).fetchone())

    async def stale(self, models: Collection[str]) -> list[Stalled]:
        """Which of these read models stopped, the longest first."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(_STALLED, {"models": list(models)})
            return msgspec.convert(await cursor.fetchall(), list[Stalled])


def _pauses() -> Iterator[float]:
    pause = FIRST_LOOK
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_LOOK)


def _number(row: tuple[Any, ...] | None) -> int:
    return int(row[0]) if row else 0


def _text(query: Query[Any]) -> LiteralString:
    # The text of a query is written in projections/, from table names; what people typed is in its parameters.
    return query.sql
