"""Listings: found by words and facets whatever is typed, shown to whoever may see them, missing to everyone else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from domain.listings import ApproveListing, Draft, PostListing
from domain.quantities import Quantity
from marketplace.language import translations
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site

LIST: Final = "/z/jourdies/listings"
CARD: Final = re.compile(r'class="card-title"><a href="/listings/(listing-[^"]+)"')
NONE: Final = "Rien de tel aujourd’hui"


def french(message: str, **figures: Any) -> str:
    said = translations("fr").gettext(message)
    return said % figures if figures else said


def listed(site: Site, title: str, category: str = "CAR.BOX", **more: Any) -> str:
    """Let Léa post something that the zone shows."""
    listing = f"listing-{uuid4()}"
    fields = {"quantity": Quantity(Decimal(100), "H87"), **more}
    side = fields.pop("side", "offer")
    posting = {"listing_id": listing, "side": side, "company_id": site.story.companies["sawmill"],
               "site_id": "site-sawmill", "draft": Draft(category=category, title=title, **fields)}  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("lea"), **posting)
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    return listing


@pytest.fixture(scope="module")
def shelf(site: Site) -> dict[str, str]:
    """Listings of every kind, and enough boxes for two pages."""
    found = {
        "public": listed(
            site,
            "Étagères métalliques à donner",
            "EQP.RACK",
            visibility="public",
            description="Appelez le 06 12 34 56 78 ou lea@lea.example, côté quai.",
        ),
        "flow": listed(site, "Cartons vides chaque semaine", quantity=Quantity(Decimal(40), "H87", "WEE")),
        "request": listed(site, "Cherche une cercleuse", "EQP.OTHER", side="request"),
        "priced": listed(
            site, "Caisses américaines", price="paid_by_receiver", price_cents=35, attributes={"condition": "B"}
        ),
    }
    for number in range(26):
        listed(site, f"Caisse numéro {number:02}")
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches", "moderation"], within=20)
    return found


@pytest.fixture
def karim(site: Site, shelf: dict[str, str]) -> Browser:
    return in_french(site, "karim")


def found(browser: Browser, query: str) -> list[str]:
    answer = browser.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return CARD.findall(answer.text)


# --- found --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["étagères", "etagere", "ETAGERES MÉTALLIQUES", "etageres metaliques", "étagère quai"]
)
def test_words_are_found_without_accents_and_with_a_slip(karim: Browser, shelf: dict[str, str], words: str) -> None:
    assert shelf["public"] in found(karim, f"q={words}")


def test_each_facet_narrows_and_says_how_many_it_leaves(karim: Browser, shelf: dict[str, str]) -> None:
    assert found(karim, "side=request") == [shelf["request"]]
    assert found(karim, "recurrence=flow") == [shelf["flow"]]
    assert found(karim, "family=EQP&side=offer") == [shelf["public"]]
    assert found(karim, "price=paid_by_receiver") == [shelf["priced"]]
    assert shelf["priced"] in found(karim, "condition=B")
    page = karim.get(f"{LIST}?side=request").text
    assert re.search(r'id="n-side-request">1<', page)
    assert re.search(r'id="n-side-offer">\d+<', page), "a facet ignores its own choice"
    assert "1 annonce " in Page(page).words


def test_a_filter_in_force_can_be_taken_away(karim: Browser) -> None:
    page = Page(karim.get(f"{LIST}?side=request&family=EQP").text)
    assert f"{LIST}?side=request" in page.links
    assert f"{LIST}?family=EQP" in page.links


def test_nothing_found_proposes_a_request(karim: Browser) -> None:
    page = Page(karim.get(f"{LIST}?q=zeppelin").text)
    assert NONE in page.words
    assert "/listings/new?zone=jourdies&side=request" in page.links


@pytest.mark.parametrize(
    "query",
    ["q=%27%22%3B--", "q=%25_%5C", "q=((((", "q=%26+%7C+%21+%3A%2A", "q=%F0%9F%99%82", "q=" + "a+" * 900, "q=%ED%A0%80",
     "side=nothing&family=%3Cb%3E&reach=1e9", "reach=-1", "after=%F0%9F%99%82", "after=e30", "after=" + "A" * 900,
     "after=WzEsMl0", "view=nothing", "q=<script>alert(1)</script>", "side=offer&side=request&side=offer", "&&&=&=="],
)  # fmt: skip
def test_whatever_an_address_asks_is_answered(karim: Browser, query: str) -> None:
    answer = karim.get(f"{LIST}?{query}")
    assert answer.status_code in (200, 400)
    assert "<script>alert" not in answer.text


def test_pages_follow_one_another_without_gap_or_repetition(karim: Browser) -> None:
    seen, address = [], f"{LIST}?family=CAR"
    for _page in range(3):
        page = karim.get(address).text
        seen.append(CARD.findall(page))
        following = [link for link in Page(page).links if "after=" in link]
        if not following:
            break
        address = following[0]
    assert [len(each) for each in seen] == [25, 3]
    assert len({listing for each in seen for listing in each}) == 28


def test_the_plan_shows_the_same_listings_as_a_list_beside_it(karim: Browser, shelf: dict[str, str]) -> None:
    answer = karim.get(f"{LIST}?view=plan&side=request")
    assert CARD.findall(answer.text) == [shelf["request"]]
    assert "<svg" in answer.text
    assert 'href="#pin-1"' in answer.text


# --- shown --------------------------------------------------------------------------------------------------------


def test_a_visitor_sees_what_is_public_without_the_name_and_the_phone(site: Site, shelf: dict[str, str]) -> None:
    visitor = in_french(site)
    assert found(visitor, "") == [shelf["public"]]
    page = Page(visitor.get(f"/listings/{shelf['public']}").text)
    assert "Étagères métalliques à donner" in page.words
    assert "Sawmill" not in page.words
    assert "06 12 34 56 78" not in page.words
    assert "lea@lea.example" not in page.words
    assert french("Names, phone numbers and addresses are shown to members of the zone only.") in page.words


def test_a_member_of_the_zone_sees_who_and_how_to_call(karim: Browser, shelf: dict[str, str]) -> None:
    page = Page(karim.get(f"/listings/{shelf['public']}").text)
    assert "Sawmill" in page.words
    assert "06 12 34 56 78" in page.words


def test_a_member_of_another_zone_sees_no_more_than_a_visitor(site: Site, shelf: dict[str, str]) -> None:
    nora = in_french(site, "nora")
    assert "Sawmill" not in Page(nora.get(f"/listings/{shelf['public']}").text).words
    assert nora.get(f"/listings/{shelf['flow']}").status_code == 404


def test_figures_are_written_as_one_reads_them(site: Site, karim: Browser, shelf: dict[str, str]) -> None:
    french_page = Page(karim.get(f"/listings/{shelf['priced']}").text).words
    assert re.search(r"0,35\s€", french_page)
    assert "€0.35" in Page(site.browser("karim").get(f"/listings/{shelf['priced']}").text).words


def test_a_foreign_listing_is_answered_exactly_as_a_missing_one(site: Site, shelf: dict[str, str]) -> None:
    waiting, forged = site.story.listings["waiting"], site.story.listings["forged"]
    for browser in (in_french(site), in_french(site, "karim"), in_french(site, "nora")):
        hidden = waiting if browser.get(f"/listings/{waiting}").status_code == 404 else None
        assert hidden, "not approved: its company and who runs the zone only"
        answers = [browser.get(f"/listings/{listing}") for listing in (hidden, f"listing-{uuid4()}", "listing-x", "🙂")]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert len({answer.content for answer in answers}) == 1
        assert len({frozenset(_headers(answer)) for answer in answers}) == 1
    assert in_french(site, "karim").get(f"/listings/{forged}").status_code == 404


def _headers(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(name, value) for name, value in answer.headers.items() if name != "date"}


def test_the_author_sees_what_happened_to_a_listing_and_others_do_not(
    site: Site, karim: Browser, shelf: dict[str, str]
) -> None:
    approved = french("Approved by the zone")
    assert approved in Page(in_french(site, "lea").get(f"/listings/{shelf['flow']}").text).words
    assert approved not in Page(karim.get(f"/listings/{shelf['flow']}").text).words


def test_the_buttons_of_its_company_are_nobody_elses(site: Site, karim: Browser, shelf: dict[str, str]) -> None:
    withdraw = f'action="/listings/{shelf["public"]}/withdraw"'
    assert withdraw in in_french(site, "lea").get(f"/listings/{shelf['public']}").text
    for browser in (karim, in_french(site), in_french(site, "nora"), in_french(site, "marc")):
        assert withdraw not in browser.get(f"/listings/{shelf['public']}").text


def test_head_is_answered_without_the_text(karim: Browser, shelf: dict[str, str]) -> None:
    for path in (LIST, f"/listings/{shelf['public']}", "/me", "/listings/new"):
        answer = karim.client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_where_a_nameless_listing_lies_is_not_told_to_visitors(site: Site, shelf: dict[str, str]) -> None:
    visitor, member = in_french(site), in_french(site, "karim")
    near = re.compile(r"\b\d+([.,]\d)?\s?k?m\b")
    for address in (LIST, f"{LIST}?view=plan", f"{LIST}?reach=1", f"/listings/{shelf['public']}"):
        page = visitor.get(address).text
        assert "Étagères métalliques" in page
        assert 'class="plan"' not in page
        assert not near.search(Page(page).words.replace("06 12", "")), address
        assert "yard" not in page
    assert near.search(Page(member.get(LIST).text).words)


def test_a_facilitator_may_amend_and_withdraw_for_a_company(site: Site, shelf: dict[str, str]) -> None:
    page = in_french(site, "alix").get(f"/listings/{shelf['priced']}").text
    assert f"/listings/{shelf['priced']}/amend" in page
    assert f"/listings/{shelf['priced']}/withdraw" in page
