"""What programs send: bodies read as strictly as the document says, and the two headers that go with a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

import msgspec
from litestar import Request
from litestar.exceptions import ClientException
from litestar.params import HeaderParameter
from msgspec import Meta, Struct

from domain.refused import Refused, _

Text = Annotated[str, Meta(max_length=10_000)]
Code = Annotated[str, Meta(max_length=80)]
IdempotencyKey = Annotated[
    str, HeaderParameter(name="Idempotency-Key", description="A UUID: the same key and body again are one command.")
]
IfMatch = Annotated[str, HeaderParameter(name="If-Match", description="The ETag that was read; * for any.")]
LONGEST_VERSION: Final = 9


def strictly(expected: type[Struct]) -> Callable[[Request[Any, Any, Any]], Awaitable[None]]:
    """Refuse a body before the framework reads it: it would take "35" for 35, and not say which field is wrong."""
    decoder = msgspec.json.Decoder(expected)

    async def read(request: Request[Any, Any, Any]) -> None:
        try:
            decoder.decode(await request.body())
        except (msgspec.DecodeError, UnicodeError) as fault:
            raise ClientException(str(fault)) from fault

    return read


def without_nul(text: str) -> str:
    """A text as it came; refuses the one character the database cannot hold."""
    if "\0" in text:
        raise Refused(_("This text holds a character that nobody can read."))
    return text


def command_id(key: str) -> str:
    """The command's id: the program's own, so that it may ask again, or a new one."""
    if not key:
        return str(uuid4())
    try:
        return str(UUID(key))
    except ValueError:
        raise Refused(_("An Idempotency-Key is a UUID."), field="Idempotency-Key") from None


def seen_version(if_match: str) -> int | None:
    """The version a program read before it asked; None when it does not care."""
    given = if_match.strip().strip('"')
    if given in ("", "*"):
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_VERSION):
        raise Refused(_("If-Match is the ETag that was read."), field="If-Match")
    return int(given)
