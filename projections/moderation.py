"""What waits for a zone's moderators, and the record of what they decided, which nothing deletes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain import text_flags
from domain.companies import CompanyErased, CompanyRegistered
from domain.events import Event, Private, Recorded
from domain.listings import (
    Content,
    Ground,
    ListingAmended,
    ListingApproved,
    ListingExpired,
    ListingFulfilled,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    Side,
)
from projections.model import Group, Query, ReadModel, Rows, Table, opened

Outcome = Literal["approved", "rejected", "superseded", "lapsed"]
"""Superseded: the company changed the words before anyone decided; lapsed: the listing closed before."""

# --- rows -------------------------------------------------------------------------------------------------------


class Words(Struct, frozen=True, kw_only=True):
    """What a listing said, as far as a moderator compares it."""

    title: str
    description: str
    category: str
    amount: Decimal
    unit: str
    per: str | None


class CaseRow(Struct, frozen=True, kw_only=True):
    """One reading of a listing in one zone: what it said, what it said `before`, and what was decided.

    `opened_version` is that of the event that asked for the reading; `content_version` that of the words read.
    """

    zone_id: str
    listing_id: str
    opened_version: int
    content_version: int
    company_id: str
    side: Side
    since: datetime
    first: bool
    flags: tuple[str, ...]
    words: Words
    before: Words | None
    outcome: Outcome | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    ground: Ground | None = None
    sentence: str = ""


class SubjectRow(Struct, frozen=True, kw_only=True):
    """A listing as its words stand now; `pending` are the zones that have not decided about them."""

    listing_id: str
    company_id: str
    side: Side
    content_version: int
    words: Words
    flags: tuple[str, ...]
    pending: tuple[str, ...]


class AuthorRow(Struct, frozen=True, kw_only=True):
    """Who posts: the company, and how many listings it ever posted."""

    company_id: str
    name: str
    posted: int = 0


CASE: Final = Table(
    "moderation_case", CaseRow, ("zone_id", "listing_id", "opened_version"), ("listing_id", "company_id")
)
SUBJECT: Final = Table("moderation_subject", SubjectRow, ("listing_id",), ("listing_id", "company_id"))
AUTHOR: Final = Table("moderation_author", AuthorRow, ("company_id",), ("company_id",))

# --- tables -----------------------------------------------------------------------------------------------------

DDL: Final = """
CREATE TABLE {schema}.moderation_case (
    zone_id text NOT NULL,
    listing_id text NOT NULL,
    opened_version bigint NOT NULL,
    content_version bigint NOT NULL,
    company_id text NOT NULL,
    side text NOT NULL,
    since timestamptz NOT NULL,
    first boolean NOT NULL,
    flags text[] NOT NULL,
    words jsonb NOT NULL,
    before jsonb,
    outcome text,
    decided_at timestamptz,
    decided_by text NOT NULL,
    ground text,
    sentence text NOT NULL,
    PRIMARY KEY (zone_id, listing_id, opened_version)
);
CREATE INDEX ON {schema}.moderation_case (zone_id, since, listing_id) WHERE outcome IS NULL;
CREATE INDEX ON {schema}.moderation_case (zone_id, decided_at DESC) WHERE outcome IS NOT NULL;
CREATE INDEX ON {schema}.moderation_case (listing_id);
CREATE INDEX ON {schema}.moderation_case (company_id);
ALTER TABLE {schema}.moderation_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {schema}.moderation_case USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);

CREATE TABLE {schema}.moderation_subject (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    side text NOT NULL,
    content_version bigint NOT NULL,
    words jsonb NOT NULL,
    flags text[] NOT NULL,
    pending text[] NOT NULL
);
CREATE INDEX ON {schema}.moderation_subject (company_id);
ALTER TABLE {schema}.moderation_subject ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.moderation_subject USING (false);

CREATE TABLE {schema}.moderation_author (
    company_id text PRIMARY KEY,
    name text NOT NULL,
    posted integer NOT NULL
);
ALTER TABLE {schema}.moderation_author ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_cases_seen ON {schema}.moderation_author USING (
    EXISTS (SELECT FROM {schema}.moderation_case c WHERE c.company_id = moderation_author.company_id)
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case CompanyRegistered() as event:
            rows.put(AUTHOR, AuthorRow(company_id=event.company_id, name=opened(event.name)))
        case CompanyErased() as event:
            _erase(rows, event.company_id)
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            _amend(rows, recorded, event)
        case ListingWithdrawn() | ListingExpired() | ListingFulfilled():
            for case in _waiting(rows, recorded.stream):
                rows.put(CASE, replace(case, outcome="lapsed", decided_at=recorded.at, decided_by=recorded.actor))
        case ListingRenewed() | ListingReopened():
            _reopen(rows, recorded)
        case ListingApproved() as event:
            _decide(rows, recorded, event.zone_id, "approved")
        case ListingRejected() as event:
            _decide(rows, recorded, event.zone_id, "rejected", event.ground, event.sentence)
        case _:
            pass


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    author = rows.get(AUTHOR, event.company_id) or AuthorRow(company_id=event.company_id, name="")
    rows.put(AUTHOR, replace(author, posted=author.posted + 1))
    subject = SubjectRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        content_version=recorded.version,
        words=_words(event.content),
        flags=_flags(event.content, event.side),
        pending=tuple(sorted(event.awaiting)),
    )
    rows.put(SUBJECT, subject)
    for zone_id in subject.pending:
        rows.put(CASE, _case(recorded, subject, zone_id, first=author.posted == 0))


def _amend(rows: Rows, recorded: Recorded, event: ListingAmended) -> None:
    known = rows.get(SUBJECT, event.listing_id)
    if known is None:
        return
    subject = replace(
        known,
        content_version=recorded.version,
        words=_words(event.content),
        flags=_flags(event.content, known.side),
        pending=tuple(sorted({*known.pending, *event.awaiting})),
    )
    rows.put(SUBJECT, subject)
    waiting = {case.zone_id: case for case in _waiting(rows, event.listing_id)}
    for zone_id in subject.pending:
        case = waiting.get(zone_id)
        if case is None:
            rows.put(CASE, replace(_case(recorded, subject, zone_id), before=known.words))
            continue
        # It keeps its place in the queue, and is still compared with what was last decided about.
        rows.put(CASE, replace(case, outcome="superseded", decided_at=recorded.at, decided_by=recorded.actor))
        renewed = _case(recorded, subject, zone_id, first=case.first)
        rows.put(CASE, replace(renewed, since=case.since, before=case.before))


def _reopen(rows: Rows, recorded: Recorded) -> None:
    """A listing that comes back undecided waits again."""
    subject = rows.get(SUBJECT, recorded.stream)
    if subject is None:
        return
    waiting = {case.zone_id for case in _waiting(rows, recorded.stream)}
    for zone_id in subject.pending:
        if zone_id not in waiting:
            rows.put(CASE, _case(recorded, subject, zone_id))


def _decide(
    rows: Rows,
    recorded: Recorded,
    zone_id: str,
    outcome: Outcome,
    ground: Ground | None = None,
    sentence: Private | None = None,
) -> None:
    subject = rows.get(SUBJECT, recorded.stream)
    if subject is None:
        return
    rows.put(SUBJECT, replace(subject, pending=tuple(zone for zone in subject.pending if zone != zone_id)))
    waiting = [case for case in _waiting(rows, recorded.stream) if case.zone_id == zone_id]
    # A decision about a listing that did not wait (changed one's mind, or reviewed after) is on record all the same.
    for case in waiting or [_case(recorded, subject, zone_id)]:
        decided = replace(
            case,
            outcome=outcome,
            decided_at=recorded.at,
            decided_by=recorded.actor,
            ground=ground,
            sentence=opened(sentence),
        )
        rows.put(CASE, decided)


def _erase(rows: Rows, company_id: str) -> None:
    author = rows.get(AUTHOR, company_id)
    if author is not None:
        rows.put(AUTHOR, replace(author, name=""))
    for subject in rows.of(SUBJECT, "company_id", company_id):
        rows.put(SUBJECT, replace(subject, words=_blank(subject.words), flags=()))
    for case in rows.of(CASE, "company_id", company_id):
        before = _blank(case.before) if case.before else None
        rows.put(CASE, replace(case, words=_blank(case.words), before=before, flags=()))


def _waiting(rows: Rows, listing_id: str) -> list[CaseRow]:
    return [case for case in rows.of(CASE, "listing_id", listing_id) if case.outcome is None]


def _case(recorded: Recorded, subject: SubjectRow, zone_id: str, *, first: bool = False) -> CaseRow:
    return CaseRow(
        zone_id=zone_id,
        listing_id=subject.listing_id,
        opened_version=recorded.version,
        content_version=subject.content_version,
        company_id=subject.company_id,
        side=subject.side,
        since=recorded.at,
        first=first,
        flags=subject.flags,
        words=subject.words,
        before=None,
    )


def _words(content: Content) -> Words:
    return Words(
        title=opened(content.title),
        description=opened(content.description),
        category=content.category,
        amount=content.quantity.amount,
        unit=content.quantity.unit,
        per=content.quantity.per,
    )


def _blank(words: Words) -> Words:
    return replace(words, title="", description="")


def _flags(content: Content, side: Side) -> tuple[str, ...]:
    text = f"{opened(content.title)}\n{opened(content.description)}"
    return tuple(sorted({flag.code for flag in text_flags.find(text, content.category, side)}))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case ListingPosted() as event:
            yield AUTHOR, "company_id", event.company_id
        case (
            ListingAmended()
            | ListingApproved()
            | ListingRejected()
            | ListingWithdrawn()
            | ListingExpired()
            | ListingRenewed()
            | ListingFulfilled()
            | ListingReopened()
        ):
            yield SUBJECT, "listing_id", recorded.stream
            yield CASE, "listing_id", recorded.stream
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        CompanyRegistered, CompanyErased, ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired,
        ListingRenewed, ListingApproved, ListingRejected, ListingFulfilled, ListingReopened,
    }
)  # fmt: skip

MODERATION: Final = ReadModel(
    name="moderation",
    version=2,
    tables=(CASE, SUBJECT, AUTHOR),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


class Case(CaseRow, frozen=True, kw_only=True):
    """A reading, with the company's name; `cursor` continues a list after this row."""

    author: str
    cursor: str


_CASE: Final = """SELECT c.*, a.name AS author, {time}::text || '~' || c.listing_id || '~' || c.opened_version AS cursor
    FROM moderation_case c JOIN moderation_author a USING (company_id)"""


def queue(zone_id: str, cursor: str = "", limit: int = PAGE) -> Query[Case]:
    """What waits for a zone's moderators, the oldest first, and one row more when there is a next page."""
    after, _mark, listing_id = cursor.rpartition("~")[0].partition("~")
    sql = f"""{_CASE.format(time="extract(epoch FROM c.since)")}
        WHERE zone_id = %(zone)s AND outcome IS NULL
            AND (%(after)s = '' OR (extract(epoch FROM since), listing_id) > (%(after)s::text::numeric, %(listing)s))
        ORDER BY extract(epoch FROM since), listing_id LIMIT %(limit)s"""
    known = after.isascii() and after.replace(".", "", 1).isdigit()
    params = {"zone": zone_id, "after": after if known else "", "listing": listing_id, "limit": limit + 1}
    return Query(sql, params, Case)


def record(zone_id: str, listing_id: str = "", before: datetime | None = None, limit: int = PAGE) -> Query[Case]:
    """What was decided in a zone, of one listing or of all, the newest first."""
    sql = f"""{_CASE.format(time="extract(epoch FROM c.decided_at)")}
        WHERE zone_id = %(zone)s AND outcome IS NOT NULL AND (%(listing)s = '' OR listing_id = %(listing)s)
            AND (%(before)s::timestamptz IS NULL OR decided_at < %(before)s)
        ORDER BY decided_at DESC, listing_id, opened_version LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "listing": listing_id, "before": before, "limit": limit}, Case)


class Workload(Struct, frozen=True):
    """How much waits in a zone, since when, and how much was decided since a time."""

    zone_id: str
    waiting: int
    oldest: datetime | None
    decided: int


def workload(zone_ids: Sequence[str], since: datetime) -> Query[Workload]:
    """The workload of each of these zones."""
    sql = """SELECT zone_id, count(*) FILTER (WHERE outcome IS NULL) AS waiting,
            min(since) FILTER (WHERE outcome IS NULL) AS oldest,
            count(*) FILTER (WHERE outcome IN ('approved', 'rejected') AND decided_at >= %(since)s) AS decided
        FROM moderation_case WHERE zone_id = ANY (%(zones)s) GROUP BY zone_id ORDER BY zone_id"""
    return Query(sql, {"zones": list(zone_ids), "since": since}, Workload)
