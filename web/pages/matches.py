"""One match, seen from a listing of mine: set aside in one tap, taken back in another."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain import taxonomy
from domain.contradictions import EQUAL_IN_FAMILY
from domain.listings import MAX_REACH_KM
from domain.matches import BETWEEN, DISMISSALS, Dismissal, DismissMatch, RestoreMatch
from domain.refused import Forbidden, NotFound, Refused, _
from marketplace.application import NarrowReach
from marketplace.links import PAGES
from projections import listings, matches
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from projections.matches import MATCHES
from web.match_views import MatchPage, Narrower
from web.matching import cards_of, metres, set_aside
from web.pages.listings import seen
from web.policies import form, page
from web.presenting import Presenter
from web.views import SetAside
from web.visits import Visit, Visiting

REACHES: Final = (1, 2, 5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300)
"""Kilometres people think in."""
METRES: Final = 1000
LONGEST: Final = 200
AMENDED: Final[dict[Dismissal, tuple[str, str]]] = {
    "wrong_type": ("", _("Say more precisely what yours is")),
    "quantity": ("amount", _("Change the quantity of yours")),
    "dealt_elsewhere": ("amount", _("Settled for good? Change or withdraw yours")),
}
"""What may be amended after a dismissal: at which field, and how that is said."""


@page("/matches/{match_id:str}", policy="member")
async def show_match(visit: Visiting, match_id: FromPath[str]) -> Response[Any]:
    """The match with its reasons, to be set aside; or what follows from having done so."""
    mine, other = await ends_of(visit, match_id)
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    own = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(LISTINGS, MATCHES, EXCHANGES) as read:
        gone = await read.all(matches.dismissal(mine.listing_id, other.listing_id, own))
        aside = await set_aside(visit, read, show, gone)
        found = await read.all(matches.between(mine.listing_id, other.listing_id))
        cards = await cards_of(visit, read, show, [mine], found) if not aside else ()
    if not aside and not cards:
        raise NotFound(_("There is no such match."))
    view = _set_aside_page(visit, mine, other, aside[0], gone[0].reason) if aside else MatchPage(card=cards[0])
    here = await visit.zone(mine.zone_slug)
    return await visit.page("matches/show.html", view, zone=here, current="me")


@form("/matches/{match_id:str}/dismiss", policy="member")
async def dismiss(visit: Visiting, match_id: FromPath[str]) -> Response[Any]:
    """Set it aside, for good; the other side is told nothing."""
    mine, other = await ends_of(visit, match_id)
    given = await visit.answers()
    reason = given.choice("reason", DISMISSALS, missing=_("Choose the reason in the list."))
    if given.errors:
        raise Refused(_("Choose the reason in the list."))
    command = DismissMatch(
        **{**await visit.asked(), "seen_version": None},
        listing_id=mine.listing_id,
        other_listing_id=other.listing_id,
        reason=reason,  # type: ignore[arg-type]  # one of DISMISSALS, as `choice` promises
    )
    await visit.carry_out(visit.services.marketplace.dismiss_match, command)
    return visit.go(PAGES.match(mine.listing_id, other.listing_id))


@form("/matches/{match_id:str}/restore", policy="member")
async def restore(visit: Visiting, match_id: FromPath[str]) -> Response[Any]:
    """Take it back."""
    mine, other = await ends_of(visit, match_id)
    command = RestoreMatch(
        **{**await visit.asked(), "seen_version": None},
        listing_id=mine.listing_id,
        other_listing_id=other.listing_id,
    )
    await visit.carry_out(visit.services.marketplace.restore_match, command)
    visit.tell(visit.say(_("The match is back.")))
    if (await visit.answers()).raw("origin") == "me":
        return visit.go(f"{PAGES.me()}#matches")
    return visit.go(PAGES.match(mine.listing_id, other.listing_id))


@form("/listings/{listing_id:str}/reach", policy="member")
async def narrow_reach(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Look for matches of a listing within fewer kilometres; everything else it says stays."""
    row = await seen(visit, listing_id)
    if not visit.viewer.acts_for(row.company_id):
        raise Forbidden(_("Only the company that posts a listing can change it."))
    given = await visit.answers()
    km = given.whole("max_km", least=1, most=MAX_REACH_KM)
    if km is None:
        raise Refused(_("Choose a distance from 1 to %(most)s km."), most=MAX_REACH_KM)
    await visit.carry_out(
        visit.services.marketplace.narrow_reach,
        NarrowReach(**await visit.asked(), listing_id=listing_id, max_km=km),
    )
    visit.tell(visit.say(_("Done: matches of this listing now come from %(km)s km at most."), km=km))
    return visit.go(PAGES.listing(listing_id))


async def ends_of(visit: Visit, match_id: str) -> tuple[listings.Listing, listings.Listing]:
    """A listing of the reader's company and the one it goes with; whoever is neither side finds nothing here."""
    one, _between, other = match_id.replace("\0", "")[:LONGEST].partition(BETWEEN)
    async with visit.reading(LISTINGS) as read:
        rows = {row.listing_id: row for row in await read.all(listings.among([one, other]))}
    if one not in rows or other not in rows:
        raise NotFound(_("There is no such match."))
    if not visit.viewer.acts_for(rows[one].company_id):
        one, other = other, one
    if not visit.viewer.acts_for(rows[one].company_id) or visit.viewer.acts_for(rows[other].company_id):
        raise NotFound(_("There is no such match."))
    await _was_told(visit, rows[one], rows[other])
    return rows[one], rows[other]


async def _was_told(visit: Visit, mine: listings.Listing, other: listings.Listing) -> None:
    """Refuse a pair that is no match of theirs, and never was one they set aside."""
    own = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(MATCHES) as read:
        found = await read.all(matches.between(mine.listing_id, other.listing_id))
        gone = await read.all(matches.dismissal(mine.listing_id, other.listing_id, own))
    if not found and not gone:
        raise NotFound(_("There is no such match."))


def _set_aside_page(
    visit: Visit, mine: listings.Listing, other: listings.Listing, aside: SetAside, reason: Dismissal
) -> MatchPage:
    field, says = AMENDED.get(reason, ("", ""))
    if reason == "wrong_type":
        field = _missing(mine)
    return MatchPage(
        set_aside=aside,
        narrower=_narrower(visit, mine, other) if reason == "too_far" else None,
        amend=PAGES.complete_listing(mine.listing_id, field) if says and mine.life == "open" else "",
        amend_says=visit.say(says) if says else "",
    )


def _missing(mine: listings.Listing) -> str:
    """The first detail of what it is that a listing does not say; its category, when it says them all."""
    known = [taxonomy.ATTRIBUTES[code] for code in EQUAL_IN_FAMILY if code in taxonomy.ATTRIBUTES]
    asked = [attribute.code for attribute in known if attribute.applies_to(mine.category)]
    return next((code for code in asked if code not in mine.attributes), "category")


def _narrower(visit: Visit, mine: listings.Listing, other: listings.Listing) -> Narrower | None:
    """A smaller reach that leaves this one out, while the listing is there to be changed."""
    known = taxonomy.CATEGORIES.get(mine.category)
    reaches = int(mine.max_km or (known.reach_km if known else taxonomy.REACH_KM_UNKNOWN))
    instead = next_smaller(metres(mine, other), reaches)
    if instead is None or mine.life != "open":
        return None
    return Narrower(
        listing_id=mine.listing_id,
        title=mine.title,
        reaches=reaches,
        instead=instead,
        command_id=visit.new_command(),
        seen_version=mine.content_version,
    )


def next_smaller(away: int, reaches: int) -> int | None:
    """The largest usual reach in kilometres that ends before so many metres; None when that is no smaller, or none."""
    instead = max((km for km in REACHES if km * METRES < away), default=None)
    return instead if instead is not None and instead < reaches else None


handlers = [show_match, dismiss, restore, narrow_reach]
