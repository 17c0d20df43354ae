"""Matches: what a row holds, the tables, and who may see which row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.listings import Life, Side, Visibility, ZoneStatus
from domain.matches import Dismissal, Fault, Verdict
from domain.questions import Question
from domain.reasons import Reason
from projections import stock
from projections.model import Table


class ListingRow(Struct, frozen=True, kw_only=True):
    """A listing as matching sees it. `zones` are those that show it now; none while it is closed, waits or is promised.

    `partners` are the partner zones of those it is posted in. `waiting` are the zones that have yet to approve it:
    until then its author alone is shown what it goes with. Of
    `amount` in all, `free` is what nobody was promised yet, and the traits speak of that. `traits` are the domain's, as
    JSON text, which is read faster than a jsonb of the same. `words` are the stems of title and text as they are spelt,
    by which a term finds the listings it concerns; `unknown` are the words that no concept explains.
    """

    listing_id: str
    company_id: str
    side: Side
    visibility: Visibility
    partners: tuple[str, ...]
    life: Life
    statuses: dict[str, ZoneStatus]
    suspended: tuple[str, ...]
    zones: tuple[str, ...]
    waiting: tuple[str, ...]
    latitude: float
    longitude: float
    posted_on: date
    amount: Decimal
    free: Decimal
    title: str
    text: str
    words: tuple[str, ...]
    unknown: tuple[str, ...]
    traits: str


class CandidateRow(Struct, frozen=True, kw_only=True):
    """What a search reads of a listing that somebody shows or that waits: all its pairs depend on, and nothing else.

    `bucket` is where others look for it: its side, category and cell. A search reads dozens of these, far more than are
    ever pairs: so they are kept narrow, apart from the listing.
    """

    listing_id: str
    bucket: str
    company_id: str
    visibility: Visibility
    partners: tuple[str, ...]
    zones: tuple[str, ...]
    waiting: tuple[str, ...]
    traits: str


class PartnerRow(Struct, frozen=True, kw_only=True):
    """A zone agreed to be partner of another; they are once the other has, too."""

    zone_id: str
    partner_id: str


class WordRow(Struct, frozen=True, kw_only=True):
    """One of a shown listing's rarest words, with its side and cell: so do listings of other families find it."""

    bucket: str
    listing_id: str


class PairRow(Struct, frozen=True, kw_only=True):
    """Two listings that go together; `a_id` sorts before `b_id`. `zones` are all that show either of them.

    `told` are the companies it is shown to: both; only the author of the one that waits for approval, and then no zone
    has it yet; only the one that may see the other's listing; nobody once one of them set it aside. `discreet` is one
    with a listing for facilitators only, which is counted nowhere. `poor` is a facilitator's verdict, which keeps it
    out of mail.
    """

    a_id: str
    b_id: str
    a_company: str
    b_company: str
    hundredths: int
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    ask: tuple[Question, ...]
    zones: tuple[str, ...]
    told: tuple[str, ...]
    discreet: bool = False
    poor: bool = False
    introduced_at: datetime | None = None


class DismissedRow(Struct, frozen=True, kw_only=True):
    """A company set a pair aside; `listing_id` is its own. `zones` are those of either listing when it did."""

    a_id: str
    b_id: str
    company_id: str
    listing_id: str
    reason: Dismissal
    at: datetime
    zones: tuple[str, ...]


class VerdictRow(Struct, frozen=True, kw_only=True):
    """What the facilitator of a zone said of a pair, and when they introduced the two companies."""

    a_id: str
    b_id: str
    zone_id: str
    verdict: Verdict | None = None
    reason: Fault = ""
    judged_at: datetime | None = None
    introduced_at: datetime | None = None


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


LISTING: Final = Table(
    "match_listing",
    ListingRow,
    ("listing_id",),
    ("listing_id", "company_id", "zones", "words"),
)
CANDIDATE: Final = Table("match_candidate", CandidateRow, ("listing_id",), ("listing_id", "bucket"))
PARTNER: Final = Table("match_partner", PartnerRow, ("zone_id", "partner_id"), ("zone_id",))
WORD: Final = Table("match_word", WordRow, ("bucket", "listing_id"), ("bucket", "listing_id"))
PAIR: Final = Table("match_pair", PairRow, ("a_id", "b_id"), ("a_id", "b_id"))
DISMISSED: Final = Table("match_dismissed", DismissedRow, ("a_id", "b_id", "company_id"), ("a_id", "b_id"))
VERDICT: Final = Table("match_verdict", VerdictRow, ("a_id", "b_id", "zone_id"), ("a_id", "b_id"))
FOUND: Final = Table("match_found", FoundRow, ("a_id", "b_id"), ("a_id", "b_id"))
SEEN: Final = Table("match_seen", SeenRow, ("a_id", "b_id", "company_id"), ("a_id",))
SHARE: Final = stock.table("match_share")
NEAR_MISS: Final = Table("match_near_miss", NearMissRow, ("a_id", "b_id"), ("a_id", "b_id"))
TALLY: Final = Table("match_tally", TallyRow, ("zone_id",), ("zone_id",))

# --- tables -----------------------------------------------------------------------------------------------------

DDL: Final = (
    """
CREATE TABLE {schema}.match_listing (
    listing_id text COLLATE "C" PRIMARY KEY,
    company_id text NOT NULL,
    side text NOT NULL,
    visibility text NOT NULL,
    partners text[] NOT NULL,
    life text NOT NULL,
    statuses jsonb NOT NULL,
    suspended text[] NOT NULL,
    zones text[] NOT NULL,
    waiting text[] NOT NULL,
    latitude float8 NOT NULL,
    longitude float8 NOT NULL,
    posted_on date NOT NULL,
    amount numeric NOT NULL,
    free numeric NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    words text[] NOT NULL,
    unknown text[] NOT NULL,
    traits text NOT NULL
);
CREATE INDEX ON {schema}.match_listing (company_id);
CREATE INDEX ON {schema}.match_listing USING gin (zones);
CREATE INDEX ON {schema}.match_listing USING gin (words);
ALTER TABLE {schema}.match_listing ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_facilitates_a_zone ON {schema}.match_listing USING (
    zones && (SELECT site.viewer_in('facilitated'))::text[]
);

CREATE TABLE {schema}.match_candidate (
    listing_id text PRIMARY KEY,
    bucket text NOT NULL,
    company_id text NOT NULL,
    visibility text NOT NULL,
    partners text[] NOT NULL,
    zones text[] NOT NULL,
    waiting text[] NOT NULL,
    traits text NOT NULL
);
CREATE INDEX ON {schema}.match_candidate (bucket);
ALTER TABLE {schema}.match_candidate ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_candidate USING (false);

CREATE TABLE {schema}.match_partner (
    zone_id text NOT NULL,
    partner_id text NOT NULL,
    PRIMARY KEY (zone_id, partner_id)
);
ALTER TABLE {schema}.match_partner ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_partner USING (false);

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
    ask jsonb NOT NULL,
    zones text[] NOT NULL,
    told text[] NOT NULL,
    discreet boolean NOT NULL,
    poor boolean NOT NULL,
    introduced_at timestamptz,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_pair (b_id);
CREATE INDEX ON {schema}.match_pair (a_company);
CREATE INDEX ON {schema}.match_pair (b_company);
ALTER TABLE {schema}.match_pair ENABLE ROW LEVEL SECURITY;
CREATE POLICY whoever_is_told_and_who_runs_a_zone ON {schema}.match_pair USING (
    told && (SELECT site.viewer_in('companies'))::text[]
    OR zones && (SELECT site.viewer_in('run'))::text[]
);

CREATE TABLE {schema}.match_dismissed (
    a_id text NOT NULL,
    b_id text NOT NULL,
    company_id text NOT NULL,
    listing_id text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    zones text[] NOT NULL,
    PRIMARY KEY (a_id, b_id, company_id)
);
CREATE INDEX ON {schema}.match_dismissed (b_id);
CREATE INDEX ON {schema}.match_dismissed (company_id, at);
ALTER TABLE {schema}.match_dismissed ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_and_who_facilitates_a_zone ON {schema}.match_dismissed USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zones && (SELECT site.viewer_in('facilitated'))::text[]
);

CREATE TABLE {schema}.match_verdict (
    a_id text NOT NULL,
    b_id text NOT NULL,
    zone_id text NOT NULL,
    verdict text,
    reason text NOT NULL,
    judged_at timestamptz,
    introduced_at timestamptz,
    PRIMARY KEY (a_id, b_id, zone_id)
);
CREATE INDEX ON {schema}.match_verdict (b_id);
ALTER TABLE {schema}.match_verdict ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_facilitates_the_zone ON {schema}.match_verdict USING (
    zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
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
