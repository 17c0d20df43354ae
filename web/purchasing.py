"""Rows to views: a group purchase as a card, as terms and prices, as a story, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.numbers import format_percent

from domain import purchases, taxonomy
from domain.purchases import Offer, Terms
from domain.refused import _
from marketplace.language import Language
from marketplace.purchase_words import FAILED
from marketplace.wording import Wording, ngettext
from projections.purchases import PledgeRow, PurchaseRow, TermsRow
from web import purchase_views as views
from web import purchase_words as words
from web.views import Fact

WHOLE: Final = 1_000
"""The length of a bar."""
AIR: Final = Decimal("1.12")
"""How far beyond its last mark a bar goes that has no maximum."""
HIGH: Final = 100
"""The height of the chart."""
COMPANIES: Final = ngettext("%(n)s company", "%(n)s companies")
DAYS_LEFT: Final = ngettext("%(n)s day left", "%(n)s days left")
HOURS_LEFT: Final = ngettext("%(n)s hour left", "%(n)s hours left")
MINUTES_LEFT: Final = ngettext("%(n)s minute left", "%(n)s minutes left")
SHOWN_IN_DAYS: Final = timedelta(days=2)


class PurchasePresenter:
    """Shows group purchases to one reader, at one moment, by the clocks of their zone."""

    def __init__(
        self, say: Callable[..., str], wording: Wording, language: Language, now: datetime, time_zone: str
    ) -> None:
        self.say = say
        self.wording = wording
        self.language = language
        self.now = now
        self.time_zone = time_zone

    # Figures ----------------------------------------------------------------------------------------------------

    def quantity(self, amount: Decimal, row: PurchaseRow) -> str:
        """40 pairs, 12.5 MWh."""
        return self.wording.amount(amount, row.unit, row.category)

    def unit(self, row: PurchaseRow) -> str:
        """What one of it is called."""
        return self.wording.unit(row.unit, row.category)

    def money(self, cents: int | None) -> str:
        """2.50 €; nothing where there is no figure."""
        return "" if cents is None else self.wording.money(cents)

    def price(self, cents: int, row: PurchaseRow) -> str:
        """2.50 € / piece."""
        return self.say(_("%(price)s / %(unit)s"), price=self.money(cents), unit=self.unit(row))

    def percent(self, rate: Decimal) -> str:
        """20 %."""
        return format_percent(rate / 100, locale=self.language, decimal_quantization=False)

    def counted(self, sentence: tuple[str, str], n: int) -> str:
        """14 companies."""
        return self.wording.translations.ngettext(*sentence, n) % {"n": self.wording.number(n)}

    # Time -------------------------------------------------------------------------------------------------------

    def moment(self, at: datetime) -> str:
        """Friday 18 December, 12:00, by the clocks of the zone."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        day = self.wording.weekday(local.date(), self.now.astimezone(ZoneInfo(self.time_zone)).year)
        return self.say(_("%(day)s at %(time)s"), day=day, time=self.wording.clock(at, self.time_zone))

    def local(self, at: datetime) -> date:
        """The day by the clocks of the zone."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def day(self, on: date) -> str:
        """18 December 2026."""
        return self.wording.date(on)

    def left(self, deadline: datetime) -> str:
        """How much time is left."""
        left = deadline - self.now
        if left <= timedelta():
            return self.say(_("time is up: it settles within minutes"))
        if left >= SHOWN_IN_DAYS:
            return self.counted(DAYS_LEFT, left.days)
        if left >= timedelta(hours=1):
            return self.counted(HOURS_LEFT, int(left / timedelta(hours=1)))
        return self.counted(MINUTES_LEFT, max(1, int(left / timedelta(minutes=1))))

    # On a list --------------------------------------------------------------------------------------------------

    def card(
        self,
        row: PurchaseRow,
        terms: TermsRow | None = None,
        own: PledgeRow | None = None,
        zone: str = "",
        coming: str = "",
    ) -> views.Card:
        """A group purchase on a list; `terms` are known to members only, `zone` is named where it is a partner's.

        `coming` is what is still to come of it, said.
        """
        agreed = terms.terms if terms and row.form != "funding" else None
        is_open = row.stage == "open" and row.deadline is not None
        tiers = agreed.offer.tiers if agreed else ()
        total = at_least(row, terms)
        now = purchases.tier_at(tiers, total) if tiers else None
        lower = purchases.next_tier(tiers, total) if tiers and is_open else None
        cents = terms.unit_cents if agreed and terms and terms.unit_cents else now.cents if now else None
        return views.Card(
            id=row.purchase_id,
            title=row.title or self.say(_("(erased)")),
            form=self.say(words.WORDS[row.form].name),
            category=taxonomy.label(row.category, self.language),
            category_code=row.category,
            stage=words.stage(row.stage, self.say),
            progress=self.progress(row, terms)
            if row.deadline and row.stage in ("open", "confirmed", "delivered", "failed")
            else None,
            deadline=self.moment(row.deadline) if is_open and row.deadline else "",
            left=self.left(row.deadline) if is_open and row.deadline else "",
            price=self.money(cents),
            per=self.unit(row) if cents else "",
            lower=self.say(_("%(price)s from %(quantity)s on"), price=self.money(lower.cents),
                           quantity=self.quantity(lower.least, row)) if lower else "",
            own=self._own(row, own),
            told=coming or self._told(row),
            form_code=row.form,
            zone=zone,
        )  # fmt: skip

    def _own(self, row: PurchaseRow, own: PledgeRow | None) -> str:
        if own is None:
            return ""
        if own.share is not None:
            return self.say(_("You get %(quantity)s"), quantity=self.quantity(own.share, row))
        if own.waits and own.quantity:
            return self.say(_("Yours waits: confirm it on the new terms"))
        if own.quantity:
            return self.say(_("You: %(quantity)s"), quantity=self.quantity(own.quantity, row))
        if own.wish and row.stage in purchases.BEFORE_PLEDGES:
            return self.say(_("You would take %(quantity)s"), quantity=self.quantity(own.wish, row))
        return ""

    def _told(self, row: PurchaseRow) -> str:
        """What there is to know beside the bar: who would join, how it ended."""
        if row.stage in purchases.BEFORE_PLEDGES:
            return self.wished(row)
        if row.stage == "failed" and row.failure:
            return self.say(FAILED[row.failure])
        if row.joins_until and row.stage in ("confirmed", "delivered") and self.now < row.joins_until:
            return self.say(_("Opt in until %(day)s"), day=self.day(self.local(row.joins_until - timedelta(seconds=1))))
        if row.stage == "delivered" and row.delivered_on:
            return self.say(words.WORDS[row.form].delivered_on, day=self.day(row.delivered_on))
        return row.why if row.stage == "cancelled" else ""

    def wished(self, row: PurchaseRow) -> str:
        """What the zone would take, in all."""
        if row.wished is None or row.wishers is None:
            return self.say(_("Fewer than three companies have answered so far"))
        if not row.wishers:
            return self.say(_("Nobody has answered yet"))
        return self.say(
            _("%(companies)s would take %(quantity)s in all"),
            companies=self.counted(COMPANIES, row.wishers),
            quantity=self.quantity(row.wished, row),
        )

    # How far it has come ----------------------------------------------------------------------------------------

    def progress(self, row: PurchaseRow, told: TermsRow | None) -> views.Progress:
        """The bar, with what everyone waits for marked on it; empty while too few take part to tell how far it is."""
        terms, total = told.terms if told else None, at_least(row, told)
        marks = self.marks(row, terms)
        top = self.top(row, marks)
        reached = tuple(views.Mark(at=_at(least, top), label=label, reached=total >= least) for least, label in marks)
        if row.total is None or row.companies is None:
            few = _("Fewer than three companies so far") if row.stage == "open" else _("Fewer than three companies")
            return views.Progress(length=0, marks=reached, total=self.say(few))
        return views.Progress(
            length=_at(row.total, top),
            marks=reached,
            total=self.quantity(row.total, row),
            missing=self._missing(row, row.total, terms),
            companies=self._companies(row, row.companies),
        )

    def top(self, row: PurchaseRow, marks: Iterable[tuple[Decimal, str]]) -> Decimal:
        """The quantity at the end of the bar."""
        total = row.total or Decimal(0)
        if row.maximum:
            return max(row.maximum, total)
        return max([total, *(least for least, _label in marks)], default=Decimal(0)) * AIR or Decimal(1)

    def marks(self, row: PurchaseRow, terms: Terms | None) -> list[tuple[Decimal, str]]:
        """What everyone waits for, with how it is called: minimum, lower prices, goal, maximum."""
        marks = []
        if row.minimum:
            marks.append((row.minimum, self.say(_("minimum %(quantity)s"), quantity=self.quantity(row.minimum, row))))
        marks.extend(
            (tier.least, self.say(_("%(price)s from %(quantity)s on"), price=self.money(tier.cents),
                                  quantity=self.quantity(tier.least, row)))
            for tier in (terms.offer.tiers[1:] if terms else ())
            if row.maximum is None or tier.least <= row.maximum
        )  # fmt: skip
        if row.goal:
            marks.append((row.goal, self.say(_("goal %(quantity)s"), quantity=self.quantity(row.goal, row))))
        if row.maximum:
            marks.append((row.maximum, self.say(_("maximum %(quantity)s"), quantity=self.quantity(row.maximum, row))))
        return sorted(marks, key=lambda mark: mark[0])

    def _missing(self, row: PurchaseRow, total: Decimal, terms: Terms | None) -> str:
        """The distance to what is waited for next."""
        if row.stage != "open":
            return ""
        if row.minimum and total < row.minimum:
            return self.say(_("%(quantity)s more to reach the minimum"),
                            quantity=self.quantity(row.minimum - total, row))  # fmt: skip
        if row.goal:
            sentence = _("The goal is reached") if total >= row.goal else _("%(quantity)s more to reach the goal")
            return self.say(sentence, quantity=self.quantity(max(row.goal - total, Decimal(0)), row))
        tiers = terms.offer.tiers if terms else ()
        following = purchases.next_tier(tiers, total) if tiers else None
        if following and (row.maximum is None or following.least <= row.maximum):
            return self.say(_("%(quantity)s more for everyone to pay %(price)s"),
                            quantity=self.quantity(following.least - total, row),
                            price=self.money(following.cents))  # fmt: skip
        if row.maximum is None:
            return self.say(_("The lowest price is reached")) if len(tiers) > 1 else ""
        sentence = _("%(quantity)s still to be had") if total < row.maximum else _("Everything is taken")
        return self.say(sentence, quantity=self.quantity(row.maximum - total, row))

    def _companies(self, row: PurchaseRow, companies: int) -> str:
        said = self.counted(COMPANIES, companies)
        if row.stage == "open" and companies < row.least_companies > 1:
            return self.say(_("%(companies)s of the %(least)s it takes"), companies=said, least=row.least_companies)
        if row.stage == "open" and row.most_companies:
            return self.say(_("%(companies)s of %(most)s at most"), companies=said, most=row.most_companies)
        return said

    # Terms and prices -------------------------------------------------------------------------------------------

    def terms(self, row: PurchaseRow, told: TermsRow) -> views.Terms | None:
        """On what members pledge; None before there is anything to say."""
        if told.terms is None:
            return None
        offer = told.terms.offer
        final = told.unit_cents
        total = at_least(row, told)
        now = purchases.tier_at(offer.tiers, total)
        lower = purchases.next_tier(offer.tiers, total) if row.stage == "open" else None
        cents = final or now.cents
        return views.Terms(
            supplier=told.supplier or ("" if row.form == "funding" else self.say(_("(erased)"))),
            price=self.money(cents),
            per=self.unit(row),
            with_vat=self.money(_with_vat(cents, offer)),
            lower=self.say(_("%(price)s from %(quantity)s on"), price=self.money(lower.cents),
                           quantity=self.quantity(lower.least, row)) if lower else "",
            vat=self.percent(offer.vat),
            delivery=self.delivery(offer),
            place=self.place(offer),
            tiers=tuple(
                views.Tier(
                    since=self.say(_("from %(quantity)s on"), quantity=self.quantity(tier.least, row))
                    if tier.least
                    else self.say(_("from the first one on")),
                    price=self.money(tier.cents),
                    with_vat=self.money(_with_vat(tier.cents, offer)),
                    now=tier.cents == cents,
                    reached=tier.cents >= cents,
                )
                for tier in offer.tiers
            ),
            facts=self._bounds(row, told.terms),
            conditions=told.conditions,
            choice=told.choice,
            charter=told.charter,
            document=bool(told.document),
        )  # fmt: skip

    def delivery(self, offer: Offer) -> str:
        """What each company pays for its delivery."""
        if not offer.delivery_cents:
            return self.say(_("included"))
        return self.say(_("%(price)s excl. VAT for each company"), price=self.money(offer.delivery_cents))

    def place(self, offer: Offer) -> str:
        """Where it comes."""
        return (
            self.say(_("at your own site"))
            if offer.delivered == "site"
            else self.say(_("at a common place of the zone"))
        )

    def _bounds(self, row: PurchaseRow, terms: Terms) -> tuple[Fact, ...]:
        """Each said once, where there is one."""
        facts = [
            (_("Sold by"), self.quantity(terms.offer.pack, row) if terms.offer.pack else ""),
            (_("Minimum in all"), self.quantity(terms.minimum, row) if terms.minimum else ""),
            (_("Maximum in all"), self.quantity(terms.maximum, row) if terms.maximum else ""),
            (_("Companies it takes"), str(terms.least_companies) if terms.least_companies > 1 else ""),
            (_("Companies at most"), str(terms.most_companies) if terms.most_companies else ""),
            (_("If there is not enough"), self.say(words.RULE_NAMES[terms.rule]) if terms.maximum else ""),
            (_("Closes early"), self.say(_("as soon as it is full")) if terms.closes_when_full else ""),
            (_("Price valid until"), "" if row.form == "funding" else self.day(terms.offer.valid_until)),
            (_("Open to"), self.say(_("companies of partner zones, too")) if terms.partners else ""),
            (_("For whom"), self.say(_("adherents of the association only")) if terms.adherents else ""),
        ]
        return tuple(Fact(label=self.say(label), value=value) for label, value in facts if value)

    def estimate(
        self, row: PurchaseRow, offer: Offer, quantity: Decimal, total: Decimal, present_cents: int | None
    ) -> views.Estimate:
        """What a quantity costs at a total, and what that saves."""
        cost = purchases.cost(offer, quantity, total)
        saved = purchases.saving(offer, quantity, total, present_cents) if present_cents is not None else None
        saving = ""
        if saved is not None:
            sentence = _("%(money)s saved") if saved >= 0 else _("%(money)s more than today")
            saving = self.say(sentence, money=self.money(abs(saved)))
        return views.Estimate(
            quantity=self.quantity(quantity, row),
            goods=self.money(cost.goods),
            delivery=self.money(cost.delivery) if cost.delivery else "",
            with_vat=self.money(cost.with_vat),
            saving=saving,
            loses=saved is not None and saved < 0,
        )


def at_least(row: PurchaseRow, told: TermsRow | None) -> Decimal:
    """The total; while it is not told, the least it must be for the price that holds."""
    if row.total is not None:
        return row.total
    tiers = told.terms.offer.tiers if told and told.terms else ()
    return next((tier.least for tier in tiers if told and tier.cents == told.now_cents), Decimal(0))


def _at(amount: Decimal, top: Decimal) -> int:
    return min(round(WHOLE * amount / top), WHOLE)


def _with_vat(cents: int, offer: Offer) -> int:
    return int((cents * (1 + offer.vat / 100)).to_integral_value(ROUND_HALF_UP))
