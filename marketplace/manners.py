"""Manners: nobody is mailed at night, nor more often in a day than they would bear; what can wait, waits together."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain import members, zones
from domain.zones import Zone
from marketplace.eventlog import EventLog
from marketplace.outbox import AT_ONCE, URGENCY, Kind, Outbox
from marketplace.settings import NO_QUIET_HOURS, Misconfigured, Settings

HOURS: Final = 24
MORNING: Final = 7
"""The hour at which what was too much for one day leaves on the next, where no night is kept."""


class QuietHours(Struct, frozen=True):
    """From one hour to another, by the clock on the wall, through midnight or not."""

    begin: int
    end: int

    def holds(self, hour: int) -> bool:
        """Whether an hour lies within."""
        if self.begin < self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end

    def over_at(self, now: datetime, time_zone: ZoneInfo) -> datetime:
        """When a person living by this clock may be written to: now, or when their night ends."""
        local = now.astimezone(time_zone)
        if not self.holds(local.hour):
            return now
        day = local.date() if local.hour < self.end else local.date() + timedelta(days=1)
        return datetime.combine(day, time(self.end), time_zone).astimezone(UTC)


def quiet_hours(setting: str) -> QuietHours | None:
    """Read a setting such as 20-7; None where people may be written to at any hour."""
    if setting == NO_QUIET_HOURS:
        return None
    begin, end = (int(hour) % HOURS for hour in setting.split("-"))
    if begin == end:
        raise Misconfigured("MARKETPLACE_QUIET_HOURS leaves no hour in which mail may leave.")
    return QuietHours(begin, end)


class Manners:
    """When a mail that nobody waits for may leave, by the night of its reader's home zone and what they got today."""

    def __init__(self, outbox: Outbox, log: EventLog, *, quiet: QuietHours | None, most_a_day: int) -> None:
        self._outbox = outbox
        self._log = log
        self._quiet = quiet
        self._most_a_day = most_a_day

    def moment(self, kind: Kind, member_id: str, zone_id: str, now: datetime) -> datetime:
        """When a mail of this kind may leave: now, or the next moment that is neither night nor too much.

        `zone_id` tells the time for whoever is no member. Two senders that ask at the same moment may send one mail
        too many: the number is a courtesy, not a promise.
        """
        if URGENCY[kind] <= AT_ONCE:
            return now
        zone = self._home(member_id) or self._log.load(zone_id, zones.evolve).state
        time_zone = ZoneInfo(zone.time_zone if zone else "UTC")
        local = now.astimezone(time_zone)
        midnight = datetime.combine(local.date(), time(), time_zone)
        if self._outbox.sent_since(member_id, midnight.astimezone(UTC)) >= self._most_a_day:
            tomorrow = local.date() + timedelta(days=1)
            end = self._quiet.end if self._quiet else MORNING
            return datetime.combine(tomorrow, time(end), time_zone).astimezone(UTC)
        if self._quiet is None or self._leaves_at_night(kind, zone):
            return now
        return self._quiet.over_at(now, time_zone)

    def _leaves_at_night(self, kind: Kind, zone: Zone | None) -> bool:
        """Whoever runs a zone may have its weekly mail leave at night: they said when."""
        return kind == "digest" and zone is not None and self._quiet is not None and self._quiet.holds(zone.digest_hour)

    def _home(self, member_id: str) -> Zone | None:
        member = self._log.load(member_id, members.evolve).state if member_id.startswith("member-") else None
        return self._log.load(member.home_zone, zones.evolve).state if member else None


def manners(settings: Settings, outbox: Outbox, log: EventLog) -> Manners | None:
    """Those of a site; the demonstration sends nothing, so it wakes nobody."""
    if settings.demo:
        return None
    quiet = quiet_hours(settings.quiet_hours)
    return Manners(outbox, log, quiet=quiet, most_a_day=settings.most_mails_a_day)
