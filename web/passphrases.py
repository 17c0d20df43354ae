"""Passphrases, for whoever wants one: kept as an argon2id hash, compared beside the event loop, composed by no rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import resources
from itertools import pairwise
from typing import Any, Final, Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.refused import Refused, _

T = TypeVar("T")

SHORTEST: Final = 12
LONGEST: Final = 200
COMMON: Final = frozenset(resources.files("web").joinpath("common_passphrases.txt").read_text().split())
"""What is tried first, once figures and signs are taken off; only what is long enough to be let through otherwise."""

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS: Final = _HASHER.hash("what an address that nobody has is compared with: it takes as long")


class Blocking(Protocol):
    """Runs what blocks on threads of its own, since a hash takes a core for some ten milliseconds."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run it."""
        ...


def checked_passphrase(typed: str, *, mail: str = "") -> str:
    """A passphrase that may be kept; refuses what is short, or among the first that anybody tries."""
    if len(typed) < SHORTEST:
        raise Refused(
            _("At least %(least)s characters: four words that have nothing to do with each other are easy to keep."),
            field="passphrase",
            least=SHORTEST,
        )
    if len(typed) > LONGEST:
        raise Refused(_("At most %(most)s characters."), field="passphrase", most=LONGEST)
    plain = typed.casefold()
    letters = "".join(character for character in _bare(plain) if character.isalpha())
    own = [part for part in (_bare(mail), _bare(mail.partition("@")[0])) if part]
    if letters in COMMON or _bare(plain) in own or _repeats(plain) or _runs(plain):
        raise Refused(_("This is among the first that anybody would try. Take another one."), field="passphrase")
    return typed


class Passphrases:
    """Everyone's who wanted one."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], blocking: Blocking) -> None:
        self._pool = pool
        self._blocking = blocking

    async def keep(self, member_id: str, passphrase: str, *, now: datetime) -> bool:
        """Set it, or change it; True when there was one before."""
        hashed = await self._blocking(lambda: _HASHER.hash(_normal(passphrase)))
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO site.passphrase (member_id, hash, set_at) VALUES (%s, %s, %s) "
                "ON CONFLICT (member_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at "
                "RETURNING xmax <> 0",
                [member_id, hashed, now],
            )
            row = await cursor.fetchone()
        return row is not None and bool(row[0])

    async def is_right(self, member_id: str | None, typed: str) -> bool:
        """Whether this is theirs; for nobody, and for whoever has none, it takes as long to say no."""
        kept = await self._hash_of(member_id) if member_id else None
        return await self._blocking(lambda: _same(kept or _NOBODYS, typed)) and kept is not None

    async def set_at(self, member_id: str) -> datetime | None:
        """Since when they have one."""
        row = await self._row("SELECT set_at FROM site.passphrase WHERE member_id = %s", member_id)
        return row[0] if row else None

    async def forget(self, member_id: str) -> bool:
        """Remove it; False when there was none."""
        return await self._row("DELETE FROM site.passphrase WHERE member_id = %s RETURNING true", member_id) is not None

    async def _hash_of(self, member_id: str) -> str | None:
        row = await self._row("SELECT hash FROM site.passphrase WHERE member_id = %s", member_id)
        return str(row[0]) if row else None

    async def _row(self, sql: str, member_id: str) -> tuple[Any, ...] | None:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(sql.encode(), [member_id])
            return await cursor.fetchone()


def _same(hashed: str, typed: str) -> bool:
    try:
        return _HASHER.verify(hashed, _normal(typed))
    except (VerificationError, InvalidHashError):
        return False


def _normal(typed: str) -> str:
    # One keyboard writes é as one character, another as two.
    return unicodedata.normalize("NFKC", typed)


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _repeats(text: str) -> bool:
    """Whether it is one shorter text several times over."""
    return text in (text + text)[1:-1]


def _runs(text: str) -> bool:
    """Whether each character is the one after the one before: 123456789012, abcdefghijkl, and backwards."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return len(steps) == 1
