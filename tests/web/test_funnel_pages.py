"""The funnel of a zone: every number opens the list of what it counts, and nobody but the facilitator reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    ConfirmExchange,
    DeclineExchange,
    DisputeExchange,
    NudgeExchange,
    ShowInterest,
)
from domain.listings import ApproveListing, Draft, PostListing
from domain.matches import SeeMatch
from domain.quantities import Quantity
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.language import translations
from marketplace.reading import visible
from marketplace.settings import Settings
from projections.exchanges.funnel import Course
from tests.conftest import Run, cloned
from tests.web.conftest import SECRET, Browser, Site, Told, running
from tests.web.one_site import in_french
from tests.web.page_reading import Page
from web.assets import Assets
from web.funnel import Journey
from web.rendering import Renderer

FUNNEL, LIST = "/z/jourdies/funnel", "/z/jourdies/exchanges"
NUMBER = re.compile(r'<a class="figure" href="([^"]*)">([^<]*)</a>')
LINE = '<li class="card follow'
GIVEN_UP = {"PAL.EPAL1": "transport", "CAR.BOX": "quality"}


class Months:
    """What happened in a zone over half a year, told with the clock going on."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clock = Clock(site.database.url, Role.OWNER)
        self.use = site.services.marketplace
        self.exchanges: dict[str, tuple[str, str]] = {}

    def later(self, **some: float) -> None:
        """Let time go by."""
        self.clock.advance(timedelta(**some))
        self.site.services.clock.measure()

    def do(self, use_case: Any, command: Any, by: str, **said: Any) -> None:
        story = self.site.story
        story.do(use_case, command, story.actor(by) if by in story.members else by, **said)

    def post(self, company: str, by: str, side: str, category: str) -> str:
        """Somebody posts fifty of something, and the zone shows it."""
        listing = f"listing-{uuid4()}"
        attributes = {"condition": "B", "ownership": "exchange_pool"} if category.startswith("PAL") else {}
        draft = Draft(category=category, title=f"{side} of {category}", attributes=attributes,
                      quantity=Quantity(amount=Decimal(50), unit="H87"))  # fmt: skip
        about = {"listing_id": listing, "company_id": self.site.story.companies[company], "site_id": f"site-{company}"}
        self.do(self.use.post_listing, PostListing, by, side=side, draft=draft, **about)
        zone_id = self.site.story.zones["jourdies"]
        self.do(self.use.approve_listing, ApproveListing, "marc", listing_id=listing, zone_id=zone_id)
        return listing

    def see(self, company: str, by: str, listing: str, other: str) -> None:
        """A company looks at a match of its listing."""
        about = {"listing_id": listing, "other_listing_id": other, "company_id": self.site.story.companies[company]}
        self.do(self.use.see_match, SeeMatch, by, **about)

    def ask(self, listing: str, other: str | None = None) -> str:
        """The bakery asks the sawmill for some."""
        exchange = f"exchange-{uuid4()}"
        self.exchanges[exchange] = (exchange, listing)
        self.do(
            self.use.show_interest, ShowInterest, "karim", exchange_id=exchange, listing_id=listing,
            other_listing_id=other, company_id=self.site.story.companies["bakery"], origin="match" if other else "page",
            quantity=Quantity(Decimal(5), "H87"),
        )  # fmt: skip
        return exchange

    def step(self, exchange: str, use_case: Any, command: Any, by: str, **said: Any) -> None:
        company = {"lea": "sawmill", "karim": "bakery"}.get(by)
        about: dict[str, Any] = {"exchange_id": exchange, "listing_id": self.exchanges[exchange][1]}
        if company:
            about["company_id"] = self.site.story.companies[company]
        self.do(use_case, command, by, **about, **said)

    def accept(self, exchange: str) -> None:
        self.step(exchange, self.use.accept_exchange, AcceptExchange, "lea", quantity=Quantity(Decimal(5), "H87"))

    def confirm(self, exchange: str) -> None:
        self.step(exchange, self.use.confirm_exchange, ConfirmExchange, "karim", quantity=Quantity(Decimal(5), "H87"),
                  measured=True, final=True, collected_on=self.site.services.clock.now().date())  # fmt: skip

    def nudge(self, exchange: str, days: int) -> None:
        """The clock looks after an exchange for so many days of silence."""
        for _day in range(days):
            self.later(days=1)
            self.step(exchange, self.use.nudge_exchange, NudgeExchange, "system:clock")

    def tell(self) -> None:
        """Matches of two families, and every way an exchange may go."""
        for category in ("PAL.EPAL1", "CAR.BOX"):
            offer, other, third = (self.post("sawmill", "lea", "offer", category) for _number in range(3))
            requests = [self.post("bakery", "karim", "request", category) for _number in range(6)]
            self.later(days=2)
            for request in requests[:5]:
                self.see("bakery", "karim", request, offer)
            self.later(days=1)
            refused = self.ask(offer, requests[0])
            self.later(days=1)
            self.step(refused, self.use.decline_exchange, DeclineExchange, "lea", reason="quantity")
            good = self.ask(offer, requests[1])
            self.later(days=2)
            self.accept(good)
            self.later(days=6)
            self.confirm(good)
            given_up = self.ask(offer, requests[2])
            self.accept(given_up)
            reason = GIVEN_UP[category]
            self.step(given_up, self.use.abandon_exchange, AbandonExchange, "karim", reason=reason)
            direct = self.ask(other)
            self.accept(direct)
            self.confirm(direct)
            self.later(hours=3)
            self.step(direct, self.use.dispute_exchange, DisputeExchange, "lea", number=1, quantity=None, sentence="No")
            unanswered = self.ask(third, requests[3])
            self.nudge(unanswered, days=31)
            again = self.ask(offer, requests[0])
            self.accept(again)
            self.later(days=8)
        waiting = self.post("sawmill", "lea", "offer", "PAL.EPAL1")
        for _number in range(2):
            self.ask(self.post("sawmill", "lea", "offer", "CAR.BOX"))
        self.ask(waiting)
        self.later(days=15)


@pytest.fixture(scope="module", name="site")
def followed_site(
    run: Run,
    administrator: psycopg.Connection[tuple[Any, ...]],
    told: Told,
    assets: Assets,
    renderer: Renderer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site on which half a year went by."""
    for database in cloned(run, administrator, told.database):
        settings = Settings(var=tmp_path_factory.mktemp("var"), database_url=database.url, secret=SECRET)
        with running(database, settings, told.story, assets, renderer) as site:
            Months(site).tell()
            with site.database.connect() as connection:
                assert visible(connection, site.log.head(), ["listings", "matches", "exchanges"], within=20)
            yield site


@pytest.fixture
def alix(site: Site) -> Browser:
    return site.browser("alix")


def numbers(page: str) -> dict[str, int]:
    """Every number that opens a list, by where it leads."""
    return {unescape(to): int(n) for to, n in NUMBER.findall(page)}


def lines(browser: Browser, address: str) -> list[str]:
    """Everything a list holds, page after page."""
    found: list[str] = []
    following: str | None = address
    while following:
        page = browser.get(following)
        assert page.status_code == 200
        found += page.text.split(LINE)[1:]
        onward = re.search(r'href="([^"]*[?&]after=[^"]*)">More of these', unescape(page.text))
        following = onward[1] if onward else None
    return found


def row(page: str, heading: str, label: str) -> list[int]:
    """The figures of a row, in a section of the page."""
    section = page[page.index(f'aria-labelledby="{heading}"') :]
    section = section[: section.index("</section>")]
    begins = re.search(rf'<th scope="row">(?:<span>)?{re.escape(label)}\b', section)
    assert begins, (heading, label)
    of_row = section[begins.start() : section.index("</tr>", begins.start())]
    return [int(n) for n in re.findall(r'class="figure[^>]*>(\d+)<', of_row)]


def test_every_number_opens_a_list_as_long_as_it_says(alix: Browser) -> None:
    counted = numbers(alix.get(FUNNEL).text)
    assert len(counted) > 40
    for address, n in counted.items():
        assert len(lines(alix, address)) == n, address


def test_the_stages_count_what_happened(alix: Browser) -> None:
    page = alix.get(FUNNEL).text
    # Each of the bakery's twelve requests meets every offer of its family, the story's first pallets included.
    story = {"Found": 60, "Seen": 12, "Contacted": 8, "Accepted": 6, "Picked up": 2, "Confirmed": 2}
    assert {label: row(page, "matched", label) for label in story} == {label: [n] for label, n in story.items()}
    assert [row(page, "direct", label) for label in ("Contacted", "Accepted", "Picked up", "Confirmed")] == [
        [5], [2], [2], [0],
    ]  # fmt: skip


def test_what_became_of_the_contacts_adds_up(alix: Browser) -> None:
    page = alix.get(FUNNEL).text
    ends = [
        "Confirmed pick-up", "Ended for a reason somebody chose", "Ended without anybody’s choice", "Under way",
    ]  # fmt: skip
    assert [row(page, "outcomes", end) for end in ends] == [[2], [2], [2], [7]]
    assert row(page, "matched", "Contacted")[0] + row(page, "direct", "Contacted")[0] == 13
    words = Page(page).words
    assert "transport" in words.lower()
    assert "Ends nobody chose" in words
    # One refused at first asked again: the match counts once, as far as it came.
    assert "reason=quantity" not in page


def test_waits_are_said_in_days_and_hours(alix: Browser) -> None:
    words = Page(alix.get(FUNNEL).text).words
    assert "half of them within 2 days" in words
    assert "half of them within 6 days" in words
    assert "less than an hour" in words


def test_months_are_those_of_the_match(alix: Browser) -> None:
    page = alix.get(FUNNEL).text
    months = page[page.index('aria-labelledby="months"') :]
    found = [int(n) for to, n in NUMBER.findall(months) if "stage=matched" in to]
    assert len(found) >= 2
    assert sum(found) == row(page, "matched", "Found")[0]


def test_a_period_without_anything_says_so(alix: Browser) -> None:
    page = alix.get(f"{FUNNEL}?from=2020-01-01&to=2020-01-31")
    assert page.status_code == 200
    words = Page(page.text).words
    assert "No match was found in this period." in words
    assert "from January 1, 2020" in words or "1 January 2020" in words
    assert [n for to, n in numbers(page.text).items() if "stage" in to] == []


def test_no_page_counts_more_than_five_years(alix: Browser) -> None:
    sentence = "5 years are counted at once at most"
    wide = Page(alix.get(f"{FUNNEL}?from=2000-01-01&to=2026-12-31").text).words
    assert sentence in wide
    assert "January 1, 2022" in wide or "1 January 2022" in wide
    assert sentence not in Page(alix.get(f"{FUNNEL}?from=2022-01-01&to=2026-12-31").text).words
    assert alix.get(f"{LIST}?from=2000-01-01&to=2200-01-01&stage=contacted").status_code == 200


@pytest.mark.parametrize(
    ("stage", "closed_by", "outcome"),
    [("ended", "company-1", "nothing"), ("running", "", "open"), ("disputed", "", "open"),
     ("abandoned", "", "clock"), ("declined", "company-1", "chosen")],
)  # fmt: skip
def test_a_flow_that_ended_with_nothing_is_not_under_way(stage: Any, closed_by: str, outcome: str) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    course = Course(
        exchange_id="exchange-1", listing_id="listing-1", other_listing_id=None, family="PAL", stage=stage, asked_at=at,
        accepted_at=at, collected_at=at, collected_on=None, confirmed_at=None, closed_by=closed_by, reason=None,
    )  # fmt: skip
    assert Journey(course=course, match=None, month="2026-03", moments={"contacted": at}).outcome == outcome


@pytest.mark.parametrize(
    "asked",
    ["from=x&to=y", "from=2026-02-31&to=2026-03-01", "from=0001-01-01&to=9999-12-31", "from=2026-03-02&to=2026-03-01",
     "from=%00", "stage=nonsense", "family=XXX&stage=matched", "month=2026-99&stage=seen", "reason=<b>", "quiet=3",
     "after=~&stage=matched", "after=nobody", "after=nobody&stage=accepted", "way=%F0%9F%99%82"],
)  # fmt: skip
def test_what_nobody_offered_is_left_out(alix: Browser, asked: str) -> None:
    for path in (FUNNEL, LIST):
        assert alix.get(f"{path}?{asked}").status_code in (200, 400), path


def test_the_longest_silent_stand_first(alix: Browser) -> None:
    page = alix.get(LIST).text
    silent = [int(n) for n in re.findall(r"silent for (\d+) days", page)]
    assert len(silent) >= 5
    assert silent == sorted(silent, reverse=True)
    chosen = {
        unescape(to): int(n) for to, n in re.findall(r'<a href="([^"]*quiet=[^"]*)"[^>]*>[^<]*<b>(\d+)</b>', page)
    }
    assert set(chosen) == {f"{LIST}?quiet=7", f"{LIST}?quiet=14"}
    for address, n in chosen.items():
        assert len(lines(alix, address)) == n, address
    assert len(lines(alix, LIST)) == 7


def test_the_list_shows_whose_turn_it_is_and_no_words_of_theirs(alix: Browser) -> None:
    words = Page(alix.get(LIST).text).words
    assert "Sawmill says yes or no" in words
    for private in ("@", "1 rue du Test", "Lea", "Karim"):
        assert private not in words.replace("alix@alix.example", "")


def test_only_who_facilitates_the_zone_reads_them(site: Site) -> None:
    for path in (FUNNEL, LIST):
        for name in ("lea", "karim", "marc", "nora", "ines"):
            answer = in_french(site, name).get(path)
            assert answer.status_code == 403
            refused = translations("fr").gettext(
                "Only a facilitator of the zone can open this page. Its association says who may be one."
            )
            assert refused in Page(answer.text).words
        assert site.browser().get(path).headers["location"].startswith("/sign-in?to=")
        assert site.browser("alix").get(path.replace("jourdies", "la-roche")).status_code == 403
        assert site.browser("alix").get(path.replace("jourdies", "nowhere")).status_code == 404


def test_a_facilitator_finds_the_way_there(alix: Browser) -> None:
    for path in ("/", "/z/jourdies"):
        assert LIST in Page(alix.get(path).text).links
    assert FUNNEL in Page(alix.get("/z/jourdies").text).links
