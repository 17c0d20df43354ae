"""One tap from a mail: a signed value that lets whoever holds it take exactly the step the mail asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from domain.exchanges import Exchange, Owed
from domain.quantities import plain
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
    """What a mail asked of whom; `about` names the period, the time or the figure: a later one is another question."""

    member_id: str
    listing_id: str
    exchange_id: str
    ask: Ask
    about: str = ""


def about(exchange: Exchange, ask: Ask, company_id: str) -> str:
    """What a question put to one side now is about; nothing where there is but one to ask."""
    match ask:
        case "pickup" if exchange.proposed is not None:
            begins, ends = (int(at.timestamp()) for at in (exchange.proposed.start, exchange.proposed.end))
            return f"{exchange.agreements + 1}:{begins}:{ends}"
        case "collected":
            return str(len(exchange.takes) + 1)
        case "period":
            return exchange.period or ""
        case "settle" if exchange.dispute is not None:
            take = exchange.dispute
            return f"{take.number}:{plain(take.amount if take.disputed_by == company_id else take.disputed)}"
        case _:
            return ""


def figure_named(subject: str) -> tuple[int, Decimal] | None:
    """The pick-up and the other side's figure that a question to settle is about."""
    number, _mark, amount = subject.partition(":")
    return (int(number), Decimal(amount)) if amount else None


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
