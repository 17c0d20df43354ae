"""What comes back: read as relays write it, believed only with the token of a return path, and acted on once."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest
from msgspec.structs import replace

from domain import members
from marketplace.bounces import Bounces, Why, read
from marketplace.erasing import erase
from marketplace.outbox import Suppressed, new_id
from marketplace.return_paths import ReturnPaths
from marketplace.sending import Rules, Sender
from marketplace.smtp import Outcome
from tests.marketplace.test_outbox import LETTER, Post, post

__all__ = ["post"]

PATHS: Final = ReturnPaths("bounces@example.org", b"a secret of tests")
MAIL: Final = str(uuid4())
BACK: Final = PATHS.of(MAIL)


def dsn(action: str, status: str, diagnosis: str = "", to: str = BACK) -> bytes:
    """As Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 23 Nov 2026 07:00:00 +0100

Final-Recipient: rfc822; lea@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnosis}

--b
Content-Type: message/rfc822

Subject: 3

Bonjour. This mailbox is full of joy, 550 user unknown.
--b--
""".encode()


def letter(text: str, *, to: str = BACK, **headers: str) -> bytes:
    """As older relays write it."""
    head = {"From": "MAILER-DAEMON@mx.example.net", "To": to, "Subject": "failure notice"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return "".join(f"{name}: {value}\n" for name, value in head.items()).encode() + b"\n" + text.encode()


def complaint(kind: str = "abuse", *, original: str = BACK) -> bytes:
    """As a provider's feedback loop sends it, to one address for all."""
    return f"""\
From: <abuse-reports@provider.example>
To: <abuse@example.org>
Subject: FW: 3
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report for an email message received from 192.0.2.1

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{original}>

--b
Content-Type: message/rfc822

From: <site@example.org>
Subject: 3

Bonjour
--b--
""".encode()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (dsn("failed", "5.1.1", "550 5.1.1 User unknown"), "address"),
        (dsn("failed", "5.1.10", "null MX"), "address"),
        (dsn("failed", "5.2.1", "mailbox disabled"), "address"),
        (dsn("failed", "5.2.2", "552 over quota"), "mailbox"),
        (dsn("failed", "5.7.1", "looks like spam"), "policy"),
        (dsn("failed", "5.0.0", "550 No such user here"), "address"),
        (dsn("failed", "5.0.0", "554 go away"), "policy"),
        (dsn("failed", "4.4.7", "delivery time expired"), "later"),
        (dsn("delayed", "4.4.1", "connection timed out"), "later"),
        (dsn("delivered", "2.0.0"), None),
        (dsn("relayed", "2.0.0"), None),
        (complaint(), "complaint"),
        (complaint("fraud"), "complaint"),
        (complaint("not-spam"), None),
        (letter("Hi. This is the qmail-send program.\n<lea@e.net>:\nSorry, no such user here. (#5.1.1)"), "address"),
        (letter("550 5.1.1 <lea@e.net>: Recipient address rejected"), "address"),
        (letter("Le destinataire est introuvable.", Subject="Non remis : 3", From="postmaster@e.fr"), "address"),
        (letter("La boîte pleine du destinataire", From="postmaster@e.fr"), "mailbox"),
        (letter("552 5.2.2 Mailbox full"), "mailbox"),
        (letter("Message still undelivered after 4 hours; will be retried. 450 4.1.1 user unknown"), "later"),
        (letter("554 5.7.1 rejected as spam"), "policy"),
        (letter("Something went wrong."), "later"),
        (letter("I am on holiday. 550 user unknown", From="lea@e.net", Subject="Out of office"), None),
        (letter("550 no such user", Auto_Submitted="auto-replied (vacation)"), None),
        (letter("Merci ! Undelivered stuff?", From="lea@e.net", Subject="Re: 3"), None),
    ],
)
def test_a_message_says_why_a_mail_came_back(message: bytes, why: Why | None) -> None:
    bounce = read(message, PATHS)
    assert (bounce.why if bounce else None) == why
    assert bounce is None or bounce.mail_id == MAIL


FORGED: Final = f"bounces+{'a' * 39}@example.org"


@pytest.mark.parametrize(
    "message",
    [
        dsn("failed", "5.1.1", to="bounces@example.org"),
        dsn("failed", "5.1.1", to=FORGED),
        dsn("failed", "5.1.1", to=ReturnPaths("bounces@example.org", b"another secret").of(MAIL)),
        complaint(original=FORGED),
        b"",
        b"\xff\xfe\x00" * 1_000,
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n" * 2_000,
        b"To: " + b"x" * 1_000_000,
    ],
)
def test_nobody_is_believed_without_the_token(message: bytes) -> None:
    assert read(message, PATHS) is None


def test_a_token_survives_relays_that_shout_and_servers_that_tell_it_apart() -> None:
    shouted = dsn("failed", "5.1.1", to=BACK.upper())
    assert read(shouted, PATHS) == read(dsn("failed", "5.1.1"), PATHS)
    hidden = read(dsn("failed", "5.1.1", to="undisclosed-recipients:;"), PATHS, recipient=BACK)
    assert hidden is not None
    assert hidden.mail_id == MAIL
    assert len(BACK.partition("@")[0]) <= 64


def bounces(post: Post) -> Bounces:
    return Bounces(post.outbox, post.marketplace, post.log, PATHS)


def sent(post: Post) -> str:
    mail = post.digest()
    post.outbox.post_digest(mail, LETTER)
    post.sender().work()
    return mail.id


def state(post: Post) -> members.Member:
    member: members.Member | None = post.log.load(post.member_id, members.evolve).state
    assert member is not None
    return member


def suppressed(post: Post) -> Suppressed | None:
    return post.outbox.suppressions.of(post.marketplace.address_key("lea@example.org"))


@pytest.mark.parametrize(("message", "why"), [("address", "refused"), ("complaint", "complaint")])
def test_after_a_refusal_for_good_or_a_complaint_nothing_more_is_sent(post: Post, message: str, why: str) -> None:
    mail_id = sent(post)
    back = PATHS.of(mail_id)
    came = dsn("failed", "5.1.1", to=back) if message == "address" else complaint(original=back)
    for _twice in range(2):
        taken = bounces(post).take(came, post.clock.now())
        assert taken.bounce is not None
        assert taken.bounce.why == message
    assert state(post).mail_stopped
    stopped = [each.event for each in post.log.history(post.member_id) if isinstance(each.event, members.MailStopped)]
    assert [each.by for each in stopped] == [why]
    found = suppressed(post)
    assert found is not None
    assert found.why == why
    opened = post.outbox.message(mail_id)
    assert opened is not None
    assert (opened.mail.state, opened.mail.returned) == ("sent", message)


@pytest.mark.parametrize("message", [dsn("failed", "5.2.2"), dsn("delayed", "4.4.1"), dsn("failed", "5.7.1")])
def test_what_may_pass_is_noted_and_stops_nothing(post: Post, message: bytes) -> None:
    mail_id = sent(post)
    bounces(post).take(message.replace(BACK.encode(), PATHS.of(mail_id).encode()), post.clock.now())
    assert not state(post).mail_stopped
    assert suppressed(post) is None
    opened = post.outbox.message(mail_id)
    assert opened is not None
    assert opened.mail.returned


def test_a_mail_nobody_knows_any_more_stops_nothing(post: Post) -> None:
    taken = bounces(post).take(dsn("failed", "5.1.1", to=PATHS.of(new_id())), post.clock.now())
    assert "no longer known" in taken.said


def test_a_complaint_outweighs_a_refusal_and_is_lifted_by_nothing_less(post: Post) -> None:
    suppressions, now = post.outbox.suppressions, post.clock.now()
    suppressions.suppress("key", "refused", now)
    suppressions.suppress("key", "complaint", now)
    suppressions.suppress("key", "refused", now)
    assert suppressions.of("key") == Suppressed("complaint", now)
    assert not suppressions.lift("key", why="refused")
    assert suppressions.lift("key")
    assert suppressions.of("key") is None


def test_what_is_suppressed_outlives_the_person(post: Post) -> None:
    mail_id = sent(post)
    bounces(post).take(complaint(original=PATHS.of(mail_id)), post.clock.now())
    erase(post.member_id, post.database, post.marketplace, post.clock)
    assert suppressed(post) is not None
    assert bounces(post).take(complaint(original=PATHS.of(mail_id)), post.clock.now()).bounce is not None


def test_each_mail_leaves_from_a_path_of_its_own(post: Post) -> None:
    seen: list[str] = []
    deliver = post.relay.deliver

    def noted(sender: str, *rest: object) -> Outcome:
        seen.append(sender)
        return deliver(sender, *rest)  # type: ignore[arg-type]  # handed on as they came

    post.relay.deliver = noted  # type: ignore[method-assign, assignment]  # a relay on a string
    rules = Rules(return_path=lambda mail: PATHS.of(mail.id))
    mails = [post.digest(), replace(post.digest("2026-W49"))]
    for mail in mails:
        post.outbox.post_digest(mail, LETTER)
    Sender(post.outbox, post.relay, post.marketplace, post.log, post.clock, rules=rules, writers={}).work()
    assert [PATHS.mail_of(address) for address in seen] == [mail.id for mail in mails]
