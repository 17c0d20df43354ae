"""A facilitator teaches the lexicon a word, having seen what it would change, and takes it back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from domain.listings import ApproveListing, Draft, PostListing
from domain.quantities import Quantity
from marketplace.language import translations
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site

LEXICON = "/z/jourdies/lexicon"


@pytest.fixture
def alix(site: Site) -> Browser:
    browser = in_french(site, "alix")
    browser.get(LEXICON)
    return browser


def french(message: str, **figures: Any) -> str:
    said = translations("fr").gettext(message)
    return said % figures if figures else said


def post(site: Site, company: str, by: str, side: str, title: str) -> None:
    listing = f"listing-{uuid4()}"
    draft = Draft(category="PAL.OTHER", title=title, quantity=Quantity(amount=Decimal(20), unit="H87"))
    about = {"listing_id": listing, "company_id": site.story.companies[company], "site_id": f"site-{company}"}
    use = site.services.marketplace
    site.story.do(use.post_listing, PostListing, site.story.actor(by), side=side, draft=draft, **about)
    zone_id = site.story.zones["jourdies"]
    site.story.do(use.approve_listing, ApproveListing, site.story.actor("marc"), listing_id=listing, zone_id=zone_id)
    settle(site)


def settle(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["matches", "people"], within=20)


def test_only_who_facilitates_the_zone_opens_the_page(site: Site, alix: Browser) -> None:
    assert alix.get(LEXICON).status_code == 200
    for name in ("lea", "karim"):
        assert in_french(site, name).get(LEXICON).status_code == 403
    assert site.browser().get(LEXICON).headers["location"].startswith("/sign-in?to=")


def test_a_term_is_previewed_published_and_withdrawn(site: Site, alix: Browser) -> None:
    post(site, "sawmill", "lea", "offer", "Zblouf étamé, diamètre 40 mm")
    post(site, "bakery", "karim", "request", "Cherche glurbs")
    page = Page(alix.get(LEXICON).text)
    assert "zblouf" in page.words
    assert f"{LEXICON}?words=zblouf#add" in page.links
    assert "étamé" in page.words, "as its author spells it"
    assert f"{LEXICON}?words=diam%C3%A8tre#add" not in page.links, "it says how large a thing is, never what"
    typed = {"words": "zblouf", "meaning": "rehausse", "language": "fr"}
    assert alix.follow(alix.send(LEXICON, typed)).status_code == 200
    settle(site)
    seen = alix.get(f"{LEXICON}/preview?words=glurb&meaning=rehausse&language=fr")
    assert seen.status_code == 200
    preview = seen.text[seen.text.index('id="preview"') : seen.text.index('id="add"')]
    words = Page(preview).words
    assert french("What “%(words)s” would change", words="glurb") in words
    assert "Cherche glurbs" in words
    assert "Zblouf" in words
    assert french("appears") in words
    held = Page(preview).typed
    assert (held["words"], held["meaning"]) == ("glurb", "rehausse")
    page = Page(alix.follow(alix.send(LEXICON, held)).text)
    assert french("Published: the matches follow “%(words)s” from now on.", words="glurb") in page.words
    settle(site)
    assert site.rows("SELECT count(*) FROM read.match_pair") != [(0,)]
    after = alix.get(LEXICON).text
    assert "glurbs" not in after[after.index('id="unknown-title"') :]
    (withdrawing,) = re.findall(rf'action="({LEXICON}/term-[^"]*/withdraw)"', after[after.index("glurb</b>") :])[:1]
    page = Page(alix.follow(alix.send(withdrawing)).text)
    assert french("Withdrawn: the matches are as if it had never been published.") in page.words


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": "", "meaning": "palette"}, "Write the term."),
        ({"words": "nouveau", "meaning": ""}, "Choose what it means in the list."),
        ({"words": "nouveau", "meaning": "qwertz"}, "The lexicon does not know this either: choose in the list."),
        (
            {"words": "il y a un 🙂", "meaning": "palette"},
            "These words stand in every other listing: they tell nothing.",
        ),
        ({"words": "nouveau", "meaning": "palette", "language": "de"}, "Choose one of the answers."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(alix: Browser, typed: dict[str, str], sentence: str) -> None:
    for answer in (alix.get(f"{LEXICON}/preview?{urlencode(typed)}"), alix.send(LEXICON, typed)):
        assert answer.status_code == 422
        assert french(sentence) in Page(answer.text).words
        assert Page(answer.text).typed.get("words", "") == typed["words"]


def test_a_known_word_is_not_taught_again(alix: Browser) -> None:
    answer = alix.get(f"{LEXICON}/preview?words=Palettes&meaning=carton")
    assert answer.status_code == 422
    assert french("The lexicon knows “%(words)s” already.", words="Palettes") in Page(answer.text).words


def test_nobody_withdraws_what_another_zone_published(alix: Browser) -> None:
    assert alix.send(f"{LEXICON}/term-{uuid4()}/withdraw").status_code == 404


# --- what counts --------------------------------------------------------------------------------------------------

WEIGHTS = "/z/jourdies/weights"


def test_weights_are_previewed_set_and_said(site: Site, alix: Browser) -> None:
    others = {"category": "45", "text": "25", "distance": "20", "quantity": "10"}
    page = Page(alix.get(WEIGHTS).text)
    assert page.typed["category"] == "50"
    seen = alix.get(f"{WEIGHTS}?{urlencode(others)}")
    assert french("What these weights would change") in Page(seen.text).words
    preview = seen.text[seen.text.index('id="preview"') : seen.text.index('id="weights-title"')]
    page = Page(alix.follow(alix.send(WEIGHTS, Page(preview).typed)).text)
    assert french("Set: the matches of the zone are weighed so from now on.") in page.words
    settle(site)
    page = Page(alix.get(WEIGHTS).text)
    assert page.typed["distance"] == "20"
    assert french("This zone weighs its matches in its own way.") in page.words


def test_another_count_of_words_is_previewed_and_published(site: Site, alix: Browser) -> None:
    seen = alix.get(f"{WEIGHTS}?frequencies=2").text
    preview = Page(seen[seen.index('id="preview"') : seen.index('id="weights-title"')])
    assert preview.typed["frequencies"] == "2"
    alix.follow(alix.send(f"{WEIGHTS}/frequencies", preview.typed))
    settle(site)
    assert f"{WEIGHTS}?frequencies=1#preview" in Page(alix.get(WEIGHTS).text).links


def test_weights_that_cannot_be_are_refused_beside_their_field(alix: Browser) -> None:
    wrong = {"category": "60", "text": "30", "distance": "20", "quantity": "10"}
    for answer in (alix.get(f"{WEIGHTS}?{urlencode(wrong)}"), alix.send(WEIGHTS, wrong)):
        assert answer.status_code == 422
        assert french("The four parts make 100 points together.") in Page(answer.text).words
    answer = alix.get(f"{WEIGHTS}?category=1&text=&distance=x&quantity=10")
    assert answer.text.count('aria-invalid="true"') == 3
    assert alix.get(f"{WEIGHTS}?frequencies=7").status_code == 422
    assert alix.send(f"{WEIGHTS}/frequencies", {"frequencies": "x"}).status_code == 422
