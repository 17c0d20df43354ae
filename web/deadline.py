"""No request waits for ever: one that is not answered in time is told to come back, whatever it waits for."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from web.app import LONGEST_BODY
from web.errors import too_late
from web.security import headers
from web.services import Services

ANSWER_WITHIN: Final = 4.5
"""Seconds from the last of the request to the first of the answer.

A database host that accepts a question and never answers is noticed by nothing else: its kernel goes on
acknowledging, so keepalives find nothing wrong.
"""
PHOTOS_WITHIN: Final = 60.0
"""Seconds for a request too long to be anything but photos: a small machine develops six of a phone's in five to ten,
and others may be in line before them."""
EXPORT_WITHIN: Final = 300.0
"""Seconds for the archive of a zone: it is written whole before the answer begins, and others may be in line."""
EXPORTS: Final = re.compile(r"/z/[^/]+/export|/api/v1/zones/[^/]+/exports")
LONGEST_LENGTH: Final = 18
"""Digits of a length; more is not one."""


class Deadline:
    """Stands before the whole site.

    Time that the visitor takes to send their form does not count. What is given up is cancelled; a command that was
    under way may still be recorded, and sending the same form again gets its answer.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._headers = headers(secure=services.hosts.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say 503 when the time is over and nothing was said yet."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        clock, within = asyncio.get_running_loop().time, _time_for(scope)
        heard, listening, begun, over = clock(), False, False, False

        async def hear() -> ReceiveMessage:
            nonlocal heard, listening
            listening = True
            try:
                return await receive()
            finally:
                heard, listening = clock(), False

        async def say(message: Message) -> None:
            nonlocal begun
            if not over:
                begun = True
                await send(message)

        work = asyncio.ensure_future(self._app(scope, hear, say))
        while not (work.done() or begun) and (listening or clock() < heard + within):
            rest = within if listening else heard + within - clock()
            await asyncio.wait({work}, timeout=rest)
        if work.done() or begun:
            await work
            return
        over = True
        work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        work.cancel()
        answer = too_late(self._services, Request(scope))
        for name, value in self._headers.items():
            answer.headers.setdefault(name, value)
        await answer.to_asgi_response(None, Request(scope))(scope, receive, send)


def _time_for(scope: Scope) -> float:
    """Seconds that a request is given, by what it asks for and the length it says it has."""
    if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" and EXPORTS.fullmatch(scope["path"].rstrip("/")):
        return EXPORT_WITHIN
    said = dict(scope["headers"]).get(b"content-length", b"")
    # The server takes no length that is not a number; one of a thousand digits would not be read as one.
    is_upload = said.isdigit() and len(said) <= LONGEST_LENGTH and int(said) > LONGEST_BODY
    return PHOTOS_WITHIN if is_upload else ANSWER_WITHIN
