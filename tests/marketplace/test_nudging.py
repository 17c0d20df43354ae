"""The clock and exchanges: silence is noticed once, a word heard meanwhile counts, and nothing stays frozen."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from domain.commands import Receipt
from domain.dealings import NudgeExchange
from domain.exchanges import ExchangeAbandoned, ExchangeReminded, FacilitatorTold, HoldEnding, HoldLapsed
from domain.listings import ListingEvent
from marketplace.database import Database
from marketplace.eventlog import Unavailable
from marketplace.falling_due import FallingDue, nudging
from marketplace.settings import Settings
from projections.exchanges import Waking
from tests.marketplace.dealing import Deal, look_up, pallets
from tests.marketplace.town import Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


@pytest.fixture
def deal(here: Town) -> Deal:
    return pallets(here).wants()


def due(here: Town) -> FallingDue[Waking, NudgeExchange]:
    return nudging(here.marketplace, here.clock, here.pools[1])


def pass_days(here: Town, number: float) -> int:
    here.clock.advance(days(number))
    look_up(here)
    return due(here).tick()


def by_the_clock(deal: Deal) -> list[type[ListingEvent]]:
    history = deal.here.log.history(deal.listing_id)
    return [type(each.event) for each in history if each.actor == "system:clock"]  # type: ignore[misc]


def test_silence_reminds_tells_and_closes_each_once(deal: Deal) -> None:
    assert pass_days(deal.here, 6.9) == 0
    for passed, told in ((0.2, ExchangeReminded), (7, FacilitatorTold), (16, ExchangeAbandoned)):
        assert pass_days(deal.here, passed) == 1
        assert by_the_clock(deal)[-1] is told
        assert pass_days(deal.here, 0) == 0
    assert len(by_the_clock(deal)) == 3
    assert pass_days(deal.here, 100) == 0


def test_a_hold_ends_with_notice(deal: Deal) -> None:
    deal.accept()
    # Its two sides are reminded of the next step on the way: silence and holds are two clocks.
    for passed in (7.1, 4.5, 3):
        pass_days(deal.here, passed)
    assert [each for each in by_the_clock(deal) if each in (HoldEnding, HoldLapsed)] == [HoldEnding, HoldLapsed]
    assert deal.exchange.held == 0


def test_a_word_heard_meanwhile_keeps_the_clock_quiet_until_its_own_silence_is_long(deal: Deal) -> None:
    deal.here.clock.advance(days(6))
    deal.write("sawmill", "Je regarde demain.")
    assert pass_days(deal.here, 2) == 0
    assert by_the_clock(deal) == []
    assert pass_days(deal.here, 5.5) == 1
    assert by_the_clock(deal) == [ExchangeReminded]


def test_a_word_the_read_model_has_not_heard_freezes_nothing(deal: Deal) -> None:
    here = deal.here
    asked = deal.exchange.since
    here.clock.advance(days(7.1))
    deal.write("sawmill", "Je regarde demain.")
    look_up(here)
    with here.database.connect() as connection:
        # As a read model that lags has it, for ever: the clock asks for the same moment again and again.
        heard = "UPDATE read_exchanges_1.exchange SET wakes_at = %s, heard_at = NULL"
        schema = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'exchange'").fetchone()
        assert schema is not None
        stale = heard.replace("read_exchanges_1", schema[0]).encode()
        connection.execute(stale, [asked + days(7)])
        connection.commit()
    assert due(here).tick() == 1
    assert due(here).tick() == 1
    assert by_the_clock(deal) == []
    here.clock.advance(days(7))
    assert due(here).tick() == 1
    assert by_the_clock(deal) == [ExchangeReminded]


def test_many_clocks_at_once_say_it_once(deal: Deal) -> None:
    deal.here.clock.advance(days(8))
    look_up(deal.here)
    clocks = [threading.Thread(target=due(deal.here).tick) for _clock in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert by_the_clock(deal) == [ExchangeReminded]


def test_an_exchange_that_fails_keeps_no_other_from_being_looked_after(
    deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pallets(deal.here).wants()
    looked_after = deal.here.marketplace.nudge_exchange

    def fails(command: NudgeExchange) -> Receipt:
        if command.exchange_id == deal.exchange_id:
            raise LookupError(command.exchange_id)
        return looked_after(command)

    monkeypatch.setattr(deal.here.marketplace, "nudge_exchange", fails)
    assert pass_days(deal.here, 8) == 2
    assert (by_the_clock(deal), by_the_clock(other)) == ([], [ExchangeReminded])


def test_a_database_that_is_away_stops_the_clock_at_once(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_command: NudgeExchange) -> Receipt:
        raise Unavailable

    monkeypatch.setattr(deal.here.marketplace, "nudge_exchange", away)
    with pytest.raises(Unavailable):
        pass_days(deal.here, 8)


def test_after_weeks_away_the_clock_warns_before_it_acts(deal: Deal) -> None:
    assert pass_days(deal.here, 45) == 1
    assert by_the_clock(deal) == [ExchangeReminded]
    assert deal.exchange.is_open
