"""The relay, against a real SMTP server that can be told to fail at each step."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from marketplace.settings import Misconfigured
from marketplace.smtp import DemonstrationInbox, Outcome, Relay, RelayAddress, relay_address

MESSAGE = b"Subject: Bonjour\r\n\r\n.une ligne qui commence par un point\r\nfin\r\n"


class Sink:
    """Keeps what it takes; `faults` says what to answer, or do, at a step."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.faults: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        return self.faults.get("MAIL") or self._note(envelope, address)

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" not in self.faults:
            envelope.rcpt_tos.append(address)
        return self.faults.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        fault = self.faults.get("DATA", "")
        if fault in {"", "drop", "hang"}:
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
        if fault == "drop":
            assert server.transport is not None
            server.transport.close()
        if fault == "hang":
            await asyncio.sleep(1.5)
        return fault if fault[:1].isdigit() else "250 OK"

    @staticmethod
    def _note(envelope: Envelope, address: str) -> str:
        envelope.mail_from = address
        return "250 OK"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def relay(sink: Sink) -> Iterator[Relay]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller: Any = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    with Relay(RelayAddress("127.0.0.1", port, tls=False), answer_within=0.5) as relay:
        yield relay
    controller.stop()


def deliver(relay: Relay, *, may_send: bool = True) -> Outcome:
    return relay.deliver("site@example.org", "lea@example.org", MESSAGE, lambda: may_send)


def test_what_the_relay_takes_arrives_as_it_was_written(relay: Relay, sink: Sink) -> None:
    assert deliver(relay).verdict == "sent"
    assert deliver(relay).verdict == "sent"
    assert sink.taken == [MESSAGE, MESSAGE]


def test_a_lost_lease_keeps_the_text_here(relay: Relay, sink: Sink) -> None:
    assert deliver(relay, may_send=False).verdict == "fenced"
    assert sink.taken == []
    assert deliver(relay).verdict == "sent"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_not_now_is_tried_again(relay: Relay, sink: Sink, step: str) -> None:
    sink.faults[step] = "451 4.3.0 later"
    assert deliver(relay) == Outcome("postponed", 451, "4.3.0 later")
    sink.faults.clear()
    assert deliver(relay).verdict == "sent"


def test_never_is_not_tried_again(relay: Relay, sink: Sink) -> None:
    sink.faults["RCPT"] = "550 5.1.1 no such user"
    assert deliver(relay) == Outcome("refused", 550, "5.1.1 no such user", no_such_address=True)
    sink.faults = {"DATA": "554 5.7.1 looks like spam"}
    assert deliver(relay) == Outcome("refused", 554, "5.7.1 looks like spam")


def test_a_refusal_by_policy_says_nothing_about_the_address(relay: Relay, sink: Sink) -> None:
    sink.faults["RCPT"] = "550 5.7.1 your server is on a list"
    assert not deliver(relay).no_such_address


def test_a_sender_that_is_not_allowed_is_our_fault_and_refuses_nobody(relay: Relay, sink: Sink) -> None:
    sink.faults["MAIL"] = "550 5.7.1 sender not allowed"
    assert deliver(relay).verdict == "postponed"


@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_silence_after_the_text_is_unknown(relay: Relay, sink: Sink, fault: str) -> None:
    sink.faults["DATA"] = fault
    before = time.monotonic()
    assert deliver(relay).verdict == "unknown"
    assert time.monotonic() - before < 1.2
    sink.faults.clear()
    assert deliver(relay).verdict == "sent"


def test_a_relay_that_is_away_postpones() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Relay(RelayAddress("127.0.0.1", taken.getsockname()[1], tls=False)) as relay:
            assert deliver(relay).verdict == "postponed"


def test_a_relay_that_closes_between_two_mails_is_found_again(relay: Relay, sink: Sink) -> None:
    assert deliver(relay).verdict == "sent"
    assert relay._connection is not None  # noqa: SLF001  # the fault is made where it happens
    relay._connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # noqa: SLF001
    assert deliver(relay).verdict == "sent"


def test_a_password_is_never_sent_in_clear_to_another_machine(relay: Relay) -> None:
    relay._address = RelayAddress("127.0.0.2", relay._address.port, tls=False, user="u", password="p")  # noqa: SLF001
    assert deliver(relay).verdict == "postponed"


def test_encryption_that_is_required_and_not_offered_postpones(relay: Relay, sink: Sink) -> None:
    relay._address = RelayAddress("127.0.0.1", relay._address.port, tls=False, starttls="always")  # noqa: SLF001
    assert deliver(relay).verdict == "postponed"
    assert sink.taken == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://relay.example", RelayAddress("relay.example", 25, tls=False)),
        ("smtps://relay.example", RelayAddress("relay.example", 465, tls=True)),
        (
            "smtp://a%40b:p%2Fw@relay.example:2525?starttls=always",
            RelayAddress("relay.example", 2525, tls=False, starttls="always", user="a@b", password="p/w"),
        ),
    ],
)
def test_the_setting_says_where_the_relay_is(url: str, address: RelayAddress) -> None:
    assert relay_address(url) == address


@pytest.mark.parametrize("url", ["http://relay.example", "smtp://", "smtp://relay:port", "smtp://relay?starttls=maybe"])
def test_a_setting_that_cannot_be_right_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        relay_address(url)


@pytest.mark.parametrize("knows", [True, False])
def test_an_address_in_other_letters_arrives_or_is_refused_clearly(sink: Sink, knows: bool) -> None:  # noqa: FBT001  # both cases
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller: Any = Controller(sink, hostname="127.0.0.1", port=port, enable_SMTPUTF8=knows)
    controller.start()
    try:
        with Relay(RelayAddress("127.0.0.1", port, tls=False)) as relay:
            outcome = relay.deliver("site@example.org", "zoé@exämple.org", MESSAGE, lambda: True)
            assert outcome.verdict == ("sent" if knows else "refused")
            assert not outcome.no_such_address
            assert knows or "SMTPUTF8" in outcome.reply
            assert deliver(relay).verdict == "sent"
    finally:
        controller.stop()


def test_one_slow_mail_keeps_the_others_no_longer_than_its_time(sink: Sink) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller: Any = Controller(Slow(sink), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with Relay(RelayAddress("127.0.0.1", port, tls=False), attempt_within=0.6) as relay:
            before = time.monotonic()
            assert relay.deliver("site@example.org", "slow@example.org", MESSAGE, lambda: True).away
            assert time.monotonic() - before < 1.5
            assert deliver(relay).verdict == "sent"
    finally:
        controller.stop()


class Slow:
    """A relay that asks elsewhere about one recipient, and gets no answer."""

    def __init__(self, sink: Sink) -> None:
        self.handle_DATA = sink.handle_DATA

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("slow"):
            await asyncio.sleep(2)
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_the_demonstration_takes_everything_and_sends_nothing() -> None:
    assert DemonstrationInbox().deliver("", "", b"", lambda: True).verdict == "sent"
    assert DemonstrationInbox().deliver("", "", b"", lambda: False).verdict == "fenced"
