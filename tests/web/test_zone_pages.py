"""The site's home and the zones': what there is at a glance, for anyone."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from domain.places import Place
from domain.zones import OPERATOR, OpenZone
from marketplace.reading import visible
from tests.web.conftest import Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site


def test_the_home_leads_to_every_zone(site: Site) -> None:
    page = Page(in_french(site).get("/").text)
    assert {"/z/jourdies", "/z/la-roche"} <= set(page.links)
    assert "2 entreprises" in page.words


def test_a_zone_shows_members_its_latest_listings(site: Site) -> None:
    page = Page(in_french(site, "karim").get("/z/jourdies").text)
    assert "50 Euro pallets, pallets" in page.words
    assert "50 Euro pallets, waiting" not in page.words, "not yet approved"
    assert "50 Euro pallets, forged" not in page.words, "of another zone"


def test_a_visitor_sees_no_listing_that_is_for_the_zone_only(site: Site) -> None:
    page = Page(in_french(site).get("/z/jourdies").text)
    assert "50 Euro pallets" not in page.words
    assert "Sawmill" not in page.words


def test_a_zone_without_listings_says_who_could_be_the_first(site: Site) -> None:
    opening = {"zone_id": f"zone-{uuid4()}", "slug": "empty", "name": "Zone vide", "commune": "Cluses",
               "place": Place(Decimal("46.06"), Decimal("6.58")), "time_zone": "Europe/Paris"}  # fmt: skip
    receipt = site.story.do(site.services.marketplace.open_zone, OpenZone, OPERATOR, **opening)
    with site.database.connect() as connection:
        assert visible(connection, receipt.position, ["people"], within=20)
    for browser in (in_french(site), in_french(site, "karim")):
        page = Page(browser.get("/z/empty").text)
        assert "La première annonce est la vôtre" in page.words
        assert "La première annonce est la vôtre" in Page(browser.get("/z/empty/listings").text).words
        assert browser.get("/z/empty/listings?view=plan").status_code == 200


@pytest.mark.parametrize(
    "slug", ["nowhere", "JOURDIES", "%F0%9F%99%82", "jourdies%20", "..%2f", "x" * 500, "zone-jourdies"]
)
def test_a_zone_that_is_not_there_is_missing(site: Site, slug: str) -> None:
    answer = in_french(site).get(f"/z/{slug}")
    assert answer.status_code == 404
    assert "Rien ici" in Page(answer.text).words


def test_a_page_is_in_the_language_one_reads(site: Site) -> None:
    assert "Annonces" in Page(in_french(site).get("/z/jourdies").text).words
    assert "Listings" in Page(site.browser().get("/z/jourdies").text).words
    assert "Listings" in Page(in_french(site).get("/z/jourdies?lang=en").text).words
