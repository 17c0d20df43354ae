"""Mails about notices, appeals and suspensions: both sides are told, and neither learns who the other is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from domain.companies import ReinstateCompany, SuspendCompany
from domain.listings import (
    DecideAppeal,
    DecideNotice,
    LodgeAppeal,
    NotifyListing,
    RejectListing,
    WithdrawListing,
)
from domain.notices import NotifyZone
from domain.zones import GrantRole
from marketplace.database import Database, Role
from marketplace.outbox import Opened
from marketplace.reacting import Reactor
from marketplace.reactions.telling_objectors import telling_objectors
from marketplace.settings import Settings
from tests.marketplace.test_reactions import TITLE, post_pallets, read
from tests.marketplace.town import ZONE, Town, town

SAID: dict[str, Any] = {
    "reason": "rules",
    "why": "canary-why",
    "name": "Zoé Martin",
    "mail": "zoe@ailleurs.example",
    "good_faith": True,
}


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def mails(here: Town) -> dict[str, Opened]:
    """The mails of this kind, by whom they are to and what they say first."""
    found = [opened for opened in here.outbox.recent(100) if opened.mail.kind == "objection"]
    return {f"{opened.letter.to}: {opened.letter.subject}": opened for opened in found if opened.letter}


def plain(opened: Opened) -> str:
    body = read(opened).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_what_was_closed_meanwhile_is_not_said_to_be_online_and_who_decided_hears_of_the_appeal(here: Town) -> None:
    reacting = Reactor(here.database, here.log, here.outbox, (telling_objectors(here.settings, here.log),))
    moderator: Any = {"zone_id": ZONE, "member_id": here.members["mill"], "role": "moderator"}
    here.marketplace.grant_role(GrantRole(**here.asked(), **moderator))
    with here.database.connect(Role.APPEND) as connection:
        reacting.begin(connection)
        listing = post_pallets(here)
        about: dict[str, Any] = {"listing_id": listing, "zone_id": ZONE}
        notice: dict[str, Any] = {**about, "notice_id": "notice-1"}
        here.marketplace.notify_listing(NotifyListing(**here.asked("guest:notice-1"), **notice, **SAID))
        refusal = RejectListing(**here.by("mill"), **about, ground="unclear", sentence="Quel format ?")
        against = here.marketplace.reject_listing(refusal).version
        appeal: dict[str, Any] = {**about, "appeal_id": "appeal-1"}
        here.marketplace.lodge_appeal(LodgeAppeal(**here.by("sawmill"), **appeal, against=against, why="80×120."))
        here.marketplace.withdraw_listing(WithdrawListing(**here.by("sawmill"), listing_id=listing))
        here.marketplace.decide_notice(DecideNotice(**here.asked(), **notice, outcome="kept", sentence="Vu."))
        here.marketplace.decide_appeal(DecideAppeal(**here.asked(), **appeal, outcome="granted", sentence="Exact."))
        reacting.catch_up(connection, threading.Event())
    told = {subject: plain(opened) for subject, opened in mails(here).items()}
    assert "Elle a été close" in told[f"zoe@ailleurs.example: Réponse à votre signalement : {TITLE}"]
    assert "n’est plus montrée" in told[f"lea@example.org: Votre annonce a été signalée : {TITLE}"]
    assert "close depuis, le reste" in told[f"lea@example.org: Recours accepté : {TITLE}"]
    assert "/record/listing-" in told[f"moira@example.org: Your decision is taken back on appeal: {TITLE}"]


def test_whoever_gave_notice_and_the_company_are_told_and_neither_of_the_other(here: Town) -> None:
    reacting = Reactor(here.database, here.log, here.outbox, (telling_objectors(here.settings, here.log),))
    with here.database.connect(Role.APPEND) as connection:
        reacting.begin(connection)
        listing = post_pallets(here)
        notice: dict[str, Any] = {"listing_id": listing, "zone_id": ZONE, "notice_id": "notice-1"}
        here.marketplace.notify_listing(NotifyListing(**{**here.asked(), "actor": "guest:notice-1"}, **notice, **SAID))
        unsigned = {**SAID, "mail": "", "notice_id": "notice-2", "where": "la page 3"}
        here.marketplace.notify_zone(
            NotifyZone(**{**here.asked(), "actor": "guest:notice-2"}, zone_id=ZONE, **unsigned)
        )
        answer = DecideNotice(**here.asked(), **notice, outcome="kept", sentence="canary-answer")
        here.marketplace.decide_notice(answer)
        company: dict[str, Any] = {"company_id": here.companies["sawmill"], "zone_id": ZONE}
        here.marketplace.suspend_company(SuspendCompany(**here.asked(), **company, reason="canary-reason"))
        here.marketplace.reinstate_company(ReinstateCompany(**here.asked(), **company))
        reacting.catch_up(connection, threading.Event())
    told = mails(here)
    zone = here.log.history(ZONE)[0].event.name  # type: ignore[attr-defined]
    assert set(told) == {
        f"zoe@ailleurs.example: Votre signalement est bien reçu : {TITLE}",
        f"zoe@ailleurs.example: Réponse à votre signalement : {TITLE}",
        f"lea@example.org: Votre annonce a été signalée, elle reste en ligne : {TITLE}",
        f"lea@example.org: {zone} suspend votre entreprise",
        f"lea@example.org: {zone} montre à nouveau votre entreprise",
    }
    for subject, opened in told.items():
        message = read(opened)
        for kind in ("plain", "html"):
            part = message.get_body((kind,))
            assert part is not None
            said = part.get_content()
            if subject.startswith("lea"):
                assert "Zoé" not in said
                assert "zoe@" not in said
                assert "canary-why" not in said
            else:
                assert "Léa" not in said
        if "suspend votre" in subject:
            plain = message.get_body(("plain",))
            assert plain is not None
            for label in ("Ce qui est décidé", "Les faits", "Fondement légal ou contractuel", "/statements/company-"):
                assert label in plain.get_content()
