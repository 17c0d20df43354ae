"""Second factors: an authenticator, recovery codes for the day it is lost, and until when one must be set up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from marketplace.one_time_codes import SECRET_BYTES, step_of

RECOVERY_CODES: Final = 10
RECOVERY_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is taken for another when it is read from paper."""
RECOVERY_LENGTH: Final = 12
_GROUP: Final = 4
_NONCE: Final = 12


class Standing(Struct, frozen=True):
    """Where a person stands: the authenticator's day, how many recovery codes are left, passkeys, and the last day.

    `begun` says that an authenticator is being set up; `wanted_at` is since when they are an administrator to us, and
    `passkey_at` when the oldest of the passkeys was made.
    """

    confirmed_at: datetime | None = None
    begun: bool = False
    recovery_left: int = 0
    passkeys: int = 0
    wanted_at: datetime | None = None
    passkey_at: datetime | None = None

    @property
    def has_one(self) -> bool:
        """Whether there is a second factor to be asked for; a passkey is two in one."""
        return self.confirmed_at is not None or self.passkeys > 0

    @property
    def guards_changes(self) -> bool:
        """Whether changing the ways in wants it: of who set up an authenticator, and of who runs a zone.

        Whoever has a passkey for convenience and loses the phone goes on by mail.
        """
        return self.confirmed_at is not None or (self.passkeys > 0 and self.wanted_at is not None)

    def stands_behind(self, made_at: datetime) -> bool:
        """Whether a token made at a moment was made with it: since the day it guards changes, no other can be."""
        by_passkey = max(self.passkey_at, self.wanted_at) if self.passkey_at and self.wanted_at else None
        return any(since is not None and since <= made_at for since in (self.confirmed_at, by_passkey))

    def until(self, grace: timedelta) -> datetime | None:
        """When an administrator's pages close without one; None for whoever is none, or has one."""
        return self.wanted_at + grace if self.wanted_at is not None and not self.has_one else None


class SecondFactors:
    """Everyone's. Secrets are sealed under a key made of the site's secret: a copy of the database shows none."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], secret: bytes) -> None:
        self._pool = pool
        self._secret = secret
        self._sealing = AESGCM(hmac.digest(secret, b"second factor", hashlib.sha256))

    async def standing(self, member_id: str) -> Standing:
        """Where a person stands."""
        row = await self._one(
            """
            SELECT f.confirmed_at, f.secret IS NOT NULL AND f.confirmed_at IS NULL,
                (SELECT count(*) FROM site.recovery_code r WHERE r.member_id = m.id AND r.used_at IS NULL),
                (SELECT count(*) FROM site.passkey p WHERE p.member_id = m.id), f.wanted_at,
                (SELECT min(p.made_at) FROM site.passkey p WHERE p.member_id = m.id)
            FROM (SELECT %s::text AS id) m LEFT JOIN site.second_factor f ON f.member_id = m.id
            """,
            [member_id],
        )
        return Standing(row[0], bool(row[1]), *row[2:]) if row else Standing()

    async def want(self, member_id: str, *, now: datetime) -> None:
        """Begin an administrator's days of grace, unless they run already."""
        await self._one(
            "INSERT INTO site.second_factor AS f (member_id, wanted_at) VALUES (%s, %s) ON CONFLICT (member_id) "
            "DO UPDATE SET wanted_at = excluded.wanted_at WHERE f.wanted_at IS NULL RETURNING true",
            [member_id, now],
        )

    async def begin(self, member_id: str) -> None:
        """Make a secret for an authenticator; it counts once a code of it was typed. One that counts is kept."""
        await self._one(
            "INSERT INTO site.second_factor AS f (member_id, secret) VALUES (%s, %s) ON CONFLICT (member_id) "
            "DO UPDATE SET secret = excluded.secret WHERE f.confirmed_at IS NULL RETURNING true",
            [member_id, self._seal(member_id, secrets.token_bytes(SECRET_BYTES))],
        )

    async def begun(self, member_id: str) -> bytes | None:
        """The secret that is being set up; None when none is, or when it counts already and is shown to nobody."""
        row = await self._one(
            "SELECT secret FROM site.second_factor WHERE member_id = %s AND confirmed_at IS NULL", [member_id]
        )
        return self._open(member_id, row[0]) if row and row[0] is not None else None

    async def confirm(self, member_id: str, code: str, *, now: datetime) -> list[str] | None:
        """Let an authenticator count, its first code typed; gives the recovery codes, which are shown this once."""
        secret = await self.begun(member_id)
        step = step_of(secret, code, now) if secret else None
        if secret is None or step is None:
            return None
        row = await self._one(
            "UPDATE site.second_factor SET confirmed_at = %s, last_step = %s "
            "WHERE member_id = %s AND confirmed_at IS NULL RETURNING true",
            [now, step, member_id],
        )
        return await self.renew_recovery(member_id) if row else None

    async def accepts(self, member_id: str, code: str, *, now: datetime) -> bool:
        """Whether this is a code of theirs that was not used before; it is used now."""
        row = await self._one(
            "SELECT secret, last_step FROM site.second_factor WHERE member_id = %s AND confirmed_at IS NOT NULL",
            [member_id],
        )
        secret = self._open(member_id, row[0]) if row else None
        step = step_of(secret, code, now, after=row[1]) if row and secret else None
        if step is None:
            return False
        # Of two requests with one code at the same moment, one comes in.
        used = "UPDATE site.second_factor SET last_step = %s WHERE member_id = %s AND last_step < %s RETURNING true"
        return await self._one(used, [step, member_id, step]) is not None

    async def accepts_recovery(self, member_id: str, typed: str, *, now: datetime) -> bool:
        """Whether this is a recovery code of theirs that was not used before; it is used now."""
        return (
            await self._one(
                "UPDATE site.recovery_code SET used_at = %s "
                "WHERE member_id = %s AND code_mac = %s AND used_at IS NULL RETURNING true",
                [now, member_id, self._mac(member_id, typed)],
            )
            is not None
        )

    async def renew_recovery(self, member_id: str) -> list[str]:
        """Make recovery codes anew; those there were open nothing any more."""
        codes = [
            "".join(secrets.choice(RECOVERY_LETTERS) for _letter in range(RECOVERY_LENGTH))
            for _code in range(RECOVERY_CODES)
        ]
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("DELETE FROM site.recovery_code WHERE member_id = %s", [member_id])
            await connection.cursor().executemany(
                "INSERT INTO site.recovery_code (member_id, code_mac) VALUES (%s, %s)",
                [(member_id, self._mac(member_id, code)) for code in codes],
            )
        return [" ".join(code[at : at + _GROUP] for at in range(0, RECOVERY_LENGTH, _GROUP)) for code in codes]

    async def forget(self, member_id: str) -> None:
        """Take the authenticator away, and its recovery codes with it; an administrator's day stays what it was."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("DELETE FROM site.recovery_code WHERE member_id = %s", [member_id])
            await connection.execute(
                "UPDATE site.second_factor SET secret = NULL, confirmed_at = NULL, last_step = 0 WHERE member_id = %s",
                [member_id],
            )

    async def _one(self, sql: str, params: list[Any]) -> tuple[Any, ...] | None:
        async with self._pool.connection() as connection:
            return await (await connection.execute(sql.encode(), params)).fetchone()

    def _seal(self, member_id: str, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._sealing.encrypt(nonce, secret, member_id.encode())

    def _open(self, member_id: str, sealed: bytes) -> bytes | None:
        try:
            return self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], member_id.encode())
        except InvalidTag:
            # The site's secret was changed: the authenticator is as good as lost, and recovery codes are too.
            return None

    def _mac(self, member_id: str, typed: str) -> bytes:
        plain = "".join(typed.split()).upper().replace("-", "")
        return hmac.digest(self._secret, f"recovery\0{member_id}\0{plain}".encode(errors="replace"), hashlib.sha256)
