"""Who may send a mail now, and what became of the attempt: leases, the fence, backoff, and mails put off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from marketplace.outbox.kept import KeptMail
from marketplace.outbox.mails import NO_SUCH_ADDRESS, URGENCY, Letter, Mail, Opened, Told, new_id, pause
from marketplace.outbox.rows import COLUMNS, Connections, Sealing
from marketplace.outbox.suppression import Suppressions
from marketplace.smtp import Outcome

LEASE: Final = timedelta(minutes=5)
"""Longer than one attempt can take; by the database's own time."""
COPIES: Final = 2
"""Times a text may leave without an answer before the mail is called unknown."""
CHANNEL: Final = "outbox"
ANY: Final = 9
"""More than the urgency of any mail."""


class Outbox(KeptMail):
    """The rows and their protocol; sending itself is `marketplace.sending`. For any number of threads and processes."""

    def __init__(self, connections: Connections, keys: Sealing, *, lease: timedelta = LEASE) -> None:
        super().__init__(connections, keys)
        self._lease = lease
        self.suppressions = Suppressions(connections)

    # What goes in -------------------------------------------------------------------------------------------------

    def post_sign_in(self, member_id: str, details: Mapping[str, str], *, now: datetime, until: datetime) -> str:
        """Have a sign-in mail sent at once; its token is made at sending, so nothing that opens a door is kept here.

        `details` go to whoever writes it (the path to come back to); after `until` it is not worth sending.
        """
        mail = Mail(
            id=new_id(), kind="sign_in", member_id=member_id, state="due", told="outcome",
            urgency=URGENCY["sign_in"], details=dict(details), created_at=now, due_at=now, give_up_at=until,
        )  # fmt: skip
        self._insert(mail, None)
        return mail.id

    def post_digest(self, mail: Mail, letter: Letter) -> bool:
        """Keep a digest to be sent; False when this member already has one for the period, whatever it says."""
        return self._insert(mail, self._sealed(mail.member_id, letter))

    def post(self, connection: psycopg.Connection[Any], mail: Mail, letter: Letter) -> bool:
        """Keep a mail to be sent, in a transaction of the caller's; False when its id is there already."""
        return self._add(connection, mail, self._sealed(mail.member_id, letter))

    def post_alone(self, mail: Mail, letter: Letter | None = None) -> bool:
        """Keep a mail, written now or without a letter when it is sent; False when its id is there already."""
        return self._insert(mail, self._sealed(mail.member_id, letter) if letter else None)

    def skip_digest(self, mail: Mail) -> bool:
        """Keep that there is no digest for this member and period; False when there already is a row."""
        return self._insert(mail, None)

    def _insert(self, mail: Mail, letter: Jsonb | None) -> bool:
        with self._connections.connection() as connection, connection.transaction():
            return self._add(connection, mail, letter)

    def _add(self, connection: psycopg.Connection[Any], mail: Mail, letter: Jsonb | None) -> bool:
        if self._erased(connection, mail):
            return False
        row: dict[str, Any] = {name: getattr(mail, name) for name in Mail.__struct_fields__}
        row |= {"items": list(mail.items), "subjects": list(mail.subjects), "details": Jsonb(mail.details)}
        row["letter"] = letter
        names, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        statement = f"INSERT INTO site.outbox ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608  # our own
        added = connection.execute(statement.encode(), row)
        if mail.state == "due":
            connection.execute(f"NOTIFY {CHANNEL}")
        return added.rowcount == 1

    def _erased(self, connection: psycopg.Connection[Any], mail: Mail) -> bool:
        """Whether someone the mail is to, or speaks with the words of, was erased while it was written.

        Held until the caller's transaction ends: an erasure that comes after it finds the letter and drops it.
        """
        concerned = sorted({mail.member_id, *mail.subjects})
        connection.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtext('log.private_key'), hashtext(subject)) "
            "FROM unnest(%s::text[]) AS subject",
            [concerned],
        )
        question = "SELECT FROM log.erasure WHERE subject = ANY (%s) AND stream IS NULL LIMIT 1"
        return connection.execute(question, [concerned]).fetchone() is not None

    # What the event log is told -----------------------------------------------------------------------------------

    def untold(self, limit: int) -> list[Mail]:
        """Digests of which the event log does not know all yet, the oldest first."""
        return self._mails(
            "WHERE told = 'nothing' OR (told = 'prepared' AND settled_at IS NOT NULL) ORDER BY created_at, id LIMIT %s",
            [limit],
        )

    def tell(self, mail: Mail, told: Told) -> None:
        """Note that the event log knows this much; from `prepared` on, a due digest may leave."""
        with self._connections.connection() as connection, connection.transaction():
            connection.execute(
                "UPDATE site.outbox SET told = %s WHERE id = %s AND told = %s", [told, mail.id, mail.told]
            )
            if told == "prepared":
                connection.execute(f"NOTIFY {CHANNEL}")

    # Sending ------------------------------------------------------------------------------------------------------

    def claim(self, now: datetime, *, least_urgent: int = ANY) -> Opened | None:
        """Take the most urgent mail that is due, under a lease nobody else holds; None when there is nothing to do.

        The disk is not waited for: a claim that a crash of the database forgets is free again, and whoever held it is
        stopped by the fence.
        """
        values = {"now": now, "lease": self._lease, "least_urgent": least_urgent}
        with self._connections.connection() as connection, connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = off")
            with connection.cursor(row_factory=dict_row) as cursor:
                row = cursor.execute(_CLAIM.encode(), values).fetchone()
        return self._opened(row) if row else None

    def put_off(self, mail: Mail, until: datetime, now: datetime) -> None:
        """Give a claimed mail back until its person may be written to; it was no attempt, and costs it no time."""
        self._change(
            "SET state = 'due', token = NULL, lease_until = NULL, attempts = attempts - 1, due_at = %(until)s, "
            "give_up_at = CASE WHEN kind = 'digest' THEN give_up_at ELSE give_up_at + (%(until)s - %(now)s) END "
            "WHERE id = %(id)s AND token = %(token)s AND state = 'claimed'",
            {"id": mail.id, "token": mail.token, "until": until, "now": now},
        )

    def fence(self, mail: Mail, letter: Letter, transport: str) -> bool:
        """The last question before the text leaves: is it still ours? From here on silence means that nobody knows."""
        return bool(
            self._change(
                "SET state = 'inflight', lease_until = clock_timestamp() + %(lease)s, "
                "transport = %(transport)s, sha256 = %(sha256)s "
                "WHERE id = %(id)s AND token = %(token)s AND state = 'claimed'",
                {
                    "id": mail.id,
                    "token": mail.token,
                    "lease": self._lease,
                    "transport": transport,
                    "sha256": letter.sha256,
                },
            )
        )

    def settle(self, mail: Mail, outcome: Outcome, now: datetime, *, keep: Letter | None = None) -> Mail | None:
        """Note what became of an attempt; None when the lease was lost meanwhile and someone else's word counts.

        `keep` is a letter that was made at sending and may be shown: the demonstration's only.
        """
        if outcome.verdict == "fenced":
            return None
        values: dict[str, Any] = {
            "id": mail.id,
            "token": mail.token,
            "now": now,
            "again": now + pause(mail.kind, mail.attempts),
            "copies": COPIES,
            "code": outcome.code,
            "reply": outcome.reply,
            "state": outcome.verdict,
            "why": NO_SUCH_ADDRESS if outcome.no_such_address else mail.why,
            "letter": self._sealed(mail.member_id, keep) if keep else None,
        }
        change = _CHANGES[outcome.verdict]
        changed = self._change(
            f"{change} WHERE id = %(id)s AND token = %(token)s AND state IN ('claimed', 'inflight')", values
        )
        return changed[0] if changed else None

    def withhold(self, mail: Mail, reply: str, now: datetime) -> None:
        """Never send a digest that has not left yet, and have nothing more told about it."""
        self._change(
            "SET state = CASE WHEN state = 'due' THEN 'refused' ELSE state END, told = 'outcome', "
            "settled_at = coalesce(settled_at, %(now)s), reply = %(reply)s WHERE id = %(id)s AND told = 'nothing'",
            {"id": mail.id, "now": now, "reply": reply},
        )

    def recover(self, now: datetime) -> list[Mail]:
        """Take back what senders that are gone held, and give up what is not worth sending any more.

        Returns the mails that were settled by it.
        """
        values = {"now": now, "again": now, "copies": COPIES, "code": 0, "reply": "the sender went away"}
        self._change(
            "SET state = 'due', token = NULL, lease_until = NULL "
            "WHERE state = 'claimed' AND lease_until < clock_timestamp()",
            values,
        )
        lost = self._change(f"{_LOST} WHERE state = 'inflight' AND lease_until < clock_timestamp()", values)
        late = self._change(
            "SET state = CASE WHEN lost > 0 THEN 'unknown' ELSE 'refused' END, settled_at = %(now)s, "
            "letter = CASE WHEN kind <> 'sign_in' THEN letter END WHERE state = 'due' AND give_up_at <= %(now)s",
            values,
        )
        return [mail for mail in lost if mail.settled_at is not None] + late


_CLAIM: Final = f"""
    UPDATE site.outbox SET state = 'claimed', token = gen_random_uuid(), attempts = attempts + 1,
        lease_until = clock_timestamp() + %(lease)s
    WHERE id = (
        SELECT id FROM site.outbox
        WHERE state = 'due' AND told <> 'nothing' AND due_at <= %(now)s AND give_up_at > %(now)s
            AND urgency <= %(least_urgent)s
        ORDER BY urgency, due_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING {COLUMNS}, letter"""  # noqa: S608  # our own column names
# A relay repeats the address it refuses: once the person is erased, its words are not kept.
_REPLY: Final = (
    "reply = CASE WHEN EXISTS (SELECT FROM log.erasure e WHERE e.subject = outbox.member_id AND e.stream IS NULL) "
    "THEN '' ELSE %(reply)s END"
)
_POSTPONED: Final = (
    "SET state = 'due', token = NULL, lease_until = NULL, due_at = %(again)s, code = %(code)s, " + _REPLY
)
_DONE: Final = (
    "SET state = %(state)s, settled_at = %(now)s, token = NULL, lease_until = NULL, code = %(code)s, "
    + _REPLY
    + ", why = %(why)s, letter = coalesce(%(letter)s, CASE WHEN kind <> 'sign_in' THEN letter END)"
)
_LOST: Final = (
    "SET lost = lost + 1, token = NULL, lease_until = NULL, code = %(code)s, " + _REPLY + ", "
    "state = CASE WHEN lost + 1 < %(copies)s THEN 'due' ELSE 'unknown' END, "
    "due_at = CASE WHEN lost + 1 < %(copies)s THEN %(again)s ELSE due_at END, "
    "settled_at = CASE WHEN lost + 1 < %(copies)s THEN NULL ELSE %(now)s END"
)


_CHANGES: Final = {"postponed": _POSTPONED, "sent": _DONE, "refused": _DONE, "unknown": _LOST}
"""What becomes of a row, by what became of the attempt."""
