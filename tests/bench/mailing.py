"""What it costs to mail: a week's digests written for a busy site, and handed to a relay that takes everything."""

from __future__ import annotations

import os
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.members import JoinMember
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.digest_letter import DigestWriter, digest_writer
from marketplace.digests import MODELS, Digests, hour_of, next_period
from marketplace.following import Follower
from marketplace.outbox import Letter, Outbox, keyring
from marketplace.reading import visible
from marketplace.sending import Rules, Sender
from marketplace.settings import Settings
from marketplace.smtp import Outcome, Relay, relay_address
from tests.bench.figures import Figure, Floor
from tests.bench.scale import Scale
from tests.ground import SECRET, Desk, Ground, free_port, memory_of
from tests.town import SLUG, Town

Tell = Callable[[str], object]

POSTED: Final = 120
"""Listings in the zone: its people have something to read."""
HANDS: Final = 4
SENDER: Final = "site@example.org"
LOOKS_EVERY: Final = 1.0
MEGABYTE: Final = 1_000_000
CAUGHT_UP_WITHIN: Final = 600
LIMIT: Final = 2_000
"""Mails that the sink is measured with."""


class Sink:
    """Takes everything and keeps nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802  # the library's
        """Take it."""
        return "250 OK"


class OneCannotBeWritten(DigestWriter, frozen=True):
    """Writes everybody's mail but one: that one is to be told, and to keep nobody from theirs."""

    whose: str = ""

    def write(self, mail_id: str, reader: Any, *more: Any, **other: Any) -> Letter:  # handed on as they came
        """Write it, or fail."""
        if reader.viewer.member_id == self.whose:
            raise ValueError(self.whose)
        return super().write(mail_id, reader, *more, **other)


def measured(ground: Ground, here: Desk, scale: Scale, seed: int, tell: Tell) -> Iterator[Figure]:
    """Write them all, then hand them over: by one sender, and by several at once."""
    tell(f"inviting {scale.readers} people")
    town = Town(here, seed, companies=scale.companies, people=scale.readers)
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda person: _join(here, person.member_id), town.people))
    for _listing in range(POSTED):
        here.marketplace.post_listing(town.posting())
    with ExitStack() as stack:
        appending = stack.enter_context(ground.database.pool(Role.APPEND, max_size=HANDS + 2))
        webs = stack.enter_context(ground.database.pool(Role.WEB, max_size=2))
        systems = stack.enter_context(ground.database.pool(Role.FOLLOWER, max_size=2))
        tell("catching up")
        _catch_up(ground, here)
        outbox = Outbox(appending, keyring(appending))
        settings = Settings(base_url="https://bench.example", secret=SECRET, mail_from=SENDER)
        usual = digest_writer(settings)
        broken = town.people[scale.readers // 2].member_id
        writer = OneCannotBeWritten(
            **{name: getattr(usual, name) for name in DigestWriter.__struct_fields__}, whose=broken
        )
        outbox.begins(here.clock.now())
        digests = Digests(here.log, outbox, here.clock, writer, webs=webs, systems=systems)
        zone = digests.zone(SLUG)
        Clock(ground.database.url, Role.OWNER).set(hour_of(zone, next_period(zone, here.clock.now())))
        here.clock.measure()
        yield from _written(ground, digests, scale.readers, tell)
        port = stack.enter_context(_sinking())
        yield from _handed_over(ground, outbox, here, port, tell)
        assert _count(ground, "due") == 0, "some mails were not sent"


def _written(ground: Ground, digests: Digests, readers: int, tell: Tell) -> Iterator[Figure]:
    """Every digest of the week but one, by the scheduler's own tick; memory at a tenth of them beside all of them."""
    memory: list[int] = []
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(digests.tick)
        while not ticking.done():
            time.sleep(LOOKS_EVERY)
            written = _count(ground, "due", "skipped")
            tell(f"digests written: {written} of {readers}")
            if not memory and written >= readers // 10:
                memory.append(memory_of(os.getpid()))
        tick = ticking.result()
    seconds = time.monotonic() - began
    memory.append(memory_of(os.getpid()))
    assert tick.written + tick.skipped == readers - 1, "one cannot be written, and all others are"
    note = f"{tick.written} of {readers}; {tick.skipped} had nothing to read, 1 could not be written and was told"
    yield Figure("digests written", tick.written / seconds, "/s", note=note)
    floor = Floor("when a tenth was", memory[0] / MEGABYTE)
    yield Figure("memory when all are written", memory[-1] / MEGABYTE, "MB", floor)


def _handed_over(ground: Ground, outbox: Outbox, here: Desk, port: int, tell: Tell) -> Iterator[Figure]:
    """One sender takes half of them, several take the rest; beside them, the same bytes without outbox and log."""
    _sender(outbox, here, port).tell()
    example = next(opened.letter for opened in outbox.recent(10) if opened.letter)
    all_of_them, before = _count(ground, "due"), memory_of(os.getpid())
    for hands, most in ((1, all_of_them // 2), (HANDS, all_of_them)):
        floor = Floor(f"the sink alone, {_connections(hands)}", _limit(port, example, hands))
        began, first = time.monotonic(), _count(ground, "sent")
        with ThreadPoolExecutor(hands) as pool:
            working = [pool.submit(_work, outbox, here, port, (most - first) // hands) for _hand in range(hands)]
            while not all(each.done() for each in working):
                tell(f"digests handed over: {_count(ground, 'sent')} of {all_of_them}")
                time.sleep(LOOKS_EVERY)
        sent, seconds = _count(ground, "sent") - first, time.monotonic() - began
        yield Figure(f"digests handed over, {_connections(hands)}", sent / seconds, "/s", floor, "each told to the log")
    _sender(outbox, here, port).work()
    after = memory_of(os.getpid())
    yield Figure("memory when all are sent", after / MEGABYTE, "MB", Floor("before the first", before / MEGABYTE))


class _Enough(Exception):
    """A sender has handed over its share."""


class _Share(Relay):
    """A relay that is used so often and no more."""

    left = 0

    def deliver(self, *given: Any) -> Outcome:  # handed on as it came
        """Hand it over; the first beyond the share is not begun."""
        if self.left == 0:
            raise _Enough
        self.left -= 1
        return super().deliver(*given)


def _work(outbox: Outbox, here: Desk, port: int, share: int) -> None:
    relay = _Share(relay_address(f"smtp://127.0.0.1:{port}"))
    relay.left = share
    sender = _sender(outbox, here, port, relay)
    try:
        sender.work()
    except _Enough:
        sender.tell()
    finally:
        relay.close()


def _sender(outbox: Outbox, here: Desk, port: int, relay: Relay | None = None) -> Sender:
    relay = relay or Relay(relay_address(f"smtp://127.0.0.1:{port}"))
    rules = Rules(return_path=lambda _mail: SENDER)
    return Sender(outbox, relay, here.marketplace, here.log, here.clock, rules=rules, writers={})


def _limit(port: int, letter: Letter, hands: int) -> float:
    """How many mails a second the sink takes of a program that does nothing else."""
    times = LIMIT // hands
    text = letter.source.encode("ascii")

    def send(_hand: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            for _mail in range(times):
                connection.sendmail(SENDER, letter.to, text)

    began = time.monotonic()
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(send, range(hands)))
    return times * hands / (time.monotonic() - began)


@contextmanager
def _sinking() -> Iterator[int]:
    port = free_port()
    controller: Any = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _catch_up(ground: Ground, here: Desk) -> None:
    stop = threading.Event()
    following = threading.Thread(target=Follower(ground.database, here.log).run, args=[stop])
    following.start()
    with ground.database.connect(Role.WEB, statement_timeout=0) as connection:
        assert visible(connection, here.log.head(), MODELS, within=CAUGHT_UP_WITHIN)
    stop.set()
    following.join()


def _join(here: Desk, member_id: str) -> None:
    actor = f"member:{member_id}"
    here.marketplace.join_member(
        JoinMember(actor=actor, now=here.clock.now(), command_id=str(uuid4()), member_id=member_id)
    )


def _count(ground: Ground, *states: str) -> int:
    with ground.database.connect(Role.APPEND) as connection:
        row = connection.execute("SELECT count(*) FROM site.outbox WHERE state = ANY (%s)", [list(states)]).fetchone()
    return int(row[0]) if row else 0


def _connections(number: int) -> str:
    return "1 connection" if number == 1 else f"{number} connections"
