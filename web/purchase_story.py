"""What happened to a group purchase, and how its pledges grew: told and drawn for one reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain import purchases
from marketplace.purchase_words import FAILED, LOST, REACHED
from projections.purchases import DayRow, PurchaseRow, StepRow, TermsRow
from web import purchase_views as views
from web import purchase_words as words
from web.purchasing import WHOLE, PurchasePresenter, at_least

HIGH: Final = 100
"""The height of the chart."""


class PurchaseStory(Struct, frozen=True):
    """Tells it in the words of one reader."""

    show: PurchasePresenter

    def happening(self, step: StepRow, row: PurchaseRow, told: TermsRow | None = None) -> views.Happening:
        """One thing that concerns everybody."""
        detail = ""
        if step.what == "TermsChanged":
            detail = self.show.say(words.WORSE if step.worse else words.BETTER)
        elif step.what == "PurchaseFailed" and row.failure:
            detail = self.show.say(FAILED[row.failure])
        return views.Happening(at=step.at, sentence=self._sentence(step, row, told), detail=detail, words=step.words)

    def _mark(
        self, step: StepRow, mark: purchases.Mark, least: Decimal, row: PurchaseRow, told: TermsRow | None
    ) -> str:
        """The very sentence of the mail about it."""
        tiers = told.terms.offer.tiers if told and told.terms else ()
        # Below a mark that is lost holds the price of the tier before.
        before = max((tier.least for tier in tiers if tier.least < least), default=least)
        at = least if step.what == "ThresholdReached" else before
        price = self.show.money(purchases.tier_at(tiers, at).cents) if tiers else ""
        sentences = REACHED if step.what == "ThresholdReached" else LOST
        figures = {"least": self.show.quantity(least, row), "count": self.show.wording.number(least), "price": price}
        return self.show.say(sentences[mark], **figures)

    def _sentence(self, step: StepRow, row: PurchaseRow, told: TermsRow | None) -> str:
        if step.mark is not None and step.least is not None:
            return self._mark(step, step.mark, step.least, row, told)
        if step.what == "LastCallMade":
            return self.show.wording.translations.ngettext(*words.LAST_CALL, step.days or 1) % {"days": step.days}
        if step.what == "DeadlineExtended" and step.deadline:
            return self.show.say(words.TOLD[step.what], deadline=self.show.moment(step.deadline))
        return self.show.say(words.TOLD[step.what])

    def growth(self, row: PurchaseRow, told: TermsRow, days: Sequence[DayRow]) -> views.Growth | None:
        """How the pledges grew, day by day; None before there is anything to draw."""
        if not days:
            return None
        wording = self.show.wording
        marks = self.show.marks(row, told.terms)
        top = max(self.show.top(row, marks), *(day.total for day in days))
        first, today = days[0].on, self.show.local(min(self.show.now, row.ended_at or self.show.now))
        last = max(days[-1].on, today, self.show.local(row.deadline) if row.stage == "open" and row.deadline else today)
        span = max((last - first).days, 1)

        def across(on: date) -> int:
            return round(WHOLE * (on - first).days / span)

        grown = [f"H{across(day.on)} V{HIGH - round(HIGH * day.total / top)}" for day in days]
        # A day that has only begun is drawn, so that the first one shows at all.
        edge = [f"M0 {HIGH}", *grown, f"H{max(across(today), WHOLE // (4 * span))}"]
        return views.Growth(
            area=f"{' '.join(edge)} V{HIGH} Z",
            edge=" ".join(edge),
            marks=tuple(
                views.Mark(at=HIGH - round(HIGH * least / top), label=label, reached=at_least(row, told) >= least)
                for least, label in marks
            ),
            first=wording.day(first),
            last=wording.day(last),
            days=tuple(
                views.Day(on=wording.day(day.on), total=self.show.quantity(day.total, row), companies=day.companies)
                for day in days
            ),
        )
