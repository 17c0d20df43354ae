"""The list of what was erased: kept beside the backups, so that none of them brings back what somebody had erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
from msgspec import Struct
from psycopg.rows import dict_row

from domain.refused import Refused
from marketplace.database import Database, Role
from marketplace.erasing import Erasing


class Unreadable(Refused):
    """A line is none of such a list."""


class Erasure(Struct, frozen=True, forbid_unknown_fields=True):
    """What was erased, and when: everything of a subject, or what stood in one `stream` then. It holds no word."""

    subject: str
    stream: str | None
    at: datetime


def listed(database: Database) -> list[Erasure]:
    """Everything that was erased here, the first erased first."""
    with database.connect(Role.APPEND) as connection, connection.cursor(row_factory=dict_row) as cursor:
        asked = "SELECT subject, stream, at FROM log.erasure ORDER BY id"
        return msgspec.convert(cursor.execute(asked).fetchall(), list[Erasure])


def written(erasures: Iterable[Erasure]) -> Iterator[str]:
    """The list as lines of JSON."""
    for erasure in erasures:
        yield msgspec.json.encode(erasure).decode()


def read(lines: Iterable[str]) -> Iterator[Erasure]:
    """A list that was written; refuses a line that is none of it."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line, type=Erasure)
        except msgspec.DecodeError as fault:
            raise Unreadable(f"Line {number} is no line of a list of erasures: {fault}") from fault


class Applied(Struct, frozen=True):
    """How many erasures were made again, and what the rules refused of them: whose, and why."""

    number: int
    refused: tuple[str, ...] = ()


def apply(erasures: Iterable[Erasure], erasing: Erasing) -> Applied:
    """Erase again what a backup of before brought back, and say how much that was; asked again, it is nothing.

    What the rules refuse, such as a zone losing its last administrator, saves no word and holds nothing else up.

    What stands in this database’s own list is erased here already: what was typed after it keeps its key.
    """
    known = {(one.subject, one.stream, one.at) for one in listed(erasing.database)}
    missing = [one for one in erasures if (one.subject, one.stream, one.at) not in known]
    refused = tuple(
        f"{one.subject}: {why}" for one in missing for why in erasing.repeat(one.subject, one.stream, one.at)
    )
    erasing.finish()
    return Applied(len(missing), refused)
