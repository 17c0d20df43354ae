"""Handing a zone over: a dated act that both accept; after its day one side has everything, the other nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from domain.commands import Command
from domain.events import Private
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones.events import Role, RoleGranted, RoleRevoked, ZoneDescribed, ZoneEvent
from domain.zones.handovers import (
    WORK,
    AcceptHandover,
    CompleteHandover,
    DeclineHandover,
    Handover,
    ProposeHandover,
    WithdrawHandover,
    ZoneHandedOver,
    ZoneHandoverAccepted,
    ZoneHandoverDeclined,
    ZoneHandoverProposed,
    ZoneHandoverWithdrawn,
    ZoneWorkHandedOver,
)
from domain.zones.rules import administered, known, one_line
from domain.zones.state import Zone

LONGEST_AHEAD: Final = timedelta(days=366)
LONGEST_WORDS: Final = 500
AT_ONCE: Final = 500
"""Ids in one event: a zone may have more of a kind than an event should hold."""
MANDATE: Final[tuple[Role, ...]] = ("administrator", "facilitator", "moderator")
"""The roles of who takes a zone over: all it takes to run it, until they share them out."""
HANDED_OVER_BY = _("Only an administrator of the zone can hand it over.")
NONE_STANDS = _("There is no such hand-over any more: it was taken back, declined, or is done.")


def propose_handover(command: ProposeHandover, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator names who takes over and from which day; one at a time, and never oneself."""
    zone = administered(command, zone, HANDED_OVER_BY)
    today = zone.day(command.now)
    if zone.is_closed(command.now):
        raise Refused(_("The zone is closed: there is nothing left to run. Keep it open first."))
    standing = zone.handover
    if standing is not None and (standing.accepted or standing.effective_on >= today):
        raise Conflict(_("A hand-over is under way already: take it back first, or wait for its day."))
    if command.actor == f"member:{command.taker_id}":
        raise Refused(
            _("You cannot hand the zone over to yourself: write the address of who takes over."), field="mail"
        )
    if command.effective_on < today:
        raise Refused(_("This day is over: choose today or a later one."), field="effective_on")
    if command.effective_on > today + LONGEST_AHEAD:
        raise Refused(_("Choose a day within a year."), field="effective_on")
    if zone.closes_on is not None and command.effective_on >= zone.closes_on:
        raise Refused(_("The zone closes before that day."), field="effective_on")
    words = " ".join(command.words.split())
    if not words:
        raise Refused(_("Say why: every company of the zone is told."), field="words")
    if len(words) > LONGEST_WORDS:
        raise Refused(_("This line has %(most)s characters at most."), field="words", most=LONGEST_WORDS)
    staying = tuple(sorted(set(command.staying) & set(_acting(zone))))
    if not set(_acting(zone)) - {*staying, command.taker_id}:
        raise Refused(_("Nobody would leave: if somebody only joins you, give them a role."), field="staying")
    lapsed = (
        [ZoneHandoverWithdrawn(zone_id=command.zone_id, handover_id=standing.handover_id)]
        if standing is not None
        else []
    )
    return [
        *lapsed,
        ZoneHandoverProposed(
            zone_id=command.zone_id,
            handover_id=command.handover_id,
            taker_id=command.taker_id,
            organisation=one_line(
                command.organisation, "organisation", missing=_("Say which organisation takes the zone over.")
            ),
            contact_mail=one_line(command.contact_mail, "contact_mail"),
            effective_on=command.effective_on,
            words=Private(command.zone_id, words),
            name=Private(command.taker_id, one_line(command.name, "name", missing=_("Write their name."))),
            staying=staying,
            former=zone.association,
        ),
    ]


def withdraw_handover(command: WithdrawHandover, zone: Zone | None, *, taker_is_here: bool) -> list[ZoneEvent]:
    """Until it is accepted, its administrators may think better of it; and once whoever accepted it is gone."""
    zone = administered(command, zone, HANDED_OVER_BY)
    standing = _standing(zone, command.handover_id)
    if standing.accepted and taker_is_here:
        raise Refused(_("It is accepted, and companies are told: it takes effect on its day."))
    return [ZoneHandoverWithdrawn(zone_id=command.zone_id, handover_id=command.handover_id)]


def accept_handover(command: AcceptHandover, zone: Zone | None) -> list[ZoneEvent]:
    """Only who was named; saying yes twice is no fault."""
    zone = known(zone)
    standing = _asked_of(command, zone, command.handover_id)
    if standing.accepted:
        return []
    if standing.effective_on < zone.day(command.now):
        raise Refused(_("The day it was to take effect is over: ask for another one to be proposed."))
    if zone.is_closed(command.now):
        raise Refused(_("The zone is closed meanwhile: there is nothing left to take over."))
    if zone.closes_on is not None and zone.closes_on <= standing.effective_on:
        raise Refused(_("The zone closes before that day."))
    return [ZoneHandoverAccepted(zone_id=command.zone_id, handover_id=command.handover_id)]


def decline_handover(command: DeclineHandover, zone: Zone | None) -> list[ZoneEvent]:
    """Only who was named, until they accept."""
    zone = known(zone)
    if _asked_of(command, zone, command.handover_id).accepted:
        raise Refused(_("You accepted it, and companies are told: it takes effect on its day."))
    reason = " ".join(command.reason.split())
    if len(reason) > LONGEST_WORDS:
        raise Refused(_("This line has %(most)s characters at most."), field="reason", most=LONGEST_WORDS)
    said = Private(command.zone_id, reason) if reason else None
    return [ZoneHandoverDeclined(zone_id=command.zone_id, handover_id=command.handover_id, reason=said)]


def complete_handover(command: CompleteHandover, zone: Zone | None, *, taker_is_here: bool) -> list[ZoneEvent]:
    """On its day, the mandate passes whole: the zone is never without an administrator, not for one event.

    What nobody accepted is over after its day; so is what there is nobody left to take, or nothing left of.
    """
    zone = known(zone)
    if not command.actor.startswith("system:"):
        raise Forbidden(_("A hand-over takes effect by itself, on its day."))
    standing = _standing(zone, command.handover_id)
    today = zone.day(command.now)
    lapsed = not standing.accepted and today > standing.effective_on
    if today < standing.effective_on or not (standing.accepted or lapsed):
        raise Refused(_("A hand-over takes effect by itself, on its day."))
    if lapsed or not taker_is_here or zone.is_closed(command.now):
        return [ZoneHandoverWithdrawn(zone_id=command.zone_id, handover_id=command.handover_id)]
    leavers = tuple(member for member in _acting(zone) if member not in {*standing.staying, standing.taker_id})
    return [
        *_moved(command, standing),
        *_roles(zone, standing, leavers),
        *_described(zone, standing),
        ZoneHandedOver(
            zone_id=zone.zone_id,
            handover_id=standing.handover_id,
            taker_id=standing.taker_id,
            leavers=leavers,
            moved={work: len(ids) for work in WORK if (ids := command.work.get(work, ()))},
        ),
    ]


def _moved(command: CompleteHandover, standing: Handover) -> Iterator[ZoneWorkHandedOver]:
    for work in WORK:
        ids = tuple(sorted(command.work.get(work, ())))
        for first in range(0, len(ids), AT_ONCE):
            yield ZoneWorkHandedOver(
                zone_id=command.zone_id,
                handover_id=standing.handover_id,
                taker_id=standing.taker_id,
                work=work,
                ids=ids[first : first + AT_ONCE],
            )


def _roles(zone: Zone, standing: Handover, leavers: tuple[str, ...]) -> Iterator[RoleGranted | RoleRevoked]:
    held = zone.roles.get(standing.taker_id, frozenset())
    for role in MANDATE:
        if role not in held:
            yield RoleGranted(zone_id=zone.zone_id, member_id=standing.taker_id, role=role)
    for member in leavers:
        for role in sorted(zone.roles[member]):
            yield RoleRevoked(zone_id=zone.zone_id, member_id=member, role=role)


def _described(zone: Zone, standing: Handover) -> Iterator[ZoneDescribed]:
    """The zone says from now on who runs it, and where to write to them."""
    contact_mail = standing.contact_mail or zone.contact_mail
    if (standing.organisation, contact_mail) != (zone.association, zone.contact_mail):
        yield ZoneDescribed(
            zone_id=zone.zone_id,
            name=zone.name,
            commune=zone.commune,
            place=zone.place,
            time_zone=zone.time_zone,
            languages=zone.languages,
            association=standing.organisation,
            contact_mail=contact_mail,
        )


def _acting(zone: Zone) -> list[str]:
    return sorted(member for member, roles in zone.roles.items() if roles)


def _standing(zone: Zone, handover_id: str) -> Handover:
    if zone.handover is None or zone.handover.handover_id != handover_id:
        raise NotFound(NONE_STANDS)
    return zone.handover


def _asked_of(command: Command, zone: Zone, handover_id: str) -> Handover:
    standing = _standing(zone, handover_id)
    if command.actor != f"member:{standing.taker_id}":
        raise Forbidden(_("Only the person who was asked to take over can answer."))
    return standing
