"""Erasing the words of a listing, in its history too: by its company, or by a moderator of a zone it stands in."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from domain.listings import RedactText
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES
from projections import listings
from projections.listings import LISTINGS, Listing
from web.forms import Answers
from web.policies import form, page
from web.views.privacy import RedactPage
from web.visits import Visit, Visiting


@page("/listings/{listing_id:str}/redact", policy="member")
async def redact(visit: Visiting, listing_id: FromPath[str], zone: FromQuery[str] = "") -> Response[str]:
    """What would go."""
    return await _asked(visit, await _mine(visit, listing_id, zone), zone)


@form("/listings/{listing_id:str}/redact", policy="member")
async def do_redact(visit: Visiting, listing_id: FromPath[str], zone: FromQuery[str] = "") -> Response[Any]:
    """Make it unreadable."""
    row, answers = await _mine(visit, listing_id, zone), await visit.answers()
    if not answers.raw("sure"):
        answers.wrong("sure", _("Tick this: it cannot be taken back."))
        return await _asked(visit, row, zone, answers)
    asked = await visit.asked() | {"seen_version": None}
    own = visit.viewer.acts_for(row.company_id)
    command = RedactText(**asked, listing_id=listing_id, zone_id="" if own else (await visit.zone(zone)).zone_id)
    try:
        await visit.services.blocking(visit.services.erasing.redact, command)
    except Refused as refusal:
        answers.refused(refusal)
        return await _asked(visit, row, zone, answers)
    visit.tell(visit.say(_("Its words are unreadable from now on. Pages that still show them follow within minutes.")))
    return visit.go(PAGES.me() if own else PAGES.moderation(zone))


async def _mine(visit: Visit, listing_id: str, zone: str) -> Listing:
    """A listing this reader may have redacted; any other is missing to them."""
    here = await visit.zone(zone) if zone else None
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(listing_id, here.zone_id if here else ""))
    moderates = here is not None and visit.viewer.has_role(here.zone_id, "moderator", "administrator")
    if row is None or not (visit.viewer.acts_for(row.company_id) or moderates):
        raise NotFound(_("There is no such listing."))
    return row


async def _asked(visit: Visit, row: Listing, zone: str, answers: Answers | None = None) -> Response[str]:
    shown = RedactPage(
        form=visit.form(answers), id=row.listing_id, title=row.title, description=row.description, zone_slug=zone
    )
    return await visit.page("listings/redact.html", shown, status=422 if answers else 200)


handlers: Final[list[ControllerRouterHandler]] = [redact, do_redact]
