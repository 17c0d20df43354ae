"""One tap from a mail: a signed value that lets whoever holds it take exactly the step the mail asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from domain.exchanges import Owed
from marketplace.tokens import Signer

PURPOSE: Final = "answer"
HOLDS: Final = timedelta(days=30)
"""As long as an exchange may stay silent before it closes by itself."""

Ask = Literal["answer", "pickup", "collected", "period", "hold", "settle", "give_up"]
"""Yes or no; whether a time suits; whether it was collected; whether it came; keep it longer; which figure; say why."""

ASKS: Final[dict[Owed, Ask]] = {
    "answer": "answer",
    "answer_pickup": "pickup",
    "confirm": "collected",
    "confirm_period": "period",
    "settle": "settle",
}
"""The steps that one tap takes; to propose a time takes a calendar."""


def one_tap(step: Owed, *, waste: bool) -> Ask | None:
    """What one tap answers when this step is owed; nothing where it takes a form, as the register of waste does."""
    return None if waste and step in ("confirm", "confirm_period") else ASKS.get(step)


class Question(Struct, frozen=True):
    """What a mail asked of whom; `about` names the period or the pick-up, where there are several."""

    member_id: str
    listing_id: str
    exchange_id: str
    ask: Ask
    about: str = ""


def sign(signer: Signer, question: Question, now: datetime) -> str:
    """The token that stands in the mail; it opens no session and says nothing secret."""
    value = " ".join(msgspec.structs.astuple(question))
    return signer.sign(PURPOSE, value, expires_at=now + HOLDS)


def read(signer: Signer, token: str, now: datetime) -> tuple[Question, bool] | None:
    """What a token of this site asks, and whether it may still be answered: one that is too old is explained."""
    value = signer.read(PURPOSE, token, now=datetime.fromtimestamp(0, UTC))
    parts = value.split(" ") if value is not None else []
    if len(parts) != len(Question.__struct_fields__) or parts[3] not in get_args(Ask):
        return None
    holds = signer.read(PURPOSE, token, now=now) is not None
    return Question(*parts), holds  # type: ignore[arg-type]  # the kind is one of them
