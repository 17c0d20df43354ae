"""What an exchange's page is read from: the exchange and all that belongs to it, as far as its reader may know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.exchanges import Exchange
from domain.refused import NotFound, _
from marketplace.pickup_words import Line, lines
from marketplace.reading import AsyncReading
from marketplace.wording import Wording
from projections import exchanges, listings, people
from projections.exchanges import EXCHANGES, ContactRow, ExchangeRow, MessageRow, StepRow, WordsRow
from projections.listings import LISTINGS
from projections.people import PEOPLE
from web.exchanging import ExchangePresenter
from web.visits import Visit

MESSAGES_SHOWN: Final = 50


class Found(Struct, frozen=True):
    """What is known about an exchange, as far as its reader may know it."""

    row: ExchangeRow
    exchange: Exchange
    listing: listings.Listing | None
    zone: people.Zone
    names: dict[str, str]
    steps: list[StepRow]
    words: list[WordsRow]
    contacts: list[ContactRow]
    messages: list[MessageRow]
    blocked_by: frozenset[str]
    others_waiting: int = 0

    @property
    def said(self) -> dict[tuple[int, str], str]:
        """What was written with each step, by its version and event."""
        return {(words.version, words.what): words.text for words in self.words}


async def seen(visit: Visit, exchange_id: str) -> ExchangeRow:
    """An exchange this reader may see; any other is missing to them."""
    async with visit.reading(EXCHANGES) as read:
        row = await read.one(exchanges.one(exchange_id))
    if row is None:
        raise NotFound(_("There is no such exchange."))
    return row


async def find(visit: Visit, exchange_id: str, before: str = "") -> Found:
    """Read an exchange and all that belongs to it; contacts and messages are for the two sides alone."""
    row = await seen(visit, exchange_id)
    exchange = row.exchange
    party = any(visit.viewer.acts_for(company_id) for company_id in exchange.companies)
    person = party and not visit.viewer.shared
    async with visit.reading(EXCHANGES, LISTINGS, PEOPLE) as read:
        zone = await read.one(people.zones_by_id([row.zone_id]))
        if zone is None:
            raise NotFound(_("There is no such exchange."))
        found = Found(
            row=row,
            exchange=exchange,
            listing=await read.one(listings.listing(row.listing_id, visit.viewer.home_zone)),
            zone=zone,
            names={
                company.company_id: company.name for company in await read.all(exchanges.companies(exchange.companies))
            },
            steps=await read.all(exchanges.steps(exchange_id)),
            words=await read.all(exchanges.words(exchange_id)) if party else [],
            contacts=await read.all(exchanges.contacts(exchange_id)) if party else [],
            messages=await read.all(exchanges.messages(exchange_id, before, MESSAGES_SHOWN)) if person else [],
            blocked_by=frozenset(block.company_id for block in await read.all(exchanges.blocks(exchange_id)))
            if person
            else frozenset(),
            others_waiting=await _others_waiting(visit, read, exchange),
        )
    await note_contacts(visit, exchange_id, found.contacts)
    return found


async def note_contacts(visit: Visit, exchange_id: str, contacts: Sequence[ContactRow]) -> None:
    """Note that this reader was shown whom to reach at the other side: a page or a program reads it by GET."""
    if visit.request.method == "GET" and not visit.viewer.shared:
        theirs = [contact.member_id for contact in contacts if not visit.viewer.acts_for(contact.company_id)]
        await visit.looked_at("contact", exchange_id, theirs)


async def _others_waiting(visit: Visit, read: AsyncReading, exchange: Exchange) -> int:
    """How many others wait for the answer of who answers for the listing, once this one has theirs."""
    if exchange.stage == "asked" or not visit.viewer.acts_for(exchange.owner_id) or visit.viewer.shared:
        return 0
    asked_of = await read.one(exchanges.asked_of(exchange.listing_id))
    return asked_of.waiting if asked_of else 0


def presenter(visit: Visit, exchange: Exchange, names: Mapping[str, str] | None = None) -> ExchangePresenter:
    """Says for this reader what an exchange is about, in the time of its place."""
    return ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, exchange.time_zone, names)


def facilitates(visit: Visit, row: ExchangeRow) -> bool:
    """Whether the reader may act for a company of the zone where the exchange takes place."""
    return visit.viewer.has_role(row.zone_id, "facilitator")


def instructions_of(found: Found) -> str:
    """What to know on arriving: the last each side wrote with a time it proposed."""
    by_version = {row.version: row.by for row in found.steps if row.what == "PickupProposed"}
    last = {
        by_version.get(words.version, ""): words.text
        for words in sorted(found.words, key=lambda words: words.version)
        if words.what == "PickupProposed"
    }
    return "\n".join(last.values())


def terms_of(found: Found, words: Wording) -> tuple[Line, ...]:
    """How one fetches it, as the listing of what is given says; nothing of a need."""
    listing = found.listing
    return lines(listing.pickup_terms, words) if listing is not None and listing.side == "offer" else ()


def place_of(found: Found) -> ContactRow | None:
    """Where the thing is fetched: with whoever provides it."""
    provider = found.exchange.provider_id
    return next((contact for contact in found.contacts if contact.company_id == provider), None)


def local_day(visit: Visit, exchange: Exchange) -> date:
    """The day it is where the exchange takes place."""
    return visit.now.astimezone(ZoneInfo(exchange.time_zone)).date()
