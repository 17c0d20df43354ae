"""What a zone tells its people of itself: a charter that asks for their word, a closing, a hand-over, a receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import psycopg
import structlog
from msgspec import Struct
from psycopg_pool import ConnectionPool

from domain.zones import WARNED_AHEAD
from marketplace.clock import Clock
from marketplace.eventlog import EventLog, Unavailable
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import ZoneNote
from marketplace.outbox import URGENCY, Letter, Mail, Outbox
from marketplace.reading import SYSTEM, Reading, reading
from marketplace.recipients import Recipient, recipient
from marketplace.settings import Settings
from projections import charters, people
from projections.people.questions import roles

FOLDER: Final = "zone_note"
TEMPLATE: Final = f"{FOLDER}/1"
MAILS: Final = UUID("3a7f1f1e-59ac-5a0f-8a7e-6d2e0c6e9b51")
"""Under which the ids of these mails are made: the same person and matter, the same mail."""
PUBLISHED_WITHIN: Final = timedelta(days=3)
"""How long after a charter was published somebody who could not be written to still is; later their page asks."""
ACCEPTED_WITHIN: Final = timedelta(days=3)
"""How long after a hand-over was accepted who could not be written to still is; later their page says so."""
WORTH_SENDING: Final = timedelta(days=3)
PAGE: Final = 500

log = structlog.get_logger(__name__)


class Note(Struct, frozen=True, kw_only=True):
    """One thing to tell one person; `matter` numbers the mail."""

    zone: people.Zone
    member_id: str
    matter: str
    about: str
    items: tuple[str, ...] = ()
    fields: dict[str, Any]


class ZoneNotes:
    """Writes them; any number may tick at once, since a mail's id is that of its matter and person."""

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        events: EventLog,
        clock: Clock,
        systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]],
    ) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._outbox = outbox
        self._log = events
        self._clock = clock
        self._systems = systems
        self._told: set[str] = set()

    def tick(self) -> int:
        """Write what nobody was told yet, and say how many mails that made."""
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            hands = [*_handovers(read, now), *_called_off(read, now)]
            due = [*_charters(read, now), *_closings(read, now), *hands, *_receipts(read, now)]
        return sum(self._try_to_tell(note, now) for note in due if self._number(note) not in self._told)

    def _try_to_tell(self, note: Note, now: datetime) -> bool:
        """One person's fault is seen, tried again at the next tick, and keeps nobody else from their mail."""
        try:
            told = self._tell(note, now)
        except (psycopg.Error, Unavailable):
            raise
        except Exception:
            log.exception("a note of a zone cannot be written", member=note.member_id, matter=note.matter)
            return False
        self._told.add(self._number(note))
        return told

    def _tell(self, note: Note, now: datetime) -> bool:
        mail_id = self._number(note)
        person = recipient(self._log, note.member_id)
        if person is None or not person.member.joined or self._outbox.message(mail_id) is not None:
            return False
        letter = self._letter(mail_id, note, person, now)
        mail = Mail(
            id=mail_id,
            kind="zone_note",
            member_id=note.member_id,
            zone_id=note.zone.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["zone_note"],
            message_id=f"{mail_id}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            items=note.items,
            subjects=(note.member_id, note.zone.zone_id),
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
        return self._outbox.post_alone(mail, letter)

    def _letter(self, mail_id: str, note: Note, person: Recipient, now: datetime) -> Letter:
        zone = note.zone
        said = ZoneNote(
            site=self._settings.name,
            name=person.name,
            zone=zone.name,
            zone_slug=zone.slug,
            contact_mail=zone.contact_mail,
            about=note.about,
            **note.fields,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=person.mail,
            name=person.name,
            date=now.astimezone(ZoneInfo(zone.time_zone)),
            message_id=f"{mail_id}@{self._domain}",
            language=person.language,
        )
        return address(write(FOLDER, person.language, self._links, mail=said), envelope)

    @staticmethod
    def _number(note: Note) -> str:
        return str(uuid5(MAILS, f"{note.matter} {note.member_id}"))


def _charters(read: Reading, now: datetime) -> Iterator[Note]:
    """Whoever acts for a company that a charter published lately still asks for its word."""
    for row in read.all(charters.published_since(now - PUBLISHED_WITHIN)):
        (zone,) = read.all(people.zones_by_id([row.zone_id]))
        for person in _belonging(read, zone.zone_id):
            for company in person.companies:
                asking = read.all(charters.unaccepted(company.company_id, [zone.zone_id], person.language))
                found = next((one for one in asking if one.charter_id == row.charter_id), None)
                if zone.zone_id not in company.zones or found is None:
                    continue
                said = read.one(charters.one(row.charter_id, person.language))
                yield Note(
                    zone=zone,
                    member_id=person.member_id,
                    matter=f"{row.charter_id} {row.number}",
                    about="charter",
                    items=(row.charter_id,),
                    fields={
                        "charter_id": row.charter_id,
                        "title": found.title,
                        "before": found.before,
                        "words": said.changes if said and found.before else "",
                    },
                )
                break


def _closings(read: Reading, now: datetime) -> Iterator[Note]:
    """Everyone who belongs to a zone that closes, until it has."""
    for zone in read.all(people.zones()):
        if zone.closes_on is None or zone.is_closed(now):
            continue
        for person in _belonging(read, zone.zone_id):
            yield Note(
                zone=zone,
                member_id=person.member_id,
                matter=f"{zone.zone_id} closes {zone.closes_on}",
                about="closing",
                fields={"day": zone.closes_on, "words": zone.closing_reason},
            )


def _handovers(read: Reading, now: datetime) -> Iterator[Note]:
    """Everyone who belongs to a zone that changes hands, once both sides have accepted; who agreed to it knows."""
    for act in read.all(people.told_handovers(now - ACCEPTED_WITHIN)):
        (zone,) = read.all(people.zones_by_id([act.zone_id]))
        for person in _belonging(read, zone.zone_id):
            if person.member_id != act.taker_id and not person.has_role(zone.zone_id, "administrator"):
                yield Note(
                    zone=zone,
                    member_id=person.member_id,
                    matter=act.handover_id,
                    about="handover",
                    fields={
                        "day": act.effective_on,
                        "words": act.words,
                        "organisation": act.organisation,
                        "former": act.former,
                    },
                )


def _called_off(read: Reading, now: datetime) -> Iterator[Note]:
    """Who was told that a zone changes hands, when it does not after all; administrators are told at once."""
    for act in read.all(people.called_off_handovers(now - ACCEPTED_WITHIN)):
        (zone,) = read.all(people.zones_by_id([act.zone_id]))
        for person in _belonging(read, zone.zone_id):
            if person.member_id != act.taker_id and not person.has_role(zone.zone_id, "administrator"):
                yield Note(
                    zone=zone,
                    member_id=person.member_id,
                    matter=f"{act.handover_id} is called off",
                    about="handover_off",
                    fields={"day": act.effective_on, "organisation": act.organisation},
                )


def _receipts(read: Reading, now: datetime) -> Iterator[Note]:
    """The administrators of a declared broker whose receipt ends within two months, and again once it is over."""
    for zone in read.all(people.zones()):
        expires = zone.receipt_expires_on
        if zone.waste != "broker" or expires is None or expires - zone.day(now) > WARNED_AHEAD:
            continue
        about = "receipt_over" if expires < zone.day(now) else "receipt_ends"
        for row in read.all(roles(zone.zone_id)):
            if row.role == "administrator":
                yield Note(
                    zone=zone,
                    member_id=row.member_id,
                    matter=f"{zone.zone_id} {about} {expires}",
                    about=about,
                    fields={"day": expires},
                )


def _belonging(read: Reading, zone_id: str) -> Iterator[people.Belonging]:
    after = ""
    while page := read.all(people.belonging(zone_id, after, PAGE)):
        after = page[-1].member_id
        yield from page
