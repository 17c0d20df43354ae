"""Exchanges in words, for mail: what happened, who owes what by when, and what the one button says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.conversations import MessageReported, MessageSent
from domain.events import Event, Private
from domain.exchanges import (
    DisputeLapsed,
    DisputeSettled,
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    ExchangeConfirmed,
    ExchangeDeclined,
    ExchangeDisputed,
    ExchangeReminded,
    FacilitatorTold,
    HoldEnding,
    HoldLapsed,
    HoldRenewed,
    InterestShown,
    NextStep,
    Owed,
    PeriodAsked,
    PeriodConfirmed,
    PeriodMissed,
    PickupAgreed,
    PickupAsked,
    PickupNear,
    PickupProposed,
    Reason,
    Slot,
    TakeCorrected,
)
from domain.listings import Listing
from domain.periods import of_a_period
from domain.quantities import Quantity
from marketplace.language import elided
from marketplace.wording import Wording

LONGEST_QUOTE: Final = 400


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


SUBJECTS: Final[dict[str, str]] = {
    "InterestShown": _("%(other)s is interested: %(title)s"),
    "ExchangeAccepted": _("Accepted by %(other)s: %(title)s"),
    "ExchangeDeclined": _("Not this time: %(title)s"),
    "ExchangeAbandoned": _("Given up: %(title)s"),
    "HoldRenewed": _("Kept for longer: %(title)s"),
    "HoldEnding": _("Soon no longer kept: %(title)s"),
    "HoldLapsed": _("No longer kept: %(title)s"),
    "PickupProposed": _("A pick-up time for you to answer: %(title)s"),
    "PickupAgreed": _("Pick-up agreed: %(title)s"),
    "PickupNear": _("Reminder of your pick-up: %(title)s"),
    "PickupAsked": _("Did the pick-up happen? %(title)s"),
    "ExchangeConfirmed": _("Collected, says %(other)s: %(title)s"),
    "TakeCorrected": _("Figure corrected: %(title)s"),
    "ExchangeDisputed": _("%(other)s has another figure: %(title)s"),
    "DisputeSettled": _("Figure settled: %(title)s"),
    "DisputeLapsed": _("The confirmed figure stands: %(title)s"),
    "PeriodAsked": _("Did it come? %(title)s"),
    "PeriodConfirmed": _("Confirmed for the period: %(title)s"),
    "PeriodMissed": _("Nothing came: %(title)s"),
    "FlowEnded": _("Flow ended: %(title)s"),
    "ExchangeReminded": _("%(other)s waits for you: %(title)s"),
    "FacilitatorTold": _("Two weeks of silence: %(title)s"),
    "MessageSent": _("Message from %(other)s: %(title)s"),
    "MessageReported": _("A message is reported: %(title)s"),
}
"""What a mail about one thing is called; an event without one is a fault that a test finds."""
ON_BEHALF: Final = _("Done in your company’s name: %(title)s")
WITH_TIME: Final = _("Accepted by %(other)s, with a time for you to answer: %(title)s")
"""What a mail about a yes is called that came with a time: two pieces of news that are one."""

TASKS: Final[dict[Owed, str]] = {
    "answer": _("Your turn: say yes or no by %(day)s."),
    "propose": _("Your turn: propose a time for the pick-up by %(day)s."),
    "answer_pickup": _("Your turn: say by %(day)s whether this time suits you."),
    "confirm": _("Your turn: say what was collected by %(day)s."),
    "confirm_period": _("Your turn: say what came by %(day)s."),
    "resume": _("Your turn: say whether the flow goes on by %(day)s."),
    "settle": _("Your turn: say by %(day)s which figure is right."),
}
LATE_TASKS: Final[dict[Owed, str]] = {
    "answer": _("Your turn: say yes or no. It was due on %(day)s."),
    "propose": _("Your turn: propose a time for the pick-up. It was due on %(day)s."),
    "answer_pickup": _("Your turn: say whether this time suits you. It was due on %(day)s."),
    "confirm": _("Your turn: say what was collected. It was due on %(day)s."),
    "confirm_period": _("Your turn: say what came. It was due on %(day)s."),
    "resume": _("Your turn: say whether the flow goes on. It was due on %(day)s."),
    "settle": _("Your turn: say which figure is right. It was due on %(day)s."),
}
WAITS: Final[dict[Owed, str]] = {
    "answer": _("%(owing)s has until %(day)s to say yes or no."),
    "propose": _("%(owing)s proposes a time for the pick-up by %(day)s. You may do it too."),
    "answer_pickup": _("%(owing)s answers by %(day)s whether this time suits."),
    "confirm": _("After the pick-up, %(owing)s says what was collected. You may do it too."),
    "confirm_period": _("%(owing)s says at the end of the period what came. You may do it too."),
    "resume": _("%(owing)s says by %(day)s whether the flow goes on."),
    "settle": _("%(owing)s looks at your figure by %(day)s."),
}
COMING: Final[dict[Owed, str]] = {
    "confirm": _("After the pick-up, say what was collected: one tap is enough."),
    "confirm_period": _("At the end of the period we ask you whether it came: one tap is enough."),
}
"""What will be the reader's to do, but not yet."""
STUCK: Final[dict[Owed, str]] = {
    "answer": _("%(owing)s has not answered."),
    "propose": _("%(owing)s has not proposed a time for the pick-up."),
    "answer_pickup": _("%(owing)s has not answered the proposed time."),
    "confirm": _("%(owing)s has not said what was collected."),
    "confirm_period": _("%(owing)s has not said what came."),
    "resume": _("%(owing)s has not said whether the flow goes on."),
    "settle": _("%(owing)s has not answered the other figure."),
}
BUTTONS: Final[dict[Owed, str]] = {
    "answer": _("Answer in one tap"),
    "propose": _("Propose a time"),
    "answer_pickup": _("Answer this time in one tap"),
    "confirm": _("Confirm in one tap"),
    "confirm_period": _("Say it in one tap"),
    "resume": _("See the flow"),
    "settle": _("Settle it in one tap"),
}


class Speech(Struct, frozen=True):
    """Says days and steps in one language, by the clocks of a place."""

    wording: Wording
    time_zone: str

    def say(self, sentence: str, **figures: str) -> str:
        """A sentence in the reader's language."""
        said = self.wording.translations.gettext(sentence)
        return elided(said % figures, self.wording.language) if figures else said

    def task(self, step: NextStep, now: datetime) -> str:
        """What the reader owes, and by when."""
        return self.say((LATE_TASKS if step.by < now else TASKS)[step.what], day=self.day(step.by))

    def button(self, what: Owed, *, waste: bool = False) -> str:
        """What the one button says; the register of waste asks more than a tap can say."""
        by_form = waste and what in ("confirm", "confirm_period")
        return self.say(_("Confirm it for the register") if by_form else BUTTONS[what])

    def day(self, at: datetime) -> str:
        """Tuesday 24 November."""
        return self.wording.weekday(at.astimezone(ZoneInfo(self.time_zone)).date())

    def slot(self, slot: Slot) -> str:
        """Tuesday 24 November, 14:00–15:00."""
        return self.wording.slot(slot, self.time_zone)


class Words(Struct, frozen=True):
    """Says what concerns one reader, who stands on the side of `mine`, or on none; `names` are the companies'."""

    wording: Wording
    listing: Listing
    exchange: Exchange
    names: Mapping[str, str]
    mine: str
    now: datetime

    # What happened --------------------------------------------------------------------------------------------------

    def happened(self, event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  (one flat case per event)
        """One event, in a sentence."""
        match event:
            case InterestShown():
                takes = self.exchange.asker_id == self.exchange.receiver_id
                sentence = (
                    _("%(other)s would like %(quantity)s.") if takes else _("%(other)s has %(quantity)s for you.")
                )
                return self.say(sentence, quantity=self.quantity(event.quantity))
            case ExchangeAccepted():
                if event.hold_until is None:
                    return self.say(_("%(other)s agrees: %(quantity)s."), quantity=self.quantity(event.quantity))
                if self.listing.side == "request":
                    return self.say(_("%(other)s takes %(quantity)s."), quantity=self.quantity(event.quantity))
                kept = {"quantity": self.quantity(event.quantity), "day": self.speech.day(event.hold_until)}
                return self.say(_("%(other)s keeps %(quantity)s for you until %(day)s."), **kept)
            case ExchangeDeclined():
                if not event.by:
                    return self.say(_("Nothing is left: the rest has found a taker."))
                return self.say(_("%(other)s says no: %(reason)s."), reason=self.reason(event.reason))
            case ExchangeAbandoned():
                if not event.by:
                    return self.say(_("Nobody answered for a month: this exchange is closed."))
                return self.say(_("%(other)s gives up: %(reason)s."), reason=self.reason(event.reason))
            case HoldRenewed():
                kept = {"quantity": self.quantity(event.quantity), "day": self.speech.day(event.hold_until)}
                return self.say(_("%(quantity)s are kept until %(day)s."), **kept)
            case HoldEnding():
                return self.say(
                    _("The quantity is kept until %(day)s: after that it is free for others."),
                    day=self.speech.day(event.hold_until),
                )
            case HoldLapsed():
                return self.say(_("The time is over: the quantity is free again, and may still be collected."))
            case PickupProposed():
                return self.say(_("%(other)s proposes a pick-up: %(slot)s."), slot=self.speech.slot(event.slot))
            case PickupAgreed():
                return self.say(
                    _("%(other)s agrees. The pick-up takes place %(slot)s."), slot=self.speech.slot(event.slot)
                )
            case PickupNear():
                return self.say(_("The pick-up takes place %(slot)s."), slot=self.speech.slot(event.slot))
            case PickupAsked():
                return self.say(_("The pick-up was to take place %(slot)s."), slot=self.speech.slot(event.slot))
            case _:
                return self._afterwards(event)

    def _afterwards(self, event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  (one flat case per event)
        match event:
            case ExchangeConfirmed():
                sentence = _("%(other)s says: %(quantity)s collected, counted or weighed.")
                if not event.measured:
                    sentence = _("%(other)s says: about %(quantity)s collected.")
                return self.say(sentence, quantity=self.quantity(event.quantity))
            case TakeCorrected():
                return self.say(_("%(other)s corrects: %(quantity)s collected."), quantity=self.figure(event.quantity))
            case ExchangeDisputed():
                return self.say(
                    _("%(other)s says that it went otherwise: %(quantity)s collected."),
                    quantity=self.figure(event.quantity),
                )
            case DisputeSettled():
                sentence = _("%(other)s agrees: %(quantity)s collected.")
                if not event.by:
                    sentence = _("The facilitator has settled it: %(quantity)s collected.")
                return self.say(sentence, quantity=self.figure(event.quantity))
            case DisputeLapsed():
                return self.say(_("Nobody settled it for a month: the figure that was confirmed stands."))
            case PeriodAsked():
                agreed = self.exchange.accepted or self.exchange.asked
                quantity = self.quantity(Quantity(of_a_period(agreed), agreed.unit))
                said = {"period": self.wording.flow_period(event.period), "quantity": quantity}
                return self.say(_("Did %(quantity)s come from %(other)s? Period: %(period)s."), **said)
            case PeriodConfirmed():
                said = {"period": self.wording.flow_period(event.period), "quantity": self.quantity(event.quantity)}
                return self.say(_("%(other)s says: %(quantity)s came. Period: %(period)s."), **said)
            case PeriodMissed():
                sentence = _("%(other)s says that nothing came. Period: %(period)s.")
                if not event.by:
                    sentence = _(
                        "Nobody said whether anything came: the flow shows as interrupted. Period: %(period)s."
                    )
                return self.say(sentence, period=self.wording.flow_period(event.period))
            case ExchangeReminded():
                return self.say(_("%(other)s waits for you, and nothing has moved for a while."))
            case FacilitatorTold() if self.mine:
                return self.say(
                    _("Nothing has moved for two weeks: your zone’s facilitator has been told, and may ring you.")
                )
            case FacilitatorTold():
                owing = self.names[event.owed_by]
                return self.say(STUCK[event.step], owing=owing) + " " + self.say(_("You may be able to help."))
            case MessageSent():
                photos = len(event.photos)
                if not photos:
                    return self.say(_("%(other)s writes:"))
                catalogue = self.wording.translations
                sends = catalogue.ngettext("%(other)s sends a photo:", "%(other)s sends %(num)d photos:", photos)
                return sends % {"other": self.other, "num": photos}
            case MessageReported():
                return self.say(_("%(company)s reports a message:"), company=self.names[event.by])
            case _:
                return self.say(_("%(other)s ends the flow: it has run its course."))

    def done_for(self, event: Event) -> str:
        """What the facilitator did in the reader's name, by the words in which the other side is told."""
        read = replace(self, mine=self.exchange.other(self.mine))
        return self.say(
            _("The zone’s facilitator did this in your company’s name. %(other)s reads: “%(said)s”"),
            said=read.happened(event),
        )

    def quote(self, event: Event) -> str:
        """What somebody typed with it, shortened; empty once it is erased."""
        typed = next((text for name in QUOTED if isinstance(text := getattr(event, name, None), Private)), None)
        text = " ".join(str(typed or "").split())
        return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rstrip() + "…"

    # What comes next ------------------------------------------------------------------------------------------------

    def next(self, step: NextStep) -> str:
        """Who owes what, by when, seen from the reader's side."""
        day = self.speech.day(step.by)
        if step.owed_by != self.mine:
            waits = STUCK if step.by < self.now else WAITS
            return self.say(waits[step.what], owing=self.names[step.owed_by], day=day)
        if step.since > self.now:
            return self.say(COMING[step.what])
        return self.speech.task(step, self.now)

    def otherwise(self, until: datetime) -> str:
        """Until when one may say that a pick-up went otherwise."""
        return self.say(
            _("If it went otherwise, say so by %(day)s; else there is nothing to do."), day=self.speech.day(until)
        )

    # Words ------------------------------------------------------------------------------------------------------------

    @property
    def other(self) -> str:
        """The company across; for whoever runs the zone, the two of them."""
        if self.mine:
            return self.names[self.exchange.other(self.mine)]
        return " ↔ ".join(self.names[company_id] for company_id in self.exchange.companies)

    @property
    def title(self) -> str:
        """What the listing is called; its family, once its words are erased."""
        return str(self.listing.content.title) or taxonomy.label(self.listing.content.category, self.wording.language)

    def subject(self, kind: str, *, on_behalf: bool = False) -> str:
        """What a mail about one event is called."""
        return self.say(ON_BEHALF if on_behalf else SUBJECTS[kind], title=self.title)

    def subject_with_time(self) -> str:
        """What a mail is called about a yes that came with a time."""
        return self.say(WITH_TIME, title=self.title)

    def say(self, sentence: str, **figures: str) -> str:
        """A sentence in the reader's language."""
        return self.speech.say(sentence, other=self.other, **figures)

    def quantity(self, quantity: Quantity) -> str:
        """120 pallets."""
        return self.wording.quantity(quantity, self.listing.content.category)

    def figure(self, quantity: Quantity | None) -> str:
        """An amount once, its period left out; or nothing at all."""
        return self.say(_("nothing")) if quantity is None else self.quantity(Quantity(quantity.amount, quantity.unit))

    def reason(self, reason: Reason) -> str:
        """Why it stopped, as it stands within a sentence; another reason is said in their own words, below it."""
        if reason == "other":
            return self.say(_("for another reason"))
        said = self.wording.abandon_reason(reason)
        return said[:1].lower() + said[1:]

    @property
    def speech(self) -> Speech:
        """Days and steps, by the clocks of the place."""
        return Speech(self.wording, self.exchange.time_zone)


QUOTED: Final = ("message", "sentence", "instructions", "note", "text")
"""Fields of events that hold what a person typed for the other side to read."""
