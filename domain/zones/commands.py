"""What may be asked of a zone."""

from __future__ import annotations

from datetime import date

from domain.commands import Command
from domain.places import Place
from domain.zones.events import Accent, BrokerReceipt, Moderation, Role, WasteMode


class OpenZone(Command, frozen=True):
    """Open a zone at an address nobody uses yet."""

    zone_id: str
    slug: str
    name: str
    commune: str
    place: Place
    time_zone: str
    languages: tuple[str, ...] = ("fr", "en")
    association: str = ""
    contact_mail: str = ""


class DescribeZone(Command, frozen=True):
    """Say what the zone is called, where it lies and who runs it."""

    zone_id: str
    name: str
    commune: str
    place: Place
    time_zone: str
    languages: tuple[str, ...]
    association: str
    contact_mail: str


class ChooseLook(Command, frozen=True):
    """Choose the colour, the line that welcomes and the families in front; what is None stays as it is."""

    zone_id: str
    accent: Accent | None = None
    welcome: str | None = None
    families: tuple[str, ...] | None = None


class SetZonePolicy(Command, frozen=True):
    """Choose how the zone moderates, what it does with waste and when its mail leaves; what is None stays as it is."""

    zone_id: str
    moderation: Moderation | None = None
    digest_weekday: int | None = None
    digest_hour: int | None = None
    review_within_hours: int | None = None
    waste: WasteMode | None = None
    trusted_after: int | None = None
    receipt: BrokerReceipt | None = None


class ProposePartnership(Command, frozen=True):
    """Ask another zone to be partners; where it has asked already, this agrees."""

    zone_id: str
    partner_id: str


class NotePartnership(Command, frozen=True):
    """Say in the stream of the zone that proposed, or had agreed, what the other one answered."""

    zone_id: str
    partner_id: str


class EndPartnership(Command, frozen=True):
    """Take a proposal back, decline one, or end the partnership."""

    zone_id: str
    partner_id: str


class JoinFederation(Command, frozen=True):
    """Let the readers of a federation see the zone's figures."""

    zone_id: str
    federation_id: str


class LeaveFederation(Command, frozen=True):
    """Hide the zone's figures from them."""

    zone_id: str
    federation_id: str


class GrantRole(Command, frozen=True):
    """Let a member act for the zone."""

    zone_id: str
    member_id: str
    role: Role


class RevokeRole(Command, frozen=True):
    """Take a role back."""

    zone_id: str
    member_id: str
    role: Role


class AnnounceClosing(Command, frozen=True):
    """Say on which day the zone closes, and why."""

    zone_id: str
    closes_on: date
    reason: str


class CallOffClosing(Command, frozen=True):
    """Keep the zone open."""

    zone_id: str
