"""What it costs to follow: read models brought to the head and rebuilt, beside copying the same rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final, LiteralString

from psycopg.sql import SQL, Identifier

from marketplace.database import Role
from marketplace.folding import MODELS, Connection
from marketplace.following import Following
from marketplace.rebuilding import prepare, rebuild, shown
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.model import ReadModel
from tests.bench.figures import Figure, Floor
from tests.bench.scale import Scale
from tests.ground import Ground
from tests.town import Town

LOG: Final = SQL("COPY (SELECT * FROM log.stored_events JOIN log.event_meta USING (notification_id)) TO STDOUT")


def measured(ground: Ground, town: Town, scale: Scale) -> Iterator[Figure]:
    """Everything from the first event: all read models together, then some alone."""
    _fill(ground, town, scale.listings)
    log = town.desk.log
    events = _count(ground)
    size = f"{events} events, {scale.listings} listings"
    with (
        ground.database.connect(Role.FOLLOWER, statement_timeout=0) as connection,
        ground.database.connect(Role.FOLLOWER, statement_timeout=0) as beside,
        ground.administrator() as administrator,
    ):
        plain = [model for model in MODELS if model is not MATCHES]
        for name, models in (("without matching", plain), ("matching alone", [MATCHES])):
            _forget(connection, models)
            prepare(connection, models)
            began = time.monotonic()
            Following(connection, beside, log, models).catch_up(threading.Event())
            seconds = time.monotonic() - began
            floor = Floor("log copied out, rows copied in", events / _copied(administrator, connection, models))
            yield Figure(f"catch up, {name}, events", events / seconds, "/s", floor, size)
        began = time.monotonic()
        rebuild(connection, log, [LISTINGS])
        seconds = time.monotonic() - began
        floor = Floor("log copied out, rows copied in", 1_000 * _copied(administrator, connection, [LISTINGS]))
        yield Figure("rebuild the listings and switch", 1_000 * seconds, "ms", floor, size)


def _fill(ground: Ground, town: Town, listings: int) -> None:
    """Post listings until the zone has so many; most of what is read belongs to a zone as busy as they get."""
    for _listing in range(listings - _count(ground, "WHERE topic = 'ListingPosted'")):
        town.desk.marketplace.post_listing(town.posting())


def _forget(connection: Connection, models: Sequence[ReadModel]) -> None:
    """As if these read models had never been made."""
    generations = shown(connection)
    for model in models:
        connection.execute("DELETE FROM log.read_model WHERE name = %s", [model.name])
        schema = SQL("DROP SCHEMA {} CASCADE")
        connection.execute(schema.format(Identifier(generations[model.name].schema)))


def _copied(administrator: Connection, connection: Connection, models: Sequence[ReadModel]) -> float:
    """Seconds to copy the log out, and the finished rows into tables like theirs."""
    generations = shown(connection)
    tables = [(generations[model.name].schema, table.name) for model in models for table in model.tables]
    rows = []
    for schema, name in tables:
        like = SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING ALL)")
        administrator.execute(like.format(Identifier(f"copy_{name}"), Identifier(schema, name)))
        columns = SQL(", ").join(
            Identifier(column)
            for (column,) in administrator.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''"
                " AND NOT attisdropped ORDER BY attnum",
                [f"{schema}.{name}"],
            )
        )
        out = SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(columns, Identifier(schema, name))
        with administrator.cursor().copy(out) as copying:
            into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(f"copy_{name}"), columns)
            rows.append((into, b"".join(bytes(part) for part in copying)))
    began = time.monotonic()
    with administrator.cursor().copy(LOG) as copying:
        for _part in copying:
            pass
    with administrator.transaction():
        for into, text in rows:
            with administrator.cursor().copy(into) as copying:
                copying.write(text)
    seconds = time.monotonic() - began
    for _schema, name in tables:
        administrator.execute(SQL("DROP TABLE {}").format(Identifier(f"copy_{name}")))
    return seconds


def _count(ground: Ground, where: LiteralString = "") -> int:
    with ground.database.connect(Role.APPEND) as connection:
        row = connection.execute(f"SELECT count(*) FROM log.stored_events {where}").fetchone()  # noqa: S608  (ours)
    return int(row[0]) if row else 0
