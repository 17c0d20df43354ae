"""Programs that ask a site for something all at once, and what each of them was answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx
from msgspec import Struct

from marketplace.database import Database, Role
from marketplace.reading import visible
from tests.ground import Desk
from tests.town import Person
from web.bearer import SCOPES, ApiTokens

AT_ONCE: Final = 64
PATIENCE: Final = 30.0
"""Seconds a program waits for its answer: longer than it should have to."""
OK: Final = 200
NOT_NOW: Final = 503
MOST_TRIES: Final = 10
COMES_BACK_AFTER: Final = 0.5
TOLD: Final = (403, 409, 422)
"""Answers of who comes too late or out of turn: each says why."""
CAUGHT_UP_WITHIN: Final = 60.0


class Wish(Struct, frozen=True):
    """A request: with whose token, where to, and what is sent along."""

    token: str
    path: str
    body: dict[str, Any] | None
    headers: dict[str, str] = {}
    method: str = "POST"


class Answer(Struct, frozen=True):
    """What a wish was answered, after how many seconds; status 0 is no answer.

    `put_off` is how often it was told to come back before that, because too many asked at once.
    """

    wish: Wish
    status: int
    said: dict[str, Any]
    seconds: float
    put_off: int

    @property
    def is_told(self) -> bool:
        """Whether it was done, or refused with a sentence."""
        return self.status == OK or (self.status in TOLD and str(self.said.get("detail", "")).endswith("."))

    @property
    def surprise(self) -> str:
        """The answer as a sentence, for one that should not have been given."""
        return f"{self.wish.path} was answered {self.status}: {self.said.get('detail', '')}"


def sent(ports: Sequence[int], wishes: Iterable[Wish]) -> list[Answer]:
    """Send all, so many at once, to each process in turn."""
    return asyncio.run(_sent(ports, wishes))


def tokens(database: Database, here: Desk, people: Sequence[Person]) -> list[str]:
    """A token for each, made beside the site: there only so many are given to one place in a quarter of an hour."""
    return asyncio.run(_tokens(database, here, people))


def milliseconds(answers: Sequence[Answer], share: float) -> int:
    """Within which so large a share of the answers was given."""
    taken = sorted(answer.seconds for answer in answers)
    return round(1_000 * taken[int(share * (len(taken) - 1))])


def caught_up(database: Database, here: Desk, *models: str, within: float = CAUGHT_UP_WITHIN) -> None:
    """Wait until these read models show all there is."""
    with database.connect(Role.WEB) as connection:
        assert visible(connection, here.log.head(), list(models), within=within), "the follower catches up"


async def _tokens(database: Database, here: Desk, people: Sequence[Person]) -> list[str]:
    async with database.async_pool(Role.WEB) as pool:
        given = ApiTokens(pool)
        return [
            (await given.give(person.member_id, name="proof", scopes=SCOPES, now=here.clock.now()))[1]
            for person in people
        ]


async def _sent(ports: Sequence[int], wishes: Iterable[Wish]) -> list[Answer]:
    waiting = iter(wishes)

    async def send(client: httpx.AsyncClient) -> list[Answer]:
        return [await _answered(client, wish) for wish in waiting]

    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE))
            for port in ports
        ]
        answered = await asyncio.gather(*(send(clients[number % len(clients)]) for number in range(AT_ONCE)))
    return [answer for answers in answered for answer in answers]


async def _answered(client: httpx.AsyncClient, wish: Wish) -> Answer:
    """Send one, and again under the same key as long as it is told to come back."""
    began, put_off = time.monotonic(), 0
    while True:
        status, said = await _once(client, wish)
        if status != NOT_NOW or put_off == MOST_TRIES:
            return Answer(wish, status, said, time.monotonic() - began, put_off)
        put_off += 1
        await asyncio.sleep(COMES_BACK_AFTER)


async def _once(client: httpx.AsyncClient, wish: Wish) -> tuple[int, dict[str, Any]]:
    try:
        headers = {"Authorization": f"Bearer {wish.token}", **wish.headers} if wish.token else wish.headers
        answer = await client.request(wish.method, wish.path, json=wish.body, headers=headers)
        return answer.status_code, answer.json()
    except (httpx.TransportError, ValueError) as fault:
        return 0, {"detail": repr(fault)}
