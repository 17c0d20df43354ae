"""The page of one exchange, put together for its reader; and the steps it offers, each carried out from its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct

from domain import taxonomy
from domain.commands import Receipt
from domain.conversations import Talking
from domain.dealings import Dealing, Verb, disputable, open_to
from domain.exchanges import CHOSEN, Exchange, Owed, Slot, Take, next_step
from domain.periods import first_day, of_a_period
from domain.quantities import NUMBER_ONLY, Quantity, plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from marketplace.pickup_words import Line, lines
from marketplace.reading import AsyncReading
from marketplace.wording import Wording
from projections import exchanges, listings, people
from projections.exchanges import EXCHANGES, ContactRow, ExchangeRow, MessageRow, StepRow, WordsRow
from projections.listings import LISTINGS
from projections.people import PEOPLE
from web import answers, waste_field
from web.exchange_page_views import (
    Contact,
    Conversation,
    ExchangePage,
    Figure,
    Message,
    Pickup,
    Side,
    StepForm,
)
from web.exchanging import ExchangePresenter
from web.forms import Answers
from web.presenting import kind
from web.views import Choice, Current, PhotoField
from web.visits import Visit, zone_view

C = TypeVar("C", bound=Dealing | Talking)

AT_DOCK: Final[frozenset[Verb]] = frozenset({"propose", "agree", "confirm", "confirm_period", "miss_period"})
"""What a company's shared phone may do."""
OWED: Final[dict[Owed, Verb]] = {
    "answer": "accept",
    "propose": "propose",
    "answer_pickup": "agree",
    "confirm": "confirm",
    "confirm_period": "confirm_period",
    "resume": "confirm_period",
    "settle": "settle",
}
"""The step that answers what is owed."""
PER_TAKE: Final[frozenset[Verb]] = frozenset({"correct", "dispute"})
"""What is said of one pick-up among several."""
MESSAGE: Final = "message"
REPORT: Final = "report"
EVERYTHING: Final = 2**62
"""A position beyond every log: whoever waits for it sees all there is."""
MESSAGES_SHOWN: Final = 50
USES: Final = {
    "reuse": _("Used again as it is"),
    "repair": _("Repaired, then used"),
    "recycling": _("Recycled"),
    "energy": _("Burnt for its energy"),
    "other": _("Something else"),
}


class Filled(Struct, frozen=True):
    """The form that was sent and comes back: which step's, what was typed in it, and the photos that came with it.

    `about` names what the step is about, where there are several: the message that is reported.
    """

    verb: str
    given: Answers
    photos: PhotoField = PhotoField()
    about: str = ""


class Deal:
    """A step somebody takes with a form of the page: for which side, and what they typed."""

    def __init__(
        self,
        visit: Visit,
        row: ExchangeRow,
        exchange: Exchange,
        verb: str,
        given: Answers,
        company_id: str,
        about: str = "",
    ) -> None:
        self.visit = visit
        self.row = row
        self.exchange = exchange
        self.verb = verb
        self.given = given
        self.company_id = company_id
        self.about = about
        self.photos = PhotoField()

    @property
    def for_company(self) -> str | None:
        """The side a facilitator acts for; None when it is the reader's own."""
        return None if not self.company_id or self.visit.viewer.acts_for(self.company_id) else self.company_id

    @property
    def today(self) -> datetime:
        """The day and time it is where the exchange takes place."""
        return self.visit.now.astimezone(ZoneInfo(self.exchange.time_zone))

    async def asked(self) -> dict[str, Any]:
        """What every step carries, at this moment: photos may have taken longer to arrive than the log allows."""
        return {
            **await self.visit.asked(),
            "now": self.visit.services.clock.now(),
            "listing_id": self.row.listing_id,
            "exchange_id": self.row.exchange_id,
            "company_id": self.company_id,
            "for_company": self.for_company,
        }

    def quantity(self, name: str = "amount", *, per: bool = False) -> Quantity | None:
        """The amount that was typed, in the unit of the exchange."""
        asked = self.exchange.asked
        several = _presenter(self.visit, self.exchange).wording.units(asked.unit, self.row.category)
        instead = {NUMBER_ONLY: self.visit.say(_("Write a number only, in %(unit)s."), unit=several)}
        amount = self.given.amount(name, missing=_("Say how much."), instead=instead)
        return Quantity(amount, asked.unit, asked.per if per else None) if amount is not None else None

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C, told: str) -> Response[Any]:
        """Take the step and say what happens next; or show the page with what stands against it."""
        try:
            await self.visit.carry_out(use_case, command)
        except Conflict as conflict:
            # The page must show what came in between, whoever did it.
            self.visit.position = EVERYTHING
            return await show(
                self.visit,
                self.row.exchange_id,
                for_company=self.for_company or "",
                conflict=self.visit.refusal(conflict),
                status=409,
            )
        except (NotFound, Forbidden):
            raise
        except Refused as refused:
            self.given.refused(refused)
            return await self.again()
        self.visit.tell(told)
        return self.visit.go(PAGES.exchange(self.row.exchange_id, for_company=self.for_company))

    async def again(self) -> Response[Any]:
        """The page with the form as it was filled, and what is wrong beside its fields."""
        filled = Filled(self.verb, self.given, self.photos, self.about)
        return await show(
            self.visit, self.row.exchange_id, for_company=self.for_company or "", filled=filled, status=422
        )


async def deal(visit: Visit, exchange_id: str, verb: str, *, about: str = "") -> Deal:
    """The step of a form, for one who may take it; to anyone else there is no such exchange, or it is not theirs."""
    row = await seen(visit, exchange_id)
    given = await visit.answers()
    exchange = row.exchange
    chosen = given.raw("for_company") or _presenter(visit, exchange).side(exchange)
    if chosen not in exchange.companies or not (visit.viewer.acts_for(chosen) or _facilitates(visit, row)):
        if verb == "settle" and visit.viewer.has_role(row.zone_id, "facilitator", "administrator"):
            chosen = ""
        else:
            raise Forbidden(_("Only the two companies can do this."))
    return Deal(visit, row, exchange, verb, given, chosen, about)


async def seen(visit: Visit, exchange_id: str) -> ExchangeRow:
    """An exchange this reader may see; any other is missing to them."""
    async with visit.reading(EXCHANGES) as read:
        row = await read.one(exchanges.one(exchange_id))
    if row is None:
        raise NotFound(_("There is no such exchange."))
    return row


class Found(Struct, frozen=True):
    """What is known about an exchange, as far as its reader may know it."""

    row: ExchangeRow
    exchange: Exchange
    listing: listings.Listing | None
    zone: people.Zone
    names: dict[str, str]
    steps: list[StepRow]
    words: list[WordsRow]
    contacts: list[ContactRow]
    messages: list[MessageRow]
    blocked_by: frozenset[str]
    others_waiting: int = 0


async def show(
    visit: Visit,
    exchange_id: str,
    *,
    for_company: str = "",
    before: str = "",
    filled: Filled | None = None,
    conflict: str = "",
    status: int = 200,
) -> Response[Any]:
    """Show the page; `filled` is a form that comes back, `conflict` what happened since a stale page was read."""
    found = await find(visit, exchange_id, before)
    theirs = for_company in found.exchange.companies and not visit.viewer.acts_for(for_company)
    on_behalf = theirs and _facilitates(visit, found.row)
    page = _Page(visit, found, for_company if on_behalf else "", before, filled, conflict)
    current: Current = "exchanges" if page.mine and not on_behalf else "funnel"
    return await visit.page("exchanges/show.html", page.view(), zone=found.zone, current=current, status=status)


async def find(visit: Visit, exchange_id: str, before: str = "") -> Found:
    """Read an exchange and all that belongs to it; contacts and messages are for the two sides alone."""
    row = await seen(visit, exchange_id)
    exchange = row.exchange
    party = any(visit.viewer.acts_for(company_id) for company_id in exchange.companies)
    person = party and not visit.viewer.shared
    async with visit.reading(EXCHANGES, LISTINGS, PEOPLE) as read:
        zone = await read.one(people.zones_by_id([row.zone_id]))
        if zone is None:
            raise NotFound(_("There is no such exchange."))
        return Found(
            row=row,
            exchange=exchange,
            listing=await read.one(listings.listing(row.listing_id, visit.viewer.home_zone)),
            zone=zone,
            names={
                company.company_id: company.name for company in await read.all(exchanges.companies(exchange.companies))
            },
            steps=await read.all(exchanges.steps(exchange_id)),
            words=await read.all(exchanges.words(exchange_id)) if party else [],
            contacts=await read.all(exchanges.contacts(exchange_id)) if party else [],
            messages=await read.all(exchanges.messages(exchange_id, before, MESSAGES_SHOWN)) if person else [],
            blocked_by=frozenset(block.company_id for block in await read.all(exchanges.blocks(exchange_id)))
            if person
            else frozenset(),
            others_waiting=await _others_waiting(visit, read, exchange),
        )


async def _others_waiting(visit: Visit, read: AsyncReading, exchange: Exchange) -> int:
    """How many others wait for the answer of who answers for the listing, once this one has theirs."""
    if exchange.stage == "asked" or not visit.viewer.acts_for(exchange.owner_id) or visit.viewer.shared:
        return 0
    asked_of = await read.one(exchanges.asked_of(exchange.listing_id))
    return asked_of.waiting if asked_of else 0


def _presenter(visit: Visit, exchange: Exchange, names: Mapping[str, str] | None = None) -> ExchangePresenter:
    return ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, exchange.time_zone, names)


def _facilitates(visit: Visit, row: ExchangeRow) -> bool:
    return visit.viewer.has_role(row.zone_id, "facilitator")


def instructions_of(found: Found) -> str:
    """What to know on arriving: the last each side wrote with a time it proposed."""
    by_version = {row.version: row.by for row in found.steps if row.what == "PickupProposed"}
    last = {
        by_version.get(words.version, ""): words.text
        for words in sorted(found.words, key=lambda words: words.version)
        if words.what == "PickupProposed"
    }
    return "\n".join(last.values())


def terms_of(found: Found, words: Wording) -> tuple[Line, ...]:
    """How one fetches it, as the listing of what is given says; nothing of a need."""
    listing = found.listing
    return lines(listing.pickup_terms, words) if listing is not None and listing.side == "offer" else ()


def place_of(found: Found) -> ContactRow | None:
    """Where the thing is fetched: with whoever provides it."""
    provider = found.exchange.provider_id
    return next((contact for contact in found.contacts if contact.company_id == provider), None)


class _Page:
    """One reading of the page."""

    def __init__(
        self, visit: Visit, found: Found, for_company: str, before: str, filled: Filled | None, conflict: str
    ) -> None:
        self.visit = visit
        self.found = found
        self.row = found.row
        self.exchange = found.exchange
        self.filled = filled
        self.conflict = conflict
        self.before = before
        self.for_company = for_company
        self.show = _presenter(visit, found.exchange, found.names)
        self.mine = for_company or self.show.side(found.exchange)
        self.words = {(words.version, words.what): words.text for words in found.words}
        self.today = visit.now.astimezone(ZoneInfo(found.exchange.time_zone)).date()

    def view(self) -> ExchangePage:
        """All of it."""
        row, exchange = self.row, self.exchange
        person = bool(self.mine) and not self.for_company and not self.visit.viewer.shared
        runs = not self.mine or bool(self.for_company)
        steps = self._steps()
        provider, receiver = (self._side(company_id) for company_id in (exchange.provider_id, exchange.receiver_id))
        mine = self._side(self.mine) if self.mine else None
        asks_waste = row.waste and not {"confirm", "confirm_period"}.isdisjoint(steps)
        first = next((step for step in self.found.steps if step.what == "InterestShown"), None)
        return ExchangePage(
            id=row.exchange_id,
            listing_id=row.listing_id,
            title=row.title or self.visit.say(_("(erased)")),
            listing_seen=self.found.listing is not None,
            category=taxonomy.label(row.category, self.visit.language),
            category_code=row.category,
            kind=kind(row.side, row.category),
            zone=zone_view(self.found.zone),
            sides=(provider, receiver),
            mine=mine,
            other=self._side(exchange.other(self.mine) if self.mine else exchange.asker_id),
            stage=self.show.stage(exchange.stage),
            turn=self.show.turn(exchange),
            quantity=exchange.accepted or exchange.asked,
            asked=exchange.asked if exchange.accepted and exchange.accepted != exchange.asked else None,
            unit=self._unit(),
            seen_version=row.version,
            told=self._told() if self.mine else (),
            taken=self.show.amount(exchange.taken, exchange, row.category) if exchange.takes else "",
            kept_until=self._kept_until(),
            metres=row.metres,
            reason=self.show.reason(row.reason) if row.reason else "",
            reason_words=self._reason_words(),
            disputed_words=self._disputed_words() if person else "",
            others_waiting=self.found.others_waiting,
            message=self.words.get((first.version, first.what), "") if first and person else "",
            contact=self._contact() if self.mine and not self.for_company else None,
            pickup=self._pickup(),
            fetched=terms_of(self.found, self.show.wording) if self.mine and exchange.is_open else (),
            steps=steps,
            reasons=tuple(Choice(value=code, label=self.show.reason(code)) for code in CHOSEN),
            conditions=answers.choices(answers.ANSWERS["condition"], self.visit.say)
            if taxonomy.ATTRIBUTES["condition"].applies_to(row.category)
            else (),
            uses=answers.choices(USES, self.visit.say),
            photos=self.filled.photos if self.filled and self.filled.verb == "confirm" else PhotoField(),
            waste=waste_field.questions(self.visit.say, self.show.wording.number) if asks_waste else None,
            waste_register=row.waste and self.visit.viewer.acts_for(exchange.provider_id) and bool(exchange.takes),
            conversation=self._conversation() if person else None,
            happened=self._happened(person=person),
            conflict=self.conflict,
            acting=tuple(
                Choice(value=side.company_id, label=side.name)
                for side in (provider, receiver)
                if side.company_id != self.for_company
            )
            if runs and _facilitates(self.visit, row) and exchange.is_open
            else (),
            for_company=self.mine,
            on_behalf=bool(self.for_company),
            shared=self.visit.viewer.shared,
            today=self.today,
        )

    def _reason_words(self) -> str:
        """What was written with the end; not for the phone that lies on a dock."""
        ends = ("ExchangeDeclined", "ExchangeAbandoned")
        written = (text for (_version, what), text in self.words.items() if what in ends)
        return "" if self.visit.viewer.shared else next(written, "")

    def _disputed_words(self) -> str:
        """What was written last with another figure, while the two figures stand."""
        written = [(at, text) for (at, what), text in self.words.items() if what == "ExchangeDisputed"]
        return max(written)[1] if written and self.exchange.dispute else ""

    def _unit(self) -> str:
        """What several of them are called: pallets, kg."""
        several = Quantity(Decimal(2), self.exchange.asked.unit)
        return self.show.quantity(several, self.row.category).removeprefix("2").strip()

    def _kept_until(self) -> str:
        """The last day the quantity is kept for who was accepted, said."""
        until = self.exchange.hold_until
        if until is None or not self.exchange.held or not self.exchange.is_open:
            return ""
        return self.show.day(until.astimezone(ZoneInfo(self.exchange.time_zone)).date())

    # Steps ------------------------------------------------------------------------------------------------------

    def _steps(self) -> dict[str, StepForm]:
        exchange, viewer = self.exchange, self.visit.viewer
        owed = next_step(exchange)
        if not self.mine:
            settles = exchange.dispute and viewer.has_role(self.row.zone_id, "facilitator", "administrator")
            return {"settle": self._step("settle", due=True)} if settles else {}
        verbs = [verb for verb in open_to(exchange, self.mine, self.visit.now) if not viewer.shared or verb in AT_DOCK]
        if self.for_company or exchange.dispute:
            verbs = [verb for verb in verbs if verb != "declare"]
        due = OWED[owed.what] if owed and owed.owed_by == self.mine and owed.since <= self.visit.now else None
        if exchange.proposed and exchange.proposed.end <= self.visit.now:
            due = "propose"  # nobody can agree with a time that is past
        found = [self._step(verb, due=verb == due) for verb in verbs if verb not in PER_TAKE]
        found += self._steps_per_take() if not PER_TAKE.isdisjoint(verbs) else []
        return {step.key: step for step in found if step.verb not in ("confirm_period", "miss_period") or step.periods}

    def _steps_per_take(self) -> list[StepForm]:
        """Each pick-up that may still be put right, or told otherwise, with a form of its own."""
        known: set[Verb] = set()
        found = []
        for verb, take in disputable(self.exchange, self.mine, self.visit.now):
            found.append(self._step(verb, due=False, take=take, again=verb in known))
            known.add(verb)
        return found

    def _step(self, verb: Verb, *, due: bool, take: Take | None = None, again: bool = False) -> StepForm:
        sent = self.filled if self.filled and self.filled.verb == verb else None
        usual = self._usual(verb)
        if take is not None:
            # One form of several comes back with what was typed: the one of this pick-up.
            sent = sent if sent and sent.given.raw("number") == str(take.number) else None
            usual = self._usual_of(take) if verb == "correct" else usual
        form = self.visit.form(sent.given if sent else None, values=usual, seen_version=self.row.version)
        told = take or (self.exchange.dispute if verb == "settle" else None)
        return StepForm(
            verb=verb,
            form=form,
            open=due or sent is not None or (verb == "declare" and self._asks_savings()),
            figures=self._figures() if verb == "settle" else (),
            periods=self._periods(verb),
            number=told.number if told else 0,
            said=self._said(told.amount) if told else self._about(verb),
            by=self.show.name(told.by) if told else "",
            until=self._day(told.disputable_until) if told else "",
            which=self._which(take) if take and len(self.exchange.takes) > 1 else "",
            again=again,
        )

    def _usual_of(self, take: Take) -> dict[str, str]:
        return {"amount": plain(take.amount)} if take.amount else {"nothing": "yes"}

    def _about(self, verb: Verb) -> str:
        """What a form says of its figure: what was asked for beside what is free, or what is left to collect."""
        if verb == "confirm":
            return self._said(self._left())
        asked, free = self.exchange.asked.amount, self._free()
        if verb != "accept" or free is None or free >= asked:
            return ""
        number = self.show.wording.number
        return self.visit.say(_("%(asked)s asked for, %(free)s left"), asked=number(asked), free=number(free))

    def _free(self) -> Decimal | None:
        """What is nobody's yet, in the unit of the exchange, where the reader may know the listing."""
        listing, asked = self.found.listing, self.exchange.asked
        return listing.free if listing and (listing.unit, listing.per) == (asked.unit, asked.per) else None

    def _left(self) -> Decimal:
        """What is still to be collected of what was agreed."""
        exchange = self.exchange
        agreed = exchange.accepted or exchange.asked
        return exchange.held or max(agreed.amount - exchange.taken, Decimal(0)) or agreed.amount

    def _day(self, at: datetime) -> str:
        return self.show.day(at.astimezone(ZoneInfo(self.exchange.time_zone)).date())

    def _which(self, take: Take) -> str:
        """A pick-up among several: its period, or how much it was and when that was said."""
        if take.period:
            return self.show.period(take.period)
        day = self.show.day(take.at.astimezone(ZoneInfo(self.exchange.time_zone)).date())
        return f"{self._said(take.amount)}, {day}"

    def _asks_savings(self) -> bool:
        """Once, when all is collected."""
        return not self.exchange.is_open and self.mine not in self.exchange.saved

    def _usual(self, verb: Verb) -> dict[str, str]:  # noqa: PLR0911  (one flat case per verb)
        """What is most likely right, before anything is typed."""
        exchange = self.exchange
        counted = "yes" if taxonomy.UNITS[exchange.asked.unit].dimension in ("count", "pack") else ""
        agreed = exchange.accepted or exchange.asked
        match verb:
            case "accept":
                most = min(exchange.asked.amount, self._free() or exchange.asked.amount)
                return {"amount": plain(most), "starts_on": self.today.isoformat()}
            case "propose":
                return {"instructions": self._my_instructions()}
            case "confirm":
                slot = exchange.agreed or exchange.proposed
                day = slot.start.astimezone(ZoneInfo(exchange.time_zone)).date() if slot else self.today
                return {
                    "amount": plain(self._left()),
                    "measured": counted,
                    "final": "yes",
                    "collected_on": min(day, self.today).isoformat(),
                    **waste_field.usual(self.found.listing, self.row.category),
                }
            case "confirm_period" | "miss_period":
                periods = self._periods(verb)
                return {
                    "period": periods[0].value if periods else "",
                    "amount": plain(of_a_period(agreed)),
                    "measured": counted,
                    **waste_field.usual(self.found.listing, self.row.category),
                }
            case "settle" if exchange.dispute:
                return {"stated": plain(exchange.dispute.amount), "disputed": plain(exchange.dispute.disputed)}
            case "correct":
                return {"amount": plain(exchange.takes[-1].amount)} if exchange.takes[-1].amount else {"nothing": "yes"}
            case _:
                return {}

    def _my_instructions(self) -> str:
        """What this side wrote the last time it proposed a time."""
        own = [row.version for row in self.found.steps if row.what == "PickupProposed" and row.by == self.mine]
        return self.words.get((max(own), "PickupProposed"), "") if own else ""

    def _periods(self, verb: Verb) -> tuple[Choice, ...]:
        """The periods that began and were not told, the one that is asked about first."""
        if verb not in ("confirm_period", "miss_period") or self.exchange.period is None:
            return ()
        told = {take.period for take in self.exchange.takes}
        open_ones = [self.exchange.period] if first_day(self.exchange.period) <= self.today else []
        late = sorted(self.exchange.missed, reverse=True) if verb == "confirm_period" else []
        return tuple(
            Choice(value=period, label=self.show.period(period)) for period in (*open_ones, *late) if period not in told
        )

    def _figures(self) -> tuple[Figure, ...]:
        """The two ways a pick-up is told; a side may come round to the other's, the facilitator may choose either."""
        return tuple(
            Figure(
                value=value,
                label=self.visit.say(
                    _("%(company)s: %(quantity)s"), company=self.show.name(by), quantity=self._said(of)
                ),
            )
            for value, by, of in self._both()
            if by != self.mine
        )

    def _told(self) -> tuple[Figure, ...]:
        return tuple(Figure(value=self.show.name(by), label=self._said(of)) for _value, by, of in self._both())

    def _both(self) -> tuple[tuple[str, str, Decimal], ...]:
        """What who confirmed says, and what the other side says, if they differ."""
        take = self.exchange.dispute
        if take is None or take.disputed_by is None:
            return ()
        return ("stated", take.by, take.amount), ("disputed", take.disputed_by, take.disputed)

    def _said(self, amount: Decimal) -> str:
        return self.show.amount(amount, self.exchange, self.row.category)

    # Parts ------------------------------------------------------------------------------------------------------

    def _side(self, company_id: str) -> Side:
        return Side(
            company_id=company_id, name=self.show.name(company_id), gives=company_id == self.exchange.provider_id
        )

    def _contact(self) -> Contact | None:
        theirs = next((contact for contact in self.found.contacts if contact.company_id != self.mine), None)
        if theirs is None:
            return None
        person = not self.visit.viewer.shared
        return Contact(
            company=self.show.name(theirs.company_id),
            name=theirs.name if person else "",
            mail=theirs.mail if person else "",
            site=theirs.site,
            address=theirs.address,
        )

    def _pickup(self) -> Pickup | None:
        slot: Slot | None = self.exchange.proposed or self.exchange.agreed
        if slot is None or not self.mine:
            return None
        pending = self.exchange.proposed is not None
        place = place_of(self.found)
        by = self.exchange.proposed_by
        return Pickup(
            when=self.show.slot(slot),
            agreed=not pending,
            by=self.show.name(by) if by else "",
            past=slot.end <= self.visit.now,
            ahead=not pending and slot.start > self.visit.now,
            held=self.show.slot(self.exchange.agreed) if pending and self.exchange.agreed else "",
            address=", ".join(filter(None, (place.site, place.address))) if place else "",
            instructions="" if self.for_company else instructions_of(self.found),
        )

    def _conversation(self) -> Conversation:
        sent = self.filled if self.filled and self.filled.verb == MESSAGE else None
        other = self.exchange.other(self.mine)
        mine_blocks, they_block = self.mine in self.found.blocked_by, other in self.found.blocked_by
        over = self.exchange.stage in ("declined", "abandoned")
        rows = self.found.messages
        return Conversation(
            messages=tuple(self._message(row) for row in rows),
            form=None if over or mine_blocks or they_block else self.visit.form(sent.given if sent else None),
            photos=sent.photos if sent else PhotoField(),
            command=self.visit.new_command(),
            blocked_by_me=mine_blocks,
            blocked_by_them=they_block,
            earlier=PAGES.exchange(self.row.exchange_id, before=rows[0].message_id)
            if len(rows) == MESSAGES_SHOWN
            else None,
        )

    def _message(self, row: MessageRow) -> Message:
        mine = row.company_id == self.mine
        reported = row.reported_at is not None
        sent = self.filled if self.filled and self.filled.verb == REPORT else None
        about = sent if sent and sent.about == row.message_id else None
        return Message(
            id=row.message_id,
            mine=mine,
            company=self.show.name(row.company_id),
            text=row.text,
            photos=row.photos,
            at=row.at,
            reported=reported,
            report=None if mine or reported else self.visit.form(about.given if about else None),
        )

    def _happened(self, *, person: bool) -> tuple[Any, ...]:
        """The newest first; what was written along is for the two sides."""
        rows: Sequence[StepRow] = sorted(self.found.steps, key=lambda row: row.version, reverse=True)
        return tuple(
            self.show.happening(
                row, self.exchange, self.row.category, self.words.get((row.version, row.what), "") if person else ""
            )
            for row in rows
        )
