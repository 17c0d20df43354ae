"""What stands behind another guard and is met by nobody on a page: it refuses by itself all the same."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from domain import dealings, listings, suspensions
from domain.appeals import Decider
from domain.companies import AddRepresentative, SuspensionAppealed, evolve, name_guest
from domain.dealings import SettleDispute, ShowInterest
from domain.events import Private
from domain.listings import AppealLodged, DecideAppeal
from domain.refused import Forbidden, NotFound
from tests.domain.dealing import WANTED, accepting, bakery, confirming, disputing, pallets_posted, step, told, wanting
from tests.samples import (
    ANNE,
    BAKERY,
    JOURDIES,
    KARIM,
    LA_ROCHE,
    LEA,
    MARC,
    NOW,
    PALLETS,
    SAWMILL,
    asked,
    jourdies,
    pieces,
    sawmill,
)
from tests.story import Story

ALIX = "member-alix"
DECIDED = Decider(f"member:{MARC}", NOW)


def test_nobody_but_a_facilitator_names_a_guest() -> None:
    stranger = replace(bakery(), representatives=frozenset(), standings={})
    for by in (LEA, MARC):
        naming = AddRepresentative(**asked(by), company_id=BAKERY, member_id=KARIM)
        with pytest.raises(Forbidden):
            name_guest(naming, stranger, jourdies())
    naming = AddRepresentative(**asked(ANNE), company_id=BAKERY, member_id=KARIM)
    assert len(name_guest(naming, stranger, jourdies())) == 1


def test_for_neither_side_only_a_facilitator_settles() -> None:
    disputed = (wanting(), accepting(), confirming("40"), disputing("30"))
    for by in (LEA, MARC, "member-nora"):
        of_nobody = step(SettleDispute, by, number=1, quantity=None, company_id="")
        told(*disputed).when(of_nobody).then_refused(kind=NotFound)


def test_ones_own_listing_is_ones_own_and_a_neighbour_s_is_for_its_zone() -> None:
    withdrawn = replace(sawmill(), standings={})
    Story(listings.evolve, pallets_posted()).when(wanting(by=LEA, owner=withdrawn)).then_refused("own", kind=Forbidden)
    asking = ShowInterest(
        **asked(KARIM), exchange_id=WANTED, listing_id=PALLETS, company_id=BAKERY, quantity=pieces("5")
    )
    elsewhere = bakery(**{LA_ROCHE: "admitted"})
    zones = {JOURDIES: jourdies(), LA_ROCHE: replace(jourdies(), zone_id=LA_ROCHE)}
    public = Story(listings.evolve, pallets_posted(visibility="public"))
    public.when(lambda listing: dealings.show_interest(asking, listing, elsewhere, sawmill(), zones, None))
    public.then_refused("companies of its zone", kind=Forbidden)


def test_an_appeal_is_decided_by_the_zone_it_was_lodged_in_and_by_its_own_id() -> None:
    lodged = AppealLodged(
        listing_id=PALLETS, zone_id=LA_ROCHE, appeal_id="appeal-1", against=2, why=Private(SAWMILL, "Si.")
    )
    for appeal_id in ("appeal-1", "appeal-2"):
        answer = DecideAppeal(
            **asked(ALIX), listing_id=PALLETS, zone_id=JOURDIES, appeal_id=appeal_id, outcome="granted", sentence="Si."
        )
        story = Story(listings.evolve, pallets_posted(), lodged)
        about: dict[str, Any] = {"company": sawmill(), "zone": jourdies(), "decider": DECIDED}
        story.when(partial(listings.decide_appeal, answer, **about))
        story.then_refused(kind=NotFound)


def test_the_appeal_of_a_suspension_is_decided_by_its_own_id() -> None:
    appealed = SuspensionAppealed(
        company_id=SAWMILL, zone_id=JOURDIES, appeal_id="appeal-1", why=Private(SAWMILL, "C’était une erreur.")
    )
    company = evolve(sawmill(**{JOURDIES: "suspended"}), appealed)
    answer = suspensions.DecideSuspensionAppeal(
        **asked(ALIX), company_id=SAWMILL, zone_id=JOURDIES, appeal_id="appeal-2", outcome="granted", sentence="Si."
    )
    with pytest.raises(NotFound):
        suspensions.decide_suspension_appeal(answer, company, jourdies(), DECIDED)
