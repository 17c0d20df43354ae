"""The fields of a frame contract: its terms, and of a site what its kind asks for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from domain.purchases import ENERGY, KINDS, PRICINGS, Contract, EquipmentTold, Kind
from domain.purchases.contracting import MOST_DAYS, MOST_MONTHS, MOST_OF_ONE
from domain.purchases.rules import SENTENCE_LENGTH
from domain.quantities import plain
from domain.refused import _
from projections.purchases import ContractRow, SiteRow
from web.forms import Answers
from web.quote_field import CENTS, NUMBER, YEARS, cents_typed
from web.supplier_links import last_day, until_end_of

LINES: Final = 12
"""Of equipment on one form."""
LINES_SHOWN: Final = 3
POINT_LENGTH: Final = 30


def contract_typed(given: Answers, time_zone: str) -> Contract | None:
    """The terms; None when they cannot be read."""
    kind = given.choice("kind", KINDS, missing=_("Say what kind of contract it is."))
    pricing = given.choice("pricing", PRICINGS, usual="fixed")
    months = given.whole("months", least=1, most=MOST_MONTHS)
    notice = given.whole("notice_days", least=0, most=MOST_DAYS)
    remind = given.whole("remind_days", least=1, most=MOST_DAYS)
    for name, number in (("months", months), ("notice_days", notice), ("remind_days", remind)):
        if number is None:
            given.wrong(name, _("Write a number only."))
    standing = 0 if given.raw("standing") in ("", "0") else cents_typed(given, "standing")
    day = given.day("joins_until")
    if day is None or day.year not in YEARS:
        given.wrong("joins_until", _("Choose the day."))
    if given.errors or day is None or months is None or notice is None or remind is None:
        return None
    return Contract(
        kind=kind,  # type: ignore[arg-type]  # one of KINDS, as `choice` promises
        months=months,
        notice_days=notice,
        remind_days=remind,
        joins_until=until_end_of(day, time_zone),
        pricing=pricing,  # type: ignore[arg-type]  # one of PRICINGS, as `choice` promises
        standing_cents=standing or 0,
    )


def contract_values(row: ContractRow | None, time_zone: str, decimal: str) -> dict[str, str]:
    """What the fields hold for terms that stand; before there are any, what is usual."""
    if row is None:
        return {"months": "36", "notice_days": "60", "remind_days": "30", "pricing": "fixed"}
    return {
        "kind": row.kind,
        "pricing": row.pricing,
        "months": str(row.months),
        "notice_days": str(row.notice_days),
        "remind_days": str(row.remind_days),
        "standing": plain(Decimal(row.standing_cents) / CENTS).replace(".", decimal) if row.standing_cents else "",
        "joins_until": last_day(row.joins_until, time_zone).isoformat(),
        "formula": row.formula,
    }


def needs_typed(given: Answers, kind: Kind) -> dict[str, Any]:
    """What was told of a site, by the fields of the command; the domain says what is missing."""
    told: dict[str, Any] = {"starts_on": given.day("starts_on"), "note": given.text("note", most=SENTENCE_LENGTH)}
    if kind in ENERGY:
        told["point"] = given.text("point", most=POINT_LENGTH)
        told["yearly"] = given.amount("yearly", instead=NUMBER)
        told["ends_on"] = given.day("ends_on")
    if kind == "electricity":
        told["power"] = given.amount("power", instead=NUMBER)
    if kind == "cleaning":
        told["surface"] = given.amount("surface", instead=NUMBER)
        told["per_week"] = given.amount("per_week", instead=NUMBER)
    if kind == "inspections":
        told["equipment"] = _equipment(given)
    return told


def _equipment(given: Answers) -> tuple[EquipmentTold, ...]:
    lines = []
    for number in range(1, LINES + 1):
        what = given.text(f"what_{number}", most=SENTENCE_LENGTH)
        count = given.whole(f"count_{number}", least=1, most=MOST_OF_ONE)
        due = given.day(f"due_{number}")
        if what:
            lines.append(EquipmentTold(what=what, count=count or 1, due=due))
        elif count or due:
            given.wrong(f"what_{number}", _("Say what it is."))
    return tuple(lines)


def needs_values(site: SiteRow, decimal: str) -> dict[str, str]:
    """What the fields hold for a site that was described."""

    def number(amount: Decimal | None) -> str:
        return plain(amount).replace(".", decimal) if amount is not None else ""

    values = {
        "site": site.site_id,
        "point": site.point,
        "yearly": number(site.yearly),
        "power": number(site.power),
        "surface": number(site.surface),
        "per_week": number(site.per_week),
        "starts_on": site.starts_on.isoformat() if site.starts_on else "",
        "ends_on": site.ends_on.isoformat() if site.ends_on else "",
        "note": site.note,
    }
    for place, line in enumerate(site.equipment, 1):
        values |= {f"what_{place}": line.what, f"count_{place}": str(line.count)}
        values[f"due_{place}"] = line.due.isoformat() if line.due else ""
    return values


def equipment_lines(values: Mapping[str, str]) -> tuple[int, ...]:
    """Which lines stand open: those that are filled in, and one more."""
    filled = [n for n in range(1, LINES + 1) if values.get(f"what_{n}") or values.get(f"due_{n}")]
    return tuple(range(1, min(max(LINES_SHOWN, max(filled, default=0) + 1), LINES) + 1))
