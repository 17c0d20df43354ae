"""Mail runs: the weekly mail of a zone for one period, as those who answer for it look at it before it leaves."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.digests import monday_of, period_of
from domain.events import Event, Private
from domain.refused import Forbidden, Refused, _
from domain.zones import Zone

LONGEST_REASON: Final = 200
LONGEST_ITEM: Final = 200

# --- events -----------------------------------------------------------------------------------------------------


class RunHeld(Event, frozen=True):
    """Nobody's mail of this period leaves until it is released; a period that passes held is said in the next."""

    run_id: str
    zone_id: str
    period: str
    reason: Private


class RunReleased(Event, frozen=True):
    """It leaves at its hour, or at once when that is over."""

    run_id: str


class MailHeld(Event, frozen=True):
    """One member gets no mail in this period; what it would have said comes in the next."""

    run_id: str
    zone_id: str
    period: str
    member_id: str
    reason: Private


class MailReleased(Event, frozen=True):
    """The member gets their mail after all."""

    run_id: str
    member_id: str


class ThingTakenOut(Event, frozen=True):
    """A thing is left out of this period's mail, of one member's or, without one, of everybody's."""

    run_id: str
    zone_id: str
    period: str
    item: str
    member_id: str = ""


class ThingPutBack(Event, frozen=True):
    """It is told after all."""

    run_id: str
    item: str
    member_id: str = ""


MailRunEvent = RunHeld | RunReleased | MailHeld | MailReleased | ThingTakenOut | ThingPutBack

# --- state ------------------------------------------------------------------------------------------------------


class MailRun(Struct, frozen=True):
    """What was decided about a period's mail; `left_out` holds items, each with its member or, for everybody, none."""

    held: bool = False
    mails_held: frozenset[str] = frozenset()
    left_out: frozenset[tuple[str, str]] = frozenset()

    def keeps_back(self, member_id: str) -> bool:
        """Whether this member's mail stays here."""
        return self.held or member_id in self.mails_held

    def without(self, member_id: str) -> frozenset[str]:
        """The items that this member is not told of."""
        return frozenset(item for item, whose in self.left_out if whose in ("", member_id))


UNTOUCHED: Final = MailRun()


def stream_of(zone_id: str, period: str) -> str:
    """The stream of a zone's run for a period."""
    return f"run-{zone_id.removeprefix('zone-')}-{period}"


def evolve(run: MailRun | None, event: MailRunEvent) -> MailRun:
    """The run after `event`."""
    run = run or UNTOUCHED
    match event:
        case RunHeld():
            return replace(run, held=True)
        case RunReleased():
            return replace(run, held=False)
        case MailHeld():
            return replace(run, mails_held=run.mails_held | {event.member_id})
        case MailReleased():
            return replace(run, mails_held=run.mails_held - {event.member_id})
        case ThingTakenOut():
            return replace(run, left_out=run.left_out | {(event.item, event.member_id)})
        case ThingPutBack():
            return replace(run, left_out=run.left_out - {(event.item, event.member_id)})


# --- commands ---------------------------------------------------------------------------------------------------


class HoldRun(Command, frozen=True):
    """Hold the zone's mail back, or let it leave."""

    zone_id: str
    period: str
    hold: bool
    reason: str = ""


class HoldMail(Command, frozen=True):
    """Hold one member's mail back, or let it leave."""

    zone_id: str
    period: str
    member_id: str
    hold: bool
    reason: str = ""


class LeaveOut(Command, frozen=True):
    """Leave a thing out, or put it back; without a member for everybody."""

    zone_id: str
    period: str
    item: str
    out: bool
    member_id: str = ""


# --- decisions --------------------------------------------------------------------------------------------------


def hold_run(command: HoldRun, run: MailRun | None, zone: Zone) -> list[MailRunEvent]:
    """Whoever answers for what the zone shows may keep its mail back; asking twice is no fault."""
    run_id, run = _checked(command, command.period, run, zone)
    if command.hold == run.held:
        return []
    if not command.hold:
        return [RunReleased(run_id=run_id)]
    reason = _reason(command.reason, zone.zone_id)
    return [RunHeld(run_id=run_id, zone_id=zone.zone_id, period=command.period, reason=reason)]


def hold_mail(command: HoldMail, run: MailRun | None, zone: Zone) -> list[MailRunEvent]:
    """One member's mail, and nobody else's."""
    run_id, run = _checked(command, command.period, run, zone)
    if command.hold == (command.member_id in run.mails_held):
        return []
    if not command.hold:
        return [MailReleased(run_id=run_id, member_id=command.member_id)]
    return [
        MailHeld(
            run_id=run_id,
            zone_id=zone.zone_id,
            period=command.period,
            member_id=command.member_id,
            reason=_reason(command.reason, zone.zone_id),
        )
    ]


def leave_out(command: LeaveOut, run: MailRun | None, zone: Zone) -> list[MailRunEvent]:
    """A thing left out of this period's mail may come in a later one: it was not told."""
    run_id, run = _checked(command, command.period, run, zone)
    if not command.item or len(command.item) > LONGEST_ITEM:
        raise Refused(_("There is no such thing in this mail."))
    if command.out == ((command.item, command.member_id) in run.left_out):
        return []
    if not command.out:
        return [ThingPutBack(run_id=run_id, item=command.item, member_id=command.member_id)]
    whose = {"zone_id": zone.zone_id, "period": command.period, "member_id": command.member_id}
    return [ThingTakenOut(run_id=run_id, item=command.item, **whose)]


def _checked(command: Command, period: str, run: MailRun | None, zone: Zone) -> tuple[str, MailRun]:
    if not zone.allows(command.actor, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone decides about its mail."))
    try:
        known = period_of(monday_of(period)) == period
    except ValueError:
        known = False
    if not known:
        raise Refused(_("A period is an ISO week, such as 2026-W07."))
    return stream_of(zone.zone_id, period), run or UNTOUCHED


def _reason(typed: str, zone_id: str) -> Private:
    """For whoever asks later why a mail did not come."""
    reason = " ".join(typed.split())
    if not reason:
        raise Refused(_("Say why: whoever asks later reads it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("This is too long: %(most)s characters at most."), field="reason", most=LONGEST_REASON)
    return Private(zone_id, reason)
