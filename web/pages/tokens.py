"""The programs that act in my name: what each may do and until when, made here and taken back here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES, Links
from web.bearer import Scope
from web.forms import Answers
from web.policies import form, page
from web.rate_limits import POSTS
from web.views import Choice
from web.views.account import TokenLine, TokenPage, TokensPage
from web.visits import Visit, Visiting
from web.welcoming import note, tell_by_mail

LONGEST_NAME: Final = 80
MAY: Final[dict[str, tuple[str, tuple[Scope, ...]]]] = {
    "read": (_("Read"), ("read",)),
    "write": (_("Read, and act in my name"), ("read", "write")),
}
LASTS: Final = {"30": _("A month"), "90": _("Three months"), "365": _("A year")}
USUAL: Final = "90"


@page("/account/tokens", policy="member")
async def tokens(visit: Visiting) -> Response[str]:
    """Those there are, and the form that makes one."""
    return await _tokens(visit)


@form("/account/tokens", policy="member_again")
async def make_token(visit: Visiting) -> Response[str]:
    """Make one, and show it this once."""
    answers, services, member_id = await visit.answers(), visit.services, visit.viewer.member_id
    name = answers.text("name", most=LONGEST_NAME, missing=_("Name it, so that you know it again."))
    may = answers.choice("scope", MAY, usual="read")
    days = answers.choice("days", LASTS, usual=USUAL)
    if answers.errors:
        return await _tokens(visit, answers)
    await visit.within(POSTS, member_id)
    try:
        given, text = await services.tokens.give(
            member_id, name=name, scopes=MAY[may][1], lasts=timedelta(days=int(days)), now=visit.now
        )
    except Refused as refused:
        answers.refused(refused, otherwise="name")
        return await _tokens(visit, answers)
    await note(visit, member_id, "token", entered=True)
    await tell_by_mail(visit, member_id, "token_made")
    documentation = Links(services.settings.base_url).api_description()
    shown = TokenPage(name=given.name, token=text, expires_at=given.expires_at, documentation=documentation)
    return await visit.page("account/token.html", shown, current="account")


@form("/account/tokens/{token_id:str}/end", policy="member")
async def end_token(visit: Visiting, token_id: FromPath[str]) -> Response[Any]:
    """Take one back."""
    if not await visit.services.tokens.end(token_id, member_id=visit.viewer.member_id):
        raise NotFound(_("There is no such token."))
    visit.tell(visit.say(_("This program has no access any more.")))
    return visit.go(PAGES.my_tokens())


async def _tokens(visit: Visit, answers: Answers | None = None) -> Response[str]:
    known = await visit.services.tokens.of(visit.viewer.member_id, now=visit.now)
    shown = TokensPage(
        form=visit.form(answers, values={"scope": "read", "days": USUAL}),
        tokens=tuple(
            TokenLine(
                id=each.id,
                name=each.name,
                writes="write" in each.scopes,
                made_at=each.created_at,
                last_used=each.last_used,
                expires_at=each.expires_at,
            )
            for each in known
        ),
        scopes=tuple(Choice(value=value, label=visit.say(label)) for value, (label, _scopes) in MAY.items()),
        days=tuple(Choice(value=value, label=visit.say(label)) for value, label in LASTS.items()),
    )
    return await visit.page("account/tokens.html", shown, current="account", status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [tokens, make_token, end_token]
