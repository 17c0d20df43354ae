"""The hand-over of a zone as it is told: proposed by those who run it, accepted by who takes over, done on its day."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from msgspec import Struct

from domain.commands import Command
from domain.events import Event, Private

Work = Literal["companies", "captures", "drafts", "exchanges", "purchases", "decisions", "requests"]
WORK: Final[tuple[Work, ...]] = (
    "companies", "captures", "drafts", "exchanges", "purchases", "decisions", "requests",
)  # fmt: skip
"""What passes: the companies that are accompanied, listings only the facilitator sees, drafts kept for companies; and
what somebody has to take further: exchanges and group purchases under way, listings to review, requests to join."""


# --- events -----------------------------------------------------------------------------------------------------


class ZoneHandoverProposed(Event, frozen=True):
    """Those who run the zone propose that a member, and the organisation behind them, runs it from a day on.

    `former` is the organisation that ran it until then, `staying` are the members who keep their roles, and `words`
    tell the companies why. Whoever else holds a role on that day leaves. `name` is how who proposed called the taker:
    nobody is told whether, or how, their address is known here.
    """

    zone_id: str
    handover_id: str
    taker_id: str
    organisation: str
    contact_mail: str
    effective_on: date
    words: Private
    name: Private
    staying: tuple[str, ...] = ()
    former: str = ""


class ZoneHandoverAccepted(Event, frozen=True):
    """Who takes over says yes: from here on both are bound, and the companies are told."""

    zone_id: str
    handover_id: str


class ZoneHandoverDeclined(Event, frozen=True):
    """Who was to take over says no."""

    zone_id: str
    handover_id: str
    reason: Private | None = None


class ZoneHandoverWithdrawn(Event, frozen=True):
    """It is not to be.

    It was taken back before anybody accepted, or its day went by without an answer; or who accepted is no longer here,
    or the zone is closed on its day.
    """

    zone_id: str
    handover_id: str


class ZoneWorkHandedOver(Event, frozen=True):
    """These things are the taker's from now on, each named by its id."""

    zone_id: str
    handover_id: str
    taker_id: str
    work: Work
    ids: tuple[str, ...]


class ZoneHandedOver(Event, frozen=True):
    """The day has come: `leavers` run the zone no longer, and belong to it no longer on that account.

    `moved` counts what `ZoneWorkHandedOver` names, by kind.
    """

    zone_id: str
    handover_id: str
    taker_id: str
    leavers: tuple[str, ...]
    moved: dict[Work, int]


HandoverEvent = (
    ZoneHandoverProposed
    | ZoneHandoverAccepted
    | ZoneHandoverDeclined
    | ZoneHandoverWithdrawn
    | ZoneWorkHandedOver
    | ZoneHandedOver
)


# --- state ------------------------------------------------------------------------------------------------------


class Handover(Struct, frozen=True):
    """The hand-over that stands, proposed or accepted."""

    handover_id: str
    taker_id: str
    organisation: str
    contact_mail: str
    effective_on: date
    staying: frozenset[str]
    accepted: bool = False


# --- commands ---------------------------------------------------------------------------------------------------


class ProposeHandover(Command, frozen=True):
    """Propose that a member runs the zone from a day on; `staying` keep their roles."""

    zone_id: str
    handover_id: str
    taker_id: str
    name: str
    organisation: str
    contact_mail: str
    effective_on: date
    words: str
    staying: tuple[str, ...] = ()


class WithdrawHandover(Command, frozen=True):
    """Take the proposal back."""

    zone_id: str
    handover_id: str


class AcceptHandover(Command, frozen=True):
    """Take the zone over."""

    zone_id: str
    handover_id: str


class DeclineHandover(Command, frozen=True):
    """Do not take it over."""

    zone_id: str
    handover_id: str
    reason: str = ""


class CompleteHandover(Command, frozen=True):
    """Let it take effect, its day having come; `work` names what there is to pass on, as it was read a moment ago."""

    zone_id: str
    handover_id: str
    work: dict[Work, tuple[str, ...]]
