"""Silence: who owes the next step and by when, and what the clock does about it, each warning before its threat."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.exchanges import (
    ExchangeAbandoned,
    ExchangeReminded,
    FacilitatorTold,
    HoldEnding,
    HoldLapsed,
    PeriodAsked,
    PeriodMissed,
    PickupAsked,
    PickupNear,
    Slot,
    coming,
    next_step,
)
from domain.listings import Listing
from tests.domain.dealing import (
    SLOT,
    Decision,
    abandoning,
    accepting,
    agreeing,
    came,
    confirming,
    disputing,
    exchange,
    nudging,
    proposing,
    told,
    wanting,
)
from tests.samples import BAKERY, KARIM, LEA, NOW, SAWMILL, later
from tests.story import Story

KEPT = (wanting(), accepting())
ARRANGED = (*KEPT, proposing(), agreeing())
FLOW: dict[str, Any] = {"count": "25", "per": "WEE"}
RUNS = (wanting(**FLOW), accepting(**FLOW))


def lived(story: Story[Listing], days: int, *, every: int = 1) -> list[tuple[int, str]]:
    """What the clock does while nobody does anything, looked at every so many days."""
    done = []
    for day in range(0, days + 1, every):
        story.when(nudging(NOW + timedelta(days=day, minutes=1)))
        done += [(day, type(event).__name__) for event in story.events]
    return done


@pytest.mark.parametrize(
    ("steps", "what", "owed_by", "by"),
    [
        ((wanting(),), "answer", SAWMILL, later(days=7)),
        (KEPT, "propose", BAKERY, later(days=7)),
        ((*KEPT, proposing()), "answer_pickup", SAWMILL, later(days=7)),
        ((*KEPT, proposing(by=LEA)), "answer_pickup", BAKERY, later(days=7)),
        (ARRANGED, "confirm", BAKERY, SLOT.end + timedelta(days=7)),
        ((*KEPT, confirming("20", final=False)), "propose", BAKERY, later(days=7)),
        ((*KEPT, confirming("50"), disputing("40")), "settle", BAKERY, later(days=7)),
    ],
)
def test_an_open_exchange_always_says_who_owes_what_by_when(
    steps: tuple[Decision, ...], what: str, owed_by: str, by: datetime
) -> None:
    step = next_step(exchange(told(*steps)))
    assert step is not None
    assert (step.what, step.owed_by, step.by) == (what, owed_by, by)


@pytest.mark.parametrize("steps", [(*KEPT, confirming()), (*KEPT, abandoning())])
def test_nobody_owes_a_step_once_it_is_over(steps: tuple[Decision, ...]) -> None:
    over = exchange(told(*steps))
    assert next_step(over) is None
    assert coming(over) is None


def test_an_interest_nobody_answers_is_reminded_told_and_closed() -> None:
    assert lived(told(wanting()), 40) == [(7, "ExchangeReminded"), (14, "FacilitatorTold"), (30, "ExchangeAbandoned")]


def test_a_kept_quantity_is_free_again_after_a_notice_and_the_exchange_goes_on() -> None:
    story = told(*KEPT)
    assert lived(story, 29) == [
        (7, "ExchangeReminded"),
        (11, "HoldEnding"),
        (14, "HoldLapsed"),
        (14, "FacilitatorTold"),
    ]
    assert exchange(story).is_open
    assert lived(story, 31)[-1] == (30, "ExchangeAbandoned")
    assert exchange(story).reason == "no_answer"


def test_after_weeks_without_a_clock_every_warning_still_comes_before_its_threat() -> None:
    story = told(*KEPT)
    story.when(nudging(later(days=60)))
    assert {type(event) for event in story.events} == {ExchangeReminded, HoldEnding}
    assert exchange(story).is_open
    story.when(nudging(later(days=64)))
    assert {type(event) for event in story.events} == {HoldLapsed}
    story.when(nudging(later(days=67)))
    assert {type(event) for event in story.events} == {FacilitatorTold}
    story.when(nudging(later(days=82)))
    story.then()
    assert story.when(nudging(later(days=83))).one(ExchangeAbandoned).by == ""


def test_a_step_begins_the_count_anew() -> None:
    story = told(wanting())
    story.when(nudging(later(days=8))).one(ExchangeReminded)
    story.when(accepting(now=later(days=9)))
    assert exchange(story).reminded == 0
    story.when(nudging(later(days=15))).then()
    story.when(nudging(later(days=16))).one(ExchangeReminded)


def test_who_writes_to_each_other_is_not_silent() -> None:
    story = told(wanting())
    story.when(nudging(later(days=10), heard_at=later(days=6))).then()
    story.when(nudging(later(days=13), heard_at=later(days=6))).one(ExchangeReminded)
    story.when(nudging(later(days=21), heard_at=later(days=20))).then()
    story.when(nudging(later(days=27), heard_at=later(days=20))).one(ExchangeReminded)


def test_what_was_probably_collected_stays_held_while_both_are_asked() -> None:
    story = told(*ARRANGED)
    assert lived(story, 36) == [
        (6, "PickupNear"),
        (8, "PickupAsked"),
        (15, "ExchangeReminded"),
        (22, "FacilitatorTold"),
        (35, "HoldEnding"),
    ]
    story.state(free=Decimal(0))


def test_a_pickup_agreed_for_today_has_no_eve() -> None:
    soon = SLOT.start - timedelta(hours=3)
    story = told(*KEPT, proposing(now=soon), agreeing(now=soon))
    story.when(nudging(soon)).then()


def test_a_moved_pickup_has_an_eve_of_its_own() -> None:
    story = told(*ARRANGED)
    story.when(nudging(SLOT.start - timedelta(hours=23))).one(PickupNear)
    moved = type(SLOT)(SLOT.start + timedelta(days=3), SLOT.end + timedelta(days=3))
    for decision in (proposing(slot=moved, now=later(days=6, hours=2)), agreeing(now=later(days=6, hours=3))):
        story.when(decision)
    story.when(nudging(moved.start - timedelta(hours=23))).one(PickupNear)


def test_a_proposal_is_reminded_of_the_day_before_it_would_be_worth_nothing() -> None:
    soon = Slot(later(days=4), later(days=4, hours=1))
    story = told(*KEPT, proposing(slot=soon))
    story.when(nudging(later(days=2, hours=23))).then()
    story.when(nudging(later(days=3))).one(ExchangeReminded)
    tomorrow = told(*KEPT, proposing(slot=Slot(later(hours=20), later(hours=21))))
    tomorrow.when(nudging(later(hours=23))).then()
    tomorrow.when(nudging(later(days=1))).one(ExchangeReminded)


def test_a_period_is_asked_about_once_then_shows_as_missed() -> None:
    story = told(*RUNS, **FLOW)
    assert lived(story, 60) == [
        (6, "PeriodAsked"),
        (13, "PeriodMissed"),
        (20, "ExchangeReminded"),
        (27, "FacilitatorTold"),
        (43, "ExchangeAbandoned"),
    ]


def test_a_missed_month_is_given_the_next_one_before_it_counts_as_silence() -> None:
    monthly: dict[str, Any] = {"count": "25", "per": "MON"}
    story = told(wanting(**monthly), accepting(**monthly), **monthly)
    assert lived(story, 100) == [
        (29, "PeriodAsked"),
        (36, "PeriodMissed"),
        (66, "ExchangeReminded"),
        (73, "FacilitatorTold"),
        (89, "ExchangeAbandoned"),
    ]


def test_whoever_receives_is_asked_after_the_slot_and_not_once_it_was_confirmed() -> None:
    story = told(*ARRANGED)
    story.when(nudging(SLOT.start - timedelta(hours=1)))
    story.when(nudging(SLOT.end + timedelta(hours=1))).then()
    story.when(nudging(SLOT.end + timedelta(hours=2))).one(PickupAsked)
    story.when(nudging(SLOT.end + timedelta(hours=3))).then()
    early = told(*ARRANGED)
    early.when(nudging(SLOT.start - timedelta(hours=1)))
    early.when(confirming(now=SLOT.end)).when(nudging(SLOT.end + timedelta(days=1))).then()


def test_a_flow_that_comes_is_asked_about_period_after_period() -> None:
    story = told(*RUNS, **FLOW)
    story.when(nudging(later(days=6, hours=1))).one(PeriodAsked)
    story.when(came("2026-W10", now=later(days=7)))
    assert story.when(nudging(later(days=13, hours=1))).one(PeriodAsked).period == "2026-W11"
    assert story.when(nudging(later(days=21))).one(PeriodMissed).period == "2026-W11"


def test_a_dispute_is_reminded_and_told_and_after_a_month_the_confirmed_figure_stands() -> None:
    story = told(*KEPT, confirming("50", by=KARIM), disputing("40"))
    assert lived(story, 90) == [(7, "ExchangeReminded"), (14, "FacilitatorTold"), (30, "DisputeLapsed")]
    assert exchange(story).stage == "confirmed"
    story.state(taken=Decimal(50))


def test_a_flow_goes_on_while_one_of_its_periods_is_told_differently() -> None:
    story = told(*RUNS, came("2026-W10", "25"), disputing("20"), **FLOW)
    assert exchange(story).stage == "running"
    step = next_step(exchange(story))
    assert step is not None
    assert (step.what, step.owed_by) == ("settle", BAKERY)
    story.when(came("2026-W11", now=later(days=9)))
    assert story.refusal is None
    assert "DisputeLapsed" in {name for _day, name in lived(story, 60)}


def test_the_clock_does_nothing_twice() -> None:
    story = told(wanting())
    story.when(nudging(later(days=8))).one(ExchangeReminded)
    story.when(nudging(later(days=8))).then()


def test_the_clock_finds_no_exchange_that_is_not_there() -> None:
    told(wanting()).when(nudging(NOW, exchange_id="exchange-nowhere")).then_refused()
