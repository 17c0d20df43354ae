"""The outbox: every mail of the site, who may send it now, and what became of it.

Exactly once does not exist over SMTP. What is kept instead: the exact bytes stand here before the first try; whoever
sends holds a lease, and shows it once more at the last moment before the text leaves (`inflight`); a mail whose text
left without an answer is sent once more, identical, and then called `unknown`. So there are at most two copies, only
after a fault in that narrow window, and what an unknown mail spoke of comes again in the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol
from uuid import UUID

import msgspec
import psycopg
import uuid_utils
from msgspec import Struct, field
from psycopg.rows import dict_row, tuple_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.events import Private
from marketplace.eventlog.private import Keyring, Sealed
from marketplace.smtp import Outcome

Kind = Literal["digest", "sign_in", "decision", "exchange"]
State = Literal["due", "claimed", "inflight", "sent", "refused", "unknown", "skipped"]
Told = Literal["nothing", "prepared", "outcome"]

LEASE: Final = timedelta(minutes=5)
"""Longer than one attempt can take; by the database's own time."""
COPIES: Final = 2
"""Times a text may leave without an answer before the mail is called unknown."""
PAUSES: Final[Mapping[Kind, tuple[timedelta, ...]]] = {
    "digest": tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)),
    "sign_in": tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 30, 60)),
    "decision": tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)),
    "exchange": tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)),
}
"""Before the second try, the third, and so on; the last one for all that follow."""
URGENCY: Final[Mapping[Kind, int]] = {"sign_in": 0, "exchange": 2, "decision": 3, "digest": 5}
KEPT: Final = timedelta(days=30)
"""How long the bytes of a settled mail are kept; hashes and ids stay."""
NO_SUCH_ADDRESS: Final = "no_such_address"
"""Why a mail was refused, when no mail to this address will ever arrive."""
STREAM: Final = "outbox"
"""The name under which the keys of letters are kept, one per recipient."""
CHANNEL: Final = "outbox"

Connections = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]


class Sealing(Protocol):
    """What the outbox needs of the event log's keyring."""

    def seal(self, private: Private, stream: str) -> Sealed:
        """Seal a text for a stream."""
        ...

    def open(self, sealed: Sealed) -> Private:
        """Open a sealed text; erased when its key is gone."""
        ...


class Letter(Struct, frozen=True):
    """A finished mail: who it goes to, and its exact source, lines ended by CRLF, ASCII only."""

    to: str
    subject: str
    source: str

    @property
    def sha256(self) -> str:
        """The lasting proof of what was sent."""
        return hashlib.sha256(self.source.encode("ascii")).hexdigest()


class Mail(Struct, frozen=True, kw_only=True):
    """A row of the outbox, its letter left sealed."""

    id: str
    kind: Kind
    member_id: str
    state: State
    told: Told
    zone_id: str = ""
    period: str = ""
    urgency: int = 5
    message_id: str = ""
    sha256: str = ""
    template: str = ""
    items: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    why: str = ""
    created_at: datetime
    due_at: datetime
    give_up_at: datetime
    settled_at: datetime | None = None
    token: str | None = None
    attempts: int = 0
    lost: int = 0
    transport: str = ""
    code: int = 0
    reply: str = ""

    @property
    def digest_id(self) -> str:
        """The stream of its digest."""
        return f"digest-{self.member_id.removeprefix('member-')}-{self.period}"


class Opened(Struct, frozen=True):
    """A mail with its letter, or without it when that was dropped, erased, or never made."""

    mail: Mail
    letter: Letter | None


COLUMNS: Final = ", ".join("id::text" if name == "id" else "token::text" if name == "token" else name
                           for name in Mail.__struct_fields__)  # fmt: skip


class Outbox:
    """The rows and their protocol; sending itself is `marketplace.sending`. For any number of threads and processes."""

    def __init__(self, connections: Connections, keys: Sealing, *, lease: timedelta = LEASE) -> None:
        self._connections = connections
        self._keys = keys
        self._lease = lease

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

    def _sealed(self, member_id: str, letter: Letter) -> Jsonb:
        text = msgspec.json.encode(letter).decode()
        return Jsonb(msgspec.to_builtins(self._keys.seal(Private(member_id, text), STREAM)))

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

    def claim(self, now: datetime) -> Opened | None:
        """Take the most urgent mail that is due, under a lease nobody else holds; None when there is nothing to do."""
        rows = self._rows(_CLAIM, {"now": now, "lease": self._lease})
        return self._opened(rows[0]) if rows else None

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

    # What is kept, and for how long -------------------------------------------------------------------------------

    def drop_letters(self, now: datetime) -> int:
        """Drop the bytes of mails settled thirty days ago, and the rows of sign-in mails."""
        with self._connections.connection() as connection, connection.transaction():
            dropped = connection.execute(
                "UPDATE site.outbox SET letter = NULL, reply = '' "
                "WHERE (letter IS NOT NULL OR reply <> '') AND settled_at <= %s",
                [now - KEPT],
            )
            gone = connection.execute(
                "DELETE FROM site.outbox WHERE kind = 'sign_in' AND settled_at <= %s", [now - KEPT]
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
        """The items of every digest that reached this member, or may still: none of them is told again."""
        with self._connections.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT unnest(items) FROM site.outbox WHERE kind = 'digest' AND member_id = %s "
                "AND state NOT IN ('refused', 'unknown', 'skipped')",
                [member_id],
            )
            return frozenset(item for (item,) in rows)

    def begins(self, now: datetime) -> datetime:
        """When this installation first looked for digests: now, if it never did."""
        with self._connections.connection() as connection:
            connection.execute("INSERT INTO site.digests_begin (at) VALUES (%s) ON CONFLICT DO NOTHING", [now])
            ((at,),) = connection.execute("SELECT at FROM site.digests_begin").fetchall()
            begun: datetime = at
            return begun

    # Rows ---------------------------------------------------------------------------------------------------------

    def _opened(self, row: dict[str, Any]) -> Opened:
        sealed = row.pop("letter")
        text = self._keys.open(msgspec.convert(sealed, Sealed)).text if sealed else None
        return Opened(msgspec.convert(row, Mail), msgspec.json.decode(text, type=Letter) if text else None)

    def _read(self, where: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Opened]:
        question = f"SELECT {COLUMNS}, letter FROM site.outbox {where}"  # noqa: S608  # our own words
        return [self._opened(row) for row in self._rows(question, values)]

    def _mails(self, where: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Mail]:
        question = f"SELECT {COLUMNS} FROM site.outbox {where}"  # noqa: S608  # our own words
        return [msgspec.convert(row, Mail) for row in self._rows(question, values)]

    def _change(self, change: str, values: Mapping[str, Any]) -> list[Mail]:
        rows = self._rows(f"UPDATE site.outbox {change} RETURNING {COLUMNS}", values)
        return [msgspec.convert(row, Mail) for row in rows]

    def _rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connections.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()


_CLAIM: Final = f"""
    UPDATE site.outbox SET state = 'claimed', token = gen_random_uuid(), attempts = attempts + 1,
        lease_until = clock_timestamp() + %(lease)s
    WHERE id = (
        SELECT id FROM site.outbox
        WHERE state = 'due' AND told <> 'nothing' AND due_at <= %(now)s AND give_up_at > %(now)s
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


def keyring(connections: Connections) -> Keyring:
    """The keys of letters, through the outbox's own connections, which must be those of the role that appends."""

    @contextmanager
    def by_name() -> Iterator[psycopg.Connection[Any]]:
        with connections.connection() as connection:
            named: psycopg.Connection[Any] = connection
            named.row_factory = dict_row
            try:
                yield named
            finally:
                named.row_factory = tuple_row

    return Keyring(by_name)


def new_id() -> str:
    """The id of a mail: it sorts by time and is part of the mail's Message-ID."""
    return str(uuid_utils.uuid7())


def pause(kind: Kind, attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    pauses = PAUSES[kind]
    return pauses[min(attempts, len(pauses)) - 1]
