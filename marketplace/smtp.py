"""The mail relay: hands one message over SMTP, and says what became of it without guessing."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Literal, Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from msgspec import Struct

from marketplace.settings import LOOPBACK, Misconfigured

CONNECT_WITHIN: Final = 10.0
ANSWER_WITHIN: Final = 30.0
"""Seconds the relay has for each answer but the last."""
ATTEMPT_WITHIN: Final = 60.0
"""Seconds one mail may take before its text leaves: the others wait behind it no longer than that."""
TAKE_WITHIN: Final = 90.0
"""Seconds the relay has to answer once it has the whole text."""
MAILS_A_CONNECTION: Final = 100
"""Relays end a connection that goes on for ever; ours ends first."""
LONGEST_REPLY: Final = 300

_OK: Final = range(200, 300)
_GO_AHEAD: Final = 354
_CLOSING: Final = 421
_PERMANENT: Final = range(500, 600)
_NO_SUCH_MAILBOX: Final = 553
_LONGEST_ADDRESS: Final = 254
_NO_SUCH_ADDRESS: Final = frozenset({550, 551, 553})

log = structlog.get_logger(__name__)

StartTls = Literal["offered", "always", "never"]
Verdict = Literal["sent", "postponed", "refused", "unknown", "fenced"]


class Outcome(Struct, frozen=True):
    """What became of one attempt.

    `sent`: the relay took it. `postponed`: it certainly did not, try again. `refused`: it never will.
    `unknown`: the whole text left us and no answer came. `fenced`: someone else sends it, nothing left us.
    `code` is the relay's reply, 0 when there was none; `no_such_address` says that mail to this address is in vain.
    """

    verdict: Verdict
    code: int = 0
    reply: str = ""
    no_such_address: bool = False

    @property
    def away(self) -> bool:
        """Whether it was the relay that failed, and not this mail: the next one would fare no better."""
        return self.verdict == "postponed" and self.code in (0, _CLOSING)


class Transport(Protocol):
    """Anything that takes a finished message: a relay, or the demonstration's own inbox."""

    name: str

    def deliver(self, sender: str, recipient: str, message: bytes, may_send: Callable[[], bool]) -> Outcome:
        """Hand over one message; `may_send` is asked at the last moment before any of its text leaves."""
        ...

    def close(self) -> None:
        """End the connection, if there is one."""
        ...


class RelayAddress(Struct, frozen=True):
    """Where the relay is, as MARKETPLACE_SMTP_URL says."""

    host: str
    port: int
    tls: bool
    starttls: StartTls = "offered"
    user: str = ""
    password: str = ""


def relay_address(url: str) -> RelayAddress:
    """Read smtp://user:password@host:port?starttls=offered|always|never, or smtps://…; refuses what it cannot be."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise Misconfigured("MARKETPLACE_SMTP_URL has no usable port.") from None
    starttls = parse_qs(parts.query).get("starttls", ["offered"])[-1]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Misconfigured("MARKETPLACE_SMTP_URL must look like smtp://user:password@host:587 or smtps://host.")
    if starttls not in ("offered", "always", "never"):
        raise Misconfigured("In MARKETPLACE_SMTP_URL, starttls is offered, always or never.")
    tls = parts.scheme == "smtps"
    return RelayAddress(
        host=parts.hostname,
        port=port or (465 if tls else 587 if parts.username else 25),
        tls=tls,
        starttls=starttls,  # type: ignore[arg-type]  # one of the three, as just checked
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Relay:
    """A connection to the relay, opened when first needed, kept for the next mails, dropped at the first fault.

    For one thread. A fault of ours or of the relay (no answer, wrong password, sender not allowed) postpones a mail
    and never refuses it: thousands of people must not lose theirs to a mistake in the settings.
    """

    name = "smtp"

    def __init__(
        self, address: RelayAddress, *, answer_within: float = ANSWER_WITHIN, attempt_within: float = ATTEMPT_WITHIN
    ) -> None:
        self._address = address
        self._answer_within = answer_within
        self._attempt_within = attempt_within
        self._until = 0.0
        self._take_within = max(TAKE_WITHIN, answer_within) if answer_within == ANSWER_WITHIN else answer_within
        self._connection: smtplib.SMTP | None = None
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye and forget the connection."""
        connection, self._connection, self._taken = self._connection, None, 0
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def deliver(self, sender: str, recipient: str, message: bytes, may_send: Callable[[], bool]) -> Outcome:
        """Hand over one message, whose lines end in CRLF."""
        routed = _routed(recipient)
        if routed is None:
            return Outcome("refused", _NO_SUCH_MAILBOX, "this cannot be an address", no_such_address=True)
        self._until = time.monotonic() + self._attempt_within
        try:
            connection = self._opened()
            if outcome := self._announce(connection, sender, routed):
                return outcome
            if not may_send():
                connection.rset()
                return Outcome("fenced")
            if outcome := self._transmit(connection, message):
                return outcome
        except (smtplib.SMTPException, OSError) as fault:
            # The full stop that ends the text has not left: no relay has taken this mail.
            self._drop()
            return _said("postponed", fault)
        return self._finish(connection)

    def _opened(self) -> smtplib.SMTP:
        if self._taken >= MAILS_A_CONNECTION:
            self.close()
        if self._connection is not None and not _alive(self._connection):
            self._drop()
        if self._connection is None:
            self._connection = self._connect()
        self._taken += 1
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        address = self._address
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if address.tls:
            connection = smtplib.SMTP_SSL(address.host, address.port, timeout=CONNECT_WITHIN, context=context)
        else:
            connection = smtplib.SMTP(address.host, address.port, timeout=CONNECT_WITHIN)
        try:
            self._patience(connection, self._answer_within)
            connection.ehlo_or_helo_if_needed()
            offered = connection.has_extn("starttls")
            if not address.tls and (address.starttls == "always" or (address.starttls == "offered" and offered)):
                connection.starttls(context=context)
                connection.ehlo()
            if address.user:
                self._log_in(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _log_in(self, connection: smtplib.SMTP) -> None:
        address = self._address
        private = isinstance(connection.sock, ssl.SSLSocket) or address.host in LOOPBACK
        if not private:
            raise smtplib.SMTPNotSupportedError("the relay offers no encryption: the password is not sent in clear")
        connection.login(address.user, address.password)

    def _announce(self, connection: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        self._hurry(connection)
        foreign = not recipient.isascii()
        if foreign and not connection.has_extn("smtputf8"):
            return Outcome("refused", _NO_SUCH_MAILBOX, "the relay takes no address with such letters (SMTPUTF8)")
        code, reply = connection.mail(sender, ("SMTPUTF8",) if foreign else ())
        if code not in _OK:
            self._recover(connection, code)
            return _answered("postponed", code, reply)
        self._hurry(connection)
        code, reply = connection.rcpt(recipient)
        if code in _OK:
            return None
        self._recover(connection, code)
        if code not in _PERMANENT:
            return _answered("postponed", code, reply)
        return _answered("refused", code, reply, no_such_address=_is_about_the_address(code, reply))

    def _transmit(self, connection: smtplib.SMTP, message: bytes) -> Outcome | None:
        """Send the text, all but the full stop on a line of its own that ends it."""
        self._hurry(connection)
        code, reply = connection.docmd("DATA")
        if code != _GO_AHEAD:
            self._recover(connection, code)
            return _answered("refused" if code in _PERMANENT else "postponed", code, reply)
        text = message if message.endswith(b"\r\n") else message + b"\r\n"
        connection.send(b"." + text if text.startswith(b".") else text.replace(b"\r\n.", b"\r\n.."))
        return None

    def _finish(self, connection: smtplib.SMTP) -> Outcome:
        """From the full stop on, silence means that nobody knows."""
        try:
            self._patience(connection, self._take_within)
            connection.send(b".\r\n")
            code, reply = connection.getreply()
            self._patience(connection, self._answer_within)
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            return _said("unknown", fault)
        if code in _OK:
            return _answered("sent", code, reply)
        self._recover(connection, code)
        return _answered("refused" if code in _PERMANENT else "postponed", code, reply)

    def _recover(self, connection: smtplib.SMTP, code: int) -> None:
        """After a no, the connection serves the next mail, unless the relay is going."""
        if code == _CLOSING:
            self._drop()
        else:
            connection.rset()

    def _drop(self) -> None:
        connection, self._connection, self._taken = self._connection, None, 0
        if connection is not None:
            connection.close()

    def _hurry(self, connection: smtplib.SMTP) -> None:
        """Wait for the next answer as long as one may take, and all of them together."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the relay takes too long over one mail")
        self._patience(connection, min(self._answer_within, left))

    @staticmethod
    def _patience(connection: smtplib.SMTP, seconds: float) -> None:
        if connection.sock is not None:
            connection.sock.settimeout(seconds)


class DemonstrationInbox:
    """Takes every mail and sends none: it stays in the outbox, where `/dev/mail` shows it. Demo mode only."""

    name = "dev"

    def deliver(self, sender: str, recipient: str, message: bytes, may_send: Callable[[], bool]) -> Outcome:  # noqa: ARG002  # a transport like the other
        """Call it sent."""
        return Outcome("sent", 250, "kept for /dev/mail") if may_send() else Outcome("fenced")

    def close(self) -> None:
        """Nothing is open."""


class NoRelay:
    """Stands where no relay is set: mail waits, and the log says why each time."""

    name = "none"

    def deliver(self, sender: str, recipient: str, message: bytes, may_send: Callable[[], bool]) -> Outcome:  # noqa: ARG002  # a transport like the others
        """Postpone it."""
        return Outcome("postponed", reply="MARKETPLACE_SMTP_URL is not set")

    def close(self) -> None:
        """Nothing is open."""


def _routed(address: str) -> str | None:
    """The address as the relay takes it, its domain in ASCII; None when no relay could.

    A mailbox written in other letters is left as it is, for a relay that knows them (RFC 6531).
    """
    mailbox, _at, domain = address.rpartition("@")
    try:
        routed = f"{mailbox}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None
    fit = mailbox and domain and routed.isprintable() and not set(routed) & set(" <>")
    return routed if fit and len(routed.encode()) <= _LONGEST_ADDRESS else None


def _alive(connection: smtplib.SMTP) -> bool:
    """Whether the relay still listens: it may end a connection that was idle, and no mail should wait for that."""
    try:
        return connection.noop()[0] in _OK
    except (smtplib.SMTPException, OSError):
        return False


def _is_about_the_address(code: int, reply: bytes) -> bool:
    """550, 551 and 553 speak of the mailbox, unless an enhanced code says it is about policy or our security."""
    enhanced = reply.split(b" ", 1)[0].split(b".")
    if len(enhanced) == 3 and enhanced[0] == b"5":  # noqa: PLR2004  # class, subject, detail: RFC 3463
        return enhanced[1] == b"1"
    return code in _NO_SUCH_ADDRESS


def _answered(verdict: Verdict, code: int, reply: bytes, *, no_such_address: bool = False) -> Outcome:
    said = reply.decode("utf-8", "replace").replace("\0", "")[:LONGEST_REPLY]
    return Outcome(verdict, max(0, code), said, no_such_address)


def _said(verdict: Verdict, fault: Exception) -> Outcome:
    if isinstance(fault, smtplib.SMTPResponseException):
        reply = fault.smtp_error if isinstance(fault.smtp_error, bytes) else str(fault.smtp_error).encode()
        return _answered(verdict, fault.smtp_code, reply)
    log.info("the mail relay did not answer as it should", fault=repr(fault))
    return Outcome(verdict, 0, f"{type(fault).__name__}: {fault}"[:LONGEST_REPLY].replace("\0", ""))
