"""Opening zones, their policies, partners and roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from domain import members, zones
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding, follow_up


class ZoneUseCases(Deciding):
    """Opening zones, their policies, partners and roles."""

    def open_zone(self, command: zones.OpenZone) -> Receipt:
        """Open a zone."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.open_zone(command, zone), [command.zone_id]
        )

    def set_zone_policy(self, command: zones.SetZonePolicy) -> Receipt:
        """Choose how a zone moderates and when its mail leaves."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.set_zone_policy(command, zone), [command.zone_id]
        )

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
        if self._log.load(command.member_id, members.evolve).state is None:
            raise NotFound(_("There is no such person."))
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.grant_role(command, zone), [command.zone_id]
        )

    def revoke_role(self, command: zones.RevokeRole) -> Receipt:
        """Take a role back."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.revoke_role(command, zone), [command.zone_id]
        )
