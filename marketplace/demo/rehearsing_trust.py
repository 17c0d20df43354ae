"""The decisions of the story that nothing later in it rests on: looks, charters, federations, directory, joining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatchmethod
from typing import Any, Final

from domain import charters, companies, federations, joining, sentences, zones
from domain.commands import Command
from domain.events import Event
from marketplace.application.handing_over import HandOverTo

FEDERATING: Final[dict[type[Command], Callable[..., list[federations.FederationEvent]]]] = {
    federations.FoundFederation: federations.found_federation,
    federations.InviteZone: federations.invite_zone,
    federations.NameReader: federations.name_reader,
}
BELONGING: Final[dict[type[Command], Callable[..., list[companies.CompanyEvent]]]] = {
    companies.SetMembership: companies.set_membership,
    companies.RecordDues: companies.record_dues,
}


class TrustRehearsal:
    """Decides on the zones and companies of the rehearsal it is part of, and keeps the other states itself."""

    def __init__(self, zones_: dict[str, zones.Zone], companies_: dict[str, companies.Company]) -> None:
        """Nothing has happened yet."""
        self._zones, self._companies = zones_, companies_
        self._states: dict[str, Any] = {}

    @singledispatchmethod
    def decide(self, command: Command) -> list[Event]:
        """What follows from a command; the states here follow too."""
        company_id, zone = command.company_id, self._zones[command.zone_id]  # type: ignore[attr-defined]  # the rest are these
        return self._company(company_id, BELONGING[type(command)](command, self._companies[company_id], zone))

    @decide.register
    def _(self, command: zones.ChooseLook) -> list[Event]:
        return self._zone(command.zone_id, zones.choose_look(command, self._zones[command.zone_id]))

    @decide.register
    def _(self, command: HandOverTo) -> list[Event]:
        said = zones.propose_handover(command.proposal(command.taker_id), self._zones[command.zone_id])
        return self._zone(command.zone_id, said)

    @decide.register
    def _(self, command: zones.JoinFederation) -> list[Event]:
        federation = self._states[command.federation_id]
        return self._zone(command.zone_id, zones.join_federation(command, self._zones[command.zone_id], federation))

    @decide.register
    def _(self, command: federations.FoundFederation | federations.InviteZone | federations.NameReader) -> list[Event]:
        known = self._states.get(command.federation_id)
        said = FEDERATING[type(command)](command, known)
        return self._kept(command.federation_id, federations.evolve, said)

    @decide.register
    def _(self, command: charters.PublishCharter) -> list[Event]:
        known, zone = self._states.get(command.charter_id), self._zones[command.zone_id]
        said = charters.publish_charter(command, known, zone)
        return self._kept(command.charter_id, charters.evolve, said)

    @decide.register
    def _(self, command: charters.AcceptCharter) -> list[Event]:
        known: charters.Charter = self._states[command.charter_id]
        company = self._companies[command.company_id]
        said = charters.accept_charter(command, known, company, self._zones[known.zone_id])
        return self._kept(command.charter_id, charters.evolve, said)

    @decide.register
    def _(self, command: sentences.KeepSentence) -> list[Event]:
        stream = sentences.stream_of(command.zone_id)
        said = sentences.keep_sentence(command, self._states.get(stream), self._zones[command.zone_id])
        return self._kept(stream, sentences.evolve, said)

    @decide.register
    def _(self, command: companies.SetOrganisationKind) -> list[Event]:
        known = self._companies[command.company_id]
        return self._company(command.company_id, companies.set_organisation_kind(command, known, self._zones))

    @decide.register
    def _(self, command: companies.WriteDirectoryEntry) -> list[Event]:
        known = self._companies[command.company_id]
        return self._company(command.company_id, companies.write_directory_entry(command, known, self._zones))

    @decide.register
    def _(self, command: joining.AskToJoin) -> list[Event]:
        said = joining.ask_to_join(command, self._states.get(command.joining_id), self._zones[command.zone_id])
        return self._kept(command.joining_id, joining.evolve, said)

    @decide.register
    def _(self, command: joining.ConfirmJoining) -> list[Event]:
        request: joining.Joining = self._states[command.joining_id]
        held = (one for one in self._companies.values() if one.siret == request.asked.siret)
        zone = self._zones[request.asked.zone_id]
        said = joining.confirm_joining(command, request, zone, next(held, None))
        return self._kept(command.joining_id, joining.evolve, said)

    def _zone(self, zone_id: str, said: Sequence[zones.ZoneEvent]) -> list[Event]:
        for event in said:
            self._zones[zone_id] = zones.evolve(self._zones[zone_id], event)
        return list(said)

    def _company(self, company_id: str, said: Sequence[companies.CompanyEvent]) -> list[Event]:
        for event in said:
            self._companies[company_id] = companies.evolve(self._companies[company_id], event)
        return list(said)

    def _kept(self, stream: str, evolve: Callable[[Any, Any], Any], said: Sequence[Event]) -> list[Event]:
        for event in said:
            self._states[stream] = evolve(self._states.get(stream), event)
        return list(said)
