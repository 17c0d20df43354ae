"""Matches as people treat them: looked at, set aside for a reason, judged and introduced by a facilitator.

Which pairs there are is computed elsewhere; what people say of a pair stands in its own stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from msgspec import Struct, field
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company
from domain.events import Event
from domain.listings import Listing
from domain.questions import Question
from domain.reasons import Reason
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

BETWEEN = "~"
"""What stands between the two listings of a match's id."""

Dismissal = Literal["too_far", "wrong_type", "quantity", "dealt_elsewhere", "not_them", "not_interesting"]
"""Why a company sets a match aside, for good."""
DISMISSALS: Final[tuple[Dismissal, ...]] = get_args(Dismissal)
Verdict = Literal["good", "poor"]
Fault = Literal["", "other_thing", "wrong_type", "quantity", "too_far", "tried"]
"""What a facilitator finds wrong with a match; nothing with a good one."""
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)[1:]

UNDO_WITHIN: Final = timedelta(days=7)
"""How long a company may take a dismissal back by itself."""


def match_id(one: str, other: str) -> str:
    """The id of a match, whichever of its listings is named first."""
    return BETWEEN.join(sorted((one, other)))


def stream_of(match: str) -> str:
    """The stream of a match."""
    return "match-" + match.replace("listing-", "")


# --- events -----------------------------------------------------------------------------------------------------


class MatchSeen(Event, frozen=True):
    """A company of the pair looked at the match on the site for the first time; a mail opened does not count."""

    match_id: str
    listing_id: str
    other_listing_id: str
    company_id: str
    at: datetime


class MatchDismissed(Event, frozen=True):
    """A company set the match of its listing aside: this pair never again; the other side is told nothing."""

    match_id: str
    listing_id: str
    other_listing_id: str
    company_id: str
    reason: Dismissal
    at: datetime


class MatchRestored(Event, frozen=True):
    """The company took its dismissal back."""

    match_id: str
    listing_id: str
    other_listing_id: str
    company_id: str
    at: datetime


class MatchJudged(Event, frozen=True):
    """A facilitator said what a match is worth; `reason` is empty for a good one."""

    match_id: str
    listing_id: str
    other_listing_id: str
    zone_id: str
    verdict: Verdict
    at: datetime
    reason: Fault = ""


class MatchIntroduced(Event, frozen=True):
    """A facilitator introduced the two companies to each other; `points`, `reasons` and `ask` are what was told."""

    match_id: str
    listing_id: str
    other_listing_id: str
    company_id: str
    other_company_id: str
    zone_id: str
    points: int
    at: datetime
    reasons: tuple[Reason, ...] = ()
    ask: tuple[Question, ...] = ()


MatchEvent = MatchSeen | MatchDismissed | MatchRestored | MatchJudged | MatchIntroduced

# --- state --------------------------------------------------------------------------------------------------------


class Judged(Struct, frozen=True):
    """A facilitator's word on a match."""

    verdict: Verdict
    reason: Fault = ""


class Match(Struct, frozen=True):
    """Which companies saw it, which set it aside and when, what each zone's facilitator said, and who introduced it."""

    seen_by: frozenset[str] = frozenset()
    dismissed_by: dict[str, tuple[Dismissal, datetime]] = field(default_factory=dict)
    judged_in: dict[str, Judged] = field(default_factory=dict)
    introduced_at: datetime | None = None


def evolve(match: Match | None, event: MatchEvent) -> Match:
    """The match after `event`."""
    match = match or Match()
    if isinstance(event, MatchSeen):
        return replace(match, seen_by=match.seen_by | {event.company_id})
    if isinstance(event, MatchDismissed):
        return replace(match, dismissed_by={**match.dismissed_by, event.company_id: (event.reason, event.at)})
    if isinstance(event, MatchRestored):
        left = {company: said for company, said in match.dismissed_by.items() if company != event.company_id}
        return replace(match, dismissed_by=left)
    if isinstance(event, MatchJudged):
        return replace(match, judged_in={**match.judged_in, event.zone_id: Judged(event.verdict, event.reason)})
    return replace(match, introduced_at=event.at)


# --- commands -----------------------------------------------------------------------------------------------------


class SeeMatch(Command, frozen=True):
    """Note that a company saw a match of its listing `listing_id`."""

    listing_id: str
    other_listing_id: str
    company_id: str


class DismissMatch(Command, frozen=True):
    """Set a match of one's own listing `listing_id` aside, for good."""

    listing_id: str
    other_listing_id: str
    reason: Dismissal


class RestoreMatch(Command, frozen=True):
    """Take one's dismissal back."""

    listing_id: str
    other_listing_id: str


class JudgeMatch(Command, frozen=True):
    """Say as a facilitator of `zone_id` what a match is worth."""

    listing_id: str
    other_listing_id: str
    zone_id: str
    verdict: Verdict
    reason: Fault = ""


class IntroduceMatch(Command, frozen=True):
    """Introduce the two companies of a match to each other, with what is known of it."""

    listing_id: str
    other_listing_id: str
    zone_id: str
    points: int
    reasons: tuple[Reason, ...] = ()
    ask: tuple[Question, ...] = ()


# --- decisions ----------------------------------------------------------------------------------------------------


def see_match(command: SeeMatch, match: Match | None, listing: Listing, company: Company) -> list[MatchEvent]:
    """Only the first view of each company counts, by somebody who acts for it."""
    if command.listing_id == command.other_listing_id:
        raise Refused(_("A listing does not match itself."))
    if listing.company_id != command.company_id or not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such match."))
    if match is not None and command.company_id in match.seen_by:
        return []
    return [
        MatchSeen(
            match_id=match_id(command.listing_id, command.other_listing_id),
            listing_id=command.listing_id,
            other_listing_id=command.other_listing_id,
            company_id=command.company_id,
            at=command.now,
        )
    ]


def dismiss_match(
    command: DismissMatch, match: Match | None, listing: Listing, other: Listing, company: Company
) -> list[MatchEvent]:
    """Someone of the listing's company sets the pair aside, unless an exchange stands between the two."""
    _is_pair(listing, other)
    _acts_for(command, listing, company)
    if command.reason not in DISMISSALS:
        raise Refused(_("Choose the reason in the list."), field="reason")
    if _deal_stands(listing, other):
        raise Conflict(_("An exchange stands between these two: give that up instead, with its reason."))
    reason, _at = (match or Match()).dismissed_by.get(company.company_id, ("", None))
    if reason == command.reason:
        return []
    return [
        MatchDismissed(
            match_id=match_id(listing.listing_id, other.listing_id),
            listing_id=listing.listing_id,
            other_listing_id=other.listing_id,
            company_id=company.company_id,
            reason=command.reason,
            at=command.now,
        )
    ]


def restore_match(command: RestoreMatch, match: Match | None, listing: Listing, company: Company) -> list[MatchEvent]:
    """The company that set it aside changes its mind within a week; the other side's own dismissal stays."""
    _acts_for(command, listing, company)
    if match is None or company.company_id not in match.dismissed_by:
        return []
    _reason, at = match.dismissed_by[company.company_id]
    if command.now > at + UNDO_WITHIN:
        raise Refused(_("A match set aside comes back within a week only. Contact the company through its listing."))
    return [
        MatchRestored(
            match_id=match_id(listing.listing_id, command.other_listing_id),
            listing_id=listing.listing_id,
            other_listing_id=command.other_listing_id,
            company_id=company.company_id,
            at=command.now,
        )
    ]


def judge_match(
    command: JudgeMatch, match: Match | None, listing: Listing, other: Listing, zone: Zone
) -> list[MatchEvent]:
    """A facilitator of a zone that has one of the listings says good, or poor and why; they may change their mind."""
    _is_pair(listing, other)
    _facilitates(command, listing, other, zone)
    if command.verdict == "poor" and command.reason not in FAULTS:
        raise Refused(_("Choose the reason in the list."), field="reason")
    said = Judged(command.verdict, command.reason if command.verdict == "poor" else "")
    if match is not None and match.judged_in.get(zone.zone_id) == said:
        return []
    return [
        MatchJudged(
            match_id=match_id(listing.listing_id, other.listing_id),
            listing_id=listing.listing_id,
            other_listing_id=other.listing_id,
            zone_id=zone.zone_id,
            verdict=said.verdict,
            reason=said.reason,
            at=command.now,
        )
    ]


def introduce_match(
    command: IntroduceMatch,
    match: Match | None,
    listing: Listing,
    other: Listing,
    zone: Zone,
    elsewhere: Mapping[str, Zone],
) -> list[MatchEvent]:
    """Once for each pair, while both are to be had, neither side set it aside, and they are not in touch already.

    `elsewhere` are the zones of the two listings: what none of them shows to this one is nothing it could introduce.
    """
    _is_pair(listing, other)
    _facilitates(command, listing, other, zone)
    if not all(_is_seen_from(zone, one, elsewhere) for one in (listing, other)):
        raise NotFound(_("There is no such match."))
    match = match or Match()
    if match.introduced_at is not None:
        raise Conflict(_("These two companies were introduced already."))
    if match.dismissed_by:
        raise Conflict(_("One of the two set this match aside: call before you introduce them."))
    if any(one.life != "open" or "approved" not in one.zones.values() for one in (listing, other)):
        raise Conflict(_("One of the two listings is no longer shown."))
    if "facilitator" in {listing.content.visibility, other.content.visibility}:
        raise Conflict(_("One of the two listings is for you alone: its company shows it to others first."))
    if _deal_stands(listing, other):
        raise Conflict(_("These two companies are in touch about it already."))
    return [
        MatchIntroduced(
            match_id=match_id(listing.listing_id, other.listing_id),
            listing_id=listing.listing_id,
            other_listing_id=other.listing_id,
            company_id=listing.company_id,
            other_company_id=other.company_id,
            zone_id=zone.zone_id,
            points=command.points,
            reasons=command.reasons,
            ask=command.ask,
            at=command.now,
        )
    ]


def _is_pair(listing: Listing, other: Listing) -> None:
    if listing.listing_id == other.listing_id:
        raise Refused(_("A listing does not match itself."))
    if listing.company_id == other.company_id or listing.side == other.side:
        raise NotFound(_("There is no such match."))


def _acts_for(command: Command, listing: Listing, company: Company) -> None:
    if company.company_id != listing.company_id or not company.is_represented_by(command.actor):
        raise Forbidden(_("Only someone who acts for one of the two companies can set a match aside."))


def _facilitates(command: Command, listing: Listing, other: Listing, zone: Zone) -> None:
    here = zone.zone_id in listing.zones or zone.zone_id in other.zones
    if not here or not zone.allows(command.actor, "facilitator", "administrator"):
        raise NotFound(_("There is no such match."))


def _is_seen_from(zone: Zone, listing: Listing, elsewhere: Mapping[str, Zone]) -> bool:
    """Whether a zone may know of a listing: shown there, to everyone, or to partners of a zone where it is."""
    if zone.zone_id in listing.zones or listing.content.visibility in {"public", "named"}:
        return True
    return listing.content.visibility == "partners" and any(
        elsewhere[home].is_partner_of(zone) for home in listing.zones if home in elsewhere
    )


def _deal_stands(listing: Listing, other: Listing) -> bool:
    """Whether the two companies have an open exchange about this pair, in the stream of either."""
    return any(
        exchange.is_open
        and exchange.asker_id == across.company_id
        and exchange.other_listing_id in (None, across.listing_id)
        for one, across in ((listing, other), (other, listing))
        for exchange in one.exchanges.values()
    )
