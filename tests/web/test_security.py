"""Strangers' pages and programs are kept out: foreign forms, foreign hosts, planted tokens; every answer says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from litestar import Request

from marketplace.settings import Settings
from tests.web.conftest import Site
from web.policies import POLICIES
from web.security import FORM_LIFETIME, Hosts, WrongAddress, headers
from web.visits import Visit

SIGN_IN = {"mail": "lea@lea.example"}


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "null"},
        {"Origin": "[::"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ""},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_form_sent_from_elsewhere_is_refused(standing_site: Site, sent: dict[str, str]) -> None:
    for browser in (standing_site.browser(), standing_site.browser("lea")):
        browser.get("/sign-in" if not browser.client.cookies else "/account")
        assert browser.send("/language", {"language": "fr"}, **sent).status_code == 403


def test_a_form_without_a_session_needs_the_browsers_word(site: Site) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    fields = {"csrf": browser.csrf, **SIGN_IN}
    assert browser.client.post("/sign-in", data=fields).status_code == 403
    assert browser.client.post("/sign-in", data=fields, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_page_of_ours_that_sends_no_referrer_may_send_a_form(standing_site: Site) -> None:
    browser = standing_site.browser()
    browser.get("/sign-in")
    sent = browser.send("/language", {"language": "fr"}, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    assert sent.status_code == 303


@pytest.mark.parametrize("token", ["", "invented", "é" * 40, "\0", "=" * 5_000, "🙂"])
def test_a_form_without_our_token_is_refused(standing_site: Site, token: str) -> None:
    for browser in (standing_site.browser(), standing_site.browser("lea")):
        browser.csrf = token
        assert browser.send("/language", {"language": "fr"}).status_code == 403
    browser = standing_site.browser()
    answer = browser.client.post("/language", files={"csrf": b"a file"}, headers={"Origin": standing_site.base})
    assert answer.status_code == 403


def test_a_token_is_good_for_the_session_it_was_made_for_only(site: Site) -> None:
    visitor, lea, karim = site.browser(), site.browser("lea"), site.browser("karim")
    visitor.get("/sign-in")
    lea.get("/account")
    for other in (visitor, lea):
        karim.csrf = other.csrf
        assert karim.send("/language", {"language": "fr"}).status_code == 403
    visitor.csrf = lea.csrf
    assert visitor.send("/sign-in", SIGN_IN).status_code == 403


def test_a_form_without_a_session_is_good_for_half_a_day(site: Site) -> None:
    browser = site.browser()
    made = site.services.clock.now() - FORM_LIFETIME
    browser.csrf = site.services.forms.token(None, now=made - timedelta(seconds=1))
    assert browser.send("/sign-in", SIGN_IN).status_code == 403
    browser.csrf = site.services.forms.token(None, now=made + timedelta(minutes=1))
    assert browser.send("/sign-in", SIGN_IN).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example"])
def test_a_host_that_is_not_ours_is_refused(standing_site: Site, host: str) -> None:
    answer = standing_site.browser().get("/", Host=host.format(port=standing_site.services.settings.port))
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_our_names_count_whatever_their_case_and_usual_port() -> None:
    hosts = Hosts(Settings(base_url="https://Gisement.Example", host="0.0.0.0"))  # noqa: S104  # a site behind a proxy
    for host in ("gisement.example", "GISEMENT.example:443"):
        hosts.check(host)
    for host in ("gisement.example:80", "127.0.0.1:8000", ""):
        with pytest.raises(WrongAddress):
            hosts.check(host)
    assert hosts.is_own("https://gisement.example")
    assert not hosts.is_own("http://gisement.example")


def test_every_answer_carries_the_headers_of_a_careful_site(site: Site) -> None:
    browser = site.browser()
    asset = site.services.renderer.asset("site.css")
    for path in ("/", "/nowhere", "/sign-in", "/api/v1/zones", asset, "/health/live", "/z/nowhere", "/?a=%00"):
        answer = browser.get(path)
        for name, value in headers(secure=False).items():
            assert answer.headers[name] == value, path
        assert "server" not in answer.headers
    assert "Strict-Transport-Security" in headers(secure=True)
    assert "unsafe" not in headers(secure=True)["Content-Security-Policy"]


def test_what_a_member_sees_is_kept_by_no_cache(site: Site) -> None:
    assert site.browser("lea").get("/account").headers["cache-control"] == "no-store"
    assert site.browser().get("/").headers["cache-control"] == "no-cache"


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    browser = site.browser()
    cookie = site.sign_in(browser, "lea").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain" not in cookie


def test_no_other_site_is_let_in_by_a_browser(standing_site: Site) -> None:
    client = standing_site.browser().client
    for path in ("/", "/api/v1/zones", "/api/openapi.json"):
        for method in ("GET", "OPTIONS"):
            asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
            answer = client.request(method, path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_a_neighbourhood_of_ipv6_counts_as_one_place(standing_site: Site, host: str, place: str) -> None:
    request: Request[Any, Any, Any] = Request({"type": "http", "client": (host, 50_000), "headers": []})  # type: ignore[arg-type]  # all of it that is read
    visit = Visit(
        standing_site.services,
        request,
        policy=POLICIES["anyone"],
        language="fr",
        now=standing_site.services.clock.now(),
    )
    assert visit.place == place
