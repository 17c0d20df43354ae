"""Joining a zone: a company asks, its person confirms their address, and moderators answer."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.joining import (
    CONFIRM_WITHIN,
    MISSING,
    NAME_LENGTH,
    WISH_LENGTH,
    AdmitJoining,
    AskToJoin,
    ConfirmJoining,
    Joining,
    RefuseJoining,
    checked_request,
)
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES
from marketplace.reactions.telling_joiners import CONFIRMING
from projections import joining, people
from projections.joining import JOINING
from web import company_views as views
from web.forms import Answers
from web.join_requests import shown
from web.pages.sign_in import address_in
from web.policies import form, page
from web.rate_limits import JOINING_ASKED, JOINING_MAILS
from web.visits import Visit, Visiting, zone_view
from web.welcoming import written_to_again

# --- asking -------------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/join", policy="anyone")
async def join(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What a company says of itself when it asks to be let in."""
    return await _ask(visit, await visit.zone(zone))


@form("/z/{zone:str}/join", policy="anyone")
async def ask_to_join(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Keep the request, and have its person confirm their address; the same is said whoever is known already."""
    here = await visit.zone(zone)
    if here.is_closed(visit.now):
        return await _ask(visit, here)
    given = await visit.answers()
    mail = address_in(given)
    texts: dict[str, Any] = {
        name: given.text(name, most=NAME_LENGTH, missing=missing) for name, missing in MISSING.items()
    }
    wish = given.text("wish", most=WISH_LENGTH)
    asking = AskToJoin(
        **await visit.asked() | {"actor": "guest:visitor", "seen_version": None},
        joining_id=visit.new_id("joining"),
        zone_id=here.zone_id,
        siret=given.raw("siret"),
        mail=mail,
        wish=wish,
        language=visit.language,
        **texts,
    )
    try:
        checked_request(asking)
    except Refused as refused:
        given.refused(refused, otherwise="company")
    if given.errors:
        return await _ask(visit, here, given)
    await visit.within(JOINING_ASKED, visit.place)
    await visit.within(JOINING_MAILS, mail.casefold())
    await visit.services.carry_out(visit.services.marketplace.ask_to_join, asking)
    return await _ask(visit, here, sent_to=mail)


async def _ask(visit: Visit, here: people.Zone, given: Answers | None = None, sent_to: str = "") -> Response[Any]:
    view = views.JoinPage(
        zone=zone_view(here),
        association=here.association,
        form=visit.form(given),
        sent_to=sent_to,
        hours=here.review_within_hours,
        closed=here.is_closed(visit.now),
    )
    return await visit.page("companies/join.html", view, zone=here, current="zone", status=422 if given else 200)


# --- confirming ---------------------------------------------------------------------------------------------------


@page("/joining/{token:str}", policy="address")
async def look_at_joining(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Where the mail's link leads: a button, because mail scanners follow links and never press buttons."""
    request = await _confirming(visit, token)
    if request is None or request.stage == "lapsed":
        return await _too_late(visit, request)
    if request.stage != "asked":
        return await visit.page("companies/confirm.html", views.ConfirmPage(state="done"))
    return await visit.page("companies/confirm.html", views.ConfirmPage(state="asked", token=token, form=visit.form()))


@form("/joining/{token:str}", policy="anyone")
async def confirm_joining(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """The address is theirs: the request goes to whoever answers it, and mail goes there again."""
    request = await _confirming(visit, token)
    if request is None or request.stage == "lapsed":
        return await _too_late(visit, request)
    asked = request.asked
    confirming = ConfirmJoining(**visit.signed() | {"actor": "guest:visitor"}, joining_id=asked.joining_id)
    await visit.services.carry_out(visit.services.marketplace.confirm_joining, confirming)
    await written_to_again(visit, str(asked.mail))
    return await visit.page("companies/confirm.html", views.ConfirmPage(state="done"))


async def _confirming(visit: Visit, token: str) -> Joining | None:
    joining_id = visit.services.signer.read(CONFIRMING, token, now=visit.now)
    asked_for = visit.services.marketplace.request_to_join
    return await visit.services.blocking(asked_for, joining_id) if joining_id else None


async def _too_late(visit: Visit, request: Joining | None) -> Response[Any]:
    """Say what became of it to whoever comes back; where it lapsed, where to ask anew."""
    zones = await visit.services.zones() if request else []
    zone = next((zone for zone in zones if request and zone.zone_id == request.asked.zone_id), None)
    if zone is None:
        return await visit.page("companies/confirm.html", views.ConfirmPage(state="gone"), status=410)
    view = views.ConfirmPage(state="lapsed", zone=zone_view(zone), days=CONFIRM_WITHIN.days)
    return await visit.page("companies/confirm.html", view, zone=zone, status=410)


# --- answering ----------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/companies/requests", policy="moderator")
async def requests(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Who waits to be let in, and what was answered."""
    return await _queue(visit, await visit.zone(zone))


@form("/z/{zone:str}/companies/requests/admit", policy="moderator")
async def admit(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Let a company and its person in."""
    here, row, _given = await _asked_about(visit, zone)
    admitting = AdmitJoining(**await visit.asked(), joining_id=row.joining_id)
    await visit.carry_out(visit.services.marketplace.admit_joining, admitting)
    visit.tell(visit.say(_("%(company)s is admitted, and %(person)s is told."), company=row.company, person=row.person))
    return visit.go(PAGES.join_requests(here.slug))


@form("/z/{zone:str}/companies/requests/refuse", policy="moderator")
async def refuse(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Turn a request away, with the reason the person is told."""
    here, row, given = await _asked_about(visit, zone)
    reason = given.text("reason", most=WISH_LENGTH, missing=_("Say why: the company is told."))
    if given.errors:
        return await _queue(visit, here, row.joining_id, given)
    refusing = RefuseJoining(**await visit.asked(), joining_id=row.joining_id, reason=reason)
    await visit.carry_out(visit.services.marketplace.refuse_joining, refusing)
    visit.tell(visit.say(_("Turned away; %(person)s is told why."), person=row.person))
    return visit.go(PAGES.join_requests(here.slug))


async def _asked_about(visit: Visit, slug: str) -> tuple[people.Zone, joining.Request, Answers]:
    here, given = await visit.zone(slug), await visit.answers()
    async with visit.reading(JOINING) as read:
        row = await read.one(joining.request(given.raw("request")))
    if row is None or row.zone_id != here.zone_id:
        raise NotFound(_("There is no such request."))
    return here, row, given


async def _queue(visit: Visit, here: people.Zone, again: str = "", given: Answers | None = None) -> Response[Any]:
    async with visit.reading(JOINING) as read:
        waiting = await read.all(joining.waiting(here.zone_id))
        answered = await read.all(joining.answered(here.zone_id))
    view = views.RequestsPage(
        zone=zone_view(here),
        waiting=tuple(
            shown(
                visit, row, here.time_zone,
                answers=row.stage == "agreed" or not row.company_id,
                given=given if row.joining_id == again else None,
            )
            for row in waiting
        ),
        answered=tuple(shown(visit, row, here.time_zone, answers=False) for row in answered),
    )  # fmt: skip
    status = 422 if given else 200
    return await visit.page("companies/requests.html", view, zone=here, current="moderation", status=status)


handlers: Final = [join, ask_to_join, look_at_joining, confirm_joining, requests, admit, refuse]
