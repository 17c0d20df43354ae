"""The life of a listing in its author's hands, and in those of the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company
from domain.events import Private
from domain.exchanges import CHOSEN
from domain.listings import capturing
from domain.listings.capturing import Capture
from domain.listings.commands import (
    AmendListing,
    AskIfItHolds,
    Draft,
    ExpireListing,
    PostListing,
    RenewListing,
    WithdrawListing,
)
from domain.listings.covering import declined, what_is_left
from domain.listings.drafting import LIFETIME, checked
from domain.listings.events import (
    VISIBILITIES,
    Content,
    ListingAmended,
    ListingEnding,
    ListingEvent,
    ListingExpired,
    ListingPosted,
    ListingRenewed,
    ListingWithdrawn,
    Side,
    Spared,
)
from domain.listings.law import must_be_cleared, zones_that_take
from domain.listings.rules import has_read_it, known, may_act_for, may_post_for
from domain.listings.state import Listing, evolve
from domain.quantities import plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone, must_not_be_closed

ASKED_AHEAD: Final = timedelta(days=7)
"""How long before its end the company of a listing is asked whether it still holds."""
RENEWABLE: Final = timedelta(days=60)
"""How long after its end a listing can be brought back as it is."""
PHOTO_TEXT_LENGTH: Final = 200
UNREAD: Final = ("quantity", "max_km", "available_from", "available_to", "pickup")
"""What a zone does not read again when it changes: figures, days and taps, and no word of it."""


def post_listing(
    command: PostListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """A company posts in every zone that admits it; each zone's policy says whether it is reviewed first.

    What was kept as a draft becomes the listing, and keeps its id.
    """
    if listing is not None and listing.stage == "posted":
        raise Conflict(_("This listing is already posted."))
    may_post_for(command, company, zones)
    if listing is not None and listing.company_id != command.company_id:
        raise NotFound(_("There is no such draft."))
    place = company.sites.get(command.site_id)
    if place is None:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    admitted = tuple(sorted(company.zones))
    if not admitted:
        raise Forbidden(_("The zone has not admitted your company yet: its facilitator can do it in a minute."))
    open_zones = tuple(zone_id for zone_id in admitted if not zones[zone_id].is_closed(command.now))
    if not open_zones:
        must_not_be_closed(zones[admitted[0]], command.now)
    content = checked(command, command.side, command.company_id, command.draft)
    content = replace(content, photo_texts=_photo_texts(command.company_id, command.draft, content.photos, {}))
    shown_in = zones_that_take(content, open_zones, zones)
    captured = listing.captured if listing else None
    awaiting, spared = _read_first(command, command.side, content, captured, company, _among(zones, shown_in))
    return [
        ListingPosted(
            listing_id=command.listing_id,
            side=command.side,
            company_id=command.company_id,
            site_id=command.site_id,
            place=place,
            zones=shown_in,
            awaiting=awaiting,
            content=content,
            expires_at=_expiry(command.now, command.draft),
            spared=spared,
            captured_by=capturing.captured_by(command, company),
        )
    ]


def amend_listing(
    command: AmendListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """Changing words, category or attributes is reviewed again; other figures, days and terms of the pick-up are not.

    What a zone rejected it reads again, even one that else shows first and reviews after: nothing leads out otherwise.
    Whatever changes answers a zone that asked for a change, and so does the same again: the company stands by it.
    """
    listing = known(listing)
    may_act_for(command, company, zones)
    has_read_it(command, listing)
    if listing.life == "withdrawn":
        raise Refused(_("This listing was withdrawn. Post it again to bring it back."))
    before = listing.content
    content = checked(command, listing.side, listing.company_id, command.draft, before.photos)
    texts = _photo_texts(listing.company_id, command.draft, content.photos, before.photo_texts)
    content = replace(content, photo_texts=texts)
    asked = {zone for zone, review in listing.reviews.items() if review.verdict == "amend"}
    if content == listing.content and listing.life == "open" and not asked:
        return []
    _keep_promises(listing, content)
    if zones_that_take(content, listing.zones, zones) != tuple(listing.zones):
        raise Refused(_("One of its zones takes no listings of waste: post it anew for the others."), field="status")
    # Shown to fewer people, the same words need no second reading.
    narrower = VISIBILITIES.index(content.visibility) <= VISIBILITIES.index(before.visibility)
    unread = {name: getattr(before, name) for name in (*UNREAD, *(["visibility"] if narrower else []))}
    same_words = replace(content, **unread) == before
    kept_out = {zone for zone, status in listing.zones.items() if status == "rejected" or zone in asked}
    waiting = set() if same_words else {zone for zone, status in listing.zones.items() if status == "pending"}
    settled = kept_out | waiting
    hidden = {zone for zone in settled if listing.zones[zone] != "approved"}
    again = _among(zones, () if same_words else (zone for zone in listing.zones if zone not in settled))
    reviewed, spared = _read_first(command, listing.side, content, listing.captured, company, again)
    amended = ListingAmended(
        listing_id=command.listing_id,
        content=content,
        awaiting=tuple(sorted({*hidden, *reviewed})),
        expires_at=_expiry(command.now, command.draft),
        reworded=_reworded(before, content),
        spared=spared,
        answering=tuple(sorted(asked)),
    )
    return [amended, *what_is_left(evolve(listing, amended), command.now)]


def withdraw_listing(
    command: WithdrawListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """The company takes its listing back; asking twice is no fault."""
    listing = known(listing)
    may_act_for(command, company, zones)
    if listing.life == "withdrawn":
        return []
    reason = Private(listing.company_id, command.reason.strip()) if command.reason.strip() else None
    waiting = [one for one in listing.exchanges.values() if one.stage == "asked"]
    if waiting and command.decline not in CHOSEN:
        raise Refused(_("Companies wait for your answer: choose the reason they are told."), field="decline")
    return [
        ListingWithdrawn(listing_id=command.listing_id, reason=reason),
        *(declined(one, one.owner_id, command.decline, command.now) for one in waiting if command.decline),
    ]


def renew_listing(
    command: RenewListing, listing: Listing | None, company: Company, zones: dict[str, Zone]
) -> list[ListingEvent]:
    """One tap keeps a listing for another sixty days, and brings it back within sixty; a standing flow needs none."""
    listing = known(listing)
    may_act_for(command, company, zones)
    if listing.life == "withdrawn":
        raise Refused(_("This listing was withdrawn. Post it again to bring it back."))
    if listing.life == "fulfilled":
        raise Refused(_("Everything has found its place. If there is more, amend the quantity."))
    if listing.expires_at is None:
        return []
    if listing.life == "expired" and command.now >= listing.expires_at + RENEWABLE:
        raise Refused(_("It ended too long ago to be brought back: post it again, in two taps."))
    until = listing.content.available_to
    if until is not None and until < command.now.date():
        raise Refused(_("Its last day is past: amend the date to bring it back."))
    ends = command.now + LIFETIME
    ends = min(ends, _end_of(until)) if until else ends
    return [ListingRenewed(listing_id=command.listing_id, expires_at=ends)]


def ask_if_it_holds(command: AskIfItHolds, listing: Listing | None) -> list[ListingEvent]:
    """A week before a listing ends its company is asked once; asked again, or renewed meanwhile, nothing happens."""
    listing = known(listing)
    ends_at = listing.expires_at
    if listing.life != "open" or ends_at is None or not ends_at - ASKED_AHEAD <= command.now < ends_at:
        return []
    if listing.asked_about == ends_at:
        return []
    return [ListingEnding(listing_id=command.listing_id, expires_at=ends_at)]


def lasts_longer(ends_at: datetime | None, until: date | None, now: datetime) -> bool:
    """Whether a renewal would keep a listing with this end for longer; past its own last day it takes another date."""
    if ends_at is None or now >= ends_at + RENEWABLE:
        return False
    return until is None or ends_at < _end_of(until)


def last_day(ends_at: datetime) -> date:
    """The last day on which a listing with this end still stands."""
    return (ends_at.astimezone(UTC) - timedelta(microseconds=1)).date()


def expire_listing(command: ExpireListing, listing: Listing | None) -> list[ListingEvent]:
    """Only a listing whose time is over expires, whatever the scheduler thinks."""
    listing = known(listing)
    if listing.life != "open" or listing.expires_at is None or command.now < listing.expires_at:
        return []
    return [ListingExpired(listing_id=command.listing_id)]


def _keep_promises(listing: Listing, content: Content) -> None:
    """What was promised and collected stays: the quantity covers it, in the unit it was promised in."""
    settled = listing.promised + listing.taken
    if listing.side == "offer":
        settled += listing.given_elsewhere()
    under_way = settled or any(one.is_open for one in listing.exchanges.values())
    before, after = listing.content.quantity, content.quantity
    if under_way and (before.unit, before.per) != (after.unit, after.per):
        raise Refused(_("Exchanges are under way in this unit: it stays."), field="unit")
    if after.amount < settled:
        raise Refused(
            _("%(settled)s are promised or collected already: the quantity counts them too."),
            field="amount",
            settled=plain(settled),
        )
    if listing.life == "fulfilled" and after.amount <= settled:
        raise Refused(_("All of it was collected. If there is more, write the new total."), field="amount")
    statuses = [said.attributes.get("status") for said in (listing.content, content)]
    if listing.promised and (listing.content.category != content.category or statuses[0] != statuses[1]):
        raise Refused(_("Some of it is promised as what it is: its category and status stay."), field="category")


def _read_first(
    command: Command, side: Side, content: Content, captured: Capture | None, company: Company, zones: list[Zone]
) -> tuple[tuple[str, ...], dict[str, Spared]]:
    """Zones that read it before anyone sees it, and those that would have: by their policy, and where hazardous."""
    hazardous = must_be_cleared(side, content)
    awaiting: list[str] = []
    spared: dict[str, Spared] = {}
    for zone in zones:
        if zone.moderation == "after" and not hazardous:
            continue
        why = capturing.spared(command, content, captured, company, zone, hazardous=hazardous)
        if why is None:
            awaiting.append(zone.zone_id)
        else:
            spared[zone.zone_id] = why
    return tuple(awaiting), spared


def _among(zones: dict[str, Zone], zone_ids: Iterable[str]) -> list[Zone]:
    return [zones[zone_id] for zone_id in zone_ids]


def _expiry(now: datetime, draft: Draft) -> datetime | None:
    """Sixty days for what is there once; never beyond the last day it is available (to the end of it, UTC)."""
    ends = None if draft.quantity.per else now + LIFETIME
    if draft.available_to is None:
        return ends
    gone = _end_of(draft.available_to)
    return min(ends or gone, gone)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


def _photo_texts(
    company_id: str, draft: Draft, photos: tuple[str, ...], before: dict[str, Private]
) -> dict[str, Private]:
    """What is to be seen on the photos that are shown; what was said of one stays with it unless it is said anew."""
    if draft.photo_texts is None:
        return {photo: text for photo, text in before.items() if photo in photos}
    said = {photo: " ".join(draft.photo_texts.get(photo, "").split()) for photo in photos}
    if any(len(text) > PHOTO_TEXT_LENGTH for text in said.values()):
        raise Refused(
            _("What a photo shows is said in %(most)s characters at most."), field="photo", most=PHOTO_TEXT_LENGTH
        )
    return {photo: Private(company_id, text) for photo, text in said.items() if text}


def _reworded(before: Content, after: Content) -> tuple[str, ...]:
    """The texts that say something else now: title, description, or a detail that is written."""
    old, new = ({"title": said.title, "description": said.description, **said.typed} for said in (before, after))
    return tuple(name for name in dict.fromkeys((*old, *new)) if str(old.get(name, "")) != str(new.get(name, "")))
