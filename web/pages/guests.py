"""Guests of a group purchase: a company from outside the zone sees this one, until a day, and nothing else."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.companies import KINDS, EndSharing, InviteGuest, Kind
from domain.joining import NAME_LENGTH
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.links import PAGES
from projections import people
from projections.people import PEOPLE
from projections.purchases import PurchaseRow
from web import company_views as views
from web.directory import KIND_NAMES
from web.forms import Answers
from web.pages.sign_in import address_in
from web.policies import form, page
from web.purchase_desk import led
from web.quote_field import YEARS
from web.supplier_links import last_day, until_end_of
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

MISSING: Final = {
    "name": _("Write the company’s name."),
    "trade": _("Say what the company does."),
    "person": _("Write their name."),
}


@page("/purchases/{purchase_id:str}/guests", policy="member")
async def guests(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Who from outside sees it, and until when."""
    return await _shown(visit, *await led(visit, purchase_id))


@form("/purchases/{purchase_id:str}/guests/invite", policy="member")
async def invite_guest(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Let one more company see it; its person is told by mail."""
    row, zone = await led(visit, purchase_id)
    given = await visit.answers()
    texts: dict[str, Any] = {name: given.text(name, most=NAME_LENGTH, missing=said) for name, said in MISSING.items()}
    mail, day = address_in(given, missing=_("Write their mail address.")), given.day("until")
    chosen = given.choice("kind", KINDS, usual="supplier")
    if "until" not in given.errors and (day is None or day.year not in YEARS):
        given.wrong("until", _("Choose the day."))
    if given.errors or day is None:
        return await _shown(visit, row, zone, given)
    await visit.may_invite(mail)
    kind: Kind = next(one for one in KINDS if one == chosen)
    inviting = InviteGuest(
        **await visit.asked(),
        purchase_id=purchase_id,
        company_id=visit.new_id("company"),
        member_id=visit.new_id("member"),
        siret=given.raw("siret"),
        kind=kind,
        mail=mail,
        until=until_end_of(day, zone.time_zone),
        language=visit.language,
        **texts,
    )
    try:
        await visit.carry_out(visit.services.marketplace.invite_guest, inviting)
    except (NotFound, Conflict):
        raise
    except Refused as refused:
        given.refused(refused, otherwise="siret")
        return await _shown(visit, row, zone, given)
    visit.tell(visit.say(_("%(company)s sees this from now on, and is told by mail."), company=texts["name"]))
    return visit.go(PAGES.purchase_guests(purchase_id))


@form("/purchases/{purchase_id:str}/guests/end", policy="member")
async def end_guest(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Let a guest see it no longer."""
    _row, zone = await led(visit, purchase_id)
    given = await visit.answers()
    ending = EndSharing(
        **await visit.asked(), company_id=given.raw("company"), zone_id=zone.zone_id, purchase_id=purchase_id
    )
    await visit.carry_out(visit.services.marketplace.end_sharing, ending)
    visit.tell(visit.say(_("Ended: it sees nothing of this any more.")))
    return visit.go(PAGES.purchase_guests(purchase_id))


async def _shown(visit: Visit, row: PurchaseRow, zone: people.Zone, given: Answers | None = None) -> Response[Any]:
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.guests(row.purchase_id))
    view = views.GuestsPage(
        zone=zone_view(zone),
        purchase_id=row.purchase_id,
        title=row.title,
        guests=tuple(
            views.GuestShown(
                id=one.company_id,
                name=one.name,
                sort=visit.say(KIND_NAMES[one.kind]),
                until=visit.wording.date(last_day(one.until, zone.time_zone)),
                over=one.until <= visit.now,
                command=visit.new_command(),
            )
            for one in found
        ),
        kinds=tuple(Choice(value=one, label=visit.say(KIND_NAMES[one])) for one in KINDS),
        invite=visit.form(given, values={"kind": "supplier"}),
    )
    status = 422 if given else 200
    return await visit.page("companies/guests.html", view, zone=zone, current="purchases", status=status)


handlers: Final = [guests, invite_guest, end_guest]
