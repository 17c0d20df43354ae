"""Private text: readable to the code, sealed in the log, and gone for good once its key is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from psycopg.sql import SQL, Identifier

from domain.events import Private
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, EventMapper, Filed, PrivateTextErased, Unreadable
from tests.marketplace.eventlog_board import BOARD, NotePinned, last_words, open_log, pin

CANARY = "Serinus canaria, 06 12 34 56 78"
LEA = "member-lea"


@pytest.fixture
def clock(database: Database) -> Clock:
    return Clock(database.url)


@pytest.fixture
def log(database: Database, clock: Clock) -> Iterator[EventLog]:
    log = open_log(database, clock)
    yield log
    log.close()


@pytest.fixture
def elsewhere(database: Database, clock: Clock) -> Iterator[EventLog]:
    """Another process on the same log."""
    log = open_log(database, clock)
    yield log
    log.close()


def write(
    log: EventLog, clock: Clock, text: str | None = CANARY, *, subject: str = LEA, stream: str = "board-1"
) -> None:
    log.append(
        pin(clock, words=text or ""),
        stream,
        log.load(stream, last_words).version,
        [NotePinned(number=1, words=Private(subject, text))],
        zones=[],
        ids={},
    )


def words(log: EventLog) -> list[Private | None]:
    return [event.event.words for event in log.read(0, 100) if isinstance(event.event, NotePinned)]


def everything_stored(database: Database) -> str:
    """Every row of every table of the log, as text, with what is in bytes beside it."""
    found = []
    with database.connect() as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'log'").fetchall()
        for (table,) in tables:
            rows = connection.execute(SQL("SELECT t::text FROM log.{} t").format(Identifier(table)))
            found += [text for (text,) in rows]
    return "\n".join(found)


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def test_private_text_is_plain_to_the_code_and_sealed_in_the_log(
    database: Database, log: EventLog, elsewhere: EventLog, clock: Clock
) -> None:
    write(log, clock)
    assert words(log) == words(elsewhere) == [Private(LEA, CANARY)]
    stored = everything_stored(database)
    assert CANARY not in stored
    assert CANARY.encode().hex() not in stored
    assert "canaria" not in repr(log.read(0, 1))


def test_the_same_text_twice_does_not_look_the_same(database: Database, log: EventLog, clock: Clock) -> None:
    write(log, clock)
    write(log, clock)
    with database.connect() as connection:
        assert connection.execute("SELECT count(DISTINCT state) FROM log.stored_events").fetchone() == (2,)


def test_an_erased_subject_is_erased_everywhere_and_others_stay(
    log: EventLog, elsewhere: EventLog, clock: Clock
) -> None:
    write(log, clock)
    write(log, clock, "Karim", subject="member-karim", stream="board-2")
    assert elsewhere.load("board-1", last_words).state == CANARY
    assert log.erase(LEA) == 1
    assert words(log) == [Private(LEA, None), Private("member-karim", "Karim")]
    assert log.load("board-1", last_words).state == ""
    assert eventually(lambda: elsewhere.load("board-1", last_words).state == "")
    assert words(elsewhere) == words(log)


def test_one_text_can_be_redacted_without_the_rest(log: EventLog, clock: Clock) -> None:
    write(log, clock)
    write(log, clock, stream="board-2")
    assert log.erase(LEA, "board-1") == 1
    assert words(log) == [Private(LEA, None), Private(LEA, CANARY)]
    write(log, clock, "said anew")
    assert words(log)[-1] == Private(LEA, "said anew")
    assert words(log)[0] == Private(LEA, None)


def test_nothing_more_can_be_written_for_an_erased_subject(log: EventLog, elsewhere: EventLog, clock: Clock) -> None:
    write(log, clock)
    log.erase(LEA)
    for stream in ("board-1", "board-new"):
        for process in (log, elsewhere):
            with pytest.raises(PrivateTextErased):
                write(process, clock, stream=stream)
    assert len(words(log)) == 1


def test_an_append_whose_key_was_erased_on_the_way_fails(database: Database, log: EventLog, clock: Clock) -> None:
    with database.connect() as connection:  # once it listens, the log drops the keys it has: not in the midst of this
        listening = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN erased'"
        eventually(lambda: connection.execute(listening).fetchone() is not None)
    time.sleep(0.05)
    write(log, clock)
    with database.connect(Role.OWNER) as connection:  # no notice goes out: the log still has the key in memory
        connection.execute("DELETE FROM log.private_key")
    with pytest.raises(PrivateTextErased):
        write(log, clock)
    assert words(log) == [Private(LEA, None)]


def test_erased_text_may_be_carried_on_as_erased(log: EventLog, clock: Clock) -> None:
    write(log, clock)
    log.erase(LEA)
    write(log, clock, None)
    assert words(log) == [Private(LEA, None), Private(LEA, None)]


def test_an_erasure_is_entered_beside_the_keys_and_leaves_no_way_back(
    database: Database, log: EventLog, clock: Clock
) -> None:
    write(log, clock)
    with database.connect() as connection:
        hashes = connection.execute("SELECT hash FROM log.command").fetchall()
        [(key,)] = connection.execute("SELECT id FROM log.private_key").fetchall()
        log.erase(LEA)
        assert connection.execute("SELECT subject, stream, keys FROM log.erasure").fetchall() == [(LEA, None, [key])]
        assert connection.execute("SELECT FROM log.private_key").fetchall() == []
        # A short text could be guessed until its hash fits.
        assert hashes != connection.execute("SELECT hash FROM log.command").fetchall() == [(b"",)]


def test_what_others_asked_in_the_same_stream_is_still_known_when_it_is_sent_again(log: EventLog, clock: Clock) -> None:
    other = pin(clock, words="Bonjour")
    event = NotePinned(number=1, words=Private("member-max", "Bonjour"))
    first = log.append(other, "board-1", -1, [event], zones=[], ids={})
    write(log, clock)
    log.erase(LEA)
    assert log.answered(other) == first


def test_erasing_twice_or_a_stranger_does_no_harm(log: EventLog, clock: Clock) -> None:
    write(log, clock)
    assert [log.erase("member-nobody"), log.erase(LEA), log.erase(LEA)] == [0, 1, 0]


def test_sealed_text_cannot_be_passed_off_as_somebody_elses(database: Database, log: EventLog, clock: Clock) -> None:
    write(log, clock)
    with database.connect(Role.OWNER) as connection:
        connection.execute("UPDATE log.stored_events SET state = replace(encode(state, 'escape'), 'lea', 'eve')::bytea")
    with pytest.raises(Unreadable):
        log.read(0, 1)


def test_without_keys_the_form_of_an_event_can_still_be_read() -> None:
    mapper = EventMapper(BOARD)
    stored = mapper.to_stored_event(Filed("board-1", 0, NotePinned(number=1, words=Private(LEA, CANARY))))
    assert CANARY.encode() not in stored.state
    assert mapper.decode(stored.topic, stored.state) == NotePinned(number=1, words=Private(LEA, None))


def test_the_keys_of_a_batch_come_in_one_question(database: Database, clock: Clock, log: EventLog) -> None:
    for number in range(20):
        write(log, clock, f"words {number}", subject=f"member-{number}")
    fresh = open_log(database, clock)
    assert [str(text) for text in words(fresh)] == [f"words {number}" for number in range(20)]
    with database.connect() as connection:
        asked = connection.execute(
            "SELECT max(query) FROM pg_stat_activity WHERE query LIKE '%%log.private_key%%' AND pid <> pg_backend_pid()"
        ).fetchone()
    assert asked == ("SELECT id::text AS name, key FROM log.private_key WHERE id = ANY($1::uuid[])",)
    fresh.close()
