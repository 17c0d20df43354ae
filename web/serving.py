"""The whole site in one process: pages, follower, scheduler and outbox on one database, started and ended in order."""

from __future__ import annotations

import errno
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import uvicorn
from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console

from domain.refused import Refused
from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.blobs import Blobs
from marketplace.clock import Clock
from marketplace.database import Database, Role, opened
from marketplace.demo.filling import fill
from marketplace.demo.people import DemoPeople
from marketplace.demo.story import tell
from marketplace.demo.weekdays import PARIS
from marketplace.documents import Documents
from marketplace.eventlog import EventLog, Registry
from marketplace.following import Follower
from marketplace.links import Links
from marketplace.photos import Photos
from marketplace.reacting import Reactor
from marketplace.rebuilding import prepare
from marketplace.scheduler import Post, scheduled
from marketplace.settings import Misconfigured, Settings
from web.app import create_app
from web.assets import gather
from web.deadline import Deadline
from web.rendering import Renderer
from web.services import Services

GRACE: Final = 1
"""Seconds a request under way may take once we are told to end."""
BACKLOG: Final = 1024
BEHIND: Final = 0.5
"""Seconds between two looks at read models that are still being filled."""
BLOBS: Final = 8
"""Connections that photos are read and written with."""


class Occupied(Refused):
    """Something else listens where we should."""


def run(settings: Settings, *, demo: bool = False) -> None:
    """Serve until told to end by SIGINT or SIGTERM; what cannot be started is refused with a sentence."""
    settings = replace(settings, demo=demo or settings.demo)
    with _listening(settings) as listening, opened(settings) as database, ExitStack() as parts:
        clock = Clock(database.url)
        clock.measure()
        log = parts.enter_context(closing(EventLog(database.url, Registry(*EVENTS), clock)))
        blobs = Blobs(parts.enter_context(database.pool(Role.APPEND, max_size=BLOBS)), log.keys)
        photos = Photos(blobs, log)
        doors = _demo_doors(settings, log, clock, photos) if settings.demo else {}
        marketplace = Marketplace(log, secret=settings.secret.encode())
        parts.enter_context(_following(database, log))
        post = parts.enter_context(scheduled(settings, database, log, marketplace, clock))
        parts.enter_context(_reacting(database, log, post))
        if doors:
            parts.enter_context(_first_mail(post, [persona.member_id for persona in doors.values()]))
        assets = gather(settings)
        services = Services(
            settings=settings,
            database=database,
            clock=clock,
            marketplace=marketplace,
            outbox=post.outbox,
            digests=post.digests,
            bulletins=post.bulletins,
            invitations=post.invitations,
            photos=photos,
            documents=Documents(blobs),
            sign_ins=post.sign_ins,
            renderer=Renderer(assets.tree, bytecode=_kept(settings, "templates")),
            assets=assets,
            doors={token: persona.member_id for token, persona in doors.items()},
        )
        config = uvicorn.Config(
            Deadline(create_app(services), services),
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        _Server(config, lambda: _announce(settings, doors)).run(sockets=[listening])


class _Server(uvicorn.Server):
    """The web server; it sets its own handlers for SIGINT and SIGTERM, since a shell may have us ignore them."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so once people can come in."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def _announce(settings: Settings, doors: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{settings.name}[/bold] is open: [link]{settings.base_url}[/link]\n")
    links = Links(settings.base_url)
    for token, persona in doors.items():
        who = f"{persona.name}, {persona.company}" if persona.company else persona.name
        console.print(f"  {PARTS[persona.part]:<24} {who:<44} {links.sign_in_link(token)}")
    if doors:
        console.print(f"\n  Its mail stays here: {links.dev_mail()}")
    console.print("  Ctrl-C ends it; what was done is kept.\n")


PARTS: Final = {
    "giver": "a member who gives",
    "seeker": "a member who seeks",
    "facilitator": "the facilitator",
    "moderator": "the moderator",
    "administrator": "the administrator",
    "reader": "the federation’s reader",
}


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything else is started: an occupied one is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise Occupied(
                f"Something already listens on {settings.host}:{settings.port}: "
                "end it, or choose another port with MARKETPLACE_PORT."
            ) from fault
        raise Misconfigured(f"MARKETPLACE_HOST {settings.host} cannot be listened on: {fault.strerror}.") from fault
    with closing(listening):
        yield listening


@contextmanager
def _following(database: Database, log: EventLog) -> Iterator[None]:
    # Pages may be asked before the follower is elected: their tables are there first.
    with database.connect(Role.FOLLOWER) as connection:
        prepare(connection)
    stop = threading.Event()
    thread = threading.Thread(target=Follower(database, log).run, args=[stop], name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _reacting(database: Database, log: EventLog, post: Post) -> Iterator[None]:
    stop = threading.Event()
    reactor = Reactor(database, log, post.outbox, post.reactions)
    thread = threading.Thread(target=reactor.run, args=[stop], name="reactor", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# The demonstration ------------------------------------------------------------------------------------------------


class Filling(Struct, frozen=True):
    """What the var folder remembers of the demonstration: its anchor Monday, and whether its year is complete."""

    anchor: date
    complete: bool


def _demo_doors(settings: Settings, log: EventLog, clock: Clock, photos: Photos) -> dict[str, Any]:
    """Fill the demonstration where it is not filled yet, and make a sign-in link for each of its people."""
    note = _kept(settings, "demo") / "filling.json"
    today = clock.now().astimezone(ZoneInfo(PARIS)).date()
    filling = Filling(today - timedelta(days=today.weekday()), complete=False)
    if not note.exists() and log.head() > 0:
        raise Misconfigured(
            "This folder holds a site of its own, not the demonstration: set MARKETPLACE_VAR to another."
        )
    if note.exists():
        filling = msgspec.json.decode(note.read_bytes(), type=Filling)
    people: DemoPeople
    if filling.complete:
        people = tell(filling.anchor).people
    else:
        # Noted before: a filling that is interrupted goes on at the next start, towards the same Monday.
        note.write_bytes(msgspec.json.encode(filling))
        marketplace = Marketplace(log, secret=settings.secret.encode(), history=True)
        people = fill(marketplace, photos, filling.anchor, now=clock.now())
        note.write_bytes(msgspec.json.encode(replace(filling, complete=True)))
    return {secrets.token_urlsafe(24): persona for persona in people.everyone()}


@contextmanager
def _first_mail(post: Post, member_ids: list[str]) -> Iterator[None]:
    """Write this week's digest of the demonstration's people now, so that nobody waits for Monday to read one."""
    stop = threading.Event()

    def write() -> None:
        while post.digests.behind() and not stop.wait(BEHIND):
            pass
        if not stop.is_set():
            post.digests.send_now(member_ids)

    thread = threading.Thread(target=write, name="first mail", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _kept(settings: Settings, name: str) -> Path:
    """A folder beside the embedded database, for what is made once and may be made again."""
    folder = settings.var / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
