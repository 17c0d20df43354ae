"""The PDF of a quote in a form: the one already there, one sent with an answer not yet right, or one sent now."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.refused import Refused
from marketplace.documents import MOST_BYTES
from web.forms import Answers
from web.rate_limits import Limit
from web.visits import Visit

FIELD: Final = "document"
WAITING: Final = "document_waiting"
NONE: Final = "document_gone"
MOST_SENT: Final = 20 * 1024 * 1024
"""Bytes of a form with its document: one somewhat too heavy is refused in a sentence beside its field."""
WAIT: Final = timedelta(hours=12)
"""How long a document waits for the rest of its form to be right."""
SENT: Final = Limit("documents sent by one person", 20, timedelta(minutes=10))


class DocumentSent(Struct, frozen=True):
    """The document a form is to name, and the token by which the form, shown again, still has it."""

    document_id: str | None = None
    waiting: str = ""


async def document_sent(
    visit: Visit, given: Answers, *, whom: str, zone_id: str, stream: str, shown: str | None
) -> DocumentSent:
    """Read the field, and keep what came with it; what is wrong with it is said beside the field.

    `shown` is the document of the quote that is corrected, and `whom` whoever sends the form.
    """
    document_id = "" if given.raw(NONE) else _waiting(visit, given, f"{whom} {stream} ")
    for upload in (await visit.uploads(FIELD))[:1]:
        await visit.within(SENT, whom)
        sent = await upload.read(MOST_BYTES + 1)
        if not sent and not upload.filename:
            continue  # the browser sends an empty part where nothing was chosen
        form = UUID((await visit.asked())["command_id"])
        take = visit.services.documents.take
        try:
            document_id = await visit.services.blocking(
                take, sent, upload.filename, form=form, zone_id=zone_id, stream=stream, now=visit.now
            )
        except Refused as refused:
            given.refused(refused, otherwise=FIELD)
    if not document_id:
        return DocumentSent(None if given.raw(NONE) else shown)
    token = visit.services.signer.sign(WAITING, f"{whom} {stream} {document_id}", expires_at=visit.now + WAIT)
    return DocumentSent(document_id, token)


def _waiting(visit: Visit, given: Answers, mine: str) -> str:
    """The document that was sent before with this form, by the same hand for the same thing."""
    said = visit.services.signer.read(WAITING, given.raw(WAITING), now=visit.now) or ""
    return said.removeprefix(mine) if said.startswith(mine) else ""
