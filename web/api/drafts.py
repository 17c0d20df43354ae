"""Drafts for programs: what was typed of a listing kept as it is, right or wrong, to be posted another day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from domain.listings import DiscardDraft, DraftListing
from domain.refused import Forbidden, _
from marketplace.links import PAGES
from marketplace.photos import TO_LOOK_AT
from projections import listings
from projections.listings import LISTINGS
from web.api.documenting import MEMBER
from web.api.reading import Code, IdempotencyKey, IfMatch, Text, command_id, seen_version, strictly
from web.beginning import MOST_ANSWERS, own_draft
from web.photo_field import TEXT
from web.visits import Visit, Visiting

FORM_ONLY: Final = f"{TEXT}-"
"""What is to be seen on a photo stands among the answers, under its id."""


class DraftIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """The answers by the names of the form's fields, such as `title`, `category`, `amount`, `unit`; a title is enough.

    `photo_texts` says what is to be seen on photos of the draft, by their ids.
    """

    answers: Annotated[dict[Code, Text], Meta(max_length=MOST_ANSWERS)]
    photo_texts: dict[Code, Text] | None = None


class NewDraft(DraftIn, forbid_unknown_fields=True, kw_only=True):
    """A draft to keep: for the token owner's own company, unless said otherwise."""

    company_id: Code | None = None


class DraftOut(Struct, kw_only=True):
    """A draft as it was kept; `photos` are addresses by photo id, `version` is its ETag."""

    id: str
    company_id: str
    answers: dict[str, str]
    photos: dict[str, str]
    photo_texts: dict[str, str]
    kept_at: datetime
    version: int


class DraftsOut(Struct):
    """Drafts, the last kept first."""

    items: list[DraftOut]


@get("/api/v1/drafts", **MEMBER, summary="My drafts", tags=["Drafts"])
async def all_drafts(visit: Visiting) -> DraftsOut:
    """Those of the companies the token's owner acts for, and those they kept for others."""
    companies = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.drafts(f"member:{visit.viewer.member_id}", companies))
    return DraftsOut([_represented(row) for row in rows])


@get("/api/v1/drafts/{listing_id:str}", **MEMBER, summary="Read a draft", tags=["Drafts"])
async def show_draft(visit: Visiting, listing_id: FromPath[str]) -> Response[DraftOut]:
    """The ETag is what `If-Match` wants when it is kept again."""
    return _answer(await own_draft(visit, listing_id))


@post("/api/v1/drafts", before_request=strictly(NewDraft), **MEMBER, summary="Keep a draft", tags=["Drafts"])
async def keep_draft(visit: Visiting, data: JSONBody[NewDraft], key: IdempotencyKey = "") -> Response[DraftOut]:
    """To post it, name it as `draft_id` in `POST /api/v1/listings`: its photos come along."""
    company_id = data.company_id or next((company.company_id for company in visit.viewer.companies), None)
    if company_id is None:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    command = DraftListing(
        **visit.signed(command_id(key)),
        listing_id=visit.new_id("listing"),
        company_id=company_id,
        answers=_answers(data, ()),
        for_company=None if visit.viewer.acts_for(company_id) else company_id,
    )
    receipt = await visit.carry_out(visit.services.marketplace.draft_listing, command)
    kept = await own_draft(visit, receipt.ids["listing_id"])
    return _answer(kept, position=receipt.position, status=201)


@put(
    "/api/v1/drafts/{listing_id:str}",
    before_request=strictly(DraftIn),
    **MEMBER,
    summary="Keep it again",
    tags=["Drafts"],
)
async def keep_again(
    visit: Visiting,
    listing_id: FromPath[str],
    data: JSONBody[DraftIn],
    key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Response[DraftOut]:
    """What is said now stands for what was kept before; its photos stay."""
    row = await own_draft(visit, listing_id)
    command = DraftListing(
        **{**visit.signed(command_id(key)), "seen_version": seen_version(if_match)},
        listing_id=listing_id,
        company_id=row.company_id,
        answers=_answers(data, row.photos, row.answers),
        photos=row.photos,
        for_company=_on_behalf(visit, row),
    )
    receipt = await visit.carry_out(visit.services.marketplace.draft_listing, command)
    return _answer(await own_draft(visit, listing_id), position=receipt.position)


@delete("/api/v1/drafts/{listing_id:str}", **MEMBER, summary="Throw a draft away", tags=["Drafts"])
async def discard_draft(visit: Visiting, listing_id: FromPath[str], key: IdempotencyKey = "") -> None:
    """With its photos, for good."""
    row = await own_draft(visit, listing_id)
    command = DiscardDraft(**visit.signed(command_id(key)), listing_id=listing_id, for_company=_on_behalf(visit, row))
    await visit.carry_out(visit.services.marketplace.discard_draft, command)
    await visit.services.blocking(visit.services.photos.settle, listing_id, dropped=row.photos)
    async with visit.reading(LISTINGS):
        pass  # whoever asks next finds it gone


def _answers(data: DraftIn, photos: tuple[str, ...], before: dict[str, str] | None = None) -> dict[str, str]:
    """The answers as the form keeps them, with what is said of the photos; what is not said of them stays."""
    said = {name: text for name, text in data.answers.items() if text and not name.startswith(FORM_ONLY)}
    if data.photo_texts is None:
        kept = {name: text for name, text in (before or {}).items() if name.startswith(FORM_ONLY)}
        return {**said, **kept}
    texts = {f"{FORM_ONLY}{photo}": text for photo, text in data.photo_texts.items() if photo in photos}
    return {**said, **{name: text for name, text in texts.items() if text}}


def _answer(row: listings.DraftRow, *, position: int | None = None, status: int = 200) -> Response[DraftOut]:
    headers = {"ETag": f'"{row.version}"'}
    if position is not None:
        headers["Position"] = str(position)
    if status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = f"/api/v1/drafts/{row.listing_id}"
    return Response(_represented(row), status_code=status, headers=headers)


def _represented(row: listings.DraftRow) -> DraftOut:
    return DraftOut(
        id=row.listing_id,
        company_id=row.company_id,
        answers={name: text for name, text in row.answers.items() if not name.startswith(FORM_ONLY)},
        photos={photo: PAGES.photo(photo, TO_LOOK_AT) for photo in row.photos},
        photo_texts={photo: row.answers.get(f"{FORM_ONLY}{photo}", "") for photo in row.photos},
        kept_at=row.at,
        version=row.version,
    )


def _on_behalf(visit: Visit, row: listings.DraftRow) -> str | None:
    return None if visit.viewer.acts_for(row.company_id) else row.company_id


handlers: list[Any] = [all_drafts, show_draft, keep_draft, keep_again, discard_draft]
