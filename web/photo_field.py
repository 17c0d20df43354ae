"""The photos of a form: those already shown, those that came with an answer not yet right, and those sent now.

Beside each stands what is to be seen on it, for whoever cannot see it, and its place among the others.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from domain.listings import MAX_PHOTOS, PHOTO_TEXT_LENGTH
from domain.refused import Refused, _
from marketplace.photos import MOST_BYTES
from web import views
from web.forms import Answers
from web.rate_limits import Limit
from web.visits import Visit

FIELD: Final = "photo"
GONE: Final = "photo_gone"
WAITING: Final = "photos_waiting"
TEXT: Final = "photo_text"
"""Of a photo, its id after a dash; without an id, of those sent now."""
PLACE: Final = "photo_place"
MOST_SENT: Final = 40 * 1024 * 1024
"""Bytes of a form with its photos: six straight from a phone."""
MOST_CHOSEN: Final = MOST_SENT - 1024 * 1024
"""Bytes of the photos of a form, so that its answers have room beside them."""
WAIT: Final = timedelta(hours=12)
"""How long photos wait for the rest of their form to be right."""
TOO_MANY: Final = _("A listing shows %(most)s photos at most, and you chose %(chosen)s.")
SENT: Final = Limit("photos sent by one person", 60, timedelta(minutes=10))


class PhotosSent(Struct, frozen=True):
    """What a form says of photos: `photos` are those it is to name, `waiting` those no event names yet.

    `stream` is what they are kept for: a listing, or a conversation. `texts` say what is to be seen on them, `places`
    which comes first.
    """

    stream: str
    company_id: str
    shown: tuple[str, ...]
    gone: tuple[str, ...]
    waiting: tuple[str, ...]
    texts: dict[str, str] = {}
    places: dict[str, int] = {}

    @property
    def photos(self) -> tuple[str, ...]:
        """In the order they are shown: by their places, then as they came."""
        there = dict.fromkeys((*(photo for photo in self.shown if photo not in self.gone), *self.waiting))
        return tuple(sorted(there, key=lambda photo: self.places.get(photo, MAX_PHOTOS + 1)))


async def photos_sent(
    visit: Visit,
    given: Answers,
    *,
    company_id: str,
    stream: str = "",
    shown: tuple[str, ...] = (),
    most: int = MAX_PHOTOS,
    too_many: str = TOO_MANY,
) -> PhotosSent:
    """Read the field, and develop and keep what came with it; what is wrong with a photo is said beside the field.

    `shown` are the photos of the listing that is amended; a new listing gets its id here, since photos are sealed
    for it before it is posted. A form sent again is for the same listing, and finds the photos that were kept for it.
    """
    await visit.typed()
    known, waiting = _waiting(visit, given, company_id, stream)
    form = UUID((await visit.asked())["command_id"])
    stream = stream or known or f"listing-{uuid5(form, f'{visit.viewer.member_id} {company_id}')}"
    gone = tuple(photo for photo in shown if photo in given.all(GONE))
    uploads = await visit.uploads(FIELD)
    chosen = len(shown) - len(gone) + len(waiting) + len(uploads)
    if chosen > most:
        given.wrong(FIELD, too_many, most=most, chosen=chosen)
        uploads = ()
    new = given.text(TEXT, most=PHOTO_TEXT_LENGTH)
    texts = {photo: given.text(f"{TEXT}-{photo}", most=PHOTO_TEXT_LENGTH) for photo in (*shown, *waiting)}
    take = partial(visit.services.photos.take, form=form, company_id=company_id, stream=stream, now=visit.now)
    for upload in uploads:
        await visit.within(SENT, visit.viewer.member_id)
        sent = await upload.read(MOST_BYTES + 1)
        try:
            photo_id = await visit.services.developing(take, sent, upload.filename)
        except Refused as refused:
            given.refused(refused, otherwise=FIELD)
        else:
            waiting = tuple(dict.fromkeys((*waiting, photo_id)))
            texts[photo_id] = texts.get(photo_id) or new
    places = {photo: place for photo in texts if (place := given.whole(f"{PLACE}-{photo}", least=1, most=most))}
    return PhotosSent(stream, company_id, shown, gone, waiting, texts, places)


def asked_again(visit: Visit, sent: PhotosSent) -> views.PhotoField:
    """The field as it is shown when another answer was wrong: nothing has to be sent twice."""
    value = " ".join((visit.viewer.member_id, sent.stream, sent.company_id, *sent.waiting))
    token = visit.services.signer.sign(WAITING, value, expires_at=visit.now + WAIT) if sent.waiting else ""
    return views.PhotoField(
        shown=sent.shown,
        gone=sent.gone,
        waiting=token,
        waiting_count=len(sent.waiting),
        coming=sent.waiting,
        texts=sent.texts,
        places=sent.places,
    )


def _waiting(visit: Visit, given: Answers, company_id: str, stream: str) -> tuple[str, tuple[str, ...]]:
    """The photos this person sent before for the same thing of the same company, and that thing's stream."""
    said = visit.services.signer.read(WAITING, given.raw(WAITING), now=visit.now)
    if said is None:
        return "", ()
    member, for_stream, of_company, *waiting = said.split(" ")
    if (member, of_company) != (visit.viewer.member_id, company_id) or stream not in ("", for_stream):
        return "", ()
    return for_stream, tuple(waiting)
