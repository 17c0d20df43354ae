"""Who may do what in a group purchase, and the refusals that several decisions share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company, Kind
from domain.events import Private
from domain.purchases.commands import Bounds
from domain.purchases.events import LAST_CALLS, Terms
from domain.purchases.prices import LARGEST, Offer
from domain.purchases.state import OVER, Purchase
from domain.quantities import plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

TEXT_LENGTH: Final = 4_000
SENTENCE_LENGTH: Final = 500
MOST_SHARES: Final = 5
BUYERS: Final[frozenset[Kind]] = frozenset({"company", "association", "public_body"})
HIGHEST_SHARE: Final = 100_000
"""Euros."""


def known(purchase: Purchase | None) -> Purchase:
    """The purchase that is there, or a refusal."""
    if purchase is None:
        raise NotFound(_("There is no such group purchase."))
    return purchase


def must_organise(command: Command, zone: Zone) -> None:
    """The zone's facilitator or administrator leads its group purchases."""
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("The zone’s facilitator leads its group purchases."))


def must_act_for(command: Command, company: Company, zone: Zone, purchase_id: str = "") -> None:
    """Someone of a company the zone admits, or its facilitator who says for whom; or of a guest of this purchase."""
    admitted = zone.zone_id in company.zones or is_guest(company, zone, purchase_id, command.now)
    if company.erased or not admitted:
        raise Forbidden(_("The zone has not admitted your company yet: its facilitator can do it in a minute."))
    must_speak_for(command, company, zone)


def is_guest(company: Company, zone: Zone, purchase_id: str, now: datetime) -> bool:
    """Whether a purchase is shared with a company that buys: it takes part in this one, and in no other.

    Suppliers, experts and eco-organisations are shown it to say what they think of it, and buy nothing.
    """
    sharing = company.shared.get(purchase_id)
    if sharing is None or sharing.zone_id != zone.zone_id or now >= sharing.until:
        return False
    return company.kind in BUYERS and company.standings.get(zone.zone_id) != "suspended"


def must_take_part(
    command: Command, company: Company, zone: Zone, terms: Terms, homes: Sequence[Zone], purchase_id: str
) -> None:
    """The same, or someone of a company of a partner zone, where the terms are open to those; `homes` are its zones."""
    admitted = any(home.zone_id in company.zones and home.is_partner_of(zone) for home in homes)
    if terms.partners and admitted and zone.zone_id not in company.standings and not company.erased:
        must_speak_for(command, company, zone)
    else:
        must_act_for(command, company, zone, purchase_id)


def must_belong(command: Command, purchase: Purchase, company: Company, zone: Zone) -> None:
    """Someone of a company that is in it, wherever that is admitted; any other company the zone must admit."""
    if company.company_id in purchase.pledges:
        must_speak_for(command, company, zone)
    else:
        must_act_for(command, company, zone)


def must_speak_for(command: Command, company: Company, zone: Zone) -> None:
    """The same, whether the zone admits the company or not: whoever is suspended may still leave."""
    if company.is_represented_by(command.actor):
        return
    if command.for_company != company.company_id or not zone.allows(command.actor, "facilitator"):
        raise Forbidden(_("Only somebody of the company commits it."))


def must_be_under_way(purchase: Purchase) -> None:
    """Nothing changes about what is over."""
    if purchase.stage in OVER or purchase.stage == "confirmed":
        raise Refused(_("This group purchase is over."))


def terms_open(command: Command, purchase: Purchase) -> Terms:
    """The terms, while pledges are open; at the deadline they are no more, whether the clock has come by or not."""
    if purchase.stage != "open" or purchase.terms is None:
        sentence = (
            _("Pledges are closed: this group purchase is over.")
            if purchase.stage in OVER or purchase.stage == "confirmed"
            else _("Pledges are not open yet: say what you would take, without commitment.")
        )
        raise Refused(sentence)
    if command.now >= purchase.terms.deadline:
        raise Refused(_("The deadline is past: pledges are closed."))
    return purchase.terms


def must_know_the_terms(command: Command, purchase: Purchase) -> None:
    """Refuse who read older terms."""
    if command.seen_version is not None and purchase.terms_version > command.seen_version:
        raise Conflict(_("The terms changed while you were reading: here they are, as they stand now."))


def words(subject: str, text: str, field: str, *, most: int = SENTENCE_LENGTH, missing: str = "") -> Private:
    """A text that somebody typed, within its length; `missing` is said when it must not be empty."""
    said = text.strip()
    if missing and not said:
        raise Refused(missing, field=field)
    if len(said) > most:
        raise Refused(_("Write %(most)s characters at most."), field=field, most=most)
    return Private(subject, said)


def must_fit_step(amount: Decimal, purchase: Purchase, field: str) -> None:
    """What is taken in steps is asked for in steps."""
    if not 0 <= amount < LARGEST:
        raise Refused(_("This number is too large: write it in a larger unit."), field=field)
    if amount % purchase.step:
        raise Refused(_("It comes in steps of %(step)s."), field=field, step=plain(purchase.step))


def agreed(command: Command, purchase: Purchase, offer: Offer, bounds: Bounds) -> Terms:
    """The terms that a quote and the organiser's bounds make, or what stands against them."""
    bounds = _within_seats(purchase, bounds)
    if bounds.deadline <= command.now:
        raise Refused(_("The deadline must lie ahead."), field="deadline")
    if bounds.deadline.date() > offer.valid_until:
        raise Refused(
            _("The quote is no longer valid at the deadline: choose an earlier one, or have the quote renewed."),
            field="deadline",
        )
    for name, amount in (("minimum", bounds.minimum), ("maximum", bounds.maximum)):
        if amount is not None:
            must_fit_step(amount, purchase, name)
            if not amount:
                raise Refused(_("Write a number greater than zero."), field=name)
    least = max(bounds.minimum or Decimal(0), offer.minimum or Decimal(0)) or None
    if least is not None and bounds.maximum is not None and bounds.maximum < least:
        raise Refused(_("The maximum lies below the minimum."), field="maximum")
    if offer.pack is not None and bounds.maximum is not None and bounds.maximum < offer.pack:
        raise Refused(_("Not even one pack fits below this maximum."), field="maximum")
    _check_companies(bounds)
    _check_shares(bounds)
    if bounds.closes_when_full and bounds.maximum is None:
        raise Refused(_("To close when it is full, say what the maximum is."), field="maximum")
    return Terms(
        offer=offer,
        deadline=bounds.deadline,
        minimum=least,
        maximum=bounds.maximum,
        least_companies=bounds.least_companies,
        most_companies=bounds.most_companies,
        rule=bounds.rule,
        closes_when_full=bounds.closes_when_full,
        partners=bounds.partners,
        shares=tuple(sorted(bounds.shares)),
        free=bounds.free,
        goal=bounds.goal,
        # Said once, it stays: who pledged among adherents counts on it.
        adherents=bounds.adherents or bool(purchase.terms and purchase.terms.adherents),
    )


def calls_ahead(now: datetime, deadline: datetime) -> tuple[int, ...]:
    """The last calls there is time for: whoever opens two days before the deadline reminds once."""
    return tuple(days for days in LAST_CALLS if now < deadline - timedelta(days=days))


def _check_shares(bounds: Bounds) -> None:
    if any(not 0 < share <= HIGHEST_SHARE for share in bounds.shares) or len(bounds.shares) > MOST_SHARES:
        raise Refused(_("Write each share as a number of whole euros, five shares at most."), field="shares")
    if bounds.goal is not None and bounds.goal <= (bounds.minimum or 0):
        raise Refused(_("The goal lies above the minimum."), field="goal")


def _within_seats(purchase: Purchase, bounds: Bounds) -> Bounds:
    """A session is full when its seats are: nobody can book more than there are."""
    seats = Decimal(purchase.session.seats)
    if not seats:
        return bounds
    if bounds.maximum is not None and bounds.maximum > seats:
        raise Refused(_("The session has %(seats)s seats."), field="maximum", seats=plain(seats))
    return replace(bounds, maximum=bounds.maximum or seats)


def _check_companies(bounds: Bounds) -> None:
    if bounds.least_companies < 1:
        raise Refused(_("At least one company takes part."), field="least_companies")
    if bounds.most_companies is not None and bounds.most_companies < bounds.least_companies:
        raise Refused(_("The maximum lies below the minimum."), field="most_companies")
