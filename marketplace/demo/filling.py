"""Puts the demonstration's year through the marketplace's own use cases, with its real times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain import companies, listings, members, zones
from domain.commands import Command, Receipt
from marketplace.application import Marketplace
from marketplace.demo.people import DemoPeople
from marketplace.demo.story import DEMO_SEED, tell

USE_CASES: Final[dict[type[Command], Callable[[Marketplace, Any], Receipt]]] = {
    zones.OpenZone: Marketplace.open_zone,
    zones.SetZonePolicy: Marketplace.set_zone_policy,
    zones.GrantRole: Marketplace.grant_role,
    companies.RegisterCompany: Marketplace.register_company,
    companies.AdmitCompany: Marketplace.admit_company,
    companies.AddRepresentative: Marketplace.add_representative,
    members.InviteMember: Marketplace.invite_member,
    members.JoinMember: Marketplace.join_member,
    listings.PostListing: Marketplace.post_listing,
    listings.AmendListing: Marketplace.amend_listing,
    listings.WithdrawListing: Marketplace.withdraw_listing,
    listings.RenewListing: Marketplace.renew_listing,
    listings.ExpireListing: Marketplace.expire_listing,
    listings.ApproveListing: Marketplace.approve_listing,
    listings.RejectListing: Marketplace.reject_listing,
}


def fill(marketplace: Marketplace, anchor: date, seed: int = DEMO_SEED, console: Console | None = None) -> DemoPeople:
    """Enter the year before `anchor` (a Monday) and return the six people to sign in as.

    `marketplace` must enter facts of the past (`history=True`). Filling twice with the same seed and anchor
    adds nothing: every command keeps its id, so an interrupted filling is simply taken up again.
    """
    story = tell(anchor, seed)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console or Console(stderr=True),
    )
    with bar:
        for command in bar.track(story.commands, description="A year in Les Jourdies"):
            USE_CASES[type(command)](marketplace, command)
    return story.people
