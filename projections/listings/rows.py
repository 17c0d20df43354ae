"""A zone's listings: what a row holds, the tables, and who may see which row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct, convert

from domain.listings import Ground, Life, Mode, PickupTerms, PriceTerms, Side, Visibility, ZoneStatus
from projections import stock
from projections.listings import drafts, terms
from projections.model import Table

Standing = Literal["admitted", "refused", "suspended", "erased"]
Happening = Literal[
    "posted", "amended", "withdrawn", "renewed", "expired", "approved", "rejected", "fulfilled", "reopened",
    "amend", "taken_back", "overdue",
]  # fmt: skip


class ListingRow(Struct, frozen=True, kw_only=True):
    """A listing in one zone.

    `words` are what is searched: its stems and concepts, as the text of a tsvector; `spelt` those of its title that
    everybody may read, as they are spelt. `version` is that of the stream, `content_version` that of the words a
    moderator reads; `ground` and `sentence` are why the zone does not show it or, unless it is rejected, what it asks
    to be changed; `shown_at` is when the zone first showed these words; `closed_at` when it was withdrawn, fulfilled
    or expired. Of `amount`, `held` is kept for somebody and `taken` was collected; a flow comes again, and nothing of
    it is ever taken.
    """

    zone_id: str
    listing_id: str
    side: Side
    company_id: str
    site_id: str
    latitude: Decimal
    longitude: Decimal
    category: str
    family: str
    mode: Mode
    title: str
    description: str
    amount: Decimal
    held: Decimal
    taken: Decimal
    unit: str
    per: str | None
    attributes: dict[str, str]
    condition: str
    price: PriceTerms
    price_cents: int | None
    currency: str
    available_from: date | None
    available_to: date | None
    max_km: int | None
    visibility: Visibility
    photos: tuple[str, ...]
    photo_texts: dict[str, str]
    pickup: dict[str, Any]
    whole_lot: bool
    expires_at: datetime | None
    asked_about: datetime | None
    status: ZoneStatus
    standing: Standing
    life: Life
    shown: bool
    ground: Ground | None
    sentence: str
    decided_at: datetime | None
    posted_at: datetime
    amended_at: datetime | None
    shown_at: datetime | None
    closed_at: datetime | None
    version: int
    content_version: int
    words: str
    spelt: tuple[str, ...] = ()

    @property
    def free(self) -> Decimal:
        """What nobody was promised yet, in the listing's unit."""
        return max(self.amount - self.held - self.taken, Decimal(0))

    @property
    def is_to_be_changed(self) -> bool:
        """Whether the zone asked for a change, and its company has not answered yet."""
        return self.status != "rejected" and self.ground is not None

    @property
    def pickup_terms(self) -> PickupTerms:
        """How one fetches it."""
        return convert(self.pickup, PickupTerms)


class PhotoRow(Struct, frozen=True, kw_only=True):
    """A photo by its id, and the listing that names it: whoever sees the listing sees the photo."""

    photo_id: str
    listing_id: str


class HistoryRow(Struct, frozen=True, kw_only=True):
    """Something that happened to a listing; `zone_id` is empty when it concerns them all.

    What an amendment changed stands in `before` and `after`, field by field; a text is only named there, and stands
    in an `AmendmentRow`.
    """

    listing_id: str
    version: int
    company_id: str
    zone_id: str
    what: Happening
    at: datetime
    actor: str
    for_company: str | None
    ground: Ground | None = None
    before: dict[str, str] = {}
    after: dict[str, str] = {}


class AmendmentRow(Struct, frozen=True, kw_only=True):
    """The words of an amendment, field by field: what stood there before is for those it concerns only."""

    listing_id: str
    version: int
    company_id: str
    before: dict[str, str]
    after: dict[str, str]


class ZoneRow(Struct, frozen=True, kw_only=True):
    """A zone as listings name it, with how many it shows now and how many were ever posted there."""

    zone_id: str
    slug: str
    name: str
    offers: int = 0
    requests: int = 0
    posted: int = 0


class CompanyRow(Struct, frozen=True, kw_only=True):
    """A company as listings name it; `zones` are those that ever judged it."""

    company_id: str
    name: str
    trade: str
    zones: tuple[str, ...] = ()


class SignatureRow(Struct, frozen=True, kw_only=True):
    """The company's name under a listing that is shown with it beyond its zones, whoever sees the listing."""

    listing_id: str
    company: str
    trade: str


class PartnerRow(Struct, frozen=True, kw_only=True):
    """A zone agreed to be partner of another; they are once the other has, too."""

    zone_id: str
    partner_id: str


class SiteRow(Struct, frozen=True, kw_only=True):
    """A company's site as listings name it."""

    site_id: str
    company_id: str
    name: str


LISTING: Final = Table("listing", ListingRow, ("zone_id", "listing_id"), ("listing_id", "company_id"))
PHOTO: Final = Table("listing_photo", PhotoRow, ("photo_id",), ("photo_id", "listing_id"))
HISTORY: Final = Table("listing_history", HistoryRow, ("listing_id", "version"), ("listing_id", "company_id"))
AMENDMENT: Final = Table("listing_amendment", AmendmentRow, ("listing_id", "version"), ("listing_id", "company_id"))
ZONE: Final = Table("listing_zone", ZoneRow, ("zone_id",), ("zone_id",))
COMPANY: Final = Table("listing_company", CompanyRow, ("company_id",), ("company_id",))
SIGNATURE: Final = Table("listing_signature", SignatureRow, ("listing_id",), ("listing_id",))
PARTNER: Final = Table("listing_partner", PartnerRow, ("zone_id", "partner_id"), ("zone_id",))
SHARE: Final = stock.table("listing_share")
SITE: Final = Table("listing_site", SiteRow, ("site_id",), ("site_id", "company_id"))

# --- tables -----------------------------------------------------------------------------------------------------

# No index on the words: row-level security hides a row before its words may be looked at, so a zone's listings are
# read by zone and then searched.
DDL: Final = (
    """
CREATE TABLE {schema}.listing (
    zone_id text NOT NULL,
    listing_id text NOT NULL,
    side text NOT NULL,
    company_id text NOT NULL,
    site_id text NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL,
    category text NOT NULL,
    family text NOT NULL,
    mode text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    amount numeric NOT NULL,
    held numeric NOT NULL,
    taken numeric NOT NULL,
    unit text NOT NULL,
    per text,
    attributes jsonb NOT NULL,
    condition text NOT NULL,
    price text NOT NULL,
    price_cents bigint,
    currency text NOT NULL,
    available_from date,
    available_to date,
    max_km integer,
    visibility text NOT NULL,
    photos text[] NOT NULL,
    photo_texts jsonb NOT NULL,
    pickup jsonb NOT NULL,
    whole_lot boolean NOT NULL,
    expires_at timestamptz,
    asked_about timestamptz,
    status text NOT NULL,
    standing text NOT NULL,
    life text NOT NULL,
    shown boolean NOT NULL,
    ground text,
    sentence text NOT NULL,
    decided_at timestamptz,
    posted_at timestamptz NOT NULL,
    amended_at timestamptz,
    shown_at timestamptz,
    closed_at timestamptz,
    version bigint NOT NULL,
    content_version bigint NOT NULL,
    words text NOT NULL,
    spelt text[] NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (words::tsvector) STORED,
    PRIMARY KEY (zone_id, listing_id)
);
CREATE INDEX ON {schema}.listing (zone_id, posted_at DESC, listing_id DESC) WHERE shown;
CREATE INDEX ON {schema}.listing (listing_id);
CREATE INDEX ON {schema}.listing (company_id);
CREATE INDEX ON {schema}.listing (expires_at) WHERE life = 'open';

CREATE TABLE {schema}.listing_partner (
    zone_id text NOT NULL,
    partner_id text NOT NULL,
    PRIMARY KEY (zone_id, partner_id)
);
ALTER TABLE {schema}.listing_partner ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.listing_partner USING (true);

-- Who sees what, in one place: every other table of a listing asks this one.
ALTER TABLE {schema}.listing ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON {schema}.listing USING (
    (shown AND CASE visibility
        WHEN 'public' THEN true
        WHEN 'named' THEN true
        WHEN 'zone' THEN zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
        WHEN 'partners' THEN zone_id = ANY ((SELECT site.viewer_in('zones'))::text[]) OR zone_id IN (
            SELECT p.zone_id FROM {schema}.listing_partner p
            JOIN {schema}.listing_partner q ON q.zone_id = p.partner_id AND q.partner_id = p.zone_id
            WHERE p.partner_id = ANY ((SELECT site.viewer_in('zones'))::text[]))
        ELSE false
    END)
    OR company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
);

CREATE TABLE {schema}.listing_photo (
    photo_id text PRIMARY KEY,
    listing_id text NOT NULL
);
CREATE INDEX ON {schema}.listing_photo (listing_id);
ALTER TABLE {schema}.listing_photo ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_listings_seen ON {schema}.listing_photo USING (
    EXISTS (SELECT FROM {schema}.listing l WHERE l.listing_id = listing_photo.listing_id)
);

CREATE TABLE {schema}.listing_history (
    listing_id text NOT NULL,
    version bigint NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    for_company text,
    ground text,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    PRIMARY KEY (listing_id, version)
);
ALTER TABLE {schema}.listing_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_listings_seen ON {schema}.listing_history USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
    OR (zone_id = '' AND EXISTS (
        SELECT FROM {schema}.listing l WHERE l.listing_id = listing_history.listing_id))
);

CREATE TABLE {schema}.listing_amendment (
    listing_id text NOT NULL,
    version bigint NOT NULL,
    company_id text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    PRIMARY KEY (listing_id, version)
);
ALTER TABLE {schema}.listing_amendment ENABLE ROW LEVEL SECURITY;
CREATE POLICY whom_it_concerns ON {schema}.listing_amendment USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR EXISTS (
        SELECT FROM {schema}.listing l WHERE l.listing_id = listing_amendment.listing_id
            AND l.zone_id = ANY ((SELECT site.viewer_in('run'))::text[]))
);

"""
    + stock.DDL % {"name": "listing_share"}
    + drafts.DDL
    + terms.DDL
    + """
CREATE TABLE {schema}.listing_signature (
    listing_id text PRIMARY KEY,
    company text NOT NULL,
    trade text NOT NULL
);
ALTER TABLE {schema}.listing_signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_listings_seen ON {schema}.listing_signature USING (
    EXISTS (SELECT FROM {schema}.listing l WHERE l.listing_id = listing_signature.listing_id)
);

CREATE TABLE {schema}.listing_zone (
    zone_id text PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    offers integer NOT NULL,
    requests integer NOT NULL,
    posted integer NOT NULL
);
ALTER TABLE {schema}.listing_zone ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.listing_zone USING (true);

CREATE TABLE {schema}.listing_company (
    company_id text PRIMARY KEY,
    name text NOT NULL,
    trade text NOT NULL,
    zones text[] NOT NULL
);
ALTER TABLE {schema}.listing_company ENABLE ROW LEVEL SECURITY;
CREATE POLICY neighbours ON {schema}.listing_company USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zones && (SELECT site.viewer_in('zones'))::text[]
);

CREATE TABLE {schema}.listing_site (
    site_id text PRIMARY KEY,
    company_id text NOT NULL,
    name text NOT NULL
);
CREATE INDEX ON {schema}.listing_site (company_id);
ALTER TABLE {schema}.listing_site ENABLE ROW LEVEL SECURITY;
CREATE POLICY neighbours ON {schema}.listing_site USING (
    EXISTS (SELECT FROM {schema}.listing_company c WHERE c.company_id = listing_site.company_id)
);
"""
    + drafts.POLICY
)
