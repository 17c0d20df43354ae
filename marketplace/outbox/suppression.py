"""Addresses that no mail may be sent to any more: mail came back for good, they complained of it, or were erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from marketplace.outbox.rows import Connections

Why = Literal["refused", "complaint", "erased"]


class Suppressed(Struct, frozen=True):
    """Why nothing is sent to an address, and since when."""

    why: Why
    at: datetime


class Suppressions:
    """Known by the keyed hash of the address alone, so that it holds when the person is erased or invited again."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def suppress(self, address_key: str, why: Why, at: datetime) -> None:
        """Send nothing to this address from now on; the first reason stands, but anything outweighs a refusal."""
        with self._connections.connection() as connection:
            connection.execute(
                "INSERT INTO site.suppressed AS s (address_key, why, at) VALUES (%s, %s, %s) "
                "ON CONFLICT (address_key) DO UPDATE SET why = excluded.why, at = excluded.at "
                "WHERE s.why = 'refused' AND excluded.why <> 'refused'",
                [address_key, why, at],
            )

    def lift(self, address_key: str, *, why: Why | None = None) -> bool:
        """Write to this address again; with a `why`, only where that was the reason."""
        with self._connections.connection() as connection:
            lifted = connection.execute(
                "DELETE FROM site.suppressed WHERE address_key = %s AND (%s::text IS NULL OR why = %s)",
                [address_key, why, why],
            )
            return lifted.rowcount == 1

    def of(self, address_key: str) -> Suppressed | None:
        """Why nothing is sent to this address; None when mail is."""
        return self.among([address_key]).get(address_key)

    def among(self, address_keys: Iterable[str]) -> dict[str, Suppressed]:
        """Those of these addresses that nothing is sent to."""
        with self._connections.connection() as connection:
            rows = connection.execute(
                "SELECT address_key, why, at FROM site.suppressed WHERE address_key = ANY (%s)", [list(address_keys)]
            ).fetchall()
        return {key: Suppressed(why, at) for key, why, at in rows}
