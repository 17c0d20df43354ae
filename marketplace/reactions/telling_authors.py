"""A zone decided about a listing, or did not in time: whoever acts for its company is told, and what they can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from domain import companies, listings, zones
from domain.events import Event, Recorded
from domain.listings import (
    AmendmentRequested,
    DecisionTakenBack,
    ListingAmended,
    ListingApproved,
    ListingPosted,
    ListingRejected,
    ReviewOverdue,
)
from domain.zones import Zone
from marketplace.eventlog import EventLog
from marketplace.language import translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import Decision
from marketplace.outbox import URGENCY, Letter, Mail, Outbox
from marketplace.reactions import Reaction
from marketplace.recipients import Recipient, recipient
from marketplace.settings import Settings
from marketplace.wording import Wording

NAME: Final = "telling_authors"
FOLDER: Final = "decision"
TEMPLATE: Final = "decision/2"
MAILS: Final = UUID("5a0c2b6e-6c56-5d0f-9f55-0f6f0f7f3b11")
"""Under which the ids of these mails are made: the same event and person, the same mail."""
WORTH_SENDING: Final = timedelta(days=3)
TIME_TO_THINK: Final = timedelta(minutes=1)
"""How long a decision waits before it is told: taken back by then, nobody was told anything."""

Telling = ListingApproved | ListingRejected | AmendmentRequested | DecisionTakenBack | ReviewOverdue
TOLD: Final[frozenset[type[Event]]] = frozenset(
    {ListingApproved, ListingRejected, AmendmentRequested, DecisionTakenBack, ReviewOverdue}
)


def telling_authors(settings: Settings, log: EventLog, outbox: Outbox) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, TOLD, _Telling(settings, log, outbox).react)


class _Telling:
    def __init__(self, settings: Settings, log: EventLog, outbox: Outbox) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log
        self._outbox = outbox

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """A mail to each person of the company; nobody is told of a decision of their own, nor who never signed in.

        What is taken back before it was told is not told at all; afterwards, whoever was told is told that, too.
        """
        event = recorded.event
        if not isinstance(event, Telling) or (isinstance(event, ListingApproved) and event.appeal_id):
            return  # what an appeal led to is told by its answer
        listing = self._log.load(event.listing_id, listings.evolve).state
        zone = self._log.load(event.zone_id, zones.evolve).state
        if listing is None or listing.content.title.erased or zone is None:
            return
        company = self._log.load(listing.company_id, companies.evolve).state
        decision = self._taken_back(event) if isinstance(event, DecisionTakenBack) else None
        for member_id in sorted(company.representatives) if company else ():
            person = recipient(self._log, member_id)
            if person is None or not person.member.joined or recorded.actor == f"member:{member_id}":
                continue
            if decision is not None and self._outbox.call_off(_mail_id(decision, member_id), recorded.at):
                continue
            letter = self._letter(recorded, event, listing, zone, person)
            yield self._mail(recorded, listing.company_id, event.zone_id, member_id, letter), letter

    def _taken_back(self, event: DecisionTakenBack) -> Recorded:
        return next(
            one for one in self._log.history(event.listing_id) if one.version == event.decided_version
        )  # the log holds what was decided

    def _mail(self, recorded: Recorded, company_id: str, zone_id: str, member_id: str, letter: Letter) -> Mail:
        mail_id = _mail_id(recorded, member_id)
        decided = isinstance(recorded.event, ListingApproved | ListingRejected | AmendmentRequested)
        due_at = recorded.at + (TIME_TO_THINK if decided else timedelta())
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
            due_at=due_at,
            give_up_at=due_at + WORTH_SENDING,
        )

    def _letter(
        self, recorded: Recorded, event: Telling, listing: listings.Listing, zone: Zone, person: Recipient
    ) -> Letter:
        wording = Wording(person.language, translations(person.language))
        said = Decision(
            site=self._settings.name,
            name=person.name,
            zone=zone.name,
            listing_id=recorded.stream,
            title=str(listing.content.title),
            statement=self._statement(recorded, zone),
            contact_mail=zone.contact_mail,
            **self._said(event, zone, wording),
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=person.mail,
            name=person.name,
            date=recorded.at,
            message_id=f"{_mail_id(recorded, person.member.member_id)}@{self._domain}",
            language=person.language,
        )
        return address(write(FOLDER, person.language, self._links, mail=said), envelope)

    def _statement(self, recorded: Recorded, zone: Zone) -> str:
        """Where the reasons stand in full, as article 17 of the DSA wants them, and how to appeal."""
        reasoned = isinstance(recorded.event, ListingRejected | AmendmentRequested)
        return self._links.statement(zone.slug, recorded.stream, recorded.version) if reasoned else ""

    def _said(self, event: Telling, zone: Zone, wording: Wording) -> dict[str, Any]:
        match event:
            case ListingApproved():
                return {"verdict": "approved", "shown": True}
            case ListingRejected():
                return {
                    "verdict": "rejected",
                    "ground": wording.ground(event.ground),
                    "sentence": str(event.sentence),
                }
            case AmendmentRequested():
                return {
                    "verdict": "amend",
                    "shown": not event.hidden,
                    "ground": wording.ground(event.ground),
                    "sentence": str(event.sentence),
                }
            case DecisionTakenBack():
                return {"verdict": "taken_back", "before": event.verdict, "shown": event.status == "approved"}
            case ReviewOverdue():
                said = {
                    "since": wording.moment(self._sent_at(event), zone.time_zone),
                    "promised": wording.moment(event.due_at, zone.time_zone),
                }
                return {"verdict": "overdue", **said}

    def _sent_at(self, event: ReviewOverdue) -> datetime:
        """When the company sent what waits: posted it or, if that came later, amended it for this zone to read."""
        return next(
            one.at
            for one in reversed(self._log.history(event.listing_id))
            if isinstance(one.event, ListingPosted | ListingAmended) and event.zone_id in one.event.awaiting
        )


def _mail_id(recorded: Recorded, member_id: str) -> str:
    return str(uuid5(MAILS, f"{recorded.id} {member_id}"))
