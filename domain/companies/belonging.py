"""How a company belongs to a zone: adherent or participant, its dues, or a guest who sees one thing for a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.companies.commands import EndSharing, RecordDues, SetMembership, ShareWithGuest
from domain.companies.events import CompanyEvent, DuesRecorded, MembershipSet, SharedWithGuest, SharingEnded
from domain.companies.rules import known
from domain.companies.state import Belonging, Company, Sharing
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone

FIRST_YEAR: Final = 2000
LONGEST_SHARING: Final = timedelta(days=366)


def set_membership(command: SetMembership, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """The association that runs a zone says who has joined it, from when, and until when."""
    company = _admitted(command, company, zone)
    if command.until is not None and command.until < command.since:
        raise Refused(_("The last day comes before the first."), field="until")
    wanted = Belonging(command.membership, command.since, command.until)
    if company.belongings.get(command.zone_id) == wanted:
        return []
    event = MembershipSet(
        company_id=command.company_id,
        zone_id=command.zone_id,
        membership=command.membership,
        since=command.since,
        until=command.until,
    )
    return [event]


def record_dues(command: RecordDues, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """Paid or not, year by year; nothing is collected here, and nothing is refused to whoever has not paid."""
    company = _admitted(command, company, zone)
    if not FIRST_YEAR <= command.year <= command.now.year + 1:
        raise Refused(_("Choose a year between %(first)s and next year."), field="year", first=FIRST_YEAR)
    if (command.year in company.dues.get(command.zone_id, ())) == command.paid:
        return []
    event = DuesRecorded(company_id=command.company_id, zone_id=command.zone_id, year=command.year, paid=command.paid)
    return [event]


def share_with_guest(command: ShareWithGuest, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """A facilitator opens one group purchase to a company from outside, for a year at most."""
    company = _welcoming(command, company, zone)
    if company.standings.get(command.zone_id) == "admitted":
        raise Refused(_("This company belongs to the zone and sees its group purchases already."))
    if command.until <= command.now:
        raise Refused(_("Choose a day to come."), field="until")
    if command.until > command.now + LONGEST_SHARING:
        raise Refused(_("A guest is let in for a year at most."), field="until")
    if company.shared.get(command.purchase_id) == Sharing(command.zone_id, command.until):
        return []
    event = SharedWithGuest(
        company_id=command.company_id,
        zone_id=command.zone_id,
        purchase_id=command.purchase_id,
        until=command.until,
    )
    return [event]


def end_sharing(command: EndSharing, company: Company | None, zone: Zone) -> list[CompanyEvent]:
    """Taken back at any time; twice is no fault."""
    company = _welcoming(command, company, zone)
    sharing = company.shared.get(command.purchase_id)
    if sharing is None or sharing.zone_id != command.zone_id:
        return []
    ended = SharingEnded(company_id=command.company_id, zone_id=command.zone_id, purchase_id=command.purchase_id)
    return [ended]


def _admitted(command: SetMembership | RecordDues, company: Company | None, zone: Zone) -> Company:
    company = known(company)
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone keeps its members and their dues."))
    if company.standings.get(command.zone_id) != "admitted":
        raise NotFound(_("There is no such company."))
    return company


def _welcoming(command: ShareWithGuest | EndSharing, company: Company | None, zone: Zone) -> Company:
    company = known(company)
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone lets guests in."))
    if company.erased:
        raise NotFound(_("There is no such company."))
    return company
