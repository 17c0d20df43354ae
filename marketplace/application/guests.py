"""Guests: a company from outside the zone sees one of its group purchases, for a time."""

from __future__ import annotations

from domain import companies, members, reservations
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.companies import CompanyUseCases
from marketplace.application.deciding import step
from marketplace.application.purchases import PurchaseUseCases


class GuestUseCases(CompanyUseCases, PurchaseUseCases):
    """Guests: a company from outside the zone sees one of its group purchases, for a time."""

    def share_with_guest(self, command: companies.ShareWithGuest) -> Receipt:
        """Let a guest see one group purchase of the zone."""
        if self._purchase_of(command.purchase_id).zone_id != command.zone_id:
            raise NotFound(_("There is no such group purchase."))
        return self._judge_company(command, companies.share_with_guest)

    def invite_guest(self, command: companies.InviteGuest) -> Receipt:
        """Share a group purchase with a company, by its SIRET; what is known of it already stays as it is."""
        zone = self._zone(self._purchase_of(command.purchase_id).zone_id)
        held = self._log.load(f"siret-{companies.checked_siret(command.siret)}", reservations.evolve).state
        company = self._log.load(held.holder, companies.evolve).state if held and held.holder else None
        company_id = company.company_id if company else command.company_id
        sharing = companies.ShareWithGuest(
            actor=command.actor,
            now=command.now,
            command_id=command.command_id,
            company_id=company_id,
            zone_id=zone.zone_id,
            purchase_id=command.purchase_id,
            until=command.until,
        )
        # Refused before anybody is registered or invited, so that a refusal leaves no trace.
        companies.share_with_guest(sharing, company or companies.Company(company_id, command.siret), zone)
        if company is None:
            self.register_company(
                companies.RegisterCompany(
                    **step(command, "register"),
                    company_id=company_id,
                    siret=command.siret,
                    name=command.name,
                    trade=command.trade,
                    site_id=command.company_id.replace("company-", "site-", 1),
                    site_name=command.name,
                    address=zone.name,
                    place=zone.place,
                    zone_id=zone.zone_id,
                    kind=command.kind,
                )
            )
        if company is None or not company.representatives:
            inviting = members.InviteMember(
                **step(command, "invite"),
                member_id=command.member_id,
                home_zone=zone.zone_id,
                name=command.person,
                mail=command.mail,
                language=command.language,
            )
            member_id = self._someone(inviting, colleague=True)
            naming = companies.AddRepresentative(
                **step(command, "represent"), company_id=company_id, member_id=member_id
            )
            self._carry_out(
                naming,
                company_id,
                companies.evolve,
                lambda company: companies.name_guest(naming, company, zone),
                [zone.zone_id],
            )
        return self.share_with_guest(sharing)

    def end_sharing(self, command: companies.EndSharing) -> Receipt:
        """Let a guest see it no longer."""
        return self._judge_company(command, companies.end_sharing)
