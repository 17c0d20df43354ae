"""The demonstration's exchanges: a year of them, of every kind, and something left to do for whoever signs in."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from domain import taxonomy
from domain.dealings import ConfirmExchange, ConfirmPeriod, DeclareSavings, ProposePickup, ShowInterest
from domain.events import Event
from domain.exchanges import CHOSEN, DisputeLapsed, Exchange, ExchangeEvent, Stage, coming, next_step
from domain.exchanges.events import Use
from domain.listings import Listing
from domain.matches import SeeMatch
from marketplace.demo.dealings import EXCHANGES, WASTE, DemoExchange, steps_of
from marketplace.demo.flows import FLOWS
from marketplace.demo.rehearsal import Rehearsal
from marketplace.demo.story import Story, tell
from marketplace.demo.weekdays import PARIS

ANCHOR = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=ZoneInfo(PARIS))


@cache
def told() -> tuple[Story, Rehearsal, tuple[Event, ...]]:
    """The story, the states after it and everything that happened."""
    story, stage = tell(ANCHOR), Rehearsal()
    events = tuple(event for command in story.commands for event in stage.decide(command))
    return story, stage, events


def exchange(key: str) -> Exchange:
    story, stage, _events = told()
    return stage.exchanges[story.exchanges[key]]


def listing(key: str) -> Listing:
    story, stage, _events = told()
    return stage.listings[story.listings[key]]


def company_of(part: str) -> str:
    story, stage, _events = told()
    person = getattr(story.people, part)
    return next(key for key, company in stage.companies.items() if person.member_id in company.representatives)


def test_some_eighty_exchanges_of_every_stage() -> None:
    stages = Counter(one.stage for one in told()[1].exchanges.values())
    assert sum(stages.values()) == len(EXCHANGES) == 79
    assert set(stages) == set(get_args(Stage))
    assert stages["confirmed"] >= 25


def test_everything_that_may_happen_in_an_exchange_happened() -> None:
    # But for a quarrel that lasts a month: the one still open is younger, and the others were settled.
    assert {type(event) for event in told()[2]} >= set(get_args(ExchangeEvent)) - {DisputeLapsed}


def test_people_give_up_for_every_reason_there_is_and_a_few_never_answer() -> None:
    reasons = Counter(one.reason for one in told()[1].exchanges.values())
    assert set(reasons) == {None, "no_answer", *CHOSEN}
    assert 3 <= reasons["no_answer"] <= 6


def test_what_is_promised_and_collected_never_exceeds_what_is_there() -> None:
    story, stage = told()[0], Rehearsal()
    for command in story.commands:
        stage.decide(command)
        held = stage.listings.get(getattr(command, "listing_id", ""))
        if held is not None and held.side == "offer":
            assert held.promised + held.taken <= held.content.quantity.amount, command


def test_what_was_collected_differs_a_little_from_what_was_kept() -> None:
    confirmed = [one for one in told()[1].exchanges.values() if one.stage == "confirmed" and one.accepted]
    differing = [one for one in confirmed if one.accepted and one.taken != one.accepted.amount]
    assert 5 <= len(differing) <= len(confirmed) / 2
    assert all(one.accepted and one.taken > one.accepted.amount / 2 for one in differing)


def test_a_listing_of_which_everything_is_gone_is_fulfilled() -> None:
    used_up = {one.listing_id for one in told()[1].listings.values() if one.is_used_up and one.life != "withdrawn"}
    fulfilled = {one.listing_id for one in told()[1].listings.values() if one.life == "fulfilled"}
    assert used_up == fulfilled
    assert len(fulfilled) >= 8


def test_pickups_are_on_weekdays_in_opening_hours() -> None:
    for command in told()[0].commands:
        if isinstance(command, ProposePickup):
            start, end = (at.astimezone(ZoneInfo(PARIS)) for at in (command.slot.start, command.slot.end))
            assert start.weekday() < 5
            assert 7 <= start.hour < end.hour <= 18


def test_people_act_on_weekdays_and_the_clock_at_any_time() -> None:
    for command in told()[0].commands:
        if command.actor.startswith("member:"):
            assert command.now.astimezone(ZoneInfo(PARIS)).weekday() < 5, command


def test_the_clock_did_all_that_was_due_before_the_anchor_and_has_something_left_to_do() -> None:
    stage = told()[1]
    for one in stage.exchanges.values():
        if one.is_open:
            due = coming(one, stage.heard_at(one.exchange_id))
            assert due is not None
            assert due.at + timedelta(minutes=1) >= MIDNIGHT
            assert next_step(one) is not None


def test_flows_run_week_by_week_and_month_by_month_one_is_interrupted_and_some_ended() -> None:
    flows = [one for one in told()[1].exchanges.values() if one.recurs and one.takes]
    assert len(flows) >= 8
    assert {one.asked.per for one in flows} >= {"WEE", "MON", "QAN"}
    assert Counter(one.stage for one in flows) >= Counter(interrupted=1, ended=2, running=6)
    assert max(len(one.takes) for one in flows) > 20


def test_waste_was_registered_with_what_the_register_wants() -> None:
    commands = told()[0].commands
    moved = [one.waste for one in commands if isinstance(one, ConfirmExchange | ConfirmPeriod) and one.waste]
    assert {waste.code for waste in moved} == {movement.code for movement in WASTE.values()}
    assert all(0 < waste.tonnes < 50 and waste.carrier and waste.receipt for waste in moved)


def test_some_declare_what_they_saved_and_what_became_of_it() -> None:
    declared = [command for command in told()[0].commands if isinstance(command, DeclareSavings)]
    assert len(declared) >= 15
    assert {command.use for command in declared} >= {"reuse", "repair", "recycling", "energy"} <= set(get_args(Use))


def test_whoever_asked_on_account_of_a_match_had_looked_at_it() -> None:
    seen: set[tuple[str, str, str]] = set()
    for command in told()[0].commands:
        if isinstance(command, SeeMatch):
            seen.add((command.listing_id, command.other_listing_id, command.company_id))
        if isinstance(command, ShowInterest) and command.origin == "match":
            assert command.other_listing_id
            assert (command.other_listing_id, command.listing_id, command.company_id) in seen


def test_helene_has_three_interests_to_compare_on_one_lot_and_a_time_to_answer() -> None:
    garden = company_of("giver")
    lot = [one for one in listing("epal-jardinerie").exchanges.values() if one.stage == "asked"]
    assert len({one.asker_id for one in lot}) == 3
    assert len({one.asked.amount for one in lot}) == 3
    answer = next_step(exchange("palettier"))
    assert answer is not None
    assert (answer.what, answer.owed_by) == ("answer_pickup", garden)


def test_the_first_story_keeps_its_pallets() -> None:
    assert listing("epal-jardinerie").free == Decimal(120)
    assert listing("epal-logistique").free == Decimal(150)


def test_karim_has_something_of_every_kind_before_him() -> None:
    warehouse = company_of("seeker")
    bacs, laptops, driver = exchange("bacs"), exchange("pc-logistique"), exchange("cariste")
    assert bacs.agreed is not None
    assert bacs.receiver_id == warehouse
    assert MIDNIGHT + timedelta(days=3) < bacs.agreed.start < MIDNIGHT + timedelta(days=5)
    assert laptops.agreed is not None
    assert laptops.agreed.end < MIDNIGHT
    assert (laptops.stage, laptops.receiver_id) == ("arranged", warehouse)
    assert (driver.stage, driver.asker_id) == ("asked", warehouse)
    period = next_step(exchange("calage"))
    assert period is not None
    assert (period.what, period.owed_by, period.since) == ("confirm_period", warehouse, MIDNIGHT)
    ending = exchange("stock")
    assert ending.owner_id == warehouse
    assert ending.hold_notice is not None
    assert ending.hold_until is not None
    assert MIDNIGHT < ending.hold_until < MIDNIGHT + timedelta(days=4)


def test_claire_finds_those_that_are_stuck() -> None:
    stuck = [one for one in told()[1].exchanges.values() if one.is_open and one.reminded == 2]
    assert len(stuck) >= 2
    assert all(one.zone_id == "zone-jourdies" for one in stuck)
    assert exchange("pc-informatique").stage == "disputed"
    assert exchange("perdues").stage == "interrupted"


@pytest.mark.parametrize("line", EXCHANGES, ids=lambda line: line.key)
def test_a_line_names_listings_and_its_words_are_written_out(line: DemoExchange) -> None:
    assert line.listing in {flow.key for flow in FLOWS}
    assert line.message == line.message.strip()
    assert all(step.words == step.words.strip() for step in steps_of(line))
    assert "'" not in line.message + line.steps
    assert line.quantity.split()[1].split("/")[0] in taxonomy.UNITS
