"""A zone can be read as it stood on a date: what was shown then, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from marketplace.as_of import reading_as_of
from marketplace.database import Database
from projections import listings
from projections.listings import Search
from tests.replay import Town, built
from tests.samples import NOW, later

JOURDIES = "zone-jourdies"


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a zone with three days of history: posted and approved, amended, withdrawn."""
    with built(database) as town:
        town.zone("jourdies", moderation="before")
        town.company("sawmill", JOURDIES)
        town.company("bakery", JOURDIES)
        town.post("sawmill", "pallets", title="Palettes du premier jour")
        town.approve("pallets", "jourdies", now=later(days=1))
        town.post("sawmill", "boxes", category="CAR.BOX", title="Cartons", attributes={}, now=later(days=2))
        town.approve("boxes", "jourdies", now=later(days=2))
        town.amend("sawmill", "pallets", title="Palettes du troisième jour", now=later(days=3))
        town.withdraw("sawmill", "boxes", now=later(days=4))
        town.follow()
        yield town


def titles(town: Town, name: str, at: datetime, text: str = "") -> list[str]:
    with reading_as_of(town.page, town.log, town.viewer(name), at) as read:
        return sorted(row.title for row in read.all(listings.search(Search(zone_id=JOURDIES, text=text))))


def test_each_day_shows_what_it_showed_then(town: Town) -> None:
    assert titles(town, "bakery", NOW) == []
    assert titles(town, "bakery", later(days=1)) == ["Palettes du premier jour"]
    assert titles(town, "bakery", later(days=2)) == ["Cartons", "Palettes du premier jour"]
    assert titles(town, "bakery", later(days=3)) == ["Cartons"]
    assert titles(town, "bakery", later(days=9)) == []
    assert titles(town, "bakery", later(days=-9)) == []


def test_questions_are_those_that_pages_ask_today(town: Town) -> None:
    assert titles(town, "bakery", later(days=2), text="palette") == ["Palettes du premier jour"]
    with reading_as_of(town.page, town.log, town.viewer("bakery"), later(days=2)) as read:
        counts = {(row.facet, row.value): row.n for row in read.all(listings.counts(Search(zone_id=JOURDIES)))}
        (zone,) = read.all(listings.zone_counts(JOURDIES))
    assert (counts["total", ""], zone.offers) == (2, 2)


def test_rights_hold_then_as_now(town: Town) -> None:
    assert titles(town, "", later(days=2)) == []
    with reading_as_of(town.page, town.log, town.viewer("sawmill"), later(days=3)) as read:
        (mine,) = read.all(listings.in_zones("listing-pallets"))
    assert (mine.status, mine.title) == ("pending", "Palettes du troisième jour")
    with reading_as_of(town.page, town.log, town.viewer("bakery"), later(days=3)) as read:
        assert read.all(listings.in_zones("listing-pallets")) == []


def test_nothing_is_left_behind(town: Town) -> None:
    titles(town, "bakery", later(days=2))
    titles(town, "bakery", later(days=3))
    left = town.page.execute(
        "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname = 'listing'"
    ).fetchone()
    assert left == (0,)
    assert town.see("bakery", listings.latest(JOURDIES)) == []
