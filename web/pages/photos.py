"""Photos of listings, for whoever may see a listing that names them."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.params import FromPath

from domain.refused import NotFound, _
from marketplace.photos import WIDTHS
from projections import listings
from projections.listings import LISTINGS
from web.policies import page
from web.visits import Visiting

KEPT: Final = "private, max-age=31536000, immutable"
"""By this person's browser only, and for good: a photo never changes under its id."""


@page("/photos/{photo_id:str}/{width:int}", policy="anyone")
async def show_photo(visit: Visiting, photo_id: FromPath[str], width: FromPath[int]) -> Response[bytes]:
    """One size of a photo; that of a listing this reader may not see is missing to them."""
    async with visit.reading(LISTINGS) as read:
        named = await read.one(listings.photo(photo_id))
    if named is not None and width in WIDTHS:
        blob = await visit.services.blocking(visit.services.photos.show, named.photo_id, width)
        if blob is not None:
            headers = {"Cache-Control": KEPT, "Vary": "Cookie", "ETag": f'"{blob.sha256.hex()}"'}
            return Response(blob.content, media_type=blob.media_type, headers=headers)
    raise NotFound(_("There is no such photo."))


handlers = [show_photo]
