"""Signing in: a mail with a link and a code, and the same answer whether or not the address is a member's."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.members import JoinMember
from domain.refused import NotFound, _
from marketplace.inviting import PURPOSE as INVITATION
from marketplace.language import known_language
from marketplace.links import PAGES
from marketplace.signing_in import DIGITS, LIFETIME, Entry
from projections.people import PEOPLE
from projections.viewer import Viewer
from web.forms import Answers
from web.languages import COOKIE
from web.pages.phones import leave
from web.policies import form, page
from web.rate_limits import CODES_FOR_ACCOUNT, CODES_FROM_PLACE, SIGN_IN_ASKED, SIGN_IN_MAILS
from web.sessions import device_of
from web.views import InvitationPage, SignInLandingPage, SignInPage, SignInSentPage
from web.visits import Visit, Visiting
from web.way_back import safe_path

LONGEST_ADDRESS: Final = 254
NOBODY: Final = "member-nobody"
"""Whose codes are compared when an address is no member's: it takes as long."""


@page("/sign-in", policy="anyone")
async def sign_in(visit: Visiting, to: FromQuery[str] = "") -> Response[Any]:
    """Ask for an address."""
    if visit.viewer.signed_in and not visit.viewer.shared:
        return visit.go(safe_path(to) or PAGES.me())
    return await visit.page("sign_in/form.html", SignInPage(form=visit.form(), to=safe_path(to)), current="account")


@form("/sign-in", policy="anyone")
async def send_link(visit: Visiting) -> Response[str]:
    """Have a mail sent, if this is a member's address; say the same in any case."""
    answers = await visit.answers()
    mail, to = _address(answers), safe_path(answers.raw("to"))
    if answers.errors:
        asked = SignInPage(form=visit.form(answers), to=to)
        return await visit.page("sign_in/form.html", asked, current="account", status=422)
    await ask_for_mail(visit, mail, to)
    return await _sent(visit, mail, to)


@form("/sign-in/code", policy="anyone")
async def enter_code(visit: Visiting) -> Response[Any]:
    """Sign in with the six digits of the mail."""
    answers = await visit.answers()
    mail, to = _address(answers), safe_path(answers.raw("to"))
    entry = None if answers.errors else await member_by_code(visit, mail, answers.raw("code"))
    if entry is None:
        answers.wrong("code", _("This code is wrong or too old. Look at the newest mail, or ask for another one."))
        return await _sent(visit, mail, to, answers)
    return await welcome(visit, entry)


@page("/sign-in/{token:str}", policy="address")
async def follow_link(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Where the mail's link leads: a button, because mail scanners follow links and never press buttons."""
    member_id = visit.services.doors.get(token)
    if member_id is not None:
        return await welcome(visit, Entry(member_id, ""))
    usable = await visit.services.blocking(visit.services.sign_ins.look, token, now=visit.now)
    return await _landing(visit, token, usable=usable)


@form("/sign-in/{token:str}", policy="anyone")
async def enter_by_link(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Sign in with the mail's link."""
    entry = await visit.services.blocking(visit.services.sign_ins.enter, token, now=visit.now)
    return await welcome(visit, entry) if entry else await _landing(visit, token, usable=False)


@page("/invitation/{token:str}", policy="address")
async def invited(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Where an invitation leads: who asks in whom, and a button."""
    member_id = await _invited(visit, token)
    person = await visit.services.reader.viewer(member_id) if member_id else None
    if person is None:
        return await _landing(visit, "", usable=False)
    visit.language = known_language(person.language)
    zone = next((zone for zone in await visit.services.zones() if zone.zone_id == person.home_zone), None)
    shown = InvitationPage(token=token, form=visit.form(), name=person.name, zone=zone.name if zone else "")
    return await visit.page("sign_in/invitation.html", shown, zone=zone, current="account")


@form("/invitation/{token:str}", policy="anyone")
async def come_in(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Let the invited person in; from then on they sign in like everyone."""
    member_id = await _invited(visit, token)
    return await welcome(visit, Entry(member_id, "")) if member_id else await _landing(visit, "", usable=False)


@form("/sign-out", policy="anyone")
async def sign_out(visit: Visiting) -> Response[Any]:
    """Forget this device."""
    await leave(visit)
    visit.cookies.append(visit.services.sessions.cookie(None))
    return visit.go(PAGES.home())


async def _invited(visit: Visit, token: str) -> str | None:
    """Whom an invitation is for; nobody, once they came: a mail that lies around lets nobody in a second time."""
    member_id = visit.services.signer.read(INVITATION, token, now=visit.now)
    member = await visit.services.blocking(visit.services.marketplace.wishes_of, member_id) if member_id else None
    return member_id if member is not None and not (member.joined or member.erased) else None


async def ask_for_mail(visit: Visit, mail: str, to: str) -> None:
    """Have a sign-in mail sent to a member's address; takes as long for any other."""
    await visit.within(SIGN_IN_ASKED, visit.place)
    await visit.within(SIGN_IN_MAILS, mail.casefold())
    services, language, now = visit.services, visit.language, visit.now

    def post() -> None:
        member_id = services.marketplace.member_at(mail)
        if member_id is not None:
            details = {"to": to, "language": language}
            services.outbox.post_sign_in(member_id, details, now=now, until=now + LIFETIME)

    services.aside(post)


async def member_by_code(visit: Visit, mail: str, code: str) -> Entry | None:
    """Who comes in with an address and the code that was mailed to it, if the two go together."""
    await visit.within(CODES_FROM_PLACE, visit.place)
    await visit.within(CODES_FOR_ACCOUNT, mail.casefold())
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    services = visit.services
    member_id = await services.blocking(services.marketplace.member_at, mail)
    return await services.blocking(services.sign_ins.enter_by_code, member_id or NOBODY, digits, now=visit.now)


async def welcome(visit: Visit, entry: Entry) -> Response[Any]:
    """Sign this device in, under an id nobody has seen before."""
    services, member_id = visit.services, entry.member_id
    await leave(visit)
    joining = JoinMember(**visit.signed() | {"actor": f"member:{member_id}"}, member_id=member_id)
    try:
        receipt = await services.carry_out(services.marketplace.join_member, joining)
    except NotFound:
        return await _landing(visit, "", usable=False)
    await services.reader.visible(receipt.position, [PEOPLE.name])
    viewer = await services.reader.viewer(member_id) or Viewer(member_id=member_id)
    chosen = visit.request.cookies.get(COOKIE)
    session = await services.sessions.begin(
        member_id,
        rights=viewer.rights(),
        device=device_of(visit.request.headers.get("user-agent", "")),
        language=known_language(chosen or viewer.language),
        position=receipt.position,
        now=visit.now,
    )
    visit.cookies.append(services.sessions.cookie(session))
    return visit.go(safe_path(entry.to) or PAGES.me())


async def _sent(visit: Visit, mail: str, to: str, answers: Answers | None = None) -> Response[str]:
    sent = SignInSentPage(
        form=visit.form(answers),
        mail=mail,
        minutes=int(LIFETIME.total_seconds()) // 60,
        to=to,
        dev_mail=visit.services.settings.demo,
    )
    return await visit.page("sign_in/sent.html", sent, current="account", status=422 if answers else 200)


async def _landing(visit: Visit, token: str, *, usable: bool) -> Response[str]:
    landing = SignInLandingPage(token=token, form=visit.form(), usable=usable)
    return await visit.page("sign_in/landing.html", landing, current="account", status=200 if usable else 410)


def _address(answers: Answers) -> str:
    mail = answers.text("mail", most=LONGEST_ADDRESS, missing=_("Write your mail address."))
    local, at, host = mail.rpartition("@")
    if mail and not (local and at and "." in host and not any(character.isspace() for character in mail)):
        answers.wrong("mail", _("This is not a mail address, such as name@company.fr."))
    return mail


handlers: Final[list[ControllerRouterHandler]] = [
    sign_in,
    send_link,
    enter_code,
    follow_link,
    enter_by_link,
    invited,
    come_in,
    sign_out,
]
