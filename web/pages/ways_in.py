"""How I sign in: my passphrase, my passkeys, my second factor, and who came in lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES
from marketplace.sign_in_records import WAYS
from web.forms import Answers
from web.passkeys import LONGEST_ANSWER
from web.passphrases import LONGEST, SHORTEST, checked_passphrase
from web.policies import form, page
from web.rate_limits import POSTS
from web.views.account import PasskeyLine, PasskeyPage, PassphrasePage, SignInLine, WaysInPage
from web.visits import Visit, Visiting
from web.welcoming import device, passkey_place, tell_by_mail

LONGEST_NAME: Final = 60


@page("/account/ways-in", policy="entering")
async def ways_in(visit: Visiting) -> Response[str]:
    """What opens my account, and who opened it."""
    services, member_id = visit.services, visit.viewer.member_id
    standing = await services.second_factors.standing(member_id)
    passkeys = await services.passkeys.of(member_id)
    records = await services.records.of(member_id)
    shown = WaysInPage(
        mail=visit.viewer.mail,
        passphrase_since=await services.passphrases.set_at(member_id),
        passkeys=tuple(
            PasskeyLine(id=each.id, name=each.name, made_at=each.made_at, last_used=each.last_used) for each in passkeys
        ),
        can_make=passkey_place(visit) is not None,
        authenticator_since=standing.confirmed_at,
        recovery_left=standing.recovery_left,
        until=standing.until(timedelta(days=services.settings.second_factor_days)),
        records=tuple(
            SignInLine(at=each.at, way=visit.say(WAYS[each.way]), entered=each.entered, device=each.device)
            for each in records
        ),
    )
    return await visit.page("account/ways_in.html", shown, current="account")


# The passphrase -------------------------------------------------------------------------------------------------


@page("/account/passphrase", policy="member_again")
async def ask_passphrase(visit: Visiting) -> Response[str]:
    """Choose one, or another one."""
    return await _passphrase(visit)


@form("/account/passphrase", policy="member_again")
async def keep_passphrase(visit: Visiting) -> Response[Any]:
    """Keep what was chosen; every other device signs in anew."""
    answers, services, member_id = await visit.answers(), visit.services, visit.viewer.member_id
    typed = answers.text("passphrase", most=LONGEST, missing=_("Write a passphrase."))
    try:
        if not answers.errors:
            checked_passphrase(typed, mail=visit.viewer.mail)
    except Refused as refused:
        answers.refused(refused)
    if answers.errors:
        return await _passphrase(visit, answers)
    await visit.within(POSTS, member_id)
    changed = await services.passphrases.keep(member_id, typed, now=visit.now)
    if changed and visit.session is not None:
        # Whoever knew the one before may sit at one of them.
        await services.sessions.end_others(visit.session)
    await tell_by_mail(visit, member_id, "passphrase_changed" if changed else "passphrase_set")
    visit.tell(
        visit.say(_("Your passphrase is changed, and every other device is signed out."))
        if changed
        else visit.say(_("Your passphrase is set. A link by mail goes on working too."))
    )
    return visit.go(PAGES.ways_in())


@form("/account/passphrase/remove", policy="member_again")
async def remove_passphrase(visit: Visiting) -> Response[Any]:
    """Sign in without one again."""
    if await visit.services.passphrases.forget(visit.viewer.member_id):
        await tell_by_mail(visit, visit.viewer.member_id, "passphrase_removed")
    visit.tell(visit.say(_("There is no passphrase any more: you sign in by mail.")))
    return visit.go(PAGES.ways_in())


# Passkeys -------------------------------------------------------------------------------------------------------


@page("/account/passkeys", policy="member_again")
async def ask_passkey(visit: Visiting) -> Response[str]:
    """Make one on this device."""
    return await _passkey(visit)


@form("/account/passkeys/options", policy="member_again")
async def passkey_question(visit: Visiting) -> Response[str]:
    """What a device is asked to make, for the browser."""
    place, viewer = passkey_place(visit), visit.viewer
    if place is None:
        raise NotFound(_("There is no such page."))
    await visit.within(POSTS, viewer.member_id)
    asked = await visit.services.passkeys.options_to_make(
        place, viewer.member_id, mail=viewer.mail, name=viewer.name, now=visit.now
    )
    return Response(asked, media_type="application/json", headers={"Cache-Control": "no-store"})


@form("/account/passkeys", policy="member_again")
async def keep_passkey(visit: Visiting) -> Response[Any]:
    """Keep what the device made."""
    answers, services, member_id = await visit.answers(), visit.services, visit.viewer.member_id
    place = passkey_place(visit)
    name = answers.text("name", most=LONGEST_NAME) or device(visit) or visit.say(_("Passkey"))
    answer = answers.raw("credential")[:LONGEST_ANSWER]
    if answers.errors:
        return await _passkey(visit, answers)
    if place is None or not await services.passkeys.make(place, member_id, answer, name=name, now=visit.now):
        answers.wrong("", _("The passkey could not be kept: the device did not answer in time. Try again."))
        return await _passkey(visit, answers)
    if visit.session is not None:
        # It was opened by a finger or a PIN a moment ago: that is as good as coming in with it.
        await services.sessions.strengthen(visit.session, now=visit.now)
        visit.cookies.append(services.sessions.cookie(visit.session))
    await tell_by_mail(visit, member_id, "passkey_made")
    visit.tell(visit.say(_("“%(name)s” is kept: next time, sign in without any mail."), name=name))
    return visit.go(PAGES.ways_in())


@form("/account/passkeys/{passkey_id:str}/remove", policy="member_again")
async def remove_passkey(visit: Visiting, passkey_id: FromPath[str]) -> Response[Any]:
    """Forget one of mine."""
    if not await visit.services.passkeys.remove(passkey_id, member_id=visit.viewer.member_id):
        raise NotFound(_("There is no such device."))
    await tell_by_mail(visit, visit.viewer.member_id, "passkey_removed")
    visit.tell(visit.say(_("This passkey opens nothing any more.")))
    return visit.go(PAGES.ways_in())


async def _passphrase(visit: Visit, answers: Answers | None = None) -> Response[str]:
    shown = PassphrasePage(
        form=visit.form(answers),
        mail=visit.viewer.mail,
        least=SHORTEST,
        has_one=await visit.services.passphrases.set_at(visit.viewer.member_id) is not None,
    )
    return await visit.page("account/passphrase.html", shown, current="account", status=422 if answers else 200)


async def _passkey(visit: Visit, answers: Answers | None = None) -> Response[str]:
    shown = PasskeyPage(
        form=visit.form(answers, values={"name": device(visit)}), can_make=passkey_place(visit) is not None
    )
    return await visit.page("account/passkey.html", shown, current="account", status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [
    ways_in,
    ask_passphrase,
    keep_passphrase,
    remove_passphrase,
    ask_passkey,
    passkey_question,
    keep_passkey,
    remove_passkey,
]
