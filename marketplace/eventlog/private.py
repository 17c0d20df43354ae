"""Private text in the log: sealed under a key per subject and stream, unreadable once the key is gone."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from psycopg import Connection

from domain.events import Private
from marketplace.eventlog.faults import PrivateTextErased

NONCE: Final = 12
KEPT: Final = 50_000
"""Keys held in memory; beyond it the cache starts again."""
_NAMED = re.compile(rb'"key":"([0-9a-f-]{36})","sealed":"')


class Sealed(Struct, frozen=True):
    """Private text as it is stored; without a key once it was copied after its erasure."""

    subject: str
    key: str | None
    sealed: str | None


def keys_named(states: Iterable[bytes]) -> set[str]:
    """Find the keys that stored events name, without decoding them."""
    return {name.decode() for state in states for name in _NAMED.findall(state)}


class Keyring:
    """The keys this process has needed so far; it drops them as soon as it hears of an erasure."""

    def __init__(self, connection: Callable[[], AbstractContextManager[Connection[Any]]]) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """Drop every key; a fetch under way fills the dictionaries nobody looks at any more."""
        self._opening: dict[str, AESGCM | None] = {}
        self._sealing: dict[tuple[str, str], tuple[str, AESGCM]] = {}

    def seal(self, private: Private, stream: str) -> Sealed:
        """Seal a text for a stream; its key is committed before this returns.

        Raises PrivateTextErased when everything of the subject was erased.
        """
        if private.text is None:
            return Sealed(private.subject, None, None)
        name, sealed = self.seal_bytes(private.text.encode(), private.subject, stream, bound_to=private.subject)
        return Sealed(private.subject, name, b64encode(sealed).decode())

    def seal_bytes(self, content: bytes, subject: str, stream: str, *, bound_to: str) -> tuple[str, bytes]:
        """Seal what is kept outside the log, and name its key; it opens only as what it is `bound_to`.

        Raises PrivateTextErased when everything of the subject was erased.
        """
        name, cipher = self._sealing.get((subject, stream)) or self._key_for(subject, stream)
        nonce = os.urandom(NONCE)
        return name, nonce + cipher.encrypt(nonce, content, bound_to.encode())

    def _key_for(self, subject: str, stream: str) -> tuple[str, AESGCM]:
        opening, sealing = self._opening, self._sealing
        with self._connection() as connection:
            found = connection.execute(
                "SELECT key_id::text AS name, secret FROM log.key_for(%s, %s, %b)",
                (subject, stream, AESGCM.generate_key(256)),
            ).fetchone()
        if found is None:
            raise PrivateTextErased
        key = (found["name"], AESGCM(found["secret"]))
        opening[key[0]] = key[1]
        sealing[subject, stream] = key
        return key

    def open(self, sealed: Sealed) -> Private:
        """Open a sealed text; erased when its key is gone."""
        if sealed.key is None or sealed.sealed is None:
            return Private(sealed.subject, None)
        content = self.open_bytes(b64decode(sealed.sealed), sealed.key, bound_to=sealed.subject)
        return Private(sealed.subject, None if content is None else content.decode())

    def open_bytes(self, sealed: bytes, key: str, *, bound_to: str) -> bytes | None:
        """Open what was sealed under the key of this name; None when the key is gone."""
        opening = self._opening
        if key not in opening:
            self._fetch(opening, {key})
        cipher = opening[key]
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode()) if cipher else None

    def prefetch(self, states: Iterable[bytes]) -> None:
        """Fetch at once the keys that a batch of stored events names."""
        if len(self._opening) > KEPT:
            self.forget()
        opening = self._opening
        names = keys_named(states) - opening.keys()
        if names:
            self._fetch(opening, names)

    def _fetch(self, opening: dict[str, AESGCM | None], names: set[str]) -> None:
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT id::text AS name, key FROM log.private_key WHERE id = ANY(%s::uuid[])", (list(names),)
            ).fetchall()
        # A key is committed before its first use: one that is not there now is gone for good.
        opening.update(dict.fromkeys(names))
        opening.update({row["name"]: AESGCM(row["key"]) for row in rows})
