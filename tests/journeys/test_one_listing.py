"""The whole story: a company posts, the zone approves, a neighbour sees why they match, and both read it on Monday."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final

import httpx
import pytest

from tests.journeys.conftest import Works
from tests.journeys.street import FLOWS, MONDAY
from tests.journeys.walking import Walker, comes_in, leaves, posts

OFFER: Final = "120 palettes Europe EPAL 80×120, bon état"
REQUEST: Final = "Cherche 100 palettes Europe EPAL 80×120"
LINK: Final = re.compile(r"http://\S+")


def asks_for_a_link(walker: Walker, works: Works, name: str) -> None:
    """Sign in as people do: ask for a mail, open its link, press the button."""
    address = works.site.story.mail(name)
    page = walker.go("/sign-in")
    page.get_by_label("Votre adresse de courriel professionnelle").fill(address)
    walker.press("M’envoyer le lien")
    walker.go(next(link for link in LINK.findall(plain(works.inbox.mail(address))) if "/sign-in/" in link))
    walker.press("Entrer")
    assert page.url.endswith("/me")


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    said: str = part.get_content()
    return said


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    said: str = part.get_content()
    return said


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("width", "script"), [(390, True), (1280, True), (390, False)])
def test_from_the_form_to_the_weekly_mail(
    works: Works, walker: Callable[..., Walker], width: int, *, script: bool
) -> None:
    here = walker(width, script=script)

    asks_for_a_link(here, works, "helene")
    offer = posts(here, "J’ai", OFFER, "120")
    here.reads("120 palettes")
    leaves(here)

    comes_in(here, works.site, "karim")
    request = posts(here, "Je cherche", REQUEST, "100")
    here.go("/me")
    here.reads(REQUEST, "Ronde de nuit à partager")
    assert OFFER not in here.page.locator("main").inner_text(), "the zone has not read it yet"
    here.go(offer, 404)
    leaves(here)

    comes_in(here, works.site, "marc")
    page = here.go("/z/jourdies/moderation")
    here.reads(OFFER, REQUEST)
    for title in (OFFER, REQUEST):
        here.press("Approuver", page.locator("article").filter(has=page.get_by_role("heading", name=title)))
        here.reads("la zone la voit")
    leaves(here)

    comes_in(here, works.site, "karim")
    match = here.page.locator("article.match").filter(has_text=OFFER)
    why = match.inner_text()
    assert "Jardinerie Fleurimont" in why
    assert "même catégorie" in why
    assert "100 palettes" in why
    assert re.search(r"\d\s(m|km)\b", why)
    here.press(OFFER, role="link")
    here.reads(OFFER, "120 palettes")

    works.sleep()
    works.is_now(MONDAY)
    works.wake()
    mail = works.inbox.mail(works.site.story.mail("helene"), weekly=True)
    reads_the_weekly_mail(works, mail, REQUEST, request)
    assert not any(title in plain(mail) for *_said, title in FLOWS), "she saw these when she signed in"
    opens(here, mail, REQUEST)
    told = [to for to, mail in works.inbox.letters if mail["List-Unsubscribe"]]
    assert told == [works.site.story.mail("helene")], "Karim has read it on the site, and nobody else has news"

    stops(works, works.inbox.mail(works.site.story.mail("helene"), weekly=True))


def reads_the_weekly_mail(works: Works, mail: EmailMessage, theirs: str, address: str) -> None:
    """Subject, text and HTML say the same, in French, with the reasons in words and addresses that lead here."""
    for said in (plain(mail), html(mail)):
        assert theirs in said
        assert f"{works.site.base}{address}" in said
        assert re.search(r"couvre|Même", said)
        assert "%(" not in said
        assert "Hello" not in said
    assert "<" not in plain(mail)
    assert '<html lang="fr">' in html(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{works.site.base}/unsubscribe/")
    assert mail["Message-ID"]
    assert mail["Date"].datetime >= MONDAY.replace(second=0)


def opens(here: Walker, mail: EmailMessage, title: str) -> None:
    """The mail itself is sound, and its link shows the listing."""
    lines = plain(mail).splitlines()
    begins = next(number for number, line in enumerate(lines) if line.strip() == f"* {title}")
    link = next(found.group() for line in lines[begins:] if (found := LINK.search(line)))
    here.go(link)
    here.reads(title)


def stops(works: Works, mail: EmailMessage) -> None:
    """What a mail program does when one presses its button: one POST, with nothing but the address of the mail."""
    address = mail["List-Unsubscribe"].strip("<>")
    assert httpx.get(address).status_code == 200
    assert works.site.rows("SELECT count(*) FROM read.member WHERE stopped") == [(0,)]
    answer = httpx.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    member = works.site.story.members["helene"]
    assert "MailStopped" in [type(each.event).__name__ for each in works.site.log.history(member)]
