"""Which mail someone wants: the same form on their account, and behind the link in their mail without signing in."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import uuid4

from domain import taxonomy
from domain.members import (
    BULLETIN_TOPICS,
    FREQUENCIES,
    TOPICS,
    BulletinTopic,
    ChooseBulletins,
    Frequency,
    Member,
    ResumeMail,
    SetMailPreferences,
    StopMail,
    Topic,
)
from domain.refused import NotFound, Refused, _
from marketplace.language import LANGUAGES, known_language
from projections import people
from projections.people import PEOPLE
from projections.viewer import Viewer
from web.forms import Answers
from web.views import Choice, FacetOption
from web.views.mail import MailChoices
from web.visits import Visit

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
ANNOUNCED: Final[dict[BulletinTopic, str]] = {
    "news": _("Its news"),
    "law": _("What changes in the law"),
    "meeting": _("Its meetings"),
}
RETURNED: Final = {
    "refused": _("Mail to this address came back on %(day)s: there is no such mailbox. Nothing is sent to it."),
    "erased": _("Whoever had this address left on %(day)s and asked that nothing be sent to it any more."),
    "complaint": _("On %(day)s mail from here was reported as unwanted. Nothing is sent to this address."),
}


async def mail_choices(visit: Visit, person: Viewer, action: str, answers: Answers | None = None) -> MailChoices:
    """The form as it stands, or as it was filled with what is wrong in it."""
    wishes = await wishes_of(visit, person)
    topics = answers.all("topics") if answers else wishes.topics
    families = answers.all("families") if answers else wishes.families
    zones = answers.all("zones") if answers else tuple(set(person.zones) - wishes.without_zones)
    heard = tuple(topic for topic in BULLETIN_TOPICS if wishes.hears(topic) == "yes")
    bulletins = answers.all("bulletins") if answers else heard
    pause = wishes.paused_until if wishes.rests_on(visit.now.date()) else None
    return MailChoices(
        form=visit.form(answers, values={"paused_until": pause.isoformat() if pause else ""}),
        action=action,
        frequencies=(
            *(Choice(value=value, label=visit.say(label)) for value, label in OFTEN.items()),
            Choice(value=NEVER, label=visit.say(_("Never"))),
        ),
        frequency=answers.raw("frequency") if answers else NEVER if wishes.mail_stopped else wishes.frequency,
        topics=tuple(_option(value, visit.say(label), topics) for value, label in ABOUT.items()),
        families=tuple(
            _option(family.code, taxonomy.label(family.code, visit.language), families)
            for family in taxonomy.families()
        ),
        bulletins=tuple(_option(value, visit.say(label), bulletins) for value, label in ANNOUNCED.items()),
        zones=await _zones(visit, person, zones),
        language=visit.language,
        stopped=wishes.mail_stopped,
        paused_until=pause,
        returned=await _returned(visit, person),
    )


async def save_mail_choices(visit: Visit, person: Viewer, answers: Answers) -> bool:
    """Keep what was chosen; False, with what is wrong in the answers, when it cannot be.

    Whoever had stopped their mail takes it up again by choosing how often, whatever had stopped it.
    """
    frequency = answers.choice("frequency", (*FREQUENCIES, NEVER), missing=_("Choose how often."))
    topics = answers.choices("topics", TOPICS)
    bulletins: Any = answers.choices("bulletins", BULLETIN_TOPICS)
    families = answers.choices("families", [family.code for family in taxonomy.families()])
    zones = answers.choices("zones", person.zones) if len(person.zones) > 1 else tuple(person.zones)
    paused_until: date | None = answers.day("paused_until")
    language = answers.choice("language", LANGUAGES, usual=visit.language)
    if not topics and frequency != NEVER:
        answers.wrong("topics", _("Choose at least one subject, or no mail at all."))
    if not zones and frequency != NEVER:
        answers.wrong("zones", _("Choose at least one zone, or no mail at all."))
    if answers.errors:
        return False
    wishes = await wishes_of(visit, person)
    use = visit.services.marketplace
    preferences = SetMailPreferences(
        **await visit.asked() | {"actor": person.actor, "seen_version": None},
        member_id=person.member_id,
        # Whoever wants no mail keeps the rhythm, the subjects and the zones for the day they want it again.
        frequency=frequency if frequency != NEVER else wishes.frequency,  # type: ignore[arg-type]  # one of those offered
        topics=topics or wishes.topics,  # type: ignore[arg-type]  # as above
        families=families,
        without_zones=tuple(set(person.zones) - set(zones)) if zones else tuple(wishes.without_zones),
        paused_until=paused_until,
        language=language,
    )

    def asked() -> dict[str, Any]:
        return {"actor": person.actor, "now": visit.now, "command_id": str(uuid4())}

    try:
        await visit.carry_out(use.set_mail_preferences, preferences)
        if frequency == NEVER:
            await visit.carry_out(use.stop_mail, StopMail(**asked(), member_id=person.member_id, by="page"))
        else:
            chosen = ChooseBulletins(**asked(), member_id=person.member_id, wanted=bulletins)
            await visit.carry_out(use.choose_bulletins, chosen)
            await visit.carry_out(use.resume_mail, ResumeMail(**asked(), member_id=person.member_id))
            lift = visit.services.outbox.suppressions.lift
            await visit.services.blocking(lift, use.address_key(person.mail))
    except Refused as refusal:
        answers.refused(refusal)
        return False
    visit.language = known_language(language)
    return True


async def wishes_of(visit: Visit, person: Viewer) -> Member:
    """What someone said of their mail, from the log."""
    wishes = await visit.services.blocking(visit.services.marketplace.wishes_of, person.member_id)
    if wishes is None or wishes.erased:
        raise NotFound(_("There is no such person."))
    return wishes


async def _zones(visit: Visit, person: Viewer, chosen: tuple[str, ...]) -> tuple[FacetOption, ...]:
    if len(person.zones) < 2:  # noqa: PLR2004  # one zone is no choice
        return ()
    async with visit.reading(PEOPLE) as read:
        zones = await read.all(people.zones_by_id(list(person.zones)))
    return tuple(_option(zone.zone_id, zone.name, chosen) for zone in zones)


async def _returned(visit: Visit, person: Viewer) -> str:
    services = visit.services
    found = await services.blocking(services.outbox.suppressions.of, services.marketplace.address_key(person.mail))
    return visit.say(RETURNED[found.why], day=visit.wording.day(found.at.date())) if found else ""


def _option(value: str, label: str, chosen: tuple[str, ...]) -> FacetOption:
    return FacetOption(value=value, label=label, count=0, checked=value in chosen)
