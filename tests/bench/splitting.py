"""What sharing out costs at its worst: twenty partners, a hundred lots, every amount different."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

from domain.splitting import MOST_LOTS, MOST_PARTNERS, Partner, split
from tests.bench.figures import Figure

TIMES = 5


def measured() -> Iterator[Figure]:
    """The slowest of a few splits; a page that shows one waits for it."""
    among = [Partner(str(n), Decimal(n + 3), Decimal(n % 5), 60 + n) for n in range(MOST_PARTNERS)]
    slowest = 0.0
    for _time in range(TIMES):
        began = time.perf_counter()
        split(Decimal(MOST_LOTS), among)
        slowest = max(slowest, time.perf_counter() - began)
    yield Figure("share out among 20, a hundred lots", 1_000 * slowest, "ms", None, "in the page's process")
