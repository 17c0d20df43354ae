"""The mail log: which digests were written for whom, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.digests import DigestPrepared, DigestRefused, DigestSent, DigestSkipped, DigestUnknown, State, Why
from domain.events import Event, Recorded
from projections.model import Group, Query, ReadModel, Rows, Table

# --- rows -------------------------------------------------------------------------------------------------------


class MailRow(Struct, frozen=True, kw_only=True):
    """One member's digest of one period; `items` are the listings and matches it speaks of, `sha256` its exact bytes.

    `settled_at` is when its end was known: sent, refused (`code` is the relay's answer), unknown or skipped (`why`).
    """

    digest_id: str
    member_id: str
    zone_id: str
    period: str
    state: State
    prepared_at: datetime | None
    settled_at: datetime | None
    items: tuple[str, ...]
    sha256: str
    template: str
    why: Why | None = None
    code: int | None = None


MAIL: Final = Table("mail_log", MailRow, ("digest_id",), ("digest_id",))

DDL: Final = """
CREATE TABLE {schema}.mail_log (
    digest_id text PRIMARY KEY,
    member_id text NOT NULL,
    zone_id text NOT NULL,
    period text NOT NULL,
    state text NOT NULL,
    prepared_at timestamptz,
    settled_at timestamptz,
    items text[] NOT NULL,
    sha256 text NOT NULL,
    template text NOT NULL,
    why text,
    code integer
);
CREATE INDEX ON {schema}.mail_log (member_id, period);
CREATE INDEX ON {schema}.mail_log (zone_id, period);
ALTER TABLE {schema}.mail_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself_and_the_administrator ON {schema}.mail_log USING (
    member_id = (SELECT site.viewer()) OR zone_id = ANY ((SELECT site.viewer_in('administered'))::text[])
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case DigestPrepared() as event:
            prepared = MailRow(
                digest_id=event.digest_id,
                member_id=event.member_id,
                zone_id=event.zone_id,
                period=event.period,
                state="prepared",
                prepared_at=recorded.at,
                settled_at=None,
                items=event.items,
                sha256=event.sha256,
                template=event.template,
            )
            rows.put(MAIL, prepared)
        case DigestSkipped() as event:
            skipped = MailRow(
                digest_id=event.digest_id,
                member_id=event.member_id,
                zone_id=next(iter(recorded.zones), ""),
                period=event.period,
                state="skipped",
                prepared_at=None,
                settled_at=recorded.at,
                items=(),
                sha256="",
                template="",
                why=event.why,
            )
            rows.put(MAIL, skipped)
        case DigestSent():
            _settle(rows, recorded, "sent")
        case DigestRefused() as event:
            _settle(rows, recorded, "refused", event.code)
        case DigestUnknown():
            _settle(rows, recorded, "unknown")
        case _:
            pass


def _settle(rows: Rows, recorded: Recorded, state: State, code: int | None = None) -> None:
    mail = rows.get(MAIL, recorded.stream)
    if mail is not None:
        rows.put(MAIL, replace(mail, state=state, settled_at=recorded.at, code=code))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    if isinstance(recorded.event, DigestSent | DigestRefused | DigestUnknown):
        yield MAIL, "digest_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {DigestPrepared, DigestSent, DigestRefused, DigestUnknown, DigestSkipped}
)

MAIL_LOG: Final = ReadModel(
    name="mail_log", version=1, tables=(MAIL,), ddl=DDL, events=EVENTS, apply=apply, touches=touches
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


def of_member(member_id: str, before: str = "", limit: int = PAGE) -> Query[MailRow]:
    """A member's digests, the newest period first, from before a period."""
    sql = """SELECT * FROM mail_log WHERE member_id = %(member)s AND (%(before)s = '' OR period < %(before)s)
        ORDER BY period DESC, digest_id LIMIT %(limit)s"""
    return Query(sql, {"member": member_id, "before": before, "limit": limit}, MailRow)


def of_period(zone_id: str, period: str, after: str = "", limit: int = PAGE) -> Query[MailRow]:
    """The digests of one zone's people for one period, by id."""
    sql = """SELECT * FROM mail_log WHERE zone_id = %(zone)s AND period = %(period)s AND digest_id > %(after)s
        ORDER BY digest_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "period": period, "after": after, "limit": limit}, MailRow)


class Mailed(Struct, frozen=True):
    """Something a member was told of already."""

    member_id: str
    item: str


def mailed(member_ids: Sequence[str]) -> Query[Mailed]:
    """What these members were told of in mail that left, or may have: a refused or unknown mail told nothing."""
    sql = """SELECT DISTINCT member_id, unnest(items) AS item FROM mail_log
        WHERE member_id = ANY (%(members)s) AND state IN ('prepared', 'sent') ORDER BY 1, 2"""
    return Query(sql, {"members": list(member_ids)}, Mailed)
