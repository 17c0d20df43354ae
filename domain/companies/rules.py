"""Who may change what of a company."""

from __future__ import annotations

from domain.companies.commands import AdmitCompany, RefuseCompany, ReinstateCompany, SuspendCompany
from domain.companies.state import Company
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import OPERATOR, Zone


def known(company: Company | None) -> Company:
    """The company; NotFound when there is none."""
    if company is None:
        raise NotFound(_("There is no such company."))
    return company


def represented(actor: str, company: Company | None) -> Company:
    """The company, for whoever acts for it; missing to anyone else."""
    company = known(company)
    if company.erased or not company.is_represented_by(actor):
        raise NotFound(_("There is no such company."))
    return company


def open_to_change(actor: str, company: Company | None, zones: dict[str, Zone]) -> Company:
    """The company, for whoever acts for it or runs one of its zones; missing to anyone else.

    A zone that turned it away is none of its zones.
    """
    company = known(company)
    runs_a_zone = any(
        zone.allows(actor, "facilitator", "moderator", "administrator")
        for zone_id, zone in zones.items()
        if company.standings.get(zone_id) in ("admitted", "suspended")
    )
    if company.erased or not (actor == OPERATOR or company.is_represented_by(actor) or runs_a_zone):
        raise NotFound(_("There is no such company."))
    return company


def judged(
    command: AdmitCompany | RefuseCompany | SuspendCompany | ReinstateCompany, company: Company | None, zone: Zone
) -> Company:
    """The company, for whoever decides about companies in the zone."""
    company = known(company)
    if not zone.allows(command.actor, "moderator", "facilitator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone decides which companies it admits."))
    if company.erased:
        raise NotFound(_("There is no such company."))
    return company


def given(reason: str) -> str:
    """The reason a company is told; there is always one."""
    if not reason.strip():
        raise Refused(_("Say why: the company is told."), field="reason")
    return reason.strip()
