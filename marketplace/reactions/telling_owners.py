"""A listing ends soon: whoever posted it is asked whether it still holds, or else everyone who acts for its company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5

from domain import companies, listings, members
from domain.events import Recorded
from domain.listings import ListingEnding, ListingPosted
from marketplace.eventlog import EventLog
from marketplace.notices import Notice
from marketplace.reactions import Reaction

NAME: Final = "telling_owners"
NOTICES: Final = UUID("c1b7c1d0-5a67-5c8e-8e7c-5c6f5ad2a9e4")
"""Under which the ids of these notices are made: the same event and person, the same notice."""


def telling_owners(log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({ListingEnding}), _Telling(log).react)


class _Telling:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[Notice]:
        """A notice for each person who is asked; whoever wants no such mail reads it on their own page."""
        listing = self._log.load(recorded.stream, listings.evolve).state
        company = self._log.load(listing.company_id, companies.evolve).state if listing else None
        if listing is None or company is None or company.erased:
            return
        for member_id in self._people(recorded.stream, company):
            yield Notice(
                id=str(uuid5(NOTICES, f"{recorded.id} {member_id}")),
                position=recorded.id,
                member_id=member_id,
                company_id=listing.company_id,
                exchange_id="",
                listing_id=recorded.stream,
                kind=ListingEnding.__name__,
                at=recorded.at,
            )

    def _people(self, listing_id: str, company: companies.Company) -> list[str]:
        posted = [each.actor for each in self._log.history(listing_id) if isinstance(each.event, ListingPosted)]
        author = posted[0].removeprefix("member:") if posted else ""
        found = {member_id: self._log.load(member_id, members.evolve).state for member_id in company.representatives}
        # Nobody is written to who never signed in, or was erased.
        here = {member_id: one for member_id, one in found.items() if one and one.joined and not one.erased}
        asked = {author: here[author]} if author in here else here
        return sorted(
            member_id for member_id, one in asked.items() if not one.mail_stopped and "renewals" in one.topics
        )
