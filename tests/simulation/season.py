"""Half a year of the zone, told by its own log: people hear what is recorded, and act through the use cases."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import psycopg
from msgspec import Struct, field
from msgspec.structs import replace

from domain import dealings, listings
from domain.events import Recorded
from domain.exchanges import (
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    ExchangeConfirmed,
    ExchangeDeclined,
    ExchangeDisputed,
    ExchangeReminded,
    FacilitatorTold,
    HoldEnding,
    InterestShown,
    PeriodAsked,
    PeriodConfirmed,
    PeriodMissed,
    PickupAgreed,
    PickupAsked,
    PickupNear,
    PickupProposed,
    coming,
    next_step,
)
from domain.listings import Listing
from domain.matches import SeeMatch
from domain.refused import Refused
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.digest_ranking import MOST_TURNS
from marketplace.falling_due import FallingDue, nudging
from marketplace.following import Follower
from marketplace.reading import SYSTEM, reading, visible
from projections import exchanges, matches
from tests.ground import Desk, desk, grounded
from tests.simulation.acting import Acting
from tests.simulation.neighbourhood import BEGINS, Entering, posting, settle
from tests.simulation.people import CALLS_WITHIN, DISPUTES, READS_DIGEST, UNASKED, Occasion, Person

CONTACTS: Final = 2
"""Matches of a new listing that its author follows up at most."""
POSTS_EVERY: Final = 6.0
"""Weeks between two listings of a company."""
RUN_OUT: Final = 40
"""Days after the last contact, in which the last ones may end."""
MONDAY: Final = 0
FRIDAY: Final = 4
WATCHED: Final = ["exchanges", "matches"]

Prompt = Literal["question", "digest"]
"""What people can be left without, to see what it adds: the question after a pick-up, and the weekly mail."""

Ending = str
"""`confirmed`, `reason`, `no_answer` (by the clock) or `gone` (others took it all)."""


class Contact(Struct):
    """A contacted match: which kind of person had to answer, and how it ended.

    `stopped_waiting` when one side gave up because the facilitator could not reach the other.
    """

    at: datetime
    kind: str
    listing_id: str
    ending: Ending = ""
    stopped_waiting: bool = False
    ended_at: datetime | None = None


class Told(Struct):
    """What a season found."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    events: int = 0
    refused: int = 0
    nudges: int = 0


def broken_promises(listing: Listing, now: datetime, *, reminders: bool) -> list[str]:
    """What no listing may ever show, right after the clock looked."""
    found = []
    if listing.side == "offer" and listing.promised + listing.taken > listing.content.quantity.amount:
        found.append(f"{now:%F}: {listing.listing_id} is oversold")
    for exchange in listing.exchanges.values():
        step, due = next_step(exchange), coming(exchange)
        if not exchange.is_open:
            continue
        if step is None or not step.owed_by:
            found.append(f"{now:%F}: nobody owes a step of {exchange.exchange_id} ({exchange.stage})")
        # A dispute the facilitator was told of is theirs to settle: no clock decides it.
        with_facilitator = exchange.stage == "disputed" and exchange.reminded == 2
        if reminders and not with_facilitator and (due is None or due.at <= now):
            found.append(f"{now:%F}: {exchange.exchange_id} waits for nothing ({exchange.stage})")
    return found


class Standing(Clock):
    """The site’s clock, which stands where it is set: a run is the same however long its mornings take."""

    _at: datetime | None = None

    def set(self, at: datetime) -> None:
        """Make it this time for everybody, and keep it here."""
        super().set(at)
        self._at = at

    def now(self) -> datetime:
        """When it was set to."""
        return self._at or super().now()


class Season:
    """One run: a zone, its people, and the days one after the other."""

    def __init__(  # noqa: PLR0913  (what a run is made of)
        self, here: Desk, clock: Clock, systems: psycopg.Connection[tuple[object, ...]], due: FallingDue[Any, Any], *,
        seed: int, weeks: int, companies: int, reminders: bool, deaf: bool, without: frozenset[Prompt],
    ) -> None:  # fmt: skip
        """`deaf` people let every reminder, question, weekly mail and call pass: the control."""
        self._desk, self._clock, self._systems, self._due = here, clock, systems, due
        self._weeks, self._reminders, self._deaf, self._without = weeks, reminders, deaf, without
        self._world = random.Random(f"world {seed}")  # noqa: S311  # repeatable, and the same with and without reminders
        self._chance = random.Random(f"people {seed}")  # noqa: S311  # repeatable
        enter = Entering(random.Random(f"ids {seed}"))  # noqa: S311  # repeatable
        self._people = settle(here.marketplace, companies, weeks, enter, self._world)
        self._enter = enter
        self._acting = Acting(here.marketplace, enter, self._chance)
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._heard = here.log.head()
        self._order = 0
        self._live: set[str] = set()
        self.told = Told()
        self._listings = self.told.listings

    def run(self) -> Told:
        """Let the days pass."""
        for person in self._people.values():
            day = self._world.uniform(0, 7 * POSTS_EVERY)
            while day < 7 * self._weeks:
                self._at(_by_day(BEGINS + timedelta(days=day)), self._posting(person))
                day += self._world.uniform(0.4, 1.6) * 7 * POSTS_EVERY
        for number in range(7 * self._weeks + RUN_OUT):
            self._at(BEGINS + timedelta(days=number), self._morning)
        while self._agenda:
            now, _order, what = heapq.heappop(self._agenda)
            if now >= BEGINS + timedelta(days=7 * self._weeks + RUN_OUT):
                break
            try:
                what(now)
            except Refused:
                self.told.refused += 1  # somebody was faster: people meet that, and go on
            self._hear()
        self._compare()
        return self.told

    def _at(self, moment: datetime, what: Callable[[datetime], None]) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (moment, self._order, what))

    # --- the clock

    def _morning(self, now: datetime) -> None:
        """The clock looks, as the site's own does; then every promise of the design is checked."""
        self._clock.set(now)
        if self._reminders:
            self._shown()
            while due := self._due.tick():
                self.told.nudges += due
                self._hear()
                self._shown()
            if now.weekday() == MONDAY and "digest" not in self._without:
                self._digest(now)
        for listing_id in sorted(self._live):
            listing = self._listings[listing_id]
            self.told.broken += broken_promises(listing, now, reminders=self._reminders)
            if not any(one.is_open for one in listing.exchanges.values()):
                self._live.discard(listing_id)

    def _digest(self, now: datetime) -> None:
        """The top of each weekly mail: what the product itself would list there, to whoever reads it this week."""
        for person in self._people.values():
            with reading(self._systems, SYSTEM) as read:
                turns = read.all(exchanges.mine([person.company_id], "owed", now, limit=MOST_TURNS))
            if turns and self._chance.random() < READS_DIGEST:
                for row in turns:
                    self._occasion(person, self._exchange(row.listing_id, row.exchange_id), now, "asked")

    def _shown(self) -> None:
        assert visible(self._systems, self._desk.log.head(), WATCHED, within=20), "the read models do not follow"

    def _compare(self) -> None:
        """What the pages show is what the log says."""
        self._shown()
        rows = self._systems_read("SELECT exchange_id, stage, owed_by, owed_until FROM exchange")
        shown = {str(row[0]): row for row in rows}
        for exchange_id, contact in self.told.contacts.items():
            exchange = self._recorded(contact.listing_id).exchanges[exchange_id]
            row = shown.get(exchange_id)
            if row is None or row[1] != exchange.stage or (exchange.is_open and not (row[2] and row[3])):
                self.told.broken.append(f"the pages show {row} for {exchange_id}, the log says {exchange.stage}")

    def _recorded(self, listing_id: str) -> Listing:
        listing = self._desk.log.load(listing_id, listings.evolve).state
        assert listing is not None
        return listing

    def _systems_read(self, sql: str) -> list[tuple[object, ...]]:
        with reading(self._systems, SYSTEM):
            return self._systems.execute(sql.encode()).fetchall()

    # --- what people hear

    def _hear(self) -> None:
        """Take in what was recorded since."""
        while batch := self._desk.log.read(self._heard, 200):
            for recorded in batch:
                self._heard = recorded.id
                self.told.events += 1
                if recorded.stream.startswith("listing-"):
                    event: Any = recorded.event
                    self._listings[recorded.stream] = listings.evolve(self._listings.get(recorded.stream), event)
                self._note(recorded)

    def _note(self, recorded: Recorded) -> None:  # noqa: C901, PLR0912  (one flat case per event)
        event, now = recorded.event, recorded.at
        match event:
            case InterestShown():
                self.told.contacts[event.exchange_id] = Contact(
                    now, self._people[event.owner_id].kind.name, event.listing_id
                )
                self._live.add(event.listing_id)
                self._owed(event.listing_id, event.exchange_id, now, "told")
            case ExchangeAccepted():
                if event.quantity.per is not None:
                    self._later(event, now + timedelta(days=self._chance.uniform(2, 9)), "told")  # a first delivery
                elif self._acting.settles_by_phone(event.exchange_id, now):
                    self._later(event, self._acting.collected_at(event.exchange_id), "told")
                else:
                    self._owed(event.listing_id, event.exchange_id, now, "told", other=True)
            case PickupProposed() | PeriodMissed() | ExchangeDisputed():
                self._owed(event.listing_id, event.exchange_id, now, "told")
            case PickupAgreed():
                self._later(event, event.slot.end, "told")
            case ExchangeConfirmed():
                self._end(event.exchange_id, "confirmed", now)
                if not event.final:
                    self._owed(event.listing_id, event.exchange_id, now, "told")
                elif self._chance.random() < DISPUTES:
                    self._at(now + timedelta(days=1), lambda at: self._dispute(event, at))
            case PeriodConfirmed():
                self._end(event.exchange_id, "confirmed", now)
            case ExchangeDeclined():
                self._end(event.exchange_id, "reason" if event.by else "gone", now)
            case ExchangeAbandoned():
                self._end(event.exchange_id, "reason" if event.by else "no_answer", now)
            case ExchangeReminded() | PeriodAsked():
                self._owed(event.listing_id, event.exchange_id, now, "asked")
            case HoldEnding():
                self._owed(event.listing_id, event.exchange_id, now, "asked", other=True)
            case PickupNear():
                # The eve asks nothing: people have the pick-up before their eyes on that day, as they had agreeing.
                self._later(event, event.slot.end, "told")
            case PickupAsked():
                if "question" not in self._without:
                    self._owed(event.listing_id, event.exchange_id, now, "asked")
            case FacilitatorTold():
                self._owed(event.listing_id, event.exchange_id, now, "asked", other=True)
                self._call(event, now)
            case _:
                pass

    def _end(self, exchange_id: str, ending: Ending, at: datetime) -> None:
        contact = self.told.contacts[exchange_id]
        if not contact.ending:
            contact.ending, contact.ended_at = ending, at

    def _owed(self, listing_id: str, exchange_id: str, now: datetime, how: Occasion, *, other: bool = False) -> None:
        """Whoever owes the next step is told; with `other`, the other side too, who may take it as well."""
        exchange = self._exchange(listing_id, exchange_id)
        step = next_step(exchange)
        if step is None:
            return
        self._occasion(self._people[step.owed_by], exchange, now, how)
        if other and self._chance.random() < UNASKED:
            self._occasion(self._people[exchange.other(step.owed_by)], exchange, now, how)

    def _later(self, event: ExchangeAccepted | PickupAgreed | PickupNear, at: datetime, how: Occasion) -> None:
        """Both sides have it before their eyes at that moment."""
        self._at(at, lambda now: self._owed(event.listing_id, event.exchange_id, now, how, other=True))

    def _occasion(self, person: Person, exchange: Exchange, now: datetime, how: Occasion) -> bool:
        if self._deaf and how != "told":
            return False
        at = person.acts_at(now, how, self._chance, engaged=exchange.accepted is not None)
        if at is None:
            return False
        version = exchange.version

        def act(moment: datetime) -> None:
            current = self._exchange(exchange.listing_id, exchange.exchange_id)
            if current.version == version and current.is_open:
                self._acting.act(person, current, self._listings[exchange.listing_id], moment)

        self._at(at, act)
        return True

    def _call(self, told: FacilitatorTold, now: datetime) -> None:
        """The facilitator rings whoever owes the step; in vain, the other side, who may stop waiting."""
        ring = now + timedelta(days=CALLS_WITHIN * self._chance.random())

        def call(at: datetime) -> None:
            exchange = self._exchange(told.listing_id, told.exchange_id)
            step = next_step(exchange)
            if step is None or exchange.reminded_at != told.at:
                return
            if self._occasion(self._people[step.owed_by], exchange, at, "called"):
                return
            waiting = self._people[exchange.other(step.owed_by)]
            rung = None if self._deaf else waiting.acts_at(at, "called", self._chance, engaged=True)
            if rung is not None:
                self._at(rung, lambda moment: self._stop_waiting(waiting, told, moment))

        self._at(ring, call)

    def _stop_waiting(self, person: Person, told: FacilitatorTold, now: datetime) -> None:
        exchange = self._exchange(told.listing_id, told.exchange_id)
        if exchange.is_open and exchange.reminded_at == told.at:
            self._acting.stop_waiting(person, exchange, now)
            self.told.contacts[exchange.exchange_id].stopped_waiting = True

    def _exchange(self, listing_id: str, exchange_id: str) -> Exchange:
        return self._listings[listing_id].exchanges[exchange_id]

    def _dispute(self, event: ExchangeConfirmed, now: datetime) -> None:
        exchange = self._exchange(event.listing_id, event.exchange_id)
        self._acting.dispute(self._people[exchange.other(event.by)], exchange, now)

    # --- listings and contacts

    def _posting(self, person: Person) -> Callable[[datetime], None]:
        def post(now: datetime) -> None:
            wish = posting(person, self._enter, self._world, now)
            self._desk.marketplace.post_listing(wish)
            looks = _by_day(now + timedelta(days=self._world.uniform(0, 4)))
            self._at(looks, lambda at: self._look(person, wish.listing_id, at))

        return post

    def _look(self, person: Person, mine: str, now: datetime) -> None:
        """The author looks at the matches, and asks for the best ones nobody of theirs asked for yet."""
        self._shown()
        with reading(self._systems, SYSTEM) as read:
            found = read.all(matches.of_listing(mine))
        asked = 0
        for match in found:
            other = self._listings[match.other_id]
            began = any(one.asker_id == person.company_id for one in other.exchanges.values())
            if asked == CONTACTS or began or other.life != "open" or other.company_id == person.company_id:
                continue
            if other.side == "offer" and not other.free:
                continue
            self._desk.marketplace.see_match(
                SeeMatch(
                    listing_id=mine,
                    other_listing_id=match.other_id,
                    company_id=person.company_id,
                    **self._enter.asked(person.actor, now),
                )
            )
            self._desk.marketplace.show_interest(self._interest(person, self._listings[mine], other, now))
            asked += 1

    def _interest(self, person: Person, mine: Listing, other: Listing, now: datetime) -> dealings.ShowInterest:
        wanted = min(mine.content.quantity.amount, other.free or other.content.quantity.amount)
        return dealings.ShowInterest(
            exchange_id=self._enter.id("exchange"),
            listing_id=other.listing_id,
            company_id=person.company_id,
            quantity=replace(other.content.quantity, amount=wanted),
            other_listing_id=mine.listing_id,
            origin="match",
            permit="Récépissé 74-2025-018",
            **self._enter.asked(person.actor, now),
        )


def played(
    *, seed: int, weeks: int, companies: int, reminders: bool, deaf: bool = False,
    without: frozenset[Prompt] = frozenset(),
) -> Told:  # fmt: skip
    """One season on a server of its own."""
    with grounded() as ground, ExitStack() as stack:
        here = stack.enter_context(desk(ground.database, history=True))
        clock = Standing(ground.database.url, Role.OWNER)
        stop = threading.Event()
        follower = threading.Thread(target=Follower(ground.database, here.log).run, args=(stop,), daemon=True)
        follower.start()
        stack.callback(follower.join)
        stack.callback(stop.set)
        systems = stack.enter_context(ground.database.pool(Role.FOLLOWER, max_size=2))
        reads = stack.enter_context(systems.connection())
        season = Season(
            here, clock, reads, nudging(here.marketplace, clock, systems),
            seed=seed, weeks=weeks, companies=companies, reminders=reminders, deaf=deaf, without=without,
        )  # fmt: skip
        return season.run()


def _by_day(at: datetime) -> datetime:
    """The same weekday, or the next one, in the morning or the afternoon."""
    at = at.replace(hour=8 + at.minute % 8)
    while at.weekday() > FRIDAY:
        at += timedelta(days=1)
    return at
