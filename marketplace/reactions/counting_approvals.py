"""A zone approved a listing, or does not show it after all: its company's stream counts it, for zones that trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain import listings
from domain.companies import CountApproval
from domain.events import Event, Recorded
from domain.listings import DecisionTakenBack, ListingApproved, ListingRejected
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.eventlog import EventLog
from marketplace.reactions import Reaction, Wish, command_id

NAME: Final = "counting_approvals"
ACTOR: Final = f"system:{NAME}"
DECISIONS: Final[frozenset[type[Event]]] = frozenset({ListingApproved, ListingRejected, DecisionTakenBack})


def counting_approvals(marketplace: Marketplace, log: EventLog, clock: Clock) -> Reaction:
    """The reaction of one site."""

    def react(recorded: Recorded) -> Iterator[Wish]:
        event = recorded.event
        if not isinstance(event, ListingApproved | ListingRejected | DecisionTakenBack):
            return
        listing = log.load(event.listing_id, listings.evolve).state
        if listing is None:
            return
        command = CountApproval(
            actor=ACTOR,
            now=clock.now(),
            command_id=command_id(recorded, NAME),
            company_id=listing.company_id,
            zone_id=event.zone_id,
            listing_id=event.listing_id,
            stands=isinstance(event, ListingApproved),
        )
        yield Wish(marketplace.count_approval, command)

    return Reaction(NAME, DECISIONS, react)
