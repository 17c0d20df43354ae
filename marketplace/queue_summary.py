"""A summary for moderators: what waits for them in their zone, once a day at most, and only while something waits.

Listings to be read, notices and appeals to be answered. While a listing is late, the zone's administrators get it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

from domain import zones as zone_rules
from domain.zones import Role
from marketplace.clock import Clock
from marketplace.eventlog import EventLog
from marketplace.language import translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import QueueSummary
from marketplace.outbox import URGENCY, Letter, Mail, Outbox
from marketplace.reading import SYSTEM, reading
from marketplace.recipients import Recipient, recipient
from marketplace.settings import Settings
from marketplace.wording import Wording
from projections import moderation, people, record

FOLDER: Final = "queue"
TEMPLATE: Final = f"{FOLDER}/2"
MAILS: Final = UUID("0d9a1a52-3b5e-5a3f-93a0-0c7a0e7f7a44")
"""Under which the ids of these mails are made: the same zone, person and day, the same mail."""
HOUR: Final = 8
FRIDAY: Final = 5
WAITS_AT_LEAST: Final = timedelta(hours=2)
"""What came in a moment ago is no reason to write."""
WORTH_SENDING: Final = timedelta(hours=12)
READS: Final[tuple[Role, ...]] = ("moderator", "administrator")
"""Whoever holds the first of these roles that anyone holds."""


class Load(Struct, frozen=True):
    """What waits in a zone, and since when the oldest of it; `late` when a listing waits longer than is promised."""

    listings: int
    notices: int
    appeals: int
    oldest: datetime
    late: bool


class QueueSummaries:
    """Writes them; any number may tick at once, since a mail's id is that of its zone, person and day."""

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        log: EventLog,
        clock: Clock,
        systems: ConnectionPool[psycopg.Connection[tuple[Any, ...]]],
    ) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._outbox = outbox
        self._log = log
        self._clock = clock
        self._systems = systems

    def tick(self) -> int:
        """Write today's, where a working day is past eight and something waits; gives how many are new."""
        now = self._clock.now()
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            there = [zone for zone in read.all(people.zones()) if _is_working_time(_local(zone, now))]
            ids = [zone.zone_id for zone in there]
            unread = {one.zone_id: one for one in read.all(moderation.workload(ids, now))}
            unanswered = {one.zone_id: one for one in read.all(record.waiting(ids))}
        written = 0
        for zone in there:
            load = _load(zone, unread.get(zone.zone_id), unanswered.get(zone.zone_id), now)
            if load is None or now - load.oldest < WAITS_AT_LEAST:
                continue
            readers = self._readers(zone.zone_id)
            alerted = self._holding(zone.zone_id, "administrator") if load.late else ()
            for person in {one.member.member_id: one for one in (*alerted, *readers)}.values():
                written += self._write(zone, load, person, now)
        return written

    def _readers(self, zone_id: str) -> Sequence[Recipient]:
        return next((here for role in READS if (here := self._holding(zone_id, role))), ())

    def _holding(self, zone_id: str, role: Role) -> Sequence[Recipient]:
        zone = self._log.load(zone_id, zone_rules.evolve).state
        held = zone.roles if zone else {}
        found = [recipient(self._log, member_id) for member_id in sorted(held) if role in held[member_id]]
        return [person for person in found if person is not None and person.member.joined]

    def _write(self, zone: people.Zone, load: Load, person: Recipient, now: datetime) -> bool:
        member_id = person.member.member_id
        mail_id = str(uuid5(MAILS, f"{zone.zone_id} {member_id} {_local(zone, now).date()}"))
        if self._outbox.message(mail_id) is not None:
            return False
        letter = self._letter(mail_id, zone, load, person, now)
        mail = Mail(
            id=mail_id,
            kind="summary",
            member_id=member_id,
            zone_id=zone.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["summary"],
            message_id=f"{mail_id}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            subjects=(member_id,),
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
        return self._outbox.post_alone(mail, letter)

    def _letter(self, mail_id: str, zone: people.Zone, load: Load, person: Recipient, now: datetime) -> Letter:
        wording = Wording(person.language, translations(person.language))
        said = QueueSummary(
            site=self._settings.name,
            name=person.name,
            zone=zone.name,
            zone_slug=zone.slug,
            waiting=load.listings,
            notices=load.notices,
            appeals=load.appeals,
            oldest=wording.moment(load.oldest, zone.time_zone),
            late=load.late,
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=person.mail,
            name=person.name,
            date=_local(zone, now),
            message_id=f"{mail_id}@{self._domain}",
            language=person.language,
            thread=f"{zone.slug}.moderation@{self._domain}",
        )
        return address(write(FOLDER, person.language, self._links, mail=said), envelope)


def _load(
    zone: people.Zone, unread: moderation.Workload | None, unanswered: record.Waiting | None, now: datetime
) -> Load | None:
    """What waits, of both kinds; nothing when there is nothing of either."""
    listed = unread.oldest if unread else None
    since = [at for at in (listed, unanswered.oldest if unanswered else None) if at is not None]
    if not since:
        return None
    return Load(
        listings=unread.waiting if unread else 0,
        notices=unanswered.notices if unanswered else 0,
        appeals=unanswered.appeals if unanswered else 0,
        oldest=min(since),
        late=listed is not None and now - listed > timedelta(hours=zone.review_within_hours),
    )


def _is_working_time(local: datetime) -> bool:
    return local.hour >= HOUR and local.isoweekday() <= FRIDAY


def _local(zone: people.Zone, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(zone.time_zone))
