"""A zone as decisions know it: its policy, who acts for it, whom it goes with, and whether it closes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from domain.places import Place
from domain.zones.events import (
    Accent,
    BrokerReceipt,
    FederationJoined,
    FederationLeft,
    Moderation,
    PartnershipAgreed,
    PartnershipEnded,
    PartnershipProposed,
    Role,
    RoleGranted,
    RoleRevoked,
    WasteMode,
    ZoneClosingAnnounced,
    ZoneClosingCalledOff,
    ZoneDescribed,
    ZoneEvent,
    ZoneLookChosen,
    ZoneOpened,
    ZonePolicySet,
)
from domain.zones.handovers import (
    Handover,
    ZoneHandedOver,
    ZoneHandoverAccepted,
    ZoneHandoverDeclined,
    ZoneHandoverProposed,
    ZoneHandoverWithdrawn,
    ZoneWorkHandedOver,
)

OPERATOR: Final = "system:operator"
"""Whoever runs the installation: opens zones and names their first administrator."""
WARNED_AHEAD: Final = timedelta(days=60)
"""How long before a broker's receipt ends its zone is told: a declaration takes about that long to renew."""


class Zone(Struct, frozen=True):
    """What decisions need to know of a zone.

    `proposed` are the zones it asked to be partners, `partners` those it agreed with: the other must have, too.
    `federations` are those it lets see its figures: they must have invited it, too. `handover` is the one that stands.
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
    name: str = ""
    commune: str = ""
    association: str = ""
    contact_mail: str = ""
    trusted_after: int = 3
    receipt: BrokerReceipt | None = None
    accent: Accent = "pine"
    welcome: str = ""
    families: tuple[str, ...] = ()
    federations: frozenset[str] = frozenset()
    closes_on: date | None = None
    handover: Handover | None = None

    @property
    def reviewers(self) -> frozenset[str]:
        """The members who may decide about what is posted here."""
        return frozenset(one for one, held in self.roles.items() if not held.isdisjoint(("moderator", "administrator")))

    def allows(self, actor: str, *roles: Role) -> bool:
        """Whether `actor` holds one of `roles` here; the operator holds them all."""
        return actor == OPERATOR or not self.roles.get(actor.removeprefix("member:"), frozenset()).isdisjoint(roles)

    def is_partner_of(self, other: Zone) -> bool:
        """Whether both zones agreed to show each other what is for partner zones."""
        return other.zone_id in self.partners and self.zone_id in other.partners

    def day(self, now: datetime) -> date:
        """The day it is in the zone."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def is_closed(self, now: datetime) -> bool:
        """Whether the day it closes on has come."""
        return self.closes_on is not None and self.day(now) >= self.closes_on


def waste_mode(mode: WasteMode, receipt: BrokerReceipt | None, today: date) -> WasteMode:
    """What a zone really does with waste: a broker whose receipt is over introduces companies and no more."""
    if mode == "broker" and (receipt is None or receipt.expires_on < today):
        return "introduce"
    return mode


def evolve(zone: Zone | None, event: ZoneEvent) -> Zone:  # noqa: C901, PLR0912  (one flat case per event)
    """The zone after `event`."""
    if isinstance(event, ZoneOpened):
        opened = Zone(event.zone_id, event.slug, event.time_zone, event.languages, event.place)
        names = {"name": event.name, "commune": event.commune}
        return replace(opened, **names, association=event.association, contact_mail=event.contact_mail)
    assert zone is not None
    match event:
        case ZoneDescribed():
            return replace(
                zone,
                name=event.name,
                commune=event.commune,
                place=event.place,
                time_zone=event.time_zone,
                languages=event.languages,
                association=event.association,
                contact_mail=event.contact_mail,
            )
        case ZoneLookChosen():
            welcome = (event.welcome.text or "") if event.welcome else ""
            return replace(zone, accent=event.accent, welcome=welcome, families=event.families)
        case ZonePolicySet():
            return replace(
                zone,
                moderation=event.moderation,
                digest_weekday=event.digest_weekday,
                digest_hour=event.digest_hour,
                review_within_hours=event.review_within_hours,
                waste=event.waste,
                trusted_after=event.trusted_after,
                receipt=event.receipt,
            )
        case PartnershipProposed():
            return replace(zone, proposed=zone.proposed | {event.partner_id})
        case PartnershipAgreed():
            agreed = zone.partners | {event.partner_id}
            return replace(zone, partners=agreed, proposed=zone.proposed - {event.partner_id})
        case PartnershipEnded():
            left = {event.partner_id}
            return replace(zone, partners=zone.partners - left, proposed=zone.proposed - left)
        case FederationJoined():
            return replace(zone, federations=zone.federations | {event.federation_id})
        case FederationLeft():
            return replace(zone, federations=zone.federations - {event.federation_id})
        case RoleGranted():
            held = zone.roles.get(event.member_id, frozenset()) | {event.role}
            return replace(zone, roles={**zone.roles, event.member_id: held})
        case RoleRevoked():
            held = zone.roles.get(event.member_id, frozenset()) - {event.role}
            return replace(zone, roles={**zone.roles, event.member_id: held})
        case ZoneClosingAnnounced():
            return replace(zone, closes_on=event.closes_on)
        case ZoneClosingCalledOff():
            return replace(zone, closes_on=None)
        case ZoneHandoverProposed():
            return replace(zone, handover=_proposed(event))
        case ZoneHandoverAccepted():
            assert zone.handover is not None
            return replace(zone, handover=replace(zone.handover, accepted=True))
        case ZoneHandoverDeclined() | ZoneHandoverWithdrawn() | ZoneHandedOver():
            return replace(zone, handover=None)
        case ZoneWorkHandedOver():
            return zone


def _proposed(event: ZoneHandoverProposed) -> Handover:
    return Handover(
        event.handover_id,
        event.taker_id,
        event.organisation,
        event.contact_mail,
        event.effective_on,
        frozenset(event.staying),
    )
