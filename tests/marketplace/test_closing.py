"""The clock and group purchases: called before the deadline, settled at it, each once, whoever looks."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from domain.companies import EraseCompany
from domain.purchases import ExtendDeadline, LastCallMade, PurchaseConfirmed, PurchaseFailed, WakePurchase
from marketplace.database import Database
from marketplace.falling_due import FallingDue, closing
from marketplace.settings import Settings
from projections.purchases import Waking
from tests.marketplace.buying import Buying, gloves
from tests.marketplace.town import Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def due(here: Town) -> FallingDue[Waking, WakePurchase]:
    return closing(here.marketplace, here.clock, here.pools[1])


def pass_days(buying: Buying, number: float) -> int:
    buying.here.clock.advance(days(number))
    buying.look_up()
    return due(buying.here).tick()


def test_everyone_is_called_twice_and_then_it_is_settled_once(here: Town) -> None:
    buying = gloves(here)
    buying.pledge("sawmill", 60)
    assert pass_days(buying, 16.9) == 0
    assert [pass_days(buying, number) for number in (0.2, 0, 2, 0, 1)] == [1, 0, 1, 0, 1]
    assert buying.happened().count(LastCallMade) == 2
    assert buying.happened()[-1] is PurchaseConfirmed
    assert pass_days(buying, 30) == 0


def test_a_clock_that_was_away_settles_and_calls_nobody(here: Town) -> None:
    buying = gloves(here)
    buying.pledge("sawmill", 10)
    assert pass_days(buying, 40) == 1
    assert buying.happened()[-1] is PurchaseFailed
    assert LastCallMade not in buying.happened()


def test_a_deadline_put_off_by_two_days_is_kept_like_any_other(here: Town) -> None:
    """The time of its first reminder is past already: it has the last one only."""
    buying = gloves(here)
    buying.pledge("sawmill", 60)
    assert [pass_days(buying, number) for number in (17.1, 2)] == [1, 1]
    later = buying.terms.deadline + days(2)
    asked = buying.asked(buying.leader)
    here.marketplace.extend_deadline(ExtendDeadline(deadline=later, reason="Le devis tient encore.", **asked))
    assert [pass_days(buying, number) for number in (0, 2, 1)] == [0, 1, 1]
    assert buying.happened().count(LastCallMade) == 3
    assert buying.happened()[-1] is PurchaseConfirmed


def test_what_an_erased_company_pledged_is_not_ordered(here: Town) -> None:
    buying = gloves(here)
    buying.pledge("sawmill", 60)
    buying.pledge("bakery", 60)
    here.marketplace.erase_company(EraseCompany(company_id=here.companies["bakery"], **here.by("bakery")))
    assert pass_days(buying, 20) == 1
    assert [share.company_id for share in buying.state.shares] == [here.companies["sawmill"]]


def test_four_clocks_settle_it_once(here: Town) -> None:
    buying = gloves(here)
    buying.pledge("sawmill", 60)
    here.clock.advance(days(20))
    buying.look_up()
    clocks = [threading.Thread(target=due(here).tick) for _clock in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert buying.happened().count(PurchaseConfirmed) == 1
