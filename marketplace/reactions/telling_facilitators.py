"""The last person who acted for a company has left: who runs its zones is told, and answers for it from then on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from domain import companies, zones
from domain.companies import CompanyRegistered, RepresentativeRemoved
from domain.events import Recorded
from domain.zones import Role, Zone
from marketplace.eventlog import EventLog
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import LeftBehind
from marketplace.outbox import URGENCY, Letter, Mail
from marketplace.reactions import Reaction
from marketplace.recipients import Recipient, recipient
from marketplace.settings import Settings

NAME: Final = "telling_facilitators"
FOLDER: Final = "left_behind"
TEMPLATE: Final = f"{FOLDER}/1"
MAILS: Final = UUID("6a1f5c58-58a3-5b7e-8a4e-2f6d0a4f9b37")
"""Under which the ids of these mails are made: the same event, zone and person, the same mail."""
WORTH_SENDING: Final = timedelta(days=7)
ANSWERS: Final[tuple[Role, ...]] = ("facilitator", "administrator")
"""Whoever holds the first of these roles that anyone holds who is still here."""


def telling_facilitators(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({RepresentativeRemoved}), _Telling(settings, log).react)


class _Telling:
    def __init__(self, settings: Settings, log: EventLog) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """A mail to each facilitator of each zone that admits the company, once nobody acts for it."""
        company = self._log.load(recorded.stream, companies.evolve).state
        registered = self._log.history(recorded.stream, limit=1)[0].event
        if (
            company is None
            or company.erased
            or company.representatives
            or not isinstance(registered, CompanyRegistered)
        ):
            return
        for zone_id in sorted(company.zones):
            zone = self._log.load(zone_id, zones.evolve).state
            for person in self._facilitators(zone) if zone else ():
                assert zone is not None  # noqa: S101  # it has facilitators
                mail_id = str(uuid5(MAILS, f"{recorded.id} {zone_id} {person.member.member_id}"))
                letter = self._letter(recorded, mail_id, str(registered.name), zone, person)
                yield self._mail(recorded, mail_id, zone_id, person, letter), letter

    def _facilitators(self, zone: Zone) -> list[Recipient]:
        for role in ANSWERS:
            found = [recipient(self._log, one) for one in sorted(zone.roles) if role in zone.roles[one]]
            if here := [person for person in found if person is not None and person.member.joined]:
                return here
        return []

    def _mail(self, recorded: Recorded, mail_id: str, zone_id: str, person: Recipient, letter: Letter) -> Mail:
        return Mail(
            id=mail_id,
            kind="left_behind",
            member_id=person.member.member_id,
            zone_id=zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["left_behind"],
            message_id=f"{mail_id}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            items=(recorded.stream,),
            subjects=(recorded.stream,),
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=recorded.at + WORTH_SENDING,
        )

    def _letter(self, recorded: Recorded, mail_id: str, company: str, zone: Zone, person: Recipient) -> Letter:
        said = LeftBehind(
            site=self._settings.name,
            name=person.name,
            company=company,
            zone=zone.name,
            zone_slug=zone.slug,
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=person.mail,
            name=person.name,
            date=recorded.at,
            message_id=f"{mail_id}@{self._domain}",
            language=person.language,
        )
        return address(write(FOLDER, person.language, self._links, mail=said), envelope)
