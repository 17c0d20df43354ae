"""A mail as the outbox keeps it: what it is, how urgent, where it stands, and its exact bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

import uuid_utils
from msgspec import Struct, field

Kind = Literal[
    "digest",
    "bulletin",
    "sign_in",
    "security",
    "decision",
    "exchange",
    "invitation",
    "summary",
    "quote_request",
    "objection",
    "left_behind",
    "joining",
    "zone_note",
]
State = Literal["due", "claimed", "inflight", "sent", "refused", "unknown", "skipped"]
Told = Literal["nothing", "prepared", "outcome"]

PATIENT: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Before the second try, the third, and so on; the last one for all that follow."""
HASTY: Final = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 30, 60))
"""The same where somebody sits and waits for the mail."""
URGENCY: Final[Mapping[Kind, int]] = {
    "sign_in": 0, "security": 0, "joining": 1, "invitation": 2, "exchange": 2, "decision": 3, "quote_request": 3,
    "objection": 3, "left_behind": 3, "zone_note": 3, "summary": 4, "bulletin": 4, "digest": 5,
}  # fmt: skip
"""What leaves first, when several are due."""
AT_ONCE: Final = 0
"""The urgency of what somebody waits for: it has a hand on the relay of its own, and no night and no cap."""
NO_SUCH_ADDRESS: Final = "no_such_address"
"""Why a mail was refused, when no mail to this address will ever arrive."""


class Letter(Struct, frozen=True):
    """A finished mail: who it goes to, and its exact source, lines ended by CRLF, ASCII only."""

    to: str
    subject: str
    source: str

    @property
    def sha256(self) -> str:
        """The lasting proof of what was sent."""
        return hashlib.sha256(self.source.encode("ascii")).hexdigest()


class Mail(Struct, frozen=True, kw_only=True):
    """A row of the outbox, its letter left sealed."""

    id: str
    kind: Kind
    member_id: str
    state: State
    told: Told
    zone_id: str = ""
    period: str = ""
    urgency: int = 5
    message_id: str = ""
    sha256: str = ""
    template: str = ""
    items: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    why: str = ""
    created_at: datetime
    due_at: datetime
    give_up_at: datetime
    settled_at: datetime | None = None
    token: str | None = None
    attempts: int = 0
    lost: int = 0
    transport: str = ""
    code: int = 0
    reply: str = ""
    returned_at: datetime | None = None
    returned: str = ""

    @property
    def digest_id(self) -> str:
        """The stream of its digest."""
        return f"digest-{self.member_id.removeprefix('member-')}-{self.period}"


class Opened(Struct, frozen=True):
    """A mail with its letter, or without it when that was dropped, erased, or never made."""

    mail: Mail
    letter: Letter | None


def new_id() -> str:
    """The id of a mail: it sorts by time and is part of the mail's Message-ID."""
    return str(uuid_utils.uuid7())


def pause(kind: Kind, attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    pauses = HASTY if URGENCY[kind] == AT_ONCE else PATIENT
    return pauses[min(attempts, len(pauses)) - 1]
