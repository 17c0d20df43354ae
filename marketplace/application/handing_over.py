"""Handing a zone over: proposed to somebody by their address, answered by them, done on its day."""

from __future__ import annotations

from datetime import date

from domain import members, zones
from domain.commands import Command, Receipt
from marketplace.application.deciding import step
from marketplace.application.zones import ZoneUseCases


class HandOverTo(Command, frozen=True):
    """Propose a zone to whoever holds a mail address; when nobody does yet, they are invited as `taker_id`."""

    zone_id: str
    handover_id: str
    taker_id: str
    name: str
    mail: str
    organisation: str
    contact_mail: str
    effective_on: date
    words: str
    staying: tuple[str, ...] = ()
    language: str = "fr"

    def proposal(self, taker_id: str) -> zones.ProposeHandover:
        """What is proposed, once it is known who holds the address."""
        shared = zones.ProposeHandover.__struct_fields__
        return zones.ProposeHandover(**{name: getattr(self, name) for name in shared} | {"taker_id": taker_id})


class HandoverUseCases(ZoneUseCases):
    """Handing a zone over: proposed to somebody by their address, answered by them, done on its day."""

    def propose_handover(self, command: HandOverTo) -> Receipt:
        """Propose a zone to somebody; whoever is known by the address keeps name, language and home."""
        holder = self.member_at(command.mail)
        taker_id = holder or command.taker_id
        known = self._log.load(taker_id, members.evolve).state is not None
        proposal = command.proposal(taker_id)
        if known:
            self._must_be_there(taker_id)
        else:
            zones.propose_handover(proposal, self._zone(command.zone_id))  # refused before anybody is invited
            invitation = members.InviteMember(
                **step(command, "invite"),
                member_id=taker_id,
                home_zone=command.zone_id,
                name=command.name,
                mail=command.mail,
                language=command.language,
                outside=True,
            )
            self.invite_member(invitation)
        return self._carry_out(
            proposal,
            command.zone_id,
            zones.evolve,
            lambda zone: zones.propose_handover(proposal, zone),
            [command.zone_id],
            ids={"handover_id": command.handover_id, "taker_id": taker_id},
        )

    def withdraw_handover(self, command: zones.WithdrawHandover) -> Receipt:
        """Take a proposal back."""
        return self._about_zone(
            command,
            command.zone_id,
            lambda command, zone: zones.withdraw_handover(command, zone, taker_is_here=self._taker_is_here(zone)),
        )

    def accept_handover(self, command: zones.AcceptHandover) -> Receipt:
        """Take a zone over."""
        return self._about_zone(command, command.zone_id, zones.accept_handover)

    def decline_handover(self, command: zones.DeclineHandover) -> Receipt:
        """Do not take it over."""
        return self._about_zone(command, command.zone_id, zones.decline_handover)

    def complete_handover(self, command: zones.CompleteHandover) -> Receipt:
        """Let it take effect, its day having come; without whoever was to take over, it is not to be."""
        return self._about_zone(
            command,
            command.zone_id,
            lambda command, zone: zones.complete_handover(command, zone, taker_is_here=self._taker_is_here(zone)),
        )

    def _taker_is_here(self, zone: zones.Zone | None) -> bool:
        standing = zone.handover if zone else None
        taker = self._log.load(standing.taker_id, members.evolve).state if standing else None
        return taker is not None and not taker.erased
