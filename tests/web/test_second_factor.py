"""An administrator is one once their second factor was shown: in a browser as through a program, wherever they act."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from tests.proofs.isolating.ways import Way, ways
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.test_ways_in import now_shown, sets_up
from web.policies import POLICIES

site = one_site

WRITES = {"command_id": "0f0fd0b4-55a4-4a5a-9c6c-0d9a17f0aa77"}


def held(site: Site) -> list[Way]:
    """Every way on which somebody is known by their account, but those on which the second factor is shown or set up.

    What a role lets one do stands behind many a page that names no role.
    """
    found = [way for way in ways(site.app) if POLICIES[way.policy].signed_in and not POLICIES[way.policy].entering]
    assert {f"{way.method} {way.path}" for way in found} >= {
        "POST /charters/{charter_id}/end", "POST /listings/{listing_id}/redact", "GET /api/v1/zones/{zone}/record",
        "POST /api/v1/zones/{zone}/moderation/{listing_id}/approve", "POST /z/{zone}/people/grant",
    }  # fmt: skip
    return found


def sends(site: Site, way: Way, browser: Browser, program: httpx.Client) -> httpx.Response:
    address = way.to({"zone": "jourdies", "listing_id": site.story.listings["waiting"]})
    if way.for_programs:
        return program.request(way.method, address, json=way.body)
    form = {"csrf": browser.csrf, **WRITES} if way.method == "POST" else None
    return browser.client.request(way.method, address, data=form)


def test_an_administrator_acts_nowhere_before_the_second_factor(site: Site) -> None:
    before, alix = site.program("alix"), site.browser("alix")
    assert before.get("/api/v1/zones/jourdies/record").status_code == 200, "there are days of grace"
    secret, _codes = sets_up(alix)
    weak = site.browser("alix")
    weak.get("/account/ways-in")
    head = site.log.head()
    for way in held(site):
        answer = sends(site, way, weak, before)
        if way.for_programs:
            assert answer.status_code == 403, way
            assert answer.headers["content-type"] == "application/problem+json"
            assert "made without one" in answer.json()["detail"], way
        else:
            assert answer.headers.get("location", "").startswith("/sign-in/second"), way
    assert site.log.head() == head
    # Where anybody is let in, they read as anybody does, and are told what to do.
    assert "made without one" in before.get("/api/v1/listings/listing-none").json()["detail"]
    page = weak.get("/z/jourdies/charters").text
    assert "show your second factor" in page
    assert "/z/jourdies/charters/new" not in page
    assert "/z/jourdies/charters/new" in alix.get("/z/jourdies/charters").text
    weak.get("/sign-in/second")
    assert weak.send("/sign-in/second", {"code": now_shown(secret, 1)}).status_code == 303
    assert "/z/jourdies/charters/new" in weak.get("/z/jourdies/charters").text


def test_a_token_of_an_administrator_is_made_with_the_second_factor(site: Site) -> None:
    ines = site.browser("ines")
    sets_up(ines)
    ines.get("/account/tokens")
    answer = ines.send("/account/tokens", {"name": "Zone", "scope": "read", "days": "30"})
    (text,) = re.findall(r'value="(gisement_[^"]+)"', answer.text)
    program = site.browser(Authorization=f"Bearer {text}").client
    assert program.get("/api/v1/zones/la-roche/record").status_code == 200
    looked = "SELECT what FROM site.access_log WHERE subject = %s AND by_actor = %s"
    assert site.rows(looked, site.story.companies["forge"], site.story.actor("ines")) == [("export",)]
    code = site.services.sign_ins.issue(site.story.members["ines"], to="", now=site.services.clock.now()).code
    asked = {"mail": site.story.mail("ines"), "code": code}
    assert program.post("/api/v1/tokens", json=asked).status_code == 403, "the mail alone makes none"


def test_once_the_days_are_over_an_administrator_without_one_sets_it_up_first(site: Site) -> None:
    with site.database.connect() as connection:
        connection.execute("DELETE FROM site.recovery_code")
        connection.execute(
            "UPDATE site.second_factor SET secret = NULL, confirmed_at = NULL, wanted_at = wanted_at - %s::interval",
            [timedelta(days=site.services.settings.second_factor_days)],
        )
    alix, program = site.browser("alix"), site.program("alix")
    for path in ("/me", "/z/jourdies/settings", "/listings/new"):
        assert alix.get(path).headers["location"].startswith("/account/second-factor"), path
    assert "days without one are over" in program.get("/api/v1/zones/jourdies/moderation").json()["detail"]
    assert site.browser("marc").get("/me").status_code == 200, "a moderator is asked for none"
    sets_up(alix)
    assert alix.get("/me").status_code == 200
