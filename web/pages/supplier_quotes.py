"""Suppliers' quotes: the organiser gives out personal links, and a supplier without an account enters its quote.

Opening a link changes nothing: mail scanners and previews come here too. Only its form acts, as that supplier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.commands import Receipt
from domain.purchases import Buying, CloseQuoting, InviteSupplier, RevokeLink, SubmitQuote
from domain.purchases.quoting import SUPPLIER_LENGTH
from domain.purchases.rules import TEXT_LENGTH
from domain.refused import Forbidden, NotFound, Refused, _
from marketplace import supplier_links
from marketplace.links import PAGES
from marketplace.supplier_links import Asked
from projections import people
from projections.purchases import PurchaseRow
from web.document_field import MOST_SENT, document_sent
from web.forms import Answers
from web.policies import form, page
from web.purchase_desk import led
from web.purchase_readers import EVERYTHING
from web.quote_documents import document_of, handed_over
from web.quote_field import YEARS, offer_typed
from web.rate_limits import POSTS
from web.supplier_links import gone, open_link, show_quote, show_suppliers, until_end_of
from web.visits import Visit, Visiting

C = TypeVar("C", bound=Buying)

MAIL_LENGTH: Final = 254
LONGEST_ID: Final = 80


# --- the organiser ----------------------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/suppliers", policy="member")
async def show_links(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Who is asked for a quote, and the links to hand over."""
    row, zone = await led(visit, purchase_id)
    return await show_suppliers(visit, row, zone)


@form("/purchases/{purchase_id:str}/suppliers", policy="member")
async def invite(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Give a supplier a link; with a mail address it is sent there."""
    row, zone = await led(visit, purchase_id)
    given = await visit.answers()
    name = given.text("name", most=SUPPLIER_LENGTH, missing=_("Say which supplier you ask."))
    mail = given.text("mail", most=MAIL_LENGTH)
    day = given.day("until")
    if day is None:
        given.wrong("until", _("Choose the day."))
    elif day.year not in YEARS:
        given.wrong("until", _("Write the date as day/month/year."))
    if given.errors or day is None:
        return await show_suppliers(visit, row, zone, given=given, status=422)
    asked = await visit.asked()
    until = until_end_of(day, zone.time_zone)
    invitation_id = f"invitation-{asked['command_id']}"
    token = supplier_links.sign(visit.services.signer, Asked(purchase_id, invitation_id), until)
    command = InviteSupplier(
        **asked,
        purchase_id=purchase_id,
        invitation_id=invitation_id,
        name=name,
        until=until,
        token_sha256=supplier_links.fingerprint(token),
        mail=mail,
    )
    told = _("%(supplier)s is asked by mail.") if mail else _("The link of %(supplier)s is ready: hand it over.")
    use_case = visit.services.marketplace.invite_supplier
    return await _carry_out(visit, (row, zone), given, use_case, command, visit.say(told, supplier=name))


@form("/purchases/{purchase_id:str}/suppliers/{invitation_id:str}/revoke", policy="member")
async def revoke(visit: Visiting, purchase_id: FromPath[str], invitation_id: FromPath[str]) -> Response[Any]:
    """Take a link back."""
    row, zone = await led(visit, purchase_id)
    given = await visit.answers()
    command = RevokeLink(**await visit.asked(), purchase_id=purchase_id, invitation_id=invitation_id[:LONGEST_ID])
    told = visit.say(_("Taken back: the link opens nothing any more. A quote that came by it stays."))
    return await _carry_out(visit, (row, zone), given, visit.services.marketplace.revoke_link, command, told)


@form("/purchases/{purchase_id:str}/suppliers/close", policy="member")
async def close(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Have no more quotes come by the links given out so far."""
    row, zone = await led(visit, purchase_id)
    given = await visit.answers()
    command = CloseQuoting(**await visit.asked(), purchase_id=purchase_id)
    told = visit.say(_("Closed: no link takes a quote any more. Next: compare them, and choose one."))
    return await _carry_out(visit, (row, zone), given, visit.services.marketplace.close_quoting, command, told)


async def _carry_out(
    visit: Visit,
    led_one: tuple[PurchaseRow, people.Zone],
    given: Answers,
    use_case: Callable[[C], Receipt],
    command: C,
    told: str,
) -> Response[Any]:
    row, zone = led_one
    try:
        await visit.carry_out(use_case, command)
    except (NotFound, Forbidden):
        raise
    except Refused as refused:
        given.refused(refused, otherwise="name")
        visit.position = EVERYTHING
        return await show_suppliers(visit, row, zone, given=given, status=422)
    visit.tell(told)
    return visit.go(PAGES.purchase_suppliers(row.purchase_id))


# --- the supplier -----------------------------------------------------------------------------------------------


@page("/quote/{token:str}", policy="address")
async def open_form(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """What is asked, and the form; whoever or whatever opens it."""
    opened = await open_link(visit, token)
    return await (show_quote(visit, opened) if opened else gone(visit))


@form("/quote/{token:str}", policy="address", request_max_body_size=MOST_SENT)
async def submit(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Enter the quote, or replace it; sent twice, it is entered once and answered alike."""
    given = await visit.answers()
    opened = await open_link(visit, token)
    if opened is None:
        return await gone(visit)
    await visit.within(POSTS, opened.link.invitation_id)
    conditions = given.text("conditions", most=TEXT_LENGTH)
    offer = offer_typed(given)
    shown = opened.quote.document if opened.quote else None
    sent = await document_sent(
        visit, given, whom=opened.actor, zone_id=opened.zone.zone_id, stream=opened.row.purchase_id, shown=shown
    )
    if given.errors or offer is None:
        return await show_quote(visit, opened, given=given, sent=sent, status=422)
    command = SubmitQuote(
        **{**await visit.asked(), "actor": opened.actor, "seen_version": None},
        purchase_id=opened.row.purchase_id,
        invitation_id=opened.link.invitation_id,
        name=opened.link.supplier,
        offer=offer,
        conditions=conditions,
        document=sent.document_id,
    )
    services = visit.services
    try:
        receipt = await services.carry_out(services.marketplace.submit_quote, command)
    except Refused as refused:
        given.refused(refused, otherwise="tiers")
        visit.position = EVERYTHING
        return await show_quote(visit, await open_link(visit, token) or opened, given=given, sent=sent, status=422)
    await services.blocking(services.photos.settle, opened.row.purchase_id)
    visit.position = receipt.position
    return await show_quote(visit, await open_link(visit, token) or opened, done=True)


# --- the documents ----------------------------------------------------------------------------------------------


@page("/quote/{token:str}/document", policy="address")
async def own_document(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """The document that came by this link."""
    opened = await open_link(visit, token)
    return await handed_over(visit, opened.quote.document if opened and opened.quote else None)


@page("/purchases/{purchase_id:str}/quotes/{quote_id:str}/document", policy="member")
async def document(visit: Visiting, purchase_id: FromPath[str], quote_id: FromPath[str]) -> Response[Any]:
    """The document of a quote: for the organiser and, once it is chosen, for those who take part."""
    return await document_of(visit, purchase_id, quote_id)


handlers: Final[list[ControllerRouterHandler]] = [
    show_links,
    invite,
    revoke,
    close,
    open_form,
    submit,
    own_document,
    document,
]
