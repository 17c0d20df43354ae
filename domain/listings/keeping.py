"""A form that is not finished: kept as a draft for another day, or thrown away."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.companies import Company
from domain.events import Private
from domain.listings import capturing
from domain.listings.commands import DiscardDraft, DraftListing
from domain.listings.drafting import MAX_PHOTOS, TITLE_LENGTH, UNREADABLE
from domain.listings.events import DraftDiscarded, ListingDrafted, ListingEvent
from domain.listings.rules import may_act_for, may_post_for
from domain.listings.state import Listing
from domain.refused import Conflict, NotFound, Refused, _
from domain.zones import Zone

LONGEST_DRAFT: Final = 20_000
"""Characters of all answers together: the longest description, and room for everything else."""


def draft_listing(
    command: DraftListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """Keep the answers as they are, right or wrong: a title is enough to find them again.

    Kept again, they stand for what was kept before; thrown away in another window meanwhile, they are kept all the
    same, since nothing that was typed is to be lost.
    """
    may_post_for(command, company, zones)
    if listing is not None and listing.company_id != command.company_id:
        raise NotFound(_("There is no such draft."))
    if listing is not None and listing.stage == "posted":
        raise Conflict(_("This listing is already posted."))
    if len(command.answers.get("title", "").strip()) < TITLE_LENGTH[0]:
        raise Refused(_("Say in a few words what it is: you find the draft again by its title."), field="title")
    if len(command.photos) > MAX_PHOTOS:
        raise Refused(_("A listing shows %(most)s photos at most."), field="photo", most=MAX_PHOTOS)
    if any("\0" in said for answer in command.answers.items() for said in answer):
        raise Refused(UNREADABLE)
    answers = msgspec.json.encode(dict(sorted(command.answers.items()))).decode()
    if len(answers) > LONGEST_DRAFT:
        raise Refused(_("This is too long to be kept: shorten the description."), field="description")
    return [
        ListingDrafted(
            listing_id=command.listing_id,
            company_id=command.company_id,
            answers=Private(command.company_id, answers),
            photos=tuple(dict.fromkeys(command.photos)),
            captured_by=capturing.captured_by(command, company),
        )
    ]


def discard_draft(
    command: DiscardDraft, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """Throw it away; asking twice is no fault, and what was posted meanwhile is withdrawn, not thrown away."""
    if listing is None:
        raise NotFound(_("There is no such draft."))
    may_act_for(command, company, zones)
    if listing.stage == "posted":
        raise Conflict(_("This listing is already posted."))
    return [DraftDiscarded(listing_id=listing.listing_id)] if listing.stage == "draft" else []
