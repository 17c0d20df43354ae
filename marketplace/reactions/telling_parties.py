"""Something happened in an exchange: whoever it concerns will be told, and nobody of their own act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, get_args
from uuid import UUID, uuid5

from msgspec import Struct

from domain import companies, listings, members, zones
from domain.conversations import MessageReported, MessageSent
from domain.events import Event, Recorded
from domain.exchanges import (
    DisputeLapsed,
    DisputeSettled,
    Exchange,
    ExchangeAbandoned,
    ExchangeAccepted,
    ExchangeConfirmed,
    ExchangeDeclined,
    ExchangeDisputed,
    ExchangeReminded,
    FacilitatorTold,
    FlowEnded,
    HoldEnding,
    HoldLapsed,
    HoldRenewed,
    InterestShown,
    PeriodAsked,
    PeriodConfirmed,
    PeriodMissed,
    PickupAgreed,
    PickupAsked,
    PickupNear,
    PickupProposed,
    TakeCorrected,
)
from domain.zones import Role
from marketplace.eventlog import EventLog
from marketplace.notices import Notice
from marketplace.reactions import Reaction

NAME: Final = "telling_parties"
NOTICES: Final = UUID("8d0a4b0e-6a53-5a0b-8d6b-1f4f3f0a7c55")
"""Under which the ids of notices are made: the same event and person, the same notice."""

ByOneSide = (
    ExchangeAbandoned
    | PickupProposed
    | PickupAgreed
    | ExchangeConfirmed
    | TakeCorrected
    | ExchangeDisputed
    | DisputeSettled
    | PeriodConfirmed
    | PeriodMissed
    | FlowEnded
)
"""What one side does: the other is told. What the clock or the facilitator does, both are told."""
ToBoth = HoldEnding | HoldLapsed | DisputeLapsed | PickupNear
ByTheOwner = ExchangeAccepted | ExchangeDeclined | HoldRenewed
Said = MessageSent | MessageReported
ToReceiver = PickupAsked | PeriodAsked
Telling = ByOneSide | ToBoth | ByTheOwner | ToReceiver | Said | InterestShown | ExchangeReminded | FacilitatorTold

FACILITATING: Final[tuple[Role, ...]] = ("facilitator", "administrator")
MODERATING: Final[tuple[Role, ...]] = ("moderator", "administrator")


class Audience(Struct, frozen=True):
    """Who is told: sides of the exchange, and whoever holds a role in a zone; the first role that anyone holds."""

    sides: tuple[str, ...] = ()
    zone_id: str = ""
    roles: tuple[Role, ...] = ()


def telling_parties(log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset(get_args(Telling)), _Telling(log).react)


def audience(event: Event, exchange: Exchange) -> Audience:  # noqa: PLR0911  (one flat case per event)
    """Whom an event concerns."""
    match event:
        case InterestShown():
            return Audience((exchange.owner_id,))
        case ExchangeAccepted() | ExchangeDeclined() | HoldRenewed():
            return Audience((exchange.asker_id,))
        case PickupAsked() | PeriodAsked():
            return Audience((exchange.receiver_id,))
        case ExchangeReminded():
            return Audience((event.owed_by,))
        case MessageSent():
            return Audience((event.to_company,))
        case FacilitatorTold():
            # Nobody is helped behind their back: both sides hear that the facilitator was told.
            return Audience(exchange.companies, event.zone_id, FACILITATING)
        case MessageReported():
            return Audience(zone_id=event.zone_id, roles=MODERATING)
        case _ if isinstance(event, ByOneSide) and event.by:
            return Audience((exchange.other(event.by),))
        case _:
            return Audience(exchange.companies)


def still_concerns(log: EventLog, notice: Notice, zone_id: str) -> bool:
    """Whether the person still stands on the side they are told as, or else still runs the zone."""
    if notice.company_id:
        company = log.load(notice.company_id, companies.evolve).state
        return company is not None and company.is_represented_by(notice.member_id)
    zone = log.load(zone_id, zones.evolve).state
    roles = MODERATING if notice.kind == MessageReported.__name__ else FACILITATING
    return zone is not None and zone.allows(notice.member_id, *roles)


class _Telling:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[Notice]:
        """A notice for each person of the event's audience."""
        event = recorded.event
        if not isinstance(event, Telling):
            return
        listing = self._log.load(event.listing_id, listings.evolve).state
        assert listing is not None  # noqa: S101  # an exchange stands in its stream
        exchange = listing.exchanges[event.exchange_id]
        told: set[str] = set()
        people = chain(self._people(audience(event, exchange), exchange), self._represented(recorded, exchange))
        for member_id, company_id in people:
            if member_id in told or recorded.actor == f"member:{member_id}" or not self._is_here(member_id):
                continue
            told.add(member_id)
            yield Notice(
                id=str(uuid5(NOTICES, f"{recorded.id} {member_id}")),
                position=recorded.id,
                member_id=member_id,
                company_id=company_id,
                exchange_id=exchange.exchange_id,
                listing_id=event.listing_id,
                kind=type(event).__name__,
                at=recorded.at,
            )

    def _people(self, audience: Audience, exchange: Exchange) -> Iterator[tuple[str, str]]:
        """Members, each with the side they are told as."""
        for company_id in audience.sides:
            for member_id in self._of_company(company_id, exchange):
                yield member_id, company_id
        if audience.zone_id:
            for member_id in self._of_zone(audience):
                yield member_id, ""

    def _represented(self, recorded: Recorded, exchange: Exchange) -> Iterator[tuple[str, str]]:
        """Members of the company a facilitator acted for: what is done in its name is told to it as well."""
        company_id = recorded.for_company
        if company_id not in exchange.companies or getattr(recorded.event, "by", company_id) != company_id:
            return
        company = self._log.load(company_id, companies.evolve).state
        if company is None or company.is_served_by(recorded.actor):
            return
        for member_id in self._of_company(company_id, exchange):
            yield member_id, company_id

    def _of_company(self, company_id: str, exchange: Exchange) -> Iterable[str]:
        """Who speaks for this side; everyone who may, when nobody does yet or whoever did is gone."""
        company = self._log.load(company_id, companies.evolve).state
        representatives = company.representatives if company else frozenset[str]()
        named = exchange.contacts.get(company_id, "")
        contact = company.stand_in(named) if company else named
        if contact in representatives and self._is_here(contact):
            return [contact]
        return sorted(representatives)

    def _of_zone(self, audience: Audience) -> Iterable[str]:
        zone = self._log.load(audience.zone_id, zones.evolve).state
        held = zone.roles if zone else {}
        for role in audience.roles:
            if found := sorted(member_id for member_id, roles in held.items() if role in roles):
                return found
        return []

    def _is_here(self, member_id: str) -> bool:
        """Nobody is written to who never signed in, or was erased."""
        member = self._log.load(member_id, members.evolve).state
        return member is not None and member.joined and not member.erased
