"""Zones: opened, settled, led by people, gone together, closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from domain import federations, members, zones
from domain.commands import Command, Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import follow_up
from marketplace.application.members import MemberUseCases

C = TypeVar("C", bound=Command)


class ZoneUseCases(MemberUseCases):
    """Zones: opened, settled, led by people, gone together, closed."""

    def open_zone(self, command: zones.OpenZone) -> Receipt:
        """Open a zone."""
        return self._about_zone(command, command.zone_id, zones.open_zone)

    def describe_zone(self, command: zones.DescribeZone) -> Receipt:
        """Say what a zone is called, where it lies and who runs it."""
        return self._about_zone(command, command.zone_id, zones.describe_zone)

    def choose_look(self, command: zones.ChooseLook) -> Receipt:
        """Choose the colour of a zone's pages, its line of welcome and the families in front."""
        return self._about_zone(command, command.zone_id, zones.choose_look)

    def set_zone_policy(self, command: zones.SetZonePolicy) -> Receipt:
        """Choose how a zone moderates, what it does with waste and when its mail leaves."""
        return self._about_zone(command, command.zone_id, zones.set_zone_policy)

    def announce_closing(self, command: zones.AnnounceClosing) -> Receipt:
        """Say on which day a zone closes."""
        return self._about_zone(command, command.zone_id, zones.announce_closing)

    def call_off_closing(self, command: zones.CallOffClosing) -> Receipt:
        """Keep a zone open."""
        return self._about_zone(command, command.zone_id, zones.call_off_closing)

    def join_federation(self, command: zones.JoinFederation) -> Receipt:
        """Let a federation's readers see a zone's figures."""
        federation = self._log.load(command.federation_id, federations.evolve).state
        return self._about_zone(
            command, command.zone_id, lambda command, zone: zones.join_federation(command, zone, federation)
        )

    def leave_federation(self, command: zones.LeaveFederation) -> Receipt:
        """Hide a zone's figures from a federation's readers."""
        return self._about_zone(command, command.zone_id, zones.leave_federation)

    def propose_partnership(self, command: zones.ProposePartnership) -> Receipt:
        """Ask another zone to be partners, or agree to what it asked: then both streams say so."""
        zone_ids = [command.zone_id, command.partner_id]
        said = self._carry_out(
            command,
            command.zone_id,
            zones.evolve,
            lambda zone: zones.propose_partnership(command, zone, self._zone(command.partner_id)),
            zone_ids,
        )
        return self._note_partnership(command, said, zones.note_agreement)

    def end_partnership(self, command: zones.EndPartnership) -> Receipt:
        """End a partnership, decline a proposal or take it back: it no longer stands once either stream says so."""
        zone_ids = [command.zone_id, command.partner_id]
        said = self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.end_partnership(command, zone), zone_ids
        )
        return self._note_partnership(command, said, zones.note_end)

    def _note_partnership(
        self,
        command: zones.ProposePartnership | zones.EndPartnership,
        said: Receipt,
        decision: Callable[[zones.NotePartnership, zones.Zone | None, zones.Zone | None], Sequence[zones.ZoneEvent]],
    ) -> Receipt:
        """Let the other zone's stream say what this one's says now."""
        note = zones.NotePartnership(
            actor=command.actor,
            now=command.now,
            command_id=follow_up(command, "note"),
            zone_id=command.partner_id,
            partner_id=command.zone_id,
        )
        noted = self._carry_out(
            note,
            note.zone_id,
            zones.evolve,
            lambda zone: decision(note, zone, self._zone(command.zone_id)),
            [command.zone_id, command.partner_id],
        )
        return replace(said, position=max(said.position, noted.position))

    def grant_role(self, command: zones.GrantRole) -> Receipt:
        """Let a member act for a zone."""
        self._must_be_there(command.member_id)
        return self._about_zone(command, command.zone_id, zones.grant_role)

    def revoke_role(self, command: zones.RevokeRole) -> Receipt:
        """Take a role back."""
        return self._about_zone(command, command.zone_id, zones.revoke_role)

    def found_federation(self, command: federations.FoundFederation) -> Receipt:
        """Begin a federation."""
        return self._about_federation(command, command.federation_id, federations.found_federation)

    def invite_zone(self, command: federations.InviteZone) -> Receipt:
        """Propose to a zone that it joins a federation."""
        self._zone(command.zone_id)
        return self._about_federation(command, command.federation_id, federations.invite_zone)

    def release_zone(self, command: federations.ReleaseZone) -> Receipt:
        """Let a zone go from a federation."""
        return self._about_federation(command, command.federation_id, federations.release_zone)

    def name_reader(self, command: federations.NameReader) -> Receipt:
        """Let a person read a federation's figures."""
        self._must_be_there(command.member_id)
        return self._about_federation(command, command.federation_id, federations.name_reader)

    def dismiss_reader(self, command: federations.DismissReader) -> Receipt:
        """Let them read no longer."""
        return self._about_federation(command, command.federation_id, federations.dismiss_reader)

    def _must_be_there(self, member_id: str) -> None:
        member = self._log.load(member_id, members.evolve).state
        if member is None or member.erased:
            raise NotFound(_("There is no such person."))

    def _about_zone(
        self, command: C, zone_id: str, decision: Callable[[C, zones.Zone | None], Sequence[zones.ZoneEvent]]
    ) -> Receipt:
        return self._carry_out(command, zone_id, zones.evolve, lambda zone: decision(command, zone), [zone_id])

    def _about_federation(
        self,
        command: C,
        federation_id: str,
        decision: Callable[[C, federations.Federation | None], Sequence[federations.FederationEvent]],
    ) -> Receipt:
        return self._carry_out(command, federation_id, federations.evolve, lambda held: decision(command, held), [])
