"""Invitations and summaries: written when they leave, repeated once, and only while somebody waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from msgspec.structs import replace

from domain.members import InviteMember, JoinMember, StopMail
from domain.notices import NotifyZone
from domain.zones import GrantRole, SetZonePolicy
from marketplace.database import Database
from marketplace.inviting import PURPOSE, Invitations, invitation_writer
from marketplace.outbox import new_id
from marketplace.queue_summary import QueueSummaries
from marketplace.sending import Rules, Sender
from marketplace.settings import Settings
from marketplace.tokens import Signer
from tests.marketplace.test_outbox import Relay
from tests.marketplace.town import ZONE, Town, town


@pytest.fixture(scope="module")
def guest() -> str:
    return f"member-{new_id()}"


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def invite(here: Town, guest: str) -> None:
    command = InviteMember(
        member_id=guest, home_zone=ZONE, name="Zoé", mail="zoe@example.org", language="fr", **here.asked()
    )
    here.marketplace.invite_member(command)


def sender(here: Town, relay: Relay) -> Sender:
    settings = replace(here.settings, base_url="https://site.example", mail_from="site@example.org")
    return Sender(
        here.outbox, relay, here.marketplace, here.log, here.clock,
        rules=Rules(return_path=lambda _mail: "site@example.org"),
        writers={"invitation": invitation_writer(settings, here.log)},
    )  # fmt: skip


def text(source: str | bytes) -> str:
    said = source.decode() if isinstance(source, bytes) else source
    body = message_from_string(said, policy=policy.default).get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


def test_an_invitation_leaves_is_repeated_once_and_then_no_more(here: Town, guest: str) -> None:
    invite(here, guest)
    relay, invitations = Relay(), Invitations(here.outbox, here.log, here.clock)
    assert invitations.post(guest)
    assert not invitations.post(guest)
    sender(here, relay).work()
    source = relay.taken[0][1].decode()
    assert "Zoé" in text(source)
    link = text(source).split("/invitation/")[1].split()[0]
    signer, now = Signer(here.settings.secret.encode()), here.clock.now()
    assert signer.read(PURPOSE, link, now=now) == guest
    assert signer.read(PURPOSE, link, now=now + timedelta(days=15)) is None
    assert "List-Unsubscribe-Post" in source
    opened = [opened for opened in here.outbox.recent(9) if opened.mail.kind == "invitation"]
    assert [each.letter for each in opened] == [None]  # what opens the door is kept nowhere
    assert invitations.tick() == 0
    here.clock.advance(timedelta(days=8))
    assert invitations.tick() == 1
    assert invitations.tick() == 0
    sender(here, relay).work()
    assert len(relay.taken) == 2
    assert "rappel" in text(relay.taken[1][1]) or "reminder" in text(relay.taken[1][1])
    here.clock.advance(timedelta(days=8))
    assert invitations.tick() == 0


@pytest.mark.parametrize("answer", ["joined", "stopped"])
def test_whoever_answers_is_not_reminded(here: Town, guest: str, answer: str) -> None:
    invite(here, guest)
    relay, invitations = Relay(), Invitations(here.outbox, here.log, here.clock)
    invitations.post(guest)
    sender(here, relay).work()
    if answer == "joined":
        here.marketplace.join_member(JoinMember(member_id=guest, **here.asked(f"member:{guest}")))
    else:
        here.marketplace.stop_mail(StopMail(member_id=guest, by="one_click", **here.asked(f"member:{guest}")))
    here.clock.advance(timedelta(days=8))
    assert invitations.tick() == 0
    assert invitations.tick() == 0
    assert len(relay.taken) == 1
    assert invitations.post(guest) is (answer == "stopped")
    sender(here, relay).work()
    assert len(relay.taken) == 1  # nor is whoever wants no mail, however often they are invited


def test_a_moderator_hears_once_a_day_of_what_waits_and_only_then(here: Town) -> None:
    summaries = QueueSummaries(here.settings, here.outbox, here.log, here.clock, here.pools[1])
    reader = here.members["mill"]
    here.marketplace.grant_role(GrantRole(zone_id=ZONE, member_id=reader, role="moderator", **here.asked()))
    assert summaries.tick() == 0
    policy = SetZonePolicy(zone_id=ZONE, moderation="before", digest_weekday=1, digest_hour=7, **here.asked())
    here.marketplace.set_zone_policy(policy)
    here.post(
        "sawmill", "PAL.EPAL1", "offer", "12 palettes", "12", "H87", {"condition": "B", "ownership": "exchange_pool"}
    )
    here.settle()
    assert summaries.tick() == 0  # it came in a moment ago
    said: dict[str, Any] = {"where": "la page 3", "reason": "rules", "why": "Démarchage.", "good_faith": True}
    notice = NotifyZone(**here.asked("guest:notice-1"), notice_id="notice-1", zone_id=ZONE, **said)
    here.marketplace.notify_zone(notice)
    here.settle()
    here.clock.set(datetime(2026, 11, 19, 12, 30, tzinfo=UTC))
    assert summaries.tick() == 1
    assert summaries.tick() == 0
    (opened,) = [opened for opened in here.outbox.recent(9) if opened.mail.kind == "summary"]
    assert opened.letter is not None
    assert opened.letter.to == "moira@example.org"
    assert "/z/jourdies/moderation" in text(opened.letter.source)
    assert "/z/jourdies/objections" in text(opened.letter.source), "notices and appeals wait for them too"
    here.clock.set(datetime(2026, 11, 21, 12, 30, tzinfo=UTC))
    assert summaries.tick() == 0  # a Saturday
    chief = {"member_id": here.members["bakery"], "role": "administrator"}
    here.marketplace.grant_role(GrantRole(zone_id=ZONE, **chief, **here.asked()))  # type: ignore[arg-type]
    here.clock.set(datetime(2026, 11, 23, 12, 30, tzinfo=UTC))
    assert summaries.tick() == 2, "past what the zone promises, its administrators hear of it too"
    written = [opened.letter for opened in here.outbox.recent(2)]
    assert {letter.to for letter in written if letter} == {"karim@example.org", "moira@example.org"}
    assert all(letter.subject.startswith(("En retard", "Late")) for letter in written if letter)
