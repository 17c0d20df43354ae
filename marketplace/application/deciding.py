"""What every use case is made of: load, decide, append."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from domain import companies, listings, zones
from domain.commands import Command, Receipt
from domain.events import Event
from domain.refused import NotFound, _
from marketplace.eventlog import EventLog

S = TypeVar("S")
E = TypeVar("E", bound=Event)


class Deciding:
    """What every use case is made of: load, decide, append."""

    def __init__(self, log: EventLog, *, secret: bytes, history: bool = False) -> None:
        self._log = log
        self._secret = secret
        self._history = history

    def _of_listing(
        self,
        command: Command,
        listing_id: str,
        decision: Callable[[listings.Listing | None], list[listings.ListingEvent]],
    ) -> Receipt:
        listing = self._listing(listing_id)
        return self._carry_out(command, listing_id, listings.evolve, decision, sorted(listing.zones))

    def _zone(self, zone_id: str) -> zones.Zone:
        zone = self._log.load(zone_id, zones.evolve).state
        if zone is None:
            raise NotFound(_("There is no such zone."))
        return zone

    def _zones(self, zone_ids: Iterable[str]) -> dict[str, zones.Zone]:
        return {zone_id: self._zone(zone_id) for zone_id in sorted(zone_ids)}

    def _company(self, company_id: str) -> companies.Company:
        company = self._log.load(company_id, companies.evolve).state
        if company is None:
            raise NotFound(_("There is no such company."))
        return company

    def _listing(self, listing_id: str) -> listings.Listing:
        listing = self._log.load(listing_id, listings.evolve).state
        if listing is None or listing.stage != "posted":
            raise NotFound(_("There is no such listing."))
        return listing

    def _carry_out(
        self,
        command: Command,
        stream: str,
        evolve: Callable[[S | None, E], S],
        decision: Callable[[S | None], Sequence[Event]],
        zone_ids: Iterable[str],
        *,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        return self._log.decide(
            command,
            stream,
            evolve,
            lambda state, _version: decision(state),
            zones=sorted(zone_ids),
            ids=ids or {},
            history=self._history,
        )


def follow_up(command: Command, step: str) -> str:
    """The id of a command that another one entails: the same each time the first is asked."""
    return str(uuid.uuid5(uuid.UUID(command.command_id), step))


def step(command: Command, name: str) -> dict[str, Any]:
    """Who asks for a command that another one entails, when, and its id: the same each time the first is asked."""
    return {"actor": command.actor, "now": command.now, "command_id": follow_up(command, name)}
