"""Matches seen, set aside, judged and introduced, and the vocabulary and weights they are made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain import listings, matches, programme, zones
from domain.commands import Command, Receipt
from marketplace.application.deciding import Deciding

C = TypeVar("C", bound=Command)


class MatchUseCases(Deciding):
    """Matches seen, set aside, judged and introduced, and the vocabulary and weights they are made with."""

    def see_match(self, command: matches.SeeMatch) -> Receipt:
        """Note that a company saw a match of its listing, the first time."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        company = self._company(command.company_id)
        return self._of_match(
            command, listing, other, lambda match: matches.see_match(command, match, listing, company)
        )

    def dismiss_match(self, command: matches.DismissMatch) -> Receipt:
        """Set a match aside, for good."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        company = self._company(listing.company_id)
        return self._of_match(
            command, listing, other, lambda match: matches.dismiss_match(command, match, listing, other, company)
        )

    def restore_match(self, command: matches.RestoreMatch) -> Receipt:
        """Take a dismissal back."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        company = self._company(listing.company_id)
        return self._of_match(
            command, listing, other, lambda match: matches.restore_match(command, match, listing, company)
        )

    def judge_match(self, command: matches.JudgeMatch) -> Receipt:
        """Say as a facilitator what a match is worth."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        zone = self._zone(command.zone_id)
        return self._of_match(
            command, listing, other, lambda match: matches.judge_match(command, match, listing, other, zone)
        )

    def introduce_match(self, command: matches.IntroduceMatch) -> Receipt:
        """Introduce the two companies of a match; a reaction tells them."""
        listing, other = self._listing(command.listing_id), self._listing(command.other_listing_id)
        zone, elsewhere = self._zone(command.zone_id), self._zones({*listing.zones, *other.zones})
        return self._of_match(
            command,
            listing,
            other,
            lambda match: matches.introduce_match(command, match, listing, other, zone, elsewhere),
        )

    def publish_term(self, command: programme.PublishTerm) -> Receipt:
        """Teach the lexicon a term."""
        return self._of_programme(command, command.zone_id, programme.publish_term, ids={"term_id": command.term_id})

    def withdraw_term(self, command: programme.WithdrawTerm) -> Receipt:
        """Take a published term back."""
        return self._of_programme(command, command.zone_id, programme.withdraw_term)

    def publish_frequencies(self, command: programme.PublishFrequencies) -> Receipt:
        """Measure how rare words are with another table."""
        return self._of_programme(command, command.zone_id, programme.publish_frequencies)

    def set_match_weights(self, command: programme.SetMatchWeights) -> Receipt:
        """Weigh the matches of a zone otherwise."""
        return self._of_programme(command, command.zone_id, programme.set_match_weights)

    def _of_match(
        self,
        command: Command,
        listing: listings.Listing,
        other: listings.Listing,
        decision: Callable[[matches.Match | None], list[matches.MatchEvent]],
    ) -> Receipt:
        stream = matches.stream_of(matches.match_id(listing.listing_id, other.listing_id))
        return self._carry_out(command, stream, matches.evolve, decision, sorted({*listing.zones, *other.zones}))

    def _of_programme(
        self,
        command: C,
        zone_id: str,
        decision: Callable[[C, programme.Programme | None, zones.Zone], list[programme.ProgrammeEvent]],
        *,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        zone = self._zone(zone_id)
        return self._carry_out(
            command,
            programme.PROGRAMME,
            programme.evolve,
            lambda state: decision(command, state, zone),
            [zone_id],
            ids=ids,
        )
