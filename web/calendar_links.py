"""The secret addresses of people's calendars: one each, made anew or taken back at will."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from marketplace.tokens import Signer

PURPOSE: Final = "calendar"


class CalendarLinks:
    """What each address signs: the person, and a serial that the database knows for as long as the address is good."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], signer: Signer) -> None:
        self._pool = pool
        self._signer = signer

    async def make(self, member_id: str, *, now: datetime) -> None:
        """Have an address made; the one there was opens nothing any more."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO site.calendar_link (member_id, serial, made_at) VALUES (%s, %s, %s) "
                "ON CONFLICT (member_id) DO UPDATE SET serial = excluded.serial, made_at = excluded.made_at",
                [member_id, uuid4(), now],
            )

    async def revoke(self, member_id: str) -> None:
        """Take the address back."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM site.calendar_link WHERE member_id = %s", [member_id])

    async def token_of(self, member_id: str) -> str:
        """The secret part of a person's address; empty when they have none."""
        serial = await self._serial(member_id)
        return self._signer.sign(PURPOSE, f"{member_id} {serial}") if serial else ""

    async def whose(self, token: str, *, now: datetime) -> str | None:
        """Whose calendar an address opens; None when it is not ours, or was taken back."""
        said = self._signer.read(PURPOSE, token, now=now)
        member_id, _space, serial = (said or "").partition(" ")
        return member_id if serial and serial == await self._serial(member_id) else None

    async def _serial(self, member_id: str) -> str:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT serial::text FROM site.calendar_link WHERE member_id = %s", [member_id]
            )
            row = await cursor.fetchone()
        return str(row[0]) if row else ""
