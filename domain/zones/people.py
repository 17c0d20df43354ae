"""Who acts for a zone: roles granted and taken back, never by oneself, and never the last administrator's."""

from __future__ import annotations

from domain.refused import Forbidden, Refused, _
from domain.zones.commands import GrantRole, RevokeRole
from domain.zones.events import RoleGranted, RoleRevoked, ZoneEvent
from domain.zones.rules import administered, known
from domain.zones.state import OPERATOR, Zone

ROLES_BY = _("Only an administrator of the zone can give or take roles.")


def grant_role(command: GrantRole, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator grants roles to others who act for the zone already; the operator names the first ones."""
    zone = administered(command, zone, ROLES_BY)
    if command.role in zone.roles.get(command.member_id, frozenset()):
        return []
    if command.actor == f"member:{command.member_id}":
        raise Forbidden(_("Nobody gives themselves a role: another administrator can do it."))
    if command.actor != OPERATOR and not zone.roles.get(command.member_id):
        raise Refused(_("They do not act for the zone yet: invite them, and they do once they accept."))
    return [RoleGranted(zone_id=command.zone_id, member_id=command.member_id, role=command.role)]


def take_role(command: GrantRole, zone: Zone | None) -> list[ZoneEvent]:
    """Whoever accepts what an administrator asked of them takes the role up; the asking was checked before."""
    zone = known(zone)
    if command.actor != f"member:{command.member_id}":
        raise Forbidden(ROLES_BY)
    if command.role in zone.roles.get(command.member_id, frozenset()):
        return []
    return [RoleGranted(zone_id=command.zone_id, member_id=command.member_id, role=command.role)]


def revoke_role(command: RevokeRole, zone: Zone | None) -> list[ZoneEvent]:
    """A zone keeps at least one administrator."""
    zone = administered(command, zone, ROLES_BY)
    if command.role not in zone.roles.get(command.member_id, frozenset()):
        return []
    administrators = [member for member, roles in zone.roles.items() if "administrator" in roles]
    if command.role == "administrator" and administrators == [command.member_id]:
        raise Refused(_("A zone needs at least one administrator: name another one first."))
    return [RoleRevoked(zone_id=command.zone_id, member_id=command.member_id, role=command.role)]
