"""How quantities, distances, days and money are said in each language, on pages and in mail."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal

from domain import taxonomy
from domain.exchanges import REASONS, Reason, Slot
from domain.periods import first_day

if TYPE_CHECKING:
    from collections.abc import Callable


class Translations(Protocol):
    """What wording needs of a catalogue."""

    def gettext(self, message: str) -> str:
        """Say a message."""
        ...

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Say a message that counts."""
        ...


class Amount(Protocol):
    """A quantity as the domain has it: a decimal, a Rec 20 code, and the period of a flow."""

    @property
    def amount(self) -> Decimal:
        """How much."""
        ...

    @property
    def unit(self) -> str:
        """Of what, as a UN/ECE Rec 20 or 21 code."""
        ...

    @property
    def per(self) -> str | None:
        """The period's code, or None when it is once."""
        ...


class Terms(Protocol):
    """What is asked for a thing: the terms, and cents per unit when a figure was given."""

    @property
    def terms(self) -> str:
        """The domain's code of the terms."""
        ...

    @property
    def cents(self) -> int | None:
        """Per unit, VAT excluded."""
        ...

    @property
    def currency(self) -> str:
        """ISO 4217."""
        ...

    @property
    def unit(self) -> str | None:
        """The Rec 20 code of the unit."""
        ...


def _(message: str, plural: str = "") -> tuple[str, str]:
    """Mark a message, and its plural, for the catalogue."""
    return message, plural or message


def ngettext(singular: str, plural: str) -> tuple[str, str]:
    """Mark a counted message for the catalogue."""
    return singular, plural


UNITS: Final[dict[str, tuple[str, str]]] = {
    "KGM": _("%(n)s kg"),
    "TNE": _("%(n)s t"),
    "GRM": _("%(n)s g"),
    "MTQ": _("%(n)s m³"),
    "LTR": ngettext("%(n)s litre", "%(n)s litres"),
    "MLT": _("%(n)s ml"),
    "CLT": _("%(n)s cl"),
    "MTK": _("%(n)s m²"),
    "MTR": _("%(n)s m"),
    "KMT": _("%(n)s km"),
    "H87": ngettext("%(n)s piece", "%(n)s pieces"),
    "C62": ngettext("%(n)s place", "%(n)s places"),
    "SET": ngettext("%(n)s set", "%(n)s sets"),
    "XPX": ngettext("%(n)s loaded pallet", "%(n)s loaded pallets"),
    "XBX": ngettext("%(n)s box", "%(n)s boxes"),
    "XBE": ngettext("%(n)s bundle", "%(n)s bundles"),
    "XBL": ngettext("%(n)s bale", "%(n)s bales"),
    "XBN": ngettext("%(n)s loose bale", "%(n)s loose bales"),
    "XDR": ngettext("%(n)s drum", "%(n)s drums"),
    "XWA": ngettext("%(n)s IBC tote", "%(n)s IBC totes"),
    "X43": ngettext("%(n)s big bag", "%(n)s big bags"),
    "XRO": ngettext("%(n)s roll", "%(n)s rolls"),
    "HUR": ngettext("%(n)s hour", "%(n)s hours"),
    "DAY": ngettext("%(n)s day", "%(n)s days"),
    "E49": ngettext("%(n)s working day", "%(n)s working days"),
    "LH": ngettext("%(n)s working hour", "%(n)s working hours"),
    "WEE": ngettext("%(n)s week", "%(n)s weeks"),
    "MON": ngettext("%(n)s month", "%(n)s months"),
    "QAN": ngettext("%(n)s quarter", "%(n)s quarters"),
    "ANN": ngettext("%(n)s year", "%(n)s years"),
    "KWH": _("%(n)s kWh"),
    "MWH": _("%(n)s MWh"),
    "KWT": _("%(n)s kW"),
    "E48": ngettext("%(n)s service", "%(n)s services"),
    "E54": ngettext("%(n)s trip", "%(n)s trips"),
}
PALLETS: Final = ngettext("%(n)s pallet", "%(n)s pallets")
"""Pieces of the pallet family are called what they are."""

PERIODS: Final[dict[str, tuple[str, str]]] = {
    "DAY": _("per day"),
    "WEE": _("per week"),
    "MON": _("per month"),
    "QAN": _("per quarter"),
    "ANN": _("per year"),
}
KINDS: Final[dict[str, tuple[str, str]]] = {
    "offer": _("Offer"),
    "request": _("Request"),
    "service": _("Shared service"),
    "purchase": _("Group purchase"),
}
FIRST_OF_MONTH: Final = re.compile(r"(?<!\d)1 (?=\D)")
ALL_PROMISED: Final = _("all promised")
LEFT: Final = {True: _("%(n)s left"), False: _("%(n)s still sought")}
"""Of an offer, and of a request."""
NEAR_METRES: Final = 50
KILOMETRE: Final = 1000
FAR_METRES: Final = 10_000
STRONG: Final = 80
MAILED: Final = 65

GROUNDS: Final[dict[str, tuple[str, str]]] = {
    "pool_pallet": _("Rental-pool pallets belong to the pooler"),
    "forbidden": _("Not allowed by the zone’s charter"),
    "unclear": _("Something needed is missing"),
    "duplicate": _("Already posted"),
    "not_for_zone": _("Not for this zone"),
    "unlawful": _("Against the law"),
    "other": _("Another reason"),
}
"""Why a zone does not show a listing."""


class Wording:
    """The sayings of one language; every method is also a filter of the templates, by its own name."""

    def __init__(self, language: str, translations: Translations) -> None:
        """`language` is a code Babel knows; times are said in the time zone each method is given."""
        self.language = language
        self.translations = translations

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters templates use, by name."""
        names = (
            "quantity", "number", "period", "distance", "day", "weekday", "date", "moment", "clock", "ago",
            "money", "closeness", "unit", "price", "kind",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def _say(self, message: tuple[str, str], n: Decimal | int | None = None, **values: object) -> str:
        if n is None:
            said = self.translations.gettext(message[0])
        elif message[0] == message[1]:
            said = self.translations.gettext(message[0])
            values["n"] = self.number(n)
        else:
            # 1.5 is singular in French and plural in English; catalogues only count whole numbers.
            whole = int(n) if self.language == "fr" or n == int(n) else 2
            said = self.translations.ngettext(message[0], message[1], whole)
            values["n"] = self.number(n)
        return said % values if values else said

    def number(self, value: Decimal | int) -> str:
        """1234.5 as the language writes it, with as few decimals as it needs."""
        return format_decimal(value, format="#,##0.###", locale=self.language)

    @property
    def mark(self) -> str:
        """What stands before decimals."""
        return "," if self.language == "fr" else "."

    def typed(self, value: Decimal) -> str:
        """An amount as a field holds it, with all its decimals; no space between thousands is taken for a mark."""
        whole, _mark, decimals = f"{value:,f}".replace(",", "\u202f").partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}{self.mark}{decimals}" if decimals else whole

    def quantity(self, quantity: Amount, category: str = "") -> str:
        """120 pallets; 1.5 t per week. `category` lets a piece be called by its name."""
        said = self.amount(quantity.amount, quantity.unit, category)
        return f"{said} {self.period(quantity.per)}" if quantity.per else said

    def amount(self, amount: Decimal, unit: str, category: str = "") -> str:
        """So many of a unit, nothing included; what is paid for together is counted in euros."""
        if unit == "EUR":
            return self.money(int(amount * 100))
        return self._say(self._unit(unit, category), amount)

    def capacity(self, said: str, category: str) -> str:
        """What something holds or bears, in what its category is measured by; a bare figure where nobody can tell."""
        unit = taxonomy.UNIT_OF_CAPACITY.get(category)
        number = Decimal(said)
        return self._say(UNITS[unit], number) if unit else self.number(number)

    def left(self, free: Decimal, whole: Decimal, *, offered: bool) -> str:
        """What is left of a quantity, in its unit, where some was promised or collected; nothing where all is."""
        if free == whole:
            return ""
        if not free:
            return self._say(ALL_PROMISED)
        return self._say(LEFT[offered], free)

    def _unit(self, unit: str, category: str) -> tuple[str, str]:
        if unit == "H87" and category.startswith("PAL") and category != "PAL.BOX":
            return PALLETS
        return UNITS.get(unit, (f"%(n)s {unit}", f"%(n)s {unit}"))

    def unit(self, code: str, category: str = "") -> str:
        """Name one of a unit: piece, pallet, t, month."""
        singular, plural = self._unit(code, category)
        said = self.translations.ngettext(singular, plural, 1) if singular != plural else self._say((singular, plural))
        return (said % {"n": ""}).strip()

    def units(self, code: str, category: str = "") -> str:
        """Name several of a unit, as `quantity` does: pieces, pallets, t."""
        if code == "EUR":
            return "€"
        singular, plural = self._unit(code, category)
        said = self._say((singular, plural)) if singular == plural else self.translations.ngettext(singular, plural, 2)
        return (said % {"n": ""}).strip()

    def period(self, per: str) -> str:
        """Per week."""
        return self._say(PERIODS[per])

    def distance(self, metres: int) -> str:
        """As near as it helps: 350 m, 2.3 km, 48 km."""
        if metres < NEAR_METRES:
            return self._say(_("next door"))
        if metres < KILOMETRE:
            return self._say(_("%(n)s m"), round(metres, -1))
        kilometres = Decimal(metres) / KILOMETRE
        return self._say(_("%(n)s km"), round(kilometres, 1) if metres < FAR_METRES else round(kilometres))

    def dated(self, when: date, pattern: str) -> str:
        """A day by a pattern of Babel; in French the first of a month is its 1er."""
        said = format_date(when, pattern, locale=self.language)
        return FIRST_OF_MONTH.sub("1er ", said, count=1) if self.language == "fr" and when.day == 1 else said

    def day(self, when: date) -> str:
        """Tue 24 Nov, short enough for a card."""
        return self.dated(when, "EEE d MMM")

    def weekday(self, when: date, this_year: int | None = None) -> str:
        """Tuesday 24 November; with the year where it is another than this one."""
        return self.dated(when, "EEEE d MMMM" if this_year in (None, when.year) else "EEEE d MMMM y")

    def date(self, when: date) -> str:
        """24 November 2026."""
        return self.dated(when, "d MMMM yyyy")

    def hours(self, begins: time, ends: time) -> str:
        """14:00–15:00; in French 14 h – 15 h, never broken over two lines."""
        if self.language != "fr":
            return "–".join(format_time(at, "HH:mm", locale=self.language) for at in (begins, ends))
        said = (f"{at.hour}\u00a0h" + (f"\u00a0{at:%M}" if at.minute else "") for at in (begins, ends))
        return "\u00a0–\u2060\u00a0".join(said)

    def slot(self, slot: Slot, zone: str, this_year: int | None = None) -> str:
        """Tuesday 24 November, 14:00–15:00, by the clocks of a place."""
        start, end = (at.astimezone(ZoneInfo(zone)) for at in (slot.start, slot.end))
        begins = self.weekday(start.date(), this_year)
        if start.date() == end.date():
            return f"{begins}, {self.hours(start.time(), end.time())}"
        ends = self.weekday(end.date(), this_year)
        return f"{begins}, {self.clock(start, zone)} – {ends}, {self.clock(end, zone)}"

    def flow_period(self, period: str) -> str:
        """The week of 9 February 2026; February 2026; the 1st quarter 2026; 2026."""
        begins = first_day(period)
        if "W" in period:
            return self._say(_("week of %(day)s"), day=self.dated(begins, "d MMMM y"))
        if "-" in period:
            return self.dated(begins, "QQQQ y" if "Q" in period else "LLLL y")
        return period

    def abandon_reason(self, reason: Reason) -> str:
        """Why an exchange stopped, as the list has it."""
        known = REASONS[reason]
        return known.label_fr.replace("'", "’") if self.language == "fr" else known.label_en

    def moment(self, at: datetime, zone: str) -> str:
        """24 November 2026, 14:05, in the named time zone."""
        local = at.astimezone(ZoneInfo(zone))
        return f"{self.date(local.date())}, {format_datetime(local, 'HH:mm', locale=self.language)}"

    def clock(self, at: datetime, zone: str) -> str:
        """14:05, in the named time zone."""
        return format_datetime(at.astimezone(ZoneInfo(zone)), "HH:mm", locale=self.language)

    def ago(self, at: datetime, now: datetime) -> str:
        """3 days ago; a page passes the one clock's now."""
        if abs(now - at) < timedelta(minutes=1):
            return self._say(_("just now"))
        return format_timedelta(at - now, add_direction=True, locale=self.language)

    def money(self, cents: int, currency: str = "EUR") -> str:
        """0.25 € or 62 €: cents are said only when there are some."""
        pattern = "#,##0\u00a0¤" if cents % 100 == 0 else "#,##0.00\u00a0¤"
        if self.language == "en":
            pattern = "¤#,##0" if cents % 100 == 0 else "¤#,##0.00"
        return format_currency(Decimal(cents) / 100, currency, pattern, locale=self.language, currency_digits=False)

    def price(self, price: Terms, category: str = "") -> str:
        """On what terms: free, 0.25 € / piece, to be agreed."""
        if price.terms == "free":
            return self._say(_("Free"))
        if price.terms == "swap":
            return self._say(_("In exchange"))
        if price.terms == "quote" or price.cents is None:
            return self._say(_("To be agreed"))
        said = self.money(price.cents, price.currency)
        if price.unit:
            said = self._say(_("%(price)s / %(unit)s"), price=said, unit=self.unit(price.unit, category))
        return self._say(_("%(price)s paid to the taker"), price=said) if price.terms == "paid_by_provider" else said

    def kind(self, kind: str) -> str:
        """Offer, request, shared service or group purchase."""
        return self._say(KINDS[kind])

    def ground(self, ground: str) -> str:
        """The rule a rejection refers to."""
        return self._say(GROUNDS[ground])

    def closeness(self, points: int) -> str:
        """Match points, 0 to 100, as words; 65 and above is what goes into mail."""
        if points >= STRONG:
            return self._say(_("Very close match"))
        if points >= MAILED:
            return self._say(_("Good match"))
        return self._say(_("Worth a look"))
