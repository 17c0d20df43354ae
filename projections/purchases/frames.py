"""Frame contracts: the terms for the zone, and of each site what its company told, for it and the organiser alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.purchases import (
    FEW,
    ContractSet,
    Kind,
    NeedsDeclared,
    NeedsWithdrawn,
    Pricing,
    Purchase,
    PurchaseEvent,
)
from projections.model import Query, Rows, Table, opened
from projections.purchases.rows import PARTNERS


class ContractRow(Struct, frozen=True, kw_only=True):
    """The terms of a frame contract, and what all sites need together.

    Totals of few companies would tell what each of them needs: they are not there, and the organiser adds up the sites.
    """

    purchase_id: str
    zone_id: str
    kind: Kind
    months: int
    notice_days: int
    remind_days: int
    joins_until: datetime
    pricing: Pricing
    standing_cents: int
    formula: str
    companies: int = 0
    sites: int | None = None
    yearly: Decimal | None = None
    surface: Decimal | None = None
    equipment: int | None = None


class EquipmentTold(Struct, frozen=True, kw_only=True):
    """A line of equipment, in words."""

    what: str
    count: int
    due: date | None = None


class SiteRow(Struct, frozen=True, kw_only=True):
    """What a company told of a site; `ends_on` is the end of its present contract."""

    purchase_id: str
    company_id: str
    site_id: str
    zone_id: str
    starts_on: date | None
    point: str
    yearly: Decimal | None
    power: Decimal | None
    ends_on: date | None
    equipment: tuple[EquipmentTold, ...]
    surface: Decimal | None
    per_week: Decimal | None
    note: str


CONTRACT: Final = Table("purchase_contract", ContractRow, ("purchase_id",), ("purchase_id",))
SITE: Final = Table("purchase_site", SiteRow, ("purchase_id", "company_id", "site_id"), ("purchase_id", "company_id"))

DDL: Final = f"""
CREATE TABLE {{schema}}.purchase_contract (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    kind text NOT NULL,
    months integer NOT NULL,
    notice_days integer NOT NULL,
    remind_days integer NOT NULL,
    joins_until timestamptz NOT NULL,
    pricing text NOT NULL,
    standing_cents integer NOT NULL,
    formula text NOT NULL,
    companies integer NOT NULL,
    sites integer,
    yearly numeric,
    surface numeric,
    equipment integer
);
ALTER TABLE {{schema}}.purchase_contract ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_who_may_join_and_its_suppliers ON {{schema}}.purchase_contract USING (
    zone_id = ANY ((SELECT site.viewer_in('zones'))::text[]) OR {PARTNERS}
    OR purchase_id = ANY ((SELECT site.viewer_in('asked'))::text[])
);

CREATE TABLE {{schema}}.purchase_site (
    purchase_id text NOT NULL,
    company_id text NOT NULL,
    site_id text NOT NULL,
    zone_id text NOT NULL,
    starts_on date,
    point text NOT NULL,
    yearly numeric,
    power numeric,
    ends_on date,
    equipment jsonb NOT NULL,
    surface numeric,
    per_week numeric,
    note text NOT NULL,
    PRIMARY KEY (purchase_id, company_id, site_id)
);
CREATE INDEX ON {{schema}}.purchase_site (company_id);
ALTER TABLE {{schema}}.purchase_site ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_organiser ON {{schema}}.purchase_site USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);
"""


def save_frame(rows: Rows, event: PurchaseEvent, after: Purchase) -> None:
    """Change the terms or the site an event concerns, and the totals."""
    match event:
        case ContractSet():
            contract = event.contract
            row = ContractRow(
                purchase_id=after.purchase_id,
                zone_id=after.zone_id,
                kind=contract.kind,
                months=contract.months,
                notice_days=contract.notice_days,
                remind_days=contract.remind_days,
                joins_until=contract.joins_until,
                pricing=contract.pricing,
                standing_cents=contract.standing_cents,
                formula=opened(event.formula),
            )
            rows.put(CONTRACT, row)
            _total(rows, after)
        case NeedsDeclared():
            rows.put(SITE, _site(event, after.zone_id))
            _total(rows, after)
        case NeedsWithdrawn():
            rows.drop(SITE, after.purchase_id, event.company_id, event.site_id)
            _total(rows, after)
        case _:
            pass


def forget_sites(rows: Rows, company_id: str) -> None:
    """Blank what an erased company typed."""
    for site in rows.of(SITE, "company_id", company_id):
        blank = tuple(replace(line, what="") for line in site.equipment)
        rows.put(SITE, replace(site, point="", note="", equipment=blank))


def _site(event: NeedsDeclared, zone_id: str) -> SiteRow:
    needs = event.needs
    return SiteRow(
        purchase_id=event.purchase_id,
        company_id=event.company_id,
        site_id=needs.site_id,
        zone_id=zone_id,
        starts_on=needs.starts_on,
        point=opened(needs.point),
        yearly=needs.yearly,
        power=needs.power,
        ends_on=needs.ends_on,
        equipment=tuple(
            EquipmentTold(what=opened(line.what), count=line.count, due=line.due) for line in needs.equipment
        ),
        surface=needs.surface,
        per_week=needs.per_week,
        note=opened(needs.note),
    )


def _total(rows: Rows, after: Purchase) -> None:
    contract = rows.get(CONTRACT, after.purchase_id)
    if contract is None:
        return
    sites = list(rows.of(SITE, "purchase_id", after.purchase_id))
    companies = len({site.company_id for site in sites})
    row = replace(contract, companies=companies, sites=None, yearly=None, surface=None, equipment=None)
    if companies >= FEW:
        row = replace(
            row,
            sites=len(sites),
            yearly=sum((site.yearly or Decimal(0) for site in sites), Decimal(0)),
            surface=sum((site.surface or Decimal(0) for site in sites), Decimal(0)),
            equipment=sum(line.count for site in sites for line in site.equipment),
        )
    rows.put(CONTRACT, row)


def contract(purchase_id: str) -> Query[ContractRow]:
    """The terms of a frame contract."""
    sql = "SELECT * FROM purchase_contract WHERE purchase_id = %(purchase)s"
    return Query(sql, {"purchase": purchase_id}, ContractRow)


def sites(purchase_id: str) -> Query[SiteRow]:
    """What was told of sites: all of them for the organiser, its own for a company."""
    sql = "SELECT * FROM purchase_site WHERE purchase_id = %(purchase)s ORDER BY company_id, site_id"
    return Query(sql, {"purchase": purchase_id}, SiteRow)
