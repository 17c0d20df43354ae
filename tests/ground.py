"""The ground that proofs and benchmarks stand on: a throwaway server, and this project's own programs on it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.database.embedded import BOOTSTRAP_USER, EmbeddedServer
from marketplace.database.migrations import migrate
from marketplace.eventlog import EventLog, Registry
from marketplace.rebuilding import prepare
from tests.kept import with_typefaces

ROOT: Final = Path(__file__).resolve().parents[1]
SECRET: Final = "a secret of proofs, long enough to be one"
COMES_BACK_WITHIN: Final = 30.0
STARTS_WITHIN: Final = 30.0
STOPS_WITHIN: Final = 10.0


class Ground(Struct, frozen=True):
    """A folder, the server in it, and the migrated database of a site nobody serves yet."""

    folder: Path
    server: EmbeddedServer
    database: Database

    def administrator(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as superuser: to break what the program's own roles cannot."""
        url = conninfo_to_dict(self.database.url)
        return psycopg.connect(make_conninfo("", **{**url, "user": BOOTSTRAP_USER}), autocommit=True)

    def crash(self) -> None:
        """Kill the server and all it started at once: what it had not given to the kernel is gone."""
        pid = self.server.pid
        assert pid is not None, "the server runs"
        victims = [pid, *_children(pid)]
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)

    def wait_until_up(self) -> None:
        """Wait until the server answers again; its keeper starts it by itself."""
        _until(self._answers, COMES_BACK_WITHIN, "the server does not come back")

    def _answers(self) -> bool:
        try:
            with self.database.connect(Role.APPEND) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False


class Program:
    """One of this project's own programs, in a process of its own that may be killed."""

    def __init__(self, ground: Ground, *arguments: str, url: str | None = None, port: int = 0) -> None:
        """Start `python -m ARGUMENT…` on the ground's database, or on the same one by another way (`url`)."""
        self.port = port
        self._log = ground.folder / f"{arguments[0]}.log"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("MARKETPLACE_", "DATABASE_URL"))
        }
        environment |= {
            "MARKETPLACE_DATABASE_URL": url or ground.database.url,
            "MARKETPLACE_VAR": str(with_typefaces(ground.folder / "var")),
            "MARKETPLACE_SECRET": SECRET,
            "MARKETPLACE_LOG_LEVEL": "warning",
            "MARKETPLACE_LOG_FORMAT": "text",
        }
        if port:
            environment["MARKETPLACE_PORT"] = str(port)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def last_words(self) -> str:
        """The end of what it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2_000:]

    @property
    def memory(self) -> int:
        """Bytes of memory it holds; 0 where that cannot be known."""
        return memory_of(self._process.pid)

    def kill(self) -> None:
        """End it as a crash would: at once, with nothing tidied up."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and insist when it does not."""
        self._process.terminate()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def grounded(options: Mapping[str, str] | None = None) -> Iterator[Ground]:
    """Make the ground; `options` are settings of the server. Everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gisement-ground-"))
    try:
        with EmbeddedServer(folder, options=options) as server:
            database = Database(server.address())
            migrate(database)
            with database.connect(Role.FOLLOWER) as connection:
                prepare(connection)
            yield Ground(folder, server, database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Desk(Struct, frozen=True):
    """The use cases, in this process."""

    clock: Clock
    log: EventLog
    marketplace: Marketplace


@contextmanager
def desk(database: Database, *, history: bool = False, pool_size: int = 8) -> Iterator[Desk]:
    """Open the use cases on a database; each desk is one more process as far as the log can tell."""
    clock = Clock(database.url)
    log = EventLog(database.url, Registry(*EVENTS), clock, pool_size=pool_size)
    try:
        yield Desk(clock, log, Marketplace(log, secret=SECRET.encode(), history=history))
    finally:
        log.close()


@contextmanager
def program(ground: Ground, *arguments: str) -> Iterator[Program]:
    """Run a program for the length of a block."""
    started = Program(ground, *arguments)
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def site(ground: Ground, *arguments: str, url: str | None = None) -> Iterator[Program]:
    """Serve the site as an operator would (`marketplace serve`), or by another module, and wait until it is ready."""
    with ExitStack() as stack:
        serving = Program(ground, *(arguments or ("marketplace", "serve")), url=url, port=free_port())
        stack.callback(serving.stop)

        def ready() -> bool:
            if not serving.running:
                raise RuntimeError(f"the site ended: {serving.last_words}")
            with suppress(httpx.TransportError):
                return httpx.get(f"http://127.0.0.1:{serving.port}/health/ready", timeout=5).is_success
            return False

        _until(ready, STARTS_WITHIN, "the site does not start", lambda: serving.last_words)
        yield serving


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def memory_of(pid: int) -> int:
    """Bytes of memory a process holds, where /proc says so; else 0."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def _children(pid: int) -> list[int]:
    """The processes a process started; each PostgreSQL backend leads a session of its own."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(after_name[1]) == pid:
                found.append(int(entry.parent.name))
    return found


def _until(question: Callable[[], bool], within: float, otherwise: str, more: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + within
    while not question():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise} {more()}".strip())
        time.sleep(0.05)
