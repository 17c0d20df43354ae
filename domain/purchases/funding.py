"""Co-funding: several companies pay for something together, each by shares it promises; nobody's money passes here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from domain.purchases.commands import OpenFunding
from domain.purchases.events import PledgesOpened, PurchaseEvent, Terms
from domain.purchases.prices import Offer, Tier
from domain.purchases.rules import TEXT_LENGTH, agreed, calls_ahead, known, must_organise, words
from domain.purchases.state import BEFORE_PLEDGES, Purchase
from domain.refused import Refused, _
from domain.zones import Zone

EUROS: Final = "EUR"
"""In what shares are counted: the currency's own code, where others have that of a unit."""
AT_PAR: Final = Offer(tiers=(Tier(Decimal(0), 100),), vat=Decimal(0), valid_until=date.max)
"""A euro costs a euro, for ever and without VAT: so that shares are counted and allocated like anything else."""


def open_funding(command: OpenFunding, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Shares may be promised until the deadline: of the amounts that are named, or freely where that is allowed."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.form != "funding":
        raise Refused(_("Choose a quote first: nobody pledges without a price."))
    if purchase.stage not in BEFORE_PLEDGES:
        raise Refused(_("Pledges are open already."))
    if not command.bounds.shares and not command.bounds.free:
        raise Refused(_("Name at least one share, or allow a free amount."), field="shares")
    missing = _("Write what each company accepts with its pledge.")
    return [
        PledgesOpened(
            purchase_id=command.purchase_id,
            terms=agreed(command, purchase, AT_PAR, command.bounds),
            charter=words(zone.zone_id, command.charter, "charter", most=TEXT_LENGTH, missing=missing),
            calls=calls_ahead(command.now, command.bounds.deadline),
        )
    ]


def must_be_a_share(amount: Decimal, terms: Terms) -> None:
    """One share, or several of one kind; any amount where it is free."""
    if terms.shares and not terms.free and all(amount % share for share in terms.shares):
        raise Refused(_("Choose one of the shares, or several of the same."), field="quantity")
