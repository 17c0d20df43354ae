"""The mailbox in which returned mail arrives, read over IMAP: each message once, none deleted."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from domain.refused import Refused
from marketplace.bounces import LONGEST
from marketplace.settings import LOOPBACK, Misconfigured

ANSWER_WITHIN: Final = 30.0
FOLDER: Final = "INBOX"


class Unreachable(Refused):
    """The mailbox does not answer, or not as a mailbox does."""


class Mailbox:
    """An open mailbox. A message is noted as seen once it was dealt with: whoever dies before that reads it again."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self) -> Iterator[bytes]:
        """The messages nobody has seen, each noted as seen when the next one is asked for."""
        for number in self._asked("SEARCH", "UNSEEN")[0].split():
            found = self._asked("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LONGEST}>)")
            body = next((part[1] for part in found if isinstance(part, tuple)), None)
            if body is not None:
                yield body
            self._asked("STORE", number.decode(), "+FLAGS.SILENT", r"(\Seen)")

    def _asked(self, command: str, *arguments: str) -> list[Any]:
        answer, found = self._connection.uid(command, *arguments)
        if answer != "OK":
            raise Unreachable(f"The mailbox refuses {command}.")
        return [part for part in found if part] or [b""]


@contextmanager
def opened_mailbox(url: str) -> Iterator[Mailbox]:
    """Open the mailbox at imaps://user:password@host:port/FOLDER; refuses with a sentence what cannot be opened."""
    parts = urlsplit(url)
    secure, host = parts.scheme == "imaps", parts.hostname or ""
    if not secure and host not in LOOPBACK:
        raise Misconfigured("MARKETPLACE_BOUNCES_IMAP must begin with imaps://: the password is not sent in clear.")
    connect = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    folder = unquote(parts.path.strip("/")) or FOLDER
    try:
        connection = connect(host, parts.port or (993 if secure else 143), timeout=ANSWER_WITHIN)
    except (OSError, imaplib.IMAP4.error) as fault:
        raise Unreachable(f"The mailbox at {host} does not answer: {fault}") from fault
    try:
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answer, said = connection.select(f'"{folder}"')
        if answer != "OK":
            raise Unreachable(f"The mailbox at {host} has no folder {folder}: {said!r}")
        yield Mailbox(connection)
    except (OSError, imaplib.IMAP4.error) as fault:
        raise Unreachable(f"The mailbox at {host} does not let us in, or went away: {fault}") from fault
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()
