"""How a person gets in: a link that works once and a code of six digits, of one mail, for a quarter of an hour."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

LIFETIME: Final = timedelta(minutes=15)
TRIES: Final = 5
"""Wrong codes after which the codes of a mail are dead; its link still works."""
DIGITS: Final = 6


class Issued(Struct, frozen=True):
    """What goes into the mail, and nowhere else."""

    token: str
    code: str


class Entry(Struct, frozen=True):
    """Who comes in, and the path they wanted to go to."""

    member_id: str
    to: str


class Looked(Struct, frozen=True):
    """What a link is worth at this moment, and whom it lets in; nobody where it was never ours, or is forgotten."""

    worth: Literal["good", "used", "old", "unknown"]
    member_id: str = ""


class SignIns:
    """Links and codes given out; the database knows them by their hashes only."""

    def __init__(self, connections: ConnectionPool[psycopg.Connection[tuple[Any, ...]]], secret: bytes) -> None:
        self._connections = connections
        self._secret = secret

    def issue(self, member_id: str, *, to: str, now: datetime) -> Issued:
        """Give out a link and a code, at the moment their mail is sent."""
        issued = Issued(secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}")
        with self._connections.connection() as connection:
            connection.execute(
                """
                INSERT INTO site.sign_in (token_sha256, code_mac, member_id, "to", expires_at)
                VALUES (%s, %s, %s, %s, %s)
                """,
                [_sha256(issued.token), self._mac(member_id, issued.code), member_id, to, now + LIFETIME],
            )
        return issued

    def look(self, token: str, *, now: datetime) -> Looked:
        """What a link would do; looking does not use it up, because mail scanners look."""
        with self._connections.connection() as connection:
            row = connection.execute(
                "SELECT CASE WHEN used_at IS NOT NULL THEN 'used' WHEN expires_at <= %s THEN 'old' ELSE 'good' END, "
                "member_id FROM site.sign_in WHERE token_sha256 = %s",
                [now, _sha256(token)],
            ).fetchone()
            return Looked(*row) if row else Looked("unknown")

    def enter(self, token: str, *, now: datetime) -> Entry | None:
        """Use a link up; None when it was used before, is too old, or was never ours."""
        with self._connections.connection() as connection, connection.transaction():
            row = connection.execute(
                """
                UPDATE site.sign_in SET used_at = %(now)s
                WHERE token_sha256 = %(token)s AND used_at IS NULL AND expires_at > %(now)s
                RETURNING member_id, "to"
                """,
                {"token": _sha256(token), "now": now},
            ).fetchone()
            return self._entered(connection, row, now)

    def enter_by_code(self, member_id: str, code: str, *, now: datetime) -> Entry | None:
        """Use a code up; each try counts against every mail that is still good, before it is compared."""
        with self._connections.connection() as connection, connection.transaction():
            tried = connection.execute(
                """
                UPDATE site.sign_in SET tries = tries + 1
                WHERE member_id = %s AND used_at IS NULL AND tries < %s AND expires_at > %s
                RETURNING code_mac, member_id, "to"
                """,
                [member_id, TRIES, now],
            ).fetchall()
            wanted = self._mac(member_id, code)
            right = [row[1:] for row in tried if hmac.compare_digest(row[0], wanted)]
            return self._entered(connection, right[0] if right else None, now)

    def forget_old(self, now: datetime) -> None:
        """Drop what lets nobody in any more."""
        with self._connections.connection() as connection:
            connection.execute("DELETE FROM site.sign_in WHERE expires_at <= %s", [now])

    def _entered(
        self, connection: psycopg.Connection[tuple[Any, ...]], row: tuple[Any, ...] | None, now: datetime
    ) -> Entry | None:
        if row is None:
            return None
        # One mail was used: the others that were asked for meanwhile are of no more use to anyone honest.
        connection.execute(
            "UPDATE site.sign_in SET used_at = %s WHERE member_id = %s AND used_at IS NULL", [now, row[0]]
        )
        return Entry(*row)

    def _mac(self, member_id: str, code: str) -> bytes:
        # Keyed: six digits under a plain hash are found in a second.
        return hmac.digest(self._secret, f"code\0{member_id}\0{code}".encode(), hashlib.sha256)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
