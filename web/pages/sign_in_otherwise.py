"""Signing in without a mail: with a passphrase, with a passkey, and with the second factor on top."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.signing_in import Entry
from web.forms import Answers
from web.pages.sign_in import address_in, ask_address
from web.passkeys import LONGEST_ANSWER
from web.passphrases import LONGEST
from web.policies import form, page
from web.rate_limits import (
    PASSKEYS_FROM_PLACE,
    PASSPHRASES_FOR_ACCOUNT,
    PASSPHRASES_FROM_PLACE,
    SECOND_FACTORS,
)
from web.views.account import PassphraseSignInPage, SecondFactorPage
from web.visits import Visit, Visiting
from web.way_back import safe_path
from web.welcoming import note, passkey_place, tell_by_mail, welcome

GONE: Final = _("This account is no longer there.")


@page("/sign-in/passphrase", policy="anyone")
async def ask_passphrase(visit: Visiting, to: FromQuery[str] = "") -> Response[str]:
    """Ask for an address and a passphrase."""
    return await _passphrase(visit, safe_path(to))


@form("/sign-in/passphrase", policy="anyone")
async def enter_by_passphrase(visit: Visiting) -> Response[Any]:
    """Sign in with them; the answer is the same, and takes as long, for an address that is nobody's."""
    answers = await visit.answers()
    mail, to = address_in(answers), safe_path(answers.raw("to"))
    typed = answers.text("passphrase", most=LONGEST, missing=_("Write your passphrase."))
    if answers.errors:
        return await _passphrase(visit, to, answers)
    await visit.within(PASSPHRASES_FROM_PLACE, visit.place)
    await visit.within(PASSPHRASES_FOR_ACCOUNT, mail.casefold())
    member_id = await visit.services.blocking(visit.services.marketplace.member_at, mail)
    if not await visit.services.passphrases.is_right(member_id, typed):
        await note(visit, member_id or "", "passphrase", entered=False)
        answers.wrong("passphrase", _("Address and passphrase do not go together. A link by mail always works."))
        return await _passphrase(visit, to, answers)
    entered = await welcome(visit, Entry(str(member_id), to), "passphrase")
    if entered is None:
        raise NotFound(GONE)
    return entered


@form("/sign-in/passkey/options", policy="anyone")
async def passkey_question(visit: Visiting) -> Response[str]:
    """What a device is asked to sign, for the browser."""
    await visit.within(PASSKEYS_FROM_PLACE, visit.place)
    place = passkey_place(visit)
    if place is None:
        raise NotFound(_("There is no such page."))
    asked = await visit.services.passkeys.options_to_enter(place, now=visit.now)
    return Response(asked, media_type="application/json", headers={"Cache-Control": "no-store"})


@form("/sign-in/passkey", policy="anyone")
async def enter_by_passkey(visit: Visiting) -> Response[Any]:
    """Sign in with what a device signed: it was opened by its owner's finger or PIN, so that makes two factors."""
    await visit.within(PASSKEYS_FROM_PLACE, visit.place)
    answers, place = await visit.answers(), passkey_place(visit)
    to = safe_path(answers.raw("to"))
    answer = answers.raw("credential")[:LONGEST_ANSWER]
    tried = await visit.services.passkeys.enter(place, answer, now=visit.now) if place else None
    if tried is None or not tried.right:
        if tried is not None:
            await note(visit, tried.member_id, "passkey", entered=False)
        answers.wrong("", _("This passkey opens nothing here. A link by mail always works."))
        return await ask_address(visit, to, answers)
    entered = await welcome(visit, Entry(tried.member_id, to), "passkey", strong=True)
    if entered is None:
        raise NotFound(GONE)
    return entered


@page("/sign-in/second", policy="entering")
async def ask_second(visit: Visiting, to: FromQuery[str] = "") -> Response[Any]:
    """Ask for the second factor; whoever has shown it, or has none, goes on."""
    session = visit.session
    standing = await visit.services.second_factors.standing(visit.viewer.member_id)
    if session is None or session.strong or not standing.has_one:
        return visit.go(safe_path(to) or PAGES.ways_in())
    return await _second(visit, safe_path(to))


@form("/sign-in/second", policy="entering")
async def enter_second(visit: Visiting) -> Response[Any]:
    """Take a code of the authenticator, or one of the recovery sheet."""
    answers, services, member_id = await visit.answers(), visit.services, visit.viewer.member_id
    to, session = safe_path(answers.raw("to")), visit.session
    typed = "".join(answers.raw("code").split())
    await visit.within(SECOND_FACTORS, member_id)
    recovers = not typed.isdecimal()
    accepts = services.second_factors.accepts_recovery if recovers else services.second_factors.accepts
    entered = await accepts(member_id, typed, now=visit.now)
    await note(visit, member_id, "recovery" if recovers else "authenticator", entered=entered)
    if session is None or not entered:
        answers.wrong("code", _("This code is wrong, used, or too old. The authenticator shows another one shortly."))
        return await _second(visit, to, answers)
    if recovers:
        await tell_by_mail(visit, member_id, "recovery_used")
    await services.sessions.strengthen(session, now=visit.now)
    visit.cookies.append(services.sessions.cookie(session))
    return visit.go(to or PAGES.ways_in())


async def _passphrase(visit: Visit, to: str, answers: Answers | None = None) -> Response[str]:
    shown = PassphraseSignInPage(form=visit.form(answers), to=to)
    return await visit.page("sign_in/passphrase.html", shown, current="account", status=422 if answers else 200)


async def _second(visit: Visit, to: str, answers: Answers | None = None) -> Response[str]:
    standing = await visit.services.second_factors.standing(visit.viewer.member_id)
    shown = SecondFactorPage(
        form=visit.form(answers),
        to=to,
        authenticator=standing.confirmed_at is not None,
        passkeys=standing.passkeys > 0 and passkey_place(visit) is not None,
    )
    return await visit.page("sign_in/second.html", shown, current="account", status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [
    ask_passphrase,
    enter_by_passphrase,
    passkey_question,
    enter_by_passkey,
    ask_second,
    enter_second,
]
