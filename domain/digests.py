"""Digests: the weekly mail to one member for one period, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event
from domain.refused import Conflict, NotFound, _

State = Literal["prepared", "sent", "refused", "unknown", "skipped"]
Why = Literal["nothing_to_say", "stopped", "not_this_week", "erased", "held", "paused"]

# --- events -----------------------------------------------------------------------------------------------------


class DigestPrepared(Event, frozen=True):
    """The mail is written: which listings and matches it speaks of, and the hash of its exact bytes."""

    digest_id: str
    member_id: str
    period: str
    zone_id: str
    items: tuple[str, ...]
    sha256: str
    template: str


class DigestSent(Event, frozen=True):
    """The relay took it."""

    digest_id: str


class DigestRefused(Event, frozen=True):
    """The relay refused it for good; `code` is the SMTP reply code."""

    digest_id: str
    code: int


class DigestUnknown(Event, frozen=True):
    """The connection broke after the text was handed over, twice: nobody knows. Its items come again."""

    digest_id: str


class DigestSkipped(Event, frozen=True):
    """No mail for this period, and why."""

    digest_id: str
    member_id: str
    period: str
    why: Why


DigestEvent = DigestPrepared | DigestSent | DigestRefused | DigestUnknown | DigestSkipped

# --- state ------------------------------------------------------------------------------------------------------


class Digest(Struct, frozen=True):
    """What became of one member's mail for one period."""

    digest_id: str
    member_id: str
    period: str
    state: State


def evolve(digest: Digest | None, event: DigestEvent) -> Digest:
    """The digest after `event`."""
    match event:
        case DigestPrepared():
            return Digest(event.digest_id, event.member_id, event.period, "prepared")
        case DigestSkipped():
            return Digest(event.digest_id, event.member_id, event.period, "skipped")
        case _:
            assert digest is not None
    match event:
        case DigestSent():
            return replace(digest, state="sent")
        case DigestRefused():
            return replace(digest, state="refused")
        case DigestUnknown():
            return replace(digest, state="unknown")


# --- commands ---------------------------------------------------------------------------------------------------


class PrepareDigest(Command, frozen=True):
    """Record that a digest is written."""

    digest_id: str
    member_id: str
    period: str
    zone_id: str
    items: tuple[str, ...]
    sha256: str
    template: str


class SkipDigest(Command, frozen=True):
    """Record that there is no mail for this period."""

    digest_id: str
    member_id: str
    period: str
    why: Why


class RecordOutcome(Command, frozen=True):
    """Record what became of a prepared digest; `code` is the relay's reply when it refused."""

    digest_id: str
    outcome: Literal["sent", "refused", "unknown"]
    code: int = 0


# --- decisions --------------------------------------------------------------------------------------------------


def prepare_digest(command: PrepareDigest, digest: Digest | None, *, held: bool = False) -> list[DigestEvent]:
    """One digest per member and period, whoever asks and however often; none while somebody holds it back."""
    if digest is not None or held:
        return []
    return [
        DigestPrepared(
            digest_id=command.digest_id,
            member_id=command.member_id,
            period=command.period,
            zone_id=command.zone_id,
            items=command.items,
            sha256=command.sha256,
            template=command.template,
        )
    ]


def skip_digest(command: SkipDigest, digest: Digest | None) -> list[DigestEvent]:
    """An empty week is settled like any other."""
    if digest is not None:
        return []
    return [
        DigestSkipped(digest_id=command.digest_id, member_id=command.member_id, period=command.period, why=command.why)
    ]


def record_outcome(command: RecordOutcome, digest: Digest | None) -> list[DigestEvent]:
    """The first outcome stands; told again it is no news, told otherwise it is a fault."""
    if digest is None:
        raise NotFound(_("There is no such digest."))
    if digest.state == command.outcome:
        return []
    if digest.state != "prepared":
        raise Conflict(_("What became of this digest is already recorded."))
    match command.outcome:
        case "sent":
            return [DigestSent(digest_id=command.digest_id)]
        case "refused":
            return [DigestRefused(digest_id=command.digest_id, code=command.code)]
        case "unknown":
            return [DigestUnknown(digest_id=command.digest_id)]


# --- periods ----------------------------------------------------------------------------------------------------

DAYS_OF_A_WEEK: Final = 7
_EPOCH: Final = date(2024, 1, 1)
"""A Monday from which fortnights are counted, so that they run through ISO week 53 without a double."""


def period_of(day: date) -> str:
    """The ISO week a local day falls in, such as 2026-W53."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(period: str) -> date:
    """The first day of a period."""
    year, week = period.split("-W")
    return date.fromisocalendar(int(year), int(week), 1)


def is_wanted(frequency: str, period: str) -> bool:
    """Whether a member with this rhythm hears from us in this period.

    Weekly, every second week, or in the week of the first Monday of a month.
    """
    monday = monday_of(period)
    match frequency:
        case "fortnightly":
            return (monday - _EPOCH) // timedelta(weeks=1) % 2 == 0
        case "monthly":
            return monday.day <= DAYS_OF_A_WEEK
        case _:
            return True
