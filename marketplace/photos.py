"""Photos on listings: developed to small WebP without anything hidden in the file, and kept as blobs."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from PIL import Image, ImageOps

from domain import listings
from domain.refused import Refused, _
from marketplace.blobs import Blob, Blobs
from marketplace.eventlog import EventLog

FORMATS: Final = ("JPEG", "PNG", "WEBP")
WIDTHS: Final = (1280, 480)
"""The longer side of a photo in pixels: to look at, and on a card."""
QUALITY: Final = 80
MOST_BYTES: Final = 15 * 1024 * 1024
"""Of one file as it is sent; a phone makes 3 to 8 MB."""
MOST_PIXELS: Final = 64_000_000
"""A phone makes 12 to 50 million; a file of a few kilobytes may claim billions."""
AT_ONCE: Final = 2
"""Photos developed at the same moment: each may need a few hundred megabytes for a second."""
GIVEN_UP_AFTER: Final = timedelta(days=1)
"""How long a photo waits for its form to be accepted; a form is good for half of that."""
MEGABYTE: Final = 1024 * 1024
MILLION: Final = 1_000_000
LONGEST_NAME: Final = 60

Image.MAX_IMAGE_PIXELS = None  # the bound is ours: told in a sentence, before anything is decoded

UNREADABLE: Final = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
"""What the library raises at files that are not what they say."""

_turns = threading.BoundedSemaphore(AT_ONCE)


class Photos:
    """The photos of listings: taken in with a form, shown one by one, dropped when no listing names them."""

    def __init__(self, blobs: Blobs, log: EventLog) -> None:
        self._blobs = blobs
        self._log = log

    def take(self, sent: bytes, name: str, *, form: UUID, company_id: str, listing_id: str, now: datetime) -> str:
        """Develop one file sent with a form and keep it for a listing; gives the photo's id.

        The same file sent with the same form has the same id. Raises Refused, with the file's name, when it cannot
        be a photo.
        """
        photo_id = uuid5(form, sent.hex() if len(sent) < LONGEST_NAME else _digest(sent))
        developed = develop(sent, name)
        self.keep(photo_id, developed, company_id=company_id, listing_id=listing_id, now=now)
        return str(photo_id)

    def keep(
        self, photo_id: UUID, developed: dict[int, bytes], *, company_id: str, listing_id: str, now: datetime
    ) -> None:
        """Keep the sizes of a photo."""
        for width, content in developed.items():
            self._blobs.put(
                photo_id,
                content,
                width=width,
                media_type="image/webp",
                subject=company_id,
                stream=listing_id,
                now=now,
            )

    def show(self, photo_id: str, width: int) -> Blob | None:
        """Open a photo in one of its sizes, for someone who may see a listing that names it."""
        return self._blobs.get(UUID(photo_id), width)

    def settle(self, listing_id: str, photos: Iterable[str]) -> None:
        """Keep the photos that a listing names from now on, and drop its others."""
        self._blobs.settle(listing_id, [UUID(photo_id) for photo_id in photos])

    def forget_given_up(self, now: datetime) -> None:
        """Drop what was sent with forms that nobody finished; the log says what was."""
        for listing_id in self._blobs.unnamed(now - GIVEN_UP_AFTER):
            listing = self._log.load(listing_id, listings.evolve).state
            self.settle(listing_id, listing.content.photos if listing else ())
