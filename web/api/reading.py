"""JSON bodies: read as strictly as the document says, and when one is wrong it is said where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException
from msgspec import Struct


def strictly(expected: type[Struct]) -> Callable[[Request[Any, Any, Any]], Awaitable[None]]:
    """Refuse a body before the framework reads it: it would take "35" for 35, and not say which field is wrong."""
    decoder = msgspec.json.Decoder(expected)

    async def read(request: Request[Any, Any, Any]) -> None:
        try:
            decoder.decode(await request.body())
        except (msgspec.DecodeError, UnicodeError) as fault:
            raise ClientException(str(fault)) from fault

    return read
