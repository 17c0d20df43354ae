"""Matches for programs: set aside by a company, judged and introduced by a facilitator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from domain.commands import Receipt
from domain.matches import Dismissal, DismissMatch, Fault, JudgeMatch, RestoreMatch, Verdict, match_id
from domain.refused import Forbidden
from marketplace import match_words
from marketplace.reasons import exclusion, words
from projections import exchanges, listings, people
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.matches.judging import PAGE, Band, in_band
from web.api.documenting import MEMBER
from web.api.reading import IdempotencyKey, command_id, strictly
from web.api.representing import ListingOut, represented
from web.pages.matches import ends_of
from web.pages.zone_matches import introduction, pair_of
from web.policies import POLICIES
from web.visits import Visit, Visiting

MatchId = Annotated[str, Meta(max_length=200)]
"""Its two listings, as `LISTING~LISTING`."""


class SetAsideIn(Struct, forbid_unknown_fields=True):
    """Why one sets a match aside."""

    reason: Dismissal


class JudgedIn(Struct, forbid_unknown_fields=True):
    """What a match is worth; a poor one has a reason."""

    match_id: MatchId
    verdict: Verdict
    reason: Fault = ""


class IntroducedIn(Struct, forbid_unknown_fields=True):
    """The match whose companies are introduced."""

    match_id: MatchId


class Done(Struct):
    """The match it was about, and the position of what was recorded: 0 when nothing had to be."""

    match_id: str
    position: int


class ZoneMatchOut(Struct, kw_only=True):
    """A pair of a zone before its facilitator, with what was said of it."""

    match_id: str
    listings: list[ListingOut]
    points: int | None
    reasons: list[str]
    against: list[str]
    questions: list[str]
    excluded: str
    dismissed: Dismissal | None
    verdict: Verdict | None
    verdict_reason: Fault
    introduced_at: datetime | None


class ZoneMatches(Struct):
    """One page of a band; `next` is the cursor of the following one."""

    items: list[ZoneMatchOut]
    next: str | None = None


@post(
    "/api/v1/matches/{match_id:str}/dismiss",
    before_request=strictly(SetAsideIn),
    **MEMBER,
    status_code=200,
    summary="Set a match aside",
    tags=["Matches"],
)
async def dismiss(
    visit: Visiting, match_id: FromPath[str], data: JSONBody[SetAsideIn], key: IdempotencyKey = ""
) -> Done:
    """This pair never again, for either side; the other company is told nothing. `match_id` is `LISTING~LISTING`."""
    mine, other = await ends_of(visit, match_id)
    command = DismissMatch(
        **visit.signed(command_id(key)),
        listing_id=mine.listing_id,
        other_listing_id=other.listing_id,
        reason=data.reason,
    )
    return _done(mine, other, await visit.carry_out(visit.services.marketplace.dismiss_match, command))


@post(
    "/api/v1/matches/{match_id:str}/restore",
    **MEMBER,
    status_code=200,
    summary="Take that back",
    tags=["Matches"],
)
async def restore(visit: Visiting, match_id: FromPath[str], key: IdempotencyKey = "") -> Done:
    """Within a week, by the company that set it aside."""
    mine, other = await ends_of(visit, match_id)
    command = RestoreMatch(
        **visit.signed(command_id(key)), listing_id=mine.listing_id, other_listing_id=other.listing_id
    )
    return _done(mine, other, await visit.carry_out(visit.services.marketplace.restore_match, command))


@get("/api/v1/zones/{zone:str}/matches", **MEMBER, summary="The matches of a zone", tags=["Matches"])
async def zone_matches(
    visit: Visiting, zone: FromPath[str], band: FromQuery[Band] = "mail", after: FromQuery[str] = ""
) -> ZoneMatches:
    """For facilitators: those to mail, to study, in touch already, kept apart by a rule, and set aside."""
    here = await _facilitated(visit, zone)
    wording = visit.wording
    async with visit.reading(EXCHANGES, LISTINGS, MATCHES) as read:
        in_touch = [(row.listing_id, row.other_listing_id) for row in await read.all(exchanges.under_way_between())]
        found = await read.all(in_band(here.zone_id, band, after.replace("\0", ""), in_touch=in_touch))
        ids = [listing_id for row in found for listing_id in (row.a_id, row.b_id)]
        rows = {row.listing_id: row for row in await read.all(listings.among(ids))}
    items = [
        ZoneMatchOut(
            match_id=match_id(row.a_id, row.b_id),
            listings=[represented(rows[one], visit.viewer) for one in (row.a_id, row.b_id)],
            points=row.points,
            reasons=[words(reason, wording, rows[row.b_id].category) for reason in row.pro],
            against=[words(reason, wording, rows[row.b_id].category) for reason in row.contra],
            questions=[match_words.question(asked, wording, rows[row.b_id].category) for asked in row.ask],
            excluded=exclusion(row.code, wording) if row.code else "",
            dismissed=row.dismissed,
            verdict=row.verdict,
            verdict_reason=row.reason,
            introduced_at=row.introduced_at,
        )
        for row in found[:PAGE]
        if row.a_id in rows and row.b_id in rows
    ]
    return ZoneMatches(items, found[PAGE - 1].cursor if len(found) > PAGE else None)


@post(
    "/api/v1/zones/{zone:str}/matches/judge",
    before_request=strictly(JudgedIn),
    **MEMBER,
    status_code=200,
    summary="Judge a match",
    tags=["Matches"],
)
async def judge(visit: Visiting, zone: FromPath[str], data: JSONBody[JudgedIn], key: IdempotencyKey = "") -> Done:
    """A poor match leaves the mail of both companies; nobody is told of the verdict."""
    here = await _facilitated(visit, zone)
    one, other = await pair_of(visit, data.match_id)
    command = JudgeMatch(
        **visit.signed(command_id(key)),
        listing_id=one,
        other_listing_id=other,
        zone_id=here.zone_id,
        verdict=data.verdict,
        reason=data.reason,
    )
    receipt = await visit.carry_out(visit.services.marketplace.judge_match, command)
    return Done(match_id(one, other), receipt.position)


@post(
    "/api/v1/zones/{zone:str}/matches/introduce",
    before_request=strictly(IntroducedIn),
    **MEMBER,
    status_code=200,
    summary="Introduce two companies",
    tags=["Matches"],
)
async def introduce(
    visit: Visiting, zone: FromPath[str], data: JSONBody[IntroducedIn], key: IdempotencyKey = ""
) -> Done:
    """Both are written to, with the reasons of their match; once for each pair."""
    here = await _facilitated(visit, zone)
    one, other = await pair_of(visit, data.match_id)
    command = await introduction(visit, here, one, other, visit.signed(command_id(key)))
    receipt = await visit.carry_out(visit.services.marketplace.introduce_match, command)
    return Done(match_id(one, other), receipt.position)


async def _facilitated(visit: Visit, slug: str) -> people.Zone:
    here = await visit.zone(slug)
    if not visit.viewer.has_role(here.zone_id, *POLICIES["facilitator"].roles):
        raise Forbidden(POLICIES["facilitator"].refuses)
    return here


def _done(mine: listings.Listing, other: listings.Listing, receipt: Receipt) -> Done:
    return Done(match_id(mine.listing_id, other.listing_id), receipt.position)


handlers: list[Any] = [dismiss, restore, zone_matches, judge, introduce]
