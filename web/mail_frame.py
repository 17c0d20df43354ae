"""A mail looked at on a page: its HTML alone, in a frame where nothing of it runs."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from litestar import Response

from domain.refused import NotFound, _
from marketplace.outbox import Letter

SANDBOX: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)
"""A mail brings its style in its tags, and nothing that runs."""
FRAMED: Final = {"Content-Security-Policy": SANDBOX, "Cross-Origin-Resource-Policy": "cross-origin"}
"""A sandboxed frame has no origin of its own, so it may not be refused for having another one."""


def parsed(letter: Letter) -> EmailMessage:
    """The letter as mail programs read it."""
    return message_from_bytes(letter.source.encode("ascii"), policy=policy.default)


def part(letter: Letter, kind: str) -> str:
    """Its text or its HTML."""
    found = parsed(letter).get_body((kind,))
    if found is None:
        raise NotFound(_("There is no such mail."))
    text: str = found.get_content()
    return text


def framed(letter: Letter) -> Response[str]:
    """Its HTML, for the frame."""
    return Response(part(letter, "html"), media_type="text/html", headers={**FRAMED, "Cache-Control": "no-store"})
