"""Codes that make a phone a company's shared phone: eight digits, used once, within a quarter of an hour."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

LIFETIME: Final = timedelta(minutes=15)
DIGITS: Final = 8
GROUP: Final = 4
"""Digits that are read out together."""


class Wish(Struct, frozen=True):
    """A phone that somebody of a company wants to pair, under the name they gave it."""

    company_id: str
    member_id: str
    name: str


class Pairings:
    """The codes given out; the database knows them by their keyed hashes only."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], secret: bytes) -> None:
        self._pool = pool
        self._secret = secret

    async def issue(self, wish: Wish, *, now: datetime) -> str:
        """Give out a code. It is shown once, and nobody can look it up afterwards."""
        while True:
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
            async with self._pool.connection() as connection:
                given = await connection.execute(
                    """
                    INSERT INTO site.pairing (code_mac, company_id, member_id, name, expires_at)
                    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
                    """,
                    [self._mac(code), wish.company_id, wish.member_id, wish.name, now + LIFETIME],
                )
            if given.rowcount:  # else another phone waits for the same digits at this very moment
                return code

    async def take(self, typed: str, *, now: datetime) -> Wish | None:
        """Use a code up; None when it was used before, is too old, or was never ours."""
        code = "".join(character for character in typed if not character.isspace() and character not in "-.")
        if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
            return None
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                """
                WITH wished AS (
                    SELECT code_mac, company_id, member_id, name FROM site.pairing
                    WHERE code_mac = %(code)s AND used_at IS NULL AND expires_at > %(now)s FOR UPDATE)
                UPDATE site.pairing p SET used_at = %(now)s, name = '' FROM wished WHERE p.code_mac = wished.code_mac
                RETURNING wished.company_id, wished.member_id, wished.name
                """,
                {"code": self._mac(code), "now": now},
            )
            row = await cursor.fetchone()
        return Wish(*row) if row else None

    async def forget_old(self, now: datetime) -> None:
        """Drop what pairs no phone any more."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM site.pairing WHERE expires_at <= %s", [now])

    def _mac(self, code: str) -> bytes:
        # Keyed: eight digits under a plain hash are found in a minute.
        return hmac.digest(self._secret, f"pairing\0{code}".encode(), hashlib.sha256)


def grouped(code: str) -> str:
    """A code as it is read out, in groups that no line break tears apart."""
    return "\N{NO-BREAK SPACE}".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
