"""Who came in, when, how and from which kind of device, and who tried: shown to the person it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import psycopg
from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.refused import _

Way = Literal["link", "code", "invitation", "passphrase", "passkey", "authenticator", "recovery", "token"]

WAYS: Final[dict[Way, str]] = {
    "link": _("Link in a mail"),
    "code": _("Code in a mail"),
    "invitation": _("Invitation"),
    "passphrase": _("Passphrase"),
    "passkey": _("Passkey"),
    "authenticator": _("Code of the authenticator"),
    "recovery": _("Recovery code"),
    "token": _("Access for a program"),
}
MOST_SHOWN: Final = 20


class SignInRecord(Struct, frozen=True):
    """Someone came in, or tried to; `device` is a browser and a system in two words, and nothing more exact.

    `member_id` is empty where an address was tried that is nobody's: it is written down all the same, without the
    address, since whoever looks at the clock must not learn whose it is.
    """

    member_id: str
    at: datetime
    way: Way
    entered: bool
    device: str


class SignInRecords:
    """Everyone's."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]) -> None:
        self._pool = pool

    async def keep(self, record: SignInRecord) -> None:
        """Write one down."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO site.sign_in_record (member_id, at, way, entered, device) VALUES (%s, %s, %s, %s, %s)",
                [record.member_id, record.at, record.way, record.entered, record.device],
            )

    async def of(self, member_id: str) -> list[SignInRecord]:
        """A person's, the newest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_ASKED + b" WHERE member_id = %s" + _NEWEST, [member_id, MOST_SHOWN])
            return [SignInRecord(*row) for row in await cursor.fetchall()]


def records_since(
    connection: psycopg.Connection[tuple[Any, ...]], since: datetime, *, member_id: str, most: int
) -> Sequence[SignInRecord]:
    """What an operator asks: everyone's or one person's since a moment, the newest first."""
    found = connection.execute(
        _ASKED + b" WHERE at >= %s AND (%s = '' OR member_id = %s)" + _NEWEST, [since, member_id, member_id, most]
    )
    return [SignInRecord(*row) for row in found.fetchall()]


_ASKED: Final = b"SELECT member_id, at, way, entered, device FROM site.sign_in_record"
_NEWEST: Final = b" ORDER BY at DESC, id DESC LIMIT %s"
