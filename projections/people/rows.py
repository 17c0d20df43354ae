"""What is known of zones, of companies and of the people in them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.companies import Kind, Membership, Standing
from domain.members import TOPICS, Frequency, Topic
from domain.zones import Accent, BrokerReceipt, Moderation, Role, WasteMode, waste_mode
from projections.model import Table


class Zone(Struct, frozen=True, kw_only=True):
    """A zone and its policy; `companies` counts those it admits now."""

    zone_id: str
    slug: str
    name: str
    commune: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    languages: tuple[str, ...]
    association: str
    contact_mail: str
    moderation: Moderation = "before"
    digest_weekday: int = 1
    digest_hour: int = 7
    review_within_hours: int = 48
    companies: int = 0
    waste: WasteMode = "introduce"
    trusted_after: int = 3
    receipt_number: str = ""
    receipt_prefecture: str = ""
    receipt_expires_on: date | None = None
    accent: Accent = "pine"
    welcome: str = ""
    families: tuple[str, ...] = ()
    closes_on: date | None = None
    closing_reason: str = ""

    @property
    def receipt(self) -> BrokerReceipt | None:
        """The receipt of a declared broker."""
        if self.receipt_expires_on is None:
            return None
        return BrokerReceipt(
            number=self.receipt_number, prefecture=self.receipt_prefecture, expires_on=self.receipt_expires_on
        )

    def day(self, now: datetime) -> date:
        """The day it is in the zone."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def waste_mode(self, now: datetime) -> WasteMode:
        """What it really does with waste today."""
        return waste_mode(self.waste, self.receipt, self.day(now))

    def is_closed(self, now: datetime) -> bool:
        """Whether the day it closes on has come."""
        return self.closes_on is not None and self.day(now) >= self.closes_on


class Partner(Struct, frozen=True, kw_only=True):
    """What a zone said to another: it proposes a partnership, or agrees to it. They are partners once both agree."""

    zone_id: str
    partner_id: str
    agreed: bool
    at: datetime


class Company(Struct, frozen=True, kw_only=True):
    """A company; `zones` admit it now, `known_in` are those that have or had to do with it."""

    company_id: str
    siret: str
    name: str
    trade: str
    zones: tuple[str, ...]
    known_in: tuple[str, ...]
    registered_at: datetime
    erased: bool = False
    kind: Kind = "company"


class StandingRow(Struct, frozen=True, kw_only=True):
    """What one zone decided about a company last, and why."""

    company_id: str
    zone_id: str
    standing: Standing
    reason: str
    at: datetime


class MembershipRow(Struct, frozen=True, kw_only=True):
    """How a company belongs to a zone, from and until which day."""

    company_id: str
    zone_id: str
    membership: Membership
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this is so on a day; the last one counts."""
        return self.since <= day and (self.until is None or day <= self.until)


class DuesRow(Struct, frozen=True, kw_only=True):
    """A year whose dues a zone noted as paid."""

    company_id: str
    zone_id: str
    year: str
    noted_at: datetime


class GuestRow(Struct, frozen=True, kw_only=True):
    """A group purchase that a zone shares with a company it does not admit."""

    company_id: str
    purchase_id: str
    zone_id: str
    until: datetime


class Site(Struct, frozen=True, kw_only=True):
    """A place of a company."""

    site_id: str
    company_id: str
    name: str
    address: str
    latitude: Decimal
    longitude: Decimal


class Member(Struct, frozen=True, kw_only=True):
    """A person: how to call them, where to write, and which mail they want.

    `came_with_company`: they have acted for one, so that what they see of a zone follows from companies and roles.
    `outside_zone_ids` are zones they do not belong to by being at home there: handed over, or not taken over yet.
    """

    member_id: str
    name: str
    mail: str
    language: str
    home_zone: str
    invited_at: datetime
    frequency: Frequency = "weekly"
    topics: tuple[Topic, ...] = TOPICS
    families: tuple[str, ...] = ()
    joined_at: datetime | None = None
    stopped: bool = False
    erased: bool = False
    came_with_company: bool = False
    outside_zone_ids: tuple[str, ...] = ()


class RoleRow(Struct, frozen=True, kw_only=True):
    """A role someone holds in a zone."""

    member_id: str
    zone_id: str
    role: Role


class Representation(Struct, frozen=True, kw_only=True):
    """Someone acts for a company."""

    member_id: str
    company_id: str


class Phone(Struct, frozen=True, kw_only=True):
    """A phone that several people of a company share."""

    phone_id: str
    company_id: str
    name: str
    paired_at: datetime


ZONE: Final = Table("zone", Zone, ("zone_id",), ("zone_id",))
PARTNER: Final = Table("zone_partner", Partner, ("zone_id", "partner_id"), ("zone_id",))
COMPANY: Final = Table("company", Company, ("company_id",), ("company_id",))
STANDING: Final = Table("company_standing", StandingRow, ("company_id", "zone_id"), ("company_id",))
MEMBERSHIP: Final = Table("membership", MembershipRow, ("company_id", "zone_id"), ("company_id",))
DUES: Final = Table("dues", DuesRow, ("company_id", "zone_id", "year"), ("company_id",))
GUEST: Final = Table("guest", GuestRow, ("company_id", "purchase_id"), ("company_id",))
SITE: Final = Table("site", Site, ("site_id",), ("site_id", "company_id"))
MEMBER: Final = Table("member", Member, ("member_id",), ("member_id",))
ROLE: Final = Table("zone_role", RoleRow, ("member_id", "zone_id", "role"), ("member_id",))
REPRESENTATION: Final = Table(
    "representation", Representation, ("company_id", "member_id"), ("company_id", "member_id")
)
PHONE: Final = Table("phone", Phone, ("phone_id",), ("phone_id", "company_id"))
