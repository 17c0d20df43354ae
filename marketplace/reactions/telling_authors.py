"""A zone decided about a listing: whoever acts for its company is told, with the reason and what they can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from domain import companies, listings, members
from domain.events import Recorded
from domain.listings import ListingApproved, ListingRejected
from domain.members import Member, MemberInvited
from domain.zones import ZoneOpened
from marketplace.eventlog import EventLog
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import Decision
from marketplace.outbox import URGENCY, Letter, Mail
from marketplace.reactions import Reaction
from marketplace.settings import Settings
from marketplace.wording import Wording

NAME: Final = "telling_authors"
FOLDER: Final = "decision"
TEMPLATE: Final = "decision/1"
MAILS: Final = UUID("5a0c2b6e-6c56-5d0f-9f55-0f6f0f7f3b11")
"""Under which the ids of these mails are made: the same event and person, the same mail."""
WORTH_SENDING: Final = timedelta(days=3)


def telling_authors(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({ListingApproved, ListingRejected}), _Telling(settings, log).react)


class _Telling:
    def __init__(self, settings: Settings, log: EventLog) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """A mail to each person of the company; nobody is told of a decision of their own, nor who never signed in."""
        event = recorded.event
        if not isinstance(event, ListingApproved | ListingRejected):
            return
        listing = self._log.load(event.listing_id, listings.evolve).state
        opened = self._log.history(event.zone_id)[:1]
        zone = opened[0].event if opened else None
        if listing is None or listing.content.title.erased or not isinstance(zone, ZoneOpened):
            return
        company = self._log.load(listing.company_id, companies.evolve).state
        for member_id in sorted(company.representatives) if company else ():
            member = self._log.load(member_id, members.evolve).state
            if member is None or member.erased or not member.joined or recorded.actor == f"member:{member_id}":
                continue
            letter = self._letter(recorded, str(listing.content.title), zone, member)
            if letter is not None:
                yield self._mail(recorded, listing.company_id, event.zone_id, member_id, letter), letter

    def _mail(self, recorded: Recorded, company_id: str, zone_id: str, member_id: str, letter: Letter) -> Mail:
        mail_id = str(uuid5(MAILS, f"{recorded.id} {member_id}"))
        return Mail(
            id=mail_id,
            kind="decision",
            member_id=member_id,
            zone_id=zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["decision"],
            message_id=f"{mail_id}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            items=(recorded.stream,),
            subjects=(company_id, zone_id),
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=recorded.at + WORTH_SENDING,
        )

    def _letter(self, recorded: Recorded, title: str, zone: ZoneOpened, member: Member) -> Letter | None:
        event = recorded.event
        invited = self._log.history(member.member_id)[:1]
        if not invited or not isinstance(invited[0].event, MemberInvited):
            return None
        name, to = invited[0].event.name.text, invited[0].event.mail.text
        if name is None or to is None:
            return None
        language = known_language(member.language)
        rejected = event if isinstance(event, ListingRejected) else None
        said = Decision(
            site=self._settings.name,
            name=name,
            zone=zone.name,
            listing_id=recorded.stream,
            title=title,
            approved=rejected is None,
            ground=Wording(language, translations(language)).ground(rejected.ground) if rejected else "",
            sentence=str(rejected.sentence) if rejected else "",
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=to,
            name=name,
            date=recorded.at,
            message_id=f"{uuid5(MAILS, f'{recorded.id} {member.member_id}')}@{self._domain}",
            language=language,
        )
        return address(write(FOLDER, language, self._links, mail=said), envelope)
