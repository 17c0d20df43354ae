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
WasteMode = Literal["off", "introduce", "broker"]
WASTE_MODES: Final[tuple[WasteMode, ...]] = ("off", "introduce", "broker")
"""What the zone does with listings of waste: it takes none; it introduces companies to each other and no more; or it
is a declared broker (articles L541-8 and R541-54-1 code de l’environnement) and says so on them."""
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
    """How the zone moderates, what it does with waste, and when its weekly mail leaves: ISO weekday and local hour."""

    zone_id: str
    moderation: Moderation
    digest_weekday: int
    digest_hour: int
    review_within_hours: int = 48
    waste: WasteMode = "introduce"


class PartnershipProposed(Event, frozen=True):
    """The zone proposes to another that the companies of each see what the other’s show to partner zones."""

    zone_id: str
    partner_id: str


class PartnershipAgreed(Event, frozen=True):
    """The zone agrees to be partners. They are once both streams say so."""

    zone_id: str
    partner_id: str


class PartnershipEnded(Event, frozen=True):
    """No proposal and no partnership stands any more; what the zones show each other is hidden at once."""

    zone_id: str
    partner_id: str


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


ZoneEvent = (
    ZoneOpened | ZonePolicySet | PartnershipProposed | PartnershipAgreed | PartnershipEnded | RoleGranted | RoleRevoked
)

# --- state ------------------------------------------------------------------------------------------------------


class Zone(Struct, frozen=True):
    """What decisions need to know of a zone.

    `proposed` are the zones it asked to be partners, `partners` those it agreed with: the other must have, too.
    """

    zone_id: str
    slug: str
    time_zone: str
    languages: tuple[str, ...]
    place: Place
    moderation: Moderation = "before"
    digest_weekday: int = 1
    digest_hour: int = 7
    review_within_hours: int = 48
    waste: WasteMode = "introduce"
    roles: dict[str, frozenset[Role]] = field(default_factory=dict)
    proposed: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()

    def allows(self, actor: str, *roles: Role) -> bool:
        """Whether `actor` holds one of `roles` here; the operator holds them all."""
        return actor == OPERATOR or not self.roles.get(actor.removeprefix("member:"), frozenset()).isdisjoint(roles)

    def is_partner_of(self, other: Zone) -> bool:
        """Whether both zones agreed to show each other what is for partner zones."""
        return other.zone_id in self.partners and self.zone_id in other.partners


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
                waste=event.waste,
            )
        case PartnershipProposed():
            return replace(zone, proposed=zone.proposed | {event.partner_id})
        case PartnershipAgreed():
            agreed = zone.partners | {event.partner_id}
            return replace(zone, partners=agreed, proposed=zone.proposed - {event.partner_id})
        case PartnershipEnded():
            left = {event.partner_id}
            return replace(zone, partners=zone.partners - left, proposed=zone.proposed - left)
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
    waste: WasteMode = "introduce"


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
        waste=command.waste,
    )
    return [] if evolve(zone, event) == zone else [event]


def propose_partnership(command: ProposePartnership, zone: Zone | None, other: Zone | None) -> list[ZoneEvent]:
    """An administrator of either zone begins, one of the other agrees; asking twice is no fault."""
    zone, other = _known(zone), _known(other)
    _must_administer(command, zone)
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
    zone, other = _known(zone), _known(other)
    if command.partner_id not in zone.proposed or command.zone_id not in other.partners:
        return []
    return [PartnershipAgreed(zone_id=command.zone_id, partner_id=command.partner_id)]


def end_partnership(command: EndPartnership, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator of either zone ends it at any time, alone; exchanges under way go on."""
    zone = _known(zone)
    _must_administer(command, zone)
    return _ended(zone, command.partner_id)


def note_end(command: NotePartnership, zone: Zone | None, other: Zone | None) -> list[ZoneEvent]:
    """The other zone ended it: nothing of it stands here either, and a new one takes a new agreement of both."""
    zone, other = _known(zone), _known(other)
    return [] if command.zone_id in other.proposed | other.partners else _ended(zone, command.partner_id)


def _ended(zone: Zone, partner_id: str) -> list[ZoneEvent]:
    stands = partner_id in zone.proposed | zone.partners
    return [PartnershipEnded(zone_id=zone.zone_id, partner_id=partner_id)] if stands else []


def _must_administer(command: ProposePartnership | EndPartnership, zone: Zone) -> None:
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone chooses its partner zones."))


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
