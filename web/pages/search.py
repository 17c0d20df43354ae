"""The search of a zone: its listings by words and facets, as a list, on the plan or as a feed, and kept for later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, Literal

from litestar import Request, Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain import taxonomy
from domain.listings import PRICE_TERMS, SIDES
from domain.members import LONGEST_NAME, DropSearch, SaveSearch
from domain.refused import NotFound, Refused, _
from domain.suggestions import suggest
from marketplace.links import PAGES, Filter, Links
from marketplace.reading import AsyncReading
from marketplace.searching import Asked, asked_for, search_of
from projections import listings, matches, pooling, searches
from projections.listings import LISTINGS, REACHES_KM, RECURRENCES
from projections.matches import MATCHES
from projections.pooling import POOLING
from projections.searches import SEARCHES
from projections.viewer import Viewer
from web import answers, search_views, views
from web.feeds import ENTRIES, feed
from web.forms import Answers
from web.policies import form, page
from web.presenting import Presenter
from web.saved_searches import kept_as
from web.searching import BELOW, FACETS, Scope, label, scope_of, understood, wanted
from web.visits import Visit, Visiting, zone_view
from web.zone_plan import plan_of

LONGEST_CURSOR: Final = 200
FEW: Final = 3
"""With fewer listings than these, other categories are proposed."""
ORDERS: Final[dict[listings.Sort, str]] = {
    "best": _("Most relevant"),
    "match": _("For my listings"),
    "newest": _("Newest"),
    "nearest": _("Nearest"),
    "ending": _("Ending soon"),
}


# --- found ------------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/listings", policy="anyone")
async def search(visit: Visiting, request: Request[Any, Any, Any], zone: FromPath[str]) -> Response[Any]:
    """Listings of a zone, by words and by facets, as a list or on the plan."""
    here = await visit.zone(zone)
    scope = await scope_of(visit, here)
    asked = scope.asked(lambda name: request.query_params.getall(name, []))
    return await _found(visit, scope, asked, request.query_params)


async def _found(
    visit: Visit, scope: Scope, asked: Asked, params: Mapping[str, str], saving: Answers | None = None
) -> Response[Any]:
    here = scope.zone
    cursor = params.get("after", "")[:LONGEST_CURSOR].replace("\0", "")
    view: Literal["list", "plan"] = "plan" if scope.insider and params.get("view") == "plan" else "list"
    async with visit.reading(LISTINGS, MATCHES, POOLING) as read:
        meant = await wanted(visit, read, scope, asked)
        rows, following = listings.page_of(await read.all(listings.search(meant.search, cursor)))
        counts = await read.all(listings.counts(meant.search))
        total = next((row.n for row in counts if row.facet == "total"), 0)
        around = await _around(visit, read, meant.search) if asked.text and total < FEW else {}
        ever = await read.one(listings.zone_counts(here.zone_id))
        matched = await read.all(matches.counts([row.listing_id for row in rows]))
        outlets = await read.all(pooling.outlets([here.zone_id])) if view == "plan" else []
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    how_many = {row.listing_id: row.pairs for row in matched}
    several = len(asked.chosen("zone")) > 1 or any(row.zone_id != here.zone_id for row in rows)
    cards = [
        (row, replace(show.card(row, how_many.get(row.listing_id, 0)), zone=row.zone_name if several else ""))
        for row in rows
    ]

    def address(**changes: Filter) -> str:
        return PAGES.listings(here.slug, **{**asked.query, "view": "plan" if view == "plan" else None, **changes})

    chips = _chips(visit, scope, asked, address)
    may_save = visit.viewer.signed_in and not visit.viewer.shared and bool(asked.text or asked.filters)
    kept = await kept_as(visit, here, asked) if may_save and saving is None else ""
    corrected = meant.search.text != asked.text
    found = search_views.ListingsPage(
        zone=zone_view(here),
        total=total,
        cards=tuple(card for _row, card in cards),
        facets=_facets(visit, scope, asked, counts),
        below=_below(visit, asked, counts),
        query=meant.search.text,
        typed=asked.text if corrected else "",
        as_typed=address(exact=1) if corrected else "",
        partly=meant.partly and total > 0,
        near=tuple(
            search_views.Near(
                label=taxonomy.label(code, visit.language),
                address=address(q=None, exact=None, family=code.partition(".")[0], category=code),
                count=n,
            )
            for code, n in around.items()
        ),
        chips=chips,
        orders=_orders(visit, scope, asked, meant.search.sort, address) if total > 1 else (),
        sort=asked.sort or "",
        asked=tuple((name, value) for name, values in asked.filters.items() for value in values),
        view=view,
        plan=plan_of(cards, scope.centre, scope.centre_name, outlets) if view == "plan" else None,
        address=address(),
        list_address=address(view=None),
        plan_address=address(view="plan"),
        feed=PAGES.feed(here.slug, **{**asked.query, "zone": None, "reach": None, "sort": None}),
        next=address(after=following) if following else None,
        first=address() if cursor else None,
        has_any=bool(ever and ever.offers + ever.requests),
        members_see=ever.offers + ever.requests if ever and not scope.insider else 0,
        saving=visit.form(saving) if saving or (may_save and not kept) else None,
        kept=kept,
        suggested=", ".join(filter(None, [asked.text, *(chip.label for chip in chips)]))[:LONGEST_NAME],
    )
    status = 422 if saving else 200
    return await visit.page("listings/list.html", found, zone=here, current="listings", status=status)


async def _around(visit: Visit, read: AsyncReading, search: listings.Search) -> dict[str, int]:
    """The categories that such words lead to and that hold something, with how much."""
    likely = [leaf.code for leaf in suggest(search.text, visit.language, terms=search.terms)]
    asked = replace(search, text="", fitting=None, families=(), categories=tuple(likely))
    found = {row.value: row.n for row in await read.all(listings.counts(asked)) if row.facet == "category"}
    return {code: found[code] for code in likely if found.get(code)}


def _orders(
    visit: Visit, scope: Scope, asked: Asked, current: listings.Sort, address: Callable[..., str]
) -> tuple[search_views.Order, ...]:
    possible = {
        "best": bool(asked.text),
        "match": scope.insider and bool(visit.viewer.companies),
        "nearest": scope.insider,
    }
    usual = "best" if asked.text else "newest"
    return tuple(
        search_views.Order(
            label=visit.say(said), address=address(sort=None if sort == usual else sort), current=sort == current
        )
        for sort, said in ORDERS.items()
        if possible.get(sort, True)
    )


def _facets(
    visit: Visit, scope: Scope, asked: Asked, counts: Sequence[listings.Count]
) -> tuple[search_views.Facet, ...]:
    found = _by_facet(counts)
    slugs = {zone.zone_id: slug for slug, zone in scope.zones.items()}
    found["zone"] = {slugs[zone_id]: n for zone_id, n in found.get("zone", {}).items() if zone_id in slugs}
    in_order: dict[str, Sequence[str]] = {
        "zone": tuple(scope.zones) if len(scope.zones) > 1 else (),
        "side": SIDES,
        "family": tuple(found.get("family", {})),
        "condition": tuple(answers.ANSWERS["condition"]),
        "recurrence": RECURRENCES,
        "price": PRICE_TERMS,
        "reach": tuple(str(km) for km in REACHES_KM),
    }
    facets = []
    for name, said in FACETS.items():
        chosen = asked.chosen(name) or ((scope.zone.slug,) if name == "zone" else ())
        here = found.get(name, {})
        facet = _facet(visit, scope, name, [value for value in in_order[name] if here.get(value)], chosen, here)
        if len(facet.options) > 1 or asked.chosen(name):
            facets.append(replace(facet, label=visit.say(said), single=name == "reach"))
    return tuple(facets)


def _below(visit: Visit, asked: Asked, counts: Sequence[listings.Count]) -> search_views.Facet | None:
    """The categories of the families chosen, the fullest first."""
    here = _by_facet(counts).get("category", {})
    within = [value for value in here if value.partition(".")[0] in asked.chosen("family")]
    facet = _facet(visit, None, "category", within, asked.chosen("category"), here)
    return replace(facet, label=visit.say(BELOW)) if facet.options else None


def _facet(
    visit: Visit, scope: Scope | None, name: str, values: Sequence[str], chosen: Sequence[str], found: Mapping[str, int]
) -> search_views.Facet:
    options = tuple(
        views.FacetOption(
            value=value,
            label=label(visit, scope, name, value),
            count=found.get(value, 0),
            checked=value in chosen,
        )
        for value in (*values, *(value for value in chosen if value not in values))
    )
    return search_views.Facet(name=name, label="", options=options)


def _by_facet(counts: Sequence[listings.Count]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in counts:
        found.setdefault(row.facet, {})[row.value] = row.n
    return found


def _chips(visit: Visit, scope: Scope, asked: Asked, address: Callable[..., str]) -> tuple[search_views.Chip, ...]:
    """One for each answer; a family's goes with what was chosen within it."""
    chips = []
    for name, values in asked.filters.items():
        for value in values:
            changes = {name: tuple(other for other in values if other != value)}
            if name == "family":
                kept = (code for code in asked.chosen("category") if code.partition(".")[0] != value)
                changes["category"] = tuple(kept)
            chips.append(search_views.Chip(label=label(visit, scope, name, value), without=address(**changes)))
    return tuple(chips)


# --- as a feed --------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/listings.atom", policy="anyone")
async def follow(visit: Visiting, request: Request[Any, Any, Any], zone: FromPath[str]) -> Response[bytes]:
    """The newest listings that the zone shows to everyone: a feed is read by programs, which are nobody."""
    here = await visit.zone(zone)
    asked = replace(asked_for(lambda name: request.query_params.getall(name, [])), sort="newest")
    async with visit.services.reader.reading(Viewer()) as read:
        meant = await understood(read, search_of(asked, here.zone_id), exact=asked.exact)
        rows, _following = listings.page_of(await read.all(listings.search(meant.search, limit=ENTRIES)), ENTRIES)
    show = Presenter(Viewer(), visit.say, visit.language, visit.now)
    links = Links(visit.services.settings.base_url)
    text = feed(here, asked, rows, show, links)
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": f'"{sha256(text).hexdigest()[:32]}"',
        "Vary": "Accept-Language, Cookie",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers, media_type="application/atom+xml")
    return Response(text, headers=headers, media_type="application/atom+xml; charset=utf-8")


# --- kept -------------------------------------------------------------------------------------------------------


@form("/z/{zone:str}/searches", policy="member")
async def save(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Keep a search: to open it again, and to be told by mail what new things it finds."""
    here = await visit.zone(zone)
    scope = await scope_of(visit, here)
    filled = await visit.answers()
    asked = scope.asked(filled.all)
    command = SaveSearch(
        **await visit.asked(),
        member_id=visit.viewer.member_id,
        search_id=visit.new_id("search"),
        zone_id=here.zone_id,
        name=filled.text("name", most=LONGEST_NAME, missing=_("Give the search a name.")),
        text=asked.text,
        filters=asked.filters,
        by_mail="1" in filled.all("by_mail"),
    )
    if filled.errors:
        return await _found(visit, scope, asked, {}, filled)
    try:
        await visit.carry_out(visit.services.marketplace.save_search, command)
    except Refused as refusal:
        filled.refused(refusal, otherwise="name")
        return await _found(visit, scope, asked, {}, filled)
    async with visit.reading(LISTINGS, MATCHES, POOLING) as read:
        meant = await wanted(visit, read, scope, asked)
        any_yet = await read.one(listings.search(meant.search, limit=1))
    if any_yet is None and command.by_mail:
        visit.tell(visit.say(_("Saved. Nothing yet: you will be told by mail.")))
    elif command.by_mail:
        visit.tell(visit.say(_("Saved. What is new will be in your weekly mail.")))
    else:
        visit.tell(visit.say(_("Saved: you will find it on your page.")))
    return visit.go(PAGES.listings(here.slug, **asked.query))


@form("/me/searches/{search_id:str}/drop", policy="member")
async def drop(visit: Visiting, search_id: FromPath[str]) -> Response[Any]:
    """Forget a search of mine."""
    async with visit.reading(SEARCHES) as read:
        kept = await read.all(searches.of_member(visit.viewer.member_id))
    if search_id not in {each.search_id for each in kept}:
        raise NotFound(_("There is no such search."))
    command = DropSearch(**await visit.asked(), member_id=visit.viewer.member_id, search_id=search_id)
    await visit.carry_out(visit.services.marketplace.drop_search, command)
    visit.tell(visit.say(_("The search is forgotten.")))
    return visit.go(PAGES.saved_searches())


handlers = [search, follow, save, drop]
