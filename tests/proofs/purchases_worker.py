"""The site with one guard taken away: it decides on what it has read, and appends whatever came since.

Run as `python -m tests.proofs.purchases_worker` on the database of the environment, as `marketplace serve` is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.commands import Command, Receipt
from marketplace.cli import commands
from marketplace.eventlog import EventLog, VersionConflict


def _decide_once(  # noqa: PLR0913  (as the method it stands for)
    self: EventLog,
    command: Command,
    stream: str,
    evolve: Callable[[Any, Any], Any],
    decision: Callable[[Any, int], Sequence[Any]],
    *,
    zones: Sequence[str],
    ids: Mapping[str, str],
    cause: int | None = None,
    history: bool = False,
    snapshot: type[Any] | None = None,
) -> Receipt:
    """Decide without a lock, and write without asking whether anybody was faster."""
    loaded = self.load(stream, evolve, snapshot=snapshot)
    events, after = decision(loaded.state, loaded.version), loaded.version
    while True:
        try:
            return self.append(command, stream, after, events, zones=zones, ids=ids, cause=cause, history=history)
        except VersionConflict:
            after = self.load(stream, evolve, snapshot=snapshot).version


if __name__ == "__main__":
    setattr(EventLog, "decide", _decide_once)  # noqa: B010  (the guard that is taken away)
    commands(["serve"], prog_name="marketplace")
