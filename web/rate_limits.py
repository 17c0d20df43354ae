"""How often something may be tried, counted in the database: by account and by address, each limit on its own."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.refused import Refused, _


class Limit(Struct, frozen=True):
    """At most `tries` within a window, counted under its own name."""

    name: str
    tries: int
    within: timedelta


SIGN_IN_MAILS: Final = Limit("sign-in mails to one address", 5, timedelta(minutes=15))
SIGN_IN_ASKED: Final = Limit("sign-in mails asked from one place", 60, timedelta(minutes=15))
CODES_FOR_ACCOUNT: Final = Limit("wrong codes for one address", 20, timedelta(days=1))
CODES_FROM_PLACE: Final = Limit("codes tried from one place", 60, timedelta(minutes=15))
PHONE_CODES: Final = Limit("codes of shared phones tried from one place", 20, timedelta(minutes=15))
PASSPHRASES_FOR_ACCOUNT: Final = Limit("passphrases tried for one address", 10, timedelta(hours=1))
PASSPHRASES_FROM_PLACE: Final = Limit("passphrases tried from one place", 60, timedelta(minutes=15))
PASSKEYS_FROM_PLACE: Final = Limit("passkeys tried from one place", 120, timedelta(minutes=15))
SECOND_FACTORS: Final = Limit("second factors tried for one account", 10, timedelta(minutes=15))
LINKS_FROM_PLACE: Final = Limit("links tried from one place", 120, timedelta(minutes=15))
NOTICES: Final = Limit("notices sent from one place", 10, timedelta(hours=1))
NOTICE_MAILS: Final = Limit("notices answered at one address", 5, timedelta(days=1))
"""Whoever types an address has not shown that it is theirs."""
JOINING_ASKED: Final = Limit("requests to join sent from one place", 10, timedelta(hours=1))
JOINING_MAILS: Final = Limit("requests to join confirmed at one address", 3, timedelta(days=1))
INVITATIONS: Final = Limit("invitations sent by one person", 40, timedelta(days=1))
INVITATION_MAILS: Final = Limit("invitations to one address", 5, timedelta(days=1))
EXPORTS: Final = Limit("archives of zones taken by one person", 10, timedelta(hours=1))
POSTS: Final = Limit("forms sent by one person", 120, timedelta(minutes=1))
API_CALLS: Final = Limit("calls with one token", 600, timedelta(minutes=1))


class TooMany(Refused):
    """Tried too often; `seconds` until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("That was too often in a short time. Wait a little and try again."))
        self.seconds = seconds


class RateLimits:
    """The counters; what they count is known to the database by a keyed hash only."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], secret: bytes) -> None:
        self._pool = pool
        self._secret = secret

    async def count(self, limit: Limit, whom: str, *, now: datetime) -> None:
        """Count one try; raises TooMany when it is one too many."""
        key = hmac.digest(self._secret, f"{limit.name}\0{whom}".encode(), hashlib.sha256)
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO site.tries AS t (key, since, until, tries) VALUES (%(key)s, %(now)s, %(until)s, 1)
                ON CONFLICT (key) DO UPDATE SET
                    tries = CASE WHEN t.until <= %(now)s THEN 1 ELSE least(t.tries + 1, %(most)s + 1) END,
                    since = CASE WHEN t.until <= %(now)s THEN %(now)s ELSE t.since END,
                    until = CASE WHEN t.until <= %(now)s THEN %(until)s ELSE t.until END
                RETURNING tries, until
                """,
                {"key": key, "now": now, "until": now + limit.within, "most": limit.tries},
            )
            row = await cursor.fetchone()
        if row is not None and row[0] > limit.tries:
            raise TooMany(max(1, int((row[1] - now).total_seconds())))

    async def forget_old(self, now: datetime) -> None:
        """Drop the counters whose window is over."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM site.tries WHERE until <= %s", [now])
