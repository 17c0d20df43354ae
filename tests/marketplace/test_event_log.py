"""The event log on a real PostgreSQL: nothing is lost, doubled, missed, or read as what it is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from domain.commands import Receipt
from domain.events import Event, Private, Recorded
from domain.refused import Conflict, Refused
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import (
    ClockDrift,
    CommandReused,
    EventLog,
    NotRecorded,
    Overloaded,
    Registry,
    Unavailable,
    UnknownTopic,
    Unreadable,
    VersionConflict,
    recorder,
)
from tests.marketplace.eventlog_board import (
    BOARD,
    ZONE,
    Board,
    BoardCleared,
    NotePinned,
    evolve,
    open_log,
    pin,
    pinned,
)
from tests.marketplace.eventlog_network import Wire

APPEND = (
    "SELECT * FROM log.append(jsonb_build_array(jsonb_build_object('actor', 'member:lea', 'command_id',"
    " gen_random_uuid(), 'hash', '', 'ids', '{}'::jsonb, 'stream', %s::text, 'after', -1, 'now', log.clock(),"
    " 'history', false, 'zones', '[]'::jsonb, 'keys', '[]'::jsonb, 'events', 1)), '{NotePinned}', ARRAY['{}'::bytea])"
)


@pytest.fixture
def clock(database: Database) -> Clock:
    return Clock(database.url, Role.OWNER)


@pytest.fixture
def log(database: Database, clock: Clock) -> Iterator[EventLog]:
    log = open_log(database, clock)
    yield log
    log.close()


@contextmanager
def appending_held_up(database: Database) -> Iterator[None]:
    """Hold the lock every append needs, so that commands pile up behind it."""
    with database.connect(autocommit=False) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('log.append'))")
        yield


def row(database: Database, statement: str, *values: object) -> tuple[Any, ...]:
    with database.connect() as connection:
        found = connection.execute(statement.encode(), values).fetchone()
    assert found is not None
    return found


def ids(database: Database, *, after: int) -> list[int]:
    (found,) = row(
        database,
        "SELECT ARRAY(SELECT notification_id FROM log.stored_events WHERE notification_id > %s ORDER BY 1)",
        after,
    )
    return list(found)


def store(database: Database, stream: str, version: int, topic: str, state: str) -> None:
    """Put an event into the log past its own door, as other code might have."""
    with database.connect(Role.OWNER) as connection:
        connection.execute(
            "WITH added AS (INSERT INTO log.stored_events VALUES (%s, %s, %s, %s) RETURNING notification_id)"
            " INSERT INTO log.event_meta SELECT notification_id, log.clock(), 'member:lea', NULL, gen_random_uuid(),"
            " NULL, 0, '{}' FROM added",
            (stream, version, topic, state.encode()),
        )


# --- one global order -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_eight_writers_and_a_reader_at_their_heels_miss_nothing(log: EventLog, clock: Clock) -> None:
    each = 100
    seen: list[Recorded] = []

    def write(writer: int) -> None:
        for version in range(each):
            pinned(log, pin(clock), f"board-{writer}", after=version - 1)

    with ThreadPoolExecutor(8) as writers:
        running = [writers.submit(write, writer) for writer in range(8)]
        until = time.monotonic() + 60
        while len(seen) < 8 * each and time.monotonic() < until:
            seen += log.read(seen[-1].id if seen else 0, 50)
        for writer in running:
            writer.result()
    assert len(seen) == 8 * each
    assert [event.at for event in seen] == sorted(event.at for event in seen)


def test_without_the_lock_that_reader_would_miss_an_event(database: Database, log: EventLog) -> None:
    lock = "PERFORM pg_advisory_xact_lock(hashtext('log.append'));"
    (definition,) = row(database, "SELECT pg_get_functiondef('log.append'::regproc)")
    assert lock in definition
    with (
        database.connect(Role.OWNER) as owner,
        database.connect(Role.APPEND, autocommit=False) as slow,
        database.connect(Role.APPEND) as quick,
    ):
        owner.execute(definition.replace(lock, ""))
        slow.execute(APPEND, ["board-slow"])
        quick.execute(APPEND, ["board-quick"])
        [seen] = ids(database, after=0)
        slow.commit()
        assert ids(database, after=seen) == []
        assert len(ids(database, after=0)) == 2


def test_an_append_waits_until_the_one_before_it_can_be_seen(database: Database) -> None:
    with database.connect(Role.APPEND, autocommit=False) as first, database.connect(Role.APPEND) as second:
        assert first.execute(APPEND, ["board-slow"]).fetchall()
        second.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute(APPEND, ["board-quick"])
        first.commit()
        assert second.execute(APPEND, ["board-quick"]).fetchall()


def test_only_the_append_function_writes_to_the_log(database: Database, log: EventLog, clock: Clock) -> None:
    pinned(log, pin(clock))
    with database.connect(Role.APPEND) as connection:
        for statement in (
            "INSERT INTO log.stored_events VALUES ('board-1', 1, 'NotePinned', '{}')",
            "UPDATE log.stored_events SET topic = 'BoardCleared'",
            "DELETE FROM log.stored_events",
            "UPDATE log.event_meta SET actor = 'member:karim'",
            "DELETE FROM log.command",
            "DELETE FROM log.private_key",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_what_was_recorded_is_read_back_with_who_and_when(log: EventLog, clock: Clock) -> None:
    due = datetime.fromisoformat("2026-03-03T10:30:00+01:00")
    command = pin(clock, for_company="company-sawmill")
    event = NotePinned(number=3, weight=Decimal("1.50"), due=due)
    receipt = log.append(command, "board-1", -1, [event, BoardCleared()], zones=[ZONE], ids={"note_id": "7"})
    assert receipt == Receipt("board-1", 1, log.head(), {"note_id": "7"})
    first, second = log.read(0, 10)
    assert (first.event, second.event) == (event, BoardCleared())
    assert str(first.event.weight) == "1.50"  # type: ignore[attr-defined]
    assert (first.stream, first.version, first.at) == ("board-1", 0, command.now)
    assert (first.actor, first.for_company, first.zones) == ("member:lea", "company-sawmill", (ZONE,))
    assert log.read(second.id, 10) == []
    assert log.history("board-1", 0) == [second]


def test_the_log_is_readable_json(database: Database, log: EventLog, clock: Clock) -> None:
    due = datetime.fromisoformat("2026-03-03T10:30:00+01:00")
    log.append(pin(clock), "board-1", -1, [NotePinned(number=3, weight=Decimal("1.50"), due=due)], zones=[ZONE], ids={})
    assert row(database, "SELECT topic, event FROM log.readable") == (
        "NotePinned",
        {"number": 3, "words": None, "weight": "1.50", "due": "2026-03-03T09:30:00Z"},
    )


def test_one_notice_a_group_tells_how_far_the_log_reaches(database: Database, log: EventLog, clock: Clock) -> None:
    with database.connect() as listener:
        listener.execute("LISTEN log")
        receipt = log.append(pin(clock), "board-1", -1, [NotePinned(number=1)] * 3, zones=[], ids={})
        notices = list(listener.notifies(timeout=2, stop_after=1))
        notices += listener.notifies(timeout=0)
    assert [notice.payload for notice in notices] == [str(receipt.position)]


# --- commands ---------------------------------------------------------------------------------------------------


def test_the_same_command_twice_is_answered_alike_and_recorded_once(log: EventLog, clock: Clock) -> None:
    command = pin(clock)
    first = pinned(log, command, after=-1)
    assert pinned(log, command, after=-1) == first
    assert log.answered(command) == first
    assert len(log.read(0, 10)) == 1


def test_a_form_sent_again_later_gets_its_first_answer(log: EventLog, clock: Clock) -> None:
    command = pin(clock, note_id="note-1")
    first = log.append(command, "note-1", -1, [NotePinned(number=1)], zones=[], ids={"note_id": "note-1"})
    again = replace(command, now=clock.now(), note_id="note-2")
    assert log.append(again, "note-2", -1, [NotePinned(number=1)], zones=[], ids={"note_id": "note-2"}) == first
    assert log.answered(again) == first


def test_eight_threads_with_the_same_command_record_it_once(log: EventLog, clock: Clock) -> None:
    command = pin(clock)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: pinned(log, command, after=-1), range(8)))
    assert len(set(map(repr, answers))) == 1
    assert len(log.read(0, 10)) == 1


def test_another_command_under_the_same_id_is_refused(log: EventLog, clock: Clock) -> None:
    command = pin(clock)
    pinned(log, command)
    other = replace(command, number=2)
    with pytest.raises(CommandReused):
        pinned(log, other)
    with pytest.raises(CommandReused):
        log.answered(other)
    assert log.answered(replace(command, actor="member:karim")) is None


def test_a_command_that_leads_to_nothing_leaves_nothing(log: EventLog, clock: Clock) -> None:
    command = pin(clock)
    assert log.append(command, "board-1", 4, [], zones=[], ids={}) == Receipt("board-1", 4, 0)
    assert log.answered(command) is None


def test_a_lost_answer_to_a_commit_is_found_again(database: Database, clock: Clock) -> None:
    with Wire(database) as wire:
        log = open_log(wire.database, clock)
        pinned(log, pin(clock))
        wire.cut_answer_to(b"member:unlucky")
        command = pin(clock, actor="member:unlucky", number=5)
        receipt = pinned(log, command, after=0)
        assert (receipt.version, receipt.position) == (1, log.head())
        assert [event.actor for event in log.read(0, 10)] == ["member:lea", "member:unlucky"]
        assert log.answered(command) == receipt
        log.close()


def test_a_stream_that_grew_meanwhile_is_a_conflict(log: EventLog, clock: Clock) -> None:
    pinned(log, pin(clock))
    for after in (-1, 1):
        with pytest.raises(VersionConflict, match="is at version 0"):
            pinned(log, pin(clock), after=after)
    assert len(log.read(0, 10)) == 1


def test_commands_that_meet_are_decided_again_until_each_is_in(log: EventLog, clock: Clock) -> None:
    def join(number: int) -> None:
        def next_number(board: Board | None, _version: int) -> list[Event]:
            return [NotePinned(number=(board.total if board else 0) + 1)]

        log.decide(pin(clock, number=number), "board-1", evolve, next_number, zones=lambda _: [ZONE], ids={})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(join, range(40)))
    assert [event.event.number for event in log.read(0, 100)] == [2**n for n in range(40)]  # type: ignore[attr-defined]
    assert {event.zones for event in log.read(0, 100)} == {(ZONE,)}


def test_whether_it_matters_what_came_after_a_look_is_for_the_decision_to_say(log: EventLog, clock: Clock) -> None:
    def overtaken(refuses: bool) -> Callable[[Board | None, int], list[Event]]:  # noqa: FBT001  (a choice of the test)
        def decide(_: Board | None, version: int) -> list[Event]:
            if version == first:
                pinned(log, pin(clock, actor="member:karim"), after=first)
            elif refuses:
                raise Conflict("Karim was faster.")
            return [BoardCleared()]

        return decide

    pinned(log, pin(clock))
    first = 0
    with pytest.raises(Conflict, match="Karim was faster"):
        log.decide(pin(clock, seen_version=0), "board-1", evolve, overtaken(refuses=True), zones=[], ids={})
    first = 1
    log.decide(pin(clock, seen_version=1), "board-1", evolve, overtaken(refuses=False), zones=[], ids={})
    assert [type(event.event).__name__ for event in log.history("board-1", 0)] == [
        "NotePinned",
        "NotePinned",
        "BoardCleared",
    ]


def test_a_refusal_of_what_was_done_already_gives_the_first_answer(log: EventLog, clock: Clock) -> None:
    def once(board: Board | None, _version: int) -> list[Event]:
        if board:
            raise Refused("There is a note already.")
        return [NotePinned(number=1)]

    command = pin(clock)
    first = log.decide(command, "board-1", evolve, once, zones=[], ids={})
    assert log.decide(command, "board-1", evolve, once, zones=[], ids={}) == first
    with pytest.raises(Refused):
        log.decide(pin(clock), "board-1", evolve, once, zones=[], ids={})


# --- groups -----------------------------------------------------------------------------------------------------


def test_commands_that_wait_together_go_together_and_each_succeeds_or_fails_alone(
    database: Database, log: EventLog, clock: Clock
) -> None:
    known = pin(clock)
    pinned(log, known, "board-known")
    wishes = {
        "first": (pin(clock), "board-first", -1),
        "good": (pin(clock), "board-good", -1),
        "conflict": (pin(clock), "board-known", 7),
        "reused": (replace(known, number=9), "board-known", 0),
        "late": (pin(clock, now=clock.now() - timedelta(hours=1)), "board-late", -1),
        "bad": (pin(clock, actor="member:\x00"), "board-bad", -1),
        "fine": (pin(clock), "board-fine", -1),
    }
    outcomes: dict[str, object] = {}

    def send(name: str) -> None:
        command, stream, after = wishes[name]
        try:
            outcomes[name] = pinned(log, command, stream, after=after)
        except Exception as fault:  # noqa: BLE001  (it is what this test looks at)
            outcomes[name] = type(fault)

    threads = [threading.Thread(target=send, args=[name]) for name in wishes]
    with appending_held_up(database):
        for thread in threads:
            thread.start()
            time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, type)} == {
        "conflict": VersionConflict,
        "reused": CommandReused,
        "late": ClockDrift,
        "bad": NotRecorded,
    }
    assert {event.stream for event in log.read(0, 10)} == {"board-known", "board-first", "board-good", "board-fine"}


def test_who_waits_behind_the_first_goes_in_one_group(database: Database, log: EventLog, clock: Clock) -> None:
    with ThreadPoolExecutor(20) as threads:
        with appending_held_up(database):
            running = [threads.submit(pinned, log, pin(clock), f"board-{n}", after=-1) for n in range(20)]
            time.sleep(0.2)
        for one in running:
            one.result()
    sizes = "SELECT array_agg(n ORDER BY n) FROM (SELECT count(*) AS n FROM log.event_meta GROUP BY batch) AS groups"
    assert row(database, sizes) == ([1, 19],)


def test_a_full_queue_refuses_at_once_and_whose_turn_does_not_come_is_told(
    database: Database, log: EventLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "QUEUE", 3)
    with ThreadPoolExecutor(4) as threads:
        with appending_held_up(database):
            running = []
            for n in range(4):  # one leads, three wait
                running.append(threads.submit(pinned, log, pin(clock), f"board-{n}", after=-1))
                time.sleep(0.05)
            with pytest.raises(Overloaded):
                pinned(log, pin(clock), "board-5", after=-1)
            started = time.monotonic()
            for waiting in running[1:]:
                with pytest.raises(Unavailable, match="nothing was sent"):
                    waiting.result()
            assert time.monotonic() - started < recorder.PATIENCE + 1
        assert running[0].result().version == 0
    assert len(log.read(0, 10)) == 1


# --- the clock --------------------------------------------------------------------------------------------------


def test_a_command_from_another_time_is_refused_unless_it_is_history(log: EventLog, clock: Clock) -> None:
    for off in (timedelta(seconds=-6), timedelta(seconds=6), timedelta(days=-400)):
        with pytest.raises(ClockDrift):
            pinned(log, pin(clock, now=clock.now() + off))
    long_ago = clock.now() - timedelta(days=400)
    log.append(pin(clock, now=long_ago), "board-1", -1, [BoardCleared()], zones=[], ids={}, history=True)
    assert [event.at for event in log.read(0, 10)] == [long_ago]


def test_time_never_goes_back_along_the_log(log: EventLog, clock: Clock) -> None:
    now = clock.now()
    pinned(log, pin(clock, now=now))
    pinned(log, pin(clock, now=now - timedelta(seconds=3)))
    assert [event.at for event in log.read(0, 10)] == [now, now]


def test_as_of_a_time_is_one_position(log: EventLog, clock: Clock) -> None:
    first = pinned(log, pin(clock))
    between = clock.now()
    clock.advance(timedelta(days=30))
    second = pinned(log, pin(clock))
    assert log.position_at(between - timedelta(days=1)) == 0
    assert log.position_at(between) == first.position
    assert log.position_at(clock.now()) == second.position


# --- names and forms --------------------------------------------------------------------------------------------


def test_an_unknown_event_is_a_fault_that_hides_nothing_before_it(
    database: Database, log: EventLog, clock: Clock
) -> None:
    receipt = pinned(log, pin(clock))
    store(database, "board-1", 1, "os.system", "{}")
    assert [event.id for event in log.read(0, 10)] == [receipt.position]
    with pytest.raises(UnknownTopic, match=r"os\.system"):
        log.read(receipt.position, 10)
    with pytest.raises(UnknownTopic):
        log.load("board-1", evolve)


@pytest.mark.parametrize(
    "state", ['{"number": 1, "colour": "red"}', '{"number": -1}', '{"number": "1"}', "{}", "not JSON"]
)
def test_an_event_that_is_not_what_its_name_promises_is_a_fault(database: Database, log: EventLog, state: str) -> None:
    store(database, "board-1", 0, "NotePinned", state)
    with pytest.raises(Unreadable, match="NotePinned"):
        log.read(0, 10)


def test_what_could_not_be_loaded_is_never_stored(log: EventLog, clock: Clock) -> None:
    class Stranger(Event, frozen=True):
        """Not in the registry."""

    for event, fault in (
        (NotePinned(number=-1), Unreadable),
        (NotePinned(number=1, due=datetime(2026, 3, 3)), TypeError),  # noqa: DTZ001  (a time without its zone)
        (Stranger(), UnknownTopic),
    ):
        with pytest.raises(fault):
            log.append(pin(clock), "board-1", -1, [event], zones=[], ids={})
    assert log.head() == 0


def test_two_events_of_one_name_and_floats_are_refused_at_the_start() -> None:
    def elsewhere() -> type[Event]:
        class BoardCleared(Event, frozen=True):
            """Another one."""

        return BoardCleared

    class Weighed(Event, frozen=True):
        """Weighed, and not exactly."""

        parts: dict[str, list[float]]

    with pytest.raises(TypeError, match="Two events are called BoardCleared"):
        Registry(BoardCleared, elsewhere())
    with pytest.raises(TypeError, match="Weighed holds a float"):
        Registry(Weighed)


def test_a_retired_event_is_read_as_its_successor(database: Database, clock: Clock) -> None:
    registry = Registry(
        *BOARD.types.values(),
        upcasters={
            "NoteStuck": lambda fields: ("NoteHung", {"count": fields["n"]}),
            "NoteHung": lambda fields: ("NotePinned", {"number": fields["count"]}),
        },
    )
    store(database, "board-1", 0, "NoteStuck", '{"n": 4}')
    log = open_log(database, clock, registry)
    assert log.load("board-1", evolve).state == Board(1, 4)
    log.close()
    with pytest.raises(TypeError, match="needs no upcaster: NotePinned"):
        Registry(NotePinned, upcasters={"NotePinned": lambda fields: ("NotePinned", fields)})


# --- loading ----------------------------------------------------------------------------------------------------


def test_a_stream_is_read_once_and_then_only_what_came_since(log: EventLog, clock: Clock) -> None:
    assert (log.load("board-1", evolve).state, log.load("board-1", evolve).version) == (None, -1)
    folded = []

    def counting(board: Board | None, event: Any) -> Board:
        folded.append(event.number)
        return evolve(board, event)

    for number in (1, 2, 3):
        pinned(log, pin(clock, number=number))
        assert log.load("board-1", counting).version == number - 1
    assert folded == [1, 2, 3]
    assert log.load("board-1", evolve).state == Board(3, 6)


def test_a_long_stream_is_loaded_from_its_snapshot_and_without_it(
    database: Database, log: EventLog, clock: Clock
) -> None:
    log.append(pin(clock), "board-1", -1, [NotePinned(number=1)] * 450, zones=[], ids={})
    assert log.load("board-1", evolve, snapshot=Board).state == Board(450, 450)
    assert row(database, "SELECT originator_version FROM log.stored_snapshots") == (449,)
    pinned(log, pin(clock))
    with database.connect(Role.OWNER) as connection:
        # Shows that it is used: a state that no event led to.
        connection.execute('UPDATE log.stored_snapshots SET state = \'{"notes": 1000, "total": 0}\'')
        other = open_log(database, clock)
        assert other.load("board-1", evolve, snapshot=Board).state == Board(1001, 1)
        other.close()
        for garbled in (
            "UPDATE log.stored_snapshots SET state = 'not JSON'",
            "UPDATE log.stored_snapshots SET topic = 'Board@othercode'",
        ):
            connection.execute(garbled.encode())
            other = open_log(database, clock)
            assert other.load("board-1", evolve, snapshot=Board).state == Board(451, 451)
            other.close()


def test_a_state_with_private_text_has_no_snapshot(log: EventLog, clock: Clock) -> None:
    def remember(_: NotePinned | None, event: NotePinned) -> NotePinned:
        return event

    log.append(pin(clock), "board-1", -1, [NotePinned(number=1, words=Private("member-lea", "…"))], zones=[], ids={})
    with pytest.raises(TypeError, match="holds private text"):
        log.load("board-1", remember, snapshot=NotePinned)


# --- outages ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_database_that_is_away_is_told_within_seconds_and_found_again(database: Database, clock: Clock) -> None:
    with Wire(database) as wire:
        wire.down()
        log = open_log(wire.database, clock)
        for attempt in (lambda: pinned(log, pin(clock), after=-1), lambda: log.read(0, 1), log.head):
            started = time.monotonic()
            with pytest.raises(Unavailable):
                attempt()
            assert time.monotonic() - started < 3
        wire.up()
        assert pinned(log, pin(clock), after=-1).version == 0
        with ThreadPoolExecutor(8) as threads:  # every connection of the pool is in use, then broken
            list(threads.map(lambda n: pinned(log, pin(clock), f"board-{n}"), range(64)))
            wire.down()
            wire.up()
            list(threads.map(lambda n: pinned(log, pin(clock), f"board-{n}"), range(64)))
        assert len(log.read(0, 1000)) == 2 * 64 + 1
        log.close()


@pytest.mark.slow
def test_commands_are_recorded_once_while_connections_are_killed(
    database: Database, log: EventLog, clock: Clock
) -> None:
    kill = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'marketplace_append'"
    )
    killed = 0

    def write(writer: int) -> list[Receipt]:
        receipts: list[Receipt] = []
        command = pin(clock)
        while killed < 40:
            try:
                receipts.append(pinned(log, command, f"board-{writer}", after=len(receipts) - 1))
                command = pin(clock)
            except Unavailable:  # nobody knows yet: asked again, with the same id
                time.sleep(0.01)
        return receipts

    with ThreadPoolExecutor(8) as threads:
        writers = [threads.submit(write, writer) for writer in range(8)]
        while killed < 40:
            time.sleep(0.1)
            killed += row(database, kill)[0]
        acknowledged = {(receipt.stream, receipt.version): receipt.position for w in writers for receipt in w.result()}
    recorded = {(event.stream, event.version): event.id for event in log.read(0, 100_000)}
    assert len(acknowledged) > 40
    assert acknowledged.items() <= recorded.items()
    assert len(recorded) - len(acknowledged) <= 8  # each writer may have stopped without an answer


def test_an_id_that_is_no_uuid_is_refused_before_anything_is_sent(log: EventLog, clock: Clock) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        pinned(log, pin(clock, command_id="1"), after=-1)
    assert log.answered(pin(clock, command_id=str(uuid4()))) is None
    assert clock.now().tzinfo is UTC
