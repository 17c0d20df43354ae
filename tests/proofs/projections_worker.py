"""A follower in a process that may be killed: the product's own, or one whose guard was taken away.

Run as `python -m tests.proofs.projections_worker [FLAW]` on the database of the environment. Beside the read models of
the product it keeps one that counts: it is how an event taken in twice, or never, shows even where taking it in twice
would do no harm.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Final

from msgspec import Struct

from domain.events import Recorded
from domain.streams import EVENTS
from marketplace import following
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS, Connection, fold
from marketplace.settings import read_settings
from projections.model import Group, ReadModel, Rows, Table

TALLY_ONLY: Final = "tally-only"
WRITTEN_APART: Final = "rows-and-position-apart"
DIES_AT: Final = 3
"""The flawed follower dies after every batch whose last id this divides."""


class TallyRow(Struct, frozen=True):
    """What was taken in of one stream."""

    stream: str
    events: int
    ids: int
    version: int


TALLY_TABLE: Final = Table("tally", TallyRow, key=("stream",), groups=("stream",))


def _count(rows: Rows, recorded: Recorded) -> None:
    known = rows.get(TALLY_TABLE, recorded.stream) or TallyRow(recorded.stream, 0, 0, -1)
    rows.put(TALLY_TABLE, TallyRow(recorded.stream, known.events + 1, known.ids + recorded.id, recorded.version))


def _touched(recorded: Recorded) -> Iterable[Group]:
    yield TALLY_TABLE, "stream", recorded.stream


TALLY: Final = ReadModel(
    name="tally",
    version=1,
    tables=(TALLY_TABLE,),
    ddl="CREATE TABLE {schema}.tally (stream text PRIMARY KEY, events bigint, ids bigint, version bigint)",
    events=frozenset(EVENTS),
    apply=_count,
    touches=_touched,
)


def follow(flaws: Sequence[str]) -> None:
    """Follow the log for ever."""
    database = Database(read_settings().database_url or "")
    models: Sequence[ReadModel] = (TALLY,) if flaws else (*MODELS, TALLY)
    if WRITTEN_APART in flaws:
        setattr(following, "fold", _written_apart(database))  # noqa: B010  (the guard that is taken away)
    with closing(EventLog(database.url, Registry(*EVENTS), Clock(database.url))) as events:
        following.Follower(database, events, models).run(threading.Event())


def _written_apart(database: Database) -> Callable[[Connection, ReadModel, str, Sequence[Recorded]], int]:
    """Write rows in a transaction of their own, and now and then die before the position follows."""

    def written(_: Connection, model: ReadModel, schema: str, events: Sequence[Recorded]) -> int:
        with database.connect(Role.FOLLOWER) as other, other.transaction():
            done = fold(other, model, schema, events)
        if events[-1].id % DIES_AT == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return written


if __name__ == "__main__":
    follow(sys.argv[1:])
