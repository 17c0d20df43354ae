"""The inbox of exchanges: whose turn it is, what comes next, and what is over, from either side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.dealings import DeclineExchange, ShowInterest
from domain.quantities import parse_quantity
from projections.exchanges import PAGE
from tests.web.conftest import Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page
from tests.web.test_interests import ask, posted, settled

site = one_site


def inbox(site: Site, name: str) -> Page:
    return Page(site.browser(name).get("/exchanges").text)


def between(words: str, begin: str, end: str) -> str:
    """What stands in one group of the page."""
    return words.partition(begin)[2].partition(end)[0]


def test_before_the_first_exchange_the_page_says_how_one_begins(site: Site) -> None:
    page = inbox(site, "nora")
    assert "No exchange yet" in page.words
    assert "always see whose turn it is" in page.words
    assert "/me" in page.links


def test_who_acts_for_no_company_is_told_so(site: Site) -> None:
    assert "This page follows the exchanges of a company" in inbox(site, "marc").words


def test_the_other_name_leads_to_it(site: Site) -> None:
    answer = site.browser("karim").get("/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/exchanges")


def test_a_visitor_signs_in_first(site: Site) -> None:
    assert site.browser().get("/exchanges").headers["location"].startswith("/sign-in")


def test_an_interest_is_the_owners_turn_and_each_side_reads_it_as_its_own(site: Site) -> None:
    listing = posted(site, "Whose turn")
    exchange = ask(site, site.browser("karim"), listing)
    owner = inbox(site, "lea")
    assert "Your turn: say yes or no by" in owner.words
    assert "20 pallets · to Bakery" in owner.words
    assert f"/listings/{listing}#interests" in owner.links
    asker = inbox(site, "karim")
    assert "Their turn: Sawmill says yes or no by" in asker.words
    assert "20 pallets · from Sawmill" in asker.words
    assert f"/exchanges/{exchange}" in asker.links


def test_every_page_counts_what_is_owed_and_mine_shows_it_first(site: Site) -> None:
    listing = posted(site, "Counted")
    ask(site, site.browser("karim"), listing)
    lea = site.browser("lea")
    page = Page(lea.get("/me").text)
    assert "Your turn: say yes or no by" in page.words
    assert "Your turn" not in Page(site.browser("karim").get("/me").text).words
    owed = inbox(site, "lea").words.count("Your turn: ")
    for path in ("/me", "/exchanges", "/account"):
        assert f"Exchanges {owed} waiting" in Page(lea.get(path).text).words


def test_an_agreed_pick_up_is_to_come_until_it_takes_place(site: Site) -> None:
    listing = posted(site, "To come")
    karim, lea = site.browser("karim"), site.browser("lea")
    exchange = ask(site, karim, listing)
    lea.get("/me")
    lea.send(f"/exchanges/{exchange}/accept", {"amount": "20"})
    settled(site)
    assert "propose a time for the pick-up" in between(inbox(site, "karim").words, "Your turn", "Their turn")
    day = (site.services.clock.now() + timedelta(days=3)).date()
    slot = {"day": day.isoformat(), "from": "14:00", "until": "15:00"}
    karim.get(f"/exchanges/{exchange}")
    assert karim.send(f"/exchanges/{exchange}/pickup", slot).status_code == 303
    lea.get(f"/exchanges/{exchange}")
    assert lea.send(f"/exchanges/{exchange}/pickup/agree").status_code == 303
    settled(site)
    for name in ("karim", "lea"):
        coming = between(inbox(site, name).words, "Pick-ups to come", "Their turn")
        assert f"{day:%A} {day.day} {day:%B}, 14:00–15:00" in coming


def test_what_is_over_names_its_reason_and_goes_on_page_by_page(site: Site) -> None:
    listing = posted(site, "Over and over")
    declined(site, listing, PAGE + 1)
    karim = site.browser("karim")
    first = karim.get("/exchanges")
    page = Page(first.text)
    assert "Declined" in page.words
    assert "Price or cost" in page.words
    further = next(link for link in page.links if "group=closed" in link)
    second = Page(karim.get(further).text)
    assert "Over and over" in second.words
    assert "All my exchanges" in second.words
    shown = {link for link in page.links + second.links if link.startswith("/exchanges/exchange-")}
    assert len(shown) > PAGE


def test_nonsense_in_the_address_shows_the_inbox(site: Site) -> None:
    karim = site.browser("karim")
    for query in ("group=nonsense", "group=closed&after=nonsense"):
        assert karim.get(f"/exchanges?{query}").status_code == 200


def test_the_inbox_speaks_french(site: Site) -> None:
    listing = posted(site, "En français")
    ask(site, site.browser("karim"), listing)
    words = Page(in_french(site, "lea").get("/exchanges").text).words
    assert "dites oui ou non" in words
    assert "%(" not in words


def declined(site: Site, listing: str, times: int) -> None:
    """Let the bakery ask and be declined, again and again."""
    story, use_cases = site.story, site.services.marketplace
    bakery, sawmill = story.companies["bakery"], story.companies["sawmill"]
    for _time in range(times):
        about: dict[str, Any] = {"listing_id": listing, "exchange_id": f"exchange-{uuid4()}"}
        story.do(use_cases.show_interest, ShowInterest, story.actor("karim"), **about, company_id=bakery,
                 quantity=parse_quantity("1", "H87"))  # fmt: skip
        story.do(use_cases.decline_exchange, DeclineExchange, story.actor("lea"), **about, company_id=sawmill,
                 reason="price")  # fmt: skip
    settled(site)


def test_an_address_that_takes_a_form_leads_to_its_page_when_it_is_opened(site: Site) -> None:
    for step in ("confirm", "pickup/agree", "messages"):
        answer = site.browser("karim").get(f"/exchanges/exchange-x/{step}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/exchanges/exchange-x")
