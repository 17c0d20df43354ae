"""Tells the exchanges of the demonstration (exchanges.csv): who asked for what, and how the two sides went on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from domain import dealings
from domain.commands import Command
from domain.conversations import SendMessage
from domain.dealings import Waste
from domain.exchanges import Origin, Reason, Slot, Use
from domain.matches import Dismissal, DismissMatch, Fault, IntroduceMatch, JudgeMatch, SeeMatch, Verdict
from domain.periods import end_of, first_day, following, period_of
from domain.quantities import Quantity
from marketplace.demo.flows import FLOWS, Flow, read_quantity
from marketplace.demo.naming import Naming
from marketplace.demo.tables import rows
from marketplace.demo.weekdays import FRIDAY, PARIS, day_of, moment, on_day, working_days_after

# --- the table ----------------------------------------------------------------------------------------------------


class DemoExchange(Struct, frozen=True):
    """One line of exchanges.csv: an interest of `asker` in the listing `listing`, `asked` days before the anchor.

    `quantity` reads `40 H87`, or `20 H87/WEE` for a flow; `other` is the asker's listing it goes with. `steps` are what
    followed, apart by semicolons, each `WHAT +DAYS WHO …«words»`: so many weekdays after the step before, by the owner
    of the listing, the asker or, of a dispute, the facilitator. `propose +1 owner +3 9-11` proposes a slot three
    weekdays on; `confirm +0 asker 39` comes right after the slot; `run asker 1.5 until=60` confirms a flow period by
    period, as `_Told.run` says.
    """

    key: str
    listing: str
    asker: str
    quantity: str
    other: str
    origin: Origin
    asked: int
    message: str
    steps: str


class Step(Struct, frozen=True):
    """One step of an exchange, as the table has it."""

    what: str
    after: int
    said: tuple[str, ...]
    words: str


EXCHANGES: Final = rows("exchanges.csv", DemoExchange)
"""Every exchange of the demonstration, the oldest first."""

PERMIT: Final = "récépissé 74-2023-0118"
"""By what right those who take waste in the demonstration do."""
STEP: Final = re.compile(r"([^;«»]+)(?:«([^»]*)»)?")
WASTE: Final = {
    "balles": Waste(code="15 01 01", tonnes=Decimal(1), treatment="R3", carrier="Trois Bennes Collecte",
                    receipt="74-2023-0118"),
    "panneaux": Waste(code="03 01 05", tonnes=Decimal(1), treatment="R3", carrier="Trois Bennes Collecte",
                      receipt="74-2023-0118"),
    "gravats-paysagiste": Waste(code="17 01 01", tonnes=Decimal(1), treatment="R5", carrier="Paysages Bellecombette",
                                receipt="74-2024-0203"),
    "gravats-biogaz": Waste(code="17 01 01", tonnes=Decimal(1), treatment="R5", carrier="Maçonnerie Grandvollet",
                            receipt="74-2022-0077"),
    "terre": Waste(code="17 05 04", tonnes=Decimal("1.3"), treatment="R10", carrier="Paysages Bellecombette",
                   receipt="74-2024-0203"),
    "vidange": Waste(code="13 02 05*", tonnes=Decimal("0.00088"), treatment="R9", carrier="Trois Bennes Collecte",
                     receipt="74-2023-0118"),
}  # fmt: skip
"""What the register wants of those that are about waste; `tonnes` are those of one unit."""

HINTED: Final = 80
"""Points of the match that the facilitator introduced."""
SEEN: Final = {
    ("epal-jardinerie", "epal-logistique"): (("jardinerie", 4), ("logistique", 3)),
    ("cartons-jardinerie", "cartons-logistique"): (("logistique", 4),),
    ("film-jardinerie", "filmneuf-logistique"): (("jardinerie", 3),),
    ("octabins-plasturgie", "cartons-demenagement"): (("demenagement", 6),),
    ("elec-association", "elec-plasturgie"): (("plasturgie", 41), ("association", 40)),
    ("stock-logistique", "stock-menuiserie"): (("menuiserie", 30),),
    ("vert-jardinerie", "vert-logistique"): (("jardinerie", 5), ("logistique", 4)),
}
"""Matches somebody looked at without asking, and so many days before the anchor; the others were never seen."""


DISMISSED: Final[dict[tuple[str, str], tuple[str, Dismissal, int]]] = {
    ("octabins-plasturgie", "cartons-demenagement"): ("demenagement", "wrong_type", 5),
    ("stock-logistique", "stock-menuiserie"): ("menuiserie", "dealt_elsewhere", 28),
}
"""Matches a company set aside: which one, why, and so many days before the anchor."""
JUDGED: Final[dict[tuple[str, str], tuple[Verdict, Fault, int]]] = {
    ("epal-jardinerie", "epal-logistique"): ("good", "", 3),
    ("vert-jardinerie", "vert-logistique"): ("poor", "tried", 3),
}
"""What the facilitator said of a match, and so many days before the anchor; a good one they introduced as well."""


def steps_of(exchange: DemoExchange) -> list[Step]:
    """Read the steps of a line."""
    found = []
    for said, words in STEP.findall(exchange.steps):
        what, *rest = said.split()
        after = int(rest.pop(0)) if rest and rest[0].startswith("+") else 0
        found.append(Step(what, after, tuple(rest), words))
    return found


# --- the telling --------------------------------------------------------------------------------------------------


class Dealings(Struct, frozen=True):
    """Who is who, and where and when each listing came to be seen."""

    anchor: date
    naming: Naming
    listings: dict[str, str]
    visible: dict[str, datetime]
    speakers: dict[str, str]
    facilitators: dict[str, str]
    homes: dict[str, str]

    def commands(self) -> Iterator[Command]:
        """All that people did, exchange by exchange."""
        for exchange in EXCHANGES:
            yield from _Told(self, exchange).commands()
        for (one, other), looks in SEEN.items():
            for company, days in looks:
                mine, theirs = (one, other) if _flow(one).company == company else (other, one)
                yield self._look(mine, theirs, company, moment(self.anchor, days, 11, len(mine)))
        yield from self._opinions()

    def _opinions(self) -> Iterator[Command]:
        """What companies and the facilitator said of matches nobody asked about."""
        for (one, other), (company, reason, days) in DISMISSED.items():
            mine, theirs = (one, other) if _flow(one).company == company else (other, one)
            yield DismissMatch(
                actor=self.speakers[company],
                now=moment(self.anchor, days, 14, len(mine)),
                command_id=self.naming.command_id("set aside", one, other),
                listing_id=self.listings[mine],
                other_listing_id=self.listings[theirs],
                reason=reason,
            )
        for (one, other), (verdict, fault, days) in JUDGED.items():
            company = _flow(one).company
            said: dict[str, Any] = {
                "actor": self.facilitators[company],
                "listing_id": self.listings[one],
                "other_listing_id": self.listings[other],
                "zone_id": self.homes[company],
            }
            at = moment(self.anchor, days, 15, len(one))
            judging = self.naming.command_id("judge", one, other)
            yield JudgeMatch(**said, now=at, command_id=judging, verdict=verdict, reason=fault)
            if verdict == "good":
                introducing = self.naming.command_id("introduce", one, other)
                yield IntroduceMatch(**said, now=at + timedelta(minutes=4), command_id=introducing, points=HINTED)

    def exchange_id(self, exchange: DemoExchange) -> str:
        """The id of the exchange, which carries the moment it began."""
        return self.naming.at("exchange", exchange.key, self.asked_at(exchange))

    def asked_at(self, exchange: DemoExchange) -> datetime:
        """When the interest was shown: not before both listings could be seen."""
        asked = moment(self.anchor, exchange.asked, 8, self.naming.minutes(f"ask {exchange.key}", 0, 8 * 60))
        shown = [self.visible[key] for key in (exchange.listing, exchange.other) if key]
        return max(asked, max(shown) + timedelta(minutes=12))

    def looks(self, exchange: DemoExchange) -> Iterator[Command]:
        """Whoever asked on account of a match had looked at it before, and the owner does afterwards."""
        asked = self.asked_at(exchange)
        both = max(self.visible[exchange.listing], self.visible[exchange.other])
        before = asked - timedelta(days=2, minutes=35)
        while before.weekday() > FRIDAY:
            before -= timedelta(days=1)
        looked = max(both + timedelta(minutes=5), before)
        yield self._look(exchange.other, exchange.listing, exchange.asker, looked)
        owner = _flow(exchange.listing).company
        if self.naming.minutes(f"look {exchange.key}", 0, 2):
            yield self._look(exchange.listing, exchange.other, owner, asked + timedelta(minutes=50))

    def _look(self, mine: str, theirs: str, company: str, at: datetime) -> Command:
        return SeeMatch(
            actor=self.speakers[company],
            now=at,
            command_id=self.naming.command_id("look", mine, theirs, company),
            listing_id=self.listings[mine],
            other_listing_id=self.listings[theirs],
            company_id=_company(self.naming, company),
        )


class _Told:
    """One exchange while it is told: where it stands, and when its last step was."""

    def __init__(self, of: Dealings, exchange: DemoExchange) -> None:
        self._of, self._exchange = of, exchange
        self._flow = _flow(exchange.listing)
        self._asked = read_quantity(exchange.quantity)
        self._at = of.asked_at(exchange)
        self._slot: Slot | None = None
        self._takes = 0
        self._proposed_by = self._told_by = ""
        self._disputed: Quantity | None = None
        self._number = 0
        self._period = ""

    def commands(self) -> Iterator[Command]:
        """The interest and every step after it."""
        exchange = self._exchange
        if exchange.other:
            yield from self._of.looks(exchange)
        yield dealings.ShowInterest(
            **self._said("asker", "ask", of_exchange=False),
            exchange_id=self._of.exchange_id(exchange),
            quantity=self._asked,
            other_listing_id=self._of.listings[exchange.other] if exchange.other else None,
            message=exchange.message,
            origin=exchange.origin,
            permit=PERMIT,
        )
        for step in steps_of(exchange):
            if step.what == "run":
                yield from self.run(step)
                continue
            self._move_on(step)
            yield getattr(self, f"_{step.what}")(step)

    # --- the steps

    def _accept(self, step: Step) -> Command:
        amount = self._amount(step.said[0]) if step.said else self._asked
        return dealings.AcceptExchange(**self._said("owner", "accept"), quantity=replace(amount, per=self._asked.per))

    def _decline(self, step: Step) -> Command:
        return dealings.DeclineExchange(
            **self._said("owner", "decline"), reason=_reason(step.said[0]), sentence=step.words
        )

    def _abandon(self, step: Step) -> Command:
        who, reason = step.said
        return dealings.AbandonExchange(**self._said(who, "abandon"), reason=_reason(reason), sentence=step.words)

    def _renew(self, _step: Step) -> Command:
        return dealings.RenewHold(**self._said("owner", "renew"))

    def _propose(self, step: Step) -> Command:
        who, days, hours = step.said
        self._proposed_by = who
        first, _dash, last = hours.partition("-")
        day = working_days_after(day_of(self._at), int(days))
        self._slot = Slot(on_day(day, int(first)), on_day(day, int(last)))
        return dealings.ProposePickup(**self._said(who, "propose"), slot=self._slot, instructions=step.words)

    def _agree(self, _step: Step) -> Command:
        return dealings.AgreePickup(**self._said(_other(self._proposed_by), "agree"))

    def _confirm(self, step: Step) -> Command:
        who, amount, *more = step.said
        self._takes, self._told_by = self._takes + 1, who
        quantity = self._amount(amount)
        return dealings.ConfirmExchange(
            **self._said(who, "confirm"),
            quantity=quantity,
            measured="estimated" not in more,
            final="part" not in more,
            collected_on=min(day_of(self._slot.end), day_of(self._at)) if self._slot else day_of(self._at),
            condition=next((word.partition("=")[2] for word in more if word.startswith("condition=")), None),
            note=step.words,
            waste=self._waste(quantity),
        )

    def _correct(self, step: Step) -> Command:
        return dealings.CorrectTake(
            **self._said(self._told_by, "correct"), number=self._takes, quantity=self._amount(step.said[0])
        )

    def _dispute(self, step: Step) -> Command:
        self._disputed = self._amount(step.said[0]) if step.said[0] != "0" else None
        return dealings.DisputeExchange(
            **self._said(_other(self._told_by), "dispute"),
            number=self._takes,
            quantity=self._disputed,
            sentence=step.words,
        )

    def _settle(self, step: Step) -> Command:
        if step.said:  # the facilitator says which figure holds
            said = self._said("owner", "settle")
            home = self._of.facilitators[self._flow.company]
            return dealings.SettleDispute(
                **{**said, "company_id": "", "actor": home}, number=self._takes, quantity=self._amount(step.said[0])
            )
        return dealings.SettleDispute(
            **self._said(self._told_by, "settle"), number=self._takes, quantity=self._disputed
        )

    def _save(self, step: Step) -> Command:
        who, euros, *use = step.said
        became: Use | None = use[0] if use else None  # type: ignore[assignment]  # the domain's words, held by a test
        return dealings.DeclareSavings(
            **self._said(who, "save"), cents=int(Decimal(euros) * 100) if euros != "-" else None, use=became
        )

    def _say(self, step: Step) -> Command:
        said = self._said(step.said[0], "say")
        message_id = self._of.naming.at("message", f"{self._exchange.key} {self._number}", self._at)
        return SendMessage(**said, message_id=message_id, text=step.words)

    def _end(self, step: Step) -> Command:
        return dealings.EndFlow(**self._said(step.said[0], "end"))

    def run(self, step: Step) -> Iterator[Command]:
        """The periods of a flow, from the one it was accepted in.

        Most are confirmed in the three weekdays after they end, some on their last Friday before anybody is asked.
        `until=60` stops telling so many days before the anchor; `missed=4:timing` says that nothing came in the fourth.
        """
        who, usual, *more = step.said
        options = dict(word.split("=") for word in more)
        last = moment(self._of.anchor, int(options.get("until", 0)), 0)
        number, _colon, reason = options.get("missed", "0:").partition(":")
        per = self._asked.per or "WEE"
        period, count = self._period or period_of(day_of(self._at), per), 1
        while (told := self._told_at(period)) < last:
            self._at = max(told, self._at + timedelta(hours=1))
            said = self._said(who, "period")
            if count == int(number):
                yield dealings.MissPeriod(**said, period=period, reason=_reason(reason))
            else:
                self._takes += 1
                quantity = self._about(usual, period)
                yield dealings.ConfirmPeriod(
                    **said, period=period, quantity=quantity, measured=True, waste=self._waste(quantity)
                )
            period, count = following(period), count + 1
        self._period = period

    # --- who, when and how much

    def _said(self, who: str, what: str, *, of_exchange: bool = True) -> dict[str, Any]:
        """What every step says."""
        self._number += 1
        company = self._flow.company if who == "owner" else self._exchange.asker
        said = {
            "actor": self._of.speakers[company],
            "now": self._at,
            "command_id": self._of.naming.command_id("exchange", self._exchange.key, self._number, what),
            "listing_id": self._of.listings[self._exchange.listing],
            "company_id": _company(self._of.naming, company),
        }
        return {**said, "exchange_id": self._of.exchange_id(self._exchange)} if of_exchange else said

    def _move_on(self, step: Step) -> None:
        """A step without days comes within two hours; the confirmation of a slot right after it."""
        key = f"{self._exchange.key} {self._number} {step.what}"
        from_slot = step.what == "confirm" and self._slot is not None and self._slot.end > self._at
        begins = self._slot.end if from_slot and self._slot else self._at
        if step.after:
            day = working_days_after(day_of(begins), step.after)
            self._at = on_day(day, 8, self._of.naming.minutes(key, 0, 9 * 60))
        else:
            self._at = begins + timedelta(minutes=self._of.naming.minutes(key, 10, 90))

    def _told_at(self, period: str) -> datetime:
        """When somebody confirms a period."""
        key = f"{self._exchange.key} {period}"
        over = day_of(end_of(period, PARIS))
        turn = self._of.naming.minutes(f"turn {key}", 0, 2)
        minutes = self._of.naming.minutes(key, 0, 180)
        if turn == 0 and "W" in period:
            return on_day(first_day(period) + timedelta(days=FRIDAY), 15, minutes)
        return on_day(working_days_after(over - timedelta(days=1), turn + 1), 8, minutes)

    def _amount(self, text: str) -> Quantity:
        return Quantity(Decimal(text), self._asked.unit)

    def _about(self, usual: str, period: str) -> Quantity:
        """The usual amount, a tenth more or less; what is counted stays whole."""
        tenths = self._of.naming.minutes(f"amount {self._exchange.key} {period}", 92, 108)
        amount = Decimal(usual) * tenths / 100
        return self._amount(str(round(amount) if self._asked.unit in {"H87", "XPX", "DAY"} else round(amount, 2)))

    def _waste(self, quantity: Quantity) -> Waste | None:
        movement = WASTE.get(self._exchange.key)
        return replace(movement, tonnes=round(movement.tonnes * quantity.amount, 3)) if movement else None


def _other(side: str) -> str:
    return "asker" if side == "owner" else "owner"


def _company(naming: Naming, key: str) -> str:
    return naming.lasting("company", key)


def _flow(key: str) -> Flow:
    return next(flow for flow in FLOWS if flow.key == key)


def _reason(code: str) -> Reason:
    return code  # type: ignore[return-value]  # the domain refuses a reason that is none
