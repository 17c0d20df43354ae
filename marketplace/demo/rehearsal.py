"""Rehearses the story: the domain's decisions over states kept in memory, and what the clock does between two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import Any, Final

from domain import (
    bulletins,
    companies,
    conversations,
    dealings,
    listings,
    matches,
    members,
    outlets,
    pooling,
    purchases,
    zones,
)
from domain.appeals import Decider
from domain.commands import Command
from domain.events import Event
from domain.exchanges import Exchange, InterestShown, coming
from domain.sentences import KeepSentence
from marketplace.demo.naming import Naming
from marketplace.demo.presenting import Presented
from marketplace.demo.rehearsing_trust import TrustRehearsal
from marketplace.demo.settling import Settled
from marketplace.falling_due import CLOCK
from marketplace.reactions.covering_needs import ACTOR as COVERING
from marketplace.reactions.covering_needs import contribution

TICK: Final = timedelta(minutes=1)
"""The real clock looks once a minute."""

Reviewing = listings.ApproveListing | listings.RejectListing | listings.RequestAmendment | listings.TakeBackDecision
REVIEWS: Final[dict[type[Command], Callable[..., list[listings.ListingEvent]]]] = {
    listings.ApproveListing: listings.approve_listing,
    listings.RejectListing: listings.reject_listing,
    listings.RequestAmendment: listings.request_amendment,
    listings.TakeBackDecision: listings.take_back_decision,
}
DEALINGS: Final[dict[type[Command], Callable[..., list[listings.ListingEvent]]]] = {
    dealings.AcceptExchange: dealings.accept_exchange,
    dealings.DeclineExchange: dealings.decline_exchange,
    dealings.AbandonExchange: dealings.abandon_exchange,
    dealings.RenewHold: dealings.renew_hold,
    dealings.ProposePickup: dealings.propose_pickup,
    dealings.AgreePickup: dealings.agree_pickup,
    dealings.ConfirmExchange: dealings.confirm_exchange,
    dealings.CorrectTake: dealings.correct_take,
    dealings.DisputeExchange: dealings.dispute_exchange,
    dealings.DeclareSavings: dealings.declare_savings,
    dealings.ConfirmPeriod: dealings.confirm_period,
    dealings.MissPeriod: dealings.miss_period,
    dealings.EndFlow: dealings.end_flow,
}


ORGANISING: Final[dict[type[Command], Callable[..., list[purchases.PurchaseEvent]]]] = {
    purchases.SetSpecification: purchases.set_specification,
    purchases.RecordQuote: purchases.record_quote,
    purchases.InviteSupplier: purchases.invite_supplier,
    purchases.SubmitQuote: purchases.submit_quote,
    purchases.SetContract: purchases.set_contract,
    purchases.ChooseQuote: purchases.choose_quote,
    purchases.OpenPledges: purchases.open_pledges,
    purchases.OpenFunding: purchases.open_funding,
    purchases.CancelPurchase: purchases.cancel_purchase,
    purchases.RecordDelivery: purchases.record_delivery,
    purchases.SetCollection: purchases.set_collection,
    purchases.PlanRound: purchases.plan_round,
    purchases.OrderStops: purchases.order_stops,
    purchases.VisitStop: purchases.visit_stop,
    purchases.PlanSession: purchases.plan_session,
    purchases.RecordAttendance: purchases.record_attendance,
}
JOINING: Final[dict[type[Command], Callable[..., list[purchases.PurchaseEvent]]]] = {
    purchases.PollInterest: purchases.poll_interest,
    purchases.PledgeQuantity: purchases.pledge_quantity,
    purchases.ConfirmReceipt: purchases.confirm_receipt,
    purchases.DeclareNeeds: purchases.declare_needs,
    purchases.JoinContract: purchases.join_contract,
    purchases.DeclareStop: purchases.declare_stop,
    purchases.ConfirmStop: purchases.confirm_stop,
    purchases.SkipStop: purchases.skip_stop,
    purchases.NameTrainee: purchases.name_trainee,
    purchases.CancelSeat: purchases.cancel_seat,
}


class Rehearsal:
    """Every decision of the story, without its log: a command the rules refuse stops it."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.zones: dict[str, zones.Zone] = {}
        self.companies: dict[str, companies.Company] = {}
        self.members: dict[str, members.Member] = {}
        self.listings: dict[str, listings.Listing] = {}
        self.conversations: dict[str, conversations.Conversation] = {}
        self.matches: dict[str, matches.Match] = {}
        self.pools: dict[str, pooling.Pooling] = {}
        self.outlets: dict[str, outlets.Outlet] = {}
        self.purchases: dict[str, purchases.Purchase] = {}
        self.bulletins: dict[str, bulletins.Bulletin] = {}
        self.trust = TrustRehearsal(self.zones, self.companies)

    @property
    def exchanges(self) -> dict[str, Exchange]:
        """All of them by id."""
        return {key: one for listing in self.listings.values() for key, one in listing.exchanges.items()}

    def heard_at(self, exchange_id: str) -> datetime | None:
        """When the two sides last wrote to each other."""
        conversation = self.conversations.get(conversations.stream_of(exchange_id))
        return conversation.heard_at if conversation else None

    @singledispatchmethod
    def decide(self, command: Command) -> list[Event]:
        """What follows from a command; the states here follow too."""
        listing = self.listings[command.listing_id]  # type: ignore[attr-defined]  # the rest are about an exchange
        zone = self.zones[listing.exchanges[command.exchange_id].zone_id]  # type: ignore[attr-defined]
        company = self.companies[command.company_id]  # type: ignore[attr-defined]
        return self._listing(listing.listing_id, DEALINGS[type(command)](command, listing, company, zone))

    # --- zones, companies, members

    @decide.register
    def _(self, command: zones.OpenZone) -> list[Event]:
        return self._zone(command.zone_id, zones.open_zone(command, self.zones.get(command.zone_id)))

    @decide.register
    def _(self, command: zones.SetZonePolicy) -> list[Event]:
        return self._zone(command.zone_id, zones.set_zone_policy(command, self.zones.get(command.zone_id)))

    @decide.register
    def _(self, command: zones.GrantRole) -> list[Event]:
        return self._zone(command.zone_id, zones.grant_role(command, self.zones.get(command.zone_id)))

    @decide.register
    def _(self, command: zones.ProposePartnership) -> list[Event]:
        zone, partner = self.zones[command.zone_id], self.zones[command.partner_id]
        said = self._zone(command.zone_id, zones.propose_partnership(command, zone, partner))
        note = zones.NotePartnership(
            actor=command.actor,
            now=command.now,
            command_id=command.command_id,
            zone_id=command.partner_id,
            partner_id=command.zone_id,
        )
        noted = zones.note_agreement(note, partner, self.zones[command.zone_id])
        return [*said, *self._zone(command.partner_id, noted)]

    @decide.register
    def _(self, command: Settled | Presented | KeepSentence) -> list[Event]:
        return self.trust.decide(command)

    @decide.register
    def _(self, command: companies.RegisterCompany) -> list[Event]:
        held = self.companies.get(command.company_id)
        return self._company(command.company_id, companies.register_company(command, held, self.zones[command.zone_id]))

    @decide.register
    def _(self, command: companies.AdmitCompany) -> list[Event]:
        held = self.companies.get(command.company_id)
        return self._company(command.company_id, companies.admit_company(command, held, self.zones[command.zone_id]))

    @decide.register
    def _(self, command: companies.AddRepresentative) -> list[Event]:
        held = self.companies.get(command.company_id)
        return self._company(command.company_id, companies.add_representative(command, held, self.zones))

    @decide.register
    def _(self, command: members.InviteMember) -> list[Event]:
        held = self.members.get(command.member_id)
        return self._member(command.member_id, members.invite_member(command, held, self.zones[command.home_zone]))

    @decide.register
    def _(self, command: members.JoinMember) -> list[Event]:
        return self._member(command.member_id, members.join_member(command, self.members.get(command.member_id)))

    # --- listings

    @decide.register
    def _(self, command: listings.DraftListing) -> list[Event]:
        held, company = self.listings.get(command.listing_id), self.companies[command.company_id]
        return self._listing(command.listing_id, listings.draft_listing(command, held, company, self.zones))

    @decide.register
    def _(self, command: listings.PostListing) -> list[Event]:
        held, company = self.listings.get(command.listing_id), self.companies[command.company_id]
        return self._listing(command.listing_id, listings.post_listing(command, held, company, self.zones))

    @decide.register
    def _(self, command: listings.AmendListing) -> list[Event]:
        return self._by_its_company(command, listings.amend_listing)

    @decide.register
    def _(self, command: listings.WithdrawListing) -> list[Event]:
        return self._by_its_company(command, listings.withdraw_listing)

    @decide.register
    def _(self, command: listings.RenewListing) -> list[Event]:
        return self._by_its_company(command, listings.renew_listing)

    @decide.register
    def _(self, command: listings.ExpireListing) -> list[Event]:
        return self._listing(command.listing_id, listings.expire_listing(command, self.listings[command.listing_id]))

    @decide.register
    def _(self, command: Reviewing) -> list[Event]:
        held, zone = self.listings[command.listing_id], self.zones[command.zone_id]
        company = self.companies[held.company_id]
        return self._listing(command.listing_id, REVIEWS[type(command)](command, held, company, zone))

    @decide.register
    def _(self, command: listings.NotifyListing) -> list[Event]:
        said = listings.notify_listing(command, self.listings[command.listing_id])
        return self._listing(command.listing_id, said)

    @decide.register
    def _(self, command: listings.DecideNotice) -> list[Event]:
        held, zone = self.listings[command.listing_id], self.zones[command.zone_id]
        said = listings.decide_notice(command, held, self.companies[held.company_id], zone)
        return self._listing(command.listing_id, said)

    @decide.register
    def _(self, command: listings.LodgeAppeal) -> list[Event]:
        held, refused = self.listings[command.listing_id], Decider("", command.now)
        said = listings.lodge_appeal(command, held, self.companies[held.company_id], refused)
        return self._listing(command.listing_id, said)

    @decide.register
    def _(self, command: listings.CoverNeed) -> list[Event]:
        return self._listing(command.listing_id, listings.cover_need(command, self.listings[command.listing_id]))

    @decide.register
    def _(self, command: listings.ReopenNeed) -> list[Event]:
        return self._listing(command.listing_id, listings.reopen_need(command, self.listings[command.listing_id]))

    # --- exchanges

    @decide.register
    def _(self, command: matches.SeeMatch) -> list[Event]:
        match, listing, _other = self._pair(command)
        company = self.companies[command.company_id]
        return self._match(match, matches.see_match(command, self.matches.get(match), listing, company))

    @decide.register
    def _(self, command: matches.DismissMatch) -> list[Event]:
        match, listing, other = self._pair(command)
        company = self.companies[listing.company_id]
        return self._match(match, matches.dismiss_match(command, self.matches.get(match), listing, other, company))

    @decide.register
    def _(self, command: matches.JudgeMatch) -> list[Event]:
        match, listing, other = self._pair(command)
        zone = self.zones[command.zone_id]
        return self._match(match, matches.judge_match(command, self.matches.get(match), listing, other, zone))

    @decide.register
    def _(self, command: matches.IntroduceMatch) -> list[Event]:
        match, listing, other = self._pair(command)
        held, zone = self.matches.get(match), self.zones[command.zone_id]
        return self._match(match, matches.introduce_match(command, held, listing, other, zone, self.zones))

    @decide.register
    def _(self, command: dealings.ShowInterest) -> list[Event]:
        listing, company = self.listings[command.listing_id], self.companies[command.company_id]
        other = self.listings[command.other_listing_id] if command.other_listing_id else None
        return self._listing(
            listing.listing_id,
            dealings.show_interest(
                command, listing, company, self.companies[listing.company_id], self.zones, other=other
            ),
        )

    @decide.register
    def _(self, command: dealings.SettleDispute) -> list[Event]:
        listing = self.listings[command.listing_id]
        zone = self.zones[listing.exchanges[command.exchange_id].zone_id]
        company = self.companies[command.company_id] if command.company_id else None
        return self._listing(listing.listing_id, dealings.settle_dispute(command, listing, company, zone))

    @decide.register
    def _(self, command: dealings.NudgeExchange) -> list[Event]:
        listing, heard_at = self.listings[command.listing_id], self.heard_at(command.exchange_id)
        return self._listing(listing.listing_id, dealings.nudge_exchange(command, listing, heard_at))

    @decide.register
    def _(self, command: conversations.SendMessage) -> list[Event]:
        exchange = self.listings[command.listing_id].exchanges[command.exchange_id]
        stream = conversations.stream_of(command.exchange_id)
        company, zone = self.companies[command.company_id], self.zones[exchange.zone_id]
        said = conversations.send_message(command, self.conversations.get(stream), exchange, company, zone)
        for event in said:
            self.conversations[stream] = conversations.evolve(self.conversations.get(stream), event)
        return list(said)

    # --- proposals and outlets

    @decide.register
    def _(self, command: pooling.ProposePooling) -> list[Event]:
        counted = [self.listings[listing_id] for listing_id in command.listing_ids]
        held = self.pools.get(command.pooling_id)
        return self._pool(command.pooling_id, pooling.propose_pooling(command, held, counted))

    @decide.register
    def _(self, command: pooling.JoinPooling) -> list[Event]:
        held, company = self.pools[command.pooling_id], self.companies[command.company_id]
        zone = self.zones[held.zone_id]
        return self._pool(command.pooling_id, pooling.join_pooling(command, held, company, zone))

    @decide.register
    def _(self, command: outlets.OpenOutlet) -> list[Event]:
        told = outlets.open_outlet(command, self.outlets.get(command.outlet_id), self.zones[command.zone_id])
        for event in told:
            self.outlets[command.outlet_id] = outlets.evolve(self.outlets.get(command.outlet_id), event)
        return list(told)

    # --- what a zone announces

    @decide.register
    def _(self, command: bulletins.WriteBulletin) -> list[Event]:
        held, zone = self.bulletins.get(command.bulletin_id), self.zones[command.zone_id]
        return self._bulletin(command.bulletin_id, bulletins.write_bulletin(command, held, zone))

    @decide.register
    def _(self, command: bulletins.IssueBulletin) -> list[Event]:
        held = self.bulletins[command.bulletin_id]
        return self._bulletin(command.bulletin_id, bulletins.issue_bulletin(command, held, self.zones[held.zone_id]))

    def _bulletin(self, bulletin_id: str, told: Sequence[bulletins.BulletinEvent]) -> list[Event]:
        for event in told:
            self.bulletins[bulletin_id] = bulletins.evolve(self.bulletins.get(bulletin_id), event)
        return list(told)

    # --- group purchases

    @decide.register
    def _(self, command: purchases.ProposePurchase) -> list[Event]:
        company = self.companies[command.company_id] if command.company_id else None
        zone = self.zones[command.zone_id]
        return self._purchase(command.purchase_id, purchases.propose_purchase(command, None, zone, company))

    @decide.register
    def _(self, command: purchases.Buying) -> list[Event]:
        purchase = self.purchases[command.purchase_id]
        zone = self.zones[purchase.zone_id]
        decided = ORGANISING[type(command)](command, purchase, zone)
        return self._purchase(command.purchase_id, decided)

    @decide.register
    def _(self, command: purchases.TakingPart) -> list[Event]:
        purchase, company = self.purchases[command.purchase_id], self.companies[command.company_id]
        decided = JOINING[type(command)](command, purchase, self.zones[purchase.zone_id], company)
        return self._purchase(command.purchase_id, decided)

    @decide.register
    def _(self, command: purchases.WakePurchase) -> list[Event]:
        decided = purchases.wake_purchase(command, self.purchases[command.purchase_id])
        return self._purchase(command.purchase_id, decided)

    def _purchase(self, purchase_id: str, events: list[purchases.PurchaseEvent]) -> list[Event]:
        for event in events:
            self.purchases[purchase_id] = purchases.evolve(self.purchases.get(purchase_id), event)
        return list(events)

    # --- the states after it

    def _by_its_company(self, command: Any, decision: Callable[..., list[listings.ListingEvent]]) -> list[Event]:  # noqa: ANN401  # any command of a listing's company
        listing = self.listings[command.listing_id]
        company = self.companies[listing.company_id]
        return self._listing(listing.listing_id, decision(command, listing, company, self.zones))

    def _zone(self, zone_id: str, events: Sequence[zones.ZoneEvent]) -> list[Event]:
        for event in events:
            self.zones[zone_id] = zones.evolve(self.zones.get(zone_id), event)
        return list(events)

    def _company(self, company_id: str, events: Sequence[companies.CompanyEvent]) -> list[Event]:
        for event in events:
            self.companies[company_id] = companies.evolve(self.companies.get(company_id), event)
        return list(events)

    def _member(self, member_id: str, events: Sequence[members.MemberEvent]) -> list[Event]:
        for event in events:
            self.members[member_id] = members.evolve(self.members.get(member_id), event)
        return list(events)

    def _pool(self, pooling_id: str, events: Sequence[pooling.PoolingEvent]) -> list[Event]:
        for event in events:
            self.pools[pooling_id] = pooling.evolve(self.pools.get(pooling_id), event)
        return list(events)

    def _pair(
        self, command: matches.SeeMatch | matches.DismissMatch | matches.JudgeMatch | matches.IntroduceMatch
    ) -> tuple[str, listings.Listing, listings.Listing]:
        ends = command.listing_id, command.other_listing_id
        return matches.match_id(*ends), self.listings[ends[0]], self.listings[ends[1]]

    def _match(self, match: str, events: Sequence[matches.MatchEvent]) -> list[Event]:
        for event in events:
            self.matches[match] = matches.evolve(self.matches.get(match), event)
        return list(events)

    def _listing(self, listing_id: str, events: Sequence[listings.ListingEvent]) -> list[Event]:
        for event in events:
            self.listings[listing_id] = listings.evolve(self.listings.get(listing_id), event)
        return list(events)


# --- what happens by itself ---------------------------------------------------------------------------------------


class Rehearsed:
    """The steps people took, with what the clock and the reactions did between them."""

    def __init__(self, naming: Naming) -> None:
        """Ids come from `naming`."""
        self.stage = Rehearsal()
        self._naming = naming
        self._wakes: dict[str, tuple[datetime, str]] = {}
        self._listings: dict[str, str] = {}

    def told(self, steps: Sequence[Command], until: datetime) -> Iterator[Command]:
        """The steps in order, and everything that follows from them before `until`."""
        for step in steps:
            yield from self._silence(step.now)
            events = self.stage.decide(step)
            # A listing that found its takers has nothing to expire.
            if events or step.actor != CLOCK:
                yield step
            yield from self._follow(step.now, events)
        yield from self._silence(until)

    def _silence(self, until: datetime) -> Iterator[Command]:
        """What the clock does before this moment."""
        while self._wakes:
            exchange_id, (due, listing_id) = min(self._wakes.items(), key=lambda wake: (wake[1][0], wake[0]))
            if due + TICK >= until:
                return
            nudge = dealings.NudgeExchange(
                actor=CLOCK,
                now=due + TICK,
                command_id=self._naming.command_id("nudge", exchange_id, due),
                listing_id=listing_id,
                exchange_id=exchange_id,
            )
            events = self.stage.decide(nudge)
            yield nudge
            yield from self._follow(nudge.now, events)

    def _follow(self, now: datetime, events: Sequence[Event]) -> Iterator[Command]:
        for event in events:
            if isinstance(event, InterestShown):
                self._listings[event.exchange_id] = event.listing_id
        touched = dict.fromkeys(str(getattr(event, "exchange_id", "")) for event in events)
        for exchange_id in (one for one in touched if one in self._listings):
            listing = self.stage.listings[self._listings[exchange_id]]
            exchange = listing.exchanges[exchange_id]
            self._wakes.pop(exchange_id, None)
            if due := coming(exchange, self.stage.heard_at(exchange_id)):
                self._wakes[exchange_id] = (due.at, listing.listing_id)
            if exchange.other_listing_id and listing.side == "offer":
                yield from self._towards_a_need(now, exchange, exchange.other_listing_id)

    def _towards_a_need(self, now: datetime, exchange: Exchange, request: str) -> Iterator[Command]:
        """What an offer promises and gives is noted at the request it goes with."""
        said: dict[str, Any] = {
            "actor": COVERING,
            "now": now,
            "command_id": self._naming.command_id("need", exchange.exchange_id, exchange.version, now),
            "listing_id": request,
            "exchange_id": exchange.exchange_id,
        }
        given, confirmed = contribution(exchange)
        wish: Command = (
            listings.CoverNeed(**said, quantity=given, confirmed=confirmed) if given else listings.ReopenNeed(**said)
        )
        if self.stage.decide(wish):
            yield wish
