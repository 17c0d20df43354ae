"""What someone asks for, and what they get back once it is recorded."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field


class Command(Struct, frozen=True, kw_only=True):
    """A wish, with who asks, when, and the id that makes asking twice harmless.

    `actor` is `member:<id>`, `guest:<link>`, `token:<id>` or `system:<name>`; `now` is aware and read
    at the edge; `for_company` names the company a facilitator acts for; `seen_version` is the version
    of the stream the person was looking at; the decision refuses where what came after it matters.
    """

    actor: str
    now: datetime
    command_id: str
    for_company: str | None = None
    seen_version: int | None = None


class Receipt(Struct, frozen=True):
    """What a recorded command left: its stream, the stream's new version, and the position to wait for.

    `ids` holds what the first answer named (for example `listing_id`), so that the same command asked
    again is answered alike. `position` is 0 when nothing had to be recorded.
    """

    stream: str
    version: int
    position: int
    ids: dict[str, str] = field(default_factory=dict)
