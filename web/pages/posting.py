"""The author's side of a listing: posted in three answers, amended, renewed by one tap, withdrawn."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain import text_flags
from domain.exchanges import CHOSEN
from domain.listings import SIDES, AmendListing, PostListing, RenewListing, WithdrawListing
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from projections import listings, people
from projections.people import PEOPLE
from web import proposals, views
from web.beginning import beginning, kept_draft
from web.draft_typed import draft_typed
from web.forms import Answers
from web.likeness import twin_of
from web.listing_form import form_page, form_view, posts_for, typed
from web.listing_views import Begun
from web.pages.listings import listing_page, seen
from web.photo_field import MOST_SENT, photos_sent
from web.policies import form, page
from web.visits import Visit, Visiting

LONGEST_REASON: Final = 300

# --- posted -----------------------------------------------------------------------------------------------------


@page("/listings/new", policy="crew")
async def new_listing(visit: Visiting, request: Request[Any, Any, Any]) -> Response[Any]:
    """The form, with what the address already says."""
    begins = await beginning(visit, request.query_params)
    return await form_page(visit, visit.form(values=begins.values), begins.sent, begun=begins.begun)


@form("/listings/new", policy="crew", request_max_body_size=MOST_SENT)
async def post_listing(visit: Visiting) -> Response[Any]:
    """Post what was typed; or show it again with what stands against it."""
    given = await visit.answers()
    side: Any = given.choice("side", SIDES, missing=_("Say whether you have it or need it."))
    company_id, site_id = await _where(visit, given)
    returned = side == "offer" and (given.raw("ownership") == "rental_pool" or bool(given.raw("as_return")))
    if returned:  # a pooler's pallets, says the author: looked back for by their owner, never offered
        side = "request"
    draft = draft_typed(visit, given, side, "PAL.POOL" if returned else None)
    if returned and draft is not None and "pool_brand" not in draft.attributes:
        brand = text_flags.pooler(f"{draft.title}\n{draft.description}")
        draft = replace(draft, attributes={**draft.attributes, **({"pool_brand": brand} if brand else {})})
    kept = await kept_draft(visit, given, company_id)
    sent = await photos_sent(visit, given, company_id=company_id, **kept)
    if given.errors or draft is None:
        return await form_page(visit, visit.form(given), sent, status=422)
    if not given.raw("anyway") and (twin := await twin_of(visit, company_id, side, draft, sent.stream)):
        return await form_page(visit, visit.form(given), sent, begun=Begun(twin=twin), status=409)
    command = PostListing(
        **{**await _asked(visit), "seen_version": None},
        listing_id=sent.stream,
        side=side,
        company_id=company_id,
        site_id=site_id,
        draft=replace(draft, photos=sent.photos, photo_texts=sent.texts),
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    try:
        receipt = await visit.carry_out(visit.services.marketplace.post_listing, command)
    except Refused as refused:
        given.refused(refused)
        return await form_page(visit, visit.form(given), sent, status=409 if isinstance(refused, Conflict) else 422)
    listing_id = receipt.ids["listing_id"]
    await visit.services.blocking(visit.services.photos.settle, listing_id, dropped=sent.gone)
    visit.tell(visit.say(_("It is recorded. This is how your listing looks.")))
    return visit.go(PAGES.listing(listing_id))


async def _asked(visit: Visit) -> dict[str, Any]:
    """What every command carries, at this moment: photos may have taken longer to arrive than the log allows."""
    return {**await visit.asked(), "now": visit.services.clock.now()}


@form("/listings/new/reading", policy="crew", request_max_body_size=MOST_SENT)
async def read_listing(visit: Visiting, request: Request[Any, Any, Any]) -> Response[Any]:
    """What is being typed, read: likely categories, and answers that the words hold. Nothing is posted."""
    given = await visit.answers()
    if _by_script(request):
        return await _read(visit, given, request)
    company_id, _site = await _where(visit, given)
    given.errors.clear()
    kept = await kept_draft(visit, given, company_id)
    sent = await photos_sent(visit, given, company_id=company_id, **kept)
    return await form_page(visit, _taken(visit, given), sent)


@form("/listings/{listing_id:str}/amend/reading", policy="member", request_max_body_size=MOST_SENT)
async def read_amendment(visit: Visiting, listing_id: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
    """The same of a listing that is being amended."""
    row = await _own(visit, listing_id)
    given = await visit.answers()
    if _by_script(request):
        return await _read(visit, given, request, row)
    sent = await photos_sent(visit, given, company_id=row.company_id, stream=listing_id, shown=row.photos)
    seen_version = (await visit.asked())["seen_version"]
    return await form_page(visit, _taken(visit, given, seen_version), sent, amending=row)


@page("/listings/new/reading", policy="crew")
async def back_to_the_form(visit: Visiting) -> Response[Any]:
    """Reloaded, it is the empty form."""
    return visit.go(PAGES.new_listing())


@page("/listings/{listing_id:str}/amend/reading", policy="member")
async def back_to_the_amendment(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Reloaded, it is the form as the listing stands."""
    return visit.go(PAGES.amend_listing(listing_id))


def _by_script(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("HX-Request") == "true"


async def _read(
    visit: Visit, given: Answers, request: Request[Any, Any, Any], amending: listings.Listing | None = None
) -> Response[Any]:
    """The parts of the form that follow from what is typed; another category brings its own questions and units."""
    view = await form_view(visit, visit.form(given), amending=amending)
    another = request.headers.get("HX-Trigger") in ("category", "side")
    return visit.fragment("listings/reading.html", views.FormReading(page=view, another_category=another))


def _taken(visit: Visit, given: Answers, seen_version: int | None = None) -> views.Form:
    """The form with what a chip sets, where one was pressed."""
    shown = visit.form(given, seen_version=seen_version)
    return replace(shown, values={**shown.values, **proposals.taken(given.raw(proposals.TAKE))})


# --- amended, renewed, withdrawn --------------------------------------------------------------------------------


@page("/listings/{listing_id:str}/amend", policy="member")
async def amend_form(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """The form, with what the listing says now."""
    row = await _own(visit, listing_id)
    begins = visit.form(values=typed(row, visit.wording), seen_version=row.content_version)
    return await form_page(visit, begins, amending=row)


@form("/listings/{listing_id:str}/amend", policy="member", request_max_body_size=MOST_SENT)
async def amend_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Amend it; or show what was typed again with what stands against it."""
    row = await _own(visit, listing_id)
    given = await visit.answers()
    draft = draft_typed(visit, given, row.side)
    sent = await photos_sent(visit, given, company_id=row.company_id, stream=listing_id, shown=row.photos)
    asked = await _asked(visit)
    status = 422
    if draft is not None and not given.errors:
        draft = replace(draft, photos=sent.photos, photo_texts=sent.texts)
        command = AmendListing(**asked, listing_id=listing_id, draft=draft, for_company=_on_behalf(visit, row))
        try:
            await visit.carry_out(visit.services.marketplace.amend_listing, command)
        except Conflict as conflict:
            # What was typed stays; sending it again is then a choice made on what the listing says now.
            given.refused(conflict)
            for name, said in typed(row, visit.wording).items():
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
    return await form_page(visit, again, sent, amending=row, status=status)


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


async def _where(visit: Visit, given: Answers) -> tuple[str, str]:
    """The company a listing is for, and its site: the reader's own, unless they say otherwise."""
    companies = await posts_for(visit)
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


handlers = [
    new_listing,
    post_listing,
    read_listing,
    read_amendment,
    back_to_the_form,
    back_to_the_amendment,
    amend_form,
    amend_listing,
    renew_listing,
    withdraw_listing,
]
