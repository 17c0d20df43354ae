"""The embedded server: durable, private, alone in its folder, back after any death, gone when we are."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from marketplace.database.embedded import (
    BOOTSTRAP_USER,
    EmbeddedServer,
    ServerUnavailable,
    not_durable,
)

KEEPER = """
import sys, time
from pathlib import Path
from marketplace.cli.asking import until_interrupted
from marketplace.database.embedded import EmbeddedServer

with until_interrupted(), EmbeddedServer(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


@contextmanager
def keeper(var: Path, *, ignoring_interrupts: bool = False) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run another process of ours that keeps the server of a folder; gives it, and the server's process id."""
    program = [sys.executable, "-c", KEEPER, str(var)]
    if ignoring_interrupts:
        program = ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *program]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def soon(condition: Callable[[], bool], *, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def answers(server: EmbeddedServer) -> bool:
    try:
        with psycopg.connect(server.address(), connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_it_starts_answers_and_stops(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        assert answers(server)
        pid = server.pid
        began = time.monotonic()
    assert time.monotonic() - began < 15  # far more than it takes, for busy machines
    assert pid is not None
    assert not lives(pid)


def test_it_keeps_what_it_acknowledges(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server, psycopg.connect(server.address()) as connection:
        assert not_durable(connection) == []


@pytest.mark.parametrize("careless", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_could_lose_something_is_refused(tmp_path: Path, careless: str) -> None:
    with (
        pytest.raises(ServerUnavailable, match=f"could lose what it acknowledged: {careless} is off"),
        EmbeddedServer(tmp_path, options={careless: "off"}),
    ):
        pass


def test_nobody_else_can_reach_it(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server, psycopg.connect(server.address()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert stat.S_IMODE(Path(connection.info.host).stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "postgres" / "data").stat().st_mode) == 0o700


def test_the_program_does_not_connect_as_a_superuser(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server, psycopg.connect(server.address()) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, False, False)


def test_a_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    with EmbeddedServer(deep) as server:
        assert answers(server)
    with EmbeddedServer(deep) as again, psycopg.connect(again.address()) as connection:
        folder = Path(connection.info.host)
        assert len(str(folder)) < 60
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server, psycopg.connect(server.address(user=BOOTSTRAP_USER)) as connection:
        connection.execute("CREATE TABLE kept ()")
    with EmbeddedServer(tmp_path) as server, psycopg.connect(server.address()) as connection:
        assert connection.execute("SELECT to_regclass('kept') IS NOT NULL").fetchone() == (True,)


def test_a_killed_server_is_started_again(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: server.pid not in {None, first} and answers(server))


def test_a_killed_process_takes_its_server_with_it_and_the_next_start_recovers(tmp_path: Path) -> None:
    with keeper(tmp_path) as (process, pid):
        process.kill()
        process.wait()
        assert soon(lambda: not lives(pid))
    with EmbeddedServer(tmp_path) as server:
        assert answers(server)


def test_a_start_right_after_a_kill_waits_for_the_old_server_to_leave(tmp_path: Path) -> None:
    with keeper(tmp_path) as (process, pid):
        process.kill()
        process.wait()
        with EmbeddedServer(tmp_path) as server:
            assert soon(lambda: server.pid not in {None, pid} and answers(server))


def test_processes_share_one_server_and_only_its_keeper_stops_it(tmp_path: Path) -> None:
    with keeper(tmp_path) as (_, pid):
        with EmbeddedServer(tmp_path) as guest:
            assert answers(guest)
            assert guest.pid is None
        assert lives(pid)


def test_when_the_keeper_leaves_another_process_takes_over(tmp_path: Path) -> None:
    with keeper(tmp_path) as (process, _), EmbeddedServer(tmp_path) as heir:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert soon(lambda: heir.pid is not None and answers(heir))


def test_an_interrupt_ends_process_and_server_even_as_a_background_job(tmp_path: Path) -> None:
    with keeper(tmp_path, ignoring_interrupts=True) as (process, pid):
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=5) == 0
        assert not lives(pid)


def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path):
        pass
    stale = tmp_path / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n1700000000\n5432\n\n\n", encoding="ascii")
    with EmbeddedServer(tmp_path) as server:
        assert answers(server)


def test_a_folder_that_holds_something_else_is_refused_with_its_reason(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n", encoding="ascii")
    server = EmbeddedServer(tmp_path)
    with pytest.raises(ServerUnavailable, match=r"server\.log"):
        server.start()
