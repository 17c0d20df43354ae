"""Privacy: what is held is said, shown to whom it is about, and gone when they want; who looked is told to them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from domain.listings import AmendListing, Draft
from domain.quantities import Quantity
from marketplace.holdings import HOLDINGS
from tests.web.bargains import Bargain
from tests.web.conftest import Browser, Site


@pytest.fixture
def bargain(site: Site) -> Bargain:
    """An accepted exchange between the sawmill and the bakery, with a message of Léa's."""
    bargain = Bargain(site).accepted().seen()
    lea = site.browser("lea")
    lea.get(bargain.path)
    assert bargain.send(lea, "messages", {"text": "canary-of-lea"}).status_code == 303
    with site.database.connect() as connection:
        connection.execute("TRUNCATE site.access_log")
    return bargain.seen()


def old_proof(site: Site) -> None:
    """Let it be long ago that anybody showed who they are."""
    with site.database.connect() as connection:
        connection.execute("UPDATE site.session SET proved_at = proved_at - interval '1 hour'")


def erase(browser: Browser, path: str = "/account/erase", **given: Any) -> Any:
    return browser.send(path, {"sure": "yes", **given})


def test_the_privacy_page_says_all_that_is_declared(standing_site: Site) -> None:
    browser = standing_site.browser()
    page = browser.get("/privacy").text
    assert [holding.name for holding in HOLDINGS if f'id="held-{holding.name}"' not in page] == []
    assert "12 months." in page
    assert "30 days." in page
    french = browser.get("/privacy", **{"Accept-Language": "fr"}).text
    said = re.sub(r"\s+", " ", french)
    assert "Combien de temps" in said
    assert [holding.what for holding in HOLDINGS if holding.what in said] == []


def test_i_read_all_that_is_held_on_me_and_nothing_of_anybody_else(site: Site, bargain: Bargain) -> None:
    lea, karim = site.browser("lea"), site.browser("karim")
    assert karim.get(bargain.path).status_code == 200
    page = lea.get("/account/data").text
    for text in ("Lea", site.story.mail("lea"), "canary-of-lea", "Your contact details, in an exchange"):
        assert text in page
    file = lea.get("/account/data.json")
    held = file.json()
    assert held["identity"]["mail"] == site.story.mail("lea")
    assert {"canary-of-lea"} == {text for wrote in held["written"] for text in wrote["texts"].values()} & {
        "canary-of-lea"
    }
    assert {"ListingPosted", "MessageSent"} <= {did["event"] for did in held["did"]}
    (look,) = held["looked_at_by"]
    assert (look["by_actor"], look["what"]) == (site.story.actor("karim"), "contact")
    assert {row["device"] for row in held["rows"]["site.session"]}
    assert "sha256" not in file.text.replace('"sha256": ""', "")
    for text in (site.story.mail("karim"), "canary-interest"):
        assert text not in file.text + page
    assert "canary-of-lea" not in karim.get("/account/data.json").text


def test_looking_twice_is_noted_once_and_looking_at_oneself_never(site: Site, bargain: Bargain) -> None:
    karim = site.browser("karim")
    for _time in range(2):
        karim.get(bargain.path)
        site.program("karim").get(f"/api/v1/exchanges/{bargain.exchange_id}")
    looks = site.rows("SELECT subject, by_actor FROM site.access_log")
    assert looks == [(site.story.members["lea"], site.story.actor("karim"))]


def test_who_leaves_is_gone_at_once_and_what_they_did_stays(site: Site, bargain: Bargain) -> None:
    lea, phone, karim = site.browser("lea"), site.browser("lea"), site.browser("karim")
    old_proof(site)
    asked = lea.get("/account/erase").text
    assert "Sign in again" in asked
    assert "Nobody else acts for Sawmill" in asked
    head = site.log.head()
    assert erase(lea).status_code == 303
    assert site.log.head() == head, "it was too long ago that they signed in"
    site.sign_in(lea, "lea")
    lea.get("/account/erase")
    assert erase(lea, sure="").status_code == 422
    done = erase(lea)
    assert "You are erased" in done.text
    assert "max-age=0" in done.headers["set-cookie"].lower()
    for browser in (lea, phone):
        assert browser.get("/account").status_code == 303
    assert site.services.marketplace.member_at(site.story.mail("lea")) is None
    bargain.seen()
    shown = karim.get(bargain.path)
    assert shown.status_code == 200
    assert "canary-of-lea" not in shown.text
    assert site.story.mail("lea") not in shown.text
    assert site.rows("SELECT FROM site.suppressed WHERE why = 'erased'")


def test_a_zone_keeps_its_last_administrator_until_there_is_another(site: Site) -> None:
    alix = site.browser("alix")
    assert "last administrator of Jourdies" in alix.get("/account/erase").text
    head = site.log.head()
    assert erase(alix).status_code == 422
    assert site.log.head() == head


def test_a_company_is_erased_by_the_last_who_acts_for_it_and_by_nobody_else(site: Site) -> None:
    path = f"/account/erase/company/{site.story.companies['sawmill']}"
    karim = site.browser("karim")
    karim.get("/account")
    assert erase(karim, path).status_code == 404
    lea = site.browser("lea")
    assert "Sawmill" in lea.get(path).text
    assert "Sawmill is erased" in erase(lea, path).text
    lea.get("/")
    assert lea.get(f"/listings/{site.story.listings['pallets']}").status_code == 404


def test_what_was_interrupted_is_finished_by_the_next_tick(site: Site) -> None:
    site.services.erasing.forget(site.story.members["lea"])
    waiting = "SELECT subject FROM site.erasing"
    assert site.rows(waiting) == [(site.story.members["lea"],)]
    assert "people" in site.services.erasing.finish()
    assert site.rows(waiting) == []
    assert site.services.erasing.finish() == ()


def test_a_name_typed_in_a_listing_goes_by_redaction_of_that_text_alone(site: Site) -> None:
    story, lea, marc = site.story, site.browser("lea"), site.browser("marc")
    waiting, pallets = (story.listings[name] for name in ("waiting", "pallets"))
    path = f"/listings/{waiting}/redact"
    assert site.browser("karim").get(path).status_code == 404
    assert "canary-waiting" in lea.get(path).text
    refused = erase(lea, path)
    assert refused.status_code == 422
    assert "still shown" in refused.text
    assert marc.get(f"{path}?zone=jourdies").status_code == 200
    assert erase(marc, f"{path}?zone=la-roche").status_code == 404
    assert erase(marc, f"{path}?zone=jourdies").status_code == 303
    # What is typed from here on has a key of its own: neither the tick that finishes nor a second tap takes it.
    draft = Draft(
        category="PAL.EPAL1", title="Typed meanwhile", quantity=Quantity(amount=Decimal(50), unit="H87"),
        attributes={"condition": "B", "ownership": "exchange_pool"},
    )  # fmt: skip
    market = site.services.marketplace
    story.do(market.amend_listing, AmendListing, story.actor("lea"), listing_id=waiting, draft=draft)
    site.services.erasing.finish()
    texts = site.rows("SELECT title, description FROM read.listing WHERE listing_id = %s", waiting)
    assert texts == [("Typed meanwhile", "")]
    assert "canary-waiting" not in str(market.words_of(story.companies["sawmill"]))
    assert site.rows("SELECT FROM read.listing WHERE listing_id = %s AND title <> ''", pallets)
    assert site.services.marketplace.words_of(story.companies["sawmill"])
