"""What a company decides in a group purchase: to commit itself, to change that, and what it says of the goods."""

from __future__ import annotations

from collections.abc import Sequence

from domain.companies import Company
from domain.purchases.closing import is_full, marks, settled
from domain.purchases.commands import ConfirmReceipt, PledgeQuantity, WithdrawPledge
from domain.purchases.events import (
    RECEIPTS,
    PledgeChanged,
    PledgeMade,
    PledgeWithdrawn,
    PurchaseEvent,
    ReceiptConfirmed,
    Terms,
)
from domain.purchases.funding import must_be_a_share
from domain.purchases.prices import HIGHEST_CENTS
from domain.purchases.rules import (
    SENTENCE_LENGTH,
    known,
    must_act_for,
    must_fit_step,
    must_know_the_terms,
    must_speak_for,
    must_take_part,
    terms_open,
    words,
)
from domain.purchases.state import Pledge, Purchase, evolve
from domain.quantities import plain
from domain.refused import Conflict, Refused, _
from domain.zones import Zone


def pledge_quantity(
    command: PledgeQuantity, purchase: Purchase | None, zone: Zone, company: Company, homes: Sequence[Zone] = ()
) -> list[PurchaseEvent]:
    """Commit a company, or change what it wants; never more than there is room for, and never after the deadline.

    `homes` are the zones of a company from elsewhere: it may join what is open to partner zones.

    Where the organiser said so, the pledge that fills it closes it in the same breath.
    """
    purchase = known(purchase)
    if purchase.terms is None:
        must_act_for(command, company, zone, command.purchase_id)
    else:
        must_take_part(command, company, zone, purchase.terms, homes, command.purchase_id)
    terms = terms_open(command, purchase)
    if terms.adherents and not company.is_adherent(zone.zone_id, command.now.date()):
        raise Refused(_("Only companies that have joined the zone’s association take part in this."))
    own = purchase.pledges.get(command.company_id)
    _must_know_the_terms(command, purchase, own)
    _check_pledge(command, purchase, terms, own, company)
    if own is not None and _says(own) == _says(command) and own.of_terms == purchase.terms_count:
        return []
    happened = PledgeMade if own is None else PledgeChanged
    pledged = happened(
        purchase_id=command.purchase_id,
        company_id=command.company_id,
        quantity=command.quantity,
        tolerance=command.tolerance,
        site_id=command.site_id,
        present_cents=command.present_cents,
    )
    after = evolve(purchase, pledged)
    events: list[PurchaseEvent] = [pledged, *marks(purchase, after)]
    return [*events, *settled(after)] if terms.closes_when_full and is_full(after) else events


def withdraw_pledge(
    command: WithdrawPledge, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """Until the deadline a pledge may be taken back; whoever breaks the minimum with it must know that."""
    purchase = known(purchase)
    must_speak_for(command, company, zone)
    terms_open(command, purchase)
    if command.company_id not in purchase.pledges:
        return []
    withdrawn = PledgeWithdrawn(purchase_id=command.purchase_id, company_id=command.company_id)
    events = marks(purchase, evolve(purchase, withdrawn))
    breaks = any(getattr(event, "mark", None) in {"minimum", "companies"} for event in events)
    if breaks and not command.knowing:
        raise Refused(
            _("Without your pledge the minimum is not reached: everyone else is told. Tick the box to withdraw it."),
            field="knowing",
        )
    return [withdrawn, *events]


def confirm_receipt(
    command: ConfirmReceipt, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A buyer says once what arrived of its share."""
    purchase = known(purchase)
    must_speak_for(command, company, zone)
    share = next((one for one in purchase.shares if one.company_id == command.company_id), None)
    if share is None or not share.quantity:
        raise Refused(_("Your company has no share in this group purchase."))
    if purchase.stage != "delivered":
        raise Refused(_("The organiser has not said yet that it was delivered."))
    if command.company_id in purchase.receipts:
        raise Conflict(_("Your company has said already what arrived."))
    if command.outcome not in RECEIPTS:
        raise Refused(_("Say what arrived."), field="outcome")
    must_fit_step(command.quantity, purchase, "quantity")
    if command.outcome == "short" and not command.quantity < share.quantity:
        raise Refused(_("Say how much arrived: less than your share."), field="quantity")
    remark = words(company.author(command.actor), command.remark, "remark", most=SENTENCE_LENGTH)
    return [
        ReceiptConfirmed(
            purchase_id=command.purchase_id,
            company_id=command.company_id,
            outcome=command.outcome,
            quantity=share.quantity if command.outcome == "received" else command.quantity,
            remark=remark if remark.text else None,
        )
    ]


def _says(one: Pledge | PledgeQuantity) -> tuple[object, ...]:
    return one.quantity, one.tolerance, one.site_id, one.present_cents


def _must_know_the_terms(command: PledgeQuantity, purchase: Purchase, own: Pledge | None) -> None:
    """Refuse who read older terms; what others pledged meanwhile is no conflict."""
    must_know_the_terms(command, purchase)
    if command.seen_version is not None and own is not None and own.of_version > command.seen_version:
        raise Conflict(_("Your company’s pledge was changed meanwhile: here is what it says now."))


def _check_pledge(
    command: PledgeQuantity, purchase: Purchase, terms: Terms, own: Pledge | None, company: Company
) -> None:
    if own is None and not command.accepts_charter:
        raise Refused(
            _("Each company contracts for itself: tick the box to say that you have read what you accept."),
            field="accepts_charter",
        )
    must_fit_step(command.quantity, purchase, "quantity")
    must_fit_step(command.tolerance, purchase, "tolerance")
    must_be_a_share(command.quantity, terms)
    stop = purchase.collection.stops.get(command.company_id)
    if stop is not None and command.quantity != stop.quantity:
        said = plain(stop.quantity)
        raise Refused(_("Your stop says %(quantity)s: change it there."), field="quantity", quantity=said)
    if not command.quantity:
        raise Refused(_("Say how much. To take nothing any more, withdraw your pledge."), field="quantity")
    if command.present_cents is not None and not 0 <= command.present_cents <= HIGHEST_CENTS:
        raise Refused(_("Write the price as a number of euros."), field="present_price")
    if command.site_id and command.site_id not in company.sites:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    if own is None and terms.most_companies is not None and len(purchase.pledges) >= terms.most_companies:
        raise Refused(_("All places are taken. Ask the organiser whether more can be had."))
    before = own.quantity if own else 0
    if purchase.room is not None and command.quantity > purchase.room + before:
        left = plain(purchase.room + before)
        if purchase.room + before < purchase.step:
            raise Refused(_("All of it is pledged: nothing is left."), field="quantity")
        if not purchase.tells_total:
            # What is left would tell what the one or two others want.
            raise Refused(_("That much is not left below the maximum: ask for less."), field="quantity")
        raise Refused(_("Only %(left)s are left below the maximum."), field="quantity", left=left)
