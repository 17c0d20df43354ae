"""The life of a listing on its pages: kept as a draft, not posted twice, amended in the open, renewed, posted again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Final
from uuid import uuid4

import httpx
import pytest

from domain.listings import ApproveListing, evolve
from marketplace import erasing, still_true
from marketplace.still_true import Question
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.page_reading import Page
from tests.web.test_photos import jpeg, send

site = one_site

GOOD: Final = {"side": "offer", "title": "80 palettes Europe", "category": "PAL.EPAL1", "amount": "80", "unit": "H87",
               "condition": "B", "ownership": "exchange_pool"}  # fmt: skip


@pytest.fixture
def lea(site: Site) -> Browser:
    browser = site.browser("lea")
    browser.get("/listings/new")
    return browser


def posted(browser: Browser, **fields: str) -> str:
    browser.get("/listings/new")
    answer = browser.send("/listings/new", {**GOOD, "anyway": "yes", **fields})
    assert answer.status_code == 303, Page(answer.text).errors
    return answer.headers["location"].removeprefix("/listings/")


def approved(site: Site, listing_id: str) -> str:
    approval = {"listing_id": listing_id, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    return listing_id


def kept(browser: Browser, **fields: str) -> str:
    """Keep a draft; gives its id."""
    answer = browser.send("/drafts", fields)
    assert answer.headers["location"] == "/me#drafts", Page(answer.text).errors
    titled = re.search(rf'draft=(listing-[0-9a-f-]+)"><b>{fields["title"]}', browser.get("/me").text)
    assert titled
    return titled[1]


# --- drafts


def test_a_form_with_a_title_is_kept_and_gone_on_with_as_it_was(lea: Browser) -> None:
    draft = kept(lea, title="Chutes de douglas", amount="une douzaine")
    page = Page(lea.get(f"/listings/new?draft={draft}").text)
    assert page.typed["title"] == "Chutes de douglas"
    assert page.typed["amount"] == "une douzaine"
    assert page.typed["draft"] == draft


def test_without_a_title_a_draft_could_not_be_found_again(lea: Browser) -> None:
    answer = lea.send("/drafts", {"amount": "12"})
    assert answer.status_code == 422
    assert "title" in Page(answer.text).errors
    assert Page(answer.text).typed["amount"] == "12"


def test_posting_a_draft_makes_it_the_listing_whichever_button_is_pressed_twice(site: Site, lea: Browser) -> None:
    draft = kept(lea, title="Palettes du fond")
    sent = {**GOOD, "title": "Palettes du fond", "draft": draft, "command_id": str(uuid4())}
    first, again = (lea.send("/listings/new", {**sent, "anyway": "yes"}) for _time in range(2))
    assert first.headers["location"] == again.headers["location"] == f"/listings/{draft}"
    assert "Palettes du fond" not in Page(lea.get("/me").text).words.split("My listings")[0].split("Drafts")[-1]
    assert lea.send("/drafts", {"title": "Palettes du fond", "draft": draft}).status_code == 404
    late = lea.send("/listings/new", {**GOOD, "title": "Autre", "draft": draft, "anyway": "yes"})
    assert late.status_code == 409
    assert site.rows("SELECT count(*) FROM read.listing WHERE listing_id = %s", draft) == [(1,)]


def test_the_back_button_after_keeping_posts_what_was_kept(lea: Browser) -> None:
    form = {**GOOD, "title": "Palettes retrouvées", "command_id": str(uuid4()), "anyway": "yes"}
    draft = kept(lea, **form)
    assert lea.send("/listings/new", form).headers["location"] == f"/listings/{draft}"


def test_to_another_company_a_draft_is_missing(site: Site, lea: Browser) -> None:
    draft = kept(lea, title="Entre nous")
    karim = site.browser("karim")
    karim.get("/me")
    assert karim.get(f"/listings/new?draft={draft}").status_code == 404
    assert karim.send(f"/drafts/{draft}/discard").status_code == 404
    assert karim.send("/drafts", {"title": "Le mien", "draft": draft}).status_code == 404
    assert karim.get(f"/listings/{draft}").status_code == 404
    posts = karim.send("/listings/new", {**GOOD, "draft": draft})
    assert posts.status_code == 303
    assert draft not in posts.headers["location"]


def test_a_draft_is_thrown_away_once(lea: Browser) -> None:
    draft = kept(lea, title="Finalement non")
    assert lea.send(f"/drafts/{draft}/discard").headers["location"] == "/me#drafts"
    assert lea.send(f"/drafts/{draft}/discard").status_code == 404
    assert "Finalement non" not in Page(lea.get("/me").text).words


def test_a_facilitator_finds_the_draft_they_kept_for_a_company_and_so_does_the_company(site: Site) -> None:
    alix = site.browser("alix")
    alix.get("/listings/new")
    draft = kept(alix, title="Vu en visite", for_company=site.story.companies["bakery"])
    assert Page(site.browser("karim").get(f"/listings/new?draft={draft}").text).typed["title"] == "Vu en visite"
    assert site.browser("lea").get(f"/listings/new?draft={draft}").status_code == 404


def test_a_draft_keeps_its_photos_for_its_company_alone(site: Site, lea: Browser) -> None:
    answer = send(lea, "/drafts", [("a.jpg", jpeg(5))], title="Avec photo", photo_text="Un tas de planches")
    assert answer.status_code == 303
    ((draft, photo),) = site.rows("SELECT listing_id, photos[1] FROM read.listing_draft WHERE cardinality(photos) = 1")
    page = lea.get(f"/listings/new?draft={draft}").text
    assert 'alt="Un tas de planches"' in page
    assert lea.get(f"/photos/{photo}/480").status_code == 200
    assert site.browser("karim").get(f"/photos/{photo}/480").status_code == 404


# --- the same thing said twice


def test_who_posts_the_same_thing_again_is_told_once_and_may_post_it(site: Site, lea: Browser) -> None:
    first = posted(lea, title="Caisses en bois pliantes", category="PAL.BOX")
    again = {**GOOD, "title": "Caisses pliantes, bois", "category": "PAL.BOX", "amount": "12"}
    told = lea.send("/listings/new", again)
    assert told.status_code == 409
    page = Page(told.text)
    assert "You have a similar listing" in page.words
    assert f"/listings/{first}/amend" in page.links
    assert page.typed["amount"] == "12"
    assert lea.send("/listings/new", {**again, "anyway": first}).status_code == 303
    queue = Page(site.browser("marc").get("/z/jourdies/moderation").text).words
    assert "Similar to “Caisses en bois pliantes”" in queue


def test_a_form_sent_twice_is_not_its_own_twin(lea: Browser) -> None:
    sent = {**GOOD, "title": "Rehausses de palettes", "category": "PAL.OTHER", "command_id": str(uuid4())}
    first, again = (lea.send("/listings/new", sent) for _time in range(2))
    assert (first.status_code, again.status_code) == (303, 303), Page(first.text).errors
    assert first.headers["location"] == again.headers["location"]


# --- posted again, and like another's


def test_what_ended_is_posted_again_in_two_taps(lea: Browser) -> None:
    listing = posted(
        lea, title="Sacs de sciure", category="BOI.SAW", unit="KGM", available_to="2031-01-01", ownership=""
    )
    lea.get(f"/listings/{listing}")
    assert lea.send(f"/listings/{listing}/withdraw").status_code == 303
    address = f"/listings/new?again={listing}"
    for page in ("/me", "/listings/new", f"/listings/{listing}"):
        assert address in Page(lea.get(page).text).links, page
    form = Page(lea.get(address).text)
    assert form.typed["title"] == "Sacs de sciure"
    assert form.typed["available_to"] == ""
    assert lea.send("/listings/new", {**form.typed, "command_id": str(uuid4())}).status_code == 303
    assert address not in Page(lea.get("/me").text).links


def test_an_offer_is_copied_as_a_request_without_its_photos_price_or_words(site: Site) -> None:
    offer = site.story.listings["pallets"]
    karim = site.browser("karim")
    assert f"/listings/new?like={offer}" in Page(karim.get(f"/listings/{offer}").text).links
    form = Page(karim.get(f"/listings/new?like={offer}").text)
    assert form.typed["side"] == "request"
    assert form.typed["category"] == "PAL.EPAL1"
    assert form.typed["condition"] == "B"
    assert (form.typed["amount"], form.typed["description"]) == ("", "")
    assert karim.get(f"/listings/new?again={offer}").status_code == 404


# --- what changed


def test_an_amendment_shows_what_it_changed_to_whom_it_concerns(site: Site, lea: Browser) -> None:
    listing = approved(site, posted(lea, title="Secret de fabrique", amount="100"))
    form = Page(lea.get(f"/listings/{listing}/amend").text).typed
    assert (
        lea.send(f"/listings/{listing}/amend", {**form, "title": "Palettes claires", "amount": "90"}).status_code == 303
    )
    approved(site, listing)
    mine = Page(lea.get(f"/listings/{listing}").text).words
    assert "100 pallets" in mine
    assert "90 pallets" in mine
    assert "Secret de fabrique" in mine
    theirs = Page(site.browser("karim").get(f"/listings/{listing}").text).words
    assert "100 pallets" in theirs
    assert "Secret de fabrique" not in theirs


# --- photos


def test_photos_say_what_they_show_and_stand_in_the_order_chosen(site: Site, lea: Browser) -> None:
    lea.get("/listings/new")
    answer = send(lea, "/listings/new", [("a.jpg", jpeg(1)), ("b.jpg", jpeg(2))], **GOOD, anyway="yes",
                  photo_text="Palettes grises")  # fmt: skip
    listing = answer.headers["location"].removeprefix("/listings/")
    assert lea.get(f"/listings/{listing}").text.count('alt="Palettes grises"') == 2
    ((photos,),) = site.rows("SELECT photos FROM read.listing WHERE listing_id = %s", listing)
    form = Page(lea.get(f"/listings/{listing}/amend").text).typed
    changed = {
        f"photo_text-{photos[1]}": "L’autre pile",
        f"photo_place-{photos[1]}": "1",
        f"photo_place-{photos[0]}": "2",
    }
    assert send(lea, f"/listings/{listing}/amend", [], **{**form, **changed}).status_code == 303
    page = unescape(lea.get(f"/listings/{listing}").text)
    assert page.index('alt="L’autre pile"') < page.index('alt="Palettes grises"')


# --- still true


def token(site: Site, listing_id: str, name: str = "lea") -> str:
    listing = site.log.load(listing_id, evolve).state
    assert listing is not None
    assert listing.expires_at is not None
    ends_at = listing.expires_at
    return still_true.sign(site.services.signer, Question(site.story.members[name], listing_id, ends_at))


def tap(browser: Browser, address: str, act: str) -> httpx.Response:
    return browser.send(address, {**Page(browser.get(address).text).typed, "act": act})


def test_only_the_button_renews_and_only_once(site: Site, lea: Browser) -> None:
    listing = posted(lea, title="À renouveler")
    address = f"/still-true/{token(site, listing)}"
    stranger = site.browser()
    before = site.rows("SELECT count(*) FROM log.event_meta")
    page = stranger.get(address)
    assert (page.status_code, stranger.client.head(address).status_code) == (200, 200)
    assert "Does it still hold?" in Page(page.text).words
    assert site.rows("SELECT count(*) FROM log.event_meta") == before
    form = {**Page(page.text).typed, "act": "renew"}
    first, again = (stranger.send(address, form) for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert "It stays until" in Page(first.text).words
    ((after,),) = site.rows("SELECT count(*) FROM log.event_meta")
    assert after == before[0][0] + 1
    assert "Nothing to answer any more" in Page(stranger.get(address).text).words


def test_one_tap_withdraws_what_is_gone(site: Site, lea: Browser) -> None:
    listing = posted(lea, title="Déjà partie")
    address = f"/still-true/{token(site, listing)}"
    assert tap(site.browser(), address, "withdraw").status_code == 200
    assert "It is withdrawn." in Page(site.browser().get(address).text).words
    assert site.rows("SELECT DISTINCT life FROM read.listing WHERE listing_id = %s", listing) == [("withdrawn",)]


def test_a_token_of_nobody_or_of_another_listing_opens_nothing(site: Site, lea: Browser) -> None:
    listing = posted(lea, title="Bien gardée")
    for wrong in ("abc", token(site, listing, "karim"), token(site, listing)[:-2] + "xx"):
        assert site.browser().get(f"/still-true/{wrong}").status_code == 410
    other = Question(site.story.members["lea"], listing, datetime(2031, 1, 1, tzinfo=UTC))
    address = f"/still-true/{still_true.sign(site.services.signer, other)}"
    assert "Nothing to answer any more" in Page(site.browser().get(address).text).words
    for act in ("renew", "withdraw"):
        assert site.browser().send(address, {"act": act}).status_code == 409
    assert site.rows("SELECT DISTINCT life FROM read.listing WHERE listing_id = %s", listing) == [("open",)]


# --- the dock


def test_the_sheet_for_the_dock_opens_the_form_for_its_site(site: Site, lea: Browser) -> None:
    ((place,),) = site.rows(
        "SELECT site_id FROM read.site WHERE company_id = %s LIMIT 1", site.story.companies["sawmill"]
    )
    sheet = lea.get(f"/sites/{place}/sheet")
    assert sheet.status_code == 200
    assert sheet.text.count('class="qr"') >= 2
    assert f"/sites/{place}/sheet" in Page(lea.get("/me").text).links
    form = Page(lea.get(f"/listings/new?site={place}&side=offer").text)
    assert (form.typed["side"], form.typed["site"]) == ("offer", place)
    assert site.browser("karim").get(f"/sites/{place}/sheet").status_code == 404


def test_an_erased_company_leaves_neither_drafts_nor_earlier_words(site: Site) -> None:
    karim = site.browser("karim")
    karim.get("/listings/new")
    kept(karim, title="Brouillon du fournil")
    listing = posted(karim, title="Ancien titre", category="PAL.EPAL3")
    form = Page(karim.get(f"/listings/{listing}/amend").text).typed
    assert karim.send(f"/listings/{listing}/amend", {**form, "title": "Nouveau titre"}).status_code == 303
    erased = site.story.companies["bakery"]
    erasing.erase(erased, site.database, site.services.marketplace, site.services.clock)
    assert site.rows("SELECT count(*) FROM read.listing_draft WHERE company_id = %s", erased) == [(0,)]
    page = Page(site.browser("marc").get(f"/listings/{listing}").text).words
    assert "Ancien titre" not in page
    assert "(erased)" in page
