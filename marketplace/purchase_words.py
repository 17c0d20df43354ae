"""Group purchases in words, for mail: what happened, what it means for the reader, and what the one button says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.events import Event
from domain.purchases import (
    FEW,
    ContractJoined,
    DeadlineExtended,
    DeliveryRecorded,
    InterestPolled,
    LastCallMade,
    Mark,
    NeedsDeclared,
    PledgeChanged,
    PledgeMade,
    PledgesOpened,
    PledgeWithdrawn,
    Purchase,
    PurchaseCancelled,
    PurchaseConfirmed,
    PurchaseFailed,
    PurchaseProposed,
    QuoteReceived,
    ReceiptConfirmed,
    RefreshersDue,
    RenewalNear,
    RoundPlanned,
    SessionPlanned,
    StopVisited,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
    tier_at,
)
from domain.purchases.events import Failure, Form
from marketplace import round_words, session_words
from marketplace.language import elided
from marketplace.wording import Wording


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


FORM_NAMES: Final[dict[Form, str]] = {
    "goods": _("Group purchase"),
    "frame": _("Frame contract"),
    "collection": _("Pooled collection"),
    "session": _("Shared session"),
    "funding": _("Co-funding"),
}
SUBJECTS: Final[dict[str, str]] = {
    **round_words.SUBJECTS,
    **session_words.SUBJECTS,
    "QuoteReceived": _("A quote has come: %(title)s"),
    "InterestPolled": _("Written down for you: %(title)s"),
    "PledgeMade": _("Written down for you: %(title)s"),
    "PledgeChanged": _("Written down for you: %(title)s"),
    "PledgeWithdrawn": _("Withdrawn for you: %(title)s"),
    "NeedsDeclared": _("Written down for you: %(title)s"),
    "ContractJoined": _("Opted in: %(title)s"),
    "RenewalNear": _("Your contract ends soon: %(title)s"),
    "PurchaseProposed": _("Buy together? %(title)s"),
    "PledgesOpened": _("You can join now: %(title)s"),
    "ThresholdReached": _("Good news: %(title)s"),
    "ThresholdLost": _("A company withdrew: %(title)s"),
    "LastCallMade": _("Last call: %(title)s"),
    "TermsChanged": _("New terms: %(title)s"),
    "DeadlineExtended": _("More time: %(title)s"),
    "PurchaseConfirmed": _("It takes place: %(title)s"),
    "PurchaseFailed": _("It did not come together: %(title)s"),
    "PurchaseCancelled": _("Given up: %(title)s"),
    "DeliveryRecorded": _("Delivered: %(title)s"),
    "ReceiptConfirmed": _("Not as ordered, says %(company)s: %(title)s"),
}
"""What a mail about one thing is called; an event without one is told to nobody."""

REACHED: Final[dict[Mark, str]] = {
    "minimum": _("The minimum of %(least)s is reached: it takes place if nobody withdraws."),
    "companies": _("Enough companies take part: %(count)s."),
    "tier": _("The total has reached %(least)s: the price falls to %(price)s."),
    "goal": _("The goal of %(least)s is reached."),
    "maximum": _("It is full: all %(least)s are pledged."),
}
LOST: Final[dict[Mark, str]] = {
    "minimum": _("The minimum of %(least)s is no longer reached."),
    "companies": _("There are no longer %(count)s companies."),
    "tier": _("The total is below %(least)s again: the price is %(price)s."),
    "goal": _("The goal of %(least)s is no longer reached."),
    "maximum": _("There is room again below the maximum of %(least)s."),
}
FAILED: Final[dict[Failure, str]] = {
    "nobody": _("Nobody had pledged by the deadline."),
    "minimum": _("At the deadline the minimum was not reached. Nobody owes anything."),
    "companies": _("At the deadline too few companies took part. Nobody owes anything."),
}


class PurchaseWords(Struct, frozen=True):
    """Says what concerns one reader, who stands on the side of `mine`, or leads it where that is empty."""

    wording: Wording
    purchase: Purchase
    title: str
    name: Callable[[str], str]
    mine: str
    time_zone: str

    def subject(self, event: Event) -> str:
        """What a mail about one event is called."""
        company = self.name(event.company_id) if isinstance(event, ReceiptConfirmed) else ""
        return self.say(SUBJECTS[type(event).__name__], title=self.title, company=company)

    @property
    def about(self) -> str:
        """105 pairs pledged · 3 companies."""
        purchase = self.purchase
        wished = purchase.terms is None
        few = len(purchase.wishes) < FEW if wished else not purchase.tells_total
        if few and self.mine:
            return self.say(_("fewer than three companies so far"))
        total = sum(purchase.wishes.values(), Decimal(0)) if wished else purchase.total
        companies = len(purchase.wishes) if wished else purchase.companies
        counted = self.wording.translations.ngettext("%(n)s company", "%(n)s companies", companies) % {"n": companies}
        if not total:
            return counted
        said = _("%(total)s wished") if wished else _("%(total)s pledged")
        return f"{self.say(said, total=self.quantity(total))} · {counted}"

    def happened(self, event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  (one flat case per event)
        """One event, in a sentence."""
        match event:
            case PurchaseProposed():
                company = self.name(event.company_id)
                return self.say(_("%(company)s proposes to buy this together."), company=company)
            case QuoteReceived():
                supplier = str(event.quote.supplier)
                return self.say(_("%(supplier)s has entered its quote by its own link."), supplier=supplier)
            case InterestPolled():
                said = _("The facilitator wrote down for you that you would take %(quantity)s, without commitment.")
                return self.say(said, quantity=self.quantity(event.quantity))
            case PledgeMade() | PledgeChanged():
                said = _("The facilitator entered your pledge for you, as you asked: %(quantity)s.")
                return self.say(said, quantity=self.quantity(event.quantity))
            case PledgeWithdrawn():
                return self.say(_("The facilitator withdrew your pledge for you, as you asked."))
            case NeedsDeclared():
                return self.say(_("The facilitator wrote down for you what the provider has to know of a site."))
            case ContractJoined() if self.mine:
                said = _("The facilitator opted in for you, as you asked: %(quantity)s.")
                return self.say(said, quantity=self.quantity(event.quantity))
            case ContractJoined():
                company, quantity = self.name(event.company_id), self.quantity(event.quantity)
                return self.say(_("%(company)s has opted in: %(quantity)s."), company=company, quantity=quantity)
            case RenewalNear():
                end, notice = self.wording.date(event.ends_on), self.wording.date(event.notice_by)
                said = _("Your contract ends on %(end)s. If you do not want it to go on, give notice by %(notice)s.")
                return self.say(said, end=end, notice=notice)
            case PledgesOpened():
                return self.say(_("A quote is chosen, and you can join until %(moment)s."), moment=self.deadline)
            case ThresholdReached():
                return self._mark(REACHED, event)
            case ThresholdLost():
                return self.say(_("A company withdrew.")) + " " + self._mark(LOST, event)
            case LastCallMade():
                return self.say(_("Pledges close %(moment)s."), moment=self.deadline)
            case TermsChanged() if event.worse:
                return self.say(_("The terms have changed, and something is worse for you."))
            case TermsChanged():
                return self.say(_("The terms have changed. Nothing is worse: what was pledged stands."))
            case DeadlineExtended():
                return self.say(_("There is more time: pledges close %(moment)s."), moment=self.deadline)
            case PurchaseConfirmed() if self.mine and len(event.shares) < FEW:
                price = self.wording.money(event.unit_cents)
                return self.say(_("It takes place, at %(price)s each without VAT."), price=price)
            case PurchaseConfirmed():
                figures = {"total": self.quantity(event.total), "price": self.wording.money(event.unit_cents)}
                return self.say(_("It takes place: %(total)s in all, at %(price)s each without VAT."), **figures)
            case PurchaseFailed():
                return self.say(FAILED[event.reason])
            case PurchaseCancelled():
                return self.say(_("The organiser has given it up."))
            case DeliveryRecorded():
                day = self.wording.weekday(event.on)
                return self.say(_("The organiser says that it was delivered on %(day)s."), day=day)
            case ReceiptConfirmed():
                return self._received(event)
            case RoundPlanned() | StopVisited():
                return round_words.happened(event, self.wording, self.say)
            case SessionPlanned() | RefreshersDue():
                return session_words.happened(event, self.purchase, self.mine, self.wording, self.time_zone, self.say)
            case _:
                return ""

    def quote(self, event: Event) -> str:
        """What the organiser or the buyer wrote of it."""
        match event:
            case TermsChanged() | DeadlineExtended() | PurchaseCancelled():
                return str(event.reason)
            case ReceiptConfirmed() | StopVisited():
                return str(event.remark or "")
            case _:
                return ""

    def next(self) -> tuple[str, str, bool]:  # noqa: PLR0911  (one flat case per stage)
        """What comes next for the reader, what the button says, and whether it is their turn."""
        purchase, see = self.purchase, self.say(_("See the group purchase"))
        pledge = purchase.pledges.get(self.mine)
        share = next((one for one in purchase.shares if one.company_id == self.mine), None)
        round_near = round_words.following(purchase.collection, self.mine, self.wording, self.say, self.quantity)
        who_comes = session_words.following(purchase, self.mine, self.wording, self.say)
        match purchase.stage:
            case "confirmed" if round_near is not None:
                return round_near
            case "confirmed" if who_comes is not None:
                return who_comes
            case "open" if not self.mine:
                return "", see, False
            case "open" if pledge is None:
                said = _("Your turn: join by %(moment)s, or let it pass.")
                return self.say(said, moment=self.deadline), self.say(_("See the price and join")), True
            case "open" if self.mine in purchase.waiting:
                said = _("Your turn: your pledge counts only once you confirm it, by %(moment)s.")
                return self.say(said, moment=self.deadline), self.say(_("See the new terms")), True
            case "open" if pledge is not None:
                own = {"quantity": self.quantity(pledge.quantity), "moment": self.deadline}
                said = _("Your pledge: %(quantity)s. You may change it until %(moment)s.")
                return self.say(said, **own), see, False
            case "confirmed" if share is not None and share.quantity:
                own = {"quantity": self.quantity(share.quantity), "cost": self.wording.money(share.with_vat)}
                said = _(
                    "Your share: %(quantity)s for %(cost)s including VAT. You contract with the supplier yourself."
                )
                return self.say(said, **own), see, False
            case "confirmed" if share is not None:
                return self.say(_("Whole packs left nothing for you: you owe nothing.")), see, False
            case "delivered" if share is not None and share.quantity and self.mine not in purchase.receipts:
                said = _("Your turn: say whether your %(quantity)s arrived.")
                return self.say(said, quantity=self.quantity(share.quantity)), self.say(_("Say what arrived")), True
            case _:
                return "", see, False

    @property
    def deadline(self) -> str:
        """Until when, by the clocks of the zone."""
        terms = self.purchase.terms
        return self.wording.moment(terms.deadline, self.time_zone) if terms else ""

    def quantity(self, amount: Decimal) -> str:
        """105 pieces."""
        return self.wording.amount(amount, self.purchase.unit, self.purchase.category)

    def say(self, sentence: str, **figures: str) -> str:
        """A sentence in the reader's language."""
        said = self.wording.translations.gettext(sentence)
        return elided(said % figures, self.wording.language) if figures else said

    def _mark(self, sentences: Mapping[Mark, str], event: ThresholdReached | ThresholdLost) -> str:
        figures = {"count": self.wording.number(event.least)}
        if event.mark != "companies":
            figures = {"least": self.quantity(event.least)}
        if event.mark == "tier" and self.purchase.terms is not None:
            tier = tier_at(self.purchase.terms.offer.tiers, self.purchase.total)
            figures["price"] = self.wording.money(tier.cents)
        return self.say(sentences[event.mark], **figures)

    def _received(self, event: ReceiptConfirmed) -> str:
        company = self.name(event.company_id)
        if event.outcome == "short":
            quantity = self.quantity(event.quantity) if event.quantity else self.say(_("nothing"))
            return self.say(_("%(company)s received %(quantity)s only."), company=company, quantity=quantity)
        return self.say(_("%(company)s received damaged goods."), company=company)
