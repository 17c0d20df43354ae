"""Taking everything away: what an administrator can carry out of here and open without us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from marketplace.database import Role
from marketplace.links import PAGES
from marketplace.zone_export import CONTENTS, Asked, export_zone
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
    view = ExportPage(zone=zone_view(here), files=tuple(map(visit.say, CONTENTS)), command=visit.new_command())
    return await visit.page("zones/export.html", view, zone=here, current="zone")


@form("/z/{zone:str}/export", policy="administrator")
async def take(visit: Visiting, zone: FromPath[str]) -> Stream:
    """The archive; whoever it names can see that it was taken."""
    return await exported(visit, await visit.zone(zone))


async def exported(visit: Visit, here: people.Zone) -> Stream:
    """The archive of a zone, for whoever administers it: answered once it is whole, and not before."""
    await visit.within(EXPORTS, visit.viewer.member_id)
    file, named = await visit.services.exporting(_written, visit, here)
    with ExitStack() as unless_sent:
        unless_sent.callback(file.close)
        await visit.looked_at("export", PAGES.zone_export(here.slug), named)
        unless_sent.pop_all()
    name = f"{here.slug}-{visit.now.date().isoformat()}.zip"
    headers = {
        # The framework would give the media type of a page, whatever a stream says of itself.
        "Content-Type": "application/zip",
        "Content-Length": str(file.seek(0, SEEK_END)),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Vary": "Cookie",
    }
    return Stream(_chunks(file), headers=headers)


def _written(visit: Visit, here: people.Zone) -> tuple[IO[bytes], frozenset[str]]:
    """The archive as a file that is gone once it is closed, and whom it names."""
    services = visit.services
    asked = Asked(zone=here, viewer=visit.viewer, language=visit.language, now=visit.now, site=services.settings.name)
    with ExitStack() as unless_whole, services.database.connect(Role.WEB) as connection:
        file = unless_whole.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        done = export_zone(
            asked, file, connection, services.marketplace.log, photos=services.photos, documents=services.documents
        )
        unless_whole.pop_all()
    return file, done.named


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


handlers: Final[list[ControllerRouterHandler]] = [show, take]
