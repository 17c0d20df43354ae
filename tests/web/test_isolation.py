"""Who may see what, route by route: every policy is named, and what is foreign answers exactly as what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct

from domain.companies import SuspendCompany
from marketplace.reading import visible
from tests.web.bargains import Bargain
from tests.web.conftest import Browser, Site
from tests.web.test_phones import code_for, type_code
from web.errors import SECRET_PLACES
from web.policies import POLICIES

PEOPLE: Final = ("lea", "karim", "alix", "marc", "ines", "nora")
"""Author, neighbour, facilitator and administrator, moderator; then everything elsewhere, and a member there."""
CANARIES: Final = {"pallets": "canary-pallets", "waiting": "canary-waiting", "forged": "canary-forged"}
SEES: Final = {
    "pallets": {"lea", "karim", "alix", "marc", "phone"},
    "waiting": {"lea", "alix", "marc", "phone"},
    "forged": {"ines", "nora"},
}
"""Who may see each listing: its zone once it is approved, before that its company and who runs the zone."""
SIDES: Final = {"lea", "karim"}
"""The two companies of the exchange; the facilitator sees it too, and not a word of what they wrote."""
OF_EXCHANGE: Final = SIDES | {"alix", "phone"}
FOR_THE_DOCK: Final = "canary-dock"
"""What the phone on the sawmill's dock reads: how to arrive, and no other word."""
WRITTEN: Final = ("canary-interest", "canary-dock", "canary-note", "canary-dispute", "canary-message")
FOR_NEIGHBOURS: Final = ("/listings/{listing_id}/interest", "/api/v1/listings/{listing_id}/interests")
"""What whoever sees a listing may send about it."""
MALFORMED: Final = ("%ff", "x" * 300, "listing-", "..;", "%F0%9F%99%82", "'\"<b>", "-1", "{}")
DRAFT: Final = {"category": "PAL.EPAL1", "title": "Some pallets", "quantity": {"amount": "5", "unit": "H87"}}
BODIES: Final[dict[str, Any]] = {
    "/api/v1/listings": {"side": "offer", **DRAFT},
    "/api/v1/listings/{listing_id}": DRAFT,
    "/api/v1/drafts/{listing_id}": {"answers": {"title": "Some pallets"}},
    "/api/v1/sign-in": {"mail": "nobody@elsewhere.example"},
    "/api/v1/tokens": {"mail": "nobody@elsewhere.example", "code": "000000"},
}
FIELDS: Final = {"ground": "unclear", "sentence": "Say more.", "title": "Some pallets", "category": "PAL.EPAL1",
                 "quantity": "5", "unit": "H87", "seen_version": "0", "listing_id": "x",
                 "reason": "transport", "amount": "5", "text": "Hello", "number": "1", "figure": "stated",
                 "day": "2099-01-05", "from": "10:00", "until": "11:00", "period": "2026-W01"}  # fmt: skip


class Way(Struct, frozen=True):
    """A method and an address with names in braces, and the policy that stands before it."""

    method: str
    path: str
    policy: str

    @property
    def for_programs(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def names(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def to(self, **things: str) -> str:
        return self.path.format(**things)


def ways(site: Site) -> Iterator[Way]:
    """Every way into the site."""
    for route in site.app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is not read by any policy"
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler)
            for method in handler.http_methods - {HttpMethod.OPTIONS, HttpMethod.HEAD}:
                yield Way(str(method), re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path), handler.opt.get("policy", ""))


class Crowd:
    """Everyone who may come: a visitor, each person of the story, and someone whose session is over."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.browsers: dict[str, Browser] = {"visitor": site.browser(), "expired": site.browser("karim")}
        with site.database.connect() as connection:
            connection.execute("UPDATE site.session SET expires_at = created_at")
        self.browsers |= {name: site.browser(name) for name in PEOPLE}
        self.browsers["phone"], paired = type_code(site, code_for(self.browsers["lea"]))
        assert paired.status_code == 303
        self.programs = {name: site.program(name) for name in PEOPLE}
        self.programs |= {
            "visitor": _client(site, {}),
            "expired": _client(site, {"Authorization": "Bearer gisement_x"}),
        }
        self.programs["phone"] = self.programs["visitor"]
        self.names = ("visitor", "expired", "phone", *PEOPLE)
        self.browsers["visitor"].get("/sign-in")
        self.browsers["phone"].get("/phone")
        for name in PEOPLE:
            self.browsers[name].get("/account")

    def ask(self, name: str, way: Way, address: str) -> httpx.Response:
        """Go one way, as this person would: with a page's form, or with a program's body."""
        if way.for_programs:
            body = BODIES.get(way.path, {}) if way.method in ("POST", "PUT", "PATCH") else None
            return self.programs[name].request(way.method, address, json=body)
        browser = self.browsers[name]
        if way.method == "GET":
            return browser.client.get(address)
        form = {"csrf": browser.csrf, "command_id": str(uuid4()), **FIELDS}
        return browser.client.request(way.method, address, data=form, headers={"Origin": self.site.base})


def _client(site: Site, headers: dict[str, str]) -> httpx.Client:
    browser = site.browser(**headers)
    return browser.client


def told(answer: httpx.Response, *ids: str) -> tuple[int, dict[str, str], str]:
    """What an answer says, less what is made anew for each request and the id that was asked for."""
    text = answer.text
    for thing in ids:
        text = text.replace(thing, "…")
    text = re.sub(r'name="(csrf|command_id)" value="[^"]*"', "", text)
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("date", "content-length", "set-cookie")
    }
    if "location" in headers:
        headers["location"] = headers["location"].replace(ids[0], "…") if ids else headers["location"]
    return answer.status_code, headers, text


@pytest.fixture
def crowd(site: Site) -> Crowd:
    return Crowd(site)


def test_every_route_names_its_policy(standing_site: Site) -> None:
    found = list(ways(standing_site))
    assert len(found) > 20
    assert {way.path: way.policy for way in found if way.policy not in POLICIES} == {}


def test_whoever_is_not_signed_in_is_sent_to_sign_in_first(crowd: Crowd) -> None:
    for way in ways(crowd.site):
        if not POLICIES[way.policy].signed_in:
            continue
        address = way.to(**dict.fromkeys(way.names, "anything"))
        for name in ("visitor", "expired"):
            answer = crowd.ask(name, way, address)
            if way.for_programs:
                assert answer.status_code == 401, way
                assert answer.headers["content-type"] == "application/problem+json"
            else:
                assert answer.status_code == 303, way
                assert answer.headers["location"].startswith("/sign-in")


def compare(crowd: Crowd, way: Way, **where: str) -> list[str]:
    """Where a listing that someone may not see answers otherwise than one that does not exist."""
    differences = []
    for listing, canary in CANARIES.items():
        foreign, missing = crowd.site.story.listings[listing], f"listing-{uuid4()}"
        for name in crowd.names:
            if name in SEES[listing]:
                continue
            answers = [crowd.ask(name, way, way.to(listing_id=thing, **where)) for thing in (foreign, missing)]
            if told(answers[0], foreign) != told(answers[1], missing) or canary in answers[0].text:
                differences.append(f"{way.method} {way.path} tells {name} of {listing}: {answers[0].status_code}")
    return differences


def test_a_foreign_listing_answers_exactly_as_a_missing_one(crowd: Crowd) -> None:
    head = crowd.site.log.head()
    found = [way for way in ways(crowd.site) if "listing_id" in way.names]
    assert len(found) > 5
    differences = []
    for way in found:
        zones = ("jourdies", "la-roche") if "zone" in way.names else ("",)
        for zone in zones:
            differences += compare(crowd, way, **({"zone": zone} if zone else {}))
    assert differences == []
    assert crowd.site.log.head() == head, "nothing that is not theirs was changed"


def test_the_comparison_sees_a_hole_where_there_is_one(crowd: Crowd) -> None:
    with crowd.site.database.connect() as connection:
        ((schema,),) = connection.execute(
            "SELECT 'read_listings_' || generation FROM log.read_model WHERE name = 'listings'"
        ).fetchall()
        connection.execute(f"ALTER TABLE {schema}.listing DISABLE ROW LEVEL SECURITY".encode())
    way = next(way for way in ways(crowd.site) if (way.method, way.path) == ("GET", "/listings/{listing_id}"))
    assert any("nora of pallets" in difference for difference in compare(crowd, way))


def test_nobody_reads_the_words_of_another_zone_anywhere(crowd: Crowd) -> None:
    story = crowd.site.story
    for way in ways(crowd.site):
        if way.method != "GET":
            continue
        for zone in ("jourdies", "la-roche", "nowhere"):
            for listing in story.listings.values():
                things = {"zone": zone, "listing_id": listing}
                address = way.to(**{name: things.get(name, "anything") for name in way.names})
                for name in crowd.names:
                    answer = crowd.ask(name, way, address)
                    for other, canary in CANARIES.items():
                        assert name in SEES[other] or canary not in answer.text, f"{name} reads {canary} at {address}"
                if "listing_id" not in way.names:
                    break
            if "zone" not in way.names:
                break


def test_what_an_address_opens_by_itself_stands_in_no_line_of_our_logs(crowd: Crowd) -> None:
    secret = {way.path.split("/")[1] for way in ways(crowd.site) if way.policy == "address"}
    assert secret <= SECRET_PLACES


def test_a_neighbour_who_sees_a_listing_cannot_change_it(crowd: Crowd) -> None:
    head = crowd.site.log.head()
    for way in ways(crowd.site):
        if way.path in FOR_NEIGHBOURS:
            continue
        if way.method != "GET" and "listing_id" in way.names and way.policy != "moderator":
            address = way.to(listing_id=crowd.site.story.listings["pallets"], zone="jourdies")
            # What was posted is nobody's draft any more.
            status = 404 if "/drafts/" in way.path else 403
            assert crowd.ask("karim", way, address).status_code == status, way
    assert crowd.site.log.head() == head


@pytest.fixture
def bargain(crowd: Crowd) -> Bargain:
    """An exchange in which everything was written that can be."""
    bargain = Bargain(crowd.site).accepted().agreed().confirmed().disputed().seen()
    answer = bargain.send(crowd.browsers["lea"], "messages", {"text": "canary-message"})
    assert answer.status_code == 303
    return bargain.seen()


def test_a_foreign_exchange_answers_exactly_as_a_missing_one(crowd: Crowd, bargain: Bargain) -> None:
    ((message,),) = crowd.site.rows("SELECT message_id FROM read.exchange_message")
    head = crowd.site.log.head()
    found = [way for way in ways(crowd.site) if "exchange_id" in way.names]
    assert len(found) > 15
    differences = []
    for way in found:
        foreign, missing = bargain.exchange_id, f"exchange-{uuid4()}"
        things = {name: message if name == "message_id" else "jourdies" for name in way.names}
        for name in crowd.names:
            if name in OF_EXCHANGE:
                continue
            answers = [crowd.ask(name, way, way.to(**{**things, "exchange_id": thing})) for thing in (foreign, missing)]
            leaks = [canary for canary in (*WRITTEN, "canary-title") if canary in answers[0].text]
            if told(answers[0], foreign) != told(answers[1], missing) or leaks or answers[0].status_code == 200:
                differences.append(f"{way.method} {way.path} tells {name}: {answers[0].status_code} {leaks}")
    assert differences == []
    assert crowd.site.log.head() == head, "nothing that is not theirs was changed"


def test_what_two_companies_write_is_read_by_nobody_else(crowd: Crowd, bargain: Bargain) -> None:
    assert all(canary in crowd.browsers["karim"].get(bargain.path).text for canary in WRITTEN)
    things = {"exchange_id": bargain.exchange_id, "listing_id": bargain.listing_id, "zone": "jourdies"}
    for way in ways(crowd.site):
        if way.method != "GET":
            continue
        address = way.to(**{name: things.get(name, "anything") for name in way.names})
        for name in crowd.names:
            if name not in SIDES:
                answer = crowd.ask(name, way, address)
                theirs = {FOR_THE_DOCK} if name == "phone" else set()
                read = [canary for canary in WRITTEN if canary in answer.text and canary not in theirs]
                assert not read, f"{name} reads {read} at {address}"


def test_the_phone_on_the_dock_reads_how_to_arrive_and_no_name(crowd: Crowd, bargain: Bargain) -> None:
    fetched = Bargain(crowd.site).accepted().agreed().seen()
    waiting = Bargain(crowd.site).seen()
    stopped = Bargain(crowd.site).declined().seen()
    phone = crowd.browsers["phone"]
    arriving = phone.get(fetched.path).text
    assert FOR_THE_DOCK in arriving
    assert "1 rue du Test" in arriving
    for path in (
        bargain.path, fetched.path, waiting.path, stopped.path,
        f"/listings/{waiting.listing_id}", f"/listings/{stopped.listing_id}",
    ):  # fmt: skip
        page = phone.get(path)
        assert page.status_code == 200
        private = ("canary-interest", "canary-no", "canary-message", crowd.site.story.mail("karim"), "Karim")
        assert [word for word in private if word in page.text] == [], path


def test_a_facilitator_takes_no_step_without_naming_the_side_they_act_for(crowd: Crowd, bargain: Bargain) -> None:
    head = crowd.site.log.head()
    # Only the owner answers, and only the facilitator settles for neither: there is no side to name.
    clear = ("/accept", "/decline", "/settle")
    for way in ways(crowd.site):
        if way.method == "GET" or "exchange_id" not in way.names or way.for_programs or way.path.endswith(clear):
            continue
        address = way.to(exchange_id=bargain.exchange_id, **{"message_id": "x"} if "message_id" in way.names else {})
        assert crowd.ask("alix", way, address).status_code in (403, 422), way
    assert crowd.site.log.head() == head


def test_running_another_zone_gives_no_right_here(crowd: Crowd) -> None:
    head = crowd.site.log.head()
    for way in ways(crowd.site):
        if not POLICIES[way.policy].roles:
            continue
        things = {"listing_id": crowd.site.story.listings["waiting"]}
        for name, zone, status in (
            ("ines", "jourdies", 403), ("karim", "jourdies", 403), ("alix", "la-roche", 403), ("marc", "nowhere", 404),
            ("karim", "nowhere", 404),
        ):  # fmt: skip
            address = way.to(**{each: things.get(each, "anything") for each in way.names} | {"zone": zone})
            assert crowd.ask(name, way, address).status_code == status, (way, name, zone)
    assert crowd.site.log.head() == head


def test_a_suspended_company_can_do_nothing_more_in_its_zone(crowd: Crowd) -> None:
    site, story = crowd.site, crowd.site.story
    by = {
        "company_id": story.companies["sawmill"],
        "zone_id": story.zones["jourdies"],
        "reason": "Until it is settled.",
    }
    story.do(site.services.marketplace.suspend_company, SuspendCompany, story.actor("marc"), **by)
    with site.database.connect() as connection:
        assert visible(connection, story.position, ["people", "listings"])
    assert CANARIES["pallets"] not in crowd.browsers["karim"].get(f"/listings/{story.listings['pallets']}").text
    head = site.log.head()
    answer = crowd.programs["lea"].post("/api/v1/listings", json=BODIES["/api/v1/listings"])
    assert answer.status_code == 403
    assert site.log.head() == head


@pytest.mark.parametrize("name", ["session_id", "token_id"])
def test_what_belongs_to_someone_else_is_missing_to_me(crowd: Crowd, name: str) -> None:
    table = {"session_id": "site.session", "token_id": "site.api_token"}[name]
    of_lea = f"SELECT id::text FROM {table} WHERE member_id = %s"  # noqa: S608  # one of the two above
    ((foreign,),) = crowd.site.rows(of_lea, crowd.site.story.members["lea"])
    missing = str(uuid4())
    for way in ways(crowd.site):
        if name in way.names:
            answers = [crowd.ask("karim", way, way.to(**{name: thing})) for thing in (foreign, missing)]
            assert answers[0].status_code == 404
            assert told(answers[0], foreign) == told(answers[1], missing)
    assert crowd.site.rows(f"SELECT FROM {table} WHERE id::text = %s", foreign)


def test_nothing_that_stands_for_an_object_makes_us_fail(crowd: Crowd) -> None:

    for way in ways(crowd.site):
        if way.names and way.path != "/static/{tree}/{name}":
            for thing in MALFORMED:
                for name in ("visitor", "marc"):
                    things = {
                        **dict.fromkeys(way.names, thing),
                        **({"zone": "jourdies"} if "listing_id" in way.names else {}),
                    }
                    answer = crowd.ask(name, way, way.to(**things))
                    assert answer.status_code < 500, (way, thing, answer.text)


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
