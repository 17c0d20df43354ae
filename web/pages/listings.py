"""The listings of a zone: found by words and facets, on a list or a plan, and shown one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from litestar import Request, Response
from litestar.params import FromPath

from domain import taxonomy
from domain.listings import PRICE_TERMS, SIDES
from domain.places import Place, distance_km
from domain.refused import NotFound, _
from marketplace.links import PAGES, Filter
from projections import listings, matches, people
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS, REACHES_KM, Search
from projections.matches import MATCHES
from projections.people import PEOPLE
from web import answers, exchange_views, views
from web.asking import Answered, asking, interests, left
from web.matching import match_cards, near_misses
from web.policies import page
from web.presenting import Presenter
from web.visits import Visit, Visiting, zone_view

LONGEST_SEARCH: Final = 200
LONGEST_ID: Final = 80
MATCHES_SHOWN: Final = 20
FACETS: Final = {
    "side": _("Kind"),
    "family": _("Family"),
    "condition": _("Condition"),
    "recurrence": _("How often"),
    "price": _("Terms"),
    "reach": _("Distance"),
}
SIDE_WORDS: Final = {"offer": _("Offers"), "request": _("Requests")}
RECURRENCE_WORDS: Final = {"once": _("Once"), "flow": _("Regularly")}

# --- found ------------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/listings", policy="anyone")
async def search(visit: Visiting, request: Request[Any, Any, Any], zone: FromPath[str]) -> Response[Any]:
    """Listings of a zone, by words and by facets, as a list or on the plan."""
    here = await visit.zone(zone)
    asked = _asked(request)
    centre, centre_name = await centre_of(visit, here)
    # Where a listing lies tells whose it is: distances and the plan are for those who may know the name.
    insider = here.zone_id in visit.viewer.zones
    if not insider:
        asked["reach"] = ()
    wanted = Search(
        zone_id=here.zone_id,
        text=asked["q"][0] if asked["q"] else "",
        sides=asked["side"],
        families=asked["family"],
        conditions=asked["condition"],
        recurrence=asked["recurrence"],
        prices=asked["price"],
        place=centre if insider else None,
        max_km=int(asked["reach"][0]) if asked["reach"] else None,
        sort="best" if asked["q"] else "newest",
    )
    cursor = request.query_params.get("after", "")[:LONGEST_SEARCH]
    view: Literal["list", "plan"] = "plan" if insider and request.query_params.get("view") == "plan" else "list"
    async with visit.reading(LISTINGS, MATCHES) as read:
        rows, following = listings.page_of(await read.all(listings.search(wanted, cursor)))
        counts = await read.all(listings.counts(wanted))
        ever = await read.one(listings.zone_counts(here.zone_id))
        matched = await read.all(matches.counts([row.listing_id for row in rows]))
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    how_many = {row.listing_id: row.pairs for row in matched}
    cards = [(row, show.card(row, how_many.get(row.listing_id, 0))) for row in rows]

    def address(**changes: Filter) -> str:
        kept = {name: values for name, values in asked.items() if values}
        return PAGES.listings(here.slug, **{**kept, "view": "plan" if view == "plan" else None, **changes})

    found = views.ListingsPage(
        zone=zone_view(here),
        total=next((row.n for row in counts if row.facet == "total"), 0),
        cards=tuple(card for _row, card in cards),
        facets=_facets(visit, asked, counts),
        query=wanted.text,
        chips=_chips(visit, asked, address),
        asked=tuple((name, value) for name, values in asked.items() if name != "q" for value in values),
        view=view,
        plan=show.plan(cards, centre, centre_name) if view == "plan" else None,
        list_address=address(view=None),
        plan_address=address(view="plan"),
        next=address(after=following) if following else None,
        first=address() if cursor else None,
        has_any=bool(ever and ever.offers + ever.requests),
        members_see=ever.offers + ever.requests if ever and not insider else 0,
    )
    return await visit.page("listings/list.html", found, zone=here, current="listings")


def _asked(request: Request[Any, Any, Any]) -> dict[str, tuple[Any, ...]]:
    """The filters of the address; what nobody offered is left out."""
    offered: dict[str, tuple[str, ...]] = {
        "side": SIDES,
        "family": tuple(family.code for family in taxonomy.families()),
        "condition": tuple(answers.ANSWERS["condition"]),
        "recurrence": tuple(RECURRENCE_WORDS),
        "price": PRICE_TERMS,
        "reach": tuple(str(km) for km in REACHES_KM),
    }
    words = request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    asked: dict[str, tuple[str, ...]] = {"q": (words,) if words else ()}
    for name, among in offered.items():
        ticked = set(request.query_params.getall(name, []))
        asked[name] = tuple(value for value in among if value in ticked)
    asked["reach"] = asked["reach"][:1]
    return asked


def _label(visit: Visit, facet: str, value: str) -> str:
    match facet:
        case "side":
            return visit.say(SIDE_WORDS[value])
        case "family":
            return taxonomy.label(value, visit.language)
        case "condition":
            return visit.say(answers.ANSWERS["condition"][value])
        case "recurrence":
            return visit.say(RECURRENCE_WORDS[value])
        case "price":
            return visit.say(answers.PRICE_WORDS[value])
        case _:
            return visit.say(_("within %(km)s km"), km=value)


def _facets(
    visit: Visit, asked: Mapping[str, tuple[str, ...]], counts: list[listings.Count]
) -> tuple[views.Facet, ...]:
    found: dict[str, dict[str, int]] = {}
    for row in counts:
        found.setdefault(row.facet, {})[row.value] = row.n
    facets = []
    for name, label in FACETS.items():
        here = found.get(name, {})
        values = [value for value in _in_order(name, here) if value and (here.get(value) or value in asked[name])]
        if name == "condition":
            values = [value for value in values if value in answers.ANSWERS["condition"]]
        options = tuple(
            views.FacetOption(
                value=value, label=_label(visit, name, value), count=here.get(value, 0), checked=value in asked[name]
            )
            for value in values
        )
        if len(options) > 1 or any(option.checked for option in options):
            facets.append(views.Facet(name=name, label=visit.say(label), options=options, single=name == "reach"))
    return tuple(facets)


def _in_order(facet: str, found: Mapping[str, int]) -> list[str]:
    """Grades, sides and distances in their own order; families by how many there are."""
    match facet:
        case "family":
            return list(found)
        case "side":
            return list(SIDES)
        case "condition":
            return list(answers.ANSWERS["condition"])
        case "recurrence":
            return list(RECURRENCE_WORDS)
        case "price":
            return list(PRICE_TERMS)
        case _:
            return [str(km) for km in REACHES_KM]


def _chips(visit: Visit, asked: Mapping[str, tuple[str, ...]], address: Callable[..., str]) -> tuple[views.Chip, ...]:
    return tuple(
        views.Chip(
            label=_label(visit, name, value),
            without=address(**{name: tuple(other for other in values if other != value)}),
        )
        for name, values in asked.items()
        if name != "q"
        for value in values
    )


async def centre_of(visit: Visit, here: people.Zone) -> tuple[Place, str]:
    """Where distances are counted from: the reader's own site, else the middle of the zone."""
    company_ids = [company.company_id for company in visit.viewer.companies]
    if company_ids:
        async with visit.reading(PEOPLE) as read:
            sites = await read.all(people.sites(company_ids))
        if sites:
            return Place(sites[0].latitude, sites[0].longitude), visit.say(_("You"))
    return Place(here.latitude, here.longitude), here.name


# --- shown ------------------------------------------------------------------------------------------------------


@page("/listings/{listing_id:str}", policy="anyone")
async def show_listing(visit: Visiting, request: Request[Any, Any, Any], listing_id: FromPath[str]) -> Response[Any]:
    """One offer or request, with what goes with it."""
    row = await seen(visit, listing_id)
    named = request.query_params.get("with", "")[:LONGEST_ID].replace("\0", "")
    origin = "mail" if request.query_params.get("from") == "mail" else "page"
    opened = "ask" in request.query_params
    panel = await asking(visit, row, named=named, origin=origin, opened=opened)
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
    answers_for = owns or visit.viewer.has_role(row.zone_id, "facilitator")
    centre, _name = await centre_of(visit, here)
    async with visit.reading(LISTINGS, MATCHES, EXCHANGES) as read:
        happened = await read.all(listings.history(row.listing_id)) if owns or runs else []
        cards = await match_cards(visit, read, show, [row], limit=MATCHES_SHOWN) if visit.viewer.signed_in else ()
        missed = await near_misses(read, show, row) if runs else ()
    asked = await interests(visit, row, answered) if answers_for else None
    known = row.company is not None and not owns
    metres = round(1000 * distance_km(centre, Place(row.latitude, row.longitude))) if known else None
    view = views.ListingPage(
        card=show.card(row, len(cards), metres),
        zone=zone_view(here),
        description=show.description(row),
        facts=show.facts(row),
        photos=row.photos,
        matches=cards,
        history=show.history(happened),
        decision=_decision(visit, row),
        owner=_owner(visit, row, asked, withdraw) if answers_for else None,
        near_misses=missed,
        contact_hidden=show.hides_contact(row),
        expires_on=row.expires_at.date() if row.expires_at else None,
        closed_at=row.closed_at,
        moderate=_moderation(visit, row) if moderates and row.status == "pending" and row.life == "open" else None,
        left=left(show, row) if row.life == "open" else None,
        asking=interest,
        interests=asked,
    )
    return await visit.page("listings/show.html", view, zone=here, status=status)


async def seen(visit: Visit, listing_id: str) -> listings.Listing:
    """A listing this reader may see; any other is missing to them."""
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(listing_id, visit.viewer.home_zone))
    if row is None:
        raise NotFound(_("There is no such listing."))
    return row


def _decision(visit: Visit, row: listings.Listing) -> views.Decision | None:
    if row.status != "rejected" or row.ground is None or row.decided_at is None:
        return None
    return views.Decision(ground=visit.say(answers.GROUND_WORDS[row.ground]), sentence=row.sentence, at=row.decided_at)


def _owner(
    visit: Visit, row: listings.Listing, asked: exchange_views.Interests | None, withdraw: views.Form | None
) -> views.OwnerActions:
    # A shared phone posts; to change what is posted takes a person.
    person = not visit.viewer.shared
    open_or_expired = row.life in ("open", "expired") and person
    return views.OwnerActions(
        seen_version=row.version,
        can_amend=row.life != "withdrawn" and person,
        can_renew=open_or_expired and row.expires_at is not None,
        can_withdraw=row.life != "withdrawn" and person,
        renew_command=visit.new_command(),
        withdraw=withdraw or visit.form(seen_version=row.version),
        unanswered=len(asked.waiting) if asked else 0,
        reasons=asked.reasons if asked else (),
    )


def _moderation(visit: Visit, row: listings.Listing) -> views.ModerationForms:
    return views.ModerationForms(
        approve_command=visit.new_command(),
        reject_command=visit.new_command(),
        seen_version=row.content_version,
    )


handlers = [search, show_listing]
