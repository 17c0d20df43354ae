"""A zone decided about a listing, or did not in time: whoever acts for its company will be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, get_args
from uuid import UUID, uuid5

from domain import companies, listings, members
from domain.events import Event, Recorded
from domain.listings import AmendmentRequested, DecisionTakenBack, ListingApproved, ListingRejected, ReviewOverdue
from marketplace.eventlog import EventLog
from marketplace.notices import Notice, Retraction
from marketplace.reactions import Reaction

NAME: Final = "telling_authors"
NOTICES: Final = UUID("5a0c2b6e-6c56-5d0f-9f55-0f6f0f7f3b11")
"""Under which the ids of these notices are made: the same event and person, the same notice."""
TIME_TO_THINK: Final = timedelta(minutes=1)
"""How long a decision waits before any mail may tell it: taken back by then, nobody was told anything."""

Decision = ListingApproved | ListingRejected | AmendmentRequested | DecisionTakenBack | ReviewOverdue
DECISIONS: Final[frozenset[type[Event]]] = frozenset(get_args(Decision))


def telling_authors(log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, DECISIONS, _Telling(log).react)


class _Telling:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[Notice | Retraction]:
        """A notice for each person of the company; nobody is told of a decision of their own, nor who never signed in.

        What is taken back before it was told is not told at all; afterwards, whoever was told is told that, too.
        """
        event = recorded.event
        if not isinstance(event, Decision) or (isinstance(event, ListingApproved) and event.appeal_id):
            return  # what an appeal led to is told by its answer
        listing = self._log.load(event.listing_id, listings.evolve).state
        company = self._log.load(listing.company_id, companies.evolve).state if listing else None
        if listing is None or company is None or company.erased:
            return
        decided = self._decided(event) if isinstance(event, DecisionTakenBack) else None
        for member_id in sorted(company.representatives):
            if recorded.actor == f"member:{member_id}" or not self._is_here(member_id):
                continue
            notice = Notice(
                id=_notice_id(recorded, member_id),
                position=recorded.id,
                member_id=member_id,
                company_id=listing.company_id,
                exchange_id="",
                listing_id=event.listing_id,
                kind=type(event).__name__,
                at=recorded.at + TIME_TO_THINK,
            )
            yield Retraction(_notice_id(decided, member_id), notice) if decided else notice

    def _decided(self, event: DecisionTakenBack) -> Recorded:
        return next(
            one for one in self._log.history(event.listing_id) if one.version == event.decided_version
        )  # the log holds what was decided

    def _is_here(self, member_id: str) -> bool:
        member = self._log.load(member_id, members.evolve).state
        return member is not None and member.joined and not member.erased


def _notice_id(recorded: Recorded, member_id: str) -> str:
    return str(uuid5(NOTICES, f"{recorded.id} {member_id}"))
