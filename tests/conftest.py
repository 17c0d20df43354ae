"""One PostgreSQL for the whole run, a fresh migrated database for each test that asks, and nothing left afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from marketplace.database import Database, Role
from marketplace.database.embedded import BOOTSTRAP_USER, LOGIN, EmbeddedServer
from marketplace.database.migrations import migrate
from marketplace.folding import MODELS
from marketplace.rebuilding import prepare
from marketplace.settings import Settings
from tests.replay import replay_tables

TEMPLATE: Final = "template_of_tests"
TEMPLATE_LOCK: Final = 6_220_419_002
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
ROOM: Final = 4 * 1024**3
"""Bytes a run may need: a database is 15 MB, and what is written before it is checkpointed 1 GB."""

# The same examples on every run and every machine; searching further is the work of `python -m tests.proofs inputs`.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")


class Run:
    """What lasts for one run of the suite: a folder and the server in it, kept by the process that runs or deals tests.

    Its settings are the product's own. Its folder is in memory where there is room: to copy a database there takes a
    tenth of the time, and every test has one. What survives a power cut is for `python -m tests.proofs durability`.
    """

    def __init__(self, folder: Path, *, keeps: bool) -> None:
        self.folder = folder
        self._keeps = keeps
        self._server = EmbeddedServer(folder)

    def begin(self) -> None:
        """Start the server without waiting for it."""
        self._server.begin()

    def address(self, database: str, *, user: str = LOGIN) -> str:
        """Give the address of a database, once the server answers."""
        self._server.start()
        return self._server.address(database, user=user)

    def end(self) -> None:
        """Leave nothing behind."""
        self._server.stop()
        if self._keeps:
            shutil.rmtree(self.folder)


RUN: Final = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of this run; the processes of pytest-xdist are told by the one that deals them tests."""
    dealt: dict[str, Any] | None = getattr(config, "workerinput", None)
    if dealt is None:
        config.stash[RUN] = Run(Path(tempfile.mkdtemp(prefix="gisement-tests-", dir=_quickest())), keeps=True)
    else:
        config.stash[RUN] = Run(Path(dealt["run_folder"]), keeps=False)


def _quickest() -> Path | None:
    """Where files are quickest to write; None for the usual place of what is temporary."""
    has_room = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if has_room else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of pytest-xdist where the run is, and start the server while it imports the tests."""
    run = node.config.stash[RUN]
    run.begin()
    node.workerinput["run_folder"] = str(run.folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, and remove the folder."""
    config.stash[RUN].end()


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Run:
    """Give the run's server; most tests want `database` instead."""
    return request.config.stash[RUN]


@pytest.fixture(scope="session")
def administrator(run: Run) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Give the superuser's connection that makes and drops databases."""
    with psycopg.connect(run.address("postgres", user=BOOTSTRAP_USER), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def template(run: Run, administrator: psycopg.Connection[tuple[Any, ...]]) -> str:
    """Give the name of the migrated database that others are cloned from."""
    return made_once(run, administrator, TEMPLATE, _furnish)


def made_once(
    run: Run, administrator: psycopg.Connection[tuple[Any, ...]], name: str, furnish: Callable[[Database], None]
) -> str:
    """Have the first process that asks for a template make it, and the others wait; its name."""
    administrator.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
    try:
        if administrator.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            draft = f"{name}_draft"
            administrator.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(draft)))
            administrator.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(draft), Identifier(LOGIN)))
            furnish(Database(run.address(draft)))
            administrator.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(name)))
    finally:
        administrator.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    return name


def _furnish(database: Database) -> None:
    """Migrate, and make what every test would wait for: the first tables of the read models."""
    migrate(database)
    _let_follow(database)
    with database.connect(Role.FOLLOWER) as connection:
        prepare(connection)


def furnish_to_replay(database: Database) -> None:
    """Make the tables into which a test's read models are replayed as well; who replays nothing does not copy them."""
    _furnish(database)
    with database.connect(Role.FOLLOWER) as connection:
        for model in MODELS:
            replay_tables(connection, model)


def _let_follow(database: Database) -> None:
    """Grant what is granted on a database itself: it is not copied with it."""
    with database.connect() as connection:
        name = Identifier(connection.info.dbname)
        connection.execute(SQL("GRANT CREATE ON DATABASE {} TO marketplace_owner, marketplace_follower").format(name))


@pytest.fixture
def empty_database(run: Run, administrator: psycopg.Connection[tuple[Any, ...]]) -> Iterator[Database]:
    """Give a database of this test's own that no migration has touched."""
    yield from _database(run, administrator, "template1")


@pytest.fixture
def database(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], template: str) -> Iterator[Database]:
    """Give a migrated, empty database of this test's own."""
    yield from cloned(run, administrator, template)


@pytest.fixture
def settings(tmp_path: Path, database: Database) -> Settings:
    """Give the settings of a site on this test's own database."""
    return Settings(
        var=tmp_path / "var",
        database_url=database.url,
        base_url="http://127.0.0.1:8000",
        secret="a secret of tests, long enough to be one",
    )


def cloned(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], template: str) -> Iterator[Database]:
    """Give a copy of a database, to be dropped afterwards."""
    for database in _database(run, administrator, template):
        _let_follow(database)
        yield database


def _database(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], template: str) -> Iterator[Database]:
    name = f"test_{uuid4().hex}"
    # Copied file by file, a database is dropped in half the time: its pages were never in the server's memory.
    creation = SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
    administrator.execute(creation.format(Identifier(name), Identifier(template), Identifier(LOGIN)))
    yield Database(run.address(name))
    administrator.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
