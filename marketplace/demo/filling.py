"""Puts the demonstration's year through the marketplace's own use cases, with its real times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain import (
    bulletins,
    charters,
    companies,
    conversations,
    dealings,
    federations,
    joining,
    listings,
    matches,
    members,
    outlets,
    pooling,
    purchases,
    sentences,
    zones,
)
from domain.commands import Command, Receipt
from marketplace.application import Marketplace
from marketplace.application.handing_over import HandOverTo
from marketplace.demo.drawings import draw
from marketplace.demo.flows import FRESH
from marketplace.demo.people import DemoPeople
from marketplace.demo.story import DEMO_SEED, tell
from marketplace.photos import Photos, sizes_of

USE_CASES: Final[dict[type[Command], Callable[[Marketplace, Any], Receipt]]] = {
    zones.OpenZone: Marketplace.open_zone,
    zones.SetZonePolicy: Marketplace.set_zone_policy,
    zones.GrantRole: Marketplace.grant_role,
    zones.ChooseLook: Marketplace.choose_look,
    zones.JoinFederation: Marketplace.join_federation,
    HandOverTo: Marketplace.propose_handover,
    federations.FoundFederation: Marketplace.found_federation,
    federations.InviteZone: Marketplace.invite_zone,
    federations.NameReader: Marketplace.name_reader,
    charters.PublishCharter: Marketplace.publish_charter,
    charters.AcceptCharter: Marketplace.accept_charter,
    zones.ProposePartnership: Marketplace.propose_partnership,
    companies.RegisterCompany: Marketplace.register_company,
    companies.AdmitCompany: Marketplace.admit_company,
    companies.AddRepresentative: Marketplace.add_representative,
    companies.SetOrganisationKind: Marketplace.set_organisation_kind,
    companies.WriteDirectoryEntry: Marketplace.write_directory_entry,
    companies.SetMembership: Marketplace.set_membership,
    companies.RecordDues: Marketplace.record_dues,
    joining.AskToJoin: Marketplace.ask_to_join,
    joining.ConfirmJoining: Marketplace.confirm_joining,
    members.InviteMember: Marketplace.invite_member,
    members.JoinMember: Marketplace.join_member,
    listings.DraftListing: Marketplace.draft_listing,
    listings.PostListing: Marketplace.post_listing,
    listings.AmendListing: Marketplace.amend_listing,
    listings.WithdrawListing: Marketplace.withdraw_listing,
    listings.RenewListing: Marketplace.renew_listing,
    listings.ExpireListing: Marketplace.expire_listing,
    listings.ApproveListing: Marketplace.approve_listing,
    listings.RejectListing: Marketplace.reject_listing,
    listings.RequestAmendment: Marketplace.request_amendment,
    listings.TakeBackDecision: Marketplace.take_back_decision,
    sentences.KeepSentence: Marketplace.keep_sentence,
    listings.NotifyListing: Marketplace.notify_listing,
    listings.DecideNotice: Marketplace.decide_notice,
    listings.LodgeAppeal: Marketplace.lodge_appeal,
    listings.CoverNeed: Marketplace.cover_need,
    listings.ReopenNeed: Marketplace.reopen_need,
    matches.SeeMatch: Marketplace.see_match,
    matches.DismissMatch: Marketplace.dismiss_match,
    matches.JudgeMatch: Marketplace.judge_match,
    matches.IntroduceMatch: Marketplace.introduce_match,
    dealings.ShowInterest: Marketplace.show_interest,
    dealings.AcceptExchange: Marketplace.accept_exchange,
    dealings.DeclineExchange: Marketplace.decline_exchange,
    dealings.AbandonExchange: Marketplace.abandon_exchange,
    dealings.RenewHold: Marketplace.renew_hold,
    dealings.ProposePickup: Marketplace.propose_pickup,
    dealings.AgreePickup: Marketplace.agree_pickup,
    dealings.ConfirmExchange: Marketplace.confirm_exchange,
    dealings.CorrectTake: Marketplace.correct_take,
    dealings.DisputeExchange: Marketplace.dispute_exchange,
    dealings.SettleDispute: Marketplace.settle_dispute,
    dealings.DeclareSavings: Marketplace.declare_savings,
    dealings.ConfirmPeriod: Marketplace.confirm_period,
    dealings.MissPeriod: Marketplace.miss_period,
    dealings.EndFlow: Marketplace.end_flow,
    dealings.NudgeExchange: Marketplace.nudge_exchange,
    conversations.SendMessage: Marketplace.send_message,
    outlets.OpenOutlet: Marketplace.open_outlet,
    pooling.ProposePooling: Marketplace.propose_pooling,
    pooling.JoinPooling: Marketplace.join_pooling,
    bulletins.WriteBulletin: Marketplace.write_bulletin,
    bulletins.IssueBulletin: Marketplace.issue_bulletin,
    purchases.ProposePurchase: Marketplace.propose_purchase,
    purchases.PollInterest: Marketplace.poll_interest,
    purchases.SetSpecification: Marketplace.set_specification,
    purchases.RecordQuote: Marketplace.record_quote,
    purchases.ChooseQuote: Marketplace.choose_quote,
    purchases.OpenPledges: Marketplace.open_pledges,
    purchases.OpenFunding: Marketplace.open_funding,
    purchases.PledgeQuantity: Marketplace.pledge_quantity,
    purchases.WakePurchase: Marketplace.wake_purchase,
    purchases.CancelPurchase: Marketplace.cancel_purchase,
    purchases.RecordDelivery: Marketplace.record_delivery,
    purchases.ConfirmReceipt: Marketplace.confirm_receipt,
    purchases.SetCollection: Marketplace.set_collection,
    purchases.DeclareStop: Marketplace.declare_stop,
    purchases.ConfirmStop: Marketplace.confirm_stop,
    purchases.SkipStop: Marketplace.skip_stop,
    purchases.PlanRound: Marketplace.plan_round,
    purchases.OrderStops: Marketplace.order_stops,
    purchases.VisitStop: Marketplace.visit_stop,
    purchases.PlanSession: Marketplace.plan_session,
    purchases.NameTrainee: Marketplace.name_trainee,
    purchases.CancelSeat: Marketplace.cancel_seat,
    purchases.RecordAttendance: Marketplace.record_attendance,
    purchases.SetContract: Marketplace.set_contract,
    purchases.DeclareNeeds: Marketplace.declare_needs,
    purchases.JoinContract: Marketplace.join_contract,
    purchases.InviteSupplier: Marketplace.invite_supplier,
    purchases.SubmitQuote: Marketplace.submit_quote,
}


def fill(
    marketplace: Marketplace,
    photos: Photos,
    anchor: date,
    seed: int = DEMO_SEED,
    console: Console | None = None,
    now: datetime | None = None,
) -> DemoPeople:
    """Enter the year before `anchor` (a Monday) and return the six people to sign in as.

    With `now`, what is fresh came in shortly before it, and is entered last. `marketplace` must enter facts of the past
    (`history=True`). Filling twice with the same seed and anchor adds nothing: every command keeps its id, so an
    interrupted filling is simply taken up again.
    """
    story = tell(anchor, seed)
    keys = {listing_id: key for key, listing_id in story.listings.items()}
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console or Console(stderr=True),
    )
    with bar:
        commands = with_fresh(story.commands, keys, now) if now else story.commands
        for command in bar.track(commands, description="A year in Les Jourdies"):
            if isinstance(command, listings.PostListing) and command.draft.photos:
                _hang(photos, command, keys[command.listing_id])
            USE_CASES[type(command)](marketplace, command)
            if isinstance(command, listings.PostListing):
                photos.settle(command.listing_id)
    return story.people


def with_fresh(commands: Sequence[Command], keys: Mapping[str, str], now: datetime) -> list[Command]:
    """The same commands, with the listings that wait since a few hours after everything else."""
    fresh = [
        replace(command, now=now - FRESH[key])
        for command in commands
        if isinstance(command, listings.PostListing) and (key := keys[command.listing_id]) in FRESH
    ]
    ids = {command.command_id for command in fresh}
    told = [command for command in commands if command.command_id not in ids]
    begun = max(command.now for command in told)
    late = [replace(command, now=max(command.now, begun)) for command in fresh]
    return told + sorted(late, key=lambda command: command.now)


def _hang(photos: Photos, command: listings.PostListing, key: str) -> None:
    """Keep a listing's drawings where its photos are looked for."""
    for photo_id, drawing in zip(command.draft.photos or (), draw(key), strict=True):
        photos.keep(
            UUID(photo_id),
            sizes_of(drawing),
            company_id=command.company_id,
            stream=command.listing_id,
            now=command.now,
        )
