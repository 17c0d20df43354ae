"""A zone's listings as they stood on a date: the log folded up to then, into tables that last one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from marketplace.eventlog import EventLog
from marketplace.folding import fold_in_memory, make_tables, save
from marketplace.reading import AS_OF, Reading, begin
from projections.listings import LISTINGS
from projections.model import Rows
from projections.viewer import Viewer

BATCH: Final = 1_000
HERE: Final = "pg_temp"


@contextmanager
def reading_as_of(
    connection: psycopg.Connection[Any], events: EventLog, viewer: Viewer, at: datetime
) -> Iterator[Reading]:
    """Read the listings as of a time, on a connection of the web role, with the questions that pages ask today.

    The viewer's rights are those they have now; what was shown, to whom, is as it was then.
    """
    rows = Rows(lambda _table, _column, _values: ())
    last, position = events.position_at(at), 0
    while position < last:
        batch = [recorded for recorded in events.read(position, BATCH) if recorded.id <= last]
        fold_in_memory(LISTINGS, rows, [recorded for recorded in batch if type(recorded.event) in LISTINGS.events])
        position = batch[-1].id if batch else last
    # Rolled back at the end, so that nothing is left of the tables.
    with connection.transaction(force_rollback=True):
        make_tables(connection, LISTINGS, HERE)
        save(connection, rows, HERE)
        for table in LISTINGS.tables:
            # Whoever makes a table is spared its row-level security, unless it is forced.
            connection.execute(SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(Identifier(HERE, table.name)))
        begin(connection, viewer, AS_OF)
        yield Reading(connection)
