"""What group purchases brought, fact by fact: each figure of the indicators is the sum of a list that can be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from domain.purchases import Form, Stage
from projections.model import Query


class FactRow(Struct, frozen=True, kw_only=True):
    """A company's share in a purchase, or a purchase in which nobody has one yet.

    The versions say which events of the purchase's stream it follows from. `paid` and `declared` are cents for the
    whole share, VAT excluded: what it costs, and what the company said it would cost at its present price.
    """

    purchase_id: str
    title: str
    form: Form
    stage: Stage
    opened_at: datetime
    opened_in: int
    confirmed_in: int | None
    company_id: str | None
    pledged_in: int | None
    share: Decimal | None
    unit: str
    category: str
    paid: int | None
    declared: int | None

    @property
    def saved(self) -> int | None:
        """Cents saved on the declared price, below zero when it costs more; None where nobody declared one."""
        return None if self.declared is None or self.paid is None else self.declared - self.paid


class Tally(Struct, frozen=True, kw_only=True):
    """The figures of a list of facts: purchases opened and brought together, companies, cents paid and saved.

    `compared` is what the shares with a declared price would have cost: the base of the saving in per cent.
    """

    opened: int
    confirmed: int
    delivered: int
    companies: int
    paid: int
    compared: int
    saved: int


def facts(zone_id: str, since: datetime, until: datetime) -> Query[FactRow]:
    """What came of the purchases a zone opened in a period, for who leads them; the newest purchase first."""
    sql = """SELECT p.purchase_id, p.title, p.form, p.stage, p.unit, p.category,
            o.at AS opened_at, o.version AS opened_in, c.version AS confirmed_in,
            q.company_id, q.version AS pledged_in, q.share, q.goods + q.delivery AS paid,
            round(q.share * q.present_cents)::bigint AS declared
        FROM purchase p
        JOIN purchase_step o ON o.purchase_id = p.purchase_id AND o.what = 'PledgesOpened'
        LEFT JOIN purchase_step c ON c.purchase_id = p.purchase_id AND c.what = 'PurchaseConfirmed'
        LEFT JOIN purchase_pledge q ON q.purchase_id = p.purchase_id AND q.share > 0
        WHERE p.zone_id = %(zone)s AND o.at >= %(since)s AND o.at < %(until)s
        ORDER BY o.at DESC, p.purchase_id, q.version"""
    return Query(sql, {"zone": zone_id, "since": since, "until": until}, FactRow)


def tally(rows: Iterable[FactRow]) -> Tally:
    """Add the facts up."""
    rows = list(rows)
    stages = {row.purchase_id: row.stage for row in rows}
    compared = [row for row in rows if row.saved is not None]
    return Tally(
        opened=len(stages),
        confirmed=len({row.purchase_id for row in rows if row.confirmed_in is not None}),
        delivered=sum(stage == "delivered" for stage in stages.values()),
        companies=len({row.company_id for row in rows if row.company_id}),
        paid=sum(row.paid or 0 for row in rows),
        compared=sum(row.declared or 0 for row in compared),
        saved=sum(row.saved or 0 for row in compared),
    )
