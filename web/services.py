"""What the handlers work with: made once by the composition root, opened with the web server and closed with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from domain.commands import Command, Receipt
from domain.refused import Refused, _
from marketplace.access_log import AccessLog
from marketplace.application import Marketplace
from marketplace.bulletins import Bulletins
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.digests import Digests
from marketplace.documents import Documents
from marketplace.erasing import Erasing
from marketplace.inviting import Invitations
from marketplace.outbox import Outbox
from marketplace.photos import Photos
from marketplace.reading import Reader
from marketplace.settings import Settings
from marketplace.sign_in_records import SignInRecords
from marketplace.signing_in import SignIns
from marketplace.tokens import Signer
from projections import people
from projections.viewer import Viewer
from web.assets import Assets
from web.bearer import ApiTokens
from web.calendar_links import CalendarLinks
from web.pairings import Pairings
from web.passkeys import Passkeys
from web.passphrases import Passphrases
from web.rate_limits import RateLimits
from web.rendering import Renderer
from web.second_factors import SecondFactors
from web.security import FormGuard, Hosts
from web.seeing import Looks
from web.sessions import Sessions

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C", bound=Command)

THREADS: Final = 32
"""Commands at work at once; the log commits those that wait together as one."""
READERS: Final = 16
"""Connections that pages read with."""
WAITING: Final = 1_000
"""Commands that may wait for a thread; one more is told to come back."""
PHOTOS: Final = 2
"""Photos developed at once: each may need a few hundred megabytes for a second, and no command waits behind them."""
PHOTOS_WAITING: Final = 40
"""Photos that may wait to be developed: each is held in memory as it was sent."""
HASHES: Final = 2
"""Passphrases compared at once: each takes a core for some ten milliseconds, and nineteen megabytes."""
HASHES_WAITING: Final = 100
EXPORTS: Final = 2
"""Archives of zones written at once: each takes a core, and a connection of its own to either side of the log."""
EXPORTS_WAITING: Final = 2
CLEAN_EVERY: Final = 3600.0
ZONES_FOR: Final = 3.0

log = structlog.get_logger(__name__)


class Overcrowded(Refused):
    """More people ask for something at this moment than can be answered in time."""


class Threads:
    """A few threads beside the event loop, and a bound on what may wait for them."""

    def __init__(self, name: str, *, at_once: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._most = at_once + waiting
        self._taken = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Run what blocks; raises Overcrowded when too much waits already."""
        if self._taken >= self._most:
            raise Overcrowded(_("Too many people are here at this moment. Try again shortly."))
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._taken -= 1

    def end(self) -> None:
        """Finish what is under way and forget what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Services:
    """Everything a request may use. Commands go through `carry_out` and nothing else that blocks runs elsewhere."""

    pool: AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]
    reader: Reader
    sessions: Sessions
    limits: RateLimits
    tokens: ApiTokens
    pairings: Pairings
    calendar_links: CalendarLinks
    access_log: AccessLog
    passphrases: Passphrases
    passkeys: Passkeys
    second_factors: SecondFactors
    records: SignInRecords

    def __init__(  # noqa: PLR0913  (the composition root hands over every part by name)
        self,
        *,
        settings: Settings,
        database: Database,
        clock: Clock,
        marketplace: Marketplace,
        outbox: Outbox,
        digests: Digests,
        bulletins: Bulletins,
        invitations: Invitations,
        photos: Photos,
        documents: Documents,
        sign_ins: SignIns,
        renderer: Renderer,
        assets: Assets,
        doors: dict[str, str] | None = None,
    ) -> None:
        """`doors` are the demonstration's sign-in links: a token for each member, good while this process runs."""
        self.settings = settings
        self.database = database
        self.clock = clock
        self.marketplace = marketplace
        self.outbox = outbox
        self.digests = digests
        self.bulletins = bulletins
        self.invitations = invitations
        self.photos = photos
        self.documents = documents
        self.sign_ins = sign_ins
        self.renderer = renderer
        self.assets = assets
        self.doors = doors or {}
        self.signer = Signer(settings.secret.encode())
        self.erasing = Erasing(database, marketplace, clock)
        self.hosts = Hosts(settings)
        self.forms = FormGuard(self.signer, self.hosts)
        self._commands = Threads("command", at_once=THREADS, waiting=WAITING)
        self._photos = Threads("photo", at_once=PHOTOS, waiting=PHOTOS_WAITING)
        self._hashes = Threads("hash", at_once=HASHES, waiting=HASHES_WAITING)
        self._exports = Threads("export", at_once=EXPORTS, waiting=EXPORTS_WAITING)
        self.looks = Looks()
        self._zones: tuple[float, list[people.Zone]] | None = None
        self._aside: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open what belongs to the event loop; the database may still be away."""
        async with self.database.async_pool(Role.WEB, min_size=2, max_size=READERS) as pool:
            self.pool = pool
            self.reader = Reader(pool)
            self.tokens = ApiTokens(pool)
            self.sessions = Sessions(pool, secure=self.hosts.secure)
            self.pairings = Pairings(pool, self.settings.secret.encode())
            self.calendar_links = CalendarLinks(pool, self.signer)
            self.access_log = AccessLog(pool)
            self.limits = RateLimits(pool, self.settings.secret.encode())
            self.passphrases = Passphrases(pool, self._hashes.run)
            self.passkeys = Passkeys(pool, self.settings.name)
            self.second_factors = SecondFactors(pool, self.settings.secret.encode())
            self.records = SignInRecords(pool)
            cleaning = asyncio.create_task(self._keep_clean())
            try:
                yield
            finally:
                cleaning.cancel()
                await asyncio.gather(cleaning, *self._aside, return_exceptions=True)
                self._commands.end()
                self._photos.end()
                self._hashes.end()
                self._exports.end()

    async def zones(self) -> list[people.Zone]:
        """Every zone, as of a few seconds ago at most: they are in the frame of each page."""
        asked = asyncio.get_running_loop().time()
        if self._zones is None or asked - self._zones[0] > ZONES_FOR:
            async with self.reader.reading(Viewer()) as read:
                self._zones = asked, await read.all(people.zones())
        return self._zones[1]

    async def lag(self) -> tuple[int, list[str]]:
        """How many events the slowest read model is behind the log, and which ones stopped."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT coalesce(log.head() - min(position) FILTER (WHERE state = 'live'), 0),"
                " array_remove(array_agg(name ORDER BY name) FILTER (WHERE state = 'stalled'), NULL)"
                " FROM log.read_model WHERE state <> 'building'"
            )
            row = await cursor.fetchone()
        return (int(row[0]), row[1] or []) if row else (0, [])

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C) -> Receipt:
        """Carry out a command beside the event loop; raises what the use case raises."""
        return await self.blocking(use_case, command)

    async def blocking(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what blocks beside the event loop, on one of the threads of the commands."""
        return await self._commands.run(partial(function, *args, **kwargs))

    async def developing(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what works on a photo beside the event loop, on a thread of its own: commands do not wait for it."""
        return await self._photos.run(partial(function, *args, **kwargs))

    async def exporting(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what takes a minute or more beside the event loop, on a thread of its own and very few at a time."""
        return await self._exports.run(partial(function, *args, **kwargs))

    def aside(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have something done that the answer must not wait for, lest its duration tell something."""

        async def done() -> None:
            try:
                await self.blocking(function, *args, **kwargs)
            except Exception:
                log.exception("what was put aside failed")

        task = asyncio.create_task(done())
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _keep_clean(self) -> None:
        while True:
            await asyncio.sleep(CLEAN_EVERY)
            try:
                now = self.clock.now()
                await self.sessions.forget_old(now)
                await self.tokens.forget_old(now)
                await self.pairings.forget_old(now)
                await self.limits.forget_old(now)
                await self.passkeys.forget_old(now)
                await self.blocking(self.sign_ins.forget_old, now)
                await self.blocking(self.photos.forget_given_up, now)
            except psycopg.Error as fault:
                log.warning("what is over could not be dropped", fault=repr(fault))
