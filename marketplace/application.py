"""What the program does: one method per use case, each a load, a decision and an append."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from domain import companies, conversations, dealings, digests, listings, matches, members, reservations, zones
from domain.commands import Command, Receipt
from domain.events import Event
from domain.exchanges import Exchange
from domain.refused import NotFound, Refused, _
from marketplace.eventlog import EventLog

S = TypeVar("S")
E = TypeVar("E", bound=Event)

C = TypeVar("C", bound=Command)
J = TypeVar("J", companies.AdmitCompany, companies.RefuseCompany, companies.SuspendCompany, companies.ReinstateCompany)
R = TypeVar("R", listings.ApproveListing, listings.RejectListing)
D = TypeVar("D", bound=dealings.Dealing)
T = TypeVar("T", bound=conversations.Talking)


class Marketplace:
    """Every use case of the marketplace, on one event log.

    Each method takes a command and returns its receipt once the facts are durable. It raises `Refused` (or
    `NotFound`, `Forbidden`, `Conflict`) with a sentence when the answer is no; then nothing was recorded.
    The same command asked again gets its first answer. `history=True` enters facts of the past, for the
    demonstration and for imports only.
    """

    def __init__(self, log: EventLog, *, secret: bytes, history: bool = False) -> None:
        self._log = log
        self._secret = secret
        self._history = history

    # --- zones

    def open_zone(self, command: zones.OpenZone) -> Receipt:
        """Open a zone."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.open_zone(command, zone), [command.zone_id]
        )

    def set_zone_policy(self, command: zones.SetZonePolicy) -> Receipt:
        """Choose how a zone moderates and when its mail leaves."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.set_zone_policy(command, zone), [command.zone_id]
        )

    def grant_role(self, command: zones.GrantRole) -> Receipt:
        """Let a member act for a zone."""
        if self._log.load(command.member_id, members.evolve).state is None:
            raise NotFound(_("There is no such person."))
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.grant_role(command, zone), [command.zone_id]
        )

    def revoke_role(self, command: zones.RevokeRole) -> Receipt:
        """Take a role back."""
        return self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.revoke_role(command, zone), [command.zone_id]
        )

    # --- companies

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
            command_id=_follow_up(command, "claim"),
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

    # --- members

    def address_key(self, mail: str) -> str:
        """The keyed hash under which a mail address is reserved; case and surrounding spaces do not count."""
        return hmac.new(self._secret, mail.strip().casefold().encode(), hashlib.sha256).hexdigest()

    def member_at(self, mail: str) -> str | None:
        """The id of the member who holds a mail address, if there is one."""
        held = self._log.load(f"mail-{self.address_key(mail)}", reservations.evolve).state
        return held.holder if held else None

    def invite_member(self, command: members.InviteMember) -> Receipt:
        """Invite a person, at an address nobody else holds."""
        zone = self._zone(command.home_zone)
        if self._log.load(command.member_id, members.evolve).state is None:
            members.invite_member(command, None, zone)
        key = self.address_key(command.mail)
        claim = reservations.ClaimMailAddress(
            actor=command.actor,
            now=command.now,
            command_id=_follow_up(command, "claim"),
            address_key=key,
            member_id=command.member_id,
        )
        self._carry_out(
            claim, f"mail-{key}", reservations.evolve, lambda held: reservations.claim_mail_address(claim, held), []
        )
        return self._carry_out(
            command,
            command.member_id,
            members.evolve,
            lambda member: members.invite_member(command, member, zone),
            [command.home_zone],
        )

    def join_member(self, command: members.JoinMember) -> Receipt:
        """Record a person's first sign-in."""
        return self._about_member(command, command.member_id, members.join_member)

    def set_mail_preferences(self, command: members.SetMailPreferences) -> Receipt:
        """Choose rhythm, topics and language of the weekly mail."""
        return self._about_member(command, command.member_id, members.set_mail_preferences)

    def stop_mail(self, command: members.StopMail) -> Receipt:
        """Stop the weekly mail."""
        return self._about_member(command, command.member_id, members.stop_mail)

    def resume_mail(self, command: members.ResumeMail) -> Receipt:
        """Take the weekly mail up again."""
        return self._about_member(command, command.member_id, members.resume_mail)

    def erase_member(self, command: members.EraseMember) -> Receipt:
        """Record the erasure of a person; `marketplace.erasing` destroys the keys afterwards."""
        return self._about_member(command, command.member_id, members.erase_member)

    # --- listings

    def post_listing(self, command: listings.PostListing) -> Receipt:
        """Offer something, or look for it."""
        company = self._company(command.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.post_listing(command, listing, company, zones_of),
            sorted(company.zones),
            ids={"listing_id": command.listing_id},
        )

    def amend_listing(self, command: listings.AmendListing) -> Receipt:
        """Change what a listing says."""
        return self._about_listing(command, command.listing_id, listings.amend_listing)

    def withdraw_listing(self, command: listings.WithdrawListing) -> Receipt:
        """Take a listing back."""
        return self._about_listing(command, command.listing_id, listings.withdraw_listing)

    def renew_listing(self, command: listings.RenewListing) -> Receipt:
        """Say that a listing still holds."""
        return self._about_listing(command, command.listing_id, listings.renew_listing)

    def expire_listing(self, command: listings.ExpireListing) -> Receipt:
        """Close a listing whose time is over."""
        listing = self._listing(command.listing_id)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.expire_listing(command, listing),
            sorted(listing.zones),
        )

    def approve_listing(self, command: listings.ApproveListing) -> Receipt:
        """Show a listing in a zone."""
        return self._review_listing(command, listings.approve_listing)

    def reject_listing(self, command: listings.RejectListing) -> Receipt:
        """Keep a listing out of a zone, and tell the company why."""
        return self._review_listing(command, listings.reject_listing)

    def cover_need(self, command: listings.CoverNeed) -> Receipt:
        """Note what an offer elsewhere promises or gives towards a request."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.cover_need(command, listing))

    def reopen_need(self, command: listings.ReopenNeed) -> Receipt:
        """Note that such a promise does not come."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.reopen_need(command, listing))

    # --- exchanges

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
            **about, command_id=_follow_up(command, f"reserve {attempt}"), quantity=command.quantity, confirmed=False
        )
        self._of_listing(reserve, offer.listing_id, lambda offer: listings.reserve_elsewhere(reserve, offer))
        try:
            return self._deal(command, dealings.accept_exchange)
        except Refused:
            self.reopen_need(listings.ReopenNeed(**about, command_id=_follow_up(command, f"release {attempt}")))
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

    # --- conversations

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

    # --- matches

    def see_match(self, command: matches.SeeMatch) -> Receipt:
        """Note that a company saw a match of its listing, the first time."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        return self._carry_out(
            command,
            matches.stream_of(matches.match_id(command.listing_id, command.other_listing_id)),
            matches.evolve,
            lambda match: matches.see_match(command, match),
            sorted({*listing.zones, *other.zones}),
        )

    # --- digests

    def prepare_digest(self, command: digests.PrepareDigest) -> Receipt:
        """Record that a digest is written."""
        return self._carry_out(
            command,
            command.digest_id,
            digests.evolve,
            lambda digest: digests.prepare_digest(command, digest),
            [command.zone_id],
        )

    def skip_digest(self, command: digests.SkipDigest) -> Receipt:
        """Record that there is no mail for a period."""
        member = self._log.load(command.member_id, members.evolve).state
        return self._carry_out(
            command,
            command.digest_id,
            digests.evolve,
            lambda digest: digests.skip_digest(command, digest),
            [member.home_zone] if member else [],
        )

    def record_outcome(self, command: digests.RecordOutcome) -> Receipt:
        """Record what became of a digest."""
        return self._carry_out(
            command, command.digest_id, digests.evolve, lambda digest: digests.record_outcome(command, digest), []
        )

    # --- shared by the use cases above

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

    def _about_member(
        self, command: C, member_id: str, decision: Callable[[C, members.Member | None], list[members.MemberEvent]]
    ) -> Receipt:
        member = self._log.load(member_id, members.evolve).state
        return self._carry_out(
            command,
            member_id,
            members.evolve,
            lambda member: decision(command, member),
            [member.home_zone] if member else [],
        )

    def _about_listing(
        self,
        command: C,
        listing_id: str,
        decision: Callable[
            [C, listings.Listing | None, companies.Company, dict[str, zones.Zone]], list[listings.ListingEvent]
        ],
    ) -> Receipt:
        listing = self._listing(listing_id)
        company = self._company(listing.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            listing_id,
            listings.evolve,
            lambda listing: decision(command, listing, company, zones_of),
            sorted(listing.zones),
        )

    def _of_listing(
        self,
        command: Command,
        listing_id: str,
        decision: Callable[[listings.Listing | None], list[listings.ListingEvent]],
    ) -> Receipt:
        listing = self._listing(listing_id)
        return self._carry_out(command, listing_id, listings.evolve, decision, sorted(listing.zones))

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

    def _review_listing(
        self, command: R, decision: Callable[[R, listings.Listing | None, zones.Zone], list[listings.ListingEvent]]
    ) -> Receipt:
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: decision(command, listing, zone),
            [command.zone_id],
        )

    def _zone(self, zone_id: str) -> zones.Zone:
        zone = self._log.load(zone_id, zones.evolve).state
        if zone is None:
            raise NotFound(_("There is no such zone."))
        return zone

    def _zones(self, zone_ids: Iterable[str]) -> dict[str, zones.Zone]:
        return {zone_id: self._zone(zone_id) for zone_id in sorted(zone_ids)}

    def _company(self, company_id: str) -> companies.Company:
        company = self._log.load(company_id, companies.evolve).state
        if company is None:
            raise NotFound(_("There is no such company."))
        return company

    def _listing(self, listing_id: str) -> listings.Listing:
        listing = self._log.load(listing_id, listings.evolve).state
        if listing is None:
            raise NotFound(_("There is no such listing."))
        return listing

    def _carry_out(
        self,
        command: Command,
        stream: str,
        evolve: Callable[[S | None, E], S],
        decision: Callable[[S | None], Sequence[Event]],
        zone_ids: Iterable[str],
        *,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        return self._log.decide(
            command,
            stream,
            evolve,
            lambda state, _version: decision(state),
            zones=sorted(zone_ids),
            ids=ids or {},
            history=self._history,
        )


def _follow_up(command: Command, step: str) -> str:
    """The id of a command that another one entails: the same each time the first is asked."""
    return str(uuid.uuid5(uuid.UUID(command.command_id), step))
