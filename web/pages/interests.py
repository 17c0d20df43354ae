"""Interest in a listing: shown by who would take or has some, answered by its owner: yes, a part, or no and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, NoReturn

from litestar import Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain.dealings import AcceptExchange, DeclineExchange, ShowInterest
from domain.dealings.rules import MESSAGE_LENGTH, SENTENCE_LENGTH
from domain.exchanges import CHOSEN, Exchange, Slot
from domain.quantities import Quantity, parse_quantity
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from projections import exchanges, listings
from projections.exchanges import EXCHANGES, ExchangeRow
from projections.listings import LISTINGS
from web.asking import Answered, askers, asking, presenter
from web.forms import Answers
from web.pages.listings import listing_page, seen
from web.policies import form
from web.rate_limits import POSTS
from web.slot_field import slot_typed
from web.visits import Visit, Visiting

ORIGINS: Final = ("page", "match", "mail")
RHYTHMS: Final = ("flow", "once")
TIME: Final = ("with_time", "day", "from", "until", "instructions")
"""What says that a yes comes with a time: the button that sends both, or anything typed beside it."""
NEVER_ASKED: Final = Quantity(Decimal(1), "H87")

# Shown ----------------------------------------------------------------------------------------------------------


@form("/listings/{listing_id:str}/interest", policy="member")
async def show_interest(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Ask for some of an offer, or say that one has what a request seeks; or show what stands against it."""
    given = await visit.answers()
    try:
        row = await seen(visit, listing_id)
    except NotFound:
        await _refuse_gone(visit, listing_id)
    company_id = await _asker(visit, row, given)
    quantity = _quantity(given, row)
    other = await _goes_with(visit, row, given)
    message = given.text("message", most=MESSAGE_LENGTH)
    permit = given.text("permit", most=SENTENCE_LENGTH)
    origin = given.choice("origin", ORIGINS, usual="page")
    if given.errors or quantity is None:
        return await _asked_again(visit, row, given, status=422)
    command = ShowInterest(
        **{**await visit.asked(), "seen_version": None},
        exchange_id=visit.new_id("exchange"),
        listing_id=listing_id,
        company_id=company_id,
        quantity=quantity,
        other_listing_id=other or None,
        message=message,
        permit=permit,
        origin=origin,  # type: ignore[arg-type]  # one of ORIGINS, as `choice` promises
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    try:
        receipt = await visit.carry_out(visit.services.marketplace.show_interest, command)
    except Conflict as conflict:
        visit.tell(visit.refusal(conflict), "problem")
        return await _asked_again(visit, await seen(visit, listing_id), given, status=409)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        given.refused(refused)
        return await _asked_again(visit, row, given, status=422)
    company = row.company or visit.say(_("The company"))
    visit.tell(visit.say(_("%(company)s is told. They usually answer within a week; you will see it in Exchanges."),
                         company=company))  # fmt: skip
    return visit.go(PAGES.exchange(receipt.ids["exchange_id"]))


async def _refuse_gone(visit: Visit, listing_id: str) -> NoReturn:
    """Refuse a listing this reader does not see: who could have asked is told why, to others it is missing.

    Nothing is asked for here. What is sent names the listing as what it goes with itself, which no listing ever does:
    it is refused whatever has become of it, and the refusal says that.
    """
    await visit.within(POSTS, visit.viewer.member_id)
    for company in visit.viewer.companies:
        command = ShowInterest(
            **visit.signed(),
            exchange_id=visit.new_id("exchange"),
            listing_id=listing_id,
            company_id=company.company_id,
            quantity=NEVER_ASKED,
            other_listing_id=listing_id,
        )
        try:
            await visit.services.carry_out(visit.services.marketplace.show_interest, command)
        except Conflict:
            raise
        except Refused:
            continue
    raise NotFound(_("There is no such listing."))


async def _asker(visit: Visit, row: listings.Listing, given: Answers) -> str:
    """The company that asks: the reader's own unless they say otherwise; the domain judges whether it may."""
    companies = await askers(visit, row)
    own = [company.company_id for company in visit.viewer.companies]
    if not companies and not own:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    usual = next((company_id for company_id in own if company_id in companies), "" if companies else own[0])
    return given.choice("for_company", companies or own, usual=usual, missing=_("Choose the company that asks."))


def _quantity(given: Answers, row: listings.Listing) -> Quantity | None:
    """How much, in the unit the form was made in; the domain says whether the listing still has it."""
    rhythm = given.choice("rhythm", RHYTHMS, usual="flow" if row.per else "once")
    return _typed(given, row.unit, row.per if rhythm == "flow" else None)


def _typed(given: Answers, unit: str, per: str | None) -> Quantity | None:
    try:
        return parse_quantity(given.raw("amount"), given.raw("unit") or unit, per, given.mark)
    except Refused as refused:
        given.refused(refused, otherwise="amount")
        return None


async def _goes_with(visit: Visit, row: listings.Listing, given: Answers) -> str:
    """The listing of theirs it goes with, if they say one."""
    named = given.raw("other_listing")
    if not named:
        return ""
    async with visit.reading(LISTINGS) as read:
        found = await read.all(listings.among([named]))
    if not any(other.company_id != row.company_id and other.side != row.side for other in found):
        given.wrong("other_listing", _("Choose a listing of yours that goes with this one."))
    return named


async def _asked_again(visit: Visit, row: listings.Listing, given: Answers, status: int) -> Response[Any]:
    """The listing's page, with the form as it was filled; the unit is the listing's, as it is now."""
    # What is wrong with the unit is said beside the amount: nobody chose it.
    if "unit" in given.errors:
        given.wrong("amount", given.errors.pop("unit"))
    again = visit.form(given)
    again = replace(again, values={**again.values, "unit": row.unit})
    panel = await asking(visit, row, named=given.raw("other_listing"), sent=again)
    return await listing_page(visit, row, interest=panel, status=status)


# Answered -------------------------------------------------------------------------------------------------------


@form("/exchanges/{exchange_id:str}/accept", policy="member")
async def accept(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Keep all or a part of what was asked for; whoever knows when it would suit says so at once."""
    asked = await _exchange(visit, exchange_id)
    exchange = asked.exchange
    given = await visit.answers()
    quantity = _typed(given, exchange.asked.unit, exchange.asked.per)
    starts_on = given.day("starts_on") if exchange.recurs else None
    slot, instructions = _time_too(given, exchange)
    if given.errors or quantity is None:
        return await _answered_again(visit, asked, "accept", given, status=422)
    command = AcceptExchange(
        **await _dealing(visit, asked), quantity=quantity, starts_on=starts_on, slot=slot, instructions=instructions
    )
    try:
        await visit.carry_out(visit.services.marketplace.accept_exchange, command)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        return await _refused(visit, asked, "accept", given, refused)
    show = await presenter(visit, [asked])
    company = show.name(exchange.asker_id)
    kept = show.quantity(quantity, asked.category)
    told = _("Accepted: %(quantity)s kept for %(company)s. You see how to reach each other here.")
    if slot is not None:
        told = _("Accepted: %(quantity)s kept for %(company)s. Next: they agree with your time, or propose another.")
    visit.tell(visit.say(told, quantity=kept, company=company))
    return visit.go(PAGES.exchange(exchange_id))


@form("/exchanges/{exchange_id:str}/decline", policy="member")
async def decline(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Answer no, with a reason they are told."""
    asked = await _exchange(visit, exchange_id)
    given = await visit.answers()
    reason = given.choice("reason", CHOSEN, missing=_("Choose the reason in the list."))
    sentence = given.text("sentence", most=SENTENCE_LENGTH)
    if given.errors:
        return await _answered_again(visit, asked, "decline", given, status=422)
    command = DeclineExchange(**await _dealing(visit, asked), reason=reason, sentence=sentence)  # type: ignore[arg-type]  # one of CHOSEN
    try:
        await visit.carry_out(visit.services.marketplace.decline_exchange, command)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        return await _refused(visit, asked, "decline", given, refused)
    show = await presenter(visit, [asked])
    visit.tell(visit.say(_("Declined. %(company)s is told why."), company=show.name(asked.asker_id)))
    return visit.go(PAGES.interests(asked.listing_id))


def _time_too(given: Answers, exchange: Exchange) -> tuple[Slot | None, str]:
    """The time proposed with a yes, and what to know on arriving; nothing, where none of it was typed."""
    if not any(given.raw(name) for name in TIME):
        return None, ""
    return slot_typed(given, exchange.time_zone), given.text("instructions", most=MESSAGE_LENGTH)


async def _exchange(visit: Visit, exchange_id: str) -> ExchangeRow:
    """An exchange this reader may see; any other is missing to them."""
    async with visit.reading(EXCHANGES) as read:
        found = await read.one(exchanges.one(exchange_id))
    if found is None:
        raise NotFound(_("There is no such exchange."))
    return found


async def _dealing(visit: Visit, asked: ExchangeRow) -> dict[str, Any]:
    """What a step carries: the reader's own side of it, or the owner's when a facilitator answers on its behalf."""
    exchange = asked.exchange
    own = [company_id for company_id in exchange.companies if visit.viewer.acts_for(company_id)]
    company_id = own[0] if own else exchange.owner_id
    return {
        **await visit.asked(),
        "listing_id": exchange.listing_id,
        "exchange_id": exchange.exchange_id,
        "company_id": company_id,
        "for_company": None if own else company_id,
    }


async def _refused(visit: Visit, asked: ExchangeRow, verb: str, given: Answers, refused: Refused) -> Response[Any]:
    """The page again: with what happened meanwhile and what can be done now, or with what is wrong in the form."""
    if isinstance(refused, Conflict):
        visit.tell(visit.refusal(refused), "problem")
        asked = await _exchange(visit, asked.exchange_id)
        return await listing_page(visit, await seen(visit, asked.listing_id), status=409)
    given.refused(refused, otherwise="amount" if verb == "accept" else "reason")
    return await _answered_again(visit, asked, verb, given, status=422)


async def _answered_again(visit: Visit, asked: ExchangeRow, verb: str, given: Answers, status: int) -> Response[Any]:
    row = await seen(visit, asked.listing_id)
    again = Answered(asked.exchange_id, verb, visit.form(given, seen_version=asked.version))
    return await listing_page(visit, row, answered=again, status=status)


handlers = [show_interest, accept, decline]
