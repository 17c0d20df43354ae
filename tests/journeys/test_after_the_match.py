"""After the match: two people, two phones, from the first interest to what was really collected; and by mail alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.listings import ApproveListing, Draft, PostListing, Side
from domain.quantities import parse_quantity
from marketplace.reading import visible
from tests.journeys.conftest import ARRIVES_WITHIN, Works
from tests.journeys.street import THURSDAY, ZONE
from tests.journeys.walking import Walker, comes_in

OFFER: Final = "120 palettes Europe EPAL 80×120, bon état"
REQUEST: Final = "Cherche 100 palettes Europe EPAL 80×120"
LINK: Final = re.compile(r"http://\S+")
TUESDAY: Final = datetime(2026, 11, 24, 9, tzinfo=THURSDAY.tzinfo)


def shown(works: Works, by: str, side: Side, title: str, amount: str) -> str:
    """Let somebody's listing stand in the zone already; its address."""
    story, use_cases = works.site.story, works.site.services.marketplace
    listing = f"listing-{uuid4()}"
    draft = Draft(
        category="PAL.EPAL1",
        title=title,
        quantity=parse_quantity(amount, "H87"),
        attributes={"condition": "B"} | ({"ownership": "exchange_pool"} if side == "offer" else {}),
    )
    posting: dict[str, Any] = {"side": side, "company_id": story.companies[by], "site_id": f"site-{by}", "draft": draft}
    story.do(use_cases.post_listing, PostListing, story.actor(by), listing_id=listing, **posting)
    story.do(use_cases.approve_listing, ApproveListing, story.actor("marc"), listing_id=listing, zone_id=ZONE)
    settled(works)
    return f"/listings/{listing}"


def settled(works: Works) -> None:
    """Wait until the pages show all that was recorded."""
    with works.site.database.connect() as connection:
        assert visible(connection, works.site.log.head(), ["listings", "matches", "exchanges"], within=10)


def later(works: Works, at: datetime) -> None:
    """Let time pass for everyone, with the clock's own work done."""
    works.sleep()
    works.is_now(at)
    works.wake()


def opens_by_mail(walker: Walker, works: Works, to: str, words: str) -> EmailMessage:
    """Find the mail that says this, and follow the link that answers it."""
    mail = works.inbox.telling(works.site.story.mail(to), words)
    part = mail.get_body(("plain",))
    assert part is not None
    walker.go(next(link for link in LINK.findall(part.get_content()) if "/answer/" in link))
    return mail


def told(works: Works, at: datetime) -> None:
    """Let time pass, once everything that happened has left its notice."""
    waits_for(works, "SELECT count(*) FROM log.reaction WHERE position < log.head()", 0)
    later(works, at)


def waits_for(works: Works, question: str, answer: int) -> None:
    """Wait until the database says so."""
    until = time.monotonic() + ARRIVES_WITHIN
    while works.site.rows(question) != [(answer,)]:
        assert time.monotonic() < until, question
        time.sleep(0.05)


def proposes(walker: Walker) -> None:
    """Propose a time on the page of an exchange."""
    form = walker.page.locator("form#propose")
    for label, typed in (("Jour", "2026-11-24"), ("Début", "14:00"), ("Fin", "15:00")):
        form.get_by_label(label, exact=True).fill(typed)
    walker.press("Proposer ce créneau", form)
    walker.reads("24 novembre")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("script", [True, False])
def test_two_companies_go_from_interest_to_what_was_collected(
    works: Works, walker: Callable[..., Walker], *, script: bool
) -> None:
    offer = shown(works, "helene", "offer", OFFER, "120")
    shown(works, "karim", "request", REQUEST, "100")
    karim, helene = walker(390, script=script), walker(390, script=script)
    comes_in(karim, works.site, "karim")
    comes_in(helene, works.site, "helene")

    match = karim.page.locator("article.match").filter(has_text=OFFER)
    karim.press(re.compile("intéresse"), match, role="link")
    assert karim.page.get_by_label("Combien en prendriez-vous ?").input_value() == "100", "what the request still needs"
    karim.press(re.compile("^Prévenir"))
    karim.reads("Jardinerie Fleurimont")
    exchange = re.sub(r"[#?].*", "", karim.page.url)
    assert "fleurimont.example" not in karim.page.content(), "no address before it is accepted"
    settled(works)

    helene.go(offer)
    helene.reads("Deux-Torrents Logistique", "100 palettes")
    helene.page.get_by_label("Tout ou une partie").first.fill("80")
    helene.press(re.compile("^Accepter"))
    settled(works)
    helene.go(exchange)
    helene.reads("karim@deux-torrents.example")

    stale = karim.page
    stale.go_back()
    karim.go(exchange)
    karim.reads("helene@fleurimont.example", "80 palettes")
    proposes(karim)
    settled(works)

    beside = helene.tab(exchange.removeprefix(helene.base))
    helene.go(exchange)
    helene.press("Ce créneau nous convient", helene.page.locator("form#agree"))
    helene.reads("24 novembre")
    # The second tab still shows the question: it is told what happened, and nothing is done twice.
    beside.press("Ce créneau nous convient", beside.page.locator("form#agree"))
    beside.reads("entre-temps")

    later(works, TUESDAY + timedelta(hours=7))
    karim.go(exchange)
    karim.page.get_by_text("Une autre quantité", exact=False).first.click()
    form = karim.page.locator("form#confirm")
    form.get_by_label("Combien a vraiment été enlevé ?").fill("78")
    form.get_by_text(re.compile("compté")).click()
    karim.press("Confirmer l’enlèvement", form)
    karim.reads("78")
    settled(works)

    helene.go(offer)
    helene.reads("42")
    helene.go(exchange)
    helene.reads("78 palettes")


@pytest.mark.timeout(240)
def test_whoever_reads_mail_only_answers_with_one_tap_each(works: Works, walker: Callable[..., Walker]) -> None:
    offer = shown(works, "helene", "offer", OFFER, "120")
    karim, helene = walker(390), walker(390)
    comes_in(karim, works.site, "karim")
    karim.go(f"{offer}#interest")
    karim.page.get_by_text(re.compile("intéresse")).first.click()
    karim.page.get_by_label("Combien en prendriez-vous ?").fill("60")
    karim.press(re.compile("^Prévenir"))
    settled(works)

    told(works, THURSDAY + timedelta(minutes=20))
    mail = opens_by_mail(helene, works, "helene", "Deux-Torrents")
    assert "karim@deux-torrents.example" not in mail.as_string(), "no address leaves before it is accepted"
    assert helene.page.context.cookies() == [], "a link in a mail signs nobody in"
    helene.press("Oui, leur réserver 60 palettes")
    helene.reads("c’est noté")
    settled(works)

    exchange = re.sub(r"[#?].*", "", karim.page.url)
    karim.go(exchange)
    proposes(karim)
    told(works, THURSDAY + timedelta(minutes=40))
    opens_by_mail(helene, works, "helene", "24 novembre")
    helene.press("Oui, ce créneau me convient")
    settled(works)

    told(works, TUESDAY + timedelta(hours=7, minutes=5))
    waits_for(works, "SELECT count(*) FROM read.exchange_step WHERE what = 'PickupAsked'", 1)
    told(works, TUESDAY + timedelta(hours=7, minutes=25))
    opens_by_mail(karim, works, "karim", "était prévu")
    karim.press(re.compile("^Oui, 60 palettes|^Oui, c’était|60 palettes"))
    settled(works)
    helene.go(offer, 404)
    assert works.site.rows("SELECT stage, confirmed FROM read.exchange") == [("confirmed", True)]
