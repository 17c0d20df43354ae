"""The database: our own child process or the operator's server, reached by role, with its schema up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from domain.refused import Refused
from marketplace.database.connections import Database, Role
from marketplace.database.embedded import EmbeddedServer, not_durable
from marketplace.database.migrations import SchemaRefused, migrate, pending
from marketplace.settings import Settings

__all__ = ["Database", "DatabaseUnavailable", "Role", "opened", "reached"]


class DatabaseUnavailable(Refused):
    """The database does not answer, or could lose what it acknowledges; the sentence says which."""


@contextmanager
def reached(settings: Settings) -> Iterator[Database]:
    """Reach the database of the settings, starting the embedded server when there is none; its schema is left alone."""
    if settings.database_url is None:
        with EmbeddedServer(settings.var) as server:
            yield Database(server.address())
        return
    database = Database(settings.database_url)
    try:
        with database.connect() as connection:
            faults = not_durable(connection)
    except psycopg.Error as fault:
        raise DatabaseUnavailable(f"The database does not answer: {str(fault).strip()}") from fault
    if faults:
        raise DatabaseUnavailable(
            f"This PostgreSQL could lose what it acknowledged: {', '.join(faults)}. Correct that and start again."
        )
    yield database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Reach the database with its schema up to date; ours is migrated here, another only by `marketplace migrate`."""
    with reached(settings) as database:
        if settings.embedded:
            migrate(database)
        elif todo := pending(database):
            raise SchemaRefused(
                f"The database lacks {len(todo)} migrations, the first is {todo[0]}: run `marketplace migrate`."
            )
        yield database
