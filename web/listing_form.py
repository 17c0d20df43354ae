"""The form of a listing: what it asks and proposes, and what a listing already says, as its author would type it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from litestar import Response
from msgspec.structs import replace

from domain import taxonomy, text_flags
from domain.quantities import parse_quantity
from domain.refused import Forbidden, Refused, _
from marketplace.links import PAGES
from marketplace.weighing import estimate
from marketplace.wording import Wording
from projections import listings, people
from projections.listings import LISTINGS
from projections.people import PEOPLE
from web import answers, proposals, views
from web.form_views import Dropped
from web.listing_views import Begun
from web.photo_field import MOST_CHOSEN, PhotosSent, asked_again
from web.pickup_field import FIELDS as PICKUP_FIELDS
from web.pickup_field import SEEN, pickup_field, pickup_values
from web.presenting import Presenter
from web.suggesting import category_choice, suggested
from web.visits import Visit

CENTS: Final = 100
UNITS_FIRST: Final = ("H87", "KGM", "TNE", "MTQ", "LTR", "XPX")
"""Before a category is known, the units most things come in."""
COMPANIES_TO_CHOOSE: Final = 500
LOOKED_THROUGH: Final = 20
"""Listings of a company among which its last pick-up terms are looked for."""
KEPT_ANYWAY: Final = frozenset({"ownership", "minimum_lot"})
"""Details the form asks whatever the category."""


async def form_page(
    visit: Visit,
    shown: views.Form,
    sent: PhotosSent | None = None,
    *,
    amending: listings.Listing | None = None,
    begun: Begun | None = None,
    status: int = 200,
) -> Response[Any]:
    """The form with what was typed; `sent` are the photos that came with it, `amending` the listing it changes.

    `begun` says where the answers of a new one come from.
    """
    view = await form_view(visit, shown, sent, amending=amending, begun=begun)
    async with visit.reading(PEOPLE) as read:
        zone = await read.one(people.zone(amending.zone_slug)) if amending else None
    return await visit.page("listings/form.html", view, zone=zone, current="new", status=status)


async def form_view(
    visit: Visit,
    shown: views.Form,
    sent: PhotosSent | None = None,
    *,
    amending: listings.Listing | None = None,
    begun: Begun | None = None,
) -> views.ListingForm:
    """What the form shows, whole or in part."""
    companies = await posts_for(visit)
    if not companies and amending is None:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    own = visit.viewer.companies[0].company_id if visit.viewer.companies else ""
    company_id = amending.company_id if amending else shown.value("for_company") or own
    async with visit.reading(PEOPLE) as read:
        sites = await read.all(people.sites([company_id]))
    chosen = shown.value("category")
    suggestions = await suggested(visit, shown, company_id)
    likely = chosen or (suggestions.choices[0].code if suggestions.choices else "")
    shown, as_last_time = await _as_last_time(visit, shown, company_id, sites) if amending is None else (shown, False)
    shown = _in_a_unit_that_fits(shown, chosen)
    questions = answers.questions(chosen, visit.say, visit.language, shown.value("side"))
    return views.ListingForm(
        form=shown,
        suggestions=suggestions,
        families=_families(visit),
        units=_units(visit, chosen, shown.value("unit")),
        periods=answers.choices(answers.PERIOD_WORDS, visit.say),
        price_terms=answers.price_terms(visit.say),
        visibilities=answers.visibilities(visit.say),
        sites=tuple(views.Choice(value=site.site_id, label=site.name) for site in sites),
        questions=questions[: answers.MOST_VISIBLE],
        further=questions[answers.MOST_VISIBLE :],
        proposals=proposals.read(visit, shown, likely),
        dropped=_dropped(visit, shown, chosen),
        pickup=pickup_field(shown.values, visit.say, visit.wording, as_last_time=as_last_time),
        estimate=_estimate(visit, shown, likely),
        category=taxonomy.label(chosen, visit.language) if chosen in taxonomy.CATEGORIES else "",
        read=PAGES.read_listing(amending.listing_id if amending else ""),
        companies=tuple(views.Choice(value=value, label=label) for value, label in companies.items())
        if len(companies) > 1 and amending is None
        else (),
        here=sites[0].name if sites else "",
        takes_photos=True,
        photos=asked_again(visit, sent) if sent else _shown(amending),
        photo_bytes=MOST_CHOSEN,
        amending=amending.listing_id if amending else None,
        title=amending.title if amending else "",
        pool=_pool_warning(shown),
        settled=_settled(visit, amending) if amending else "",
        begun=begun,
    )


def _families(visit: Visit) -> tuple[views.Family, ...]:
    return tuple(
        views.Family(
            code=family.code,
            label=taxonomy.label(family.code, visit.language),
            categories=tuple(category_choice(visit, leaf.code) for leaf in taxonomy.leaves(family.code)),
        )
        for family in taxonomy.families()
    )


def _shown(amending: listings.Listing | None) -> views.PhotoField:
    """The photos a listing shows now."""
    if amending is None:
        return views.PhotoField()
    return views.PhotoField(shown=amending.photos, texts=amending.photo_texts)


def _units(visit: Visit, category: str, chosen: str) -> tuple[views.Choice, ...]:
    """The category's own units, and the one that was chosen; all of them while there is no category."""
    known = taxonomy.CATEGORIES.get(category)
    if known is not None and known.units:
        codes = dict.fromkeys((*known.units, *((chosen,) if chosen in taxonomy.UNITS else ())))
    else:
        codes = dict.fromkeys((*UNITS_FIRST, *(unit for leaf in taxonomy.leaves() for unit in leaf.units)))
    return tuple(views.Choice(value=code, label=_unit(visit, code)) for code in codes)


def _in_a_unit_that_fits(shown: views.Form, category: str) -> views.Form:
    """Before an amount is typed, the unit is the category's usual one; what was typed stays, and is said not to fit."""
    known = taxonomy.CATEGORIES.get(category)
    if known is None or not known.units or shown.value("unit") in known.units or shown.value("amount"):
        return shown
    return replace(shown, values={**shown.values, "unit": known.units[0]})


def _unit(visit: Visit, code: str) -> str:
    unit = taxonomy.UNITS[code]
    return unit.label_fr if visit.language == "fr" else unit.label_en


def _estimate(visit: Visit, shown: views.Form, category: str) -> str:
    """What the quantity weighs by the usual mass of a piece or of a cubic metre, said to be an estimate."""
    known = taxonomy.CATEGORIES.get(shown.value("category"))
    if known is not None and shown.value("amount") and shown.value("unit") not in known.units:
        return "" if shown.error("unit") else visit.say(_("This unit does not fit what you chose."))
    try:
        quantity = parse_quantity(
            shown.value("amount"), shown.value("unit"), shown.value("per") or None, visit.wording.mark
        )
    except Refused:
        return ""
    return estimate(quantity, category, visit.wording, shown.value("form") or None)


def _dropped(visit: Visit, shown: views.Form, category: str) -> tuple[Dropped, ...]:
    """Answers that another category asked for: they are not sent, and come back with it."""
    if category not in taxonomy.CATEGORIES:
        return ()
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    return tuple(
        Dropped(code=code, value=value, label=show.label(code), said=answers.answer(code, value, visit.say))
        for code, value in shown.values.items()
        if value and code in taxonomy.ATTRIBUTES and code not in KEPT_ANYWAY
        if not taxonomy.ATTRIBUTES[code].applies_to(category)
    )


async def _as_last_time(
    visit: Visit, shown: views.Form, company_id: str, sites: Sequence[people.Site]
) -> tuple[views.Form, bool]:
    """The form with the pick-up terms of the company's last listing at the same site, unless it says some itself."""
    if shown.value(SEEN) or any(shown.value(name) for name in PICKUP_FIELDS) or not sites:
        return shown, False
    site_id = shown.value("site") or sites[0].site_id
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.of_companies([company_id], limit=LOOKED_THROUGH))
    last = next((row for row in rows if row.site_id == site_id and row.pickup and row.side == "offer"), None)
    if last is None:
        return shown, False
    return replace(shown, values={**shown.values, **pickup_values(last.pickup_terms)}), True


def _settled(visit: Visit, row: listings.Listing) -> str:
    """How much of a listing is promised or collected already."""
    if not row.held and not row.taken:
        return ""
    number = visit.wording.number
    return visit.say(
        _("%(promised)s promised, %(collected)s collected: the quantity counts them too."),
        promised=number(row.held),
        collected=number(row.taken),
    )


def _pool_warning(shown: views.Form) -> views.PoolWarning | None:
    if not shown.error("ownership"):
        return None
    text = f"{shown.value('title')}\n{shown.value('description')}"
    raised = [flag for flag in text_flags.find(text) if flag.code.startswith("pool")]
    return views.PoolWarning(brand=text[raised[0].start : raised[0].end] if raised else "")


def typed(row: listings.Listing, words: Wording) -> dict[str, str]:
    """What a listing says, as its author would type it."""
    least = row.attributes.get("minimum_lot", "").partition(" ")[0]
    return {
        "side": row.side,
        "title": row.title,
        "category": row.category,
        "amount": words.typed(row.amount),
        "unit": row.unit,
        "per": row.per or "",
        "site": row.site_id,
        "available_from": row.available_from.isoformat() if row.available_from else "",
        "available_to": row.available_to.isoformat() if row.available_to else "",
        "description": row.description,
        "price": row.price,
        "price_amount": "" if row.price_cents is None else f"{row.price_cents / CENTS:.2f}".replace(".", words.mark),
        "max_km": str(row.max_km) if row.max_km is not None else "",
        "visibility": row.visibility,
        "whole_lot": "true" if row.whole_lot else "",
        **row.attributes,
        "minimum_lot": words.typed(Decimal(least)) if least else "",
        **pickup_values(row.pickup_terms),
    }


async def posts_for(visit: Visit) -> dict[str, str]:
    """The companies a reader may post for: their own first, then those of the zones they facilitate."""
    own = {company.company_id: company.name for company in visit.viewer.companies}
    others: dict[str, str] = {}
    for zone_id in visit.viewer.zones_where("facilitator"):
        async with visit.reading(PEOPLE) as read:
            for company in await read.all(people.companies(zone_id, limit=COMPANIES_TO_CHOOSE)):
                others.setdefault(company.company_id, company.name)
    return own | {company_id: name for company_id, name in others.items() if company_id not in own}
