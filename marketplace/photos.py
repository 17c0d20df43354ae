"""Photos people send: developed to small WebP without anything hidden in the file, and kept as blobs."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image, ImageOps

from domain.conversations import MessageSent
from domain.events import Event
from domain.exchanges import ExchangeConfirmed
from domain.listings import DraftDiscarded, ListingAmended, ListingDrafted, ListingPosted
from domain.purchases import QuoteReceived
from domain.refused import Refused, _
from marketplace.blobs import Blob, Blobs
from marketplace.eventlog import EventLog

FORMATS: Final = ("JPEG", "PNG", "WEBP")
TO_LOOK_AT: Final = 1280
ON_A_CARD: Final = 480
WIDTHS: Final = (TO_LOOK_AT, ON_A_CARD)
"""The longer side of a photo, in pixels."""
QUALITY: Final = 80
EFFORT: Final = 2
"""Of 6, for the encoder: twice as fast as its usual 4, for a few per cent more bytes."""
MOST_BYTES: Final = 15 * 1024 * 1024
"""Of one file as it is sent; a phone makes 3 to 8 MB."""
MOST_PIXELS: Final = 64_000_000
"""A phone makes 12 to 50 million; a file of a few kilobytes may claim billions."""
GIVEN_UP_AFTER: Final = timedelta(days=1)
"""How long a photo waits for its form to be accepted; a form is good for half of that."""
MEGABYTE: Final = 1024 * 1024
MILLION: Final = 1_000_000
LONGEST_NAME: Final = 60

Image.MAX_IMAGE_PIXELS = None  # the bound is ours: told in a sentence, before anything is decoded

UNREADABLE: Final = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
"""What the library raises at files that are not what they say."""


class Named(Struct, frozen=True):
    """What a stream names: the photos of its draft or listing, those of a pick-up or a message, a quote's document."""

    shown: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()


def names(named: Named | None, event: Event) -> Named:  # noqa: PLR0911  (one flat case per event)
    """The photos a stream names after `event`."""
    named = named or Named()
    match event:
        case ListingPosted() | ListingAmended():
            return replace(named, shown=frozenset(event.content.photos))
        case ListingDrafted():
            return replace(named, shown=frozenset(event.photos))
        case DraftDiscarded():
            return replace(named, shown=frozenset())
        case ExchangeConfirmed() if event.photo:
            return replace(named, sent=named.sent | {event.photo})
        case MessageSent():
            return replace(named, sent=named.sent | frozenset(event.photos))
        case QuoteReceived() if event.quote.document:
            return replace(named, sent=named.sent | {event.quote.document})
        case _:
            return named


class Photos:
    """The photos of listings, pick-ups and messages: taken in with a form, shown one by one, dropped when unnamed."""

    def __init__(self, blobs: Blobs, log: EventLog) -> None:
        self._blobs = blobs
        self._log = log

    def take(self, sent: bytes, name: str, *, form: UUID, company_id: str, stream: str, now: datetime) -> str:
        """Develop one file sent with a form and keep it for the stream that will name it; gives the photo's id.

        The same file sent with the same form for the same stream has the same id, and is developed once: a slow
        form that was given up goes on where it stopped when it is sent again. Raises Refused, with the file's name,
        when it cannot be a photo, and PrivateTextErased when the company was erased.
        """
        # Company and stream are part of the id: what it finds is sealed under their key, and goes when they go.
        photo_id = uuid5(form, f"{company_id} {stream} {hashlib.sha256(sent).hexdigest()}")
        if not self._blobs.widths(photo_id).issuperset(WIDTHS):
            self.keep(photo_id, develop(sent, name), company_id=company_id, stream=stream, now=now)
        return str(photo_id)

    def keep(self, photo_id: UUID, developed: dict[int, bytes], *, company_id: str, stream: str, now: datetime) -> None:
        """Keep the sizes of a photo."""
        for width, content in developed.items():
            self._blobs.put(
                photo_id,
                content,
                width=width,
                media_type="image/webp",
                subject=company_id,
                stream=stream,
                now=now,
            )

    def show(self, photo_id: str, width: int) -> Blob | None:
        """Open a photo in one of its sizes, for someone who may see what names it."""
        return self._blobs.get(UUID(photo_id), width)

    def settle(self, stream: str, dropped: Iterable[str] = ()) -> None:
        """Once a form is accepted: keep the photos its stream names, and throw away those it no longer does."""
        named = self._named(stream)
        self._blobs.name(named)
        self._blobs.drop({UUID(photo_id) for photo_id in dropped} - named)

    def forget_given_up(self, now: datetime) -> None:
        """Throw away what was sent with forms that nobody finished; the log says what was named after all."""
        for photo_id, stream in self._blobs.unnamed(now - GIVEN_UP_AFTER):
            keep_or_drop = self._blobs.name if photo_id in self._named(stream) else self._blobs.drop
            keep_or_drop([photo_id])

    def _named(self, stream: str) -> set[UUID]:
        named = self._log.load(stream, names).state or Named()
        return {UUID(photo_id) for photo_id in named.shown | named.sent}


def develop(sent: bytes, name: str) -> dict[int, bytes]:
    """Make the sizes of a photo from a file as it was sent: nothing of the file but its pixels goes over.

    Raises Refused when it is too heavy, of another format, has too many pixels or is broken.
    """
    name = _shortened(name)
    if len(sent) > MOST_BYTES:
        sentence = _("“%(file)s” is too heavy: %(most)s MB at most for one photo.")
        raise Refused(sentence, field="photo", file=name, most=MOST_BYTES // MEGABYTE)
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                sentence = _("“%(file)s” is too large: %(most)s million pixels at most.")
                raise Refused(sentence, field="photo", file=name, most=MOST_PIXELS // MILLION)
            # A JPEG can be decoded at a fraction of its size, and a good phone's is four times too large.
            opened.draft("RGB", (TO_LOOK_AT, TO_LOOK_AT))
            return sizes_of(ImageOps.exif_transpose(_small(opened, TO_LOOK_AT)))
    except UNREADABLE as fault:
        sentence = _("“%(file)s” cannot be read as a photo: send it as JPEG, PNG or WebP.")
        raise Refused(sentence, field="photo", file=name) from fault


def sizes_of(picture: Image.Image) -> dict[int, bytes]:
    """Make the sizes of a picture, on fresh canvases: what is transparent becomes white."""
    sizes = {}
    for width in WIDTHS:
        small = _small(picture, width)
        canvas = Image.new("RGB", small.size, "white")
        canvas.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
        written = io.BytesIO()
        canvas.save(written, "WEBP", quality=QUALITY, method=EFFORT)
        sizes[width] = written.getvalue()
    return sizes


def _small(picture: Image.Image, width: int) -> Image.Image:
    """The picture with its longer side no longer than this, as RGB or RGBA."""
    translucent = picture.has_transparency_data
    small = picture.convert("RGBA" if translucent else "RGB")
    small.thumbnail((width, width), reducing_gap=2.0)
    return small


def _shortened(name: str) -> str:
    """A file's name as a sentence can hold it."""
    plain = "".join(character for character in name if character.isprintable())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"
