"""Other ways in than the mail: passphrases, authenticators, programs; who may change them, and who is told."""

from __future__ import annotations

import re
import time
from base64 import b32decode
from datetime import timedelta
from html import unescape

import pytest

from marketplace.losing_factors import forget
from marketplace.one_time_codes import STEP, code_at
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from web.rate_limits import PASSPHRASES_FOR_ACCOUNT
from web.sessions import FRESH

site = one_site

PHRASE = "sciure lundi girafe"
ADMINISTRATORS = "/z/jourdies/partners"
TOLD = "SELECT details->>'change' FROM site.outbox WHERE kind = 'security' AND member_id = %s ORDER BY created_at, id"


def chooses(browser: Browser, phrase: str = PHRASE) -> None:
    browser.get("/account/passphrase")
    assert browser.send("/account/passphrase", {"passphrase": phrase}).status_code == 303


def enters(browser: Browser, mail: str, phrase: str = PHRASE, to: str = "") -> int:
    browser.get("/sign-in/passphrase")
    return browser.send("/sign-in/passphrase", {"mail": mail, "passphrase": phrase, "to": to}).status_code


def ages(site: Site, name: str, by: timedelta) -> None:
    """Let it be a while since someone showed who they are."""
    with site.database.connect() as connection:
        connection.execute(
            "UPDATE site.session SET proved_at = proved_at - %s WHERE member_id = %s", [by, site.story.members[name]]
        )


def told(site: Site, name: str) -> list[str]:
    return [change for (change,) in site.rows(TOLD, site.story.members[name])]


def sets_up(browser: Browser) -> tuple[bytes, list[str]]:
    """Set up an authenticator, and give its secret and the recovery codes."""
    browser.get("/account/second-factor")
    browser.follow(browser.send("/account/second-factor"))
    page = browser.get("/account/second-factor").text
    found = re.search(r'<b class="address">([A-Z2-7]+)</b>', page)
    assert found, page
    secret = b32decode(found[1])
    answer = browser.send("/account/second-factor/confirm", {"code": now_shown(secret)})
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<li>([A-Z2-9]{4} [A-Z2-9]{4} [A-Z2-9]{4})</li>", answer.text)


def now_shown(secret: bytes, later: int = 0) -> str:
    return code_at(secret, int(time.time()) // STEP + later)


# The passphrase -------------------------------------------------------------------------------------------------


def test_a_passphrase_signs_in_and_its_person_is_told(site: Site) -> None:
    chooses(site.browser("lea"))
    other = site.browser()
    assert enters(other, "LEA@lea.example", "wrong but long enough") == 422
    assert enters(other, "nobody@elsewhere.example") == 422
    assert enters(other, site.story.mail("lea"), to="/terms") == 303
    assert other.get("/account").status_code == 200
    assert told(site, "lea")[-1] == "passphrase_set"
    assert site.rows("SELECT FROM site.passphrase p WHERE p::text LIKE %s", f"%{PHRASE}%") == []


def test_another_passphrase_signs_every_other_device_out(site: Site) -> None:
    here, there = site.browser("karim"), site.browser("karim")
    chooses(here)
    assert there.get("/account").status_code == 200, "the first one takes nothing from anybody"
    chooses(here, "another one of four words")
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    here.get("/account/ways-in")
    assert here.send("/account/passphrase/remove").status_code == 303
    assert enters(site.browser(), site.story.mail("karim"), "another one of four words") == 422
    assert told(site, "karim") == ["passphrase_set", "passphrase_changed", "passphrase_removed"]


@pytest.mark.parametrize("phrase", ["", "short", "motdepasse2026!", "123456789012"])
def test_what_is_no_good_passphrase_is_said_beside_the_field_and_not_shown_again(site: Site, phrase: str) -> None:
    browser = site.browser("nora")
    browser.get("/account/passphrase")
    answer = browser.send("/account/passphrase", {"passphrase": phrase})
    assert answer.status_code == 422
    assert 'id="passphrase-error"' in answer.text
    assert not phrase or phrase not in answer.text


def test_passphrases_are_tried_a_few_times_by_account_wherever_from(site: Site) -> None:
    mail = "guessed@jourdies.example"
    for _guess in range(PASSPHRASES_FOR_ACCOUNT.tries):
        assert enters(site.browser(), mail, "a guess as good as any") == 422
    assert enters(site.browser(), mail.upper(), "a guess as good as any") == 429
    assert enters(site.browser(), "other@jourdies.example", "a guess as good as any") == 422


# How one signs in is changed by whoever has just shown who they are ---------------------------------------------


@pytest.mark.parametrize("path", ["/account/passphrase", "/account/passkeys", "/account/second-factor"])
def test_whoever_sat_down_at_an_open_session_changes_no_way_in(site: Site, path: str) -> None:
    browser = site.browser("nora")
    browser.get("/account")
    ages(site, "nora", FRESH + timedelta(seconds=1))
    for answer in (browser.get(path), browser.send(path, {"passphrase": PHRASE})):
        assert answer.headers["location"].startswith(f"/sign-in?to={path.replace('/', '%2F')}&again=1")
    asked = browser.follow(answer)
    assert asked.status_code == 200
    assert site.story.mail("nora") in asked.text
    assert site.sign_in(browser, "nora", to=path).headers["location"] == path
    assert browser.get(path).status_code == 200


# The second factor ----------------------------------------------------------------------------------------------


def test_an_authenticator_counts_once_its_digits_were_typed(site: Site) -> None:
    browser = site.browser("ines")
    browser.get("/account/second-factor")
    browser.follow(browser.send("/account/second-factor"))
    answer = browser.send("/account/second-factor/confirm", {"code": "000000"})
    assert answer.status_code == 422
    assert "authenticator_set" not in told(site, "ines")
    secret, codes = sets_up(browser)
    assert len(set(codes)) == 10
    assert told(site, "ines")[-1] == "authenticator_set"
    for kept in (secret, *(code.replace(" ", "").encode() for code in codes)):
        found = "SELECT FROM site.second_factor f, site.recovery_code r WHERE f::text || r::text LIKE %s"
        assert site.rows(found, f"%{kept.hex()}%") == []
    assert codes[0] not in browser.get("/account/second-factor").text


def test_an_administrator_with_a_second_factor_shows_it_before_the_administrators_pages(site: Site) -> None:
    browser = site.browser("alix")
    assert browser.get(ADMINISTRATORS).status_code == 200, "there are days of grace"
    secret, codes = sets_up(browser)
    assert browser.get(ADMINISTRATORS).status_code == 200, "it was shown a moment ago"
    again = site.browser("alix")
    answer = again.get(ADMINISTRATORS)
    assert answer.headers["location"] == f"/sign-in/second?to={ADMINISTRATORS.replace('/', '%2F')}"
    assert again.get("/account/ways-in").status_code == 200
    again.follow(answer)
    before = again.client.cookies[site.services.sessions.cookie_name]
    assert again.send("/sign-in/second", {"code": now_shown(secret)}).status_code == 422, "it was used to set it up"
    answer = again.send("/sign-in/second", {"code": now_shown(secret, 1), "to": ADMINISTRATORS})
    assert again.follow(answer).status_code == 200
    assert again.client.cookies[site.services.sessions.cookie_name] != before
    thief = site.browser()
    thief.client.cookies.set(site.services.sessions.cookie_name, before, domain="127.0.0.1", path="/")
    assert thief.get("/account").status_code == 303
    third = site.browser("alix")
    third.get("/sign-in/second")
    typed = codes[3].replace(" ", "-").lower()
    assert (
        third.send("/sign-in/second", {"code": typed, "to": "//evil.example"}).headers["location"] == "/account/ways-in"
    )
    fourth = site.browser("alix")
    fourth.get("/sign-in/second")
    assert fourth.send("/sign-in/second", {"code": codes[3]}).status_code == 422, "each opens once"
    assert "recovery_used" in told(site, "alix")


def test_whoever_reads_the_mail_of_a_guarded_account_changes_no_way_in(site: Site) -> None:
    sets_up(site.browser("marc"))
    thief = site.browser("marc")
    answer = thief.get("/account/passphrase")
    assert answer.headers["location"].startswith("/sign-in/second?to=")
    thief.get("/account")
    for path in ("/account/second-factor/remove", "/account/second-factor/recovery", "/account/tokens"):
        assert thief.send(path, {"name": "mine"}).headers["location"].startswith("/sign-in/second")
    for _guess in range(10):
        thief.get("/sign-in/second")
        assert thief.send("/sign-in/second", {"code": "123456"}).status_code in (422, 429)
    assert thief.send("/sign-in/second", {"code": "123456"}).status_code == 429


def test_an_administrators_pages_close_when_the_days_are_over(site: Site) -> None:
    browser = site.browser("alix")
    with site.database.connect() as connection:
        connection.execute("DELETE FROM site.recovery_code")
        connection.execute(
            "UPDATE site.second_factor SET secret = NULL, confirmed_at = NULL, wanted_at = wanted_at - %s::interval",
            [timedelta(days=site.services.settings.second_factor_days)],
        )
    assert "closed to you" in unescape(browser.get("/account/ways-in").text)
    answer = browser.get(ADMINISTRATORS)
    assert answer.headers["location"] == f"/account/second-factor?to={ADMINISTRATORS.replace('/', '%2F')}"
    assert "are over" in browser.follow(answer).text
    _secret, codes = sets_up(browser)
    assert codes
    assert browser.get(ADMINISTRATORS).status_code == 200


def test_an_operator_takes_a_lost_second_factor_away(site: Site) -> None:
    browser = site.browser("nora")
    sets_up(browser)
    with site.database.connect() as connection:
        forget(connection, site.story.members["nora"])
    assert browser.get("/account").status_code == 303
    browser = site.browser("nora")
    assert browser.get("/account/second-factor").status_code == 200
    assert "Show me the code" in browser.get("/account/second-factor").text


# Programs -------------------------------------------------------------------------------------------------------


def test_a_program_is_given_what_it_needs_and_no_longer_than_said(site: Site) -> None:
    browser = site.browser("karim")
    browser.get("/account/tokens")
    answer = browser.send("/account/tokens", {"name": "Stock", "scope": "read", "days": "30"})
    (text,) = re.findall(r'value="(gisement_[^"]+)"', answer.text)
    program = site.browser(Authorization=f"Bearer {text}").client
    assert program.get("/api/v1/zones").status_code == 200
    assert program.post("/api/v1/listings", json={}).status_code == 403
    page = browser.get("/account/tokens").text
    assert "Stock" in page
    assert text not in page
    ((token_id, left),) = site.rows("SELECT id::text, expires_at - created_at FROM site.api_token WHERE name = 'Stock'")
    assert left == timedelta(days=30)
    foreign = site.browser("nora")
    foreign.get("/account/tokens")
    assert foreign.send(f"/account/tokens/{token_id}/end").status_code == 404
    assert browser.send(f"/account/tokens/{token_id}/end").status_code == 303
    assert program.get("/api/v1/zones").status_code == 401
    assert told(site, "karim")[-1] == "token_made"


# What is written down -------------------------------------------------------------------------------------------


def test_one_sees_who_came_in_and_who_tried(site: Site) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko Firefox/150.0"}
    stranger = site.browser(**agent)
    stranger.get("/sign-in")
    stranger.send("/sign-in/code", {"mail": site.story.mail("nora"), "code": "123456"})
    stranger.send("/sign-in/code", {"mail": "nobody@elsewhere.example", "code": "123456"})
    found = site.rows(
        "SELECT member_id, way, entered, device FROM site.sign_in_record WHERE device <> '' ORDER BY id DESC LIMIT 2"
    )
    assert found == [
        ("", "code", False, "Firefox · Linux"),
        (site.story.members["nora"], "code", False, "Firefox · Linux"),
    ]
    page = site.browser("nora").get("/account/ways-in").text
    assert "Firefox · Linux" in page
    assert "Refused" in page
    assert "Link in a mail" in page


def test_a_session_that_is_older_than_may_be_ends_though_it_is_used(site: Site) -> None:
    browser = site.browser("nora")
    with site.database.connect() as connection:
        connection.execute(
            "UPDATE site.session SET created_at = created_at - interval '121 days', "
            "last_seen = last_seen - interval '2 hours' WHERE member_id = %s",
            [site.story.members["nora"]],
        )
    browser.get("/account")
    assert browser.get("/account").status_code == 303


def test_a_link_says_why_it_opens_nothing(site: Site) -> None:
    sign_ins, now, nora = site.services.sign_ins, site.services.clock.now(), site.story.members["nora"]
    used = sign_ins.issue(nora, to="", now=now).token
    assert sign_ins.enter(used, now=now)
    old = sign_ins.issue(nora, to="", now=now - timedelta(hours=1)).token
    for token, said in ((used, "used already"), (old, "had its day"), ("invented", "opens nothing")):
        answer = site.browser().get(f"/sign-in/{token}")
        assert answer.status_code == 410
        assert said in answer.text
    fresh = sign_ins.issue(nora, to="", now=now).token
    assert "is signed in on this device" in site.browser("karim").get(f"/sign-in/{fresh}").text
