"""Zones become partners by agreement of both; what is for partner zones is then seen and given across them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.conftest import Site

PHONE = "06 39 98 12 34"
STREET = "12 rue des Lilas, 74130 Bonneville"
LOT: dict[str, Any] = {
    "side": "offer",
    "category": "MOB.DESK",
    "title": f"Six desks, call {PHONE}",
    "description": f"At {STREET}, or menuiserie-dupont.fr",
    "quantity": {"amount": "6", "unit": "H87"},
}


def posted(site: Site, **changes: Any) -> str:
    answer = site.program("lea").post("/api/v1/listings", json={**LOT, **changes})
    assert answer.status_code == 201, answer.text
    listing_id: str = answer.json()["id"]
    marc = site.browser("marc")
    marc.get("/z/jourdies/moderation")
    version = answer.json()["version"]
    sent = marc.send(f"/z/jourdies/moderation/{listing_id}/approve", {"seen_version": str(version)})
    assert sent.status_code == 303, sent.text
    return listing_id


def partners(site: Site) -> None:
    for name, here, there in (("alix", "jourdies", "la-roche"), ("ines", "la-roche", "jourdies")):
        browser = site.browser(name)
        assert browser.get(f"/z/{here}/partners").status_code == 200
        assert browser.send(f"/z/{here}/partners", {"partner": there}).status_code == 303


def test_partner_zones_see_ask_and_give_until_one_ends_it(site: Site) -> None:
    listing = posted(site, visibility="partners")
    nora = site.browser("nora")
    assert nora.get(f"/listings/{listing}").status_code == 404
    partners(site)
    assert "Partner zones" in site.browser("karim").get("/z/jourdies").text
    page = nora.get(f"/listings/{listing}").text
    assert "Sawmill" in page
    assert PHONE in page
    assert 'name="zone" value="jourdies"' in nora.get("/z/la-roche/listings").text
    assert f"/listings/{listing}" in nora.get("/z/la-roche/listings?zone=jourdies").text
    assert site.browser().get(f"/listings/{listing}").status_code == 404
    sent = nora.send(f"/listings/{listing}/interest", {"amount": "2", "unit": "H87"})
    assert sent.status_code == 303, sent.text
    lea = site.browser("lea")
    asked = lea.get(f"/listings/{listing}").text
    found = re.search(r"/exchanges/(exchange-[0-9a-f-]+)/accept", asked)
    assert found, asked
    accepted = lea.send(f"/exchanges/{found[1]}/accept", {"amount": "2"})
    assert accepted.status_code == 303, accepted.text
    reached = nora.get(f"/exchanges/{found[1]}")
    assert site.story.mail("lea") in reached.text
    # Ended by the other zone alone: hidden at once, and what is under way goes on.
    ines = site.browser("ines")
    assert "Jourdies" in ines.get("/z/la-roche/partners").text
    assert ines.send("/z/la-roche/partners/end", {"partner": "jourdies"}).status_code == 303
    assert nora.get(f"/listings/{listing}").status_code == 404
    assert 'value="jourdies"' not in nora.get("/z/la-roche/listings").text
    again = nora.get(f"/exchanges/{found[1]}")
    assert again.status_code == 200
    given_up = nora.send(f"/exchanges/{found[1]}/abandon", {"reason": "transport"})
    assert given_up.status_code == 303, given_up.text


def test_only_an_administrator_chooses_partners(site: Site) -> None:
    for name, status in (("marc", 403), ("karim", 403), ("ines", 403)):
        assert site.browser(name).get("/z/jourdies/partners").status_code == status, name
    alix = site.browser("alix")
    alix.get("/z/jourdies/partners")
    for partner, status in (("nowhere", 422), ("jourdies", 422), ("", 422)):
        assert alix.send("/z/jourdies/partners", {"partner": partner}).status_code == status
    assert alix.send("/z/jourdies/partners", {"partner": "la-roche"}).status_code == 303
    assert "Partner zones" not in site.browser("karim").get("/z/jourdies").text


def test_a_way_to_be_reached_is_covered_for_visitors_wherever_the_text_comes_out(site: Site) -> None:
    listing = posted(site, visibility="named")
    secrets = (PHONE, STREET, "rue des Lilas", "menuiserie-dupont.fr")
    outlets = (f"/listings/{listing}", "/z/jourdies/listings", "/z/jourdies/listings.atom", "/z/jourdies",
               f"/api/v1/listings/{listing}", "/api/v1/zones/jourdies/listings")  # fmt: skip
    for address in outlets:
        told = site.browser().get(address)
        if told.status_code != 404:
            assert not [secret for secret in secrets if secret in told.text], address
    page = site.browser().get(f"/listings/{listing}").text
    assert "Sawmill" in page
    assert "•••" in page
    inside = site.browser("karim").get(f"/listings/{listing}").text
    assert PHONE in inside


@pytest.mark.parametrize(("visibility", "members"), [("facilitator", 404), ("zone", 200), ("public", 200)])
def test_what_is_for_facilitators_is_missing_to_programs_and_pages_alike(
    site: Site, visibility: str, members: int
) -> None:
    listing = posted(site, visibility=visibility)
    assert site.browser("karim").get(f"/listings/{listing}").status_code == members
    assert site.program("karim").get(f"/api/v1/listings/{listing}").status_code == members
    assert site.browser("alix").get(f"/listings/{listing}").status_code == 200
    assert site.browser("lea").get(f"/listings/{listing}").status_code == 200
    interest = site.program("karim").post(
        f"/api/v1/listings/{listing}/interests", json={"quantity": {"amount": "1", "unit": "H87"}}
    )
    assert (interest.status_code == 201) is (members == 200), interest.text
