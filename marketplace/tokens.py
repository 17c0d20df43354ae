"""Signed tokens: a short value that only this site can have given out, for one purpose, until it expires."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import datetime
from typing import Final

from msgspec import Struct

LONGEST_TOKEN: Final = 2_000
_MAC_BYTES: Final = 16


class Signer(Struct, frozen=True):
    """Signs and reads tokens with the site's secret. A token says nothing secret: its value is only encoded.

    The purpose is part of what is signed: a token given out to unsubscribe signs nobody in.
    """

    secret: bytes

    def sign(self, purpose: str, value: str, *, expires_at: datetime | None = None) -> str:
        """Give a token that fits in an address; without `expires_at` it holds as long as the secret does."""
        said = f"{'' if expires_at is None else int(expires_at.timestamp())}:{value}".encode()
        return urlsafe_b64encode(self._mac(purpose, said) + said).rstrip(b"=").decode()

    def read(self, purpose: str, token: str, *, now: datetime) -> str | None:
        """The value, if this token is ours, for this purpose, and `now` is before its expiry; else None."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        try:
            opened = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        except Error:
            return None
        mac, said = opened[:_MAC_BYTES], opened[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(purpose, said)):
            return None
        expiry, _, value = said.decode().partition(":")
        return None if expiry and now.timestamp() >= int(expiry) else value

    def _mac(self, purpose: str, said: bytes) -> bytes:
        return hmac.digest(self.secret, b"token\0" + purpose.encode() + b"\0" + said, hashlib.sha256)[:_MAC_BYTES]
