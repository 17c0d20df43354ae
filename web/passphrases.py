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

FEW: Final = 4
"""So many different characters are no more than one or two."""
MOSTLY: Final = 0.7
"""Of the steps from one character to the next: words have a third of them beside each other, and seldom half."""
KEYBOARDS: Final = (
    ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
)
_KEYS: Final = tuple(
    {key: (row, column) for row, keys in enumerate(keyboard) for column, key in enumerate(keys)}
    for keyboard in KEYBOARDS
)

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
    bare = _bare(typed)
    letters = "".join(character for character in bare if character.isalpha())
    own = [part for part in (_bare(mail), _bare(mail.partition("@")[0])) if part]
    if _repeats(typed.casefold()) or _repeats(bare) or _repeats(letters):
        raise Refused(
            _("The same thing over and over is among the first that anybody would try. Take another one."),
            field="passphrase",
        )
    if _walks(bare):
        raise Refused(
            _(
                "Keys that lie side by side, or letters and figures in their order, are among the first that anybody "
                "would try. Take another one."
            ),
            field="passphrase",
        )
    if _is_common(letters) or bare in own:
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


def _is_common(letters: str) -> bool:
    """Whether it is one of what is tried first, or two of them in a row."""
    return letters in COMMON or any(letters[:at] in COMMON and letters[at:] in COMMON for at in range(1, len(letters)))


def _repeats(text: str) -> bool:
    """Whether it is one shorter text again and again, the last time perhaps cut off, or made of a few characters."""
    again = any(text.startswith(text[by:]) for by in range(1, len(text) // 2 + 1))
    return len(text) >= FEW and (again or len(set(text)) <= FEW)


def _walks(text: str) -> bool:
    """Whether a finger, or who counts, goes from most characters to the next: azertyuiop12, 1q2w3e4r5t6y, abcdefghijkl.

    Keyboards of both kinds are looked at row by row, each key with those around it.
    """
    steps = [_beside(before, after) for before, after in pairwise(text)]
    return bool(steps) and sum(steps) >= MOSTLY * len(steps)


def _beside(one: str, other: str) -> bool:
    """Whether two characters follow each other in the alphabet or in counting, or lie side by side on a keyboard."""
    if one.isascii() and other.isascii() and abs(ord(one) - ord(other)) == 1:
        return True
    places = ((keys.get(one), keys.get(other)) for keys in _KEYS)
    return any(a and b and abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 1 for a, b in places)
