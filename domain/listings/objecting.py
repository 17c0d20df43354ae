"""Notices and appeals: anyone may say what is wrong with a listing, and its company that a decision is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from domain.appeals import (
    Decider,
    check_in_time,
    given,
    judged_by_another,
    must_decide,
    not_ones_own,
    said,
    was_answered_alike,
)
from domain.commands import Command
from domain.companies import AppealOutcome, Company
from domain.events import Private
from domain.listings.events import GROUNDS, Ground, ListingApproved, ListingEvent, ListingRejected
from domain.listings.objections import (
    Appeal,
    AppealDecided,
    AppealLodged,
    ListingNotified,
    NoticeDecided,
    NoticeOutcome,
)
from domain.listings.rules import has_read_it, known
from domain.listings.state import Listing
from domain.notices import NoticeReason, check_notice
from domain.refused import NotFound, Refused, _
from domain.zones import Zone

MOST_WAITING: Final = 50
"""Notices of one listing that may wait in a zone; by then its moderators know."""

# --- commands ---------------------------------------------------------------------------------------------------


class NotifyListing(Command, frozen=True):
    """Tell a zone what is wrong with a listing; `good_faith` is the statement article 16 asks for."""

    listing_id: str
    zone_id: str
    notice_id: str
    reason: NoticeReason
    why: str
    where: str = ""
    name: str = ""
    mail: str = ""
    language: str = "fr"
    good_faith: bool = False


class DecideNotice(Command, frozen=True):
    """Answer a notice; to hide the listing takes a ground."""

    listing_id: str
    zone_id: str
    notice_id: str
    outcome: NoticeOutcome
    sentence: str
    ground: Ground | None = None


class LodgeAppeal(Command, frozen=True):
    """Ask a zone to look again at what hides the listing, the event of version `against`."""

    listing_id: str
    zone_id: str
    appeal_id: str
    against: int
    why: str


class DecideAppeal(Command, frozen=True):
    """Answer an appeal: granted, the zone no longer hides the listing."""

    listing_id: str
    zone_id: str
    appeal_id: str
    outcome: AppealOutcome
    sentence: str


# --- decisions --------------------------------------------------------------------------------------------------


def notify_listing(command: NotifyListing, listing: Listing | None) -> list[ListingEvent]:
    """Anyone may, about what they see; whether they may see it is known where they look."""
    listing = known(listing)
    if command.zone_id not in listing.zones:
        raise NotFound(_("There is no such listing."))
    if command.notice_id in listing.objections.notices:
        return []
    check_notice(command.reason, command.why, command.mail, good_faith=command.good_faith)
    if len(listing.objections.waiting(command.zone_id)) >= MOST_WAITING:
        raise Refused(_("The moderators have many notices of this listing already, and will decide about it soon."))
    return [
        ListingNotified(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            notice_id=command.notice_id,
            of_version=listing.content_version,
            reason=command.reason,
            why=Private(command.zone_id, command.why.strip()),
            where=given(command.zone_id, command.where),
            name=given(command.notice_id, command.name),
            mail=given(command.notice_id, command.mail),
            language=command.language,
        )
    ]


def decide_notice(
    command: DecideNotice, listing: Listing | None, company: Company | None, zone: Zone
) -> list[ListingEvent]:
    """A moderator answers; what is hidden answers every other notice of it that waits, in the same words."""
    listing = known(listing)
    must_decide(command.actor, zone)
    notice = listing.objections.notices.get(command.notice_id)
    if notice is None or notice.zone_id != command.zone_id:
        raise NotFound(_("There is no such notice."))
    if was_answered_alike(notice.outcome, command.outcome):
        return []
    not_ones_own(command.actor, company, zone)
    has_read_it(command, listing)
    sentence = said(command.zone_id, command.sentence, _("Say why in a sentence: both sides read it."))
    about: dict[str, Any] = {"listing_id": command.listing_id, "zone_id": command.zone_id}
    if command.outcome == "kept":
        return [NoticeDecided(**about, notice_id=command.notice_id, outcome="kept", sentence=sentence)]
    if command.ground not in GROUNDS:
        raise Refused(_("Choose the ground on which it is hidden."), field="ground")
    answered: list[ListingEvent] = [
        NoticeDecided(**about, notice_id=one, outcome="hidden", sentence=sentence)
        for one in listing.objections.waiting(command.zone_id)
    ]
    if listing.zones[command.zone_id] == "rejected":
        return answered
    hidden = ListingRejected(
        **about,
        of_version=listing.content_version,
        ground=command.ground,
        sentence=sentence,
        notice_id=command.notice_id,
    )
    return [hidden, *answered]


def lodge_appeal(
    command: LodgeAppeal, listing: Listing | None, company: Company, decider: Decider | None
) -> list[ListingEvent]:
    """The company, within six months, once, against what is in force and hides its listing.

    A change that is asked for while the listing is shown restricts nothing, and there is no appeal against it.
    """
    listing = known(listing)
    if company.erased or not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such listing."))
    if decider is None or listing.objections.restrictions.get(command.zone_id) != command.against:
        raise Refused(_("This decision is no longer in force: there is nothing to appeal against."), field="why")
    before = _appealed(listing.objections.appeals.values(), command.zone_id, command.against)
    if before is not None:
        if before.outcome is not None:
            raise Refused(_("The zone has looked at this decision again already."), field="why")
        return []
    check_in_time(command.now, decider)
    return [
        AppealLodged(
            listing_id=command.listing_id,
            zone_id=command.zone_id,
            appeal_id=command.appeal_id,
            against=command.against,
            why=said(listing.company_id, command.why, _("Say why you disagree: somebody else reads it."), field="why"),
        )
    ]


def decide_appeal(
    command: DecideAppeal, listing: Listing | None, company: Company, zone: Zone, decider: Decider
) -> list[ListingEvent]:
    """Another person than who had decided, where the zone has one; granted, the zone shows the listing as it stands.

    What its company has closed meanwhile stays closed: it is the zone's decision that is lifted.
    """
    listing = known(listing)
    must_decide(command.actor, zone)
    appeal = listing.objections.appeals.get(command.appeal_id)
    if appeal is None or appeal.zone_id != command.zone_id:
        raise NotFound(_("There is no such appeal."))
    if was_answered_alike(appeal.outcome, command.outcome):
        return []
    decided = AppealDecided(
        listing_id=command.listing_id,
        zone_id=command.zone_id,
        appeal_id=command.appeal_id,
        outcome=command.outcome,
        sentence=said(command.zone_id, command.sentence, _("Say why in a sentence: the company reads it.")),
        by_another=judged_by_another(command.actor, decider, company, zone),
    )
    if command.outcome == "refused":
        return [decided]
    shown = ListingApproved(
        listing_id=command.listing_id,
        zone_id=command.zone_id,
        of_version=listing.content_version,
        appeal_id=command.appeal_id,
    )
    # First the answer: what is shown again leaves nothing to appeal against.
    return [decided, shown]


def _appealed(appeals: Iterable[Appeal], zone_id: str, against: int) -> Appeal | None:
    return next((one for one in appeals if (one.zone_id, one.against) == (zone_id, against)), None)
