"""The whole site as one process: it opens, keeps what was done, ends when told, and recovers when killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.kept import with_typefaces

REPOSITORY: Final = Path(__file__).parents[2]
OPENS_WITHIN: Final = 90.0
ENDS_WITHIN: Final = 15.0
"""Far more than it takes: a busy machine is not our fault, a thread that never ends is."""
PEOPLE: Final = 6


class Process:
    """`marketplace demo`, as a shell starts it in the background: with SIGINT ignored."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.base = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
        environment |= {
            "MARKETPLACE_VAR": str(with_typefaces(var)),
            "MARKETPLACE_PORT": str(port),
            "PYTHONWARNINGS": "",
        }
        self._said = var.parent / f"said-{time.monotonic_ns()}"
        with self._said.open("wb") as output:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "marketplace", "demo"],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509  # as a shell does
            )

    @property
    def said(self) -> str:
        """What it wrote so far."""
        return self._said.read_text(encoding="utf-8")

    def opens(self) -> list[str]:
        """Wait until it is open; gives the sign-in links it prints."""
        until = time.monotonic() + OPENS_WITHIN
        while "Ctrl-C" not in self.said:
            assert self.child.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)
        return re.findall(rf"{self.base}/sign-in/\S+", self.said)

    def ends(self, kind: signal.Signals) -> float:
        """Tell it to end; gives the seconds it took."""
        began = time.monotonic()
        self.child.send_signal(kind)
        self.child.wait(30)
        return time.monotonic() - began

    @property
    def left_its_database_running(self) -> bool:
        """Whether PostgreSQL did not end in order: it then leaves its file of process ids."""
        return (self.var / "postgres" / "data" / "postmaster.pid").exists()


@contextmanager
def started(var: Path, port: int) -> Iterator[Process]:
    process = Process(var, port)
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.child.kill()
            process.child.wait()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demonstration_opens_keeps_what_was_done_and_ends_in_order(tmp_path: Path, port: int) -> None:
    var = tmp_path / "var"
    with started(var, port) as first, httpx.Client(base_url=first.base, timeout=10) as browser:
        links = first.opens()
        assert len(links) == PEOPLE
        answer = browser.get(links[0])
        assert (answer.status_code, answer.headers["location"]) == (303, "/me")
        page = browser.get("/account").text
        token = re.findall(r'name="csrf" value="([^"]*)"', page)[0]
        command = re.findall(r'name="command_id" value="([^"]*)"', page)[0]
        form = {"csrf": token, "command_id": command, "frequency": "monthly", "topics": "news", "language": "en"}
        assert browser.post("/account/mail", data=form, headers={"Origin": first.base}).status_code == 303
        assert first.ends(signal.SIGINT) < ENDS_WITHIN
        assert first.child.returncode == 0, first.said
        assert "Traceback" not in first.said
        assert not first.left_its_database_running

        with started(var, port) as second:
            again = second.opens()
            assert not set(again) & set(links), "links last while it runs"
            assert 'value="monthly" checked' in browser.get("/account").text, "the session and what was chosen stayed"
            second.child.kill()
            second.child.wait()

        with started(var, port) as third:
            third.opens()
            assert 'value="monthly" checked' in browser.get("/account").text
            assert third.ends(signal.SIGTERM) < ENDS_WITHIN
            assert not third.left_its_database_running


def test_an_occupied_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        with started(tmp_path / "var", port) as process:
            assert process.child.wait(30) == 1
            assert f"127.0.0.1:{port}" in process.said
            assert "Traceback" not in process.said
            assert not (tmp_path / "var" / "postgres").exists()
