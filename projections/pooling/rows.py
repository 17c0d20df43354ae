"""Pooling: what a row holds, the tables, and who may see which row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from domain.listings import Life, Side, ZoneStatus
from domain.opening_hours import Opening
from domain.pooling import LEAST_COMPANIES, Answer, Kind, Total
from projections import stock
from projections.model import Table

Stage = Literal["forming", "proposed", "dropped", "taken_up"]
"""A pool is forming until three companies stand in it and it is proposed."""


class ListingRow(Struct, frozen=True, kw_only=True):
    """A listing as pooling sees it: `zones` are those that show it now, `free` what nobody was promised yet.

    What is `discreet` only its facilitator may know: it is counted in no pool, since members read the totals. `traits`
    are the domain's, as JSON text.
    """

    listing_id: str
    company_id: str
    side: Side
    category: str
    posted_on: date
    life: Life
    statuses: dict[str, ZoneStatus]
    suspended: tuple[str, ...]
    zones: tuple[str, ...]
    latitude: float
    longitude: float
    amount: Decimal
    free: Decimal
    unit: str
    per: str | None
    discreet: bool
    traits: str


class PresentRow(Struct, frozen=True, kw_only=True):
    """A listing that a zone shows, in the bucket of its side, category and zone."""

    bucket: str
    listing_id: str


class TakenRow(Struct, frozen=True, kw_only=True):
    """Somebody takes an offer as it is: `by` is a request it goes with, or an outlet; so it needs no pool."""

    offer_id: str
    by: str


class PoolRow(Struct, frozen=True, kw_only=True):
    """What the listings of some companies have in common. `bucket` is its kind, category and zone.

    Totals, features and `metres` are told from three companies up, so that nobody's own can be read from them.
    `features` are what the listings state, by attribute; `metres` is how far apart the furthest two of them are.
    `reason` is why it was dropped.
    """

    pooling_id: str
    bucket: str
    kind: Kind
    zone_id: str
    category: str
    stage: Stage = "forming"
    companies: int = 0
    listings: int = 0
    places: int = 0
    metres: int = 0
    totals: tuple[Total, ...] = ()
    features: dict[str, tuple[str, ...]] = {}
    joined: int = 0
    declined: int = 0
    proposed_at: datetime | None = None
    settled_at: datetime | None = None
    reason: str = ""
    action_id: str = ""

    @property
    def lapsed(self) -> bool:
        """Whether too few are left of those it was proposed for."""
        return self.stage == "proposed" and self.companies < LEAST_COMPANIES


class MemberRow(Struct, frozen=True, kw_only=True):
    """A listing that is counted in a pool, with what is free of it."""

    pooling_id: str
    listing_id: str
    company_id: str
    zone_id: str
    amount: Decimal
    unit: str
    per: str | None
    latitude: float
    longitude: float


class AnswerRow(Struct, frozen=True, kw_only=True):
    """What a company answered to a proposal."""

    pooling_id: str
    company_id: str
    zone_id: str
    answer: Answer
    at: datetime


class AcceptedRow(Struct, frozen=True):
    """One thing an outlet takes, on which conditions."""

    category: str
    conditions: str
    condition: str
    amount: Decimal | None
    unit: str


class OutletRow(Struct, frozen=True, kw_only=True):
    """A standing outlet of a zone’s guide, in the words of who keeps it; `version` is that of its stream."""

    outlet_id: str
    zone_id: str
    name: str
    operator: str
    address: str
    latitude: Decimal
    longitude: Decimal
    hours: tuple[Opening, ...]
    hours_note: str
    accepts: tuple[AcceptedRow, ...]
    refuses: tuple[str, ...]
    price: str
    permits: str
    contact: str
    licensed: bool
    closed: bool
    version: int
    amended_at: datetime


LISTING: Final = Table("pooling_listing", ListingRow, ("listing_id",), ("listing_id", "company_id"))
PRESENT: Final = Table("pooling_present", PresentRow, ("bucket", "listing_id"), ("bucket", "listing_id"))
TAKEN: Final = Table("pooling_taken", TakenRow, ("offer_id", "by"), ("offer_id", "by"))
POOL: Final = Table("pooling_pool", PoolRow, ("pooling_id",), ("pooling_id", "bucket"))
MEMBER: Final = Table("pooling_member", MemberRow, ("pooling_id", "listing_id"), ("pooling_id", "listing_id"))
ANSWER: Final = Table("pooling_answer", AnswerRow, ("pooling_id", "company_id"), ("pooling_id",))
OUTLET: Final = Table("pooling_outlet", OutletRow, ("outlet_id",), ("outlet_id", "zone_id"))
SHARE: Final = stock.table("pooling_share")

# --- tables -----------------------------------------------------------------------------------------------------

DDL: Final = (
    """
CREATE TABLE {schema}.pooling_listing (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    side text NOT NULL,
    category text NOT NULL,
    posted_on date NOT NULL,
    life text NOT NULL,
    statuses jsonb NOT NULL,
    suspended text[] NOT NULL,
    zones text[] NOT NULL,
    latitude float8 NOT NULL,
    longitude float8 NOT NULL,
    amount numeric NOT NULL,
    free numeric NOT NULL,
    unit text NOT NULL,
    per text,
    discreet boolean NOT NULL,
    traits text NOT NULL
);
CREATE INDEX ON {schema}.pooling_listing (company_id);
ALTER TABLE {schema}.pooling_listing ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.pooling_listing USING (false);

CREATE TABLE {schema}.pooling_present (
    bucket text NOT NULL,
    listing_id text NOT NULL,
    PRIMARY KEY (bucket, listing_id)
);
CREATE INDEX ON {schema}.pooling_present (listing_id);
ALTER TABLE {schema}.pooling_present ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.pooling_present USING (false);

CREATE TABLE {schema}.pooling_taken (
    offer_id text NOT NULL,
    by text NOT NULL,
    PRIMARY KEY (offer_id, by)
);
CREATE INDEX ON {schema}.pooling_taken (by);
ALTER TABLE {schema}.pooling_taken ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.pooling_taken USING (false);

CREATE TABLE {schema}.pooling_pool (
    pooling_id text PRIMARY KEY,
    bucket text NOT NULL,
    kind text NOT NULL,
    zone_id text NOT NULL,
    category text NOT NULL,
    stage text NOT NULL,
    companies integer NOT NULL,
    listings integer NOT NULL,
    places integer NOT NULL,
    metres integer NOT NULL,
    totals jsonb NOT NULL,
    features jsonb NOT NULL,
    joined integer NOT NULL,
    declined integer NOT NULL,
    proposed_at timestamptz,
    settled_at timestamptz,
    reason text NOT NULL,
    action_id text NOT NULL
);
CREATE INDEX ON {schema}.pooling_pool (bucket);
CREATE INDEX ON {schema}.pooling_pool (zone_id) WHERE stage <> 'forming';
CREATE INDEX ON {schema}.pooling_pool (companies) WHERE stage = 'forming';
ALTER TABLE {schema}.pooling_pool ENABLE ROW LEVEL SECURITY;
CREATE POLICY members_of_the_zone_once_proposed ON {schema}.pooling_pool USING (
    stage <> 'forming' AND zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
);

CREATE TABLE {schema}.pooling_member (
    pooling_id text NOT NULL,
    listing_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    amount numeric NOT NULL,
    unit text NOT NULL,
    per text,
    latitude float8 NOT NULL,
    longitude float8 NOT NULL,
    PRIMARY KEY (pooling_id, listing_id)
);
CREATE INDEX ON {schema}.pooling_member (listing_id);
CREATE INDEX ON {schema}.pooling_member (company_id);
ALTER TABLE {schema}.pooling_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_and_who_facilitates_the_zone ON {schema}.pooling_member USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);

CREATE TABLE {schema}.pooling_answer (
    pooling_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    answer text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (pooling_id, company_id)
);
ALTER TABLE {schema}.pooling_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_and_who_facilitates_the_zone ON {schema}.pooling_answer USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);

CREATE TABLE {schema}.pooling_outlet (
    outlet_id text PRIMARY KEY,
    zone_id text NOT NULL,
    name text NOT NULL,
    operator text NOT NULL,
    address text NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL,
    hours jsonb NOT NULL,
    hours_note text NOT NULL,
    accepts jsonb NOT NULL,
    refuses text[] NOT NULL,
    price text NOT NULL,
    permits text NOT NULL,
    contact text NOT NULL,
    licensed boolean NOT NULL,
    closed boolean NOT NULL,
    version integer NOT NULL,
    amended_at timestamptz NOT NULL
);
CREATE INDEX ON {schema}.pooling_outlet (zone_id);
ALTER TABLE {schema}.pooling_outlet ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_while_open ON {schema}.pooling_outlet USING (
    NOT closed OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);
"""
    + stock.DDL % {"name": "pooling_share"}
)
