"""Who may do something to a listing, and on what they have read of it."""

from __future__ import annotations

from domain.commands import Command
from domain.companies import Company
from domain.listings.state import Listing
from domain.refused import Conflict, Forbidden, NotFound, _
from domain.zones import Zone


def known(listing: Listing | None) -> Listing:
    """The listing that is posted, or a refusal: a draft is nothing yet to anybody."""
    if listing is None or listing.stage != "posted":
        raise NotFound(_("There is no such listing."))
    return listing


def may_act_for(command: Command, company: Company, zones: dict[str, Zone]) -> None:
    """Someone of the company, or a facilitator of one of its zones who says for whom they act."""
    if company.erased:
        raise NotFound(_("There is no such company."))
    if company.is_represented_by(command.actor):
        return
    on_behalf = command.for_company == company.company_id and any(
        zone.allows(command.actor, "facilitator") for zone_id, zone in zones.items() if zone_id in company.zones
    )
    if not on_behalf:
        raise Forbidden(_("Only the company that posts a listing can change it."))


def may_post_for(command: Command, company: Company, zones: dict[str, Zone]) -> None:
    """Whoever may act for it, and its shared phone: to change what is posted takes a person."""
    if not company.is_served_by(command.actor):
        may_act_for(command, company, zones)


def has_read_it(command: Command, listing: Listing) -> None:
    """Refuse who read older words; a renewal or a zone's decision meanwhile is no conflict."""
    if command.seen_version is not None and listing.content_version > command.seen_version:
        raise Conflict(_("The company changed this listing while you were reading it: here is what it says now."))
