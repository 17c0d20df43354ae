"""What happens to a company here: registered, admitted, represented, shown in the directory, welcomed as a guest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from domain.events import Event, Private
from domain.opening_hours import Opening
from domain.places import Place

Standing = Literal["admitted", "refused", "suspended"]
AppealOutcome = Literal["granted", "refused"]
Kind = Literal["company", "association", "public_body", "supplier", "expert", "eco_organisation"]
KINDS: Final[tuple[Kind, ...]] = ("company", "association", "public_body", "supplier", "expert", "eco_organisation")
"""What an organisation is. Everything here is called a company, as everyone in a zone does."""
Membership = Literal["adherent", "participant"]
"""How an admitted company belongs to a zone: it has joined the association that runs it, or takes part only."""
Part = Literal["listed", "about", "flows", "place", "hours", "contact"]
PARTS: Final[tuple[Part, ...]] = ("listed", "about", "flows", "place", "hours", "contact")
"""What the directory may show of a company, each as far as it consents; `listed` is its name and trade."""
Audience = Literal["nobody", "members", "everyone"]
AUDIENCES: Final[tuple[Audience, ...]] = ("nobody", "members", "everyone")
"""From the narrowest to the widest; `members` are those of the zones that admit the company."""


class CompanyRegistered(Event, frozen=True):
    """A company is known here by its SIRET; name and trade are its own words."""

    company_id: str
    siret: str
    name: Private
    trade: Private
    kind: Kind = "company"


class OrganisationKindSet(Event, frozen=True):
    """What the organisation is: a company, an association, a public body, or another of those there are."""

    company_id: str
    kind: Kind


class SiteDeclared(Event, frozen=True):
    """One place of the company, where things are given, fetched and delivered."""

    company_id: str
    site_id: str
    name: Private
    address: Private
    place: Place


class RepresentativeAdded(Event, frozen=True):
    """A member acts for the company from now on."""

    company_id: str
    member_id: str


class RepresentativeRemoved(Event, frozen=True):
    """A member no longer acts for the company; what was theirs to do next is `successor`'s, when one was named."""

    company_id: str
    member_id: str
    successor: str = ""


class PhonePaired(Event, frozen=True):
    """A phone that several people share, such as the one of the dock, serves the company from now on.

    It is signed in as the company's, and as nobody in particular; what it does is done by `guest:<phone_id>`.
    """

    company_id: str
    phone_id: str
    name: Private


class PhoneRevoked(Event, frozen=True):
    """A shared phone no longer serves the company; it is signed out."""

    company_id: str
    phone_id: str


class CompanyAdmitted(Event, frozen=True):
    """A zone welcomes the company: its listings may be shown there."""

    company_id: str
    zone_id: str


class CompanyRefused(Event, frozen=True):
    """A zone does not admit the company, and says why."""

    company_id: str
    zone_id: str
    reason: Private


class CompanySuspended(Event, frozen=True):
    """A zone hides the company and its listings until further notice, and says why."""

    company_id: str
    zone_id: str
    reason: Private


class CompanyReinstated(Event, frozen=True):
    """A zone takes its suspension back."""

    company_id: str
    zone_id: str


class SuspensionAppealed(Event, frozen=True):
    """The company asks the zone to look again at its suspension."""

    company_id: str
    zone_id: str
    appeal_id: str
    why: Private


class SuspensionAppealDecided(Event, frozen=True):
    """The zone looked again. `by_another` tells whether it was somebody else than who had decided."""

    company_id: str
    zone_id: str
    appeal_id: str
    outcome: AppealOutcome
    sentence: Private
    by_another: bool


class ApprovalCounted(Event, frozen=True):
    """A zone approved a listing of the company or, unless it `stands`, does not show it after all.

    A zone that trusts companies after so many approvals counts these.
    """

    company_id: str
    zone_id: str
    listing_id: str
    stands: bool


class DirectoryEntryWritten(Event, frozen=True):
    """What the company says of itself in the directory: what it does, offers, seeks and shares, and how to reach it."""

    company_id: str
    about: Private
    offers: Private
    seeks: Private
    shares: Private
    contact: Private
    hours: tuple[Opening, ...] = ()


class DirectoryConsentGiven(Event, frozen=True):
    """Who may read which part of the company's entry; what is not named here, nobody."""

    company_id: str
    shown: dict[Part, Audience]


class MembershipSet(Event, frozen=True):
    """How the company belongs to a zone, from one day and, where it is agreed, until the end of another."""

    company_id: str
    zone_id: str
    membership: Membership
    since: date
    until: date | None = None


class DuesRecorded(Event, frozen=True):
    """The association says whether the dues of a year are paid; they are never collected here."""

    company_id: str
    zone_id: str
    year: int
    paid: bool


class SharedWithGuest(Event, frozen=True):
    """A zone lets a company it does not admit see one group purchase or collection, nothing else, until a moment."""

    company_id: str
    zone_id: str
    purchase_id: str
    until: datetime


class SharingEnded(Event, frozen=True):
    """The guest no longer sees it."""

    company_id: str
    zone_id: str
    purchase_id: str


class CompanyErased(Event, frozen=True):
    """Everything the company typed is made unreadable; its SIRET, quantities and dates stay."""

    company_id: str


AppealEvent = SuspensionAppealed | SuspensionAppealDecided
BelongingEvent = MembershipSet | DuesRecorded | SharedWithGuest | SharingEnded
CompanyEvent = (
    CompanyRegistered
    | SiteDeclared
    | RepresentativeAdded
    | RepresentativeRemoved
    | PhonePaired
    | PhoneRevoked
    | CompanyAdmitted
    | CompanyRefused
    | CompanySuspended
    | CompanyReinstated
    | AppealEvent
    | ApprovalCounted
    | OrganisationKindSet
    | DirectoryEntryWritten
    | DirectoryConsentGiven
    | BelongingEvent
    | CompanyErased
)
