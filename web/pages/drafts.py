"""A form that is not finished: kept as a draft with one button, gone on with another day, or thrown away."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from litestar import Response
from litestar.params import FromPath

from domain.listings import DiscardDraft, DraftListing
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from web import listing_views
from web.beginning import MOST_ANSWERS, own_draft
from web.forms import Answers
from web.listing_form import form_page, posts_for
from web.photo_field import MOST_SENT, TEXT, PhotosSent, photos_sent
from web.policies import form
from web.visits import Visit, Visiting

NOT_KEPT: Final = frozenset(
    {"csrf", "command_id", "seen_version", "draft", "anyway", "photo", "photos_waiting", "photo_gone", TEXT}
)
"""What a form sends besides its answers."""
LONGEST_NAME: Final = 64


@form("/drafts", policy="crew", request_max_body_size=MOST_SENT)
async def keep_draft(visit: Visiting) -> Response[Any]:
    """Keep what was typed, right or wrong; a title is enough."""
    given = await visit.answers()
    named = given.raw("draft")
    before = await own_draft(visit, named) if named else None
    company_id = before.company_id if before else await _company(visit, given)
    sent = await photos_sent(
        visit,
        given,
        company_id=company_id,
        stream=before.listing_id if before else "",
        shown=before.photos if before else (),
    )
    begun = listing_views.Begun(kept_at=before.at if before else None)
    if given.errors:
        return await form_page(visit, visit.form(given), sent, begun=begun, status=422)
    command = await _command(visit, given, sent)
    try:
        await visit.carry_out(visit.services.marketplace.draft_listing, command)
    except (Forbidden, NotFound):
        raise
    except Refused as refused:
        given.refused(refused)
        status = 409 if isinstance(refused, Conflict) else 422
        return await form_page(visit, visit.form(given), sent, begun=begun, status=status)
    await visit.services.blocking(visit.services.photos.settle, sent.stream, dropped=sent.gone)
    if visit.viewer.shared:
        visit.tell(visit.say(_("Kept as a draft: your colleagues find it on their own page.")))
        return visit.go(PAGES.begin_listing(draft=sent.stream))
    visit.tell(visit.say(_("Kept as a draft: nobody but your company sees it.")))
    return visit.go(f"{PAGES.me()}#drafts")


@form("/drafts/{listing_id:str}/discard", policy="member")
async def discard_draft(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Throw it away; what is gone already is gone."""
    row = await own_draft(visit, listing_id)
    command = DiscardDraft(
        **{**await visit.asked(), "seen_version": None},
        listing_id=listing_id,
        for_company=None if visit.viewer.acts_for(row.company_id) else row.company_id,
    )
    await visit.carry_out(visit.services.marketplace.discard_draft, command)
    await visit.services.blocking(visit.services.photos.settle, listing_id, dropped=row.photos)
    visit.tell(visit.say(_("The draft is thrown away.")))
    return visit.go(f"{PAGES.me()}#drafts")


async def _company(visit: Visit, given: Answers) -> str:
    """Whose draft it is: the reader's own company, unless they say otherwise."""
    companies = await posts_for(visit)
    if not companies:
        raise Forbidden(_("You act for no company yet: the facilitator of your zone can change that in a minute."))
    own = visit.viewer.companies[0].company_id if visit.viewer.companies else ""
    return given.choice("for_company", companies, usual=own, missing=_("Choose the company you post for."))


async def _command(visit: Visit, given: Answers, sent: PhotosSent) -> DraftListing:
    """Two drafts of one form are two wishes: what the second one says is kept too, and sent twice it is kept once."""
    answers = {
        name: value
        for name, value in list(given.values.items())[:MOST_ANSWERS]
        if value and name not in NOT_KEPT and len(name) <= LONGEST_NAME
    }
    answers |= {f"{TEXT}-{photo}": sent.texts[photo] for photo in sent.photos if sent.texts.get(photo)}
    asked = await visit.asked()
    said = msgspec.json.encode([sent.stream, sorted(answers.items()), sent.photos]).decode()
    return DraftListing(
        **{**asked, "command_id": str(uuid5(UUID(asked["command_id"]), f"draft {said}")), "seen_version": None},
        listing_id=sent.stream,
        company_id=sent.company_id,
        answers=answers,
        photos=sent.photos,
        for_company=None if visit.viewer.acts_for(sent.company_id) else sent.company_id,
    )


handlers = [keep_draft, discard_draft]
