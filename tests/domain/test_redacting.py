"""Redacting: whose word makes the words of a listing unreadable, and when."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain import listings
from domain.listings import RedactText, TextRedacted
from domain.refused import NotFound, Refused
from tests.samples import JOURDIES, LA_ROCHE, LEA, MARC, PALLETS, asked, jourdies, listing_posted, sawmill

ZONES = {JOURDIES: jourdies(), LA_ROCHE: replace(jourdies("after"), zone_id=LA_ROCHE, roles={})}


def redacting(listing: listings.Listing, by: str = MARC, zone_id: str = JOURDIES) -> list[Any]:
    command = RedactText(**asked(by), listing_id=PALLETS, zone_id=zone_id)
    return listings.redact_text(command, listing, sawmill(), ZONES)


def standing(*in_zones: str, **statuses: Any) -> listings.Listing:
    listing = listings.evolve(None, listing_posted(zones=in_zones, awaiting=()))
    return replace(listing, zones={**listing.zones, **statuses})


def test_a_zone_takes_no_words_away_that_another_zone_shows() -> None:
    hidden_here = standing(JOURDIES, LA_ROCHE, **{JOURDIES: "rejected"})
    with pytest.raises(Refused, match="still shown"):
        redacting(hidden_here)
    everywhere = replace(hidden_here, zones=dict.fromkeys(hidden_here.zones, "rejected"))
    assert redacting(everywhere) == [TextRedacted(listing_id=PALLETS, zone_id=JOURDIES)]
    assert redacting(replace(hidden_here, life="withdrawn")) == [TextRedacted(listing_id=PALLETS, zone_id=JOURDIES)]


def test_only_its_company_or_a_moderator_of_its_zone_has_words_erased() -> None:
    listing = replace(standing(JOURDIES), life="withdrawn")
    assert redacting(listing, LEA, "") == [TextRedacted(listing_id=PALLETS)]
    with pytest.raises(NotFound):
        redacting(listing, LEA)
    with pytest.raises(NotFound):
        redacting(listing, MARC, LA_ROCHE)
