"""What a company sees of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from web.views.frame import Choice, View
from web.views.listings import ListingCard, MatchCard, SetAside

if TYPE_CHECKING:
    from web.exchange_views import Line
    from web.listing_views import Again, DraftLine
    from web.pooling_views import PoolCard
    from web.search_views import SavedSearch


class MyListing(View, frozen=True, kw_only=True):
    """One of my company's listings, with what it needs from me, if anything."""

    card: ListingCard
    needs: Literal["renew", "redate", "amend", ""] = ""
    expires_on: date | None = None
    new_matches: int = 0
    renew_command: str = ""
    seen_version: int = 0
    why: str = ""


class MyPage(View, frozen=True, kw_only=True):
    """`/me`: what needs me, my matches, my listings. `turns` are the first steps I owe in exchanges, of `owed`.

    `drafts` are not posted yet; `again` can be posted again in two taps; `sites` have a sheet for their dock each.

    `set_aside` are the matches that may still be taken back; `pools` what they could do with others;
    `charters` ask for my company's word, `federations` let me read their figures; `suspended` are the zones that
    suspend my company; `handovers` are zones I am asked to take over. `shared` are the group purchases my company is
    a guest of; a `guest` is of no zone, and has nothing else here.
    """

    matches: tuple[MatchCard, ...]
    listings: tuple[MyListing, ...]
    digest_day: str = ""
    searches: tuple[SavedSearch, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    turns: tuple[Line, ...] = ()
    owed: int = 0
    drafts: tuple[DraftLine, ...] = ()
    again: tuple[Again, ...] = ()
    sites: tuple[Choice, ...] = ()
    pools: tuple[PoolCard, ...] = ()
    charters: tuple[Choice, ...] = ()
    federations: tuple[Choice, ...] = ()
    suspended: tuple[Choice, ...] = ()
    handovers: tuple[Choice, ...] = ()
    shared: tuple[Choice, ...] = ()
    guest: bool = False

    @property
    def needing(self) -> tuple[MyListing, ...]:
        """Those that wait for an answer of mine."""
        return tuple(listing for listing in self.listings if listing.needs)
