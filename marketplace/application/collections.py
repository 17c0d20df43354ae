"""Pooled collections: what each stop hands over, and the rounds."""

from __future__ import annotations

from functools import partial

from domain import purchases
from domain.commands import Receipt
from marketplace.application.purchases import PurchaseUseCases


class CollectionUseCases(PurchaseUseCases):
    """Pooled collections: what each stop hands over, and the rounds."""

    def set_collection(self, command: purchases.SetCollection) -> Receipt:
        """Say from how many per cent of good units on a round is free, and how often it comes."""
        return self._organise(command, purchases.set_collection)

    def declare_stop(self, command: purchases.DeclareStop) -> Receipt:
        """Say what a company hands over."""
        return self._join(command, partial(purchases.declare_stop, homes=self._homes(command)))

    def confirm_stop(self, command: purchases.ConfirmStop) -> Receipt:
        """Say that the same is ready as last time."""
        return self._join(command, purchases.confirm_stop)

    def skip_stop(self, command: purchases.SkipStop) -> Receipt:
        """Sit a round out."""
        return self._join(command, purchases.skip_stop)

    def withdraw_stop(self, command: purchases.WithdrawStop) -> Receipt:
        """Leave a collection."""
        return self._join(command, purchases.withdraw_stop)

    def plan_round(self, command: purchases.PlanRound) -> Receipt:
        """Set the day of the coming round; the stops of erased companies are given up."""
        purchase = self._purchase_of(command.purchase_id)
        zone = self._zone(purchase.zone_id)
        gone = {one for one in purchase.collection.stops if self._company(one).erased}
        return self._purchase(
            command, lambda purchase: purchases.plan_round(command, purchase, zone, gone), zone.zone_id
        )

    def order_stops(self, command: purchases.OrderStops) -> Receipt:
        """Order the stops of a round."""
        return self._organise(command, purchases.order_stops)

    def visit_stop(self, command: purchases.VisitStop) -> Receipt:
        """Record what became of a stop."""
        return self._organise(command, purchases.visit_stop)
