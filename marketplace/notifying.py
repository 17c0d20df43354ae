"""Notices leave: once a quarter of an hour is over, what waits for one person becomes one mail in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from marketplace import notices
from marketplace.clock import Clock
from marketplace.eventlog import Unavailable
from marketplace.exchange_letter import Draft, ExchangeWriter
from marketplace.manners import Manners
from marketplace.news import news_of
from marketplace.notices import Notice
from marketplace.outbox import URGENCY, Mail, Outbox, new_id

AT_ONCE: Final = 200
WORTH_SENDING: Final = timedelta(days=3)

log = structlog.get_logger(__name__)


class Notifying:
    """Writes these mails. Any number may tick at once; `connections` are of the role that appends.

    The row of the outbox and the note that these notices stand in it are one transaction: killed before it, nothing
    was written; after it, the outbox sends as it sends everything.
    """

    def __init__(
        self,
        outbox: Outbox,
        writer: ExchangeWriter,
        clock: Clock,
        connections: ConnectionPool[psycopg.Connection[Any]],
        manners: Manners | None = None,
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._clock = clock
        self._connections = connections
        self._manners = manners
        self._later: dict[str, datetime] = {}

    def tick(self) -> int:
        """Write what is due, one mail for each person, and say how many that made; the next tick goes on."""
        now = self._clock.now()
        self._later = {member_id: until for member_id, until in self._later.items() if until > now}
        with self._connections.connection() as connection:
            due = notices.due(connection, now, AT_ONCE, without=self._later)
        return sum(self._try_to_tell(member_id) for member_id in due)

    def _try_to_tell(self, member_id: str) -> bool:
        """One person's fault is seen, tried again at the next tick, and keeps nobody else from their mail."""
        try:
            return self._tell(member_id)
        except (psycopg.Error, Unavailable):
            raise
        except Exception:
            log.exception("a mail of notices cannot be written", member=member_id)
            return False

    def _tell(self, member_id: str) -> bool:
        now, mail_id = self._clock.now(), new_id()
        if self._manners and (moment := self._manners.moment("exchange", member_id, "", now)) > now:
            # What comes until then leaves with it, as one mail; whoever starts anew finds this out again.
            self._later[member_id] = moment
            return False
        with self._connections.connection() as connection:
            waiting = notices.waiting(connection, member_id, now)
        news = news_of(self._writer.log, member_id, waiting, now)
        draft = self._writer.write(mail_id, member_id, news, now) if news else None
        told = {each.notice.id for each in news} if draft is not None else set()
        with self._connections.connection() as connection:
            notices.drop(connection, [notice for notice in waiting if notice.id not in told])
            if draft is None:
                return False
            kept = [notice for notice in waiting if notice.id in told]
            return self._post(connection, self._mail(mail_id, member_id, draft, now), draft, kept)

    def _post(self, connection: psycopg.Connection[Any], mail: Mail, draft: Draft, waiting: Sequence[Notice]) -> bool:
        """Keep the mail and note what it tells, as one; neither, when someone else told it meanwhile."""
        with connection.transaction() as transaction:
            # Refused while somebody it speaks of is being erased: written anew, it says it without their words.
            written = notices.take(connection, waiting, mail.id) and self._outbox.post(connection, mail, draft.letter)
            if not written:
                raise psycopg.Rollback(transaction)
        return written

    def _mail(self, mail_id: str, member_id: str, draft: Draft, now: datetime) -> Mail:
        return Mail(
            id=mail_id,
            kind=draft.kind,
            member_id=member_id,
            zone_id=draft.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY[draft.kind],
            message_id=self._writer.message_id(mail_id),
            sha256=draft.letter.sha256,
            template=self._writer.template,
            items=draft.items,
            subjects=draft.subjects,
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
