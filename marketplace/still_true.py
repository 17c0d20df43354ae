"""Whether a listing still holds, asked in a mail: a signed value that renews or withdraws it, this time, in one tap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from marketplace.tokens import Signer

PURPOSE: Final = "still_true"
HOLDS: Final = timedelta(days=30)
"""How long after the end of a listing the question can still be answered."""


class Question(Struct, frozen=True):
    """Who was asked about which listing, and which end of it: renewed, it has another, and asks another question."""

    member_id: str
    listing_id: str
    ends_at: datetime


def sign(signer: Signer, question: Question) -> str:
    """The token that stands in the mail; it opens no session and says nothing secret."""
    value = f"{question.member_id} {question.listing_id} {_milliseconds(question.ends_at)}"
    return signer.sign(PURPOSE, value, expires_at=question.ends_at + HOLDS)


def read(signer: Signer, token: str, now: datetime) -> Question | None:
    """What a token of this site asks, as long as it may be answered."""
    parts = (signer.read(PURPOSE, token, now=now) or "").split(" ")
    if len(parts) != len(Question.__struct_fields__) or not parts[-1].isdigit():
        return None
    return Question(parts[0], parts[1], datetime.fromtimestamp(int(parts[2]) / 1000, UTC))


def is_about(question: Question, ends_at: datetime | None) -> bool:
    """Whether it is still this end that is asked about."""
    return ends_at is not None and _milliseconds(ends_at) == _milliseconds(question.ends_at)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
