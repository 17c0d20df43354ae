"""What was really collected: confirmed by either side, disputed by the other, once or period by period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import listings
from domain.dealings import CorrectTake, DeclareSavings, EndFlow, MissPeriod, SettleDispute, Waste, disputable
from domain.exchanges import (
    DisputeSettled,
    ExchangeConfirmed,
    ExchangeDeclined,
    ExchangeDisputed,
    FlowEnded,
    PeriodConfirmed,
    PeriodMissed,
    SavingsDeclared,
)
from domain.listings import CoverNeed, Listing, ListingFulfilled, ListingReopened, NeedCovered, ReopenNeed
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden
from tests.domain.dealing import (
    ALSO,
    EWAN,
    WANTED,
    abandoning,
    accepting,
    came,
    confirming,
    disputing,
    exchange,
    nudging,
    step,
    told,
    wanting,
)
from tests.samples import ANNE, BAKERY, KARIM, LEA, NOW, PALLETS, asked, later, listing_posted, pieces
from tests.story import Story

KEPT = (wanting(), accepting())


def settling(count: str | None, by: str, **changes: Any) -> Any:
    return step(SettleDispute, by, number=1, quantity=pieces(count) if count else None, **changes)


def test_either_side_confirms_the_real_quantity_and_the_rest_is_free() -> None:
    story = told(*KEPT).when(confirming("47", by=LEA))
    story.state(taken=Decimal(47), promised=Decimal(0), free=Decimal(3))
    assert exchange(story).stage == "confirmed"


def test_what_is_used_up_is_fulfilled_and_who_waits_is_told() -> None:
    story = told(*KEPT, wanting(by=EWAN)).when(confirming("50"))
    assert isinstance(story.now, Listing)
    assert story.now.life == "fulfilled"
    assert exchange(story, ALSO).stage == "declined"
    assert exchange(story, ALSO).closed_by == "", "nobody chose it"
    assert exchange(story, ALSO).reason == "quantity"


def test_a_partial_pickup_keeps_the_rest_held() -> None:
    story = told(*KEPT).when(confirming("20", final=False))
    story.state(taken=Decimal(20), promised=Decimal(30), free=Decimal(0))
    assert exchange(story).stage == "accepted"
    story.when(confirming("30"))
    assert exchange(story).stage == "confirmed"


def test_the_last_of_it_ends_the_exchange_whatever_was_ticked() -> None:
    assert told(*KEPT).when(confirming("50", final=False)) is not None
    assert exchange(told(*KEPT, confirming("50", final=False))).stage == "confirmed"


def test_more_than_was_held_is_confirmed_only_where_it_is_free() -> None:
    told(wanting(count="30"), accepting("30")).when(confirming("35")).state(taken=Decimal(35), free=Decimal(15))
    told(*KEPT).when(confirming("51")).then_refused("50", field="amount")
    held_for_two = told(
        wanting(count="30"), wanting(by=EWAN, count="20"), accepting("30"), accepting("20", exchange_id=ALSO)
    )
    held_for_two.when(confirming("31")).then_refused("30", field="amount")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"collected_on": later(days=1).date()}, "collected_on"),
        ({"collected_on": later(days=-9).date()}, "collected_on"),
        ({"condition": "Z"}, "condition"),
        ({"quantity": pieces("0.5")}, "amount"),
        ({"quantity": Quantity(Decimal(5), "KGM")}, "unit"),
        ({"quantity": pieces("5", "WEE")}, "unit"),
    ],
)
def test_a_confirmation_that_cannot_be_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    told(*KEPT).when(confirming(**changes)).then_refused(field=field)


def test_nothing_is_confirmed_before_it_is_accepted_nor_after_it_was_given_up() -> None:
    told(wanting()).when(confirming()).then_refused("not accepted")
    told(*KEPT, abandoning()).when(confirming()).then_refused("given up", kind=Conflict)
    told(*KEPT, confirming()).when(confirming()).then_refused("confirmed", kind=Conflict)


# --- told differently -----------------------------------------------------------------------------------------------


def test_the_other_side_disputes_within_seven_days() -> None:
    story = told(*KEPT, confirming("50", by=KARIM))
    disputed = story.when(disputing("40", now=later(days=6))).one(ExchangeDisputed)
    assert disputed.quantity == pieces("40")
    assert exchange(story).stage == "disputed"
    told(*KEPT, confirming()).when(disputing("40", now=later(days=7))).then_refused("days")
    told(*KEPT, confirming()).when(disputing("40", by=KARIM)).then_refused("yourself", kind=Forbidden)
    told(*KEPT, confirming()).when(disputing("50")).then_refused(field="amount")
    told(*KEPT, confirming()).when(disputing("40", sentence=" ")).then_refused(field="sentence")


def test_one_side_comes_round_and_what_is_left_is_offered_again() -> None:
    story = told(*KEPT, confirming("50", by=KARIM), disputing("40"))
    story.when(settling("40", KARIM))
    assert isinstance(story.now, Listing)
    assert (story.now.life, story.now.free) == ("open", Decimal(10))
    withdrawn = told(*KEPT, confirming("50", by=KARIM), disputing("40")).when(settling("50", LEA))
    assert withdrawn.one(DisputeSettled).quantity == pieces("50")


def test_a_third_figure_is_for_the_facilitator_to_say() -> None:
    disputed = (*KEPT, confirming("50", by=KARIM), disputing("40"))
    told(*disputed).when(settling("45", KARIM)).then_refused(kind=Forbidden)
    told(*disputed).when(settling("40", LEA)).then_refused(kind=Forbidden)
    assert told(*disputed).when(settling("45", ANNE)).state(taken=Decimal(45)) is not None
    told(*disputed).when(settling("45", EWAN)).then_refused()


def test_where_nothing_was_collected_after_all_the_exchange_goes_on() -> None:
    story = told(*KEPT, confirming("50", by=KARIM), disputing(None)).when(settling(None, KARIM))
    assert exchange(story).stage == "accepted"
    story.state(taken=Decimal(0), free=Decimal(50))
    story.when(abandoning())
    assert exchange(story).stage == "abandoned"


def test_a_wrong_figure_is_corrected_by_who_typed_it() -> None:
    story = told(*KEPT, confirming("5", by=KARIM))
    story.when(step(CorrectTake, KARIM, later(days=1), number=1, quantity=pieces("50")))
    story.state(taken=Decimal(50))
    other = told(*KEPT, confirming("5", by=KARIM))
    other.when(step(CorrectTake, LEA, number=1, quantity=pieces("50"))).then_refused(kind=Forbidden)


def test_correcting_a_fulfilled_listing_downwards_opens_it_again() -> None:
    story = told(*KEPT, confirming("50", by=KARIM)).when(step(CorrectTake, KARIM, number=1, quantity=pieces("45")))
    assert isinstance(story.now, Listing)
    assert story.now.life == "open"


def test_savings_are_declared_once_something_was_collected() -> None:
    told(*KEPT).when(step(DeclareSavings, KARIM, cents=100)).then_refused("collected")
    said = told(*KEPT, confirming()).when(step(DeclareSavings, KARIM, cents=18_000, use="reuse")).one(SavingsDeclared)
    assert (said.cents, said.use) == (18_000, "reuse")
    told(*KEPT, confirming()).when(step(DeclareSavings, KARIM)).then()
    told(*KEPT, confirming()).when(step(DeclareSavings, KARIM, cents=-1)).then_refused(field="saving")


# --- waste ----------------------------------------------------------------------------------------------------------

BALES: dict[str, Any] = {
    "attributes": {"condition": "B", "ownership": "exchange_pool", "status": "waste", "ewc": "15 01 03"}
}


def register(**changes: Any) -> Waste:
    entered = {"code": "15 01 03", "tonnes": Decimal("0.4"), "treatment": "R3", **changes}
    return Waste(**entered)


def test_waste_is_confirmed_with_what_the_register_wants() -> None:
    told(*KEPT, **BALES).when(confirming()).then_refused(field="tonnes")
    confirmed = told(*KEPT, **BALES).when(confirming("40", waste=register())).one(ExchangeConfirmed)
    assert confirmed.waste is not None
    assert confirmed.waste.tonnes == Decimal("0.4")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "15-01"}, "waste_code"),
        ({"tonnes": Decimal(0)}, "tonnes"),
        ({"treatment": "R99"}, "treatment"),
        ({"tonnes": Decimal("0.6")}, "carrier"),
        ({"tonnes": Decimal("0.6"), "carrier": "Trois Bennes"}, "receipt"),
        ({"code": "15 01 10*", "tonnes": Decimal("0.2")}, "carrier"),
    ],
)
def test_what_the_register_would_refuse_is_refused_here(changes: dict[str, Any], field: str) -> None:
    told(*KEPT, **BALES).when(confirming(waste=register(**changes))).then_refused(field=field)


# --- flows ----------------------------------------------------------------------------------------------------------

FLOW: dict[str, Any] = {"count": "25", "per": "WEE"}
RUNS = (wanting(**FLOW), accepting(**FLOW))


def test_a_flow_is_agreed_once_and_holds_its_rate() -> None:
    story = told(*RUNS, **FLOW)
    assert exchange(story).stage == "running"
    story.state(promised=Decimal(25), free=Decimal(0))
    story.when(came("2026-W10", "24", now=later(days=6)))
    story.state(free=Decimal(0)).one(PeriodConfirmed)


@pytest.mark.parametrize("day", [NOW.date() - timedelta(days=1), date(9999, 12, 31)])
def test_a_flow_begins_within_a_year(day: date) -> None:
    told(wanting(**FLOW), **FLOW).when(accepting(**FLOW, starts_on=day)).then_refused(field="starts_on")


def test_a_period_is_told_once_by_either_side_and_none_before_it_began() -> None:
    told(*RUNS, came("2026-W10"), **FLOW).when(came("2026-W10", by=LEA)).then()
    told(*RUNS, **FLOW).when(came("2026-W11")).then_refused(field="period")
    told(*RUNS, **FLOW).when(came("2026-W09")).then_refused("not begun", field="period")
    told(*RUNS, **FLOW).when(came("2026-03")).then_refused(field="period")
    told(*RUNS, **FLOW).when(came("next week")).then_refused(field="period")


def test_a_missed_period_interrupts_and_the_next_that_comes_resumes() -> None:
    story = told(*RUNS, **FLOW).when(step(MissPeriod, KARIM, later(days=6), period="2026-W10", reason="transport"))
    story.one(PeriodMissed)
    assert exchange(story).stage == "interrupted"
    story.when(came("2026-W12", now=later(days=20)))
    assert (exchange(story).stage, exchange(story).period) == ("running", "2026-W13")


def test_a_flow_that_ran_ends_and_frees_its_rate() -> None:
    told(*RUNS, **FLOW).when(step(EndFlow, KARIM)).then_refused("reason")
    story = told(*RUNS, came("2026-W10"), **FLOW).when(step(EndFlow, LEA))
    story.one(FlowEnded)
    story.state(promised=Decimal(0), free=Decimal(25))


def test_a_one_off_take_from_a_flow_holds_its_part_until_it_is_collected() -> None:
    story = told(wanting(count="10"), accepting("10"), **FLOW)
    story.state(free=Decimal(15))
    story.when(confirming("10")).state(free=Decimal(25))
    assert isinstance(story.now, Listing)
    assert story.now.life == "open", "a flow is not used up"


def test_a_flow_is_not_confirmed_at_once_nor_a_pickup_by_period() -> None:
    told(*RUNS, **FLOW).when(confirming("25")).then_refused("period by period")
    told(*KEPT).when(came("2026-W10")).then_refused("no recurring flow")


# --- the request ----------------------------------------------------------------------------------------------------


def covering(count: str, *, confirmed: bool, exchange_id: str = WANTED, unit: str = "H87") -> Any:
    quantity = Quantity(Decimal(count), unit)
    command = CoverNeed(
        **asked("system:reaction"), listing_id=PALLETS, exchange_id=exchange_id, quantity=quantity, confirmed=confirmed
    )
    return lambda listing: listings.cover_need(command, listing)


def reopening() -> Any:
    command = ReopenNeed(**asked("system:reaction"), listing_id=PALLETS, exchange_id=WANTED)
    return lambda listing: listings.reopen_need(command, listing)


def request() -> Story[Listing]:
    return Story(listings.evolve, listing_posted(side="request", awaiting=()))


def test_a_need_is_covered_by_promises_and_fulfilled_by_what_came() -> None:
    story = request().when(covering("30", confirmed=False))
    story.state(free=Decimal(20)).one(NeedCovered)
    story.when(covering("30", confirmed=True)).state(life="open")
    story.when(covering("20", confirmed=True, exchange_id=ALSO))
    story.state(life="fulfilled", free=Decimal(0))


def test_the_same_cover_told_twice_is_noted_once() -> None:
    request().when(covering("30", confirmed=False)).when(covering("30", confirmed=False)).then()


def test_a_promise_that_does_not_come_opens_the_need_again() -> None:
    story = request().when(covering("50", confirmed=True)).state(life="fulfilled")
    story.when(reopening()).state(life="open", free=Decimal(50))
    story.when(reopening()).then()


def test_what_is_estimated_never_closes_a_need() -> None:
    story = request().when(covering("1250", confirmed=True, unit="KGM"))
    story.state(life="open", free=Decimal(50))


def test_the_events_of_a_used_up_listing_come_in_order() -> None:
    kinds = [type(event) for event in told(*KEPT, wanting(by=EWAN)).when(confirming("50")).events]
    assert kinds == [ExchangeConfirmed, ListingFulfilled, ExchangeDeclined]
    again = told(*KEPT, confirming("50", by=KARIM)).when(step(CorrectTake, KARIM, number=1, quantity=pieces("45")))
    assert type(again.events[-1]) is ListingReopened


def test_a_corrected_figure_never_takes_what_others_were_promised() -> None:
    for_two = (wanting(count="30"), wanting(by=EWAN, count="20"), accepting("30"), accepting("20", exchange_id=ALSO))
    collected = told(*for_two, confirming("29"))
    collected.when(step(CorrectTake, KARIM, number=1, quantity=pieces("31"))).then_refused("left", field="amount")
    disputed = told(*for_two, confirming("29"), disputing("28"))
    disputed.when(settling("31", ANNE)).then_refused("left", field="amount")


def test_correcting_a_partial_pickup_upwards_takes_it_from_what_was_kept() -> None:
    for_two = (wanting(count="30"), wanting(by=EWAN, count="20"), accepting("30"), accepting("20", exchange_id=ALSO))
    story = told(*for_two, confirming("10", final=False))
    story.when(step(CorrectTake, KARIM, number=1, quantity=pieces("30")))
    story.state(taken=Decimal(30), promised=Decimal(20), free=Decimal(0))
    back = told(*for_two, confirming("10", final=False)).when(step(CorrectTake, KARIM, number=1, quantity=pieces("5")))
    back.state(taken=Decimal(5), promised=Decimal(45), free=Decimal(0))


def test_a_partial_pickup_after_the_hold_lapsed_leaves_the_rest_to_come() -> None:
    lapsed = (*KEPT, nudging(later(days=11)), nudging(later(days=14, minutes=1)))
    story = told(*lapsed, confirming("10", final=False, now=later(days=15)))
    assert exchange(story).stage == "accepted"
    story.state(taken=Decimal(10), promised=Decimal(40))


def test_a_slip_of_the_finger_is_refused() -> None:
    told(*RUNS, **FLOW).when(came("2026-W10", "251")).then_refused("ten times", field="amount")
    request = [wanting(), accepting()]
    story = Story(listings.evolve, listing_posted(side="request", awaiting=()))
    for decision in request:
        story.when(decision)
    story.when(confirming("501")).then_refused("ten times", field="amount")
    told(*KEPT, confirming("50", by=KARIM)).when(disputing("501")).then_refused("ten times", field="amount")
    disputed = told(*RUNS, came("2026-W10"), disputing("20"), **FLOW)
    disputed.when(settling("251", ANNE)).then_refused("ten times", field="amount")


def test_a_period_that_was_missed_is_not_missed_twice_and_may_turn_out_to_have_come() -> None:
    missed = step(MissPeriod, KARIM, later(days=6), period="2026-W10")
    story = told(*RUNS, missed, came("2026-W11", now=later(days=13)), **FLOW)
    story.when(step(MissPeriod, LEA, later(days=13), period="2026-W10")).then()
    story.when(came("2026-W10", now=later(days=13))).one(PeriodConfirmed)
    assert exchange(story).stage == "running"


def test_a_running_flow_is_told_period_after_period() -> None:
    told(*RUNS, **FLOW).when(came("2026-W11", now=later(days=9))).then_refused("before", field="period")


def test_a_correction_is_possible_for_a_week_however_often() -> None:
    story = told(*KEPT, confirming("5", by=KARIM))
    for day, count in ((5, "6"), (6, "7")):
        story.when(step(CorrectTake, KARIM, later(days=day), number=1, quantity=pieces(count)))
    story.when(step(CorrectTake, KARIM, later(days=8), number=1, quantity=pieces("8"))).then_refused("days")
    story.when(disputing("40", now=later(days=12)))
    assert story.refusal is not None
    other = told(
        *KEPT, confirming("5", by=KARIM), step(CorrectTake, KARIM, later(days=6), number=1, quantity=pieces("6"))
    )
    other.when(disputing("40", now=later(days=12))).one(ExchangeDisputed)


def test_every_pickup_of_the_week_may_be_put_right() -> None:
    told_twice = told(*KEPT, confirming("10", final=False), confirming("5", by=LEA, final=False))
    mine = disputable(exchange(told_twice), BAKERY, NOW)
    assert [(verb, take.number) for verb, take in mine] == [("dispute", 2), ("correct", 1)]


def test_an_offer_speaks_for_what_a_request_elsewhere_is_promised() -> None:
    def reserving(count: str, exchange_id: str = WANTED) -> Any:
        command = CoverNeed(
            **asked(LEA), listing_id=PALLETS, exchange_id=exchange_id, quantity=pieces(count), confirmed=False
        )
        return lambda listing: listings.reserve_elsewhere(command, listing)

    story = told().when(reserving("30"))
    story.state(free=Decimal(20)).one(NeedCovered)
    story.when(reserving("30")).then()
    story.when(reserving("21", ALSO)).then_refused("20", field="amount")
    told(reserving("30"), wanting(by=EWAN)).when(accepting("21", exchange_id=ALSO)).then_refused("20", field="amount")


def test_the_code_of_a_waste_is_read_however_it_is_grouped() -> None:
    confirmed = told(*KEPT, **BALES).when(confirming("40", waste=register(code="150103"))).one(ExchangeConfirmed)
    assert confirmed.waste is not None
    assert confirmed.waste.code == "15 01 03"
