"""What decisions need to know of a company."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from domain.companies.events import (
    AppealEvent,
    ApprovalCounted,
    Audience,
    BelongingEvent,
    CompanyAdmitted,
    CompanyErased,
    CompanyEvent,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    DirectoryConsentGiven,
    DirectoryEntryWritten,
    DuesRecorded,
    Kind,
    Membership,
    MembershipSet,
    OrganisationKindSet,
    Part,
    PhonePaired,
    PhoneRevoked,
    RepresentativeAdded,
    RepresentativeRemoved,
    SharedWithGuest,
    SharingEnded,
    SiteDeclared,
    Standing,
    SuspensionAppealDecided,
    SuspensionAppealed,
)
from domain.places import Place


class Belonging(Struct, frozen=True):
    """How a company belongs to a zone, and from when until when."""

    membership: Membership
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this is so on a day; the last one counts."""
        return self.since <= day and (self.until is None or day <= self.until)


class Sharing(Struct, frozen=True):
    """What a zone shares with the company as its guest."""

    zone_id: str
    until: datetime


class SuspensionAppeal(Struct, frozen=True):
    """What a company appealed with against its suspension, and whether that is over."""

    appeal_id: str
    closed: bool = False


class Company(Struct, frozen=True):
    """What decisions need to know of a company.

    `approved` are its listings that each zone approved, `dues` the years each zone noted as paid, `shared` the group
    purchases it may see as a guest, and `stand_ins` who took over from whom. `appeals` are those against the suspension
    in force in a zone, or the last one.
    """

    company_id: str
    siret: str
    representatives: frozenset[str] = frozenset()
    sites: dict[str, Place] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    phones: frozenset[str] = frozenset()
    approved: dict[str, frozenset[str]] = field(default_factory=dict)
    appeals: dict[str, SuspensionAppeal] = field(default_factory=dict)
    erased: bool = False
    kind: Kind = "company"
    entry: DirectoryEntryWritten | None = None
    shown: dict[Part, Audience] = field(default_factory=dict)
    belongings: dict[str, Belonging] = field(default_factory=dict)
    dues: dict[str, frozenset[int]] = field(default_factory=dict)
    shared: dict[str, Sharing] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)

    @property
    def zones(self) -> frozenset[str]:
        """The zones in which the company is admitted."""
        return frozenset(zone for zone, standing in self.standings.items() if standing == "admitted")

    def is_adherent(self, zone_id: str, day: date) -> bool:
        """Whether the company has joined the association of a zone that admits it, on a day."""
        belonging = self.belongings.get(zone_id)
        joined = belonging is not None and belonging.membership == "adherent" and belonging.holds_on(day)
        return joined and zone_id in self.zones

    def stand_in(self, member_id: str) -> str:
        """Who does what was this person's to do: themselves, or whoever took over from them."""
        passed: set[str] = set()
        while member_id not in self.representatives and member_id in self.stand_ins and member_id not in passed:
            passed.add(member_id)
            member_id = self.stand_ins[member_id]
        return member_id

    def is_represented_by(self, actor: str) -> bool:
        """Whether `actor` is a member who acts for the company."""
        return actor.removeprefix("member:") in self.representatives

    def author(self, actor: str) -> str:
        """Whose words these are: the member's who represents it; a phone's and a facilitator's are the company's."""
        member = actor.removeprefix("member:")
        return member if member in self.representatives else self.company_id

    def is_served_by(self, actor: str) -> bool:
        """Whether `actor` is a member who acts for the company, or one of its shared phones."""
        return self.is_represented_by(actor) or actor in {f"guest:{phone_id}" for phone_id in self.phones}


def evolve(company: Company | None, event: CompanyEvent) -> Company:  # noqa: C901, PLR0912  (one flat case per event)
    """The company after `event`."""
    if isinstance(event, CompanyRegistered):
        return Company(event.company_id, event.siret, kind=event.kind)
    assert company is not None
    match event:
        case SiteDeclared():
            return replace(company, sites={**company.sites, event.site_id: event.place})
        case RepresentativeAdded():
            return replace(company, representatives=company.representatives | {event.member_id})
        case RepresentativeRemoved():
            stand_ins = company.stand_ins | ({event.member_id: event.successor} if event.successor else {})
            return replace(company, representatives=company.representatives - {event.member_id}, stand_ins=stand_ins)
        case PhonePaired():
            return replace(company, phones=company.phones | {event.phone_id})
        case PhoneRevoked():
            return replace(company, phones=company.phones - {event.phone_id})
        case CompanyAdmitted() | CompanyReinstated():
            return replace(company, standings={**company.standings, event.zone_id: "admitted"})
        case CompanyRefused():
            return replace(company, standings={**company.standings, event.zone_id: "refused"})
        case CompanySuspended():
            appeals = {zone: appeal for zone, appeal in company.appeals.items() if zone != event.zone_id}
            return replace(company, standings={**company.standings, event.zone_id: "suspended"}, appeals=appeals)
        case SuspensionAppealed() | SuspensionAppealDecided():
            return replace(company, appeals={**company.appeals, event.zone_id: _appeal(event)})
        case ApprovalCounted():
            before, one = company.approved.get(event.zone_id, frozenset()), frozenset({event.listing_id})
            after = before | one if event.stands else before - one
            return replace(company, approved={**company.approved, event.zone_id: after})
        case MembershipSet() | DuesRecorded() | SharedWithGuest() | SharingEnded():
            return _belonging(company, event)
        case OrganisationKindSet():
            return replace(company, kind=event.kind)
        case DirectoryEntryWritten():
            return replace(company, entry=event)
        case DirectoryConsentGiven():
            return replace(company, shown=event.shown)
        case CompanyErased():
            return replace(company, erased=True, representatives=frozenset(), phones=frozenset(), entry=None, shared={})


def _appeal(event: AppealEvent) -> SuspensionAppeal:
    return SuspensionAppeal(event.appeal_id, closed=isinstance(event, SuspensionAppealDecided))


def _belonging(company: Company, event: BelongingEvent) -> Company:
    match event:
        case MembershipSet():
            belonging = Belonging(event.membership, event.since, event.until)
            return replace(company, belongings={**company.belongings, event.zone_id: belonging})
        case DuesRecorded():
            years = company.dues.get(event.zone_id, frozenset())
            paid = years | {event.year} if event.paid else years - {event.year}
            return replace(company, dues={**company.dues, event.zone_id: paid})
        case SharedWithGuest():
            sharing = Sharing(event.zone_id, event.until)
            return replace(company, shared={**company.shared, event.purchase_id: sharing})
        case SharingEnded():
            return replace(
                company, shared={key: one for key, one in company.shared.items() if key != event.purchase_id}
            )
