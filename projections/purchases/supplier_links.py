"""Suppliers' personal links: for the organiser who gave them out, and each for whoever holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Recorded
from domain.purchases import (
    Purchase,
    PurchaseEvent,
    QuoteReceived,
    QuotingClosed,
    SupplierInvited,
    SupplierLinkRevoked,
)
from domain.purchases.invitations import Standing
from projections.model import Query, Rows, Table, opened


class LinkRow(Struct, frozen=True, kw_only=True):
    """A supplier's personal link; `answered_at` is when its quote last came."""

    purchase_id: str
    invitation_id: str
    zone_id: str
    supplier: str
    mail: str
    until: datetime
    token_sha256: str
    standing: Standing
    invited_at: datetime
    answered_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether a quote may still come by it, as far as the link goes."""
        return self.standing == "open" and now < self.until


LINK: Final = Table("purchase_link", LinkRow, ("purchase_id", "invitation_id"), ("purchase_id",))

DDL: Final = """
CREATE TABLE {schema}.purchase_link (
    purchase_id text NOT NULL,
    invitation_id text NOT NULL,
    zone_id text NOT NULL,
    supplier text NOT NULL,
    mail text NOT NULL,
    until timestamptz NOT NULL,
    token_sha256 text NOT NULL,
    standing text NOT NULL,
    invited_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (purchase_id, invitation_id)
);
ALTER TABLE {schema}.purchase_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_organiser_and_its_supplier ON {schema}.purchase_link USING (
    zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
    OR invitation_id = ANY ((SELECT site.viewer_in('asked'))::text[])
);
"""


def save_link(rows: Rows, recorded: Recorded, event: PurchaseEvent, after: Purchase) -> None:
    """Change the links an event concerns."""
    match event:
        case SupplierInvited():
            link = LinkRow(
                purchase_id=after.purchase_id,
                invitation_id=event.invitation_id,
                zone_id=after.zone_id,
                supplier=opened(event.name),
                mail=opened(event.mail),
                until=event.until,
                token_sha256=event.token_sha256,
                standing="open",
                invited_at=recorded.at,
            )
            rows.put(LINK, link)
        case SupplierLinkRevoked() | QuotingClosed():
            for one in rows.of(LINK, "purchase_id", after.purchase_id):
                rows.put(LINK, replace(one, standing=after.invitations[one.invitation_id].standing))
        case QuoteReceived() if event.quote.invitation_id:
            used = rows.get(LINK, after.purchase_id, event.quote.invitation_id)
            if used is not None:
                rows.put(LINK, replace(used, answered_at=recorded.at))
        case _:
            pass


def links(purchase_id: str) -> Query[LinkRow]:
    """Those of a group purchase, in the order they were given out."""
    sql = "SELECT * FROM purchase_link WHERE purchase_id = %(purchase)s ORDER BY invited_at, invitation_id"
    return Query(sql, {"purchase": purchase_id}, LinkRow)
