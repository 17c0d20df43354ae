"""What goes by itself once its time is over: the rows that the declarations name, after the time they give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from marketplace.holdings import HOLDINGS, kept_for
from marketplace.settings import Settings


def sweep(
    connections: ConnectionPool[psycopg.Connection[tuple[Any, ...]]], settings: Settings, now: datetime
) -> dict[str, int]:
    """Drop every row whose time is over, and say how many of each table."""
    gone = {}
    with connections.connection() as connection:
        for holding in HOLDINGS:
            for swept in holding.swept:
                statement = SQL("DELETE FROM {} WHERE {} <= %s AND {}").format(
                    Identifier(*swept.table.split(".")), Identifier(swept.column), SQL(swept.only)
                )
                limit = now - kept_for(holding.name, settings)
                gone[swept.table] = connection.execute(statement, [limit]).rowcount
    return gone
