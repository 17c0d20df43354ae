"""Photos, for whoever may see what names them: a listing or its draft, a pick-up, or a message of their exchange."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.params import FromPath

from domain.refused import NotFound, _
from marketplace.photos import WIDTHS
from projections import exchanges, listings
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from web.policies import page
from web.visits import Visit, Visiting

KEPT: Final = "private, max-age=31536000, immutable"
"""By this person's browser only, and for good: a photo never changes under its id."""


@page("/photos/{photo_id:str}/{width:int}", policy="anyone")
async def show_photo(visit: Visiting, photo_id: FromPath[str], width: FromPath[int]) -> Response[bytes]:
    """One size of a photo; that of something this reader may not see is missing to them."""
    if width in WIDTHS and await _may_see(visit, photo_id):
        blob = await visit.services.blocking(visit.services.photos.show, photo_id, width)
        if blob is not None:
            headers = {"Cache-Control": KEPT, "Vary": "Cookie", "ETag": f'"{blob.sha256.hex()}"'}
            return Response(blob.content, media_type=blob.media_type, headers=headers)
    raise NotFound(_("There is no such photo."))


async def _may_see(visit: Visit, photo_id: str) -> bool:
    async with visit.reading(LISTINGS, EXCHANGES) as read:
        if await read.one(listings.photo(photo_id)) or await read.one(listings.draft_with(photo_id)):
            return True
        named = await read.one(exchanges.photo(photo_id))
    # A shared phone reads no messages: it stands where anyone may pick it up.
    return named is not None and not (visit.viewer.shared and named.message_id)


handlers = [show_photo]
