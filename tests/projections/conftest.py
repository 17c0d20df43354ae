"""A town for each test of a read model, replayed and compared when the test is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace.database import Database
from tests.replay import Town, built


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a site without any zone yet."""
    with built(database) as town:
        yield town
