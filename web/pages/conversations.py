"""What the two sides of an exchange write to each other: sent, stopped, and shown to those who run the zone."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.conversations import (
    MESSAGE_LENGTH,
    MOST_PHOTOS,
    BlockSender,
    ReportMessage,
    SendMessage,
    UnblockSender,
    stream_of,
)
from domain.refused import Forbidden, NotFound, _
from projections import exchanges
from projections.exchanges import EXCHANGES
from web.deals import Deal, deal
from web.exchange_steps import MESSAGE, REPORT
from web.photo_field import MOST_SENT, asked_again, photos_sent
from web.policies import form
from web.visits import Visit, Visiting

TOO_MANY: Final = _("A message carries %(most)s photos at most, and you chose %(chosen)s.")
REPORT_LENGTH: Final = 500
MOST_MESSAGES: Final = 2_000


@form("/exchanges/{exchange_id:str}/messages", policy="member", request_max_body_size=MOST_SENT)
async def send_message(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Write to the other side; or show what was typed again with what stands against it."""
    talk = await _talk(visit, exchange_id, MESSAGE)
    text = talk.given.text("text", most=MESSAGE_LENGTH)
    stream = stream_of(exchange_id)
    sent = await photos_sent(
        visit, talk.given, company_id=talk.company_id, stream=stream, most=MOST_PHOTOS, too_many=TOO_MANY
    )
    talk.photos = asked_again(visit, sent)
    if talk.given.errors:
        return await talk.again()
    message_id = visit.new_id("message")
    command = SendMessage(**await _said(talk), message_id=message_id, text=text, photos=sent.photos)
    told = visit.say(_("Sent. The other company is told by mail."))
    answer = await talk.carry_out(visit.services.marketplace.send_message, command, told)
    await visit.services.blocking(visit.services.photos.settle, stream)
    return answer


@form("/exchanges/{exchange_id:str}/block", policy="member")
async def block_sender(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Have no more messages from the other side."""
    talk = await _talk(visit, exchange_id, MESSAGE)
    told = visit.say(_("The other company can no longer write to you here. The steps of the exchange go on."))
    return await talk.carry_out(visit.services.marketplace.block_sender, BlockSender(**await _said(talk)), told)


@form("/exchanges/{exchange_id:str}/unblock", policy="member")
async def unblock_sender(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Let the other side write again."""
    talk = await _talk(visit, exchange_id, MESSAGE)
    told = visit.say(_("The two of you can write to each other again."))
    return await talk.carry_out(visit.services.marketplace.unblock_sender, UnblockSender(**await _said(talk)), told)


@form("/exchanges/{exchange_id:str}/messages/{message_id:str}/report", policy="member")
async def report_message(visit: Visiting, exchange_id: FromPath[str], message_id: FromPath[str]) -> Response[Any]:
    """Show a message to those who run the zone, and say what is wrong with it."""
    talk = await _talk(visit, exchange_id, REPORT, about=message_id)
    async with visit.reading(EXCHANGES) as read:
        known = {row.message_id for row in await read.all(exchanges.messages(exchange_id, limit=MOST_MESSAGES))}
    if message_id not in known:
        raise NotFound(_("There is no such message."))
    sentence = talk.given.text("sentence", most=REPORT_LENGTH, missing=_("Say in a sentence what is wrong with it."))
    if talk.given.errors:
        return await talk.again()
    command = ReportMessage(**await _said(talk), message_id=message_id, sentence=sentence)
    told = visit.say(_("Thank you. Those who run the zone read this message now, and your sentence."))
    return await talk.carry_out(visit.services.marketplace.report_message, command, told)


async def _talk(visit: Visit, exchange_id: str, verb: str, *, about: str = "") -> Deal:
    """A conversation is between the two companies: the facilitator neither reads it nor writes."""
    talk = await deal(visit, exchange_id, verb, about=about)
    if talk.for_company is not None:
        raise Forbidden(_("Only the two companies write here."))
    return talk


async def _said(talk: Deal) -> dict[str, Any]:
    """What is written now answers no state of the exchange: a step taken meanwhile takes nothing from it."""
    return {**await talk.asked(), "seen_version": None}


handlers = [send_message, block_sender, unblock_sender, report_message]
