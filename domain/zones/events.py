"""What happens to a zone: the facts, from its opening to the day it closes."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from msgspec import Struct

from domain.events import Event, Private
from domain.places import Place
from domain.zones.handovers import HandoverEvent

Role = Literal["facilitator", "moderator", "administrator", "reader"]
ROLES: Final[tuple[Role, ...]] = ("facilitator", "moderator", "administrator", "reader")
"""Roles in a zone. A member's place in a company is the company's representation, not a role here."""

Moderation = Literal["before", "after", "trusted"]
MODERATIONS: Final[tuple[Moderation, ...]] = ("before", "after", "trusted")
"""When a zone reads a listing: before it is shown; after; or after, of a company it has approved often enough."""
WasteMode = Literal["off", "introduce", "broker"]
WASTE_MODES: Final[tuple[WasteMode, ...]] = ("off", "introduce", "broker")
"""What the zone does with listings of waste: it takes none; it introduces companies to each other and no more; or it
is a declared broker (articles L541-8 and R541-54-1 code de l’environnement) and says so on them."""
Accent = Literal["pine", "lake", "plum", "brick", "slate", "moss"]
ACCENTS: Final[tuple[Accent, ...]] = ("pine", "lake", "plum", "brick", "slate", "moss")
"""Colours a zone may give the head of its pages; the stylesheet has each, and a test measures its contrast."""
LANGUAGES: Final = ("fr", "en")


class BrokerReceipt(Struct, frozen=True, kw_only=True):
    """The receipt of a declared broker of waste: its number, who gave it, and the last day it is good for."""

    number: str
    prefecture: str
    expires_on: date


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


class ZoneDescribed(Event, frozen=True):
    """What the zone is called, where it lies and who runs it, said anew as a whole."""

    zone_id: str
    name: str
    commune: str
    place: Place
    time_zone: str
    languages: tuple[str, ...]
    association: str
    contact_mail: str


class ZoneLookChosen(Event, frozen=True):
    """The colour of its pages, the line that welcomes, and the families of categories it puts in front."""

    zone_id: str
    accent: Accent
    welcome: Private | None = None
    families: tuple[str, ...] = ()


class ZonePolicySet(Event, frozen=True):
    """How the zone moderates, what it does with waste, and when its weekly mail leaves: ISO weekday and local hour.

    `trusted_after` is how many listings of a company it approves before it trusts the next, where it moderates so;
    `receipt` is a declared broker's.
    """

    zone_id: str
    moderation: Moderation
    digest_weekday: int
    digest_hour: int
    review_within_hours: int = 48
    waste: WasteMode = "introduce"
    trusted_after: int = 3
    receipt: BrokerReceipt | None = None


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


class FederationJoined(Event, frozen=True):
    """The zone lets the readers of a federation, which invited it, see its figures."""

    zone_id: str
    federation_id: str


class FederationLeft(Event, frozen=True):
    """Its figures are hidden from them at once."""

    zone_id: str
    federation_id: str


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


class ZoneClosingAnnounced(Event, frozen=True):
    """From `closes_on` nothing new begins in the zone; what is under way is brought to its end."""

    zone_id: str
    closes_on: date
    reason: Private


class ZoneClosingCalledOff(Event, frozen=True):
    """The zone stays open, or opens again."""

    zone_id: str


ZoneEvent = (
    ZoneOpened
    | ZoneDescribed
    | ZoneLookChosen
    | ZonePolicySet
    | PartnershipProposed
    | PartnershipAgreed
    | PartnershipEnded
    | FederationJoined
    | FederationLeft
    | RoleGranted
    | RoleRevoked
    | ZoneClosingAnnounced
    | ZoneClosingCalledOff
    | HandoverEvent
)
