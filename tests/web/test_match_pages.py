"""A match is set aside in one tap and taken back in another; a facilitator judges and introduces."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from uuid import uuid4

from domain.contradictions import CODES
from domain.listings import ApproveListing, Draft, PostListing
from domain.matches import match_id, stream_of
from domain.quantities import Quantity
from marketplace.reading import visible
from marketplace.reasons import EXCLUSIONS
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from web.pages.matches import next_smaller
from web.pages.ranking import RULES

site = one_site
ADDRESS = "/z/jourdies/matches"


def wanted(site: Site, amount: int, *, approved: bool = True) -> str:
    """Let Karim's bakery ask for Euro pallets, which goes with Léa's."""
    listing = f"listing-{uuid4()}"
    draft = Draft(category="PAL.EPAL1", title=f"Cherche {amount} palettes", attributes={"condition": "B"},
                  quantity=Quantity(amount=Decimal(amount), unit="H87", per=None))  # fmt: skip
    posting = {"listing_id": listing, "side": "request", "company_id": site.story.companies["bakery"],
               "site_id": "site-bakery", "draft": draft}  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("karim"), **posting)
    if approved:
        approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
        site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    settled(site)
    return listing


def settled(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches"], within=20)


def set_aside(browser: Browser, mine: str, other: str, reason: str = "too_far") -> str:
    """One tap on a reason; gives the page that follows."""
    assert browser.get(f"/matches/{mine}~{other}").status_code == 200
    answer = browser.send(f"/matches/{mine}~{other}/dismiss", {"reason": reason, "command_id": str(uuid4())})
    assert answer.status_code == 303, answer.text
    return unescape(browser.follow(answer).text)


def test_a_tap_on_a_reason_sets_the_match_aside_for_both_and_undo_brings_it_back(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 51)
    karim, lea = site.browser("karim"), site.browser("lea")
    assert f"/matches/{request}~{offer}/dismiss" in karim.get(f"/listings/{request}").text
    shown = set_aside(karim, request, offer, "not_interesting")
    assert f"/matches/{request}~{offer}/restore" in shown
    for browser, mine, other in ((karim, request, offer), (lea, offer, request)):
        assert f'href="/listings/{other}"' not in browser.get(f"/listings/{mine}").text
    assert lea.get(f"/matches/{offer}~{request}").status_code == 404
    back = karim.send(f"/matches/{request}~{offer}/restore", {"command_id": str(uuid4())})
    assert back.status_code == 303
    assert f'href="/listings/{offer}"' in karim.follow(back).text


def test_a_mails_link_leads_to_a_page_that_changes_nothing_until_it_is_asked(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 52)
    head = site.log.head()
    page = site.browser("lea").get(f"/matches/{offer}~{request}")
    assert page.status_code == 200
    assert page.text.count('name="reason"') == 6
    for name in ("alix", "nora"):
        assert site.browser(name).get(f"/matches/{offer}~{request}").status_code == 404
    events = [type(recorded.event).__name__ for recorded in site.log.read(head, 100)]
    assert set(events) <= {"MatchSeen", "MemberJoined"}


def test_too_far_proposes_a_smaller_reach_that_is_taken_in_one_tap(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 53)
    karim = site.browser("karim")
    assert "/reach" not in set_aside(karim, request, offer), "what is next door cannot be nearer"
    answer = karim.send(f"/listings/{request}/reach", {"max_km": "7", "command_id": str(uuid4())})
    assert answer.status_code == 303
    settled(site)
    shown = karim.get(f"/listings/{request}").text
    assert "7 km" in shown
    assert "Cherche 53 palettes" in shown
    assert [next_smaller(*far) for far in ((18_300, 60), (400, 60), (80_000, 60), (1_001, 5))] == [15, None, None, 1]


def test_a_facilitator_judges_and_introduces_and_sees_what_was_set_aside(site: Site) -> None:
    offer, request, gone = site.story.listings["pallets"], wanted(site, 54), wanted(site, 55)
    alix = site.browser("alix")
    shown = alix.get(ADDRESS)
    assert shown.status_code == 200
    assert match_id(offer, request) in shown.text
    about = {"match": match_id(offer, request), "band": "mail"}
    judged = alix.send(f"{ADDRESS}/judge", {**about, "verdict": "good", "command_id": str(uuid4())})
    assert judged.status_code == 303
    introduced = alix.send(f"{ADDRESS}/introduce", {**about, "command_id": str(uuid4())})
    assert introduced.status_code == 303
    kinds = [type(recorded.event).__name__ for recorded in site.log.history(stream_of(match_id(offer, request)))]
    assert kinds[-2:] == ["MatchJudged", "MatchIntroduced"]
    assert alix.send(f"{ADDRESS}/introduce", {**about, "command_id": str(uuid4())}).status_code == 409
    set_aside(site.browser("karim"), gone, offer, "not_them")
    settled(site)
    assert match_id(offer, gone) not in alix.get(ADDRESS).text
    assert "Cherche 55 palettes" in alix.get(f"{ADDRESS}?band=dismissed").text
    for name in ("karim", "marc"):
        assert site.browser(name).get(f"{ADDRESS}?band=dismissed").status_code == 403


def test_a_program_does_what_a_person_does(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 56)
    karim, alix = site.program("karim"), site.program("alix")
    match = match_id(offer, request)
    assert match in [one["match_id"] for one in alix.get("/api/v1/zones/jourdies/matches").json()["items"]]
    assert karim.get("/api/v1/zones/jourdies/matches").status_code == 403
    said = karim.post(f"/api/v1/matches/{match}/dismiss", json={"reason": "quantity"})
    assert said.status_code == 200, said.text
    settled(site)
    assert karim.get(f"/api/v1/listings/{request}/matches").json()["items"] == []
    (one,) = [
        item
        for item in alix.get("/api/v1/zones/jourdies/matches?band=dismissed").json()["items"]
        if item["match_id"] == match
    ]
    assert one["dismissed"] == "quantity"
    assert karim.post(f"/api/v1/matches/{match}/restore").status_code == 200
    judged = alix.post("/api/v1/zones/jourdies/matches/judge", json={"match_id": match, "verdict": "poor"})
    assert judged.status_code == 422


def test_what_waits_for_approval_shows_its_matches_to_its_author_alone(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 57, approved=False)
    karim, lea = site.browser("karim"), site.browser("lea")
    mine = karim.get(f"/listings/{request}").text
    assert f'href="/listings/{offer}"' in mine
    assert f"with={request}" not in mine, "nothing is asked before the zone has read it"
    for path in (f"/listings/{offer}", "/me"):
        assert request not in lea.get(path).text
    assert match_id(offer, request) not in site.browser("alix").get(ADDRESS).text


def test_the_questions_of_a_match_begin_the_message(site: Site) -> None:
    offer, request = site.story.listings["pallets"], wanted(site, 58)
    page = unescape(site.browser("karim").get(f"/listings/{offer}?with={request}").text)
    assert "who carries it, and when?" in page


def test_how_we_rank_says_every_rule_there_is(site: Site) -> None:
    page = unescape(site.browser().get("/how-we-rank").text)
    assert sorted(code for codes in RULES.values() for code in codes) == sorted(CODES)
    assert [said for code, said in EXCLUSIONS.items() if said not in page] == []
