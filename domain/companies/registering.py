"""A company becomes known by its SIRET, and is forgotten again."""

from __future__ import annotations

from typing import Final

from domain.companies.commands import EraseCompany, RegisterCompany, SetOrganisationKind
from domain.companies.events import CompanyErased, CompanyEvent, CompanyRegistered, OrganisationKindSet, SiteDeclared
from domain.companies.rules import known, open_to_change
from domain.companies.state import Company
from domain.events import Private
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import OPERATOR, Zone

SIRET_DIGITS: Final = 14


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
    """Whoever runs a zone registers its companies: after a visit, or because they asked to join."""
    if not zone.allows(command.actor, "facilitator", "moderator", "administrator"):
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
            kind=command.kind,
        ),
        SiteDeclared(
            company_id=subject,
            site_id=command.site_id,
            name=Private(subject, command.site_name),
            address=Private(subject, command.address),
            place=command.place,
        ),
    ]


def erase_company(command: EraseCompany, company: Company | None) -> list[CompanyEvent]:
    """The operator, or someone who acts for the company, has its texts erased."""
    company = known(company)
    if command.actor != OPERATOR and not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such company."))
    return [] if company.erased else [CompanyErased(company_id=command.company_id)]


def set_organisation_kind(
    command: SetOrganisationKind, company: Company | None, zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Whoever acts for it, or runs one of its zones, says what it is."""
    company = open_to_change(command.actor, company, zones)
    if company.kind == command.kind:
        return []
    return [OrganisationKindSet(company_id=command.company_id, kind=command.kind)]
