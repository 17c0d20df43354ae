"""The search as people use it: corrected, ordered, kept, followed as a feed, and never broken by what is typed."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from domain.listings import ApproveListing, Draft, PostListing
from domain.quantities import Quantity
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site

LIST: Final = "/z/jourdies/listings"
FEED: Final = "/z/jourdies/listings.atom"
CARD: Final = re.compile(r'class="card-title"><a href="/listings/(listing-[^"]+)"')
ATOM: Final = "{http://www.w3.org/2005/Atom}"


def listed(site: Site, title: str, category: str = "CAR.BOX", **more: Any) -> str:
    """Let Léa post something that the zone shows."""
    listing = f"listing-{uuid4()}"
    fields = {"quantity": Quantity(Decimal(100), "H87"), **more}
    side, company = fields.pop("side", "offer"), site.story.companies["sawmill"]
    posting = {"listing_id": listing, "side": side, "company_id": company, "site_id": "site-sawmill",
               "draft": Draft(category=category, title=title, **fields)}  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("lea"), **posting)
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches"], within=20)
    return listing


@pytest.fixture(scope="module")
def shelf(site: Site) -> dict[str, str]:
    """A few things to find, one of them for everyone to read."""
    return {
        "public": listed(
            site,
            "Étagères </script><b>métalliques",
            "EQP.RACK",
            visibility="public",
            description="Appelez le 06 12 34 56 78.\x0b & <rapide> ☎",
        ),
        "boxes": listed(site, "Cartons doubles cannelures"),
        "flow": listed(site, "Balles de carton", "CAR.OCC", quantity=Quantity(Decimal(300), "KGM", "WEE")),
        "wanted": listed(site, "Cherche des cartons", side="request"),
    }


@pytest.fixture
def karim(site: Site, shelf: dict[str, str]) -> Browser:
    return in_french(site, "karim")


# --- found --------------------------------------------------------------------------------------------------------


def test_a_misspelt_word_is_corrected_told_and_may_be_meant_as_it_is(karim: Browser, shelf: dict[str, str]) -> None:
    page = karim.get(f"{LIST}?q=etageers").text
    assert shelf["public"] in CARD.findall(page)
    assert "Voici les résultats pour «\u00a0étagères\u00a0»" in Page(page).words
    assert f"{LIST}?q=etageers&exact=1" in Page(page).links
    assert CARD.findall(karim.get(f"{LIST}?q=etageers&exact=1").text) == []
    assert "plus proches" in Page(karim.get(f"{LIST}?q=cartons+zeppelin").text).words


def test_where_little_is_found_the_categories_of_such_things_are_proposed(
    karim: Browser, shelf: dict[str, str]
) -> None:
    page = karim.get(f"{LIST}?q=gondoles").text
    assert CARD.findall(page) == []
    assert f"{LIST}?family=EQP&category=EQP.RACK" in Page(page).links
    assert "category=EQP.RACK" not in karim.get(f"{LIST}?q=cartons").text


def test_a_chosen_family_shows_its_categories_and_one_of_them_narrows_it(karim: Browser, shelf: dict[str, str]) -> None:
    page = karim.get(f"{LIST}?family=CAR").text
    assert re.search(r'name="category" value="CAR.OCC"', page)
    assert set(CARD.findall(page)) == {shelf["boxes"], shelf["flow"], shelf["wanted"]}
    narrow = karim.get(f"{LIST}?family=CAR&category=CAR.OCC").text
    assert CARD.findall(narrow) == [shelf["flow"]]
    assert f"{LIST}?family=CAR" in Page(narrow).links
    assert LIST in Page(narrow).links, "the family goes with what was chosen within it"
    assert CARD.findall(karim.get(f"{LIST}?category=CAR.OCC").text) == [shelf["flow"]]


def test_the_list_comes_in_the_order_one_asks_for(site: Site, karim: Browser, shelf: dict[str, str]) -> None:
    links = Page(karim.get(LIST).text).links
    assert {f"{LIST}?sort=match", f"{LIST}?sort=nearest", f"{LIST}?sort=ending"} <= set(links)
    assert CARD.findall(karim.get(LIST).text)[0] == shelf["wanted"]
    assert CARD.findall(karim.get(f"{LIST}?sort=ending").text)[-1] in (shelf["flow"], shelf["wanted"])
    lea = in_french(site, "lea")
    assert set(CARD.findall(lea.get(f"{LIST}?sort=match").text)) == set(CARD.findall(lea.get(LIST).text))
    visitor = Page(in_french(site).get(LIST).text).links
    assert not [link for link in visitor if "sort=match" in link or "sort=nearest" in link]


HOSTILE: Final = (
    "q=%E2%80%AE%F0%9F%92%A3", "q=" + "x" * 3_000, "sort=nothing&sort=best", "sort=nearest&reach=0", "reach=10000",
    "zone=la-roche&zone=zone-jourdies", "category=PAL.&category=XXX.YYY&family=..", "after=1e9~%27&sort=match",
    "after=NaN~x&q=a", "exact=2&exact=1&q=%27%3A%2A%20%7C%20%26", "q=%5C%5C%27%27", "view=plan&reach=1&sort=nearest",
    "q=" + "80x120+" * 25, "q=%C2%A0", "condition=A&condition=%00x".replace("%00", ""),
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_asked_is_answered_with_a_page_and_a_feed(karim: Browser, query: str) -> None:
    for path in (LIST, FEED):
        answer = karim.get(f"{path}?{query}")
        assert answer.status_code == 200, path


def test_an_address_nobody_could_have_made_is_refused_and_not_a_fault(karim: Browser) -> None:
    for path in (LIST, FEED):
        for query in ("q=%00", "q=" + "a" * 5_000):
            assert karim.get(f"{path}?{query}").status_code == 400


# --- as a feed ----------------------------------------------------------------------------------------------------


def test_the_feed_says_to_everyone_what_a_visitor_reads(site: Site, karim: Browser, shelf: dict[str, str]) -> None:
    visitor = site.browser().get(FEED)
    assert visitor.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(visitor.content)  # noqa: S314 - our own
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"tag:127.0.0.1,2026-01-01:{shelf['public']}"]
    assert "</script>" in (entries[0].findtext(f"{ATOM}title") or "")
    told = entries[0].findtext(f"{ATOM}summary") or ""
    assert "•••" in told
    assert "06 12" not in told
    assert "Sawmill" not in visitor.text
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert karim.get(FEED, **{"Accept-Language": "en"}).text.count("<entry>") == 1, "members read no more there"
    assert site.browser().get(f"{FEED}?family=PAL").text.count("<entry>") == 0
    again = site.browser().get(FEED, **{"If-None-Match": visitor.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert f"{FEED}?side=offer&family=EQP" in re.sub("&amp;", "&", karim.get(f"{LIST}?side=offer&family=EQP").text)


# --- elsewhere ----------------------------------------------------------------------------------------------------


def test_a_public_listing_says_to_machines_what_a_visitor_reads_and_no_script_ends_early(
    site: Site, karim: Browser, shelf: dict[str, str]
) -> None:
    address = f"/listings/{shelf['public']}"
    page = in_french(site).get(address).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    said = json.loads(found[0])
    assert (said["@type"], said["itemOffered"]["@type"]) == ("Offer", "Product")
    assert said["name"] == "Étagères </script><b>métalliques"
    assert (said["price"], said["availability"]) == ("0", "https://schema.org/InStock")
    assert said["url"] == site.base + address
    assert "06 12" not in found[0]
    assert "Sawmill" not in found[0]
    assert f'<link rel="canonical" href="{site.base}{address}">' in page
    assert 'property="og:title"' in page
    assert "ld+json" not in karim.get(address).text


def test_a_listing_shown_with_its_company_says_so_to_machines(site: Site) -> None:
    named = listed(site, "Salle de réunion", "ESP.ROOM", visibility="named", quantity=Quantity(Decimal(20), "HUR"))
    page = in_french(site).get(f"/listings/{named}").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(found)
    assert said["itemOffered"]["@type"] == "Service"
    assert said["offeredBy"] == {"@type": "Organization", "name": "Sawmill"}


# --- kept ---------------------------------------------------------------------------------------------------------


def test_a_search_is_kept_under_a_name_opened_again_and_forgotten(karim: Browser) -> None:
    page = karim.get(f"{LIST}?q=cartons&side=offer").text
    assert 'value="cartons, Offres"' in page
    fields = {"q": "cartons", "side": "offer", "name": "Cartons du coin", "by_mail": "1"}
    page = karim.follow(karim.send("/z/jourdies/searches", fields)).text
    assert "nouveautés seront dans votre courriel" in Page(page).words
    again = karim.get(f"{LIST}?side=offer&q=cartons").text
    assert 'id="keep"' not in again, "what one keeps is not offered again"
    assert "Cartons du coin" in Page(again).words
    assert 'id="keep"' in karim.get(f"{LIST}?q=cartons").text, "another search is"
    page = karim.get("/me").text
    assert "Cartons du coin" in page
    assert f"{LIST}?q=cartons&side=offer" in Page(page).links
    (drop,) = re.findall(r'action="(/me/searches/search-[^"]+/drop)"', page)
    assert karim.send(f"/me/searches/search-{uuid4()}/drop").status_code == 404
    assert "oubliée" in Page(karim.follow(karim.send(drop)).text).words
    assert "Cartons du coin" not in karim.get("/me").text


def test_what_is_not_there_yet_is_promised_by_mail(karim: Browser) -> None:
    assert '<details class="keep" id="keep" open>' in karim.get(f"{LIST}?q=zeppelin").text
    answer = karim.send("/z/jourdies/searches", {"q": "zeppelin", "name": "Zeppelins", "by_mail": "1"})
    assert "Rien pour l’instant" in Page(karim.follow(answer).text).words


def test_a_search_without_a_name_is_asked_for_one_and_stays_as_it_was(site: Site, karim: Browser) -> None:
    karim.get(f"{LIST}?q=cartons")
    answer = karim.send("/z/jourdies/searches", {"q": "cartons", "side": "offer", "name": " "})
    assert answer.status_code == 422
    assert "Donnez un nom" in answer.text
    assert '<input type="hidden" name="side" value="offer">' in answer.text
    assert 'id="keep"' not in in_french(site).get(f"{LIST}?q=cartons").text, "a visitor keeps none"


# --- for programs -------------------------------------------------------------------------------------------------


def test_a_program_searches_with_the_filters_and_orders_of_the_page(site: Site, shelf: dict[str, str]) -> None:
    program = site.program("karim")

    def ids(query: str) -> list[str]:
        return [one["id"] for one in program.get(f"/api/v1/zones/jourdies/listings?{query}").json()["items"]]

    assert ids("category=CAR.OCC&recurrence=flow") == [shelf["flow"]]
    assert ids("q=etageers") == [shelf["public"]]
    assert program.get("/api/v1/zones/jourdies/listings?q=etageers").json()["text"] == "étagères"
    assert ids("q=etageers&exact=true") == []
    assert shelf["boxes"] in ids("sort=nearest&reach=5&zone=jourdies")
    assert set(ids("sort=match")) == set(ids(""))
    assert program.get("/api/v1/zones/jourdies/listings?sort=nothing").status_code == 400
