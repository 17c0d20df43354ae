"""The moderation of a zone for programs: what waits, and each decision with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from domain.commands import Receipt
from domain.listings import ApproveListing, Ground, RejectListing, RequestAmendment, TakeBackDecision
from domain.refused import Forbidden, _
from projections import listings, moderation, people
from projections.listings import LISTINGS
from projections.moderation import MODERATION, PAGE
from web.api.documenting import MEMBER
from web.api.reading import IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly, without_nul
from web.api.representing import ListingOut, represented
from web.reviewing import in_zone
from web.visits import Visit, Visiting

LONGEST_CURSOR: Final = 200


class WaitingOut(Struct, kw_only=True):
    """A listing to be read; `shown` is online meanwhile. `due_at` is when the zone promises to have read the others.

    `flags` are the rules its words touch; `amended` says that an earlier text of it was decided about before. Decide
    with the listing’s `version` as `If-Match`.
    """

    listing: ListingOut
    since: datetime
    due_at: datetime | None
    shown: bool
    first: bool
    amended: bool
    flags: list[str]


class Queue(Struct):
    """What waits, the oldest first; `next` is the cursor of the following page."""

    items: list[WaitingOut]
    next: str | None = None


class Reasons(Struct, forbid_unknown_fields=True):
    """The ground of a decision, and the sentence its company reads."""

    ground: Ground
    sentence: Text


class TakingBack(Struct, forbid_unknown_fields=True):
    """The version at which the decision stands that is taken back, as it was answered."""

    decided_version: Annotated[int, Meta(ge=0, le=10**9)]


class Decided(Struct):
    """The version of the decision: with it, it can be taken back. It is 0 when somebody had decided the same before."""

    version: int


@get("/api/v1/zones/{zone:str}/moderation", **MEMBER, summary="What waits to be read", tags=["Moderation"])
async def queue(visit: Visiting, zone: FromPath[str], after: FromQuery[str] = "") -> Queue:
    """For moderators and administrators of the zone: first what is hidden until somebody decides, then the rest."""
    here = await _moderated(visit, zone)
    async with visit.reading(MODERATION, LISTINGS) as read:
        cases = await read.all(moderation.queue(here.zone_id, after[:LONGEST_CURSOR].replace("\0", "")))
        found = await read.all(listings.among([case.listing_id for case in cases]))
    rows = {row.listing_id: row for row in found}
    within = timedelta(hours=here.review_within_hours)
    items = [
        WaitingOut(
            listing=represented(rows[case.listing_id], visit.viewer),
            since=case.since,
            due_at=None if case.shown else case.since + within,
            shown=case.shown,
            first=case.first,
            amended=case.before is not None,
            flags=list(case.flags),
        )
        for case in cases[:PAGE]
        if case.listing_id in rows
    ]
    return Queue(items, cases[PAGE - 1].cursor if len(cases) > PAGE else None)


@post(
    "/api/v1/zones/{zone:str}/moderation/{listing_id:str}/approve",
    **MEMBER,
    status_code=200,
    summary="Approve a listing",
    tags=["Moderation"],
)
async def approve(
    visit: Visiting, zone: FromPath[str], listing_id: FromPath[str], key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Decided:
    """Show it in the zone; of what is shown already, say that it was read."""
    about = await _about(visit, zone, listing_id, key, if_match)
    return await _decide(visit, visit.services.marketplace.approve_listing, ApproveListing(**about))


@post(
    "/api/v1/zones/{zone:str}/moderation/{listing_id:str}/amend",
    before_request=strictly(Reasons),
    **MEMBER,
    status_code=200,
    summary="Ask for a change",
    tags=["Moderation"],
)
async def amend(
    visit: Visiting,
    zone: FromPath[str],
    listing_id: FromPath[str],
    data: JSONBody[Reasons],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Decided:
    """It stays its company’s, who is told what to change; once they answer, it waits to be read again."""
    about = await _about(visit, zone, listing_id, key, if_match)
    command = RequestAmendment(**about, ground=data.ground, sentence=without_nul(data.sentence))
    return await _decide(visit, visit.services.marketplace.request_amendment, command)


@post(
    "/api/v1/zones/{zone:str}/moderation/{listing_id:str}/reject",
    before_request=strictly(Reasons),
    **MEMBER,
    status_code=200,
    summary="Refuse a listing",
    tags=["Moderation"],
)
async def reject(
    visit: Visiting,
    zone: FromPath[str],
    listing_id: FromPath[str],
    data: JSONBody[Reasons],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Decided:
    """Keep it out of the zone; its company reads why."""
    about = await _about(visit, zone, listing_id, key, if_match)
    command = RejectListing(**about, ground=data.ground, sentence=without_nul(data.sentence))
    return await _decide(visit, visit.services.marketplace.reject_listing, command)


@post(
    "/api/v1/zones/{zone:str}/moderation/{listing_id:str}/take-back",
    before_request=strictly(TakingBack),
    **MEMBER,
    status_code=200,
    summary="Take a decision back",
    tags=["Moderation"],
)
async def take_back(
    visit: Visiting,
    zone: FromPath[str],
    listing_id: FromPath[str],
    data: JSONBody[TakingBack],
    key: IdempotencyKey = "",
) -> Decided:
    """The record keeps both; who was told of the decision is told of this, too."""
    about = await _about(visit, zone, listing_id, key, "")
    command = TakeBackDecision(**about, decided_version=data.decided_version)
    return await _decide(visit, visit.services.marketplace.take_back_decision, command)


async def _moderated(visit: Visit, slug: str) -> people.Zone:
    here = await visit.zone(slug)
    if not visit.viewer.has_role(here.zone_id, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone reviews its listings."))
    return here


async def _about(visit: Visit, slug: str, listing_id: str, key: str, if_match: str) -> dict[str, Any]:
    here = await _moderated(visit, slug)
    await in_zone(visit, here, listing_id)
    asked = {**visit.signed(command_id(key)), "seen_version": seen_version(if_match)}
    return {**asked, "listing_id": listing_id, "zone_id": here.zone_id}


async def _decide(visit: Visit, use_case: Callable[[Any], Receipt], command: Any) -> Decided:  # noqa: ANN401  # either
    receipt = await visit.carry_out(use_case, command)
    return Decided(receipt.version if receipt.position else 0)


handlers: list[Any] = [queue, approve, amend, reject, take_back]
