"""What follows from an event by itself: one file each, run in order behind the log, never again for what is past."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from domain.events import Event, Recorded
from marketplace.outbox import Letter, Mail


class Reaction(Struct, frozen=True):
    """What follows from these events: mails, each with its letter.

    `name` is kept for ever, since its position is kept under it. The same event must give mails of the same ids: what
    followed and how far the reaction came are written in one transaction, and an id that is there already stands.
    """

    name: str
    events: frozenset[type[Event]]
    react: Callable[[Recorded], Iterable[tuple[Mail, Letter]]]
