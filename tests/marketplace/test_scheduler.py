"""The scheduler: it ticks, mail leaves through a real relay, listings end, and two schedulers do it once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from msgspec.structs import replace

from domain.listings import ListingExpired
from marketplace import scheduler
from marketplace.database import Database
from marketplace.falling_due import expiry
from marketplace.scheduler import scheduled
from marketplace.settings import Settings
from tests.marketplace.test_smtp import Sink
from tests.marketplace.town import MONDAY, Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        here.digests.tick()
        yield here


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = Sink()
    controller: Any = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, f"smtp://127.0.0.1:{port}"
    controller.stop()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_schedulers_send_each_mail_once_through_a_real_relay(here: Town, sink: tuple[Sink, str]) -> None:
    settings = replace(here.settings, smtp_url=sink[1])
    here.clock.set(MONDAY)
    one = scheduled(settings, here.database, here.log, here.marketplace, here.clock)
    two = scheduled(settings, here.database, here.log, here.marketplace, here.clock)
    with one, two:
        until(lambda: len(sink[0].taken) == 3)
        until(lambda: {opened.mail.told for opened in here.outbox.recent(10)} == {"outcome"})
    assert len({message.split(b"\r\n", 1)[0] for message in sink[0].taken}) == 3


def test_a_sign_in_mail_leaves_within_a_second(here: Town, sink: tuple[Sink, str]) -> None:
    settings = replace(here.settings, smtp_url=sink[1])
    with scheduled(settings, here.database, here.log, here.marketplace, here.clock) as post:
        time.sleep(0.5)
        now = here.clock.now()
        before = time.monotonic()
        post.outbox.post_sign_in(here.members["sawmill"], {"to": "/me"}, now=now, until=now + timedelta(minutes=10))
        until(lambda: len(sink[0].taken) == 1)
        assert time.monotonic() - before < 1.5
    assert b"/sign-in/" in sink[0].taken[0].replace(b"=\r\n", b"")


def test_a_listing_whose_time_is_over_ends(here: Town) -> None:
    ending = expiry(here.marketplace, here.clock, here.pools[1])
    assert ending.tick() == 0
    here.clock.advance(days(61))
    assert ending.tick() == 10
    ending.tick()
    here.settle()
    assert ending.tick() == 0
    ended = [event for event in here.log.read(0, 10_000) if isinstance(event.event, ListingExpired)]
    assert len(ended) == 10


def test_the_demonstration_keeps_its_mail_sign_in_included(here: Town) -> None:
    settings = replace(here.settings, demo=True)
    now = here.clock.now()
    with scheduled(settings, here.database, here.log, here.marketplace, here.clock) as post:
        post.outbox.post_sign_in(here.members["sawmill"], {}, now=now, until=now + timedelta(minutes=10))
        until(lambda: any(opened.mail.state == "sent" for opened in post.outbox.recent(1)))
        (opened,) = post.outbox.recent(1)
    assert opened.letter is not None
    assert opened.mail.transport == "dev"
    assert "/sign-in/" in opened.letter.source.replace("=\r\n", "")


def test_without_a_relay_mail_waits(here: Town) -> None:
    here.clock.set(MONDAY)
    with scheduled(here.settings, here.database, here.log, here.marketplace, here.clock) as post:
        until(lambda: any(opened.mail.attempts for opened in post.outbox.recent(10)))
    assert {opened.mail.state for opened in here.outbox.recent(10)} == {"due"}


def test_a_tick_that_fails_does_not_end_the_ticking(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError

    scheduler.guarded("broken", fail)()
