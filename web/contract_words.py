"""What frame contracts are called and say, by their kind."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from domain.purchases import Kind, Pricing
from domain.refused import _
from marketplace.contract_sheet import Value
from marketplace.wording import Wording, ngettext
from projections.purchases import ContractRow, SiteRow
from web.views import Choice, Fact

Say = Callable[..., str]

KIND_NAMES: Final[dict[Kind, str]] = {
    "electricity": _("Electricity"),
    "gas": _("Gas"),
    "inspections": _("Regulatory inspections"),
    "cleaning": _("Cleaning"),
    "other": _("Another contract"),
}
PRICING_NAMES: Final[dict[Pricing, str]] = {
    "fixed": _("A fixed price for the whole term"),
    "indexed": _("A price that follows an index"),
}
POINTS: Final[dict[Kind, str]] = {"electricity": _("PRM (or PDL)"), "gas": _("PCE")}
YEARLY: Final = _("MWh a year")
POWER: Final = _("Subscribed power (kVA)")
PRESENT_END: Final = _("Present contract ends")
WHAT: Final = _("Equipment")
COUNT: Final = _("How many")
DUE: Final = _("Due on")
SURFACE: Final = _("Square metres")
PER_WEEK: Final = _("Times a week")
STARTS: Final = _("Begins on")
NOTE: Final = _("Note")
MONTHS: Final = ngettext("%(n)s month", "%(n)s months")
DAYS: Final = ngettext("%(n)s day", "%(n)s days")
HEADS: Final[dict[Kind, tuple[str, ...]]] = {
    "electricity": (POINTS["electricity"], YEARLY, POWER, PRESENT_END),
    "gas": (POINTS["gas"], YEARLY, PRESENT_END),
    "inspections": (WHAT, COUNT, DUE),
    "cleaning": (SURFACE, PER_WEEK),
    "other": (),
}
"""What is asked of a site, in the order of its columns."""


def kinds(say: Say) -> tuple[Choice, ...]:
    """The kinds to choose among."""
    return tuple(Choice(value=kind, label=say(name)) for kind, name in KIND_NAMES.items())


def pricings(say: Say) -> tuple[Choice, ...]:
    """How a price may be made."""
    return tuple(Choice(value=pricing, label=say(name)) for pricing, name in PRICING_NAMES.items())


def counted(wording: Wording, forms: tuple[str, str], n: int) -> str:
    """36 months."""
    return wording.translations.ngettext(*forms, n) % {"n": wording.number(Decimal(n))}


def facts(row: ContractRow, say: Say, wording: Wording, until: str) -> tuple[Fact, ...]:
    """The terms, said."""
    told = [
        (_("Kind of contract"), say(KIND_NAMES[row.kind])),
        (_("Term"), counted(wording, MONTHS, row.months)),
        (_("Begins"), say(_("on each company’s own day, after its present contract"))),
        (_("Notice"), say(_("%(days)s before the end"), days=counted(wording, DAYS, row.notice_days))),
        (_("Reminder"), say(_("by mail, %(days)s before the notice"), days=counted(wording, DAYS, row.remind_days))),
        (_("Price"), say(PRICING_NAMES[row.pricing])),
        (_("Each site and month"), say(_("%(price)s excl. VAT"), price=wording.money(row.standing_cents))
         if row.standing_cents else ""),
        (_("Opt in until"), until),
    ]  # fmt: skip
    return tuple(Fact(label=say(label), value=value) for label, value in told if value)


def together(row: ContractRow, say: Say, wording: Wording) -> tuple[Fact, ...]:
    """What all sites need, once enough companies described theirs."""
    if row.sites is None:
        return ()
    told = [
        (_("Sites described"), wording.number(Decimal(row.sites))),
        (YEARLY, wording.number(row.yearly) if row.yearly else ""),
        (WHAT, wording.number(Decimal(row.equipment)) if row.equipment else ""),
        (SURFACE, wording.number(row.surface) if row.surface else ""),
    ]
    return tuple(Fact(label=say(label), value=value) for label, value in told if value)


def values(kind: Kind, site: SiteRow) -> list[tuple[Value, ...]]:
    """What was told of a site, under the heads of its kind: a line, or one for each piece of equipment."""
    match kind:
        case "electricity":
            return [(site.point, site.yearly, site.power, site.ends_on)]
        case "gas":
            return [(site.point, site.yearly, site.ends_on)]
        case "inspections":
            return [(line.what, line.count, line.due) for line in site.equipment]
        case "cleaning":
            return [(site.surface, site.per_week)]
        case "other":
            return [()]
