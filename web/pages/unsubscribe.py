"""Stopping the weekly mail from a mail: reading the page changes nothing, its button or the mail program does."""

from __future__ import annotations

import uuid
from typing import Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain.members import StopMail
from domain.refused import NotFound
from projections.viewer import Viewer
from web.policies import form, page
from web.views import UnsubscribePage
from web.visits import Visit, Visiting

PURPOSE: Final = "unsubscribe"
ONE_CLICK: Final = "List-Unsubscribe"
"""What a mail program sends, as RFC 8058 wants: no cookie, no token of ours but the one in the address."""


@page("/unsubscribe/{token:str}", policy="address")
async def ask(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Ask whether to stop; mail scanners come here too."""
    member_id = visit.services.signer.read(PURPOSE, token, now=visit.now)
    person = await visit.services.reader.viewer(member_id) if member_id else None
    return await _shown(visit, token, mail=person.mail if person else "", usable=person is not None)


@form("/unsubscribe/{token:str}", policy="address")
async def stop(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Stop the weekly mail, for whoever holds the mail it came with."""
    member_id = visit.services.signer.read(PURPOSE, token, now=visit.now)
    if member_id is None:
        return await _shown(visit, token, usable=False)
    by_program = ONE_CLICK in await visit.typed()
    command = StopMail(
        actor=Viewer(member_id=member_id).actor,
        now=visit.now,
        command_id=str(uuid.uuid4()),
        member_id=member_id,
        by="one_click" if by_program else "page",
    )
    try:
        receipt = await visit.services.carry_out(visit.services.marketplace.stop_mail, command)
    except NotFound:
        return await _shown(visit, token, usable=False)
    if visit.session is not None:
        visit.session.note(receipt.position)
    return await _shown(visit, token, done=True)


async def _shown(visit: Visit, token: str, *, mail: str = "", done: bool = False, usable: bool = True) -> Response[str]:
    shown = UnsubscribePage(token=token, mail=mail, done=done, usable=usable)
    return await visit.page("account/unsubscribe.html", shown, status=200 if usable else 410)


handlers: Final[list[ControllerRouterHandler]] = [ask, stop]
