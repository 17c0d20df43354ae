"""My account: which mail I want, in which language, where I am signed in, and the phones my company shares."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain import taxonomy
from domain.members import FREQUENCIES, TOPICS, Frequency, ResumeMail, SetMailPreferences, StopMail, Topic
from domain.refused import NotFound, Refused, _
from marketplace.language import LANGUAGES, known_language
from marketplace.links import PAGES
from projections import people
from projections.people import PEOPLE
from web.forms import Answers
from web.languages import language_cookie
from web.pages.phones import pairing_code, revoke, shared_phones
from web.policies import form, page
from web.views import AccountPage, Choice, FacetOption, Session
from web.visits import Visit, Visiting
from web.way_back import safe_path

OFTEN: Final[dict[Frequency, str]] = {
    "weekly": _("Every week"),
    "fortnightly": _("Every other week"),
    "monthly": _("Once a month"),
}
NEVER: Final = "never"
ABOUT: Final[dict[Topic, str]] = {
    "matches": _("Matches for my listings"),
    "news": _("New listings in the families I follow"),
    "renewals": _("My listings about to expire"),
}
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
    frequency = answers.choice("frequency", (*FREQUENCIES, NEVER), missing=_("Choose how often."))
    topics = answers.choices("topics", TOPICS)
    families = answers.choices("families", [family.code for family in taxonomy.families()])
    language = answers.choice("language", LANGUAGES, usual=visit.language)
    if not topics and frequency != NEVER:
        answers.wrong("topics", _("Choose at least one subject, or no mail at all."))
    if answers.errors:
        return await _account(visit, answers)
    async with visit.reading(PEOPLE) as read:
        member = await read.one(people.member(visit.viewer.member_id))
    asked, member_id = await visit.asked(), visit.viewer.member_id
    preferences = SetMailPreferences(
        **asked,
        member_id=member_id,
        # Whoever wants no mail keeps the rhythm and the subjects they had, for the day they want it again.
        frequency=frequency if frequency != NEVER else member.frequency if member else "weekly",  # type: ignore[arg-type]  # one of those offered
        topics=topics or TOPICS,  # type: ignore[arg-type]  # as above
        families=families,
        language=language,
    )
    try:
        await visit.carry_out(visit.services.marketplace.set_mail_preferences, preferences)
        if frequency == NEVER:
            stopping = StopMail(**visit.signed(), member_id=member_id, by="page")
            await visit.carry_out(visit.services.marketplace.stop_mail, stopping)
        else:
            resuming = ResumeMail(**visit.signed(), member_id=member_id)
            await visit.carry_out(visit.services.marketplace.resume_mail, resuming)
    except Refused as refusal:
        answers.refused(refusal)
        return await _account(visit, answers)
    if visit.session is not None:
        visit.session.speak(known_language(language))
    visit.language = known_language(language)
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
    async with visit.reading(PEOPLE) as read:
        member = await read.one(people.member(visit.viewer.member_id))
    if member is None:
        raise NotFound(_("There is no such person."))
    zone = next((zone for zone in await visit.services.zones() if zone.zone_id == member.home_zone), None)
    topics = answers.all("topics") if answers else member.topics
    families = answers.all("families") if answers else member.families
    devices = await visit.services.sessions.of(member.member_id, now=visit.now)
    shown = AccountPage(
        mail_form=visit.form(answers),
        frequencies=(
            *(Choice(value=value, label=visit.say(label)) for value, label in OFTEN.items()),
            Choice(value=NEVER, label=visit.say(_("Never"))),
        ),
        frequency=answers.raw("frequency") if answers else NEVER if member.stopped else member.frequency,
        topics=tuple(
            FacetOption(value=value, label=visit.say(label), count=0, checked=value in topics)
            for value, label in ABOUT.items()
        ),
        families=tuple(
            FacetOption(
                value=family.code,
                label=taxonomy.label(family.code, visit.language),
                count=0,
                checked=family.code in families,
            )
            for family in taxonomy.families()
        ),
        language=visit.language,
        sessions=tuple(
            Session(
                id=device.id,
                device=device.device or visit.say(_("Unknown device")),
                last_seen=device.last_seen,
                here=visit.session is not None and device.id == visit.session.id,
            )
            for device in devices
        ),
        stopped=member.stopped,
        digest_day=visit.say(DAYS[zone.digest_weekday - 1]) if zone else "",
        phones=await shared_phones(visit, phone_answers),
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
