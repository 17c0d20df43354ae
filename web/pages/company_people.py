"""The people of a company: who acts for it, colleagues invited, and what is handed over when somebody leaves."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.acting import EndAsking, InviteColleague
from domain.companies import RemoveRepresentative
from domain.joining import NAME_LENGTH, WISH_LENGTH, AgreeToJoining, RefuseJoining
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES
from projections import acting, joining, people
from projections.acting import ACTING
from projections.joining import JOINING
from projections.people import PEOPLE, Colleague
from web import company_views as views
from web.forms import Answers
from web.join_requests import asked_to_act, shown
from web.pages.companies import represented
from web.pages.sign_in import address_in
from web.policies import form, page
from web.views import Choice
from web.visits import Visit, Visiting


@page("/companies/{company_id:str}/people", policy="member")
async def company_people(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Who acts for my company, and who asks to."""
    return await _people(visit, company_id)


@form("/companies/{company_id:str}/people/invite", policy="member")
async def invite(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Ask a colleague to act for the company; what is said is the same whether the address is known here or not."""
    await represented(visit, company_id)
    given = await visit.answers()
    mail = address_in(given, missing=_("Write their mail address."))
    name = given.text("name", most=NAME_LENGTH, missing=_("Write their name."))
    if given.errors:
        return await _people(visit, company_id, invited=given)
    await visit.may_invite(mail)
    asked = await visit.asked()
    inviting = InviteColleague(
        **asked,
        company_id=company_id,
        acting_id=f"acting-{asked['command_id']}",
        name=name,
        mail=mail,
        language=visit.language,
    )
    await visit.carry_out(visit.services.marketplace.invite_colleague, inviting)
    visit.tell(visit.say(_("%(name)s is asked by mail, and acts for the company once they accept."), name=name))
    return visit.go(PAGES.company_people(company_id))


@form("/companies/{company_id:str}/people/take-back", policy="member")
async def take_back(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Ask no longer; name and address are forgotten."""
    await represented(visit, company_id)
    asked_for = (await visit.answers()).raw("asked")
    async with visit.reading(ACTING) as read:
        if not any(one.acting_id == asked_for for one in await read.all(acting.for_company(company_id))):
            raise NotFound(_("There is no such invitation."))
    await visit.carry_out(visit.services.marketplace.end_asking, EndAsking(**await visit.asked(), acting_id=asked_for))
    visit.tell(visit.say(_("Taken back: the link in their mail opens nothing any more.")))
    return visit.go(PAGES.company_people(company_id))


@form("/companies/{company_id:str}/people/remove", policy="member")
async def remove(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Somebody leaves; what was theirs to do next is for the colleague named."""
    await represented(visit, company_id)
    given = await visit.answers()
    leaver = next((one for one in await _colleagues(visit, company_id) if one.member_id == given.raw("member")), None)
    if leaver is None:
        raise NotFound(_("There is no such person."))
    removing = RemoveRepresentative(
        **await visit.asked(), company_id=company_id, member_id=leaver.member_id, successor=given.raw("successor")
    )
    try:
        await visit.carry_out(visit.services.marketplace.remove_representative, removing)
    except NotFound:
        raise
    except Refused as refused:
        given.refused(refused, otherwise="successor")
        return await _people(visit, company_id, leaver=leaver.member_id, left=given)
    visit.tell(visit.say(_("%(name)s no longer acts for the company, and is told."), name=leaver.name))
    if leaver.member_id == visit.viewer.member_id:
        return visit.go(PAGES.me())
    return visit.go(PAGES.company_people(company_id))


@form("/companies/{company_id:str}/people/agree", policy="member")
async def agree(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Say that whoever asks is a colleague."""
    row = await _asking(visit, company_id)
    agreeing = AgreeToJoining(**await visit.asked(), joining_id=row.joining_id)
    await visit.carry_out(visit.services.marketplace.agree_to_joining, agreeing)
    visit.tell(visit.say(_("Thank you: %(name)s is told."), name=row.person))
    return visit.go(PAGES.company_people(company_id))


@form("/companies/{company_id:str}/people/refuse", policy="member")
async def refuse(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Say that whoever asks is none of ours."""
    row = await _asking(visit, company_id)
    given = await visit.answers()
    reason = given.text("reason", most=WISH_LENGTH, missing=_("Say why: the person is told."))
    if given.errors:
        return await _people(visit, company_id, again=row.joining_id, answered=given)
    refusing = RefuseJoining(**await visit.asked(), joining_id=row.joining_id, reason=reason)
    await visit.carry_out(visit.services.marketplace.refuse_joining, refusing)
    visit.tell(visit.say(_("Turned away; %(person)s is told why."), person=row.person))
    return visit.go(PAGES.company_people(company_id))


async def _asking(visit: Visit, company_id: str) -> joining.Request:
    await represented(visit, company_id)
    given = await visit.answers()
    async with visit.reading(JOINING) as read:
        row = await read.one(joining.request(given.raw("request")))
    if row is None or row.company_id != company_id:
        raise NotFound(_("There is no such request."))
    return row


async def _colleagues(visit: Visit, company_id: str) -> list[Colleague]:
    async with visit.reading(PEOPLE) as read:
        return await read.all(people.colleagues(company_id))


async def _people(
    visit: Visit,
    company_id: str,
    *,
    invited: Answers | None = None,
    leaver: str = "",
    left: Answers | None = None,
    again: str = "",
    answered: Answers | None = None,
) -> Response[Any]:
    row = await represented(visit, company_id)
    colleagues = await _colleagues(visit, company_id)
    async with visit.reading(JOINING, ACTING) as read:
        asking = await read.all(joining.colleagues_to_be([company_id]))
        asked = await read.all(acting.for_company(company_id))
    zone = next((zone for zone in await visit.services.zones() if zone.zone_id in row.zones), None)
    time_zone = zone.time_zone if zone else "Europe/Paris"
    view = views.PeoplePage(
        id=company_id,
        name=row.name,
        colleagues=tuple(
            views.ColleagueShown(
                id=one.member_id,
                name=one.name,
                mail=one.mail,
                joined=one.joined,
                self=one.member_id == visit.viewer.member_id,
                form=visit.form(left if one.member_id == leaver else None),
                heirs=tuple(
                    Choice(value=other.member_id, label=other.name)
                    for other in colleagues
                    if other.member_id != one.member_id and other.joined
                ),
            )
            for one in colleagues
        ),
        asking=tuple(
            shown(visit, one, time_zone, answers=True, given=answered if one.joining_id == again else None)
            for one in asking
        ),
        invite=visit.form(invited),
        asked=asked_to_act(visit, asked, time_zone),
    )
    status = 422 if invited or left or answered else 200
    return await visit.page("companies/people.html", view, current="account", status=status)


handlers: Final = [company_people, invite, take_back, remove, agree, refuse]
