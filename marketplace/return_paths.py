"""The address a mail comes back to when it cannot be delivered: it names the mail, and only this site can make it."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Callable
from typing import Final
from uuid import UUID

from marketplace.outbox import Mail
from marketplace.settings import Settings

MAC_BYTES: Final = 8
TOKEN: Final = re.compile(r"\+([a-z2-7]{39})@", re.IGNORECASE)
"""A token as it stands in an address. Letter case does not survive every relay, so base 32."""


class ReturnPaths:
    """Makes and reads them (VERP): bounces+TOKEN@example.org, where the token is the mail's id and a seal on it."""

    def __init__(self, address: str, secret: bytes) -> None:
        """`address` is where they come back to, such as bounces@example.org."""
        self._mailbox, _, self._domain = address.rpartition("@")
        self._secret = secret

    def of(self, mail_id: str) -> str:
        """The return path of a mail."""
        number = UUID(mail_id).bytes
        token = b32encode(number + self._seal(number)).decode().rstrip("=").lower()
        return f"{self._mailbox}+{token}@{self._domain}"

    def mail_of(self, text: str) -> str | None:
        """The id of the mail whose return path stands somewhere in this text; None when none of ours does."""
        for found in TOKEN.finditer(text):
            token = b32decode(found[1].upper() + "=")
            number, seal = token[:-MAC_BYTES], token[-MAC_BYTES:]
            if hmac.compare_digest(seal, self._seal(number)):
                return str(UUID(bytes=number))
        return None

    def _seal(self, number: bytes) -> bytes:
        return hmac.digest(self._secret, b"return path\0" + number, hashlib.sha256)[:MAC_BYTES]


def return_path(settings: Settings) -> Callable[[Mail], str]:
    """Where each mail of a site comes back to: an address of its own, or where no such are set, the sender's."""
    if settings.bounce_address is None:
        return lambda _mail: settings.mail_from
    paths = ReturnPaths(settings.bounce_address, settings.secret.encode())
    return lambda mail: paths.of(mail.id)
