"""A facilitator introduced two companies: whoever acts for one of them is written to, with why they go together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from domain import companies, listings, members, zones
from domain.companies import Company, CompanyRegistered
from domain.events import Event, Recorded
from domain.listings import Listing
from domain.matches import MatchIntroduced
from domain.members import Member, MemberInvited
from domain.zones import Zone
from marketplace import match_words
from marketplace.eventlog import EventLog
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import Introduction
from marketplace.outbox import URGENCY, Letter, Mail
from marketplace.reactions import Reaction
from marketplace.reasons import words
from marketplace.settings import Settings
from marketplace.wording import Wording

NAME: Final = "introducing"
FOLDER: Final = "introduction"
TEMPLATE: Final = f"{FOLDER}/1"
MAILS: Final = UUID("c0a3d0f6-52c9-5d6c-9a38-0b7f4f5d2a17")
"""Under which the ids of these mails are made: the same event and person, the same mail."""
WORTH_SENDING: Final = timedelta(days=3)


def introducing(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({MatchIntroduced}), _Introducing(settings, log).react)


class _Introducing:
    def __init__(self, settings: Settings, log: EventLog) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """A mail to each person of both companies, of the other side's listing; nobody is written to of their own act.

        What was withdrawn or erased meanwhile is not written about.
        """
        event = recorded.event
        if not isinstance(event, MatchIntroduced):
            return
        one = self._log.load(event.listing_id, listings.evolve).state
        other = self._log.load(event.other_listing_id, listings.evolve).state
        zone = self._log.load(event.zone_id, zones.evolve).state
        if one is None or other is None or zone is None:
            return
        if any(each.life != "open" or each.content.title.erased for each in (one, other)):
            return
        for mine, theirs in ((one, other), (other, one)):
            company = self._log.load(mine.company_id, companies.evolve).state
            for member_id in sorted(company.representatives) if company else ():
                member = self._log.load(member_id, members.evolve).state
                if member is None or member.erased or not member.joined or recorded.actor == f"member:{member_id}":
                    continue
                letter = self._letter(recorded, event, mine, theirs, zone, member)
                if letter is not None:
                    yield self._mail(recorded, event, member_id, letter), letter

    def _mail(self, recorded: Recorded, event: MatchIntroduced, member_id: str, letter: Letter) -> Mail:
        return Mail(
            id=self._mail_id(recorded, member_id),
            kind="decision",
            member_id=member_id,
            zone_id=event.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["decision"],
            message_id=f"{self._mail_id(recorded, member_id)}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            items=(event.match_id,),
            subjects=tuple(sorted((event.company_id, event.other_company_id, event.zone_id))),
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=recorded.at + WORTH_SENDING,
        )

    def _letter(
        self,
        recorded: Recorded,
        event: MatchIntroduced,
        mine: Listing,
        theirs: Listing,
        zone: Zone,
        member: Member,
    ) -> Letter | None:
        invited = self._first(member.member_id)
        if not isinstance(invited, MemberInvited) or invited.name.text is None or invited.mail.text is None:
            return None
        language = known_language(member.language)
        wording = Wording(language, translations(language))
        category = theirs.content.category
        said = Introduction(
            site=self._settings.name,
            name=invited.name.text,
            zone=zone.name,
            other=self._name(mine, theirs),
            side=theirs.side,
            title=str(theirs.content.title),
            mine_title=str(mine.content.title),
            listing_id=theirs.listing_id,
            mine_id=mine.listing_id,
            reasons=tuple(words(reason, wording, category) for reason in event.reasons),
            questions=tuple(
                match_words.question(asked, wording, category)
                for asked in event.ask
                if asked.listing_id == theirs.listing_id
            ),
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=invited.mail.text,
            name=invited.name.text,
            date=recorded.at,
            message_id=f"{self._mail_id(recorded, member.member_id)}@{self._domain}",
            language=language,
        )
        return address(write(FOLDER, language, self._links, mail=said), envelope)

    def _name(self, mine: Listing, theirs: Listing) -> str:
        """How the other company is called, where the two share a zone; across zones its name is its own to tell."""
        own, other = (self._company(listing) for listing in (mine, theirs))
        registered = self._first(theirs.company_id)
        if own is None or other is None or not isinstance(registered, CompanyRegistered):
            return ""
        return str(registered.name) if not set(own.zones).isdisjoint(other.zones) else ""

    def _company(self, listing: Listing) -> Company | None:
        return self._log.load(listing.company_id, companies.evolve).state

    def _first(self, stream: str) -> Event | None:
        history = self._log.history(stream)[:1]
        return history[0].event if history else None

    def _mail_id(self, recorded: Recorded, member_id: str) -> str:
        return str(uuid5(MAILS, f"{recorded.id} {member_id}"))
