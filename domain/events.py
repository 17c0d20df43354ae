"""What every event is made of: facts that happened, and the private text some of them carry."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Private:
    """Text a person is or typed: plain to the code, sealed in the log under its subject's key.

    `subject` is the stream id of whoever the text belongs to (a member, a company, a zone);
    `text` is None once that subject's key is gone. Decisions and `evolve` must accept both.
    """

    __slots__ = ("subject", "text")

    subject: str
    text: str | None

    def __init__(self, subject: str, text: str | None) -> None:
        object.__setattr__(self, "subject", subject)
        object.__setattr__(self, "text", text)

    @property
    def erased(self) -> bool:
        """Whether the key is gone and the text can never be read again."""
        return self.text is None

    def __str__(self) -> str:
        return self.text or ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and (self.subject, self.text) == (other.subject, other.text)

    def __hash__(self) -> int:
        return hash((self.subject, self.text))

    def __repr__(self) -> str:
        # A traceback or a log line must never show what a person typed.
        return f"Private({self.subject!r}, {'erased' if self.erased else '…'})"

    def __setattr__(self, name: str, value: object) -> None:
        message = "private text is never edited in place"
        raise AttributeError(message)


class Event(Struct, frozen=True, kw_only=True):
    """A past-tense fact in a member's words; never edited, only succeeded.

    The stored name of an event is its class name, frozen for ever and independent of its module.
    Every new field of a stored event needs a default.
    """


class Recorded(Struct, frozen=True):
    """An event as it stands in the log, with what is known of its recording.

    `id` grows with the one global order and has gaps; `version` counts from 0 in the stream;
    `at` never goes backwards along `id`; `zones` are the zones it concerns.
    """

    id: int
    stream: str
    version: int
    event: Event
    at: datetime
    actor: str
    for_company: str | None = None
    zones: tuple[str, ...] = ()
