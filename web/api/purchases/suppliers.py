"""Suppliers' personal links for the programs of whoever leads: given out, listed, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from domain.purchases import CloseQuoting, InviteSupplier, RevokeLink
from marketplace import supplier_links
from marketplace.supplier_links import Asked
from projections import people, purchases
from projections.purchases import PURCHASES, LinkRow, PurchaseRow
from web.api.purchases.steps import AT, READ, Stepping, day, leading
from web.api.reading import Text, without_nul
from web.purchase_desk import led
from web.supplier_links import address_of, last_day, state_of, until_end_of
from web.supplier_views import LinkState
from web.visits import Visit, Visiting


class Invited(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which supplier is asked, and the last day for its quote; with a mail address the link is sent there."""

    name: Text
    until: date
    mail: Text = ""


class LinkOut(Struct, kw_only=True):
    """A supplier's link; `address` is what it is handed, as long as it opens, and `until` its last day."""

    id: str
    supplier: str
    state: LinkState
    mail: str
    until: date
    address: str | None
    invited_at: datetime
    answered_at: datetime | None


class LinksOut(Struct):
    """The links of a group purchase, in the order they were given out."""

    items: list[LinkOut]


@get(AT + "/suppliers", **READ, summary="Suppliers who are asked")
async def list_links(visit: Visiting, purchase_id: FromPath[str]) -> LinksOut:
    """For whoever leads the group purchase; a supplier needs no account."""
    return await _links(visit, purchase_id)


@leading(post, "/suppliers", "Ask a supplier", Invited)
async def invite(step: Stepping, data: JSONBody[Invited]) -> Response[LinksOut]:
    """Whoever holds the link enters that supplier's quote, until a quote is chosen."""
    invitation_id = f"invitation-{step.signed['command_id']}"
    until = until_end_of(day(data.until, "until"), step.zone.time_zone)
    token = supplier_links.sign(step.visit.services.signer, Asked(step.row.purchase_id, invitation_id), until)
    command = InviteSupplier(
        **step.signed,
        invitation_id=invitation_id,
        name=without_nul(data.name),
        until=until,
        token_sha256=supplier_links.fingerprint(token),
        mail=without_nul(data.mail),
    )
    return await step.take_in(_links, step.marketplace.invite_supplier, command)


@leading(post, "/suppliers/{invitation_id:str}/revoke", "Take a supplier's link back")
async def revoke(step: Stepping, invitation_id: FromPath[str]) -> Response[LinksOut]:
    """It opens nothing any more; a quote that came by it stays."""
    command = RevokeLink(**step.signed, invitation_id=invitation_id)
    return await step.take_in(_links, step.marketplace.revoke_link, command)


@leading(post, "/suppliers/close", "Close the quotes")
async def close(step: Stepping) -> Response[LinksOut]:
    """No quote comes by any link given out so far."""
    return await step.take_in(_links, step.marketplace.close_quoting, CloseQuoting(**step.signed))


async def _links(visit: Visit, purchase_id: str) -> LinksOut:
    row, zone = await led(visit, purchase_id)
    async with visit.reading(PURCHASES) as read:
        found = await read.all(purchases.links(purchase_id))
    return LinksOut([_link(visit, link, row, zone) for link in found])


def _link(visit: Visit, link: LinkRow, row: PurchaseRow, zone: people.Zone) -> LinkOut:
    return LinkOut(
        id=link.invitation_id,
        supplier=link.supplier,
        state=state_of(link, row, visit.now),
        mail=link.mail,
        until=last_day(link.until, zone.time_zone),
        address=address_of(visit, link, row) or None,
        invited_at=link.invited_at,
        answered_at=link.answered_at,
    )


handlers: list[Any] = [list_links, invite, revoke, close]
