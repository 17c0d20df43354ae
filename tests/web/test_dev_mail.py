"""The demonstration's own doors: links that sign in at once, and an inbox in place of a relay. Nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace.database import Database
from marketplace.outbox import Letter
from marketplace.settings import Settings
from marketplace.smtp import Outcome
from tests.web.conftest import Site, Told, running
from web.assets import Assets
from web.rendering import Renderer

SOURCE = """\
From: gisement@localhost
To: lea@lea.example
Subject: =?utf-8?q?Votre_cl=C3=A9?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="x"

--x
Content-Type: text/plain; charset=utf-8

In text.
--x
Content-Type: text/html; charset=utf-8

<p style="color: green">In colour.</p><script>alert(1)</script>
--x--
""".replace("\n", "\r\n")


@pytest.fixture
def demo(database: Database, settings: Settings, told: Told, assets: Assets, renderer: Renderer) -> Iterator[Site]:
    """A site in demo mode, with a door for Léa."""
    doors = {"a-door": told.story.members["lea"]}
    with running(database, settings, told.story, assets, renderer, doors=doors) as site:
        yield site


def delivered(site: Site) -> str:
    """A mail to Léa in the demonstration's inbox; gives its id."""
    outbox, now = site.services.outbox, site.services.clock.now()
    mail_id = outbox.post_sign_in(site.story.members["lea"], {}, now=now, until=now.replace(year=now.year + 1))
    opened = outbox.claim(now)
    assert opened is not None
    letter = Letter("lea@lea.example", "Votre clé", SOURCE)
    assert outbox.fence(opened.mail, letter, "dev")
    assert outbox.settle(opened.mail, Outcome("sent"), now, keep=letter)
    return mail_id


def test_a_door_signs_in_at_once_as_often_as_one_likes(demo: Site) -> None:
    for _time in range(2):
        browser = demo.browser()
        assert browser.get("/sign-in/a-door").headers["location"] == "/me"
        assert browser.get("/account").status_code == 200


def test_the_inbox_shows_what_would_have_been_sent(demo: Site) -> None:
    mail_id = delivered(demo)
    browser = demo.browser()
    assert "Votre clé" in browser.get("/dev/mail").text
    page = browser.get(f"/dev/mail/{mail_id}").text
    assert "In text." in page
    assert "alert(1)" not in page
    html = browser.get(f"/dev/mail/{mail_id}/html")
    assert "In colour." in html.text
    assert "sandbox" in html.headers["content-security-policy"]
    assert "script" not in html.headers["content-security-policy"]
    for missing in ("nonsense", mail_id[:-4] + "0000"):
        assert browser.get(f"/dev/mail/{missing}").status_code == 404


def test_no_other_site_has_such_an_inbox(site: Site) -> None:
    mail_id = delivered(site)
    for path in ("/dev/mail", f"/dev/mail/{mail_id}", f"/dev/mail/{mail_id}/html", "/sign-in/a-door"):
        assert site.browser("lea").get(path).status_code in (404, 410)
