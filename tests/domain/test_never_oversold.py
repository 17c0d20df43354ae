"""Whatever companies ask, accept, collect, correct and give up in whatever order, no more is promised than there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain import listings
from domain.dealings import CorrectTake, MissPeriod, RenewHold, SettleDispute, open_to
from domain.exchanges import Slot, coming, next_step
from domain.listings import Listing
from domain.refused import Refused
from tests.domain.dealing import (
    ALSO,
    EWAN,
    WANTED,
    abandoning,
    accepting,
    agreeing,
    came,
    confirming,
    disputing,
    nudging,
    pallets_posted,
    proposing,
    step,
    wanting,
)
from tests.samples import KARIM, LEA, NOW, pieces

THERE = 50
ASKERS = st.sampled_from([(KARIM, WANTED), (EWAN, ALSO)])
COUNTS = st.sampled_from(["1", "24", "25", "26", "49", "50", "51"])
"""Amounts around the half and the whole: one too many is the mistake to catch."""
MENDING = st.sampled_from([CorrectTake, SettleDispute])


class Dealing(RuleBasedStateMachine):
    """A lot of fifty, two who want it, one owner, and a clock that sometimes stops for weeks."""

    per: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.listing: Listing = listings.evolve(None, pallets_posted(str(THERE), self.per))  # type: ignore[arg-type]
        self.now: datetime = NOW
        self.taken_before = Decimal(0)

    def attempt(self, decision: Any) -> None:
        """Do it if it is allowed; a refusal leaves no trace."""
        try:
            events = decision(self.listing)
        except Refused:
            return
        for event in events:
            self.listing = listings.evolve(self.listing, event)

    @rule(asker=ASKERS, count=COUNTS, recurs=st.booleans())
    def want(self, asker: tuple[str, str], count: str, recurs: bool) -> None:  # noqa: FBT001  (drawn by name)
        member, exchange_id = asker
        if exchange_id in self.listing.exchanges:
            return
        per = self.per if recurs else None
        self.attempt(wanting(member, count, per=per, now=self.now, exchange_id=exchange_id))  # type: ignore[arg-type]

    @rule(asker=ASKERS, count=COUNTS)
    def accept(self, asker: tuple[str, str], count: str) -> None:
        known = self.listing.exchanges.get(asker[1])
        per = known.asked.per if known else None
        self.attempt(accepting(count, now=self.now, per=per, exchange_id=asker[1]))

    @rule(asker=ASKERS, owner=st.booleans(), count=COUNTS, final=st.booleans())
    def confirm(self, asker: tuple[str, str], owner: bool, count: str, final: bool) -> None:  # noqa: FBT001
        by = LEA if owner else asker[0]
        self.attempt(confirming(count, by, self.now, final=final, exchange_id=asker[1]))

    @rule(asker=ASKERS, owner=st.booleans(), count=st.none() | COUNTS)
    def tell_it_differently(self, asker: tuple[str, str], owner: bool, count: str | None) -> None:  # noqa: FBT001
        self.attempt(disputing(count, LEA if owner else asker[0], self.now, exchange_id=asker[1]))

    @rule(
        asker=ASKERS, owner=st.booleans(), count=st.none() | COUNTS, kind=st.sampled_from([CorrectTake, SettleDispute])
    )
    def mend(self, asker: tuple[str, str], owner: bool, count: str | None, kind: type[Any]) -> None:  # noqa: FBT001
        by, quantity = LEA if owner else asker[0], pieces(count) if count else None
        self.attempt(step(kind, by, self.now, number=1, quantity=quantity, exchange_id=asker[1]))

    @rule(asker=ASKERS, owner=st.booleans())
    def agree_on_a_time(self, asker: tuple[str, str], owner: bool) -> None:  # noqa: FBT001
        first, second = (LEA, asker[0]) if owner else (asker[0], LEA)
        slot = Slot(self.now + timedelta(days=3), self.now + timedelta(days=3, hours=1))
        self.attempt(proposing(first, self.now, slot, exchange_id=asker[1]))
        self.attempt(agreeing(second, self.now, exchange_id=asker[1]))

    @rule(asker=ASKERS, owner=st.booleans())
    def give_up(self, asker: tuple[str, str], owner: bool) -> None:  # noqa: FBT001
        self.attempt(abandoning(LEA if owner else asker[0], self.now, exchange_id=asker[1]))

    @rule(asker=ASKERS)
    def keep_for_longer(self, asker: tuple[str, str]) -> None:
        self.attempt(step(RenewHold, LEA, self.now, exchange_id=asker[1]))

    @rule(asker=ASKERS, count=COUNTS, missed=st.booleans())
    def tell_the_period(self, asker: tuple[str, str], count: str, missed: bool) -> None:  # noqa: FBT001
        known = self.listing.exchanges.get(asker[1])
        if known is None or known.period is None:
            return
        if missed:
            self.attempt(step(MissPeriod, asker[0], self.now, period=known.period, exchange_id=asker[1]))
        else:
            self.attempt(came(known.period, count, asker[0], self.now, exchange_id=asker[1]))

    @rule(days=st.integers(1, 40))
    def let_time_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        for exchange_id in tuple(self.listing.exchanges):
            self.attempt(nudging(self.now, exchange_id=exchange_id))

    @invariant()
    def no_more_is_promised_than_there_is(self) -> None:
        assert self.listing.promised + self.listing.taken <= THERE
        assert all(one.held >= 0 and one.taken >= 0 for one in self.listing.exchanges.values())

    @invariant()
    def only_what_goes_on_holds_anything(self) -> None:
        assert not any(one.held and one.closed for one in self.listing.exchanges.values())

    @invariant()
    def whatever_is_open_has_a_next_step_with_a_date_and_a_clock_behind_it(self) -> None:
        for one in self.listing.exchanges.values():
            assert (next_step(one) is not None) == one.is_open
            if one.is_open and one.reminded < 14:
                assert coming(one) is not None, one.stage

    @invariant()
    def a_listing_is_fulfilled_exactly_when_it_is_used_up(self) -> None:
        assert (self.listing.life == "fulfilled") == self.listing.is_used_up

    @invariant()
    def each_side_is_offered_only_what_is_possible(self) -> None:
        for one in self.listing.exchanges.values():
            for company in one.companies:
                assert one.is_open or not {"accept", "confirm", "propose", "agree"} & set(
                    open_to(one, company, self.now)
                )


class FlowDealing(Dealing):
    """Fifty a week instead."""

    per = "WEE"


TestDealing = Dealing.TestCase
TestDealing.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestFlowDealing = FlowDealing.TestCase
TestFlowDealing.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
