"""The follower: brings every read model to the log's head, as soon as something happens and whatever dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import psycopg
import structlog
from msgspec import Struct

from domain.events import Recorded
from domain.refused import Refused
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Database, Role, opened
from marketplace.eventlog import EventLog, Registry, Unavailable, UnknownTopic, Unreadable
from marketplace.folding import MODELS, BrokenEvent, Connection, fold
from marketplace.logs import plainly
from marketplace.rebuilding import AlreadyRebuilding, Generation, Rebuild, prepare, shown
from marketplace.settings import Settings
from projections.model import ReadModel

BATCH: Final = 1_000
SMALLEST: Final = 10
"""Events a slow read model takes in at once at least."""
TURN: Final = 0.2
"""Seconds a read model that is behind, or being rebuilt, may take before the others have their turn."""
POLL: Final = 1.0
"""Seconds without a notification after which the log is looked at all the same."""
TRIES: Final = 5
"""How often a broken event is tried before its read model stops."""
FIRST_PAUSE: Final = 0.05
RETRY_STALLED: Final = 10.0
LONGEST_BACKOFF: Final = 1.0

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError, Unavailable)
"""Faults of the way to the database, never of an event."""

log = structlog.get_logger(__name__)


class Superseded(Exception):
    """Another generation of the read model is shown now."""


class Progress(Struct):
    """How far one read model has come, and how it fares."""

    model: ReadModel
    generation: Generation
    position: int
    limit: int = BATCH
    tries: int = 0
    retry_at: float = 0.0
    stalled: bool = False

    @property
    def ready(self) -> bool:
        """Whether it may be tried now."""
        return time.monotonic() >= self.retry_at


class Follower:
    """Follows the log for all processes, or waits until it is the one that does."""

    def __init__(self, database: Database, events: EventLog, models: Sequence[ReadModel] = MODELS) -> None:
        self._database, self._events, self._models = database, events, tuple(models)

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop; a database that goes away is waited for, with growing pauses."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            started = time.monotonic()
            try:
                # What a crash of the server takes back is folded again: rows and position go together.
                with self._database.connect(Role.FOLLOWER, synchronous_commit="off") as connection:
                    self._stand_for_election(connection, stop)
            except AWAY as fault:
                log.warning("follower_lost_database", fault=str(fault).strip())
            except Exception:
                log.exception("follower_failed")
            pause = FIRST_PAUSE if time.monotonic() - started > LONGEST_BACKOFF else min(2 * pause, LONGEST_BACKOFF)
            stop.wait(pause)

    def _stand_for_election(self, connection: Connection, stop: threading.Event) -> None:
        while not stop.is_set():
            if connection.execute("SELECT pg_try_advisory_lock(hashtext('follower'))").fetchone() == (True,):
                log.info("follower_elected")
                with self._database.connect(Role.FOLLOWER, synchronous_commit="off") as beside:
                    Following(connection, beside, self._events, self._models).run(stop)
                return
            stop.wait(POLL)


class Following:
    """One term of the elected follower; it ends with its connection, which holds the election."""

    def __init__(
        self, connection: Connection, beside: Connection, events: EventLog, models: Sequence[ReadModel]
    ) -> None:
        self._connection, self._beside, self._events = connection, beside, events
        self._models = {model.name: model for model in models}
        self._progress: dict[str, Progress] = {}
        self._rebuilds: dict[str, Rebuild] = {}
        self._rebuild_after = 0.0

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop."""
        self._connection.execute("LISTEN log")
        prepare(self._connection, self._models.values())
        while not stop.is_set():
            self.catch_up(stop)
            for _notice in self._connection.notifies(timeout=self._patience(), stop_after=1):
                pass

    def catch_up(self, stop: threading.Event) -> None:
        """Go on until nothing more can be taken in now, or told to stop."""
        self._look_around()
        while not stop.is_set() and self._advance():
            pass

    def _patience(self) -> float:
        due = [progress.retry_at - time.monotonic() for progress in self._progress.values() if progress.tries]
        return max(0.001, min([POLL, *due]))

    def _look_around(self) -> None:
        """See which generations are shown; those that other code made are rebuilt."""
        for name, generation in shown(self._connection).items():
            model = self._models.get(name)
            if model is None:
                continue
            known = self._progress.get(name)
            if generation.version != model.version:
                self._progress.pop(name, None)
                self._begin_rebuild(model, generation)
            elif known is None or known.generation.generation != generation.generation:
                stalled = generation.state == "stalled"
                self._progress[name] = Progress(model, generation, generation.position, stalled=stalled)

    def _begin_rebuild(self, model: ReadModel, old: Generation) -> None:
        if model.name in self._rebuilds or time.monotonic() < self._rebuild_after:
            return
        try:
            self._rebuilds[model.name] = Rebuild(self._beside, self._events, model)
        except AlreadyRebuilding:
            return
        # Nobody can bring the old one any further: its pages say so until the switch.
        self._stall(old, f"It is being rebuilt: version {old.version} becomes {model.version}.")
        log.info("read_model_rebuilding", model=model.name, from_version=old.version, to_version=model.version)

    # One round -------------------------------------------------------------------------------------------------------

    def _advance(self) -> bool:
        """Give each read model its turn; whether anything moved."""
        ready = [progress for progress in self._progress.values() if progress.ready]
        head = max((progress.position for progress in ready), default=0)
        try:
            moved = self._share([progress for progress in ready if progress.position == head], head)
            for progress in ready:
                if progress.position < head:
                    moved |= self._catch_up(progress, head)
        except Superseded:
            self._look_around()
            moved = True
        return self._rebuild() or moved

    def _share(self, group: Sequence[Progress], head: int) -> bool:
        """Read one batch for all that stand at the head."""
        if not group:
            return False
        batch = self._read(group, head, max(progress.limit for progress in group))
        if not batch:
            return False
        last = batch[-1].id
        kinds = {type(recorded.event) for recorded in batch}
        idle = [progress for progress in group if progress.model.events.isdisjoint(kinds)]
        if idle:
            self._move_idle(idle, last)
        for progress in group:
            # One that cannot take so much at once falls behind, and goes on in turns of its own.
            if progress not in idle and len(batch) <= progress.limit:
                self._take_in(progress, batch)
        return True

    def _catch_up(self, progress: Progress, head: int) -> bool:
        """Bring one that is behind nearer to the others, for one turn."""
        end = time.monotonic() + TURN
        moved = False
        while progress.position < head and progress.ready and time.monotonic() < end:
            batch = self._read([progress], progress.position, progress.limit)
            if not batch or not self._take_in(progress, batch):
                break
            moved = True
        return moved

    def _rebuild(self) -> bool:
        """Give each rebuild its turn; whether one is under way."""
        for rebuild in list(self._rebuilds.values()):
            try:
                self._rebuild_for_a_turn(rebuild)
            except AWAY:
                raise
            except (BrokenEvent, UnknownTopic, Unreadable, Refused, psycopg.Error) as fault:
                rebuild.abandon()
                del self._rebuilds[rebuild.model.name]
                self._rebuild_after = time.monotonic() + RETRY_STALLED
                log.error("rebuild_failed", model=rebuild.model.name, position=rebuild.position, fault=str(fault))  # noqa: TRY400 - the sentence says it
        return bool(self._rebuilds)

    def _rebuild_for_a_turn(self, rebuild: Rebuild) -> None:
        end = time.monotonic() + TURN
        while rebuild.step():
            if time.monotonic() > end:
                return
        rebuild.switch()
        del self._rebuilds[rebuild.model.name]
        self._look_around()
        log.info("read_model_switched", model=rebuild.model.name, position=rebuild.position)

    # One read model --------------------------------------------------------------------------------------------------

    def _read(self, group: Sequence[Progress], after: int, limit: int) -> list[Recorded]:
        try:
            return self._events.read(after, limit)
        except (UnknownTopic, Unreadable) as fault:
            for progress in group:
                self._failed(progress, fault)
            return []

    def _take_in(self, progress: Progress, batch: Sequence[Recorded]) -> bool:
        """Fold a batch, or its beginning, and move the position, in one transaction; whether that went well."""
        began = time.monotonic()
        try:
            with self._connection.transaction():
                done = fold(self._connection, progress.model, progress.generation.schema, batch)
                last = batch[done - 1].id if done else progress.position
                self._move([progress], last)
        except (*AWAY, Superseded):
            raise
        except (BrokenEvent, psycopg.Error) as fault:
            if len(batch) > 1:
                # Nearer to the event that does not go in, so that what stands before it does.
                progress.limit = max(1, len(batch) // 10)
            else:
                self._failed(progress, fault)
            return False
        self._went_well(progress, last)
        took = time.monotonic() - began
        if done < len(batch):
            # The next event takes several transactions: nothing is read beside it meanwhile.
            progress.limit = 1
        elif took > TURN:
            progress.limit = max(SMALLEST, int(len(batch) * TURN / took))
        return True

    def _move_idle(self, group: Sequence[Progress], last: int) -> None:
        with self._connection.transaction():
            self._move(group, last)
        for progress in group:
            self._went_well(progress, last)

    def _move(self, group: Sequence[Progress], last: int) -> None:
        moved = self._connection.execute(
            "UPDATE log.read_model r SET position = %s, state = 'live', error = NULL, since = NULL"
            " FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS o (name, generation, position)"
            " WHERE (r.name, r.generation, r.position) = (o.name, o.generation, o.position) AND r.state <> 'building'",
            [
                last,
                [progress.model.name for progress in group],
                [progress.generation.generation for progress in group],
                [progress.position for progress in group],
            ],
        )
        if moved.rowcount != len(group):
            for progress in group:
                del self._progress[progress.model.name]
            raise Superseded
        names = ",".join(progress.model.name for progress in group)
        self._connection.execute("SELECT pg_notify('read', %s)", [f"{names} {last}"])

    def _went_well(self, progress: Progress, last: int) -> None:
        if progress.stalled:
            log.info("read_model_resumed", model=progress.model.name, position=last)
        progress.position = last
        progress.limit = min(BATCH, 2 * progress.limit)
        progress.tries, progress.retry_at, progress.stalled = 0, 0.0, False

    def _failed(self, progress: Progress, fault: Exception) -> None:
        progress.tries += 1
        progress.limit = 1
        if progress.tries < TRIES:
            progress.retry_at = time.monotonic() + FIRST_PAUSE * 2**progress.tries
            return
        progress.retry_at = time.monotonic() + RETRY_STALLED
        if not progress.stalled:
            progress.stalled = True
            self._stall(progress.generation, plainly(fault))
            log.error("read_model_stalled", model=progress.model.name, position=progress.position, fault=plainly(fault))

    def _stall(self, generation: Generation, error: str) -> None:
        self._connection.execute(
            "UPDATE log.read_model SET state = 'stalled', error = %s, since = coalesce(since, log.clock())"
            " WHERE name = %s AND generation = %s AND state <> 'building'",
            [error, generation.name, generation.generation],
        )


def run(settings: Settings, stop: threading.Event | None = None) -> None:
    """Follow the log of this site until told to stop."""
    with (
        opened(settings) as database,
        closing(EventLog(database.url, Registry(*EVENTS), Clock(database.url))) as events,
    ):
        Follower(database, events).run(stop or threading.Event())
