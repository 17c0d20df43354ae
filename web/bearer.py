"""Tokens for programs: each belongs to a member, may do less than they may, and is known here by its hash only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.refused import Refused, _

Scope = Literal["read", "write"]
SCOPES: Final[tuple[Scope, ...]] = ("read", "write")
PREFIX: Final = "gisement_"
"""So that a token that leaked into a repository is recognised as one."""
LIFETIME: Final = timedelta(days=365)
MOST: Final = 50
"""Tokens of one person."""
SEEN_EVERY: Final = timedelta(hours=1)
"""How exactly we say when a token was last used."""


class ApiToken(Struct, frozen=True):
    """A token as its owner sees it in a list."""

    id: str
    member_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None = None


class ApiTokens:
    """The tokens of everyone."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]) -> None:
        self._pool = pool

    async def give(
        self, member_id: str, *, name: str, scopes: Sequence[Scope], now: datetime, lasts: timedelta = LIFETIME
    ) -> tuple[ApiToken, str]:
        """Make a token; its text is shown this once. Refuses one more than anybody looks after."""
        if len(await self.of(member_id, now=now)) >= MOST:
            raise Refused(_("You gave access to %(most)s programs: end one of them first."), most=MOST)
        token, expires_at = PREFIX + secrets.token_urlsafe(32), now + lasts
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO site.api_token (token_sha256, member_id, name, scopes, created_at, expires_at)
                VALUES (%s, %s, %s, %s, %s, %s) RETURNING id::text
                """,
                [_sha256(token), member_id, name, list(scopes), now, expires_at],
            )
            row = await cursor.fetchone()
        return ApiToken("" if row is None else row[0], member_id, name, tuple(scopes), now, expires_at), token

    async def find(self, token: str, *, now: datetime) -> ApiToken | None:
        """The token of this text, unless it ended."""
        found = await self._read("token_sha256 = %s AND expires_at > %s", [_sha256(token), now])
        if not found:
            return None
        if found[0].last_used is None or now - found[0].last_used >= SEEN_EVERY:
            async with self._pool.connection() as connection:
                used = "UPDATE site.api_token SET last_used = %s WHERE id::text = %s"
                await connection.execute(used, [now, found[0].id])
        return found[0]

    async def of(self, member_id: str, *, now: datetime) -> list[ApiToken]:
        """A person's, the newest first."""
        return await self._read("member_id = %s AND expires_at > %s ORDER BY created_at DESC, id", [member_id, now])

    async def end(self, token_id: str, *, member_id: str) -> bool:
        """End one of a person's tokens; False when they have no such token."""
        async with self._pool.connection() as connection:
            ended = await connection.execute(
                "DELETE FROM site.api_token WHERE id::text = %s AND member_id = %s", [token_id, member_id]
            )
            return ended.rowcount > 0

    async def forget_old(self, now: datetime) -> None:
        """Drop what has expired."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM site.api_token WHERE expires_at <= %s", [now])

    async def _read(self, where: str, params: Sequence[object]) -> list[ApiToken]:
        columns = "id::text, member_id, name, scopes, created_at, expires_at, last_used"
        sql = f"SELECT {columns} FROM site.api_token WHERE {where}"  # noqa: S608  # our own words
        async with self._pool.connection() as connection:
            cursor = await connection.execute(sql.encode(), params)
            return [ApiToken(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in await cursor.fetchall()]


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
