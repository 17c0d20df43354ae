"""A zone's decision on a listing: to show it, to ask for a change, or not to show it and why; and taking it back."""

from __future__ import annotations

from typing import Final

from domain.companies import Company
from domain.events import Private
from domain.listings.capturing import MODERATES, others_than
from domain.listings.commands import ApproveListing, NoteOverdue, RejectListing, RequestAmendment, TakeBackDecision
from domain.listings.events import (
    GROUNDS,
    AmendmentRequested,
    DecisionTakenBack,
    Ground,
    ListingApproved,
    ListingEvent,
    ListingRejected,
    ReviewOverdue,
    Verdict,
)
from domain.listings.rules import has_read_it, known
from domain.listings.state import Listing
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

Deciding = ApproveListing | RejectListing | RequestAmendment

DECIDED: Final[dict[Verdict, str]] = {
    "approved": _("Someone approved this listing while you were reading it."),
    "rejected": _("Someone refused this listing while you were reading it."),
    "amend": _("Someone asked for a change to this listing while you were reading it."),
}


def approve_listing(
    command: ApproveListing, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """A moderator shows the listing in their zone, or has read what the zone shows already."""
    listing, alone = _reviewed(command, listing, company, zone)
    if _decided_alike(command, listing, "approved"):
        return []
    return [
        ListingApproved(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            of_version=listing.content_version,
            alone=alone,
        )
    ]


def reject_listing(command: RejectListing, listing: Listing | None, company: Company, zone: Zone) -> list[ListingEvent]:
    """A rejection names its ground and says, in a sentence, what the company can do."""
    listing, alone = _reviewed(command, listing, company, zone)
    if _decided_alike(command, listing, "rejected"):
        return []
    ground = _ground(command.ground, _("Choose the ground of the rejection."))
    return [
        ListingRejected(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            of_version=listing.content_version,
            ground=ground,
            sentence=_sentence(command, _("Say why in a sentence: the company reads it.")),
            alone=alone,
        )
    ]


def request_amendment(
    command: RequestAmendment, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """The listing stays the company's; a zone that reads first hides it until it is answered, another goes on."""
    listing, alone = _reviewed(command, listing, company, zone)
    if _decided_alike(command, listing, "amend"):
        return []
    if listing.zones[command.zone_id] == "rejected":
        raise Refused(_("This listing is refused already: its company may correct it, and you read it again."))
    ground = _ground(command.ground, _("Choose what the change is about."))
    hidden = zone.moderation == "before" or listing.zones[command.zone_id] == "pending"
    return [
        AmendmentRequested(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            of_version=listing.content_version,
            ground=ground,
            sentence=_sentence(command, _("Say what to change in a sentence: the company reads it.")),
            hidden=hidden,
            alone=alone,
        )
    ]


def take_back_decision(
    command: TakeBackDecision, listing: Listing | None, company: Company, zone: Zone
) -> list[ListingEvent]:
    """Both stay on record. What the company changed meanwhile is decided about anew, and not taken back.

    A refusal that was given up does not come back by itself: the listing waits, hidden, until somebody says why
    again, against which its company may appeal.
    """
    listing = _of_zone(command, listing, zone)
    alone = _is_alone(command.actor, company, zone)
    review = listing.reviews.get(command.zone_id)
    if listing.life != "open":
        raise Refused(_("This listing is closed by now: there is nothing left to take back."))
    if review is None:
        raise Conflict(_("There is no decision to take back any more: it was done, or the company changed its words."))
    if review.version != command.decided_version:
        raise Conflict(DECIDED[review.verdict])
    return [
        DecisionTakenBack(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            verdict=review.verdict,
            decided_version=review.version,
            status="pending" if review.before == "rejected" else review.before,
            alone=alone,
        )
    ]


def note_overdue(command: NoteOverdue, listing: Listing | None) -> list[ListingEvent]:
    """Once for each reading, whatever the scheduler thinks; what the company is asked to change waits for nobody."""
    listing = known(listing)
    waits = listing.life == "open" and listing.zones.get(command.zone_id) == "pending"
    if not waits or command.now < command.due_at or {command.zone_id} & {*listing.reviews, *listing.overdue}:
        return []
    return [ReviewOverdue(listing_id=command.listing_id, zone_id=command.zone_id, due_at=command.due_at)]


def _reviewed(command: Deciding, listing: Listing | None, company: Company, zone: Zone) -> tuple[Listing, bool]:
    listing = _of_zone(command, listing, zone)
    alone = _is_alone(command.actor, company, zone)
    has_read_it(command, listing)
    return listing, alone


def _of_zone(command: Deciding | TakeBackDecision, listing: Listing | None, zone: Zone) -> Listing:
    listing = known(listing)
    if command.zone_id not in listing.zones:
        raise NotFound(_("There is no such listing."))
    if not zone.allows(command.actor, *MODERATES):
        raise Forbidden(_("Only a moderator of the zone reviews its listings."))
    return listing


def _is_alone(actor: str, company: Company, zone: Zone) -> bool:
    """Whether they decide about their own, since nobody else can; refused where somebody could."""
    if not company.is_represented_by(actor):
        return False
    if others_than(company, zone):
        raise Forbidden(_("This listing is your own company’s: another moderator of the zone decides about it."))
    return True


def _decided_alike(command: Deciding, listing: Listing, verdict: Verdict) -> bool:
    """Whether it was decided so already; refused where somebody decided otherwise after this moderator had looked."""
    review = listing.reviews.get(command.zone_id)
    if review is None:
        return False
    if review.verdict == verdict:
        return True
    if command.seen_version is not None and review.version > command.seen_version:
        raise Conflict(DECIDED[review.verdict])
    return False


def _ground(ground: Ground, missing: str) -> Ground:
    if ground not in GROUNDS:
        raise Refused(missing, field="ground")
    return ground


def _sentence(command: RejectListing | RequestAmendment, missing: str) -> Private:
    if not command.sentence.strip():
        raise Refused(missing, field="sentence")
    return Private(command.zone_id, command.sentence.strip())
