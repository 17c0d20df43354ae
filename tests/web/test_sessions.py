"""Sessions: only ids we gave out, new ones when rights change, nothing for visitors, and an end when rights end."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from domain.companies import RemoveRepresentative
from domain.zones import OPERATOR, GrantRole, RevokeRole
from marketplace.reading import visible
from tests.web.conftest import Site
from web.sessions import IDLE, Sessions


def cookie(site: Site, browser: object) -> str:
    return browser.client.cookies[site.services.sessions.cookie_name]  # type: ignore[attr-defined,no-any-return]


def follow(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.story.position, ["people"], within=20)


def test_a_visitor_gets_no_session_and_no_cookie(site: Site) -> None:
    browser = site.browser()
    for path in ("/", "/sign-in", "/terms", "/z/jourdies", "/nowhere"):
        assert "set-cookie" not in browser.get(path).headers
    assert site.rows("SELECT FROM site.session") == []


def test_an_id_a_browser_made_up_is_nobodys_and_not_kept_over_sign_in(site: Site) -> None:
    browser = site.browser()
    name = site.services.sessions.cookie_name
    browser.client.cookies.set(name, "planted", domain="127.0.0.1", path="/")
    answer = browser.get("/")
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    site.sign_in(browser, "lea")
    assert cookie(site, browser) != "planted"


def test_the_database_knows_the_hash_of_a_cookie_only(site: Site) -> None:
    browser = site.browser("lea")
    token = cookie(site, browser)
    assert site.rows("SELECT token_sha256 FROM site.session") == [(hashlib.sha256(token.encode()).digest(),)]
    assert site.rows("SELECT FROM site.session s WHERE s::text LIKE %s", f"%{token}%") == []


def test_signing_in_again_gives_a_new_id_and_ends_the_old_one(site: Site) -> None:
    browser = site.browser("lea")
    before = cookie(site, browser)
    site.sign_in(browser, "lea")
    assert cookie(site, browser) != before
    assert len(site.rows("SELECT FROM site.session")) == 1
    thief = site.browser()
    thief.client.cookies.set(site.services.sessions.cookie_name, before, domain="127.0.0.1", path="/")
    assert thief.get("/account").status_code == 303


def test_reading_pages_writes_nothing(site: Site) -> None:
    browser = site.browser("lea")
    browser.get("/account")
    before = site.rows("SELECT xmin::text, s::text FROM site.session s")
    for _page in range(3):
        assert "set-cookie" not in browser.get("/account").headers
    assert site.rows("SELECT xmin::text, s::text FROM site.session s") == before


def test_a_new_right_gives_a_new_id_and_requests_on_their_way_still_arrive(site: Site) -> None:
    browser = site.browser("lea")
    before = cookie(site, browser)
    granted = {"zone_id": site.story.zones["jourdies"], "member_id": site.story.members["lea"], "role": "moderator"}
    site.story.do(site.services.marketplace.grant_role, GrantRole, OPERATOR, **granted)
    follow(site)
    assert browser.get("/z/jourdies/moderation").status_code == 200
    assert cookie(site, browser) != before
    late = site.browser()
    late.client.cookies.set(site.services.sessions.cookie_name, before, domain="127.0.0.1", path="/")
    assert late.get("/account").status_code == 200


def test_a_right_that_is_taken_back_ends_the_session(site: Site) -> None:
    moderator, lea = site.browser("marc"), site.browser("lea")
    taken = {"zone_id": site.story.zones["jourdies"], "member_id": site.story.members["marc"], "role": "moderator"}
    site.story.do(site.services.marketplace.revoke_role, RevokeRole, OPERATOR, **taken)
    left = {"company_id": site.story.companies["sawmill"], "member_id": site.story.members["lea"]}
    by = site.story.actor("alix")
    site.story.do(site.services.marketplace.remove_representative, RemoveRepresentative, by, **left)
    follow(site)
    assert moderator.get("/z/jourdies/moderation").status_code == 303
    assert lea.get("/account").status_code == 303
    assert site.rows("SELECT FROM site.session") == []


def test_a_session_ends_when_it_is_not_used(site: Site) -> None:
    browser = site.browser("lea")
    with site.database.connect() as connection:
        connection.execute("UPDATE site.session SET expires_at = expires_at - %s::interval", [IDLE])
    assert browser.get("/account").status_code == 303


def test_using_a_session_keeps_it_alive(site: Site) -> None:
    browser = site.browser("lea")
    ((ends,),) = site.rows("SELECT expires_at FROM site.session")
    with site.database.connect() as connection:
        connection.execute("UPDATE site.session SET last_seen = last_seen - %s", [timedelta(hours=2)])
    browser.get("/account")
    ((later,),) = site.rows("SELECT expires_at FROM site.session")
    assert later >= ends


def test_one_sees_ones_devices_and_signs_one_out(site: Site) -> None:
    here = site.browser("lea", **{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko Firefox/150.0"})
    there = site.browser("lea", **{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19) AppleWebKit Safari/604"})
    page = here.get("/account").text
    assert "Firefox · Linux" in page
    assert "Safari · iPhone" in page
    ((other,),) = site.rows("SELECT id::text FROM site.session WHERE device ~ 'iPhone'")
    assert here.follow(here.send(f"/account/sessions/{other}/end")).status_code == 200
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_someone_elses_session(site: Site) -> None:
    lea, karim = site.browser("lea"), site.browser("karim")
    ((id_of_lea,),) = site.rows("SELECT id::text FROM site.session WHERE member_id = %s", site.story.members["lea"])
    karim.get("/account")
    assert karim.send(f"/account/sessions/{id_of_lea}/end").status_code == 404
    assert karim.send("/account/sessions/end").status_code == 303
    assert lea.get("/account").status_code == 200


def test_signing_out_forgets_the_device(site: Site) -> None:
    browser = site.browser("lea")
    browser.get("/account")
    assert browser.send("/sign-out").headers["location"] == "/"
    assert site.rows("SELECT FROM site.session") == []
    assert browser.get("/account").status_code == 303


def test_a_language_is_kept_with_the_session_and_for_a_visitor_in_the_browser(site: Site) -> None:
    for browser in (site.browser("lea"), site.browser()):
        assert '<html lang="en">' in browser.get("/terms").text
        assert browser.send("/language", {"language": "fr", "to": "/terms"}).headers["location"] == "/terms"
        assert '<html lang="fr">' in browser.get("/terms").text
        assert '<html lang="en">' in browser.get("/terms?lang=en").text


def test_the_language_is_changed_from_an_answer_to_a_form_too(site: Site) -> None:
    browser = site.browser("alix")
    browser.get("/account")
    for where in ("/account", "/account/mail"):
        sent = {"Referer": str(browser.client.base_url.join(where))}
        answer = browser.send("/account/mail", {"frequency": "hourly"}, **sent)
        assert answer.status_code == 422
        assert 'name="to" value="/account"' in answer.text


def test_an_address_that_only_takes_a_form_leads_back_to_its_page(site: Site) -> None:
    browser = site.browser("alix")
    answer = browser.get("/z/jourdies/weights/frequencies")
    assert answer.status_code == 405
    assert 'class="button" href="/z/jourdies/weights"' in answer.text


def test_behind_tls_a_cookie_is_bound_to_this_host(site: Site) -> None:
    sessions = Sessions(site.services.pool, secure=True)
    cookie = sessions.cookie(None).to_header(header="").lower()
    assert sessions.cookie_name.startswith("__Host-")
    assert "secure" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
