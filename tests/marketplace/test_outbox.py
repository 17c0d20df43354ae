"""The outbox and its senders: at most two identical copies, none lost, whoever dies at whichever point."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from uuid_utils import uuid7

from domain import digests
from domain.members import InviteMember, StopMail
from domain.places import Place
from domain.streams import EVENTS
from domain.zones import OPERATOR, OpenZone
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.outbox import KEPT, Connections, Letter, Mail, Outbox, keyring, new_id
from marketplace.sending import Rules, Sender
from marketplace.smtp import Outcome

ZONE = "zone-jourdies"
LETTER = Letter("lea@example.org", "3 nouveautés", "Subject: 3\r\n\r\nBonjour\r\n")


class Killed(BaseException):
    """The process dies here."""


class Relay:
    """A relay on a string: it does what `verdicts` say in turn, then takes everything."""

    name = "smtp"

    def __init__(self) -> None:
        self.verdicts: list[Outcome | type[BaseException]] = []
        self.taken: list[tuple[str, bytes]] = []
        self.before: Callable[[], None] = lambda: None

    def deliver(self, _sender: str, recipient: str, message: bytes, may_send: Callable[[], bool]) -> Outcome:
        self.before()
        outcome = self.verdicts.pop(0) if self.verdicts else Outcome("sent", 250)
        if isinstance(outcome, Outcome) and outcome.verdict == "postponed":
            return outcome
        if not may_send():
            return Outcome("fenced")
        if not isinstance(outcome, Outcome):
            raise outcome
        if outcome.verdict in {"sent", "unknown"}:
            self.taken.append((recipient, message))
        return outcome

    def close(self) -> None:
        """Nothing is open."""


class Post(Struct, frozen=True):
    """A site with one zone and one member, and everything a sender needs."""

    outbox: Outbox
    marketplace: Marketplace
    log: EventLog
    clock: Clock
    relay: Relay
    member_id: str
    connections: Connections
    database: Database

    def sender(self) -> Sender:
        return Sender(
            self.outbox, self.relay, self.marketplace, self.log, self.clock,
            rules=Rules(return_path=lambda _mail: "site@example.org"),
            writers={"sign_in": lambda mail, _now: replace(LETTER, subject=mail.details["to"])},
        )  # fmt: skip

    def digest(self, period: str = "2026-W48", **changes: Any) -> Mail:
        now = self.clock.now()
        mail = Mail(
            id=new_id(), kind="digest", member_id=self.member_id, state="due", told="nothing", zone_id=ZONE,
            period=period, sha256=LETTER.sha256, template="weekly_digest/1", items=("listing-1", "match-1"),
            subjects=(self.member_id, "company-1"), created_at=now, due_at=now, give_up_at=now + timedelta(days=5),
        )  # fmt: skip
        return replace(mail, **changes)

    def state(self, mail: Mail) -> str:
        found = self.outbox.message(mail.id)
        assert found is not None
        return found.mail.state

    def events(self, mail: Mail) -> list[str]:
        return [type(recorded.event).__name__ for recorded in self.log.history(mail.digest_id)]

    def lapse(self) -> None:
        """Let every lease end, and every pause."""
        with self.connections.connection() as connection:
            connection.execute("UPDATE site.outbox SET lease_until = '2000-01-01' WHERE lease_until IS NOT NULL")
            connection.execute("UPDATE site.outbox SET due_at = created_at WHERE state = 'due'")


@pytest.fixture
def post(database: Database) -> Iterator[Post]:
    clock = Clock(database.url)
    log = EventLog(database.url, Registry(*EVENTS), clock)
    marketplace = Marketplace(log, secret=b"a secret of tests")
    member_id = f"member-{uuid7()}"

    def asked() -> dict[str, Any]:
        return {"actor": OPERATOR, "now": clock.now(), "command_id": str(uuid7())}

    place = Place(Decimal("46.06350"), Decimal("6.37240"))
    marketplace.open_zone(
        OpenZone(
            zone_id=ZONE,
            slug="jourdies",
            name="Les Jourdies",
            commune="Saint-Pierre",
            place=place,
            time_zone="Europe/Paris",
            **asked(),
        )
    )
    marketplace.invite_member(
        InviteMember(member_id=member_id, home_zone=ZONE, name="Léa", mail="lea@example.org", **asked())
    )
    with database.pool(Role.APPEND, max_size=4) as connections:
        yield Post(
            Outbox(connections, keyring(connections)),
            marketplace,
            log,
            clock,
            Relay(),
            member_id,
            connections,
            database,
        )
    log.close()


def test_a_digest_leaves_once_and_the_log_knows(post: Post) -> None:
    mail = post.digest()
    assert post.outbox.post_digest(mail, LETTER)
    assert post.sender().work() == 1
    assert post.sender().work() == 0
    assert post.relay.taken == [("lea@example.org", LETTER.source.encode())]
    assert post.events(mail) == ["DigestPrepared", "DigestSent"]
    prepared = post.log.history(mail.digest_id)[0].event
    assert isinstance(prepared, digests.DigestPrepared)
    assert (prepared.items, prepared.sha256) == (("listing-1", "match-1"), LETTER.sha256)


def test_one_member_and_period_have_one_row_whoever_writes_it(post: Post) -> None:
    assert post.outbox.post_digest(post.digest(), LETTER)
    assert not post.outbox.post_digest(post.digest(), replace(LETTER, subject="another"))
    assert not post.outbox.skip_digest(post.digest(state="skipped", why="nothing_to_say", settled_at=post.clock.now()))
    assert post.outbox.without_digest([post.member_id, "member-2"], "2026-W48") == ["member-2"]


def test_an_empty_week_is_told_to_the_log_as_well(post: Post) -> None:
    mail = post.digest(state="skipped", why="nothing_to_say", settled_at=post.clock.now(), items=())
    assert post.outbox.skip_digest(mail)
    post.sender().work()
    assert post.events(mail) == ["DigestSkipped"]
    assert post.relay.taken == []


def test_not_now_waits_longer_each_time(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    waits = []
    for _try in range(3):
        post.relay.verdicts = [Outcome("postponed", 451, "later")]
        post.sender().work()
        found = post.outbox.message(mail.id)
        assert found is not None
        waits.append(found.mail.due_at - post.clock.now())
        post.lapse()
    assert timedelta(0) < waits[0] < waits[1] < waits[2]
    post.sender().work()
    assert post.events(mail) == ["DigestPrepared", "DigestSent"]


def test_never_is_final_and_an_address_that_does_not_exist_stops_the_mail(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.relay.verdicts = [Outcome("refused", 550, "no such user", no_such_address=True)]
    post.sender().work()
    assert post.events(mail) == ["DigestPrepared", "DigestRefused"]
    assert type(post.log.history(post.member_id)[-1].event).__name__ == "MailStopped"


def test_silence_after_the_text_is_tried_once_more_identical_then_unknown(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.relay.verdicts = [Outcome("unknown"), Outcome("unknown")]
    post.sender().work()
    assert post.state(mail) == "due"
    post.lapse()
    post.sender().work()
    post.lapse()
    post.sender().work()
    assert len(post.relay.taken) == 2
    assert len(set(post.relay.taken)) == 1
    assert post.events(mail) == ["DigestPrepared", "DigestUnknown"]
    assert post.outbox.told_before(post.member_id) == frozenset()


def test_what_a_sent_or_waiting_digest_speaks_of_is_not_told_again(post: Post) -> None:
    post.outbox.post_digest(post.digest(), LETTER)
    assert post.outbox.told_before(post.member_id) == {"listing-1", "match-1"}
    post.sender().work()
    assert post.outbox.told_before(post.member_id) == {"listing-1", "match-1"}


def test_a_sender_that_dies_before_the_text_leaves_costs_nothing(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)

    def die() -> None:
        raise Killed

    post.relay.before = die
    with pytest.raises(Killed):
        post.sender().work()
    assert post.state(mail) == "claimed"
    post.relay.before = lambda: None
    assert post.sender().work() == 0
    post.lapse()
    post.sender().work()
    assert len(post.relay.taken) == 1


def test_a_sender_that_dies_in_flight_gives_one_more_copy_then_unknown(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    for state in ("inflight", "inflight"):
        post.relay.verdicts = [Killed]
        with pytest.raises(Killed):
            post.sender().work()
        assert post.state(mail) == state
        post.lapse()
    post.sender().work()
    assert post.events(mail) == ["DigestPrepared", "DigestUnknown"]


def test_a_lease_that_lapsed_is_fenced_off_at_the_last_moment(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.sender().tell()

    def be_slow() -> None:
        post.relay.before = lambda: None
        post.lapse()
        post.sender().work()

    post.relay.before = be_slow
    post.sender().work()
    assert len(post.relay.taken) == 1
    assert post.state(mail) == "sent"


def test_a_digest_does_not_leave_before_the_log_knows_it(post: Post) -> None:
    post.outbox.post_digest(post.digest(), LETTER)
    assert post.outbox.claim(post.clock.now()) is None
    post.sender().tell()
    assert post.outbox.claim(post.clock.now()) is not None


def test_telling_twice_records_once(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.sender().work()
    with post.connections.connection() as connection:
        connection.execute("UPDATE site.outbox SET told = 'nothing'")
    post.sender().work()
    assert post.events(mail) == ["DigestPrepared", "DigestSent"]


def test_a_digest_too_late_for_its_period_is_given_up(post: Post) -> None:
    mail = post.digest(give_up_at=post.clock.now())
    post.outbox.post_digest(mail, LETTER)
    post.sender().work()
    assert post.relay.taken == []
    assert post.events(mail) == ["DigestPrepared", "DigestRefused"]


def test_who_stopped_their_mail_meanwhile_does_not_get_it(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.marketplace.stop_mail(
        StopMail(
            actor=f"member:{post.member_id}",
            now=post.clock.now(),
            command_id=str(uuid7()),
            member_id=post.member_id,
            by="one_click",
        )
    )
    post.sender().work()
    assert post.relay.taken == []
    assert post.events(mail) == ["DigestPrepared", "DigestRefused"]


def test_a_sign_in_mail_goes_first_and_leaves_no_bytes(post: Post) -> None:
    post.outbox.post_digest(post.digest(), LETTER)
    now: datetime = post.clock.now()
    mail_id = post.outbox.post_sign_in(post.member_id, {"to": "/me"}, now=now, until=now + timedelta(minutes=15))
    order: list[str] = []
    post.relay.before = lambda: order.append("mail")
    post.sender().tell()
    first = post.outbox.claim(post.clock.now())
    assert first is not None
    assert first.mail.id == mail_id
    post.lapse()
    assert post.sender().work() == 2
    found = post.outbox.message(mail_id)
    assert found is not None
    assert (found.mail.state, found.letter) == ("sent", None)


def test_the_bytes_are_sealed_shown_and_dropped_after_thirty_days(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.sender().work()
    with post.connections.connection() as connection:
        row = connection.execute("SELECT letter::text FROM site.outbox").fetchone()
    assert row is not None
    assert "lea@" not in row[0]
    assert [opened.letter for opened in post.outbox.recent(10)] == [LETTER]
    assert post.outbox.recent(10, before=mail.id) == []
    now: datetime = post.clock.now()
    assert post.outbox.drop_letters(now) == 0
    assert post.outbox.drop_letters(now + KEPT) == 1
    assert [opened.letter for opened in post.outbox.recent(10)] == [None]


def test_an_id_nobody_gave_out_finds_nothing(post: Post) -> None:
    assert post.outbox.message("../etc") is None
    assert post.outbox.message(new_id()) is None


def test_a_digest_the_log_knows_from_elsewhere_is_not_sent_again(post: Post) -> None:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.sender().work()
    with post.connections.connection() as connection:
        connection.execute("DELETE FROM site.outbox")
    again = post.digest()
    assert post.outbox.post_digest(again, LETTER)
    post.sender().work()
    assert len(post.relay.taken) == 1
    assert post.state(again) == "refused"
    assert post.events(mail) == ["DigestPrepared", "DigestSent"]


def test_a_mail_that_cannot_be_written_keeps_nobody_else_waiting(post: Post) -> None:
    now: datetime = post.clock.now()
    post.outbox.post_sign_in(post.member_id, {}, now=now, until=now + timedelta(minutes=15))
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    stop = threading.Event()
    sending = threading.Thread(target=post.sender().run, args=(stop, stop.wait, 0.05))
    sending.start()
    end = time.monotonic() + 10
    while post.state(mail) != "sent" and time.monotonic() < end:
        time.sleep(0.05)
    stop.set()
    sending.join()
    assert post.state(mail) == "sent"
