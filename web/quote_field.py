"""The fields of a quote and of the bounds beside it: prices line by line, VAT, delivery, a deadline by local clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain.purchases import MOST_TIERS, RULES, VAT_RATES, Bounds, Offer, Terms, Tier
from domain.purchases.prices import PLACES
from domain.quantities import NOT_POSITIVE, NUMBER_ONLY, TOO_LARGE, plain
from domain.refused import _
from web.forms import Answers
from web.purchase_desk_views import TierFields
from web.slot_field import moment_typed, time_typed
from web.views import Choice

CENTS: Final = 100
MOST_COMPANIES: Final = 10_000
ROWS_SHOWN: Final = 4
PLACE_WORDS: Final = {"site": _("At each company’s site"), "common": _("At a common place of the zone")}
YEARS: Final = range(2000, 2200)
"""Years a deadline may lie in: a day at either end of the calendar is no moment in every time zone."""
EUROS: Final = {
    NUMBER_ONLY: _("Write a number only, in euros."),
    TOO_LARGE: _("This amount seems too large."),
    NOT_POSITIVE: _("A price is greater than zero."),
}
"""What is said of a price that is none."""
NUMBER: Final = {NUMBER_ONLY: _("Write a number only.")}


def cents_typed(given: Answers, name: str) -> int | None:
    """An amount of euros, in cents; None when nothing, or nothing readable, was typed."""
    euros = given.amount(name, instead=EUROS)
    if euros is None:
        return None
    if (euros * CENTS) % 1:
        given.wrong(name, _("A price has two decimals at most."))
        return None
    return int(euros * CENTS)


def offer_typed(given: Answers, *, minimum: str = "minimum") -> Offer | None:
    """What a supplier offers; None when it cannot be read, and then what is wrong stands beside its fields.

    `minimum` names the field of the supplier's minimum, where another one stands on the same form.
    """
    tiers = _tiers(given)
    vat = given.choice(
        "vat", map(plain, VAT_RATES), missing=_("Choose the VAT rate in the list: prices are compared without VAT.")
    )
    valid_until = given.day("valid_until")
    if valid_until is None:
        given.wrong("valid_until", _("Say until when the quote is valid."))
    pack, least = given.amount("pack", instead=NUMBER), given.amount(minimum, instead=NUMBER)
    delivery = 0 if given.raw("delivery") in ("", "0") else cents_typed(given, "delivery")
    delivered = given.choice("delivered", PLACES, usual="site")
    if given.errors or valid_until is None:
        return None
    return Offer(
        tiers=tiers,
        vat=Decimal(vat),
        valid_until=valid_until,
        pack=pack,
        minimum=least,
        delivery_cents=delivery or 0,
        delivered=delivered,  # type: ignore[arg-type]  # one of PLACES, as `choice` promises
    )


def _tiers(given: Answers) -> tuple[Tier, ...]:
    """A price for each line that says one; the domain says whether they go together."""
    tiers: list[Tier] = []
    for number in range(1, MOST_TIERS + 1):
        since, price = f"from_{number}", f"price_{number}"
        if not given.raw(since) and not given.raw(price):
            continue
        nothing = given.raw(since) in ("", "0") and not tiers
        least = Decimal(0) if nothing else given.amount(since, missing=_("Say from which quantity on."), instead=NUMBER)
        cents = cents_typed(given, price)
        if cents is None:
            given.wrong(price, _("Write the price of one unit, VAT excluded."))
        if least is not None and cents is not None:
            tiers.append(Tier(least, cents))
    if not tiers and not given.errors:
        given.wrong("tiers", _("Write at least one price."))
    return tuple(tiers)


def tier_fields(values: Mapping[str, str]) -> TierFields:
    """Which lines stand open: those that are filled in, and one more."""
    filled = [n for n in range(1, MOST_TIERS + 1) if values.get(f"from_{n}") or values.get(f"price_{n}")]
    shown = min(max(ROWS_SHOWN, max(filled, default=0) + 1), MOST_TIERS)
    return TierFields(shown=tuple(range(1, shown + 1)), folded=tuple(range(shown + 1, MOST_TIERS + 1)))


def offer_values(offer: Offer, decimal: str, *, minimum: str = "minimum") -> dict[str, str]:
    """What the fields hold for an offer, to be corrected; `decimal` is the reader's decimal mark."""

    def number(amount: Decimal | None) -> str:
        return plain(amount).replace(".", decimal) if amount else ""

    values = {
        "vat": plain(offer.vat),
        "valid_until": offer.valid_until.isoformat(),
        "pack": number(offer.pack),
        minimum: number(offer.minimum),
        "delivery": number(Decimal(offer.delivery_cents) / CENTS),
        "delivered": offer.delivered,
    }
    for place, tier in enumerate(offer.tiers, 1):
        values[f"from_{place}"] = number(tier.least) or "0"
        values[f"price_{place}"] = number(Decimal(tier.cents) / CENTS)
    return values


def vat_choices(percent: Callable[[Decimal], str]) -> tuple[Choice, ...]:
    """The VAT rates to choose among."""
    return tuple(Choice(value=plain(rate), label=percent(rate)) for rate in VAT_RATES)


def place_choices(say: Callable[..., str]) -> tuple[Choice, ...]:
    """Where it may be delivered."""
    return tuple(Choice(value=place, label=say(PLACE_WORDS[place])) for place in PLACES)


# --- bounds -----------------------------------------------------------------------------------------------------


def deadline_typed(given: Answers, time_zone: str) -> datetime | None:
    """Read `deadline` and `at` by the clocks of the zone; a time they skip or show twice is not taken."""
    day = given.day("deadline")
    if day is None:
        given.wrong("deadline", _("Choose the day."))
    elif day.year not in YEARS:
        given.wrong("deadline", _("Write the date as day/month/year."))
        day = None
    at = time_typed(given, "at")
    return moment_typed(given, "at", day, at, time_zone) if day is not None and at is not None else None


def bounds_typed(given: Answers, time_zone: str) -> Bounds | None:
    """Until when, how much and how many; None when it cannot be read."""
    deadline = deadline_typed(given, time_zone)
    minimum, maximum = given.amount("minimum", instead=NUMBER), given.amount("maximum", instead=NUMBER)
    least = given.whole("least_companies", least=1, most=MOST_COMPANIES)
    most = given.whole("most_companies", least=1, most=MOST_COMPANIES)
    rule = given.choice("rule", RULES, usual="order")
    if given.errors or deadline is None:
        return None
    return Bounds(
        deadline=deadline,
        minimum=minimum,
        maximum=maximum,
        least_companies=least or 1,
        most_companies=most,
        rule=rule,  # type: ignore[arg-type]  # one of RULES, as `choice` promises
        closes_when_full=bool(given.raw("closes_when_full")),
        partners=bool(given.raw("partners")),
    )


def bounds_values(terms: Terms, time_zone: str, decimal: str) -> dict[str, str]:
    """What the fields hold for terms that stand."""
    return {
        **deadline_values(terms.deadline, time_zone),
        "minimum": plain(terms.minimum).replace(".", decimal) if terms.minimum else "",
        "maximum": plain(terms.maximum).replace(".", decimal) if terms.maximum else "",
        "least_companies": str(terms.least_companies) if terms.least_companies > 1 else "",
        "most_companies": str(terms.most_companies or ""),
        "rule": terms.rule,
        "closes_when_full": "yes" if terms.closes_when_full else "",
        "partners": "yes" if terms.partners else "",
    }


def deadline_values(deadline: datetime, time_zone: str) -> dict[str, str]:
    """A moment as the two fields hold it."""
    local = deadline.astimezone(ZoneInfo(time_zone))
    return {"deadline": local.date().isoformat(), "at": f"{local:%H:%M}"}
