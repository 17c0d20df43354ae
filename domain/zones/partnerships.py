"""Zones that go together: partners by agreement of both, and members of a federation that invited them."""

from __future__ import annotations

from domain.federations import Federation
from domain.refused import NotFound, Refused, _
from domain.zones.commands import (
    EndPartnership,
    JoinFederation,
    LeaveFederation,
    NotePartnership,
    ProposePartnership,
)
from domain.zones.events import (
    FederationJoined,
    FederationLeft,
    PartnershipAgreed,
    PartnershipEnded,
    PartnershipProposed,
    ZoneEvent,
)
from domain.zones.rules import administered, known
from domain.zones.state import Zone

PARTNERS = _("Only an administrator of the zone chooses its partner zones.")
FEDERATIONS = _("Only an administrator of the zone decides who sees its figures.")


def propose_partnership(command: ProposePartnership, zone: Zone | None, other: Zone | None) -> list[ZoneEvent]:
    """An administrator of either zone begins, one of the other agrees; asking twice is no fault."""
    zone, other = administered(command, zone, PARTNERS), known(other)
    if command.partner_id == command.zone_id:
        raise Refused(_("A zone is no partner of its own."), field="partner")
    if command.partner_id in zone.partners:
        return []
    answers = command.zone_id in other.proposed
    completes = command.zone_id in other.partners and command.partner_id in zone.proposed
    if answers or completes:
        return [PartnershipAgreed(zone_id=command.zone_id, partner_id=command.partner_id)]
    if command.partner_id in zone.proposed:
        return []
    return [PartnershipProposed(zone_id=command.zone_id, partner_id=command.partner_id)]


def note_agreement(command: NotePartnership, zone: Zone | None, other: Zone | None) -> list[ZoneEvent]:
    """What the zone proposed, the other agreed to: both streams say so from now on."""
    zone, other = known(zone), known(other)
    if command.partner_id not in zone.proposed or command.zone_id not in other.partners:
        return []
    return [PartnershipAgreed(zone_id=command.zone_id, partner_id=command.partner_id)]


def end_partnership(command: EndPartnership, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator of either zone ends it at any time, alone; exchanges under way go on."""
    return _ended(administered(command, zone, PARTNERS), command.partner_id)


def note_end(command: NotePartnership, zone: Zone | None, other: Zone | None) -> list[ZoneEvent]:
    """The other zone ended it: nothing of it stands here either, and a new one takes a new agreement of both."""
    zone, other = known(zone), known(other)
    return [] if command.zone_id in other.proposed | other.partners else _ended(zone, command.partner_id)


def _ended(zone: Zone, partner_id: str) -> list[ZoneEvent]:
    stands = partner_id in zone.proposed | zone.partners
    return [PartnershipEnded(zone_id=zone.zone_id, partner_id=partner_id)] if stands else []


def join_federation(command: JoinFederation, zone: Zone | None, federation: Federation | None) -> list[ZoneEvent]:
    """An administrator of the zone agrees to what the federation proposed; one it did not invite is missing."""
    zone = administered(command, zone, FEDERATIONS)
    if command.federation_id in zone.federations:
        return []
    if federation is None or command.zone_id not in federation.invited:
        raise NotFound(_("There is no such federation."))
    return [FederationJoined(zone_id=command.zone_id, federation_id=command.federation_id)]


def leave_federation(command: LeaveFederation, zone: Zone | None) -> list[ZoneEvent]:
    """A zone leaves at any time, alone."""
    zone = administered(command, zone, FEDERATIONS)
    if command.federation_id not in zone.federations:
        return []
    return [FederationLeft(zone_id=command.zone_id, federation_id=command.federation_id)]
