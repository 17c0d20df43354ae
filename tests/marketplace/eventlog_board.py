"""A notice board: the smallest stream of events that exercises everything the log promises."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta, Struct

from domain.commands import Command, Receipt
from domain.events import Event, Private
from marketplace.clock import Clock
from marketplace.database import Database
from marketplace.eventlog import EventLog, Registry

ZONE = "zone-jourdies"


class NotePinned(Event, frozen=True):
    """Someone pinned a note to the board."""

    number: Annotated[int, Meta(ge=0)]
    words: Private | None = None
    weight: Decimal = Decimal(0)
    due: datetime | None = None


class BoardCleared(Event, frozen=True):
    """Someone took every note down."""


class PinNote(Command, frozen=True):
    """The wish to pin a note."""

    number: int = 1
    words: str = ""
    note_id: str = ""


class Board(Struct, frozen=True):
    """How many notes hang there, and what they add up to."""

    notes: int = 0
    total: int = 0


BOARD = Registry(NotePinned | BoardCleared)


def evolve(board: Board | None, event: NotePinned | BoardCleared) -> Board:
    """Fold the board."""
    match event:
        case NotePinned():
            board = board or Board()
            return Board(board.notes + 1, board.total + event.number)
        case BoardCleared():
            return Board()


def last_words(_: str | None, event: NotePinned | BoardCleared) -> str:
    """Fold the board to what was written last."""
    match event:
        case NotePinned():
            return str(event.words or "")
        case BoardCleared():
            return ""


def pin(clock: Clock, **changes: Any) -> PinNote:
    """A wish with an id of its own."""
    return PinNote(**{"actor": "member:lea", "now": clock.now(), "command_id": str(uuid4()), **changes})


def pinned(log: EventLog, command: PinNote, stream: str = "board-1", *, after: int | None = None) -> Receipt:
    """Append one note, after the stream's last version unless told otherwise."""
    if after is None:
        after = log.load(stream, evolve).version
    return log.append(command, stream, after, [NotePinned(number=command.number)], zones=[ZONE], ids={})


def open_log(database: Database, clock: Clock, registry: Registry = BOARD) -> EventLog:
    """One more process, as far as the log can tell."""
    return EventLog(database.url, registry, clock)
