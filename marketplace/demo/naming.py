"""Ids and small variations of the demonstration: each a function of the seed and of what it is for."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

BEFORE_ANYTHING: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""The moment in the ids that must not depend on the anchor."""


class Naming(Struct, frozen=True):
    """What a demonstration of this seed calls things."""

    seed: int

    def command_id(self, *parts: object) -> str:
        """The id of the command that these parts tell from all others."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"gisement:demo:{self.seed}:{':'.join(map(str, parts))}"))

    def at(self, kind: str, key: str, moment: datetime) -> str:
        """An id in the form of a UUID 7: the moment in milliseconds, then bits of a hash."""
        bits = int.from_bytes(self._hash(kind, key)[:10], "big")
        milliseconds = int(moment.timestamp() * 1000) & (1 << 48) - 1
        number = milliseconds << 80 | 7 << 76 | (bits >> 62 & 0xFFF) << 64 | 2 << 62 | bits & (1 << 62) - 1
        return f"{kind}-{uuid.UUID(int=number)}"

    def lasting(self, kind: str, key: str) -> str:
        """An id that is the same whatever the anchor."""
        return self.at(kind, key, BEFORE_ANYTHING)

    def minutes(self, key: str, fewest: int, most: int) -> int:
        """Minutes from `fewest` to `most`, the same each time for `key`."""
        return fewest + int.from_bytes(self._hash("minutes", key)[:4], "big") % (most - fewest + 1)

    def _hash(self, *parts: object) -> bytes:
        return hashlib.sha256(f"{self.seed}:{':'.join(map(str, parts))}".encode()).digest()
