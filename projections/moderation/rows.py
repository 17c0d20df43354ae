"""What waits in a zone and what was decided: what a row holds, the tables, and who may see which row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from domain.listings import Ground, PriceTerms, Side, Spared, Visibility
from domain.sentences import Use
from projections.model import Table

Outcome = Literal["approved", "rejected", "amend", "spared", "superseded", "lapsed"]
"""Amend: a change was asked for; spared: nobody had to read it first; superseded: the company changed the words before
anyone decided; lapsed: the listing closed before."""


class Words(Struct, frozen=True, kw_only=True):
    """What a listing said, as far as a moderator compares it; `answers` are its attributes, chosen and written."""

    title: str
    description: str
    category: str
    amount: Decimal
    unit: str
    per: str | None
    answers: dict[str, str]
    photos: tuple[str, ...]
    price: PriceTerms
    price_cents: int | None
    visibility: Visibility


class CaseRow(Struct, frozen=True, kw_only=True):
    """One reading of a listing in one zone: what it said, what it said `before`, and what was decided.

    `opened_version` is that of the event that asked for the reading, `content_version` that of the words read,
    `decided_version` that of the decision. The zone shows meanwhile what is `shown`; `spared` is why it did not read
    it first, if it would have. `overdue_at` is when it was noted that the zone had promised to be done.
    """

    zone_id: str
    listing_id: str
    opened_version: int
    content_version: int
    company_id: str
    side: Side
    since: datetime
    first: bool
    shown: bool
    flags: tuple[str, ...]
    words: Words
    before: Words | None
    spared: Spared | None = None
    overdue_at: datetime | None = None
    outcome: Outcome | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decided_version: int | None = None
    alone: bool = False
    ground: Ground | None = None
    sentence: str = ""
    taken_back_at: datetime | None = None
    taken_back_by: str = ""


class SubjectRow(Struct, frozen=True, kw_only=True):
    """A listing as its words stand now, in its `zones`; `pending` are those that hide it until they have decided."""

    listing_id: str
    company_id: str
    side: Side
    content_version: int
    words: Words
    flags: tuple[str, ...]
    zones: tuple[str, ...]
    pending: tuple[str, ...]


class AuthorRow(Struct, frozen=True, kw_only=True):
    """Who posts: the company, and how many listings it ever posted."""

    company_id: str
    name: str
    posted: int = 0


class SentenceRow(Struct, frozen=True, kw_only=True):
    """A sentence that the moderators of a zone keep, in their own words, by language; or do without."""

    zone_id: str
    sentence_id: str
    use: Use
    ground: Ground
    texts: dict[str, str]
    dropped: bool = False


class PersonRow(Struct, frozen=True, kw_only=True):
    """Somebody by name, and the `zones` they ever moderated: there, those who do know who decided what."""

    member_id: str
    name: str
    zones: tuple[str, ...] = ()


class PromiseRow(Struct, frozen=True, kw_only=True):
    """Within how many hours a zone promises to read what is posted."""

    zone_id: str
    hours: int


CASE: Final = Table(
    "moderation_case", CaseRow, ("zone_id", "listing_id", "opened_version"), ("listing_id", "company_id")
)
SUBJECT: Final = Table("moderation_subject", SubjectRow, ("listing_id",), ("listing_id", "company_id"))
AUTHOR: Final = Table("moderation_author", AuthorRow, ("company_id",), ("company_id",))
SENTENCE: Final = Table("moderation_sentence", SentenceRow, ("zone_id", "sentence_id"), ("zone_id",))
PERSON: Final = Table("moderation_person", PersonRow, ("member_id",), ("member_id",))
PROMISE: Final = Table("moderation_promise", PromiseRow, ("zone_id",), ("zone_id",))

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
    shown boolean NOT NULL,
    flags text[] NOT NULL,
    words jsonb NOT NULL,
    before jsonb,
    spared text,
    overdue_at timestamptz,
    outcome text,
    decided_at timestamptz,
    decided_by text NOT NULL,
    decided_version bigint,
    alone boolean NOT NULL,
    ground text,
    sentence text NOT NULL,
    taken_back_at timestamptz,
    taken_back_by text NOT NULL,
    PRIMARY KEY (zone_id, listing_id, opened_version)
);
CREATE INDEX ON {schema}.moderation_case (zone_id, shown, since, listing_id) WHERE outcome IS NULL;
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
    zones text[] NOT NULL,
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

CREATE TABLE {schema}.moderation_sentence (
    zone_id text NOT NULL,
    sentence_id text NOT NULL,
    use text NOT NULL,
    ground text NOT NULL,
    texts jsonb NOT NULL,
    dropped boolean NOT NULL,
    PRIMARY KEY (zone_id, sentence_id)
);
ALTER TABLE {schema}.moderation_sentence ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {schema}.moderation_sentence USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);

CREATE TABLE {schema}.moderation_person (
    member_id text PRIMARY KEY,
    name text NOT NULL,
    zones text[] NOT NULL
);
ALTER TABLE {schema}.moderation_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY colleagues ON {schema}.moderation_person USING (
    zones && (SELECT site.viewer_in('moderated'))::text[]
);

CREATE TABLE {schema}.moderation_promise (
    zone_id text PRIMARY KEY,
    hours integer NOT NULL
);
ALTER TABLE {schema}.moderation_promise ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.moderation_promise USING (false);
"""
