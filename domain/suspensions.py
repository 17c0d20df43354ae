"""Appeals against the suspension of a company: it asks once, and another person answers where there is one."""

from __future__ import annotations

from domain.appeals import Decider, check_in_time, judged_by_another, must_decide, said
from domain.commands import Command
from domain.companies import (
    AppealOutcome,
    Company,
    CompanyEvent,
    CompanyReinstated,
    SuspensionAppealDecided,
    SuspensionAppealed,
)
from domain.refused import NotFound, Refused, _
from domain.zones import Zone

# --- commands ---------------------------------------------------------------------------------------------------


class AppealSuspension(Command, frozen=True):
    """Ask a zone to look again at the suspension of one's company."""

    company_id: str
    zone_id: str
    appeal_id: str
    why: str


class DecideSuspensionAppeal(Command, frozen=True):
    """Answer it: granted, the company is reinstated."""

    company_id: str
    zone_id: str
    appeal_id: str
    outcome: AppealOutcome
    sentence: str


# --- decisions --------------------------------------------------------------------------------------------------


def appeal_suspension(
    command: AppealSuspension, company: Company | None, decider: Decider | None
) -> list[CompanyEvent]:
    """Somebody of the company, within six months, once for each suspension."""
    if company is None or company.erased or not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such company."))
    if decider is None or company.standings.get(command.zone_id) != "suspended":
        raise Refused(_("This decision is no longer in force: there is nothing to appeal against."), field="why")
    before = company.appeals.get(command.zone_id)
    if before is not None:
        if before.closed:
            raise Refused(_("The zone has looked at this decision again already."), field="why")
        return []
    check_in_time(command.now, decider)
    return [
        SuspensionAppealed(
            company_id=command.company_id,
            zone_id=command.zone_id,
            appeal_id=command.appeal_id,
            why=said(command.company_id, command.why, _("Say why you disagree: somebody else reads it."), field="why"),
        )
    ]


def decide_suspension_appeal(
    command: DecideSuspensionAppeal, company: Company | None, zone: Zone, decider: Decider
) -> list[CompanyEvent]:
    """Another person than who had decided, where the zone has one."""
    must_decide(command.actor, zone)
    appeal = company.appeals.get(command.zone_id) if company else None
    if company is None or appeal is None or appeal.appeal_id != command.appeal_id:
        raise NotFound(_("There is no such appeal."))
    if appeal.closed:
        return []
    decided = SuspensionAppealDecided(
        company_id=command.company_id,
        zone_id=command.zone_id,
        appeal_id=command.appeal_id,
        outcome=command.outcome,
        sentence=said(command.zone_id, command.sentence, _("Say why in a sentence: the company reads it.")),
        by_another=judged_by_another(command.actor, decider, company, zone),
    )
    if command.outcome == "refused":
        return [decided]
    return [decided, CompanyReinstated(company_id=command.company_id, zone_id=command.zone_id)]
