"""What a supplier asks: a price that falls with the total, VAT, packs and delivery; and what that makes for a share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from domain.events import Private
from domain.refused import Refused, _

Place = Literal["site", "common"]
PLACES: Final[tuple[Place, ...]] = ("site", "common")
"""Where it is delivered: at each company's site, or at one place for all."""
VAT_RATES: Final[tuple[Decimal, ...]] = tuple(map(Decimal, ("20", "10", "5.5", "2.1", "0")))
"""Rates in force in France, in per cent (CGI, articles 278 to 281 nonies)."""
MOST_TIERS: Final = 12
HIGHEST_CENTS: Final = 10**9
LARGEST: Final = Decimal(10) ** 9


class Tier(Struct, frozen=True):
    """From a total of `least` units on, one unit costs so many cents, VAT excluded."""

    least: Decimal
    cents: int


class Offer(Struct, frozen=True, kw_only=True):
    """The figures of a quote: all that prices and allocation need, and nothing that anyone typed as text.

    `pack` is what is sold together, in units; `minimum` the least total the supplier delivers; `vat` is in per cent;
    `delivery_cents` is what each company pays for its delivery, VAT excluded.
    """

    tiers: tuple[Tier, ...]
    vat: Decimal
    valid_until: date
    pack: Decimal | None = None
    minimum: Decimal | None = None
    delivery_cents: int = 0
    delivered: Place = "site"


class Quote(Struct, frozen=True, kw_only=True):
    """What a supplier offers to everybody together; its words are the zone's.

    `document` is the blob of its PDF. `invitation_id` is the link by which the supplier entered it itself.
    """

    quote_id: str
    supplier: Private
    offer: Offer
    conditions: Private
    document: str | None = None
    invitation_id: str = ""


class Cost(Struct, frozen=True):
    """What a share costs, in cents: goods and delivery excluding VAT, and all of it including VAT."""

    goods: int
    delivery: int
    with_vat: int


def tier_at(tiers: Sequence[Tier], total: Decimal) -> Tier:
    """The tier a total reaches; the first one below all."""
    return next((tier for tier in reversed(tiers) if tier.least <= total), tiers[0])


def next_tier(tiers: Sequence[Tier], total: Decimal) -> Tier | None:
    """The tier still to be reached; None once the last one is."""
    return next((tier for tier in tiers if tier.least > total and tier.cents < tier_at(tiers, total).cents), None)


def cost(offer: Offer, share: Decimal, total: Decimal) -> Cost:
    """What a company pays for its share of a total, each amount rounded once, half a cent upwards."""
    goods = _cents(share * tier_at(offer.tiers, total).cents)
    delivery = offer.delivery_cents if share else 0
    return Cost(goods, delivery, _cents((goods + delivery) * (1 + offer.vat / 100)))


def saving(offer: Offer, share: Decimal, total: Decimal, present_cents: int) -> int:
    """What a company saves on what it declared to pay for a unit at present, VAT excluded; below zero it loses."""
    paid = cost(offer, share, total)
    return _cents(share * present_cents) - paid.goods - paid.delivery


def is_worse(before: Offer, after: Offer) -> bool:
    """Whether some total costs somebody more than before, or is sold or brought less conveniently."""
    totals = {tier.least for tier in (*before.tiers, *after.tiers)}
    dearer = any(tier_at(after.tiers, total).cents > tier_at(before.tiers, total).cents for total in totals)
    packs = (before.pack or 0, after.pack or 0)
    return (
        dearer
        or after.vat > before.vat
        or after.delivery_cents > before.delivery_cents
        or (before.delivered == "site" and after.delivered == "common")
        or (after.minimum or 0) > (before.minimum or 0)
        or packs[1] > packs[0]
    )


def check(offer: Offer, today: date, step: Decimal) -> None:
    """Refuse a quote that cannot stand, beside the figure that is wrong."""
    _check_tiers(offer.tiers)
    if offer.vat not in VAT_RATES:
        raise Refused(_("Choose the VAT rate in the list: prices are compared without VAT."), field="vat")
    if offer.valid_until < today:
        raise Refused(_("This quote has expired: ask the supplier for a new one."), field="valid_until")
    if offer.pack is not None and (offer.pack <= 0 or offer.pack % step):
        raise Refused(_("A pack holds a whole number of what each company can take."), field="pack")
    if offer.minimum is not None and not 0 < offer.minimum < LARGEST:
        raise Refused(_("Write a number greater than zero."), field="minimum")
    if not 0 <= offer.delivery_cents <= HIGHEST_CENTS:
        raise Refused(_("Write the price as a number of euros."), field="delivery")


def _check_tiers(tiers: Sequence[Tier]) -> None:
    if not tiers:
        raise Refused(_("Write at least one price."), field="tiers")
    if len(tiers) > MOST_TIERS:
        raise Refused(_("%(most)s prices at most."), field="tiers", most=MOST_TIERS)
    if any(not 0 < tier.cents <= HIGHEST_CENTS or not 0 <= tier.least < LARGEST for tier in tiers):
        raise Refused(_("Each line says from which quantity on, and the price of one unit."), field="tiers")
    for before, after in pairwise(tiers):
        if after.least <= before.least:
            raise Refused(_("Each price begins at a larger quantity than the one above it."), field="tiers")
        if after.cents >= before.cents:
            raise Refused(_("The price falls from line to line: a larger quantity never costs more."), field="tiers")


def _cents(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
