"""What an offer promises or gives towards a request is noted in the request's own stream, once, whoever dies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct

from domain import listings
from domain.listings import CoverNeed, NeedCovered, NeedReopened
from domain.quantities import Quantity
from marketplace.database import Database
from marketplace.reactions import Reaction, Wish
from marketplace.reactions.covering_needs import covering_needs
from marketplace.settings import Settings
from tests.marketplace.dealing import Deal, Reacting, pallets, reacting
from tests.marketplace.town import Town, days, town


class Need(Struct):
    """The bakery's request for 60 pallets, and its interest in 50 of the sawmill's."""

    listing_id: str
    deal: Deal
    at: Reacting

    def covers(self) -> list[tuple[str, bool]]:
        """What the log says of it after all reactions: how much, and whether it is collected."""
        self.at.catch_up()
        told = (each.event for each in self.deal.here.log.history(self.listing_id))
        return [
            (str(event.quantity.amount), event.confirmed) if isinstance(event, NeedCovered) else ("none", False)
            for event in told
            if isinstance(event, NeedCovered | NeedReopened)
        ]

    @property
    def life(self) -> str:
        found = self.deal.here.log.load(self.listing_id, listings.evolve).state
        assert found is not None
        return found.life


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


@pytest.fixture
def need(here: Town) -> Iterator[Need]:
    request = pallets(here, "60", side="request", by="bakery")
    with reacting(here) as at:
        yield Need(request.listing_id, pallets(here).wants(other=request.listing_id), at)


def test_an_acceptance_covers_and_a_confirmation_says_what_came(need: Need) -> None:
    need.deal.accept()
    assert need.covers() == [("50", False)]
    need.deal.confirm("bakery", "40")
    assert need.covers() == [("50", False), ("40", True)]
    need.deal.correct("bakery", "45")
    assert need.covers()[-1] == ("45", True)


def test_part_of_it_is_still_promised_until_all_is_collected(need: Need) -> None:
    need.deal.accept()
    need.deal.confirm("bakery", "20", final=False)
    assert need.covers() == [("50", False)]
    need.deal.abandon("sawmill")
    assert need.covers() == [("50", False), ("20", True)]


def test_what_is_given_up_or_never_collected_reopens_the_need(need: Need) -> None:
    need.deal.accept()
    need.deal.abandon("bakery")
    assert need.covers() == [("50", False), ("none", False)]


def test_a_hold_that_lapses_reopens_it_and_a_renewed_one_covers_it_again(need: Need) -> None:
    need.deal.accept()
    for passed in (11.5, 4):
        need.deal.here.clock.advance(days(passed))
        need.deal.nudge()
    assert need.covers() == [("50", False), ("none", False)]
    need.deal.renew()
    assert need.covers()[-1] == ("50", False)


def test_a_need_that_is_wholly_given_is_fulfilled_and_open_again_when_it_was_not(here: Town) -> None:
    request = pallets(here, "50", side="request", by="bakery")
    with reacting(here) as at:
        need = Need(request.listing_id, pallets(here).wants(other=request.listing_id), at)
        need.deal.accept()
        need.deal.confirm("bakery")
        assert need.covers()[-1] == ("50", True)
        assert need.life == "fulfilled"
        need.deal.dispute("sawmill", "30")
        need.deal.settle("bakery", "30")
        assert need.covers()[-1] == ("30", True)


def test_an_interest_that_names_no_request_covers_none(here: Town) -> None:
    deal = pallets(here).wants()
    deal.accept()
    with reacting(here) as at:
        at.catch_up()
    assert not [each for each in here.log.read(0, 10_000) if isinstance(each.event, NeedCovered)]


def test_an_offer_named_in_serving_a_request_is_spoken_for_at_once_and_free_again_when_given_up(here: Town) -> None:
    request = pallets(here, "60", side="request", by="bakery")
    request.asker = "sawmill"
    offer = pallets(here)
    with reacting(here) as at:
        deal = request.wants("50", other=offer.listing_id)
        deal.accept()
        assert free_of(here, offer.listing_id) == 30, "before any reaction"
        at.catch_up()
        assert free_of(here, offer.listing_id) == 30, "and once"
        deal.abandon("sawmill")
        at.catch_up()
    assert free_of(here, offer.listing_id) == 80


def test_what_an_acceptance_that_died_halfway_had_reserved_is_free_again_once_it_is_declined(here: Town) -> None:
    request = pallets(here, "60", side="request", by="bakery")
    request.asker = "sawmill"
    offer = pallets(here)
    with reacting(here) as at:
        deal = request.wants("50", other=offer.listing_id)
        reserved: dict[str, Any] = {"listing_id": offer.listing_id, "exchange_id": deal.exchange_id, "confirmed": False}
        here.marketplace.cover_need(CoverNeed(**here.asked(), **reserved, quantity=Quantity(Decimal(50), "H87")))
        assert free_of(here, offer.listing_id) == 30
        deal.decline()
        at.catch_up()
    assert free_of(here, offer.listing_id) == 80


def free_of(here: Town, listing_id: str) -> int:
    listing = here.log.load(listing_id, listings.evolve).state
    assert listing is not None
    return int(listing.free)


def test_a_flow_covers_as_long_as_it_runs(here: Town) -> None:
    request = pallets(here, "60", "MON", side="request", by="bakery")
    with reacting(here) as at:
        need = Need(request.listing_id, pallets(here, "80", "MON").wants(other=request.listing_id), at)
        need.deal.accept()
        assert need.covers() == [("50", False)]
        need.deal.came("bakery", "2026-11")
        assert need.covers()[-1] == ("50", True)
        need.deal.end("bakery")
        assert need.covers()[-1] == ("none", False)
        assert need.life == "open"


def test_killed_between_the_command_and_the_position_it_is_carried_out_once(need: Need) -> None:
    here = need.deal.here
    covering = covering_needs(here.marketplace, here.log, here.clock)

    class Killed(BaseException):
        """The process dies here."""

    def dies(recorded: Any) -> Iterator[Any]:
        for wish in covering.react(recorded):
            assert isinstance(wish, Wish)

            def act(command: Any, wish: Wish = wish) -> Any:
                wish.use_case(command)
                raise Killed

            yield Wish(act, wish.command)

    need.deal.accept()
    with reacting(here, Reaction(covering.name, covering.events, dies)) as dying, pytest.raises(Killed):
        dying.catch_up()
    # What happens meanwhile makes no other command of the first event.
    need.deal.confirm("bakery", "30")
    assert need.covers() == [("50", False), ("30", True)]
