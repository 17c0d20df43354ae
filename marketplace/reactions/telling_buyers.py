"""Something happened to a group purchase: everyone who takes part in it will be told, and nobody of their own act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, get_args
from uuid import UUID, uuid5

from domain import companies, members, purchases, zones
from domain.events import Event, Recorded
from domain.purchases import (
    ContractJoined,
    DeadlineExtended,
    DeliveryRecorded,
    InterestPolled,
    LastCallMade,
    NeedsDeclared,
    PledgeChanged,
    PledgeMade,
    PledgesOpened,
    PledgeWithdrawn,
    Purchase,
    PurchaseCancelled,
    PurchaseConfirmed,
    PurchaseFailed,
    PurchaseProposed,
    QuoteReceived,
    ReceiptConfirmed,
    RefreshersDue,
    RenewalNear,
    RoundPlanned,
    SessionPlanned,
    StopVisited,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from marketplace.eventlog import EventLog
from marketplace.notices import Notice
from marketplace.reactions import Reaction

NAME: Final = "telling_buyers"
NOTICES: Final = UUID("5b1f6f0c-55f0-5c43-9a61-0b0e8e1b7d33")
"""Under which the ids of these notices are made: the same event and person, the same notice."""

ToWhoAsked = PledgesOpened | LastCallMade | DeadlineExtended | PurchaseCancelled
"""Told to who pledged and to who said that they would."""
ToWhoPledged = ThresholdReached | ThresholdLost | TermsChanged | PurchaseConfirmed | PurchaseFailed | DeliveryRecorded
ToTheOrganiser = PurchaseProposed | QuoteReceived | ReceiptConfirmed | ContractJoined
OfACompany = InterestPolled | PledgeMade | PledgeChanged | PledgeWithdrawn | NeedsDeclared | ContractJoined
"""Told to the company where the facilitator entered it for it."""
OfARound = RoundPlanned | StopVisited
"""Told to who has a stop in it; of the stop itself its company alone, where nothing was taken."""
OfASession = SessionPlanned | RefreshersDue
"""Told to who has a seat in it; that it has to be learnt again, to those whose people were there."""
Telling = ToWhoAsked | ToWhoPledged | ToTheOrganiser | OfACompany | RenewalNear | OfARound | OfASession


def telling_buyers(log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset(get_args(Telling)), _Telling(log).react)


def concerned(recorded: Recorded, purchase: Purchase) -> tuple[str, ...]:
    """The companies an event is told to."""
    event = recorded.event
    if isinstance(event, RenewalNear) or (isinstance(event, OfACompany) and recorded.for_company == event.company_id):
        return (event.company_id,)
    if isinstance(event, OfARound | OfASession):
        return taking_part(event, purchase)
    if isinstance(event, ToWhoAsked):
        return tuple(dict.fromkeys((*purchase.pledges, *purchase.wishes)))
    if isinstance(event, DeliveryRecorded):
        return tuple(share.company_id for share in purchase.shares if share.quantity)
    return tuple(purchase.pledges) if isinstance(event, ToWhoPledged) else ()


def taking_part(event: OfARound | OfASession, purchase: Purchase) -> tuple[str, ...]:
    """The companies that have a stop in a round, or people in a session."""
    trainees = purchase.session.trainees.values()
    match event:
        case RoundPlanned():
            return tuple(purchase.collection.stops)
        case StopVisited():
            return () if event.outcome == "collected" else (event.company_id,)
        case RefreshersDue():
            return tuple(dict.fromkeys(one.company_id for one in trainees if one.present))
        case SessionPlanned():
            return tuple(dict.fromkeys((*purchase.pledges, *(one.company_id for one in trainees))))


def concerns_the_organiser(event: Event) -> bool:
    """What the organiser would not know otherwise: a member's proposal, a supplier’s quote, goods not as ordered."""
    match event:
        case PurchaseProposed():
            return bool(event.company_id)
        case QuoteReceived():
            return bool(event.quote.invitation_id)
        case ReceiptConfirmed():
            return event.outcome != "received"
        case ContractJoined():
            return True
        case _:
            return False


class _Telling:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[Notice]:
        """A notice for each person it concerns."""
        purchase = self._log.load(recorded.stream, purchases.evolve, snapshot=Purchase).state
        if purchase is None:
            return
        told: set[str] = set()
        for member_id, company_id in self._people(recorded, purchase):
            if member_id in told or recorded.actor == f"member:{member_id}" or not self._is_here(member_id):
                continue
            told.add(member_id)
            yield Notice(
                id=str(uuid5(NOTICES, f"{recorded.id} {member_id}")),
                position=recorded.id,
                member_id=member_id,
                company_id=company_id,
                exchange_id="",
                listing_id=recorded.stream,
                kind=type(recorded.event).__name__,
                at=recorded.at,
            )

    def _people(self, recorded: Recorded, purchase: Purchase) -> Iterable[tuple[str, str]]:
        """Members, each with the company they are told for; none for who leads it."""
        for company_id in concerned(recorded, purchase):
            company = self._log.load(company_id, companies.evolve).state
            if company is not None and not company.erased and _takes_part(company, purchase.zone_id):
                for member_id in sorted(company.representatives):
                    yield member_id, company_id
        if concerns_the_organiser(recorded.event):
            zone = self._log.load(purchase.zone_id, zones.evolve).state
            held = zone.roles if zone else {}
            for member_id in sorted(one for one, roles in held.items() if "facilitator" in roles):
                yield member_id, ""

    def _is_here(self, member_id: str) -> bool:
        """Nobody is written to who never signed in, or was erased."""
        member = self._log.load(member_id, members.evolve).state
        return member is not None and member.joined and not member.erased


def _takes_part(company: companies.Company, zone_id: str) -> bool:
    """The zone admits it, or never judged it: then it joined from a partner zone."""
    return zone_id in company.zones or (zone_id not in company.standings and bool(company.zones))
