"""The same form sent twice, as a second tap does: it acts once, and is answered alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from marketplace.answering import Ask
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
