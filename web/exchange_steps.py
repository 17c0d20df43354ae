"""The steps an exchange offers to one side, each with its form: what is due stands open, what was sent comes back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain import taxonomy
from domain.dealings import Verb, disputable, open_to
from domain.exchanges import Owed, Take, next_step
from domain.periods import first_day, of_a_period
from domain.refused import _
from web import waste_field
from web.exchange_found import Found, local_day, presenter
from web.exchange_page_views import (
    Figure,
    StepForm,
)
from web.forms import Answers
from web.views import Choice, PhotoField
from web.visits import Visit

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
MESSAGE: Final = "message"
REPORT: Final = "report"
PER_TAKE: Final[frozenset[Verb]] = frozenset({"correct", "dispute"})
"""What is said of one pick-up among several."""


class Filled(Struct, frozen=True):
    """The form that was sent and comes back: which step's, what was typed in it, and the photos that came with it.

    `about` names what the step is about, where there are several: the message that is reported.
    """

    verb: str
    given: Answers
    photos: PhotoField = PhotoField()
    about: str = ""


class Steps:
    """The steps one side may take now."""

    def __init__(self, visit: Visit, found: Found, mine: str, filled: Filled | None, *, on_behalf: bool) -> None:
        self.visit = visit
        self.found = found
        self.exchange = found.exchange
        self.mine = mine
        self.filled = filled
        self.on_behalf = on_behalf
        self.show = presenter(visit, found.exchange, found.names)
        self.today = local_day(visit, found.exchange)

    def forms(self) -> dict[str, StepForm]:
        """By key, those that may be taken now."""
        exchange, viewer = self.exchange, self.visit.viewer
        owed = next_step(exchange)
        if not self.mine:
            settles = exchange.dispute and viewer.has_role(self.found.row.zone_id, "facilitator", "administrator")
            return {"settle": self._step("settle", due=True)} if settles else {}
        verbs = [verb for verb in open_to(exchange, self.mine, self.visit.now) if not viewer.shared or verb in AT_DOCK]
        if self.on_behalf or exchange.dispute:
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
        form = self.visit.form(sent.given if sent else None, values=usual, seen_version=self.found.row.version)
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

    def _typed(self, amount: Decimal) -> str:
        return self.show.wording.typed(amount)

    def _usual_of(self, take: Take) -> dict[str, str]:
        return {"amount": self._typed(take.amount)} if take.amount else {"nothing": "yes"}

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
                return {"amount": self._typed(most), "starts_on": self.today.isoformat()}
            case "propose":
                return {"instructions": self._my_instructions()}
            case "confirm":
                slot = exchange.agreed or exchange.proposed
                day = slot.start.astimezone(ZoneInfo(exchange.time_zone)).date() if slot else self.today
                return {
                    "amount": self._typed(self._left()),
                    "measured": counted,
                    "final": "yes",
                    "collected_on": min(day, self.today).isoformat(),
                    **waste_field.usual(self.found.listing, self.found.row.category),
                }
            case "confirm_period" | "miss_period":
                periods = self._periods(verb)
                return {
                    "period": periods[0].value if periods else "",
                    "amount": self._typed(of_a_period(agreed)),
                    "measured": counted,
                    **waste_field.usual(self.found.listing, self.found.row.category),
                }
            case "settle" if exchange.dispute:
                return {
                    "stated": self._typed(exchange.dispute.amount),
                    "disputed": self._typed(exchange.dispute.disputed),
                }
            case "correct":
                return self._usual_of(exchange.takes[-1])
            case _:
                return {}

    def _my_instructions(self) -> str:
        """What this side wrote the last time it proposed a time."""
        own = [row.version for row in self.found.steps if row.what == "PickupProposed" and row.by == self.mine]
        return self.found.said.get((max(own), "PickupProposed"), "") if own else ""

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

    def told(self) -> tuple[Figure, ...]:
        """Both figures of a dispute."""
        return tuple(Figure(value=self.show.name(by), label=self._said(of)) for _value, by, of in self._both())

    def _both(self) -> tuple[tuple[str, str, Decimal], ...]:
        """What who confirmed says, and what the other side says, if they differ."""
        take = self.exchange.dispute
        if take is None or take.disputed_by is None:
            return ()
        return ("stated", take.by, take.amount), ("disputed", take.disputed_by, take.disputed)

    def _said(self, amount: Decimal) -> str:
        return self.show.amount(amount, self.exchange, self.found.row.category)
