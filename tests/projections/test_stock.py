"""What is left of a listing follows its exchanges, on its page, in the lists and in its matches."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.dealings import (
    AbandonExchange,
    ConfirmPeriod,
    CorrectTake,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    RenewHold,
    SettleDispute,
)
from domain.listings import CoverNeed, ReopenNeed
from domain.quantities import Quantity
from domain.reasons import Reason
from projections import listings, matches, moderation
from projections.listings import Listing, Search
from tests.deals import SLOT, accepted, confirmed, interest, silence, step
from tests.replay import Town
from tests.samples import NOW, asked, later, pieces

JOURDIES = "zone-jourdies"


@pytest.fixture
def town(town: Town) -> Town:
    """Let the sawmill offer fifty pallets, of which the bakery looks for 150."""
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.company("brewery", JOURDIES)
    town.post("sawmill", "pallets")
    town.post("bakery", "wanted", "request", title="Recherche palettes Europe", description="", quantity=pieces("150"))
    return town


def the(town: Town, listing: str = "pallets", reader: str = "sawmill") -> Listing:
    """A listing as its company sees it."""
    (row,) = town.see(reader, listings.listing(f"listing-{listing}"))
    return row


def left(town: Town, listing: str = "pallets", reader: str = "sawmill") -> tuple[int, int, int]:
    """How much is held, taken and free, having checked it against the listing the decisions know."""
    row = the(town, listing, reader)
    known = town.marketplace._listing(row.listing_id)  # noqa: SLF001  (what it says must be what decides)
    assert row.free == known.free
    return int(row.held), int(row.taken), int(row.free)


def shown(town: Town) -> list[str]:
    return [row.listing_id for row in town.see("brewery", listings.search(Search(zone_id=JOURDIES)))]


def covering(town: Town) -> list[Reason]:
    """What the match says of the quantities, if it is there."""
    found = town.see("bakery", matches.of_listing("listing-wanted"))
    return [reason for pair in found for reason in pair.pro if reason.code == "covers"]


def test_what_is_accepted_is_held_and_what_is_given_up_is_free_again(town: Town) -> None:
    interest(town, "bakery", "wanted")
    assert left(town) == (0, 0, 50)
    accepted(town, "wanted")
    assert left(town) == (20, 0, 30)
    interest(town, "brewery", "also", count="30")
    step(town, DeclineExchange, "sawmill", "also", reason="quantity")
    assert left(town) == (20, 0, 30)
    step(town, AbandonExchange, "bakery", "wanted", reason="transport")
    assert left(town) == (0, 0, 50)


def test_a_hold_that_lapses_is_free_until_it_is_renewed(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    silence(town, "wanted", until=later(days=16))
    assert left(town) == (0, 0, 50)
    step(town, RenewHold, "sawmill", "wanted", now=later(days=17))
    assert left(town) == (20, 0, 30)


def test_what_is_collected_is_gone_as_far_as_it_stands(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    confirmed(town, "bakery", "wanted", count="12", final=False)
    assert left(town) == (8, 12, 30)
    confirmed(town, "bakery", "wanted", count="8")
    assert left(town) == (0, 20, 30)
    at = SLOT.end + timedelta(hours=1)
    step(town, CorrectTake, "bakery", "wanted", number=2, quantity=pieces("5"), now=at)
    assert left(town) == (0, 17, 33)
    step(town, DisputeExchange, "sawmill", "wanted", number=2, quantity=pieces("6"), sentence="Six.", now=at)
    step(town, SettleDispute, "bakery", "wanted", number=2, quantity=pieces("6"), now=at)
    assert left(town) == (0, 18, 32)


def test_a_larger_quantity_counts_what_went_already(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    confirmed(town, "bakery", "wanted")
    town.amend("sawmill", "pallets", quantity=pieces("70"), now=later(days=9))
    assert left(town) == (0, 20, 50)


def test_of_a_flow_nothing_is_used_up(town: Town) -> None:
    flow = Quantity(Decimal(40), "H87", "MON")
    town.post("sawmill", "weekly", quantity=flow)
    interest(town, "bakery", "monthly", "weekly", per="MON")
    accepted(town, "monthly", "weekly", quantity=pieces("20", "MON"))
    assert left(town, "weekly") == (20, 0, 20)
    step(town, ConfirmPeriod, "bakery", "monthly", "weekly", period="2026-03", quantity=pieces("18"), measured=True,
         now=later(days=31))  # fmt: skip
    assert left(town, "weekly") == (20, 0, 20)
    step(town, EndFlow, "sawmill", "monthly", "weekly", now=later(days=32))
    assert left(town, "weekly") == (0, 0, 40)


def test_what_is_used_up_leaves_the_lists_and_comes_back_with_what_was_not_collected(town: Town) -> None:
    interest(town, "bakery", "wanted", count="50")
    accepted(town, "wanted", quantity=pieces("50"))
    assert shown(town) == ["listing-pallets", "listing-wanted"], "what is promised may still be waited for"
    confirmed(town, "bakery", "wanted", count="50")
    assert shown(town) == ["listing-wanted"]
    assert town.see("brewery", listings.listing("listing-pallets")) == []
    (zone,) = town.see("", listings.zone_counts(JOURDIES))
    assert (zone.offers, zone.requests) == (0, 1)
    row = the(town)
    assert (row.life, row.closed_at, row.free) == ("fulfilled", SLOT.end, Decimal(0))
    assert town.see("sawmill", listings.to_renew(["company-sawmill"], later(days=400))) == []
    at = SLOT.end + timedelta(hours=1)
    step(town, CorrectTake, "bakery", "wanted", number=1, quantity=pieces("40"), now=at)
    assert left(town) == (0, 40, 10)
    assert shown(town) == ["listing-pallets", "listing-wanted"]
    happened = [row.what for row in town.see("sawmill", listings.history("listing-pallets"))]
    assert happened == ["reopened", "fulfilled", "posted"]


def test_a_match_speaks_of_what_is_free(town: Town) -> None:
    (covers,) = covering(town)
    assert (covers.values["offered"], covers.values["needed"]) == ("50", "150")
    interest(town, "brewery", "also", count="20")
    accepted(town, "also", quantity=pieces("20"))
    (covers,) = covering(town)
    assert (covers.values["offered"], covers.values["needed"]) == ("30", "150")
    step(town, AbandonExchange, "brewery", "also", reason="transport")
    (covers,) = covering(town)
    assert (covers.values["offered"], covers.values["needed"]) == ("50", "150")


def test_what_is_wholly_promised_has_no_match_until_it_is_free_again(town: Town) -> None:
    interest(town, "brewery", "also", count="50")
    accepted(town, "also", quantity=pieces("50"))
    assert town.see("bakery", matches.of_listing("listing-wanted")) == []
    step(town, AbandonExchange, "brewery", "also", reason="transport")
    assert len(town.see("bakery", matches.of_listing("listing-wanted"))) == 1
    interest(town, "brewery", "again", count="50")
    accepted(town, "again", quantity=pieces("50"))
    confirmed(town, "brewery", "again", count="50")
    assert town.see("bakery", matches.of_listing("listing-wanted")) == []


def test_a_need_that_is_covered_elsewhere_counts_as_kept_then_as_given(town: Town) -> None:
    about: dict[str, Any] = {"listing_id": "listing-wanted", "exchange_id": "exchange-elsewhere"}
    for confirmed_, expected in ((False, (40, 0, 110)), (True, (0, 40, 110))):
        covering_ = CoverNeed(**about, quantity=pieces("40"), confirmed=confirmed_, **asked("system:needs"))
        town.marketplace.cover_need(covering_)
        assert left(town, "wanted", "bakery") == expected
    town.marketplace.reopen_need(ReopenNeed(**about, **asked("system:needs")))
    assert left(town, "wanted", "bakery") == (0, 0, 150)


def test_a_need_that_is_wholly_given_is_fulfilled(town: Town) -> None:
    about: dict[str, Any] = {"listing_id": "listing-wanted", "exchange_id": "exchange-elsewhere"}
    town.marketplace.cover_need(CoverNeed(**about, quantity=pieces("150"), confirmed=True, **asked("system:needs")))
    assert shown(town) == ["listing-pallets"]
    assert the(town, "wanted", "bakery").life == "fulfilled"


def test_what_is_used_up_waits_for_no_moderator(town: Town) -> None:
    town.zone("la-roche", moderation="before")
    town.company("forge", JOURDIES, "zone-la-roche")
    town.post("forge", "both", now=NOW)
    assert len(town.see("moderator-la-roche", moderation.queue("zone-la-roche"))) == 1
    interest(town, "bakery", "all", "both", count="50")
    accepted(town, "all", "both", owner="forge", quantity=pieces("50"))
    confirmed(town, "bakery", "all", listing="both", count="50")
    assert town.see("moderator-la-roche", moderation.queue("zone-la-roche")) == []
