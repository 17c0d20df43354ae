"""Connections act as one role, give up in time, and come back after an outage."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import psycopg
import psycopg_pool
import pytest

from marketplace.database import Database, Role
from marketplace.database.embedded import EmbeddedServer
from marketplace.database.migrations import migrate


@pytest.mark.parametrize("role", list(Role))
def test_a_connection_acts_as_its_role(database: Database, role: Role) -> None:
    with database.connect(role) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == (role.value,)


def test_options_of_the_address_are_kept(database: Database) -> None:
    url = psycopg.conninfo.make_conninfo(database.url, options="-c lock_timeout=77", connect_timeout=9)
    conninfo = Database(url).conninfo(Role.WEB)
    with psycopg.connect(conninfo) as connection:
        assert connection.execute("SHOW lock_timeout").fetchone() == ("77ms",)
        assert connection.execute("SELECT current_user::text").fetchone() == (Role.WEB.value,)
    assert psycopg.conninfo.conninfo_to_dict(conninfo)["connect_timeout"] == "9"


def test_a_statement_of_a_page_ends_before_its_reader_leaves(database: Database) -> None:
    with (
        database.connect(Role.WEB, statement_timeout=100) as connection,
        pytest.raises(psycopg.errors.QueryCanceled),
    ):
        connection.execute("SELECT pg_sleep(5)")


def test_a_database_that_is_away_is_said_to_be_within_three_seconds() -> None:
    nowhere = Database("host=127.0.0.1 port=1 user=nobody dbname=nothing")
    began = time.monotonic()
    with nowhere.pool(Role.WEB) as pool, pytest.raises(psycopg_pool.PoolTimeout), pool.connection():
        pass
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_pools_come_back_within_seconds_of_the_database(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        database = Database(server.address())
        migrate(database)

        async def asked_through_both() -> float:
            async with database.async_pool(Role.WEB) as pages:
                with database.pool(Role.APPEND) as commands:
                    async with pages.connection() as connection:
                        await connection.execute("SELECT 1")
                    assert server.pid is not None
                    os.kill(server.pid, signal.SIGKILL)
                    await asyncio.sleep(0.1)
                    began = time.monotonic()
                    while True:
                        try:
                            async with pages.connection() as connection:
                                await connection.execute("SELECT 1")
                            with commands.connection() as plain:
                                plain.execute("SELECT 1")
                        except psycopg.OperationalError:
                            await asyncio.sleep(0.05)
                        else:
                            return time.monotonic() - began

        # Two seconds on an idle machine; the pool's own pauses would make it seventeen.
        assert asyncio.run(asked_through_both()) < 6
