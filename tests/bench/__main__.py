"""`make bench`: measure everything once on a server of its own, print it beside its floor, and judge nothing."""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Iterator

import click
import structlog
from msgspec.structs import replace
from rich.console import Console

from tests.bench import appending, following, mailing, matching, serving, splitting
from tests.bench.figures import Figure, table
from tests.bench.scale import FULL, MANY, QUICK, Scale
from tests.ground import desk, grounded
from tests.town import Town

SEED = 2026


@click.command()
@click.option("--quick", is_flag=True, help="Smaller and rougher: within a minute.")
@click.option("--million", is_flag=True, help="Match among a million live listings too: minutes and gigabytes more.")
@click.option("--matching", "only", is_flag=True, help="Measure nothing but matching, among a hundred thousand too.")
@click.option("--mail", is_flag=True, help="Measure nothing but the weekly mail, of ten thousand people.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="What is posted, and by whom.")
def main(quick: bool, million: bool, only: bool, mail: bool, seed: int) -> None:  # noqa: FBT001  # click passes options by name
    """Measure append, read, follow and serve; every figure stands beside its floor, measured in the same run."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    scale = QUICK if quick else FULL
    if million or (only and not quick):
        scale = replace(scale, live=(*scale.live, *(MANY if million else MANY[:1])))
    console = Console(width=None if os.isatty(1) else 130)
    began, before = time.monotonic(), os.getloadavg()[0]
    with console.status("") as status:
        figures = []
        for figure in (
            _mailed(scale, seed, status.update) if mail else _matched(scale, seed) if only else _measured(scale, seed)
        ):
            figures.append(figure)
            status.update(figure.work)
    load = " to ".join(f"{of_a_minute:.1f}" for of_a_minute in (before, os.getloadavg()[0]))
    console.print(
        f"\n[bold]Gisement on {platform.system()}, {os.cpu_count()} processors[/bold], load {load}, seed {seed}\n"
    )
    console.print(table(figures))
    console.print(
        f"\n{time.monotonic() - began:.0f} s. A ratio says how many times its floor something costs: "
        "a slow disk makes both slow, slow code makes the ratio grow. See docs/reference/benchmarks.md.\n"
    )


def _measured(scale: Scale, seed: int) -> Iterator[Figure]:
    with grounded() as ground, desk(ground.database) as here:
        yield from appending.bare(ground, here, scale)
    # Another database: how much the fast append left in the first depends on the machine.
    with grounded() as ground, desk(ground.database) as here:
        town = Town(here, seed, companies=scale.companies, people=scale.people)
        yield from appending.decided(ground, town, scale)
        yield from following.measured(ground, town, scale)
        yield from serving.measured(ground, town, scale)
    yield from _matched(scale, seed)
    yield from splitting.measured()


def _mailed(scale: Scale, seed: int, tell: mailing.Tell) -> Iterator[Figure]:
    with grounded() as ground, desk(ground.database) as here:
        yield from mailing.measured(ground, here, scale, seed, tell)


def _matched(scale: Scale, seed: int) -> Iterator[Figure]:
    with grounded() as ground:
        yield from matching.measured(ground, scale, seed)


main()
