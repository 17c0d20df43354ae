"""Who may decide about a zone, and what a line about it may be."""

from __future__ import annotations

from typing import Final

from domain.commands import Command
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones.state import Zone

LONGEST_NAME: Final = 80


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


def one_line(text: str, field: str, missing: str = "") -> str:
    """A short line with single spaces; refused when it is too long, or empty where `missing` says what it is for."""
    line = " ".join(text.split())
    if missing and not line:
        raise Refused(missing, field=field)
    if len(line) > LONGEST_NAME:
        raise Refused(_("This line has %(most)s characters at most."), field=field, most=LONGEST_NAME)
    return line
