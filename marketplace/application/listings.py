"""Listings: drafted, posted, amended, reviewed, covered and closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from domain import companies, listings, zones
from domain.commands import Command, Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding

C = TypeVar("C", bound=Command)
R = TypeVar("R", listings.ApproveListing, listings.RejectListing, listings.RequestAmendment, listings.TakeBackDecision)

CARRIED_OVER: Final = frozenset(listings.Content.__struct_fields__) - {"photos"}
"""What a listing says stays as it is when one thing of it is amended; photos stay by themselves."""


class NarrowReach(Command, frozen=True):
    """Look for matches of a listing within `max_km`."""

    listing_id: str
    max_km: int


class ListingUseCases(Deciding):
    """Listings: drafted, posted, amended, reviewed, covered and closed."""

    def draft_listing(self, command: listings.DraftListing) -> Receipt:
        """Keep what was typed of a listing, in no zone yet."""
        company = self._company(command.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.draft_listing(command, listing, company, zones_of),
            [],
            ids={"listing_id": command.listing_id},
        )

    def discard_draft(self, command: listings.DiscardDraft) -> Receipt:
        """Throw a draft away."""
        draft = self._log.load(command.listing_id, listings.evolve).state
        if draft is None:
            raise NotFound(_("There is no such draft."))
        company = self._company(draft.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.discard_draft(command, listing, company, zones_of),
            [],
        )

    def post_listing(self, command: listings.PostListing) -> Receipt:
        """Offer something, or look for it."""
        company = self._company(command.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.post_listing(command, listing, company, zones_of),
            sorted(company.zones),
            ids={"listing_id": command.listing_id},
        )

    def amend_listing(self, command: listings.AmendListing) -> Receipt:
        """Change what a listing says."""
        return self._about_listing(command, command.listing_id, listings.amend_listing)

    def withdraw_listing(self, command: listings.WithdrawListing) -> Receipt:
        """Take a listing back."""
        return self._about_listing(command, command.listing_id, listings.withdraw_listing)

    def redact_text(self, command: listings.RedactText) -> Receipt:
        """Record that the words of a listing go; `marketplace.erasing` destroys their key afterwards."""
        return self._about_listing(command, command.listing_id, listings.redact_text)

    def narrow_reach(self, command: NarrowReach) -> Receipt:
        """Look for matches of a listing within fewer kilometres: amended by that, and by nothing else."""
        said = self._listing(command.listing_id).content
        kept = {name: getattr(said, name) for name in listings.Draft.__struct_fields__ if name in CARRIED_OVER}
        words = {"title": str(said.title), "description": str(said.description), "attributes": said.answers}
        draft = listings.Draft(**{**kept, **words, "max_km": command.max_km})
        asked: dict[str, Any] = {name: getattr(command, name) for name in Command.__struct_fields__}
        return self.amend_listing(listings.AmendListing(**asked, listing_id=command.listing_id, draft=draft))

    def renew_listing(self, command: listings.RenewListing) -> Receipt:
        """Say that a listing still holds."""
        return self._about_listing(command, command.listing_id, listings.renew_listing)

    def ask_if_it_holds(self, command: listings.AskIfItHolds) -> Receipt:
        """Ask the company of a listing that ends soon whether it still holds."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.ask_if_it_holds(command, listing))

    def expire_listing(self, command: listings.ExpireListing) -> Receipt:
        """Close a listing whose time is over."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.expire_listing(command, listing))

    def approve_listing(self, command: listings.ApproveListing) -> Receipt:
        """Show a listing in a zone."""
        return self._review_listing(command, listings.approve_listing)

    def reject_listing(self, command: listings.RejectListing) -> Receipt:
        """Keep a listing out of a zone, and tell the company why."""
        return self._review_listing(command, listings.reject_listing)

    def request_amendment(self, command: listings.RequestAmendment) -> Receipt:
        """Ask the company for a change, and tell it which."""
        return self._review_listing(command, listings.request_amendment)

    def take_back_decision(self, command: listings.TakeBackDecision) -> Receipt:
        """Take back what was decided about a listing; the record keeps both."""
        return self._review_listing(command, listings.take_back_decision)

    def note_overdue(self, command: listings.NoteOverdue) -> Receipt:
        """Note that a zone has not read a listing by the time it promised."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.note_overdue(command, listing))

    def cover_need(self, command: listings.CoverNeed) -> Receipt:
        """Note what an offer elsewhere promises or gives towards a request."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.cover_need(command, listing))

    def reopen_need(self, command: listings.ReopenNeed) -> Receipt:
        """Note that such a promise does not come."""
        return self._of_listing(command, command.listing_id, lambda listing: listings.reopen_need(command, listing))

    def _about_listing(
        self,
        command: C,
        listing_id: str,
        decision: Callable[
            [C, listings.Listing | None, companies.Company, dict[str, zones.Zone]], list[listings.ListingEvent]
        ],
    ) -> Receipt:
        listing = self._listing(listing_id)
        company = self._company(listing.company_id)
        zones_of = self._zones(company.standings)
        return self._carry_out(
            command,
            listing_id,
            listings.evolve,
            lambda listing: decision(command, listing, company, zones_of),
            sorted(listing.zones),
        )

    def _review_listing(
        self,
        command: R,
        decision: Callable[[R, listings.Listing | None, companies.Company, zones.Zone], list[listings.ListingEvent]],
    ) -> Receipt:
        zone = self._zone(command.zone_id)
        company = self._company(self._listing(command.listing_id).company_id)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: decision(command, listing, company, zone),
            [command.zone_id],
        )
