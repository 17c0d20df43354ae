"""What one person finds in the log about themselves: the words sealed under their name, and what they did."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from domain.events import Event, Private
from marketplace.application.deciding import Deciding
from marketplace.eventlog import EventLog


class Wrote(Struct, frozen=True):
    """What somebody wrote in one event: the texts by the names of their fields."""

    event: str
    stream: str
    at: datetime
    texts: dict[str, str]


class Did(Struct, frozen=True):
    """Something that somebody did, as the log names it."""

    event: str
    stream: str
    at: datetime


class PrivacyUseCases(Deciding):
    """What one person finds in the log about themselves."""

    @property
    def log(self) -> EventLog:
        """The log, for what works on it as a whole: erasing, and rebuilding what stood on it."""
        return self._log

    def words_of(self, subject: str) -> list[Wrote]:
        """Everything that is sealed under a person's or a company's name, the newest first."""
        found = [
            Wrote(type(recorded.event).__name__, stream, recorded.at, texts)
            for stream in self._log.streams_with_words_of(subject)
            for recorded in self._log.history(stream)
            if (texts := texts_in(recorded.event, subject))
        ]
        return sorted(found, key=lambda wrote: wrote.at, reverse=True)

    def acts_of(self, actor: str) -> list[Did]:
        """Everything that somebody did, the newest first."""
        return [Did(name, stream, at) for name, stream, at in self._log.acts_of(actor)]


def texts_in(event: Event, subject: str) -> dict[str, str]:
    """The texts of an event that belong to a subject and can still be read, by the names of their fields."""
    texts: dict[str, str] = {}

    def gather(name: str, value: object) -> None:
        if isinstance(value, Private):
            if value.subject == subject and value.text:
                texts[name] = value.text
        elif isinstance(value, Struct):
            for inner, held in msgspec.structs.asdict(value).items():
                gather(f"{name}.{inner}".lstrip("."), held)
        elif isinstance(value, dict):
            for inner, held in value.items():
                gather(f"{name}.{inner}", held)
        elif isinstance(value, tuple | list):
            for number, held in enumerate(value, 1):
                gather(f"{name}.{number}", held)

    gather("", event)
    return texts
