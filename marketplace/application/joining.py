"""Joining: a company asks to be let into a zone, and comes in with its person."""

from __future__ import annotations

from domain import companies, joining, members, reservations
from domain.commands import Receipt
from domain.joining import AdmitJoining, AgreeToJoining, Joining
from domain.refused import NotFound, _
from marketplace.application.companies import CompanyUseCases
from marketplace.application.deciding import follow_up, step


class JoiningUseCases(CompanyUseCases):
    """Joining: a company asks to be let into a zone, and comes in with its person."""

    def ask_to_join(self, command: joining.AskToJoin) -> Receipt:
        """Keep a request until its person confirms their address."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.joining_id,
            joining.evolve,
            lambda request: joining.ask_to_join(command, request, zone),
            [command.zone_id],
            ids={"joining_id": command.joining_id},
        )

    def confirm_joining(self, command: joining.ConfirmJoining) -> Receipt:
        """Show a request to whoever answers it: the people of its company where its SIRET is known, else the zone."""
        request = self._request(command.joining_id)
        zone, known = self._zone(request.asked.zone_id), self._known_by(request)
        return self._carry_out(
            command,
            command.joining_id,
            joining.evolve,
            lambda request: joining.confirm_joining(command, request, zone, known),
            [request.asked.zone_id],
        )

    def lapse_joining(self, command: joining.LapseJoining) -> Receipt:
        """Forget a request whose address nobody confirmed: what was typed may be about somebody who knows nothing."""
        request = self._request(command.joining_id)
        if joining.lapse_joining(command, request):
            # The keys first: once the event stands, nobody would come back for them.
            self._log.erase(command.joining_id)
        return self._carry_out(
            command,
            command.joining_id,
            joining.evolve,
            lambda request: joining.lapse_joining(command, request),
            [request.asked.zone_id],
        )

    def request_to_join(self, joining_id: str) -> Joining | None:
        """A request as it stands, for whoever holds the link of its mail."""
        return self._log.load(joining_id, joining.evolve).state

    def agree_to_joining(self, command: AgreeToJoining) -> Receipt:
        """A company says that this is a colleague; they are let in at once where the zone admits it already."""
        request = self._request(command.joining_id)
        company = self._company(request.company_id) if request.company_id else None
        agreed = self._carry_out(
            command,
            command.joining_id,
            joining.evolve,
            lambda request: joining.agree_to_joining(command, request, company),
            [request.asked.zone_id],
        )
        if company is None or request.asked.zone_id not in company.zones:
            return agreed
        return self._let_in(command, follow_up(command, "in"), company)

    def admit_joining(self, command: AdmitJoining) -> Receipt:
        """Admit the company in the zone, registering it where it is new, and let its person act for it.

        Another request for the same SIRET may have been admitted meanwhile: then its people are asked about this one.
        """
        request = self._request(command.joining_id)
        if request.stage == "confirmed":
            self.confirm_joining(joining.ConfirmJoining(**step(command, "known"), joining_id=command.joining_id))
        return self._let_in(command, command.command_id, self._known_by(request))

    def refuse_joining(self, command: joining.RefuseJoining) -> Receipt:
        """Turn a request away."""
        request = self._request(command.joining_id)
        zone = self._zone(request.asked.zone_id)
        company = self._company(request.company_id) if request.company_id else None
        return self._carry_out(
            command,
            command.joining_id,
            joining.evolve,
            lambda request: joining.refuse_joining(command, request, zone, company),
            [zone.zone_id],
        )

    def _let_in(self, command: AdmitJoining | AgreeToJoining, last: str, company: companies.Company | None) -> Receipt:
        """Step by step, each of which may have been taken before: what was broken off is completed by asking again."""
        zone = self._zone(self._request(command.joining_id).asked.zone_id)
        request = joining.may_admit(command, self._request(command.joining_id), zone, company)
        if request.stage == "admitted":
            # Everything was done once. Who left the company since is not brought back by a second look at this.
            return self._noted(command, last, request.company_id, "")
        asked = request.asked
        company_id = company.company_id if company else joining.company_of(asked.joining_id)
        if company is None:
            registering = companies.RegisterCompany(
                **step(command, "register"),
                company_id=company_id,
                siret=asked.siret,
                name=str(asked.company),
                trade=str(asked.trade),
                site_id=asked.joining_id.replace("joining-", "site-", 1),
                site_name=str(asked.address),
                address=str(asked.address),
                place=zone.place,
                zone_id=zone.zone_id,
            )
            self.register_company(registering)
        if company is None or zone.zone_id not in company.zones:
            self.admit_company(
                companies.AdmitCompany(**step(command, "admit"), company_id=company_id, zone_id=zone.zone_id)
            )
        inviting = members.InviteMember(
            **step(command, "invite"),
            member_id=asked.joining_id.replace("joining-", "member-", 1),
            home_zone=zone.zone_id,
            name=str(asked.person),
            mail=str(asked.mail),
            language=asked.language,
        )
        member_id = self._someone(inviting, colleague=True)
        self.add_representative(
            companies.AddRepresentative(**step(command, "represent"), company_id=company_id, member_id=member_id)
        )
        return self._noted(command, last, company_id, member_id)

    def _noted(self, command: AdmitJoining | AgreeToJoining, last: str, company_id: str, member_id: str) -> Receipt:
        return self._carry_out(
            AdmitJoining(actor=command.actor, now=command.now, command_id=last, joining_id=command.joining_id),
            command.joining_id,
            joining.evolve,
            lambda request: joining.admit_joining(command, request, company_id, member_id),
            [self._request(command.joining_id).asked.zone_id],
        )

    def _request(self, joining_id: str) -> Joining:
        request = self._log.load(joining_id, joining.evolve).state
        if request is None:
            raise NotFound(_("There is no such request."))
        return request

    def _known_by(self, request: Joining) -> companies.Company | None:
        """The company that holds the SIRET of a request."""
        held = self._log.load(f"siret-{request.asked.siret}", reservations.evolve).state
        return self._log.load(held.holder, companies.evolve).state if held and held.holder else None
