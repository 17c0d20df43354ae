"""A zone's decision on a listing: to show it, or not and why."""

from __future__ import annotations

from domain.events import Private
from domain.listings.commands import ApproveListing, RejectListing
from domain.listings.events import GROUNDS, ListingApproved, ListingEvent, ListingRejected
from domain.listings.rules import has_read_it, known
from domain.listings.state import Listing
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone


def approve_listing(command: ApproveListing, listing: Listing | None, zone: Zone) -> list[ListingEvent]:
    """A moderator shows the listing in their zone."""
    listing = _reviewed(command, listing, zone)
    if listing.zones[command.zone_id] == "approved":
        return []
    return [ListingApproved(listing_id=command.listing_id, zone_id=command.zone_id, of_version=listing.content_version)]


def reject_listing(command: RejectListing, listing: Listing | None, zone: Zone) -> list[ListingEvent]:
    """A rejection names its ground and says, in a sentence, what the company can do."""
    listing = _reviewed(command, listing, zone)
    if listing.zones[command.zone_id] == "rejected":
        return []
    if command.ground not in GROUNDS:
        raise Refused(_("Choose the ground of the rejection."), field="ground")
    if not command.sentence.strip():
        raise Refused(_("Say why in a sentence: the company reads it."), field="sentence")
    return [
        ListingRejected(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            of_version=listing.content_version,
            ground=command.ground,
            sentence=Private(command.zone_id, command.sentence.strip()),
        )
    ]


def _reviewed(command: ApproveListing | RejectListing, listing: Listing | None, zone: Zone) -> Listing:
    listing = known(listing)
    if command.zone_id not in listing.zones:
        raise NotFound(_("There is no such listing."))
    if not zone.allows(command.actor, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone reviews its listings."))
    has_read_it(command, listing)
    return listing
