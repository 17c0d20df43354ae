"""Steps of exchanges in a town, through the use cases; everyone is called by the name the town knows them by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from domain.commands import Receipt
from domain.conversations import BlockSender, ReportMessage, SendMessage, Talking, UnblockSender
from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
    Dealing,
    DeclareSavings,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    NudgeExchange,
    ProposePickup,
    RenewHold,
    SettleDispute,
    ShowInterest,
)
from domain.exchanges import Slot
from domain.quantities import Period
from marketplace.application import Marketplace
from tests.replay import Town
from tests.samples import NOW, asked, later, pieces

SLOT: Final = Slot(later(days=7), later(days=7, hours=1))
"""A week from now, for an hour."""

USE_CASES: Final[dict[type[Dealing | Talking], Callable[[Marketplace, Any], Receipt]]] = {
    AcceptExchange: Marketplace.accept_exchange,
    DeclineExchange: Marketplace.decline_exchange,
    AbandonExchange: Marketplace.abandon_exchange,
    RenewHold: Marketplace.renew_hold,
    ProposePickup: Marketplace.propose_pickup,
    AgreePickup: Marketplace.agree_pickup,
    ConfirmExchange: Marketplace.confirm_exchange,
    CorrectTake: Marketplace.correct_take,
    DisputeExchange: Marketplace.dispute_exchange,
    SettleDispute: Marketplace.settle_dispute,
    DeclareSavings: Marketplace.declare_savings,
    ConfirmPeriod: Marketplace.confirm_period,
    MissPeriod: Marketplace.miss_period,
    EndFlow: Marketplace.end_flow,
    SendMessage: Marketplace.send_message,
    BlockSender: Marketplace.block_sender,
    UnblockSender: Marketplace.unblock_sender,
    ReportMessage: Marketplace.report_message,
}


def interest(
    town: Town,
    by: str,
    exchange: str,
    listing: str = "pallets",
    *,
    count: str = "20",
    per: Period | None = None,
    now: datetime = NOW,
    **said: Any,
) -> Receipt:
    """A company would have some of a listing."""
    return town.marketplace.show_interest(
        ShowInterest(
            exchange_id=f"exchange-{exchange}",
            listing_id=f"listing-{listing}",
            company_id=f"company-{by}",
            quantity=pieces(count, per),
            permit="Récépissé 74-2025-018",
            **said,
            **asked(f"member-{by}", now),
        )
    )


def step(
    town: Town,
    kind: type[Dealing | Talking],
    by: str,
    exchange: str,
    listing: str = "pallets",
    *,
    now: datetime = NOW,
    **said: Any,
) -> Receipt:
    """Someone of a company takes a step in an exchange, or says something in it."""
    about = {"exchange_id": f"exchange-{exchange}", "listing_id": f"listing-{listing}", "company_id": f"company-{by}"}
    command: Any = kind(**{**about, **asked(f"member-{by}", now), **said})
    return USE_CASES[kind](town.marketplace, command)


def accepted(town: Town, exchange: str, listing: str = "pallets", *, owner: str = "sawmill", **said: Any) -> Receipt:
    """The owner keeps twenty for them, unless said otherwise."""
    return step(town, AcceptExchange, owner, exchange, listing, **{"quantity": pieces("20"), **said})


def arranged(town: Town, exchange: str, by: str, owner: str = "sawmill", *, now: datetime = NOW) -> None:
    """The two sides agree on the slot."""
    step(town, ProposePickup, by, exchange, slot=SLOT, instructions="Quai 3, sonnez.", now=now)
    step(town, AgreePickup, owner, exchange, now=now)


def confirmed(town: Town, by: str, exchange: str, *, count: str = "20", **said: Any) -> Receipt:
    """One side says what was collected; all of it, counted on the slot's day, unless said otherwise."""
    now = said.pop("now", SLOT.end)
    usual = {"quantity": pieces(count), "measured": True, "final": True, "collected_on": now.date()}
    return step(town, ConfirmExchange, by, exchange, now=now, **{**usual, **said})


def message(town: Town, by: str, exchange: str, name: str, text: str = "Bonjour !", **said: Any) -> Receipt:
    """One side writes to the other."""
    return step(town, SendMessage, by, exchange, message_id=f"message-{name}", text=text, **said)


def nudge(town: Town, exchange: str, listing: str = "pallets", *, now: datetime) -> Receipt:
    """The clock looks after an exchange."""
    about = {"exchange_id": f"exchange-{exchange}", "listing_id": f"listing-{listing}"}
    return town.marketplace.nudge_exchange(NudgeExchange(**{**about, **asked("system:clock", now)}))


def silence(town: Town, exchange: str, *, until: datetime, since: datetime = NOW) -> None:
    """Days go by, and nobody but the clock does anything."""
    day = since
    while day < until:
        day += timedelta(days=1)
        nudge(town, exchange, now=day)
