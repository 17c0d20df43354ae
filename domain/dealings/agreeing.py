"""Interest in a listing, its answer, and the pick-up two companies agree on."""

from __future__ import annotations

from datetime import UTC

from msgspec.structs import replace

from domain.companies import Company
from domain.dealings.commands import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    Dealing,
    DeclineExchange,
    ProposePickup,
    RenewHold,
    ShowInterest,
)
from domain.dealings.rules import (
    FURTHEST_SLOT,
    LONGEST_SLOT,
    MESSAGE_LENGTH,
    check_asked,
    check_free,
    check_unit,
    contact_of,
    has_read_it,
    hold_end,
    must_be_clear,
    must_be_on_the_way,
    must_be_open,
    must_own,
    party,
    permit_of,
    reasoned,
    refuse_closed_listing,
    shared_zone,
    stands_at,
    today_of,
    words_of,
)
from domain.exchanges import (
    HOLD,
    HOLD_AFTER_PICKUP,
    ON_THE_WAY,
    ContactDisclosed,
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    HoldRenewed,
    InterestShown,
    PickupAgreed,
    PickupProposed,
    Slot,
)
from domain.listings import Listing, ListingEvent, declined
from domain.quantities import Quantity, plain
from domain.refused import Conflict, Forbidden, Refused, _
from domain.zones import Zone, must_not_be_closed

# --- interest and its answer ------------------------------------------------------------------------------------


def show_interest(
    command: ShowInterest,
    listing: Listing | None,
    company: Company,
    owner: Company,
    zones: dict[str, Zone],
    other: Listing | None = None,
) -> list[ListingEvent]:
    """Any company that a zone of the listing admits may ask for some of it, once at a time."""
    zone_id = shared_zone(command, listing, company, owner, zones)
    assert listing is not None
    if company.company_id == listing.company_id:
        raise Forbidden(_("This listing is your own."))
    refuse_closed_listing(listing)
    must_not_be_closed(zones[zone_id], command.now)
    if listing.content.attributes.get("status") == "waste" and zones[zone_id].waste == "off":
        raise Forbidden(_("This zone takes no listings of waste any more: nobody new can ask for it."))
    under_way = [one for one in listing.exchanges.values() if one.asker_id == company.company_id and one.is_open]
    if under_way:
        raise Conflict(_("Your company has asked for this already: here is where it stands."))
    check_asked(command.quantity, listing)
    if other is not None and (other.company_id != company.company_id or other.side == listing.side):
        raise Refused(_("Choose a listing of yours that goes with this one."), field="other_listing")
    must_be_clear(other, zone_id)
    offers = listing.side == "offer"
    return [
        InterestShown(
            exchange_id=command.exchange_id,
            listing_id=listing.listing_id,
            other_listing_id=command.other_listing_id,
            owner_id=listing.company_id,
            company_id=company.company_id,
            provider_id=listing.company_id if offers else company.company_id,
            receiver_id=company.company_id if offers else listing.company_id,
            zone_id=zone_id,
            time_zone=zones[zone_id].time_zone,
            quantity=command.quantity,
            contact=contact_of(command, company),
            origin=command.origin,
            message=words_of(command, company, command.message, MESSAGE_LENGTH, "message"),
            at=command.now,
            permit=permit_of(command, listing, company, other),
        )
    ]


def accept_exchange(
    command: AcceptExchange, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """Only the owner accepts, and never more than was asked for nor than is free; with a time, or without."""
    listing, exchange = party(command, listing, company, zone)
    must_own(exchange, company)
    has_read_it(command, exchange)
    stands_at(exchange, "asked", otherwise=_("This was answered already."))
    must_be_clear(listing, exchange.zone_id)
    check_unit(command.quantity, exchange)
    if command.quantity.amount > exchange.asked.amount:
        raise Refused(_("They asked for %(asked)s: keep no more for them."), field="amount",
                      asked=plain(exchange.asked.amount))  # fmt: skip
    check_free(command.quantity.amount, listing, exchange, "amount")
    contact = contact_of(command, company)
    starts_on = (command.starts_on or today_of(command, exchange)) if exchange.recurs else None
    if starts_on is not None and starts_on < today_of(command, exchange):
        raise Refused(_("This date is past."), field="starts_on")
    if starts_on is not None and starts_on > (command.now + FURTHEST_SLOT).date():
        raise Refused(_("Choose a day within a year."), field="starts_on")
    if exchange.recurs and command.slot is not None:
        raise Refused(_("A regular flow begins on a day: agree on times once it runs."), field="day")
    if command.slot is None and command.instructions.strip():
        raise Refused(_("Choose the day."), field="day")
    accepted: list[ListingEvent] = [
        ExchangeAccepted(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            quantity=command.quantity,
            contact=contact,
            hold_until=None if exchange.recurs else command.now + HOLD,
            starts_on=starts_on,
            at=command.now,
        ),
        ContactDisclosed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            companies=exchange.companies,
            members=(contact, exchange.contacts.get(exchange.asker_id, "")),
        ),
    ]
    if command.slot is None:
        return accepted
    return [*accepted, _proposed(command, exchange, company, command.slot, command.instructions)]


def decline_exchange(
    command: DeclineExchange, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """The owner answers no; asking twice is no fault."""
    listing, exchange = party(command, listing, company, zone)
    must_own(exchange, company)
    if exchange.stage == "declined":
        return []
    has_read_it(command, exchange)
    stands_at(exchange, "asked", otherwise=_("It was accepted: give it up if it cannot be."))
    sentence = reasoned(command, company, command.reason, command.sentence)
    return [declined(exchange, company.company_id, command.reason, command.now, sentence)]


def abandon_exchange(
    command: AbandonExchange, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """Either side gives up at any time, for a reason; what was collected stays collected."""
    listing, exchange = party(command, listing, company, zone)
    if exchange.stage == "abandoned":
        return []
    has_read_it(command, exchange)
    must_be_open(exchange)
    if exchange.stage == "disputed":
        raise Refused(_("Agree on what was collected first."))
    if exchange.stage == "asked" and company.company_id == exchange.owner_id:
        raise Refused(_("They wait for your answer: decline it instead."))
    sentence = reasoned(command, company, command.reason, command.sentence)
    return [
        ExchangeAbandoned(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            by=company.company_id,
            reason=command.reason,
            sentence=sentence,
            at=command.now,
        )
    ]


def renew_hold(command: RenewHold, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """The owner keeps what is still to be collected for another while, as far as it is free."""
    listing, exchange = party(command, listing, company, zone)
    must_own(exchange, company)
    must_be_open(exchange)
    must_be_on_the_way(exchange)
    assert exchange.accepted is not None
    wanted = exchange.accepted.amount - exchange.taken
    if wanted <= 0:
        return []
    check_free(wanted, listing, exchange, None)
    return [
        HoldRenewed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            quantity=replace(exchange.accepted, amount=wanted),
            hold_until=hold_end(command, exchange),
            at=command.now,
        )
    ]


# --- the pick-up --------------------------------------------------------------------------------------------------


def propose_pickup(command: ProposePickup, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """Either side proposes, answers with another time, or moves what was agreed: the agreed time holds until then."""
    listing, exchange = party(command, listing, company, zone, at_dock=True)
    has_read_it(command, exchange)
    must_be_open(exchange)
    if exchange.stage not in ON_THE_WAY and exchange.stage not in ("running", "interrupted"):
        raise Refused(_("A time is agreed once the quantity is: it is not accepted yet."))
    return [_proposed(command, exchange, company, command.slot, command.instructions)]


def _proposed(
    command: Dealing, exchange: Exchange, company: Company, wished: Slot, instructions: str
) -> PickupProposed:
    """A time that can be, said by one side."""
    slot = Slot(wished.start.astimezone(UTC), wished.end.astimezone(UTC))
    if slot.start <= command.now:
        raise Refused(_("Choose a time to come."), field="day")
    if slot.end <= slot.start:
        raise Refused(_("The end comes before the beginning."), field="until")
    if slot.end - slot.start > LONGEST_SLOT:
        raise Refused(_("A pick-up takes twelve hours at most."), field="until")
    if slot.start - command.now > FURTHEST_SLOT:
        raise Refused(_("Choose a day within a year."), field="day")
    return PickupProposed(
        exchange_id=exchange.exchange_id,
        listing_id=exchange.listing_id,
        by=company.company_id,
        slot=slot,
        instructions=words_of(command, company, instructions, MESSAGE_LENGTH, "instructions"),
        at=command.now,
    )


def agree_pickup(command: AgreePickup, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """The side that did not propose agrees; the quantity is kept for a month beyond the slot, anew if need be."""
    listing, exchange = party(command, listing, company, zone, at_dock=True)
    has_read_it(command, exchange)
    must_be_open(exchange)
    if exchange.proposed is None:
        raise Refused(_("There is no proposed time to agree with."))
    if exchange.proposed_by == company.company_id:
        raise Forbidden(_("You proposed this time: the other company answers."))
    if exchange.proposed.end <= command.now:
        raise Refused(_("This time is past: propose another."))
    kept = _kept_again(listing, exchange)
    holds = exchange.held or kept
    return [
        PickupAgreed(
            exchange_id=exchange.exchange_id,
            listing_id=listing.listing_id,
            by=company.company_id,
            slot=exchange.proposed,
            number=exchange.agreements + 1,
            hold_until=exchange.proposed.end + HOLD_AFTER_PICKUP if holds and not exchange.recurs else None,
            kept=kept,
            at=command.now,
        )
    ]


def _kept_again(listing: Listing, exchange: Exchange) -> Quantity | None:
    """What is kept anew where the hold had lapsed: nobody must come for what somebody else was given."""
    if exchange.held or exchange.recurs or exchange.accepted is None:
        return None
    amount = min(exchange.accepted.amount - exchange.taken, listing.free)
    if amount <= 0:
        raise Refused(_("Nothing of it is left: others were promised the rest after the time was over."))
    return replace(exchange.accepted, amount=amount)
