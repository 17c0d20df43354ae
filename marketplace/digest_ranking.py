"""The rule of the weekly mail: of all there is to say to a member, the eight things worth their minute, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.places import Place
from domain.reasons import Reason
from projections.bulletins import BulletinRow
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.pooling import PoolRow
from projections.purchases import Concerned
from projections.searches import SavedSearch

MOST: Final = 8
MOST_TURNS: Final = 3
MOST_TO_SETTLE: Final = 2
MOST_BULLETINS: Final = 2
MOST_CLOSING: Final = 2
MOST_RENEWALS: Final = 3
MOST_POOLS: Final = 2
MOST_POLLS: Final = 1
LEAST_MATCHES: Final = 2
"""Places kept for matches, whatever the zone announces, ends or proposes."""
LEAST_NEWS: Final = 2
"""Places kept for what is new, when there are more matches than places."""
BETWEEN: Final = "~"
"""What stands between the two listings of a match's id."""
QUIET: Final = "quiet"
"""What a short note after silent weeks is called among the things that were told."""

Ask = Literal["confirm", "receive", "closing", "join", "poll"]
"""What a group purchase wants of a member: to confirm a pledge on changed terms, to say what arrived, to join before
it closes, to join, to say what they would take."""


What = Ask | Literal["turn", "bulletin", "renewal", "match", "pool", "hit", "news"]


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


class Buying(Struct, frozen=True):
    """A group purchase, and what it wants of the member."""

    row: Concerned
    ask: Ask


class Hint(Struct, frozen=True):
    """What would help after silent weeks: about one of the member's listings, or about having none.

    `companies` count those that look for what it offers, or offer what it looks for; where it is `missing` an answer
    of the form, those of them that give it. Without a listing they are those that list something of `category`, the
    most asked for or offered of all.
    """

    companies: int
    listing: Listing | None = None
    missing: str = ""
    category: str = ""


class Thing(Struct, frozen=True):
    """One of the eight: its id, what kind it is, what it is called (a shared need by its category), and its zone."""

    item: str
    kind: What
    title: str
    zone_id: str


class Found(Struct, frozen=True, kw_only=True):
    """What there is to say to one member; distances to news count from `home`, a site of theirs.

    `turns` are the exchanges that wait for one of their companies, `names` those of the companies in them. `also` are
    matches said with another one: the same listing goes with several of theirs. `pools` are what they could do with
    others; they name nobody. `hints` stand alone: they are for whoever had nothing to read for weeks.
    """

    turns: tuple[ExchangeRow, ...] = ()
    names: dict[str, str] = {}
    settling: tuple[Buying, ...] = ()
    bulletins: tuple[BulletinRow, ...] = ()
    closing: tuple[Buying, ...] = ()
    renewals: tuple[Listing, ...] = ()
    matches: tuple[Pair, ...] = ()
    pools: tuple[PoolRow, ...] = ()
    polls: tuple[Buying, ...] = ()
    hits: tuple[Hit, ...] = ()
    news: tuple[Listing, ...] = ()
    also: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    quiet_in: str = ""
    home: Place | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of these things, best first: never told again, but for what waits, told until it is done."""
        return (*self.things, *self.also, *((f"{QUIET}@{self.quiet_in}",) if self.hints else ()))

    @property
    def things(self) -> tuple[str, ...]:
        """The same, each of the eight once."""
        return tuple(thing.item for thing in self.listed)

    @property
    def listed(self) -> tuple[Thing, ...]:
        """The eight, for whoever looks at a mail before it leaves."""
        return (
            *(Thing(turn_item(row), "turn", row.title, row.zone_id) for row in self.turns),
            *(_bought(buying) for buying in self.settling),
            *(Thing(row.bulletin_id, "bulletin", row.title, row.zone_id) for row in self.bulletins),
            *(_bought(buying) for buying in self.closing),
            *(Thing(renewal_item(row), "renewal", row.title, row.zone_id) for row in self.renewals),
            *(Thing(pair.match_id, "match", pair.other.title, pair.other.zone_id) for pair in self.matches),
            *(Thing(pool.pooling_id, "pool", pool.category, pool.zone_id) for pool in self.pools),
            *(_bought(buying) for buying in self.polls),
            *(Thing(hit.listing.listing_id, "hit", hit.listing.title, hit.listing.zone_id) for hit in self.hits),
            *(Thing(row.listing_id, "news", row.title, row.zone_id) for row in self.news),
        )

    def within(self, zone_id: str) -> Found:
        """What of it is of one zone, and nothing that says what the reader keeps to themselves."""
        return replace(
            self,
            turns=tuple(row for row in self.turns if row.zone_id == zone_id),
            settling=tuple(buying for buying in self.settling if buying.row.zone_id == zone_id),
            bulletins=tuple(row for row in self.bulletins if row.zone_id == zone_id),
            closing=tuple(buying for buying in self.closing if buying.row.zone_id == zone_id),
            renewals=tuple(row for row in self.renewals if row.zone_id == zone_id),
            matches=tuple(pair for pair in self.matches if pair.other.zone_id == zone_id),
            pools=tuple(pool for pool in self.pools if pool.zone_id == zone_id),
            polls=tuple(buying for buying in self.polls if buying.row.zone_id == zone_id),
            hits=tuple(
                replace(hit, search=replace(hit.search, name="…"))
                for hit in self.hits
                if hit.listing.zone_id == zone_id
            ),
            news=tuple(row for row in self.news if row.zone_id == zone_id),
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The companies and zones whose words stand in the mail."""
        spoken = [*self.renewals, *(hit.listing for hit in self.hits), *self.news]
        spoken += [hint.listing for hint in self.hints if hint.listing]
        for pair in self.matches:
            spoken += [pair.mine, pair.other]
        waiting = {company_id for row in self.turns for company_id in (row.owner_id, row.asker_id)}
        bought = {buying.row.company_id for buying in (*self.settling, *self.closing, *self.polls)}
        zones = {bulletin.zone_id for bulletin in self.bulletins}
        return tuple(sorted({listing.company_id for listing in spoken} | waiting | zones | bought - {""}))


class Candidates(Struct, frozen=True, kw_only=True):
    """Everything there is to say to one member, each kind in its own order, before the places are given out."""

    turns: Sequence[ExchangeRow] = ()
    settling: Sequence[Buying] = ()
    bulletins: Sequence[BulletinRow] = ()
    closing: Sequence[Buying] = ()
    renewals: Sequence[Listing] = ()
    pairs: Iterable[Pair] = ()
    pools: Sequence[PoolRow] = ()
    polls: Sequence[Buying] = ()
    hits: Iterable[Hit] = ()
    news: Iterable[Listing] = ()


def choose(candidates: Candidates) -> Found:
    """Give the eight places out, kind by kind.

    1. Who waits for the member: exchanges, the most pressing first; then group purchases they are in.
    2. What their zones announce.
    3. What is over by the next mail: group purchases that close, then their own listings that end.
    4. Matches, the closest first. Two places are kept for them, and two for what is new, if there is any and room.
    5. What could be done together: shared needs, then new group purchases.
    6. What is new: in the searches they keep, then in the families they follow.

    Each kind has a most, so that none fills the mail alone, and what several of them have to say is said once, in the
    first of them.
    """
    best, also = _said_once(candidates.pairs)
    found = {
        hit.listing.listing_id: hit for hit in reversed(tuple(candidates.hits)) if hit.listing.listing_id not in best
    }
    sought = tuple(reversed(found.values()))
    fresh = [row for row in candidates.news if row.listing_id not in best and row.listing_id not in found]

    turns = tuple(candidates.turns)[:MOST_TURNS]
    settling = tuple(candidates.settling)[:MOST_TO_SETTLE]
    places = MOST - len(turns) - len(settling)
    kept = min(LEAST_MATCHES, len(best))
    room = places - kept
    bulletins = tuple(candidates.bulletins)[: min(MOST_BULLETINS, room)]
    room -= len(bulletins)
    closing = tuple(candidates.closing)[: min(MOST_CLOSING, room)]
    room -= len(closing)
    renewals = tuple(candidates.renewals)[: min(MOST_RENEWALS, room)]
    room -= len(renewals)
    pools = tuple(candidates.pools)[: min(MOST_POOLS, room)]
    room -= len(pools)
    polls = tuple(candidates.polls)[: min(MOST_POLLS, room)]

    places = room - len(polls) + kept
    matches = tuple(best.values())[: max(places - min(LEAST_NEWS, len(sought) + len(fresh)), kept)]
    places -= len(matches)
    hits = sought[:places]
    return Found(
        turns=turns,
        settling=settling,
        bulletins=bulletins,
        closing=closing,
        renewals=renewals,
        matches=matches,
        pools=pools,
        polls=polls,
        hits=hits,
        news=tuple(fresh[: places - len(hits)]),
        also=tuple(match_id for pair in matches for match_id in also.get(pair.other.listing_id, ())),
    )


def without(candidates: Candidates, left_out: frozenset[str]) -> Candidates:
    """What is left when somebody who answers for the mail took things out of it."""
    if not left_out:
        return candidates
    return replace(
        candidates,
        turns=[row for row in candidates.turns if turn_item(row) not in left_out],
        settling=[buying for buying in candidates.settling if buying_item(buying) not in left_out],
        bulletins=[row for row in candidates.bulletins if row.bulletin_id not in left_out],
        closing=[buying for buying in candidates.closing if buying_item(buying) not in left_out],
        renewals=[row for row in candidates.renewals if renewal_item(row) not in left_out],
        # A listing that is left out is left out of every match too.
        pairs=[
            pair for pair in candidates.pairs if left_out.isdisjoint({pair.match_id, *pair.match_id.split(BETWEEN)})
        ],
        pools=[row for row in candidates.pools if row.pooling_id not in left_out],
        polls=[buying for buying in candidates.polls if buying_item(buying) not in left_out],
        hits=[hit for hit in candidates.hits if hit.listing.listing_id not in left_out],
        news=[row for row in candidates.news if row.listing_id not in left_out],
    )


def turn_item(row: ExchangeRow) -> str:
    """A step of an exchange that waits; the same step, still owed a week later, is said again."""
    return f"{row.exchange_id}@{row.step}"


def renewal_item(listing: Listing) -> str:
    """A listing about to end, this time: renewed, it will be about to end again."""
    return f"{listing.listing_id}@{_day(listing.expires_at)}"


def buying_item(buying: Buying) -> str:
    """What a group purchase wants; that it closes on another day is something new."""
    closes = f"-{_day(buying.row.deadline)}" if buying.ask == "closing" else ""
    return f"{buying.row.purchase_id}@{buying.ask}{closes}"


def _bought(buying: Buying) -> Thing:
    return Thing(buying_item(buying), buying.ask, buying.row.title, buying.row.zone_id)


def spoken_of(items: Iterable[str]) -> frozenset[str]:
    """The listings, exchanges and purchases that things told before were about."""
    return frozenset(one for item in items for one in item.partition("@")[0].split(BETWEEN))


def _said_once(pairs: Iterable[Pair]) -> tuple[dict[str, Pair], dict[str, list[str]]]:
    """The closest pair of each listing of others, and the ids of the other pairs it stands in."""
    best: dict[str, Pair] = {}
    also: dict[str, list[str]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.points, pair.match_id)):
        if best.setdefault(pair.other.listing_id, pair) is not pair:
            also.setdefault(pair.other.listing_id, []).append(pair.match_id)
    return best, also


def _day(when: datetime | None) -> str:
    return str(when.astimezone(UTC).date() if when else None)
