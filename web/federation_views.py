"""What the pages of a federation show: figures, and never a name."""

from __future__ import annotations

from decimal import Decimal

from web.views import View, Zone


class Figures(View, frozen=True, kw_only=True):
    """What a zone did; `tonnes` is None where fewer than three companies stand behind it, and `hidden` says so."""

    listings: int
    matches: int
    exchanges: int
    purchases: int
    tonnes: Decimal | None
    hidden: bool = False
    estimated: bool = False


class FederationZoneLine(View, frozen=True, kw_only=True):
    """A zone of the federation, and what it did."""

    zone: Zone
    companies: int
    figures: Figures


class FederationPage(View, frozen=True, kw_only=True):
    """`/f/{federation}`: the sums, and each zone; sums leave out what is hidden of a zone."""

    slug: str
    name: str
    zones: tuple[FederationZoneLine, ...]
    sums: Figures
    few: int


class Month(View, frozen=True, kw_only=True):
    """A month of a zone, said, and what happened in it."""

    label: str
    figures: Figures


class FederationZonePage(View, frozen=True, kw_only=True):
    """`/f/{federation}/{zone}`: what one zone did, month by month."""

    slug: str
    name: str
    zone: Zone
    companies: int
    figures: Figures
    months: tuple[Month, ...]
    few: int
