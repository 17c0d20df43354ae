"""Quotes side by side: what one unit costs at several totals, and what a typical company would pay in all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from domain import purchases as domain
from domain.purchases import Offer
from domain.refused import _
from projections.purchases import PurchaseRow, QuoteRow
from web import purchase_desk_views as views
from web.purchasing import PurchasePresenter
from web.quote_field import PLACE_WORDS
from web.visits import Visit


class Comparing:
    """One reading of the quotes of a group purchase; there is one at least."""

    def __init__(self, visit: Visit, show: PurchasePresenter, row: PurchaseRow, quotes: Sequence[QuoteRow]) -> None:
        self.visit = visit
        self.show = show
        self.row = row
        self.quotes = quotes

    def view(self) -> views.Comparison:
        """Quotes side by side: unit prices at several totals, and what a typical company would pay in all."""
        row, say, quotes = self.row, self.visit.say, self.quotes
        today = self.visit.now.date()
        typical = _typical(row)
        rows = [self._at_total(label, total) for label, total in self._totals()]
        if typical:
            at = max(row.wished or typical, typical)
            costs = [domain.cost(one.offer, typical, at) for one in quotes]
            best = min(cost.goods + cost.delivery for cost in costs)
            rows.append(
                views.ComparedRow(
                    label=say(_("A typical company pays, delivered")),
                    hint=say(
                        _("%(quantity)s at the wished total, excl. VAT"), quantity=self.show.quantity(typical, row)
                    ),
                    cells=tuple(
                        views.Compared(
                            said=self.show.money(cost.goods + cost.delivery),
                            detail=say(_("%(price)s incl. VAT"), price=self.show.money(cost.with_vat)),
                            best=cost.goods + cost.delivery == best and len(quotes) > 1,
                        )
                        for cost in costs
                    ),
                )
            )
        plain_rows = (
            (_("Delivery for each company"), [self.show.delivery(one.offer) for one in quotes]),
            (_("Delivered"), [say(PLACE_WORDS[one.offer.delivered]) for one in quotes]),
            (_("Supplier’s minimum"), [self._amount(one.offer.minimum) for one in quotes]),
            (_("Sold by"), [self._amount(one.offer.pack) for one in quotes]),
            (_("VAT"), [self.show.percent(one.offer.vat) for one in quotes]),
            (_("Valid until"), [self.show.day(one.offer.valid_until) for one in quotes]),
        )
        rows += [
            views.ComparedRow(label=say(label), hint="", cells=tuple(views.Compared(said=said) for said in values))
            for label, values in plain_rows
        ]
        return views.Comparison(
            quotes=tuple(
                views.QuoteHead(
                    id=one.quote_id,
                    supplier=one.supplier or say(_("(erased)")),
                    chosen=one.chosen,
                    expired=one.offer.valid_until < today,
                    replace=one.quote_id if row.stage in ("poll", "quotes") else "",
                    conditions=one.conditions,
                    by_supplier=bool(one.invitation_id),
                    document=bool(one.document),
                )
                for one in quotes
            ),
            rows=tuple(rows),
            typical=self.show.quantity(typical, row) if typical else "",
        )

    def _totals(self) -> list[tuple[str, Decimal]]:
        """At which totals prices are compared: the least a supplier takes, what the zone wishes, the best price."""
        row, say, quotes = self.row, self.visit.say, self.quotes
        minimum = row.minimum or min((one.offer.minimum for one in quotes if one.offer.minimum), default=row.step)
        highest = row.maximum or max(one.offer.tiers[-1].least for one in quotes)
        totals = [(say(_("At the minimum")), minimum)]
        if row.wished:
            totals.append((say(_("At the wished total")), row.wished))
        totals.append((say(_("At the maximum")) if row.maximum else say(_("At the largest total quoted")), highest))
        kept: dict[Decimal, str] = {}
        for label, total in totals:
            kept.setdefault(total, label)
        return [(label, total) for total, label in sorted(kept.items()) if total]

    def _at_total(self, label: str, total: Decimal) -> views.ComparedRow:
        prices = [
            None if _too_little(one.offer, total) else domain.tier_at(one.offer.tiers, total).cents
            for one in self.quotes
        ]
        best = min((price for price in prices if price is not None), default=None)
        return views.ComparedRow(
            label=label,
            hint=self.visit.say(
                _("%(quantity)s, price of one excl. VAT"), quantity=self.show.quantity(total, self.row)
            ),
            cells=tuple(
                views.Compared(said=self.show.money(price), best=price == best and len(self.quotes) > 1)
                if price is not None
                else views.Compared(said="–", detail=self.visit.say(_("below its minimum")))
                for price in prices
            ),
        )

    def _amount(self, amount: Decimal | None) -> str:
        return self.show.quantity(amount, self.row) if amount else "–"


def _too_little(offer: Offer, total: Decimal) -> bool:
    return offer.minimum is not None and total < offer.minimum


def _typical(row: PurchaseRow) -> Decimal:
    """What a company would take on average, in whole steps."""
    if not row.wished or not row.wishers:
        return Decimal(0)
    steps = (row.wished / row.wishers / row.step).to_integral_value(ROUND_HALF_UP)
    return max(steps, Decimal(1)) * row.step
