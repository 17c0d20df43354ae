"""Blobs: sealed beside the log, opened only as what they are, and gone with the key of their subject."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from marketplace.blobs import Blobs, Connections
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, PrivateTextErased
from marketplace.outbox import keyring
from tests.marketplace.eventlog_board import open_log
from tests.marketplace.test_private_text import everything_stored

CANARY = b"Serinus canaria in a picture"
SAWMILL = "company-sawmill"


@pytest.fixture
def clock(database: Database) -> Clock:
    return Clock(database.url)


@pytest.fixture
def log(database: Database, clock: Clock) -> Iterator[EventLog]:
    log = open_log(database, clock)
    yield log
    log.close()


@pytest.fixture
def connections(database: Database) -> Iterator[Connections]:
    with database.pool(Role.APPEND, max_size=2) as connections:
        yield connections


@pytest.fixture
def blobs(connections: Connections, log: EventLog) -> Blobs:
    return Blobs(connections, log.keys)


def put(
    blobs: Blobs,
    clock: Clock,
    content: bytes = CANARY,
    *,
    subject: str = SAWMILL,
    stream: str = "listing-1",
    width: int = 0,
) -> UUID:
    blob_id = uuid4()
    blobs.put(blob_id, content, media_type="image/webp", subject=subject, stream=stream, now=clock.now(), width=width)
    return blob_id


def test_a_blob_is_opened_as_it_was_put_and_stored_sealed(database: Database, blobs: Blobs, clock: Clock) -> None:
    blob_id = put(blobs, clock)
    blob = blobs.get(blob_id)
    assert blob is not None
    assert (blob.content, blob.media_type) == (CANARY, "image/webp")
    stored = everything_stored(database)
    assert str(blob_id) in stored
    assert CANARY.hex() not in stored


def test_a_blob_that_is_not_there_is_none(blobs: Blobs, clock: Clock) -> None:
    blob_id = put(blobs, clock, width=480)
    assert blobs.get(uuid4()) is None
    assert blobs.get(blob_id, 1280) is None


def test_the_sizes_that_are_there_are_told(log: EventLog, blobs: Blobs, clock: Clock) -> None:
    blob_id = put(blobs, clock, width=480)
    assert (blobs.widths(blob_id), blobs.widths(uuid4())) == ({480}, set())
    log.erase(SAWMILL)
    assert blobs.widths(blob_id) == set()


def test_putting_twice_changes_nothing(blobs: Blobs, clock: Clock) -> None:
    blob_id = put(blobs, clock)
    blobs.put(blob_id, b"other", media_type="text/plain", subject=SAWMILL, stream="listing-1", now=clock.now())
    blob = blobs.get(blob_id)
    assert blob is not None
    assert blob.content == CANARY


def test_an_erased_subjects_blobs_are_gone_and_others_stay(
    database: Database, log: EventLog, blobs: Blobs, clock: Clock
) -> None:
    sawmills, bakerys = put(blobs, clock), put(blobs, clock, b"bread", subject="company-bakery")
    log.erase(SAWMILL)
    assert blobs.get(sawmills) is None
    assert blobs.get(bakerys) is not None
    assert str(sawmills) not in everything_stored(database)


def test_redacting_one_stream_takes_its_blobs_along(log: EventLog, blobs: Blobs, clock: Clock) -> None:
    redacted, other = put(blobs, clock), put(blobs, clock, stream="listing-2")
    log.erase(SAWMILL, "listing-1")
    assert blobs.get(redacted) is None
    assert blobs.get(other) is not None


def test_nothing_can_be_put_for_an_erased_subject(
    database: Database, log: EventLog, connections: Connections, clock: Clock
) -> None:
    blobs = Blobs(connections, keyring(connections))  # which hears of no erasure, and has the key in memory
    put(blobs, clock)
    with database.connect(Role.OWNER) as connection:
        connection.execute("DELETE FROM log.private_key")
    with pytest.raises(PrivateTextErased):
        put(blobs, clock)
    log.erase(SAWMILL)
    with pytest.raises(PrivateTextErased):
        put(blobs, clock)


def test_a_blob_cannot_be_passed_off_as_another(database: Database, blobs: Blobs, clock: Clock) -> None:
    one, other = put(blobs, clock), uuid4()
    with database.connect(Role.OWNER) as connection:
        connection.execute("UPDATE log.blob SET id = %s WHERE id = %s", (other, one))
    with pytest.raises(InvalidTag):
        blobs.get(other)


def test_what_no_event_names_is_found_after_a_while(blobs: Blobs, clock: Clock) -> None:
    named, unnamed = put(blobs, clock), put(blobs, clock, stream="listing-2")
    blobs.name([named])
    assert blobs.unnamed(clock.now()) == [(unnamed, "listing-2")]
    blobs.drop([unnamed])
    assert blobs.unnamed(clock.now()) == []
    assert blobs.get(unnamed) is None


@pytest.mark.parametrize("role", [Role.WEB, Role.FOLLOWER])
def test_pages_and_followers_read_no_blob(database: Database, role: Role) -> None:
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT FROM log.blob")


def test_whoever_appends_cannot_change_a_blob(database: Database) -> None:
    with database.connect(Role.APPEND) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE log.blob SET sealed = ''")
