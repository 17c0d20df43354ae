"""A site at work on a Thursday, with its scheduler, its outbox and a real SMTP server that keeps what it takes."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from msgspec.structs import replace
from playwright.sync_api import Browser

from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS
from marketplace.reacting import Reactor
from marketplace.reading import visible
from marketplace.scheduler import scheduled
from marketplace.settings import NO_QUIET_HOURS, Settings
from tests.conftest import Run, cloned
from tests.journeys.street import THURSDAY, Street
from tests.journeys.walking import CHROMIUM, Walker, chromium
from tests.kept import with_typefaces
from tests.web.conftest import SECRET, Site, following, running
from web.assets import Assets, gather
from web.rendering import Renderer

ARRIVES_WITHIN: Final = 15.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder walks with a browser, where there is one."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"))


class Inbox:
    """A real SMTP server, and everyone's mail."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802  # the library's name
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        self.letters += [(recipient, message) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def mail(self, to: str, *, weekly: bool = False) -> EmailMessage:
        """The newest mail to someone, the weekly one or the one that signs them in; waited for."""
        until = time.monotonic() + ARRIVES_WITHIN
        while time.monotonic() < until:
            theirs = [mail for recipient, mail in self.letters if recipient == to]
            if found := [mail for mail in theirs if (mail["List-Unsubscribe"] is not None) == weekly]:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(self._missing(to))

    def telling(self, to: str, words: str) -> EmailMessage:
        """The newest mail to someone that says this; waited for."""
        until = time.monotonic() + ARRIVES_WITHIN
        while time.monotonic() < until:
            theirs = [mail for recipient, mail in self.letters if recipient == to]
            if found := [mail for mail in theirs if words in _plain(mail)]:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(self._missing(to))

    def _missing(self, to: str) -> str:
        return f"no such mail to {to}; there are {[(to, mail['Subject']) for to, mail in self.letters]}"


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part is not None else ""


class Works:
    """A whole site: pages, follower, scheduler and outbox, on the clock one sets."""

    def __init__(self, site: Site, inbox: Inbox) -> None:
        self.site = site
        self.inbox = inbox
        self._running = ExitStack()

    def wake(self) -> None:
        """Start the scheduler and the outbox, or start them again as after an update."""
        self.sleep()
        services, site = self.site.services, self.site
        # People are walked through weeks in seconds, at whatever hour the suite runs.
        settings = replace(services.settings, quiet_hours=NO_QUIET_HOURS, most_mails_a_day=1_000)
        post = self._running.enter_context(
            scheduled(settings, site.database, site.log, services.marketplace, services.clock)
        )
        stop = threading.Event()
        reactor = Reactor(site.database, site.log, post.outbox, post.reactions)
        thread = threading.Thread(target=reactor.run, args=[stop], name="reactor", daemon=True)
        thread.start()
        self._running.callback(thread.join)
        self._running.callback(stop.set)

    def sleep(self) -> None:
        """Stop them."""
        self._running.close()

    def is_now(self, at: datetime) -> None:
        """Let it be another time, for everyone."""
        Clock(self.site.database.url, Role.OWNER).set(at)
        self.site.services.clock.measure()


@pytest.fixture(scope="session")
def assets(run: Run) -> Assets:
    """The static tree."""
    return gather(Settings(var=with_typefaces(run.folder / f"journeys-{os.getpid()}")))


@pytest.fixture(scope="session")
def renderer(assets: Assets, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """The pages' templates, compiled once."""
    return Renderer(assets.tree, bytecode=tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def street(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], template: str) -> Iterator[tuple[str, Street]]:
    """The database in which the street's story was told once, to be copied for each journey."""
    for database in cloned(run, administrator, template):
        clock = Clock(database.url, Role.OWNER)
        clock.set(THURSDAY)
        with closing(EventLog(database.url, Registry(*EVENTS), clock)) as log:
            told = Street(Marketplace(log, secret=SECRET.encode()), clock.now)
            with following(database, log), database.connect(Role.WEB) as connection:
                told.tell()
                assert visible(connection, told.position, [model.name for model in MODELS], within=20)
        with database.connect() as connection:
            name = connection.info.dbname
        yield name, told


@pytest.fixture
def database(
    run: Run, administrator: psycopg.Connection[tuple[Any, ...]], street: tuple[str, Street]
) -> Iterator[Database]:
    """A database of this journey's own in which the story has been told."""
    yield from cloned(run, administrator, street[0])


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    """Everyone's mail, and the address of the relay that takes it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inbox = Inbox()
    controller: Any = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, f"smtp://127.0.0.1:{port}?starttls=never"
    controller.stop()


@pytest.fixture
def works(
    database: Database,
    settings: Settings,
    street: tuple[str, Street],
    inbox: tuple[Inbox, str],
    assets: Assets,
    renderer: Renderer,
) -> Iterator[Works]:
    """The site at work on Thursday morning."""
    Clock(database.url, Role.OWNER).set(THURSDAY)
    with running(database, replace(settings, smtp_url=inbox[1]), street[1], assets, renderer) as site:
        works = Works(site, inbox[0])
        works.wake()
        yield works
        works.sleep()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser; gone before tests of another folder run, since its library keeps an event loop running."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def walker(works: Works, browser: Browser) -> Iterator[Callable[..., Walker]]:
    """Let someone walk at a screen of some width; in the end nobody has met a fault."""
    walkers: list[Walker] = []

    def walker(width: int, *, script: bool = True) -> Walker:
        walkers.append(Walker(browser, works.site.base, width, script=script))
        return walkers[-1]

    yield walker
    for each in walkers:
        each.leave()
    assert [fault for each in walkers for fault in each.faults] == []
