"""What it costs to serve: pages and forms of a real site beside a bare page of the same server, and its memory."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import psycopg

from domain.listings import PostListing
from marketplace.database import Role
from tests.bench.figures import Figure, Floor, Timed, repeated
from tests.bench.scale import Scale
from tests.ground import Ground, Program, site
from tests.town import SLUG, Town, Visitor, tokens, typed, visitors

CONNECTIONS: Final = 32
BARE: Final = "/health/live"
PAGES: Final = {
    "zone home": f"/z/{SLUG}",
    "listings of a zone": f"/z/{SLUG}/listings",
    "listings found by a word": f"/z/{SLUG}/listings?q=palette",
    "my page": "/me",
}
WARM: Final = 0.3
READY_WITHIN: Final = 120.0

Asks = Callable[[], bytes]
"""Makes the next request of a connection."""


def measured(ground: Ground, town: Town, scale: Scale) -> Iterator[Figure]:
    """Serve the site on all that was written, and visit it."""
    with site(ground) as serving:
        _followed(ground)
        before = serving.memory
        signed_in = visitors(ground.database, town.desk, serving.port, town.people[:CONNECTIONS])
        yield from _pages(serving, signed_in[0], scale)
        yield from _posted(serving, ground, town, signed_in, scale)
        yield from _seen(ground, town, scale)
        yield Figure("memory of the site, before", before / 1e6, "MB")
        yield Figure("memory of the site, after", serving.memory / 1e6, "MB")


def _pages(serving: Program, visitor: Visitor, scale: Scale) -> Iterator[Figure]:
    bare = _load(serving, [_get(BARE)], scale.seconds / 2)
    for name, path in PAGES.items():
        _load(serving, [_get(path, visitor)], WARM)  # the first reader has the template compiled
        done = _load(serving, [_get(path, visitor)], scale.seconds / 2)
        yield Figure(f"{name}, p50", done.p50, "ms", Floor("a bare page, one connection", bare.p50))
        yield Figure(f"{name}, p95", done.p95, "ms", Floor("a bare page, one connection", bare.p95))


def _posted(
    serving: Program, ground: Ground, town: Town, signed_in: Sequence[Visitor], scale: Scale
) -> Iterator[Figure]:
    bare = _load(serving, [_get(BARE)] * CONNECTIONS, scale.seconds / 2)
    floor = Floor(f"a bare page, {CONNECTIONS} connections", bare.rate)
    slow = Floor(f"a bare page, {CONNECTIONS} connections", bare.p95)
    forms = _load(serving, [_form(visitor, town) for visitor in signed_in], scale.seconds)
    yield Figure(f"post by a form, {CONNECTIONS} at once", forms.rate, "/s", floor, "and the page waits to show it")
    yield Figure("post by a form, p95", forms.p95, "ms", slow)
    _followed(ground)
    programs = tokens(ground.database, town, serving.port, len(signed_in))
    calls = _load(serving, [_call(token, town) for token in programs], scale.seconds)
    yield Figure(f"post by the API, {CONNECTIONS} at once", calls.rate, "/s", floor, "and the answer waits to show it")
    yield Figure("post by the API, p95", calls.p95, "ms", slow)
    _followed(ground)


def _seen(ground: Ground, town: Town, scale: Scale) -> Iterator[Figure]:
    """From the moment a listing is recorded to the moment its row can be read, as the follower's notice tells."""
    with (
        ground.database.connect(Role.FOLLOWER) as listening,
        ground.database.connect(Role.FOLLOWER) as notifying,
    ):
        listening.execute("LISTEN bench")
        trip = repeated(scale.times, lambda: _round_trip(notifying, listening))
        listening.execute("UNLISTEN bench")
        listening.execute("LISTEN read")
        taken = []
        for _listing in range(scale.times // 2):
            receipt = town.desk.marketplace.post_listing(town.posting())
            began = time.perf_counter()
            _hear(listening, "listings", receipt.position)
            taken.append(time.perf_counter() - began)
            shown = listening.execute("SELECT FROM read.listing WHERE listing_id = %s", [receipt.stream]).fetchone()
            assert shown is not None, "what was announced is there"
    done = Timed(0, sorted(taken))
    yield Figure("published → visible, p50", done.p50, "ms", Floor("a NOTIFY round trip", trip.p50))
    yield Figure("published → visible, p95", done.p95, "ms", Floor("a NOTIFY round trip", trip.p95))


def _round_trip(one: psycopg.Connection[Any], other: psycopg.Connection[Any]) -> None:
    one.execute("NOTIFY bench")
    assert list(other.notifies(timeout=5, stop_after=1)), "the notice arrives"


def _hear(listening: psycopg.Connection[Any], model: str, position: int) -> None:
    """Wait for the notice that a read model stands there; payloads are `model,model position`."""
    for notice in listening.notifies(timeout=30):
        names, _, reached = notice.payload.partition(" ")
        if model in names.split(",") and int(reached) >= position:
            return
    raise TimeoutError(f"{model} does not come to {position}")


def _followed(ground: Ground) -> None:
    """Wait until the site's follower has nothing left to do: it would be measured as well."""
    deadline = time.monotonic() + READY_WITHIN
    with ground.database.connect(Role.FOLLOWER) as connection:
        while connection.execute(
            "SELECT FROM log.read_model WHERE state <> 'building' AND position < log.head()"
        ).fetchone():
            assert time.monotonic() < deadline, "the follower catches up"
            time.sleep(0.1)


# Requests ---------------------------------------------------------------------------------------------------------


def _get(path: str, visitor: Visitor | None = None) -> Asks:
    cookie = f"Cookie: {visitor.cookies()}\r\n" if visitor else ""
    request = f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nAccept-Language: fr\r\n{cookie}\r\n".encode()
    return lambda: request


def _form(visitor: Visitor, town: Town) -> Asks:
    turn = threading.Lock()

    def ask() -> bytes:
        with turn:
            body = urlencode({"csrf": visitor.csrf, **typed(town.posting(visitor.person))}).encode()
        return (
            f"POST /listings/new HTTP/1.1\r\nHost: {{host}}\r\nOrigin: http://{{host}}\r\n"
            f"Cookie: {visitor.cookies()}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return ask


def _call(token: str, town: Town) -> Asks:
    def ask() -> bytes:
        command = town.posting()
        body = msgspec.json.encode(_said(command))
        return (
            f"POST /api/v1/listings HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {token}\r\n"
            f"Idempotency-Key: {command.command_id}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return ask


def _said(command: PostListing) -> dict[str, object]:
    draft = command.draft
    quantity = {"amount": str(draft.quantity.amount), "unit": draft.quantity.unit}
    return {"side": command.side, "category": draft.category, "title": draft.title, "quantity": quantity}


def _load(serving: Program, connections: Sequence[Asks], seconds: float) -> Timed:
    """Ask on so many connections at once, each one request after the other."""
    return asyncio.run(_asked(serving.port, connections, seconds))


async def _asked(port: int, connections: Sequence[Asks], seconds: float) -> Timed:
    loop = asyncio.get_running_loop()
    taken: list[float] = []
    until = loop.time() + seconds

    async def ask(request: Asks) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        host = f"127.0.0.1:{port}".encode()
        while (began := loop.time()) < until:
            writer.write(request().replace(b"{host}", host))
            status, body = await _answer(reader)
            assert status < 400, f"{status}: {body[:500]!r}"
            taken.append(loop.time() - began)
        writer.close()

    began = loop.time()
    await asyncio.gather(*map(ask, connections))
    return Timed(len(taken) / (loop.time() - began), sorted(taken))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
    return int(head[9:12]), await reader.readexactly(int(fields.get(b"content-length", 0)))
