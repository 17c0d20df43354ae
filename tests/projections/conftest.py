"""A town for each test of a read model, replayed and compared when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from marketplace.database import Database
from tests.conftest import Run, furnish_to_replay, made_once
from tests.replay import Town, built


@pytest.fixture(scope="session")
def template(run: Run, administrator: psycopg.Connection[tuple[Any, ...]]) -> str:
    """Give the name of a template in which read models can be replayed at once."""
    return made_once(run, administrator, "template_of_replays", furnish_to_replay)


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a site without any zone yet."""
    with built(database) as town:
        yield town
