"""Notices by anyone, without an account (article 16 of the DSA): what is wrong with a listing, or in a zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.commands import Command, Receipt
from domain.listings import NotifyListing
from domain.notices import MAIL, NOTICE_REASONS, NotifyZone
from domain.refused import Refused, _
from marketplace import record_words
from marketplace.links import PAGES
from projections import listings, people
from projections.listings import LISTINGS
from web.answers import choices
from web.forms import Answers
from web.objection_views import NoticePage
from web.pages.listings import seen
from web.policies import form, page
from web.presenting import Presenter
from web.rate_limits import NOTICE_MAILS, NOTICES
from web.visits import Visit, Visiting, zone_view

C = TypeVar("C", bound=Command)

WORDS_LENGTH: Final = 2_000
WHERE_LENGTH: Final = 500
NAME_LENGTH: Final = 120
MAIL_LENGTH: Final = 254
LISTING: Final = re.compile(r"listing-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@page("/listings/{listing_id:str}/notice", policy="anyone")
async def about_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """The form about a listing that this reader may see."""
    row = await seen(visit, listing_id)
    return await _listing_form(visit, row)


@form("/listings/{listing_id:str}/notice", policy="anyone")
async def notify_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """Give notice of a listing; sent twice, it is received once."""
    row = await seen(visit, listing_id)
    given = await visit.answers()
    said, where = _said(given), given.text("where", most=WHERE_LENGTH)
    if not given.errors:
        asked = await _asked(visit)
        about: dict[str, Any] = {"listing_id": row.listing_id, "zone_id": row.zone_id, "where": where}
        command = NotifyListing(**asked, **about, **said, language=visit.language)
        if await _sent(visit, given, visit.services.marketplace.notify_listing, command):
            return await _listing_form(visit, row, given, done=True)
    return await _listing_form(visit, row, given)


@page("/z/{zone:str}/notice", policy="anyone")
async def about_zone(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The form about anything in a zone."""
    return await _zone_form(visit, await visit.zone(zone))


@form("/z/{zone:str}/notice", policy="anyone")
async def notify_zone(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Give notice of what stands at an address; where that is a listing, the notice stands in its record."""
    here = await visit.zone(zone)
    given = await visit.answers()
    where = given.text("where", most=WHERE_LENGTH, missing=_("Say where it is: its address, or its name."))
    said = _said(given)
    if not given.errors:
        asked, language = await _asked(visit), visit.language
        use = visit.services.marketplace
        row = await _listing_at(visit, here, where)
        if row is not None:
            about: dict[str, Any] = {"listing_id": row.listing_id, "zone_id": here.zone_id}
            sent = await _sent(
                visit, given, use.notify_listing, NotifyListing(**asked, **about, **said, language=language)
            )
        else:
            command = NotifyZone(**asked, zone_id=here.zone_id, where=where, **said, language=language)
            sent = await _sent(visit, given, use.notify_zone, command)
        if sent:
            return await _zone_form(visit, here, given, done=True)
    return await _zone_form(visit, here, given)


def _said(given: Answers) -> dict[str, Any]:
    """What every notice says, with every fault beside its field."""
    reason = given.choice("reason", NOTICE_REASONS, missing=_("Choose what is wrong with it."))
    missing = _("Explain it in a few words: without them nobody can decide.")
    why = given.text("why", most=WORDS_LENGTH, missing=missing)
    name = given.text("name", most=NAME_LENGTH)
    mail = given.text("mail", most=MAIL_LENGTH)
    if mail and not MAIL.fullmatch(mail):
        given.wrong("mail", _("This is no mail address: it looks like name@company.fr."))
    if given.raw("good_faith") != "yes":
        given.wrong("good_faith", _("Tick that you say this in good faith: the law asks for it."))
    return {"reason": reason, "why": why, "name": name, "mail": mail, "good_faith": True}


async def _asked(visit: Visit) -> dict[str, Any]:
    """Whoever gives notice acts under the notice, signed in or not: nothing else says who they are."""
    asked = await visit.asked()
    notice_id = f"notice-{asked['command_id']}"
    return {**asked, "actor": f"guest:{notice_id}", "seen_version": None, "notice_id": notice_id}


async def _sent(visit: Visit, given: Answers, use_case: Callable[[C], Receipt], command: C) -> bool:
    await visit.within(NOTICES, visit.place)
    if mail := given.raw("mail").strip():
        await visit.within(NOTICE_MAILS, mail.casefold())
    try:
        await visit.services.carry_out(use_case, command)
    except Refused as refused:
        given.refused(refused, otherwise="why")
        return False
    return True


async def _listing_at(visit: Visit, here: people.Zone, where: str) -> listings.Listing | None:
    """The listing of this zone that an address names, if this reader may see it."""
    named = LISTING.search(where)
    if named is None:
        return None
    async with visit.reading(LISTINGS) as read:
        row = await read.one(listings.listing(named[0], here.zone_id))
    return row if row is not None and row.zone_id == here.zone_id else None


async def _listing_form(
    visit: Visit, row: listings.Listing, given: Answers | None = None, *, done: bool = False
) -> Response[Any]:
    here = await visit.zone(row.zone_slug)
    action, back = PAGES.notify(row.listing_id), PAGES.listing(row.listing_id)
    title = Presenter(visit.viewer, visit.say, visit.language, visit.now).card(row).title
    return await _shown(visit, here, given, action=action, back=back, title=title, done=done)


async def _zone_form(
    visit: Visit, here: people.Zone, given: Answers | None = None, *, done: bool = False
) -> Response[Any]:
    action, back = PAGES.notify_zone(here.slug), PAGES.zone(here.slug)
    return await _shown(visit, here, given, action=action, back=back, done=done)


async def _shown(
    visit: Visit, here: people.Zone, given: Answers | None, *, action: str, back: str, title: str = "", done: bool
) -> Response[Any]:
    known = {"name": visit.viewer.name, "mail": visit.viewer.mail} if visit.viewer.signed_in else {}
    view = NoticePage(
        zone=zone_view(here),
        action=action,
        back=back,
        form=visit.form(given, values=known if given is None else {}),
        reasons=choices(record_words.NOTICE_REASONS, visit.say, NOTICE_REASONS),
        title=title,
        contact_mail=here.contact_mail,
        done=done,
        told=bool(given and given.raw("mail")),
    )
    status = 422 if given is not None and given.errors else 200
    return await visit.page("objections/notice.html", view, zone=here, status=status)


handlers: Final[list[ControllerRouterHandler]] = [about_listing, notify_listing, about_zone, notify_zone]
