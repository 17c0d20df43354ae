"""The six digits an authenticator shows: a code of the moment and of a secret, as RFC 6238 has it."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

STEP: Final = 30
"""Seconds a code is shown."""
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = 1
"""Steps a device's clock may be wrong, and a person slow, in either direction."""


def code_at(secret: bytes, step: int) -> str:
    """The code of a step."""
    # SHA-1, because that is what every authenticator takes: here it is a keyed function, and no fingerprint.
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The step whose code this is, among those around `now` and later than `after`; None when it is none of theirs."""
    current = int(now.timestamp()) // STEP
    found = [
        step
        for step in range(current - DRIFT, current + DRIFT + 1)
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), code.encode())
    ]
    return found[-1] if found else None


def spelled(secret: bytes) -> str:
    """A secret as one types it where no camera is at hand."""
    return b32encode(secret).decode().rstrip("=")


def address_of(secret: bytes, *, site: str, mail: str) -> str:
    """What an authenticator reads from a QR code."""
    asked = urlencode({"secret": spelled(secret), "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{site}:{mail}', safe='@:')}?{asked}"
