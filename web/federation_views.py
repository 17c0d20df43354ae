"""What the pages of a federation show: figures, and never a name."""

from __future__ import annotations

from decimal import Decimal

from web.funnel_views import Preset
from web.views import View, Zone


class Figures(View, frozen=True, kw_only=True):
    """What a zone did; `tonnes` is what the months weigh that can be told, and `hidden` says that some cannot.

    Where fewer than three companies stand behind a month, its weight would tell what one of them did.
    """

    listings: int
    matches: int
    exchanges: int
    purchases: int
    tonnes: Decimal | None
    hidden: bool = False
    estimated: bool = False


class Period(View, frozen=True, kw_only=True):
    """The months that are counted, said, and others to choose; `file` is the address of the same as a table."""

    said: str
    first: str
    last: str
    presets: tuple[Preset, ...]
    action: str
    file: str
    problem: str = ""


class FederationZoneLine(View, frozen=True, kw_only=True):
    """A zone of the federation, and what it did; `href` leads to its months in the same period."""

    zone: Zone
    href: str
    companies: int
    figures: Figures


class FederationPage(View, frozen=True, kw_only=True):
    """`/f/{federation}`: the sums, and each zone; sums leave out what is hidden of a zone."""

    slug: str
    name: str
    period: Period
    zones: tuple[FederationZoneLine, ...]
    sums: Figures
    few: int


class Month(View, frozen=True, kw_only=True):
    """A month of a zone, said, and what happened in it."""

    label: str
    figures: Figures


class Trace(View, frozen=True, kw_only=True):
    """What a figure counts, at an address of its own."""

    label: str
    n: int
    href: str


class FederationZonePage(View, frozen=True, kw_only=True):
    """`/f/{federation}/{zone}`: what one zone did, month by month, and where each figure comes from."""

    slug: str
    name: str
    back: str
    period: Period
    zone: Zone
    companies: int
    figures: Figures
    months: tuple[Month, ...]
    traces: tuple[Trace, ...]
    few: int


class FactShown(View, frozen=True, kw_only=True):
    """One thing that was counted, on a day, said; `href` opens it for who runs the zone.

    To everybody else it has a `reference` alone, of which the end is printed: it tells any two apart.
    """

    day: str
    reference: str
    printed: str
    companies: int
    href: str = ""


class FederationFactsPage(View, frozen=True, kw_only=True):
    """`/f/{federation}/{zone}/facts`: what one figure counts, one by one, without a name or a weight."""

    name: str
    zone: Zone
    title: str
    said: str
    back: str
    facts: tuple[FactShown, ...]
    most: int
