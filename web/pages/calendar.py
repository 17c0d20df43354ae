"""My dates in my own calendar, and my zones' news in a feed reader, by a secret address of mine, to be taken back."""

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
from web import purchase_dates
from web.feeds import ATOM_TYPE, news
from web.policies import form, page
from web.visits import Visit, Visiting

ENDING: Final = ".ics"
NEWS_ENDING: Final = ".atom"
A_DAY: Final = timedelta(days=1)
PAST: Final = timedelta(days=60)
"""How long what is over stays in the calendar."""


@page("/calendar/{name:str}", policy="address")
async def dates(visit: Visiting, name: FromPath[str]) -> Response[bytes]:
    """The file, for whatever program fetches it; it knows nobody but by the address, whose ending says which file."""
    token = name.removesuffix(NEWS_ENDING).removesuffix(ENDING)
    member_id = await visit.services.calendar_links.whose(token, now=visit.now)
    viewer = await visit.services.reader.viewer(member_id) if member_id else None
    if viewer is None:
        raise NotFound(_("There is no such calendar."))
    visit.language = known_language(viewer.language)
    if name.endswith(NEWS_ENDING):
        return await _news(visit, viewer, token)
    async with visit.services.reader.reading(viewer) as read:
        found = [entry async for entry in _entries(visit, read, viewer)]
    written = feed(visit.services.settings.name, found)
    headers = {"Cache-Control": "private, no-cache", "Content-Disposition": 'inline; filename="gisement.ics"'}
    return Response(written, media_type="text/calendar", headers=headers)


async def _news(visit: Visit, viewer: Viewer, token: str) -> Response[bytes]:
    """What the zones of a member tell; for a reader of feeds."""
    async with visit.services.reader.reading(viewer) as read:
        rows = await read.all(bulletins.issued(viewer.zones))
    links = Links(visit.services.settings.base_url)
    zones = {zone.zone_id: zone for zone in await visit.services.zones()}
    text = news(
        [row for row in rows if row.zone_id in zones],
        zones,
        title=visit.say(_("News of my zones · %(site)s"), site=visit.services.settings.name),
        language=visit.language,
        here=links.news(token),
        links=links,
    )
    return Response(text, media_type=f"{ATOM_TYPE}; charset=utf-8", headers={"Cache-Control": "private, no-cache"})


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
        for bought in await read.all(purchases.dated(ours, visit.now - PAST)):
            async for entry in purchase_dates.dates(read, bought, visit.say, links.base):
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
