"""What one side of an exchange may do at a moment: the pages offer this and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.exchanges import Exchange, Take

Verb = Literal["accept", "decline", "abandon", "renew_hold", "propose", "agree", "confirm", "correct", "dispute",
               "settle", "declare", "confirm_period", "miss_period", "end"]  # fmt: skip


def open_to(exchange: Exchange, company_id: str, now: datetime) -> tuple[Verb, ...]:
    """What one side may do now: the pages offer these and nothing else."""
    verbs: list[Verb] = []
    owns, stage = company_id == exchange.owner_id, exchange.stage
    last = exchange.takes[-1] if exchange.takes else None
    match stage:
        case "asked":
            verbs += ["accept", "decline"] if owns else ["abandon"]
        case "accepted" | "proposed" | "arranged":
            verbs += _answers(exchange, company_id, now)
            verbs += ["propose", "confirm", "abandon"]
            if owns and (exchange.held == 0 or exchange.hold_notice is not None):
                verbs.append("renew_hold")
        case "running" | "interrupted":
            verbs += _answers(exchange, company_id, now)
            verbs += ["confirm_period", "miss_period", "propose", "abandon"]
            if exchange.takes:
                verbs.append("end")
        case _:
            pass
    if exchange.dispute is not None:
        verbs.append("settle")
    verbs += dict.fromkeys(verb for verb, _take in disputable(exchange, company_id, now))
    if last is not None:
        verbs.append("declare")
    return tuple(verbs)


def disputable(exchange: Exchange, company_id: str, now: datetime) -> tuple[tuple[Verb, Take], ...]:
    """The pick-ups one side may still put right, or say of that they went otherwise; the newest first."""
    found: list[tuple[Verb, Take]] = []
    for take in reversed(exchange.takes):
        if take.disputed_by is not None:
            continue
        if take.by == company_id and now < take.correctable_until:
            found.append(("correct", take))
        elif take.by != company_id and now < take.disputable_until:
            found.append(("dispute", take))
    return tuple(found)


def _answers(exchange: Exchange, company_id: str, now: datetime) -> list[Verb]:
    """Whether there is a proposed time to agree with."""
    open_proposal = exchange.proposed is not None and exchange.proposed.end > now
    return ["agree"] if open_proposal and exchange.proposed_by != company_id else []
