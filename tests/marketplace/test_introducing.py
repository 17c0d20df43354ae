"""A facilitator introduces two companies: each is written to about the other's listing, once, and nobody else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from domain.listings import WithdrawListing
from domain.matches import IntroduceMatch
from domain.reasons import Reason
from marketplace.database import Database, Role
from marketplace.outbox import Opened
from marketplace.reacting import Reactor
from marketplace.reactions.introducing import introducing
from marketplace.settings import Settings
from tests.marketplace.town import ZONE, Town, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def introduced(here: Town, *, gone: bool = False) -> list[Opened]:
    """The sawmill's pallets and the bakery's request, introduced; and the mails that this led to."""
    offer = here.post("sawmill", "PAL.EPAL1", "offer", "80 palettes Europe", "80", "H87", {"condition": "B"})
    request = here.post("bakery", "PAL.EPAL1", "request", "Cherche palettes", "60", "H87", {"condition": "B"})
    with here.database.connect(Role.APPEND) as connection:
        reactor = Reactor(here.database, here.log, here.outbox, [introducing(here.settings, here.log)])
        reactor.begin(connection)
        here.marketplace.introduce_match(
            IntroduceMatch(
                **here.asked(),
                listing_id=offer,
                other_listing_id=request,
                zone_id=ZONE,
                points=88,
                reasons=(Reason("distance", {"metres": "630"}),),
            )
        )
        if gone:
            here.marketplace.withdraw_listing(WithdrawListing(**here.by("sawmill"), listing_id=offer))
        for _time in range(2):
            reactor.catch_up(connection, threading.Event())
    return [opened for opened in here.outbox.recent(100) if opened.mail.template.startswith("introduction")]


def test_both_companies_are_written_to_about_each_others_listing(here: Town) -> None:
    mails = introduced(here)
    assert len({opened.mail.member_id for opened in mails}) == len(mails) == 2
    sources = {opened.letter.subject for opened in mails if opened.letter}
    assert any("80 palettes Europe" in subject for subject in sources)
    assert any("Cherche palettes" in subject for subject in sources)


def test_nobody_is_written_to_about_what_is_withdrawn_meanwhile(here: Town) -> None:
    assert introduced(here, gone=True) == []
