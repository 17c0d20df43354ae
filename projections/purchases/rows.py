"""Group purchases as people look them up: what a row holds, and who may see which."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from domain.purchases import FEW, Failure, Form, Line, Mark, Offer, Purchase, Receipt, Stage, Terms
from projections.model import Table


class PurchaseRow(Struct, frozen=True, kw_only=True):
    """A group purchase as everyone of the zone may follow it: totals, and never who wants how much.

    `wished` and `wishers` are of the question without commitment, `total` and `companies` of the pledges that count;
    each pair is None as long as so few take part that it would tell what one of them wants (`FEW`).
    `minimum`, `goal`, `maximum` and the total are in `unit`. Companies of partner zones may join where it is for
    `partners`, and opt in to a frame contract until `joins_until`. `wakes_at` is when the clock has something to do.
    """

    purchase_id: str
    zone_id: str
    form: Form
    category: str
    family: str
    unit: str
    step: Decimal
    stage: Stage
    title: str
    description: str
    specification: str
    company_id: str
    proposed_at: datetime
    wished: Decimal | None
    wishers: int | None
    deadline: datetime | None
    joins_until: datetime | None
    minimum: Decimal | None
    maximum: Decimal | None
    least_companies: int
    most_companies: int | None
    goal: Decimal | None
    partners: bool
    total: Decimal | None
    companies: int | None
    failure: Failure | None
    ended_at: datetime | None
    delivered_on: date | None
    why: str
    wakes_at: datetime | None
    latest_at: datetime
    version: int


R = TypeVar("R", bound=PurchaseRow)


class TermsRow(Struct, frozen=True, kw_only=True):
    """On what the zone's members pledge: who supplies, at which prices, and what they accept.

    `choice` is why this quote, `document` its PDF; `now_cents` what a unit costs at the present total, and
    `unit_cents` what it finally costs, once that is settled.
    """

    purchase_id: str
    zone_id: str
    terms: Terms | None
    supplier: str
    conditions: str
    choice: str
    charter: str
    unit_cents: int | None = None
    now_cents: int | None = None
    document: str | None = None


class QuoteRow(Struct, frozen=True, kw_only=True):
    """A supplier's quote, for the organiser, and for the supplier whose link (`invitation_id`) it came by."""

    purchase_id: str
    quote_id: str
    zone_id: str
    supplier: str
    offer: Offer
    conditions: str
    document: str | None
    received_at: datetime
    chosen: bool = False
    invitation_id: str = ""


class PledgeRow(Struct, frozen=True, kw_only=True):
    """What one company wants, for itself and the organiser: its wish, its pledge, its share and what arrived.

    `version` is that of the event it was last said in, `of_terms` counts the terms that were known then, and `lines`
    are its own of the ledger. `waits` says that it must be confirmed on changed terms before it counts. Cents are of
    the whole share. `entered_by` is the facilitator who wrote down for the company what it wants now; empty when it
    said so itself.
    """

    purchase_id: str
    company_id: str
    zone_id: str
    wish: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    site_id: str = ""
    present_cents: int | None = None
    pledged_at: datetime | None = None
    waits: bool = False
    share: Decimal | None = None
    goods: int | None = None
    delivery: int | None = None
    with_vat: int | None = None
    outcome: Receipt | None = None
    received: Decimal | None = None
    remark: str = ""
    version: int = 0
    entered_by: str = ""
    of_terms: int = 0
    lines: tuple[Line, ...] = ()


class StateRow(Struct, frozen=True, kw_only=True):
    """What the decisions know: the ledger in its order, for the organiser; and how many take part.

    As it is stored, what each company wants is left out of `purchase`: that is in the company's own row. `companies`
    are those whose pledge counts, `wished` and `wishers` are of the question without commitment.
    """

    purchase_id: str
    zone_id: str
    purchase: Purchase
    companies: int = 0
    wished: Decimal = Decimal(0)
    wishers: int = 0

    @property
    def tells_total(self) -> bool:
        """Whether enough companies pledged for everyone to read the total."""
        return self.companies >= FEW

    def told(self, row: R) -> R:
        """A row with the totals that others may not read yet."""
        return replace(
            row, wished=self.wished, wishers=self.wishers, total=self.purchase.total, companies=self.companies
        )


class DayRow(Struct, frozen=True, kw_only=True):
    """How far it had come at the end of a day (UTC); a day on which too few took part has none."""

    purchase_id: str
    on: date
    zone_id: str
    total: Decimal
    companies: int


class PartnerRow(Struct, frozen=True, kw_only=True):
    """A zone agreed to be partner of another; they are once both say so."""

    zone_id: str
    partner_id: str


class StepRow(Struct, frozen=True, kw_only=True):
    """What happened to it that concerns everybody; `words` are the organiser's."""

    purchase_id: str
    version: int
    zone_id: str
    at: datetime
    what: str
    mark: Mark | None = None
    least: Decimal | None = None
    days: int | None = None
    worse: bool | None = None
    deadline: datetime | None = None
    words: str = ""


PARTNER: Final = Table("purchase_partner", PartnerRow, ("zone_id", "partner_id"), ("zone_id",))
PURCHASE: Final = Table("purchase", PurchaseRow, ("purchase_id",), ("purchase_id",))
TERMS: Final = Table("purchase_terms", TermsRow, ("purchase_id",), ("purchase_id",))
QUOTE: Final = Table("purchase_quote", QuoteRow, ("purchase_id", "quote_id"), ("purchase_id",))
PLEDGE: Final = Table("purchase_pledge", PledgeRow, ("purchase_id", "company_id"), ("company_id", "purchase_id"))
STATE: Final = Table("purchase_state", StateRow, ("purchase_id",), ("purchase_id",))
DAY: Final = Table("purchase_day", DayRow, ("purchase_id", "on"), ("purchase_id",))
STEP: Final = Table("purchase_step", StepRow, ("purchase_id", "version"), ("purchase_id",))

_ZONES: Final = "zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])"
_LED: Final = "zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])"
_OWN: Final = "company_id = ANY ((SELECT site.viewer_in('companies'))::text[])"
_ASKED: Final = "ANY ((SELECT site.viewer_in('asked'))::text[])"
"""What a supplier's link opens: one purchase, and what came by that link."""

PARTNERS: Final = """purchase_id = ANY ((SELECT site.viewer_in('joins'))::text[]) OR purchase_id IN (
    SELECT p.purchase_id FROM {schema}.purchase p
    JOIN {schema}.purchase_partner a ON a.zone_id = p.zone_id
    JOIN {schema}.purchase_partner b ON b.zone_id = a.partner_id AND b.partner_id = a.zone_id
    WHERE p.partners AND a.partner_id = ANY ((SELECT site.viewer_in('zones'))::text[]))"""
"""Who is not of the zone and may join, as a guest or from a partner zone, reads what the zone reads."""

DDL: Final = f"""
-- Two zones are partners while each says so of the other.
CREATE TABLE {{schema}}.purchase_partner (
    zone_id text NOT NULL,
    partner_id text NOT NULL,
    PRIMARY KEY (zone_id, partner_id)
);
ALTER TABLE {{schema}}.purchase_partner ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {{schema}}.purchase_partner USING (true);

CREATE TABLE {{schema}}.purchase (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    form text NOT NULL,
    category text NOT NULL,
    family text NOT NULL,
    unit text NOT NULL,
    step numeric NOT NULL,
    stage text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    specification text NOT NULL,
    company_id text NOT NULL,
    proposed_at timestamptz NOT NULL,
    wished numeric,
    wishers integer,
    deadline timestamptz,
    joins_until timestamptz,
    minimum numeric,
    maximum numeric,
    least_companies integer NOT NULL,
    most_companies integer,
    goal numeric,
    partners boolean NOT NULL,
    total numeric,
    companies integer,
    failure text,
    ended_at timestamptz,
    delivered_on date,
    why text NOT NULL,
    wakes_at timestamptz,
    latest_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX ON {{schema}}.purchase (zone_id, latest_at, purchase_id);
CREATE INDEX ON {{schema}}.purchase (wakes_at, purchase_id) WHERE wakes_at IS NOT NULL;
ALTER TABLE {{schema}}.purchase ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_once_announced_anyone ON {{schema}}.purchase USING (
    {_ZONES} OR stage IN ('open', 'confirmed', 'delivered') OR purchase_id = {_ASKED}
);

CREATE TABLE {{schema}}.purchase_terms (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    terms jsonb,
    supplier text NOT NULL,
    conditions text NOT NULL,
    choice text NOT NULL,
    charter text NOT NULL,
    unit_cents integer,
    now_cents integer,
    document text
);
ALTER TABLE {{schema}}.purchase_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_who_may_join ON {{schema}}.purchase_terms USING ({_ZONES} OR {PARTNERS});

CREATE TABLE {{schema}}.purchase_quote (
    purchase_id text NOT NULL,
    quote_id text NOT NULL,
    zone_id text NOT NULL,
    supplier text NOT NULL,
    offer jsonb NOT NULL,
    conditions text NOT NULL,
    document text,
    received_at timestamptz NOT NULL,
    chosen boolean NOT NULL,
    invitation_id text NOT NULL,
    PRIMARY KEY (purchase_id, quote_id)
);
ALTER TABLE {{schema}}.purchase_quote ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_organiser_and_its_supplier ON {{schema}}.purchase_quote USING ({_LED} OR invitation_id = {_ASKED});

CREATE TABLE {{schema}}.purchase_pledge (
    purchase_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    wish numeric NOT NULL,
    quantity numeric NOT NULL,
    tolerance numeric NOT NULL,
    site_id text NOT NULL,
    present_cents integer,
    pledged_at timestamptz,
    waits boolean NOT NULL,
    share numeric,
    goods bigint,
    delivery bigint,
    with_vat bigint,
    outcome text,
    received numeric,
    remark text NOT NULL,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    of_terms integer NOT NULL,
    lines jsonb NOT NULL,
    PRIMARY KEY (purchase_id, company_id)
);
CREATE INDEX ON {{schema}}.purchase_pledge (company_id);
ALTER TABLE {{schema}}.purchase_pledge ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_organiser ON {{schema}}.purchase_pledge USING ({_OWN} OR {_LED});

CREATE TABLE {{schema}}.purchase_state (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    purchase jsonb NOT NULL,
    companies integer NOT NULL,
    wished numeric NOT NULL,
    wishers integer NOT NULL
);
ALTER TABLE {{schema}}.purchase_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_organiser ON {{schema}}.purchase_state USING ({_LED});

CREATE TABLE {{schema}}.purchase_day (
    purchase_id text NOT NULL,
    "on" date NOT NULL,
    zone_id text NOT NULL,
    total numeric NOT NULL,
    companies integer NOT NULL,
    PRIMARY KEY (purchase_id, "on")
);
ALTER TABLE {{schema}}.purchase_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_who_may_join ON {{schema}}.purchase_day USING ({_ZONES} OR {PARTNERS});

CREATE TABLE {{schema}}.purchase_step (
    purchase_id text NOT NULL,
    version bigint NOT NULL,
    zone_id text NOT NULL,
    at timestamptz NOT NULL,
    what text NOT NULL,
    mark text,
    least numeric,
    days integer,
    worse boolean,
    deadline timestamptz,
    words text NOT NULL,
    PRIMARY KEY (purchase_id, version)
);
ALTER TABLE {{schema}}.purchase_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_who_may_join ON {{schema}}.purchase_step USING ({_ZONES} OR {PARTNERS});
"""
