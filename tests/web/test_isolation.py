"""Who may see what: a light look at what `python -m tests.proofs isolation` asks of every way and every guard."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import httpx
import pytest

from domain.companies import SuspendCompany
from marketplace.reading import visible
from tests.proofs.isolating.ways import BODIES, FIELDS, Way, told, ways
from tests.web.bargains import Bargain
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.test_phones import code_for, type_code
from web.errors import SECRET_PLACES
from web.policies import POLICIES

__all__ = ["one_site"]

FOR_NEIGHBOURS: Final = ("/listings/{listing_id}/interest", "/listings/{listing_id}/report")
"""What whoever sees a listing may send about it."""
CLEAR: Final = ("/accept", "/decline", "/settle")
"""Only the owner answers, and only the facilitator settles for neither: there is no side to name."""


def send(browser: Browser, way: Way, **things: str) -> httpx.Response:
    """Send the form of a page that was open."""
    form = {"csrf": browser.csrf, "command_id": str(uuid4()), **FIELDS}
    return browser.client.request(way.method, way.to(things), data=form, headers={"Origin": browser.origin})


def of_pages(site: Site, name: str, method: str) -> list[Way]:
    """The ways of pages that name a thing of this kind."""
    return [way for way in ways(site.app) if name in way.names and way.method == method and not way.for_programs]


def test_every_route_names_its_policy(standing_site: Site) -> None:
    found = list(ways(standing_site.app))
    assert len(found) > 300
    assert {way.path: way.policy for way in found if way.policy not in POLICIES} == {}


def test_what_an_address_opens_by_itself_stands_in_no_line_of_our_logs(standing_site: Site) -> None:
    secret = {way.path.split("/")[1] for way in ways(standing_site.app) if way.policy == "address"}
    assert secret <= SECRET_PLACES


def test_of_every_policy_whoever_is_not_signed_in_is_sent_to_sign_in_first(site: Site) -> None:
    visitor = site.browser()
    one_of_each = {(way.policy, way.for_programs): way for way in ways(site.app) if POLICIES[way.policy].signed_in}
    for way in one_of_each.values():
        answer = visitor.client.request(way.method, way.to({"zone": "jourdies"}))
        assert answer.status_code == (401 if way.for_programs else 303), way
        assert way.for_programs or answer.headers["location"].startswith("/sign-in")


def test_a_foreign_listing_answers_exactly_as_a_missing_one(site: Site) -> None:
    nora, foreign, missing = site.browser("nora"), site.story.listings["pallets"], f"listing-{uuid4()}"
    for way in of_pages(site, "listing_id", "GET"):
        answers = [nora.client.get(way.to({"zone": "la-roche", "listing_id": thing})) for thing in (foreign, missing)]
        assert told(answers[0], foreign) == told(answers[1], missing), way
        assert "canary" not in answers[0].text


def test_a_neighbour_who_sees_a_listing_cannot_change_it(site: Site) -> None:
    karim, head = site.browser("karim"), site.log.head()
    karim.get("/account")
    for way in of_pages(site, "listing_id", "POST"):
        if way.path not in FOR_NEIGHBOURS and not POLICIES[way.policy].roles and POLICIES[way.policy].signed_in:
            answer = send(karim, way, listing_id=site.story.listings["pallets"], zone="jourdies")
            # What was posted is nobody's draft any more.
            assert answer.status_code in (403, 404), way
    assert site.log.head() == head


@pytest.fixture(scope="module")
def phone(site: Site) -> Browser:
    """The phone on the sawmill's dock."""
    phone, paired = type_code(site, code_for(site.browser("lea")))
    assert paired.status_code == 303
    phone.get("/phone")
    return phone


def test_the_phone_on_the_dock_reads_how_to_arrive_and_no_name(site: Site, phone: Browser) -> None:
    fetched = Bargain(site).accepted().agreed().seen()
    over = Bargain(site).accepted().agreed().confirmed().disputed().seen()
    waiting = Bargain(site).seen()
    stopped = Bargain(site).declined().seen()
    arriving = phone.get(fetched.path).text
    assert "canary-dock" in arriving
    assert "1 rue du Test" in arriving
    for path in (
        over.path, fetched.path, waiting.path, stopped.path,
        f"/listings/{waiting.listing_id}", f"/listings/{stopped.listing_id}",
    ):  # fmt: skip
        page = phone.get(path)
        assert page.status_code == 200
        private = ("canary-interest", "canary-no", "canary-dispute", site.story.mail("karim"), "Karim")
        assert [word for word in private if word in page.text] == [], path


def test_a_facilitator_takes_no_step_without_naming_the_side_they_act_for(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed().seen()
    alix, head = site.browser("alix"), site.log.head()
    alix.get("/account")
    for way in of_pages(site, "exchange_id", "POST"):
        if not way.path.endswith(CLEAR):
            answer = send(alix, way, exchange_id=bargain.exchange_id, message_id="x")
            assert answer.status_code in (403, 422), way
    assert site.log.head() == head


@pytest.mark.parametrize("name", ["session_id", "token_id"])
def test_what_belongs_to_someone_else_is_missing_to_me(site: Site, name: str) -> None:
    site.program("lea")
    site.browser("lea")
    karim = site.browser("karim")
    karim.get("/account")
    table = {"session_id": "site.session", "token_id": "site.api_token"}[name]
    of_lea = f"SELECT id::text FROM {table} WHERE member_id = %s LIMIT 1"  # noqa: S608  # one of the two above
    ((foreign,),) = site.rows(of_lea, site.story.members["lea"])
    missing = str(uuid4())
    for way in of_pages(site, name, "POST"):
        answers = [send(karim, way, **{name: thing}) for thing in (foreign, missing)]
        assert answers[0].status_code == 404
        assert told(answers[0], foreign) == told(answers[1], missing)
    assert site.rows(f"SELECT FROM {table} WHERE id::text = %s", foreign)  # one of the two above


def test_a_token_that_may_only_read_cannot_write(site: Site) -> None:
    reader = site.program("lea", "read")
    assert reader.get("/api/v1/zones").status_code == 200
    answer = reader.post("/api/v1/listings", json=BODIES["/api/v1/listings"])
    assert answer.status_code == 403
    assert "read" in answer.json()["detail"]


def test_a_session_counts_for_nothing_where_programs_come_in(site: Site) -> None:
    browser = site.browser("lea")
    answer = browser.client.post("/api/v1/listings", json=BODIES["/api/v1/listings"], headers={"Origin": site.base})
    assert answer.status_code == 401


def test_a_suspended_company_can_do_nothing_more_in_its_zone(site: Site) -> None:
    story = site.story
    suspended = {"company_id": story.companies["sawmill"], "zone_id": story.zones["jourdies"], "reason": "Until then."}
    story.do(site.services.marketplace.suspend_company, SuspendCompany, story.actor("marc"), **suspended)
    with site.database.connect() as connection:
        assert visible(connection, story.position, ["people", "listings"], within=20)
    assert "canary" not in site.browser("karim").get(f"/listings/{story.listings['pallets']}").text
    head = site.log.head()
    assert site.program("lea").post("/api/v1/listings", json=BODIES["/api/v1/listings"]).status_code == 403
    assert site.log.head() == head
