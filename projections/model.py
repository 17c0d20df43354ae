"""What a read model is made of: tables of typed rows, how an event changes them, and queries as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_origin, get_type_hints

from msgspec import Struct

from domain.events import Event, Private, Recorded
from domain.lexicon import fold

R = TypeVar("R", bound=Struct)
Key = tuple[Any, ...]


class Table(Struct, Generic[R], frozen=True):
    """A table of a read model: one Struct per row, whose fields are its columns.

    `groups` are the text columns by which rows are fetched together; the first is part of the key, so that
    fetching its group also answers whether a row exists. In a column that holds several texts, a row belongs to the
    group of each.
    """

    name: str
    row: type[R]
    key: tuple[str, ...]
    groups: tuple[str, ...]

    def key_of(self, row: R) -> Key:
        """What tells this row from the others."""
        return _keyed(self.key)(row)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are written; a table may have generated ones besides."""
        return self.row.__struct_fields__

    def holds_several(self, column: str) -> bool:
        """Whether a row has several texts in this column."""
        return get_origin(get_type_hints(self.row)[column]) is tuple


Group = tuple[Table[Any], str, *tuple[str, ...]]
"""The rows of a table that have this value, or one of these, in one of its group columns."""
Fetch = Callable[[Table[Any], str, Sequence[str]], Iterable[Any]]
"""Gives the stored rows of a table that have one of these values in a group column; it asks at once, and answers when
they are read."""
FetchNext = Callable[[Table[Any], str, int], Sequence[Any]]
"""Gives so many stored rows of a table that come next after a key of one text, in the order of their keys."""


class ReadModel(Struct, frozen=True):
    """One read model. Raise `version` whenever the same events would give other rows or tables.

    `ddl` makes the tables in the schema written `{schema}`, row-level security included. `apply` changes rows for
    one event of `events`; it is a function of the event and of this model's own rows, so that the same log gives
    the same bytes. `touches` names the groups an event will need, so that a batch fetches them together;
    what it forgets is fetched when asked for.
    """

    name: str
    version: int
    tables: tuple[Table[Any], ...]
    ddl: str
    events: frozenset[type[Event]]
    apply: Callable[[Rows, Recorded], None]
    touches: Callable[[Recorded], Iterable[Group]]
    holds_private_text: bool = False


class Query(Struct, Generic[R], frozen=True):
    """A question to the read models: SQL over unqualified table names, its parameters, and the type of a row."""

    sql: str
    params: Mapping[str, Any]
    row: type[R]


class Id(Struct, frozen=True):
    """Which thing, where nothing else is asked of it."""

    id: str


class HowMany(Struct, frozen=True):
    """How many there are of what was asked for."""

    n: int


def how_many(query: Query[Id]) -> Query[HowMany]:
    """The number of rows of another answer, without the rows."""
    return Query(f"SELECT count(*) AS n FROM ({query.sql}) found", query.params, HowMany)


def opened(private: Private | None) -> str:
    """The text, empty once erased or when there is none; without NUL, which PostgreSQL cannot hold."""
    return "" if private is None or private.text is None else private.text.replace("\0", "")


def folded(text: str) -> str:
    """The text as it is searched: lower case, without accents."""
    return fold(text).replace("œ", "oe").strip()


class Rows:
    """The rows of one read model while a batch of events is folded: fetched once, changed in memory, saved as sets."""

    def __init__(self, fetch: Fetch, fetch_next: FetchNext = lambda _table, _after, _limit: ()) -> None:
        self._fetch, self._fetch_next = fetch, fetch_next
        self.unfinished = False
        self._held: dict[str, _Held] = {}

    def prefetch(self, groups: Iterable[Group]) -> None:
        """Fetch many groups, one question per table and column, all of them asked before the first is answered."""
        wanted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        tables: dict[str, Table[Any]] = {}
        for table, column, *values in groups:
            tables[table.name] = table
            wanted[table.name, column].update(values)
        asked = [
            (held := self._of(tables[name]), held.ask(self._fetch, column, values))
            for (name, column), values in wanted.items()
        ]
        for held, found in asked:
            held.take(found)

    def get(self, table: Table[R], *key: str) -> R | None:
        """One row, if there is one."""
        held = self._of(table)
        if key not in held.rows:
            held.load(self._fetch, table.groups[0], [key[table.key.index(table.groups[0])]])
        row: R | None = held.rows.get(key)
        return row

    def of(self, table: Table[R], column: str, *values: str) -> list[R]:
        """The rows that have one of these values in a group column, in the order of their keys."""
        held = self._of(table)
        held.load(self._fetch, column, values)
        keys = sorted({key for value in values for key in held.members[column].get(value, ())})
        return [held.rows[key] for key in keys]

    def following(self, table: Table[R], after: str, limit: int) -> tuple[list[R], str | None]:
        """The rows that come next after a key of one text, about so many, and the last key unless they are the rest.

        The table must keep its keys as this does: by code point (COLLATE "C").
        """
        held = self._of(table)
        stored = self._fetch_next(table, after, limit)
        held.take(stored)
        last = table.key_of(stored[-1]) if len(stored) == limit else None
        keys = sorted(key for key, row in held.rows.items() if row is not None and key > (after,))
        return [held.rows[key] for key in keys if last is None or key <= last], last[0] if last else None

    def go_on_later(self) -> None:
        """Say that the event under way is too much for one transaction: what is done is saved, and it is applied again.

        It must then find in its rows where it stood, and come to the same end as if it had been done at once.
        """
        self.unfinished = True

    def put(self, table: Table[R], row: R) -> None:
        """Add a row, or replace the one with its key."""
        self._of(table).set(table.key_of(row), row)

    def drop(self, table: Table[R], *key: object) -> None:
        """Remove a row, if it is there."""
        self._of(table).set(key, None)

    def changes(self) -> Iterator[tuple[Table[Any], list[Any], list[Key]]]:
        """For each table that changed, the rows to save and the keys to remove, in the order of the keys."""
        for _name, held in sorted(self._held.items()):
            if held.changed:
                changed = sorted(held.changed)
                yield (
                    held.table,
                    [row for key in changed if (row := held.rows[key]) is not None],
                    [key for key in changed if held.rows[key] is None],
                )

    def _of(self, table: Table[Any]) -> _Held:
        held = self._held.get(table.name)
        if held is None:
            held = self._held[table.name] = _Held(table)
        return held


class _Held:
    """What is in memory of one table; a key whose row is None is known to be absent."""

    def __init__(self, table: Table[Any]) -> None:
        self.table = table
        self.rows: dict[Key, Any] = {}
        self.changed: set[Key] = set()
        self.members: dict[str, defaultdict[str, set[Key]]] = {column: defaultdict(set) for column in table.groups}
        self.loaded: defaultdict[str, set[str]] = defaultdict(set)

    def load(self, fetch: Fetch, column: str, values: Iterable[str]) -> None:
        self.take(self.ask(fetch, column, values))

    def ask(self, fetch: Fetch, column: str, values: Iterable[str]) -> Iterable[Any]:
        """Ask for those groups that are not loaded yet."""
        loaded = self.loaded[column]
        missing = sorted({value for value in values if value not in loaded})
        loaded.update(missing)
        return fetch(self.table, column, missing) if missing else ()

    def take(self, stored: Iterable[Any]) -> None:
        for row in stored:
            key = self.table.key_of(row)
            # What this batch already did to a row is newer than what is stored.
            if key not in self.rows:
                self._index(key, row)

    def set(self, key: Key, row: Struct | None) -> None:
        before = self.rows.get(key)
        if before == row and key in self.rows:
            return
        if before is not None:
            for column, members in self.members.items():
                for value in _values(getattr(before, column)):
                    members[value].discard(key)
        self._index(key, row)
        self.changed.add(key)

    def _index(self, key: Key, row: Struct | None) -> None:
        self.rows[key] = row
        if row is not None:
            for column, members in self.members.items():
                for value in _values(getattr(row, column)):
                    members[value].add(key)


@lru_cache
def _keyed(columns: tuple[str, ...]) -> Callable[[Any], Key]:
    get: Callable[[Any], Any] = attrgetter(*columns)
    return get if len(columns) > 1 else lambda row: (get(row),)


def _values(held: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever a row has in a group column
    return held if isinstance(held, tuple) else (held,)
