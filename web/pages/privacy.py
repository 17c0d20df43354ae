"""What is held and why, made from the declarations the code itself uses; and leaving: a person's, or a company's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, Refused, _
from marketplace.erasing import Leaving as LeftBehind
from marketplace.holdings import ABOUT, GROUNDS, HOLDINGS, Holding
from marketplace.language import translations
from marketplace.links import PAGES
from projections import exchanges, people
from projections.exchanges import EXCHANGES
from projections.people import PEOPLE
from projections.viewer import Viewer
from web.forms import Answers
from web.policies import form, page
from web.sessions import FRESH
from web.views.privacy import ErasedPage, ErasePage, Held, HeldAbout, Leaving, PrivacyPage
from web.visits import Visit, Visiting

A_YEAR: Final = 365
MOST: Final = 100
"""Exchanges under way that are counted."""


@page("/privacy", policy="anyone")
async def privacy(visit: Visiting) -> Response[str]:
    """What is kept about people, why, for how long, and how it goes."""
    held = tuple(
        HeldAbout(
            heading=visit.say(heading), held=tuple(_said(visit, each) for each in HOLDINGS if each.about == about)
        )
        for about, heading in ABOUT.items()
    )
    settings = visit.services.settings
    return await visit.page("texts/privacy.html", PrivacyPage(operator=settings.name, held=held))


@page("/account/erase", policy="member")
async def erase_me(visit: Visiting) -> Response[str]:
    """What goes and what stays when I erase my account, and the button that does it."""
    return await _asked(visit)


@page("/account/erase/again", policy="member_again")
async def again(visit: Visiting, company: FromQuery[str] = "") -> Response[Any]:
    """Where one comes back having shown once more who one is: whoever sits at an open computer erases nobody."""
    return visit.go(PAGES.erase_company(company) if company else PAGES.erase_me())


@form("/account/erase", policy="member_again")
async def do_erase_me(visit: Visiting) -> Response[Any]:
    """Erase me: at once nobody can read me any more, and this device is signed out."""
    answers = await visit.answers()
    if not _meant(answers):
        return await _asked(visit, answers)
    viewer = visit.viewer
    try:
        await visit.services.blocking(visit.services.erasing.forget, viewer.member_id, by=viewer.actor)
    except Refused as refusal:
        answers.refused(refusal)
        return await _asked(visit, answers)
    visit.cookies.append(visit.services.sessions.cookie(None))
    visit.session, visit.viewer = None, Viewer()
    return await visit.page("account/erased.html", ErasedPage())


@page("/account/erase/company/{company_id:str}", policy="member")
async def erase_company(visit: Visiting, company_id: FromPath[str]) -> Response[str]:
    """What goes and what stays when my company leaves."""
    return await _asked(visit, company_id=company_id)


@form("/account/erase/company/{company_id:str}", policy="member_again")
async def do_erase_company(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Erase a company for which I alone act."""
    answers = await visit.answers()
    name = await _mine(visit, company_id)
    if not _meant(answers):
        return await _asked(visit, answers, company_id=company_id)
    services = visit.services
    await services.blocking(services.erasing.forget, company_id, by=visit.viewer.actor)
    # Its rights are lost, which ends every session that held them: this page is read without one.
    visit.session, visit.viewer = None, Viewer()
    return await visit.page("account/erased.html", ErasedPage(company=name))


async def _asked(visit: Visit, answers: Answers | None = None, *, company_id: str = "") -> Response[str]:
    company = await _mine(visit, company_id) if company_id else ""
    left = LeftBehind((company_id,), ()) if company_id else await _left_behind(visit)
    shown = ErasePage(
        form=visit.form(answers),
        fresh=visit.session is not None and visit.now - visit.session.proved_at <= FRESH,
        company=company,
        company_id=company_id,
        companies=tuple([await _company(visit, each) for each in left.companies]),
        zones=tuple([await _zone(visit, each) for each in left.zones]),
    )
    return await visit.page("account/erase.html", shown, current="account", status=422 if answers else 200)


def _meant(answers: Answers) -> bool:
    if not answers.raw("sure"):
        answers.wrong("sure", _("Tick this: it cannot be taken back."))
    return not answers.errors


async def _left_behind(visit: Visit) -> LeftBehind:
    return await visit.services.blocking(visit.services.erasing.leaving, visit.viewer.member_id)


async def _mine(visit: Visit, company_id: str) -> str:
    """The name of a company for which this reader alone acts; any other is missing to them."""
    if not visit.viewer.acts_for(company_id) or company_id not in (await _left_behind(visit)).companies:
        raise NotFound(_("There is no such company."))
    return next(company.name for company in visit.viewer.companies if company.company_id == company_id)


async def _company(visit: Visit, company_id: str) -> Leaving:
    async with visit.reading(EXCHANGES, PEOPLE) as read:
        company = await read.one(people.company(company_id))
        owed = await read.all(exchanges.mine([company_id], "owed", visit.now, limit=MOST))
        waiting = await read.all(exchanges.mine([company_id], "waiting", visit.now, limit=MOST))
    name = company.name if company else company_id
    return Leaving(id=company_id, name=name, open_exchanges=len(owed) + len(waiting))


async def _zone(visit: Visit, zone_id: str) -> Leaving:
    zone = next((zone for zone in await visit.services.zones() if zone.zone_id == zone_id), None)
    return Leaving(id=zone.slug if zone else "", name=zone.name if zone else zone_id)


def _said(visit: Visit, holding: Holding) -> Held:
    say = visit.say
    return Held(
        name=holding.name,
        what=say(holding.what),
        why=say(holding.why),
        ground=say(GROUNDS[holding.ground]),
        seen_by=say(holding.seen_by),
        kept=_period(visit, holding.period(visit.services.settings)),
        goes=say(holding.goes),
    )


def _period(visit: Visit, period: timedelta | None) -> str:
    """A time as people say it: twelve months, thirty days."""
    if period is None:
        return visit.say(_("Until it is erased."))
    many = translations(visit.language).ngettext
    if period.days % A_YEAR == 0:
        months = period.days // A_YEAR * 12
        return many("%(num)d month.", "%(num)d months.", months) % {"num": months}
    return many("%(num)d day.", "%(num)d days.", period.days) % {"num": period.days}


handlers: Final[list[ControllerRouterHandler]] = [
    privacy,
    erase_me,
    again,
    do_erase_me,
    erase_company,
    do_erase_company,
]
