"""The people of the small town deal with each other: one exchange at a time, each step by whoever takes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any, Final

import psycopg
from msgspec import Struct
from uuid_utils import uuid7

from domain import listings
from domain.conversations import ReportMessage, SendMessage
from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
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
from domain.exchanges import Exchange, Slot
from domain.listings import Draft, Listing, PostListing, Side
from domain.quantities import Period, Quantity
from marketplace.database import Role
from marketplace.exchange_letter import exchange_writer
from marketplace.notifying import Notifying
from marketplace.outbox import Opened
from marketplace.reacting import Reactor
from marketplace.reactions import Reaction
from marketplace.reactions.covering_needs import covering_needs
from marketplace.reactions.telling_parties import telling_parties
from marketplace.reading import visible
from tests.marketplace.town import Town

TITLE: Final = "80 palettes Europe, au sec"
QUARTER: Final = timedelta(minutes=16)
"""A little more than what is waited for others."""


class Deal(Struct):
    """The bakery and the sawmill's pallets; `asker` and `owner` are trades of the town."""

    here: Town
    listing_id: str
    exchange_id: str = ""
    owner: str = "sawmill"
    asker: str = "bakery"
    per: Period | None = None

    @property
    def listing(self) -> Listing:
        """The listing as it stands."""
        found = self.here.log.load(self.listing_id, listings.evolve).state
        assert found is not None
        return found

    @property
    def exchange(self) -> Exchange:
        """The exchange as it stands."""
        return self.listing.exchanges[self.exchange_id]

    def wants(self, amount: str = "50", *, message: str = "", other: str | None = None) -> Deal:
        """The asker shows interest; the deal goes on from there."""
        exchange_id = f"exchange-{uuid7()}"
        self.here.marketplace.show_interest(
            ShowInterest(
                **self.here.by(self.asker),
                exchange_id=exchange_id,
                listing_id=self.listing_id,
                company_id=self.here.companies[self.asker],
                quantity=self.quantity(amount),
                other_listing_id=other,
                message=message,
                permit="Récépissé 74-2025-018",
            )
        )
        return Deal(self.here, self.listing_id, exchange_id, self.owner, self.asker, self.per)

    def quantity(self, amount: str, *, once: bool = False) -> Quantity:
        """So many, in the unit of the listing."""
        return Quantity(Decimal(amount), "H87", None if once else self.per)

    def accept(self, amount: str = "50", **time: Any) -> None:
        self._do("accept_exchange", AcceptExchange, self.owner, quantity=self.quantity(amount), **time)

    def decline(self, sentence: str = "") -> None:
        self._do("decline_exchange", DeclineExchange, self.owner, reason="other_solution", sentence=sentence)

    def abandon(self, by: str, reason: str = "transport") -> None:
        self._do("abandon_exchange", AbandonExchange, by, reason=reason)

    def renew(self) -> None:
        self._do("renew_hold", RenewHold, self.owner)

    def slot(self, days: float = 5) -> Slot:
        """An hour of that day."""
        start = self.here.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
        return Slot(start, start + timedelta(hours=1))

    def propose(self, by: str, days: float = 5, instructions: str = "") -> None:
        self._do("propose_pickup", ProposePickup, by, slot=self.slot(days), instructions=instructions)

    def agree(self, by: str) -> None:
        self._do("agree_pickup", AgreePickup, by)

    def confirm(self, by: str, amount: str = "50", *, final: bool = True) -> None:
        day = self.here.clock.now().date()
        said = {"quantity": self.quantity(amount), "measured": True, "final": final, "collected_on": day}
        self._do("confirm_exchange", ConfirmExchange, by, **said)

    def correct(self, by: str, amount: str | None) -> None:
        quantity = self.quantity(amount) if amount else None
        self._do("correct_take", CorrectTake, by, number=1, quantity=quantity)

    def dispute(self, by: str, amount: str | None) -> None:
        quantity = self.quantity(amount) if amount else None
        said = {"number": 1, "quantity": quantity, "sentence": "Il en manquait."}
        self._do("dispute_exchange", DisputeExchange, by, **said)

    def settle(self, by: str, amount: str | None) -> None:
        quantity = self.quantity(amount) if amount else None
        self._do("settle_dispute", SettleDispute, by, number=1, quantity=quantity)

    def came(self, by: str, period: str, amount: str = "50") -> None:
        said = {"period": period, "quantity": self.quantity(amount, once=True), "measured": False}
        self._do("confirm_period", ConfirmPeriod, by, **said)

    def missed(self, by: str, period: str) -> None:
        self._do("miss_period", MissPeriod, by, period=period)

    def end(self, by: str) -> None:
        self._do("end_flow", EndFlow, by)

    def write(self, by: str, text: str) -> str:
        message_id = f"message-{uuid7()}"
        self._do("send_message", SendMessage, by, message_id=message_id, text=text)
        return message_id

    def report(self, by: str, message_id: str) -> None:
        self._do("report_message", ReportMessage, by, message_id=message_id, sentence="Ce n’est pas correct.")

    def nudge(self) -> None:
        """The clock does what is due."""
        asked = self.here.asked("system:clock")
        command = NudgeExchange(**asked, listing_id=self.listing_id, exchange_id=self.exchange_id)
        self.here.marketplace.nudge_exchange(command)

    def _do(self, use_case: str, kind: type[Any], by: str, **fields: Any) -> None:
        command = kind(
            **self.here.by(by),
            listing_id=self.listing_id,
            exchange_id=self.exchange_id,
            company_id=self.here.companies[by],
            **fields,
        )
        getattr(self.here.marketplace, use_case)(command)


def pallets(
    here: Town, amount: str = "80", per: Period | None = None, side: Side = "offer", by: str = "sawmill"
) -> Deal:
    """Pallets that the sawmill offers, or someone looks for."""
    listing_id = f"listing-{uuid7()}"
    draft = Draft(
        category="PAL.EPAL1",
        title=TITLE,
        quantity=Quantity(Decimal(amount), "H87", per),
        attributes={"condition": "B", **({"ownership": "exchange_pool"} if side == "offer" else {})},
    )
    here.marketplace.post_listing(
        PostListing(
            **here.by(by),
            listing_id=listing_id,
            side=side,
            company_id=here.companies[by],
            site_id=f"site-{by}",
            draft=draft,
        )
    )
    return Deal(here, listing_id, owner=by, per=per)


def reactions(here: Town) -> tuple[Reaction, ...]:
    """What follows from exchanges; a message's listing is found as the site finds it."""
    return (
        covering_needs(here.marketplace, here.log, here.clock),
        telling_parties(here.log),
    )


@contextmanager
def reacting(here: Town, *chosen: Reaction) -> Iterator[Reacting]:
    """Let reactions begin here."""
    reactor = Reactor(here.database, here.log, here.outbox, chosen or reactions(here))
    with here.database.connect(Role.APPEND) as connection:
        reactor.begin(connection)
        yield Reacting(here, reactor, connection)


class Reacting(Struct):
    """Reactions under way, and the ticks that follow them."""

    here: Town
    reactor: Reactor
    connection: psycopg.Connection[Any]

    def catch_up(self) -> None:
        """React to everything so far."""
        look_up(self.here)
        self.reactor.catch_up(self.connection, threading.Event())
        assert self.connection.execute("SELECT name, error FROM log.reaction WHERE since IS NOT NULL").fetchall() == []

    def post(self) -> list[Opened]:
        """React, let a quarter of an hour pass, write the mails, and give the new ones, the oldest first."""
        before = {opened.mail.id for opened in mails(self.here)}
        self.catch_up()
        self.here.clock.advance(QUARTER)
        notifying(self.here).tick()
        return [opened for opened in mails(self.here) if opened.mail.id not in before]


def notifying(here: Town) -> Notifying:
    """What writes the mails."""
    return Notifying(here.outbox, exchange_writer(here.settings, here.log), here.clock, here.connections)


def look_up(here: Town) -> None:
    """Wait until exchanges can be looked up."""
    with here.database.connect(Role.WEB) as connection:
        assert visible(connection, here.log.head(), ["exchanges"], within=20)


def mails(here: Town) -> list[Opened]:
    """Mails about exchanges, the oldest first."""
    return [opened for opened in reversed(here.outbox.recent(1_000)) if opened.mail.kind == "exchange"]


def parsed(opened: Opened) -> EmailMessage:
    """A mail as its reader's program has it."""
    assert opened.letter is not None
    return message_from_string(opened.letter.source, policy=policy.default)


def said(opened: Opened, kind: str = "plain") -> str:
    """What a mail says, its spaces as they are in speech."""
    part = parsed(opened).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\u00a0", " ").replace("\u202f", " ")


def told(new: list[Opened]) -> dict[str, str]:
    """Subjects by recipient, of mails of whom nobody got two."""
    found = {opened.letter.to.partition("@")[0]: opened.letter.subject for opened in new if opened.letter}
    assert len(found) == len(new)
    return {name: subject.replace("\u00a0", " ").replace("\u202f", " ") for name, subject in found.items()}
