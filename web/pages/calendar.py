"""My dates in my own calendar, by a secret address that I can have made anew or taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.refused import NotFound, _
from marketplace.calendars import Entry, feed
from marketplace.language import known_language
from marketplace.links import PAGES, Links
from marketplace.reading import AsyncReading
from projections import bulletins, exchanges, purchases
from projections.viewer import Viewer
from web.policies import form, page
from web.purchase_dates import entries
from web.visits import Visit, Visiting

ENDING: Final = ".ics"
A_DAY: Final = timedelta(days=1)
PAST: Final = timedelta(days=60)
"""How long what is over stays in the calendar."""


@page("/calendar/{name:str}", policy="address")
async def dates(visit: Visiting, name: FromPath[str]) -> Response[bytes]:
    """The file, for whatever program fetches it; it knows nobody but by the address."""
    member_id = await visit.services.calendar_links.whose(name.removesuffix(ENDING), now=visit.now)
    viewer = await visit.services.reader.viewer(member_id) if member_id else None
    if viewer is None:
        raise NotFound(_("There is no such calendar."))
    visit.language = known_language(viewer.language)
    async with visit.services.reader.reading(viewer) as read:
        found = [entry async for entry in _entries(visit, read, viewer)]
    written = feed(visit.services.settings.name, found)
    headers = {"Cache-Control": "private, no-cache", "Content-Disposition": 'inline; filename="gisement.ics"'}
    return Response(written, media_type="text/calendar", headers=headers)


@form("/account/calendar", policy="member")
async def make(visit: Visiting) -> Response[Any]:
    """Have an address made; the one there was opens nothing any more."""
    await visit.answers()
    await visit.services.calendar_links.make(visit.viewer.member_id, now=visit.now)
    visit.tell(visit.say(_("Your calendar has an address. Give it to your calendar program, and to nobody else.")))
    return visit.go(f"{PAGES.account()}#calendar")


@form("/account/calendar/revoke", policy="member")
async def revoke(visit: Visiting) -> Response[Any]:
    """Take the address back."""
    await visit.answers()
    await visit.services.calendar_links.revoke(visit.viewer.member_id)
    visit.tell(visit.say(_("Taken back: the address opens nothing any more.")))
    return visit.go(f"{PAGES.account()}#calendar")


async def _entries(visit: Visit, read: AsyncReading, viewer: Viewer) -> AsyncIterator[Entry]:
    """What is agreed, what closes, what came, and the meetings of their zones."""
    links = Links(visit.services.settings.base_url)
    host = urlsplit(links.base).hostname or "localhost"
    ours = [company.company_id for company in viewer.companies]
    if ours:
        for row in await read.all(exchanges.upcoming(ours, visit.now - PAST)):
            if row.slot_start and row.slot_end:
                yield Entry(
                    uid=f"{row.exchange_id}@{host}",
                    number=row.version,
                    start=row.slot_start,
                    end=row.slot_end,
                    title=visit.say(_("Pick-up: %(title)s"), title=row.title),
                    address=links.exchange(row.exchange_id),
                    written_at=row.latest_at,
                )
        for bought in await read.all(purchases.concerning(viewer.zones, ours, visit.now - PAST)):
            if bought.pledged or bought.wished_too:
                session = await read.one(purchases.session(bought.purchase_id)) if bought.form == "session" else None
                for entry in entries(bought, session, visit.say, links.base):
                    yield entry
    today = visit.now.astimezone(UTC).date()
    zones = {zone.zone_id: zone for zone in await visit.services.zones()}
    for said in await read.all(bulletins.standing(viewer.zones, today - PAST)):
        if said.on is not None and said.zone_id in zones:
            title, _text = said.said_in(visit.language)
            yield Entry(
                uid=f"{said.bulletin_id}@{host}",
                number=said.version,
                title=title,
                address=links.bulletin(zones[said.zone_id].slug, said.bulletin_id),
                written_at=said.issued_at or said.written_at,
                start=said.on,
                end=said.on + A_DAY,
            )


handlers: Final[list[ControllerRouterHandler]] = [dates, make, revoke]
