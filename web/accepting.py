"""Accepting what one was asked by mail: to act for a company, or for a zone in its roles."""

from __future__ import annotations

from typing import Any

from litestar import Response

from domain.acting import AcceptActing, Acting
from domain.refused import NotFound, _
from marketplace.language import known_language
from marketplace.links import PAGES
from marketplace.reactions.telling_the_asked import ACCEPTING
from marketplace.signing_in import Entry
from projections import people
from web import zone_words as words
from web.views.account import ActingPage
from web.visits import Visit
from web.welcoming import welcome, written_to_again


async def asked(visit: Visit, token: str) -> Acting | None:
    """What the link of a mail asks; nothing where it is no such link, or nobody can accept any more."""
    acting_id = visit.services.signer.read(ACCEPTING, token, now=visit.now)
    use = visit.services.marketplace
    held = await visit.services.blocking(use.asked_to_act, acting_id) if acting_id else None
    gone = held is None or held.ended or (held.asked.mail.erased and not held.member_id)
    return None if gone else held


async def look(visit: Visit, held: Acting, token: str) -> Response[Any]:
    """Say who asks, and for what; a button accepts."""
    visit.language = known_language(held.asked.language)
    return await _shown(visit, held, token=token, done=held.asked.mail.erased)


async def accept(visit: Visit, held: Acting) -> Response[Any]:
    """Let them act. Somebody new comes in by this; whoever was here signs in as ever: this mail opens no account."""
    mail = str(held.asked.mail)
    accepting = AcceptActing(
        **visit.signed() | {"actor": "guest:visitor"},
        acting_id=held.asked.acting_id,
        member_id=held.asked.acting_id.replace("acting-", "member-", 1),
    )
    receipt = await visit.carry_out(visit.services.marketplace.accept_acting, accepting)
    member_id, to = receipt.ids["member_id"], _leads_to(held)
    if not held.asked.mail.erased:
        await written_to_again(visit, mail)
    wishes = await visit.services.blocking(visit.services.marketplace.wishes_of, member_id)
    if wishes is None or wishes.erased:
        raise NotFound(_("There is no such person."))
    if not wishes.joined:
        entered = await welcome(visit, Entry(member_id, to), "invitation")
        if entered is not None:
            return entered
    if visit.viewer.member_id == member_id:
        visit.tell(visit.say(_("Accepted: it holds from now on.")))
        return visit.go(to)
    return await _shown(visit, held, done=True)


async def _shown(visit: Visit, held: Acting, *, token: str = "", done: bool = False) -> Response[Any]:
    asked, services = held.asked, visit.services
    zone = next((zone for zone in await services.zones() if zone.zone_id == asked.zone_id), None)
    asker = await services.blocking(services.marketplace.name_of, asked.asked_by)
    company = await services.blocking(services.marketplace.company_called, asked.company_id) if asked.company_id else ""
    view = ActingPage(
        token=token,
        form=visit.form(),
        name=str(asked.name),
        asker=asker,
        whom=company or _name(zone),
        zone=_name(zone),
        roles=tuple(visit.say(words.ROLES[role][0]) for role in asked.roles),
        done=done,
        to=_leads_to(held),
    )
    return await visit.page("sign_in/acting.html", view, zone=zone, current="account")


def _name(zone: people.Zone | None) -> str:
    return zone.name if zone else ""


def _leads_to(held: Acting) -> str:
    return PAGES.company_people(held.asked.company_id) if held.asked.company_id else PAGES.me()
