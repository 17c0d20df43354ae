"""Exchanges in words: whose turn it is, where it stands and what happened, from the reader's side of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.exchanges import Exchange, NextStep, Owed, Reason, Slot, next_step
from domain.exchanges import Stage as StageCode
from domain.quantities import Quantity
from domain.refused import _
from marketplace.language import translations
from marketplace.wording import Wording, ngettext
from projections.viewer import Viewer
from web import exchange_views as views

if TYPE_CHECKING:
    from projections.exchanges.rows import RecordRow, StepRow

STAGES: Final[dict[StageCode, tuple[str, str, str]]] = {
    "asked": (_("Waiting for an answer"), "clock", "wait"),
    "accepted": (_("Accepted, time to be agreed"), "check", "go"),
    "proposed": (_("A time is proposed"), "calendar", "go"),
    "arranged": (_("Pick-up agreed"), "calendar", "go"),
    "running": (_("Regular flow, running"), "repeat", "go"),
    "interrupted": (_("Regular flow, interrupted"), "alert", "trouble"),
    "disputed": (_("Two figures to settle"), "alert", "trouble"),
    "confirmed": (_("Collected and confirmed"), "check", "done"),
    "ended": (_("Flow ended"), "check", "done"),
    "declined": (_("Declined"), "close", "stop"),
    "abandoned": (_("Given up"), "close", "stop"),
}
"""Each stage's word, icon and tone."""

YOURS: Final[dict[Owed, str]] = {
    "answer": _("say yes or no"),
    "propose": _("propose a time for the pick-up"),
    "answer_pickup": _("answer the proposed time"),
    "confirm": _("say what was collected"),
    "confirm_period": _("say what came"),
    "resume": _("say whether the flow goes on"),
    "settle": _("agree on what was collected"),
}
THEIRS: Final[dict[Owed, str]] = {
    "answer": _("%(company)s says yes or no"),
    "propose": _("%(company)s proposes a time for the pick-up"),
    "answer_pickup": _("%(company)s answers the proposed time"),
    "confirm": _("%(company)s says what was collected"),
    "confirm_period": _("%(company)s says what came"),
    "resume": _("%(company)s says whether the flow goes on"),
    "settle": _("%(company)s looks at the other figure"),
}
BUTTONS: Final[dict[Owed, str]] = {
    "answer": _("Answer"),
    "propose": _("Propose a time"),
    "answer_pickup": _("Answer the time"),
    "confirm": _("Confirm the pick-up"),
    "confirm_period": _("Say what came"),
    "resume": _("Say how it goes on"),
    "settle": _("Settle the figure"),
}
"""What the one button beside an owed step says."""

FOR_A_PERSON: Final[frozenset[Owed]] = frozenset({"answer", "resume", "settle"})
"""Steps that a shared phone leaves to a colleague with an account of their own."""

WHEN_MINE: Final = {
    "today": _("Your turn: %(what)s today"),
    "to come": _("Your turn: %(what)s by %(day)s"),
    "late": _("Your turn: %(what)s; it was due on %(day)s"),
}
WHEN_THEIRS: Final = {
    "today": _("Their turn: %(what)s today"),
    "to come": _("Their turn: %(what)s by %(day)s"),
    "late": _("Their turn: %(what)s; it was due on %(day)s"),
}
WHEN_WATCHED: Final = {
    "today": _("Next: %(what)s today"),
    "to come": _("Next: %(what)s by %(day)s"),
    "late": _("Next: %(what)s; it was due on %(day)s"),
}
"""For the facilitator, who is neither side."""

HAPPENED: Final[dict[str, tuple[str, str]]] = {
    "ExchangeAccepted": (_("You accepted: %(quantity)s kept"), _("%(company)s accepted: %(quantity)s kept")),
    "ExchangeDeclined": (_("You declined"), _("%(company)s declined")),
    "ExchangeAbandoned": (_("You gave up"), _("%(company)s gave up")),
    "HoldRenewed": (_("You keep %(quantity)s for longer"), _("%(company)s keeps %(quantity)s for longer")),
    "PickupProposed": (_("You proposed %(slot)s"), _("%(company)s proposed %(slot)s")),
    "PickupAgreed": (_("You agreed on %(slot)s"), _("%(company)s agreed on %(slot)s")),
    "ExchangeConfirmed": (
        _("You confirmed: %(quantity)s collected"),
        _("%(company)s confirmed: %(quantity)s collected"),
    ),
    "TakeCorrected": (_("You corrected: %(quantity)s collected"), _("%(company)s corrected: %(quantity)s collected")),
    "ExchangeDisputed": (_("You say: %(quantity)s collected"), _("%(company)s says: %(quantity)s collected")),
    "DisputeSettled": (_("You agreed on %(quantity)s"), _("%(company)s agreed on %(quantity)s")),
    "SavingsDeclared": (_("You said what it saved"), _("%(company)s said what it saved")),
    "PeriodConfirmed": (
        _("You confirmed %(period)s: %(quantity)s"),
        _("%(company)s confirmed %(period)s: %(quantity)s"),
    ),
    "PeriodMissed": (_("You said that nothing came: %(period)s"), _("%(company)s said that nothing came: %(period)s")),
    "FlowEnded": (_("You ended the flow"), _("%(company)s ended the flow")),
}
"""What a side did, as told to itself and to anyone else."""
BY_ITSELF: Final[dict[str, str]] = {
    "ContactDisclosed": _("The two companies see each other’s contact details"),
    "ExchangeDeclined": _("Nothing was left to give: everyone else was told"),
    "ExchangeAbandoned": _("Closed: nobody answered for a month"),
    "HoldLapsed": _("The time was over: the quantity is free again"),
    "DisputeSettled": _("The facilitator settled: %(quantity)s collected"),
    "DisputeLapsed": _("Nobody settled it for a month: the figure that was confirmed stands"),
    "PeriodAsked": _("Asked whether it came: %(period)s"),
    "PeriodMissed": _("Nobody said that it came: %(period)s"),
    "ExchangeReminded": _("A reminder was sent"),
    "FacilitatorTold": _("The zone’s facilitator was told, and may help"),
    "HoldEnding": _("Both were told that the quantity will soon be free again"),
    "PickupNear": _("Both were reminded of the pick-up"),
    "PickupAsked": _("Asked whether the pick-up happened"),
}
"""What the site did, or found."""
ASKED: Final = {
    "take": (_("You asked for %(quantity)s"), _("%(company)s asked for %(quantity)s")),
    "serve": (_("You said that you have %(quantity)s"), _("%(company)s has %(quantity)s")),
}
"""How it began: asking for some of an offer, or having what a request seeks."""


REQUESTS_ACCEPTED: Final = ngettext("%(n)s request accepted: %(facts)s", "%(n)s requests accepted: %(facts)s")
COLLECTED: Final = ngettext("%(n)s collected", "%(n)s collected")
GIVEN_UP: Final = ngettext("%(n)s given up", "%(n)s given up")
OTHERWISE: Final = ngettext("%(n)s under way or ended otherwise", "%(n)s under way or ended otherwise")
LEFT_UNANSWERED: Final = ngettext("%(n)s left unanswered", "%(n)s left unanswered")
"""What became of the requests that a company accepted or left: facts that add up."""


class Summed(Struct, frozen=True):
    """A quantity to be said: several pick-ups together may be more than any one quantity is."""

    amount: Decimal
    unit: str
    per: str | None = None


def takes_a_person(exchange: Exchange) -> bool:
    """Whether the next step is one that a shared phone leaves to a person."""
    step = next_step(exchange)
    return step is not None and step.what in FOR_A_PERSON


class ExchangePresenter:
    """Shows exchanges to one reader, at one moment; `names` are those of the companies, as far as they are known."""

    def __init__(
        self,
        viewer: Viewer,
        say: Callable[..., str],
        language: str,
        now: datetime,
        time_zone: str,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.viewer = viewer
        self.say = say
        self.language = language
        self.now = now
        self.time_zone = time_zone
        self.names = names or {}
        self.wording = Wording(language, translations(language))

    # Sides ------------------------------------------------------------------------------------------------------

    def side(self, exchange: Exchange) -> str:
        """The company of the exchange the reader speaks for, or nothing; of two, the one whose turn it is."""
        own = [company_id for company_id in exchange.companies if self.viewer.acts_for(company_id)]
        step = next_step(exchange)
        return step.owed_by if step and step.owed_by in own else next(iter(own), "")

    def other(self, exchange: Exchange) -> str:
        """Who stands on the other side of the reader; for the facilitator, who asked."""
        side = self.side(exchange)
        return exchange.other(side) if side else exchange.asker_id

    def name(self, company_id: str) -> str:
        """A company by its name, as far as this reader may know it."""
        return self.names.get(company_id) or self.say(_("a company of the zone"))

    # Where it stands --------------------------------------------------------------------------------------------

    def stage(self, stage: StageCode) -> views.Stage:
        """Where it stands, in a word."""
        word, icon, tone = STAGES[stage]
        return views.Stage(code=stage, word=self.say(word), icon=icon, tone=tone)  # type: ignore[arg-type]  # a tone of the table

    def turn(self, exchange: Exchange) -> views.Turn | None:
        """Who owes the next step and by when; None once nobody does."""
        step = next_step(exchange)
        if step is None:
            return None
        mine = self.viewer.acts_for(step.owed_by)
        if step.since > self.now:
            return views.Turn(
                mine=False, coming=True, what=step.what, by=step.by, sentence=self._coming(exchange, step)
            )
        if step.what == "answer_pickup" and exchange.proposed and exchange.proposed.end <= self.now:
            theirs = _("The proposed time is past: one of the two proposes another.")
            return views.Turn(
                mine=mine,
                sentence=self.say(_("This time is past: propose another.") if self.side(exchange) else theirs),
                by=step.by,
                what="propose",
                late=True,
                do=self.say(BUTTONS["propose"]) if mine else "",
            )
        late = self.now > step.by
        due = self._local(step.by).date()
        when = "late" if late else "today" if due == self._local(self.now).date() else "to come"
        frames = WHEN_MINE if mine else WHEN_THEIRS if self.side(exchange) else WHEN_WATCHED
        what = self.say(YOURS[step.what]) if mine else self._theirs(step)
        return views.Turn(
            mine=mine,
            sentence=self.say(frames[when], what=what, day=self.day(due)),
            by=step.by,
            what=step.what,
            late=late,
            do=self.say(BUTTONS[step.what]) if mine else "",
        )

    def _coming(self, exchange: Exchange, step: NextStep) -> str:
        if exchange.agreed is not None and not exchange.recurs:
            return self.say(_("Pick-up: %(slot)s"), slot=self.slot(exchange.agreed))
        day = self.day(self._local(step.since).date())
        if self.viewer.acts_for(step.owed_by):
            return self.say(_("From %(day)s on: %(what)s"), day=day, what=self.say(YOURS[step.what]))
        return self.say(_("From %(day)s on: %(what)s"), day=day, what=self._theirs(step))

    def _theirs(self, step: NextStep) -> str:
        return self.say(THEIRS[step.what], company=self.name(step.owed_by))

    # Words ------------------------------------------------------------------------------------------------------

    def quantity(self, quantity: Quantity, category: str = "") -> str:
        """120 pallets; 2 t per week."""
        return self.wording.quantity(quantity, category)

    def amount(self, amount: Decimal, exchange: Exchange, category: str = "", *, per: bool = False) -> str:
        """An amount in the unit of an exchange, nothing included; `per` keeps the period of a flow."""
        if not amount:
            return self.say(_("nothing"))
        summed = Summed(amount, exchange.asked.unit, exchange.asked.per if per else None)
        return self.wording.quantity(summed, category)

    def reason(self, reason: Reason) -> str:
        """Why an exchange stopped, as the list has it."""
        return self.wording.abandon_reason(reason)

    def day(self, day: date) -> str:
        """Tuesday 3 March; the year where it is another."""
        return self.wording.weekday(day, self._local(self.now).year)

    def slot(self, slot: Slot) -> str:
        """Tuesday 3 March, 14:00–15:00."""
        return self.wording.slot(slot, self.time_zone, self._local(self.now).year)

    def period(self, period: str) -> str:
        """The week of 9 February 2026; February 2026; the 1st quarter 2026; 2026."""
        return self.wording.flow_period(period)

    def record(self, record: RecordRow | None) -> str:
        """How a company's exchanges went so far, in plain facts."""
        if record is None or not (record.accepted or record.silent):
            return self.say(_("First exchange here"))
        told = [self._accepted(record)] if record.accepted else []
        if record.silent:
            told.append(self._counted(LEFT_UNANSWERED, record.silent))
        return " · ".join(told)  # French would want its own space before a semicolon

    def _accepted(self, record: RecordRow) -> str:
        facts = [self._counted(COLLECTED, record.collected)]
        if record.gave_up:
            facts.append(self._counted(GIVEN_UP, record.gave_up))
        if others := record.accepted - record.collected - record.gave_up:
            facts.append(self._counted(OTHERWISE, others))
        return self._counted(REQUESTS_ACCEPTED, record.accepted, facts=", ".join(facts))

    def _counted(self, sentence: tuple[str, str], n: int, **figures: str) -> str:
        return self.wording.translations.ngettext(*sentence, n) % {"n": n, **figures}

    def happening(self, row: StepRow, exchange: Exchange, category: str = "", words: str = "") -> views.Happening:
        """One thing that happened, from the reader's side."""
        mine = bool(row.by) and self.viewer.acts_for(row.by)
        details = [self.reason(row.reason)] if row.reason and row.what != "ExchangeReminded" else []
        if row.on_behalf:
            details.append(self.say(_("by the facilitator, on the company’s behalf")))
        if row.what == "ExchangeConfirmed" and row.final is False:
            details.append(self.say(_("more is to come")))
        if row.cents is not None and mine:
            details.append(self.wording.money(row.cents))
        if row.measured is not None and row.amount is not None:
            details.append(self.say(_("counted or weighed")) if row.measured else self.say(_("estimated")))
        return views.Happening(
            at=row.at,
            sentence=self._sentence(row, exchange, category, mine=mine),
            detail=", ".join(details),
            words=words,
            photo=row.photo,
            by_reader=mine,
        )

    def _sentence(self, row: StepRow, exchange: Exchange, category: str, *, mine: bool) -> str:
        starts, ends = row.starts, row.ends
        flows = row.what in ("InterestShown", "ExchangeAccepted", "HoldRenewed")
        figures = {
            "company": self.name(row.by),
            "quantity": self.amount(row.amount or Decimal(0), exchange, category, per=flows),
            "slot": self.slot(Slot(starts, ends)) if starts and ends else "",
            "period": self.period(row.period) if row.period else "",
        }
        if row.what == "InterestShown":
            yours, theirs = ASKED["take" if exchange.asker_id == exchange.receiver_id else "serve"]
        elif row.by and row.what in HAPPENED:
            yours, theirs = HAPPENED[row.what]
        else:
            return self.say(BY_ITSELF[row.what], **figures)
        return self.say(yours if mine else theirs, **figures)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.time_zone))
