"""How much is measured, and for how long."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Scale(Struct, frozen=True):
    """Sizes are fixed, so that two runs can be compared.

    `seconds` is the length of a measurement that leaves nothing for the next, `times` how often a single thing is
    timed; each number of writers makes `posts` listings, and the zone is filled up to `listings`. A new listing is
    matched among so many `live` ones. The weekly mail goes to so many `readers`.
    """

    seconds: float
    times: int
    companies: int
    people: int
    posts: int
    listings: int
    long_streams: int
    live: tuple[int, ...]
    readers: int


FULL: Final = Scale(seconds=3.0, times=300, companies=40, people=64, posts=240, listings=1_200, long_streams=12,
                    live=(10_000,), readers=10_000)  # fmt: skip
QUICK: Final = Scale(seconds=0.8, times=80, companies=12, people=32, posts=60, listings=300, long_streams=4,
                     live=(2_400,), readers=500)  # fmt: skip
MANY: Final = (100_000, 1_000_000)
"""Live listings beyond that: a minute and half a gigabyte, ten minutes and ten."""
