"""What an organisation is, how it belongs to a zone, and what is shared with it as a guest."""

from __future__ import annotations

from msgspec.structs import replace

from domain.companies import DuesRecorded, MembershipSet, OrganisationKindSet, SharedWithGuest, SharingEnded
from domain.events import Recorded
from projections.model import Rows
from projections.people.rows import COMPANY, DUES, GUEST, MEMBERSHIP, DuesRow, GuestRow, MembershipRow

OfBelonging = OrganisationKindSet | MembershipSet | DuesRecorded | SharedWithGuest | SharingEnded


def of_belonging(rows: Rows, recorded: Recorded, event: OfBelonging) -> None:
    """Change what an event about a company's place in a zone concerns."""
    match event:
        case OrganisationKindSet():
            company = rows.get(COMPANY, event.company_id)
            if company is not None:
                rows.put(COMPANY, replace(company, kind=event.kind))
        case MembershipSet():
            row = MembershipRow(
                company_id=event.company_id,
                zone_id=event.zone_id,
                membership=event.membership,
                since=event.since,
                until=event.until,
            )
            rows.put(MEMBERSHIP, row)
        case DuesRecorded(company_id=company_id, zone_id=zone_id, year=year) if event.paid:
            dues = DuesRow(company_id=company_id, zone_id=zone_id, year=str(year), noted_at=recorded.at)
            rows.put(DUES, dues)
        case DuesRecorded():
            rows.drop(DUES, event.company_id, event.zone_id, str(event.year))
        case SharedWithGuest(company_id=company_id, purchase_id=purchase_id, zone_id=zone_id, until=until):
            guest = GuestRow(company_id=company_id, purchase_id=purchase_id, zone_id=zone_id, until=until)
            rows.put(GUEST, guest)
        case SharingEnded():
            rows.drop(GUEST, event.company_id, event.purchase_id)
