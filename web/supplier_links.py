"""Suppliers' links for the organiser who gives them out, and what one opens for the supplier who holds it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct

from domain.refused import _
from marketplace import supplier_links
from marketplace.links import Links
from marketplace.supplier_links import Asked
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, ContractRow, LinkRow, PurchaseRow, QuoteRow
from projections.viewer import Viewer
from web import contract_words
from web import purchase_views as views
from web import purchase_words as words
from web.document_field import DocumentSent
from web.forms import Answers
from web.purchase_readers import presenter
from web.quote_field import offer_values, place_choices, tier_fields, vat_choices
from web.supplier_views import Link, LinkState, SupplierPage, SuppliersPage
from web.views import Fact
from web.visits import Visit, zone_view

USUAL_TIME: Final = timedelta(days=14)
ASKING: Final = ("poll", "quotes")
"""While quotes are asked for."""
OVER: Final[dict[LinkState, str]] = {
    "over": _("The last day for your quote is past."),
    "revoked": _("The facilitator of the zone has taken this link back."),
    "closed": _("The facilitator of the zone has closed the quotes."),
}
"""Why a link opens no form any more."""


def until_end_of(day: date, time_zone: str) -> datetime:
    """The moment a day is over by the clocks of a zone."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


def last_day(until: datetime, time_zone: str) -> date:
    """The day that a moment ends by the clocks of a zone."""
    return (until - timedelta(seconds=1)).astimezone(ZoneInfo(time_zone)).date()


def state_of(link: LinkRow, row: PurchaseRow, now: datetime) -> LinkState:
    """Where a link stands; a quote that is chosen closes those of the others."""
    if link.standing == "open" and now >= link.until:
        return "over"
    if link.standing == "open" and row.stage not in ASKING:
        return "closed"
    return "answered" if link.standing == "open" and link.answered_at else link.standing


# --- the organiser's side ---------------------------------------------------------------------------------------


async def show_suppliers(
    visit: Visit,
    row: PurchaseRow,
    zone: people.Zone,
    *,
    given: Answers | None = None,
    conflict: str = "",
    status: int = 200,
) -> Response[str]:
    """Who is asked for a quote, with each link to be handed over; `given` is the form that comes back."""
    async with visit.reading(PURCHASES, PEOPLE) as read:
        found = await read.all(purchases.links(row.purchase_id))
    asking = row.stage in ASKING
    usual = (visit.now + USUAL_TIME).astimezone(ZoneInfo(zone.time_zone)).date().isoformat()
    links = tuple(_link(visit, link, row, zone) for link in found)
    view = SuppliersPage(
        zone=zone_view(zone),
        card=presenter(visit, zone).card(row, None),
        links=links,
        specified=bool(row.specification),
        invite=_asking(visit, "invite", given, until=usual) if asking else None,
        close=_asking(visit, "close") if any(link.address for link in links) else None,
        conflict=conflict,
    )
    return await visit.page("purchases/suppliers.html", view, zone=zone, current="purchases", status=status)


def _asking(visit: Visit, key: str, given: Answers | None = None, **values: str) -> views.Asking:
    return views.Asking(key=key, form=visit.form(given, values=values))


def address_of(visit: Visit, link: LinkRow, row: PurchaseRow) -> str:
    """What the supplier is handed; empty once it opens nothing any more."""
    if state_of(link, row, visit.now) not in ("open", "answered"):
        return ""
    token = supplier_links.sign(visit.services.signer, Asked(row.purchase_id, link.invitation_id), link.until)
    return Links(visit.services.settings.base_url).supplier_quote(token)


def _link(visit: Visit, link: LinkRow, row: PurchaseRow, zone: people.Zone) -> Link:
    address = address_of(visit, link, row)
    return Link(
        id=link.invitation_id,
        supplier=link.supplier or visit.say(_("(erased)")),
        state=state_of(link, row, visit.now),
        mail=link.mail,
        until=_last_day(visit, link, zone),
        address=address,
        answered_at=link.answered_at,
        revoke=_asking(visit, f"revoke-{link.invitation_id}") if address else None,
    )


def _last_day(visit: Visit, link: LinkRow, zone: people.Zone) -> str:
    return visit.wording.date(last_day(link.until, zone.time_zone))


# --- the supplier's side ----------------------------------------------------------------------------------------


class Opened(Struct, frozen=True):
    """What a link opens: the group purchase it is for, and the quote that came by it, if one did."""

    token: str
    link: LinkRow
    row: PurchaseRow
    zone: people.Zone
    quote: QuoteRow | None
    contract: ContractRow | None

    @property
    def actor(self) -> str:
        """How events name whoever holds the link."""
        return f"guest:{self.link.invitation_id}"


async def open_link(visit: Visit, token: str) -> Opened | None:
    """Read with the rights of the link alone, whoever else may be signed in on this device; None when it is none."""
    asked = supplier_links.read(visit.services.signer, token)
    if asked is None:
        return None
    reader = visit.services.reader
    if visit.position:
        await reader.visible(visit.position, [PURCHASES.name])
    async with reader.reading(Viewer(asked=(asked.purchase_id, asked.invitation_id))) as read:
        link = next(iter(await read.all(purchases.links(asked.purchase_id))), None)
        row = await read.one(purchases.one(asked.purchase_id))
        zone = await read.one(people.zones_by_id([row.zone_id])) if row else None
        quote = next(iter(await read.all(purchases.quotes(asked.purchase_id))), None)
        contract = await read.one(purchases.contract(asked.purchase_id))
    if link is None or row is None or zone is None or not supplier_links.is_known(token, link.token_sha256):
        return None
    return Opened(token, link, row, zone, quote, contract)


async def show_quote(
    visit: Visit,
    opened: Opened,
    *,
    given: Answers | None = None,
    sent: DocumentSent | None = None,
    done: bool = False,
    status: int = 200,
) -> Response[str]:
    """What is asked, and the form; or why there is nothing to enter any more."""
    row, link, zone = opened.row, opened.link, opened.zone
    show, state = presenter(visit, zone), state_of(link, row, visit.now)
    quote = _quote_form(visit, opened, given, sent) if state not in OVER else None
    heading = visit.say(_("Your quote, please"))
    sentence = visit.say(_("The companies of %(zone)s buy together, and ask you for a quote."), zone=zone.name)
    if done:
        heading = visit.say(_("Thank you: your quote is in"))
        sentence = visit.say(_("The facilitator is told. You may change it here until quotes are closed."))
    elif quote is None:
        heading, sentence = visit.say(_("Quotes are closed")), visit.say(OVER[state])
    facts = [
        (_("For"), visit.say(_("%(zone)s, each company for itself"), zone=zone.name)),
        (_("How much in all"), show.wished(row)),
        (_("Smallest step"), show.quantity(row.step, row) if row.step != 1 else ""),
        (_("Last day"), _last_day(visit, link, zone)),
    ]
    told = [Fact(label=visit.say(label), value=value) for label, value in facts if value]
    view = SupplierPage(
        token=opened.token,
        heading=heading,
        sentence=sentence,
        zone=zone_view(zone),
        card=show.card(row, None),
        words=words.said(row.form, visit.say),
        supplier=link.supplier,
        specification=row.specification or row.description,
        facts=(*told, *_contract(visit, opened)),
        formula=opened.contract.formula if opened.contract else "",
        until=_last_day(visit, link, zone),
        unit=visit.wording.units(row.unit, row.category),
        vat_rates=vat_choices(show.percent),
        places=place_choices(visit.say),
        tiers=tier_fields(quote.form.values) if quote else None,
        quote=quote,
        entered_at=opened.quote.received_at if opened.quote else None,
        document=bool(opened.quote and opened.quote.document),
        waiting=bool(sent and sent.waiting),
        done=done,
    )
    return await _shown(visit, view, status, zone)


def _contract(visit: Visit, opened: Opened) -> tuple[Fact, ...]:
    """Of a frame contract, its terms and what all sites need together."""
    row = opened.contract
    if row is None:
        return ()
    until = visit.wording.date(last_day(row.joins_until, opened.zone.time_zone))
    told = contract_words.facts(row, visit.say, visit.wording, until)
    return (*told, *contract_words.together(row, visit.say, visit.wording))


def _quote_form(visit: Visit, opened: Opened, given: Answers | None, sent: DocumentSent | None) -> views.Asking:
    values = {"from_1": "0", "delivered": "site"}
    if opened.quote is not None:
        decimal = "," if visit.language == "fr" else "."
        values = {**offer_values(opened.quote.offer, decimal), "conditions": opened.quote.conditions}
    return _asking(visit, "quote", given, **values, document_waiting=sent.waiting if sent else "")


async def gone(visit: Visit) -> Response[str]:
    """A link that is none of ours, or was given out for something that is no more."""
    sentence = visit.say(_("It may have been cut off on its way. Ask whoever sent it to you for a new one."))
    view = SupplierPage(token="", heading=visit.say(_("This link does not open anything")), sentence=sentence)
    return await _shown(visit, view, 410)


async def _shown(visit: Visit, view: SupplierPage, status: int, zone: people.Zone | None = None) -> Response[str]:
    response = await visit.page("purchases/supplier.html", view, zone=zone, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
