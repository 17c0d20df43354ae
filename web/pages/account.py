"""My account: which mail I want, in which language, where I am signed in, and the phones my company shares."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.language import LANGUAGES, known_language
from marketplace.links import PAGES, Links
from web.forms import Answers
from web.languages import language_cookie
from web.mail_form import mail_choices, save_mail_choices
from web.pages.phones import pairing_code, revoke, shared_phones
from web.policies import form, page
from web.views import AccountPage, Session
from web.visits import Visit, Visiting
from web.way_back import safe_path

DAYS: Final = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


@page("/account", policy="member")
async def account(visit: Visiting) -> Response[str]:
    """Who I am here."""
    return await _account(visit)


@form("/account/mail", policy="member")
async def mail_preferences(visit: Visiting) -> Response[Any]:
    """Choose which mail I want, or none; whoever had stopped it takes it up again by choosing how often."""
    answers = await visit.answers()
    if not await save_mail_choices(visit, visit.viewer, answers):
        return await _account(visit, answers)
    if visit.session is not None:
        visit.session.speak(visit.language)
    visit.tell(visit.say(_("Your mail preferences are saved.")))
    return visit.go(PAGES.account())


@form("/account/sessions/{session_id:str}/end", policy="member")
async def end_session(visit: Visiting, session_id: FromPath[str]) -> Response[Any]:
    """Sign one of my devices out."""
    if not await visit.services.sessions.end(session_id, member_id=visit.viewer.member_id):
        raise NotFound(_("There is no such device."))
    visit.tell(visit.say(_("That device is signed out.")))
    return visit.go(PAGES.account())


@form("/account/sessions/end", policy="member")
async def end_other_sessions(visit: Visiting) -> Response[Any]:
    """Sign every other device of mine out."""
    if visit.session is not None:
        await visit.services.sessions.end_others(visit.session)
    visit.tell(visit.say(_("Every other device is signed out.")))
    return visit.go(PAGES.account())


@form("/account/phones", policy="member")
async def add_phone(visit: Visiting) -> Response[Any]:
    """Show the code that makes a device a shared phone of my company."""
    answers = await visit.answers()
    return await pairing_code(visit, answers) or await _account(visit, phone_answers=answers)


@form("/account/phones/{phone_id:str}/revoke", policy="member")
async def revoke_phone(visit: Visiting, phone_id: FromPath[str]) -> Response[Any]:
    """Take a shared phone back."""
    await revoke(visit, phone_id)
    return visit.go(PAGES.account())


@form("/language", policy="anyone")
async def choose_language(visit: Visiting) -> Response[Any]:
    """Read the site in another language: kept with the session, or in the visitor's own browser."""
    answers = await visit.answers()
    language = known_language(answers.choice("language", LANGUAGES, usual=visit.language))
    if visit.session is not None:
        visit.session.speak(language)
    else:
        visit.cookies.append(language_cookie(language, secure=visit.services.hosts.secure))
    return visit.go(safe_path(answers.raw("to")) or PAGES.home())


async def _account(
    visit: Visit, answers: Answers | None = None, *, phone_answers: Answers | None = None
) -> Response[str]:
    choices = await mail_choices(visit, visit.viewer, PAGES.mail_preferences(), answers)
    devices = await visit.services.sessions.of(visit.viewer.member_id, now=visit.now)
    token = await visit.services.calendar_links.token_of(visit.viewer.member_id)
    shown = AccountPage(
        mail=choices,
        sessions=tuple(
            Session(
                id=device.id,
                device=device.device or visit.say(_("Unknown device")),
                first_seen=device.first_seen,
                last_seen=device.last_seen,
                here=visit.session is not None and device.id == visit.session.id,
            )
            for device in devices
        ),
        phones=await shared_phones(visit, phone_answers),
        calendar=Links(visit.services.settings.base_url).calendar(token) if token else "",
        news=Links(visit.services.settings.base_url).news(token) if token else "",
    )
    wrong = answers or phone_answers
    return await visit.page("account/home.html", shown, current="account", status=422 if wrong else 200)


handlers: Final[list[ControllerRouterHandler]] = [
    account,
    mail_preferences,
    end_session,
    end_other_sessions,
    add_phone,
    revoke_phone,
    choose_language,
]
