"""Digests: whoever is killed whenever, no member gets more than two copies, identical, and none is lost."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct
from uuid_utils import uuid7

from domain.members import InviteMember
from domain.places import Place
from domain.zones import OPERATOR, OpenZone
from marketplace.database import Role
from marketplace.eventlog import EventLog
from marketplace.outbox import Connections, Letter, Mail, Outbox, keyring, new_id
from tests.ground import ROOT, Desk, desk, grounded
from tests.proofs import Result
from tests.proofs.digests_worker import POINTS

ZONE: Final = "zone-proof"
PERIOD: Final = "2026-W48"
FAULTS: Final = ("451 4.3.0 later", "421 4.3.2 going down", "drop", "452 4.2.2 full for now")
FAULT_IN: Final = 40
"""One mail in so many meets a fault of the relay."""
PATIENCE: Final = 120.0
"""Seconds without a mail told to the log after which the outbox counts as stuck."""


class Size(Struct, frozen=True):
    """How much is tried."""

    members: int
    random_kills: int
    named_kills: int


FULL: Final = Size(members=5_000, random_kills=300, named_kills=120)
SMALL: Final = Size(members=240, random_kills=4, named_kills=12)
CONTROL: Final = Size(members=60, random_kills=0, named_kills=6)
LATE_POINTS: Final = ("after transmit", "after finish", "before settle")
"""Where a sender without the fence leaves copies that nobody can account for."""


class Sink:
    """Keeps every text it was handed, by Message-ID, and fails now and then in four ways."""

    def __init__(self, seed: int) -> None:
        self.taken: defaultdict[str, list[bytes]] = defaultdict(list)
        self.faults = 0
        self._random = random.Random(seed)  # noqa: S311  # repeatable faults

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take the text, or do as the fault says."""
        assert isinstance(envelope.content, bytes)
        fault = self._random.choice(FAULTS) if self._random.randrange(FAULT_IN) == 0 else ""
        self.faults += bool(fault)
        if fault[:1].isdigit():
            return fault
        number = re.search(rb"^Message-ID: <(.+)>", envelope.content)
        assert number is not None
        self.taken[number[1].decode()].append(envelope.content)
        if fault == "drop":
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


@contextmanager
def relay(sink: Sink) -> Iterator[str]:
    """A relay on a free port, as a setting's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller: Any = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def run(*, small: bool, seed: int) -> Result:
    """Kill senders at random and at every named point, and read the relay's own record."""
    return _tried(SMALL if small else FULL, seed, POINTS, fenced="fenced")


def control(*, small: bool, seed: int) -> Result:
    """The same without the fence: copies that nobody can account for."""
    return _tried(CONTROL, seed, LATE_POINTS, fenced="unfenced")


def _tried(size: Size, seed: int, points: Sequence[str], *, fenced: str) -> Result:
    chance = random.Random(seed)  # noqa: S311  # repeatable kills
    sink = Sink(seed)
    with grounded() as ground, relay(sink) as address, desk(ground.database) as here:
        url = ground.database.url
        with ground.database.pool(Role.APPEND, max_size=2) as connections:
            outbox = Outbox(connections, keyring(connections))
            _post(size.members, here, outbox)
            for number in range(size.named_kills + size.random_kills):
                point = points[number % len(points)] if number < size.named_kills else "never"
                _one_life([url, address, point, str(chance.randint(1, 3)), fenced], chance)
                _let_time_pass(connections)
            finished = _finish([url, address, "never", "1", fenced], connections)
            violations = _judged(outbox, here.log, sink)
            if not finished:
                violations.append("the outbox was never emptied")
    copies = [len(texts) for texts in sink.taken.values()]
    facts = {
        "kills": size.named_kills + size.random_kills,
        "smtp_faults": sink.faults,
        "second_copies": sum(number > 1 for number in copies),
        "most_copies": max(copies, default=0),
    }
    return Result(size.members, violations, facts)


def _post(members: int, here: Desk, outbox: Outbox) -> None:
    asked: dict[str, Any] = {"actor": OPERATOR, "now": here.clock.now()}
    here.marketplace.open_zone(
        OpenZone(
            zone_id=ZONE,
            slug="proof",
            name="Proof",
            commune="",
            place=Place(Decimal(46), Decimal(6)),
            time_zone="Europe/Paris",
            command_id=str(uuid7()),
            **asked,
        )
    )
    for number in range(members):
        member_id, now = f"member-{uuid7()}", here.clock.now()
        to = f"m{number}@example.org"
        here.marketplace.invite_member(
            InviteMember(
                member_id=member_id,
                home_zone=ZONE,
                name=f"M{number}",
                mail=to,
                actor=OPERATOR,
                now=now,
                command_id=str(uuid7()),
            )
        )
        mail_id = new_id()
        letter = Letter(to, "s", f"Message-ID: <{mail_id}@proof>\r\nSubject: s\r\n\r\nBonjour {number}.\r\n")
        mail = Mail(
            id=mail_id, kind="digest", member_id=member_id, state="due", told="nothing", zone_id=ZONE, period=PERIOD,
            message_id=f"{mail_id}@proof", sha256=letter.sha256, items=(f"listing-{number}",), created_at=now,
            due_at=now, give_up_at=now + timedelta(days=5),
        )  # fmt: skip
        assert outbox.post_digest(mail, letter)


def _one_life(arguments: list[str], chance: random.Random) -> None:
    worker = _worker(arguments)
    try:
        assert worker.stdout is not None
        worker.stdout.readline()
        try:
            worker.wait(chance.uniform(0.05, 0.4) if arguments[2] == "never" else 5.0)
        except subprocess.TimeoutExpired:
            worker.kill()
    finally:
        worker.kill()
        worker.communicate()


def _finish(arguments: list[str], connections: Connections) -> bool:
    """Let one sender live until everything is settled and told."""
    worker = _worker(arguments)
    moved, left = time.monotonic(), -1
    try:
        while time.monotonic() < moved + PATIENCE:
            _let_time_pass(connections)
            with connections.connection() as connection:
                row = connection.execute("SELECT count(*) FROM site.outbox WHERE told <> 'outcome'").fetchone()
            if row == (0,):
                return True
            if row is not None and row[0] != left:
                moved, left = time.monotonic(), row[0]
            time.sleep(0.3)
        return False
    finally:
        worker.kill()
        worker.communicate()


def _worker(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.digests_worker", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )


def _let_time_pass(connections: Connections) -> None:
    """Let every lease of the dead end, and every pause."""
    with connections.connection() as connection:
        connection.execute("UPDATE site.outbox SET due_at = created_at WHERE state = 'due'")


def _judged(outbox: Outbox, log: EventLog, sink: Sink) -> list[str]:
    found = []
    for opened in outbox.recent(1_000_000):
        mail, texts = opened.mail, sink.taken.get(opened.mail.message_id, [])
        if len(texts) > 2:
            found.append(f"{mail.id} was sent {len(texts)} times")
        if len(texts) > 1 and mail.lost == 0:
            found.append(f"{mail.id} was sent twice, and nobody noted a doubt")
        if len(set(texts)) > 1:
            found.append(f"{mail.id} was sent in two versions")
        if mail.state == "sent" and not texts:
            found.append(f"{mail.id} is called sent, and the relay never saw it")
        if mail.state == "refused":
            found.append(f"{mail.id} was given up")
        events = [type(recorded.event).__name__ for recorded in log.history(mail.digest_id)]
        if events != ["DigestPrepared", f"Digest{mail.state.title()}"]:
            found.append(f"{mail.id} is {mail.state}, and the log says {events}")
        if mail.state == "unknown" and mail.items[0] in outbox.told_before(mail.member_id):
            found.append(f"{mail.id} is unknown, and its items would not come again")
    return found
