"""How quotes come: entered by the organiser, or by the supplier itself through its personal link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from domain.events import Private
from domain.purchases.commands import Buying, RecordQuote
from domain.purchases.events import PurchaseEvent, QuoteReceived
from domain.purchases.invitations import QuotingClosed, SupplierInvited, SupplierLinkRevoked
from domain.purchases.prices import Offer, Quote, check
from domain.purchases.rules import TEXT_LENGTH, known, must_organise, words
from domain.purchases.state import Purchase
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone

SUPPLIER_LENGTH: Final = 120
LONGEST: Final = timedelta(days=120)
"""How long a link may be good for."""
MOST_LINKS: Final = 40
_MAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>]+")
_LONGEST_MAIL: Final = 254


class InviteSupplier(Buying, frozen=True):
    """Give a supplier a personal link; with a mail address it is sent there."""

    invitation_id: str
    name: str
    until: datetime
    token_sha256: str
    mail: str = ""


class RevokeLink(Buying, frozen=True):
    """Take a supplier's link back."""

    invitation_id: str


class CloseQuoting(Buying, frozen=True):
    """Have no more quotes come by links."""


class SubmitQuote(Buying, frozen=True):
    """A supplier enters its quote, or replaces it; `name` is the one its link was given out under."""

    invitation_id: str
    name: str
    offer: Offer
    conditions: str = ""
    document: str | None = None


def quote_of(invitation_id: str) -> str:
    """The one quote that comes by a link."""
    return f"quote-{invitation_id.removeprefix('invitation-')}"


def record_quote(command: RecordQuote, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """A supplier's quote is entered as it stands: its tiers fall, it is valid, and its VAT is said."""
    purchase = known(purchase)
    must_organise(command, zone)
    _must_be_asked_for(purchase)
    check(command.offer, command.now.date(), purchase.step)
    quote = Quote(
        quote_id=command.quote_id,
        supplier=words(zone.zone_id, command.supplier, "supplier", missing=_("Say whose quote it is.")),
        offer=command.offer,
        conditions=words(zone.zone_id, command.conditions, "conditions", most=TEXT_LENGTH),
        document=command.document,
    )
    return [QuoteReceived(purchase_id=command.purchase_id, quote=quote)]


def invite_supplier(command: InviteSupplier, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Until a quote is chosen, the organiser asks suppliers by name, each through a link of its own."""
    purchase = known(purchase)
    must_organise(command, zone)
    _must_be_asked_for(purchase)
    if command.invitation_id in purchase.invitations:
        return []
    if len(purchase.invitations) >= MOST_LINKS:
        raise Refused(_("%(most)s links at most for one group purchase."), field="name", most=MOST_LINKS)
    if command.until <= command.now:
        raise Refused(_("The last day must lie ahead."), field="until")
    if command.until > command.now + LONGEST:
        raise Refused(_("A link is good for %(days)s days at most."), field="until", days=LONGEST.days)
    mail = command.mail.strip()
    if mail and (len(mail) > _LONGEST_MAIL or not _MAIL.fullmatch(mail)):
        raise Refused(_("Write one mail address, such as sales@supplier.example."), field="mail")
    missing = _("Say which supplier you ask.")
    return [
        SupplierInvited(
            purchase_id=command.purchase_id,
            invitation_id=command.invitation_id,
            name=words(zone.zone_id, command.name, "name", most=SUPPLIER_LENGTH, missing=missing),
            until=command.until,
            token_sha256=command.token_sha256,
            mail=Private(command.invitation_id, mail) if mail else None,
        )
    ]


def revoke_link(command: RevokeLink, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """A link that is taken back opens nothing any more; the quote that came by it stays."""
    purchase = known(purchase)
    must_organise(command, zone)
    link = purchase.invitations.get(command.invitation_id)
    if link is None:
        raise NotFound(_("There is no such link."))
    if link.standing != "open":
        return []
    return [SupplierLinkRevoked(purchase_id=command.purchase_id, invitation_id=command.invitation_id)]


def close_quoting(command: CloseQuoting, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser has what it takes to compare: every link that is still open ends."""
    purchase = known(purchase)
    must_organise(command, zone)
    if not any(link.is_open(command.now) for link in purchase.invitations.values()):
        return []
    return [QuotingClosed(purchase_id=command.purchase_id)]


def submit_quote(command: SubmitQuote, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Whoever holds a supplier's link enters its quote under the rules that hold for the organiser too."""
    purchase = known(purchase)
    link = purchase.invitations.get(command.invitation_id)
    if link is None or command.actor != f"guest:{command.invitation_id}":
        raise Forbidden(_("This link is for another group purchase."))
    if not link.is_open(command.now) or purchase.stage not in {"poll", "quotes"}:
        raise Refused(_("Quotes are closed: what you entered before stays as it is."))
    check(command.offer, command.now.date(), purchase.step)
    quote = Quote(
        quote_id=quote_of(command.invitation_id),
        supplier=Private(zone.zone_id, command.name),
        offer=command.offer,
        conditions=words(zone.zone_id, command.conditions, "conditions", most=TEXT_LENGTH),
        document=command.document,
        invitation_id=command.invitation_id,
    )
    return [QuoteReceived(purchase_id=command.purchase_id, quote=quote)]


def _must_be_asked_for(purchase: Purchase) -> None:
    if purchase.form == "funding":
        raise Refused(_("Shares are promised here, nothing is bought: no quote is needed."))
    if purchase.stage not in {"poll", "quotes"}:
        raise Refused(_("A quote is chosen: what suppliers were asked for stays."))
