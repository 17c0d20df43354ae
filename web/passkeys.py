"""Passkeys: a key on its owner's device, opened there by a finger or a PIN, that answers for this site and no other."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

MOST: Final = 20
"""Passkeys of one person."""
LIFETIME: Final = timedelta(minutes=5)
"""How long a device may take to answer."""
LONGEST_ANSWER: Final = 10_000
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


class Place(Struct, frozen=True):
    """The site as a browser names it: passkeys are made for a domain, and answer to one origin of it."""

    domain: str
    origin: str


class Passkey(Struct, frozen=True):
    """A passkey as its owner sees it in a list."""

    id: str
    name: str
    made_at: datetime
    last_used: datetime | None


class Tried(Struct, frozen=True):
    """Whose passkey answered, and whether the answer is right."""

    member_id: str
    right: bool


def place_of(scheme: str, host: str) -> Place | None:
    """The place a page was asked from; None where a browser makes no passkeys: a bare address, or no TLS.

    `host` is one that the site answers to: whoever asks must have checked it.
    """
    origin = f"{scheme}://{host.lower()}"
    domain = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return Place(domain, origin) if scheme == "https" or domain == "localhost" else None
    return None


class Passkeys:
    """Everyone's. What is kept here opens nothing: it only checks what the devices sign."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]], site: str) -> None:
        self._pool = pool
        self._site = site

    async def of(self, member_id: str) -> Sequence[Passkey]:
        """A person's, the oldest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT id::text, name, made_at, last_used FROM site.passkey WHERE member_id = %s ORDER BY made_at, id",
                [member_id],
            )
            return [Passkey(*row) for row in await cursor.fetchall()]

    # Making one -------------------------------------------------------------------------------------------------

    async def options_to_make(self, place: Place, member_id: str, *, mail: str, name: str, now: datetime) -> str:
        """What the browser is asked to make, as JSON; a device that has one already makes no second."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT credential_id FROM site.passkey WHERE member_id = %s", [member_id]
            )
            known = [PublicKeyCredentialDescriptor(id=bytes(row[0])) for row in await cursor.fetchall()]
        asked = generate_registration_options(
            rp_id=place.domain,
            rp_name=self._site,
            user_id=UUID(member_id.removeprefix("member-")).bytes,
            user_name=mail,
            user_display_name=name,
            challenge=await self._challenge(member_id, now),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=known,
        )
        return options_to_json(asked)

    async def make(self, place: Place, member_id: str, answer: str, *, name: str, now: datetime) -> bool:
        """Keep what the browser made; False when it answers nothing we asked."""
        challenge = await self._answered(answer, member_id, now)
        if challenge is None:
            return False
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=place.domain,
                expected_origin=place.origin,
                require_user_verification=True,
            )
        except Exception:  # noqa: BLE001  # what a browser sends is right or it is not, however it is wrong
            return False
        row = await self._one(
            """
            INSERT INTO site.passkey (member_id, credential_id, public_key, sign_count, name, made_at)
            SELECT %(member)s, %(credential)s, %(key)s, %(count)s, %(name)s, %(now)s
            WHERE (SELECT count(*) FROM site.passkey WHERE member_id = %(member)s) < %(most)s
            ON CONFLICT (credential_id) DO NOTHING RETURNING true
            """,
            {
                "member": member_id,
                "credential": made.credential_id,
                "key": made.credential_public_key,
                "count": made.sign_count,
                "name": name,
                "now": now,
                "most": MOST,
            },
        )
        return row is not None

    async def remove(self, passkey_id: str, *, member_id: str) -> bool:
        """Forget one of a person's; False when they have no such passkey."""
        removed = "DELETE FROM site.passkey WHERE id::text = %(id)s AND member_id = %(member)s RETURNING true"
        return await self._one(removed, {"id": passkey_id, "member": member_id}) is not None

    # Coming in with one -----------------------------------------------------------------------------------------

    async def options_to_enter(self, place: Place, *, now: datetime) -> str:
        """What the browser is asked to sign, as JSON: any passkey for this site, so that no address is typed."""
        asked = generate_authentication_options(
            rp_id=place.domain, challenge=await self._challenge("", now), user_verification=_VERIFIED
        )
        return options_to_json(asked)

    async def enter(self, place: Place, answer: str, *, now: datetime) -> Tried | None:
        """Whose passkey signed what we asked; None when it is nobody's, or answers nothing we asked."""
        challenge = await self._answered(answer, "", now)
        row = await self._one(
            "SELECT id, member_id, public_key, sign_count FROM site.passkey WHERE credential_id = %(credential)s",
            {"credential": _credential_id(answer)},
        )
        if challenge is None or row is None:
            return None
        passkey_id, member_id, public_key, sign_count = row
        try:
            entered = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=place.domain,
                expected_origin=place.origin,
                credential_public_key=bytes(public_key),
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except Exception:  # noqa: BLE001  # as above
            return Tried(member_id, right=False)
        await self._one(
            "UPDATE site.passkey SET sign_count = greatest(sign_count, %(count)s), last_used = %(now)s "
            "WHERE id = %(id)s RETURNING true",
            {"count": entered.new_sign_count, "now": now, "id": passkey_id},
        )
        return Tried(member_id, right=True)

    async def forget_old(self, now: datetime) -> None:
        """Drop the questions nobody answered."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM site.passkey_challenge WHERE expires_at <= %s", [now])

    async def _challenge(self, member_id: str, now: datetime) -> bytes:
        challenge = secrets.token_bytes(32)
        await self._one(
            "INSERT INTO site.passkey_challenge (challenge_sha256, member_id, expires_at) "
            "VALUES (%(sha256)s, %(member)s, %(until)s) RETURNING true",
            {"sha256": _sha256(challenge), "member": member_id, "until": now + LIFETIME},
        )
        return challenge

    async def _answered(self, answer: str, member_id: str, now: datetime) -> bytes | None:
        """The question an answer is to, if we asked it of this person and nobody answered it yet."""
        challenge = _challenge_in(answer)
        row = challenge and await self._one(
            "DELETE FROM site.passkey_challenge "
            "WHERE challenge_sha256 = %(sha256)s AND member_id = %(member)s AND expires_at > %(now)s RETURNING true",
            {"sha256": _sha256(challenge), "member": member_id, "now": now},
        )
        return challenge if row else None

    async def _one(self, sql: str, params: dict[str, Any]) -> tuple[Any, ...] | None:
        async with self._pool.connection() as connection:
            return await (await connection.execute(sql.encode(), params)).fetchone()


def _challenge_in(answer: str) -> bytes | None:
    try:
        client_data = json.loads(base64url_to_bytes(json.loads(answer[:LONGEST_ANSWER])["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _credential_id(answer: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(answer[:LONGEST_ANSWER])["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""


def _sha256(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
