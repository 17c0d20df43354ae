"""What a zone decides about a company: welcome, refused, suspended, taken back, and trusted."""

from __future__ import annotations

from domain.companies.commands import AdmitCompany, CountApproval, RefuseCompany, ReinstateCompany, SuspendCompany
from domain.companies.events import (
    ApprovalCounted,
    CompanyAdmitted,
    CompanyEvent,
    CompanyRefused,
    CompanyReinstated,
    CompanySuspended,
)
from domain.companies.rules import given, judged, known
from domain.companies.state import Company
from domain.events import Private
from domain.refused import Refused, _
from domain.zones import Zone, must_not_be_closed


def admit_company(command: AdmitCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A zone decides for itself whom it admits."""
    company = judged(command, company, zone)
    if company.standings.get(command.zone_id) == "admitted":
        return []
    must_not_be_closed(zone, command.now)
    return [CompanyAdmitted(company_id=command.company_id, zone_id=command.zone_id)]


def refuse_company(command: RefuseCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A refusal is told with its reason."""
    company = judged(command, company, zone)
    standing = company.standings.get(command.zone_id)
    if standing == "refused":
        return []
    if standing == "admitted":
        raise Refused(_("This company is already admitted; it can be suspended."))
    reason = Private(command.zone_id, given(command.reason))
    return [CompanyRefused(company_id=command.company_id, zone_id=command.zone_id, reason=reason)]


def suspend_company(command: SuspendCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A suspension is told with its reason, and hides the company's listings in this zone only."""
    company = judged(command, company, zone)
    standing = company.standings.get(command.zone_id)
    if standing == "suspended":
        return []
    if standing != "admitted":
        raise Refused(_("Only a company admitted in the zone can be suspended."))
    reason = Private(command.zone_id, given(command.reason))
    return [CompanySuspended(company_id=command.company_id, zone_id=command.zone_id, reason=reason)]


def reinstate_company(command: ReinstateCompany, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """Only what was suspended comes back."""
    company = judged(command, company, zone)
    if company.standings.get(command.zone_id) != "suspended":
        return []
    return [CompanyReinstated(company_id=command.company_id, zone_id=command.zone_id)]


def count_approval(command: CountApproval, company: Company | None) -> list[CompanyEvent]:
    """Each listing counts once in a zone, however often it is approved."""
    company = known(company)
    if (command.listing_id in company.approved.get(command.zone_id, ())) == command.stands:
        return []
    return [
        ApprovalCounted(
            company_id=command.company_id,
            zone_id=command.zone_id,
            listing_id=command.listing_id,
            stands=command.stands,
        )
    ]
