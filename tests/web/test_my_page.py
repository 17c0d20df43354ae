"""My page: what matches my listings and why, in words, and what needs me."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from domain.listings import ApproveListing, Draft, PostListing
from domain.quantities import Quantity
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.language import translations
from marketplace.reading import visible
from tests.web.conftest import Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site


def french(message: str, **figures: Any) -> str:
    said = translations("fr").gettext(message)
    return said % figures if figures else said


def requested(site: Site, title: str, *, amount: int, approved: bool = True) -> str:
    """Let Karim's bakery ask for Euro pallets."""
    listing = f"listing-{uuid4()}"
    posting = {
        "listing_id": listing, "side": "request", "company_id": site.story.companies["bakery"],
        "site_id": "site-bakery",
        "draft": Draft(category="PAL.EPAL1", title=title, attributes={"condition": "B"},
                       quantity=Quantity(amount=Decimal(amount), unit="H87", per=None)),
    }  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("karim"), **posting)
    if approved:
        approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
        site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches"], within=20)
    return listing


def test_before_the_first_listing_the_page_says_what_will_happen(site: Site) -> None:
    page = Page(in_french(site, "karim").get("/me").text)
    assert french("Matches start with one listing") in page.words
    assert "/listings/new?zone=jourdies" in page.links


def test_both_sides_read_why_they_match_in_words(site: Site) -> None:
    listing = requested(site, "Cherche 40 palettes Europe", amount=40)
    offer = site.story.listings["pallets"]
    for name, theirs, address in (
        ("karim", "50 Euro pallets, pallets", f"/listings/{offer}"),
        ("lea", "Cherche 40 palettes Europe", f"/listings/{listing}"),
    ):
        page = Page(in_french(site, name).get("/me").text)
        assert theirs in page.words
        assert address in page.links
        assert "Même catégorie" in page.words or "même catégorie" in page.words
        assert "%(" not in page.words


def test_the_listing_itself_shows_its_matches_to_its_company(site: Site) -> None:
    listing = requested(site, "Encore 45 palettes", amount=45)
    page = Page(in_french(site, "karim").get(f"/listings/{listing}").text)
    assert "50 Euro pallets, pallets" in page.words


def test_what_waits_for_the_zone_matches_for_nobody_else_yet(site: Site) -> None:
    requested(site, "Demande encore en attente", amount=50, approved=False)
    assert "Demande encore en attente" in Page(in_french(site, "karim").get("/me").text).words
    assert "Demande encore en attente" not in Page(in_french(site, "lea").get("/me").text).words


def test_nothing_of_another_company_is_mine(site: Site) -> None:
    page = Page(in_french(site, "nora").get("/me").text)
    assert "50 Euro pallets, forged" in page.words
    assert "50 Euro pallets, pallets" not in page.words


def test_a_listing_about_to_end_asks_to_be_renewed_in_one_tap(site: Site) -> None:
    clock = Clock(site.database.url, Role.OWNER)
    clock.advance(timedelta(days=55))
    site.services.clock.measure()
    try:
        lea, listing = in_french(site, "lea"), site.story.listings["pallets"]
        assert f'action="/listings/{listing}/renew"' in lea.get("/me").text
        lea.follow(lea.send(f"/listings/{listing}/renew"))
        assert f'action="/listings/{listing}/renew"' not in lea.get("/me").text
    finally:
        clock.advance(timedelta(days=-55))
        site.services.clock.measure()


def test_a_visitor_signs_in_first(site: Site) -> None:
    assert site.browser().get("/me").headers["location"] == "/sign-in?to=%2Fme"


def test_who_runs_a_zone_without_a_company_has_a_page_too(site: Site) -> None:
    for name in ("marc", "alix", "ines"):
        assert in_french(site, name).get("/me").status_code == 200
