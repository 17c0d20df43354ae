"""One listing: what it says, what goes with it, and what its company may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath

from domain.listings import last_day, lasts_longer
from domain.places import Place, distance_km
from domain.refused import NotFound, _
from marketplace.links import PAGES, Links
from projections import listings, people, record
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.record import RECORD
from web import answers, exchange_views, listing_views, views, waste_in_zone
from web.amendments import changes
from web.asking import Answered, asking, interests, left
from web.matching import match_cards, near_misses
from web.policies import page
from web.presenting import Presenter
from web.searching import centre_of
from web.structured import structured
from web.together import beside
from web.visits import Visit, Visiting, zone_view

LONGEST_ID: Final = 80
MATCHES_SHOWN: Final = 20
LONGEST_SUMMARY: Final = 200
LARGE: Final = 1280
EVERYONE: Final = frozenset({"public", "named"})
"""What is shown so is for search engines too."""


@page("/listings/{listing_id:str}", policy="anyone")
async def show_listing(visit: Visiting, request: Request[Any, Any, Any], listing_id: FromPath[str]) -> Response[Any]:
    """One offer or request, with what goes with it."""
    row = await seen(visit, listing_id)
    named = request.query_params.get("with", "")[:LONGEST_ID].replace("\0", "")
    origin = "mail" if request.query_params.get("from") == "mail" else "page"
    opened = "ask" in request.query_params
    amount = request.query_params.get("amount", "")[:LONGEST_ID]
    panel = await asking(visit, row, named=named, origin=origin, opened=opened, amount=amount)
    return await listing_page(visit, row, interest=panel)


async def listing_page(
    visit: Visit,
    row: listings.Listing,
    *,
    interest: exchange_views.Asking | None = None,
    answered: Answered | None = None,
    withdraw: views.Form | None = None,
    status: int = 200,
) -> Response[Any]:
    """The page of a listing; after a form that could not be carried out, with that form as it was sent."""
    here = await visit.zone(row.zone_slug)
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    runs = visit.viewer.has_role(row.zone_id, "facilitator", "moderator", "administrator")
    moderates = visit.viewer.has_role(row.zone_id, "moderator", "administrator")
    owns = visit.viewer.acts_for(row.company_id)
    member = owns or runs or row.zone_id in visit.viewer.zones
    answers_for = owns or visit.viewer.has_role(row.zone_id, "facilitator")
    centre, _name = await centre_of(visit, here)
    async with visit.reading(LISTINGS, MATCHES, EXCHANGES) as read:
        happened = await read.all(listings.history(row.listing_id)) if member else []
        cards = await match_cards(visit, read, show, [row], limit=MATCHES_SHOWN) if visit.viewer.signed_in else ()
        missed = await near_misses(read, show, row) if runs else ()
        stands = await read.all(listings.in_zones(row.listing_id)) if moderates else []
    asked = await interests(visit, row, answered) if answers_for else None
    known = row.company is not None and not owns
    metres = round(1000 * distance_km(centre, Place(row.latitude, row.longitude))) if known else None
    view = views.ListingPage(
        card=show.card(row, len(cards), metres),
        zone=zone_view(here),
        description=show.description(row),
        facts=(*show.facts(row), *waste_in_zone.facts(show, row, here)),
        photos=_photos(visit, row, show),
        matches=cards,
        beside=await beside(visit, row, here),
        history=_history(show, row, happened, insider=owns or runs),
        decision=await _decision(visit, row, here) if owns or runs else None,
        read_by=_read_by(row, here) if owns or runs else None,
        owner=_owner(visit, row, asked, withdraw) if answers_for else None,
        near_misses=missed,
        contact_hidden=show.hides_contact(row),
        expires_on=last_day(row.expires_at) if row.expires_at else None,
        closed_at=row.closed_at,
        moderate=_moderation(visit, row) if moderates and row.status == "pending" and row.life == "open" else None,
        left=left(show, row) if row.life == "open" else None,
        redact=_redact(visit, row, stands, moderates=moderates),
        record=PAGES.record(here.slug, row.listing_id) if moderates else "",
        asking=interest,
        interests=asked,
        again=PAGES.begin_listing(again=row.listing_id) if answers_for and row.life != "open" else "",
        like=PAGES.begin_listing(like=row.listing_id) if _may_like(visit, row) else "",
        shared=_shared(visit, row, here, show) if row.visibility in EVERYONE and not visit.viewer.signed_in else None,
    )
    return await visit.page("listings/show.html", view, zone=here, status=status)


def _shared(visit: Visit, row: listings.Listing, here: people.Zone, show: Presenter) -> views.Shared:
    links = Links(visit.services.settings.base_url)
    photo = links.photo(row.photos[0], LARGE) if row.photos else ""
    address = links.listing(row.listing_id)
    return views.Shared(
        address=address,
        summary=" · ".join([show.quantity(row), here.name, *show.description(row).splitlines()[:1]])[:LONGEST_SUMMARY],
        structured=structured(row, here, show, address, photo),
        photo=photo,
    )


async def seen(visit: Visit, listing_id: str) -> listings.Listing:
    """A listing this reader may see; any other is missing to them."""
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(listing_id, visit.viewer.home_zone))
    if row is None:
        raise NotFound(_("There is no such listing."))
    return row


def _photos(visit: Visit, row: listings.Listing, show: Presenter) -> tuple[listing_views.Photo, ...]:
    """The photos with what is to be seen on them: by their author's words, else which of them it is of what."""
    total, title = len(row.photos), show.card(row).title
    unsaid = _("Photo %(n)s of %(total)s: %(title)s")
    return tuple(
        listing_views.Photo(
            id=photo,
            text=show.masked(row.photo_texts.get(photo, ""), row) or visit.say(unsaid, n=n, total=total, title=title),
        )
        for n, photo in enumerate(row.photos, 1)
    )


def _history(
    show: Presenter, row: listings.Listing, happened: Sequence[listings.HistoryRow], *, insider: bool
) -> tuple[views.HistoryEntry, ...]:
    """What happened; to others of the zone what was amended, without the words that stood there before."""
    told = [each for each in happened if insider or each.what == "amended"]
    return show.history(told, lambda each: changes(show, each, row.category, texts=insider))


def _may_like(visit: Visit, row: listings.Listing) -> bool:
    """Whether the reader may seek the same: of an offer that is not their own."""
    companies = visit.viewer.companies
    return bool(companies) and row.side == "offer" and row.life == "open" and not visit.viewer.acts_for(row.company_id)


async def _decision(visit: Visit, row: listings.Listing, here: people.Zone) -> views.Decision | None:
    if row.ground is None or row.decided_at is None:
        return None
    async with visit.reading(RECORD) as read:
        said_no = await read.one(record.last(row.zone_id, row.listing_id, ("rejected", "change_asked")))
    return views.Decision(
        ground=visit.say(answers.GROUND_WORDS[row.ground]),
        sentence=row.sentence,
        at=row.decided_at,
        statement=PAGES.statement(here.slug, row.listing_id, said_no.version) if said_no else "",
    )


def _read_by(row: listings.Listing, here: people.Zone) -> datetime | None:
    """By when the zone promises to have read what waits for it; what its company is to change waits for nobody."""
    if row.status != "pending" or row.is_to_be_changed:
        return None
    return (row.amended_at or row.posted_at) + timedelta(hours=here.review_within_hours)


def _owner(
    visit: Visit, row: listings.Listing, asked: exchange_views.Interests | None, withdraw: views.Form | None
) -> views.OwnerActions:
    # A shared phone posts; to change what is posted takes a person.
    person = not visit.viewer.shared
    open_or_expired = row.life in ("open", "expired") and person
    longer = lasts_longer(row.expires_at, row.available_to, visit.now)
    return views.OwnerActions(
        seen_version=row.version,
        can_amend=row.life != "withdrawn" and person,
        can_renew=open_or_expired and longer,
        can_redate=open_or_expired and row.available_to is not None and not longer,
        can_withdraw=row.life != "withdrawn" and person,
        renew_command=visit.new_command(),
        withdraw=withdraw or visit.form(seen_version=row.version),
        unanswered=len(asked.waiting) if asked else 0,
        reasons=asked.reasons if asked else (),
    )


def _redact(visit: Visit, row: listings.Listing, stands: Sequence[listings.Listing], *, moderates: bool) -> str:
    """Where its words are erased; nothing for whom it is refused: what is shown somewhere cannot be without words."""
    if not row.title:
        return ""
    if visit.viewer.acts_for(row.company_id) and not visit.viewer.shared:
        return PAGES.redact_listing(row.listing_id) if row.life != "open" else ""
    shown = row.life == "open" and any(one.status == "approved" for one in stands)
    return PAGES.redact_listing(row.listing_id, row.zone_slug) if moderates and not shown else ""


def _moderation(visit: Visit, row: listings.Listing) -> views.ModerationForms:
    return views.ModerationForms(
        approve_command=visit.new_command(),
        seen_version=row.version,
    )


handlers = [show_listing]
