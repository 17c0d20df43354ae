"""What the organiser decides: from the question to the zone, by quotes, to the terms everyone pledges on."""

from __future__ import annotations

from typing import Final

from domain import taxonomy
from domain.companies import Company
from domain.purchases.closing import is_full, settled
from domain.purchases.commands import (
    CancelPurchase,
    ChangeTerms,
    ChooseQuote,
    ExtendDeadline,
    OpenPledges,
    PollInterest,
    ProposePurchase,
    RecordDelivery,
    SetSpecification,
)
from domain.purchases.events import (
    FORMS,
    DeadlineExtended,
    DeliveryRecorded,
    InterestPolled,
    PledgesOpened,
    PurchaseCancelled,
    PurchaseEvent,
    PurchaseProposed,
    QuoteChosen,
    SpecificationSet,
    TermsChanged,
)
from domain.purchases.funding import EUROS
from domain.purchases.prices import check, is_worse
from domain.purchases.rules import (
    TEXT_LENGTH,
    agreed,
    calls_ahead,
    known,
    must_act_for,
    must_be_under_way,
    must_fit_step,
    must_know_the_terms,
    must_organise,
    terms_open,
    words,
)
from domain.purchases.state import BEFORE_PLEDGES, Purchase, evolve
from domain.refused import Conflict, Refused, _
from domain.zones import Zone, must_not_be_closed

TITLE_LENGTH: Final = 120


def propose_purchase(
    command: ProposePurchase, purchase: Purchase | None, zone: Zone, company: Company | None
) -> list[PurchaseEvent]:
    """A member company or the facilitator asks the zone who would buy something together."""
    if purchase is not None:
        raise Conflict(_("This group purchase is already proposed."))
    must_not_be_closed(zone, command.now)
    if company is None:
        must_organise(command, zone)
    else:
        must_act_for(command, company, zone)
    category = taxonomy.CATEGORIES.get(command.category)
    if category is None or category.level == 1:
        raise Refused(_("Choose what it is in the list."), field="category")
    if command.form not in FORMS:
        raise Refused(_("Say what is bought together."), field="form")
    if command.unit != EUROS if command.form == "funding" else command.unit not in taxonomy.UNITS:
        raise Refused(_("Choose the unit in the list."), field="unit")
    if command.step <= 0:
        raise Refused(_("Write a number greater than zero."), field="step")
    return [
        PurchaseProposed(
            purchase_id=command.purchase_id,
            zone_id=command.zone_id,
            form=command.form,
            category=command.category,
            title=words(
                zone.zone_id, command.title, "title", most=TITLE_LENGTH, missing=_("Say in a few words what it is.")
            ),
            description=words(zone.zone_id, command.description, "description", most=TEXT_LENGTH),
            unit=command.unit,
            step=command.step,
            company_id=command.company_id,
            pooling_id=command.pooling_id,
        )
    ]


def poll_interest(
    command: PollInterest, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A company says what it would take; nobody is bound by it, and saying it twice says it once."""
    purchase = known(purchase)
    must_act_for(command, company, zone, command.purchase_id)
    if purchase.stage not in BEFORE_PLEDGES:
        raise Refused(_("The question is closed: pledges count now."))
    must_fit_step(command.quantity, purchase, "quantity")
    if purchase.wishes.get(command.company_id, 0) == command.quantity:
        return []
    return [InterestPolled(purchase_id=command.purchase_id, company_id=command.company_id, quantity=command.quantity)]


def set_specification(command: SetSpecification, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser says what exactly is sought; it may be said better until a quote is chosen."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.stage not in {"poll", "quotes"}:
        raise Refused(_("A quote is chosen: what suppliers were asked for stays."))
    missing = _("Say exactly what suppliers are asked for.")
    return [
        SpecificationSet(
            purchase_id=command.purchase_id,
            text=words(zone.zone_id, command.text, "text", most=TEXT_LENGTH, missing=missing),
        )
    ]


def choose_quote(command: ChooseQuote, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The choice is the organiser's, and has a reason that everyone may read."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.stage not in BEFORE_PLEDGES:
        raise Refused(_("Pledges are open: change the terms instead."))
    offer = purchase.offers.get(command.quote_id)
    if offer is None:
        raise Refused(_("Choose one of the quotes."), field="quote")
    if offer.valid_until < command.now.date():
        raise Refused(_("This quote has expired: ask the supplier for a new one."), field="quote")
    missing = _("Say why this one: everyone who joins reads it.")
    reason = words(zone.zone_id, command.reason, "reason", missing=missing)
    return [QuoteChosen(purchase_id=command.purchase_id, quote_id=command.quote_id, reason=reason)]


def open_pledges(command: OpenPledges, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Pledges open on the chosen quote; the charter says that each company contracts for itself."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.stage == "open":
        raise Refused(_("Pledges are open already."))
    if purchase.stage != "chosen" or purchase.chosen is None:
        raise Refused(_("Choose a quote first: nobody pledges without a price."))
    offer = purchase.offers[purchase.chosen]
    check(offer, command.now.date(), purchase.step)
    missing = _("Write what each company accepts with its pledge.")
    return [
        PledgesOpened(
            purchase_id=command.purchase_id,
            terms=agreed(command, purchase, offer, command.bounds),
            charter=words(zone.zone_id, command.charter, "charter", most=TEXT_LENGTH, missing=missing),
            calls=calls_ahead(command.now, command.bounds.deadline),
        )
    ]


def change_terms(command: ChangeTerms, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Whoever pledged is told; where something is worse, each pledge waits until its company says it again.

    A later deadline alone is an extension; an earlier one, or a maximum below what is pledged, is refused.
    """
    purchase = known(purchase)
    must_organise(command, zone)
    before = terms_open(command, purchase)
    must_know_the_terms(command, purchase)
    check(command.offer, command.now.date(), purchase.step)
    after = agreed(command, purchase, command.offer, command.bounds)
    if after == before:
        return []
    if after.deadline < before.deadline:
        raise Refused(_("Who counts on the deadline must keep it: it can only be later."), field="deadline")
    if after.maximum is not None and after.maximum < purchase.committed:
        raise Refused(_("More than this is pledged already."), field="maximum")
    if after.most_companies is not None and after.most_companies < len(purchase.pledges):
        raise Refused(_("More companies than this have pledged already."), field="most_companies")
    missing = _("Say why in a sentence: everyone who pledged reads it.")
    reason = words(zone.zone_id, command.reason, "reason", missing=missing)
    worse = is_worse(before.offer, after.offer)
    calls = None if after.deadline == before.deadline else calls_ahead(command.now, after.deadline)
    changed = TermsChanged(purchase_id=command.purchase_id, terms=after, worse=worse, reason=reason, calls=calls)
    now = evolve(purchase, changed)
    # A maximum lowered to what is pledged fills it, as the last pledge would have.
    return [changed, *settled(now)] if after.closes_when_full and is_full(now) else [changed]


def extend_deadline(command: ExtendDeadline, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """More time for everyone, never less; a quote that ends before must be renewed first."""
    purchase = known(purchase)
    must_organise(command, zone)
    terms = terms_open(command, purchase)
    must_know_the_terms(command, purchase)
    if command.deadline <= terms.deadline:
        raise Refused(_("Who counts on the deadline must keep it: it can only be later."), field="deadline")
    if command.deadline.date() > terms.offer.valid_until:
        raise Refused(
            _("The quote is no longer valid at the deadline: choose an earlier one, or have the quote renewed."),
            field="deadline",
        )
    missing = _("Say why in a sentence: everyone who pledged reads it.")
    reason = words(zone.zone_id, command.reason, "reason", missing=missing)
    calls = calls_ahead(command.now, command.deadline)
    return [DeadlineExtended(purchase_id=command.purchase_id, deadline=command.deadline, reason=reason, calls=calls)]


def cancel_purchase(command: CancelPurchase, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser gives it up; what is confirmed is a matter between each company and the supplier."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.stage == "cancelled":
        return []
    must_be_under_way(purchase)
    missing = _("Say why in a sentence: everyone who took part reads it.")
    reason = words(zone.zone_id, command.reason, "reason", missing=missing)
    return [PurchaseCancelled(purchase_id=command.purchase_id, reason=reason)]


def record_delivery(command: RecordDelivery, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser says when it came; each buyer then says what arrived."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.stage == "delivered":
        return []
    if purchase.form == "collection":
        raise Refused(_("Plan the round, and write down what became of each stop."))
    if purchase.form == "session":
        raise Refused(_("Set the day of the session, and write down who was there: it counts as held by it."))
    if purchase.stage != "confirmed":
        raise Refused(_("Only what was confirmed can be delivered."))
    if command.on > command.now.date():
        raise Refused(_("This day is still to come."), field="on")
    return [DeliveryRecorded(purchase_id=command.purchase_id, on=command.on)]
