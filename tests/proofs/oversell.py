"""Oversell: many companies are promised parts of the same lots at the same moment; never more than there is.

Programs show interest, owners accept, sixty-four requests at a time, and meanwhile others give up, confirm and keep for
longer. Judged are the log, event by event; the read models, also while it goes on; and what everyone was answered.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import httpx
from msgspec import Struct

from domain import listings
from domain.exchanges import ExchangeAccepted
from domain.listings import Draft, Listing, PostListing
from domain.quantities import Quantity
from marketplace.database import Database, Role
from marketplace.reading import SYSTEM, reading
from projections import exchanges
from tests.ground import Desk, desk, grounded, site
from tests.proofs import Result
from tests.storm import OK, TOLD, Answer, Wish, caught_up, milliseconds, sent, tokens
from tests.town import Person, Town, new_id

P99_WITHIN: Final = 1_000
"""Milliseconds within which an acceptance is answered, but for one in a hundred."""
LARGEST_WISH: Final = 10
STORMED: Final = 0.6
"""The share of interests the storm is about; the others are left for the last places."""
STALE: Final = 0.3
"""The share of acceptances that name the version they read."""
TWICE: Final = 0.05
"""The share of acceptances sent a second time, under the same key."""
OTHERS: Final = 0.4
"""Other steps, for each acceptance."""
LOOK_EVERY: Final = 0.1
UNGUARDED: Final = "tests.proofs.oversell_worker"
UNIT: Final = "H87"
MODELS: Final = ("people", "listings", "exchanges")


class Size(Struct, frozen=True):
    """How many companies there are, each with a lot that all others want; how much it holds; what is accepted."""

    companies: int
    people: int
    amount: int
    accepts: int


SMALL: Final = Size(companies=10, people=20, amount=12, accepts=400)
SMALL_BY_TWO: Final = Size(companies=10, people=20, amount=12, accepts=100)
FULL: Final = Size(companies=61, people=244, amount=100, accepts=10_000)
FULL_BY_TWO: Final = Size(companies=61, people=244, amount=100, accepts=3_000)
CONTROL: Final = Size(companies=6, people=12, amount=8, accepts=60)


class Asked(Struct, frozen=True):
    """An interest that was shown: in how much of whose lot."""

    exchange_id: str
    owner_id: str
    asker_id: str
    amount: int
    version: int


class Storm(Struct, frozen=True):
    """What was found when everyone asked at once: lots that were oversold, and whatever else was broken."""

    acceptances: list[Answer]
    seconds: float
    oversold: list[str]
    broken: list[str]
    put_off: int
    lots: int
    full: int

    @property
    def rate(self) -> int:
        """Acceptances answered in a second, among other steps."""
        return round(len(self.acceptances) / self.seconds)


def run(*, small: bool, seed: int) -> Result:
    """Have everyone ask one process, then two on the same database."""
    with grounded() as ground, desk(ground.database) as here, site(ground) as first:
        crowd = Crowd(ground.database, here, SMALL if small else FULL, seed)
        alone = crowd.storm([first.port], SMALL if small else FULL)
        with site(ground) as second:
            both = crowd.storm([first.port, second.port], SMALL_BY_TWO if small else FULL_BY_TWO)
    violations = [*alone.oversold, *both.oversold, *alone.broken, *both.broken]
    p99 = milliseconds(alone.acceptances, 0.99)
    put_off = alone.put_off + both.put_off
    if not small:
        # A machine that runs other things as well may be slow, and say so; one that measures may not.
        violations += [f"one acceptance in a hundred took {p99} ms or more"] * (p99 > P99_WITHIN)
        violations += [f"{put_off} requests were answered 503"] * (put_off > 0)
    answered = Counter(answer.status for answer in (*alone.acceptances, *both.acceptances))
    facts = {
        "accepted": answered[OK],
        "refused": sum(answered[status] for status in TOLD),
        "answered_503": put_off,
        "lots": alone.lots + both.lots,
        "full": alone.full + both.full,
        "p50_ms": milliseconds(alone.acceptances, 0.5),
        "p99_ms": p99,
        "accepts_per_s": alone.rate,
        "by_two_p99_ms": milliseconds(both.acceptances, 0.99),
        "by_two_accepts_per_s": both.rate,
    }
    return Result(answered.total(), violations, facts)


def control(*, small: bool, seed: int) -> Result:
    """The same, decided by a site that does not look at what is free."""
    with grounded() as ground, desk(ground.database) as here, site(ground, UNGUARDED) as serving:
        storm = Crowd(ground.database, here, CONTROL, seed).storm([serving.port], CONTROL)
    return Result(len(storm.acceptances), storm.oversold)


class Crowd:
    """The companies of a town, and a program for each of their people."""

    def __init__(self, database: Database, here: Desk, size: Size, seed: int) -> None:
        self._database, self._desk = database, here
        self._dice = random.Random(seed)  # noqa: S311  (who asks for how much: nothing to guess)
        people = Town(here, seed, companies=size.companies, people=size.people).people
        self._owners = people[: size.companies]
        self._programs: dict[str, list[str]] = {}
        for person, token in zip(people, tokens(database, here, people), strict=True):
            self._programs.setdefault(person.company_id, []).append(token)
        self._today = here.clock.now().astimezone(ZoneInfo("Europe/Paris")).date().isoformat()

    def storm(self, ports: Sequence[int], size: Size) -> Storm:
        """Offer a lot each, have all others ask for some of it, and have all that accepted at once."""
        lots = {self._offer(owner, size.amount): owner.company_id for owner in self._owners}
        caught_up(self._database, self._desk, *MODELS)
        asking = sent(ports, self._interests(lots))
        asked = [_asked(answer) for answer in asking if answer.status == httpx.codes.CREATED]
        with Watch(self._database) as watch:
            began = time.monotonic()
            answers = sent(ports, self._wishes(asked, size.accepts))
            seconds = time.monotonic() - began
            while last := self._last_places(lots):
                answers += sent(ports, last)
        caught_up(self._database, self._desk, *MODELS)
        acceptances = [answer for answer in answers if _accepts(answer.wish)]
        folded = {lot: self._folded(lot) for lot in lots}
        broken = [answer.surprise for answer in asking if answer.status != httpx.codes.CREATED]
        broken += [answer.surprise for answer in answers if not answer.is_told]
        broken += self._acknowledged(lots, acceptances)
        broken += _shown(self._database, folded)
        return Storm(
            acceptances=acceptances,
            seconds=seconds,
            oversold=[*self._oversold(lots), *watch.oversold],
            broken=broken,
            put_off=sum(answer.put_off for answer in (*asking, *answers)),
            lots=len(lots),
            full=sum(not listing.free for listing in folded.values()),
        )

    # What is asked for --------------------------------------------------------------------------------------------

    def _offer(self, owner: Person, amount: int) -> str:
        listing_id = new_id(self._dice, "listing")
        draft = Draft(
            category="PAL.EPAL1",
            title=f"Palettes {self._dice.randrange(10_000)}",
            quantity=Quantity(Decimal(amount), UNIT),
            attributes={"condition": "B", "ownership": "exchange_pool"},
        )
        self._desk.marketplace.post_listing(
            PostListing(
                actor=owner.actor, now=self._desk.clock.now(), command_id=new_id(self._dice), listing_id=listing_id,
                side="offer", company_id=owner.company_id, site_id=owner.site_id, draft=draft,
            )
        )  # fmt: skip
        return listing_id

    def _interests(self, lots: dict[str, str]) -> list[Wish]:
        wishes = [
            self._wish(company_id, f"listings/{lot}/interests", _quantity(self._dice.randint(1, LARGEST_WISH)))
            for lot, owner_id in lots.items()
            for company_id in self._programs
            if company_id != owner_id
        ]
        self._dice.shuffle(wishes)
        return wishes

    def _wishes(self, asked: Sequence[Asked], accepts: int) -> list[Wish]:
        """So many acceptances of a part of the interests, whole and in part, and other steps among them."""
        dice = self._dice
        stormed = dice.sample(asked, int(STORMED * len(asked)))
        wishes = [self._accepting(dice.choice(stormed)) for _accept in range(int(accepts * (1 - TWICE)))]
        wishes += dice.sample(wishes, accepts - len(wishes))
        wishes += [self._other(dice.choice(stormed)) for _step in range(int(OTHERS * accepts))]
        dice.shuffle(wishes)
        return wishes

    def _accepting(self, one: Asked) -> Wish:
        dice = self._dice
        amount = one.amount if dice.random() < STORMED else dice.randint(1, one.amount)
        seen = {"If-Match": f'"{one.version}"'} if dice.random() < STALE else {}
        return self._wish(one.owner_id, f"exchanges/{one.exchange_id}/accept", _quantity(amount), seen)

    def _other(self, one: Asked) -> Wish:
        dice, path = self._dice, f"exchanges/{one.exchange_id}"
        company_id = dice.choice((one.owner_id, one.owner_id, one.asker_id))
        match dice.choice(("abandon", "confirm", "hold")):
            case "abandon":
                return self._wish(company_id, f"{path}/abandon", {"reason": "transport"})
            case "confirm":
                collected = {"measured": True, "final": dice.random() < STORMED, "collected_on": self._today}
                return self._wish(
                    company_id, f"{path}/confirm", {**_quantity(dice.randint(1, one.amount)), **collected}
                )
            case _:
                return self._wish(one.owner_id, f"{path}/hold", None)

    def _last_places(self, lots: dict[str, str]) -> list[Wish]:
        """Have all who still wait accepted at once, for what they asked or what is left: one of them will be."""
        wishes = []
        for lot, owner_id in lots.items():
            listing = self._folded(lot)
            for one in listing.exchanges.values():
                if one.stage == "asked" and listing.free:
                    amount = int(min(listing.free, one.asked.amount))
                    wishes.append(self._wish(owner_id, f"exchanges/{one.exchange_id}/accept", _quantity(amount)))
        self._dice.shuffle(wishes)
        return wishes

    def _wish(
        self, company_id: str, path: str, body: dict[str, Any] | None, headers: dict[str, str] | None = None
    ) -> Wish:
        token = self._dice.choice(self._programs[company_id])
        return Wish(token, f"/api/v1/{path}", body, {"Idempotency-Key": new_id(self._dice), **(headers or {})})

    # What became of it --------------------------------------------------------------------------------------------

    def _folded(self, lot: str) -> Listing:
        listing = self._desk.log.load(lot, listings.evolve).state
        assert listing is not None
        return listing

    def _oversold(self, lots: dict[str, str]) -> list[str]:
        """Fold each lot event by event: at no moment is more promised and collected than there is."""
        found = []
        for lot in lots:
            listing: Listing | None = None
            for recorded in self._desk.log.history(lot):
                listing = listings.evolve(listing, recorded.event)  # type: ignore[arg-type]  # a listing's stream
                gone, there = listing.promised + listing.taken, listing.content.quantity.amount
                if gone > there:
                    found.append(f"{lot}: {gone} of {there} are promised or collected after {recorded.version}")
        return found

    def _acknowledged(self, lots: dict[str, str], acceptances: Sequence[Answer]) -> list[str]:
        """Whoever was told yes stands in the log once, and nobody else does."""
        told = {answer.said["id"] for answer in acceptances if answer.status == OK}
        recorded = Counter(
            event.event.exchange_id
            for lot in lots
            for event in self._desk.log.history(lot)
            if isinstance(event.event, ExchangeAccepted)
        )
        return [
            *(f"{one} was told yes, and is not recorded" for one in told - recorded.keys()),
            *(f"{one} is recorded, and was not told yes" for one in recorded.keys() - told),
            *(f"{one} was accepted {times} times" for one, times in recorded.items() if times > 1),
        ]


class Watch:
    """Looks at the read model again and again while others write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)
        self.oversold: list[str] = []

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        with self._database.connect(Role.FOLLOWER) as connection:
            while not self._stop.wait(LOOK_EVERY):
                rows = connection.execute(
                    "SELECT listing_id, held + taken, amount FROM read.listing WHERE held + taken > amount"
                ).fetchall()
                self.oversold += [f"{lot} is shown with {gone} of {there} gone" for lot, gone, there in rows]


def _shown(database: Database, folded: dict[str, Listing]) -> list[str]:
    """The read models show each lot and each exchange as the log has them."""
    found = []
    with database.connect(Role.FOLLOWER) as connection:
        rows = connection.execute(
            "SELECT listing_id, held, taken FROM read.listing WHERE listing_id = ANY (%s)", [list(folded)]
        ).fetchall()
        for lot, held, taken in rows:
            if (held, taken) != (folded[lot].promised, folded[lot].taken):
                found.append(f"{lot} is shown with {held} held and {taken} taken")
        with reading(connection, SYSTEM) as read:
            for lot, listing in folded.items():
                shown = {row.exchange_id: row.exchange for row in read.all(exchanges.of_listing(lot, limit=10_000))}
                found += [
                    f"{one} is shown otherwise" for one, is_so in listing.exchanges.items() if shown[one] != is_so
                ]
    return found if len(rows) == len(folded) else [*found, f"{len(rows)} lots of {len(folded)} are shown"]


def _asked(answer: Answer) -> Asked:
    said = answer.said
    return Asked(said["id"], said["owner"]["id"], said["asker"]["id"], int(said["asked"]["amount"]), said["version"])


def _accepts(wish: Wish) -> bool:
    """Whether somebody is to be promised something."""
    return wish.path.endswith("/accept")


def _quantity(amount: int) -> dict[str, Any]:
    return {"quantity": {"amount": str(amount), "unit": UNIT}}
