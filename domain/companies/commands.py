"""What may be asked about a company."""

from __future__ import annotations

from datetime import date, datetime

from domain.commands import Command
from domain.companies.events import Audience, Kind, Membership, Part
from domain.opening_hours import Opening
from domain.places import Place


class RegisterCompany(Command, frozen=True):
    """Make a company known here, with its first site."""

    company_id: str
    siret: str
    name: str
    trade: str
    site_id: str
    site_name: str
    address: str
    place: Place
    zone_id: str
    kind: Kind = "company"


class SetOrganisationKind(Command, frozen=True):
    """Say what the organisation is."""

    company_id: str
    kind: Kind


class AddRepresentative(Command, frozen=True):
    """Let a member act for the company."""

    company_id: str
    member_id: str


class RemoveRepresentative(Command, frozen=True):
    """A member no longer acts for the company; what is theirs to do next goes to `successor`."""

    company_id: str
    member_id: str
    successor: str = ""


class PairPhone(Command, frozen=True):
    """Let a shared phone serve the company, under a name its people know it by."""

    company_id: str
    phone_id: str
    name: str


class RevokePhone(Command, frozen=True):
    """A shared phone no longer serves the company."""

    company_id: str
    phone_id: str


class AdmitCompany(Command, frozen=True):
    """Welcome a company in a zone."""

    company_id: str
    zone_id: str


class RefuseCompany(Command, frozen=True):
    """Turn a company away from a zone, with the reason it is told."""

    company_id: str
    zone_id: str
    reason: str


class SuspendCompany(Command, frozen=True):
    """Hide a company from a zone for now, with the reason it is told."""

    company_id: str
    zone_id: str
    reason: str


class ReinstateCompany(Command, frozen=True):
    """Take a suspension back."""

    company_id: str
    zone_id: str


class CountApproval(Command, frozen=True):
    """Note in the company's stream what a zone decided about a listing of its; a reaction asks for it."""

    company_id: str
    zone_id: str
    listing_id: str
    stands: bool


class WriteDirectoryEntry(Command, frozen=True):
    """Say what the directory tells of the company, and who may read which part of it."""

    company_id: str
    about: str
    offers: str
    seeks: str
    shares: str
    contact: str
    hours: tuple[Opening, ...]
    shown: dict[Part, Audience]


class SetMembership(Command, frozen=True):
    """Say how a company belongs to a zone, from when, and until when if that is agreed."""

    company_id: str
    zone_id: str
    membership: Membership
    since: date
    until: date | None = None


class RecordDues(Command, frozen=True):
    """Note whether the dues of a year are paid."""

    company_id: str
    zone_id: str
    year: int
    paid: bool


class ShareWithGuest(Command, frozen=True):
    """Let a company that the zone does not admit see one group purchase, until a moment."""

    company_id: str
    zone_id: str
    purchase_id: str
    until: datetime


class InviteGuest(Command, frozen=True):
    """Let a company from outside see one group purchase until a moment; whoever is new is registered and invited."""

    purchase_id: str
    company_id: str
    member_id: str
    siret: str
    name: str
    trade: str
    kind: Kind
    person: str
    mail: str
    until: datetime
    language: str = "fr"


class EndSharing(Command, frozen=True):
    """Let the guest see it no longer."""

    company_id: str
    zone_id: str
    purchase_id: str


class EraseCompany(Command, frozen=True):
    """Make everything the company typed unreadable for ever."""

    company_id: str
