"""Asking somebody to act for a company or a zone: whoever holds the address, known here or not, once they accept."""

from __future__ import annotations

from contextlib import suppress

from msgspec.structs import replace

from domain import acting, companies, members, zones
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.companies import CompanyUseCases
from marketplace.application.deciding import step
from marketplace.application.zones import ZoneUseCases
from marketplace.recipients import recipient


class ActingUseCases(CompanyUseCases, ZoneUseCases):
    """Asking somebody to act for a company or a zone."""

    def invite_colleague(self, command: acting.InviteColleague) -> Receipt:
        """Ask a person to act for a company; whether they are known here is not looked at."""
        company = self._company(command.company_id)
        return self._carry_out(
            command,
            command.acting_id,
            acting.evolve,
            lambda asked: acting.invite_colleague(command, asked, company),
            [min(company.zones or company.standings, default="")],
        )

    def invite_to_role(self, command: acting.InviteToRole) -> Receipt:
        """Ask a person to act for a zone."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.acting_id,
            acting.evolve,
            lambda asked: acting.invite_to_role(command, asked, zone),
            [command.zone_id],
        )

    def asked_to_act(self, acting_id: str) -> acting.Acting | None:
        """What was asked, for whoever holds the link of its mail."""
        return self._log.load(acting_id, acting.evolve).state

    def name_of(self, actor: str) -> str:
        """What a member is called, for whoever they wrote to."""
        person = recipient(self._log, actor.removeprefix("member:"))
        return person.name if person else ""

    def company_called(self, company_id: str) -> str:
        """What a company is called, for whoever is asked to act for it."""
        first = self._log.history(company_id, limit=1)
        registered = first[0].event if first else None
        return str(registered.name) if isinstance(registered, companies.CompanyRegistered) else ""

    def accept_acting(self, command: acting.AcceptActing) -> Receipt:
        """Let them act, as whoever holds the address or as somebody new; names who that is.

        It is noted first, so that nothing comes of what was taken back meanwhile. What follows is completed by
        accepting again; then name and address are forgotten, since the member has their own.
        """
        held = acting.open_to_accept(self.asked_to_act(command.acting_id))
        asked, zone = held.asked, self._zone(held.asked.zone_id)
        company = self._company(asked.company_id) if asked.company_id else None
        member_id = held.member_id or self.member_at(str(asked.mail)) or command.member_id
        accepting = replace(command, member_id=member_id)
        accepted = self._carry_out(
            accepting,
            command.acting_id,
            acting.evolve,
            lambda held: acting.accept_acting(accepting, held, company, zone),
            [asked.zone_id],
            ids={"member_id": member_id},
        )
        if not asked.mail.erased:
            with suppress(NotFound):  # the company went meanwhile: nothing is left to begin
                self._begin(replace(accepting, actor=f"member:{member_id}"), asked)
            self._log.erase(command.acting_id)
        return accepted

    def end_asking(self, command: acting.EndAsking) -> Receipt:
        """Take it back, or let it lapse; name and address are forgotten."""
        held = self.asked_to_act(command.acting_id)
        if held is None:
            raise NotFound(_("There is no such invitation."))
        company = self._company(held.asked.company_id) if held.asked.company_id else None
        zone = self._zone(held.asked.zone_id)
        if acting.end_asking(command, held, company, zone):
            # The keys first: once the event stands, nobody would come back for them.
            self._log.erase(command.acting_id)
        return self._carry_out(
            command,
            command.acting_id,
            acting.evolve,
            lambda held: acting.end_asking(command, held, company, zone),
            [zone.zone_id],
        )

    def _begin(self, command: acting.AcceptActing, asked: acting.AskedToAct) -> None:
        """Everything that acting takes, each part of it once; nothing for whoever left meanwhile."""
        person = self.wishes_of(command.member_id)
        if person is not None and person.erased:
            return
        inviting = members.InviteMember(
            **step(command, "invite"),
            member_id=command.member_id,
            home_zone=asked.zone_id,
            name=str(asked.name),
            mail=str(asked.mail),
            language=asked.language,
        )
        self._someone(inviting, colleague=True)
        if asked.company_id:
            adding = companies.AddRepresentative(
                **step(command, "act"), company_id=asked.company_id, member_id=command.member_id
            )
            self._carry_out(
                adding,
                asked.company_id,
                companies.evolve,
                lambda company: companies.take_up(adding, company),
                self._company(asked.company_id).standings,
            )
        for role in asked.roles:
            taking = zones.GrantRole(
                **step(command, role), zone_id=asked.zone_id, member_id=command.member_id, role=role
            )
            self._about_zone(taking, asked.zone_id, zones.take_role)
