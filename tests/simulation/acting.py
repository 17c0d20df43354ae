"""What people of the simulation do once they act: one step of an exchange, through the marketplace's use cases."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from domain import dealings
from domain.exchanges import Exchange, Reason, Slot, next_step
from domain.listings import Listing
from domain.quantities import Quantity
from marketplace.application import Marketplace
from tests.simulation.neighbourhood import Entering
from tests.simulation.people import (
    ACCEPTS,
    BY_PHONE,
    COUNTERS,
    FAILS,
    GIVES_UP,
    IN_PARTS,
    PROPOSES,
    REASONS,
    Person,
)

FRIDAY = 4


class Acting:
    """Knows what really happened at the docks, and says it when asked."""

    def __init__(self, market: Marketplace, enter: Entering, chance: random.Random) -> None:
        """People choose by `chance`."""
        self._market, self._enter, self._chance = market, enter, chance
        self._collected: dict[str, datetime] = {}

    def settles_by_phone(self, exchange_id: str, now: datetime) -> bool:
        """Whether the two ring each other once they know how; then the thing is collected some days later."""
        if self._chance.random() >= BY_PHONE:
            return False
        self._collected[exchange_id] = _weekday(now + timedelta(days=self._chance.uniform(1, 7)), 11)
        return True

    def collected_at(self, exchange_id: str) -> datetime:
        """When what was settled by phone is collected."""
        return self._collected[exchange_id]

    def act(self, person: Person, exchange: Exchange, listing: Listing, now: datetime) -> None:
        """Take the next step, or say that there will be none."""
        step = next_step(exchange)
        assert step is not None
        match step.what:
            case "answer":
                self._answer(person, exchange, listing, now)
            case "propose" | "answer_pickup" | "confirm":
                self._arrange(person, exchange, listing, now)
            case "confirm_period" | "resume":
                self._tell_of_period(person, exchange, now)
            case "settle":
                take = exchange.dispute
                assert take is not None
                theirs = take.amount if person.company_id == take.disputed_by else take.disputed
                quantity = Quantity(theirs, exchange.asked.unit) if theirs else None
                self._market.settle_dispute(
                    dealings.SettleDispute(**self._said(person, exchange, now), number=take.number, quantity=quantity)
                )

    def stop_waiting(self, person: Person, exchange: Exchange, now: datetime) -> None:
        """The other side does not answer: whoever waited says why they go on without."""
        if exchange.stage == "disputed":
            return
        self._give_up(person, exchange, now, "other_solution")

    def dispute(self, person: Person, exchange: Exchange, now: datetime) -> None:
        """Tell a pick-up otherwise than the other side did."""
        take = exchange.takes[-1]
        if take.amount <= 1 or take.by == person.company_id or now >= take.disputable_until:
            return
        self._market.dispute_exchange(
            dealings.DisputeExchange(
                **self._said(person, exchange, now),
                number=take.number,
                quantity=Quantity(take.amount - 1, exchange.asked.unit),
                sentence="One was missing.",
            )
        )

    # --- the steps

    def _answer(self, person: Person, exchange: Exchange, listing: Listing, now: datetime) -> None:
        if person.company_id != exchange.owner_id:
            return
        left = listing.free if listing.side == "offer" else exchange.asked.amount
        if left and self._chance.random() < ACCEPTS:
            kept = replace(exchange.asked, amount=min(exchange.asked.amount, left))
            at_once = not exchange.recurs and self._chance.random() < PROPOSES
            self._market.accept_exchange(
                dealings.AcceptExchange(
                    **self._said(person, exchange, now), quantity=kept, slot=self._slot(now) if at_once else None
                )
            )
            return
        reason: Reason = self._reason() if left else "quantity"
        self._market.decline_exchange(dealings.DeclineExchange(**self._said(person, exchange, now), reason=reason))

    def _arrange(self, person: Person, exchange: Exchange, listing: Listing, now: datetime) -> None:
        """Confirm what was collected; else agree on a time, or give up."""
        if self._happened(exchange, now):
            self._confirm(person, exchange, listing, now)
        elif self._collected.get(exchange.exchange_id, now) > now:
            return  # settled by phone, and known to both
        elif self._chance.random() < GIVES_UP:
            self._give_up(person, exchange, now, self._reason())
        elif exchange.stage == "arranged" and exchange.agreed and exchange.agreed.end > now:
            return
        elif (
            exchange.stage == "proposed"
            and exchange.proposed
            and exchange.proposed_by != person.company_id
            and exchange.proposed.start > now
            and self._chance.random() >= COUNTERS
        ):
            self._market.agree_pickup(dealings.AgreePickup(**self._said(person, exchange, now)))
        else:
            said = self._said(person, exchange, now)
            self._market.propose_pickup(dealings.ProposePickup(**said, slot=self._slot(now)))

    def _slot(self, now: datetime) -> Slot:
        """A morning within a week."""
        begins = _weekday(now + timedelta(days=self._chance.uniform(1, 7)), 9)
        return Slot(begins, begins + timedelta(hours=2))

    def _happened(self, exchange: Exchange, now: datetime) -> bool:
        """Whether somebody came: decided once for each agreed time."""
        if exchange.agreed is not None and exchange.agreed.end <= now:
            agreement = f"{exchange.exchange_id} {exchange.agreements}"
            came = self._collected.setdefault(
                agreement,
                exchange.agreed.end if self._chance.random() >= FAILS else datetime.max.replace(tzinfo=now.tzinfo),
            )
            if came <= now:
                return True
        return exchange.exchange_id in self._collected and self._collected[exchange.exchange_id] <= now

    def _confirm(self, person: Person, exchange: Exchange, listing: Listing, now: datetime) -> None:
        assert exchange.accepted is not None
        left = exchange.held or exchange.accepted.amount - exchange.taken
        if listing.side == "offer":
            # The hold may have lapsed, and others may have what was kept.
            left = min(left, listing.free + exchange.held)
        if not left:
            self._give_up(person, exchange, now, "quantity")
            return
        in_parts = left > 2 and self._chance.random() < IN_PARTS
        amount = left // 2 if in_parts else max(left - self._chance.randint(0, 2), Decimal(1))
        self._market.confirm_exchange(
            dealings.ConfirmExchange(
                **self._said(person, exchange, now),
                quantity=Quantity(amount, exchange.asked.unit),
                measured=True,
                final=not in_parts,
                collected_on=now.date(),
            )
        )

    def _tell_of_period(self, person: Person, exchange: Exchange, now: datetime) -> None:
        assert exchange.period is not None
        said = self._said(person, exchange, now)
        if not exchange.takes and self._chance.random() < GIVES_UP:
            self._give_up(person, exchange, now, self._reason())
        elif exchange.stage == "interrupted" and self._chance.random() < 0.5:
            if exchange.takes:
                self._market.end_flow(dealings.EndFlow(**said))
            else:
                self._give_up(person, exchange, now, "timing")
        else:
            assert exchange.accepted is not None
            amount = Quantity(exchange.accepted.amount, exchange.asked.unit)
            self._market.confirm_period(
                dealings.ConfirmPeriod(**said, period=exchange.period, quantity=amount, measured=True)
            )

    def _give_up(self, person: Person, exchange: Exchange, now: datetime, reason: Reason) -> None:
        said = self._said(person, exchange, now)
        if exchange.stage == "asked" and person.company_id == exchange.owner_id:
            self._market.decline_exchange(dealings.DeclineExchange(**said, reason=reason))
        else:
            self._market.abandon_exchange(dealings.AbandonExchange(**said, reason=reason))

    def _reason(self) -> Reason:
        return self._chance.choices(list(REASONS), list(REASONS.values()))[0]

    def _said(self, person: Person, exchange: Exchange, now: datetime) -> dict[str, Any]:
        return {
            **self._enter.asked(person.actor, now),
            "listing_id": exchange.listing_id,
            "exchange_id": exchange.exchange_id,
            "company_id": person.company_id,
            "seen_version": exchange.version,
        }


def _weekday(at: datetime, hour: int) -> datetime:
    at = at.replace(hour=hour, minute=0)
    while at.weekday() > FRIDAY:
        at += timedelta(days=1)
    return at
