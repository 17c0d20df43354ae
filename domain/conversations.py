"""Conversations: what the two sides of an exchange write to each other inside the site."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company
from domain.events import Event, Private
from domain.exchanges import Exchange
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

MESSAGE_LENGTH: Final = 4_000
MOST_PHOTOS: Final = 3
MOST_MESSAGES: Final = 2_000
"""Beyond that, two companies have better ways to talk."""


def stream_of(exchange_id: str) -> str:
    """The stream of an exchange's conversation."""
    return f"conversation-{exchange_id.removeprefix('exchange-')}"


# --- events -----------------------------------------------------------------------------------------------------


class MessageSent(Event, frozen=True):
    """One side writes to the other; `photos` are the ids of blobs."""

    conversation_id: str
    exchange_id: str
    listing_id: str
    message_id: str
    company_id: str
    to_company: str
    zone_id: str
    text: Private
    photos: tuple[str, ...]
    at: datetime


class SenderBlocked(Event, frozen=True):
    """One side wants no more messages from the other in this exchange; steps and their notices go on."""

    conversation_id: str
    exchange_id: str
    by: str
    at: datetime


class SenderUnblocked(Event, frozen=True):
    """They may write again."""

    conversation_id: str
    exchange_id: str
    by: str
    at: datetime


class MessageReported(Event, frozen=True):
    """One side shows a message of the other's to those who run the zone, and says what is wrong with it."""

    conversation_id: str
    exchange_id: str
    listing_id: str
    message_id: str
    zone_id: str
    by: str
    sentence: Private
    at: datetime


ConversationEvent = MessageSent | SenderBlocked | SenderUnblocked | MessageReported

# --- state ------------------------------------------------------------------------------------------------------


class Conversation(Struct, frozen=True):
    """What decisions need to know: who wrote what, who blocks whom, and when anything was last written."""

    authors: dict[str, str]
    blocked_by: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    heard_at: datetime | None = None


def evolve(conversation: Conversation | None, event: ConversationEvent) -> Conversation:
    """The conversation after `event`."""
    conversation = conversation or Conversation({})
    match event:
        case MessageSent():
            authors = {**conversation.authors, event.message_id: event.company_id}
            return replace(conversation, authors=authors, heard_at=event.at)
        case SenderBlocked():
            return replace(conversation, blocked_by=conversation.blocked_by | {event.by})
        case SenderUnblocked():
            return replace(conversation, blocked_by=conversation.blocked_by - {event.by})
        case MessageReported():
            return replace(conversation, reported=conversation.reported | {event.message_id})


# --- commands ---------------------------------------------------------------------------------------------------


class Talking(Command, frozen=True):
    """Something said in a conversation, by one of the two companies of its exchange."""

    listing_id: str
    exchange_id: str
    company_id: str


class SendMessage(Talking, frozen=True):
    """Write to the other side."""

    message_id: str
    text: str
    photos: tuple[str, ...] = ()


class BlockSender(Talking, frozen=True):
    """Have no more messages from the other side."""


class UnblockSender(Talking, frozen=True):
    """Let the other side write again."""


class ReportMessage(Talking, frozen=True):
    """Show a message to those who run the zone."""

    message_id: str
    sentence: str


# --- decisions --------------------------------------------------------------------------------------------------


def send_message(
    command: SendMessage, conversation: Conversation | None, exchange: Exchange | None, company: Company, zone: Zone
) -> list[ConversationEvent]:
    """Either side writes unless the exchange came to nothing; who blocked the other, or is blocked, does not."""
    exchange = _theirs(command, exchange, company, zone)
    known = conversation or Conversation({})
    other = exchange.other(company.company_id)
    if other in known.blocked_by:
        raise Forbidden(_("The other company wants no messages here. The steps of the exchange go on."))
    if company.company_id in known.blocked_by:
        raise Refused(_("You blocked this conversation: open it again to write."))
    if exchange.stage in ("declined", "abandoned"):
        raise Conflict(_("This exchange is over. Show interest again to begin anew."))
    text = command.text.strip()
    if not text and not command.photos:
        raise Refused(_("Write a message."), field="text")
    if len(text) > MESSAGE_LENGTH:
        raise Refused(_("Write %(most)s characters at most."), field="text", most=MESSAGE_LENGTH)
    if len(command.photos) > MOST_PHOTOS:
        raise Refused(_("A message carries %(most)s photos at most."), field="photo", most=MOST_PHOTOS)
    if len(known.authors) >= MOST_MESSAGES:
        raise Refused(_("This conversation is full: call each other."))
    return [
        MessageSent(
            conversation_id=stream_of(exchange.exchange_id),
            exchange_id=exchange.exchange_id,
            listing_id=exchange.listing_id,
            message_id=command.message_id,
            company_id=company.company_id,
            to_company=other,
            zone_id=exchange.zone_id,
            text=Private(company.author(command.actor), text),
            photos=command.photos,
            at=command.now,
        )
    ]


def block_sender(
    command: BlockSender, conversation: Conversation | None, exchange: Exchange | None, company: Company, zone: Zone
) -> list[ConversationEvent]:
    """Blocking twice is no fault."""
    exchange = _theirs(command, exchange, company, zone)
    if conversation is not None and company.company_id in conversation.blocked_by:
        return []
    return [
        SenderBlocked(
            conversation_id=stream_of(exchange.exchange_id),
            exchange_id=exchange.exchange_id,
            by=company.company_id,
            at=command.now,
        )
    ]


def unblock_sender(
    command: UnblockSender, conversation: Conversation | None, exchange: Exchange | None, company: Company, zone: Zone
) -> list[ConversationEvent]:
    """Only who blocked lets the other write again."""
    exchange = _theirs(command, exchange, company, zone)
    if conversation is None or company.company_id not in conversation.blocked_by:
        return []
    return [
        SenderUnblocked(
            conversation_id=stream_of(exchange.exchange_id),
            exchange_id=exchange.exchange_id,
            by=company.company_id,
            at=command.now,
        )
    ]


def report_message(
    command: ReportMessage, conversation: Conversation | None, exchange: Exchange | None, company: Company, zone: Zone
) -> list[ConversationEvent]:
    """A message of the other side's, once, with what is wrong with it."""
    exchange = _theirs(command, exchange, company, zone)
    author = conversation.authors.get(command.message_id) if conversation else None
    if conversation is None or author is None:
        raise NotFound(_("There is no such message."))
    if author == company.company_id:
        raise Forbidden(_("This message is your own."))
    if command.message_id in conversation.reported:
        return []
    sentence = command.sentence.strip()
    if not sentence:
        raise Refused(_("Say in a sentence what is wrong with it."), field="sentence")
    if len(sentence) > MESSAGE_LENGTH:
        raise Refused(_("Write %(most)s characters at most."), field="sentence", most=MESSAGE_LENGTH)
    return [
        MessageReported(
            conversation_id=stream_of(exchange.exchange_id),
            exchange_id=exchange.exchange_id,
            listing_id=exchange.listing_id,
            message_id=command.message_id,
            zone_id=exchange.zone_id,
            by=company.company_id,
            sentence=Private(company.author(command.actor), sentence),
            at=command.now,
        )
    ]


# --- rules ------------------------------------------------------------------------------------------------------


def _theirs(command: Talking, exchange: Exchange | None, company: Company, zone: Zone) -> Exchange:
    """The exchange, for whoever represents one of its sides; nobody else writes, the facilitator neither."""
    if exchange is None or company.company_id not in exchange.companies:
        raise NotFound(_("There is no such exchange."))
    if not company.is_represented_by(command.actor):
        if zone.allows(command.actor, "facilitator"):
            raise Forbidden(_("Only the two companies write here."))
        raise NotFound(_("There is no such exchange."))
    if exchange.zone_id not in company.zones:
        raise Forbidden(_("The zone has suspended your company: its facilitator can say why."))
    return exchange
