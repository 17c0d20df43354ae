"""Stopping the weekly mail: reading changes nothing, the button and the mail program do, and nobody else can."""

from __future__ import annotations

import pytest

from domain import members
from tests.web.conftest import Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def stopped(site: Site, name: str = "lea") -> bool:
    member = site.log.load(site.story.members[name], members.evolve).state
    assert member is not None
    return member.mail_stopped


def token_of(site: Site, name: str = "lea") -> str:
    return site.services.signer.sign("unsubscribe", site.story.members[name])


def test_opening_the_page_changes_nothing(site: Site) -> None:
    browser = site.browser()
    for _scanner in range(2):
        answer = browser.get(f"/unsubscribe/{token_of(site)}")
        assert site.story.mail("lea") in answer.text
    browser.client.head(f"/unsubscribe/{token_of(site)}")
    assert not stopped(site)


def test_a_mail_program_stops_it_with_one_click_and_nothing_else(site: Site) -> None:
    for _again in range(2):
        answer = site.browser().client.post(f"/unsubscribe/{token_of(site)}", data=ONE_CLICK)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert stopped(site)
    assert not stopped(site, "karim")
    ((by,),) = site.rows("SELECT event->>'by' FROM log.readable WHERE topic = 'MailStopped'")
    assert by == "one_click"


def test_the_button_of_the_page_stops_it_too(site: Site) -> None:
    browser = site.browser()
    browser.get(f"/unsubscribe/{token_of(site)}")
    assert browser.send(f"/unsubscribe/{token_of(site)}").status_code == 200
    assert stopped(site)
    ((by,),) = site.rows("SELECT event->>'by' FROM log.readable WHERE topic = 'MailStopped'")
    assert by == "page"


@pytest.mark.parametrize("token", ["invented", "%00", "A" * 3_000])
def test_a_token_that_is_not_ours_stops_nothing(site: Site, token: str) -> None:
    assert site.browser().client.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code in (400, 410)
    other = site.services.signer.sign("csrf", site.story.members["lea"])
    assert site.browser().client.post(f"/unsubscribe/{other}", data=ONE_CLICK).status_code == 410
    assert not stopped(site)


def test_choosing_a_frequency_takes_it_up_again(site: Site) -> None:
    site.browser().client.post(f"/unsubscribe/{token_of(site)}", data=ONE_CLICK)
    browser = site.browser("lea")
    browser.get("/account")
    chosen = {"frequency": "monthly", "topics": ["matches", "news"], "families": ["PAL"], "language": "en"}
    page = browser.follow(browser.send("/account/mail", chosen))
    assert not stopped(site)
    member = site.log.load(site.story.members["lea"], members.evolve).state
    assert member is not None
    assert (member.frequency, member.topics, member.families) == ("monthly", ("matches", "news"), ("PAL",))
    assert 'value="monthly" checked' in page.text


def test_saving_something_else_does_not_undo_an_unsubscription(site: Site) -> None:
    site.browser().client.post(f"/unsubscribe/{token_of(site)}", data=ONE_CLICK)
    browser = site.browser("lea")
    assert 'value="never" checked' in browser.get("/account").text
    browser.send("/account/mail", {"frequency": "never", "topics": ["matches"], "language": "fr"})
    assert stopped(site)
    member = site.log.load(site.story.members["lea"], members.evolve).state
    assert member is not None
    assert (member.language, member.frequency) == ("fr", "weekly")


def test_no_subject_is_no_way_to_ask_for_mail(site: Site) -> None:
    browser = site.browser("lea")
    browser.get("/account")
    assert browser.send("/account/mail", {"frequency": "weekly", "language": "fr"}).status_code == 422


def test_wrong_preferences_are_refused_with_what_was_chosen(site: Site) -> None:
    browser = site.browser("lea")
    browser.get("/account")
    answer = browser.send("/account/mail", {"frequency": "hourly", "topics": "everything", "language": "tlh"})
    assert answer.status_code == 422
    unreadable = {"frequency": "weekly", "topics": "matches", "command_id": "nonsense"}
    assert browser.send("/account/mail", unreadable).status_code == 400
