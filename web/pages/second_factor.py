"""The second factor: an authenticator counts once its digits were typed, and has recovery codes for a bad day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.links import PAGES
from marketplace.one_time_codes import address_of, spelled
from web.drawn_codes import drawn_code
from web.forms import Answers
from web.policies import form, page
from web.rate_limits import POSTS, SECOND_FACTORS
from web.views.account import AuthenticatorPage, RecoveryPage
from web.visits import Visit, Visiting
from web.way_back import safe_path
from web.welcoming import passkey_place, tell_by_mail


@page("/account/second-factor", policy="member_again")
async def second_factor(visit: Visiting, to: FromQuery[str] = "") -> Response[str]:
    """Begin, or go on where it was begun."""
    return await _authenticator(visit, safe_path(to))


@form("/account/second-factor", policy="member_again")
async def begin(visit: Visiting) -> Response[Any]:
    """Make the secret that an authenticator will read."""
    to = safe_path((await visit.answers()).raw("to"))
    await visit.within(POSTS, visit.viewer.member_id)
    await visit.services.second_factors.begin(visit.viewer.member_id)
    return visit.go(PAGES.second_factor(to or None))


@form("/account/second-factor/confirm", policy="member_again")
async def confirm(visit: Visiting) -> Response[str]:
    """Let it count, once it shows the digits we expect; from here on this session is as strong as can be."""
    answers, services, member_id = await visit.answers(), visit.services, visit.viewer.member_id
    to = safe_path(answers.raw("to"))
    await visit.within(SECOND_FACTORS, member_id)
    codes = await services.second_factors.confirm(member_id, "".join(answers.raw("code").split()), now=visit.now)
    if codes is None:
        answers.wrong("code", _("These are not its digits. Type those it shows now; is the clock of your phone right?"))
        return await _authenticator(visit, to, answers)
    if visit.session is not None:
        await services.sessions.strengthen(visit.session, now=visit.now)
        visit.cookies.append(services.sessions.cookie(visit.session))
    await tell_by_mail(visit, member_id, "authenticator_set")
    return await _recovery(visit, codes, to)


@form("/account/second-factor/recovery", policy="member_again")
async def renew_recovery(visit: Visiting) -> Response[str]:
    """Make other recovery codes, as when the sheet is lost or nearly used up."""
    services, member_id = visit.services, visit.viewer.member_id
    if (await services.second_factors.standing(member_id)).confirmed_at is None:
        raise NotFound(_("There is no such page."))
    await visit.within(POSTS, member_id)
    codes = await services.second_factors.renew_recovery(member_id)
    await tell_by_mail(visit, member_id, "recovery_renewed")
    return await _recovery(visit, codes, "")


@form("/account/second-factor/remove", policy="member_again")
async def remove(visit: Visiting) -> Response[Any]:
    """Do without it."""
    member_id = visit.viewer.member_id
    if (await visit.services.second_factors.standing(member_id)).confirmed_at is not None:
        await visit.services.second_factors.forget(member_id)
        await tell_by_mail(visit, member_id, "authenticator_removed")
    visit.tell(visit.say(_("The authenticator is removed, and its recovery codes with it.")))
    return visit.go(PAGES.ways_in())


async def _authenticator(visit: Visit, to: str, answers: Answers | None = None) -> Response[str]:
    services, viewer = visit.services, visit.viewer
    standing = await services.second_factors.standing(viewer.member_id)
    secret = await services.second_factors.begun(viewer.member_id) if standing.begun else None
    until = standing.until(timedelta(days=services.settings.second_factor_days))
    address = address_of(secret, site=services.settings.name, mail=viewer.mail) if secret else ""
    shown = AuthenticatorPage(
        form=visit.form(answers),
        to=to,
        code=drawn_code(address) if address else None,
        spelled=spelled(secret) if secret else "",
        since=standing.confirmed_at,
        late=until is not None and visit.now >= until,
        can_make_passkeys=passkey_place(visit) is not None,
    )
    return await visit.page("account/second_factor.html", shown, current="account", status=422 if answers else 200)


async def _recovery(visit: Visit, codes: list[str], to: str) -> Response[str]:
    shown = RecoveryPage(codes=tuple(codes), to=to)
    return await visit.page("account/recovery.html", shown, current="account")


handlers: Final[list[ControllerRouterHandler]] = [second_factor, begin, confirm, renew_recovery, remove]
