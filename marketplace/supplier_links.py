"""The personal link by which a supplier enters its quote without an account: signed, and good until a day."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from marketplace.tokens import Signer

PURPOSE: Final = "supplier"


class Asked(Struct, frozen=True):
    """Which group purchase a link is for, and as whom."""

    purchase_id: str
    invitation_id: str


def sign(signer: Signer, asked: Asked, until: datetime) -> str:
    """The token that stands in the address; made again from the same facts, it is the same."""
    return signer.sign(PURPOSE, f"{asked.purchase_id} {asked.invitation_id}", expires_at=until)


def fingerprint(token: str) -> str:
    """What is kept of a token: enough to know it again, and not to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_known(token: str, token_sha256: str) -> bool:
    """Whether this is the token that was given out."""
    return hmac.compare_digest(fingerprint(token), token_sha256)


def read(signer: Signer, token: str) -> Asked | None:
    """What a token of this site is for, expired or not: whoever comes too late is told so."""
    parts = (signer.read(PURPOSE, token, now=datetime.fromtimestamp(0, UTC)) or "").split(" ")
    return Asked(*parts) if len(parts) == len(Asked.__struct_fields__) else None
