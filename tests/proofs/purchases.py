"""Purchases: everyone joins a group purchase at the same moment; the maximum holds, and the deadline is the log's.

Each company of a town pledges through a program of its own, sixty-four requests at a time, and changes what it wants;
some ask twice, some from stale pages, some withdraw. Then many ask for what is left, until it is exactly full. A second
purchase closes while they join. Judged are the log, event by event; the read model; and what everyone was answered.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct

from domain import purchases as domain
from domain.commands import Receipt
from domain.zones import OPERATOR, GrantRole
from marketplace.database import Database, Role
from marketplace.reading import SYSTEM, reading
from projections import purchases
from tests.ground import Desk, desk, grounded, site
from tests.proofs import Result
from tests.storm import AT_ONCE, OK, TOLD, Answer, Wish, caught_up, milliseconds, sent, tokens
from tests.town import ZONE, Town, new_id

LARGEST: Final = 10
"""How much one asks for at most."""
FITS: Final = 0.8
"""The share of what all ask for that there is."""
TWICE: Final = 0.05
"""The share of pledges sent a second time, under the same key."""
STALE: Final = 0.1
"""The share of pledges that name the version their page was read at."""
WITHDRAWN: Final = 0.05
"""Pledges that are withdrawn, for each that is made."""
ALSO_WAKES_EVERY: Final = 0.02
PATIENCE: Final = 120.0
UNGUARDED: Final = "tests.proofs.purchases_worker"
MODELS: Final = ("people", "purchases")
CHARTER: Final = "Chaque entreprise contracte pour elle-même."


class Size(Struct, frozen=True):
    """How many companies join the first purchase, and how often in all; how many join the second, open for how long."""

    companies: int
    joins: int
    late: int = 0
    open_for: float = 0


SMALL: Final = Size(companies=120, joins=240, late=120, open_for=3)
FULL: Final = Size(companies=2_500, joins=10_000, late=2_500, open_for=12)
CONTROL: Final = Size(companies=64, joins=64)


class Found(Struct, frozen=True):
    """What a storm left behind: its answers, what was sold beyond the maximum, and whatever else was broken."""

    answers: list[Answer]
    seconds: float
    oversold: list[str]
    broken: list[str]
    facts: dict[str, int] = {}


def run(*, small: bool, seed: int) -> Result:
    """Fill one purchase to the brim, then let another one close while everyone joins."""
    size = SMALL if small else FULL
    with grounded() as ground, desk(ground.database) as here, site(ground) as serving:
        crowd = Crowd(ground.database, here, size.companies, seed)
        floor = sent([serving.port], [Wish("", "/health/live", None, method="GET")] * size.joins)
        filled = crowd.fill(serving.port, size)
        closed = crowd.close(serving.port, size)
    violations = [*filled.oversold, *filled.broken, *closed.oversold, *closed.broken]
    answered = Counter(answer.status for answer in filled.answers)
    facts = {
        "pledged": answered[OK],
        "refused": sum(answered[status] for status in TOLD),
        "answered_503": sum(answer.put_off for answer in (*filled.answers, *closed.answers)),
        "floor_p50_ms": milliseconds(floor, 0.5),
        "floor_p99_ms": milliseconds(floor, 0.99),
        "p50_ms": milliseconds(filled.answers, 0.5),
        "p99_ms": milliseconds(filled.answers, 0.99),
        "per_s": round(len(filled.answers) / filled.seconds),
        **filled.facts,
        **closed.facts,
    }
    return Result(len(filled.answers) + len(closed.answers), violations, facts)


def control(*, small: bool, seed: int) -> Result:
    """The same, by a site that decides on what it has read and appends whatever came since."""
    with grounded() as ground, desk(ground.database) as here, site(ground, UNGUARDED) as serving:
        found = Crowd(ground.database, here, CONTROL.companies, seed).fill(serving.port, CONTROL)
    return Result(len(found.answers), found.oversold)


class Crowd:
    """The companies of a town, a program for each, and the facilitator who buys with them."""

    def __init__(self, database: Database, here: Desk, companies: int, seed: int) -> None:
        self._database, self._desk = database, here
        town = Town(here, seed, companies=companies, people=companies)
        self._dice, people = town.random, town.people
        self._leader = people[0].actor
        self._ask(
            here.marketplace.grant_role, GrantRole, actor=OPERATOR, zone_id=ZONE, member_id=people[0].member_id,
            role="facilitator",
        )  # fmt: skip
        given = tokens(database, here, people)
        self._programs = {person.company_id: token for person, token in zip(people, given, strict=True)}

    def fill(self, port: int, size: Size) -> Found:
        """Have everyone join at once, and then some ask for the rest until nothing is left."""
        most = int(FITS * size.companies * (1 + LARGEST) / 2)
        purchase_id = self._open(maximum=most, closes_in=timedelta(days=7))
        caught_up(self._database, self._desk, *MODELS, within=PATIENCE)
        wishes = self._wishes(purchase_id, size.joins)
        began = time.monotonic()
        answers = sent([port], wishes)
        seconds = time.monotonic() - began
        while last := self._last_places(purchase_id):
            answers += sent([port], last)
        # Whoever comes now is told that nothing is left.
        late = sent([port], self._more(purchase_id, 1))
        caught_up(self._database, self._desk, *MODELS, within=PATIENCE)
        state = self._folded(purchase_id)
        broken = [answer.surprise for answer in (*answers, *late) if not answer.is_told]
        broken += [f"{answer.wish.path} joined a full purchase" for answer in late if answer.status == OK]
        broken += [f"{state.room} are left of {state.terms and state.terms.maximum}"] * bool(state.room)
        broken += self._acknowledged(purchase_id, [*answers, *late])
        broken += self._shown(state)
        facts = {"companies": state.companies, "events": state.version + 1, "total": int(state.total)}
        return Found([*answers, *late], seconds, self._oversold(purchase_id), broken, facts)

    def close(self, port: int, size: Size) -> Found:
        """Have everyone join while the deadline passes; whoever said yes first in the log is in, nobody else is."""
        chosen = self._dice.sample(sorted(self._programs), size.late)
        purchase_id = self._open(maximum=None, closes_in=timedelta(seconds=size.open_for))
        caught_up(self._database, self._desk, *MODELS, within=PATIENCE)
        over = threading.Event()
        clock = threading.Thread(target=self._wake_until_over, args=(purchase_id, over), name="clock", daemon=True)
        clock.start()
        began = time.monotonic()
        answers = sent([port], self._joining_until(over, purchase_id, chosen))
        seconds = time.monotonic() - began
        clock.join(PATIENCE)
        assert over.is_set(), "the purchase ends"
        broken = [answer.surprise for answer in answers if not answer.is_told]
        in_time = {answer.said["own"][0]["company"] for answer in answers if answer.status == OK}
        shares = {share.company_id for share in self._folded(purchase_id).shares}
        broken += [f"{one} was told yes, and has no share" for one in sorted(in_time - shares)]
        broken += [f"{one} was told no, and has a share" for one in sorted(shares - in_time)]
        broken += self._after_the_end(purchase_id)
        facts = {"in_time": len(in_time), "too_late": sum(answer.status != OK for answer in answers)}
        broken += [f"{name}: nobody, so the deadline was not put to the test" for name, n in facts.items() if not n]
        return Found(answers, seconds, [], broken, facts)

    # The organiser ------------------------------------------------------------------------------------------------

    def _open(self, *, maximum: int | None, closes_in: timedelta) -> str:
        purchase_id, use = new_id(self._dice, "purchase"), self._desk.marketplace
        lead: dict[str, Any] = {"actor": self._leader, "purchase_id": purchase_id}
        goods = {"form": "goods", "category": "ACH.PPE", "title": "Gants", "unit": "H87"}
        self._ask(use.propose_purchase, domain.ProposePurchase, zone_id=ZONE, **goods, **lead)
        tiers = (domain.Tier(Decimal(0), 250), domain.Tier(Decimal(100), 190))
        offer = domain.Offer(tiers=tiers, vat=Decimal(20), valid_until=self._now().date() + timedelta(days=30))
        self._ask(use.record_quote, domain.RecordQuote, quote_id="quote-1", supplier="Protec", offer=offer, **lead)
        self._ask(use.choose_quote, domain.ChooseQuote, quote_id="quote-1", reason="Le moins cher.", **lead)
        most = None if maximum is None else Decimal(maximum)
        bounds = domain.Bounds(deadline=self._now() + closes_in, maximum=most)
        self._ask(use.open_pledges, domain.OpenPledges, bounds=bounds, charter=CHARTER, **lead)
        return purchase_id

    def _wake_until_over(self, purchase_id: str, over: threading.Event) -> None:
        """Be one more clock beside the site's: the end comes as soon as it may."""
        while self._folded(purchase_id).stage == "open":
            wish = {"actor": "system:clock", "purchase_id": purchase_id}
            self._ask(self._desk.marketplace.wake_purchase, domain.WakePurchase, **wish)
            time.sleep(ALSO_WAKES_EVERY)
        over.set()

    def _ask(self, use_case: Callable[[Any], Receipt], command: type[Any], **fields: Any) -> None:
        use_case(command(now=self._now(), command_id=str(uuid4()), **fields))

    def _now(self) -> datetime:
        return self._desk.clock.now()

    # What is asked for --------------------------------------------------------------------------------------------

    def _wishes(self, purchase_id: str, joins: int) -> list[Wish]:
        """So many pledges, each company's several of them, in any order; some are sent twice, and some withdraw."""
        companies = sorted(self._programs)
        wishes = [
            self._join(purchase_id, companies[number % len(companies)], self._dice.randint(1, LARGEST))
            for number in range(joins)
        ]
        wishes += self._dice.sample(wishes, int(TWICE * joins))
        wishes += [
            self._wish(self._dice.choice(companies), purchase_id, None, "DELETE", knowing="true")
            for _withdrawal in range(int(WITHDRAWN * joins))
        ]
        self._dice.shuffle(wishes)
        return wishes

    def _joining_until(self, over: threading.Event, purchase_id: str, companies: Sequence[str]) -> Iterator[Wish]:
        """A pledge of each in turn, again and again until it is over, and then some more."""
        turns = cycle(companies)
        while not over.is_set():
            yield self._join(purchase_id, next(turns), 1)
        yield from (self._join(purchase_id, one, 1) for one in islice(turns, AT_ONCE))

    def _last_places(self, purchase_id: str) -> list[Wish]:
        """Have many ask for what is left, all at once: at least one of them gets some."""
        left = int(self._folded(purchase_id).room or 0)
        return self._more(purchase_id, min(left, self._dice.randint(1, LARGEST))) if left else []

    def _more(self, purchase_id: str, amount: int) -> list[Wish]:
        """As many as can ask at once want so much more than they have."""
        pledges = self._folded(purchase_id).pledges
        asking = self._dice.sample(sorted(self._programs), min(AT_ONCE, len(self._programs)))
        have = {one: int(pledges[one].quantity) if one in pledges else 0 for one in asking}
        return [self._join(purchase_id, one, have[one] + amount) for one in asking]

    def _join(self, purchase_id: str, company_id: str, amount: int) -> Wish:
        headers = {"If-Match": '"4"'} if self._dice.random() < STALE else {}
        body = {"quantity": str(amount), "accepts_charter": True}
        return self._wish(company_id, purchase_id, body, "POST", headers)

    def _wish(
        self,
        company_id: str,
        purchase_id: str,
        body: dict[str, Any] | None,
        method: str,
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> Wish:
        asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        return Wish(
            self._programs[company_id],
            f"/api/v1/purchases/{purchase_id}/pledge{asked}",
            body,
            {"Idempotency-Key": new_id(self._dice), **(headers or {})},
            method,
        )

    # What became of it --------------------------------------------------------------------------------------------

    def _folded(self, purchase_id: str) -> domain.Purchase:
        state = self._desk.log.load(purchase_id, domain.evolve, snapshot=domain.Purchase).state
        assert state is not None
        return state

    def _oversold(self, purchase_id: str) -> list[str]:
        """At no moment of the log is more pledged than there is."""
        pledged: dict[str, Decimal] = {}
        total, maximum, found = Decimal(0), None, []
        for recorded in self._desk.log.history(purchase_id):
            match recorded.event:
                case domain.PledgesOpened() as event:
                    maximum = event.terms.maximum
                case domain.PledgeMade() | domain.PledgeChanged() as event:
                    total += event.quantity - pledged.get(event.company_id, Decimal(0))
                    pledged[event.company_id] = event.quantity
                case domain.PledgeWithdrawn() as event:
                    total -= pledged.pop(event.company_id)
                case _:
                    pass
            if maximum is not None and total > maximum:
                found.append(f"{total} of {maximum} are pledged after {recorded.version}")
        return found

    def _acknowledged(self, purchase_id: str, answers: Sequence[Answer]) -> list[str]:
        """Each yes to a pledge is one event of the log, and each event is somebody's yes."""
        kinds = (domain.PledgeMade, domain.PledgeChanged)
        recorded = Counter(
            event.event.company_id for event in self._desk.log.history(purchase_id) if isinstance(event.event, kinds)
        )
        companies = {token: company for company, token in self._programs.items()}
        said = {
            (companies[answer.wish.token], answer.wish.headers["Idempotency-Key"])
            for answer in answers
            if answer.status == OK and answer.wish.method == "POST"
        }
        told = Counter(company for company, _key in said)
        # Saying what one has said already is no event: a yes more than there are events is possible, not one less.
        return [
            *(f"{one} was told yes, and is not recorded" for one in sorted(told.keys() - recorded.keys())),
            *(f"{one} has {recorded[one]} pledges, and was told yes {told[one]} times" for one in sorted(recorded)
              if recorded[one] > told[one]),
        ]  # fmt: skip

    def _after_the_end(self, purchase_id: str) -> list[str]:
        """Nothing is pledged in the log behind the end, and nothing that was asked for after the deadline."""
        found, deadline, over = [], None, False
        for recorded in self._desk.log.history(purchase_id):
            match recorded.event:
                case domain.PledgesOpened() as event:
                    deadline = event.terms.deadline
                case domain.PurchaseConfirmed():
                    over = True
                    found += ["it was closed before its deadline"] * (deadline is not None and recorded.at < deadline)
                case domain.PledgeMade() if over:
                    found.append(f"{recorded.version} was pledged after the end")
                case _:
                    pass
        return found if over else [*found, "it was never closed"]

    def _shown(self, state: domain.Purchase) -> list[str]:
        """The read model shows the total, the companies and each pledge as the log has them."""
        with self._database.connect(Role.FOLLOWER) as connection, reading(connection, SYSTEM) as read:
            [shown] = read.all(purchases.state(state.purchase_id))
            pledged = {
                row.company_id: row.quantity for row in read.all(purchases.pledges(state.purchase_id)) if row.quantity
            }
        wanted = {company: pledge.quantity for company, pledge in state.pledges.items()}
        return [
            *(["the ledger is shown otherwise"] * (shown.purchase != state)),
            *(["a pledge is shown otherwise"] * (pledged != wanted)),
        ]
