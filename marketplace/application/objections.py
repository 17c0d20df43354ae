"""Notices and appeals: what anyone says is wrong, and what a company answers to a decision."""

from __future__ import annotations

from domain import companies, listings, notices, suspensions
from domain.appeals import Decider
from domain.commands import Receipt
from domain.companies import CompanySuspended
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding


class ObjectionUseCases(Deciding):
    """Notices and appeals, about listings and about the suspension of a company."""

    def notify_listing(self, command: listings.NotifyListing) -> Receipt:
        """Say to a zone what is wrong with a listing."""
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.notify_listing(command, listing),
            [command.zone_id],
            ids={"notice_id": command.notice_id},
        )

    def decide_notice(self, command: listings.DecideNotice) -> Receipt:
        """Answer a notice of a listing."""
        zone = self._zone(command.zone_id)
        company = self._company(self._listing(command.listing_id).company_id)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.decide_notice(command, listing, company, zone),
            [command.zone_id],
        )

    def notify_zone(self, command: notices.NotifyZone) -> Receipt:
        """Say to a zone what is wrong somewhere."""
        self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.notice_id,
            notices.evolve,
            lambda notice: notices.notify_zone(command, notice),
            [command.zone_id],
            ids={"notice_id": command.notice_id},
        )

    def answer_zone_notice(self, command: notices.AnswerZoneNotice) -> Receipt:
        """Answer such a notice."""
        zone, notice = self._zone(command.zone_id), self._log.load(command.notice_id, notices.evolve).state
        named = notice.company_id if notice else ""
        company = self._log.load(named, companies.evolve).state if named else None
        return self._carry_out(
            command,
            command.notice_id,
            notices.evolve,
            lambda notice: notices.answer_zone_notice(command, notice, zone, company),
            [command.zone_id],
        )

    def lodge_appeal(self, command: listings.LodgeAppeal) -> Receipt:
        """Ask a zone to look again at its refusal of a listing."""
        company = self._company(self._listing(command.listing_id).company_id)
        decider = self._decider(command.listing_id, command.against)
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.lodge_appeal(command, listing, company, decider),
            [command.zone_id],
            ids={"appeal_id": command.appeal_id},
        )

    def decide_appeal(self, command: listings.DecideAppeal) -> Receipt:
        """Answer an appeal about a listing."""
        zone, listing = self._zone(command.zone_id), self._listing(command.listing_id)
        company = self._company(listing.company_id)
        appeal = listing.objections.appeals.get(command.appeal_id)
        decider = self._decider(command.listing_id, appeal.against) if appeal else None
        if decider is None:
            raise NotFound(_("There is no such appeal."))
        return self._carry_out(
            command,
            command.listing_id,
            listings.evolve,
            lambda listing: listings.decide_appeal(command, listing, company, zone, decider),
            [command.zone_id],
        )

    def appeal_suspension(self, command: suspensions.AppealSuspension) -> Receipt:
        """Ask a zone to look again at the suspension of a company."""
        decider = self._suspender(command.company_id, command.zone_id)
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: suspensions.appeal_suspension(command, company, decider),
            [command.zone_id],
            ids={"appeal_id": command.appeal_id},
        )

    def decide_suspension_appeal(self, command: suspensions.DecideSuspensionAppeal) -> Receipt:
        """Answer an appeal against a suspension."""
        zone = self._zone(command.zone_id)
        decider = self._suspender(command.company_id, command.zone_id)
        if decider is None:
            raise NotFound(_("There is no such appeal."))
        return self._carry_out(
            command,
            command.company_id,
            companies.evolve,
            lambda company: suspensions.decide_suspension_appeal(command, company, zone, decider),
            [command.zone_id],
        )

    def _decider(self, stream: str, version: int) -> Decider | None:
        """Who recorded the event of a version, and when; what stands in the log does not change."""
        found = self._log.history(stream, after=version - 1, limit=1)
        return Decider(found[0].actor, found[0].at) if found else None

    def _suspender(self, company_id: str, zone_id: str) -> Decider | None:
        """Who last suspended a company in a zone."""
        for recorded in reversed(self._log.history(company_id)):
            if isinstance(recorded.event, CompanySuspended) and recorded.event.zone_id == zone_id:
                return Decider(recorded.actor, recorded.at)
        return None
