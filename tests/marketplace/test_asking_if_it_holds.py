"""A week before a listing ends its author is asked, once: in a mail of its own, or with what else there is to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from domain.listings import AmendListing, Draft, ListingEnding, RenewListing, evolve, last_day
from domain.members import SetMailPreferences
from marketplace import still_true
from marketplace.application import CARRIED_OVER
from marketplace.database import Database
from marketplace.falling_due import asking
from marketplace.reactions.telling_owners import telling_owners
from marketplace.reactions.telling_parties import telling_parties
from marketplace.settings import Settings
from marketplace.tokens import Signer
from tests.marketplace.dealing import Reacting, mails, parsed, reacting, said
from tests.marketplace.town import Town, days, town

PALLETS = "50 palettes Europe 80×120, bon état"


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


@pytest.fixture
def at(here: Town) -> Iterator[Reacting]:
    with reacting(here, telling_owners(here.log), telling_parties(here.log)) as at:
        yield at


def ask(here: Town) -> int:
    here.settle()
    return asking(here.marketplace, here.clock, here.pools[1]).tick()


def asked(here: Town) -> list[str]:
    """The listings that were asked about, in order."""
    return [each.stream for each in here.log.read(0, 10_000) if isinstance(each.event, ListingEnding)]


def owner(here: Town, listing_id: str) -> str:
    listing = here.log.load(listing_id, evolve).state
    assert listing is not None
    return listing.company_id


def end_of(here: Town, listing_id: str) -> datetime:
    listing = here.log.load(listing_id, evolve).state
    assert listing is not None
    assert listing.expires_at is not None
    return listing.expires_at


def amend(here: Town, listing_id: str, ends_at: datetime) -> None:
    """The sawmill says anew until which day it stands, and nothing else."""
    listing = here.log.load(listing_id, evolve).state
    assert listing is not None
    said = listing.content
    kept = {name: getattr(said, name) for name in Draft.__struct_fields__ if name in CARRIED_OVER}
    words = {"title": str(said.title), "description": str(said.description), "attributes": said.answers}
    draft = Draft(**{**kept, **words, "available_to": last_day(ends_at)})
    here.marketplace.amend_listing(AmendListing(listing_id=listing_id, draft=draft, **here.by("sawmill")))


def test_every_author_is_asked_once_and_a_renewal_asks_anew(here: Town, at: Reacting) -> None:
    here.clock.advance(days(52))
    assert ask(here) == 0
    here.clock.advance(days(2))
    assert ask(here) == len(set(asked(here))) == 10
    assert ask(here) == 0
    at.post()
    assert len(mails(here)) == len(here.members)
    listing = asked(here)[0]
    trade = next(trade for trade, company in here.companies.items() if company == owner(here, listing))
    here.marketplace.renew_listing(RenewListing(listing_id=listing, **here.by(trade)))
    here.clock.advance(days(54))
    assert ask(here) == 1
    assert asked(here)[-1] == listing


def test_going_back_to_a_day_that_was_asked_about_is_asked_about_again(here: Town, at: Reacting) -> None:
    """Else the clock would take the answer it was given the first time for one to this question, for ever."""
    here.clock.advance(days(54))
    ask(here)
    listing = next(each for each in asked(here) if owner(here, each) == here.companies["sawmill"])
    end = end_of(here, listing)
    for until in (end - days(1), end, end - days(1)):
        amend(here, listing, until)
        assert [ask(here), ask(here)] == [1, 0]
    assert asked(here).count(listing) == 4


def test_the_mail_names_what_ends_and_its_links_answer_for_it(here: Town, at: Reacting) -> None:
    here.clock.advance(days(54))
    ask(here)
    at.post()
    (mine,) = [each for each in mails(here) if each.letter and each.letter.to == "lea@example.org"]
    assert mine.letter is not None
    assert mine.letter.subject == "4 de vos annonces se terminent bientôt"
    text = said(mine)
    assert PALLETS in text
    token = re.findall(r"/still-true/(\S+)", text)[0]
    question = still_true.read(Signer(here.settings.secret.encode()), token, here.clock.now())
    assert question is not None
    assert question.member_id == here.members["sawmill"]
    assert parsed(mine)["List-Unsubscribe"] is None


def test_what_was_renewed_meanwhile_or_is_not_wanted_is_not_mailed(here: Town, at: Reacting) -> None:
    wishes: dict[str, Any] = {"frequency": "weekly", "topics": ("matches",), "language": "fr"}
    here.marketplace.set_mail_preferences(
        SetMailPreferences(**here.by("bakery"), member_id=here.members["bakery"], **wishes)
    )
    here.clock.advance(days(54))
    ask(here)
    for listing in asked(here):
        if owner(here, listing) == here.companies["sawmill"]:
            here.marketplace.renew_listing(RenewListing(listing_id=listing, **here.by("sawmill")))
    at.post()
    assert {each.letter.to for each in mails(here) if each.letter} == {"moira@example.org"}
