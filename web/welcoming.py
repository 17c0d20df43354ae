"""Coming in: whichever way somebody showed who they are, the device is signed in here, and it is written down."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

import structlog
from litestar import Response

from domain.members import JoinMember, ResumeMail
from domain.refused import NotFound, _
from marketplace.language import known_language
from marketplace.links import PAGES
from marketplace.security_notice import Change, tell
from marketplace.sign_in_records import SignInRecord, Way
from marketplace.signing_in import Entry
from projections.people import PEOPLE
from projections.viewer import Viewer
from web.languages import COOKIE
from web.pages.phones import leave
from web.passkeys import Place, place_of
from web.sessions import Session, device_of
from web.views import Flash
from web.visits import Visit
from web.way_back import safe_path

log = structlog.get_logger(__name__)

BY_MAIL: Final[frozenset[Way]] = frozenset({"link", "code"})
"""Whoever came in by one of these has read a mail a moment ago."""


async def welcome(visit: Visit, entry: Entry, way: Way, *, strong: bool = False) -> Response[Any] | None:
    """Sign this device in, under an id nobody has seen before; None when the person is gone meanwhile."""
    services, member_id = visit.services, entry.member_id
    await leave(visit)
    joining = JoinMember(**visit.signed() | {"actor": f"member:{member_id}"}, member_id=member_id)
    try:
        receipt = await services.carry_out(services.marketplace.join_member, joining)
    except NotFound:
        return None
    await services.reader.visible(receipt.position, [PEOPLE.name])
    viewer = await services.reader.viewer(member_id) or Viewer(member_id=member_id)
    chosen = visit.request.cookies.get(COOKIE)
    session = await services.sessions.begin(
        member_id,
        rights=viewer.rights(),
        device=device(visit),
        language=known_language(chosen or viewer.language),
        position=receipt.position,
        now=visit.now,
        strong=strong,
    )
    await note(visit, member_id, way, entered=True)
    if way in BY_MAIL:
        await _mail_arrives(visit, session, viewer)
    await _remind(visit, session, viewer)
    visit.cookies.append(services.sessions.cookie(session))
    return visit.go(safe_path(entry.to) or PAGES.me())


async def _mail_arrives(visit: Visit, session: Session, viewer: Viewer) -> None:
    """Believe what was just shown: an address that mail once came back from is read again; a complaint stands."""
    services, use = visit.services, visit.services.marketplace
    key = use.address_key(viewer.mail) if viewer.mail else ""
    if viewer.mail:
        await written_to_again(visit, viewer.mail)
    if not key or not await services.blocking(partial(services.outbox.suppressions.lift, key, why="refused")):
        return
    wishes = await services.blocking(use.wishes_of, viewer.member_id)
    if wishes is not None and wishes.stopped_by == "refused":
        asked = visit.signed() | {"actor": f"member:{viewer.member_id}"}
        await services.carry_out(use.resume_mail, ResumeMail(**asked, member_id=viewer.member_id))
    told = visit.say(_("Mail reaches you again: what had come back is forgotten, and your mails go on."))
    session.tell(Flash(sentence=told, tone="done"))
    await services.sessions.keep(session)


async def written_to_again(visit: Visit, mail: str) -> None:
    """Write again to an address that was erased, since its holder has just shown, with a mail, that they came back.

    Their act is on record: the request they confirmed, the invitation they took up, or the sign-in. A complaint stands.
    """
    key = visit.services.marketplace.address_key(mail)
    if await visit.services.blocking(partial(visit.services.outbox.suppressions.lift, key, why="erased")):
        log.info("an address that was erased is written to again: its holder came back")


async def note(visit: Visit, member_id: str, way: Way, *, entered: bool) -> None:
    """Write down that somebody came in, or tried to, for the person whose account it is."""
    await visit.services.records.keep(SignInRecord(member_id, visit.now, way, entered, device(visit)))


async def tell_by_mail(visit: Visit, member_id: str, change: Change) -> None:
    """Have a person told what changed about the ways into their account, whoever changed it."""
    await visit.services.blocking(tell, visit.services.outbox, member_id, change, device=device(visit), now=visit.now)


def device(visit: Visit) -> str:
    """The browser and the system of a request, in two words."""
    return device_of(visit.request.headers.get("user-agent", ""))


def passkey_place(visit: Visit) -> Place | None:
    """Where a passkey of this site answers; None where browsers make none. The doorway has checked the host."""
    return place_of("https" if visit.services.hosts.secure else "http", visit.request.headers.get("host", ""))


async def _remind(visit: Visit, session: Session, viewer: Viewer) -> None:
    """Say to an administrator until when a second factor is wanted, each time they come in without one."""
    services = visit.services
    if not viewer.zones_where("administrator"):
        return
    await services.second_factors.want(viewer.member_id, now=visit.now)
    standing = await services.second_factors.standing(viewer.member_id)
    until = standing.until(timedelta(days=services.settings.second_factor_days))
    if until is None or services.settings.demo:
        return
    sentence = _("You run a zone: add a second factor by %(day)s, under Account, “How I sign in”.")
    session.tell(Flash(sentence=visit.say(sentence, day=visit.wording.weekday(until.date())), tone="note"))
    await services.sessions.keep(session)
