"""The people of a zone: who acts for it, roles given and taken back, and whom an administrator invites."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain import zones
from domain.acting import EndAsking, InviteToRole
from domain.refused import Conflict, NotFound, Refused, _
from domain.zones import ROLES, Role
from marketplace.links import PAGES
from projections import acting, people
from projections.acting import ACTING
from projections.people import PEOPLE
from projections.people.questions import members_by_id
from projections.people.questions import roles as roles_in
from web import settings_views as views
from web import zone_words as words
from web.forms import Answers
from web.join_requests import asked_to_act
from web.policies import form, page
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

LONGEST_NAME: Final = 80
LONGEST_ADDRESS: Final = 254


@page("/z/{zone:str}/people", policy="administrator")
async def zone_people(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Who acts for the zone."""
    return await _shown(visit, await visit.zone(zone))


@form("/z/{zone:str}/people/grant", policy="administrator")
async def grant(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Give somebody who acts for the zone another role."""
    here = await visit.zone(zone)
    given = await visit.answers()
    command = zones.GrantRole(
        **await visit.asked(), zone_id=here.zone_id, member_id=given.raw("member"), role=_role(given)
    )
    await visit.carry_out(visit.services.marketplace.grant_role, command)
    visit.tell(visit.say(_("Given: it holds from the next page they open.")))
    return visit.go(PAGES.zone_people(here.slug))


@form("/z/{zone:str}/people/revoke", policy="administrator")
async def revoke(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Take a role back."""
    here = await visit.zone(zone)
    given = await visit.answers()
    command = zones.RevokeRole(
        **await visit.asked(), zone_id=here.zone_id, member_id=given.raw("member"), role=_role(given)
    )
    await visit.carry_out(visit.services.marketplace.revoke_role, command)
    visit.tell(visit.say(_("Taken back, at once. What they did stays, in their name.")))
    return visit.go(PAGES.zone_people(here.slug))


@form("/z/{zone:str}/people/invite", policy="administrator")
async def invite(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Ask somebody to act for the zone; what is said is the same whether the address is known here or not."""
    here = await visit.zone(zone)
    given = await visit.answers()
    mail = given.text("mail", most=LONGEST_ADDRESS, missing=_("Write their mail address."))
    local, at, host = mail.rpartition("@")
    if mail and not (local and at and "." in host and " " not in mail):
        given.wrong("mail", _("This is not a mail address, such as name@company.fr."))
    asked = await visit.asked()
    command = InviteToRole(
        **asked,
        zone_id=here.zone_id,
        acting_id=f"acting-{asked['command_id']}",
        name=given.text("name", most=LONGEST_NAME, missing=_("Write their name.")),
        mail=mail,
        language=given.choice("language", zones.LANGUAGES, usual="fr"),
        roles=_roles(given),
    )
    status = 422
    if not given.errors:
        await visit.may_invite(mail)
        try:
            await visit.carry_out(visit.services.marketplace.invite_to_role, command)
        except Refused as refused:
            given.refused(refused)
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            told = _("%(name)s is asked by mail, and acts for the zone once they accept.")
            visit.tell(visit.say(told, name=command.name))
            return visit.go(PAGES.zone_people(here.slug))
    return await _shown(visit, here, given, status)


@form("/z/{zone:str}/people/take-back", policy="administrator")
async def take_back(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Ask no longer; name and address are forgotten."""
    here = await visit.zone(zone)
    asked_for = (await visit.answers()).raw("asked")
    async with visit.reading(ACTING) as read:
        if not any(one.acting_id == asked_for for one in await read.all(acting.for_zone(here.zone_id))):
            raise NotFound(_("There is no such invitation."))
    await visit.carry_out(visit.services.marketplace.end_asking, EndAsking(**await visit.asked(), acting_id=asked_for))
    visit.tell(visit.say(_("Taken back: the link in their mail opens nothing any more.")))
    return visit.go(PAGES.zone_people(here.slug))


async def _shown(visit: Visit, here: people.Zone, given: Answers | None = None, status: int = 200) -> Response[Any]:
    async with visit.reading(PEOPLE, ACTING) as read:
        asked = await read.all(acting.for_zone(here.zone_id))
        held = await read.all(roles_in(here.zone_id))
        found = await read.all(members_by_id([row.member_id for row in held]))
    known = {each.member_id: each for each in found}
    roles: dict[str, set[Role]] = {}
    for row in held:
        roles.setdefault(row.member_id, set()).add(row.role)
    administrators = sum("administrator" in each for each in roles.values())
    lines = [
        _person(visit, known[member_id], roles[member_id], alone=administrators == 1)
        for member_id in sorted(roles, key=lambda member_id: known[member_id].name if member_id in known else "")
        if member_id in known
    ]
    view = views.PeoplePage(
        zone=zone_view(here),
        people=tuple(lines),
        roles=tuple(
            views.RoleChoice(value=role, label=visit.say(words.ROLES[role][0]), says=visit.say(words.ROLES[role][1]))
            for role in ROLES
        ),
        ticked=given.all("role") if given else (),
        form=visit.form(given) if given else visit.form(values={"language": "fr"}),
        asked=asked_to_act(visit, asked, here.time_zone),
    )
    return await visit.page("zones/people.html", view, zone=here, current="zone", status=status)


def _person(visit: Visit, member: people.Member, held: set[Role], *, alone: bool) -> views.Person:
    """`alone` when the zone has one administrator: whoever that is stays so."""
    oneself = member.member_id == visit.viewer.member_id
    last = _("The only administrator: name another one first.")
    shown = tuple(
        views.Held(
            role=role,
            label=visit.say(words.ROLES[role][0]),
            command="" if role == "administrator" and alone else visit.new_command(),
            why_not=visit.say(last) if role == "administrator" and alone else "",
        )
        for role in ROLES
        if role in held
    )
    others = (
        ()
        if oneself
        else tuple(Choice(value=role, label=visit.say(words.ROLES[role][0])) for role in ROLES if role not in held)
    )
    return views.Person(
        member_id=member.member_id,
        name=member.name or visit.say(_("(erased)")),
        mail=member.mail,
        joined_at=member.joined_at,
        invited_at=member.invited_at,
        oneself=oneself,
        held=shown,
        others=others,
        command=visit.new_command(),
    )


def _role(given: Answers) -> Role:
    for role in ROLES:
        if role == given.raw("role"):
            return role
    raise Refused(_("Choose a role in the list."), field="role")


def _roles(given: Answers) -> tuple[Role, ...]:
    chosen = tuple(role for role in ROLES if role in given.all("role"))
    if not chosen:
        given.wrong("role", _("Choose at least one role."))
    return chosen


handlers = [zone_people, grant, revoke, invite, take_back]
