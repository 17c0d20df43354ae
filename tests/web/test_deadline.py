"""No request waits for ever, and no slow phone is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.web.conftest import Site
from web import deadline
from web.app import LONGEST_BODY
from web.deadline import Deadline

App = Callable[[Any, Any, Any], Awaitable[None]]


def asked(path: str = "/z/jourdies", length: str = "") -> dict[str, Any]:
    return {
        "type": "http", "method": "POST" if length else "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"content-length", length.encode())] if length else [],
        "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "http_version": "1.1", "state": {},
    }  # fmt: skip


def answer(app: App, *, body_takes: float = 0.0, length: str = "", path: str = "/z/jourdies") -> list[dict[str, Any]]:
    """What a visitor is sent who takes so many seconds to send their form."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(body_takes)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(asked(path, length), receive, send))  # type: ignore[arg-type]  # an app is a coroutine function
    return sent


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 0.2)


async def silent(_scope: object, _receive: object, _send: object) -> None:
    await asyncio.sleep(60)


async def after_the_form(_scope: object, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


async def slow_to_develop(_scope: object, receive: Any, send: Any) -> None:
    await receive()
    await asyncio.sleep(0.6)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


async def slow_to_end(_scope: object, _receive: object, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.sleep(0.5)
    await send({"type": "http.response.body", "body": b"here"})


def test_the_archive_of_a_zone_has_longer_than_a_page(standing_site: Site) -> None:
    app = Deadline(slow_to_develop, standing_site.services)
    for path in ("/z/jourdies/export", "/api/v1/zones/jourdies/exports"):
        assert answer(app, path=path, length="1")[0]["status"] == 200


def test_what_is_not_answered_in_time_is_told_to_come_back(standing_site: Site) -> None:
    start, body = answer(Deadline(silent, standing_site.services))
    headers = dict(start["headers"])
    assert start["status"] == 503
    assert headers[b"retry-after"] == b"3"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"<h1" in body["body"]


def test_a_form_that_arrives_slowly_is_waited_for(standing_site: Site) -> None:
    start, _body = answer(Deadline(after_the_form, standing_site.services), body_takes=0.6)
    assert start["status"] == 200


def test_an_answer_that_has_begun_is_finished(standing_site: Site) -> None:
    start, body = answer(Deadline(slow_to_end, standing_site.services))
    assert (start["status"], body["body"]) == (200, b"here")


def test_photos_are_given_their_time(standing_site: Site) -> None:
    start, _body = answer(Deadline(slow_to_develop, standing_site.services), length=str(LONGEST_BODY + 1))
    assert start["status"] == 200


def test_photos_are_not_waited_for_for_ever_either(standing_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "PHOTOS_WITHIN", 0.3)
    start, _body = answer(Deadline(slow_to_develop, standing_site.services), length=str(LONGEST_BODY + 1))
    assert start["status"] == 503


@pytest.mark.parametrize("length", [str(LONGEST_BODY), "0", "-300000", "many", "9" * 5_000])
def test_a_form_without_photos_is_not_given_the_time_of_photos(standing_site: Site, length: str) -> None:
    start, _body = answer(Deadline(slow_to_develop, standing_site.services), length=length)
    assert start["status"] == 503
