"""The server asks nobody but its database, its mail relay and its mailbox of returns, whatever people write."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests.web.conftest import Site

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = ("domain", "projections", "marketplace", "web")
ASKS_OTHERS: Final = frozenset(
    {"aiohttp", "asyncio.streams", "ftplib", "http.client", "httpx", "imaplib", "nntplib", "poplib", "requests"}
    | {"smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "xmlrpc", "websockets"}
)
MAY: Final = {
    "marketplace/smtp.py": "the mail relay of the settings",
    "marketplace/bounce_mailbox.py": "the mailbox of the settings, asked by an operator's command",
    "marketplace/cli/operating.py": "the doctor asks the port of the mail relay",
    "marketplace/eventlog/log.py": "a pair of sockets within this process, to be woken by",
    "web/serving.py": "where the site itself listens",
}
STARTS_PROGRAMS: Final = {
    "marketplace/database/embedded.py": "the embedded server",
    "marketplace/cli/mail_health.py": "an operator's command asks for records of the domain",
}
ELSEWHERE: Final = "http://198.51.100.7/latest/meta-data/ https://elsewhere.example/a.png //elsewhere.example"


@cache
def trees() -> tuple[tuple[str, ast.AST], ...]:
    files = (file for folder in PROGRAM for file in sorted((ROOT / folder).rglob("*.py")))
    return tuple((str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))) for file in files)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
            case _:
                pass


def test_no_module_can_fetch_what_people_name() -> None:
    found = {file for file, tree in trees() if not ASKS_OTHERS.isdisjoint(imported(tree))}
    assert found == set(MAY)


def test_only_these_modules_start_a_program() -> None:
    found = {file for file, tree in trees() if not {"subprocess", "pty", "multiprocessing"}.isdisjoint(imported(tree))}
    assert found == set(STARTS_PROGRAMS)


def test_nothing_is_run_that_was_read() -> None:
    named = [
        (file, node.func.id)
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert [(file, name) for file, name in named if name in {"eval", "exec", "compile", "__import__"}] == []


class _Asked:
    """Whom this process asked by a socket of Python's own, and which names it looked up, while it was watched."""

    def __init__(self) -> None:
        self.watching = False
        self.found: list[object] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watching and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            self.found.append(arguments[1] if event == "socket.connect" else arguments[0])


@pytest.fixture
def asked() -> Iterator[_Asked]:
    watcher = _Asked()
    watcher.watching = True
    yield watcher
    watcher.watching = False


def test_addresses_in_every_field_are_asked_by_nobody(standing_site: Site, asked: _Asked) -> None:
    browser, program = standing_site.browser("karim"), standing_site.program("karim")
    browser.get("/listings/new")
    everywhere = dict.fromkeys(("title", "description", "name", "mail", "to", "credential", "text", "photo"), ELSEWHERE)
    posted = {"side": "offer", "category": "PAL.EPAL1", "quantity": "5", "unit": "H87", "site": ""}
    for path in (
        "/listings/new",
        "/listings/new/reading",
        "/drafts",
        "/account/tokens",
        "/sign-in",
        "/sign-in/passkey",
    ):
        assert browser.send(path, {**everywhere, **posted}).status_code < 500
    draft = {"side": "offer", "category": "PAL.EPAL1", "title": ELSEWHERE, "quantity": {"amount": "5", "unit": "H87"}}
    assert program.post("/api/v1/listings", json={**draft, "description": ELSEWHERE}).status_code < 500
    browser.get("/me")
    port = standing_site.services.settings.port
    strangers = [each for each in asked.found if port not in (each if isinstance(each, tuple) else ())]
    assert [each for each in strangers if each not in ("127.0.0.1", b"127.0.0.1")] == []
