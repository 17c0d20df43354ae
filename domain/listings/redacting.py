"""Making the words of a listing unreadable, in its history too: a name was typed in it that has no business there."""

from __future__ import annotations

from domain.companies import Company
from domain.listings.commands import RedactText
from domain.listings.events import ListingEvent, TextRedacted
from domain.listings.rules import known, may_act_for
from domain.listings.state import Listing
from domain.refused import NotFound, Refused, _
from domain.zones import Zone


def redact_text(
    command: RedactText, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """Its company, or a moderator of a zone that decides about it; what is still shown cannot be without words.

    The words are gone once the key of this stream is; until then, asked again, it is recorded once more.
    """
    listing = known(listing)
    if command.zone_id:
        zone = zones.get(command.zone_id)
        if (
            zone is None
            or command.zone_id not in listing.zones
            or not zone.allows(command.actor, "moderator", "administrator")
        ):
            raise NotFound(_("There is no such listing."))
        # One text stands in all its zones: none takes words away that another shows.
        shown = listing.life == "open" and "approved" in listing.zones.values()
    else:
        may_act_for(command, company, zones)
        shown = listing.life == "open"
    if listing.content.title.erased:
        return []
    if shown:
        raise Refused(_("This listing is still shown. Withdraw or reject it first: then its words can be erased."))
    return [TextRedacted(listing_id=listing.listing_id, zone_id=command.zone_id)]
