"""What follows from an event by itself: one file each, run in order behind the log, never again for what is past."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from domain.commands import Command, Receipt
from domain.events import Event, Recorded
from marketplace.notices import Notice, Retraction
from marketplace.outbox import Letter, Mail

COMMANDS = UUID("2f3ff1b6-6b1b-5b5a-9d0e-0d3c9a0f5d21")
"""Under which the ids of commands that follow from events are made."""


class Wish(Struct, frozen=True):
    """A command that follows from an event, and the use case that carries it out."""

    use_case: Callable[[Any], Receipt]
    command: Command


Consequence = tuple[Mail, Letter] | Notice | Retraction | Wish


class Reaction(Struct, frozen=True):
    """What follows from these events: mails with their letters, notices and what takes them back, commands.

    `name` is kept for ever, since its position is kept under it. The same event must give the same consequences under
    the same ids. Mails and notices are written in one transaction with how far the reaction came, and an id that is
    there already stands. Commands are carried out before it: asked again after a crash, they get their first answer.
    """

    name: str
    events: frozenset[type[Event]]
    react: Callable[[Recorded], Iterable[Consequence]]


def command_id(recorded: Recorded, name: str) -> str:
    """The id of the command that a reaction of this name asks for because of an event: the same each time."""
    return str(uuid5(COMMANDS, f"{recorded.id} {name}"))
