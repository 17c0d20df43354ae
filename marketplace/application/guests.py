"""Guests: a company from outside the zone sees one of its group purchases, for a time."""

from __future__ import annotations

from domain import companies
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.companies import CompanyUseCases
from marketplace.application.purchases import PurchaseUseCases


class GuestUseCases(CompanyUseCases, PurchaseUseCases):
    """Guests: a company from outside the zone sees one of its group purchases, for a time."""

    def share_with_guest(self, command: companies.ShareWithGuest) -> Receipt:
        """Let a guest see one group purchase of the zone."""
        if self._purchase_of(command.purchase_id).zone_id != command.zone_id:
            raise NotFound(_("There is no such group purchase."))
        return self._judge_company(command, companies.share_with_guest)

    def end_sharing(self, command: companies.EndSharing) -> Receipt:
        """Let a guest see it no longer."""
        return self._judge_company(command, companies.end_sharing)
