"""What the program does: one method per use case, each a load, a decision and an append."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from domain import (
    companies,
    conversations,
    dealings,
    digests,
    listings,
    matches,
    members,
    outlets,
    pooling,
    programme,
    purchases,
    reservations,
    zones,
)
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
B = TypeVar("B", bound=purchases.Buying)
P = TypeVar("P", purchases.PollInterest, purchases.PledgeQuantity, purchases.WithdrawPledge, purchases.ConfirmReceipt)
A = TypeVar("A", pooling.JoinPooling, pooling.DeclinePooling)


CARRIED_OVER: Final = frozenset(listings.Content.__struct_fields__) - {"photos"}
"""What a listing says stays as it is when one thing of it is amended; photos stay by themselves."""


class NarrowReach(Command, frozen=True):
    """Look for matches of a listing within `max_km`."""

    listing_id: str
    max_km: int


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

    def propose_partnership(self, command: zones.ProposePartnership) -> Receipt:
        """Ask another zone to be partners, or agree to what it asked: then both streams say so."""
        zone_ids = [command.zone_id, command.partner_id]
        said = self._carry_out(
            command,
            command.zone_id,
            zones.evolve,
            lambda zone: zones.propose_partnership(command, zone, self._zone(command.partner_id)),
            zone_ids,
        )
        return self._note_partnership(command, said, zones.note_agreement)

    def end_partnership(self, command: zones.EndPartnership) -> Receipt:
        """End a partnership, decline a proposal or take it back: it no longer stands once either stream says so."""
        zone_ids = [command.zone_id, command.partner_id]
        said = self._carry_out(
            command, command.zone_id, zones.evolve, lambda zone: zones.end_partnership(command, zone), zone_ids
        )
        return self._note_partnership(command, said, zones.note_end)

    def _note_partnership(
        self,
        command: zones.ProposePartnership | zones.EndPartnership,
        said: Receipt,
        decision: Callable[[zones.NotePartnership, zones.Zone | None, zones.Zone | None], Sequence[zones.ZoneEvent]],
    ) -> Receipt:
        """Let the other zone's stream say what this one's says now."""
        note = zones.NotePartnership(
            actor=command.actor,
            now=command.now,
            command_id=_follow_up(command, "note"),
            zone_id=command.partner_id,
            partner_id=command.zone_id,
        )
        noted = self._carry_out(
            note,
            note.zone_id,
            zones.evolve,
            lambda zone: decision(note, zone, self._zone(command.zone_id)),
            [command.zone_id, command.partner_id],
        )
        return replace(said, position=max(said.position, noted.position))

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

    def save_search(self, command: members.SaveSearch) -> Receipt:
        """Keep a search under a name."""
        self._zone(command.zone_id)
        return self._about_member(command, command.member_id, members.save_search)

    def drop_search(self, command: members.DropSearch) -> Receipt:
        """Forget a search."""
        return self._about_member(command, command.member_id, members.drop_search)

    def erase_member(self, command: members.EraseMember) -> Receipt:
        """Record the erasure of a person; `marketplace.erasing` destroys the keys afterwards."""
        return self._about_member(command, command.member_id, members.erase_member)

    # --- listings

    def draft_listing(self, command: listings.DraftListing) -> Receipt:
        """Keep what was typed of a listing, in no zone yet."""
        company = self._company(command.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.draft_listing(command, listing, company, zones_of),
            [],
            ids={"listing_id": command.listing_id},
        )

    def discard_draft(self, command: listings.DiscardDraft) -> Receipt:
        """Throw a draft away."""
        draft = self._log.load(command.listing_id, listings.evolve).state
        if draft is None:
            raise NotFound(_("There is no such draft."))
        company = self._company(draft.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.discard_draft(command, listing, company, zones_of),
            [],
        )

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

    def narrow_reach(self, command: NarrowReach) -> Receipt:
        """Look for matches of a listing within fewer kilometres: amended by that, and by nothing else."""
        said = self._listing(command.listing_id).content
        kept = {name: getattr(said, name) for name in listings.Draft.__struct_fields__ if name in CARRIED_OVER}
        words = {"title": str(said.title), "description": str(said.description), "attributes": said.answers}
        draft = listings.Draft(**{**kept, **words, "max_km": command.max_km})
        asked: dict[str, Any] = {name: getattr(command, name) for name in Command.__struct_fields__}
        return self.amend_listing(listings.AmendListing(**asked, listing_id=command.listing_id, draft=draft))

    def renew_listing(self, command: listings.RenewListing) -> Receipt:
        """Say that a listing still holds."""
        return self._about_listing(command, command.listing_id, listings.renew_listing)

    def ask_if_it_holds(self, command: listings.AskIfItHolds) -> Receipt:
        """Ask the company of a listing that ends soon whether it still holds."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.ask_if_it_holds(command, listing))

    def expire_listing(self, command: listings.ExpireListing) -> Receipt:
        """Close a listing whose time is over."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.expire_listing(command, listing))

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

    # --- programme

    def publish_term(self, command: programme.PublishTerm) -> Receipt:
        """Teach the lexicon a term."""
        return self._of_programme(command, command.zone_id, programme.publish_term)

    def withdraw_term(self, command: programme.WithdrawTerm) -> Receipt:
        """Take a published term back."""
        return self._of_programme(command, command.zone_id, programme.withdraw_term)

    def set_match_weights(self, command: programme.SetMatchWeights) -> Receipt:
        """Weigh the matches of a zone otherwise."""
        return self._of_programme(command, command.zone_id, programme.set_match_weights)

    def dismiss_match(self, command: matches.DismissMatch) -> Receipt:
        """Set a match aside, for good."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        company = self._company(listing.company_id)
        return self._of_match(
            command, listing, other, lambda match: matches.dismiss_match(command, match, listing, other, company)
        )

    def restore_match(self, command: matches.RestoreMatch) -> Receipt:
        """Take a dismissal back."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        company = self._company(listing.company_id)
        return self._of_match(
            command, listing, other, lambda match: matches.restore_match(command, match, listing, company)
        )

    def judge_match(self, command: matches.JudgeMatch) -> Receipt:
        """Say as a facilitator what a match is worth."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        zone = self._zone(command.zone_id)
        return self._of_match(
            command, listing, other, lambda match: matches.judge_match(command, match, listing, other, zone)
        )

    def introduce_match(self, command: matches.IntroduceMatch) -> Receipt:
        """Introduce the two companies of a match; a reaction tells them."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        zone = self._zone(command.zone_id)
        return self._of_match(
            command, listing, other, lambda match: matches.introduce_match(command, match, listing, other, zone)
        )

    # --- pooling and outlets

    def propose_pooling(self, command: pooling.ProposePooling) -> Receipt:
        """Propose that companies which need the same, or have the same too much, act together."""
        counted = [self._log.load(listing_id, listings.evolve).state for listing_id in command.listing_ids]
        found = [listing for listing in counted if listing is not None]
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: pooling.propose_pooling(command, pool, found),
            [command.zone_id],
        )

    def join_pooling(self, command: pooling.JoinPooling) -> Receipt:
        """Count a company in."""
        return self._answer_pooling(command, pooling.join_pooling)

    def decline_pooling(self, command: pooling.DeclinePooling) -> Receipt:
        """Leave a company out."""
        return self._answer_pooling(command, pooling.decline_pooling)

    def drop_pooling(self, command: pooling.DropPooling) -> Receipt:
        """Leave a proposal at that, and say why."""
        zone = self._zone_of_pooling(command.pooling_id)
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: pooling.drop_pooling(command, pool, zone),
            [zone.zone_id],
        )

    def take_up_pooling(self, command: pooling.TakeUpPooling) -> Receipt:
        """Make something of a proposal."""
        zone = self._zone_of_pooling(command.pooling_id)
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: pooling.take_up_pooling(command, pool, zone),
            [zone.zone_id],
        )

    def open_outlet(self, command: outlets.OpenOutlet) -> Receipt:
        """Tell the companies of a zone of an outlet."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.outlet_id,
            outlets.evolve,
            lambda outlet: outlets.open_outlet(command, outlet, zone),
            [zone.zone_id],
            ids={"outlet_id": command.outlet_id},
        )

    def amend_outlet(self, command: outlets.AmendOutlet) -> Receipt:
        """Correct what is told of an outlet."""
        zone = self._zone_of_outlet(command.outlet_id)
        return self._carry_out(
            command,
            command.outlet_id,
            outlets.evolve,
            lambda outlet: outlets.amend_outlet(command, outlet, zone),
            [zone.zone_id],
        )

    def close_outlet(self, command: outlets.CloseOutlet) -> Receipt:
        """Take an outlet out of the guide."""
        zone = self._zone_of_outlet(command.outlet_id)
        return self._carry_out(
            command,
            command.outlet_id,
            outlets.evolve,
            lambda outlet: outlets.close_outlet(command, outlet, zone),
            [zone.zone_id],
        )

    # --- group purchases

    def propose_purchase(self, command: purchases.ProposePurchase) -> Receipt:
        """Ask a zone who would buy something together."""
        zone = self._zone(command.zone_id)
        company = self._company(command.company_id) if command.company_id else None
        return self._purchase(
            command, lambda purchase: purchases.propose_purchase(command, purchase, zone, company), zone.zone_id
        )

    def poll_interest(self, command: purchases.PollInterest) -> Receipt:
        """Say without commitment how much a company would take."""
        return self._join(command, purchases.poll_interest)

    def pledge_quantity(self, command: purchases.PledgeQuantity) -> Receipt:
        """Commit a company to a quantity."""
        return self._join(command, purchases.pledge_quantity)

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

    def choose_quote(self, command: purchases.ChooseQuote) -> Receipt:
        """Choose among the quotes."""
        return self._organise(command, purchases.choose_quote)

    def open_pledges(self, command: purchases.OpenPledges) -> Receipt:
        """Let companies pledge."""
        return self._organise(command, purchases.open_pledges)

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

    def _of_listing(
        self,
        command: Command,
        listing_id: str,
        decision: Callable[[listings.Listing | None], list[listings.ListingEvent]],
    ) -> Receipt:
        listing = self._listing(listing_id)
        return self._carry_out(command, listing_id, listings.evolve, decision, sorted(listing.zones))

    def _of_match(
        self,
        command: Command,
        listing: listings.Listing,
        other: listings.Listing,
        decision: Callable[[matches.Match | None], list[matches.MatchEvent]],
    ) -> Receipt:
        stream = matches.stream_of(matches.match_id(listing.listing_id, other.listing_id))
        return self._carry_out(command, stream, matches.evolve, decision, sorted({*listing.zones, *other.zones}))

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

    def _of_programme(
        self,
        command: C,
        zone_id: str,
        decision: Callable[[C, programme.Programme | None, zones.Zone], list[programme.ProgrammeEvent]],
    ) -> Receipt:
        zone = self._zone(zone_id)
        return self._carry_out(
            command, programme.PROGRAMME, programme.evolve, lambda state: decision(command, state, zone), [zone_id]
        )

    def _answer_pooling(
        self,
        command: A,
        decision: Callable[[A, pooling.Pooling | None, companies.Company, zones.Zone], list[pooling.PoolingEvent]],
    ) -> Receipt:
        zone, company = self._zone_of_pooling(command.pooling_id), self._company(command.company_id)
        return self._carry_out(
            command,
            command.pooling_id,
            pooling.evolve,
            lambda pool: decision(command, pool, company, zone),
            [zone.zone_id],
        )

    def _zone_of_pooling(self, pooling_id: str) -> zones.Zone:
        pool = self._log.load(pooling_id, pooling.evolve).state
        if pool is None:
            raise NotFound(_("There is no such proposal."))
        return self._zone(pool.zone_id)

    def _zone_of_outlet(self, outlet_id: str) -> zones.Zone:
        outlet = self._log.load(outlet_id, outlets.evolve).state
        if outlet is None:
            raise NotFound(_("There is no such outlet."))
        return self._zone(outlet.zone_id)

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
        if listing is None or listing.stage != "posted":
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
