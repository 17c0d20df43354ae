"""Taking everything away: what an administrator can carry out of here and open without us."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from marketplace.database import Role
from marketplace.links import PAGES
from marketplace.zone_export import Asked, export_zone
from marketplace.zone_export.sheets import SHEETS
from projections import people
from web.handover_views import ExportPage
from web.policies import form, page
from web.rate_limits import EXPORTS
from web.visits import Visit, Visiting, zone_view

CHUNK: Final = 256 * 1024
IN_MEMORY: Final = 4 * 1024 * 1024
"""A small export never touches the disk; a large one lies in a file that has no name, and is gone with it."""


@page("/z/{zone:str}/export", policy="administrator")
async def show(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What is in it, and what is not."""
    here = await visit.zone(zone)
    view = ExportPage(
        zone=zone_view(here), files=tuple(visit.say(sheet.says) for sheet in SHEETS), command=visit.new_command()
    )
    return await visit.page("zones/export.html", view, zone=here, current="zone")


@form("/z/{zone:str}/export", policy="administrator")
async def take(visit: Visiting, zone: FromPath[str]) -> Stream:
    """The archive; whoever it names can see that it was taken."""
    return await exported(visit, await visit.zone(zone))


async def exported(visit: Visit, here: people.Zone) -> Stream:
    """The archive of a zone, for whoever administers it: sent once it is whole, so that none looks whole and is not."""
    await visit.within(EXPORTS, visit.viewer.member_id)
    name = f"{here.slug}-{visit.now.date().isoformat()}.zip"
    headers = {
        # The framework would give the media type of a page, whatever a stream says of itself.
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Vary": "Cookie",
    }
    return Stream(_sent(visit, here), headers=headers)


async def _sent(visit: Visit, here: people.Zone) -> AsyncIterator[bytes]:
    blocking = visit.services.blocking
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        named = await blocking(_write, visit, here, file)
        await visit.looked_at("export", PAGES.zone_export(here.slug), named)
        while chunk := await blocking(file.read, CHUNK):
            yield chunk


def _write(visit: Visit, here: people.Zone, file: IO[bytes]) -> frozenset[str]:
    services = visit.services
    asked = Asked(zone=here, viewer=visit.viewer, language=visit.language, now=visit.now, site=services.settings.name)
    with services.database.connect(Role.WEB) as connection:
        exported = export_zone(asked, file, connection, services.marketplace.log, services.photos)
    file.seek(0)
    return exported.named


handlers: Final[list[ControllerRouterHandler]] = [show, take]
