"""Who owes the next step of an exchange, and what the clock does when nobody takes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from domain.exchanges.events import Owed
from domain.exchanges.state import Exchange
from domain.periods import end_of

REMIND_AFTER: Final = timedelta(days=7)
"""Silence after which whoever owes the next step is reminded."""
TELL_FACILITATOR_AFTER: Final = timedelta(days=14)
"""Silence after which the zone's facilitator is told."""
CLOSE_AFTER: Final = timedelta(days=30)
"""Silence after which an exchange ends without an answer."""
HOLD: Final = timedelta(days=14)
"""How long a quantity is kept for who was accepted, until a pick-up is agreed."""
HOLD_AFTER_PICKUP: Final = CLOSE_AFTER
"""How long it is kept beyond the agreed slot: what was probably collected is not offered again before anyone says."""
HOLD_NOTICE: Final = timedelta(days=3)
"""How long before its end both sides are told."""
EVE: Final = timedelta(days=1)
"""How long before a pick-up both sides are reminded of it."""
ASK_AFTER: Final = timedelta(hours=2)
"""How long after the end of a slot whoever receives is asked whether the pick-up took place."""
MISSED_AFTER: Final = timedelta(days=7)
"""How long after the question a period counts as missed."""


# --- the next step ------------------------------------------------------------------------------------------------


class NextStep(Struct, frozen=True):
    """What has to happen, who owes it, from when on, and by when."""

    what: Owed
    owed_by: str
    since: datetime
    by: datetime


def next_step(exchange: Exchange) -> NextStep | None:
    """Who owes the next step and by when; None once nobody does."""
    after = exchange.since + REMIND_AFTER
    if exchange.dispute is not None:
        told_at = exchange.dispute.disputed_at or exchange.since
        return NextStep("settle", exchange.dispute.by, told_at, told_at + REMIND_AFTER)
    match exchange.stage:
        case "asked":
            return NextStep("answer", exchange.owner_id, exchange.since, after)
        case "accepted":
            return NextStep("propose", exchange.receiver_id, exchange.since, after)
        case "proposed":
            assert exchange.proposed is not None
            by = max(min(after, exchange.proposed.start), exchange.since)
            return NextStep("answer_pickup", exchange.other(exchange.proposed_by), exchange.since, by)
        case "arranged":
            assert exchange.agreed is not None
            slot = exchange.agreed
            return NextStep("confirm", exchange.receiver_id, slot.start, slot.end + REMIND_AFTER)
        case "running":
            assert exchange.period is not None
            over = end_of(exchange.period, exchange.time_zone)
            return NextStep("confirm_period", exchange.receiver_id, over, over + MISSED_AFTER)
        case "interrupted":
            return NextStep("resume", exchange.provider_id, exchange.since, after)
        case _:
            return None


# --- the clock ----------------------------------------------------------------------------------------------------


Prompt = Literal[
    "eve",
    "ask_pickup",
    "hold_notice",
    "hold_end",
    "ask_period",
    "miss_period",
    "lapse_dispute",
    "remind",
    "tell",
    "close",
]


class Coming(Struct, frozen=True):
    """What the clock will do if nobody takes a step before `at`."""

    at: datetime
    what: Prompt


def coming(exchange: Exchange, heard_at: datetime | None = None) -> Coming | None:
    """The next thing the clock does about an exchange; `heard_at` is when its two sides last wrote to each other.

    Every threat follows its warning by its full length, also when the clock itself was away for weeks.
    """
    if not exchange.is_open:
        return None
    due = [
        *_of_pickup(exchange),
        *_of_hold(exchange),
        *_of_period(exchange),
        *_of_dispute(exchange),
        *_of_silence(exchange, heard_at),
    ]
    return min(due, key=lambda one: one.at, default=None)


def _of_pickup(exchange: Exchange) -> list[Coming]:
    slot = exchange.agreed
    if slot is None:
        return []
    due = []
    if slot != exchange.reminded_of and slot.start - EVE > exchange.since:
        due.append(Coming(slot.start - EVE, "eve"))
    if slot != exchange.asked_about and exchange.stage == "arranged":
        due.append(Coming(slot.end + ASK_AFTER, "ask_pickup"))
    return due


def _of_hold(exchange: Exchange) -> list[Coming]:
    if exchange.hold_until is None or not exchange.held or exchange.stage == "disputed":
        return []
    if exchange.hold_notice is None:
        return [Coming(exchange.hold_until - HOLD_NOTICE, "hold_notice")]
    return [Coming(max(exchange.hold_until, exchange.hold_notice + HOLD_NOTICE), "hold_end")]


def _of_period(exchange: Exchange) -> list[Coming]:
    if exchange.stage not in ("running", "interrupted") or exchange.period is None:
        return []
    if exchange.period_asked is not None:
        return [Coming(exchange.period_asked + MISSED_AFTER, "miss_period")]
    # An interrupted flow is not asked about again: a missed period asks once.
    return [] if exchange.interrupted else [Coming(end_of(exchange.period, exchange.time_zone), "ask_period")]


def _of_dispute(exchange: Exchange) -> list[Coming]:
    dispute = exchange.dispute
    if dispute is None or dispute.disputed_at is None:
        return []
    return [Coming(dispute.disputed_at + CLOSE_AFTER, "lapse_dispute")]


def _of_silence(exchange: Exchange, heard_at: datetime | None) -> list[Coming]:
    if exchange.stage == "running" and exchange.dispute is None:
        return []
    agreed = exchange.agreed if exchange.stage == "arranged" else None
    begins = max(exchange.since, agreed.end) if agreed else exchange.since
    if exchange.stage == "interrupted" and exchange.period is not None:
        # Nothing could come again before the next period is over, be it a quarter.
        begins = max(begins, end_of(exchange.period, exchange.time_zone))
    reminded, reminded_at = exchange.reminded, exchange.reminded_at
    if heard_at is not None and heard_at > begins:
        begins = heard_at
        if reminded_at is not None and heard_at > reminded_at:
            reminded, reminded_at = 0, None
    if reminded_at is None:
        remind = begins + REMIND_AFTER
        if exchange.stage == "proposed" and exchange.proposed is not None:
            # A proposal nobody answered is worth nothing once its day has come.
            remind = min(remind, max(exchange.proposed.start - EVE, begins + EVE))
        return [Coming(remind, "remind")]
    if reminded == 1:
        wait = TELL_FACILITATOR_AFTER - REMIND_AFTER
        return [Coming(max(begins + TELL_FACILITATOR_AFTER, reminded_at + wait), "tell")]
    if exchange.dispute is not None:
        return []
    wait = CLOSE_AFTER - TELL_FACILITATOR_AFTER
    return [Coming(max(begins + CLOSE_AFTER, reminded_at + wait), "close")]
