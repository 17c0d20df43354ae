"""Zones: the business zone, its policy, and who holds which role in it."""

from __future__ import annotations

from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event
from domain.places import Place
from domain.refused import Conflict, Forbidden, NotFound, Refused, _

Role = Literal["facilitator", "moderator", "administrator", "reader"]
ROLES: Final[tuple[Role, ...]] = ("facilitator", "moderator", "administrator", "reader")
"""Roles in a zone. A member's place in a company is the company's representation, not a role here."""

Moderation = Literal["before", "after"]
OPERATOR: Final = "system:operator"
"""Whoever runs the installation: opens zones and names their first administrator."""

# --- events -----------------------------------------------------------------------------------------------------


class ZoneOpened(Event, frozen=True):
    """A zone begins here; `zone_id` is its stream and `slug` its address.

    `association` runs it, and `contact_mail` is its public contact point, as article 12 of the DSA wants.
    """

    zone_id: str
    slug: str
    name: str
    commune: str
    place: Place
    time_zone: str
    languages: tuple[str, ...] = ("fr", "en")
    association: str = ""
    contact_mail: str = ""


class ZonePolicySet(Event, frozen=True):
    """How the zone moderates, and when its weekly mail leaves: ISO weekday (1 is Monday) and local hour."""

    zone_id: str
    moderation: Moderation
    digest_weekday: int
    digest_hour: int
    review_within_hours: int = 48


class RoleGranted(Event, frozen=True):
    """A member may act for the zone from now on."""

    zone_id: str
    member_id: str
    role: Role


class RoleRevoked(Event, frozen=True):
    """A member may no longer act for the zone in this role; their sessions end."""

    zone_id: str
    member_id: str
    role: Role


ZoneEvent = ZoneOpened | ZonePolicySet | RoleGranted | RoleRevoked

# --- state ------------------------------------------------------------------------------------------------------


class Zone(Struct, frozen=True):
    """What decisions need to know of a zone."""

    zone_id: str
    slug: str
    time_zone: str
    languages: tuple[str, ...]
    place: Place
    moderation: Moderation = "before"
    digest_weekday: int = 1
    digest_hour: int = 7
    review_within_hours: int = 48
    roles: dict[str, frozenset[Role]] = field(default_factory=dict)

    def allows(self, actor: str, *roles: Role) -> bool:
        """Whether `actor` holds one of `roles` here; the operator holds them all."""
        return actor == OPERATOR or not self.roles.get(actor.removeprefix("member:"), frozenset()).isdisjoint(roles)


def evolve(zone: Zone | None, event: ZoneEvent) -> Zone:
    """The zone after `event`."""
    if isinstance(event, ZoneOpened):
        return Zone(event.zone_id, event.slug, event.time_zone, event.languages, event.place)
    assert zone is not None
    match event:
        case ZonePolicySet():
            return replace(
                zone,
                moderation=event.moderation,
                digest_weekday=event.digest_weekday,
                digest_hour=event.digest_hour,
                review_within_hours=event.review_within_hours,
            )
        case RoleGranted():
            held = zone.roles.get(event.member_id, frozenset()) | {event.role}
            return replace(zone, roles={**zone.roles, event.member_id: held})
        case RoleRevoked():
            held = zone.roles.get(event.member_id, frozenset()) - {event.role}
            return replace(zone, roles={**zone.roles, event.member_id: held})


# --- commands ---------------------------------------------------------------------------------------------------


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


class SetZonePolicy(Command, frozen=True):
    """Choose how the zone moderates and when its mail leaves."""

    zone_id: str
    moderation: Moderation
    digest_weekday: int
    digest_hour: int
    review_within_hours: int = 48


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


# --- decisions --------------------------------------------------------------------------------------------------

WEEKDAYS: Final = range(1, 8)
HOURS: Final = range(24)
LONGEST_SLUG: Final = 40
SLUG_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def open_zone(command: OpenZone, zone: Zone | None) -> list[ZoneEvent]:
    """Only the operator opens zones; the address is short, lower-case and ours to show in a URL."""
    if command.actor != OPERATOR:
        raise Forbidden(_("Only whoever runs this installation can open a zone."))
    if zone is not None:
        raise Conflict(_("There is already a zone at this address."), field="slug")
    if not 0 < len(command.slug) <= LONGEST_SLUG or not SLUG_CHARACTERS.issuperset(command.slug):
        raise Refused(_("An address has lower-case letters, figures and hyphens only."), field="slug")
    try:
        ZoneInfo(command.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name is also a path: too long, or a folder
        raise Refused(_("There is no time zone of this name."), field="time_zone") from None
    return [
        ZoneOpened(
            zone_id=command.zone_id,
            slug=command.slug,
            name=command.name,
            commune=command.commune,
            place=command.place,
            time_zone=command.time_zone,
            languages=command.languages,
            association=command.association,
            contact_mail=command.contact_mail,
        )
    ]


def set_zone_policy(command: SetZonePolicy, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator decides; saying again what already holds changes nothing."""
    zone = _known(zone)
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone can change its policy."))
    if command.digest_weekday not in WEEKDAYS:
        raise Refused(_("Choose a day from Monday to Sunday."), field="digest_weekday")
    if command.digest_hour not in HOURS:
        raise Refused(_("Choose an hour from 0 to 23."), field="digest_hour")
    event = ZonePolicySet(
        zone_id=command.zone_id,
        moderation=command.moderation,
        digest_weekday=command.digest_weekday,
        digest_hour=command.digest_hour,
        review_within_hours=command.review_within_hours,
    )
    return [] if evolve(zone, event) == zone else [event]


def grant_role(command: GrantRole, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator grants roles; the operator names the first one."""
    zone = _administered(command, zone)
    if command.role in zone.roles.get(command.member_id, frozenset()):
        return []
    return [RoleGranted(zone_id=command.zone_id, member_id=command.member_id, role=command.role)]


def revoke_role(command: RevokeRole, zone: Zone | None) -> list[ZoneEvent]:
    """A zone keeps at least one administrator."""
    zone = _administered(command, zone)
    if command.role not in zone.roles.get(command.member_id, frozenset()):
        return []
    administrators = [member for member, roles in zone.roles.items() if "administrator" in roles]
    if command.role == "administrator" and administrators == [command.member_id]:
        raise Refused(_("A zone needs at least one administrator: name another one first."))
    return [RoleRevoked(zone_id=command.zone_id, member_id=command.member_id, role=command.role)]


def _known(zone: Zone | None) -> Zone:
    if zone is None:
        raise NotFound(_("There is no such zone."))
    return zone


def _administered(command: GrantRole | RevokeRole, zone: Zone | None) -> Zone:
    zone = _known(zone)
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone can give or take roles."))
    return zone
