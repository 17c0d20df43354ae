"""Needs and surpluses put together, and the outlets of a zone's guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain import companies, listings, outlets, pooling, zones
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding

A = TypeVar("A", pooling.JoinPooling, pooling.DeclinePooling)
S = TypeVar("S", pooling.DropPooling, pooling.TakeUpPooling)
G = TypeVar("G", outlets.OpenOutlet, outlets.AmendOutlet, outlets.CloseOutlet)


class PoolingUseCases(Deciding):
    """Needs and surpluses put together, and the outlets of a zone's guide."""

    def propose_pooling(self, command: pooling.ProposePooling) -> Receipt:
        """Propose that companies which need the same, or have the same too much, act together."""
        counted = [self._log.load(listing_id, listings.evolve).state for listing_id in command.listing_ids]
        found = [listing for listing in counted if listing is not None]
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: pooling.propose_pooling(command, pool, found),
            [command.zone_id],
        )

    def join_pooling(self, command: pooling.JoinPooling) -> Receipt:
        """Count a company in."""
        return self._answer_pooling(command, pooling.join_pooling)

    def decline_pooling(self, command: pooling.DeclinePooling) -> Receipt:
        """Leave a company out."""
        return self._answer_pooling(command, pooling.decline_pooling)

    def drop_pooling(self, command: pooling.DropPooling) -> Receipt:
        """Leave a proposal at that, and say why."""
        return self._settle_pooling(command, pooling.drop_pooling)

    def take_up_pooling(self, command: pooling.TakeUpPooling) -> Receipt:
        """Make something of a proposal."""
        return self._settle_pooling(command, pooling.take_up_pooling)

    def open_outlet(self, command: outlets.OpenOutlet) -> Receipt:
        """Tell the companies of a zone of an outlet."""
        return self._keep_guide(command, self._zone(command.zone_id), outlets.open_outlet)

    def amend_outlet(self, command: outlets.AmendOutlet) -> Receipt:
        """Correct what is told of an outlet."""
        return self._keep_guide(command, self._zone_of_outlet(command.outlet_id), outlets.amend_outlet)

    def close_outlet(self, command: outlets.CloseOutlet) -> Receipt:
        """Take an outlet out of the guide."""
        return self._keep_guide(command, self._zone_of_outlet(command.outlet_id), outlets.close_outlet)

    def _answer_pooling(
        self,
        command: A,
        decision: Callable[[A, pooling.Pooling | None, companies.Company, zones.Zone], list[pooling.PoolingEvent]],
    ) -> Receipt:
        zone, company = self._zone_of_pooling(command.pooling_id), self._company(command.company_id)
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: decision(command, pool, company, zone),
            [zone.zone_id],
        )

    def _settle_pooling(
        self,
        command: S,
        decision: Callable[[S, pooling.Pooling | None, zones.Zone], list[pooling.PoolingEvent]],
    ) -> Receipt:
        zone = self._zone_of_pooling(command.pooling_id)
        return self._carry_out(
            command, command.pooling_id, pooling.evolve, lambda pool: decision(command, pool, zone), [zone.zone_id]
        )

    def _keep_guide(
        self,
        command: G,
        zone: zones.Zone,
        decision: Callable[[G, outlets.Outlet | None, zones.Zone], list[outlets.OutletEvent]],
    ) -> Receipt:
        return self._carry_out(
            command,
            command.outlet_id,
            outlets.evolve,
            lambda outlet: decision(command, outlet, zone),
            [zone.zone_id],
            ids={"outlet_id": command.outlet_id},
        )

    def _zone_of_pooling(self, pooling_id: str) -> zones.Zone:
        pool = self._log.load(pooling_id, pooling.evolve).state
        if pool is None:
            raise NotFound(_("There is no such proposal."))
        return self._zone(pool.zone_id)

    def _zone_of_outlet(self, outlet_id: str) -> zones.Zone:
        outlet = self._log.load(outlet_id, outlets.evolve).state
        if outlet is None:
            raise NotFound(_("There is no such outlet."))
        return self._zone(outlet.zone_id)
