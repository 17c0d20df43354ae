"""PDF documents that come with a quote: known by their content, sealed beside the log, handed out as files only."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from domain.refused import Refused, _
from marketplace.blobs import Blob, Blobs

PDF: Final = "application/pdf"
MOST_BYTES: Final = 8 * 1024 * 1024
"""Of one document; a quote of twenty scanned pages has half of that."""
MEGABYTE: Final = 1024 * 1024
LONGEST_NAME: Final = 60
_BEGINS: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\s]")
_END: Final = b"%%EOF"
_TAIL: Final = 1024
"""Bytes at the end of a file among which readers look for its end."""


class Documents:
    """The documents of quotes; who may have one, the page decides by what names it."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def take(self, sent: bytes, name: str, *, form: UUID, zone_id: str, stream: str, now: datetime) -> str:
        """Keep a document sent with a form, for the stream that will name it; gives its id.

        The same file sent again with the same form is kept once. Raises Refused, with the file's name, when it is too
        heavy or no PDF, whatever its name or the browser says it is.
        """
        check_pdf(sent, name)
        document_id = uuid5(form, f"{zone_id} {stream} {hashlib.sha256(sent).hexdigest()}")
        self._blobs.put(document_id, sent, media_type=PDF, subject=zone_id, stream=stream, now=now)
        return str(document_id)

    def show(self, document_id: str) -> Blob | None:
        """Open a document, for someone who may see what names it."""
        return self._blobs.get(UUID(document_id))


def check_pdf(sent: bytes, name: str) -> None:
    """Refuse what is no PDF by its content, or too heavy."""
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    if len(sent) > MOST_BYTES:
        sentence = _("“%(file)s” is too heavy: %(most)s MB at most for one document.")
        raise Refused(sentence, field="document", file=name, most=MOST_BYTES // MEGABYTE)
    if not _BEGINS.match(sent) or _END not in sent[-_TAIL:]:
        raise Refused(_("“%(file)s” is no PDF: save it as PDF and choose it again."), field="document", file=name)
