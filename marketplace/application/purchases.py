"""Group purchases, from the poll to the delivery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from domain import companies, pooling, purchases, zones
from domain.commands import Receipt
from domain.events import Event
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding

B = TypeVar("B", bound=purchases.Buying)
P = TypeVar("P", bound=purchases.TakingPart)


class PurchaseUseCases(Deciding):
    """Group purchases, from the poll to the delivery."""

    def propose_purchase(self, command: purchases.ProposePurchase) -> Receipt:
        """Ask a zone who would buy something together."""
        zone = self._zone(command.zone_id)
        company = self._company(command.company_id) if command.company_id else None
        grown_from = self._log.load(command.pooling_id, pooling.evolve).state if command.pooling_id else None
        if command.pooling_id and (grown_from is None or grown_from.zone_id != zone.zone_id):
            raise NotFound(_("There is no such proposal."))
        return self._purchase(
            command, lambda purchase: purchases.propose_purchase(command, purchase, zone, company), zone.zone_id
        )

    def poll_interest(self, command: purchases.PollInterest) -> Receipt:
        """Say without commitment how much a company would take."""
        return self._join(command, purchases.poll_interest)

    def pledge_quantity(self, command: purchases.PledgeQuantity) -> Receipt:
        """Commit a company to a quantity; one of a partner zone, where the terms are open to those."""
        return self._join(command, partial(purchases.pledge_quantity, homes=self._homes(command)))

    def withdraw_pledge(self, command: purchases.WithdrawPledge) -> Receipt:
        """Take a pledge back."""
        return self._join(command, purchases.withdraw_pledge)

    def confirm_receipt(self, command: purchases.ConfirmReceipt) -> Receipt:
        """Say what a company received."""
        return self._join(command, purchases.confirm_receipt)

    def set_specification(self, command: purchases.SetSpecification) -> Receipt:
        """Say what suppliers are asked for."""
        return self._organise(command, purchases.set_specification)

    def record_quote(self, command: purchases.RecordQuote) -> Receipt:
        """Enter a supplier's quote."""
        return self._organise(command, purchases.record_quote, ids={"quote_id": command.quote_id})

    def invite_supplier(self, command: purchases.InviteSupplier) -> Receipt:
        """Give a supplier a personal link."""
        return self._organise(command, purchases.invite_supplier, ids={"invitation_id": command.invitation_id})

    def revoke_link(self, command: purchases.RevokeLink) -> Receipt:
        """Take a supplier's link back."""
        return self._organise(command, purchases.revoke_link)

    def close_quoting(self, command: purchases.CloseQuoting) -> Receipt:
        """Have no more quotes come by links."""
        return self._organise(command, purchases.close_quoting)

    def submit_quote(self, command: purchases.SubmitQuote) -> Receipt:
        """Enter a quote as the supplier it is from."""
        return self._organise(command, purchases.submit_quote)

    def set_contract(self, command: purchases.SetContract) -> Receipt:
        """Say what frame contract it is."""
        return self._organise(command, purchases.set_contract)

    def declare_needs(self, command: purchases.DeclareNeeds) -> Receipt:
        """Say what the provider has to know of a site."""
        return self._join(command, purchases.declare_needs)

    def withdraw_needs(self, command: purchases.WithdrawNeeds) -> Receipt:
        """Leave a site out."""
        return self._join(command, purchases.withdraw_needs)

    def join_contract(self, command: purchases.JoinContract) -> Receipt:
        """Opt in to a frame contract that is confirmed; a company of a partner zone, where it is open to those."""
        return self._join(command, partial(purchases.join_contract, homes=self._homes(command)))

    def choose_quote(self, command: purchases.ChooseQuote) -> Receipt:
        """Choose among the quotes."""
        return self._organise(command, purchases.choose_quote)

    def open_pledges(self, command: purchases.OpenPledges) -> Receipt:
        """Let companies pledge."""
        return self._organise(command, purchases.open_pledges)

    def open_funding(self, command: purchases.OpenFunding) -> Receipt:
        """Let companies promise shares."""
        return self._organise(command, purchases.open_funding)

    def change_terms(self, command: purchases.ChangeTerms) -> Receipt:
        """Change the terms while pledges are open."""
        return self._organise(command, purchases.change_terms)

    def extend_deadline(self, command: purchases.ExtendDeadline) -> Receipt:
        """Give a group purchase more time."""
        return self._organise(command, purchases.extend_deadline)

    def cancel_purchase(self, command: purchases.CancelPurchase) -> Receipt:
        """Give a group purchase up."""
        return self._organise(command, purchases.cancel_purchase)

    def record_delivery(self, command: purchases.RecordDelivery) -> Receipt:
        """Say when it was delivered."""
        return self._organise(command, purchases.record_delivery)

    def wake_purchase(self, command: purchases.WakePurchase) -> Receipt:
        """Have a group purchase do what its time has come for; the pledges of erased companies are given up first."""
        purchase = self._purchase_of(command.purchase_id)
        gone = {one for one in purchase.pledges if self._company(one).erased}
        return self._purchase(
            command, lambda purchase: purchases.wake_purchase(command, purchase, gone), purchase.zone_id
        )

    def _purchase_of(self, purchase_id: str) -> purchases.Purchase:
        purchase = self._log.load(purchase_id, purchases.evolve, snapshot=purchases.Purchase).state
        if purchase is None:
            raise NotFound(_("There is no such group purchase."))
        return purchase

    def _purchase(
        self,
        command: purchases.ProposePurchase | purchases.Buying,
        decision: Callable[[purchases.Purchase | None], Sequence[Event]],
        zone_id: str,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        return self._log.decide(
            command,
            command.purchase_id,
            purchases.evolve,
            lambda purchase, _version: decision(purchase),
            zones=[zone_id],
            ids={"purchase_id": command.purchase_id, **(ids or {})},
            history=self._history,
            snapshot=purchases.Purchase,
        )

    def _homes(self, command: purchases.TakingPart) -> list[zones.Zone]:
        """The zones of a company from elsewhere: those may be partners of the one that buys."""
        zone_id, company = self._purchase_of(command.purchase_id).zone_id, self._company(command.company_id)
        return [] if zone_id in company.standings else [self._zone(home) for home in sorted(company.zones)]

    def _organise(
        self,
        command: B,
        decision: Callable[[B, purchases.Purchase | None, zones.Zone], list[purchases.PurchaseEvent]],
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        zone = self._zone(self._purchase_of(command.purchase_id).zone_id)
        return self._purchase(command, lambda purchase: decision(command, purchase, zone), zone.zone_id, ids)

    def _join(
        self,
        command: P,
        decision: Callable[
            [P, purchases.Purchase | None, zones.Zone, companies.Company], list[purchases.PurchaseEvent]
        ],
    ) -> Receipt:
        zone = self._zone(self._purchase_of(command.purchase_id).zone_id)
        company = self._company(command.company_id)
        return self._purchase(command, lambda purchase: decision(command, purchase, zone, company), zone.zone_id)
