"""Rows to JSON: an exchange, what happened in it and what its two sides write, as programs read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from domain.dealings import Verb, open_to
from domain.exchanges import Owed, Reason, Slot, Stage, Take, Use, next_step
from domain.listings import Side
from domain.refused import Forbidden, _
from marketplace.links import PAGES
from marketplace.photos import TO_LOOK_AT
from marketplace.reading import AsyncReading
from projections import exchanges
from projections.exchanges import ExchangeRow, MessageRow, RecordRow, StepRow, WordsRow
from web.api.representing import QuantityOut
from web.errors import Problem
from web.exchanging import ExchangePresenter
from web.visits import Visit

PER_PERIOD: Final = frozenset({"InterestShown", "ExchangeAccepted", "HoldRenewed"})
"""Events whose quantity is that of a flow, where the exchange is one."""


class QuantitySaid(QuantityOut, kw_only=True):
    """A quantity in codes, and in words in the language of `Accept-Language`."""

    words: str


class Coded(Struct):
    """A code, and what it says in the language of `Accept-Language`."""

    code: str
    words: str


class PartyOut(Struct):
    """One of the two companies."""

    id: str
    name: str


class SlotOut(Struct):
    """When a pick-up takes place; `by` is the company that proposed it, null once both agreed."""

    start: datetime
    end: datetime
    by: str | None = None


class NextStepOut(Struct):
    """What has to happen, which company owes it, from when on and by when."""

    what: Owed
    owed_by: str
    since: datetime
    by: datetime
    words: str


class DisputeOut(Struct):
    """What the other company says instead; without a quantity, that nothing was collected."""

    by: str
    quantity: QuantitySaid | None


class TakeOut(Struct, kw_only=True):
    """One pick-up, or one period of a flow, as `by` says it went; without a quantity, nothing was collected."""

    number: int
    quantity: QuantitySaid | None
    measured: bool
    by: str
    at: datetime
    period: str | None
    disputed: DisputeOut | None
    disputable_until: datetime


class ExchangeOut(Struct, kw_only=True):
    """Where an exchange stands; `owner` posted the listing and answers, `asker` showed interest.

    `company` is the side the token's owner is on, null for the zone's facilitator, and `may` what that side may do
    now. Dates are null while there is none. `version` is the ETag.
    """

    id: str
    listing: str
    other_listing: str | None
    zone: str
    side: Side
    category: str
    title: str
    owner: PartyOut
    asker: PartyOut
    provider: str
    receiver: str
    company: str | None
    stage: Stage
    open: bool
    asked: QuantitySaid
    accepted: QuantitySaid | None
    held: QuantitySaid | None
    hold_until: datetime | None
    proposed: SlotOut | None
    agreed: SlotOut | None
    taken: QuantitySaid | None
    takes: list[TakeOut]
    period: str | None
    missed: list[str]
    reason: Coded | None
    metres: int | None
    asked_at: datetime
    latest_at: datetime
    closed_at: datetime | None
    next_step: NextStepOut | None
    may: list[Verb]
    version: int


class ContactOut(Struct):
    """Whom to reach at one of the two companies, and where the thing is."""

    company: str
    name: str
    mail: str
    site: str
    address: str


class StepOut(Struct, kw_only=True):
    """Something that happened: `what` is the event's name, `by` a company, null for what happened by itself.

    `sentence` and `detail` say it in the language of `Accept-Language`, `text` is what somebody wrote with it. Figures
    are those of the event that has them; `cents` are shown to the company that declared them.
    """

    what: str
    at: datetime
    by: str | None
    on_behalf: bool
    sentence: str
    detail: str
    text: str
    number: int | None
    quantity: QuantitySaid | None
    measured: bool | None
    final: bool | None
    collected_on: date | None
    condition: str | None
    photo: str | None
    slot: SlotOut | None
    period: str | None
    reason: Coded | None
    cents: int | None
    use: Use | None


class ExchangeStory(ExchangeOut, kw_only=True):
    """An exchange with what happened in it, the oldest first, and the contacts once it was accepted.

    Contacts and what somebody wrote are for the two companies alone.
    """

    contacts: list[ContactOut]
    timeline: list[StepOut]


class RecordOut(Struct):
    """How a company's exchanges went: how many with a promise, collected, given up by it, left unanswered by it."""

    accepted: int
    collected: int
    gave_up: int
    silent: int


class InterestOut(Struct, kw_only=True):
    """Somebody's interest in a listing, with what they wrote and how their exchanges went so far; `permit` of waste."""

    exchange: ExchangeOut
    message: str
    record: RecordOut | None
    permit: str = ""


class MessageOut(Struct, kw_only=True):
    """A message between the two companies; `photos` are addresses."""

    id: str
    by: str
    text: str
    photos: list[str]
    at: datetime
    reported: bool


class ExchangeProblem(Problem, omit_defaults=True):
    """A problem, with the exchange as it stands now."""

    exchange: ExchangeOut | None = None


def side_of(visit: Visit, row: ExchangeRow, for_company: str = "") -> str:
    """The company the token's owner speaks for in an exchange they see; empty for whoever runs its zone.

    `for_company` says which, where they are both or facilitate the zone.
    """
    exchange = row.exchange
    if not for_company:
        return ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, exchange.time_zone).side(exchange)
    facilitates = visit.viewer.has_role(row.zone_id, "facilitator")
    if for_company not in exchange.companies or not (visit.viewer.acts_for(for_company) or facilitates):
        raise Forbidden(_("Only the two companies can do this."))
    return for_company


async def represented(visit: Visit, read: AsyncReading, rows: Sequence[ExchangeRow]) -> list[ExchangeOut]:
    """These exchanges as the viewer may read them."""
    names, slugs = await _names(read, rows), await _slugs(visit)
    return [ExchangeOut(**_Telling(visit, row, names).fields(slugs, side_of(visit, row))) for row in rows]


async def story(visit: Visit, read: AsyncReading, row: ExchangeRow, for_company: str = "") -> ExchangeStory:
    """An exchange with its contacts and all that happened, as far as the viewer may read it."""
    side = side_of(visit, row, for_company)
    contacts = await read.all(exchanges.contacts(row.exchange_id))
    words = await read.all(exchanges.words(row.exchange_id))
    steps = await read.all(exchanges.steps(row.exchange_id))
    telling = _Telling(visit, row, await _names(read, [row]))
    return ExchangeStory(
        **telling.fields(await _slugs(visit), side),
        contacts=[ContactOut(one.company_id, one.name, one.mail, one.site, one.address) for one in contacts],
        timeline=telling.timeline(steps, words),
    )


def recorded(row: RecordRow | None) -> RecordOut | None:
    """How a company's exchanges went."""
    return RecordOut(row.accepted, row.collected, row.gave_up, row.silent) if row else None


def message_out(row: MessageRow) -> MessageOut:
    """A message as its two sides read it."""
    return MessageOut(
        id=row.message_id,
        by=row.company_id,
        text=row.text,
        photos=[PAGES.photo(photo_id, TO_LOOK_AT) for photo_id in row.photos],
        at=row.at,
        reported=row.reported_at is not None,
    )


async def _names(read: AsyncReading, rows: Sequence[ExchangeRow]) -> dict[str, str]:
    ids = sorted({company_id for row in rows for company_id in (row.owner_id, row.asker_id)})
    return {company.company_id: company.name for company in await read.all(exchanges.companies(ids))} if ids else {}


async def _slugs(visit: Visit) -> dict[str, str]:
    return {zone.zone_id: zone.slug for zone in await visit.services.zones()}


class _Telling:
    """One exchange, told to one reader."""

    def __init__(self, visit: Visit, row: ExchangeRow, names: Mapping[str, str]) -> None:
        self._visit, self._row, self._exchange = visit, row, row.exchange
        self._show = ExchangePresenter(
            visit.viewer, visit.say, visit.language, visit.now, self._exchange.time_zone, names
        )

    def fields(self, slugs: Mapping[str, str], side: str) -> dict[str, Any]:
        """Where it stands."""
        row, exchange = self._row, self._exchange
        return {
            "id": row.exchange_id,
            "listing": row.listing_id,
            "other_listing": row.other_listing_id,
            "zone": slugs.get(row.zone_id, ""),
            "side": row.side,
            "category": row.category,
            "title": row.title,
            "owner": self._party(row.owner_id),
            "asker": self._party(row.asker_id),
            "provider": row.provider_id,
            "receiver": row.receiver_id,
            "company": side or None,
            "stage": exchange.stage,
            "open": exchange.is_open,
            "asked": self._said(exchange.asked.amount, per=True),
            "accepted": self._quantity(exchange.accepted.amount, per=True) if exchange.accepted else None,
            "held": self._quantity(exchange.held, per=True),
            "hold_until": exchange.hold_until,
            "proposed": _slot(exchange.proposed, exchange.proposed_by),
            "agreed": _slot(exchange.agreed),
            "taken": self._quantity(exchange.taken),
            "takes": [self._take(take) for take in exchange.takes],
            "period": exchange.period,
            "missed": list(exchange.missed),
            "reason": self._reason(exchange.reason),
            "metres": row.metres,
            "asked_at": row.asked_at,
            "latest_at": row.latest_at,
            "closed_at": row.closed_at,
            "next_step": self._next_step(),
            "may": self._may(side),
            "version": row.version,
        }

    def timeline(self, steps: Sequence[StepRow], words: Sequence[WordsRow]) -> list[StepOut]:
        """What happened, the oldest first."""
        texts = {(said.version, said.what): said.text for said in words}
        return [self._step(step, texts.get((step.version, step.what), "")) for step in steps]

    def _step(self, step: StepRow, text: str) -> StepOut:
        shown = self._show.happening(step, self._exchange, self._row.category)
        return StepOut(
            what=step.what,
            at=step.at,
            by=step.by or None,
            on_behalf=step.on_behalf,
            sentence=shown.sentence,
            detail=shown.detail,
            text=text,
            number=step.number,
            quantity=self._quantity(step.amount, per=step.what in PER_PERIOD),
            measured=step.measured,
            final=step.final,
            collected_on=step.collected_on,
            condition=step.condition,
            photo=PAGES.photo(step.photo, TO_LOOK_AT) if step.photo else None,
            slot=SlotOut(step.starts, step.ends) if step.starts and step.ends else None,
            period=step.period,
            reason=self._reason(step.reason),
            cents=step.cents if self._visit.viewer.acts_for(step.by) else None,
            use=step.use,
        )

    def _party(self, company_id: str) -> PartyOut:
        return PartyOut(company_id, self._show.name(company_id))

    def _quantity(self, amount: Decimal | None, *, per: bool = False) -> QuantitySaid | None:
        """An amount, if there is any."""
        return self._said(amount, per=per) if amount else None

    def _said(self, amount: Decimal, *, per: bool) -> QuantitySaid:
        """An amount in the unit of the exchange."""
        asked = self._exchange.asked
        words = self._show.amount(amount, self._exchange, self._row.category, per=per)
        return QuantitySaid(amount, asked.unit, asked.per if per else None, words=words)

    def _take(self, take: Take) -> TakeOut:
        return TakeOut(
            number=take.number,
            quantity=self._quantity(take.amount),
            measured=take.measured,
            by=take.by,
            at=take.at,
            period=take.period,
            disputed=DisputeOut(take.disputed_by, self._quantity(take.disputed)) if take.disputed_by else None,
            disputable_until=take.disputable_until,
        )

    def _reason(self, reason: Reason | None) -> Coded | None:
        return Coded(reason, self._show.reason(reason)) if reason else None

    def _next_step(self) -> NextStepOut | None:
        step, turn = next_step(self._exchange), self._show.turn(self._exchange)
        if step is None or turn is None:
            return None
        return NextStepOut(step.what, step.owed_by, step.since, step.by, turn.sentence)

    def _may(self, side: str) -> list[Verb]:
        if side:
            return list(open_to(self._exchange, side, self._visit.now))
        settles = self._visit.viewer.has_role(self._row.zone_id, "facilitator", "administrator")
        return ["settle"] if settles and self._exchange.stage == "disputed" else []


def _slot(slot: Slot | None, by: str | None = None) -> SlotOut | None:
    return SlotOut(slot.start, slot.end, by) if slot else None
