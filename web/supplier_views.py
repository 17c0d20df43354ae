"""What the pages of suppliers' links show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from web.purchase_desk_views import TierFields
from web.purchase_views import Asking, Card, Words
from web.views import Choice, Fact, View, Zone

LinkState = Literal["open", "answered", "over", "revoked", "closed"]


class Link(View, frozen=True, kw_only=True):
    """A supplier's link on the organiser's page; `address` is empty once it opens nothing any more."""

    id: str
    supplier: str
    state: LinkState
    mail: str
    until: str
    address: str = ""
    answered_at: datetime | None = None
    revoke: Asking | None = None


class SuppliersPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/suppliers`: who is asked for a quote. Without `invite`, nobody is asked any more."""

    zone: Zone
    card: Card
    links: tuple[Link, ...]
    specified: bool
    invite: Asking | None = None
    close: Asking | None = None
    conflict: str = ""


class SupplierPage(View, frozen=True, kw_only=True):
    """`/quote/{token}`: what a supplier is asked for, totals only, and the form of its quote.

    Without `quote` there is nothing to enter any more, and `heading` says why. `done` thanks for what just came.
    """

    token: str
    heading: str
    sentence: str
    zone: Zone | None = None
    card: Card | None = None
    words: Words | None = None
    supplier: str = ""
    specification: str = ""
    facts: tuple[Fact, ...] = ()
    formula: str = ""
    until: str = ""
    unit: str = ""
    vat_rates: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    tiers: TierFields | None = None
    quote: Asking | None = None
    entered_at: datetime | None = None
    document: bool = False
    waiting: bool = False
    done: bool = False
