"""Bulletins that leave in a mail of their own: who reads one, and the one mail each of them gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import psycopg
import structlog
from msgspec import Struct
from psycopg_pool import ConnectionPool

from domain import members
from domain.members import Member
from marketplace.clock import Clock
from marketplace.digest_items import Reader
from marketplace.digest_letter import BULLETIN_TEMPLATE, DigestWriter
from marketplace.eventlog import EventLog, Unavailable
from marketplace.outbox import URGENCY, Letter, Mail, Outbox
from marketplace.reading import SYSTEM, reading, stale, visible
from projections import bulletins, listings, people
from projections.bulletins import BulletinRow
from projections.model import Query

MODELS: Final = ("people", "listings", "bulletins")
"""What tells who a bulletin is for: none leaves before these have reached the log's head."""
WAIT: Final = 10.0
WORTH_SENDING: Final = timedelta(days=3)
ISSUED_WITHIN: Final = timedelta(days=3)
"""How long after it was issued somebody who could not be written to still is; later it waits in the weekly mail."""
PAGE: Final = 500
NUMBERS: Final = UUID("0f1c2f2b-6a53-5d0e-8d39-4a4f8f4f27b1")
"""Under which these mails are numbered: the same bulletin and member, the same mail and Message-ID, for ever."""

log = structlog.get_logger(__name__)

R = TypeVar("R", bound=Struct)
Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]


class Bulletins:
    """Writes bulletins into the outbox. Any number may run at once: a mail's number is made of bulletin and member.

    `systems` are connections of the follower's role, which see everyone.
    """

    def __init__(self, events: EventLog, outbox: Outbox, clock: Clock, writer: DigestWriter, *, systems: Pool) -> None:
        self._log = events
        self._outbox = outbox
        self._clock = clock
        self._writer = writer
        self._systems = systems
        self._done: set[str] = set()

    def tick(self) -> int:
        """Write what was issued and is not written yet, and say how many mails that made."""
        now = self._clock.now()
        # Who reads it follows from the zone's own day; a day sooner or later, the zone's own decides below.
        rows = self._system(bulletins.to_send(now - ISSUED_WITHIN, (now - timedelta(days=1)).astimezone(UTC).date()))
        due = [row for row in rows if row.bulletin_id not in self._done]
        if not due or self._is_behind():
            return 0
        return sum(self._write(row, now) for row in due)

    def readers(self, row: BulletinRow, zone: people.Zone) -> Iterator[Reader]:
        """Those of the zone's people it is for and who want it in a mail of its own, a few at a time."""
        now, after = self._clock.now(), ""
        while page := self._system(people.belonging(zone.zone_id, after, PAGE)):
            after = page[-1].member_id
            audience = self._audience(row, page) if row.trades or row.families else None
            for viewer in page:
                wishes = self._log.load(viewer.member_id, members.evolve).state
                if wishes is None or not _wants(wishes, row, now.astimezone(ZoneInfo(zone.time_zone)).date()):
                    continue
                if (
                    not viewer.joined
                    or zone.zone_id not in viewer.zones
                    or (audience is not None and viewer.member_id not in audience)
                ):
                    continue
                yield Reader(viewer, wishes, zone, frozenset(), now)

    def letter(self, row: BulletinRow, zone: people.Zone, reader: Reader, language: str) -> Letter:
        """How somebody would read it, for who looks at it before it leaves."""
        return self._writer.powerless().write_bulletin(number(row.bulletin_id, ""), reader, row, zone, language)

    def _write(self, row: BulletinRow, now: datetime) -> int:
        (zone,) = self._system(people.zones_by_id([row.zone_id]))
        if row.until is None or row.until < now.astimezone(ZoneInfo(zone.time_zone)).date():
            return 0
        written, failed = 0, False
        for reader in self.readers(row, zone):
            try:
                written += self._post(row, zone, reader, now)
            except (psycopg.Error, Unavailable):
                raise
            except Exception:
                # One member's fault is seen, tried again at the next tick, and keeps nobody else from their mail.
                log.exception("a bulletin cannot be written", member=reader.viewer.member_id, bulletin=row.bulletin_id)
                failed = True
        if not failed:
            self._done.add(row.bulletin_id)
        if written:
            log.info("bulletin", bulletin=row.bulletin_id, written=written)
        return written

    def _post(self, row: BulletinRow, zone: people.Zone, reader: Reader, now: datetime) -> bool:
        mail_id, member_id = number(row.bulletin_id, reader.viewer.member_id), reader.viewer.member_id
        if row.bulletin_id in self._outbox.told_before(member_id):
            return False
        letter = self._writer.write_bulletin(mail_id, reader, row, zone)
        mail = Mail(
            id=mail_id,
            kind="bulletin",
            member_id=member_id,
            zone_id=zone.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["bulletin"],
            message_id=self._writer.message_id(mail_id),
            sha256=letter.sha256,
            template=BULLETIN_TEMPLATE,
            items=(row.bulletin_id,),
            subjects=(member_id, zone.zone_id),
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
        return self._outbox.post_digest(mail, letter)

    def _audience(self, row: BulletinRow, page: list[people.Belonging]) -> set[str]:
        """Those of these people whose companies have the trades or list in the families it is for."""
        ids = sorted({company.company_id for viewer in page for company in viewer.companies})
        listed: dict[str, set[str]] = {}
        for each in self._system(listings.families_of(ids)):
            listed.setdefault(each.company_id, set()).add(each.family)
        audience = set()
        for viewer in page:
            families = set(viewer.families).union(*(listed.get(each.company_id, ()) for each in viewer.companies))
            if row.is_for(viewer.trades, families):
                audience.add(viewer.member_id)
        return audience

    def _is_behind(self) -> bool:
        head = self._log.head()
        with self._systems.connection() as connection:
            return bool(stale(connection, MODELS)) or not visible(connection, head, MODELS, within=WAIT)

    def _system(self, query: Query[R]) -> list[R]:
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            return read.all(query)


def _wants(wishes: Member, row: BulletinRow, today: date) -> bool:
    """Whether somebody wants it in a mail of its own: not whoever rests, or left this zone or topic out."""
    if wishes.erased or wishes.mail_stopped or wishes.rests_on(today):
        return False
    return row.zone_id not in wishes.without_zones and wishes.hears(row.topic) == "yes"


def number(bulletin_id: str, member_id: str) -> str:
    """The number of the one mail in which a member reads a bulletin."""
    return str(uuid5(NUMBERS, f"{bulletin_id} {member_id}"))
