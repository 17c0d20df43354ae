"""Which mail I want, from a link in my mail: without signing in, and reading the page changes nothing."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from marketplace.digest_letter import UNSUBSCRIBE
from marketplace.language import known_language
from marketplace.links import PAGES
from projections.viewer import Viewer
from web.forms import Answers
from web.mail_form import mail_choices, save_mail_choices, wishes_of
from web.policies import form, page
from web.views.mail import MailChoicesPage
from web.visits import Visit, Visiting


@page("/mail-choices/{token:str}", policy="address")
async def choices(visit: Visiting, token: FromPath[str], saved: FromQuery[str] = "") -> Response[str]:
    """Show what I chose; mail scanners come here too."""
    person = await _person(visit, token)
    if person is not None:
        visit.language = known_language((await wishes_of(visit, person)).language)
    return await _shown(visit, token, person, saved=bool(saved))


@form("/mail-choices/{token:str}", policy="address")
async def choose(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Keep what I choose, for whoever holds the mail the link came with."""
    person = await _person(visit, token)
    if person is None:
        return await _shown(visit, token, None)
    answers = await visit.answers()
    if not await save_mail_choices(visit, person, answers):
        return await _shown(visit, token, person, answers=answers)
    return visit.go(PAGES.mail_choices(token, saved=1))


async def _person(visit: Visit, token: str) -> Viewer | None:
    """Whose mail the link stood in: the same token stops the weekly mail, and does nothing but what is about mail."""
    member_id = visit.services.signer.read(UNSUBSCRIBE, token, now=visit.now)
    return await visit.services.reader.viewer(member_id) if member_id else None


async def _shown(
    visit: Visit, token: str, person: Viewer | None, *, answers: Answers | None = None, saved: bool = False
) -> Response[str]:
    if person is None:
        return await visit.page("account/mail_choices.html", MailChoicesPage(token=token), status=410)
    shown = MailChoicesPage(
        token=token,
        mail=person.mail,
        choices=await mail_choices(visit, person, PAGES.mail_choices(token), answers),
        saved=saved,
    )
    return await visit.page("account/mail_choices.html", shown, status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [choices, choose]
