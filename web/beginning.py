"""What the form of a new listing begins with: a draft, an earlier listing of one's own, somebody else's, or a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from domain import taxonomy
from domain.lexicon import fold
from domain.listings import SIDES
from domain.refused import NotFound, _
from marketplace.links import PAGES
from projections import listings, people
from projections.listings import LISTINGS
from projections.people import PEOPLE
from web import listing_views
from web.forms import Answers
from web.listing_form import typed
from web.photo_field import TEXT, PhotosSent
from web.presenting import Presenter
from web.visits import Visit

LONGEST_ID: Final = 80
MOST_ANSWERS: Final = 100
"""Answers of a draft that are kept: several times as many as any form asks for."""
LOOKED_THROUGH: Final = 60
"""Listings of a company among which those to post again are chosen."""
AGAIN_SHOWN: Final = 4
USUAL: Final = {"visibility": "zone"}
OF_THE_DAY: Final = ("available_from", "available_to")
"""Answers of another day that are not taken over."""


class Beginning(Struct, frozen=True):
    """The answers a form begins with, its photos, and where they come from."""

    values: dict[str, str]
    sent: PhotosSent | None = None
    begun: listing_views.Begun = field(default_factory=listing_views.Begun)


async def beginning(visit: Visit, asked: Mapping[str, str]) -> Beginning:
    """What the address asks for; without anything, an empty form, and what the company posted before."""

    def named(name: str) -> str:
        return asked.get(name, "")[:LONGEST_ID].replace("\0", "")

    if named("draft"):
        return of_draft(await own_draft(visit, named("draft")))
    if named("again"):
        return await _again(visit, named("again"))
    if named("like"):
        return await _like(visit, named("like"))
    side, category = named("side"), named("category")
    values = {
        **USUAL,
        "side": side if side in SIDES else "",
        "category": category if category in taxonomy.CATEGORIES else "",
        **await _at(visit, named("site")),
    }
    named_one = values.get("for_company")
    companies = [named_one] if named_one else [company.company_id for company in visit.viewer.companies]
    chips = () if values["category"] else await posted_before(visit, companies)
    return Beginning(values, begun=listing_views.Begun(again=chips))


def of_draft(row: listings.DraftRow) -> Beginning:
    """A draft as it was kept."""
    values = {**USUAL, **row.answers, "for_company": row.company_id, "draft": row.listing_id}
    texts = {photo: row.answers.get(f"{TEXT}-{photo}", "") for photo in row.photos}
    kept = PhotosSent(row.listing_id, row.company_id, shown=row.photos, gone=(), waiting=(), texts=texts)
    return Beginning(values, kept, listing_views.Begun(kept_at=row.at))


async def kept_draft(visit: Visit, given: Answers, company_id: str) -> dict[str, Any]:
    """What a form goes on with that was kept as a draft: its stream, and the photos kept with it.

    Posted for another company than it was kept for, a form makes a listing of its own, and the draft stays; so it
    does when it was posted or thrown away in another window meanwhile.
    """
    named = given.raw("draft")
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.draft(named)) if named else None
        posted = await read.one(listings.listing(named)) if named and row is None else None
    if row is None:
        # Sent for the second time, it gets its first answer; sent anew, it reads that it is posted already.
        again = posted is not None and posted.company_id == company_id
        return {"stream": named, "shown": posted.photos} if posted and again else {}
    return {"stream": row.listing_id, "shown": row.photos} if row.company_id == company_id else {}


async def own_draft(visit: Visit, listing_id: str) -> listings.DraftRow:
    """A draft of the reader's company, or one that they kept for another; to anybody else there is none."""
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.draft(listing_id))
    if row is None:
        raise NotFound(_("There is no such draft."))
    return row


async def posted_before(visit: Visit, company_ids: Iterable[str]) -> tuple[listing_views.Again, ...]:
    """What these companies posted before and no longer have or seek, the last first, each once: to post it again."""
    mine = list(company_ids)
    if not mine:
        return ()
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.of_companies(mine, limit=LOOKED_THROUGH))
    there = {_said(row) for row in rows if row.life == "open"}
    found: dict[tuple[str, str, str], listing_views.Again] = {}
    for row in rows:
        if row.life != "open" and row.standing == "admitted" and row.status != "rejected" and _said(row) not in there:
            found.setdefault(_said(row), again(visit, row))
    return tuple(found.values())[:AGAIN_SHOWN]


def again(visit: Visit, row: listings.Listing) -> listing_views.Again:
    """A listing to be posted again, as a chip."""
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    return listing_views.Again(
        title=row.title,
        quantity=show.quantity(row),
        side=row.side,
        address=PAGES.begin_listing(again=row.listing_id),
    )


def _said(row: listings.Listing) -> tuple[str, str, str]:
    return row.side, row.category, fold(row.title).strip()


async def _again(visit: Visit, listing_id: str) -> Beginning:
    """An own listing once more, with today's dates and without its photos: those showed another lot."""
    row = await _seen(visit, listing_id)
    if not visit.viewer.acts_for(row.company_id) and not visit.viewer.has_role(row.zone_id, "facilitator"):
        raise NotFound(_("There is no such listing."))
    values = {name: said for name, said in typed(row, visit.wording).items() if name not in OF_THE_DAY}
    return Beginning({**values, "for_company": row.company_id}, begun=listing_views.Begun(same_as=row.title))


async def _like(visit: Visit, listing_id: str) -> Beginning:
    """The same need or surplus as somebody else's, or what answers theirs: never their words, photos or price.

    Of an offer, "I need this too" begins a request; the title is where the author starts from.
    """
    row = await _seen(visit, listing_id)
    title = Presenter(visit.viewer, visit.say, visit.language, visit.now).card(row).title
    chosen = {code: value for code, value in row.attributes.items() if not listings.is_text(code)}
    values = {
        **USUAL,
        "side": "request",
        "title": title,
        "category": row.category,
        "unit": row.unit,
        "per": row.per or "",
        **chosen,
    }
    return Beginning(values, begun=listing_views.Begun(like=title))


async def _at(visit: Visit, site_id: str) -> dict[str, str]:
    """A site of the reader's companies, as the sheet at its dock names it; any other is not taken over."""
    if not site_id:
        return {}
    async with visit.reading(PEOPLE) as read:
        sites = await read.all(people.sites([company.company_id for company in visit.viewer.companies]))
    return next(
        ({"site": site.site_id, "for_company": site.company_id} for site in sites if site.site_id == site_id), {}
    )


async def _seen(visit: Visit, listing_id: str) -> listings.Listing:
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(listing_id, visit.viewer.home_zone))
    if row is None or row.standing == "erased":
        raise NotFound(_("There is no such listing."))
    return row
