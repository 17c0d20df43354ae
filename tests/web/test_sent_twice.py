"""The same form sent twice, as a second tap does: it acts once, and is answered alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.listings import RejectListing
from marketplace.answering import Ask
from marketplace.database import Role
from marketplace.folding import MODELS
from marketplace.reading import visible
from tests.web.bargains import Bargain, ready
from tests.web.conftest import Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)
from tests.web.page_reading import Page
from tests.web.test_answer import opened

Prepared = Callable[[Site], Bargain]


def asked(site: Site) -> Bargain:
    return Bargain(site)


def accepted(site: Site) -> Bargain:
    return Bargain(site).accepted()


def proposed(site: Site) -> Bargain:
    return Bargain(site).accepted().proposed()


def arranged(site: Site) -> Bargain:
    return Bargain(site).accepted().agreed()


def confirmed(site: Site) -> Bargain:
    return Bargain(site).accepted().confirmed()


def disputed(site: Site) -> Bargain:
    return Bargain(site).accepted().agreed().confirmed().disputed(30)


def weekly(site: Site) -> Bargain:
    return Bargain(site, per="WEE").accepted()


def came_once(site: Site) -> Bargain:
    bargain = weekly(site)
    answer = bargain.send(
        ready(site, "karim"), "period", {"period": bargain.state.period, "amount": "40", "measured": "yes"}
    )
    assert answer.status_code == 303
    return bargain


@pytest.mark.parametrize(
    ("prepared", "name", "ask", "act", "fields"),
    [
        (asked, "lea", "answer", "accept", {}),
        (asked, "lea", "answer", "decline", {"reason": "transport"}),
        (proposed, "lea", "pickup", "agree", {}),
        (proposed, "lea", "pickup", "abandon", {"reason": "timing"}),
        (arranged, "karim", "collected", "confirm", {"measured": "yes"}),
        (arranged, "karim", "collected", "confirm", {"measured": "no", "amount": "38"}),
        (arranged, "karim", "collected", "later", {}),
        (arranged, "karim", "collected", "abandon", {"reason": "other", "sentence": "Closed."}),
        (weekly, "karim", "period", "confirm_period", {"measured": "yes"}),
        (weekly, "karim", "period", "miss_period", {}),
        (disputed, "karim", "settle", "settle", {}),
        (proposed, "karim", "give_up", "abandon", {"reason": "storage"}),
    ],
)
def test_a_tap_is_taken_once_and_answered_alike(
    site: Site, prepared: Prepared, name: str, ask: Ask, act: str, fields: dict[str, str]
) -> None:
    bargain = prepared(site)
    tapping = opened(bargain, name, ask)
    assert "Nothing to answer any more" not in tapping.text
    # All that the button's form holds, as a browser sends it.
    form = next(
        each for each in re.findall(r"<form.*?</form>", tapping.page.text, re.DOTALL) if f'value="{act}"' in each
    )
    sent = {**Page(form).typed, **fields}
    first = tapping.browser.client.post(tapping.address, data=sent)
    head = site.log.head()
    for pages_are_behind in (True, False):
        if not pages_are_behind:
            bargain.seen()
        again = tapping.browser.client.post(tapping.address, data=sent)
        assert (first.status_code, again.status_code) == (200, 200), again.text
        assert "Thank you, it is noted" in again.text
        assert site.log.head() == head


@pytest.mark.parametrize(
    ("prepared", "name", "verb", "fields"),
    [
        (asked, "lea", "accept", {}),
        (asked, "lea", "decline", {"reason": "transport"}),
        (asked, "karim", "abandon", {"reason": "timing"}),
        (accepted, "karim", "abandon", {"reason": "timing"}),
        (accepted, "karim", "propose", {"from": "10:00", "until": "11:00", "instructions": "Gate B"}),
        (proposed, "lea", "agree", {}),
        (accepted, "karim", "confirm", {}),
        (arranged, "karim", "confirm", {"final": "no", "amount": "10", "note": "Ten for now"}),
        (confirmed, "karim", "correct", {"amount": "38"}),
        (confirmed, "lea", "dispute", {"amount": "30", "sentence": "Ten were broken."}),
        (disputed, "karim", "settle", {"figure": "disputed"}),
        (disputed, "lea", "settle", {"figure": "stated"}),
        (disputed, "alix", "settle", {"figure": "disputed"}),
        (disputed, "alix", "settle", {"figure": "stated"}),
        (disputed, "alix", "settle", {"figure": "other", "amount": "35"}),
        (confirmed, "karim", "declare", {"saving": "120", "use": "reuse"}),
        (weekly, "karim", "confirm_period", {}),
        (weekly, "karim", "miss_period", {"reason": "transport"}),
        (came_once, "karim", "end", {}),
    ],
)
def test_a_step_of_the_page_is_taken_once_and_answered_alike(
    site: Site, prepared: Prepared, name: str, verb: str, fields: dict[str, str]
) -> None:
    bargain = prepared(site).seen()
    browser = ready(site, name)
    page = browser.get(bargain.path).text
    found = re.search(rf'<form id="{verb}"[^>]*action="([^"]*)".*?</form>', page, re.DOTALL)
    assert found, f"{verb} is not offered"
    day = (site.services.clock.now() + timedelta(days=3)).date().isoformat()
    sent = {**Page(found[0]).typed, **({"day": day} if verb == "propose" else {}), **fields}
    assert_taken_once(site, bargain, lambda: browser.send(found[1], sent))


def test_a_hold_is_renewed_once(site: Site) -> None:
    bargain = accepted(site).seen()
    lea = ready(site, "lea")
    sent = {"command_id": "0f0fd0b4-55a4-4a5a-9c6c-0d9a17f0aa01", "seen_version": str(bargain.state.version)}
    assert_taken_once(site, bargain, lambda: lea.send(f"{bargain.path}/hold", sent))


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        ("marc", "/z/jourdies/moderation/{listing}/approve", {"seen_version": "0"}),
        ("marc", "/z/jourdies/moderation/{listing}/reject",
         {"seen_version": "0", "ground": "unclear", "sentence": "Say more."}),
        ("marc", "/z/jourdies/moderation/{listing}/amend",
         {"seen_version": "0", "ground": "unclear", "sentence": "Say more."}),
        ("lea", "/listings/{listing}/withdraw", {"seen_version": "0", "reason": "other"}),
        ("marc", "/listings/{listing}/redact?zone=jourdies", {"sure": "yes"}),
        ("alix", "/z/jourdies/people/grant", {"member": "{marc}", "role": "reader"}),
        ("alix", "/z/jourdies/people/revoke", {"member": "{marc}", "role": "reader"}),
        ("alix", "/z/jourdies/people/invite", {"name": "Zoé", "mail": "zoe@twice.example", "role": "reader"}),
    ],
)  # fmt: skip
def test_a_decision_is_taken_once_and_answered_alike(site: Site, name: str, path: str, fields: dict[str, str]) -> None:
    site.story.listing("twice", "sawmill", "lea")
    listing = site.story.listings["twice"]
    if "redact" in path:
        about = {"listing_id": listing, "zone_id": "zone-jourdies", "ground": "unclear", "sentence": "No."}
        site.story.do(site.services.marketplace.reject_listing, RejectListing, site.story.actor("marc"), **about)
    browser = ready(site, name)
    settled(site)
    browser.get("/me")
    sent = {key: value.format(**site.story.members) for key, value in fields.items()}
    sent["command_id"] = str(uuid4())
    first = browser.send(path.format(listing=listing), sent)
    assert first.status_code == 303, first.text
    head = site.log.head()
    for pages_are_behind in (True, False):
        if not pages_are_behind:
            settled(site)
        again = browser.send(path.format(listing=listing), sent)
        assert (again.status_code, again.headers.get("location")) == (303, first.headers["location"]), again.text
        assert site.log.head() == head
        assert "note problem" not in browser.follow(again).text


def test_ones_own_form_sent_again_with_other_answers_is_nobody_elses_doing(site: Site) -> None:
    alix = ready(site, "alix")
    alix.get("/z/jourdies/people")
    asked = {"name": "Ana", "mail": "ana@twice.example", "role": "reader", "command_id": str(uuid4())}
    assert alix.send("/z/jourdies/people/invite", asked).status_code == 303
    again = alix.send(
        "/z/jourdies/people/revoke", {**asked, "member": site.story.members["alix"], "role": "facilitator"}
    )
    assert again.status_code == 409
    assert "You sent this form already" in again.text
    assert "Someone was quicker" not in again.text


def settled(site: Site) -> None:
    with site.database.connect(Role.WEB) as connection:
        assert visible(connection, site.log.head(), [model.name for model in MODELS], within=20)


def assert_taken_once(site: Site, bargain: Bargain, send: Callable[[], Any]) -> None:
    """Sent again, while pages are behind and once they are not, it leads where it led and records nothing."""
    first = send()
    assert first.status_code == 303, first.text
    head = site.log.head()
    for pages_are_behind in (True, False):
        if not pages_are_behind:
            bargain.seen()
        again = send()
        assert again.status_code == 303, again.text
        assert again.headers["location"] == first.headers["location"]
        assert site.log.head() == head
