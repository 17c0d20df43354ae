"""Requests to every route, as a browser or a program would send them, with anything in their fields."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_from_bytes, urlencode

import httpx
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from tests.fuzzing.odd import FIELDS, Odd
from tests.fuzzing.stage import Seen, Stage
from tests.town import SLUG, Visitor, tokens, visitors
from web.app import HANDLERS

PATIENCE: Final = 10.0
"""Seconds after which a page keeps its reader waiting."""
AFRESH: Final = 500
"""Requests after which everyone comes in anew: some forms sign them out."""
LEFT_ALONE: Final = frozenset({"/sign-out", "/health/ready", "/health/live"})


class Target(Struct, frozen=True):
    """A route: its method, and its path with what may vary in braces."""

    method: str
    path: str


TARGETS: Final = tuple(
    Target(method, path)
    for handler in HANDLERS
    if isinstance(handler, HTTPRouteHandler)
    for path in sorted(handler.paths)
    if path not in LEFT_ALONE
    for method in sorted(handler.http_methods)
)
VARIES: Final = re.compile(r"\{(\w+):\w+\}")
QUERIES: Final = (
    *("q", "side", "family", "category", "condition", "price", "mode", "recurrence", "reach", "sort", "after", "view"),
    *("place", "max_km", "title", "to", "limit", "language"),
)


def visited(odd: Odd, stage: Stage, times: int, targets: Sequence[Target] = TARGETS) -> Seen:
    """Send requests to these routes in turn, of a visitor, two members and a program."""
    seen, browsers = Seen(), let_in(stage)
    for number in range(times):
        if number % AFRESH == AFRESH - 1:
            browsers = let_in(stage)
        target = targets[number % len(targets)]
        request = _request(odd, target, odd.dice.choice(browsers), stage.known)
        began = time.monotonic()
        try:
            status = request.client.send(request.build()).status_code
        except httpx.InvalidURL:
            status = 0
        except httpx.TransportError as fault:
            seen.wrong(f"{target.method} {target.path}: {fault!r}")
            status = 0
        seen.answered(status, f"{target.method} {request.said}")
        if time.monotonic() - began > PATIENCE:
            seen.wrong(f"{target.method} {request.said}: {time.monotonic() - began:.0f} s")
    return seen


class Browser(Struct, frozen=True):
    """Who sends: a client with its cookies or its token, and the token its forms carry."""

    client: httpx.Client
    csrf: str


class Request(Struct, frozen=True):
    """One request, ready to be sent."""

    client: httpx.Client
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> str:
        """What to repeat it by."""
        return f"{self.path[:200]} {self.headers.get('Content-Type', '')} {self.body[:300]!r}"

    def build(self) -> httpx.Request:
        """As the client sends it, with its cookies."""
        return self.client.build_request(self.method, self.path, headers=self.headers, content=self.body or None)


def let_in(stage: Stage) -> list[Browser]:
    """A visitor, two members and a program, as they come in."""
    stranger = Visitor(stage.port)
    stranger.get("/sign-in")
    come_in = [stranger, *visitors(stage.ground.database, stage.town.desk, stage.port, stage.town.people[:2])]
    browsers = [Browser(visitor.client, visitor.csrf) for visitor in come_in]
    for token in tokens(stage.ground.database, stage.town, stage.port, 1):
        headers = {"Authorization": f"Bearer {token}"}
        program = httpx.Client(base_url=f"http://127.0.0.1:{stage.port}", headers=headers, timeout=30)
        browsers.append(Browser(program, ""))
    return browsers


def _request(odd: Odd, target: Target, browser: Browser, known: Sequence[str]) -> Request:
    def vary(found: re.Match[str]) -> str:
        honest = {"zone": SLUG, "listing_id": odd.dice.choice(known)}.get(found[1], str(uuid.uuid4()))
        return honest if odd.dice.random() < 0.7 else _quoted(odd.text()[:300]) or "-"

    path = VARIES.sub(vary, target.path)
    asked = [(name, odd.text()[:1_500]) for name in odd.some(QUERIES, 4)]
    if asked and odd.dice.random() < 0.6:
        path += "?" + "&".join(f"{name}={_quoted(value)}" for name, value in asked)
    headers = {"Accept-Language": odd.dice.choice(("fr", "en", "xx;q=9", "*"))}
    body = b""
    if target.method not in ("GET", "HEAD"):
        headers["Origin"] = str(browser.client.base_url).rstrip("/")
        if path.startswith("/api/"):
            body = _api_body(odd)
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = odd.dice.choice((str(uuid.uuid4()), "x"))
        elif odd.dice.random() < 0.9:
            body = _form_body(odd, browser)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            body = _parts(odd, browser)
            headers["Content-Type"] = odd.dice.choice(("multipart/form-data; boundary=b", "multipart/form-data"))
    return Request(browser.client, target.method, path, headers, body)


def _form_body(odd: Odd, browser: Browser) -> bytes:
    fields = {name: odd.text() for name in odd.some(FIELDS, 14)}
    if odd.dice.random() < 0.9:
        fields |= {"csrf": browser.csrf, "command_id": str(uuid.uuid4())}
        fields["seen_version"] = odd.dice.choice(("", "", "0", "7", fields.get("seen_version", "")))
    said = urlencode({name: value.encode(errors="surrogatepass") for name, value in fields.items()}).encode()
    return said if odd.dice.random() < 0.95 else said[: odd.dice.randrange(len(said) + 1)] + b"%zz%ff"


def _api_body(odd: Odd) -> bytes:
    kind = odd.dice.random()
    if kind < 0.6:
        quantity = {"amount": odd.text(), "unit": "H87"}
        honest = {"side": "offer", "category": "PAL.EPAL1", "title": odd.text(), "quantity": quantity}
        for name in odd.some((*honest, *FIELDS), 3):
            honest[name] = odd.json()
        return json.dumps(honest).encode()
    if kind < 0.9:
        return json.dumps(odd.json()).encode()
    return odd.dice.choice(
        (b"", b"{", b"[" * 50_000, b'{"side": "offer"', odd.dice.randbytes(200), b"NaN", b"\xff\xfe")
    )


def _parts(odd: Odd, browser: Browser) -> bytes:
    fields = {
        "csrf": browser.csrf,
        "command_id": str(uuid.uuid4()),
        **{name: odd.text() for name in odd.some(FIELDS, 5)},
    }
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(errors="surrogatepass")
        for name, value in fields.items()
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    whole = b"".join(parts) + head + odd.dice.randbytes(300) + b"\r\n--b--\r\n"
    return whole if odd.dice.random() < 0.8 else whole[: odd.dice.randrange(len(whole))]


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode(errors="surrogatepass"), safe="")
