"""Interest in a listing: asked in two taps from a match, answered side by side, and every way it may go wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.listings import ApproveListing, Draft, PostListing, WithdrawListing
from domain.quantities import Period, Quantity
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.page_reading import Page

site = one_site


def posted(
    site: Site,
    title: str,
    amount: int = 50,
    *,
    by: str = "lea",
    side: str = "offer",
    per: Period | None = None,
    **more: Any,
) -> str:
    """Let the sawmill, or somebody else's company, post pallets that its zone shows."""
    listing = f"listing-{uuid4()}"
    company = {"lea": "sawmill", "karim": "bakery", "nora": "forge"}[by]
    draft = Draft(category="PAL.EPAL1", title=title, attributes={"condition": "B", "ownership": "exchange_pool"},
                  quantity=Quantity(Decimal(amount), "H87", per), **more)  # fmt: skip
    story, use_cases = site.story, site.services.marketplace
    story.do(use_cases.post_listing, PostListing, story.actor(by), listing_id=listing, side=side,
             company_id=story.companies[company], site_id=f"site-{company}", draft=draft)  # fmt: skip
    moderator, zone = ("ines", "la-roche") if by == "nora" else ("marc", "jourdies")
    story.do(use_cases.approve_listing, ApproveListing, story.actor(moderator), listing_id=listing,
             zone_id=story.zones[zone])  # fmt: skip
    settled(site)
    return listing


def settled(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches", "exchanges"], within=20)


def ask(site: Site, browser: Browser, listing: str, amount: str = "20", **fields: str) -> str:
    """Show interest as the form does; the id of the exchange."""
    browser.get(f"/listings/{listing}")
    answer = browser.send(f"/listings/{listing}/interest", {"amount": amount, "unit": "H87", **fields})
    assert answer.status_code == 303, Page(answer.text).words
    settled(site)
    return answer.headers["location"].removeprefix("/exchanges/")


def forms_of(text: str, exchange: str) -> dict[str, str]:
    """What the form that accepts an exchange holds."""
    found = re.search(rf'<form[^>]*action="/exchanges/{exchange}/accept".*?</form>', text, re.DOTALL)
    assert found is not None
    return Page(found[0]).typed


# --- asked ------------------------------------------------------------------------------------------------------


def test_whoever_asks_is_told_what_happens_next_and_the_owner_sees_it(site: Site) -> None:
    listing = posted(site, "Asked for")
    karim = site.browser("karim")
    exchange = ask(site, karim, listing, message="We come on Thursday.")
    here = Page(karim.get(f"/exchanges/{exchange}").text)
    assert "Sawmill is told" in here.words
    owner = site.browser("lea").get(f"/listings/{listing}")
    words = Page(owner.text).words
    for said in ("1 company waits for your answer", "Bakery", "20 pallets", "We come on Thursday."):
        assert said in words
    assert "First exchange here" in words
    assert "Requests: 20 pallets. Available: 50." in words
    assert forms_of(owner.text, exchange)["amount"] == "20"


def test_a_match_leads_to_the_form_open_and_filled(site: Site) -> None:
    listing = posted(site, "Matched offer", 90)
    request = posted(site, "Matched request", 35, by="karim", side="request")
    karim = site.browser("karim")
    address = f"/listings/{listing}?with={request}#interest"
    assert address in Page(karim.get("/me").text).links
    text = karim.get(address).text
    assert re.search(r'<details class="ask-form" open>', text)
    filled = Page(text).typed
    assert (filled["amount"], filled["other_listing"], filled["origin"]) == ("35", request, "match")
    exchange = ask(site, karim, listing, **{name: filled[name] for name in ("amount", "other_listing", "origin")})
    assert f"/exchanges/{exchange}" in Page(karim.get("/me").text).links
    assert "Matched request" in Page(site.browser("lea").get(f"/listings/{listing}").text).words


def test_whoever_has_what_is_sought_says_so_in_other_words(site: Site) -> None:
    request = posted(site, "Sought", by="karim", side="request")
    lea = site.browser("lea")
    words = Page(lea.get(f"/listings/{request}").text).words
    assert "We have some" in words
    assert "I would take some" not in words
    ask(site, lea, request, "10")
    assert "Sawmill" in Page(site.browser("karim").get(f"/listings/{request}").text).words


def test_some_of_a_flow_may_be_wanted_once(site: Site) -> None:
    flow = posted(site, "A flow", 12, per="WEE")
    karim = site.browser("karim")
    assert Page(karim.get(f"/listings/{flow}").text).options["rhythm"] == ["flow", "once"]
    exchange = ask(site, karim, flow, "12", rhythm="once")
    rows = site.rows("SELECT state::jsonb->'asked'->>'per' FROM read.exchange WHERE exchange_id = %s", exchange)
    assert rows == [(None,)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Say how much."),
        ({"amount": "-3"}, "Write a number greater than zero."),
        ({"amount": "many"}, "Write a number only, such as 12.5."),
        ({"amount": "51"}, "There are 50 in all: ask for no more."),
        ({"amount": "2.5"}, "These are counted whole: write a whole number."),
        ({"amount": "20", "unit": "KGM"}, "Keep the unit of the listing."),
        ({"amount": "20", "unit": "nonsense"}, "Choose the unit in the list."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_quantity(site: Site, fields: dict[str, str], sentence: str) -> None:
    listing = site.story.listings["pallets"]
    karim = site.browser("karim")
    karim.get(f"/listings/{listing}")
    answer = karim.send(f"/listings/{listing}/interest", {"unit": "H87", "message": "kept", **fields})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.errors["amount"] == sentence
    assert page.typed["amount"] == fields["amount"]
    assert page.typed["message"] == "kept"
    assert page.typed["unit"] == "H87"


def test_a_listing_of_somebody_elses_goes_with_nothing(site: Site) -> None:
    listing = site.story.listings["pallets"]
    karim = site.browser("karim")
    karim.get(f"/listings/{listing}")
    for other in (listing, site.story.listings["forged"], "listing-none"):
        answer = karim.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87", "other_listing": other})
        assert answer.status_code == 422
        assert "Choose a listing of yours that goes with this one." in answer.text


def test_asking_twice_leads_to_what_is_under_way(site: Site) -> None:
    listing = posted(site, "Asked twice")
    karim = site.browser("karim")
    exchange = ask(site, karim, listing)
    again = karim.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    page = Page(again.text)
    assert again.status_code == 409
    assert "Your company has asked for this already" in page.words
    assert f"/exchanges/{exchange}" in page.links
    assert "amount" not in page.typed


def test_a_form_sent_twice_asks_once(site: Site) -> None:
    listing = posted(site, "Sent twice")
    karim = site.browser("karim")
    fields = {"amount": "5", "unit": "H87", "command_id": str(uuid4())}
    karim.get(f"/listings/{listing}")
    first, second = (karim.send(f"/listings/{listing}/interest", fields) for _time in range(2))
    assert first.headers["location"] == second.headers["location"]


def test_a_listing_withdrawn_meanwhile_says_so(site: Site) -> None:
    listing = posted(site, "Withdrawn meanwhile")
    karim = site.browser("karim")
    karim.get(f"/listings/{listing}")
    site.story.do(
        site.services.marketplace.withdraw_listing, WithdrawListing, site.story.actor("lea"), listing_id=listing
    )
    settled(site)
    answer = karim.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    assert answer.status_code == 409
    assert "Its company has withdrawn this listing meanwhile." in Page(answer.text).words


def test_nothing_is_asked_for_that_the_reader_does_not_see(site: Site) -> None:
    listing = posted(site, "Open, and hidden")
    with site.database.connect() as connection:
        ((schema,),) = connection.execute(
            "SELECT 'read_listings_' || generation FROM log.read_model WHERE name = 'listings'"
        ).fetchall()
        connection.execute(f"UPDATE {schema}.listing SET shown = false WHERE listing_id = %s".encode(), [listing])  # noqa: S608  # a schema of ours
    karim, head = site.browser("karim"), site.log.head()
    karim.get("/me")
    answer = karim.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    assert answer.status_code == 404
    assert site.log.head() == head


def test_nobody_asks_for_their_own(site: Site) -> None:
    listing = site.story.listings["pallets"]
    lea = site.browser("lea")
    assert "I would take some" not in Page(lea.get(f"/listings/{listing}").text).words
    answer = lea.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    assert answer.status_code == 403
    assert "This listing is your own." in Page(answer.text).words


def test_a_listing_of_another_zone_is_missing_like_any_that_never_was(site: Site) -> None:
    nora = site.browser("nora")
    nora.get("/me")
    fields = {"amount": "5", "unit": "H87"}
    there = nora.send(f"/listings/{site.story.listings['pallets']}/interest", fields)
    nowhere = nora.send(f"/listings/listing-{uuid4()}/interest", fields)
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert Page(there.text).words == Page(nowhere.text).words


def test_a_public_listing_tells_outsiders_how_to_come_in(site: Site) -> None:
    listing = posted(site, "Public", visibility="public")
    visitor = Page(site.browser().get(f"/listings/{listing}").text)
    assert "Sign in to show interest" in visitor.words
    assert f"/sign-in?to=%2Flistings%2F{listing}" in visitor.links
    nora = site.browser("nora")
    assert "This listing is for the companies of its zone." in Page(nora.get(f"/listings/{listing}").text).words
    answer = nora.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    assert answer.status_code == 403


def test_nobody_else_reads_who_asked(site: Site) -> None:
    listing = posted(site, "Between two", visibility="public")
    ask(site, site.browser("karim"), listing, message="canary of two")
    for name in ("marc", "nora", None):
        words = Page(site.browser(name).get(f"/listings/{listing}").text).words
        assert "canary of two" not in words
        assert "waits for your answer" not in words


# --- answered ---------------------------------------------------------------------------------------------------


def test_a_part_is_accepted_and_the_rest_stays_free(site: Site) -> None:
    listing = posted(site, "In parts")
    exchange = ask(site, site.browser("karim"), listing, "40")
    lea = site.browser("lea")
    fields = forms_of(lea.get(f"/listings/{listing}").text, exchange)
    answer = lea.send(f"/exchanges/{exchange}/accept", {**fields, "amount": "30"})
    assert answer.headers["location"] == f"/exchanges/{exchange}"
    assert "Accepted: 30 pallets kept for Bakery" in Page(lea.follow(answer).text).words
    words = Page(lea.get(f"/listings/{listing}").text).words
    assert "20 of 50 pallets left" in words
    assert "20 left" in Page(lea.get("/me").text).words


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("21", "They asked for 20: keep no more for them."),
        ("0", "Write a number greater than zero."),
        ("", "Say how much."),
    ],
)
def test_what_cannot_be_accepted_is_said_beside_it(site: Site, amount: str, sentence: str) -> None:
    listing = posted(site, f"Accepted wrongly {amount}")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    lea.get(f"/listings/{listing}")
    answer = lea.send(f"/exchanges/{exchange}/accept", {"amount": amount})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert forms_of(answer.text, exchange)["amount"] == amount


def test_a_yes_may_carry_a_time_that_the_other_side_answers(site: Site) -> None:
    listing = posted(site, "With a time")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    fields = forms_of(lea.get(f"/listings/{listing}").text, exchange)
    assert not any(fields[name] for name in ("day", "from", "until", "instructions")), "nothing is chosen for them"
    day = (site.services.clock.now() + timedelta(days=3)).date().isoformat()
    time = {"day": day, "from": "14:00", "until": "13:00", "instructions": "Dock 2, from eight."}
    refused = lea.send(f"/exchanges/{exchange}/accept", {**fields, **time})
    assert refused.status_code == 422
    assert "The end comes before the beginning." in refused.text
    again = forms_of(refused.text, exchange)
    assert {name: again[name] for name in time} == time
    answer = lea.send(f"/exchanges/{exchange}/accept", {**again, "until": "15h"})
    assert "Next: they agree with your time" in Page(lea.follow(answer).text).words
    settled(site)
    words = Page(site.browser("karim").get(f"/exchanges/{exchange}").text).words
    for said in ("14:00–15:00", "Dock 2, from eight.", "This time suits us"):
        assert said in words


def test_the_button_that_sends_a_time_asks_for_one(site: Site) -> None:
    listing = posted(site, "Without a time")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    fields = forms_of(lea.get(f"/listings/{listing}").text, exchange)
    answer = lea.send(f"/exchanges/{exchange}/accept", {**fields, "with_time": "yes"})
    assert answer.status_code == 422
    assert "Choose the day." in answer.text
    assert lea.send(f"/exchanges/{exchange}/accept", fields).status_code == 303


def test_everything_promised_says_who_is_next(site: Site) -> None:
    listing = posted(site, "All promised")
    exchange = ask(site, site.browser("karim"), listing, "50")
    lea = site.browser("lea")
    lea.get("/me")
    assert lea.send(f"/exchanges/{exchange}/accept", {"amount": "50"}).status_code == 303
    settled(site)
    alix = Page(site.browser("alix").get(f"/listings/{listing}").text)
    assert "All of it is promised" in alix.words


def test_an_answer_to_an_older_page_says_what_happened_meanwhile(site: Site) -> None:
    listing = posted(site, "Answered twice")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    stale = forms_of(lea.get(f"/listings/{listing}").text, exchange)
    assert lea.send(f"/exchanges/{exchange}/accept", stale).status_code == 303
    for step, fields in (("accept", {"amount": "5"}), ("decline", {"reason": "price"})):
        answer = lea.send(f"/exchanges/{exchange}/{step}", {**fields, "seen_version": stale["seen_version"]})
        assert answer.status_code == 409
        assert "Meanwhile it was accepted." in Page(answer.text).words
        assert f"/exchanges/{exchange}" in Page(answer.text).links


def test_who_asked_may_not_answer_and_a_stranger_finds_nothing(site: Site) -> None:
    listing = posted(site, "Wrong party")
    karim = site.browser("karim")
    exchange = ask(site, karim, listing)
    answer = karim.send(f"/exchanges/{exchange}/accept", {"amount": "5"})
    assert answer.status_code == 403
    assert "Only the company that posted the listing answers this." in Page(answer.text).words
    nora = site.browser("nora")
    nora.get("/me")
    there = nora.send(f"/exchanges/{exchange}/decline", {"reason": "price"})
    nowhere = nora.send("/exchanges/exchange-none/decline", {"reason": "price"})
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert Page(there.text).words == Page(nowhere.text).words


def test_one_tap_declines_with_a_reason(site: Site) -> None:
    listing = posted(site, "Declined")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    text = lea.get(f"/listings/{listing}").text
    assert '<button class="pick" name="reason" value="transport">' in text
    assert 'value="no_answer"' not in text
    answer = lea.send(f"/exchanges/{exchange}/decline", {"reason": "transport"})
    words = Page(lea.follow(answer).text).words
    assert "Declined. Bakery is told why." in words
    assert "waits for your answer" not in words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": "other"}, "Say which reason, in a few words."),
        ({"reason": "no_answer"}, "Choose one of the answers."),
        ({}, "Choose the reason in the list."),
    ],
)
def test_no_without_a_reason_is_asked_again(site: Site, fields: dict[str, str], sentence: str) -> None:
    listing = posted(site, f"No reason {sentence}")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    lea.get(f"/listings/{listing}")
    answer = lea.send(f"/exchanges/{exchange}/decline", fields)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_facilitator_answers_for_the_company(site: Site) -> None:
    listing = posted(site, "Answered on behalf")
    exchange = ask(site, site.browser("karim"), listing)
    alix = site.browser("alix")
    fields = forms_of(alix.get(f"/listings/{listing}").text, exchange)
    assert alix.send(f"/exchanges/{exchange}/accept", fields).status_code == 303
    rows = site.rows(
        "SELECT on_behalf FROM read.exchange_step WHERE exchange_id = %s AND what = 'ExchangeAccepted'", exchange
    )
    assert rows == [(True,)]


def test_a_facilitator_asks_for_a_company_of_the_zone(site: Site) -> None:
    listing = posted(site, "Asked on behalf")
    alix = site.browser("alix")
    offered = Page(alix.get(f"/listings/{listing}").text).options["for_company"]
    assert offered == ["", site.story.companies["bakery"]]
    refused = alix.send(f"/listings/{listing}/interest", {"amount": "5", "unit": "H87"})
    assert refused.status_code == 422
    assert "Choose the company that asks." in refused.text
    ask(site, alix, listing, "5", for_company=site.story.companies["bakery"])
    assert "Bakery" in Page(site.browser("lea").get(f"/listings/{listing}").text).words


# --- withdrawn and amended ----------------------------------------------------------------------------------------


def test_who_waits_is_told_why_a_listing_is_withdrawn(site: Site) -> None:
    listing = posted(site, "Withdrawn with a reason")
    exchange = ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    assert "transport" in Page(lea.get(f"/listings/{listing}").text).options["decline"]
    silent = lea.send(f"/listings/{listing}/withdraw", {"reason": ""})
    assert silent.status_code == 422
    assert Page(silent.text).errors["decline"] == "Companies wait for your answer: choose the reason they are told."
    assert lea.send(f"/listings/{listing}/withdraw", {"decline": "storage"}).status_code == 303
    settled(site)
    assert site.rows("SELECT stage, reason FROM read.exchange WHERE exchange_id = %s", exchange) == [
        ("declined", "storage")
    ]


def test_the_form_that_amends_says_what_is_promised(site: Site) -> None:
    listing = posted(site, "Amended")
    exchange = ask(site, site.browser("karim"), listing, "20")
    lea = site.browser("lea")
    lea.get("/me")
    lea.send(f"/exchanges/{exchange}/accept", {"amount": "20"})
    assert "20 promised, 0 collected" in Page(lea.get(f"/listings/{listing}/amend").text).words
