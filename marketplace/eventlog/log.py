"""The event log as use cases and followers see it: load, decide, append, read in one global order, erase."""

from __future__ import annotations

import hashlib
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, Generic, LiteralString, Protocol, TypeVar
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.application import AggregateNotFoundError, Application, Repository
from eventsourcing.persistence import ApplicationRecorder, EventStore, InfrastructureFactory
from eventsourcing.utils import Environment, EnvType
from msgspec import Struct
from psycopg.rows import DictRow, tuple_row

from domain.commands import Command, Receipt
from domain.events import Event, Private, Recorded
from domain.refused import Refused
from marketplace.database.connections import Database, Role
from marketplace.eventlog.faults import (
    ClockDrift,
    CommandReused,
    Overloaded,
    PrivateTextErased,
    UnknownTopic,
    Unreadable,
    VersionConflict,
)
from marketplace.eventlog.mapper import EventMapper, Filed
from marketplace.eventlog.private import Keyring
from marketplace.eventlog.recorder import PATIENCE, LogDatastore, LogFactory, Waiting
from marketplace.eventlog.registry import Registry
from marketplace.eventlog.snapshots import EVERY, Snapshots

CACHED_STREAMS: Final = 2_000
TRIES: Final = 20
"""How often a command is decided anew when other processes write to the same stream."""
_RECORDED: Final = (
    "SELECT topic, state, notification_id, originator_id, originator_version, at, actor, for_company, zones"
    " FROM log.stored_events e JOIN log.event_meta m USING (notification_id) WHERE "
)
HELD: Final = 500
"""Events of a zone held at a time."""
OF_ZONE_WITHIN: Final = 60_000
"""Milliseconds to find them, or the next of them."""
TURNS: Final = 1_024
"""Locks that let this process decide one command at a time for a stream; two streams rarely share one."""
LISTEN_AGAIN_AFTER: Final = 0.5
"""Seconds between two tries to reach a database that is away."""

if TYPE_CHECKING:
    from marketplace.clock import Clock  # which needs our faults

S = TypeVar("S")


class Loaded(Struct, Generic[S], frozen=True):
    """The state of a stream, and how far it was read; None and -1 when nothing stands in it."""

    state: S | None
    version: int


class _Remembered(Generic[S]):
    """What the library's cache holds and fast-forwards; the pair inside changes as one."""

    def __init__(self, loaded: Loaded[S], snapshot: int = -1) -> None:
        self.loaded = loaded
        self.snapshot = snapshot

    @property
    def version(self) -> int:
        return self.loaded.version


class _Store(EventStore[str]):
    """The library's store, fetching the keys of a stream at once instead of one by one."""

    def __init__(self, mapper: EventMapper, recorder: ApplicationRecorder, keys: Keyring) -> None:
        super().__init__(mapper, recorder)
        self._keys = keys

    def get(self, originator_id: str, **bounds: Any) -> Iterator[Any]:  # noqa: ANN401  (passed on as they are)
        stored = self.recorder.select_events(originator_id, **bounds)
        self._keys.prefetch(event.state for event in stored)
        return map(self.mapper.to_domain_event, stored)


class _Application(Application[str]):
    """The library's application around our parts; use cases never see it."""

    name = ""

    def __init__(self, datastore: LogDatastore, mapper: EventMapper, keys: Keyring) -> None:
        self._datastore, self._event_mapper, self._keys = datastore, mapper, keys
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, env)  # and nothing of the operator's environment

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return LogFactory(env, self._datastore)

    def construct_mapper(self) -> EventMapper:
        return self._event_mapper

    def construct_event_store(self) -> EventStore[str]:
        return _Store(self._event_mapper, self.recorder, self._keys)


class EventLog:
    """One log; any number of threads may use it, and any number of processes."""

    def __init__(self, conninfo: str, registry: Registry, clock: Clock, *, pool_size: int = 8) -> None:
        """Reach the log at this address, as the role that appends; the database may still be away."""
        self._database = Database(conninfo)
        self._datastore = LogDatastore(conninfo, pool_size)
        self.keys = Keyring(self._datastore.get_connection)
        """For what is sealed outside the log as well, mail and photos: this keyring hears of erasures."""
        self._mapper = EventMapper(registry, self.keys)
        self._application = _Application(self._datastore, self._mapper, self.keys)
        self._snapshots = Snapshots(self._application.factory.aggregate_recorder("snapshots"))
        self._clock = clock
        self._turns = [threading.RLock() for _ in range(TURNS)]
        self._forget()
        self._closing, self._closed = socket.socketpair()
        self._listener = threading.Thread(target=self._listen, args=(conninfo,), name="erasures", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Give every connection back."""
        self._closing.close()
        self._listener.join()
        self._closed.close()
        self._application.close()

    # Streams ------------------------------------------------------------------------------------------------------

    def load(self, stream: str, evolve: Callable[[S | None, Any], S], *, snapshot: type[S] | None = None) -> Loaded[S]:
        """Fold a stream with `evolve`, from memory as far as this process has read it before.

        `snapshot` is the type of the state, for streams that grow long; it must hold no private text.
        """
        repository = self._repositories.get(evolve) or self._repositories.setdefault(
            evolve, Repository(self._application.events, cache_maxsize=CACHED_STREAMS, deepcopy_from_cache=False)
        )
        if snapshot and stream not in repository.cache.cache:
            found = self._snapshots.newest(stream, evolve, snapshot)
            if found:
                repository.cache.put(stream, _Remembered(Loaded(*found), found[1]))

        def project(remembered: _Remembered[S] | None, added: Iterable[Filed]) -> _Remembered[S] | None:
            loaded: Loaded[S] = remembered.loaded if remembered else Loaded(None, -1)
            for filed in added:
                loaded = Loaded(evolve(loaded.state, filed.event), filed.originator_version)
            if remembered is None:
                return _Remembered(loaded) if loaded.version >= 0 else None
            remembered.loaded = loaded
            return remembered

        try:
            remembered: _Remembered[S] = repository.get(stream, projector_func=project)
        except AggregateNotFoundError:
            return Loaded(None, -1)
        loaded = remembered.loaded
        if snapshot and loaded.version - remembered.snapshot >= EVERY:
            remembered.snapshot = loaded.version
            self._snapshots.keep(stream, loaded.version, loaded.state, evolve)
        return loaded

    def append(
        self,
        command: Command,
        stream: str,
        after: int,
        events: Sequence[Event],
        *,
        zones: Sequence[str],
        ids: Mapping[str, str],
        cause: int | None = None,
        history: bool = False,
    ) -> Receipt:
        """Record what a command led to, once, after version `after` of the stream.

        `ids` is what the answer names. `history` (demo and import) lets `command.now` be long ago. Raises
        VersionConflict, CommandReused, ClockDrift, PrivateTextErased, Overloaded, Unavailable.
        """
        if not events:
            return Receipt(stream, after, 0, dict(ids))
        waiting = Waiting(
            {
                "actor": command.actor,
                "command_id": UUID(command.command_id),
                "hash": "\\x" + fingerprint(command, ids).hex(),
                "ids": ids,
                "stream": stream,
                "after": after,
                "now": command.now,
                "for_company": command.for_company,
                "cause": cause,
                "history": history,
                "zones": zones,
            }
        )
        self._application.events.put(
            [Filed(stream, after + number, event) for number, event in enumerate(events, 1)], waiting=waiting
        )
        try:
            return waiting.receipt()
        except ClockDrift:
            self._clock.measure()
            raise
        except PrivateTextErased:
            self._forget()
            raise

    def answered(self, command: Command) -> Receipt | None:
        """Give the first answer to a command that was recorded before; raises CommandReused when it was another."""
        row = self._datastore.ask(
            lambda connection: connection.execute(
                "SELECT hash, ids, stream, version, position FROM log.command WHERE actor = %s AND command_id = %s",
                (command.actor, UUID(command.command_id)),
            ).fetchone()
        )
        if row is None:
            return None
        # The hash of what held a text that was erased is gone with it: then the id alone says that it is the same.
        if row["hash"] and row["hash"] != fingerprint(command, row["ids"]):
            raise CommandReused
        return Receipt(row["stream"], row["version"], row["position"], row["ids"])

    def decide(  # noqa: PLR0913  (what to append, and what to decide it by)
        self,
        command: Command,
        stream: str,
        evolve: Callable[[S | None, Any], S],
        decision: Callable[[S | None, int], Sequence[Event]],
        *,
        zones: Callable[[S], Sequence[str]] | Sequence[str],
        ids: Mapping[str, str],
        cause: int | None = None,
        history: bool = False,
        snapshot: type[S] | None = None,
    ) -> Receipt:
        """Load a stream, decide, append; decide again when others were faster.

        `decision` gets the state and its version; whether what came after `seen_version` matters is for it to say, also
        when it is asked again. `zones` may be a function of the state the events lead to. A command answered before
        gets its first answer, whatever happened since. Raises what the decision and `append` raise.
        """
        turn = self._turns[hash(stream) % TURNS]
        if not turn.acquire(timeout=PATIENCE):
            raise Overloaded(f"Too many commands want {stream} at once.")
        try:
            for attempt in range(TRIES):
                loaded = self.load(stream, evolve, snapshot=snapshot)
                try:
                    events = decision(loaded.state, loaded.version)
                except Refused:
                    if earlier := self.answered(command):
                        return earlier
                    raise
                if not events:
                    return self.answered(command) or Receipt(stream, loaded.version, 0, dict(ids))
                if callable(zones):
                    concerned = zones(reduce(evolve, events[1:], evolve(loaded.state, events[0])))
                else:
                    concerned = zones
                try:
                    return self.append(
                        command, stream, loaded.version, events, zones=concerned, ids=ids, cause=cause, history=history
                    )
                except VersionConflict:
                    time.sleep(random.uniform(0, 0.002 * attempt))  # noqa: S311  (spreads the tries, hides nothing)
        finally:
            turn.release()
        raise Overloaded(f"{stream} changed {TRIES} times while one command was decided.")

    # The global order ---------------------------------------------------------------------------------------------

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Give the events after a position, in the one order; ids have gaps.

        A fault (UnknownTopic, Unreadable) is raised when it is the first; what stands before it is given first.
        """
        return self._recorded("e.notification_id > %s ORDER BY e.notification_id LIMIT %s", (after, limit))

    def of_zone(self, zone_id: str, until: int) -> Iterator[Recorded]:
        """Give every event that concerns a zone up to a position, in the one order, and hold few of them at a time.

        They are looked for once, on a connection of their own: no command waits for a zone with a long life.
        """
        which = "m.zones @> ARRAY[%s::text] AND m.notification_id <= %s ORDER BY m.notification_id"
        with (
            self._database.connect(Role.APPEND, autocommit=False, statement_timeout=OF_ZONE_WITHIN) as connection,
            connection.cursor("of_zone", row_factory=tuple_row) as cursor,
        ):
            cursor.execute(_RECORDED + which, (zone_id, until), binary=True)
            while rows := cursor.fetchmany(HELD):
                self.keys.prefetch(state for _topic, state, *_meta in rows)
                yield from map(self._one, rows)

    def history(self, stream: str, after: int = -1, *, since: int = 0, limit: int | None = None) -> list[Recorded]:
        """Give the events of one stream after a version and from a position on, `limit` at most, with who and when."""
        return self._recorded(
            "e.originator_id = %s AND e.originator_version > %s AND e.notification_id >= %s"
            " ORDER BY e.originator_version LIMIT %s",
            (stream, after, since, limit),
        )

    def head(self) -> int:
        """Give the position of the newest event, 0 in an empty log."""
        return self._number("SELECT max(notification_id) AS number FROM log.stored_events")

    def position_at(self, at: datetime) -> int:
        """Give the position that "as of this time" stands for."""
        return self._number(
            "SELECT notification_id AS number FROM log.event_meta WHERE at <= %s"
            " ORDER BY at DESC, notification_id DESC LIMIT 1",
            at,
        )

    def _number(self, statement: LiteralString, *values: object) -> int:
        row = self._datastore.ask(lambda connection: connection.execute(statement, values).fetchone())
        return (row and row["number"]) or 0

    def _recorded(self, which: LiteralString, values: tuple[object, ...]) -> list[Recorded]:
        rows = self._datastore.ask(
            lambda connection: (
                connection.cursor(row_factory=tuple_row, binary=True).execute(_RECORDED + which, values).fetchall()
            )
        )
        self.keys.prefetch(state for _topic, state, *_meta in rows)
        recorded: list[Recorded] = []
        for row in rows:
            try:
                recorded.append(self._one(row))
            except (UnknownTopic, Unreadable):
                if recorded:
                    break
                raise
        return recorded

    def _one(self, row: tuple[Any, ...]) -> Recorded:
        topic, state, number, stream, version, at, actor, for_company, zones = row
        event = self._mapper.decode(topic, state)
        return Recorded(number, stream, version, event, at.astimezone(UTC), actor, for_company, tuple(zones))

    def acts_of(self, actor: str) -> list[tuple[str, str, datetime]]:
        """Give what an actor did, the newest first: the event's name, its stream, and when."""
        rows = self._datastore.ask(
            lambda connection: (
                connection.cursor(row_factory=tuple_row)
                .execute(
                    "SELECT e.topic, e.originator_id, m.at FROM log.command c JOIN log.stored_events e"
                    " ON e.originator_id = c.stream AND e.originator_version BETWEEN c.version - 100 AND c.version"
                    " JOIN log.event_meta m USING (notification_id)"
                    " WHERE c.actor = %s AND m.actor = c.actor AND m.command_id = c.command_id"
                    " ORDER BY e.notification_id DESC",
                    (actor,),
                )
                .fetchall()
            )
        )
        return [(topic, stream, at.astimezone(UTC)) for topic, stream, at in rows]

    def streams_with_words_of(self, subject: str) -> list[str]:
        """Give the streams in which something is sealed under a subject's key."""
        rows = self._datastore.ask(
            lambda connection: connection.execute(
                "SELECT stream FROM log.private_key WHERE subject = %s ORDER BY stream", (subject,)
            ).fetchall()
        )
        return [row["stream"] for row in rows]

    # Private text -------------------------------------------------------------------------------------------------

    def erase(self, subject: str, stream: str | None = None, *, at: datetime | None = None) -> int:
        """Throw away the keys of a subject, in one stream or in all, and say how many there were.

        The fact itself (MemberErased) is appended before; this is what makes it true. `at` is when it was first done,
        where a backup had brought them back.
        """
        return self._erase("SELECT log.erase(%s, %s, coalesce(%s, log.clock())) AS keys", subject, stream, at)

    def erase_before(self, subject: str, stream: str, position: int) -> int:
        """Throw away the key of a subject in one stream if something before a position (TextRedacted) is sealed by it.

        What was typed after it, once that key was gone, has another and keeps it, however often this is asked.
        """
        return self._erase("SELECT log.erase_before(%s, %s, %s, log.clock()) AS keys", subject, stream, position)

    def sealed_before(self, subject: str, stream: str, position: int) -> bool:
        """Whether `erase_before` would throw a key away."""
        asked = "SELECT log.sealed_before(%s, %s, %s)::int AS number"
        return bool(self._number(asked, subject, stream, position))

    def _erase(self, asked: LiteralString, *values: object) -> int:
        def erase(connection: psycopg.Connection[DictRow]) -> int:
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = '60s'")  # it may have a long life to look through
                row = connection.execute(asked, values).fetchone()
            return int(row["keys"]) if row else 0

        erased = self._datastore.ask(erase)
        self._forget()
        return erased

    def _forget(self) -> None:
        """Drop what this process has in memory; whoever is filling it now fills what nobody reads any more."""
        self.keys.forget()
        self._repositories: dict[Callable[..., Any], Any] = {}

    def _listen(self, conninfo: str) -> None:
        """Hear of erasures made by other processes; whatever was missed while away is dropped as well."""
        while not _readable(self._closed, within=0):
            with suppress(psycopg.Error), Database(conninfo).connect(Role.APPEND) as connection:
                connection.execute("LISTEN erased")
                self._forget()
                while self._closed not in _readable(connection, self._closed):
                    if any(connection.notifies(timeout=0)):
                        self._forget()
            _readable(self._closed, within=LISTEN_AGAIN_AFTER)


class HasFileno(Protocol):
    """Whatever can be waited for."""

    def fileno(self) -> int:
        """Its number."""
        ...


def _readable(*ends: HasFileno | int, within: float | None = None) -> list[object]:
    with selectors.DefaultSelector() as selector:
        for end in ends:
            selector.register(end, selectors.EVENT_READ)
        return [key.fileobj for key, _events in selector.select(within)]


def fingerprint(command: Command, ids: Collection[str]) -> bytes:
    """Hash what a command asks for: not when it was sent, nor the fresh ids its answer names."""
    fields = msgspec.to_builtins(command, enc_hook=_plain)
    asked = {name: value for name, value in fields.items() if name != "now" and name not in ids}
    return hashlib.sha256(msgspec.json.encode([type(command).__name__, asked], order="deterministic")).digest()


def _plain(value: object) -> object:
    if isinstance(value, Private):
        return [value.subject, value.text]
    raise TypeError(f"A command holds a {type(value).__name__}, which cannot be compared.")
