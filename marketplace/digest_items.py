"""What a weekly mail says: the few things worth this member's minute, best first, none of them told before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.matching import MAILED
from domain.members import Member
from domain.places import Place
from domain.reasons import Reason
from marketplace.reading import Reading
from projections import exchanges, listings, matches, people
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.viewer import Viewer

MOST: Final = 8
MOST_TURNS: Final = 3
MOST_RENEWALS: Final = 3
LEAST_NEWS: Final = 2
"""Places kept for news when there are more matches than places."""
ENDS_WITHIN: Final = timedelta(days=10)
LOOKS_BACK: Final = {"weekly": timedelta(days=14), "fortnightly": timedelta(days=28), "monthly": timedelta(days=42)}
"""How far back news goes: twice the rhythm, so that a lost week is made up for."""
CANDIDATES: Final = 1_000
BETWEEN: Final = "~"
"""What stands between the two listings of a match's id."""


class Pair(Struct, frozen=True):
    """One of my listings and what goes with it: points from 0 to 100, and the reasons, the weightiest first."""

    match_id: str
    points: int
    mine: Listing
    other: Listing
    pro: tuple[Reason, ...] = ()
    contra: tuple[Reason, ...] = ()


class Found(Struct, frozen=True, kw_only=True):
    """What there is to say to one member; distances to news count from `home`, a site of theirs.

    `turns` are the exchanges that wait for one of their companies, `names` those of the companies in them. `also` are
    matches said with another one: the same listing goes with several of theirs.
    """

    turns: tuple[ExchangeRow, ...] = ()
    names: dict[str, str] = {}
    matches: tuple[Pair, ...] = ()
    renewals: tuple[Listing, ...] = ()
    news: tuple[Listing, ...] = ()
    also: tuple[str, ...] = ()
    home: Place | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of these things: never told again, but for what waits, which is told until it is done."""
        return (
            *(turn_item(row) for row in self.turns),
            *(pair.match_id for pair in self.matches),
            *self.also,
            *(renewal_item(listing) for listing in self.renewals),
            *(listing.listing_id for listing in self.news),
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The companies whose words stand in the mail."""
        spoken = [*self.renewals, *self.news]
        for pair in self.matches:
            spoken += [pair.mine, pair.other]
        waiting = {company_id for row in self.turns for company_id in (row.owner_id, row.asker_id)}
        return tuple(sorted({listing.company_id for listing in spoken} | waiting))


def turn_item(row: ExchangeRow) -> str:
    """A step of an exchange that waits; the same step, still owed a week later, is said again."""
    return f"{row.exchange_id}@{row.step}"


def renewal_item(listing: Listing) -> str:
    """A listing about to end, this time: renewed, it will be about to end again."""
    ends_on = listing.expires_at.astimezone(UTC).date() if listing.expires_at else None
    return f"{listing.listing_id}@{ends_on}"


def gather(read: Reading, viewer: Viewer, wishes: Member, told: frozenset[str], now: datetime) -> Found:
    """Ask the read models as the member may see them, and choose.

    The exchanges that wait for the member's companies, whatever topics they chose; matches of at least 65 points,
    listings of theirs that end within ten days, and what their zones began to show in the families that interest
    them, in this order of worth.
    """
    ours = _companies(viewer)
    turns = read.all(exchanges.mine(ours, "owed", now, limit=MOST_TURNS)) if ours else []
    mine = [listing for listing in _mine(read, ours) if listing.life == "open"]
    pairs = _pairs(read, viewer, mine, told) if "matches" in wishes.topics else []
    renewals = (
        [
            listing
            for listing in read.all(listings.to_renew(ours, now + ENDS_WITHIN))
            if listing.life == "open" and renewal_item(listing) not in told
        ]
        if "renewals" in wishes.topics and ours
        else []
    )
    news = _news(read, viewer, wishes, mine, told, now) if "news" in wishes.topics else []
    sites = read.all(people.sites(ours)) if ours else []
    home = Place(sites[0].latitude, sites[0].longitude) if sites else None
    return replace(choose(pairs, renewals, news, turns), home=home, names=_names(read, turns))


def choose(
    pairs: Iterable[Pair], renewals: Iterable[Listing], news: Iterable[Listing], turns: Iterable[ExchangeRow] = ()
) -> Found:
    """Eight things at most: who waits for an answer, what would be lost, then the closest matches, then news."""
    kept_turns = tuple(turns)[:MOST_TURNS]
    kept_renewals = tuple(renewals)[:MOST_RENEWALS]
    best: dict[str, Pair] = {}
    also: dict[str, list[str]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.points, pair.match_id)):
        if best.setdefault(pair.other.listing_id, pair) is not pair:
            also.setdefault(pair.other.listing_id, []).append(pair.match_id)
    fresh = [listing for listing in news if listing.listing_id not in best]
    places = MOST - len(kept_turns) - len(kept_renewals)
    kept_matches = tuple(best.values())[: places - min(LEAST_NEWS, len(fresh))]
    return Found(
        turns=kept_turns,
        matches=kept_matches,
        renewals=kept_renewals,
        news=tuple(fresh[: places - len(kept_matches)]),
        also=tuple(match_id for pair in kept_matches for match_id in also.get(pair.other.listing_id, ())),
    )


def _names(read: Reading, turns: Iterable[ExchangeRow]) -> dict[str, str]:
    """How the companies of these exchanges are called."""
    ids = sorted({company_id for row in turns for company_id in (row.owner_id, row.asker_id)})
    return {each.company_id: each.name for each in read.all(exchanges.companies(ids))} if ids else {}


def _mine(read: Reading, ours: list[str]) -> list[Listing]:
    return read.all(listings.of_companies(ours, limit=CANDIDATES)) if ours else []


def _news(
    read: Reading, viewer: Viewer, wishes: Member, mine: list[Listing], told: frozenset[str], now: datetime
) -> list[Listing]:
    """New listings of other companies in the families chosen, or in those the member's companies list in."""
    families = set(wishes.families) or {listing.family for listing in mine}
    seen = {listing_id for item in told for listing_id in item.split(BETWEEN)}
    since = now - LOOKS_BACK[wishes.frequency]
    return [
        listing
        for listing in read.all(listings.new_between(viewer.zones, since, now, limit=CANDIDATES))
        if listing.family in families and not viewer.acts_for(listing.company_id) and listing.listing_id not in seen
    ]


def _pairs(read: Reading, viewer: Viewer, mine: list[Listing], told: frozenset[str]) -> list[Pair]:
    """Pairs of the member's open listings with those of others that are shown, none told before."""
    found = [
        pair
        for pair in read.all(matches.of_companies(_companies(viewer), MAILED, limit=CANDIDATES))
        if pair.match_id not in told and not viewer.acts_for(pair.other_company)
    ]
    ours = {listing.listing_id: listing for listing in mine}
    others = {listing.listing_id: listing for listing in read.all(listings.among([pair.other_id for pair in found]))}
    return [
        Pair(pair.match_id, pair.points, ours[pair.mine_id], others[pair.other_id], pair.pro, pair.contra)
        for pair in found
        if pair.mine_id in ours and pair.other_id in others and others[pair.other_id].shown
    ]


def _companies(viewer: Viewer) -> list[str]:
    return [company.company_id for company in viewer.companies]
