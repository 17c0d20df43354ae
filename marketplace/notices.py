"""Notices: what a person is to be told of, kept until it leaves with what else there is to tell them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import psycopg
from msgspec import Struct
from psycopg.rows import dict_row

TOGETHER: Final = timedelta(minutes=15)
"""What falls to one person within so much time leaves as one mail."""


class Notice(Struct, frozen=True, kw_only=True):
    """One event that one person is told of; `kind` is the event's name, `position` where it stands in the log.

    `company_id` is the side of the exchange they are told as, empty for who runs the zone.
    Before `at` no mail tells it.
    """

    id: str
    position: int
    member_id: str
    company_id: str
    exchange_id: str
    listing_id: str
    kind: str
    at: datetime


COLUMNS: Final = ", ".join("id::text" if name == "id" else name for name in Notice.__struct_fields__)


class Retraction(Struct, frozen=True):
    """What a notice, `of` this id, was to tell is taken back: nobody is told, or, where a mail told it, of this too."""

    of: str
    notice: Notice


Connection = psycopg.Connection[Any]


def keep(connection: Connection, notice: Notice) -> None:
    """Keep a notice, in a transaction of the caller's; kept before, it stands as it is."""
    row = msgspec.structs.asdict(notice)
    names, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    statement = f"INSERT INTO site.notice ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608  # our own
    connection.execute(statement.encode(), row)


def retract(connection: Connection, retraction: Retraction) -> None:
    """Drop a notice that still waits, or else keep that it is taken back, in a transaction of the caller's."""
    waited = connection.execute("DELETE FROM site.notice WHERE id = %s AND mail_id IS NULL", [retraction.of])
    if not waited.rowcount:
        keep(connection, retraction.notice)


def due(connection: Connection, now: datetime, limit: int, without: Iterable[str] = ()) -> list[str]:
    """Whose oldest waiting notice has waited its quarter of an hour, the longest wait first; `without` some people."""
    rows = connection.execute(
        "SELECT member_id FROM site.notice WHERE mail_id IS NULL AND member_id <> ALL (%s) GROUP BY member_id "
        "HAVING min(at) <= %s ORDER BY min(at), member_id LIMIT %s",
        [list(without), now - TOGETHER, limit],
    )
    return [member_id for (member_id,) in rows]


def waiting(connection: Connection, member_id: str, now: datetime) -> list[Notice]:
    """What waits for a person and may be told by now, in the order it happened."""
    statement = (
        f"SELECT {COLUMNS} FROM site.notice WHERE mail_id IS NULL AND member_id = %s "  # noqa: S608  # our own names
        "AND at <= %s ORDER BY position, id"
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return msgspec.convert(cursor.execute(statement.encode(), [member_id, now]).fetchall(), list[Notice])


def take(connection: Connection, notices: Sequence[Notice], mail_id: str) -> bool:
    """Note which mail tells these, in a transaction of the caller's; False when another mail took one of them."""
    taken = connection.execute(
        "UPDATE site.notice SET mail_id = %s WHERE id = ANY (%s::uuid[]) AND mail_id IS NULL",
        [mail_id, [notice.id for notice in notices]],
    )
    return taken.rowcount == len(notices)


def drop(connection: Connection, notices: Sequence[Notice]) -> None:
    """Forget what nobody is to be told any more."""
    connection.execute("DELETE FROM site.notice WHERE id = ANY (%s::uuid[])", [[notice.id for notice in notices]])
