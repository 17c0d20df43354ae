"""Exchanges, from the first interest to the confirmation, and what both sides write to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from domain import companies, conversations, dealings, listings, zones
from domain.commands import Receipt
from domain.exchanges import Exchange
from domain.refused import NotFound, Refused, _
from marketplace.application.deciding import Deciding, follow_up

D = TypeVar("D", bound=dealings.Dealing)
T = TypeVar("T", bound=conversations.Talking)


class ExchangeUseCases(Deciding):
    """Exchanges, from the first interest to the confirmation, and what both sides write to each other."""

    def show_interest(self, command: dealings.ShowInterest) -> Receipt:
        """Ask for some of an offer, or offer to serve some of a request."""
        listing = self._listing(command.listing_id)
        company = self._company(command.company_id)
        owner = self._company(listing.company_id)
        other = self._listing(command.other_listing_id) if command.other_listing_id else None
        zones_of = self._zones({*listing.zones, *company.standings})
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: dealings.show_interest(command, listing, company, owner, zones_of, other),
            sorted(listing.zones),
            ids={"exchange_id": command.exchange_id},
        )

    def accept_exchange(self, command: dealings.AcceptExchange) -> Receipt:
        """Keep a quantity for whoever asked.

        Where a request is asked with an offer at hand, that offer speaks for the quantity first, in its own stream:
        nobody else is promised it, and when the request's side refuses after all it is free again.
        """
        listing = self._listing(command.listing_id)
        exchange = listing.exchanges.get(command.exchange_id)
        offer = self._log.load(exchange.other_listing_id or "", listings.evolve).state if exchange else None
        if listing.side == "offer" or offer is None or offer.side == "request":
            return self._deal(command, dealings.accept_exchange)
        if earlier := self._log.answered(command):
            return earlier
        zone, company = (
            self._zone_of_exchange(listing.listing_id, command.exchange_id),
            self._company(command.company_id),
        )
        dealings.accept_exchange(command, listing, company, zone)
        about: dict[str, Any] = {
            "actor": command.actor,
            "now": command.now,
            "listing_id": offer.listing_id,
            "exchange_id": command.exchange_id,
        }
        # Named after what it was asked of: undone once, it is asked anew, and not answered as the first time.
        attempt = f"at {offer.version}"
        reserve = listings.CoverNeed(
            **about, command_id=follow_up(command, f"reserve {attempt}"), quantity=command.quantity, confirmed=False
        )
        self._of_listing(reserve, offer.listing_id, lambda offer: listings.reserve_elsewhere(reserve, offer))
        try:
            return self._deal(command, dealings.accept_exchange)
        except Refused:
            release = listings.ReopenNeed(**about, command_id=follow_up(command, f"release {attempt}"))
            self._of_listing(release, offer.listing_id, lambda offer: listings.reopen_need(release, offer))
            raise

    def decline_exchange(self, command: dealings.DeclineExchange) -> Receipt:
        """Answer an interest with no, for a reason."""
        return self._deal(command, dealings.decline_exchange)

    def abandon_exchange(self, command: dealings.AbandonExchange) -> Receipt:
        """Give an exchange up, for a reason."""
        return self._deal(command, dealings.abandon_exchange)

    def renew_hold(self, command: dealings.RenewHold) -> Receipt:
        """Keep the quantity for another while."""
        return self._deal(command, dealings.renew_hold)

    def propose_pickup(self, command: dealings.ProposePickup) -> Receipt:
        """Say when a pick-up would suit."""
        return self._deal(command, dealings.propose_pickup)

    def agree_pickup(self, command: dealings.AgreePickup) -> Receipt:
        """Agree with the proposed time."""
        return self._deal(command, dealings.agree_pickup)

    def confirm_exchange(self, command: dealings.ConfirmExchange) -> Receipt:
        """Say what was really collected."""
        return self._deal(command, dealings.confirm_exchange)

    def correct_take(self, command: dealings.CorrectTake) -> Receipt:
        """Correct what one confirmed."""
        return self._deal(command, dealings.correct_take)

    def dispute_exchange(self, command: dealings.DisputeExchange) -> Receipt:
        """Say that a pick-up went otherwise."""
        return self._deal(command, dealings.dispute_exchange)

    def declare_savings(self, command: dealings.DeclareSavings) -> Receipt:
        """Say what an exchange saved."""
        return self._deal(command, dealings.declare_savings)

    def confirm_period(self, command: dealings.ConfirmPeriod) -> Receipt:
        """Say what came in a period of a flow."""
        return self._deal(command, dealings.confirm_period)

    def miss_period(self, command: dealings.MissPeriod) -> Receipt:
        """Say that nothing came in a period."""
        return self._deal(command, dealings.miss_period)

    def end_flow(self, command: dealings.EndFlow) -> Receipt:
        """End a flow that ran its course."""
        return self._deal(command, dealings.end_flow)

    def settle_dispute(self, command: dealings.SettleDispute) -> Receipt:
        """Agree with the other side's figure, or say as the facilitator which one holds."""
        company = self._company(command.company_id) if command.company_id else None
        zone = self._zone_of_exchange(command.listing_id, command.exchange_id)
        return self._of_listing(
            command, command.listing_id, lambda listing: dealings.settle_dispute(command, listing, company, zone)
        )

    def nudge_exchange(self, command: dealings.NudgeExchange) -> Receipt:
        """Have done what is due in the silence of both sides of an exchange."""
        heard = self._conversation(command.exchange_id)
        at = heard.heard_at if heard else None
        return self._of_listing(
            command, command.listing_id, lambda listing: dealings.nudge_exchange(command, listing, at)
        )

    def send_message(self, command: conversations.SendMessage) -> Receipt:
        """Write to the other side of an exchange."""
        return self._talk(command, conversations.send_message, ids={"message_id": command.message_id})

    def block_sender(self, command: conversations.BlockSender) -> Receipt:
        """Have no more messages from the other side."""
        return self._talk(command, conversations.block_sender)

    def unblock_sender(self, command: conversations.UnblockSender) -> Receipt:
        """Let the other side write again."""
        return self._talk(command, conversations.unblock_sender)

    def report_message(self, command: conversations.ReportMessage) -> Receipt:
        """Show a message to those who run the zone."""
        return self._talk(command, conversations.report_message)

    def _deal(
        self,
        command: D,
        decision: Callable[[D, listings.Listing | None, companies.Company, zones.Zone], list[listings.ListingEvent]],
    ) -> Receipt:
        zone = self._zone_of_exchange(command.listing_id, command.exchange_id)
        company = self._company_of_exchange(command.company_id)
        return self._of_listing(command, command.listing_id, lambda listing: decision(command, listing, company, zone))

    def _talk(
        self,
        command: T,
        decision: Callable[
            [T, conversations.Conversation | None, Exchange | None, companies.Company, zones.Zone],
            list[conversations.ConversationEvent],
        ],
        *,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        zone = self._zone_of_exchange(command.listing_id, command.exchange_id)
        company = self._company_of_exchange(command.company_id)
        exchange = self._listing(command.listing_id).exchanges.get(command.exchange_id)
        return self._carry_out(
            command,
            conversations.stream_of(command.exchange_id),
            conversations.evolve,
            lambda conversation: decision(command, conversation, exchange, company, zone),
            [zone.zone_id],
            ids=ids,
        )

    def _conversation(self, exchange_id: str) -> conversations.Conversation | None:
        return self._log.load(conversations.stream_of(exchange_id), conversations.evolve).state

    def _zone_of_exchange(self, listing_id: str, exchange_id: str) -> zones.Zone:
        listing = self._log.load(listing_id, listings.evolve).state
        exchange = listing.exchanges.get(exchange_id) if listing else None
        if exchange is None:
            raise NotFound(_("There is no such exchange."))
        return self._zone(exchange.zone_id)

    def _company_of_exchange(self, company_id: str) -> companies.Company:
        company = self._log.load(company_id, companies.evolve).state
        if company is None:
            raise NotFound(_("There is no such exchange."))
        return company
