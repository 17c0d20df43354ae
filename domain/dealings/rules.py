"""Rules that several steps of an exchange share: who may take them, when, and how much there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain import exchanges, listings, taxonomy
from domain.commands import Command
from domain.companies import Company
from domain.dealings.commands import Dealing, ShowInterest, Waste
from domain.events import Private
from domain.exchanges import (
    CHOSEN,
    DISPUTE_WITHIN,
    HOLD,
    HOLD_AFTER_PICKUP,
    ON_THE_WAY,
    DisputeSettled,
    Exchange,
    ExchangeConfirmed,
    Reason,
    Stage,
    TakeCorrected,
    WasteMovement,
)
from domain.listings import OPEN_TO_PARTNERS, Listing, ListingEvent
from domain.periods import first_day, of_a_period, period_of
from domain.quantities import LARGEST, Quantity, plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

MESSAGE_LENGTH: Final = 2_000
SENTENCE_LENGTH: Final = 500
LONGEST_SLOT: Final = timedelta(hours=12)
FURTHEST_SLOT: Final = timedelta(days=366)
LARGEST_SAVING: Final = 10**10
"""Cents: no exchange in a business zone saves a hundred million euros."""

WASTE_DIGITS: Final = 6
MOST_TIMES: Final = 10
"""How many times what was agreed somebody may say was collected: beyond it, a figure was mistyped."""

MEANWHILE: Final[dict[str, str]] = {
    "InterestShown": _("Meanwhile the interest was shown. Here is where it stands."),
    "ExchangeAccepted": _("Meanwhile it was accepted. The exchange says what can be done now."),
    "ExchangeDeclined": _("Meanwhile it was declined. The exchange says why."),
    "ExchangeAbandoned": _("Meanwhile one side gave up. The exchange says why."),
    "HoldRenewed": _("Meanwhile the quantity was kept for longer."),
    "HoldLapsed": _("Meanwhile the time was over, and the quantity is free again."),
    "PickupProposed": _("Meanwhile a time was proposed. The exchange says what comes next."),
    "PickupAgreed": _("Meanwhile a time was agreed."),
    "ExchangeConfirmed": _("Meanwhile the pick-up was confirmed. If it went otherwise, say so."),
    "TakeCorrected": _("Meanwhile the quantity was corrected."),
    "ExchangeDisputed": _("Meanwhile the other side said that it went otherwise."),
    "DisputeLapsed": _("Meanwhile a month passed, and the figure that was confirmed stands."),
    "DisputeSettled": _("Meanwhile both sides agreed on the quantity."),
    "PeriodConfirmed": _("Meanwhile this period was confirmed."),
    "PeriodMissed": _("Meanwhile this period was noted as missed."),
    "FlowEnded": _("Meanwhile the flow was ended."),
}
"""What a stale page is told, by the step that came after it."""

CLOSED: Final[dict[Stage, str]] = {
    "declined": _("This was declined: nothing more can be done about it."),
    "abandoned": _("This was given up: nothing more can be done about it. Show interest again to begin anew."),
    "confirmed": _("Everything is collected and confirmed."),
    "ended": _("This flow has ended."),
}
"""What is said of a step that comes after the end."""

TREATMENTS: Final[frozenset[str]] = frozenset({*(f"R{n}" for n in range(1, 14)), *(f"D{n}" for n in range(1, 16))})
"""Codes of recovery and disposal: annexes I and II of directive 2008/98/EC."""
RECEIPT_ABOVE_TONNES: Final = {True: Decimal("0.1"), False: Decimal("0.5")}
"""Load above which a carrier needs a declaration, hazardous or not (articles R541-50 and R541-51 code env.)."""

# --- rules ----------------------------------------------------------------------------------------------------------


def known(listing: Listing | None) -> Listing:
    """The listing, which must be there."""
    if listing is None:
        raise NotFound(_("There is no such exchange."))
    return listing


def exchange_of(listing: Listing, exchange_id: str) -> Exchange:
    """The exchange of this id; NotFound when the listing has none."""
    exchange = listing.exchanges.get(exchange_id)
    if exchange is None:
        raise NotFound(_("There is no such exchange."))
    return exchange


def party(
    command: Dealing, listing: Listing | None, company: Company, zone: Zone, *, at_dock: bool = False
) -> tuple[Listing, Exchange]:
    """The exchange, for whoever speaks for one of its sides; to anyone else there is none.

    `at_dock` are the steps a company's shared phone may take.
    """
    listing = known(listing)
    exchange = exchange_of(listing, command.exchange_id)
    speaks = company.is_served_by(command.actor) if at_dock else company.is_represented_by(command.actor)
    facilitates = zone.allows(command.actor, "facilitator")
    if company.company_id not in exchange.companies or not (speaks or facilitates):
        raise NotFound(_("There is no such exchange."))
    # A company of a partner zone was never judged here: what is under way goes on, whatever becomes of the partnership.
    from_a_partner_zone = exchange.zone_id not in company.standings and bool(company.zones)
    if not speaks and (command.for_company != company.company_id or from_a_partner_zone):
        raise Forbidden(_("Only the two companies can do this."))
    if exchange.zone_id not in company.zones and not from_a_partner_zone:
        raise Forbidden(_("The zone has suspended your company: its facilitator can say why."))
    return listing, exchange


def must_own(exchange: Exchange, company: Company) -> None:
    """Refuse the side that asked."""
    if company.company_id != exchange.owner_id:
        raise Forbidden(_("Only the company that posted the listing answers this."))


def has_read_it(command: Command, exchange: Exchange) -> None:
    """Refuse who read an older state, and say what happened meanwhile."""
    if command.seen_version is not None and exchange.version > command.seen_version:
        raise Conflict(MEANWHILE[exchange.last])


def must_be_open(exchange: Exchange) -> None:
    """Refuse a step that comes after the end."""
    if not exchange.is_open:
        raise Conflict(CLOSED[exchange.stage])


def stands_at(exchange: Exchange, stage: Stage, *, otherwise: str) -> None:
    """Refuse a step that belongs to another stage."""
    must_be_open(exchange)
    if exchange.stage != stage:
        raise Conflict(otherwise)


def must_be_on_the_way(exchange: Exchange) -> None:
    """Refuse unless something accepted is still to be collected."""
    if exchange.stage not in ON_THE_WAY:
        raise Refused(
            _("It is not accepted yet.") if exchange.stage == "asked" else _("Agree on what was collected first.")
        )


def shared_zone(
    command: Command, listing: Listing | None, company: Company, owner: Company, zones: dict[str, Zone]
) -> str:
    """The zone in which a company asks, for whoever may speak for it: the first that shows the listing and admits both.

    Where no zone does, and the listing is for partner zones, it is the first that is partner of one of the company's.
    """
    if listing is None or company.erased or owner.erased:
        raise NotFound(_("There is no such listing."))
    showing = {zone_id for zone_id, status in listing.zones.items() if status == "approved"} & owner.zones
    shared = sorted(showing & company.zones)
    here = set(shared)
    if listing.content.visibility == "facilitator" and listing.company_id != company.company_id:
        # Only who runs the zone knows of it, and may ask for a company of theirs.
        shared = [zone_id for zone_id in shared if zones[zone_id].allows(command.actor, "facilitator")]
    if not here and listing.content.visibility in OPEN_TO_PARTNERS:
        both = ((there, home) for there in showing for home in company.zones)
        across = {(there, home) for there, home in both if zones[there].is_partner_of(zones[home])}
        shared, here = sorted({there for there, _home in across}), {home for _there, home in across}
    on_behalf = command.for_company == company.company_id and any(
        zones[zone_id].allows(command.actor, "facilitator") for zone_id in here
    )
    if not company.is_represented_by(command.actor) and not on_behalf:
        raise Forbidden(_("Only someone who acts for the company can ask in its name."))
    if shared:
        return shared[0]
    if listing.company_id == company.company_id:
        raise Forbidden(_("This listing is your own."))
    if showing and listing.content.visibility in ("public", "named"):
        raise Forbidden(_("This listing is for the companies of its zone. Ask its association to let yours in."))
    raise NotFound(_("There is no such listing."))


def must_be_clear(listing: Listing | None, zone_id: str) -> None:
    """Refuse contact about what is or may be hazardous until a moderator of the zone has looked at what it says now."""
    if listing is None or not listings.must_be_cleared(listing.side, listing.content):
        return
    if listing.zones.get(zone_id) != "approved":
        raise Refused(_("It is or may be hazardous: a moderator of the zone looks at it before any contact."))


def permit_of(command: ShowInterest, listing: Listing, company: Company, other: Listing | None) -> Private | None:
    """What allows a company to take the waste it asks for; a request for waste has said it already."""
    asked = listing if listing.side == "offer" else other
    if asked is None or asked.content.attributes.get("status") != "waste":
        return None
    if listing.side == "request":
        if "permit" not in listing.content.typed:
            raise Refused(_("Yours is waste, and this request does not say that its company may take waste."))
        return None
    permit = words_of(command, company, command.permit, SENTENCE_LENGTH, "permit")
    if permit is None:
        raise Refused(
            _("This is waste: say what allows your company to take it, such as the number of its permit or receipt."),
            field="permit",
        )
    return permit


def refuse_closed_listing(listing: Listing) -> None:
    """Refuse interest in what is withdrawn, expired or gone, and say which."""
    match listing.life:
        case "withdrawn":
            raise Conflict(_("Its company has withdrawn this listing meanwhile."))
        case "expired":
            raise Conflict(_("This listing has expired: its company may renew it."))
        case "fulfilled":
            raise Conflict(_("Everything has found its place: nothing is left of this listing."))
        case "open":
            return


def check_asked(quantity: Quantity, listing: Listing) -> None:
    """Refuse other units than the listing’s, and more than there is; what others were promised may be waited for."""
    there = listing.content.quantity
    if quantity.unit != there.unit:
        raise Refused(_("Keep the unit of the listing."), field="unit")
    if quantity.per not in (None, there.per):
        raise Refused(_("Keep the period of the listing."), field="per")
    check_whole(quantity)
    most = there.amount - listing.taken
    if listing.side == "offer" and quantity.amount > most:
        raise Refused(_("There are %(left)s in all: ask for no more."), field="amount", left=plain(most))
    if listing.side == "offer" and listing.content.whole_lot and quantity.amount < (rest := listing.free or most):
        raise Refused(_("It goes as a whole: ask for all %(left)s."), field="amount", left=plain(rest))
    least = _smallest_part(listing)
    if least is not None and quantity.amount < min(least, listing.free or most):
        raise Refused(_("No less than %(least)s at a time: ask for more."), field="amount", least=plain(least))


def _smallest_part(listing: Listing) -> Decimal | None:
    """What an offer says one takes at least."""
    said = listing.content.attributes.get("minimum_lot", "") if listing.side == "offer" else ""
    return Decimal(said.partition(" ")[0]) if said else None


def check_whole(quantity: Quantity) -> None:
    """Refuse half a pallet."""
    counted = taxonomy.UNITS[quantity.unit].dimension in ("count", "pack")
    if counted and quantity.per is None and quantity.amount % 1:
        raise Refused(_("These are counted whole: write a whole number."), field="amount")


def check_free(amount: Decimal, listing: Listing, exchange: Exchange, field: str | None) -> None:
    """What is promised and collected never exceeds what is there; what is held for this exchange is theirs."""
    free = listing.unpromised + exchange.held
    if amount > free:
        raise Refused(
            _("Only %(left)s are left: the rest is promised or collected."),
            field=field,
            left=plain(max(free, Decimal(0))),
        )


def check_figure(amount: Decimal, before: Decimal, listing: Listing, exchange: Exchange) -> None:
    """Refuse a corrected figure that takes what others were promised."""
    if listing.side == "offer" and not exchange.recurs and amount > before:
        check_free(amount - before, listing, exchange, "amount")


def check_plausible(amount: Decimal, exchange: Exchange) -> None:
    """Refuse a figure that is a slip of the finger; what was agreed may be exceeded, not by a factor of ten."""
    assert exchange.accepted is not None
    if amount > MOST_TIMES * of_a_period(exchange.accepted):
        raise Refused(_("This is more than ten times what was agreed: look at the figure again."), field="amount")


def check_unit(quantity: Quantity, exchange: Exchange) -> None:
    """Refuse another unit or period than the exchange’s."""
    if (quantity.unit, quantity.per) != (exchange.asked.unit, exchange.asked.per):
        raise Refused(_("Keep the unit of the listing."), field="unit")
    check_whole(quantity)


def figure_of(quantity: Quantity | None, exchange: Exchange) -> Decimal:
    """The amount somebody says was collected; without a quantity, nothing."""
    if quantity is None:
        return Decimal(0)
    if quantity.unit != exchange.asked.unit or quantity.per is not None:
        raise Refused(_("Keep the unit of the listing."), field="unit")
    check_whole(quantity)
    return quantity.amount


def take_of(exchange: Exchange, number: int) -> exchanges.Take:
    """The pick-up of this number."""
    take = next((take for take in exchange.takes if take.number == number), None)
    if take is None:
        raise Refused(_("Nothing was confirmed under this number."))
    return take


def within_time(until: datetime, command: Command) -> None:
    """Refuse what comes after the week for it."""
    if command.now >= until:
        raise Refused(_("The %(days)s days for this are over: the figure stands."), days=DISPUTE_WITHIN.days)


def is_told(period: str, command: Command, exchange: Exchange) -> bool:
    """Whether a period was told already; Refused when it is none of this flow's, or has not begun."""
    if exchange.stage not in ("running", "interrupted"):
        must_be_open(exchange)
        raise Refused(_("It is not accepted yet.") if exchange.stage == "asked" else _("This is no recurring flow."))
    assert exchange.asked.per is not None
    today = today_of(command, exchange)
    try:
        of_this_flow = period_of(first_day(period), exchange.asked.per) == period
    except ValueError:
        of_this_flow = False
    if not of_this_flow:
        raise Refused(_("Choose the period in the list."), field="period")
    if any(take.period == period for take in exchange.takes):
        return True
    if first_day(period) > today:
        raise Refused(_("This period has not begun."), field="period")
    if exchange.first_period is not None and period < exchange.first_period:
        raise Refused(_("The flow had not begun in that period."), field="period")
    if not exchange.interrupted and exchange.period is not None and period > exchange.period:
        raise Refused(_("Say first what came in the period before."), field="period")
    return False


def today_of(command: Command, exchange: Exchange) -> date:
    """The day it is where the exchange takes place."""
    return command.now.astimezone(ZoneInfo(exchange.time_zone)).date()


def hold_end(command: Command, exchange: Exchange) -> datetime:
    """Until when a hold lasts that is renewed now."""
    beyond = command.now + HOLD
    return max(beyond, exchange.agreed.end + HOLD_AFTER_PICKUP) if exchange.agreed else beyond


def contact_of(command: Command, company: Company) -> str:
    """The member who speaks; when a facilitator or a shared phone does, the first who acts for the company."""
    member = command.actor.removeprefix("member:")
    return member if member in company.representatives else min(company.representatives, default="")


def words_of(command: Command, company: Company, text: str, longest: int, field: str) -> Private | None:
    """What somebody typed, sealed for whoever it belongs to."""
    text = text.strip()
    if len(text) > longest:
        raise Refused(_("Write %(most)s characters at most."), field=field, most=longest)
    return Private(company.author(command.actor), text) if text else None


def reasoned(command: Command, company: Company, reason: Reason, sentence: str) -> Private | None:
    """The words that go with a reason from the list; another reason needs them."""
    if reason not in CHOSEN:
        raise Refused(_("Choose the reason in the list."), field="reason")
    words = words_of(command, company, sentence, SENTENCE_LENGTH, "sentence")
    if reason == "other" and words is None:
        raise Refused(_("Say which reason, in a few words."), field="sentence")
    return words


def what_is_left_after(
    listing: Listing, event: ExchangeConfirmed | TakeCorrected | DisputeSettled, now: datetime
) -> list[ListingEvent]:
    """Whether nothing is left after this, or something again."""
    return listings.what_is_left(listings.evolve(listing, event), now)


def waste_code(typed: str) -> str:
    """The code of the list of waste as it is printed, however its digits were grouped."""
    digits = "".join(typed.split())
    return " ".join((digits[:2], digits[2:4], digits[4:])) if len(digits) >= WASTE_DIGITS else digits


def checked_waste(waste: Waste | None, listing: Listing, company: Company) -> WasteMovement | None:
    """A listing of waste asks for what the register wants; any other asks for nothing of it."""
    if listing.content.attributes.get("status") != "waste":
        return None
    if waste is None:
        raise Refused(_("This is waste: the register wants its weight and what becomes of it."), field="tonnes")
    code = waste_code(waste.code)
    if not taxonomy.ATTRIBUTES["ewc"].accepts(code):
        raise Refused(_("Write the code of the list of waste, such as 15 01 01."), field="waste_code")
    if not 0 < waste.tonnes < LARGEST:
        raise Refused(_("Write the weight in tonnes, such as 0.85."), field="tonnes")
    if waste.treatment not in TREATMENTS:
        raise Refused(_("Choose what becomes of it: a code from R1 to R13 or from D1 to D15."), field="treatment")
    above = waste.tonnes > RECEIPT_ABOVE_TONNES[code.endswith("*")]
    carrier, receipt = waste.carrier.strip(), waste.receipt.strip()
    if above and not carrier:
        raise Refused(_("Above this weight the register wants the carrier’s name."), field="carrier")
    if above and not receipt:
        raise Refused(_("Above this weight the carrier has a declaration: write its number."), field="receipt")
    if max(len(carrier), len(receipt)) > SENTENCE_LENGTH:
        raise Refused(_("Write %(most)s characters at most."), field="carrier", most=SENTENCE_LENGTH)
    return WasteMovement(
        code=code,
        tonnes=waste.tonnes,
        treatment=waste.treatment,
        carrier=Private(company.company_id, carrier) if carrier else None,
        receipt=Private(company.company_id, receipt) if receipt else None,
    )
