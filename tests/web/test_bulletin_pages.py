"""A bulletin from the facilitator's desk to its readers, and the weekly mail before it leaves, on one running site."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.members import JoinMember
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)
from web.calendar_links import PURPOSE

HERE = "/z/jourdies"
SAID = {
    "topic": "meeting",
    "title": "Petit-déjeuner des voisins",
    "text": "À 8 h, à la scierie.\nLe plan : https://example.org/plan. <b>Venez</b>",
}


def join(site: Site, *names: str) -> None:
    """Have people of the story come for the first time."""
    for name in names:
        site.story.do(
            site.services.marketplace.join_member, JoinMember, site.story.actor(name),
            member_id=site.story.members[name],
        )  # fmt: skip


def meeting_day(site: Site) -> date:
    """The day it is about."""
    return site.services.clock.now().date() + timedelta(days=10)


def written(site: Site, alix: Browser) -> str:
    """Have the facilitator write one; gives its address."""
    alix.get(f"{HERE}/bulletins/new")
    answer = alix.send(f"{HERE}/bulletins/new", SAID | {"on": meeting_day(site).isoformat()})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_bulletin_is_written_looked_at_and_issued_and_read_by_the_zone_alone(site: Site) -> None:
    alix = site.browser("alix")
    refused = (alix.get(f"{HERE}/bulletins/new"), alix.send(f"{HERE}/bulletins/new", SAID | {"title": " "}))[1]
    assert refused.status_code == 422
    assert "Give it a title." in refused.text
    address = written(site, alix)
    lea, nora = site.browser("lea"), site.browser("nora")
    assert lea.get(address).status_code == 404, "a draft is nobody's business"
    page = alix.get(address)
    assert 'sandbox=""' in page.text
    preview = alix.get(f"{address}/preview?language=fr")
    assert "Content-Security-Policy" in preview.headers
    assert "sandbox" in preview.headers["Content-Security-Policy"]
    assert '<a href="https://example.org/plan"' in preview.text
    assert "&lt;b&gt;Venez" in preview.text
    assert alix.send(f"{address}/issue", {"way": "digest"}).status_code == 303
    read = lea.get(address)
    assert read.status_code == 200
    assert "Petit-déjeuner des voisins" in read.text
    assert "Write a bulletin" not in lea.get(f"{HERE}/bulletins").text
    assert nora.get(address).status_code == 404
    assert nora.get(f"{HERE}/bulletins/new").status_code == 403


def test_a_moderator_sees_who_gets_what_takes_a_thing_out_and_holds_it_back(site: Site) -> None:
    join(site, "lea", "karim")
    alix = site.browser("alix")
    alix.send(f"{written(site, alix)}/issue", {"way": "digest"})
    marc = site.browser("marc")
    page = marc.get(f"{HERE}/mail")
    assert page.status_code == 200
    (address, *_others) = re.findall(rf'href="({HERE}/mail/[^"]+)"', page.text)
    mine = marc.get(address).text
    assert "Petit-déjeuner des voisins" in mine
    framed = marc.get(f"{address}/html?language=en").text
    tokens = re.findall(r"/unsubscribe/([\w-]+)", framed)
    assert tokens
    now = site.services.clock.now()
    assert all(site.services.signer.read("unsubscribe", token, now=now) is None for token in tokens)
    item = re.findall(r'name="item" value="(bulletin-[^"]+)"', mine)[0]
    assert marc.send(f"{address}/out", {"item": item, "out": "yes", "whose": "one"}).status_code == 303
    after = marc.get(address).text
    assert "left out of this mail" in after
    assert marc.send(f"{address}/hold", {"hold": "yes", "reason": ""}).status_code == 422
    assert marc.send(f"{address}/hold", {"hold": "yes", "reason": "A listing to read again."}).status_code == 303
    assert "Held back" in marc.get(f"{HERE}/mail").text
    period = address.split("/")[4]
    assert marc.send(f"{HERE}/mail/{period}/hold", {"hold": "yes", "reason": "The whole run."}).status_code == 303
    assert site.services.digests.run("zone-jourdies", period).held
    assert marc.send(f"{HERE}/mail/{period}/hold", {"hold": "no"}).status_code == 303
    assert not site.services.digests.run("zone-jourdies", period).held
    for name in ("lea", "ines"):
        assert site.browser(name).get(address).status_code in (403, 404)


def test_a_calendar_opens_by_its_secret_address_until_it_is_taken_back(site: Site) -> None:
    alix = site.browser("alix")
    alix.send(f"{written(site, alix)}/issue", {"way": "digest"})
    lea = site.browser("lea")
    lea.get("/account")
    assert lea.send("/account/calendar").status_code == 303
    (address,) = re.findall(r'value="(http://[^"]+\.ics)"', lea.get("/account").text)
    path = address.removeprefix(site.base)
    anybody = site.browser()
    dates = anybody.get(path)
    assert dates.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Petit-déjeuner des voisins" in dates.text.replace("\r\n ", "")
    assert f"DTSTART;VALUE=DATE:{meeting_day(site):%Y%m%d}" in dates.text
    told = anybody.get(f"{path.removesuffix('.ics')}.atom")
    assert told.headers["content-type"].startswith("application/atom+xml")
    assert "<title>Petit-déjeuner des voisins · Jourdies</title>" in told.text
    assert lea.send("/account/calendar/revoke").status_code == 303
    assert anybody.get(f"{path.removesuffix('.ics')}.atom").status_code == 404
    assert anybody.get(path).status_code == 404
    forged = site.services.signer.sign(PURPOSE, f"{site.story.members['lea']} ", expires_at=None)
    assert anybody.get(f"/calendar/{forged}.ics").status_code == 404
