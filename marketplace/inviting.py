"""Invitations by mail: a link that lets its person in, once and for two weeks; unanswered, it is repeated once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain import zones
from marketplace.clock import Clock
from marketplace.digest_letter import UNSUBSCRIBE
from marketplace.eventlog import EventLog
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import Invitation
from marketplace.outbox import URGENCY, Letter, Mail, Outbox, new_id
from marketplace.recipients import recipient
from marketplace.settings import Settings
from marketplace.tokens import Signer

FOLDER: Final = "invitation"
TEMPLATE: Final = f"{FOLDER}/1"
PURPOSE: Final = "invitation"
"""The purpose of the token that lets somebody in; its value is the member's id."""
LASTS: Final = timedelta(days=14)
REPEATED_AFTER: Final = timedelta(days=7)
FORGOTTEN_AFTER: Final = timedelta(days=30)
"""An invitation that old is not repeated any more: the site may have been down for long."""
WORTH_SENDING: Final = timedelta(days=5)
NOT_AGAIN_WITHIN: Final = timedelta(days=1)
AT_ONCE: Final = 100

Turn = Literal["first", "again"]


class Invitations:
    """Puts them in the outbox; they are written when they leave, so that what opens the door is kept nowhere."""

    def __init__(self, outbox: Outbox, log: EventLog, clock: Clock) -> None:
        self._outbox = outbox
        self._log = log
        self._clock = clock

    def post(self, member_id: str) -> bool:
        """Have somebody invited by mail; False when they are here already, or were invited within a day."""
        person, now = recipient(self._log, member_id), self._clock.now()
        if person is None or person.member.joined:
            return False
        if self._outbox.invited_since(member_id, now - NOT_AGAIN_WITHIN):
            return False
        return self._outbox.post_alone(self._mail(new_id(), member_id, person.member.home_zone, "first", now))

    def tick(self) -> int:
        """Repeat what a week left unanswered, once each, and say how often that was."""
        now = self._clock.now()
        found = self._outbox.unanswered_invitations(now - FORGOTTEN_AFTER, now - REPEATED_AFTER, AT_ONCE)
        return sum(self._repeat(mail, now) for mail in found)

    def _repeat(self, first: Mail, now: datetime) -> bool:
        again = self._mail(str(uuid5(UUID(first.id), "again")), first.member_id, first.zone_id, "again", now)
        person = recipient(self._log, first.member_id)
        wanted = person is not None and not person.member.joined and not person.member.mail_stopped
        if not wanted:
            # Kept as a row all the same: whoever answered is not looked at again.
            again = replace(again, state="skipped", settled_at=now)
        return self._outbox.post_alone(again) and wanted

    @staticmethod
    def _mail(mail_id: str, member_id: str, zone_id: str, turn: Turn, now: datetime) -> Mail:
        return Mail(
            id=mail_id,
            kind="invitation",
            member_id=member_id,
            zone_id=zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["invitation"],
            template=TEMPLATE,
            details={"turn": turn},
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )


class InvitationWriter(Struct, frozen=True):
    """Writes them for one site, the same words however often it is asked: their time runs from the day of the row."""

    site: str
    mail_from: str
    links: Links
    domain: str
    signer: Signer
    log: EventLog

    def __call__(self, mail: Mail, now: datetime) -> Letter | None:  # noqa: ARG002  # a writer like the others
        """Give the letter; None when its person has come meanwhile, wants no mail, or is gone."""
        person = recipient(self.log, mail.member_id)
        zone = self.log.load(mail.zone_id, zones.evolve).state
        if person is None or person.member.joined or person.member.mail_stopped or zone is None:
            return None
        until = mail.created_at + LASTS
        time_zone = ZoneInfo(zone.time_zone)
        stop = self.signer.sign(UNSUBSCRIBE, mail.member_id)
        said = Invitation(
            site=self.site,
            name=person.name,
            zone=zone.name,
            zone_slug=zone.slug,
            association=zone.association,
            token=self.signer.sign(PURPOSE, mail.member_id, expires_at=until),
            until=until.astimezone(time_zone).date(),
            again=mail.details.get("turn") == "again",
            unsubscribe_token=stop,
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=person.mail,
            name=person.name,
            date=mail.created_at.astimezone(time_zone),
            message_id=f"{mail.id}@{self.domain}",
            language=person.language,
            list_id=f"{zone.slug}.invitations.{self.domain}",
            unsubscribe=self.links.unsubscribe(stop),
        )
        return address(write(FOLDER, person.language, self.links, mail=said), envelope)


def invitation_writer(settings: Settings, log: EventLog) -> InvitationWriter:
    """The writer of a site's invitations."""
    return InvitationWriter(
        site=settings.name,
        mail_from=settings.mail_from,
        links=Links(settings.base_url),
        domain=domain_of(settings.base_url, settings.mail_from),
        signer=Signer(settings.secret.encode()),
        log=log,
    )
