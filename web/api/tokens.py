"""Tokens for programs: asked for by mail, as one signs in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, delete, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.refused import Forbidden, NotFound, _
from web.api.documenting import ANYONE, MEMBER
from web.api.reading import strictly
from web.bearer import SCOPES, Scope
from web.pages.sign_in import ask_for_mail, member_by_code
from web.visits import Visiting
from web.welcoming import note, tell_by_mail

Address = Annotated[str, Meta(min_length=3, max_length=254, pattern="^[^\\s@]+@[^\\s@]+$")]


class AskForCode(Struct, forbid_unknown_fields=True):
    """Whom to mail a code."""

    mail: Address


class MakeToken(Struct, forbid_unknown_fields=True):
    """The code of the mail, and what the token is for."""

    mail: Address
    code: Annotated[str, Meta(max_length=20)]
    name: Annotated[str, Meta(min_length=1, max_length=80)] = "API"
    scopes: tuple[Scope, ...] = SCOPES


class Token(Struct):
    """A token; its text is shown this once."""

    id: str
    token: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime


@post(
    "/api/v1/sign-in",
    before_request=strictly(AskForCode),
    **ANYONE,
    status_code=202,
    summary="Ask for a sign-in code by mail",
    tags=["Tokens"],
)
async def ask_for_code(visit: Visiting, data: JSONBody[AskForCode]) -> Response[None]:
    """A code of six digits is mailed to a member's address; the answer is the same for any other."""
    await ask_for_mail(visit, data.mail, "")
    return Response(None, status_code=202)


@post(
    "/api/v1/tokens",
    before_request=strictly(MakeToken),
    **ANYONE,
    summary="Make a token with the code",
    tags=["Tokens"],
)
async def make_token(visit: Visiting, data: JSONBody[MakeToken]) -> Token:
    """A token does what its owner may do, within its scopes: `read`, `write`."""
    entry = await member_by_code(visit, data.mail, data.code)
    if entry is None:
        raise Forbidden(_("This code is wrong or too old. Look at the newest mail, or ask for another one."))
    if (await visit.services.second_factors.standing(entry.member_id)).guards_changes:
        raise Forbidden(
            _(
                "This account has a second factor: sign in with it, and make the token under Account, "
                "“Programs that act for me”."
            )
        )
    given, text = await visit.services.tokens.give(entry.member_id, name=data.name, scopes=data.scopes, now=visit.now)
    await note(visit, entry.member_id, "token", entered=True)
    await tell_by_mail(visit, entry.member_id, "token_made")
    return Token(given.id, text, given.name, given.scopes, given.expires_at)


@delete("/api/v1/tokens/{token_id:str}", **MEMBER, summary="End a token", tags=["Tokens"])
async def end_token(visit: Visiting, token_id: FromPath[str]) -> None:
    """It can do nothing from now on."""
    if not await visit.services.tokens.end(token_id, member_id=visit.viewer.member_id):
        raise NotFound(_("There is no such token."))


handlers: list[Any] = [ask_for_code, make_token, end_token]
