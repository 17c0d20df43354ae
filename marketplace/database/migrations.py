"""The schema's numbered steps: each SQL file of `marketplace/migrations` runs once, in order, and is never edited."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Identifier

from domain.refused import Refused
from marketplace.database.connections import Database, Role

LOCK: Final = 6_220_419_001
"""The advisory lock that lets one process migrate a database at a time."""
FILE_NAME: Final = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
TRIES: Final = 5


class SchemaRefused(Refused):
    """The database's schema and this program do not go together; the sentence says which way out there is."""


class Migration(Struct, frozen=True, order=True):
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> bytes:
        """The fingerprint that tells an edited file from the one that was applied."""
        return hashlib.sha256(self.sql.encode()).digest()

    def __str__(self) -> str:
        return f"{self.number:04}_{self.name}"


def migrations() -> list[Migration]:
    """Give the steps this program knows, in order."""
    found = []
    for file in resources.files("marketplace").joinpath("migrations").iterdir():
        if file.name.endswith(".sql"):
            parts = FILE_NAME.fullmatch(file.name)
            if parts is None:
                raise SchemaRefused(f"The migration {file.name} is not named like 0001_what_it_brings.sql.")
            found.append(Migration(int(parts["number"]), parts["name"], file.read_text(encoding="utf-8")))
    return sorted(found)


def pending(database: Database, steps: Sequence[Migration] | None = None) -> list[Migration]:
    """Give the steps that still have to run; refuses a schema that is newer than the program, or was changed."""
    with database.connect() as connection:
        return _pending(connection, migrations() if steps is None else steps)


def migrate(database: Database, steps: Sequence[Migration] | None = None) -> list[Migration]:
    """Bring the schema up to date and give the steps that ran; any number of processes may ask at once."""
    known = migrations() if steps is None else steps
    with database.connect() as connection, _alone(connection):
        todo = _pending(connection, known)
        for step in todo:
            _apply(connection, step)
        return todo


@contextmanager
def _alone(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _pending(connection: psycopg.Connection[tuple[Any, ...]], known: Sequence[Migration]) -> list[Migration]:
    if connection.execute("SELECT to_regclass('log.migration')").fetchone() == (None,):
        return list(known)
    rows = connection.execute("SELECT number, name, sha256 FROM log.migration ORDER BY number").fetchall()
    applied = {number: (name, sha256) for number, name, sha256 in rows}
    by_number = {step.number: step for step in known}
    for number, (name, sha256) in applied.items():
        step = by_number.get(number)
        if step is None:
            raise SchemaRefused(
                f"The database has migration {number:04}_{name}, which this program does not know: "
                "it was migrated by a newer version. Install that version, or restore a backup made before it."
            )
        if (step.name, step.sha256) != (name, sha256):
            raise SchemaRefused(
                f"Migration {step} was changed after it was applied (then {number:04}_{name}): "
                "put the file back as it was, and write the change as a new migration."
            )
    return [step for step in known if step.number not in applied]


def _apply(connection: psycopg.Connection[tuple[Any, ...]], step: Migration) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            with connection.transaction():
                if step.number > 0:
                    connection.execute(SQL("SET LOCAL ROLE {}").format(Identifier(Role.OWNER)))
                # Without parameters psycopg sends the whole file as one simple query of many statements.
                connection.execute(step.sql.encode())
                connection.execute(
                    "INSERT INTO log.migration (number, name, sha256) VALUES (%s, %s, %s)",
                    [step.number, step.name, step.sha256],
                )
        except (psycopg.errors.InternalError_, psycopg.errors.UniqueViolation) as fault:
            # Roles belong to the whole server: another database migrating at this moment has just touched them.
            if step.number > 0 or attempt == TRIES:
                raise SchemaRefused(f"Migration {step} failed: {_said(fault)}") from fault
            time.sleep(0.1 * attempt)
        except psycopg.errors.InsufficientPrivilege as fault:
            raise SchemaRefused(
                f"Migration {step} is not allowed for this database user ({_said(fault)}). It must own the database "
                "and have CREATEROLE; or let an administrator run `marketplace migrate` once with such a user, "
                "and grant the four marketplace_… roles to the one the site connects with."
            ) from fault
        except psycopg.errors.DatabaseError as fault:
            raise SchemaRefused(f"Migration {step} failed: {_said(fault)}") from fault
        else:
            return


def _said(fault: psycopg.Error) -> str:
    return (fault.diag.message_primary or str(fault)).strip()
