"""Companies: who acts for them, and what standing they have in a zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain import companies, members, reservations, zones
from domain.commands import Command, Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import follow_up
from marketplace.application.members import MemberUseCases

C = TypeVar("C", bound=Command)
J = TypeVar(
    "J",
    companies.AdmitCompany,
    companies.RefuseCompany,
    companies.SuspendCompany,
    companies.ReinstateCompany,
    companies.SetMembership,
    companies.RecordDues,
    companies.ShareWithGuest,
    companies.EndSharing,
)


class CompanyUseCases(MemberUseCases):
    """Companies: who acts for them, and what standing they have in a zone."""

    def register_company(self, command: companies.RegisterCompany) -> Receipt:
        """Make a company known, under a SIRET nobody else holds."""
        zone = self._zone(command.zone_id)
        siret = companies.checked_siret(command.siret)
        # Refused before anything is claimed, so that a refusal leaves no trace.
        existing = self._log.load(command.company_id, companies.evolve).state
        if existing is None:
            companies.register_company(command, None, zone)
        claim = reservations.ClaimSiret(
            actor=command.actor,
            now=command.now,
            command_id=follow_up(command, "claim"),
            siret=siret,
            company_id=command.company_id,
        )
        self._carry_out(
            claim, f"siret-{siret}", reservations.evolve, lambda held: reservations.claim_siret(claim, held), []
        )
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: companies.register_company(command, company, zone),
            [command.zone_id],
        )

    def add_representative(self, command: companies.AddRepresentative) -> Receipt:
        """Let a member act for a company."""
        if self._log.load(command.member_id, members.evolve).state is None:
            raise NotFound(_("There is no such person."))
        return self._about_company(command, command.company_id, companies.add_representative)

    def remove_representative(self, command: companies.RemoveRepresentative) -> Receipt:
        """End a member's representation of a company."""
        return self._about_company(command, command.company_id, companies.remove_representative)

    def pair_phone(self, command: companies.PairPhone) -> Receipt:
        """Let a shared phone serve a company."""
        return self._about_company(command, command.company_id, companies.pair_phone)

    def revoke_phone(self, command: companies.RevokePhone) -> Receipt:
        """End a shared phone's service."""
        return self._about_company(command, command.company_id, companies.revoke_phone)

    def admit_company(self, command: companies.AdmitCompany) -> Receipt:
        """Welcome a company in a zone."""
        return self._judge_company(command, companies.admit_company)

    def refuse_company(self, command: companies.RefuseCompany) -> Receipt:
        """Turn a company away from a zone."""
        return self._judge_company(command, companies.refuse_company)

    def suspend_company(self, command: companies.SuspendCompany) -> Receipt:
        """Hide a company from a zone."""
        return self._judge_company(command, companies.suspend_company)

    def reinstate_company(self, command: companies.ReinstateCompany) -> Receipt:
        """Take a suspension back."""
        return self._judge_company(command, companies.reinstate_company)

    def set_organisation_kind(self, command: companies.SetOrganisationKind) -> Receipt:
        """Say what an organisation is."""
        return self._about_company(command, command.company_id, companies.set_organisation_kind)

    def write_directory_entry(self, command: companies.WriteDirectoryEntry) -> Receipt:
        """Say what the directory tells of a company, and to whom."""
        return self._about_company(command, command.company_id, companies.write_directory_entry)

    def set_membership(self, command: companies.SetMembership) -> Receipt:
        """Say how a company belongs to a zone."""
        return self._judge_company(command, companies.set_membership)

    def record_dues(self, command: companies.RecordDues) -> Receipt:
        """Note whether a company's dues of a year are paid."""
        return self._judge_company(command, companies.record_dues)

    def count_approval(self, command: companies.CountApproval) -> Receipt:
        """Note in a company's stream what a zone decided about a listing of its."""
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: companies.count_approval(command, company),
            [command.zone_id],
        )

    def erase_company(self, command: companies.EraseCompany) -> Receipt:
        """Record the erasure of a company; `marketplace.erasing` destroys the keys afterwards."""
        company = self._company(command.company_id)
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: companies.erase_company(command, company),
            sorted(company.standings),
        )

    def _about_company(
        self,
        command: C,
        company_id: str,
        decision: Callable[[C, companies.Company | None, dict[str, zones.Zone]], list[companies.CompanyEvent]],
    ) -> Receipt:
        zones_of = self._zones(self._company(company_id).standings)
        return self._carry_out(
            command, company_id, companies.evolve, lambda company: decision(command, company, zones_of), zones_of
        )

    def _judge_company(
        self,
        command: J,
        decision: Callable[[J, companies.Company | None, zones.Zone], list[companies.CompanyEvent]],
    ) -> Receipt:
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: decision(command, company, zone),
            [command.zone_id],
        )
