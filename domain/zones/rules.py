"""Who may decide about a zone."""

from __future__ import annotations

from domain.commands import Command
from domain.refused import Forbidden, NotFound, _
from domain.zones.state import Zone


def known(zone: Zone | None) -> Zone:
    """The zone, or a refusal."""
    if zone is None:
        raise NotFound(_("There is no such zone."))
    return zone


def administered(command: Command, zone: Zone | None, otherwise: str) -> Zone:
    """The zone, where an administrator of it asks, or the operator; `otherwise` is what anybody else is told."""
    zone = known(zone)
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(otherwise)
    return zone
