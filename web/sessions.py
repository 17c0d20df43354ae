"""Sessions: who is signed in on which device; kept in the database, known to it by the hash of their cookie only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from litestar.datastructures import Cookie
from msgspec import Struct
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from marketplace.language import Language
from web.views import Flash

Rights = Mapping[str, str | list[str]]

IDLE: Final = timedelta(days=30)
"""A device that was not used for this long signs in again."""
LONGEST: Final = timedelta(days=120)
SHARED: Final = timedelta(days=365)
"""A company's shared phone stays signed in for as long after each use; whoever acts for the company can end it."""
SEEN_EVERY: Final = timedelta(hours=1)
"""How exactly we say when a device was last used: a write for each page would say no more."""
OVERLAP: Final = timedelta(seconds=60)
"""How long requests on their way may still come with the token before this one."""
MOST_FLASHES: Final = 5
FRESH: Final = timedelta(minutes=15)
"""How long ago one may have shown who one is, to change how one signs in."""


class Session(Struct):
    """One signed-in device, as of this request: a person's, or a phone that a company's people share.

    Either `member_id` or `phone_id` says whose. `token` is known only in the request that sends it to the browser.
    `proved_at` is when its person last showed who they are, and `strong` says that it was by two factors.
    """

    id: str
    member_id: str
    phone_id: str
    rights: dict[str, Any]
    language: Language | None
    position: int
    flashes: list[Flash]
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    proved_at: datetime
    strong: bool = False
    token: str | None = None
    changed: bool = False

    @property
    def ends(self) -> datetime:
        """Until when the device stays signed in if it is not used again."""
        return self.last_seen + SHARED if self.phone_id else min(self.last_seen + IDLE, self.created_at + LONGEST)

    def note(self, position: int) -> None:
        """Remember that this person recorded something: their next page waits for it."""
        if position > self.position:
            self.position, self.changed = position, True

    def tell(self, flash: Flash) -> None:
        """Say something on the next page."""
        self.flashes, self.changed = [*self.flashes, flash][-MOST_FLASHES:], True

    def told(self) -> tuple[Flash, ...]:
        """What is to be said on this page, and then no more."""
        said = tuple(self.flashes)
        if said:
            self.flashes, self.changed = [], True
        return said

    def speak(self, language: Language) -> None:
        """Answer this device in a language from now on."""
        if language != self.language:
            self.language, self.changed = language, True


class Device(Struct, frozen=True):
    """A session as its owner sees it in a list."""

    id: str
    device: str
    first_seen: datetime
    last_seen: datetime


class Sessions:
    """The sessions of everyone. Only tokens given out here are known here; what a browser made up is nobody's."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], *, secure: bool) -> None:
        self._pool = pool
        self._secure = secure
        # The prefix makes browsers refuse a cookie planted by a neighbouring host or without TLS.
        self.cookie_name = "__Host-session" if secure else "session"

    async def find(self, token: str, *, now: datetime) -> Session | None:
        """The session of a cookie, if we gave it out and it has not ended."""
        sha256 = _sha256(token)
        row = await self._one(
            """
            SELECT id::text, coalesce(member_id, ''), coalesce(phone_id, ''), rights, language, position, flashes,
                created_at, last_seen, expires_at, proved_at, strong, token_sha256 = %(sha256)s
            FROM site.session
            WHERE (token_sha256 = %(sha256)s OR (previous_sha256 = %(sha256)s AND previous_until > %(now)s))
              AND expires_at > %(now)s
            """,
            {"sha256": sha256, "now": now},
        )
        if row is None:
            return None
        columns = (
            "id",
            "member_id",
            "phone_id",
            "rights",
            "language",
            "position",
            "flashes",
            "created_at",
            "last_seen",
            "expires_at",
            "proved_at",
            "strong",
        )
        *values, newest = row
        session = msgspec.convert(dict(zip(columns, values, strict=True)), Session)
        if now - session.last_seen >= SEEN_EVERY:
            session.last_seen, session.changed = now, True
            if session.phone_id and newest:
                # The browser's year begins anew as well.
                session.token = token
        return session

    async def begin(
        self,
        member_id: str,
        *,
        rights: Rights,
        device: str,
        language: Language | None,
        position: int,
        now: datetime,
        strong: bool = False,
    ) -> Session:
        """Sign a person's device in, under a token nobody has seen before."""
        session = Session("", member_id, "", dict(rights), language, position, [], now, now, now + IDLE, now, strong)
        return await self._begin(session, device)

    async def begin_shared(
        self, phone_id: str, *, rights: Rights, device: str, language: Language, position: int, now: datetime
    ) -> Session:
        """Sign a company's shared phone in, likewise; what was signed in as that phone before is signed out."""
        await self.end_phone(phone_id)
        session = Session("", "", phone_id, dict(rights), language, position, [], now, now, now + SHARED, now)
        return await self._begin(session, device)

    async def _begin(self, session: Session, device: str) -> Session:
        session.token = secrets.token_urlsafe(32)
        row = await self._one(
            """
            INSERT INTO site.session (token_sha256, member_id, phone_id, rights, device, language, position,
                created_at, last_seen, expires_at, proved_at, strong)
            VALUES (%s, nullif(%s, ''), nullif(%s, ''), %s, %s, %s, %s, %s, %s, %s, %s, %s)
            RETURNING id::text
            """,
            [
                _sha256(session.token),
                session.member_id,
                session.phone_id,
                Jsonb(session.rights),
                device,
                session.language,
                session.position,
                session.created_at,
                session.last_seen,
                session.expires_at,
                session.proved_at,
                session.strong,
            ],
        )
        session.id = _id(row)
        return session

    async def renew(self, session: Session, *, rights: Rights, now: datetime) -> None:
        """Give the device a new token, because what its owner may do has changed."""
        token = secrets.token_urlsafe(32)
        row = await self._one(
            """
            UPDATE site.session
            SET previous_sha256 = token_sha256, previous_until = %(until)s, token_sha256 = %(sha256)s,
                rights = %(rights)s
            WHERE id = %(id)s AND rights = %(before)s
            RETURNING true
            """,
            {
                "id": session.id,
                "sha256": _sha256(token),
                "until": now + OVERLAP,
                "rights": Jsonb(dict(rights)),
                "before": Jsonb(session.rights),
            },
        )
        session.rights = dict(rights)
        # Of two requests at once, one renews and the other goes on under the overlap.
        session.token = token if row else None

    async def strengthen(self, session: Session, *, now: datetime) -> None:
        """Give the device a new token, because its person has shown a second factor; the one before ends at once."""
        token = secrets.token_urlsafe(32)
        row = await self._one(
            """
            UPDATE site.session
            SET token_sha256 = %(sha256)s, previous_sha256 = NULL, previous_until = NULL, strong = true,
                proved_at = %(now)s
            WHERE id = %(id)s RETURNING true
            """,
            {"id": session.id, "sha256": _sha256(token), "now": now},
        )
        session.token, session.strong, session.proved_at = token if row else None, True, now

    async def keep(self, session: Session) -> None:
        """Write down what this request changed, if it changed anything."""
        if not session.changed:
            return
        session.changed = False
        async with self._pool.connection() as connection, connection.transaction():
            # Losing this in a crash costs a sentence or a moment's patience: not worth waiting for the disk.
            await connection.execute("SET LOCAL synchronous_commit = off")
            await connection.execute(
                """
                UPDATE site.session
                SET language = %s, position = greatest(position, %s), flashes = %s, last_seen = greatest(last_seen, %s),
                    expires_at = %s
                WHERE id = %s
                """,
                [
                    session.language,
                    session.position,
                    Jsonb(msgspec.to_builtins(session.flashes)),
                    session.last_seen,
                    session.ends,
                    session.id,
                ],
            )

    async def of(self, member_id: str, *, now: datetime) -> Sequence[Device]:
        """A person's devices, the last used first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                """
                SELECT id::text, device, created_at, last_seen FROM site.session
                WHERE member_id = %s AND expires_at > %s ORDER BY last_seen DESC, id LIMIT 100
                """,
                [member_id, now],
            )
            return [Device(*row) for row in await cursor.fetchall()]

    async def end(self, session_id: str, *, member_id: str) -> bool:
        """Sign one of a person's devices out; False when they have no such device."""
        return await self._ended(
            "DELETE FROM site.session WHERE id::text = %s AND member_id = %s", session_id, member_id
        )

    async def end_others(self, session: Session) -> bool:
        """Sign every other device of the person out."""
        return await self._ended(
            "DELETE FROM site.session WHERE id::text <> %s AND member_id = %s", session.id, session.member_id
        )

    async def leave(self, session: Session) -> None:
        """Sign this very device out."""
        await self._ended("DELETE FROM site.session WHERE id::text = %s", session.id)

    async def end_phone(self, phone_id: str) -> None:
        """Sign a shared phone out."""
        await self._ended("DELETE FROM site.session WHERE phone_id = %s", phone_id)

    async def phones_seen(self, phone_ids: Sequence[str], *, now: datetime) -> dict[str, datetime]:
        """When each of these shared phones was last used; those that are signed out are left out."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                """
                SELECT phone_id, max(last_seen) FROM site.session
                WHERE phone_id = ANY (%s) AND expires_at > %s GROUP BY phone_id
                """,
                [list(phone_ids), now],
            )
            return dict(await cursor.fetchall())

    async def forget_old(self, now: datetime) -> None:
        """Drop what has expired."""
        await self._ended("DELETE FROM site.session WHERE expires_at <= %s", now)

    def cookie(self, session: Session | None) -> Cookie:
        """What the browser is told to keep; without a session, to forget."""
        ended = session is None or session.token is None
        longest = SHARED if session is not None and session.phone_id else LONGEST
        return Cookie(
            key=self.cookie_name,
            value="" if session is None else session.token,
            max_age=0 if ended else int(longest.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    async def _one(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> tuple[Any, ...] | None:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(sql.encode(), params)
            return await cursor.fetchone()

    async def _ended(self, sql: str, *params: object) -> bool:
        async with self._pool.connection() as connection:
            return (await connection.execute(sql.encode(), params)).rowcount > 0


def _id(row: tuple[Any, ...] | None) -> str:
    """The id an INSERT returned; one that returns nothing has raised before."""
    return "" if row is None else str(row[0])


def lost(before: Mapping[str, Any], after: Rights) -> bool:
    """Whether rights were taken away between two moments."""
    return any(not set(held).issubset(after.get(name, ())) for name, held in before.items() if isinstance(held, list))


def device_of(user_agent: str) -> str:
    """A browser and a system in a few words: enough to recognise one's own, too little to recognise anyone."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " · ".join(word for word in (browser, system) if word)


# In this order: every one of them also claims to be one of the next.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
