"""Reactions: what follows from an event by itself happens once, in order, and never for what is past."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

import psycopg
import pytest

from domain import zones
from domain.companies import AddRepresentative
from domain.listings import (
    ApproveListing,
    ListingApproved,
    ListingPosted,
    RejectListing,
    RequestAmendment,
    TakeBackDecision,
)
from domain.members import EraseMember
from domain.zones import OPERATOR, GrantRole, SetZonePolicy
from marketplace.database import Database, Role
from marketplace.eventlog import PrivateTextErased
from marketplace.outbox import Opened
from marketplace.reacting import Reactor
from marketplace.reactions import Reaction
from marketplace.reactions.counting_approvals import counting_approvals
from marketplace.reactions.telling_authors import NAME, TIME_TO_THINK, telling_authors
from marketplace.settings import Settings
from tests.marketplace.dealing import QUARTER, notifying
from tests.marketplace.town import ZONE, Town, town

TITLE = "80 palettes Europe, au sec"


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        here.marketplace.set_zone_policy(
            SetZonePolicy(**here.asked(), zone_id=ZONE, moderation="before", digest_weekday=1, digest_hour=7)
        )
        yield here


@pytest.fixture
def connection(here: Town) -> Iterator[psycopg.Connection[Any]]:
    with here.database.connect(Role.APPEND) as connection:
        yield connection


def reactor(here: Town, *reactions: Reaction) -> Reactor:
    return Reactor(here.database, here.log, here.outbox, reactions or (telling_authors(here.log),))


def post_pallets(here: Town) -> str:
    return here.post("sawmill", "PAL.EPAL1", "offer", TITLE, "80", "H87", {"condition": "B"})


def approve(here: Town, listing_id: str) -> None:
    here.marketplace.approve_listing(ApproveListing(**here.asked(), listing_id=listing_id, zone_id=ZONE))


def reject(here: Town, listing_id: str) -> None:
    command = RejectListing(
        **here.asked(), listing_id=listing_id, zone_id=ZONE, ground="unclear", sentence="Quel format, s’il vous plaît ?"
    )
    here.marketplace.reject_listing(command)


def caught_up(reacting: Reactor, connection: psycopg.Connection[Any]) -> None:
    reacting.catch_up(connection, threading.Event())


def decisions(here: Town, later: timedelta = QUARTER) -> list[Opened]:
    """The mails about decisions once that much time went by, the newest first."""
    here.clock.advance(later)
    notifying(here).tick()
    return [opened for opened in here.outbox.recent(100) if opened.mail.kind == "decision"]


def said(opened: Opened, kind: str = "plain") -> str:
    part = read(opened).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def read(opened: Opened) -> EmailMessage:
    assert opened.letter is not None
    return message_from_string(opened.letter.source, policy=policy.default)


def test_the_author_is_told_of_a_rejection_with_its_reason_and_where_the_statement_stands(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    unclear = post_pallets(here)
    reject(here, unclear)
    caught_up(reacting, connection)
    (rejected,) = decisions(here)
    assert read(rejected)["To"] == "Léa Dupont <lea@example.org>"
    assert read(rejected)["Subject"] == f"Non publiée : {TITLE}"
    for kind in ("plain", "html"):
        text = said(rejected, kind)
        assert "Il manque une précision nécessaire" in text
        assert "Quel format, s’il vous plaît ?" in text
        assert f"/listings/{unclear}/amend" in text
        assert f"/statements/{unclear}/1" in text


def test_decisions_of_a_quarter_of_an_hour_are_one_mail_and_reasons_stand_in_it(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    online, unclear = [post_pallets(here) for _number in range(12)], post_pallets(here)
    for listing in online:
        approve(here, listing)
    caught_up(reacting, connection)
    (batch,) = decisions(here)
    assert read(batch)["Subject"] == "12 de vos annonces sont en ligne"
    for kind in ("plain", "html"):
        assert all(f"/listings/{listing}" in said(batch, kind) for listing in online)
    one = post_pallets(here)
    approve(here, one)
    reject(here, unclear)
    caught_up(reacting, connection)
    mixed, _batch = decisions(here)
    assert read(mixed)["Subject"] == "2 décisions sur vos annonces"
    for text in (f"En ligne : {TITLE}", "Quel format, s’il vous plaît ?", f"/statements/{unclear}/1"):
        assert text in said(mixed).replace("\u00a0", " ")
    caught_up(reacting, connection)
    assert len(decisions(here)) == 2


def test_the_last_decision_about_a_listing_is_the_one_that_is_told(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    listing = post_pallets(here)
    approve(here, listing)
    reject(here, listing)
    caught_up(reacting, connection)
    assert [read(opened)["Subject"] for opened in decisions(here)] == [f"Non publiée : {TITLE}"]


def ask(here: Town, listing_id: str) -> None:
    words = {"ground": "unclear", "sentence": "Quel format, s’il vous plaît ?"}
    here.marketplace.request_amendment(
        RequestAmendment(**here.asked(), listing_id=listing_id, zone_id=ZONE, **words)  # type: ignore[arg-type]
    )


def take_back(here: Town, listing_id: str, version: int) -> None:
    command = TakeBackDecision(**here.asked(), listing_id=listing_id, zone_id=ZONE, decided_version=version)
    here.marketplace.take_back_decision(command)


def test_who_is_asked_for_a_change_reads_which_and_that_nothing_is_lost(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    listing = post_pallets(here)
    ask(here, listing)
    caught_up(reacting, connection)
    (asked,) = decisions(here)
    mail = read(asked)
    assert mail["Subject"] == f"À corriger : {TITLE}"
    for text in ("Quel format, s’il vous plaît ?", "rien n’est perdu", f"/listings/{listing}/amend"):
        assert text in said(asked)


def test_what_is_taken_back_before_it_was_told_is_told_to_nobody(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    listing = post_pallets(here)
    reject(here, listing)
    caught_up(reacting, connection)
    take_back(here, listing, 1)
    caught_up(reacting, connection)
    assert decisions(here) == []


def test_no_mail_tells_a_decision_of_the_last_minute(here: Town, connection: psycopg.Connection[Any]) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    first, last = post_pallets(here), post_pallets(here)
    approve(here, first)
    here.clock.advance(QUARTER - TIME_TO_THINK / 2)
    reject(here, last)
    caught_up(reacting, connection)
    (told,) = decisions(here, TIME_TO_THINK / 2)
    assert read(told)["Subject"] == f"En ligne : {TITLE}"
    take_back(here, last, 1)
    caught_up(reacting, connection)
    assert decisions(here) == [told], "nobody had been told"


def test_who_was_told_of_a_decision_is_told_that_it_is_taken_back(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    listing = post_pallets(here)
    reject(here, listing)
    caught_up(reacting, connection)
    assert len(decisions(here)) == 1
    take_back(here, listing, 1)
    caught_up(reacting, connection)
    taken, _rejected = decisions(here)
    assert read(taken)["Subject"] == f"Décision reprise : {TITLE}"


def test_a_company_whose_listings_were_approved_so_often_is_trusted(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    policy = {"moderation": "trusted", "digest_weekday": 1, "digest_hour": 7, "trusted_after": 2}
    here.marketplace.set_zone_policy(SetZonePolicy(**here.asked(), zone_id=ZONE, **policy))  # type: ignore[arg-type]
    reacting = reactor(here, counting_approvals(here.marketplace, here.log, here.clock))
    reacting.begin(connection)
    first, second = post_pallets(here), post_pallets(here)
    for listing in (first, second):
        assert awaited(here, listing) == (ZONE,)
        approve(here, listing)
    caught_up(reacting, connection)
    assert awaited(here, post_pallets(here)) == ()
    take_back(here, second, 1)
    caught_up(reacting, connection)
    assert awaited(here, post_pallets(here)) == (ZONE,)


def awaited(here: Town, listing_id: str) -> tuple[str, ...]:
    posted = here.log.history(listing_id)[0].event
    assert isinstance(posted, ListingPosted)
    return posted.awaiting


def test_what_is_past_when_a_reaction_is_first_run_causes_nothing(
    here: Town, connection: psycopg.Connection[Any]
) -> None:
    approve(here, post_pallets(here))
    reacting = reactor(here)
    reacting.begin(connection)
    caught_up(reacting, connection)
    assert decisions(here) == []
    approve(here, post_pallets(here))
    caught_up(reacting, connection)
    assert len(decisions(here)) == 1


def test_an_event_is_reacted_to_once_however_often_it_is_read(here: Town, connection: psycopg.Connection[Any]) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    ((start,),) = connection.execute("SELECT position FROM log.reaction WHERE name = %s", [NAME]).fetchall()
    approve(here, post_pallets(here))
    caught_up(reacting, connection)
    connection.execute("UPDATE log.reaction SET position = %s WHERE name = %s", [start, NAME])
    caught_up(reactor(here), connection)
    assert len(decisions(here)) == 1


def test_a_mail_and_the_position_are_written_as_one(here: Town, connection: psycopg.Connection[Any]) -> None:
    telling = telling_authors(here.log)
    reacting = reactor(here, telling)
    reacting.begin(connection)
    approve(here, post_pallets(here))
    # Someone else moves the position meanwhile: what this reactor was about to write must not stay.
    moved = Reaction(telling.name, telling.events, lambda recorded: _moving(here, telling, recorded))
    with pytest.raises(psycopg.OperationalError):
        caught_up(reactor(here, moved), connection)
    assert decisions(here) == []
    caught_up(reacting, connection)
    assert decisions(here) == [], "the other one moved past it"


def _moving(here: Town, telling: Reaction, recorded: Any) -> Any:
    mails = list(telling.react(recorded))
    with here.database.connect(Role.APPEND) as other:
        other.execute("UPDATE log.reaction SET position = log.head() WHERE name = %s", [telling.name])
    return mails


def test_a_broken_event_stops_only_its_reaction_and_shows(here: Town, connection: psycopg.Connection[Any]) -> None:
    def fails(_recorded: object) -> Any:
        raise ValueError("cannot be read")

    broken = Reaction("broken", frozenset({ListingApproved}), fails)
    reacting = reactor(here, broken, telling_authors(here.log))
    reacting.begin(connection)
    approve(here, post_pallets(here))
    caught_up(reacting, connection)
    assert len(decisions(here)) == 1
    rows = connection.execute("SELECT name, error FROM log.reaction WHERE since IS NOT NULL").fetchall()
    assert rows == [("broken", "cannot be read")]


@pytest.mark.parametrize("fault", [PrivateTextErased(), AttributeError("a slip of ours")])
def test_a_reaction_that_fails_otherwise_than_foreseen_is_tried_again(
    here: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr("marketplace.reacting.RETRY_STOPPED", 0.05)
    monkeypatch.setattr("marketplace.reacting.POLL", 0.05)
    faults = [fault]
    reacted = threading.Event()

    def fails_once(_recorded: object) -> Any:
        if faults:
            raise faults.pop()
        reacted.set()
        return []

    reacting = reactor(here, Reaction("slips", frozenset({ListingApproved}), fails_once))
    with here.database.connect(Role.APPEND) as connection:
        reacting.begin(connection)
    stop = threading.Event()
    thread = threading.Thread(target=reacting.run, args=[stop], daemon=True)
    thread.start()
    approve(here, post_pallets(here))
    assert reacted.wait(10), "the reactor is dead"
    stop.set()
    thread.join()


def test_nobody_is_told_of_a_decision_of_their_own(here: Town, connection: psycopg.Connection[Any]) -> None:
    lea = here.members["sawmill"]
    listing_id = post_pallets(here)
    zone = here.log.load(ZONE, zones.evolve).state
    assert zone is not None
    for other in zone.reviewers:  # who else could decide is of the same company
        joining = AddRepresentative(**here.asked(), company_id=here.companies["sawmill"], member_id=other)
        here.marketplace.add_representative(joining)
    here.marketplace.grant_role(GrantRole(**here.asked(), zone_id=ZONE, member_id=lea, role="moderator"))
    reacting = reactor(here)
    reacting.begin(connection)
    here.marketplace.approve_listing(ApproveListing(**here.by("sawmill"), listing_id=listing_id, zone_id=ZONE))
    caught_up(reacting, connection)
    assert lea not in {opened.mail.member_id for opened in decisions(here)}


def test_nobody_is_told_who_is_no_longer_there(here: Town, connection: psycopg.Connection[Any]) -> None:
    reacting = reactor(here)
    reacting.begin(connection)
    listing_id = post_pallets(here)
    lea = here.members["sawmill"]
    here.marketplace.erase_member(EraseMember(**here.asked(OPERATOR), member_id=lea))
    here.log.erase(lea)
    approve(here, listing_id)
    caught_up(reacting, connection)
    assert decisions(here) == []
