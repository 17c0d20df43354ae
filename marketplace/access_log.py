"""Who looked at what about whom: noted in this one place, shown to the person, and dropped after a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from psycopg import AsyncConnection, Connection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

What = Literal["contact", "mail", "export", "own_data"]
"""Contact details, a mail sent to another, a file that names others, and all that is held on oneself."""
SHOWN: Final = 50


class Look(Struct, frozen=True):
    """Somebody, `by_actor`, opened something about the subject: a member, a company, or everyone of a zone."""

    subject: str
    by_actor: str
    what: What
    thing: str
    at: datetime

    @property
    def by_member(self) -> str:
        """Their id; empty when it was no member."""
        kind, _colon, name = self.by_actor.partition(":")
        return name if kind == "member" else ""


NOTE: Final = (
    "INSERT INTO site.access_log (subject, by_actor, what, thing, at) "
    "SELECT person, %(by)s, %(what)s, %(thing)s, %(at)s FROM unnest(%(about)s::text[]) AS person "
    "WHERE NOT EXISTS (SELECT FROM site.access_log l WHERE l.subject = person AND l.by_actor = %(by)s "
    "AND l.what = %(what)s AND l.thing = %(thing)s AND l.at > %(at)s - interval '1 day')"
)


def note(connection: Connection[Any], what: What, thing: str, about: Iterable[str], *, by: str, at: datetime) -> None:
    """Note a look from a command line."""
    connection.execute(NOTE, {"about": sorted(set(about)), "by": by, "what": what, "thing": thing, "at": at})


class AccessLog:
    """The looks at what is not one's own."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]) -> None:
        self._pool = pool

    async def note(self, what: What, thing: str, about: Iterable[str], *, by: str, at: datetime) -> None:
        """Note that somebody opened a thing about these subjects; once a day for the same is enough."""
        async with self._pool.connection() as connection:
            await connection.execute(
                NOTE,
                {"about": sorted(set(about)), "by": by, "what": what, "thing": thing, "at": at},
            )

    async def of(self, subjects: Sequence[str], *, limit: int | None = SHOWN) -> list[Look]:
        """What was looked at about any of these, the latest first."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "SELECT subject, by_actor, what, thing, at FROM site.access_log WHERE subject = ANY (%s) "
                "ORDER BY at DESC, id DESC LIMIT %s",
                [list(subjects), limit],
            )
            return msgspec.convert(await cursor.fetchall(), list[Look])
