"""The author's side of a listing: posted in three answers, amended, renewed by one tap, withdrawn."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain import taxonomy, text_flags
from domain.exchanges import CHOSEN
from domain.listings import (
    DESCRIPTION_LENGTH,
    MAX_REACH_KM,
    PRICE_TERMS,
    SIDES,
    TITLE_LENGTH,
    VISIBILITIES,
    AmendListing,
    Draft,
    PostListing,
    RenewListing,
    WithdrawListing,
)
from domain.quantities import Quantity, parse_quantity, plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from projections import listings, people
from projections.people import PEOPLE
from web import answers, views
from web.forms import Answers
from web.pages.listings import listing_page, seen
from web.photo_field import MOST_SENT, PhotosSent, asked_again, photos_sent
from web.policies import form, page
from web.visits import Visit, Visiting

LONGEST_REASON: Final = 300
LONGEST_ANSWER: Final = 80
SUGGESTED: Final = 5
CENTS: Final = 100
UNITS_FIRST: Final = ("H87", "KGM", "TNE", "MTQ", "LTR", "XPX")
"""Before a category is known, the units most things come in."""
COMPANIES_TO_CHOOSE: Final = 500

# --- posted -----------------------------------------------------------------------------------------------------


@page("/listings/new", policy="crew")
async def new_listing(visit: Visiting, request: Request[Any, Any, Any]) -> Response[Any]:
    """The form, with what the address already says."""
    asked = request.query_params
    values = {
        "side": asked.get("side", "") if asked.get("side") in SIDES else "",
        "category": asked.get("category", "") if asked.get("category") in taxonomy.CATEGORIES else "",
        "price": "free",
        "visibility": "zone",
    }
    return await _form_page(visit, visit.form(values=values))


@form("/listings/new", policy="crew", request_max_body_size=MOST_SENT)
async def post_listing(visit: Visiting) -> Response[Any]:
    """Post what was typed; or show it again with what stands against it."""
    given = await visit.answers()
    side = given.choice("side", SIDES, missing=_("Say whether you have it or need it."))
    company_id, site_id = await _where(visit, given)
    draft = _draft(given)
    category = given.raw("category")
    if given.raw("ownership") == "rental_pool" and side == "offer":
        # The author says it is a pooler's pallet: it is looked back for by its owner, never offered.
        side, category = "request", "PAL.POOL"
        draft = _draft(given, category)
    sent = await photos_sent(visit, given, company_id=company_id)
    if given.errors or draft is None:
        return await _form_page(visit, visit.form(given), sent, status=422)
    command = PostListing(
        **{**await _asked(visit), "seen_version": None},
        listing_id=sent.stream,
        side=side,  # type: ignore[arg-type]  # one of SIDES, as `choice` promises
        company_id=company_id,
        site_id=site_id,
        draft=replace(draft, photos=sent.photos),
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    try:
        receipt = await visit.carry_out(visit.services.marketplace.post_listing, command)
    except Refused as refused:
        given.refused(refused)
        return await _form_page(visit, visit.form(given), sent, status=409 if isinstance(refused, Conflict) else 422)
    listing_id = receipt.ids["listing_id"]
    await visit.services.blocking(visit.services.photos.settle, listing_id)
    visit.tell(visit.say(_("It is recorded. This is how your listing looks.")))
    return visit.go(PAGES.listing(listing_id))


async def _asked(visit: Visit) -> dict[str, Any]:
    """What every command carries, at this moment: photos may have taken longer to arrive than the log allows."""
    return {**await visit.asked(), "now": visit.services.clock.now()}


@page("/listings/new/categories", policy="crew")
async def suggest_categories(visit: Visiting, request: Request[Any, Any, Any]) -> Response[Any]:
    """Five likely categories for what is being typed, as a fragment."""
    typed = request.query_params.get("title", "").replace("\0", "")[: TITLE_LENGTH[1]]
    chosen = request.query_params.get("category", "")
    return visit.fragment("listings/suggestions.html", _suggestions(visit, typed, chosen))


# --- amended, renewed, withdrawn --------------------------------------------------------------------------------


@page("/listings/{listing_id:str}/amend", policy="member")
async def amend_form(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """The form, with what the listing says now."""
    row = await _own(visit, listing_id)
    return await _form_page(visit, visit.form(values=_typed(row), seen_version=row.content_version), amending=row)


@form("/listings/{listing_id:str}/amend", policy="member", request_max_body_size=MOST_SENT)
async def amend_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Amend it; or show what was typed again with what stands against it."""
    row = await _own(visit, listing_id)
    given = await visit.answers()
    draft = _draft(given)
    sent = await photos_sent(visit, given, company_id=row.company_id, stream=listing_id, shown=row.photos)
    asked = await _asked(visit)
    status = 422
    if draft is not None and not given.errors:
        draft = replace(draft, photos=sent.photos)
        command = AmendListing(**asked, listing_id=listing_id, draft=draft, for_company=_on_behalf(visit, row))
        try:
            await visit.carry_out(visit.services.marketplace.amend_listing, command)
        except Conflict as conflict:
            # What was typed stays; sending it again is then a choice made on what the listing says now.
            given.refused(conflict)
            for name, said in _typed(row).items():
                if name in given.values and given.raw(name) != said:
                    given.wrong(name, _("It says now: %(value)s"), value=said or "—")
            asked["seen_version"] = row.content_version
            status = 409
        except Refused as refused:
            given.refused(refused)
        else:
            await visit.services.blocking(visit.services.photos.settle, listing_id, dropped=sent.gone)
            visit.tell(visit.say(_("Saved.")))
            return visit.go(PAGES.listing(listing_id))
    again = visit.form(given, seen_version=asked["seen_version"])
    return await _form_page(visit, again, sent, amending=row, status=status)


@form("/listings/{listing_id:str}/renew", policy="member")
async def renew_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Keep it for another sixty days."""
    row = await _own(visit, listing_id)
    command = RenewListing(
        **{**await visit.asked(), "seen_version": None}, listing_id=listing_id, for_company=_on_behalf(visit, row)
    )
    await visit.carry_out(visit.services.marketplace.renew_listing, command)
    visit.tell(visit.say(_("Renewed: it stays for another sixty days.")))
    return visit.go(PAGES.listing(listing_id))


@form("/listings/{listing_id:str}/withdraw", policy="member")
async def withdraw_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Take it back."""
    row = await _own(visit, listing_id)
    given = await visit.answers()
    command = WithdrawListing(
        **{**await visit.asked(), "seen_version": None},
        listing_id=listing_id,
        reason=given.raw("reason")[:LONGEST_REASON],
        decline=given.choice("decline", CHOSEN) or None,  # type: ignore[arg-type]  # one of CHOSEN, as `choice` promises
        for_company=_on_behalf(visit, row),
    )
    try:
        await visit.carry_out(visit.services.marketplace.withdraw_listing, command)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        given.refused(refused, otherwise="reason")
        return await listing_page(visit, row, withdraw=visit.form(given), status=422)
    visit.tell(visit.say(_("Withdrawn. It is no longer shown nor matched.")))
    return visit.go(PAGES.listing(listing_id))


async def _own(visit: Visit, listing_id: str) -> listings.Listing:
    """A listing of the reader's company, or of one they facilitate."""
    row = await seen(visit, listing_id)
    if not visit.viewer.acts_for(row.company_id) and not visit.viewer.has_role(row.zone_id, "facilitator"):
        raise Forbidden(_("Only the company that posts a listing can change it."))
    return row


def _on_behalf(visit: Visit, row: listings.Listing) -> str | None:
    return None if visit.viewer.acts_for(row.company_id) else row.company_id


# --- the form ---------------------------------------------------------------------------------------------------


async def _where(visit: Visit, given: Answers) -> tuple[str, str]:
    """The company a listing is for, and its site: the reader's own, unless they say otherwise."""
    companies = await _companies(visit)
    if not companies:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    own = visit.viewer.companies[0].company_id if visit.viewer.companies else ""
    chosen = given.choice("for_company", companies, usual=own, missing=_("Choose the company you post for."))
    if not chosen:
        return "", ""
    async with visit.reading(PEOPLE) as read:
        sites = [site.site_id for site in await read.all(people.sites([chosen]))]
    if not sites:
        given.wrong("for_company", _("This company has no site yet."))
        return chosen, ""
    return chosen, given.choice("site", sites, usual=sites[0])


async def _companies(visit: Visit) -> dict[str, str]:
    """The companies a reader may post for: their own first, then those of the zones they facilitate."""
    own = {company.company_id: company.name for company in visit.viewer.companies}
    others: dict[str, str] = {}
    for zone_id in visit.viewer.zones_where("facilitator"):
        async with visit.reading(PEOPLE) as read:
            for company in await read.all(people.companies(zone_id, limit=COMPANIES_TO_CHOOSE)):
                others.setdefault(company.company_id, company.name)
    return own | {company_id: name for company_id, name in others.items() if company_id not in own}


def _draft(given: Answers, category: str | None = None) -> Draft | None:
    """What was typed, as far as it can be understood; None when not even that."""
    title = given.text("title", most=TITLE_LENGTH[1], missing=_("Say in a few words what it is."))
    leaves = {leaf.code for leaf in taxonomy.leaves()}
    code = category or given.choice("category", leaves, missing=_("Choose what it is in the list."))
    quantity = _quantity(given)
    description = given.text("description", most=DESCRIPTION_LENGTH)
    price = given.choice("price", PRICE_TERMS, usual="free")
    amount = given.amount("price_amount")
    if amount is not None and (amount * CENTS) % 1:
        given.wrong("price_amount", _("A price has two decimals at most."))
    reach = given.whole("max_km", least=1, most=MAX_REACH_KM)
    since, until = given.day("available_from"), given.day("available_to")
    visibility = given.choice("visibility", VISIBILITIES, usual="zone")
    if given.errors or quantity is None:
        return None
    return Draft(
        category=code,
        title=title,
        quantity=quantity,
        description=description,
        attributes=_attributes(given, code),
        price=price,  # type: ignore[arg-type]  # one of PRICE_TERMS, as `choice` promises
        price_cents=None if amount is None or price == "free" else int(amount * CENTS),
        available_from=since,
        available_to=until,
        max_km=reach,
        visibility=visibility,  # type: ignore[arg-type]  # one of VISIBILITIES, as `choice` promises
    )


def _quantity(given: Answers) -> Quantity | None:
    try:
        return parse_quantity(given.raw("amount"), given.raw("unit"), given.raw("per") or None)
    except Refused as refused:
        given.refused(refused, otherwise="amount")
        return None


def _attributes(given: Answers, category: str) -> dict[str, str]:
    """The details that were answered, in the form events hold them."""
    found = {}
    for code in answers.ASKED:
        attribute = taxonomy.ATTRIBUTES[code]
        said = given.raw(code)
        if not said or not (attribute.applies_to(category) or code == "ownership"):
            continue
        found[code] = _dimension(said) if attribute.type == "pair_int" else said
    return found


def _dimension(said: str) -> str:
    """Two lengths as people write them: 800 x 1200, 800×1200 mm."""
    return "".join(said.lower().replace("×", "x").replace("*", "x").removesuffix("mm").split())


async def _form_page(
    visit: Visit,
    shown: views.Form,
    sent: PhotosSent | None = None,
    *,
    amending: listings.Listing | None = None,
    status: int = 200,
) -> Response[Any]:
    companies = await _companies(visit)
    if not companies and amending is None:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    own = visit.viewer.companies[0].company_id if visit.viewer.companies else ""
    company_id = amending.company_id if amending else shown.value("for_company") or own
    async with visit.reading(PEOPLE) as read:
        sites = await read.all(people.sites([company_id]))
        zone = await read.one(people.zone(amending.zone_slug)) if amending else None
    category = shown.value("category")
    view = views.ListingForm(
        form=shown,
        suggestions=_suggestions(visit, shown.value("title"), category),
        families=tuple(
            views.Family(
                code=family.code,
                label=taxonomy.label(family.code, visit.language),
                categories=tuple(_category(visit, leaf.code) for leaf in taxonomy.leaves(family.code)),
            )
            for family in taxonomy.families()
        ),
        units=_units(visit, category),
        periods=answers.choices(answers.PERIOD_WORDS, visit.say),
        price_terms=answers.price_terms(visit.say),
        visibilities=answers.visibilities(visit.say),
        sites=tuple(views.Choice(value=site.site_id, label=site.name) for site in sites),
        questions=answers.questions(category, visit.say, visit.language),
        companies=tuple(views.Choice(value=value, label=label) for value, label in companies.items())
        if len(companies) > 1 and amending is None
        else (),
        here=sites[0].name if sites else "",
        takes_photos=True,
        photos=asked_again(visit, sent) if sent else views.PhotoField(shown=amending.photos if amending else ()),
        amending=amending.listing_id if amending else None,
        title=amending.title if amending else "",
        pool=_pool_warning(shown),
        settled=_settled(visit, amending) if amending else "",
    )
    return await visit.page("listings/form.html", view, zone=zone, current="new", status=status)


def _suggestions(visit: Visit, title: str, chosen: str) -> views.Suggestions:
    likely = [leaf.code for leaf in taxonomy.suggest(title, visit.language, SUGGESTED)] if title.strip() else []
    known = taxonomy.CATEGORIES.get(chosen)
    if known is not None and known.level > 1 and chosen not in likely:
        likely = [chosen, *likely[: SUGGESTED - 1]]
    return views.Suggestions(choices=tuple(_category(visit, code) for code in likely), chosen=chosen)


def _category(visit: Visit, code: str) -> views.CategoryChoice:
    return views.CategoryChoice(
        code=code,
        label=taxonomy.label(code, visit.language),
        family=taxonomy.label(taxonomy.CATEGORIES[code].family, visit.language),
    )


def _units(visit: Visit, category: str) -> tuple[views.Choice, ...]:
    """The category's units first, then all others: which one fits is known once the category is."""
    known = taxonomy.CATEGORIES.get(category)
    first = known.units if known and known.units else UNITS_FIRST
    every = dict.fromkeys((*first, *(unit for leaf in taxonomy.leaves() for unit in leaf.units)))
    names = {code: taxonomy.UNITS[code] for code in every}
    return tuple(
        views.Choice(value=code, label=unit.label_fr if visit.language == "fr" else unit.label_en)
        for code, unit in names.items()
    )


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


def _typed(row: listings.Listing) -> dict[str, str]:
    """What a listing says, as its author would type it."""
    return {
        "side": row.side,
        "title": row.title,
        "category": row.category,
        "amount": plain(row.amount),
        "unit": row.unit,
        "per": row.per or "",
        "site": row.site_id,
        "available_from": row.available_from.isoformat() if row.available_from else "",
        "available_to": row.available_to.isoformat() if row.available_to else "",
        "description": row.description,
        "price": row.price,
        "price_amount": f"{row.price_cents / CENTS:.2f}" if row.price_cents is not None else "",
        "max_km": str(row.max_km) if row.max_km is not None else "",
        "visibility": row.visibility,
        **row.attributes,
    }


handlers = [
    new_listing,
    post_listing,
    suggest_categories,
    amend_form,
    amend_listing,
    renew_listing,
    withdraw_listing,
]
