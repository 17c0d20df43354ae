"""Acting together on the pages: asked with discretion, followed by the facilitator; the guide and the outlets in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import ApproveListing, Draft, PostListing
from domain.places import Place
from domain.quantities import Quantity
from domain.zones import OPERATOR
from marketplace.database import Role
from marketplace.falling_due import gathering
from marketplace.reading import visible
from tests.replay import siret
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site
MODELS = ["pooling", "listings", "matches", "people"]
TRAINING = {"category": "SRV.TRAIN", "title": "Formation SST initiale"}
OUTLET = {"name": "Recyclerie du Giffre", "latitude": "46.0640", "longitude": "6.3730", "day1": "8h-12h, 14h-18h",
          "accept1": "PAL", "conditions1": "sèches", "refuse1": "PAL.POOL", "price": "gratuit"}  # fmt: skip


def settled(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), MODELS, within=20)


def posted(site: Site, company: str, by: str, side: str = "request", amount: int = 3, **said: Any) -> str:
    listing = f"listing-{uuid4()}"
    story, use = site.story, site.services.marketplace
    draft = Draft(**{**TRAINING, "quantity": Quantity(Decimal(amount), "C62"), **said})
    story.do(use.post_listing, PostListing, story.actor(by), listing_id=listing, side=side,
             company_id=story.companies[company], site_id=f"site-{company}", draft=draft)  # fmt: skip
    zone = story.zones["jourdies"]
    story.do(use.approve_listing, ApproveListing, story.actor("marc"), listing_id=listing, zone_id=zone)
    return listing


def third(site: Site) -> None:
    """A printer joins the zone; Léa acts for it too."""
    story, use = site.story, site.services.marketplace
    if "printer" in story.companies:
        return
    story.companies["printer"] = f"company-{uuid4()}"
    about: dict[str, Any] = {"company_id": story.companies["printer"]}
    zone = story.zones["jourdies"]
    story.do(use.register_company, RegisterCompany, OPERATOR, **about, siret=siret(901), name="Printer", trade="Print",
             site_id="site-printer", site_name="Yard", address="1 rue", place=Place(Decimal("46.06"), Decimal("6.37")),
             zone_id=zone)  # fmt: skip
    story.do(use.admit_company, AdmitCompany, OPERATOR, **about, zone_id=zone)
    story.do(use.add_representative, AddRepresentative, OPERATOR, **about, member_id=story.members["nora"])


def gathered(site: Site) -> None:
    settled(site)
    with site.database.pool(Role.FOLLOWER, max_size=1) as systems:
        gathering(site.services.marketplace, site.services.clock, systems).tick()
    settled(site)


@pytest.fixture(scope="module")
def pool(site: Site) -> str:
    """Three companies look for the same; the address of what is proposed to them."""
    third(site)
    posted(site, "sawmill", "lea", amount=4)
    posted(site, "bakery", "karim", amount=3)
    posted(site, "printer", "nora", amount=5)
    gathered(site)
    (row,) = site.rows("SELECT pooling_id FROM read.pooling_pool WHERE stage = 'proposed'")
    return str(row[0])


def answered(browser: Browser, pool: str, answer: str) -> Page:
    card = Page(browser.get("/me").text)
    assert card is not None
    sent = browser.send(f"/pooling/{pool}/{answer}", {"command_id": str(uuid4())})
    assert sent.status_code == 303, Page(sent.text).words
    return Page(browser.get("/me").text)


def test_a_company_reads_the_total_and_says_yes_without_learning_who(site: Site, pool: str) -> None:
    karim = site.browser("karim")
    words = Page(karim.get("/me").text).words
    assert "3 companies look for it" in words
    assert "12 places" in words
    together = words.partition("Together with others")[2].partition("My matches")[0]
    assert not any(name in together for name in ("Sawmill", "Printer", "4 places", "5 places"))
    assert "You are counted in." in answered(karim, pool, "join").words
    settled(site)
    assert "You said no thanks." in answered(karim, pool, "decline").words


def test_the_facilitator_reads_who_and_what_they_answered(site: Site, pool: str) -> None:
    answered(site.browser("lea"), pool, "join")
    settled(site)
    alix = site.browser("alix")
    words = Page(alix.get("/z/jourdies/pooling").text).words
    for said in ("Bakery", "Sawmill", "Printer", "4 places", "12 places", "1 company is in"):
        assert said in words
    refused = alix.send(f"/pooling/{pool}/drop", {"command_id": str(uuid4()), "reason": " "})
    assert refused.status_code == 422
    assert "Say why" in Page(refused.text).words
    french = in_french(site, "alix")
    assert "Qui elles sont" in Page(french.get("/z/jourdies/pooling").text).words


def test_nobody_else_answers_drops_or_learns_that_it_is_there(site: Site, pool: str) -> None:
    assert site.browser("karim").get("/z/jourdies/pooling").status_code == 403
    ines = site.browser("ines")
    for step in ("drop", "take-up", "join"):
        ines.get("/me")
        sent = ines.send(f"/pooling/{pool}/{step}", {"command_id": str(uuid4()), "reason": "Non."})
        assert sent.status_code == 404, step
    lea = site.browser("lea")
    lea.get("/me")
    assert lea.send(f"/pooling/{pool}/drop", {"command_id": str(uuid4()), "reason": "Non."}).status_code == 404
    other = {"command_id": str(uuid4()), "company_id": site.story.companies["bakery"]}
    assert lea.send(f"/pooling/{pool}/join", other).status_code == 404


def test_an_offer_is_shared_out_and_each_part_fills_in_the_form(site: Site) -> None:
    pallets: dict[str, Any] = {"category": "PAL.EPAL1", "title": "Palettes EUR 80×120",
                               "attributes": {"condition": "B", "ownership": "exchange_pool"}}  # fmt: skip
    third(site)
    for company, by, amount in (("bakery", "karim", 80), ("printer", "nora", 60)):
        posted(site, company, by, **{**pallets, "quantity": Quantity(Decimal(amount), "H87")})
    listing = posted(site, "sawmill", "lea", "offer", **{**pallets, "quantity": Quantity(Decimal(120), "H87")})
    settled(site)
    lea = site.browser("lea")
    page = lea.get(f"/listings/{listing}").text
    assert "All 120 pallets could go" in Page(page).words
    assert "amount=80" in page
    assert "amount=40" in page
    assert "could go" not in Page(site.browser("karim").get(f"/listings/{listing}").text).words


def test_the_guide_is_kept_by_the_facilitator_and_read_by_everyone(site: Site) -> None:
    alix = site.browser("alix")
    alix.get("/z/jourdies/outlets/new")
    wrong = alix.send(
        "/z/jourdies/outlets/new", {**OUTLET, "command_id": str(uuid4()), "day2": "le soir", "latitude": "nord"}
    )
    assert wrong.status_code == 422
    assert "Recyclerie du Giffre" in wrong.text
    assert all(f'aria-describedby="{field}-error"' in wrong.text for field in ("latitude", "day2"))
    assert alix.send("/z/jourdies/outlets/new", {**OUTLET, "command_id": str(uuid4())}).status_code == 303
    settled(site)
    words = Page(site.browser().get("/z/jourdies/guide").text).words
    for said in ("Recyclerie du Giffre", "8:00–12:00, 14:00–18:00", "sèches", "Refuses"):
        assert said in words
    assert "lundi" in Page(in_french(site).get("/z/jourdies/guide").text).words
    assert site.browser("lea").get("/z/jourdies/outlets").status_code == 403
    pallets: dict[str, Any] = {"category": "PAL.BROKEN", "title": "Palettes cassées"}
    pallets["quantity"] = Quantity(Decimal(9), "H87")
    listing = posted(site, "sawmill", "lea", "offer", **pallets)
    settled(site)
    assert "Outlets that take it" in Page(site.browser("lea").get(f"/listings/{listing}").text).words
    told = site.browser().get("/api/v1/zones/jourdies/outlets").json()["items"]
    assert [one["name"] for one in told] == ["Recyclerie du Giffre"]
    row = Page(alix.get("/z/jourdies/outlets").text)
    assert "Recyclerie du Giffre" in row.words
    outlet = site.rows("SELECT outlet_id FROM read.pooling_outlet")[0][0]
    form = Page(alix.get(f"/z/jourdies/outlets/{outlet}").text).typed
    assert (form["day1"], form["conditions1"]) == ("08:00-12:00, 14:00-18:00", "sèches")
    assert alix.send(f"/z/jourdies/outlets/{outlet}/close", {"command_id": str(uuid4())}).status_code == 303
    settled(site)
    assert "Recyclerie" not in Page(site.browser().get("/z/jourdies/guide").text).words
