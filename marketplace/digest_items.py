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
from marketplace.searching import Asked, search_of
from projections import exchanges, listings, matches, people, pooling, searches
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.pooling import PoolRow
from projections.searches import SavedSearch
from projections.viewer import Viewer

MOST: Final = 8
MOST_TURNS: Final = 3
MOST_RENEWALS: Final = 3
MOST_POOLS: Final = 2
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


class Hit(Struct, frozen=True):
    """Something new in a search the member keeps."""

    search: SavedSearch
    listing: Listing


class Found(Struct, frozen=True, kw_only=True):
    """What there is to say to one member; distances to news count from `home`, a site of theirs.

    `turns` are the exchanges that wait for one of their companies, `names` those of the companies in them. `also` are
    matches said with another one: the same listing goes with several of theirs. `pools` are what they could do with
    others; they name nobody.
    """

    turns: tuple[ExchangeRow, ...] = ()
    names: dict[str, str] = {}
    matches: tuple[Pair, ...] = ()
    renewals: tuple[Listing, ...] = ()
    hits: tuple[Hit, ...] = ()
    news: tuple[Listing, ...] = ()
    also: tuple[str, ...] = ()
    pools: tuple[PoolRow, ...] = ()
    home: Place | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of these things: never told again, but for what waits, which is told until it is done."""
        return (
            *(turn_item(row) for row in self.turns),
            *(pair.match_id for pair in self.matches),
            *self.also,
            *(renewal_item(listing) for listing in self.renewals),
            *(hit.listing.listing_id for hit in self.hits),
            *(listing.listing_id for listing in self.news),
            *(pool.pooling_id for pool in self.pools),
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The companies whose words stand in the mail."""
        spoken = [*self.renewals, *(hit.listing for hit in self.hits), *self.news]
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
    listings of theirs that end within ten days, what is new in the searches they keep, and what their zones began to
    show in the families that interest them, in this order of worth.
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
    hits = _hits(read, viewer, wishes, home, told, now)
    pools = _pools(read, viewer, wishes, told)
    return replace(choose(pairs, renewals, news, turns, hits, pools), home=home, names=_names(read, turns))


def choose(
    pairs: Iterable[Pair],
    renewals: Iterable[Listing],
    news: Iterable[Listing],
    turns: Iterable[ExchangeRow] = (),
    hits: Iterable[Hit] = (),
    pools: Iterable[PoolRow] = (),
) -> Found:
    """Eight things at most: who waits for an answer, what would be lost, then the closest matches, then what is new.

    What several of these have to say is said once, in the first of them.
    """
    kept_turns = tuple(turns)[:MOST_TURNS]
    kept_renewals = tuple(renewals)[:MOST_RENEWALS]
    best: dict[str, Pair] = {}
    also: dict[str, list[str]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.points, pair.match_id)):
        if best.setdefault(pair.other.listing_id, pair) is not pair:
            also.setdefault(pair.other.listing_id, []).append(pair.match_id)
    found = {hit.listing.listing_id: hit for hit in reversed(tuple(hits)) if hit.listing.listing_id not in best}
    sought = tuple(reversed(found.values()))
    fresh = [listing for listing in news if listing.listing_id not in best and listing.listing_id not in found]
    kept_pools = tuple(pools)[:MOST_POOLS]
    places = MOST - len(kept_turns) - len(kept_renewals) - len(kept_pools)
    kept_matches = tuple(best.values())[: places - min(LEAST_NEWS, len(sought) + len(fresh))]
    kept_hits = sought[: places - len(kept_matches)]
    return Found(
        turns=kept_turns,
        matches=kept_matches,
        renewals=kept_renewals,
        hits=kept_hits,
        pools=kept_pools,
        news=tuple(fresh[: places - len(kept_matches) - len(kept_hits)]),
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


def _pools(read: Reading, viewer: Viewer, wishes: Member, told: frozenset[str]) -> list[PoolRow]:
    """What is newly proposed to the member's companies, or in the home zone of a facilitator, and was not answered."""
    ours = _companies(viewer)
    mine = read.all(pooling.mine(ours)) if ours and "matches" in wishes.topics else []
    runs = viewer.has_role(viewer.home_zone, "facilitator", "administrator")
    proposed = [*mine, *(read.all(pooling.standing([viewer.home_zone])) if runs else [])]
    new = {pool.pooling_id: pool for pool in proposed if pool.stage == "proposed" and pool.pooling_id not in told}
    answered = {row.pooling_id for row in read.all(pooling.answers(list(new))) if row.company_id in ours}
    return [pool for pool in new.values() if pool.pooling_id not in answered]


def _hits(
    read: Reading, viewer: Viewer, wishes: Member, home: Place | None, told: frozenset[str], now: datetime
) -> list[Hit]:
    """What others listed that fits a search the member keeps, since it was kept: what was there, they saw then."""
    ours = _companies(viewer)
    seen = {listing_id for item in told for listing_id in item.split(BETWEEN)}
    seen |= {row.listing_id for row in read.all(matches.looked_at(ours))} if ours else set()
    zones = {zone.zone_id: zone for zone in read.all(people.zones_by_id(list(viewer.zones)))}
    slugs = {zone.slug: zone.zone_id for zone in zones.values()}
    found = []
    for saved in read.all(searches.of_member(viewer.member_id)):
        if not saved.by_mail or saved.zone_id not in zones:
            continue
        centre = home or Place(zones[saved.zone_id].latitude, zones[saved.zone_id].longitude)
        asked = Asked(text=saved.text, filters=saved.filters, sort="newest")
        wanted = search_of(asked, saved.zone_id, slugs, place=centre)
        if answer := read.one(listings.heard(wanted)):
            wanted = listings.reread(wanted, answer, exact=True)
        since = max(saved.saved_at, now - LOOKS_BACK[wishes.frequency])
        new = replace(wanted, since=since, without=tuple(ours), strict=True)
        rows = read.all(listings.search(new, limit=MOST + len(seen)))
        found += [Hit(saved, row) for row in rows if row.listing_id not in seen]
    return found


def _pairs(read: Reading, viewer: Viewer, mine: list[Listing], told: frozenset[str]) -> list[Pair]:
    """Pairs of the member's open listings with those of others that are shown, none told before.

    What waits for approval is told to nobody by mail, nor what a facilitator judged poor.
    """
    found = [
        pair
        for pair in read.all(matches.of_companies(_companies(viewer), MAILED, limit=CANDIDATES))
        if pair.match_id not in told and not (pair.awaiting or pair.poor) and not viewer.acts_for(pair.other_company)
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
