"""The reactor: runs every reaction behind the log, once for each event, whatever dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg
import structlog

from domain.events import Recorded
from domain.refused import Refused
from marketplace import notices
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Unavailable
from marketplace.logs import plainly
from marketplace.notices import Notice, Retraction
from marketplace.outbox import Outbox
from marketplace.reactions import Reaction, Wish

BATCH: Final = 100
POLL: Final = 1.0
"""Seconds without news of the log after which it is looked at all the same."""
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 5.0
RETRY_STOPPED: Final = 10.0
"""Seconds until a reaction that stopped at a broken event tries it again."""

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError, Unavailable)

log = structlog.get_logger(__name__)

Connection = psycopg.Connection[Any]


class Reactor:
    """Reacts for all processes, or waits until it is the one that does."""

    def __init__(self, database: Database, events: EventLog, outbox: Outbox, reactions: Sequence[Reaction]) -> None:
        self._database, self._events, self._outbox = database, events, outbox
        self._reactions = tuple(reactions)
        self._stopped: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """React until told to stop; a database that goes away is waited for, with growing pauses."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                with self._database.connect(Role.APPEND) as connection:
                    connection.execute("LISTEN log")
                    if connection.execute("SELECT pg_try_advisory_lock(hashtext('reactor'))").fetchone() == (True,):
                        pause = FIRST_PAUSE
                        self._react(connection, stop)
            except AWAY as fault:
                log.warning("reactor_lost_database", fault=str(fault).strip())
            except Exception:
                log.exception("reactor_failed")
            pause = min(2 * pause, LONGEST_PAUSE)
            stop.wait(pause)

    def _react(self, connection: Connection, stop: threading.Event) -> None:
        self.begin(connection)
        while not stop.is_set():
            self.catch_up(connection, stop)
            for _news in connection.notifies(timeout=POLL, stop_after=1):
                pass

    def begin(self, connection: Connection) -> None:
        """Let a reaction that was never run begin at the head: what is past causes nothing."""
        for reaction in self._reactions:
            connection.execute(
                "INSERT INTO log.reaction (name, position) VALUES (%s, log.head()) ON CONFLICT DO NOTHING",
                [reaction.name],
            )

    def catch_up(self, connection: Connection, stop: threading.Event) -> None:
        """Take in all that happened since."""
        for reaction in self._reactions:
            while not stop.is_set() and self._retries(reaction) and self._advance(connection, reaction):
                pass

    def _retries(self, reaction: Reaction) -> bool:
        return time.monotonic() >= self._stopped.get(reaction.name, 0.0)

    def _advance(self, connection: Connection, reaction: Reaction) -> bool:
        """Take in one batch, event by event; whether there may be more."""
        ((position,),) = connection.execute(
            "SELECT position FROM log.reaction WHERE name = %s", [reaction.name]
        ).fetchall()
        try:
            batch = self._events.read(position, BATCH)
            for recorded in batch:
                if type(recorded.event) in reaction.events:
                    self._follow(connection, reaction, position, recorded)
                    position = recorded.id
            if batch and batch[-1].id != position:
                self._move(connection, reaction, position, batch[-1].id)
        except AWAY:
            raise
        except Exception as fault:  # noqa: BLE001  # whatever a reaction does wrong stops it, and no other
            self._stop_at(connection, reaction, fault)
            return False
        if self._stopped.pop(reaction.name, None) is not None:
            log.info("reaction_resumed", reaction=reaction.name, position=position)
        return len(batch) == BATCH

    def _follow(self, connection: Connection, reaction: Reaction, position: int, recorded: Recorded) -> None:
        """Have done what follows from one event, then write what is to be told of it, and that it was, as one."""
        consequences = list(reaction.react(recorded))
        for consequence in consequences:
            if isinstance(consequence, Wish):
                _carry_out(reaction, consequence)
        with connection.transaction():
            for consequence in consequences:
                match consequence:
                    case Notice():
                        notices.keep(connection, consequence)
                    case Retraction():
                        notices.retract(connection, consequence)
                    case (mail, letter):
                        self._outbox.post(connection, mail, letter)
                    case Wish():
                        pass
            self._move(connection, reaction, position, recorded.id)

    def _move(self, connection: Connection, reaction: Reaction, position: int, to: int) -> None:
        moved = connection.execute(
            "UPDATE log.reaction SET position = %s, error = NULL, since = NULL WHERE name = %s AND position = %s",
            [to, reaction.name, position],
        )
        if moved.rowcount != 1:
            raise psycopg.OperationalError(f"{reaction.name} was moved by someone else")

    def _stop_at(self, connection: Connection, reaction: Reaction, fault: Exception) -> None:
        self._stopped[reaction.name] = time.monotonic() + RETRY_STOPPED
        log.error("reaction_stopped", reaction=reaction.name, fault=plainly(fault))
        connection.execute(
            "UPDATE log.reaction SET error = %s, since = coalesce(since, log.clock()) WHERE name = %s",
            [plainly(fault), reaction.name],
        )


def _carry_out(reaction: Reaction, wish: Wish) -> None:
    """Carry out a command that follows; what the rules refuse is seen, and would be refused again for ever."""
    try:
        wish.use_case(wish.command)
    except Refused as refused:
        log.warning("a consequence is refused", reaction=reaction.name, refused=str(refused))
