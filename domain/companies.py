"""Companies: who they are, where their sites stand, who acts for them, and in which zones they are admitted."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event, Private
from domain.places import Place
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import OPERATOR, Zone

Standing = Literal["admitted", "refused", "suspended"]

# --- events -----------------------------------------------------------------------------------------------------


class CompanyRegistered(Event, frozen=True):
    """A company is known here by its SIRET; name and trade are its own words."""

    company_id: str
    siret: str
    name: Private
    trade: Private


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
    """A member no longer acts for the company."""

    company_id: str
    member_id: str


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


class CompanyErased(Event, frozen=True):
    """Everything the company typed is made unreadable; its SIRET, quantities and dates stay."""

    company_id: str


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
    | CompanyErased
)

# --- state ------------------------------------------------------------------------------------------------------


class Company(Struct, frozen=True):
    """What decisions need to know of a company."""

    company_id: str
    siret: str
    representatives: frozenset[str] = frozenset()
    sites: dict[str, Place] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    phones: frozenset[str] = frozenset()
    erased: bool = False

    @property
    def zones(self) -> frozenset[str]:
        """The zones in which the company is admitted."""
        return frozenset(zone for zone, standing in self.standings.items() if standing == "admitted")

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


def evolve(company: Company | None, event: CompanyEvent) -> Company:  # noqa: C901  (one flat case per event)
    """The company after `event`."""
    if isinstance(event, CompanyRegistered):
        return Company(event.company_id, event.siret)
    assert company is not None
    match event:
        case SiteDeclared():
            return replace(company, sites={**company.sites, event.site_id: event.place})
        case RepresentativeAdded():
            return replace(company, representatives=company.representatives | {event.member_id})
        case RepresentativeRemoved():
            return replace(company, representatives=company.representatives - {event.member_id})
        case PhonePaired():
            return replace(company, phones=company.phones | {event.phone_id})
        case PhoneRevoked():
            return replace(company, phones=company.phones - {event.phone_id})
        case CompanyAdmitted() | CompanyReinstated():
            return replace(company, standings={**company.standings, event.zone_id: "admitted"})
        case CompanyRefused():
            return replace(company, standings={**company.standings, event.zone_id: "refused"})
        case CompanySuspended():
            return replace(company, standings={**company.standings, event.zone_id: "suspended"})
        case CompanyErased():
            return replace(company, erased=True, representatives=frozenset(), phones=frozenset())


# --- commands ---------------------------------------------------------------------------------------------------


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


class AddRepresentative(Command, frozen=True):
    """Let a member act for the company."""

    company_id: str
    member_id: str


class RemoveRepresentative(Command, frozen=True):
    """A member no longer acts for the company."""

    company_id: str
    member_id: str


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


class EraseCompany(Command, frozen=True):
    """Make everything the company typed unreadable for ever."""

    company_id: str


# --- decisions --------------------------------------------------------------------------------------------------

SIRET_DIGITS: Final = 14
MOST_PHONES: Final = 20
"""Shared phones of one company at a time: more than any dock has, few enough to be looked through."""
PHONE_NAME_LENGTH: Final = 60


def checked_siret(text: str) -> str:
    """The 14 digits of a SIRET, checked with Luhn's key as INSEE does; spaces are allowed."""
    digits = "".join(text.split())
    if len(digits) != SIRET_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Refused(_("A SIRET has 14 digits; it is on your invoices."), field="siret")
    total = sum(sum(divmod(int(digit) * (2 if position % 2 == 0 else 1), 10)) for position, digit in enumerate(digits))
    if total % 10:
        raise Refused(_("This SIRET has a typing mistake: its check digit does not fit."), field="siret")
    return digits


def register_company(command: RegisterCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A facilitator or administrator of a zone registers its companies."""
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone can register a company."))
    if company is not None:
        raise Conflict(_("This company is already registered."), field="siret")
    subject = command.company_id
    return [
        CompanyRegistered(
            company_id=subject,
            siret=checked_siret(command.siret),
            name=Private(subject, command.name),
            trade=Private(subject, command.trade),
        ),
        SiteDeclared(
            company_id=subject,
            site_id=command.site_id,
            name=Private(subject, command.site_name),
            address=Private(subject, command.address),
            place=command.place,
        ),
    ]


def add_representative(
    command: AddRepresentative, company: Company | None, zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Someone who already acts for the company, or who runs one of its zones, lets another in."""
    company = _open_to_change(command.actor, company, zones)
    if command.member_id in company.representatives:
        return []
    return [RepresentativeAdded(company_id=command.company_id, member_id=command.member_id)]


def remove_representative(
    command: RemoveRepresentative, company: Company | None, zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Anyone of the company, or who runs one of its zones, may end a representation."""
    company = _open_to_change(command.actor, company, zones)
    if command.member_id not in company.representatives:
        return []
    return [RepresentativeRemoved(company_id=command.company_id, member_id=command.member_id)]


def pair_phone(command: PairPhone, company: Company | None, _zones: dict[str, Zone]) -> list[CompanyEvent]:
    """Someone who acts for the company hands a phone to its people: a zone has no say in it."""
    company = _represented(command.actor, company)
    if command.phone_id in company.phones:
        return []
    if len(company.phones) >= MOST_PHONES:
        raise Refused(_("A company has %(most)s shared phones at most: sign one out first."), most=MOST_PHONES)
    name = Private(command.company_id, checked_phone_name(command.name))
    return [PhonePaired(company_id=command.company_id, phone_id=command.phone_id, name=name)]


def checked_phone_name(name: str) -> str:
    """A name by which a shared phone is told from the others."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the phone a name, such as “Dock phone”."), field="name")
    if len(name) > PHONE_NAME_LENGTH:
        raise Refused(_("A name has %(most)s characters at most."), field="name", most=PHONE_NAME_LENGTH)
    return name


def revoke_phone(command: RevokePhone, company: Company | None, _zones: dict[str, Zone]) -> list[CompanyEvent]:
    """Anyone who acts for the company takes a phone back; a phone may leave by itself, and take no other along."""
    itself = command.actor == f"guest:{command.phone_id}"
    company = _known(company) if itself else _represented(command.actor, company)
    if command.phone_id not in company.phones:
        return []
    return [PhoneRevoked(company_id=command.company_id, phone_id=command.phone_id)]


def admit_company(command: AdmitCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A zone decides for itself whom it admits."""
    company = _judged(command, company, zone)
    if company.standings.get(command.zone_id) == "admitted":
        return []
    return [CompanyAdmitted(company_id=command.company_id, zone_id=command.zone_id)]


def refuse_company(command: RefuseCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A refusal is told with its reason."""
    company = _judged(command, company, zone)
    standing = company.standings.get(command.zone_id)
    if standing == "refused":
        return []
    if standing == "admitted":
        raise Refused(_("This company is already admitted; it can be suspended."))
    reason = Private(command.zone_id, _given(command.reason))
    return [CompanyRefused(company_id=command.company_id, zone_id=command.zone_id, reason=reason)]


def suspend_company(command: SuspendCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A suspension is told with its reason, and hides the company's listings in this zone only."""
    company = _judged(command, company, zone)
    standing = company.standings.get(command.zone_id)
    if standing == "suspended":
        return []
    if standing != "admitted":
        raise Refused(_("Only a company admitted in the zone can be suspended."))
    reason = Private(command.zone_id, _given(command.reason))
    return [CompanySuspended(company_id=command.company_id, zone_id=command.zone_id, reason=reason)]


def reinstate_company(command: ReinstateCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """Only what was suspended comes back."""
    company = _judged(command, company, zone)
    if company.standings.get(command.zone_id) != "suspended":
        return []
    return [CompanyReinstated(company_id=command.company_id, zone_id=command.zone_id)]


def erase_company(command: EraseCompany, company: Company | None) -> list[CompanyEvent]:
    """The operator, or someone who acts for the company, has its texts erased."""
    company = _known(company)
    if command.actor != OPERATOR and not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such company."))
    return [] if company.erased else [CompanyErased(company_id=command.company_id)]


def _known(company: Company | None) -> Company:
    if company is None:
        raise NotFound(_("There is no such company."))
    return company


def _represented(actor: str, company: Company | None) -> Company:
    company = _known(company)
    if company.erased or not company.is_represented_by(actor):
        raise NotFound(_("There is no such company."))
    return company


def _open_to_change(actor: str, company: Company | None, zones: dict[str, Zone]) -> Company:
    company = _known(company)
    runs_a_zone = any(
        zone.allows(actor, "facilitator", "administrator")
        for zone_id, zone in zones.items()
        if zone_id in company.standings
    )
    if company.erased or not (actor == OPERATOR or company.is_represented_by(actor) or runs_a_zone):
        raise NotFound(_("There is no such company."))
    return company


def _judged(
    command: AdmitCompany | RefuseCompany | SuspendCompany | ReinstateCompany, company: Company | None, zone: Zone
) -> Company:
    company = _known(company)
    if not zone.allows(command.actor, "moderator", "facilitator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone decides which companies it admits."))
    if company.erased:
        raise NotFound(_("There is no such company."))
    return company


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why: the company is told."), field="reason")
    return reason.strip()
