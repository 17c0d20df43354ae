"""What keeps strangers' pages and programs out: hosts, origins, form tokens, and the headers of every answer."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from domain.refused import Forbidden, Refused, _
from marketplace.settings import LOOPBACK, Settings
from marketplace.tokens import Signer

FORM_LIFETIME: Final = timedelta(hours=12)
"""How long a form without a session may stay open before it is sent."""
CSRF: Final = "csrf"
"""The field, and the purpose, of the token that says a form is ours."""
LONGEST_TARGET: Final = 4_000
"""Bytes of path and query beyond which nobody reads on."""


class WrongAddress(Refused):
    """The request names a host that is not ours, or an address that cannot be one."""


class Hosts:
    """The names this site answers to, with their ports, whatever their case."""

    def __init__(self, settings: Settings) -> None:
        base = urlsplit(settings.base_url)
        self.secure = base.scheme == "https"
        self._scheme = base.scheme
        self.names = frozenset(_with_and_without_port(base.netloc.lower(), base.scheme))
        if settings.loopback:
            own = {f"[{name}]" if ":" in name else name for name in LOOPBACK}
            self.names |= {spelled for name in own for spelled in (f"{name}:{settings.port}",)}

    def check(self, host: str) -> None:
        """Refuse a host that is not ours: links and cookies would be built on a stranger's word."""
        if host.lower() not in self.names:
            raise WrongAddress(_("This address does not belong to this site."))

    def is_own(self, origin: str) -> bool:
        """Whether an Origin header names this site."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme == self._scheme and parts.netloc.lower() in self.names


def _with_and_without_port(netloc: str, scheme: str) -> set[str]:
    usual = {"http": ":80", "https": ":443"}[scheme]
    return {netloc, netloc.removesuffix(usual), netloc if ":" in netloc.rpartition("]")[2] else netloc + usual}


def check_target(path: str, query: bytes) -> None:
    """Refuse what no link of ours can be: too long, or with a NUL."""
    if len(path) + len(query) > LONGEST_TARGET or "\0" in path or b"\0" in query or b"%00" in query:
        raise WrongAddress(_("This address cannot be read."))


class FormGuard:
    """Says whether a form was sent from a page of ours, by the person it was shown to.

    With a session the token is bound to it. Without one it is signed and expires, and since anybody may be given
    one, the browser must say as well that the form came from this site.
    """

    def __init__(self, signer: Signer, hosts: Hosts) -> None:
        self._signer = signer
        self._hosts = hosts

    def token(self, session_id: str | None, *, now: datetime) -> str:
        """The token to write into a form."""
        if session_id is None:
            return self._signer.sign(CSRF, "", expires_at=now + FORM_LIFETIME)
        return self._signer.sign(CSRF, session_id)

    def check(self, token: str, session_id: str | None, headers: Mapping[str, str], *, now: datetime) -> None:
        """Refuse a form that is not ours, is not this person's, or is too old."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        # A page of ours that sends no referrer sends this origin; then the browser's other word must vouch for it.
        ours_unnamed = origin == "null" and site == "same-origin"
        named_foreign = origin is not None and not ours_unnamed and not self._hosts.is_own(origin)
        foreign = named_foreign or site not in (None, "same-origin", "none")
        signed_for = self._signer.read(CSRF, token, now=now)
        unproven = session_id is None and origin is None and site is None
        ours = signed_for is not None and hmac.compare_digest(signed_for.encode(), (session_id or "").encode())
        if foreign or unproven or not ours:
            raise Forbidden(_("This form was opened elsewhere, or too long ago. Open it again and send it once more."))


def headers(*, secure: bool) -> dict[str, str]:
    """The headers of every answer: nothing from elsewhere, no inline script or style, framed by our own pages only."""
    policy = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    wanted = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    return wanted
