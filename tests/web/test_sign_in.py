"""Signing in: a link that works once, a code that can be guessed a few times, and one answer for everyone."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest

from marketplace.signing_in import LIFETIME, TRIES
from tests.web.conftest import Browser, Site

SENT = "SELECT member_id FROM site.outbox WHERE kind = 'sign_in'"


def asks_for_mail(browser: Browser, mail: str, to: str = "") -> str:
    browser.get(f"/sign-in?to={to}")
    answer = browser.send("/sign-in", {"mail": mail, "to": to})
    assert answer.status_code == 200
    return re.sub(r'name="(csrf|command_id)" value="[^"]*"', "", answer.text).replace(mail, "…")


def test_the_link_of_a_mail_signs_in_by_its_button_only(site: Site) -> None:
    browser = site.browser()
    token = site.services.sign_ins.issue(site.story.members["lea"], to="", now=site.services.clock.now()).token
    for _scanner in range(2):
        assert browser.get(f"/sign-in/{token}").status_code == 200
        assert not browser.client.cookies
    assert browser.send(f"/sign-in/{token}").status_code == 303
    assert browser.get("/account").status_code == 200


def test_a_link_works_once_and_for_a_quarter_of_an_hour(site: Site) -> None:
    now, lea = site.services.clock.now(), site.story.members["lea"]
    used, old = (site.services.sign_ins.issue(lea, to="", now=when).token for when in (now, now - LIFETIME))
    browser = site.browser()
    browser.get(f"/sign-in/{used}")
    assert browser.send(f"/sign-in/{used}").status_code == 303
    for token in (used, old, "invented"):
        other = site.browser()
        assert other.get(f"/sign-in/{token}").status_code == 410
        other.get("/sign-in")
        assert other.send(f"/sign-in/{token}").status_code == 410
        assert not other.client.cookies


def test_the_answer_is_the_same_for_an_address_nobody_has(site: Site) -> None:
    known = asks_for_mail(site.browser(), site.story.mail("lea"))
    unknown = asks_for_mail(site.browser(), "nobody@elsewhere.example")
    assert known == unknown
    until = time.monotonic() + 5
    while not site.rows(SENT) and time.monotonic() < until:
        time.sleep(0.01)
    assert site.rows(SENT) == [(site.story.members["lea"],)]


def test_the_code_of_the_mail_signs_in_as_well(site: Site) -> None:
    browser = site.browser()
    code = site.services.sign_ins.issue(site.story.members["lea"], to="/terms", now=site.services.clock.now()).code
    browser.get("/sign-in")
    answer = browser.send("/sign-in/code", {"mail": site.story.mail("lea"), "code": f" {code[:3]} {code[3:]}"})
    assert answer.headers["location"] == "/terms"
    assert browser.get("/account").status_code == 200


def test_a_code_can_be_guessed_a_few_times_only(site: Site) -> None:
    browser, mail = site.browser(), site.story.mail("lea")
    issued = site.services.sign_ins.issue(site.story.members["lea"], to="", now=site.services.clock.now())
    wrong = f"{(int(issued.code) + 1) % 1_000_000:06}"
    browser.get("/sign-in")
    for _guess in range(TRIES):
        answer = browser.send("/sign-in/code", {"mail": mail, "code": wrong})
        assert answer.status_code == 422
        assert mail in answer.text
    assert browser.send("/sign-in/code", {"mail": mail, "code": issued.code}).status_code == 422
    browser.get(f"/sign-in/{issued.token}")
    assert browser.send(f"/sign-in/{issued.token}").status_code == 303, "the link still works"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\0", "🙂"])
def test_what_is_no_code_is_a_wrong_code(site: Site, code: str) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    assert browser.send("/sign-in/code", {"mail": site.story.mail("lea"), "code": code}).status_code == 422


@pytest.mark.parametrize("mail", ["", "lea", "@", "a b@c.example", "x" * 300 + "@c.example", "\0@c.example"])
def test_what_is_no_address_is_said_beside_the_field_and_kept(site: Site, mail: str) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    answer = browser.send("/sign-in", {"mail": mail})
    assert answer.status_code == 422
    assert 'id="mail-error"' in answer.text


def test_too_many_mails_to_one_address_are_refused_for_a_while(site: Site) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    for _mail in range(5):
        assert browser.send("/sign-in", {"mail": "lea@lea.example"}).status_code == 200
    answer = browser.send("/sign-in", {"mail": "LEA@lea.example"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= timedelta(minutes=15).total_seconds()
    browser.get("/sign-in")
    assert browser.send("/sign-in", {"mail": "karim@karim.example"}).status_code == 200, "others are not concerned"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_signing_in(site: Site, to: str) -> None:
    assert site.sign_in(site.browser(), "lea", to=to).headers["location"] == "/me"


def test_whoever_must_sign_in_first_comes_back_to_where_they_were(site: Site) -> None:
    answer = site.browser().get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=%2Faccount"
