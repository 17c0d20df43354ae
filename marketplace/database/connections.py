"""How the program reaches PostgreSQL: one address, one role per kind of work, pools that outlive an outage."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from enum import StrEnum
from typing import Any, Final

import psycopg
import structlog
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, ConnectionPool

CONNECT_WITHIN: Final = 2
POOL_WITHIN: Final = 2.0
"""Seconds a caller waits for a connection before it is told that the database cannot be reached."""
RECONNECT_WITHIN: Final = 2.0
"""Seconds of growing pauses between a pool's attempts to connect; then the next look at its health starts them over."""
HEALTH_EVERY: Final = 1.0

log = structlog.get_logger(__name__)


class Role(StrEnum):
    """Who a connection acts as; none is a superuser, none passes row-level security by."""

    OWNER = "marketplace_owner"
    FOLLOWER = "marketplace_follower"
    APPEND = "marketplace_append"
    WEB = "marketplace_web"


STATEMENT_WITHIN: Final = {Role.OWNER: 0, Role.FOLLOWER: 60_000, Role.APPEND: 4_000, Role.WEB: 4_000}
"""Milliseconds one statement may take; 0 is no limit. A request is answered within five seconds, whatever happens."""

KEEPALIVE: Final = {
    # Silence is noticed within three seconds; libpq alone would hang for more than twenty-five.
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
}


class Database(Struct, frozen=True):
    """A database by its address; `url` is any address libpq understands, several hosts included."""

    url: str

    def conninfo(self, role: Role | None = None, **options: str | int) -> str:
        """Give the address to connect with as a role; `options` are server settings such as statement_timeout."""
        wanted: dict[str, str | int] = {}
        if role is not None:
            wanted |= {"role": role.value, "statement_timeout": STATEMENT_WITHIN[role]}
        wanted |= options
        given = conninfo_to_dict(self.url)
        spoken = " ".join([str(given.get("options") or ""), *(f"-c {name}={value}" for name, value in wanted.items())])
        defaults: dict[str, Any] = {
            "connect_timeout": CONNECT_WITHIN,
            "application_name": role.value if role else "marketplace",
            **KEEPALIVE,
        }
        return make_conninfo(self.url, **{**defaults, **given, "options": spoken.strip()})

    def connect(
        self, role: Role | None = None, *, autocommit: bool = True, **options: str | int
    ) -> psycopg.Connection[tuple[Any, ...]]:
        """Open one connection, outside any pool."""
        return psycopg.connect(self.conninfo(role, **options), autocommit=autocommit)

    @contextmanager
    def pool(
        self, role: Role, *, min_size: int = 1, max_size: int = 8, **options: str | int
    ) -> Iterator[ConnectionPool[psycopg.Connection[tuple[Any, ...]]]]:
        """Open a pool for threads, checked each second; its connections commit by themselves."""
        pool: ConnectionPool[psycopg.Connection[tuple[Any, ...]]] = ConnectionPool(
            self.conninfo(role, **options),
            kwargs={"autocommit": True},
            min_size=min_size,
            max_size=max_size,
            timeout=POOL_WITHIN,
            reconnect_timeout=RECONNECT_WITHIN,
            name=role.value,
            open=False,
        )
        closing = threading.Event()

        def keep_healthy() -> None:
            while not closing.wait(HEALTH_EVERY):
                with suppress(psycopg.Error):
                    pool.check()

        health = threading.Thread(target=keep_healthy, name=f"{role}-health", daemon=True)
        with pool:
            health.start()
            try:
                yield pool
            finally:
                closing.set()
                health.join()

    @asynccontextmanager
    async def async_pool(
        self, role: Role, *, min_size: int = 1, max_size: int = 8, **options: str | int
    ) -> AsyncIterator[AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]]:
        """Open a pool for the event loop, checked each second; its connections commit by themselves."""
        pool: AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]] = AsyncConnectionPool(
            self.conninfo(role, **options),
            kwargs={"autocommit": True},
            min_size=min_size,
            max_size=max_size,
            timeout=POOL_WITHIN,
            reconnect_timeout=RECONNECT_WITHIN,
            name=role.value,
            open=False,
        )

        closing = asyncio.Event()

        async def keep_healthy() -> None:
            while not closing.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(closing.wait(), HEALTH_EVERY)
                    return
                with suppress(psycopg.Error):
                    await pool.check()

        async with pool:
            health = asyncio.create_task(keep_healthy())
            try:
                yield pool
            finally:
                closing.set()
                await health
