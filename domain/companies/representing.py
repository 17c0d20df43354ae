"""Who acts for a company."""

from __future__ import annotations

from domain.companies.commands import AddRepresentative, RemoveRepresentative
from domain.companies.events import CompanyEvent, RepresentativeAdded, RepresentativeRemoved
from domain.companies.rules import known, open_to_change
from domain.companies.state import Company
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone


def add_representative(
    command: AddRepresentative, company: Company | None, zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Someone who already acts for the company, or who runs one of its zones, lets another in."""
    company = open_to_change(command.actor, company, zones)
    if command.member_id in company.representatives:
        return []
    return [RepresentativeAdded(company_id=command.company_id, member_id=command.member_id)]


def take_up(command: AddRepresentative, company: Company | None) -> list[CompanyEvent]:
    """Whoever accepts what a colleague asked of them acts for the company; the asking was checked before."""
    company = known(company)
    if company.erased or command.actor != f"member:{command.member_id}":
        raise NotFound(_("There is no such company."))
    if command.member_id in company.representatives:
        return []
    return [RepresentativeAdded(company_id=command.company_id, member_id=command.member_id)]


def remove_representative(
    command: RemoveRepresentative, company: Company | None, zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Anyone of the company, or who runs one of its zones, may end a representation.

    The last of its people does not leave by themselves: nobody would answer for what is under way.
    """
    company = open_to_change(command.actor, company, zones)
    if command.member_id not in company.representatives:
        return []
    remaining = company.representatives - {command.member_id}
    if not remaining and company.is_represented_by(command.actor):
        raise Refused(
            _("Nobody else acts for the company. Invite a colleague first, or ask the zone’s facilitator to close it.")
        )
    if command.successor and command.successor not in remaining:
        raise Refused(_("Choose a colleague who stays."), field="successor")
    removed = RepresentativeRemoved(
        company_id=command.company_id, member_id=command.member_id, successor=command.successor
    )
    return [removed]


def name_guest(command: AddRepresentative, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """Whoever invites a guest names its first person; a company that another zone admits is that zone's to help."""
    company = known(company)
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone lets guests in."))
    if command.member_id in company.representatives:
        return []
    if company.erased or company.zones or company.representatives:
        raise Refused(_("Nobody acts for this company here. Ask the zone that admits it to name somebody."))
    return [RepresentativeAdded(company_id=command.company_id, member_id=command.member_id)]
