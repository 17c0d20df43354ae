"""Pick-ups: agreed on, taken along on paper and in calendars, and confirmed, once or period by period."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.params import FromPath
from msgspec import Struct

from domain import taxonomy
from domain.dealings import AgreePickup, ConfirmExchange, ConfirmPeriod, MissPeriod, ProposePickup
from domain.exchanges import CHOSEN, DISPUTE_WITHIN, Slot
from domain.refused import Forbidden, NotFound, _
from marketplace.calendars import Entry, file
from marketplace.links import Links
from projections.exchanges import StepRow
from web import answers
from web.deals import Deal, deal
from web.drawn_codes import drawn_code
from web.exchange_found import Found, find, instructions_of, place_of, terms_of
from web.exchange_page_views import Contact, SheetPage
from web.exchanging import ExchangePresenter
from web.photo_field import MOST_SENT, asked_again, photos_sent
from web.policies import form, page
from web.slot_field import slot_typed
from web.visits import Visit, Visiting
from web.waste_field import waste_typed

WORDS_LENGTH: Final = 2_000
LONGEST_PERIOD: Final = 10
ONE_PHOTO: Final = _("A pick-up has %(most)s photo, and you chose %(chosen)s.")
YES_NO: Final = ("yes", "no")
ENDINGS: Final = frozenset({"ExchangeConfirmed", "ExchangeAbandoned", "FlowEnded"})
"""After these no time is agreed any more."""

# --- agreed on --------------------------------------------------------------------------------------------------


@form("/exchanges/{exchange_id:str}/pickup", policy="crew")
async def propose_pickup(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Propose a time, or another than the one proposed or agreed."""
    step = await deal(visit, exchange_id, "propose")
    slot = slot_typed(step.given, step.exchange.time_zone)
    instructions = step.given.text("instructions", most=WORDS_LENGTH)
    if step.given.errors or slot is None:
        return await step.again()
    command = ProposePickup(**await step.asked(), slot=slot, instructions=instructions)
    told = visit.say(_("Proposed. Next: the other company agrees, or proposes another time."))
    return await step.carry_out(visit.services.marketplace.propose_pickup, command, told)


@form("/exchanges/{exchange_id:str}/pickup/agree", policy="crew")
async def agree_pickup(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Agree with the proposed time."""
    step = await deal(visit, exchange_id, "agree")
    told = visit.say(_("Agreed. Both of you are reminded the day before; add it to your calendar, or print the sheet."))
    return await step.carry_out(visit.services.marketplace.agree_pickup, AgreePickup(**await step.asked()), told)


# --- confirmed --------------------------------------------------------------------------------------------------


@form("/exchanges/{exchange_id:str}/confirm", policy="crew", request_max_body_size=MOST_SENT)
async def confirm(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Say what was really collected."""
    step = await deal(visit, exchange_id, "confirm")
    given = step.given
    quantity = step.quantity()
    measured = given.choice("measured", YES_NO, missing=_("Say whether it was counted or weighed, or estimated."))
    final = given.choice("final", YES_NO, usual="yes")
    collected_on = given.day("collected_on") or (None if "collected_on" in given.errors else step.today.date())
    condition = given.choice("condition", answers.ANSWERS["condition"]) or None
    note = given.text("note", most=WORDS_LENGTH)
    waste = waste_typed(given) if step.row.waste else None
    sent = await photos_sent(
        visit, given, company_id=step.company_id, stream=step.row.listing_id, most=1, too_many=ONE_PHOTO
    )
    step.photos = asked_again(visit, sent)
    if given.errors or quantity is None or collected_on is None:
        return await step.again()
    command = ConfirmExchange(
        **await step.asked(),
        quantity=quantity,
        measured=measured == "yes",
        final=final == "yes",
        collected_on=collected_on,
        condition=condition,
        photo=next(iter(sent.photos), None),
        note=note,
        waste=waste,
    )
    told = (
        _("Confirmed. The other company is told, and has %(days)s days to say otherwise.")
        if final == "yes"
        else _(
            "Confirmed, with more to come: the rest stays kept. The other company has %(days)s days to say otherwise."
        )
    )
    said = visit.say(told, days=DISPUTE_WITHIN.days)
    answer = await step.carry_out(visit.services.marketplace.confirm_exchange, command, said)
    await visit.services.blocking(visit.services.photos.settle, step.row.listing_id)
    return answer


@form("/exchanges/{exchange_id:str}/period", policy="crew")
async def confirm_period(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Say what came in a period of a flow."""
    step = await deal(visit, exchange_id, "confirm_period")
    period, quantity = _period(step), step.quantity()
    measured = step.given.choice("measured", YES_NO, usual="no")
    waste = waste_typed(step.given) if step.row.waste else None
    if step.given.errors or quantity is None:
        return await step.again()
    command = ConfirmPeriod(
        **await step.asked(), period=period, quantity=quantity, measured=measured == "yes", waste=waste
    )
    others = [other for other in step.exchange.missed if other != period]
    if others:
        show = ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, step.exchange.time_zone)
        still = ", ".join(show.period(other) for other in others)
        told = visit.say(_("Confirmed. Still to say, if anything came: %(periods)s."), periods=still)
    else:
        told = visit.say(_("Confirmed. You are asked again when the next period is over."))
    return await step.carry_out(visit.services.marketplace.confirm_period, command, told)


@form("/exchanges/{exchange_id:str}/missed", policy="crew")
async def miss_period(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Say that nothing came in a period."""
    step = await deal(visit, exchange_id, "miss_period")
    period = _period(step)
    reason = step.given.choice("reason", CHOSEN) or None
    if step.given.errors:
        return await step.again()
    command = MissPeriod(**await step.asked(), period=period, reason=reason)  # type: ignore[arg-type]  # one of CHOSEN
    told = visit.say(_("Noted: the flow shows as interrupted until something comes again. Next: say how it goes on."))
    return await step.carry_out(visit.services.marketplace.miss_period, command, told)


def _period(step: Deal) -> str:
    return step.given.text("period", most=LONGEST_PERIOD, missing=_("Choose the period in the list."))


# --- taken along ------------------------------------------------------------------------------------------------


@page("/exchanges/{exchange_id:str}/pickup.ics", policy="crew")
async def pickup_calendar(visit: Visiting, exchange_id: FromPath[str]) -> Response[bytes]:
    """The agreed time as a calendar file; asked for again after a change, it updates the entry it made."""
    found, agreed = await _agreed(visit, exchange_id)
    exchange, show = found.exchange, _presenter(visit, found)
    base = visit.services.settings.base_url
    told = file(
        Entry(
            uid=f"{exchange_id}@{urlsplit(base).hostname}",
            # Calling off comes after an agreement, and before the next.
            number=2 * exchange.agreements + agreed.called_off,
            start=agreed.slot.start,
            end=agreed.slot.end,
            cancelled=agreed.called_off,
            title=visit.say(
                _("Pick-up: %(title)s (%(quantity)s), %(company)s"),
                title=found.row.title,
                quantity=_quantity(show, found),
                company=show.name(show.other(exchange)),
            ),
            place=_address(found),
            notes=_notes(found, show),
            address=Links(base).exchange(exchange_id),
            written_at=agreed.at,
        )
    )
    name = visit.say(_("pickup.ics"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(told, media_type="text/calendar", headers=headers)


@page("/exchanges/{exchange_id:str}/sheet", policy="crew")
async def pickup_sheet(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """The agreed pick-up on one page to print; its code opens the confirmation on a phone."""
    found, agreed = await _agreed(visit, exchange_id)
    row, exchange, show = found.row, found.exchange, _presenter(visit, found)
    where = place_of(found)
    page_address = Links(visit.services.settings.base_url).confirm_exchange(exchange_id)
    code = drawn_code(page_address)
    view = SheetPage(
        id=exchange_id,
        title=row.title,
        category=taxonomy.label(row.category, visit.language),
        category_code=row.category,
        quantity=exchange.accepted or exchange.asked,
        provider=show.name(exchange.provider_id),
        receiver=show.name(exchange.receiver_id),
        when=show.slot(agreed.slot),
        site=where.site if where else "",
        address=where.address if where else "",
        instructions=instructions_of(found),
        fetched=terms_of(found, show.wording),
        contacts=()
        if visit.viewer.shared
        else tuple(
            Contact(
                company=show.name(contact.company_id),
                name=contact.name,
                mail=contact.mail,
                site=contact.site,
                address=contact.address,
            )
            for contact in found.contacts
        ),
        code=code.path,
        code_size=code.size,
        page_address=page_address.partition("#")[0],
        given_up=agreed.called_off,
    )
    return await visit.page("exchanges/sheet.html", view, zone=found.zone, current="exchanges")


class _Agreed(Struct, frozen=True):
    """The time that was agreed last, whether it was called off since, and when the last word on it was said."""

    slot: Slot
    called_off: bool
    at: datetime


async def _agreed(visit: Visit, exchange_id: str) -> tuple[Found, _Agreed]:
    """An exchange with a time agreed between its sides; without one there is nothing to take along."""
    found = await find(visit, exchange_id)
    if not any(visit.viewer.acts_for(company_id) for company_id in found.exchange.companies):
        raise Forbidden(_("Only the two companies can do this."))
    for step in reversed(found.steps):
        if step.what == "PickupAgreed" and step.starts and step.ends:
            slot = found.exchange.agreed or Slot(step.starts, step.ends)
            end = _end_of(slot, step, found)
            return found, _Agreed(slot, end is not None, end or step.at)
    raise NotFound(_("No time is agreed yet."))


def _end_of(slot: Slot, agreed: StepRow, found: Found) -> datetime | None:
    """When the agreed time was called off while it was still to come: the exchange ended, or went ahead earlier."""
    if found.exchange.agreed is not None:
        return None
    after = next((step for step in found.steps if step.version > agreed.version and step.what in ENDINGS), None)
    if after is None:
        return None
    # What is confirmed during the pick-up took place; what is given up or ended by then does not any more.
    over = slot.start if after.what == "ExchangeConfirmed" else slot.end
    return after.at if after.at < over else None


def _presenter(visit: Visit, found: Found) -> ExchangePresenter:
    return ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, found.exchange.time_zone, found.names)


def _quantity(show: ExchangePresenter, found: Found) -> str:
    return show.quantity(found.exchange.accepted or found.exchange.asked, found.row.category)


def _notes(found: Found, show: ExchangePresenter) -> str:
    """How one fetches it, and what the two sides wrote of it."""
    said = [f"{line.label}: {line.value}" for line in terms_of(found, show.wording)]
    return "\n".join(filter(None, (*said, instructions_of(found))))


def _address(found: Found) -> str:
    where = place_of(found)
    return ", ".join(filter(None, (where.site, where.address))) if where else ""


handlers = [propose_pickup, agree_pickup, confirm, confirm_period, miss_period, pickup_calendar, pickup_sheet]
