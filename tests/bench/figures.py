"""Figures: what was measured, beside the floor that the same machine gave in the same run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from msgspec import Struct
from rich.table import Table


class Floor(Struct, frozen=True):
    """What nothing can be faster than: the bare work of the disk, the database or the web server."""

    what: str
    value: float


class Figure(Struct, frozen=True):
    """One thing measured. Rates are better when higher, times when lower; a ratio of 1 is the floor itself."""

    work: str
    value: float
    unit: Literal["/s", "ms", "MB"]
    floor: Floor | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor's cost this costs."""
        if self.floor is None or not self.value or not self.floor.value:
            return None
        return self.floor.value / self.value if self.unit == "/s" else self.value / self.floor.value


class Timed(Struct, frozen=True):
    """Work done again and again: how often a second, and the seconds each took, in order.

    `own` are the milliseconds of processor time that our own process spent on each: much the same on a busy machine.
    """

    rate: float
    seconds: Sequence[float]
    own: float = 0.0

    @property
    def p50(self) -> float:
        """Milliseconds that half of them stayed within."""
        return percentile(self.seconds, 50)

    @property
    def p95(self) -> float:
        """Milliseconds that all but one in twenty stayed within."""
        return percentile(self.seconds, 95)


def percentile(ordered: Sequence[float], of_hundred: int) -> float:
    """A percentile of seconds in order, in milliseconds."""
    return ordered[min(len(ordered) - 1, len(ordered) * of_hundred // 100)] * 1_000 if ordered else 0.0


def repeated(times: int, work: Callable[[], object]) -> Timed:
    """Do something so many times, one after the other."""
    taken = []
    own = time.thread_time()
    for _time in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return Timed(times / sum(taken), sorted(taken), 1_000 * (time.thread_time() - own) / times)


def at_once(works: Sequence[Callable[[], object]], seconds: float) -> Timed:
    """Let each work on its own thread, again and again for so many seconds."""
    taken: list[float] = []
    until = time.perf_counter() + seconds

    def again(work: Callable[[], object]) -> None:
        while (began := time.perf_counter()) < until:
            work()
            taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=again, args=[work]) for work in works]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Timed(len(taken) / (time.perf_counter() - began), sorted(taken))


def together(writers: int, times: int, work: Callable[[], object]) -> Timed:
    """Do something so many times, shared among threads: what it leaves behind is the same on every machine."""
    taken = []

    def timed(_time: int) -> None:
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(timed, range(times)))
    return Timed(times / (time.perf_counter() - began), sorted(taken))


def table(figures: Iterable[Figure]) -> Table:
    """The figures as they are printed."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    drawn.add_column("work", no_wrap=True)
    drawn.add_column("measured", justify="right", no_wrap=True)
    drawn.add_column("floor", justify="right", no_wrap=True)
    drawn.add_column("ratio", justify="right", no_wrap=True)
    drawn.add_column("the floor is", style="dim")
    for figure in figures:
        floor, ratio = figure.floor, figure.ratio
        drawn.add_row(
            figure.work,
            _said(figure.value, figure.unit),
            _said(floor.value, figure.unit) if floor else "",
            f"×{ratio:.1f}" if ratio is not None else "",
            "; ".join(filter(None, (floor.what if floor else "", figure.note))),
        )
    return drawn


def _said(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{'' if unit == '/s' else ' '}{unit}".replace(",", " ")
