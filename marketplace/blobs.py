"""Photos and files: bytes in the database, sealed under their subject's key and gone with it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

from marketplace.eventlog import PrivateTextErased
from marketplace.eventlog.private import Keyring

Connections = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]


class Blob(Struct, frozen=True):
    """Bytes as they were put, and what they are."""

    content: bytes
    media_type: str
    sha256: bytes


class Blobs:
    """The bytes beside the log, through connections of the role that appends.

    A blob is put before the event that names it, under an id that the same form gives it each time it is sent.
    """

    def __init__(self, connections: Connections, keys: Keyring) -> None:
        self._connections = connections
        self._keys = keys

    def put(
        self,
        blob_id: UUID,
        content: bytes,
        *,
        media_type: str,
        subject: str,
        stream: str,
        now: datetime,
        width: int = 0,
    ) -> None:
        """Keep bytes of a subject that belong to a stream; putting them again changes nothing.

        `width` tells the sizes of one picture apart. Raises PrivateTextErased when the subject was erased.
        """
        key, sealed = self._keys.seal_bytes(content, subject, stream, bound_to=_bound(blob_id, width))
        with self._connections.connection() as connection:
            row = connection.execute(
                "SELECT log.put_blob(%s, %s, %s, %s, %s::uuid, %s, %b, %s, %b, %s)",
                (
                    blob_id,
                    width,
                    subject,
                    stream,
                    key,
                    media_type,
                    hashlib.sha256(content).digest(),
                    len(content),
                    sealed,
                    now,
                ),
            ).fetchone()
        if row is None or not row[0]:
            self._keys.forget()
            raise PrivateTextErased

    def get(self, blob_id: UUID, width: int = 0) -> Blob | None:
        """Open a blob; None when there is none, or none any more. Whether the asker may see it, the caller knows."""
        with self._connections.connection() as connection:
            row = connection.execute(
                "SELECT sealed, key::text, media_type, sha256 FROM log.blob WHERE id = %s AND width = %s",
                (blob_id, width),
                binary=True,
            ).fetchone()
        if row is None:
            return None
        sealed, key, media_type, sha256 = row
        content = self._keys.open_bytes(sealed, key, bound_to=_bound(blob_id, width))
        return None if content is None else Blob(content, media_type, sha256)

    def widths(self, blob_id: UUID) -> set[int]:
        """Say in which sizes a blob is there; in none once its subject was erased."""
        with self._connections.connection() as connection:
            return {width for (width,) in connection.execute("SELECT width FROM log.blob WHERE id = %s", [blob_id])}

    def name(self, blob_ids: Collection[UUID]) -> None:
        """Note that an event names these."""
        with self._connections.connection() as connection:
            connection.execute("UPDATE log.blob SET named = true WHERE id = ANY (%s) AND NOT named", [list(blob_ids)])

    def drop(self, blob_ids: Collection[UUID]) -> None:
        """Throw these away."""
        with self._connections.connection() as connection:
            connection.execute("DELETE FROM log.blob WHERE id = ANY (%s)", [list(blob_ids)])

    def unnamed(self, before: datetime) -> list[tuple[UUID, str]]:
        """Give what was put before this time and is not known to be named, with the stream it was put for."""
        with self._connections.connection() as connection:
            return connection.execute(
                "SELECT DISTINCT id, stream FROM log.blob WHERE NOT named AND made_at < %s ORDER BY id", [before]
            ).fetchall()


def _bound(blob_id: UUID, width: int) -> str:
    """What sealed bytes are bound to: one cannot be passed off as another."""
    return f"{blob_id}/{width}"
