"""Whatever companies ask, accept, collect, correct and give up in whatever order, no more is promised than there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import listings
from domain.dealings import CorrectTake, MissPeriod, RenewHold, SettleDispute, open_to
from domain.exchanges import Slot, coming, next_step
from domain.listings import AmendListing, CoverNeed, Listing
from domain.refused import Refused
from tests.domain.dealing import (
    EWAN,
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
from tests.samples import JOURDIES, KARIM, LEA, NOW, PALLETS, asked, draft, jourdies, pieces, sawmill

THERE = 50
ASKERS = st.sampled_from([KARIM, EWAN])
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
        self.asked = 0
        self.newest: dict[str, str] = {}

    def of(self, asker: str) -> str:
        """The exchange somebody asked for last."""
        return self.newest.get(asker, "exchange-nowhere")

    def attempt(self, decision: Any) -> None:
        """Do it if it is allowed; a refusal leaves no trace."""
        try:
            events = decision(self.listing)
        except Refused:
            return
        for event in events:
            self.listing = listings.evolve(self.listing, event)

    @initialize(first=COUNTS, second=COUNTS)
    def two_want_it(self, first: str, second: str) -> None:
        """Otherwise most runs end before anybody competes."""
        for member, count in ((KARIM, first), (EWAN, second)):
            self.want(member, count, recurs=self.per is not None)

    @rule(asker=ASKERS, count=COUNTS, recurs=st.booleans())
    def want(self, asker: str, count: str, recurs: bool) -> None:  # noqa: FBT001  (drawn by name)
        self.asked += 1
        exchange_id = f"exchange-{self.asked}"
        per = self.per if recurs else None
        self.attempt(wanting(asker, count, per=per, now=self.now, exchange_id=exchange_id))  # type: ignore[arg-type]
        if exchange_id in self.listing.exchanges:
            self.newest[asker] = exchange_id

    @rule(asker=ASKERS, count=st.none() | COUNTS)
    def accept(self, asker: str, count: str | None) -> None:
        known = self.listing.exchanges.get(self.of(asker))
        if known is not None:
            wanted = count or str(known.asked.amount)
            self.attempt(accepting(wanted, now=self.now, per=known.asked.per, exchange_id=self.of(asker)))

    @rule()
    def accept_everyone(self) -> None:
        for asker in (KARIM, EWAN):
            self.accept(asker, None)

    @rule(asker=ASKERS, owner=st.booleans(), count=COUNTS, final=st.booleans())
    def confirm(self, asker: str, owner: bool, count: str, final: bool) -> None:  # noqa: FBT001
        by = LEA if owner else asker
        self.attempt(confirming(count, by, self.now, final=final, exchange_id=self.of(asker)))

    @rule(asker=ASKERS, owner=st.booleans(), count=st.none() | COUNTS)
    def tell_it_differently(self, asker: str, owner: bool, count: str | None) -> None:  # noqa: FBT001
        self.attempt(disputing(count, LEA if owner else asker, self.now, exchange_id=self.of(asker)))

    @rule(asker=ASKERS, count=COUNTS, again=st.none() | COUNTS)
    def collect_some_and_correct_it(self, asker: str, count: str, again: str | None) -> None:
        self.attempt(confirming(count, asker, self.now, final=False, exchange_id=self.of(asker)))
        self.mend(asker, owner=False, count=again, kind=CorrectTake, number=1)

    @rule(count=COUNTS)
    def amend(self, count: str) -> None:
        if self.per is None:
            changed = AmendListing(**asked(LEA, self.now), listing_id=PALLETS, draft=draft(quantity=pieces(count)))
            self.attempt(lambda it: listings.amend_listing(changed, it, sawmill(), {JOURDIES: jourdies()}))

    @rule(count=COUNTS)
    def promise_some_elsewhere(self, count: str) -> None:
        elsewhere = CoverNeed(
            **asked(LEA, self.now),
            listing_id=PALLETS,
            exchange_id="exchange-elsewhere",
            quantity=pieces(count, self.per),  # type: ignore[arg-type]
            confirmed=False,
        )
        self.attempt(lambda it: listings.reserve_elsewhere(elsewhere, it))

    @rule(asker=ASKERS, owner=st.booleans(), count=st.none() | COUNTS, kind=MENDING, number=st.integers(1, 3))
    def mend(self, asker: str, owner: bool, count: str | None, kind: type[Any], number: int) -> None:  # noqa: FBT001
        by, quantity = LEA if owner else asker, pieces(count) if count else None
        self.attempt(step(kind, by, self.now, number=number, quantity=quantity, exchange_id=self.of(asker)))

    @rule(asker=ASKERS, owner=st.booleans())
    def agree_on_a_time(self, asker: str, owner: bool) -> None:  # noqa: FBT001
        first, second = (LEA, asker) if owner else (asker, LEA)
        slot = Slot(self.now + timedelta(days=3), self.now + timedelta(days=3, hours=1))
        self.attempt(proposing(first, self.now, slot, exchange_id=self.of(asker)))
        self.attempt(agreeing(second, self.now, exchange_id=self.of(asker)))

    @rule(asker=ASKERS, owner=st.booleans())
    def give_up(self, asker: str, owner: bool) -> None:  # noqa: FBT001
        self.attempt(abandoning(LEA if owner else asker, self.now, exchange_id=self.of(asker)))

    @rule(asker=ASKERS)
    def keep_for_longer(self, asker: str) -> None:
        self.attempt(step(RenewHold, LEA, self.now, exchange_id=self.of(asker)))

    @rule(asker=ASKERS, count=COUNTS, missed=st.booleans())
    def tell_the_period(self, asker: str, count: str, missed: bool) -> None:  # noqa: FBT001
        known = self.listing.exchanges.get(self.of(asker))
        if known is None or known.period is None:
            return
        if missed:
            self.attempt(step(MissPeriod, asker, self.now, period=known.period, exchange_id=self.of(asker)))
        else:
            self.attempt(came(known.period, count, asker, self.now, exchange_id=self.of(asker)))

    @rule(days=st.integers(1, 40))
    def let_time_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        for exchange_id in tuple(self.listing.exchanges):
            self.attempt(nudging(self.now, exchange_id=exchange_id))

    @invariant()
    def no_more_is_promised_than_there_is(self) -> None:
        there = self.listing.content.quantity.amount
        assert self.listing.promised + self.listing.taken + self.listing.given_elsewhere() <= there
        assert all(one.held >= 0 and one.taken >= 0 for one in self.listing.exchanges.values())

    @invariant()
    def nobody_comes_for_what_is_not_kept(self) -> None:
        assert not any(one.stage == "arranged" and not one.held for one in self.listing.exchanges.values())

    @invariant()
    def only_what_goes_on_holds_anything(self) -> None:
        assert not any(one.held and one.closed for one in self.listing.exchanges.values())

    @invariant()
    def whatever_is_open_has_a_next_step_with_a_date_and_a_clock_behind_it(self) -> None:
        for one in self.listing.exchanges.values():
            assert (next_step(one) is not None) == one.is_open
            if one.is_open:
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
TestDealing.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
TestFlowDealing = FlowDealing.TestCase
TestFlowDealing.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
