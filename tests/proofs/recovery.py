"""Recovery: the database goes away and comes back; nobody waits long meanwhile, and pages are back within seconds."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import httpx
import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool, PoolTimeout

from tests.ground import desk, grounded, site
from tests.proofs import Result
from tests.samples import NOW
from tests.town import SLUG, Town, Visitor, posting, typed, visitors
from tests.wire import Wire

BACK_WITHIN: Final = 3.0
LONGEST_REQUEST: Final = 5.0
PATIENCE: Final = 60.0
"""Seconds our own visitors would wait: longer than anything they should have to."""
CALM: Final = 4.0
"""Seconds before, between and after outages."""
PAUSE: Final = 0.1
PAUSE_OF_FORMS: Final = 0.6
"""One person may post so many times a minute, and no more."""


class Outage(Struct, frozen=True):
    """How the database goes away, and for how many seconds."""

    kind: str
    seconds: float


SMALL: Final = (Outage("cut", 1.0), Outage("cut", 10.0), Outage("silence", 8.0))
FULL: Final = (*SMALL, Outage("cut", 60.0), Outage("silence", 60.0))
CONTROL: Final = (Outage("silence", 8.0),)


class Asked(Struct, frozen=True):
    """A request, when it began and ended, and its status; 0 is none."""

    what: str
    began: float
    ended: float
    status: int


def run(*, small: bool, seed: int) -> Result:
    """Cut and silence the way to the database of a site that is being visited."""
    with (
        grounded() as ground,
        desk(ground.database) as here,
        Wire(ground.database) as wire,
        site(ground, url=wire.url) as serving,
    ):
        town = Town(here, seed)
        signed_in = visitors(ground.database, here, serving.port, town.people[:4])
        strangers = [Visitor(serving.port) for _visitor in range(2)]
        for visitor in (*signed_in, *strangers):
            visitor.client.timeout = httpx.Timeout(PATIENCE)
        works: list[tuple[str, Callable[[], int]]] = [
            *(("page", _look(visitor, f"/z/{SLUG}")) for visitor in strangers),
            *(("own page", _look(visitor, "/me")) for visitor in signed_in[:2]),
            *(("form", _post(visitor, seed + number)) for number, visitor in enumerate(signed_in[2:])),
        ]
        return _through(wire, SMALL if small else FULL, works)


def control(*, small: bool, seed: int) -> Result:
    """The same for a program that reaches its database as the driver's defaults have it."""
    with grounded() as ground, Wire(ground.database) as wire, ConnectionPool(wire.url, open=True) as pool:

        def ask() -> int:
            try:
                with pool.connection() as connection:
                    connection.execute("SELECT 1")
            except (psycopg.Error, PoolTimeout):
                return httpx.codes.SERVICE_UNAVAILABLE
            return httpx.codes.OK

        return _through(wire, CONTROL, [("page", ask)] * 2)


def _through(wire: Wire, outages: Iterable[Outage], works: Sequence[tuple[str, Callable[[], int]]]) -> Result:
    """Ask without a pause while outages come and go, then judge what was answered."""
    asked: list[Asked] = []
    stop = threading.Event()

    def ask(what: str, work: Callable[[], int]) -> None:
        while not stop.is_set():
            began = time.monotonic()
            status = work()
            asked.append(Asked(what, began, time.monotonic(), status))
            stop.wait(PAUSE_OF_FORMS if what == "form" else PAUSE)

    threads = [threading.Thread(target=ask, args=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    ends: list[tuple[Outage, float]] = []
    time.sleep(CALM)
    for outage in outages:
        wire.cut() if outage.kind == "cut" else wire.silence()
        time.sleep(outage.seconds)
        wire.restore()
        ends.append((outage, time.monotonic()))
        time.sleep(CALM)
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    return _judged(asked, ends)


def _judged(asked: Sequence[Asked], ends: Sequence[tuple[Outage, float]]) -> Result:
    violations = []
    slowest_return = 0.0
    for outage, end in ends:
        for what in dict.fromkeys(one.what for one in asked):
            good = [one.ended - end for one in asked if one.what == what and one.ended > end and _good(one)]
            first = min(good, default=PATIENCE)
            slowest_return = max(slowest_return, first)
            if first > BACK_WITHIN:
                violations.append(f"{what}: back {first:.1f} s after {outage.seconds:.0f} s of {outage.kind}")
    for one in asked:
        if one.ended - one.began > LONGEST_REQUEST:
            violations.append(f"{one.what}: answered {one.status} after {one.ended - one.began:.1f} s")
        if not _good(one) and one.status != httpx.codes.SERVICE_UNAVAILABLE:
            violations.append(f"{one.what}: answered {one.status}")
    longest = max((one.ended - one.began for one in asked), default=0.0)
    facts = {
        "slowest_return_ms": round(1_000 * slowest_return),
        "longest_request_ms": round(1_000 * longest),
        "answered_503": sum(one.status == httpx.codes.SERVICE_UNAVAILABLE for one in asked),
        "outages": len(ends),
    }
    return Result(len(asked), violations, facts)


def _good(one: Asked) -> bool:
    return httpx.codes.is_success(one.status) or one.status == httpx.codes.SEE_OTHER


def _look(visitor: Visitor, path: str) -> Callable[[], int]:
    def look() -> int:
        try:
            return visitor.client.get(path).status_code
        except httpx.TransportError:
            return 0

    return look


def _post(visitor: Visitor, seed: int) -> Callable[[], int]:
    dice = random.Random(seed)  # noqa: S311  (chooses what to post)

    def post() -> int:
        assert visitor.person is not None
        try:
            return visitor.send("/listings/new", typed(posting(dice, visitor.person, NOW))).status_code
        except httpx.TransportError:
            return 0

    return post
