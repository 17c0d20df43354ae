"""A match counts as seen once one of its companies looked at it on the site, and never for other reasons."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.listings import ApproveListing, Draft, PostListing
from domain.matches import SeeMatch, match_id, stream_of
from domain.quantities import Quantity
from domain.refused import NotFound
from marketplace.reading import visible
from tests.replay import eventually
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from web.seeing import Looks, _carry_out

site = one_site
BESIDE = 0.3
"""Seconds in which what is put aside would have been done."""


def wanted(site: Site, amount: int) -> str:
    """Let Karim's bakery ask for Euro pallets, which goes with Léa's."""
    listing = f"listing-{uuid4()}"
    draft = Draft(category="PAL.EPAL1", title="Cherche palettes Europe", attributes={"condition": "B"},
                  quantity=Quantity(amount=Decimal(amount), unit="H87", per=None))  # fmt: skip
    posting = {"listing_id": listing, "side": "request", "company_id": site.story.companies["bakery"],
               "site_id": "site-bakery", "draft": draft}  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("karim"), **posting)
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches"], within=20)
    return listing


def seers(site: Site, request: str) -> list[str]:
    """The companies that looked at the match of a request with Léa's pallets, in that order."""
    stream = stream_of(match_id(site.story.listings["pallets"], request))
    names = {company: name for name, company in site.story.companies.items()}
    return [names[recorded.event.company_id] for recorded in site.log.history(stream)]  # type: ignore[attr-defined]


def looks(site: Site, browser: Browser, path: str, **headers: str) -> None:
    assert browser.get(path, **headers).status_code == 200, path
    time.sleep(BESIDE)


def test_each_company_that_looks_is_noted_once(site: Site) -> None:
    request = wanted(site, 40)
    karim, lea = site.browser("karim"), site.browser("lea")
    for _time in range(2):
        karim.get(f"/listings/{request}")
    eventually(lambda: seers(site, request) == ["bakery"])
    lea.get("/me")
    eventually(lambda: seers(site, request) == ["bakery", "sawmill"])
    looks(site, karim, "/me")
    assert seers(site, request) == ["bakery", "sawmill"]
    (noted, _theirs) = site.log.history(stream_of(match_id(site.story.listings["pallets"], request)))
    assert noted.actor == site.story.actor("karim")


def test_a_process_that_forgot_notes_nothing_twice(site: Site) -> None:
    request = wanted(site, 41)
    karim = site.browser("karim")
    karim.get(f"/listings/{request}")
    eventually(lambda: seers(site, request) == ["bakery"])
    site.services.looks = Looks()
    looks(site, karim, f"/listings/{request}")
    assert seers(site, request) == ["bakery"]


def test_who_only_runs_the_zone_has_not_looked_for_a_company(site: Site) -> None:
    request = wanted(site, 42)
    for name in ("alix", "marc"):
        looks(site, site.browser(name), f"/listings/{request}")
    assert seers(site, request) == []


def test_a_browser_that_fetches_ahead_has_not_looked(site: Site) -> None:
    request = wanted(site, 43)
    karim = site.browser("karim")
    looks(site, karim, f"/listings/{request}", **{"Sec-Purpose": "prefetch;prerender"})
    karim.client.head(f"/listings/{request}")
    time.sleep(BESIDE)
    assert seers(site, request) == []


def test_a_program_has_not_looked(site: Site) -> None:
    request = wanted(site, 44)
    program = site.program("karim")
    assert program.get(f"/api/v1/listings/{request}").status_code == 200
    program.get(f"/api/v1/listings/{request}/matches")
    time.sleep(BESIDE)
    assert seers(site, request) == []


def test_a_process_remembers_so_many_looks_and_forgets_the_oldest() -> None:
    known = Looks(most=2)
    assert [known.remember(("match", company)) for company in "abab"] == [True, True, False, False]
    assert known.remember(("match", "c"))
    assert known.remember(("match", "a"))
    known.forget(("match", "a"))
    assert known.remember(("match", "a"))


def test_a_look_that_cannot_be_noted_keeps_no_other_back(site: Site) -> None:
    request = wanted(site, 45)
    pallets, karim = site.story.listings["pallets"], site.story.actor("karim")
    long_ago = site.services.clock.now() - timedelta(hours=2)
    about: dict[str, Any] = {"actor": karim, "now": long_ago, "company_id": site.story.companies["bakery"]}
    commands = [
        (
            (match_id(own, pallets), about["company_id"]),
            SeeMatch(**about, command_id=str(uuid4()), listing_id=own, other_listing_id=pallets),
        )
        for own in (f"listing-{uuid4()}", request)
    ]
    looks = Looks()
    with pytest.raises(NotFound):
        _carry_out(site.services.marketplace, site.services.clock, looks, commands)
    assert seers(site, request) == ["bakery"], "although it waited for longer than a clock may be wrong"
    assert [look in looks for look, _command in commands] == [False, True]
