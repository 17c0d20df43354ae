"""Which matches go into the weekly mail: none that waits for approval, was set aside, or was judged poor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.listings import ApproveListing
from domain.matches import DismissMatch, JudgeMatch, RestoreMatch, match_id
from domain.zones import SetZonePolicy
from marketplace.database import Database
from marketplace.settings import Settings
from tests.marketplace.town import ZONE, Town, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def told(here: Town) -> set[str]:
    """What the sawmill would be mailed."""
    here.settle()
    return set(here.digests.preview(here.members["sawmill"]).found.items)


def test_what_people_said_of_a_match_decides_whether_it_is_mailed(here: Town) -> None:
    offer = here.post("sawmill", "PAL.EPAL1", "offer", "80 palettes Europe", "80", "H87", {"condition": "B"})
    request = here.post("bakery", "PAL.EPAL1", "request", "Cherche palettes Europe", "60", "H87", {"condition": "B"})
    match = match_id(offer, request)
    assert match in told(here)
    pair: dict[str, Any] = {"listing_id": request, "other_listing_id": offer}
    here.marketplace.dismiss_match(DismissMatch(**here.by("bakery"), **pair, reason="too_far"))
    assert match not in told(here)
    here.marketplace.restore_match(RestoreMatch(**here.by("bakery"), **pair))
    assert match in told(here)
    poor: dict[str, Any] = {"zone_id": ZONE, "verdict": "poor", "reason": "tried"}
    here.marketplace.judge_match(JudgeMatch(**here.asked(), **pair, **poor))
    assert match not in told(here)


def test_what_waits_for_approval_is_mailed_to_nobody_not_even_its_author(here: Town) -> None:
    request = here.post("bakery", "PAL.EPAL1", "request", "Cherche palettes Europe", "60", "H87", {"condition": "B"})
    policy: dict[str, Any] = {"moderation": "before", "digest_weekday": 1, "digest_hour": 7}
    here.marketplace.set_zone_policy(SetZonePolicy(**here.asked(), zone_id=ZONE, **policy))
    offer = here.post("sawmill", "PAL.EPAL1", "offer", "80 palettes Europe", "80", "H87", {"condition": "B"})
    assert not [item for item in told(here) if offer in item]
    here.marketplace.approve_listing(ApproveListing(**here.asked(), listing_id=offer, zone_id=ZONE))
    assert match_id(offer, request) in told(here)
