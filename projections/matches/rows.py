"""Matches: what a row holds, the tables, and who may see which row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.listings import Life, Side, ZoneStatus
from domain.reasons import Reason
from projections import stock
from projections.model import Table


class ListingRow(Struct, frozen=True, kw_only=True):
    """A listing as matching sees it. `zones` are those that show it now; none while it is closed, waits or is promised.

    Of `amount` in all, `free` is what nobody was promised yet, and the traits speak of that. `bucket` is where
    candidates look for it: its side, family and cell; empty while nobody shows it. `traits` are the domain's, as JSON
    text, which is read faster than a jsonb of the same.
    """

    listing_id: str
    company_id: str
    side: Side
    public: bool
    life: Life
    statuses: dict[str, ZoneStatus]
    suspended: tuple[str, ...]
    zones: tuple[str, ...]
    bucket: str
    latitude: float
    longitude: float
    posted_on: date
    amount: Decimal
    free: Decimal
    traits: str


class WordRow(Struct, frozen=True, kw_only=True):
    """One of a shown listing's rarest words, with its side and cell: so do listings of other families find it."""

    bucket: str
    listing_id: str


class PairRow(Struct, frozen=True, kw_only=True):
    """Two listings that go together; `a_id` sorts before `b_id`. `zones` are all that show either of them."""

    a_id: str
    b_id: str
    a_company: str
    b_company: str
    hundredths: int
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    zones: tuple[str, ...]


class FoundRow(Struct, frozen=True, kw_only=True):
    """A pair that was once found, whatever came of its listings; `zones` are those that ever showed both.

    `family` is that of what is offered; `seen_at` is when one of its two companies first looked at it.
    """

    a_id: str
    b_id: str
    a_company: str
    b_company: str
    family: str
    zones: tuple[str, ...]
    found_at: datetime
    seen_at: datetime | None = None


class SeenRow(Struct, frozen=True, kw_only=True):
    """When a company first looked at a pair, or asked about it."""

    a_id: str
    b_id: str
    company_id: str
    at: datetime


class NearMissRow(Struct, frozen=True, kw_only=True):
    """Two listings that would go together but for a hard constraint; `points` are what they would have."""

    a_id: str
    b_id: str
    code: str
    points: int
    zones: tuple[str, ...]


class TallyRow(Struct, frozen=True, kw_only=True):
    """How many pairs have a listing that a zone shows."""

    zone_id: str
    pairs: int


LISTING: Final = Table("match_listing", ListingRow, ("listing_id",), ("listing_id", "company_id", "bucket"))
WORD: Final = Table("match_word", WordRow, ("bucket", "listing_id"), ("bucket", "listing_id"))
PAIR: Final = Table("match_pair", PairRow, ("a_id", "b_id"), ("a_id", "b_id"))
FOUND: Final = Table("match_found", FoundRow, ("a_id", "b_id"), ("a_id", "b_id"))
SEEN: Final = Table("match_seen", SeenRow, ("a_id", "b_id", "company_id"), ("a_id",))
SHARE: Final = stock.table("match_share")
NEAR_MISS: Final = Table("match_near_miss", NearMissRow, ("a_id", "b_id"), ("a_id", "b_id"))
TALLY: Final = Table("match_tally", TallyRow, ("zone_id",), ("zone_id",))

# --- tables -----------------------------------------------------------------------------------------------------

DDL: Final = (
    """
CREATE TABLE {schema}.match_listing (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    side text NOT NULL,
    public boolean NOT NULL,
    life text NOT NULL,
    statuses jsonb NOT NULL,
    suspended text[] NOT NULL,
    zones text[] NOT NULL,
    bucket text NOT NULL,
    latitude float8 NOT NULL,
    longitude float8 NOT NULL,
    posted_on date NOT NULL,
    amount numeric NOT NULL,
    free numeric NOT NULL,
    traits text NOT NULL
);
CREATE INDEX ON {schema}.match_listing (bucket);
CREATE INDEX ON {schema}.match_listing (company_id);
ALTER TABLE {schema}.match_listing ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_listing USING (false);

CREATE TABLE {schema}.match_word (
    bucket text NOT NULL,
    listing_id text NOT NULL,
    PRIMARY KEY (bucket, listing_id)
);
CREATE INDEX ON {schema}.match_word (listing_id);
ALTER TABLE {schema}.match_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_word USING (false);

CREATE TABLE {schema}.match_pair (
    a_id text NOT NULL,
    b_id text NOT NULL,
    a_company text NOT NULL,
    b_company text NOT NULL,
    hundredths integer NOT NULL,
    points integer NOT NULL,
    pro jsonb NOT NULL,
    contra jsonb NOT NULL,
    zones text[] NOT NULL,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_pair (b_id);
CREATE INDEX ON {schema}.match_pair (a_company);
CREATE INDEX ON {schema}.match_pair (b_company);
ALTER TABLE {schema}.match_pair ENABLE ROW LEVEL SECURITY;
CREATE POLICY both_companies_and_who_runs_a_zone ON {schema}.match_pair USING (
    a_company = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR b_company = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zones && (SELECT site.viewer_in('run'))::text[]
);

CREATE TABLE {schema}.match_found (
    a_id text NOT NULL,
    b_id text NOT NULL,
    a_company text NOT NULL,
    b_company text NOT NULL,
    family text NOT NULL,
    zones text[] NOT NULL,
    found_at timestamptz NOT NULL,
    seen_at timestamptz,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_found (b_id);
CREATE INDEX ON {schema}.match_found (found_at);
ALTER TABLE {schema}.match_found ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_facilitates_a_zone ON {schema}.match_found USING (
    zones && (SELECT site.viewer_in('facilitated'))::text[]
);

CREATE TABLE {schema}.match_seen (
    a_id text NOT NULL,
    b_id text NOT NULL,
    company_id text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (a_id, b_id, company_id)
);
ALTER TABLE {schema}.match_seen ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_and_who_facilitates_a_zone ON {schema}.match_seen USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR EXISTS (SELECT FROM {schema}.match_found f WHERE f.a_id = match_seen.a_id AND f.b_id = match_seen.b_id)
);
"""
    + stock.DDL % {"name": "match_share"}
    + """
CREATE TABLE {schema}.match_near_miss (
    a_id text NOT NULL,
    b_id text NOT NULL,
    code text NOT NULL,
    points integer NOT NULL,
    zones text[] NOT NULL,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_near_miss (b_id);
ALTER TABLE {schema}.match_near_miss ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_runs_a_zone ON {schema}.match_near_miss USING (
    zones && (SELECT site.viewer_in('run'))::text[]
);

CREATE TABLE {schema}.match_tally (
    zone_id text PRIMARY KEY,
    pairs integer NOT NULL
);
ALTER TABLE {schema}.match_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.match_tally USING (true);
"""
)
