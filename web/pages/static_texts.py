"""The texts every site owes its readers: terms, and whom to write to."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.types import ControllerRouterHandler

from web.policies import page
from web.views import ContactPoint, TextPage
from web.visits import Visiting, zone_view


@page("/terms", policy="anyone")
async def terms(visit: Visiting) -> Response[str]:
    """The terms of use."""
    return await visit.page("texts/terms.html", TextPage(operator=visit.services.settings.name))


@page("/contact", policy="anyone")
async def contact(visit: Visiting) -> Response[str]:
    """The contact point of the site and of its zones."""
    settings = visit.services.settings
    contacts = tuple(
        ContactPoint(zone=zone_view(zone), association=zone.association, mail=zone.contact_mail or settings.mail_from)
        for zone in await visit.services.zones()
    )
    return await visit.page("texts/contact.html", TextPage(operator=settings.name, contacts=contacts))


handlers: Final[list[ControllerRouterHandler]] = [terms, contact]
