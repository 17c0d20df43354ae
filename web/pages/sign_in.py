"""Signing in: a mail with a link and a code, and the same answer whether or not the address is a member's."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.refused import _
from marketplace.inviting import PURPOSE as INVITATION
from marketplace.language import known_language
from marketplace.links import PAGES
from marketplace.signing_in import DIGITS, LIFETIME, Entry, Looked
from projections import people
from web import accepting
from web.forms import Answers
from web.pages.phones import leave
from web.policies import form, page
from web.rate_limits import CODES_FOR_ACCOUNT, CODES_FROM_PLACE, LINKS_FROM_PLACE, SIGN_IN_ASKED, SIGN_IN_MAILS
from web.views import InvitationPage, SignInLandingPage, SignInPage, SignInSentPage
from web.views.account import Spent
from web.visits import Visit, Visiting
from web.way_back import safe_path
from web.welcoming import note, passkey_place, welcome

LONGEST_ADDRESS: Final = 254
NOBODY: Final = "member-nobody"
"""Whose codes are compared when an address is no member's: it takes as long."""


@page("/sign-in", policy="anyone")
async def sign_in(visit: Visiting, to: FromQuery[str] = "", again: FromQuery[str] = "") -> Response[Any]:
    """Ask for an address."""
    known = visit.viewer.signed_in and not visit.viewer.shared
    if known and not again:
        return visit.go(safe_path(to) or PAGES.me())
    return await ask_address(visit, safe_path(to))


@form("/sign-in", policy="anyone")
async def send_link(visit: Visiting) -> Response[str]:
    """Have a mail sent, if this is a member's address; say the same in any case."""
    answers = await visit.answers()
    mail, to = address_in(answers), safe_path(answers.raw("to"))
    if answers.errors:
        return await ask_address(visit, to, answers)
    await ask_for_mail(visit, mail, to)
    return await _sent(visit, mail, to)


@form("/sign-in/code", policy="anyone")
async def enter_code(visit: Visiting) -> Response[Any]:
    """Sign in with the six digits of the mail."""
    answers = await visit.answers()
    mail, to = address_in(answers), safe_path(answers.raw("to"))
    entry = None if answers.errors else await member_by_code(visit, mail, answers.raw("code"))
    if entry is None:
        answers.wrong("code", _("This code is wrong or too old. Look at the newest mail, or ask for another one."))
        return await _sent(visit, mail, to, answers)
    return await welcome(visit, entry, "code") or await _turned_away(visit, "unknown")


@page("/sign-in/{token:str}", policy="address")
async def follow_link(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Where the mail's link leads: a button, because mail scanners follow links and never press buttons."""
    member_id = visit.services.doors.get(token)
    if member_id is not None:
        return await welcome(visit, Entry(member_id, ""), "link") or await _turned_away(visit, "unknown")
    return await _landing(visit, token, await _look(visit, token))


@form("/sign-in/{token:str}", policy="anyone")
async def enter_by_link(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Sign in with the mail's link."""
    await visit.within(LINKS_FROM_PLACE, visit.place)
    entry = await visit.services.blocking(visit.services.sign_ins.enter, token, now=visit.now)
    if entry is None:
        return await _landing(visit, token, await _look(visit, token))
    return await welcome(visit, entry, "link") or await _turned_away(visit, "unknown")


@page("/invitation/{token:str}", policy="address")
async def invited(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Where an invitation leads: who asks in whom, or asks them to act for a company or a zone; and a button."""
    if held := await accepting.asked(visit, token):
        return await accepting.look(visit, held, token)
    member_id = await _invited(visit, token)
    person = await visit.services.reader.viewer(member_id) if member_id else None
    if person is None:
        return await _turned_away(visit, "invitation")
    visit.language = known_language(person.language)
    zone = next((zone for zone in await visit.services.zones() if zone.zone_id == person.home_zone), None)
    async with visit.services.reader.reading(person) as read:
        asked_over = await read.all(people.handovers_to(person.member_id))
    shown = InvitationPage(
        token=token,
        form=visit.form(),
        name=person.name,
        zone=zone.name if zone else "",
        takes_over=asked_over[0].organisation if asked_over else "",
    )
    return await visit.page("sign_in/invitation.html", shown, zone=zone, current="account")


@form("/invitation/{token:str}", policy="anyone")
async def come_in(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Let the invited person in; from then on they sign in like everyone."""
    await visit.within(LINKS_FROM_PLACE, visit.place)
    if held := await accepting.asked(visit, token):
        return await accepting.accept(visit, held)
    member_id = await _invited(visit, token)
    entered = await welcome(visit, Entry(member_id, ""), "invitation") if member_id else None
    return entered or await _turned_away(visit, "invitation")


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
    entry = await services.blocking(services.sign_ins.enter_by_code, member_id or NOBODY, digits, now=visit.now)
    if entry is None:
        await note(visit, member_id or "", "code", entered=False)
    return entry


def address_in(answers: Answers, missing: str = _("Write your mail address.")) -> str:
    """The address somebody signs in with, or is to sign in with; `missing` is what to say when there is none."""
    mail = answers.text("mail", most=LONGEST_ADDRESS, missing=missing)
    local, at, host = mail.rpartition("@")
    if mail and not (local and at and "." in host and not any(character.isspace() for character in mail)):
        answers.wrong("mail", _("This is not a mail address, such as name@company.fr."))
    return mail


async def ask_address(visit: Visit, to: str, answers: Answers | None = None) -> Response[str]:
    """The page that asks for an address, first or once more."""
    known = visit.viewer.signed_in and not visit.viewer.shared
    asked = SignInPage(
        form=visit.form(answers, values={"mail": visit.viewer.mail} if known else None),
        to=to,
        again=known,
        passkeys=passkey_place(visit) is not None,
    )
    return await visit.page("sign_in/form.html", asked, current="account", status=422 if answers else 200)


async def _sent(visit: Visit, mail: str, to: str, answers: Answers | None = None) -> Response[str]:
    sent = SignInSentPage(
        form=visit.form(answers),
        mail=mail,
        minutes=int(LIFETIME.total_seconds()) // 60,
        to=to,
        dev_mail=visit.services.settings.demo,
    )
    return await visit.page("sign_in/sent.html", sent, current="account", status=422 if answers else 200)


async def _look(visit: Visit, token: str) -> Looked:
    return await visit.services.blocking(visit.services.sign_ins.look, token, now=visit.now)


async def _landing(visit: Visit, token: str, looked: Looked) -> Response[str]:
    if looked.worth != "good":
        return await _turned_away(visit, looked.worth)
    person = await visit.services.reader.viewer(looked.member_id)
    other = visit.viewer.name if visit.viewer.signed_in and visit.viewer.member_id != looked.member_id else ""
    landing = SignInLandingPage(token=token, form=visit.form(), name=person.name if person else "", other=other)
    return await visit.page("sign_in/landing.html", landing, current="account")


async def _turned_away(visit: Visit, why: Spent) -> Response[str]:
    landing = SignInLandingPage(token="", form=visit.form(), spent=why)
    return await visit.page("sign_in/landing.html", landing, current="account", status=410)


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
