"""How one fetches what is offered, and whether one may take a part of it."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from domain import listings
from domain.exchanges import InterestShown
from domain.listings import ListingPosted, PickupTerms
from tests.domain.dealing import EWAN, accepting, pallets_posted, told, wanting
from tests.samples import JOURDIES, draft, jourdies, pieces, post_listing, sawmill
from tests.story import Story

MORNINGS = PickupTerms(weekdays=(1, 2, 3), ready_from=time(8), ready_until=time(12), place="dock", largest_lorry="19t")


def posting(**changes: Any) -> Any:
    command = post_listing(draft=draft(**changes))
    return lambda listing: listings.post_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def test_the_terms_of_a_pick_up_are_part_of_what_a_listing_says() -> None:
    posted = Story(listings.evolve).when(posting(pickup=MORNINGS)).one(ListingPosted)
    assert posted.content.pickup == MORNINGS


def test_weekdays_are_kept_in_order_and_once() -> None:
    posted = Story(listings.evolve).when(posting(pickup=PickupTerms(weekdays=(5, 1, 5)))).one(ListingPosted)
    assert posted.content.pickup.weekdays == (1, 5)


def test_what_nobody_said_is_nothing() -> None:
    assert not PickupTerms()
    assert PickupTerms(forklift=False)


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("pickup_until", PickupTerms(ready_from=time(12), ready_until=time(8))),
        ("pickup_until", PickupTerms(ready_from=time(8), ready_until=time(8))),
        ("pickup_until", PickupTerms(ready_from=time(8))),
        ("pickup_from", PickupTerms(ready_until=time(8))),
        ("pickup_days", PickupTerms(weekdays=(0,))),
        ("pickup_days", PickupTerms(weekdays=(8,))),
    ],
)
def test_terms_that_cannot_be_are_refused_beside_their_field(field: str, terms: PickupTerms) -> None:
    Story(listings.evolve).when(posting(pickup=terms)).then_refused(field=field)


@pytest.mark.parametrize(
    ("least", "whole"), [("121", False), ("0", False), ("10 TNE", False), ("10 H87", True), ("0.0", False)]
)
def test_a_smallest_part_is_a_part(least: str, *, whole: bool) -> None:
    changes = {"quantity": pieces("120"), "attributes": {"minimum_lot": least}, "whole_lot": whole}
    Story(listings.evolve).when(posting(**changes)).then_refused(field="minimum_lot")


def test_a_whole_lot_goes_to_one_company() -> None:
    lot = pallets_posted("50", whole_lot=True)
    Story(listings.evolve, lot).when(wanting(count="20")).then_refused("all 50", field="amount")
    Story(listings.evolve, lot).when(wanting(count="50")).one(InterestShown)


def test_of_a_whole_lot_one_asks_for_all_that_is_left() -> None:
    asked = (wanting(count="50"), accepting("30"))
    told(*asked, whole_lot=True).when(wanting(by=EWAN, count="10")).then_refused("all 20", field="amount")
    told(*asked, whole_lot=True).when(wanting(by=EWAN, count="20")).one(InterestShown)


def test_nobody_asks_for_less_than_the_smallest_part() -> None:
    lot = pallets_posted("50", attributes={"minimum_lot": "10 H87"})
    Story(listings.evolve, lot).when(wanting(count="9")).then_refused("No less than 10", field="amount")
    Story(listings.evolve, lot).when(wanting(count="10")).one(InterestShown)


def test_the_last_part_may_be_smaller_than_the_smallest() -> None:
    story = told(wanting(count="45"), accepting("45"), attributes={"minimum_lot": "10 H87"})
    story.when(wanting(by=EWAN, count="5")).one(InterestShown)
