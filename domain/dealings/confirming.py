"""What was really collected, by either side, once or period by period; and what it saved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from domain import taxonomy
from domain.companies import Company
from domain.dealings.commands import (
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
    DeclareSavings,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    SettleDispute,
)
from domain.dealings.rules import (
    LARGEST_SAVING,
    MESSAGE_LENGTH,
    SENTENCE_LENGTH,
    check_figure,
    check_free,
    check_plausible,
    check_unit,
    checked_waste,
    exchange_of,
    figure_of,
    has_read_it,
    is_told,
    known,
    must_be_on_the_way,
    must_be_open,
    party,
    take_of,
    today_of,
    what_is_left_after,
    within_time,
    words_of,
)
from domain.exchanges import (
    CHOSEN,
    HOLD,
    DisputeSettled,
    ExchangeConfirmed,
    ExchangeDisputed,
    FlowEnded,
    PeriodConfirmed,
    PeriodMissed,
    SavingsDeclared,
    TakeCorrected,
)
from domain.listings import Listing, ListingEvent
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone

# --- what was really collected ------------------------------------------------------------------------------------


def confirm_exchange(
    command: ConfirmExchange, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """Either side says what was collected: what was held for them, and more only where it is free."""
    listing, exchange = party(command, listing, company, zone, at_dock=True)
    has_read_it(command, exchange)
    must_be_open(exchange)
    if exchange.recurs:
        raise Refused(_("A flow is confirmed period by period."))
    must_be_on_the_way(exchange)
    check_unit(command.quantity, exchange)
    today = today_of(command, exchange)
    if command.collected_on > today:
        raise Refused(_("This day has not come yet."), field="collected_on")
    if exchange.accepted_at is not None and command.collected_on < exchange.accepted_at.date() - timedelta(days=1):
        raise Refused(_("It was not accepted yet on that day."), field="collected_on")
    if listing.side == "offer":
        check_free(command.quantity.amount, listing, exchange, "amount")
    if command.condition is not None and not taxonomy.ATTRIBUTES["condition"].accepts(command.condition):
        raise Refused(_("Choose one of the answers."), field="condition")
    assert exchange.accepted is not None
    check_plausible(command.quantity.amount, exchange)
    left = exchange.accepted.amount - exchange.taken - command.quantity.amount
    final = command.final or left <= 0
    free = listing.unpromised + exchange.held - (command.quantity.amount if listing.side == "offer" else 0)
    kept = Decimal(0) if final else max(min(left, free), Decimal(0))
    confirmed = ExchangeConfirmed(
        exchange_id=exchange.exchange_id,
        listing_id=listing.listing_id,
        by=company.company_id,
        number=len(exchange.takes) + 1,
        quantity=command.quantity,
        measured=command.measured,
        final=final,
        collected_on=command.collected_on,
        condition=command.condition,
        photo=command.photo,
        note=words_of(command, company, command.note, MESSAGE_LENGTH, "note"),
        waste=checked_waste(command.waste, listing, company),
        kept=replace(exchange.accepted, amount=kept) if kept else None,
        hold_until=command.now + HOLD if kept else None,
        at=command.now,
    )
    return [confirmed, *what_is_left_after(listing, confirmed, command.now)]


def correct_take(command: CorrectTake, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """Whoever confirmed may correct it while nobody disputes it, within the week the other side has."""
    listing, exchange = party(command, listing, company, zone)
    take = take_of(exchange, command.number)
    if take.by != company.company_id:
        raise Forbidden(_("The other company confirmed this: if it went otherwise, say so."))
    has_read_it(command, exchange)
    if take.disputed_by:
        raise Refused(_("The other side tells it differently: agree on one figure."))
    within_time(take.correctable_until, command)
    amount = figure_of(command.quantity, exchange)
    if amount == take.amount:
        return []
    check_plausible(amount, exchange)
    check_figure(amount, take.amount, listing, exchange)
    corrected = TakeCorrected(
        exchange_id=exchange.exchange_id,
        listing_id=listing.listing_id,
        by=company.company_id,
        number=take.number,
        quantity=command.quantity,
        at=command.now,
    )
    return [corrected, *what_is_left_after(listing, corrected, command.now)]


def dispute_exchange(
    command: DisputeExchange, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """The other side may say within a week that a pick-up went otherwise, and how."""
    listing, exchange = party(command, listing, company, zone)
    take = take_of(exchange, command.number)
    if take.by == company.company_id:
        raise Forbidden(_("You confirmed this yourself: correct it instead."))
    has_read_it(command, exchange)
    if take.disputed_by:
        return []
    within_time(take.disputable_until, command)
    amount = figure_of(command.quantity, exchange)
    check_plausible(amount, exchange)
    if amount == take.amount:
        raise Refused(_("This is the figure that was confirmed: say what it really was."), field="amount")
    sentence = words_of(command, company, command.sentence, SENTENCE_LENGTH, "sentence")
    if sentence is None:
        raise Refused(_("Say in a sentence what went otherwise: the other company reads it."), field="sentence")
    return [
        ExchangeDisputed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            by=company.company_id,
            number=take.number,
            quantity=command.quantity,
            sentence=sentence,
            at=command.now,
        )
    ]


def settle_dispute(
    command: SettleDispute, listing: Listing | None, company: Company | None, zone: Zone
) -> list[ListingEvent]:
    """Each side may come round to the other's figure, and to no third one; the facilitator may name any."""
    listing = known(listing)
    if company is None:
        exchange = exchange_of(listing, command.exchange_id)
        if not zone.allows(command.actor, "facilitator", "administrator"):
            raise NotFound(_("There is no such exchange."))
    else:
        listing, exchange = party(command, listing, company, zone)
    take = take_of(exchange, command.number)
    has_read_it(command, exchange)
    if not take.disputed_by:
        raise Refused(_("Nobody disputes this any more."))
    amount = figure_of(command.quantity, exchange)
    if company is not None:
        theirs = take.amount if company.company_id == take.disputed_by else take.disputed
        if amount != theirs:
            raise Forbidden(_("You may agree with the other side’s figure; another one is for the facilitator to say."))
    check_plausible(amount, exchange)
    check_figure(amount, take.amount, listing, exchange)
    settled = DisputeSettled(
        exchange_id=exchange.exchange_id,
        listing_id=listing.listing_id,
        by=company.company_id if company else "",
        number=take.number,
        quantity=command.quantity,
        at=command.now,
    )
    return [settled, *what_is_left_after(listing, settled, command.now)]


def declare_savings(
    command: DeclareSavings, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """After a first pick-up each side may say what it saved; said again, the newest counts."""
    listing, exchange = party(command, listing, company, zone)
    if not exchange.takes:
        raise Refused(_("Savings are known once something was collected."))
    if command.cents is None and command.use is None:
        return []
    if command.cents is not None and not 0 <= command.cents <= LARGEST_SAVING:
        raise Refused(_("Write the saving as a number of euros."), field="saving")
    return [
        SavingsDeclared(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            company_id=company.company_id,
            cents=command.cents,
            currency=command.currency,
            use=command.use,
            at=command.now,
        )
    ]


# --- flows ----------------------------------------------------------------------------------------------------------


def confirm_period(command: ConfirmPeriod, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """Either side says what came in a period that began; each period is told once."""
    listing, exchange = party(command, listing, company, zone, at_dock=True)
    has_read_it(command, exchange)
    if is_told(command.period, command, exchange):
        return []
    check_plausible(command.quantity.amount, exchange)
    # What came is said per period already: it carries the amount alone.
    if command.quantity.unit != exchange.asked.unit or command.quantity.per is not None:
        raise Refused(_("Keep the unit of the listing."), field="unit")
    return [
        PeriodConfirmed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            by=company.company_id,
            number=len(exchange.takes) + 1,
            period=command.period,
            quantity=command.quantity,
            measured=command.measured,
            waste=checked_waste(command.waste, listing, company),
            at=command.now,
        )
    ]


def miss_period(command: MissPeriod, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """Either side says that nothing came; the flow shows as interrupted until something comes again."""
    listing, exchange = party(command, listing, company, zone, at_dock=True)
    has_read_it(command, exchange)
    if is_told(command.period, command, exchange) or command.period in exchange.missed:
        return []
    if command.reason is not None and command.reason not in CHOSEN:
        raise Refused(_("Choose the reason in the list."), field="reason")
    return [
        PeriodMissed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            by=company.company_id,
            period=command.period,
            reason=command.reason,
            at=command.now,
        )
    ]


def end_flow(command: EndFlow, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """Either side ends a flow that ran; one that never ran is given up, with a reason."""
    listing, exchange = party(command, listing, company, zone)
    if exchange.stage == "ended":
        return []
    has_read_it(command, exchange)
    must_be_open(exchange)
    if not exchange.recurs or not exchange.takes:
        raise Refused(_("Nothing was collected yet: give it up with a reason instead."))
    return [
        FlowEnded(
            exchange_id=exchange.exchange_id, listing_id=listing.listing_id, by=company.company_id, at=command.now
        )
    ]
