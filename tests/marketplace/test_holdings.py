"""What is declared as held: every private field of an event, every column of a table, every word of a read model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, get_args, get_type_hints

import pytest
from msgspec import Struct

from domain.events import Private
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.folding import MODELS
from marketplace.holdings import CODES, HOLDINGS, UNSPOKEN, WORDS, kept_for
from marketplace.retention import sweep
from marketplace.settings import Settings
from projections.model import ReadModel

MACHINERY: Final = "log.migration"
NOBODYS: Final = {("federation", "name")}
"""Words that are nobody's: the name of a federation."""


def private_fields() -> set[str]:
    """Every field that holds private text in an event or in what an event holds, as module.Struct.field."""
    found: set[str] = set()
    walked: set[type] = set()

    def holds_text(kind: Any) -> bool:
        if isinstance(kind, type) and issubclass(kind, Struct):
            walk(kind)
            return False
        return kind is Private or any(list(map(holds_text, get_args(kind))))

    def walk(kind: type[Struct]) -> None:
        if kind not in walked:
            walked.add(kind)
            noun = kind.__module__.split(".")[1]
            found.update(
                f"{noun}.{kind.__name__}.{name}" for name, held in get_type_hints(kind).items() if holds_text(held)
            )

    for event in EVENTS:
        walk(event)
    return found


def test_every_private_field_of_an_event_is_declared_once() -> None:
    declared = [text for holding in HOLDINGS for text in holding.texts]
    assert sorted(declared) == sorted(private_fields())


def test_every_column_that_is_no_read_models_is_declared(database: Database) -> None:
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT table_schema || '.' || table_name, string_agg(column_name, ' ' ORDER BY ordinal_position) "
            "FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema IN ('site', 'log') AND table_type = 'BASE TABLE' GROUP BY 1"
        ).fetchall()
    there = {table: set(columns.split()) for table, columns in rows if table != MACHINERY}
    declared = {table: columns for holding in HOLDINGS for table, columns in holding.tables.items()} | UNSPOKEN
    assert {table: set(columns.split()) for table, columns in declared.items() if table != MACHINERY} == there


def typed_columns(model: ReadModel) -> Iterator[tuple[str, str]]:
    """The columns that may hold what somebody typed: text that is no id and no code."""
    for table in model.tables:
        for name, kind in get_type_hints(table.row).items():
            if _is_text(kind) and not name.endswith(("_id", "_ids")):
                yield table.name, name


def _is_text(kind: Any) -> bool:
    return kind is str or any(_is_text(inner) for inner in get_args(kind))


def test_of_every_column_of_a_read_model_it_is_said_whether_it_holds_words() -> None:
    columns = {column for model in MODELS for _table, column in typed_columns(model)}
    assert columns - CODES == set(WORDS)
    assert columns - WORDS == set(CODES)


def test_a_read_model_that_holds_words_is_built_anew_after_an_erasure() -> None:
    silent = [model for model in MODELS if not model.holds_private_text]
    held = {(table, column) for model in silent for table, column in typed_columns(model) if column in WORDS}
    assert held == NOBODYS


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.name)
def test_what_goes_by_itself_says_after_how_long(holding: Any) -> None:
    assert not holding.swept or kept_for(holding.name, Settings()) > timedelta(0)


def test_what_is_past_its_time_is_swept_by_the_period_of_the_settings(database: Database) -> None:
    now = Clock(database.url, Role.APPEND).now()
    with database.pool(Role.APPEND, max_size=1) as connections:
        with connections.connection() as connection:
            for days in (40, 20):
                row = ["m", "b", "mail", "t", now - timedelta(days=days)]
                connection.execute(
                    "INSERT INTO site.access_log (subject, by_actor, what, thing, at) VALUES (%s, %s, %s, %s, %s)", row
                )
        assert sweep(connections, Settings(access_kept_days=30), now)["site.access_log"] == 1
        assert sweep(connections, Settings(access_kept_days=10), now)["site.access_log"] == 1
