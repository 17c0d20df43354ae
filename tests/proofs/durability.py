"""Durability: PostgreSQL is killed under people who post through the site; what was acknowledged is there, once.

A kill takes every process of the server at the same moment, so what it had not yet handed to the kernel is gone. It
cannot show what only a power cut loses: that the disk is waited for is asserted at start (`fsync`, see doctor).
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import httpx
from msgspec import Struct

from domain.listings import PostListing
from marketplace.database import Role
from tests.ground import Ground, desk, grounded, site
from tests.proofs import Result
from tests.samples import NOW
from tests.town import Person, Town, Visitor, posting, typed, visitors

RESOLVED_WITHIN: Final = 30.0
ASKED_AGAIN: Final = 50
"""How many acknowledged commands are sent a second time, to be answered as the first time."""
LAZY: Final = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
"""The server of the control writes its log when it pleases."""


class Size(Struct, frozen=True):
    """How many people post, how often the server is killed, and seconds of posting before each kill."""

    people: int
    threads: int
    kills: int
    pause: float


SMALL: Final = Size(people=32, threads=16, kills=3, pause=3.0)
FULL: Final = Size(people=160, threads=32, kills=100, pause=35.0)
CONTROL: Final = Size(people=8, threads=8, kills=2, pause=1.0)


def run(*, small: bool, seed: int) -> Result:
    """Kill the server again and again, then look for every command that was ever sent."""
    return _tried(SMALL if small else FULL, seed, durable=True)


def control(*, small: bool, seed: int) -> Result:
    """The same on a server that acknowledges before it has written."""
    return _tried(CONTROL, seed, durable=False)


def _tried(size: Size, seed: int, *, durable: bool) -> Result:
    dice = random.Random(seed)  # noqa: S311  (chooses moments, guards nothing)
    with grounded(None if durable else LAZY) as ground, desk(ground.database) as here, site(ground) as serving:
        town = Town(here, seed, people=size.people)
        signed_in = visitors(ground.database, here, serving.port, town.people)
        if not durable:
            _acknowledge_early(ground)
        stop = threading.Event()
        posters = [
            Poster(signed_in[number :: size.threads], seed * 100 + number, stop) for number in range(size.threads)
        ]
        for poster in posters:
            poster.start()
        for _kill in range(size.kills):
            time.sleep(dice.uniform(0.5, 1.5) * size.pause)
            ground.crash()
            ground.wait_until_up()
        time.sleep(size.pause)
        stop.set()
        for poster in posters:
            poster.join()
        violations = [sentence for poster in posters for sentence in poster.surprises]
        violations += _resolve(posters)
        violations += _ask_again(posters, dice)
        violations += _look_for(posters, town.people, ground)
        acknowledged = sum(len(poster.answers) for poster in posters)
        unanswered = sum(len(poster.unanswered) for poster in posters)
    return Result(
        acknowledged,
        violations,
        {"kills": size.kills, "unanswered": unanswered, "threads": size.threads},
    )


class Sent(Struct, frozen=True):
    """A form, and whose browser sent it."""

    visitor: Visitor
    command: PostListing


class Poster(threading.Thread):
    """Posts one listing after the other through the site, and keeps what each form was answered."""

    def __init__(self, browsers: Sequence[Visitor], seed: int, stop: threading.Event) -> None:
        super().__init__(name=f"poster {seed}", daemon=True)
        self._browsers, self._stop_asked = browsers, stop
        self._dice = random.Random(seed)  # noqa: S311  (chooses what to post)
        self.answers: dict[str, str] = {}
        self.sent: dict[str, Sent] = {}
        self.unanswered: list[Sent] = []
        self.surprises: list[str] = []

    def run(self) -> None:
        """Post until told to stop."""
        while not self._stop_asked.is_set():
            visitor = self._dice.choice(self._browsers)
            assert visitor.person is not None
            sent = Sent(visitor, posting(self._dice, visitor.person, NOW))
            self.sent[sent.command.command_id] = sent
            answer = ask(sent)
            if isinstance(answer, str):
                self.answers[sent.command.command_id] = answer
            elif answer in _NOT_NOW:
                self.unanswered.append(sent)
                self._stop_asked.wait(0.05)
            else:
                self.surprises.append(f"a listing to be posted was answered {answer}")
                return


_NOT_NOW: Final = (0, httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


def ask(sent: Sent) -> str | int:
    """Send a form: the address of the listing it made, or the status of another answer, 0 when there is none."""
    try:
        answer = sent.visitor.send("/listings/new", typed(sent.command))
    except httpx.TransportError:
        return 0
    if answer.status_code == httpx.codes.SEE_OTHER and "/listings/" in answer.headers["location"]:
        return str(answer.headers["location"])
    return answer.status_code


def _resolve(posters: Sequence[Poster]) -> list[str]:
    """Every form that got no answer gets one when it is sent again."""
    violations = []
    deadline = time.monotonic() + RESOLVED_WITHIN
    for poster in posters:
        for sent in poster.unanswered:
            while isinstance(answer := ask(sent), int) and time.monotonic() < deadline:
                time.sleep(0.05)
            if isinstance(answer, int):
                violations.append(f"{sent.command.command_id} cannot be resolved: {answer}")
            else:
                poster.answers[sent.command.command_id] = answer
    return violations


def _ask_again(posters: Sequence[Poster], dice: random.Random) -> list[str]:
    """What was acknowledged and is sent again is answered as the first time."""
    answered = [(poster.sent[command_id], first) for poster in posters for command_id, first in poster.answers.items()]
    return [
        f"{sent.command.command_id} was answered {first}, then {again}"
        for sent, first in dice.sample(answered, min(ASKED_AGAIN, len(answered)))
        if (again := ask(sent)) != first and again not in _NOT_NOW
    ]


def _look_for(posters: Sequence[Poster], people: Sequence[Person], ground: Ground) -> list[str]:
    """Every command stands in the log once, under the id it was answered with, and nothing else does."""
    with ground.database.connect(Role.APPEND) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT m.command_id::text, e.originator_id FROM log.stored_events e JOIN log.event_meta m"
            " USING (notification_id) WHERE e.topic = 'ListingPosted' AND m.actor = ANY (%s)",
            [[person.actor for person in people]],
        ).fetchall()
    recorded = Counter(command_id for command_id, _stream in rows)
    streams = dict(rows)
    answers = {command_id: answer for poster in posters for command_id, answer in poster.answers.items()}
    return [
        *(f"{command_id} was acknowledged and is lost" for command_id in answers if not recorded[command_id]),
        *(f"{command_id} is recorded {times} times" for command_id, times in recorded.items() if times > 1),
        *(
            f"{command_id} was answered {answers[command_id]} and is {stream}"
            for command_id, stream in streams.items()
            if command_id in answers and not answers[command_id].endswith(stream)
        ),
        *(f"{command_id} was never sent" for command_id in recorded if not _sent(posters, command_id)),
    ]


def _sent(posters: Sequence[Poster], command_id: str) -> bool:
    return any(command_id in poster.sent for poster in posters)


def _acknowledge_early(ground: Ground) -> None:
    """Take the guard away, behind the back of a site that asserts it at its start."""
    with ground.administrator() as connection:
        connection.execute("ALTER DATABASE marketplace SET synchronous_commit = off")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'marketplace' AND pid <> pg_backend_pid()"
        )
