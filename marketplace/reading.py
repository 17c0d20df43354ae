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

from marketplace.database.arrays import array
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

_RIGHTS: Final = (
    "shared", "asked", "joins", "companies", "zones", "run", "moderated", "facilitated", "administered", "reads",
)  # fmt: skip
_BEGIN: Final = (
    "SELECT set_config('search_path', %(path)s, true), set_config('app.viewer', %(viewer)s, true), "
    + ", ".join(f"set_config('app.{name}', %({name})s, true)" for name in _RIGHTS)
)
# Temporary tables come last, so that none can stand before a view; only an as-of set is meant to.
LIVE: Final = "read, public, pg_temp"
AS_OF: Final = "pg_temp, read, public"

_STANDING: Final = """SELECT name, state = 'live' AS live, position, since, coalesce(error, '') AS error,
    log.head() AS head FROM log.read_model WHERE state <> 'building' ORDER BY since, name"""


class Stalled(Struct, frozen=True):
    """A read model that stopped at a broken event: its pages are as of `since`."""

    name: str
    since: datetime
    error: str


class Sight(Struct, frozen=True):
    """Whether read models show what was waited for, and which of them stopped, the longest first."""

    complete: bool
    stopped: list[Stalled]


class _Standing(Struct, frozen=True):
    """How far a read model is, and how far the log: live, or stopped `since` a time by an `error`."""

    name: str
    live: bool
    position: int
    since: datetime | None
    error: str
    head: int


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
    connection.execute(_BEGIN, _told(viewer, path))


def visible(connection: psycopg.Connection[Any], position: int, models: Collection[str], within: float = WAIT) -> bool:
    """Wait until these read models show what was recorded up to a position; False when the time is over.

    Never waits beyond the log's head at the call, nor for a model that is stalled.
    """
    seen = _standing(connection)
    wanted = min(position, _head(seen))
    end = time.monotonic() + within
    for pause in _pauses():
        if _shows(seen, wanted, models):
            return True
        if time.monotonic() + pause > end:
            break
        time.sleep(pause)
        seen = _standing(connection)
    return False


def stale(connection: psycopg.Connection[Any], models: Collection[str]) -> list[Stalled]:
    """Which of these read models stopped, the longest first."""
    return _stopped(_standing(connection), models)


class Reader:
    """Reads the read models for pages, on a pool of the web role."""

    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._asking = asyncio.Lock()
        self._next: asyncio.Task[list[_Standing]] | None = None

    @asynccontextmanager
    async def reading(self, viewer: Viewer) -> AsyncIterator[AsyncReading]:
        """Open one transaction in which row-level security follows the viewer."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(_BEGIN, _told(viewer, LIVE))
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
        return (await self.sight(position, models, within)).complete

    async def sight(self, position: int, models: Collection[str], within: float = WAIT) -> Sight:
        """Wait as `visible` does, and say as well which of these read models stopped."""
        seen = await self._standing()
        wanted = min(position, _head(seen))
        clock = asyncio.get_running_loop().time
        end = clock() + within
        for pause in _pauses():
            if _shows(seen, wanted, models):
                return Sight(complete=True, stopped=_stopped(seen, models))
            # Whoever waits for long looks when the others do, so that one look serves them all.
            later = pause if pause < LONGEST_LOOK else LONGEST_LOOK - clock() % LONGEST_LOOK
            if clock() + later > end:
                break
            await asyncio.sleep(later)
            seen = await self._standing()
        return Sight(complete=False, stopped=_stopped(seen, models))

    async def _standing(self) -> list[_Standing]:
        """How far everything is now: a hundred who wait for the same follower share each look at it."""
        if self._next is None:
            self._next = asyncio.create_task(self._look())
        return await asyncio.shield(self._next)

    async def _look(self) -> list[_Standing]:
        async with self._asking:
            # Whoever comes from here on would be told what stood before they came.
            self._next = None
            async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
                await cursor.execute(_STANDING)
                return msgspec.convert(await cursor.fetchall(), list[_Standing])


def _standing(connection: psycopg.Connection[Any]) -> list[_Standing]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_STANDING)
        return msgspec.convert(cursor.fetchall(), list[_Standing])


def _head(seen: Collection[_Standing]) -> int:
    return max((one.head for one in seen), default=0)


def _shows(seen: Collection[_Standing], position: int, models: Collection[str]) -> bool:
    return all(one.position >= position for one in seen if one.live and one.name in models)


def _stopped(seen: Collection[_Standing], models: Collection[str]) -> list[Stalled]:
    stopped = (one for one in seen if one.name in models and not one.live)
    return [Stalled(one.name, one.since, one.error) for one in stopped if one.since]


def _told(viewer: Viewer, path: str) -> dict[str, str]:
    """What the database is told of a reader: who it is, and each right as the literal of an array."""
    rights = {name: held if isinstance(held, str) else array(held) for name, held in viewer.rights().items()}
    return {**rights, "path": path}


def _pauses() -> Iterator[float]:
    pause = FIRST_LOOK
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_LOOK)


def _text(query: Query[Any]) -> LiteralString:
    # The text of a query is written in projections/, from table names; what people typed is in its parameters.
    return query.sql
