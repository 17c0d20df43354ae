"""What a weekly mail may say to a member: asked of the read models with their own rights, none of it told before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain.matching import MAILED
from domain.members import Member
from domain.places import Place
from marketplace.digest_ranking import (
    MOST,
    MOST_TURNS,
    Ask,
    Buying,
    Candidates,
    Found,
    Hit,
    Pair,
    buying_item,
    choose,
    renewal_item,
    spoken_of,
    without,
)
from marketplace.reading import Reading
from marketplace.searching import Asked, search_of
from projections import bulletins, exchanges, listings, matches, people, pooling, purchases, searches
from projections.bulletins import BulletinRow
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.pooling import PoolRow
from projections.purchases import Concerned
from projections.viewer import Viewer

LOOKS_AHEAD: Final = {"weekly": timedelta(days=10), "fortnightly": timedelta(days=17), "monthly": timedelta(days=38)}
"""What ends sooner than this is said now: three days more than the rhythm, so that the next mail is not too late."""
LOOKS_BACK: Final = {"weekly": timedelta(days=14), "fortnightly": timedelta(days=28), "monthly": timedelta(days=42)}
"""How far back news goes: twice the rhythm, so that a lost week is made up for."""
RECEIVED_WITHIN: Final = timedelta(days=60)
"""How long after a delivery somebody is still asked what arrived."""
CANDIDATES: Final = 1_000


class Reader(Struct, frozen=True):
    """Someone whose mail is gathered: their rights, what they wish, and what they were told before.

    `home` is the zone by whose clock their mail leaves; `left_out` is what those who answer for it took out.
    """

    viewer: Viewer
    wishes: Member
    home: people.Zone
    told: frozenset[str]
    now: datetime
    left_out: frozenset[str] = frozenset()

    @property
    def companies(self) -> list[str]:
        """The companies they act for."""
        return [company.company_id for company in self.viewer.companies]

    @property
    def since(self) -> datetime:
        """From when on something is news."""
        return self.now - LOOKS_BACK[self.wishes.frequency]

    @property
    def until(self) -> datetime:
        """Until when something ends before the next mail."""
        return self.now + LOOKS_AHEAD[self.wishes.frequency]

    @property
    def zones(self) -> tuple[str, ...]:
        """Their zones, but for those whose news they do not want."""
        return tuple(zone for zone in self.viewer.zones if zone not in self.wishes.without_zones)

    def wants(self, topic: str) -> bool:
        """Whether they want to read of this."""
        return topic in self.wishes.topics


def gather(read: Reading, reader: Reader) -> Found:
    """Ask the read models as the member may see them, and choose by the rule.

    What waits for them is said whatever topics they chose. Their own listings are never news to them, nor is what
    their companies looked at, had an exchange about, or set aside.
    """
    return _Gathering(read, reader).found()


class _Gathering:
    """What is asked for one member; what several kinds need is asked once."""

    def __init__(self, read: Reading, reader: Reader) -> None:
        self._read = read
        self._reader = reader
        self._ours = reader.companies

    def found(self) -> Found:
        reader, read = self._reader, self._read
        turns = read.all(exchanges.mine(self._ours, "owed", reader.now, limit=MOST_TURNS)) if self._ours else []
        buying = self._buying()
        bulletins = self._bulletins()
        candidates = Candidates(
            turns=turns,
            settling=[each for each in buying if each.ask in ("confirm", "receive")],
            bulletins=bulletins,
            closing=[each for each in buying if each.ask == "closing"],
            renewals=self._renewals() if reader.wants("renewals") else [],
            pairs=self._pairs() if reader.wants("matches") else [],
            pools=self._pools(),
            polls=[each for each in buying if each.ask in ("join", "poll")],
            hits=self._hits(),
            news=self._news() if reader.wants("news") else [],
        )
        found = choose(without(candidates, reader.left_out))
        along = {row.bulletin_id for row in bulletins if reader.wishes.hears(row.topic) == "along"}
        if along.issuperset(found.things):
            return Found()
        return replace(found, home=self.home, names=self._names(found.turns))

    # What several need -----------------------------------------------------------------------------------------------

    @cached_property
    def home(self) -> Place | None:
        """A site of theirs, from which distances to news count."""
        sites = self._read.all(people.sites(self._ours)) if self._ours else []
        return Place(sites[0].latitude, sites[0].longitude) if sites else None

    @cached_property
    def mine(self) -> list[Listing]:
        """The open listings of the member's companies."""
        rows = self._read.all(listings.of_companies(self._ours, limit=CANDIDATES)) if self._ours else []
        return [listing for listing in rows if listing.life == "open"]

    @cached_property
    def known(self) -> frozenset[str]:
        """The listings they know already: they looked at them, or had an exchange about them."""
        if not self._ours:
            return frozenset()
        looked = (row.listing_id for row in self._read.all(matches.looked_at(self._ours)))
        dealt = (row.listing_id for row in self._read.all(exchanges.ever_about(self._ours)))
        return frozenset((*looked, *dealt))

    @cached_property
    def families(self) -> frozenset[str]:
        """Those that interest them: what they chose, or else those their companies list in."""
        return frozenset(self._reader.wishes.families) or frozenset(listing.family for listing in self.mine)

    @cached_property
    def past(self) -> frozenset[str]:
        """Every listing that a mail told them of, or that they know otherwise."""
        return spoken_of(self._reader.told) | self.known

    # Kind by kind ---------------------------------------------------------------------------------------------------

    def _names(self, turns: Iterable[ExchangeRow]) -> dict[str, str]:
        """How the companies of these exchanges are called."""
        ids = sorted({company_id for row in turns for company_id in (row.owner_id, row.asker_id)})
        return {each.company_id: each.name for each in self._read.all(exchanges.companies(ids))} if ids else {}

    def _buying(self) -> list[Buying]:
        """The group purchases of their zones that want something of one of their companies."""
        reader = self._reader
        if not self._ours:
            return []
        rows = self._read.all(purchases.concerning(reader.zones, self._ours, reader.now - RECEIVED_WITHIN))
        asked = [Buying(row, ask) for row in rows if (ask := self._ask(row)) is not None]
        settled = ("confirm", "receive")
        return [
            each
            for each in asked
            if each.ask in settled or (reader.wants("news") and buying_item(each) not in reader.told)
        ]

    def _ask(self, row: Concerned) -> Ask | None:
        if row.unreceived:
            return "receive"
        if row.stage == "poll":
            return None if row.wished_too or row.company_id in self._ours else "poll"
        if row.stage != "open" or row.deadline is None or row.deadline <= self._reader.now:
            return None
        if row.waits:
            return "confirm"
        if row.pledged:
            return None
        return "closing" if row.deadline <= self._reader.until else "join"

    def _bulletins(self) -> list[BulletinRow]:
        """What their zones announce that is for them, and about which they want to hear."""
        reader = self._reader
        today = reader.now.astimezone(ZoneInfo(reader.home.time_zone)).date()
        rows = self._read.all(bulletins.standing(reader.zones, today))
        new = [row for row in rows if row.bulletin_id not in reader.told and reader.wishes.hears(row.topic) != "no"]
        if not any(row.families or row.trades for row in new):
            return new
        known = [self._read.one(people.company(company_id)) for company_id in self._ours]
        trades = [company.trade for company in known if company]
        families = self.families | {listing.family for listing in self.mine}
        return [row for row in new if row.is_for(trades, families)]

    def _renewals(self) -> list[Listing]:
        """Listings of theirs that end before the next mail."""
        rows = self._read.all(listings.to_renew(self._ours, self._reader.until)) if self._ours else []
        return [row for row in rows if row.life == "open" and renewal_item(row) not in self._reader.told]

    def _pairs(self) -> list[Pair]:
        """Pairs of the member's open listings with those of others that are shown, none told or looked at before.

        What waits for approval is told to nobody by mail, nor what a facilitator judged poor.
        """
        reader = self._reader
        found = [
            pair
            for pair in self._read.all(matches.of_companies(self._ours, MAILED, limit=CANDIDATES))
            if pair.match_id not in reader.told
            and pair.other_id not in self.known
            and not (pair.awaiting or pair.poor)
            and not reader.viewer.acts_for(pair.other_company)
        ]
        ours = {listing.listing_id: listing for listing in self.mine}
        others = {row.listing_id: row for row in self._read.all(listings.among([pair.other_id for pair in found]))}
        return [
            Pair(pair.match_id, pair.points, ours[pair.mine_id], others[pair.other_id], pair.pro, pair.contra)
            for pair in found
            if pair.mine_id in ours and pair.other_id in others and others[pair.other_id].shown
        ]

    def _pools(self) -> list[PoolRow]:
        """What is newly proposed to their companies, or in the home zone of a facilitator, and was not answered."""
        reader, read = self._reader, self._read
        mine = read.all(pooling.mine(self._ours)) if self._ours and reader.wants("matches") else []
        runs = reader.viewer.has_role(reader.viewer.home_zone, "facilitator", "administrator")
        proposed = [*mine, *(read.all(pooling.standing([reader.viewer.home_zone])) if runs else [])]
        new = {
            each.pooling_id: each
            for each in proposed
            if each.stage == "proposed" and each.pooling_id not in reader.told
        }
        answered = {row.pooling_id for row in read.all(pooling.answers(list(new))) if row.company_id in self._ours}
        return [pool for pool in new.values() if pool.pooling_id not in answered]

    def _news(self) -> list[Listing]:
        """New listings of other companies in the families chosen, or in those the member's companies list in."""
        reader = self._reader
        return [
            row
            for row in self._read.all(listings.new_between(reader.zones, reader.since, reader.now, limit=CANDIDATES))
            if row.family in self.families
            and not reader.viewer.acts_for(row.company_id)
            and row.listing_id not in self.past
        ]

    def _hits(self) -> list[Hit]:
        """What others listed that fits a search the member keeps, since it was kept: what was there, they saw then."""
        reader, read = self._reader, self._read
        kept = [saved for saved in read.all(searches.of_member(reader.viewer.member_id)) if saved.by_mail]
        if not kept:
            return []
        zones = {zone.zone_id: zone for zone in read.all(people.zones_by_id(list(reader.viewer.zones)))}
        around = (*zones.values(), *read.all(people.partner_zones(*reader.viewer.zones)))
        slugs = {zone.slug: zone.zone_id for zone in around}
        terms = tuple((term.words, term.concept) for term in read.all(listings.terms()))
        found = []
        for saved in kept:
            if saved.zone_id not in zones:
                continue
            centre = self.home or Place(zones[saved.zone_id].latitude, zones[saved.zone_id].longitude)
            asked = Asked(text=saved.text, filters=saved.filters, sort="newest")
            wanted = replace(search_of(asked, saved.zone_id, slugs, place=centre), terms=terms)
            new = replace(wanted, since=max(saved.saved_at, reader.since), without=tuple(self._ours), strict=True)
            rows = read.all(listings.search(new, limit=MOST + len(self.past)))
            found += [Hit(saved, row) for row in rows if row.listing_id not in self.past]
        return found
