"""Manners: nights are kept, days are not filled, and what waits is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from domain.members import InviteMember
from domain.places import Place
from domain.zones import OPERATOR, OpenZone
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.manners import Manners, QuietHours, quiet_hours
from marketplace.outbox import new_id
from marketplace.sending import Rules, Sender
from marketplace.settings import Misconfigured
from marketplace.smtp import Outcome
from tests.marketplace.test_outbox import LETTER, Post, post

__all__ = ["post"]

PARIS = ZoneInfo("Europe/Paris")
NIGHT = QuietHours(20, 7)


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (at(19, 59), at(19, 59)),
        (at(20), at(7, day=24)),
        (at(2), at(7)),
        (at(6, 59), at(7)),
        (at(7), at(7)),
    ],
)
def test_a_night_ends_in_the_morning_that_follows(now: datetime, leaves: datetime) -> None:
    assert NIGHT.over_at(now, PARIS) == leaves


def test_a_pause_at_noon_does_not_go_through_midnight() -> None:
    assert QuietHours(12, 14).over_at(at(13), PARIS) == at(14)
    assert QuietHours(12, 14).over_at(at(15), PARIS) == at(15)


def test_the_night_of_the_clock_change_ends_at_seven_on_the_wall() -> None:
    over = NIGHT.over_at(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), PARIS)
    assert over.astimezone(PARIS).hour == 7
    assert over == datetime(2026, 3, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize("setting", ["7-7", "0-24"])
def test_a_night_without_an_end_is_refused(setting: str) -> None:
    with pytest.raises(Misconfigured):
        quiet_hours(setting)


def test_no_night_is_a_setting_too() -> None:
    assert quiet_hours("none") is None
    assert quiet_hours("20-7") == NIGHT


@pytest.fixture
def at_night(post: Post) -> Iterator[Post]:
    clock = Clock(post.database.url, Role.OWNER)
    clock.set(at(22, 30).astimezone(UTC))
    post.clock.measure()
    yield post
    post.clock.measure()


def polite(post: Post, *, most_a_day: int = 5, quiet: QuietHours | None = NIGHT) -> Sender:
    manners = Manners(post.outbox, post.log, quiet=quiet, most_a_day=most_a_day)
    rules = Rules(return_path=lambda _mail: "site@example.org", manners=manners)
    return Sender(
        post.outbox, post.relay, post.marketplace, post.log, post.clock, rules=rules,
        writers={"sign_in": lambda mail, _now: replace(LETTER, subject=mail.id)},
    )  # fmt: skip


def exchange_mails(post: Post, number: int) -> None:
    for _mail in range(number):
        mail = post.digest(period="", kind="exchange", told="outcome", urgency=2)
        with post.connections.connection() as connection:
            post.outbox.post(connection, mail, LETTER)


def is_now(post: Post, moment: datetime) -> None:
    Clock(post.database.url, Role.OWNER).set(moment.astimezone(UTC))
    post.clock.measure()


def test_at_night_only_what_somebody_waits_for_leaves(at_night: Post) -> None:
    post, now = at_night, at_night.clock.now()
    exchange_mails(post, 2)
    post.outbox.post_sign_in(post.member_id, {}, now=now, until=now + timedelta(minutes=15))
    assert polite(post).work() == 1
    assert len(post.relay.taken) == 1
    is_now(post, at(6, 50, day=24))
    assert polite(post).work() == 0
    is_now(post, at(7, 1, day=24))
    assert polite(post).work() == 2
    assert {opened.mail.state for opened in post.outbox.recent(10)} == {"sent"}
    assert {opened.mail.attempts for opened in post.outbox.recent(10)} == {1}


def test_the_night_is_the_one_of_the_readers_zone(at_night: Post) -> None:
    post = at_night
    far = "member-of-martinique"
    asked: dict[str, Any] = {"actor": OPERATOR, "now": post.clock.now()}
    place = Place(Decimal(46), Decimal(6))
    names: dict[str, Any] = {"slug": "lamentin", "name": "Le Lamentin", "commune": "Le Lamentin", "place": place}
    post.marketplace.open_zone(
        OpenZone(zone_id="zone-lamentin", time_zone="America/Martinique", command_id=new_id(), **names, **asked)
    )
    post.marketplace.invite_member(
        InviteMember(
            member_id=far, home_zone="zone-lamentin", name="A", mail="a@example.org", command_id=new_id(), **asked
        )
    )
    manners = Manners(post.outbox, post.log, quiet=NIGHT, most_a_day=5)
    now = post.clock.now()
    assert manners.moment("exchange", far, "", now) == now
    assert manners.moment("exchange", post.member_id, "", now) == at(7, day=24)
    assert manners.moment("quote_request", "invitation-1", "zone-lamentin", now) == now


def test_beyond_the_days_number_mail_waits_for_the_next_morning_and_none_is_lost(post: Post) -> None:
    is_now(post, at(9))
    exchange_mails(post, 5)
    post.outbox.post_digest(post.digest(), LETTER)
    assert polite(post, most_a_day=2).work() == 2
    is_now(post, at(19))
    assert polite(post, most_a_day=2).work() == 0
    for day in (24, 25):
        is_now(post, at(8, day=day))
        assert polite(post, most_a_day=2).work() == 2
    assert {opened.mail.state for opened in post.outbox.recent(10)} == {"sent"}


def test_a_sign_in_mail_is_not_counted_nor_held_back(post: Post) -> None:
    is_now(post, at(9))
    exchange_mails(post, 2)
    sender = polite(post, most_a_day=2)
    sender.work()
    now = post.clock.now()
    for _mail in range(3):
        post.outbox.post_sign_in(post.member_id, {}, now=now, until=now + timedelta(minutes=15))
    assert sender.work() == 3


def test_what_waits_for_a_relay_that_is_away_is_not_tried_one_by_one(post: Post) -> None:
    is_now(post, at(9))
    exchange_mails(post, 4)
    post.relay.verdicts = [Outcome("postponed", 0, "no answer")]
    assert polite(post).work() == 1
    assert polite(post).work() == 3


def test_whoever_waits_has_a_hand_of_their_own(post: Post) -> None:
    is_now(post, at(9))
    exchange_mails(post, 2)
    now = post.clock.now()
    post.outbox.post_sign_in(post.member_id, {}, now=now, until=now + timedelta(minutes=15))
    rules = Rules(return_path=lambda _mail: "site@example.org", urgent_only=True)
    writers = {"sign_in": lambda mail, _now: replace(LETTER, subject=mail.id)}
    express = Sender(post.outbox, post.relay, post.marketplace, post.log, post.clock, rules=rules, writers=writers)  # type: ignore[arg-type]  # one kind of mail
    assert express.work() == 1
    assert [opened.mail.kind for opened in post.outbox.recent(10) if opened.mail.state == "sent"] == ["sign_in"]


def test_an_address_that_does_not_exist_gets_nothing_more_but_what_its_owner_asks_for(post: Post) -> None:
    is_now(post, at(9))
    exchange_mails(post, 2)
    post.relay.verdicts = [Outcome("refused", 550, "no such user", no_such_address=True)]
    polite(post).work()
    assert post.relay.taken == []
    assert {opened.mail.state for opened in post.outbox.recent(10)} == {"refused"}
    now = post.clock.now()
    post.outbox.post_sign_in(post.member_id, {}, now=now, until=now + timedelta(minutes=15))
    polite(post).work()
    assert len(post.relay.taken) == 1
