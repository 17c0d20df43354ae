"""A phone that a company's people share: paired by a code, signed in as the company's and as nobody in particular."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.types import ControllerRouterHandler

from domain.companies import PHONE_NAME_LENGTH, PairPhone, RevokePhone, checked_phone_name
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES, Links
from projections import people
from projections.people import PEOPLE
from projections.viewer import Viewer
from web import views
from web.forms import Answers
from web.pages.inbox import pickups
from web.pairings import LIFETIME, Wish, grouped
from web.policies import form, page
from web.rate_limits import PHONE_CODES, POSTS
from web.sessions import device_of
from web.visits import Visit, Visiting

# --- on the account of who acts for the company -----------------------------------------------------------------


async def shared_phones(visit: Visit, answers: Answers | None = None) -> views.SharedPhones | None:
    """The account's section on shared phones; None for who acts for no company."""
    companies = {company.company_id: company.name for company in visit.viewer.companies}
    if not companies:
        return None
    async with visit.reading(PEOPLE) as read:
        known = await read.all(people.phones(list(companies)))
    seen = await visit.services.sessions.phones_seen([phone.phone_id for phone in known], now=visit.now)
    return views.SharedPhones(
        form=visit.form(answers),
        phones=tuple(
            views.SharedPhone(
                id=phone.phone_id,
                name=phone.name,
                company=companies[phone.company_id] if len(companies) > 1 else "",
                last_used=seen.get(phone.phone_id),
                command=visit.new_command(),
            )
            for phone in known
        ),
        companies=tuple(views.Choice(value=value, label=label) for value, label in companies.items()),
    )


async def pairing_code(visit: Visit, answers: Answers) -> Response[str] | None:
    """Give out a code for what was typed; None when something stands against it, which `answers` then say."""
    companies = {company.company_id: company.name for company in visit.viewer.companies}
    if not companies:
        raise NotFound(_("There is no such company."))
    company_id = answers.choice("company", companies, usual=next(iter(companies)))
    name = answers.text("name", most=PHONE_NAME_LENGTH)
    try:
        name = checked_phone_name(name)
    except Refused as refused:
        answers.refused(refused)
    if answers.errors:
        return None
    await visit.within(POSTS, visit.viewer.member_id)
    code = await visit.services.pairings.issue(Wish(company_id, visit.viewer.member_id, name), now=visit.now)
    shown = views.PhoneCodePage(
        name=name,
        company=companies[company_id],
        code=grouped(code),
        minutes=int(LIFETIME.total_seconds()) // 60,
        address=Links(visit.services.settings.base_url).sign_in_phone(),
    )
    return await visit.page("phones/code.html", shown, current="account")


async def revoke(visit: Visit, phone_id: str) -> None:
    """Take back a phone of a company the reader acts for, and sign it out at once; any other is missing to them."""
    async with visit.reading(PEOPLE) as read:
        known = await read.all(people.phones([company.company_id for company in visit.viewer.companies]))
    phone = next((phone for phone in known if phone.phone_id == phone_id), None)
    if phone is None:
        raise NotFound(_("There is no such device."))
    command = RevokePhone(**await visit.asked(), company_id=phone.company_id, phone_id=phone_id)
    await visit.carry_out(visit.services.marketplace.revoke_phone, command)
    await visit.services.sessions.end_phone(phone_id)
    visit.tell(visit.say(_("“%(name)s” is signed out, and stays so."), name=phone.name))


# --- on the phone -----------------------------------------------------------------------------------------------


@page("/sign-in/phone", policy="anyone")
async def ask_for_code(visit: Visiting) -> Response[Any]:
    """Ask for the code that somebody of the company reads out."""
    return visit.go(PAGES.phone()) if visit.viewer.shared else await _ask(visit)


@form("/sign-in/phone", policy="anyone")
async def pair(visit: Visiting) -> Response[Any]:
    """Become the company's phone; whoever was signed in here is signed out."""
    await visit.within(PHONE_CODES, visit.place)
    answers, services = await visit.answers(), visit.services
    wish = await services.pairings.take(answers.raw("code"), now=visit.now)
    if wish is None:
        answers.wrong("code", _("This code is wrong, used or older than a quarter of an hour. Ask for a new one."))
        return await _ask(visit, answers)
    phone_id = visit.new_id("phone")
    pairing = PairPhone(
        **visit.signed() | {"actor": Viewer(member_id=wish.member_id).actor},
        company_id=wish.company_id,
        phone_id=phone_id,
        name=wish.name,
    )
    try:
        receipt = await services.carry_out(services.marketplace.pair_phone, pairing)
    except NotFound:
        answers.wrong(
            "code", _("Whoever made this code no longer acts for the company. Ask a colleague for a new one.")
        )
        return await _ask(visit, answers)
    except Refused as refused:
        answers.refused(refused, otherwise="code")
        return await _ask(visit, answers)
    await leave(visit)
    await services.reader.visible(receipt.position, [PEOPLE.name])
    viewer = await services.reader.phone_viewer(phone_id) or Viewer(member_id=phone_id, shared=True)
    session = await services.sessions.begin_shared(
        phone_id,
        rights=viewer.rights(),
        device=device_of(visit.request.headers.get("user-agent", "")),
        language=visit.language,
        position=receipt.position,
        now=visit.now,
    )
    visit.cookies.append(services.sessions.cookie(session))
    return visit.go(PAGES.phone())


@page("/phone", policy="crew")
async def phone(visit: Visiting) -> Response[Any]:
    """What a shared phone opens with: whose it is, what it is for, and the way out."""
    if not visit.viewer.shared:
        return visit.go(PAGES.account())
    frame = await visit.frame(current="phone")
    today, upcoming = await pickups(visit)
    shown = views.PhonePage(
        name=visit.viewer.name,
        company=visit.viewer.companies[0].name,
        zone=frame.zone,
        today=today,
        upcoming=upcoming,
    )
    return visit.fragment("phones/home.html", shown, frame)


async def leave(visit: Visit) -> None:
    """Sign this device out, whoever's it is. A shared phone comes back by a new code only, and as a new phone."""
    session, viewer = visit.session, visit.viewer
    if session is None:
        return
    if viewer.shared:
        leaving = RevokePhone(**visit.signed(), company_id=viewer.companies[0].company_id, phone_id=viewer.member_id)
        await visit.services.carry_out(visit.services.marketplace.revoke_phone, leaving)
    await visit.services.sessions.leave(session)
    visit.session, visit.viewer = None, Viewer()


async def _ask(visit: Visit, answers: Answers | None = None) -> Response[str]:
    asked = views.PhoneSignInPage(form=visit.form(answers))
    return await visit.page("phones/sign_in.html", asked, current="account", status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [ask_for_code, pair, phone]
