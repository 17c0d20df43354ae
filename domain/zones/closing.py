"""Closing a zone: announced with its day and its reason, so that nothing under way is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from domain.events import Private
from domain.refused import Forbidden, Refused, _
from domain.zones.commands import AnnounceClosing, CallOffClosing
from domain.zones.events import ZoneClosingAnnounced, ZoneClosingCalledOff, ZoneEvent
from domain.zones.rules import administered
from domain.zones.state import Zone

NOTICE: Final = timedelta(days=30)
"""Between the announcement and the day: long enough to bring a pick-up to its end, or to find another way."""
LONGEST_NOTICE: Final = timedelta(days=366)
LONGEST_REASON: Final = 500
CLOSED_BY = _("Only an administrator of the zone can close it.")


def announce_closing(command: AnnounceClosing, zone: Zone | None) -> list[ZoneEvent]:
    """At least thirty days ahead, whether or not exchanges are open: companies are told, and who has some ends them."""
    zone = administered(command, zone, CLOSED_BY)
    if zone.is_closed(command.now):
        raise Refused(_("The zone is closed already."))
    today = zone.day(command.now)
    if not today + NOTICE <= command.closes_on <= today + LONGEST_NOTICE:
        raise Refused(
            _("Choose a day at least %(least)s days ahead, and a year at most: exchanges under way need the time."),
            field="closes_on",
            least=NOTICE.days,
        )
    changes = zone.handover
    if changes is not None and changes.accepted and command.closes_on <= changes.effective_on:
        raise Refused(
            _("A hand-over of the zone is agreed for that day or a later one: choose a day after it."),
            field="closes_on",
        )
    reason = " ".join(command.reason.split())
    if not reason:
        raise Refused(_("Say why: every company of the zone is told."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("This line has %(most)s characters at most."), field="reason", most=LONGEST_REASON)
    if zone.closes_on == command.closes_on:
        return []
    private = Private(command.zone_id, reason)
    return [ZoneClosingAnnounced(zone_id=command.zone_id, closes_on=command.closes_on, reason=private)]


def call_off_closing(command: CallOffClosing, zone: Zone | None) -> list[ZoneEvent]:
    """A closing may be taken back, even after its day: nothing was deleted."""
    zone = administered(command, zone, CLOSED_BY)
    return [] if zone.closes_on is None else [ZoneClosingCalledOff(zone_id=command.zone_id)]


def must_not_be_closed(zone: Zone, now: datetime) -> None:
    """Refuse to begin anything new in a zone that is closed."""
    if zone.is_closed(now):
        raise Forbidden(_("This zone is closed: what is under way can be finished, and nothing new begins."))
