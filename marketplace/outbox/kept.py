"""What the outbox keeps of mails: to show them, to prove them, and to tell nothing twice; and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from marketplace.outbox.mails import AT_ONCE, Mail, Opened
from marketplace.outbox.rows import Rows

KEPT: Final = timedelta(days=30)
"""How long the bytes of a settled mail are kept, unless the settings say otherwise; hashes and ids stay."""


class KeptMail(Rows):
    """Every question about mails that is not about sending them."""

    def drop_letters(self, now: datetime, kept: timedelta = KEPT) -> int:
        """Drop the bytes of mails settled so long ago, and the rows of sign-in mails."""
        with self._connections.connection() as connection, connection.transaction():
            dropped = connection.execute(
                "UPDATE site.outbox SET letter = NULL, reply = '' "
                "WHERE (letter IS NOT NULL OR reply <> '') AND settled_at <= %s",
                [now - kept],
            )
            gone = connection.execute(
                "DELETE FROM site.outbox WHERE kind = 'sign_in' AND settled_at <= %s", [now - kept]
            )
            return dropped.rowcount + gone.rowcount

    def forget(self, subject: str) -> int:
        """Drop every letter that is to a person, or speaks with their words or a company's; hashes and ids stay."""
        with self._connections.connection() as connection:
            return connection.execute(
                "UPDATE site.outbox SET letter = NULL, details = '{}', reply = '' "
                "WHERE (member_id = %(subject)s OR %(subject)s = ANY (subjects)) "
                "AND (letter IS NOT NULL OR details <> '{}' OR reply <> '')",
                {"subject": subject},
            ).rowcount

    def recent(self, limit: int, before: str | None = None) -> list[Opened]:
        """The newest mails, opened; `before` is the id the last page ended with."""
        return self._read(
            "WHERE state <> 'skipped' AND (%(before)s::uuid IS NULL OR (created_at, id) < "
            "(SELECT created_at, id FROM site.outbox WHERE id = %(before)s::uuid)) "
            "ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
            {"before": before, "limit": limit},
        )

    def of_member(self, member_id: str, limit: int, before: str | None = None) -> list[Opened]:
        """A person's mails other than the weekly one, the newest first; `before` is the id the last page ended with."""
        return self._read(
            "WHERE member_id = %(member)s AND kind <> 'digest' AND (%(before)s::uuid IS NULL OR (created_at, id) < "
            "(SELECT created_at, id FROM site.outbox WHERE id = %(before)s::uuid)) "
            "ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
            {"member": member_id, "before": before, "limit": limit},
        )

    def came_back(self, mail_id: str, why: str, at: datetime) -> bool:
        """Note that a mail which had left came back, the first time that is told; False when there is no such mail."""
        return bool(
            self._change(
                "SET returned_at = coalesce(returned_at, %(at)s), returned = coalesce(nullif(returned, ''), %(why)s) "
                "WHERE id = %(id)s",
                {"id": mail_id, "why": why, "at": at},
            )
        )

    def invited_since(self, member_id: str, since: datetime) -> bool:
        """Whether an invitation waits for a person, or left since."""
        return bool(
            self._mails(
                "WHERE kind = 'invitation' AND member_id = %s AND state <> 'skipped' "
                "AND (settled_at IS NULL OR settled_at > %s) LIMIT 1",
                [member_id, since],
            )
        )

    def unanswered_invitations(self, since: datetime, until: datetime, limit: int) -> list[Mail]:
        """First invitations that left between these moments, and that nobody repeated or gave up yet."""
        return self._mails(
            "WHERE kind = 'invitation' AND details->>'turn' = 'first' AND state IN ('sent', 'unknown') "
            "AND settled_at > %(since)s AND settled_at <= %(until)s AND NOT EXISTS (SELECT FROM site.outbox later "
            "WHERE later.member_id = outbox.member_id AND later.kind = 'invitation' "
            "AND later.created_at > outbox.created_at) ORDER BY settled_at, id LIMIT %(limit)s",
            {"since": since, "until": until, "limit": limit},
        )

    def sent_since(self, member_id: str, since: datetime) -> int:
        """How many mails left for a person, or may have, that nobody was waiting for."""
        with self._connections.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM site.outbox WHERE member_id = %s AND urgency > %s AND (state = 'inflight' "
                "OR state IN ('sent', 'unknown') AND settled_at >= %s)",
                [member_id, AT_ONCE, since],
            ).fetchone()
            return int(row[0]) if row else 0

    def message(self, mail_id: str) -> Opened | None:
        """One mail, opened; None when there is none of this id."""
        try:
            wanted = UUID(mail_id)
        except ValueError:
            return None
        found = self._read("WHERE id = %s", [wanted])
        return found[0] if found else None

    def digest(self, member_id: str, period: str) -> Mail | None:
        """What became of one member's digest."""
        mails = self._mails("WHERE kind = 'digest' AND member_id = %s AND period = %s", [member_id, period])
        return mails[0] if mails else None

    def without_digest(self, member_ids: Sequence[str], period: str) -> list[str]:
        """Those of these members who have no row for the period yet, in the order given."""
        with self._connections.connection() as connection:
            having = {
                member_id
                for (member_id,) in connection.execute(
                    "SELECT member_id FROM site.outbox WHERE kind = 'digest' AND period = %s AND member_id = ANY(%s)",
                    [period, list(member_ids)],
                )
            }
        return [member_id for member_id in member_ids if member_id not in having]

    def told_before(self, member_id: str) -> frozenset[str]:
        """The items of every digest and bulletin that reached this member, or may still: none is told again."""
        with self._connections.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT unnest(items) FROM site.outbox WHERE kind IN ('digest', 'bulletin') "
                "AND member_id = %s AND state NOT IN ('refused', 'unknown', 'skipped')",
                [member_id],
            )
            return frozenset(item for (item,) in rows)

    def silent_since(self, member_id: str) -> str:
        """The first period with nothing to say since a digest said something; empty when there was none.

        A note about the silence breaks it for good: only news begins another.
        """
        with self._connections.connection() as connection:
            found = connection.execute(
                """WITH written AS (SELECT period, state, why, items FROM site.outbox
                    WHERE kind = 'digest' AND member_id = %(member)s),
                said AS (SELECT period, items FROM written WHERE state <> 'skipped' ORDER BY period DESC LIMIT 1)
                SELECT coalesce(min(period), '') FROM written
                WHERE state = 'skipped' AND why = 'nothing_to_say'
                    AND period > coalesce((SELECT period FROM said), '')
                    AND NOT EXISTS (SELECT FROM said, unnest(said.items) item WHERE item LIKE 'quiet@%%')""",
                {"member": member_id},
            ).fetchone()
            return str(found[0]) if found else ""

    def begins(self, now: datetime) -> datetime:
        """When this installation first looked for digests: now, if it never did."""
        with self._connections.connection() as connection:
            connection.execute("INSERT INTO site.digests_begin (at) VALUES (%s) ON CONFLICT DO NOTHING", [now])
            ((at,),) = connection.execute("SELECT at FROM site.digests_begin").fetchall()
            begun: datetime = at
            return begun
