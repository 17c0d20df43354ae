"""Matches as people treat them: a pair of listings that somebody saw. Which pairs there are is computed elsewhere."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event
from domain.refused import Refused, _

BETWEEN = "~"
"""What stands between the two listings of a match's id."""


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


MatchEvent = MatchSeen

# --- state, commands, decisions -----------------------------------------------------------------------------------


class Match(Struct, frozen=True):
    """Which companies saw it."""

    seen_by: frozenset[str] = frozenset()


def evolve(match: Match | None, event: MatchEvent) -> Match:
    """The match after `event`."""
    match = match or Match()
    return replace(match, seen_by=match.seen_by | {event.company_id})


class SeeMatch(Command, frozen=True):
    """Note that a company saw a match of its listing `listing_id`."""

    listing_id: str
    other_listing_id: str
    company_id: str


def see_match(command: SeeMatch, match: Match | None) -> list[MatchEvent]:
    """Only the first view of each company counts."""
    if command.listing_id == command.other_listing_id:
        raise Refused(_("A listing does not match itself."))
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
