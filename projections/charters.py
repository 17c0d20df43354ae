"""Charters as companies read and accept them, and who accepted which version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.charters import CharterAccepted, CharterEnded, CharterPublished, CharterSigned, Purpose
from domain.events import Event, Recorded
from projections.model import Group, Query, ReadModel, Rows, Table, opened

# --- rows -------------------------------------------------------------------------------------------------------


class CharterRow(Struct, frozen=True, kw_only=True):
    """A charter; `number` is that of the version that counts."""

    charter_id: str
    zone_id: str
    purpose: Purpose
    number: int
    published_at: datetime
    ended: bool = False


class VersionRow(Struct, frozen=True, kw_only=True):
    """One version of it: what is new in it, and the supplier who is to sign it and did, in this name."""

    charter_id: str
    number: int
    zone_id: str
    published_at: datetime
    changes: str = ""
    supplier: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None


class TextRow(Struct, frozen=True, kw_only=True):
    """What a version says in one language."""

    charter_id: str
    number: int
    language: str
    title: str
    text: str


class AcceptanceRow(Struct, frozen=True, kw_only=True):
    """A company accepted a version: through whom, and when; `on_paper` as the zone says."""

    charter_id: str
    number: int
    company_id: str
    zone_id: str
    actor: str
    on_paper: bool
    at: datetime


CHARTER: Final = Table("charter", CharterRow, ("charter_id",), ("charter_id",))
VERSION: Final = Table("charter_version", VersionRow, ("charter_id", "number"), ("charter_id",))
TEXT: Final = Table("charter_text", TextRow, ("charter_id", "number", "language"), ("charter_id",))
ACCEPTANCE: Final = Table(
    "charter_acceptance", AcceptanceRow, ("charter_id", "number", "company_id"), ("charter_id", "company_id")
)


DDL: Final = """
CREATE TABLE {schema}.charter (
    charter_id text PRIMARY KEY,
    zone_id text NOT NULL,
    purpose text NOT NULL,
    number integer NOT NULL,
    published_at timestamptz NOT NULL,
    ended boolean NOT NULL
);
CREATE INDEX ON {schema}.charter (zone_id);
ALTER TABLE {schema}.charter ENABLE ROW LEVEL SECURITY;
-- What a company commits to by joining a zone is for everybody to read beforehand; the rest is the zone's own.
CREATE POLICY the_zone ON {schema}.charter USING (
    purpose = 'engagement'
    OR zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
    OR charter_id = ANY ((SELECT site.viewer_in('asked'))::text[])
);

CREATE TABLE {schema}.charter_version (
    charter_id text NOT NULL,
    number integer NOT NULL,
    zone_id text NOT NULL,
    published_at timestamptz NOT NULL,
    changes text NOT NULL,
    supplier text NOT NULL,
    signed_by text NOT NULL,
    signed_at timestamptz,
    PRIMARY KEY (charter_id, number)
);
ALTER TABLE {schema}.charter_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_charters_seen ON {schema}.charter_version USING (
    EXISTS (SELECT FROM {schema}.charter c WHERE c.charter_id = charter_version.charter_id)
);

CREATE TABLE {schema}.charter_text (
    charter_id text NOT NULL,
    number integer NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (charter_id, number, language)
);
ALTER TABLE {schema}.charter_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_charters_seen ON {schema}.charter_text USING (
    EXISTS (SELECT FROM {schema}.charter c WHERE c.charter_id = charter_text.charter_id)
);

CREATE TABLE {schema}.charter_acceptance (
    charter_id text NOT NULL,
    number integer NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    actor text NOT NULL,
    on_paper boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (charter_id, number, company_id)
);
CREATE INDEX ON {schema}.charter_acceptance (company_id);
ALTER TABLE {schema}.charter_acceptance ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_who_runs_the_zone ON {schema}.charter_acceptance USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case CharterPublished() as event:
            _publish(rows, recorded, event)
        case CharterAccepted() as event:
            accepted = AcceptanceRow(
                charter_id=event.charter_id,
                number=event.number,
                company_id=event.company_id,
                zone_id=event.zone_id,
                actor=recorded.actor,
                on_paper=event.on_paper,
                at=recorded.at,
            )
            rows.put(ACCEPTANCE, accepted)
        case CharterSigned() as event:
            version = next((row for row in rows.of(VERSION, "charter_id", event.charter_id)
                            if row.number == event.number), None)  # fmt: skip
            if version is not None:
                rows.put(VERSION, replace(version, signed_by=opened(event.name), signed_at=recorded.at))
        case CharterEnded() as event:
            charter = rows.get(CHARTER, event.charter_id)
            if charter is not None:
                rows.put(CHARTER, replace(charter, ended=True))
        case _:
            pass


def _publish(rows: Rows, recorded: Recorded, event: CharterPublished) -> None:
    charter = CharterRow(
        charter_id=event.charter_id,
        zone_id=event.zone_id,
        purpose=event.purpose,
        number=event.number,
        published_at=recorded.at,
    )
    rows.put(CHARTER, charter)
    version = VersionRow(
        charter_id=event.charter_id,
        number=event.number,
        zone_id=event.zone_id,
        published_at=recorded.at,
        changes=opened(event.changes),
        supplier=opened(event.supplier),
    )
    rows.put(VERSION, version)
    for language, said in event.texts.items():
        text = TextRow(
            charter_id=event.charter_id,
            number=event.number,
            language=language,
            title=opened(said.title),
            text=opened(said.text),
        )
        rows.put(TEXT, text)


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case CharterSigned():
            yield VERSION, "charter_id", recorded.stream
        case CharterEnded():
            yield CHARTER, "charter_id", recorded.stream
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset({CharterPublished, CharterAccepted, CharterSigned, CharterEnded})

CHARTERS: Final = ReadModel(
    name="charters",
    version=1,
    tables=(CHARTER, VERSION, TEXT, ACCEPTANCE),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------


class Charter(Struct, frozen=True, kw_only=True):
    """A charter in the version asked for, in the reader's language where there is one; `latest` is what counts now."""

    charter_id: str
    zone_id: str
    purpose: Purpose
    number: int
    latest: int
    ended: bool
    title: str
    text: str
    language: str
    changes: str
    supplier: str
    signed_by: str
    signed_at: datetime | None
    published_at: datetime
    accepted: int = 0


_SAID: Final = """c.charter_id, c.zone_id, c.purpose, v.number, c.number AS latest, c.ended, t.title, t.text,
        t.language, v.changes, v.supplier, v.signed_by, v.signed_at, v.published_at,
        (SELECT count(*) FROM charter_acceptance a WHERE a.charter_id = v.charter_id AND a.number = v.number)
            AS accepted
    FROM charter c JOIN charter_version v USING (charter_id)
    JOIN LATERAL (SELECT * FROM charter_text t WHERE t.charter_id = v.charter_id AND t.number = v.number
        ORDER BY t.language <> %(language)s, t.language DESC LIMIT 1) t ON true"""


def of_zone(zone_id: str, language: str) -> Query[Charter]:
    """A zone's charters as they count now, the engagement first, those that ended last."""
    sql = f"""SELECT {_SAID} WHERE c.zone_id = %(zone)s AND v.number = c.number
        ORDER BY c.ended, array_position(ARRAY['engagement', 'confidentiality', 'action'], c.purpose),
            c.published_at DESC, c.charter_id"""
    return Query(sql, {"zone": zone_id, "language": language}, Charter)


def one(charter_id: str, language: str, number: int = 0) -> Query[Charter]:
    """A charter in the version that counts, or in an older one."""
    sql = f"SELECT {_SAID} WHERE c.charter_id = %(charter)s AND v.number = coalesce(nullif(%(number)s, 0), c.number)"
    return Query(sql, {"charter": charter_id, "language": language, "number": number}, Charter)


def texts(charter_id: str) -> Query[TextRow]:
    """What the version that counts says, in each language."""
    sql = """SELECT t.* FROM charter_text t JOIN charter c USING (charter_id)
        WHERE t.charter_id = %(charter)s AND t.number = c.number ORDER BY t.language"""
    return Query(sql, {"charter": charter_id}, TextRow)


def versions(charter_id: str) -> Query[VersionRow]:
    """All its versions, the newest first."""
    sql = "SELECT * FROM charter_version WHERE charter_id = %(charter)s ORDER BY number DESC"
    return Query(sql, {"charter": charter_id}, VersionRow)


def acceptances(charter_id: str) -> Query[AcceptanceRow]:
    """The last version each company accepted, as far as the viewer may know."""
    sql = """SELECT DISTINCT ON (company_id) * FROM charter_acceptance WHERE charter_id = %(charter)s
        ORDER BY company_id, number DESC"""
    return Query(sql, {"charter": charter_id}, AcceptanceRow)


class Unaccepted(Struct, frozen=True, kw_only=True):
    """A charter that asks a company for its word; `before` is the version it accepted once, if any."""

    charter_id: str
    zone_id: str
    company_id: str
    title: str
    before: int


def unaccepted(company_id: str, zone_ids: Sequence[str], language: str) -> Query[Unaccepted]:
    """What a company is still asked to accept in these zones; of actions it decides by itself whether it takes part."""
    sql = """SELECT c.charter_id, c.zone_id, %(company)s AS company_id, t.title,
            coalesce((SELECT max(a.number) FROM charter_acceptance a
                WHERE a.charter_id = c.charter_id AND a.company_id = %(company)s), 0) AS before
        FROM charter c JOIN LATERAL (SELECT title FROM charter_text t
            WHERE t.charter_id = c.charter_id AND t.number = c.number
            ORDER BY t.language <> %(language)s, t.language DESC LIMIT 1) t ON true
        WHERE c.zone_id = ANY (%(zones)s::text[]) AND NOT c.ended
            AND NOT EXISTS (SELECT FROM charter_acceptance a
                WHERE a.charter_id = c.charter_id AND a.number = c.number AND a.company_id = %(company)s)
            AND (c.purpose <> 'action' OR EXISTS (SELECT FROM charter_acceptance a
                WHERE a.charter_id = c.charter_id AND a.company_id = %(company)s))
        ORDER BY c.published_at, c.charter_id"""
    return Query(sql, {"company": company_id, "zones": list(zone_ids), "language": language}, Unaccepted)


def published_since(since: datetime) -> Query[CharterRow]:
    """The charters whose version that counts is newer than a moment; for the system."""
    sql = "SELECT * FROM charter WHERE published_at > %(since)s AND NOT ended ORDER BY published_at, charter_id"
    return Query(sql, {"since": since}, CharterRow)
