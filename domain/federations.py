"""Federations: several zones whose figures, and nothing else, are read together by a few named people."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event
from domain.refused import Conflict, Forbidden, NotFound, Refused, _

OPERATOR: Final = "system:operator"

# --- events -----------------------------------------------------------------------------------------------------


class FederationFounded(Event, frozen=True):
    """A federation begins; `slug` is its address."""

    federation_id: str
    slug: str
    name: str


class ZoneInvited(Event, frozen=True):
    """The federation would have this zone; it is in once the zone's own stream says so."""

    federation_id: str
    zone_id: str


class ZoneReleased(Event, frozen=True):
    """The federation no longer has this zone: its figures are hidden from its readers at once."""

    federation_id: str
    zone_id: str


class FederationReaderNamed(Event, frozen=True):
    """A person may read the figures of its zones: one of its committee, or of those who fund it."""

    federation_id: str
    member_id: str


class FederationReaderDismissed(Event, frozen=True):
    """They may no longer."""

    federation_id: str
    member_id: str


FederationEvent = FederationFounded | ZoneInvited | ZoneReleased | FederationReaderNamed | FederationReaderDismissed

# --- state ------------------------------------------------------------------------------------------------------


class Federation(Struct, frozen=True):
    """What decisions need to know of a federation."""

    federation_id: str
    invited: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()


def evolve(federation: Federation | None, event: FederationEvent) -> Federation:
    """The federation after `event`."""
    if isinstance(event, FederationFounded):
        return Federation(event.federation_id)
    assert federation is not None
    match event:
        case ZoneInvited():
            return replace(federation, invited=federation.invited | {event.zone_id})
        case ZoneReleased():
            return replace(federation, invited=federation.invited - {event.zone_id})
        case FederationReaderNamed():
            return replace(federation, readers=federation.readers | {event.member_id})
        case FederationReaderDismissed():
            return replace(federation, readers=federation.readers - {event.member_id})


# --- commands ---------------------------------------------------------------------------------------------------


class FoundFederation(Command, frozen=True):
    """Begin a federation at an address nobody uses yet."""

    federation_id: str
    slug: str
    name: str


class InviteZone(Command, frozen=True):
    """Propose to a zone that it joins."""

    federation_id: str
    zone_id: str


class ReleaseZone(Command, frozen=True):
    """Take that back, or let a zone go that had joined."""

    federation_id: str
    zone_id: str


class NameReader(Command, frozen=True):
    """Let a person read its figures."""

    federation_id: str
    member_id: str


class DismissReader(Command, frozen=True):
    """Let them read no longer."""

    federation_id: str
    member_id: str


# --- decisions --------------------------------------------------------------------------------------------------

LONGEST_SLUG: Final = 40
SLUG_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def found_federation(command: FoundFederation, federation: Federation | None) -> list[FederationEvent]:
    """The operator founds it for whoever leads it: it stands above zones and belongs to none."""
    _by_the_operator(command)
    if federation is not None:
        raise Conflict(_("There is already a federation at this address."), field="slug")
    if not 0 < len(command.slug) <= LONGEST_SLUG or not SLUG_CHARACTERS.issuperset(command.slug):
        raise Refused(_("An address has lower-case letters, figures and hyphens only."), field="slug")
    return [FederationFounded(federation_id=command.federation_id, slug=command.slug, name=command.name)]


def invite_zone(command: InviteZone, federation: Federation | None) -> list[FederationEvent]:
    """The zone's administrator agrees, or not: nothing is seen before."""
    federation = _run(command, federation)
    if command.zone_id in federation.invited:
        return []
    return [ZoneInvited(federation_id=command.federation_id, zone_id=command.zone_id)]


def release_zone(command: ReleaseZone, federation: Federation | None) -> list[FederationEvent]:
    """A federation lets a zone go at any time."""
    federation = _run(command, federation)
    if command.zone_id not in federation.invited:
        return []
    return [ZoneReleased(federation_id=command.federation_id, zone_id=command.zone_id)]


def name_reader(command: NameReader, federation: Federation | None) -> list[FederationEvent]:
    """A reader sees figures, and belongs to no zone by it."""
    federation = _run(command, federation)
    if command.member_id in federation.readers:
        return []
    return [FederationReaderNamed(federation_id=command.federation_id, member_id=command.member_id)]


def dismiss_reader(command: DismissReader, federation: Federation | None) -> list[FederationEvent]:
    """What they could read is hidden from them at once."""
    federation = _run(command, federation)
    if command.member_id not in federation.readers:
        return []
    return [FederationReaderDismissed(federation_id=command.federation_id, member_id=command.member_id)]


def _run(command: Command, federation: Federation | None) -> Federation:
    _by_the_operator(command)
    if federation is None:
        raise NotFound(_("There is no such federation."))
    return federation


def _by_the_operator(command: Command) -> None:
    if command.actor != OPERATOR:
        raise Forbidden(_("Only whoever runs this installation looks after federations."))
