"""Which mail I want, by the link in my mail: everything in one page, and nothing that reads it changes anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import uuid4

import pytest

from domain import members
from domain.members import StopMail
from tests.web.conftest import Site
from tests.web.test_unsubscribe import stopped, token_of

EVERYTHING = {
    "frequency": "fortnightly",
    "topics": ["matches", "renewals"],
    "bulletins": ["law"],
    "families": ["PAL"],
    "language": "fr",
}


def wishes(site: Site, name: str = "lea") -> members.Member:
    member: members.Member | None = site.log.load(site.story.members[name], members.evolve).state
    assert member is not None
    return member


def test_one_page_says_and_takes_everything_without_signing_in(site: Site) -> None:
    browser = site.browser()
    address = f"/mail-choices/{token_of(site)}"
    page = browser.get(address)
    assert site.story.mail("lea") in page.text
    assert 'lang="en"' in page.text  # Léa reads English, whatever this browser speaks
    until = (site.services.clock.now() + timedelta(days=20)).date()
    saved = browser.follow(browser.send(address, {**EVERYTHING, "paused_until": until.isoformat()}))
    assert 'value="fortnightly" checked' in saved.text
    assert f'value="{until.isoformat()}"' in saved.text
    now = wishes(site)
    assert (now.frequency, now.topics, now.language) == ("fortnightly", ("matches", "renewals"), "fr")
    assert now.paused_until == until
    assert now.rests_on(until - timedelta(days=1))
    assert not now.rests_on(until)
    assert [topic for topic in members.BULLETIN_TOPICS if now.hears(topic) == "yes"] == ["law"]
    assert wishes(site, "karim").frequency == "weekly"


def test_no_mail_at_all_and_again(site: Site) -> None:
    browser = site.browser()
    address = f"/mail-choices/{token_of(site)}"
    browser.get(address)
    browser.send(address, {**EVERYTHING, "frequency": "never"})
    assert stopped(site)
    suppressions = site.services.outbox.suppressions
    key = site.services.marketplace.address_key(site.story.mail("lea"))
    suppressions.suppress(key, "refused", site.services.clock.now())
    browser.send(address, EVERYTHING)
    assert not stopped(site)
    assert suppressions.of(key) is None


@pytest.mark.parametrize(("why", "goes_on"), [("refused", True), ("complaint", False)])
def test_whoever_signs_in_by_mail_is_written_to_again_unless_they_complained(
    site: Site, *, why: Literal["refused", "complaint"], goes_on: bool
) -> None:
    services, lea = site.services, site.story.members["lea"]
    key, now = services.marketplace.address_key(site.story.mail("lea")), services.clock.now()
    services.outbox.suppressions.suppress(key, why, now)
    stopping = StopMail(actor="system:outbox", now=now, command_id=str(uuid4()), member_id=lea, by=why)
    services.marketplace.stop_mail(stopping)
    browser = site.browser()
    token = services.sign_ins.issue(lea, to="/account", now=now).token
    browser.get(f"/sign-in/{token}")
    assert browser.send(f"/sign-in/{token}").status_code == 303
    assert ("Mail reaches you again" in browser.get("/account").text) == goes_on
    assert (services.outbox.suppressions.of(key) is None, not stopped(site)) == (goes_on, goes_on)


@pytest.mark.parametrize("path", ["/mail-choices/{token}", "/unsubscribe/{token}"])
def test_what_scanners_do_changes_nothing(site: Site, path: str) -> None:
    address, before = path.format(token=token_of(site)), site.log.head()
    client = site.browser().client
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert client.get(address, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}).status_code == 200
    assert client.get(f"{address}?utm_source=scanner&frequency=never&saved=1").status_code == 200
    assert client.get(address, headers={"User-Agent": "a scanner", "Referer": "https://s.example"}).status_code == 200
    assert client.request("OPTIONS", address).status_code < 500
    assert client.put(address).status_code == 405
    assert client.get(address.swapcase()).status_code in (404, 410)
    assert site.log.head() == before


def test_what_cannot_be_is_refused_beside_its_field_with_what_was_chosen(site: Site) -> None:
    browser = site.browser()
    address = f"/mail-choices/{token_of(site)}"
    browser.get(address)
    for wrong, field in (
        ({"paused_until": "2999-01-01"}, "paused_until"),
        ({"paused_until": "soon"}, "paused_until"),
        ({"topics": []}, "topics"),
        ({"frequency": "hourly"}, "frequency"),
        ({"bulletins": ["gossip"]}, "bulletins"),
    ):
        answer = browser.send(address, EVERYTHING | wrong)
        assert answer.status_code == 422, wrong
        assert f'href="#{field}"' in answer.text
    assert wishes(site).frequency == "weekly"


@pytest.mark.parametrize("token", ["invented", "A" * 3_000])
def test_a_link_that_is_not_ours_shows_and_changes_nothing(site: Site, token: str) -> None:
    before = site.log.head()
    assert site.browser().client.get(f"/mail-choices/{token}").status_code == 410
    assert site.browser().client.post(f"/mail-choices/{token}", data=EVERYTHING).status_code == 410
    assert site.log.head() == before
